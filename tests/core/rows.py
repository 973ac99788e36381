"""Log rows and histories for the tests of the core."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from recall.core import history, schedule
from recall.core.history import LogRow
from recall.core.model import Due, Event, EventKind, Grade, ItemId, ItemState, LogId, Review, Source
from recall.core.settings import ReviewSettings

ITEM = ItemId("la.eigen-01")
DAY = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DEVICE = "laptop"


def nothing_due(_first: date, _last: date) -> Mapping[date, int]:
    return {}


def noon_of(day: date) -> datetime:
    return NOON + (day - DAY)


def answer(
    number: int, grade: Grade, due: Due, *, item: ItemId = ITEM, at: datetime = NOON, day: date | None = None
) -> Review:
    return Review(LogId(f"{number:04}"), item, at, day or at.date(), grade, 1_500, Source.REVIEW, due, DEVICE)


def decision(
    number: int, kind: EventKind, *, item: ItemId = ITEM, at: datetime = NOON, target: int | None = None, **payload: Any
) -> Event:
    undone = None if target is None else LogId(f"{target:04}")
    return Event(LogId(f"{number:04}"), at, at.date(), kind, item, DEVICE, undone, payload)


def study(
    grades: Iterable[tuple[Grade, int]], settings: ReviewSettings | None = None, item: ItemId = ITEM
) -> list[Review]:
    """The rows a learner leaves who gives each grade so many days after the one before, always at noon."""
    settings = settings or ReviewSettings()
    state, at, rows = ItemState(item), NOON, []
    for number, (grade, gap) in enumerate(grades):
        at += timedelta(gap)
        due = schedule.review(state, grade, at, at.date(), settings, nothing_due).due
        rows.append(answer(number, grade, due, item=item, at=at))
        state = history.apply(state, rows[-1])
    return rows


def fold(rows: Sequence[LogRow]) -> dict[ItemId, ItemState]:
    """The states that a log of answers and decisions adds up to."""
    reviews = [row for row in rows if isinstance(row, Review)]
    return history.fold(reviews, [row for row in rows if isinstance(row, Event)])


def states_along(rows: Iterable[Review]) -> list[ItemState]:
    """The state before the first row, and after each."""
    states = [ItemState(ITEM)]
    for row in rows:
        states.append(history.apply(states[-1], row))
    return states
