"""The memory curve of an item: how probable it was to be recalled, day by day, and how it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from recall.core.course import Moment, recall_along
from recall.i18n import _
from recall.tui.widgets.grade_bar import STYLES

LABEL_WIDTH = 5
ROWS = 7
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
"""Bits of a braille character: by column, then from top to bottom."""
_EMPTY = 0x2800
_LOWEST = 0.5
"""The curve is drawn from here up, unless it falls lower."""


class MemoryCurve(Widget):
    """A plot in braille; under it the grade of each answer as its number."""

    DEFAULT_CSS = """
    MemoryCurve { height: 10; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.moments: Sequence[Moment] = ()
        self.weights: tuple[float, ...] = ()
        self.today = self.until = date.min

    def show(self, moments: Sequence[Moment], weights: tuple[float, ...], today: date, due: date | None) -> None:
        """Draw from the first answer until some time after the item is due."""
        self.moments, self.weights, self.today = moments, weights, today
        if moments:
            last = max(today, due or today)
            self.until = last + timedelta(max((last - moments[0].day).days // 12, 1))
        self.refresh()

    def render(self) -> Content:
        width = self.size.width - LABEL_WIDTH - 1
        if not self.moments or width < 8:
            return Content.styled(_("No answer yet: the curve begins with the first."), "$foreground 55%")
        first, last = self.moments[0].day.toordinal(), self.until.toordinal()
        days = [first + (last - first) * x / (2 * width - 1) for x in range(2 * width)]
        values = recall_along(self.moments, days, self.weights)
        lowest = _LOWEST if min((v for v in values if v is not None), default=1.0) >= _LOWEST else 0.0
        today = self._column(self.today, width)
        lines = [
            Content.assemble(
                (_label(n, lowest), "$foreground 55%"),
                (line[: today + 1], "$success"),
                (line[today + 1 :], "$foreground 45%"),
            )
            for n, line in enumerate(plotted(values, width, lowest))
        ]
        return Content("\n").join([*lines, self._answers(width), self._dates(width, today)])

    def _column(self, day: date, width: int) -> int:
        """The cell that a day is in."""
        first = self.moments[0].day
        return min(round((day - first).days / max((self.until - first).days, 1) * (width - 1)), width - 1)

    def _answers(self, width: int) -> Content:
        """The axis, with the grade of each answer where it was given; of several in a cell, the last."""
        cells: list[tuple[str, str]] = [("─", "$foreground 25%")] * width
        for moment in self.moments:
            sign = (
                (str(int(moment.grade)), f"bold {STYLES[moment.grade]}")
                if moment.grade
                else ("↺", "bold $text-primary")
            )
            cells[self._column(moment.day, width)] = sign
        return Content.assemble((" " * LABEL_WIDTH + "└", "$foreground 25%"), *cells)

    def _dates(self, width: int, today: int) -> Content:
        """The first day, today, and the last day, as far as there is room."""
        start, now, end = self.moments[0].day.isoformat(), _("today"), self.until.isoformat()
        line = start
        at = max(today - cell_len(now) // 2, 0)
        if cell_len(line) + 2 <= at:
            line += " " * (at - cell_len(line)) + now
        if cell_len(line) + 2 + len(end) <= width:
            line += " " * (width - cell_len(line) - len(end)) + end
        return Content.styled(" " * (LABEL_WIDTH + 1) + line, "$foreground 55%")


def plotted(values: Sequence[float | None], width: int, lowest: float) -> list[str]:
    """Lines of braille, two values a cell; a step is drawn as an upright line."""
    cells = [[_EMPTY] * width for _ in range(ROWS)]
    before: int | None = None
    for x, value in enumerate(values):
        y = None if value is None else _height(value, lowest)
        if y is not None:
            start, end = sorted((y, y if before is None else before))
            for dot in range(start, end + 1):
                cells[dot // 4][x // 2] |= _DOTS[x % 2][dot % 4]
        before = y
    return ["".join(map(chr, row)).replace(chr(_EMPTY), " ") for row in cells]


def _height(value: float, lowest: float) -> int:
    """The dot of a value, counted from the top."""
    share = (min(max(value, lowest), 1.0) - lowest) / (1 - lowest)
    return round((1 - share) * (4 * ROWS - 1))


def _label(row: int, lowest: float) -> str:
    value = {0: 1.0, ROWS // 2: (1 + lowest) / 2, ROWS - 1: lowest}.get(row)
    return ("" if value is None else f"{value:.0%}").rjust(LABEL_WIDTH) + ("┤" if value is not None else "│")
