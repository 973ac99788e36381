"""Math alphabets: letters to the characters of Unicode's mathematical alphabets, and back.

`\\mathrm` and `\\mathit` stay plain letters. Bold, script, double-struck, fraktur, sans-serif and typewriter
have characters of their own, which most terminal fonts draw; for the rest, `plain` gives the letters back.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

# First code point of capitals, small letters and digits; 0 where Unicode has none.
_ALPHABETS: dict[str, tuple[int, int, int]] = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE),
    "script": (0x1D49C, 0x1D4B6, 0),
    "bold-script": (0x1D4D0, 0x1D4EA, 0x1D7CE),
    "fraktur": (0x1D504, 0x1D51E, 0),
    "bold-fraktur": (0x1D56C, 0x1D586, 0x1D7CE),
    "double-struck": (0x1D538, 0x1D552, 0x1D7D8),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2),
    "bold-sans-serif": (0x1D5D4, 0x1D5EE, 0x1D7EC),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6),
}

# Letters that Unicode had before the alphabets, so that their places there are empty.
_HOLES: dict[str, dict[str, str]] = {
    "script": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "double-struck": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
}

_BOLD_GREEK = dict(
    zip(
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ",
        (chr(code) for code in range(0x1D6A8, 0x1D6E2)),
        strict=True,
    )
)

_HOLE_CHARS = frozenset(char for table in _HOLES.values() for char in table.values()) - frozenset("ℑℜ")


@lru_cache(maxsize=4096)
def styled(char: str, font: str) -> str:
    """The character in an alphabet (a key of the tables above); unchanged if it has no such form."""
    if font not in _ALPHABETS:
        return char
    capital, small, digit = _ALPHABETS[font]
    if char in _HOLES.get(font, {}):
        return _HOLES[font][char]
    if font.startswith("bold") and char in _BOLD_GREEK:
        return _BOLD_GREEK[char]
    if "A" <= char <= "Z":
        return chr(capital + ord(char) - ord("A"))
    if "a" <= char <= "z":
        return chr(small + ord(char) - ord("a"))
    if "0" <= char <= "9" and digit:
        return chr(digit + ord(char) - ord("0"))
    return char


def is_styled(char: str) -> bool:
    """Whether a character belongs to a math alphabet (and may be missing in a terminal's font)."""
    return "\U0001d400" <= char <= "\U0001d7ff" or char in _HOLE_CHARS


def plain(char: str) -> str:
    """The plain letter for a character of a math alphabet; ⟹ and its kin become the short arrows."""
    if is_styled(char):
        return normalize("NFKC", char)
    return _SHORT_ARROWS.get(char, char)


_SHORT_ARROWS = dict(zip("⟵⟶⟷⟸⟹⟺⟼", "←→↔⇐⇒⇔↦", strict=True))
