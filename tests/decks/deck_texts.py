"""Every text of the decks that come with recall, as a learner sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recall.core import cloze
from recall.core.formulas import Formula, formulas
from recall.decks.curriculum import load_curriculum
from recall.decks.folders import CURRICULUM_FILE, deck_files
from recall.decks.load import load_deck
from recall.environment import bundled_decks
from recall.text.typeset import expand_macros


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text of a card in one language, its macros written out."""

    where: str
    """File, line and column."""
    text: str


@dataclass(frozen=True, slots=True)
class SeenFormula:
    """A formula of such a text."""

    where: str
    formula: Formula


@cache
def seen_texts() -> tuple[SeenText, ...]:
    """All texts in both languages; a cloze filled in, and as each of its questions."""
    shared = dict(load_curriculum(bundled_decks() / CURRICULUM_FILE).macros)
    return tuple(text for path in _paths() for text in _of_deck(path, shared))


@cache
def seen_formulas() -> tuple[SeenFormula, ...]:
    """All formulas of these texts, each as often as it stands there."""
    return tuple(SeenFormula(seen.where, formula) for seen in seen_texts() for formula in formulas(seen.text))


def _paths() -> list[Path]:
    return sorted(deck_files(bundled_decks()))


def _of_deck(path: Path, shared: Mapping[str, str]) -> Iterator[SeenText]:
    for passage in load_deck(path).passages:
        line, column = passage.place
        for text in _forms(passage.text):
            yield SeenText(f"{path.name}:{line}:{column}", expand_macros(text, {**shared, **dict(passage.macros)}))


def _forms(text: str) -> Iterator[str]:
    numbers = cloze.numbers(text)
    if not numbers:
        yield text
        return
    plain = cloze.answer(text, numbers[0])
    yield plain.replace(cloze.HIGHLIGHT_START, "").replace(cloze.HIGHLIGHT_END, "")
    for number in numbers:
        yield cloze.question(text, number)
