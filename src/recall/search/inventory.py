"""Every item of the catalogue, to be searched as one types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from recall.core.folding import fold, squeeze
from recall.core.query import Every, Is, Words
from recall.search.conditions import Conditions
from recall.search.figures import SORTED_BY, Figures, Order
from recall.search.mistakes import parsed
from recall.store.catalogue import Placed
from recall.store.search import Entry, Place, Word
from recall.workspace import Workspace

_KEPT_WORDS = 200
"""How many words are remembered with the cards that hold them."""


class Inventory:
    """Every item of the catalogue as it is now, to be searched again and again.

    Made for one query, it holds only what that may find.
    """

    def __init__(self, workspace: Workspace, text: str = "") -> None:
        self.workspace, self.figures = workspace, Figures(workspace)
        self._words, due_by = self._narrowing(text)
        with workspace.store.read() as tx:
            self.entries = list(tx.search.entries(self._words, due_by))
        self._sorted: dict[tuple[Order, bool], list[Entry]] = {}
        self._holding: dict[Word, Collection[Place]] = {}
        self._texts: Mapping[Place, str] | None = None
        self._conditions = Conditions(workspace, self.figures, self._places_holding)

    def _narrowing(self, text: str) -> tuple[list[Word], str | None]:
        """What an item must have to be found by a query, as far as the database can tell."""
        wanted = parsed(text)
        parts = wanted.parts if isinstance(wanted, Every) else (wanted,)
        words = [_word(part.text) for part in parts if isinstance(part, Words)]
        return words, self.figures.today.isoformat() if Is("due") in parts else None

    def find(self, text: str, order: Order = Order.DECK, descending: bool = False) -> list[Entry]:
        """The items that a query finds, sorted; those without the figure come last. Raises SearchError."""
        test = self._conditions.of(parsed(text))
        return [entry for entry in self._in_order(order, descending) if test(entry)]

    def read_texts(self) -> None:
        """Read what is searched of each card, at the first word or before; it stays in memory, 1 kB a card."""
        if self._texts is None:
            with self.workspace.store.read() as tx:
                self._texts = tx.search.texts(self._words)

    def cards(self, entries: Iterable[Entry]) -> dict[Place, Placed]:
        """The cards of some items."""
        with self.workspace.store.read() as tx:
            return tx.search.cards({entry.place for entry in entries})

    def _in_order(self, order: Order, descending: bool) -> list[Entry]:
        found = self._sorted.get((order, descending))
        if found is None:
            found = self._sorted[order, descending] = self._sort(order, descending)
        return found

    def _sort(self, order: Order, descending: bool) -> list[Entry]:
        if order is Order.DECK:
            return sorted(self.entries, key=self._place_in_study, reverse=descending)
        figure = SORTED_BY[order]
        figures = [(figure(self.figures, entry), entry) for entry in self._in_order(Order.DECK, False)]
        known = [(value, entry) for value, entry in figures if value is not None]
        known.sort(key=lambda pair: pair[0], reverse=descending)
        return [entry for _value, entry in known] + [entry for value, entry in figures if value is None]

    def _place_in_study(self, entry: Entry) -> tuple[int, str, str, int, str]:
        """Own decks first, then the topics in the order they are studied."""
        return *self.workspace.curriculum.place_of(entry.topic), entry.order_path, entry.order_ordinal, entry.item

    def _places_holding(self, text: str) -> Collection[Place]:
        """The cards that hold a text; what was looked for lately is remembered."""
        word = _word(text)
        places = self._holding.get(word)
        if places is None:
            if len(self._holding) >= _KEPT_WORDS:
                self._holding.clear()
            self.read_texts()
            texts = self._texts or {}
            places = self._holding[word] = {place for form in word for place, held in texts.items() if form in held}
        return places


def _word(text: str) -> Word:
    return frozenset({fold(text), squeeze(text)})
