"""Unicode superscripts and subscripts.

Only true counterparts: a script is converted if every character of it has one, else not at all, because a
stand-in (small x for capital X) would change the meaning.
"""

from __future__ import annotations

_SUPER = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ𝖳𝖧⊤⊺∘",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡᵀᴴᵀᵀ°",
        strict=True,
    )
)
# Signs that stand high by themselves.
_SUPER.update({char: char for char in "*′″‴⁗†‡°"})
_SUB = dict(
    zip(
        "0123456789+−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
_SUPER_TABLE = {ord(char): small for char, small in _SUPER.items()}
_SUB_TABLE = {ord(char): small for char, small in _SUB.items()}

PRIMES = ("", "′", "″", "‴", "⁗")


def superscript(text: str) -> str | None:
    """The text raised, or None if some character has no superscript form."""
    return text.translate(_SUPER_TABLE) if text and all(char in _SUPER for char in text) else None


def subscript(text: str) -> str | None:
    """The text lowered, or None if some character has no subscript form."""
    return text.translate(_SUB_TABLE) if text and all(char in _SUB for char in text) else None


def primes(count: int) -> str:
    """That many primes, as one character where there is one."""
    return PRIMES[count] if count < len(PRIMES) else "′" * count
