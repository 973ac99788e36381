"""Text as people type it: full-width, with Chinese punctuation, in any case. Folded so that equal answers are equal.

What is folded: width and compatible forms (NFKC), invisible characters, spaces, quotation marks, `$`, kinds of hyphen,
Chinese punctuation, a closing period, case, sizes and spaces of TeX. What is kept, because it carries meaning: every
other symbol, the names of TeX commands (`\\sigma` is not `\\Sigma`), Greek letters for the same reason, a prime (`f'`).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

MAX_LENGTH = 1_000
"""Characters of an answer; a longer one is not read."""

_PATTERN_SECONDS = 0.2
_MAX_PATTERN_LENGTH = 500
_MAX_REPEATS = 10_000
"""Product of the counts in a pattern: `regex` unrolls `(a{1000}){1000}` when it compiles."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾", "0123456789+-()")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾]+")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUBSCRIPT_RUN = re.compile("[₀₁₂₃₄₅₆₇₈₉]+")
_VULGAR_FRACTION = re.compile("[¼-¾⅐-⅞]")

_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_PUNCTUATION = str.maketrans(
    {
        "。": ".",
        "、": ",",
        "【": "[",
        "】": "]",
        "〔": "(",
        "〕": ")",
        "×": "*",
        "⋅": "·",
        "∙": "·",
        "•": "·",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "÷": "/",
        "→": "->",
        "’": "'",
        "‘": "'",
        "′": "'",
    }
)
_DROPPED = dict.fromkeys(map(ord, '$"`“”„«»「」『』《》〈〉'))
_QUOTED = re.compile(r"\A'(.*)'\Z", re.DOTALL)
_APOSTROPHE = re.compile(r"(?<![^\W_])'|(?<=[^\W_][^\W_A-Z])'|(?<=[^\W_])'(?=[^\W_]{3})")
"""An apostrophe that is not a prime: before a word, in or behind one (`Bayes'`, not `AB'`), or as in `L'Hôpital`."""
_SOFT_HYPHEN = re.compile(r"(?<=[^\W\d_]{3})-(?=[^\W\d_])|(?<=[^\W\d_])-(?=[^\W\d_]{3})")
"""A hyphen between words, of which one has three letters or more: `layer-norm`, `top-k`; not that of `x-y`."""
_TEX_SHAPE = re.compile(r"\\(?:left|right|displaystyle)(?![A-Za-z])|\\[,;:!]")
"""TeX that changes only how large something is, or how far apart."""
_TEX_FRACTION = re.compile(r"\\[dt]frac(?![A-Za-z])")
_CASED = re.compile(r"\\[A-Za-z]+|[\u0370-\u03ff]+|(?:[^\\\u0370-\u03ff]|\\(?![A-Za-z]))+")

_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_RECURSION = re.compile(r"\(\?(?:R|&|P>|[+-]?\d)")
_TEX_NAME = re.compile(r"\\\\[A-Za-z]")


class PatternFault(StrEnum):
    """Why a pattern cannot be used."""

    SYNTAX = "syntax"
    TOO_LONG = "too-long"
    REPEATS = "repeats"
    RECURSION = "recursion"


def normalised(text: str) -> str:
    """The text in NFKC without invisible characters; raised digits as `^2`, lowered ones as `_2`, `½` as ` 1/2`."""
    text = _SUPERSCRIPT_RUN.sub(lambda run: _script("^", run[0].translate(_SUPERSCRIPTS)), text)
    text = _SUBSCRIPT_RUN.sub(lambda run: _script("_", run[0].translate(_SUBSCRIPTS)), text)
    text = _VULGAR_FRACTION.sub(r" \g<0>", text)
    text = unicodedata.normalize("NFKC", text).replace("\u2044", "/")
    text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return text.translate(_HYPHENS)


def simplified(text: str) -> str:
    """The text normalised, with Latin punctuation for Chinese and single spaces; case and line ends stay."""
    return re.sub(r"[^\S\n]+", " ", normalised(text).translate(_PUNCTUATION)).strip()


def folded(text: str) -> str:
    """What an answer is compared by. A text that is nothing but soft punctuation stays as it is."""
    plain = simplified(text)
    words = _APOSTROPHE.sub("", _QUOTED.sub(r"\1", plain.translate(_DROPPED).strip()))
    words = _SOFT_HYPHEN.sub(" ", words)
    words = re.sub(r"([_^])\{(\w)\}", r"\1\2", words)
    words = _TEX_FRACTION.sub(r"\\frac", _TEX_SHAPE.sub("", words))
    cased = "".join(part if _keeps_case(part) else part.casefold() for part in _CASED.findall(words))
    return re.sub(r"\s+", "", cased).rstrip(".,;") or plain


def check_pattern(pattern: str) -> PatternFault | None:
    """Why a pattern cannot be used; None for one that can. It may have 500 characters and repeat 10,000 times."""
    import regex

    if len(pattern) > _MAX_PATTERN_LENGTH:
        return PatternFault.TOO_LONG
    if _RECURSION.search(pattern):
        return PatternFault.RECURSION
    if _repeats(pattern) > _MAX_REPEATS:
        return PatternFault.REPEATS
    try:
        regex.compile(pattern, _flags(pattern))
    except regex.error:
        return PatternFault.SYNTAX
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether a usable pattern matches the whole text, normalised, without a closing period and in any case.

    Case counts in a pattern that names a TeX command. Raises TimeoutError after 0.2 seconds.
    """
    import regex

    line = re.sub(r"\s+", " ", normalised(text).replace("。", ".")).strip().rstrip(".")
    return regex.fullmatch(pattern, line, _flags(pattern), timeout=_PATTERN_SECONDS) is not None


def _script(mark: str, characters: str) -> str:
    return mark + (characters if len(characters) == 1 else f"{{{characters}}}")


def _keeps_case(part: str) -> bool:
    return "\u0370" <= part[0] <= "\u03ff" or (part[0] == "\\" and part[1:2].isalpha())


def _repeats(pattern: str) -> int:
    product = 1
    for least, most in _REPEAT.findall(pattern):
        product *= max(1, int(most or least))
    return product


def _flags(pattern: str) -> int:
    import regex

    return 0 if _TEX_NAME.search(pattern) else int(regex.IGNORECASE)
