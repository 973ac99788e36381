"""Every formula of the decks can be read in a terminal and in Anki."""

from __future__ import annotations

import pytest
from wcwidth import wcswidth

from recall.tex import TexError, render
from tests.decks.deck_texts import SeenFormula, seen_formulas
from tests.tex.mathjax import verdicts

NARROW = 60
"""Columns of a narrow terminal, into which every displayed formula must go."""


def fault(seen: SeenFormula) -> str | None:
    """What is wrong with how a formula looks, as card texts show it and as the other kind."""
    tex = seen.formula.tex
    for display in (True, False):
        try:
            shown = render(tex, display=display, width=NARROW if display else None)
        except TexError as error:
            return str(error)
        text = "".join(shown.lines)
        if "\\" in text:
            return f"shows a backslash: {text}"
        if text.count("?") > tex.count("?") or "□" in text:
            return f"shows a sign for what it lacks: {text}"
        if {wcswidth(line) for line in shown.lines} != {shown.width}:
            return f"has rows of different widths: {shown.lines}"
        if not display and len(shown.lines) != 1:
            return f"takes {len(shown.lines)} lines"
    return None


def test_there_are_formulas_in_the_decks() -> None:
    assert len({seen.formula.tex for seen in seen_formulas()}) > 500


def test_every_formula_renders_whole() -> None:
    faults = {
        seen.formula.tex: f"{seen.where}: ${seen.formula.tex}$ {found}"
        for seen in seen_formulas()
        if (found := fault(seen)) is not None
    }
    assert not faults, "\n".join(faults.values())


def test_every_formula_fits_a_narrow_terminal_when_displayed() -> None:
    """Also those that stand in a line today, so that moving one into a display never makes it scroll."""
    wide = {
        f"{seen.where}: ${seen.formula.tex}$"
        for seen in seen_formulas()
        if render(seen.formula.tex, display=True, width=NARROW).width > NARROW
    }
    assert not wide, "\n".join(sorted(wide))


@pytest.mark.node
def test_mathjax_accepts_every_formula() -> None:
    where = {(seen.formula.tex, seen.formula.is_display): seen.where for seen in reversed(seen_formulas())}
    judged = zip(where, verdicts(list(where)), strict=True)
    refused = [f"{where[formula]}: ${formula[0]}$ {error}" for formula, error in judged if error is not None]
    assert not refused, "\n".join(refused)
