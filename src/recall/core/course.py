"""How well an item was remembered over time: what is drawn as its memory curve."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from recall.core import history, schedule
from recall.core.history import LogRow
from recall.core.model import Grade, ItemId, ItemState, LogId, Review


class Moment(NamedTuple):
    """A day on which the memory changed; `stability` in days, None when it began anew."""

    day: date
    stability: float | None
    grade: Grade | None = None


def course(
    item: ItemId,
    rows: Iterable[LogRow],
    undone: Collection[LogId],
    weights: tuple[float, ...] = schedule.DEFAULT_WEIGHTS,
) -> list[Moment]:
    """The memory after each answer that stands, and each return to the beginning, in the order of time."""
    state, moments = ItemState(item), list[Moment]()
    for row in sorted(rows, key=attrgetter("at", "id")):
        if row.id in undone:
            continue
        before, state = state.memory, history.apply(state, row, weights)
        if isinstance(row, Review) or (before and not state.memory):
            stability = state.memory.stability if state.memory else None
            moments.append(Moment(row.day, stability, row.grade if isinstance(row, Review) else None))
    return moments


def recall_along(
    moments: Sequence[Moment], days: Iterable[float], weights: tuple[float, ...] = schedule.DEFAULT_WEIGHTS
) -> list[float | None]:
    """The probability of recall at some days (proleptic ordinals, with fractions); None where nothing is known."""
    recall_after = schedule.curve(weights)
    starts = [moment.day.toordinal() for moment in moments]
    found: list[float | None] = []
    for day in days:
        place = bisect_right(starts, day) - 1
        stability = moments[place].stability if place >= 0 else None
        found.append(None if stability is None else recall_after(day - starts[place], stability))
    return found
