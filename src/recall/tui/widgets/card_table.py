"""A table of a card: light lines, columns that share the width, cells that wrap as Chinese does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.content import Content

from recall.tui.widgets.cjk import NBSP, CjkText
from recall.tui.widgets.sideways import Layout

LINE_STYLE = ".card--table-line"
NARROWEST = 4
"""Cells a column keeps, if it has so many; a table that needs more than the pane then scrolls."""

_BETWEEN = " │ "
_CROSSING = "─┼─"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    text: CjkText
    align: str = "left"
    """"left", "center" or "right"."""

    @property
    def width(self) -> int:
        """Cells of the terminal that the longest line takes if nothing is wrapped."""
        return self.text.get_optimal_width({}, 0)

    @property
    def narrowest(self) -> int:
        """Cells of the terminal that the longest word takes."""
        return self.text.get_minimal_width({})

    def lines(self, width: int) -> list[Content]:
        """Return the lines of the cell, each padded to `width`."""
        return [self._padded(line, width) for line in self.text.lines(width)]

    def _padded(self, line: Content, width: int) -> Content:
        shown = Content(line.plain.replace(NBSP, " "), list(line.spans))
        room = max(width - shown.cell_length, 0)
        left = {"center": room // 2, "right": room}.get(self.align, 0)
        return shown.pad(left, room - left)


class Table(Layout):
    """A table."""

    def __init__(self, rows: Sequence[Sequence[Cell]]) -> None:
        super().__init__()
        self.rows = rows
        """At least the header; all of the same length."""

    def lay_out(self, width: int) -> Content:
        """Return the table for `width` cells, which it exceeds only if its columns are too many."""
        widths = self._widths(width)
        blocks = [_row(row, widths) for row in self.rows]
        rule = Content.styled(_CROSSING.join("─" * each for each in widths), LINE_STYLE)
        ruled = any(len(block) > 1 for block in blocks[1:])
        lines = list(blocks[0])
        for number, block in enumerate(blocks[1:]):
            lines += [rule, *block] if number == 0 or ruled else block
        return Content("\n").join(lines)

    def _widths(self, width: int) -> list[int]:
        """Return the width in cells of each column: words whole if possible, the rest shared evenly."""
        columns = list(zip(*self.rows, strict=True))
        wanted = [max(cell.width for cell in column) or 1 for column in columns]
        words = [max(cell.narrowest for cell in column) for column in columns]
        widths = [min(NARROWEST, each) for each in wanted]
        for goal in (words, wanted):
            spare = width - len(_BETWEEN) * (len(columns) - 1) - sum(widths)
            lacking = [max(each - has, 0) for each, has in zip(goal, widths, strict=True)]
            widths = [has + more for has, more in zip(widths, share(lacking, spare), strict=True)]
        return widths


def share(wishes: Sequence[int], total: int) -> list[int]:
    """Return how much of `total` each of `wishes` gets: all it asks, or as much as any other gets."""
    shares = [0] * len(wishes)
    left = max(total, 0)
    by_size = sorted(range(len(wishes)), key=wishes.__getitem__)
    for rank, index in enumerate(by_size):
        shares[index] = min(wishes[index], left // (len(wishes) - rank))
        left -= shares[index]
    return shares


def _row(cells: Iterable[Cell], widths: Sequence[int]) -> list[Content]:
    """Return the lines of a row."""
    columns = [cell.lines(width) for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    for column, width in zip(columns, widths, strict=True):
        column += [Content(" " * width)] * (height - len(column))
    between = Content.styled(_BETWEEN, LINE_STYLE)
    return [between.join(parts) for parts in zip(*columns, strict=True)]
