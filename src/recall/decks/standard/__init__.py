"""The standard that the cards which come with recall are held to, as far as a program can hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.standard.choices import fair_choices
from recall.decks.standard.completeness import interviews, programs, steps, whole
from recall.decks.standard.languages import chinese, translations
from recall.decks.standard.questions import enumerations, lengths, one_question
from recall.decks.standard.rules import of_decks
from recall.decks.standard.topics import covered_topics

_CARD_RULES = (
    whole,
    lengths,
    one_question,
    enumerations,
    translations,
    chinese,
    fair_choices,
    steps,
    programs,
    interviews,
)


def standard_problems(decks: Sequence[DeckFile]) -> Iterator[Problem]:
    """Where the cards of these files fall short, file by file and then across files."""
    for held in of_decks(decks):
        for rule in _CARD_RULES:
            yield from rule(held)
    yield from covered_topics(decks)
