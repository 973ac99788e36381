"""Every problem of some deck files: their own, ids given twice, names that do not exist, formulas that can't be set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from recall.core.curriculum import Curriculum
from recall.core.model import CardId
from recall.decks.formula_lint import formula_problems
from recall.decks.load import DeckFile, LocatedCard
from recall.decks.problems import Problem
from recall.errors import did_you_mean
from recall.i18n import _


def lint(folders: Iterable[Sequence[DeckFile]], curriculum: Curriculum, sources: Collection[str]) -> Iterator[Problem]:
    """Every problem of the files of some folders.

    An id may come again in another folder: that is how the learner's version of a bundled card replaces it.
    """
    for decks in folders:
        yield from repeated_ids(decks)
        for deck in decks:
            yield from deck.problems
            yield from _unknown_names(deck, curriculum.topics, sources)
            yield from formula_problems(deck, dict(curriculum.macros))


def repeated_ids(decks: Iterable[DeckFile]) -> Iterator[Problem]:
    """Cards of one folder that claim the id, or ask the very question, of an earlier one."""
    first: dict[CardId, tuple[DeckFile, LocatedCard]] = {}
    for deck in decks:
        for located in deck.cards:
            card = located.card
            if card.id not in first:
                first[card.id] = deck, located
                continue
            where = f"{first[card.id][0].path}:{first[card.id][1].line}"
            same_id = _("id {id} is taken at {place}; give this card another id")
            same_question = _("the same question stands at {place}; delete one of the two")
            message = (same_id if card.has_own_id else same_question).format(id=card.id, place=where)
            yield Problem(deck.path, located.line, located.column, "duplicate-id", message)


def _unknown_names(deck: DeckFile, topics: Collection[str], sources: Collection[str]) -> Iterator[Problem]:
    known = {"topic": topics, "source": sources}
    unknown = {
        "topic": _("topic `{name}` is not in curriculum.yaml"),
        "source": _("source `{name}` is not in sources.yaml"),
    }
    for reference in deck.references:
        names = known.get(reference.kind)
        if names is not None and reference.name not in names:
            message = unknown[reference.kind].format(name=reference.name) + did_you_mean(reference.name, names)
            yield Problem(deck.path, *reference.place, f"unknown-{reference.kind}", message)
