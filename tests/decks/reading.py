"""What the proofs of several stages share to read a card: formulas, options and expressions in its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from recall.core.formulas import formulas
from tests.decks.proving import Claim, only, value_of


def tex_in(text: str) -> list[str]:
    """The formulas of a step, an option or a deletion."""
    return [formula.tex for formula in formulas(text)]


def found(pattern: str, text: str) -> str:
    """The first group of a pattern that has to be there."""
    match = re.search(pattern, text)
    assert match is not None, f"no {pattern} in {text}"
    return match[1]


def option_that(card: Claim, meanings: Mapping[str, Callable[[], bool]]) -> str:
    """The one option that is true; `meanings` tells for a phrase how to find out."""

    def is_true(option: str) -> bool:
        (meaning,) = [meaning for phrase, meaning in meanings.items() if phrase in option]
        return bool(meaning())

    return only(card.options, is_true)


def worth(tex: str, notes: Mapping[str, float] | None = None, **symbols: float) -> float:
    """The value of an expression in which notations, `f(x_0)`, stand for numbers."""
    for note in sorted(notes or {}, key=len, reverse=True):
        tex = tex.replace(note, f"({(notes or {})[note]:.20f})")
    return value_of(tex.replace(r"\,", " "), **symbols)
