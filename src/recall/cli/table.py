"""Plain tables for the terminal: words to the left, numbers to the right, Chinese counted as wide."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Rows of equal length under a head, two spaces between columns; the first `words` columns are words."""
    lines = [head, *rows]
    widths = [max(cell_width(line[n]) for line in lines) for n in range(len(head))]
    return "\n".join(_line(line, widths, words) for line in lines)


def cell_width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def _line(cells: Sequence[str], widths: Sequence[int], words: int) -> str:
    padding = [" " * (width - cell_width(cell)) for cell, width in zip(cells, widths, strict=True)]
    padded = [c + pad if n < words else pad + c for n, (c, pad) in enumerate(zip(cells, padding, strict=True))]
    return "  ".join(padded).rstrip()
