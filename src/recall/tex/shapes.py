"""Boxes round and over boxes: fractions, roots, frames, accents, braces, arrows."""

from __future__ import annotations

from recall.tex.box import Box, blank, pad, stacked, text_box
from recall.tex.fences import stretched
from recall.tex.inline import accented


def fraction(num: Box, den: Box, *, bar: bool, wider: bool) -> Box:
    """Numerator over denominator. `wider`: the bar outdoes the bar of a fraction inside."""
    width = max(num.width, den.width) + 2 * wider
    middle = text_box("─" * max(width, 1)) if bar else blank(width)
    return stacked([num, middle, den], num.height)


def root(body: Box, index: str) -> Box:
    """A root sign over a body, with an index ("" for none) over its tick."""
    if body.height > 1:
        body = pad(body, left=1)
    rows = [" │" + row for row in body.rows]
    rows[-1] = "╲" + rows[-1][1:]
    box = Box((" ┌" + "─" * body.width, *rows), body.width + 2, body.base + 1)
    return _with_index(box, text_box(index)) if index else box


def _with_index(sign: Box, index: Box) -> Box:
    box = pad(sign, left=max(0, index.width - 1))
    rows = list(box.rows)
    rows[-2] = index.rows[0] + rows[-2][max(index.width, 1) :]
    return Box(tuple(rows), box.width, box.base)


def frame(body: Box) -> Box:
    """A frame round a body."""
    side = "─" * (body.width + 2)
    rows = (f"┌{side}┐", *(f"│ {row} │" for row in body.rows), f"└{side}┘")
    return Box(rows, body.width + 4, body.base + 1)


def phantom(body: Box, *, horizontal: bool, vertical: bool) -> Box:
    """Blank space of the size of a body, in the directions asked for."""
    width = body.width if horizontal else 0
    return blank(width, body.height, body.base) if vertical else blank(width)


def beneath(kind: str, body: Box, *, over: bool) -> Box:
    """A body with a line, brace or arrow over it or under it."""
    mark = text_box(stretched(kind, max(body.width, 1), over=over))
    return stacked([mark, body] if over else [body, mark], body.base + over)


# Marks by their combining character: stretched, of fixed size, or first, repeated and last piece.
_STRETCHED = {"\u0304": "line", "\u20d7": "→"}
_FIXED = {
    "\u0307": ".",
    "\u0308": "..",
    "\u20db": "...",
    "\u20dc": "....",
    "\u0301": "´",
    "\u0300": "`",
    "\u0306": "˘",
    "\u030a": "∘",
}
_PIECES = {"\u0302": "╱‾╲", "\u0303": "╭─╯", "\u030c": "╲_╱"}
_SINGLE = {"\u0302": "^", "\u0303": "~", "\u030c": "ˇ"}


def accent(mark: str, body: Box) -> Box:
    """A body under an accent: on the letter itself if it is one, else in a row above."""
    if body.height == 1 and (single := accented(body.rows[0], mark)) is not None:
        return text_box(single)
    if mark in _STRETCHED:
        return beneath(_STRETCHED[mark], body, over=True)
    return stacked([text_box(_mark_row(mark, body.width)), body], body.base + 1)


def _mark_row(mark: str, width: int) -> str:
    if mark in _FIXED:
        return _FIXED[mark]
    if width < 2:
        return _SINGLE[mark]
    first, between, last = tuple(_PIECES[mark])
    return first + between * (width - 2) + last
