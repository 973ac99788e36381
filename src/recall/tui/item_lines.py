"""The lines of a table of items: what each asks, its state, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from recall.core.model import Language
from recall.i18n import _
from recall.search import Inventory, Order
from recall.store.search import Entry
from recall.study.asked import front_of
from recall.text.typeset import one_line
from recall.tui.item_words import due_words, order_name, row_tone
from recall.tui.widgets.item_table import Row

EXTRA: Mapping[Order, Callable[[Entry], str]] = {
    Order.STABILITY: lambda entry: "" if entry.stability is None else _("{n}d").format(n=f"{entry.stability:.1f}"),
    Order.DIFFICULTY: lambda entry: "" if entry.difficulty is None else f"{entry.difficulty:.1f}",
    Order.LAPSES: lambda entry: "" if entry.lapses is None else str(entry.lapses),
    Order.ADDED: lambda entry: (entry.since or "")[:10],
}
"""The figures that have a column only while items are sorted by them."""


class ItemLines:
    """Makes lines of an inventory's items in one language; a question is read once."""

    def __init__(self, inventory: Inventory, language: Language) -> None:
        self.inventory, self.language = inventory, language
        self._fronts: dict[str, str] = {}

    def line(self, entries: Sequence[Entry], n: int, order: Order, height: int) -> Row:
        """The line of entry `n`; the questions of the `height` lines from there are read with it."""
        entry, figures = entries[n], self.inventory.figures
        recall = figures.retrievability(entry)
        numbers = [due_words(figures, entry), "" if recall is None else f"{recall:.0%}"]
        if order in EXTRA:
            numbers.insert(0, EXTRA[order](entry))
        sign, tone = row_tone(figures, entry)
        if entry.item not in self._fronts:
            self._read(entries[n : n + height])
        return Row(self._fronts[entry.item], sign, tone, numbers, is_faint=bool(entry.suspended))

    def _read(self, entries: Sequence[Entry]) -> None:
        workspace = self.inventory.workspace
        wanted = [entry for entry in entries if entry.item not in self._fronts]
        cards = self.inventory.cards(wanted)
        plain = workspace.settings.plain_fonts
        for entry in wanted:
            placed = cards.get(entry.place)
            front = front_of(workspace, placed, entry.item, self.language) if placed else entry.item
            self._fronts[entry.item] = one_line(front, plain_fonts=plain)


def heads(order: Order) -> list[str]:
    """What stands over the figures."""
    return [*([order_name(order)] if order in EXTRA else []), _("due"), _("recall")]
