"""Plain tables for the terminal: the first column to the left, the others to the right, Chinese counted as wide."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows of equal length under a head, two spaces between columns."""
    lines = [head, *rows]
    widths = [max(cell_width(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(_line(line, widths) for line in lines)


def cell_width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0] + " " * (widths[0] - cell_width(cells[0]))
    rest = (" " * (width - cell_width(cell)) + cell for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join((first, *rest)).rstrip()
