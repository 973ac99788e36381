"""What is searched: every item with what is asked of it, and which cards hold a text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select

from recall.store.catalogue import Placed, placed_of
from recall.store.tables import card, card_since, card_text, item, item_state

Place = tuple[str, int]
"""A card: the path of its file, as the database has it, and its number in it."""

Word = frozenset[str]
"""A text as it is looked for: folded, and as a formula shows it where that is another text."""


class Entry(NamedTuple):
    """One item of the catalogue, as the database keeps it: days and times as text, None where there is no state."""

    item: str
    card: str
    topic: str
    path: str
    ordinal: int
    order_path: str
    order_ordinal: int
    kind: str
    tags: str
    sources: str
    level: int | None
    since: str | None
    phase: str | None
    stability: float | None
    difficulty: float | None
    due_day: str | None
    due_at: str | None
    last_day: str | None
    reps: int | None
    lapses: int | None
    suspended: bool | None
    buried_on: str | None
    flagged: bool | None

    @property
    def place(self) -> Place:
        return self.path, self.ordinal


_ENTRIES = select(
    item.c.id,
    item.c.card,
    item.c.topic,
    item.c.path,
    item.c.ordinal,
    item.c.order_path,
    item.c.order_ordinal,
    card_text.c.kind,
    card_text.c.tags,
    card_text.c.sources,
    card_text.c.level,
    card_since.c.at,
    item_state.c.phase,
    item_state.c.stability,
    item_state.c.difficulty,
    item_state.c.due_day,
    item_state.c.due_at,
    item_state.c.last_day,
    item_state.c.reps,
    item_state.c.lapses,
    item_state.c.suspended,
    item_state.c.buried_on,
    item_state.c.flagged,
).select_from(
    item.join(card_text, and_(card_text.c.path == item.c.path, card_text.c.ordinal == item.c.ordinal))
    .outerjoin(card_since, card_since.c.id == item.c.card)
    .outerjoin(item_state, item_state.c.item == item.c.known_as)
)
_CARDS = select(card).where(card.c.path == bindparam("file"), card.c.ordinal.in_(bindparam("ordinals", expanding=True)))
_TEXTS = select(card_text.c.path, card_text.c.ordinal, card_text.c.text)


@dataclass(frozen=True, slots=True)
class Search:
    """Reads what is searched within one transaction."""

    connection: Connection

    def entries(self, words: Iterable[Word] = (), due_by: str | None = None) -> Iterator[Entry]:
        """Every item, in no order; or those whose cards hold all words, and of these the ones that may be due by a day.

        Whatever is in learning steps may be due.
        """
        query = _ENTRIES.where(*map(_holds, words))
        if due_by is not None:
            query = query.where(or_(item_state.c.due_day <= due_by, item_state.c.due_at.is_not(None)))
        return map(Entry._make, self.connection.execute(query))

    def cards(self, places: Collection[Place]) -> dict[Place, Placed]:
        """The cards at some places."""
        of_files: dict[str, list[int]] = {}
        for path, ordinal in places:
            of_files.setdefault(path, []).append(ordinal)
        found: dict[Place, Placed] = {}
        for path, ordinals in of_files.items():
            for row in self.connection.execute(_CARDS, {"file": path, "ordinals": ordinals}):
                found[path, row.ordinal] = placed_of(row)
        return found

    def texts(self, words: Iterable[Word] = ()) -> dict[Place, str]:
        """The text of every card, folded; or of those that hold all words."""
        rows = self.connection.execute(_TEXTS.where(*map(_holds, words)))
        return {(path, ordinal): text for path, ordinal, text in rows}


def _holds(word: Word) -> ColumnElement[bool]:
    """Whether a card's text holds a word in one of its forms."""
    return or_(*(card_text.c.text.contains(form, autoescape=True) for form in sorted(word)))
