"""Formulas that can't be set, with their place in the YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from recall.core import cloze
from recall.core.formulas import formulas
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.scalar_place import place_in_file
from recall.i18n import _
from recall.tex import TexError, render


def formula_problems(deck: DeckFile, macros: Mapping[str, str]) -> Iterator[Problem]:
    """A problem for every formula of the deck that the renderer refuses; `macros` are those of the curriculum."""
    for passage in deck.passages:
        known = {**macros, **dict(passage.macros)}
        text, origins = without_clozes(passage.text)
        for formula in formulas(text):
            try:
                render(formula.tex, display=formula.is_display, macros=known)
            except TexError as error:
                place = place_in_file(deck.text, passage, origins[formula.start + error.position])
                # What the renderer says stays English, as TeX's own words are: `recall.tex` stands alone.
                message = _("{reason}, in ${tex}$").format(reason=error.message, tex=formula.tex[:60])
                yield Problem(deck.path, *place, "tex", message)


def without_clozes(text: str) -> tuple[str, Sequence[int]]:
    """The text with every deletion filled in, and where each of its characters stood before."""
    if "{{c" not in text:
        return text, range(len(text))
    try:
        deletions = cloze.parse(text)
    except cloze.ClozeError:
        deletions = []  # reported where cards are made
    kept, end = list[int](), 0
    for deletion in deletions:
        start = text.index("::", deletion.start) + 2
        kept += [*range(end, deletion.start), *range(start, start + len(deletion.text))]
        end = deletion.end
    kept += range(end, len(text))
    return "".join(text[index] for index in kept), kept
