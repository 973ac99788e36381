"""A card's text with its formulas set, for whoever shows plain text; and its macros written out, for everybody."""

from __future__ import annotations

import re
from collections.abc import Mapping

from recall.core.formulas import Formula, replace_formulas
from recall.tex import TexError, expand, render

_MARKS = re.compile(r"\*\*|^(?:```\w*$|#+ |> |[-*] )", re.MULTILINE)


def expand_macros(text: str, macros: Mapping[str, str]) -> str:
    """The text with the macros of its formulas written out; a formula that can't be expanded stays as it is."""
    if not macros or "$" not in text:
        return text

    def written_out(formula: Formula) -> str:
        try:
            tex = expand(formula.tex, macros)
        except TexError:
            tex = formula.tex
        return f"{formula.dollars}{tex}{formula.dollars}"

    return replace_formulas(text, written_out)


def one_line(text: str, *, plain_fonts: bool = False) -> str:
    """The text on one line, formulas and all, without the marks of emphasis and code."""

    def as_text(formula: Formula) -> str:
        try:
            return render(formula.tex, display=False, plain_fonts=plain_fonts).lines[0].replace("\u00a0", " ")
        except TexError:
            return f"${formula.tex}$"

    return " ".join(_MARKS.sub("", replace_formulas(text, as_text)).split())


def typeset(text: str, width: int, *, plain_fonts: bool = False) -> str:
    """The text with formulas as lines of characters: inline ones in place, displayed ones on lines of their own.

    `width` is in cells. What can't be set stays as its source.
    """

    def as_text(formula: Formula) -> str:
        try:
            shown = render(formula.tex, display=formula.is_display, width=width, plain_fonts=plain_fonts)
        except TexError:
            return f"${formula.tex}$"
        lines = [line.replace("\u00a0", " ").rstrip() for line in shown.lines]
        return "\n" + "\n".join(f"  {line}" for line in lines) + "\n" if formula.is_display else lines[0]

    return replace_formulas(text, as_text)
