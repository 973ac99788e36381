"""Delimiters: what `\\left`, `\\big` and plain use of a bracket stand for."""

from __future__ import annotations

from recall.tex.tree import Cls

_OPENING = (
    "( ( [ [ < ⟨ \\lt ⟨ \\langle ⟨ \\lbrace { \\{ { \\lceil ⌈ \\lfloor ⌊ \\lbrack [ \\lparen ("
    " \\lvert | \\lVert ‖ \\lmoustache ⎰ \\lgroup ⟮ \\ulcorner ⌜ \\llcorner ⌞"
)
_CLOSING = (
    ") ) ] ] > ⟩ \\gt ⟩ \\rangle ⟩ \\rbrace } \\} } \\rceil ⌉ \\rfloor ⌋ \\rbrack ] \\rparen )"
    " \\rvert | \\rVert ‖ \\rmoustache ⎱ \\rgroup ⟯ \\urcorner ⌝ \\lrcorner ⌟"
)
_ORDINARY = "/ / | | \\\\ \\ \\backslash \\ \\vert | \\| ‖ \\Vert ‖ \\arrowvert | \\Arrowvert ‖ \\bracevert ⎪"
_RELATION = "\\uparrow ↑ \\downarrow ↓ \\updownarrow ↕ \\Uparrow ⇑ \\Downarrow ⇓ \\Updownarrow ⇕"


def _table(words: str, cls: Cls) -> dict[str, tuple[str, Cls]]:
    parts = words.split()
    return {name: (char, cls) for name, char in zip(parts[::2], parts[1::2], strict=True)}


DELIMITERS: dict[str, tuple[str, Cls]] = {
    **_table(_OPENING, Cls.OPEN),
    **_table(_CLOSING, Cls.CLOSE),
    **_table(_ORDINARY, Cls.ORD),
    **_table(_RELATION, Cls.REL),
    ".": ("", Cls.ORD),
}
"""Source form of a delimiter to the character shown ("" for the empty one) and its class."""
