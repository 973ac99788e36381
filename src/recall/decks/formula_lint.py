"""Formulas that can't be set, with their place in the YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from recall.core import cloze
from recall.core.formulas import Formula, formulas
from recall.decks.build import Passage
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.yaml_tree import Place
from recall.tex import TexError, render


def formula_problems(deck: DeckFile, macros: Mapping[str, str]) -> Iterator[Problem]:
    """A problem for every formula of the deck that the renderer refuses; `macros` are those of the curriculum."""
    for passage in deck.passages:
        known = {**macros, **dict(passage.macros)}
        for formula in formulas(_without_clozes(passage.text)):
            try:
                render(formula.tex, display=formula.is_display, macros=known)
            except TexError as error:
                place = _place_in_file(deck.text, passage, formula, error.position)
                message = f"{error.message}, in ${formula.tex[:60]}$"
                yield Problem(deck.path, *place, "tex", message)


def _without_clozes(text: str) -> str:
    """The text with every deletion filled in."""
    try:
        deletions = cloze.parse(text)
    except cloze.ClozeError:
        return text  # reported where cards are made
    for deletion in reversed(deletions):
        text = text[: deletion.start] + deletion.text + text[deletion.end :]
    return text


def _place_in_file(source: str, passage: Passage, formula: Formula, position: int) -> Place:
    """Where a character of a formula stands in the file; where the text begins, if YAML folds or escapes it."""
    start = _offset(source, passage.place)
    for form in (formula.tex, formula.tex.replace("\\", "\\\\")):
        found = re.compile(_spaced(form)).search(source, start)
        if found is not None:
            before = formula.tex[:position]
            head = re.compile(_spaced(before if form == formula.tex else before.replace("\\", "\\\\")))
            inside = head.match(source, found.start())
            return _place(source, inside.end() if inside else found.start())
    return passage.place


def _spaced(tex: str) -> str:
    """A pattern of the text in which any white space, also a line break, stands for white space."""
    return r"\s+".join(re.escape(part) for part in re.split(r"\s+", tex))


def _offset(source: str, place: Place) -> int:
    line, column = place
    starts = [0, *(match.end() for match in re.finditer("\n", source))]
    return starts[min(line, len(starts)) - 1] + column - 1


def _place(source: str, offset: int) -> Place:
    start = source.rfind("\n", 0, offset) + 1
    return source.count("\n", 0, offset) + 1, offset - start + 1
