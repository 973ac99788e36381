"""Display width of text in terminal cells.

Own and small, because the package has no dependency: combining marks and invisible characters take no cell,
East Asian wide and full-width characters two, everything else one (ambiguous characters count as narrow, as
terminals outside East Asian legacy encodings draw them).
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, east_asian_width

_ZERO = frozenset({"Mn", "Me", "Mc", "Cf", "Cc", "Cs"})
# Hangul medial vowels and final consonants join the syllable before them.
_JAMO_TAIL = range(0x1160, 0x1200)


@lru_cache(maxsize=4096)
def char_width(char: str) -> int:
    """Cells (0, 1 or 2) that one character takes."""
    if category(char) in _ZERO or ord(char) in _JAMO_TAIL:
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def text_width(text: str) -> int:
    """Cells that a line of text takes."""
    if text.isascii():
        return len(text)
    return sum(map(char_width, text))


@lru_cache(maxsize=4096)
def printable(char: str) -> str:
    """The character itself, "" if it is invisible (control, format), a hollow square if it has no glyph."""
    kind = category(char)
    if kind in ("Cc", "Cf", "Cs") or "\ufe00" <= char <= "\ufe0f":
        return ""
    return "□" if kind in ("Cn", "Co") else char
