"""Everything that happened to one item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from recall.core.course import Moment, course
from recall.core.exercise import Exercise
from recall.core.history import LogRow, undone_rows
from recall.core.model import Event, ItemId, LogId, Review
from recall.store.catalogue import Placed
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Past:
    """The rows of the log about an item, in the order they were written."""

    item: ItemId
    placed: Placed | None
    """Its card; None when no deck has it any more."""
    reviews: Sequence[Review]
    events: Sequence[Event]
    undone: frozenset[LogId]
    """Rows that were taken back."""
    asked: Mapping[LogId, str]
    """The question of each answer that a program marked, as the card would ask it today with the seed of then."""

    @property
    def rows(self) -> Sequence[LogRow]:
        """All of them, in the order of time."""
        return sorted([*self.reviews, *self.events], key=attrgetter("at", "id"))

    def course(self, weights: tuple[float, ...]) -> list[Moment]:
        """How the memory of it went."""
        return course(self.item, self.rows, self.undone, weights)


def past_of(workspace: Workspace, item: ItemId) -> Past:
    """The past of an item of the decks, or of one that only the log still knows."""
    with workspace.store.read() as tx:
        placed = tx.catalogue.card_of(item)
        reviews, events = tx.log.history(item)
    asked = {} if placed is None else _asked(workspace, item, placed, reviews)
    return Past(item, placed, reviews, events, undone_rows(events), asked)


def _asked(workspace: Workspace, item: ItemId, placed: Placed, reviews: Sequence[Review]) -> dict[LogId, str]:
    return {
        row.id: _question_text(Exercise(placed.card, item, row.seed), workspace)
        for row in reviews
        if row.seed is not None
    }


def _question_text(exercise: Exercise, workspace: Workspace) -> str:
    lines = [line.text.in_language(workspace.language) for line in exercise.lines]
    front = exercise.face(workspace.language).plain().front
    return "\n".join((front, *(f"{n}. {line}" for n, line in enumerate(lines, 1))))
