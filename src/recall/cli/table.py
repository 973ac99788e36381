"""Plain tables for the terminal: words to the left, numbers to the right, Chinese counted as wide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from unicodedata import combining, east_asian_width

LEAST = 12
"""Cells that the first column keeps, however narrow the terminal."""


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1, width: int | None = None) -> str:
    """Rows under a head, two spaces between columns; the first `words` columns are words.

    A row of one cell stands by itself, as the heading of a group; one of none is an empty line. Where `width` cells
    are too few, the spaces between columns go down to one, and the first column is shortened.
    """
    lines = [head, *(row for row in rows if len(row) > 1)]
    widths = [max(cell_width(line[n]) for line in lines) for n in range(len(head))]
    gap = "  "
    if width is not None and sum(widths) + len(gap) * (len(widths) - 1) > width:
        gap = " "
        room = width - sum(widths[1:]) - (len(widths) - 1)
        widths[0] = min(widths[0], max(room, LEAST))
    return "\n".join(_line(line, widths, words, gap) if len(line) > 1 else "".join(line) for line in (head, *rows))


def cell_width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def shortened(text: str, width: int) -> str:
    """The text, or as much of it as `width` cells hold, with an ellipsis for the rest."""
    if cell_width(text) <= width:
        return text
    kept = sum(taken < width for taken in accumulate(map(cell_width, text)))
    return text[:kept].rstrip() + "…"


def one_line(text: str, width: int) -> str:
    """The text without its line breaks, shortened to `width` cells."""
    return shortened(" ".join(text.split()), width)


def _line(cells: Sequence[str], widths: Sequence[int], words: int, gap: str) -> str:
    cells = [shortened(cells[0], widths[0]), *cells[1:]]
    padding = [" " * (width - cell_width(cell)) for cell, width in zip(cells, widths, strict=True)]
    padded = [c + pad if n < words else pad + c for n, (c, pad) in enumerate(zip(cells, padding, strict=True))]
    return gap.join(padded).rstrip()
