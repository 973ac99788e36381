"""Tall delimiters from bracket pieces, and fences round boxes."""

from __future__ import annotations

from collections.abc import Sequence

from recall.tex.box import Box, beside, blank, pad, text_box

# Top, middle, bottom and the piece between them; "" means that the delimiter has no such piece.
_PIECES: dict[str, tuple[str, str, str, str]] = {
    "(": ("⎛", "", "⎝", "⎜"),
    ")": ("⎞", "", "⎠", "⎟"),
    "[": ("⎡", "", "⎣", "⎢"),
    "]": ("⎤", "", "⎦", "⎥"),
    "{": ("⎧", "⎨", "⎩", "⎪"),
    "}": ("⎫", "⎬", "⎭", "⎪"),
    "|": ("│", "", "│", "│"),
    "‖": ("║", "", "║", "║"),
    "⌈": ("⎡", "", "⎢", "⎢"),
    "⌉": ("⎤", "", "⎥", "⎥"),
    "⌊": ("⎢", "", "⎣", "⎢"),
    "⌋": ("⎥", "", "⎦", "⎥"),
    "⟨": ("╱", "⟨", "╲", "│"),
    "⟩": ("╲", "⟩", "╱", "│"),
    "⟮": ("⎛", "", "⎝", "⎜"),
    "⟯": ("⎞", "", "⎠", "⎟"),
    "⎰": ("⎧", "", "⎭", "⎪"),
    "⎱": ("⎫", "", "⎩", "⎪"),
    "⎪": ("⎪", "", "⎪", "⎪"),
    "↑": ("↑", "", "│", "│"),
    "↓": ("│", "", "↓", "│"),
    "↕": ("↑", "", "↓", "│"),
    "⇑": ("⇑", "", "║", "║"),
    "⇓": ("║", "", "⇓", "║"),
    "⇕": ("⇑", "", "⇓", "║"),
}


def delimiter(char: str, height: int, base: int) -> Box:
    """A delimiter of that many rows; one without pieces stays small, on the baseline."""
    if not char:
        return Box(("",) * height, 0, base)
    if height == 1:
        return text_box(char)
    if char not in _PIECES:
        return pad(text_box(char), above=base, below=height - 1 - base)
    top, middle, bottom, between = _PIECES[char]
    rows = [between] * height
    rows[0], rows[-1] = top, bottom
    if middle and height > 2:
        rows[min(max(base, 1), height - 2)] = middle
    return Box(tuple(rows), 1, base)


def fenced(left: str, bodies: Sequence[Box], middles: Sequence[str], right: str, *, space: int = 1) -> Box:
    """Boxes between delimiters as tall as the tallest; tall ones keep `space` blank columns inside."""
    base = max(body.base for body in bodies)
    below = max(body.below for body in bodies)
    if base + below == 1 and {left, right} & {"{", "}"}:
        # A brace needs three rows: grow on the side where the baseline is.
        base, below = 1, 1
    height = base + 1 + below
    inside = space if height > 1 else 0
    parts = [delimiter(left, height, base)]
    for index, body in enumerate(bodies):
        last = index == len(bodies) - 1
        parts += [blank(inside), body, blank(inside if right or not last else 0)]
        if index < len(middles):
            parts += [blank(1 - inside), delimiter(middles[index], height, base), blank(1 - inside)]
    return beside([*parts, delimiter(right, height, base)])


_BRACES = {
    ("brace", True): "╭┴╮",
    ("brace", False): "╰┬╯",
    ("bracket", True): "┌┴┐",
    ("bracket", False): "└┬┘",
    ("paren", True): "╭─╮",
    ("paren", False): "╰─╯",
}


def stretched(kind: str, width: int, *, over: bool) -> str:
    """A line, brace or arrow of that width, for the row over or under a box."""
    if kind == "line":
        return ("_" if over else "‾") * width
    if (kind, over) in _BRACES:
        left, middle, right = tuple(_BRACES[kind, over])
        return brace(left, middle, right, width)
    return arrow(kind, width)


def brace(left: str, middle: str, right: str, width: int) -> str:
    """A horizontal brace; where there is no room for its parts, only the middle."""
    if width < 3:
        return middle if width == 1 else left + right
    before = (width - 1) // 2 - 1
    return left + "─" * before + middle + "─" * (width - 3 - before) + right


# Arrow head, and the shaft it is stretched by.
_SHAFTS = {"⇒": "═", "⇐": "═", "⇔": "═", "=": "═", "⇌": "═", "⇋": "═", "⇄": "═"}
_LEFT_HEADS = "←⇐↩↼↽↞"
_BOTH_HEADS = {
    "↔": ("←", "→"),
    "⇔": ("⇐", "⇒"),
    "⇌": ("⇌", "⇌"),
    "⇋": ("⇋", "⇋"),
    "⇄": ("⇄", "⇄"),
    "↦": ("├", "→"),
    "↪": ("╰", "→"),
    "=": ("═", "═"),
}


def arrow(char: str, width: int) -> str:
    """An arrow stretched to a width of at least one cell."""
    if width == 1:
        return char
    shaft = _SHAFTS.get(char, "─")
    if char in _BOTH_HEADS:
        first, last = _BOTH_HEADS[char]
        return first + shaft * (width - 2) + last
    return char + shaft * (width - 1) if char in _LEFT_HEADS else shaft * (width - 1) + char
