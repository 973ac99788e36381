"""Where a character stands in a text: as an offset, or by the line and column that an editor shows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

Place = tuple[int, int]
"""Line and column, from 1."""


def place_at(text: str, offset: int) -> Place:
    """Line and column of the character at an offset (from 0)."""
    starts = _line_starts(text)
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1


def line_at(text: str, offset: int) -> int:
    """The line (from 1) of the character at an offset (from 0)."""
    return place_at(text, offset)[0]


def offset_of(text: str, place: Place) -> int:
    """The offset (from 0) of the character at a place; the end of the text where it has no such line."""
    line, column = place
    starts = _line_starts(text)
    return min(starts[line - 1] + column - 1, len(text)) if line <= len(starts) else len(text)


@lru_cache(maxsize=8)
def _line_starts(text: str) -> Sequence[int]:
    """The offset of each line; of one file many are asked for."""
    return (0, *(match.end() for match in re.finditer("\n", text)))
