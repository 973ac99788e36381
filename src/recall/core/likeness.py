"""How alike two questions are: the Jaccard similarity of their character 5-grams, blanks left out."""

from __future__ import annotations

import re

GRAM = 5


def grams(text: str) -> frozenset[str]:
    """Every run of five characters; of a shorter text the text itself."""
    text = re.sub(r"\s", "", text).casefold()
    return frozenset(text[n : n + GRAM] for n in range(max(1, len(text) - GRAM + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0, nothing in common, to 1, the same."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
