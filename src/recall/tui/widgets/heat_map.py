"""The last months at a glance: a column a week, a row a weekday, a shade for how much was reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from rich.cells import set_cell_size
from textual.content import Content
from textual.widget import Widget

from recall.i18n import _

SHADES = ("·", "░", "▒", "▓", "█")
"""From no answer to many; told apart without colour."""
WEEKDAY_WIDTH = 3
ROOMY = 44
"""Cells from which a gap is left between weeks."""


class HeatMap(Widget):
    """Answers a day, the newest week at the right; as many weeks as there is room for."""

    DEFAULT_CSS = """
    HeatMap { height: 8; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.answers: Mapping[date, int] = {}
        self.today: date | None = None

    def show(self, answers: Mapping[date, int], today: date) -> None:
        self.answers, self.today = answers, today
        self.refresh()

    def render(self) -> Content:
        if self.today is None:
            return Content("")
        weeks = max(1, (self.size.width - WEEKDAY_WIDTH) // self._cell_width)
        monday = self.today - timedelta(self.today.weekday() + 7 * (weeks - 1))
        rows = [self._months(monday, weeks)]
        rows += [self._weekday(monday + timedelta(n), weeks, name) for n, name in enumerate(_weekdays())]
        return Content("\n").join(rows)

    @property
    def _cell_width(self) -> int:
        return 2 if self.size.width >= ROOMY else 1

    def _weekday(self, first: date, weeks: int, name: str) -> Content:
        days = [first + timedelta(7 * n) for n in range(weeks)]
        cells = [self._cell(day) for day in days]
        return Content.assemble((set_cell_size(name, WEEKDAY_WIDTH), "$foreground 55%"), *cells)

    def _cell(self, day: date) -> tuple[str, str]:
        assert self.today is not None
        if day > self.today:
            return " " * self._cell_width, ""
        level = shade(self.answers.get(day, 0))
        style = "$success" if level else "$foreground 25%"
        return SHADES[level].ljust(self._cell_width), f"{style} bold" if day == self.today else style

    def _months(self, monday: date, weeks: int) -> Content:
        """The number of each month over its first week, where it does not touch the one before."""
        line = [" "] * (weeks * self._cell_width)
        free = 0
        for week in range(weeks):
            day, start = monday + timedelta(7 * week), week * self._cell_width
            label = str(day.month)
            if day.day <= 7 and start >= free and start + len(label) <= len(line):
                line[start : start + len(label)] = label
                free = start + len(label) + 1
        return Content.styled(" " * WEEKDAY_WIDTH + "".join(line), "$foreground 55%")


def shade(answers: int) -> int:
    """0 for none, then one step for each doubling from 10 answers."""
    return sum(answers >= bound for bound in (1, 10, 25, 60))


def _weekdays() -> list[str]:
    """Every second day named, as there is little room."""
    return [_("Mo"), "", _("We"), "", _("Fr"), "", _("Su")]
