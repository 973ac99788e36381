"""state = fold(log): the same log gives the same state, whatever order its rows arrived in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import chain
from operator import attrgetter

from recall.core import schedule
from recall.core.links import Links, links_of
from recall.core.model import Event, EventKind, Grade, ItemId, ItemState, LogId, Phase, Review

LogRow = Review | Event

UNDOABLE = frozenset(
    {
        EventKind.SUSPEND,
        EventKind.UNSUSPEND,
        EventKind.BURY,
        EventKind.FLAG,
        EventKind.RESET,
        EventKind.RESCHEDULE,
    }
)
"""Decisions that undo can take back; answers it always can."""


def fold(
    reviews: Iterable[Review], events: Iterable[Event], weights: tuple[float, ...] = schedule.DEFAULT_WEIGHTS
) -> dict[ItemId, ItemState]:
    """The state of every item the log speaks of, by its present name."""
    events = list(events)
    return fold_linked(chain(reviews, events), links_of(events), undone_rows(events), weights)


def fold_linked(
    log: Iterable[LogRow],
    links: Links,
    undone: frozenset[LogId],
    weights: tuple[float, ...] = schedule.DEFAULT_WEIGHTS,
) -> dict[ItemId, ItemState]:
    """The states of the items that some rows count for; all rows of each must be among them."""
    rows: defaultdict[ItemId, list[LogRow]] = defaultdict(list)
    for row in log:
        if row.item is not None and (isinstance(row, Review) or row.kind is not EventKind.UNDO):
            rows[links.item_of(row)].append(row)
    return {item: fold_item(item, rows[item], undone, weights) for item in rows}


def fold_item(
    item: ItemId,
    rows: Iterable[LogRow],
    undone: frozenset[LogId],
    weights: tuple[float, ...] = schedule.DEFAULT_WEIGHTS,
) -> ItemState:
    """The state of one item from its rows, in any order; rows named in `undone` count as never written."""
    state = ItemState(item)
    for row in sorted(rows, key=attrgetter("at", "id")):
        if row.id not in undone:
            state = apply(state, row, weights)
    return state


def undone_rows(events: Iterable[Event]) -> frozenset[LogId]:
    """Ids of the rows that undo events took back."""
    return frozenset(event.target for event in events if event.kind is EventKind.UNDO and event.target is not None)


def apply(state: ItemState, row: LogRow, weights: tuple[float, ...] = schedule.DEFAULT_WEIGHTS) -> ItemState:
    """The state after one more row, which must be the latest of its item."""
    return _reviewed(state, row, weights) if isinstance(row, Review) else _decided(state, row)


def _decided(state: ItemState, row: Event) -> ItemState:
    match row.kind:
        case EventKind.SUSPEND:
            return replace(state, suspended=True, changed_at=row.at)
        case EventKind.UNSUSPEND:
            return replace(state, suspended=False, buried_on=None, changed_at=row.at)
        case EventKind.BURY:
            return replace(state, buried_on=row.day, changed_at=row.at)
        case EventKind.FLAG:
            return replace(state, flagged=bool(row.payload["on"]), changed_at=row.at)
        case EventKind.RESET:
            kept = ItemState(state.item, suspended=state.suspended, flagged=state.flagged)
            return replace(kept, changed_at=row.at)
        case EventKind.RESCHEDULE:
            return _rescheduled(state, row)
        case EventKind.UNDO | EventKind.SITTING | EventKind.ATTEMPT | EventKind.LINK | EventKind.PARAMS:
            return state


def _rescheduled(state: ItemState, row: Event) -> ItemState:
    """Due on another day; an item that is not remembered yet has no day to move."""
    if state.memory is None:
        return replace(state, changed_at=row.at)
    due = date.fromisoformat(row.payload["due"])
    return replace(state, phase=Phase.REVIEW, step=0, due=due, changed_at=row.at)


def _reviewed(state: ItemState, row: Review, weights: tuple[float, ...]) -> ItemState:
    phase = schedule.next_phase(state.phase, row.due)
    lapsed = state.phase is Phase.REVIEW and row.grade is Grade.AGAIN
    return replace(
        state,
        phase=phase,
        step=schedule.next_step(state, row.grade, phase),
        memory=schedule.remember(state, row.grade, row.day, weights),
        due=row.due,
        first_day=state.first_day or row.day,
        last_day=max(row.day, state.last_day or row.day),
        changed_at=row.at,
        reps=state.reps + 1,
        lapses=state.lapses + lapsed,
    )
