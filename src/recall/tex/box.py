"""Boxes: rectangles of text with a baseline, and the ways to put them together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recall.tex.errors import TexError
from recall.tex.width import text_width

MAX_CELLS = 1_000_000
"""Cells a formula may cover."""


@dataclass(frozen=True, slots=True)
class Box:
    """Rows of text, all `width` cells wide; row `base` stands on the line of the formula."""

    rows: tuple[str, ...]
    width: int
    base: int = 0

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def below(self) -> int:
        """Number of rows under the baseline."""
        return len(self.rows) - 1 - self.base


EMPTY = Box(("",), 0)


def text_box(text: str) -> Box:
    """One row of text."""
    return Box((text,), text_width(text))


def blank(width: int, height: int = 1, base: int = 0) -> Box:
    """A box of spaces."""
    return Box((" " * width,) * height, width, base)


def pad(box: Box, left: int = 0, right: int = 0, above: int = 0, below: int = 0) -> Box:
    """The box with blank columns and rows round it."""
    width = box.width + left + right
    head, tail = " " * left, " " * right
    rows = tuple(head + row + tail for row in box.rows)
    empty = (" " * width,)
    return Box(empty * above + rows + empty * below, width, box.base + above)


def aligned(box: Box, width: int, align: str = "c") -> Box:
    """The box widened to `width`, its content at the left, centre or right (`lcr`)."""
    spare = width - box.width
    if spare <= 0:
        return box
    left = {"l": 0, "c": spare // 2, "r": spare}[align]
    return pad(box, left, spare - left)


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes in a line, their baselines level."""
    if len(boxes) == 1:
        return boxes[0]
    base = max((box.base for box in boxes), default=0)
    height = base + 1 + max((box.below for box in boxes), default=0)
    if height == 1:
        return Box(("".join(box.rows[0] for box in boxes),), sum(box.width for box in boxes))
    _check_size(sum(box.width for box in boxes), height)
    columns = [_column(box, base, height) for box in _merged(boxes)]
    rows = tuple(map("".join, zip(*columns, strict=True)))
    return Box(rows, sum(box.width for box in boxes), base)


def _merged(boxes: Iterable[Box]) -> list[Box]:
    """Neighbours of one row each as one box: a long line has few tall parts."""
    result: list[Box] = []
    run: list[Box] = []
    for box in boxes:
        if box.height == 1:
            run.append(box)
            continue
        if run:
            result.append(beside(run))
            run = []
        result.append(box)
    return [*result, beside(run)] if run else result


def _column(box: Box, base: int, height: int) -> tuple[str, ...]:
    empty = (" " * box.width,)
    above = base - box.base
    return empty * above + box.rows + empty * (height - above - box.height)


def stacked(boxes: Sequence[Box], base: int, align: str = "c") -> Box:
    """Boxes on top of each other; row `base` of the whole becomes the baseline."""
    width = max(box.width for box in boxes)
    _check_size(width, sum(box.height for box in boxes))
    rows = tuple(row for box in boxes for row in aligned(box, width, align).rows)
    return Box(rows, width, base)


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_CELLS:
        raise TexError(f"Too large: {width} columns and {height} rows", 0)


def at_corner(base: Box, upper: Box | None, lower: Box | None, *, top: int, bottom: int) -> Box:
    """Scripts at the right of a base: the last row of `upper` in row `top`, the first of `lower` in `bottom`.

    Rows count from the first row of `base` and may lie outside it.
    """
    first = min(0, top - upper.height + 1 if upper else 0, bottom if lower else 0)
    last = max(base.height - 1, bottom + lower.height - 1 if lower else 0, top if upper else 0)
    width = max(upper.width if upper else 0, lower.width if lower else 0)
    right = [" " * width] * (last - first + 1)
    for box, start in ((upper, top - upper.height + 1 if upper else 0), (lower, bottom)):
        for index, row in enumerate(aligned(box, width, "l").rows if box else ()):
            right[start + index - first] = row
    left = pad(base, above=-first, below=last - base.height + 1)
    rows = tuple(a + b for a, b in zip(left.rows, right, strict=True))
    return Box(rows, base.width + width, base.base - first)
