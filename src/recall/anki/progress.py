"""What the log says of an item, as Anki has it: the state of a card, and rows of its review log."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from recall.core import history, schedule
from recall.core.history import LogRow
from recall.core.model import Event, EventKind, ItemId, ItemState, LogId, Phase, Review
from recall.core.settings import ReviewPolicy, ReviewSettings
from recall.core.study_day import StudyCalendar

NEW, LEARNING, REVIEW, RELEARNING = range(4)
"""What Anki calls the type of a card; of a row of its log it is one less, and new cards have none."""
SUSPENDED = -1
FORGOTTEN = 4
"""The type of a row that Anki writes by hand; with a factor of 0 it makes the card new again."""
_TYPES = {Phase.NEW: NEW, Phase.LEARNING: LEARNING, Phase.REVIEW: REVIEW, Phase.RELEARNING: RELEARNING}
_EASE_FACTOR = 2500
RED = 1
"""The flag that stands for recall's only one."""


@dataclass(frozen=True, slots=True)
class CardState:
    """The columns of `cards` that hold progress. `due` is a position, seconds, or days since the collection began."""

    type: int = NEW
    queue: int = NEW
    due: int = 0
    ivl: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    left: int = 0
    flags: int = 0
    data: str = "{}"


@dataclass(frozen=True, slots=True)
class Answered:
    """A row of `revlog`; `id` is its time in milliseconds, intervals are days, or seconds below zero."""

    id: int
    ease: int
    ivl: int
    last_ivl: int
    factor: int
    time: int
    type: int


@dataclass(frozen=True, slots=True)
class Progress:
    """One item's card and its log."""

    card: CardState
    log: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """How days and settings are counted in a collection that begins on the study day `first`."""

    first: date
    calendar: StudyCalendar
    policy: ReviewPolicy
    weights: tuple[float, ...]

    @property
    def begins(self) -> int:
        """`col.crt`: seconds, at the hour that days begin."""
        return int(self.calendar.start_of(self.first).timestamp())


def anki_ids(rows: Iterable[LogRow]) -> dict[LogId, int]:
    """The ids under which rows stand in Anki's log: their time in milliseconds, moved on where two would be one.

    `rows` are all answers and resets of the log, those taken back too, so that an id stays whatever comes later.
    """
    ids: dict[LogId, int] = {}
    newest = 0
    for row in sorted(rows, key=lambda row: (row.at, row.id)):
        newest = max(newest + 1, milliseconds(row.at))
        ids[row.id] = newest
    return ids


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970, without the errors of a float."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def progress_of(
    states: Mapping[ItemId, ItemState],
    reviews: Iterable[Review],
    events: Iterable[Event],
    stage_of: Mapping[ItemId, str | None],
    scale: Scale,
) -> dict[ItemId, Progress]:
    """The progress of the items in `stage_of`; those the log does not know are left out."""
    events = list(events)
    undone = history.undone_rows(events)
    resets = [event for event in events if event.kind is EventKind.RESET]
    rows: list[LogRow] = [*reviews, *resets]
    ids = anki_ids(rows)
    by_item: defaultdict[ItemId, list[LogRow]] = defaultdict(list)
    for row in rows:
        if row.item is not None and row.item in stage_of and row.id not in undone:
            by_item[row.item].append(row)
    return {
        item: _progress(states[item], by_item[item], ids, scale, scale.policy.for_stage(stage))
        for item, stage in stage_of.items()
        if item in states
    }


def _progress(
    state: ItemState, rows: list[LogRow], ids: Mapping[LogId, int], scale: Scale, settings: ReviewSettings
) -> Progress:
    rows.sort(key=lambda row: (row.at, row.id))
    log = tuple(_log(rows, ids, scale.weights))
    return Progress(_card(state, log, scale, settings), log)


def _log(rows: Iterable[LogRow], ids: Mapping[LogId, int], weights: tuple[float, ...]) -> Iterator[Answered]:
    phase, difficulty, last = Phase.NEW, None, 0
    for row in rows:
        if isinstance(row, Event):
            phase, difficulty, last = Phase.NEW, None, 0
            yield Answered(ids[row.id], 0, 0, 0, 0, 0, FORGOTTEN)
            continue
        interval = _interval(row)
        difficulty = schedule.next_difficulty(difficulty, row.grade, weights)
        kind = max(_TYPES[phase] - 1, 0)
        yield Answered(ids[row.id], int(row.grade), interval, last, _factor(difficulty), row.ms or 0, kind)
        phase, last = schedule.next_phase(phase, row.due), interval


def _factor(difficulty: float) -> int:
    """Difficulty from 1 to 10 as Anki's log has it, from 100 to 1100."""
    return round((difficulty - 1) / 9 * 1000 + 100)


def _interval(row: Review) -> int:
    if isinstance(row.due, datetime):
        return -max(round((row.due - row.at).total_seconds()), 1)
    return max((row.due - row.day).days, 1)


def _card(state: ItemState, log: tuple[Answered, ...], scale: Scale, settings: ReviewSettings) -> CardState:
    flags = RED if state.flagged else 0
    kind = _TYPES[state.phase]
    queue = SUSPENDED if state.suspended else LEARNING if kind == RELEARNING else kind
    if state.due is None or state.memory is None:
        return CardState(queue=queue, flags=flags)
    steps = settings.relearning_steps if kind == RELEARNING else settings.learning_steps
    in_steps = isinstance(state.due, datetime)
    return CardState(
        type=kind,
        queue=queue,
        due=_due(state, scale),
        ivl=(log[-1].ivl if not in_steps else int(kind == RELEARNING)),
        factor=_EASE_FACTOR,
        reps=state.reps,
        lapses=state.lapses,
        left=max(len(steps) - state.step, 1) * 1001 if in_steps else 0,
        flags=flags,
        data=_memory(state, log, scale, settings),
    )


def _due(state: ItemState, scale: Scale) -> int:
    if isinstance(state.due, datetime):
        return milliseconds(state.due) // 1000
    assert state.due is not None
    return (state.due - scale.first).days


def _memory(state: ItemState, log: tuple[Answered, ...], scale: Scale, settings: ReviewSettings) -> str:
    """What FSRS knows, as the column `data` has it."""
    assert state.memory is not None
    return json.dumps(
        {
            "s": round(state.memory.stability, 4),
            "d": round(state.memory.difficulty, 3),
            "dr": settings.desired_retention,
            "decay": round(scale.weights[20], 4),
            "lrt": log[-1].id // 1000,
        },
        separators=(",", ":"),
    )
