"""Scripts round a box: at its right corners, above and below it, and at integral signs."""

from __future__ import annotations

from collections.abc import Callable

from recall.tex.box import EMPTY, Box, at_corner, beside, stacked, text_box
from recall.tex.scripts import subscript, superscript


def limits(base: Box, under: Box | None, over: Box | None) -> Box:
    """Scripts centred below and above."""
    parts = [part for part in (over, base, under) if part is not None]
    return stacked(parts, base.base + (over.height if over else 0))


def integral(sign: str, count: int, lower: Box | None, upper: Box | None) -> Box:
    """Integral signs of three rows with their limits at the right."""
    middle = sign if sign == "∮" else "⎮" * count
    body = Box(("⌠" * count, middle, "⌡" * count), count, 1)
    return at_corner(body, upper or EMPTY, lower or EMPTY, top=0, bottom=2)


def corner(base: Box, lower: Box | None, upper: Box | None, *, fence: bool) -> Box:
    """Scripts at the right: small characters on the line where all have them, else a row above or below.

    `fence`: the base is a tall fence, whose scripts stand at its first and last row.
    """
    small_lower, small_upper = _small(lower, subscript), _small(upper, superscript)
    if small_lower and small_upper and not (fence and base.height > 1):
        small = text_box(small_lower.rows[0] + small_upper.rows[0])
        if base.height == 1:
            return beside([base, small])
        return at_corner(base, small, None, top=base.base, bottom=0)
    top, bottom = -1, base.height
    if fence and base.height > 1:
        top, bottom = 0, base.height - 1
    else:
        top = base.base if small_upper else top
        bottom = base.base if small_lower else bottom
    return at_corner(base, small_upper or upper, small_lower or lower, top=top, bottom=bottom)


def _small(box: Box | None, convert: Callable[[str], str | None]) -> Box | None:
    """A script in small characters; None if it cannot be."""
    if box is None or box.height > 1:
        return None
    converted = convert(box.rows[0])
    return text_box(converted) if converted else None
