"""Text as it is searched: without the differences that nobody types."""

from __future__ import annotations

import unicodedata

_TYPED = str.maketrans("−‐‑–′∗∣", "----'*|")
"""Signs of mathematics that a keyboard has under another name."""


def fold(text: str) -> str:
    """Small letters, one space between words, and compatible forms as one: `ℝ²` and `r2`, `，` and `,`."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_TYPED)).casefold().split())


def squeeze(text: str) -> str:
    """The folded text without spaces, as formulas are searched."""
    return fold(text).replace(" ", "")
