"""When an item comes back. The only module that knows fsrs.

fsrs counts elapsed time in whole 24-hour spans. People count study days, so every instant handed to fsrs is
midnight UTC of its study day; an interval of days becomes a due date, and steps shorter than a day keep their
exact time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from math import exp

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS, FUZZ_RANGES

from recall.core.model import Due, Grade, ItemState, Memory, Phase
from recall.core.settings import ReviewSettings

DEFAULT_WEIGHTS: tuple[float, ...] = tuple(DEFAULT_PARAMETERS)
"""The 21 weights of FSRS-6 as shipped by fsrs."""

_FSRS_STATE = {
    Phase.NEW: fsrs.State.Learning,
    Phase.LEARNING: fsrs.State.Learning,
    Phase.REVIEW: fsrs.State.Review,
    Phase.RELEARNING: fsrs.State.Relearning,
}

DueLoad = Callable[[date, date], Mapping[date, int]]
"""How many items are due on each day from the first to the last date, both included."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one grade leads to: the memory after it, and when the item comes back."""

    memory: Memory
    due: Due


def review(
    state: ItemState,
    grade: Grade,
    at: datetime,
    day: date,
    settings: ReviewSettings,
    load: DueLoad,
    weights: tuple[float, ...] = DEFAULT_WEIGHTS,
) -> Outcome:
    """Grade an item at the instant `at` of study day `day`.

    An interval of days is moved to the least loaded day of FSRS's fuzz range, ties broken by a hash of the item
    and its number of reviews.
    """
    answered = _answer(_scheduler(settings, weights), state, grade, day)
    memory = _memory_of(answered)
    interval = answered.due - _midnight(day)
    if answered.state is not fsrs.State.Review:
        return Outcome(memory, at + interval)
    first, last = fuzz_range(interval.days, settings.maximum_interval)
    key = f"{state.item}/{state.reps}"
    return Outcome(memory, _least_loaded(day + timedelta(first), day + timedelta(last), key, load))


def preview(
    state: ItemState,
    at: datetime,
    day: date,
    settings: ReviewSettings,
    load: DueLoad,
    weights: tuple[float, ...] = DEFAULT_WEIGHTS,
) -> dict[Grade, Due]:
    """When the item would come back after each of the four grades."""
    return {grade: review(state, grade, at, day, settings, load, weights).due for grade in Grade}


def remember(state: ItemState, grade: Grade, day: date, weights: tuple[float, ...] = DEFAULT_WEIGHTS) -> Memory:
    """The memory after a grade. It depends on grades and study days only, never on steps or settings."""
    return _memory_of(_answer(_scheduler(ReviewSettings(), weights), state, grade, day))


def next_difficulty(difficulty: float | None, grade: Grade, weights: tuple[float, ...] = DEFAULT_WEIGHTS) -> float:
    """The difficulty after a grade, None before the first: what `remember` says of it, at a twentieth of the cost.

    FSRS-6 makes it of grades alone (fsrs's `_next_difficulty`).
    """
    if difficulty is None:
        return min(max(_first_difficulty(grade, weights), 1.0), 10.0)
    damped = -weights[6] * (grade - 3) * (10.0 - difficulty) / 9.0
    reverted = weights[7] * _first_difficulty(Grade.EASY, weights) + (1 - weights[7]) * (difficulty + damped)
    return min(max(reverted, 1.0), 10.0)


def _first_difficulty(grade: Grade, weights: tuple[float, ...]) -> float:
    return weights[4] - exp(weights[5] * (grade - 1)) + 1


def retrievability(
    memory: Memory | None, last_day: date | None, today: date, weights: tuple[float, ...] = DEFAULT_WEIGHTS
) -> float:
    """Probability of recall on study day `today`, 0 if never seen (FSRS-6's power forgetting curve)."""
    if memory is None or last_day is None:
        return 0.0
    return curve(weights)(max((today - last_day).days, 0), memory.stability)


@lru_cache(maxsize=8)
def curve(weights: tuple[float, ...]) -> Callable[[float, float], float]:
    """The forgetting curve of some weights: `(1 + f t/S) ** -w20`, f such that it is 0.9 at `t = S`; both in days."""
    decay = -weights[20]
    factor = 0.9 ** (1 / decay) - 1

    def recall_after(elapsed_days: float, stability: float) -> float:
        return float((1 + factor * elapsed_days / stability) ** decay)

    return recall_after


def fuzz_range(days: int, maximum: int) -> tuple[int, int]:
    """The shortest and longest interval (days) that FSRS's fuzz may make of `days`."""
    if days < FUZZ_RANGES[0]["start"]:
        return days, days
    delta = 1.0 + sum(part["factor"] * max(min(float(days), part["end"]) - part["start"], 0.0) for part in FUZZ_RANGES)
    last = min(round(days + delta), maximum)
    return min(max(2, round(days - delta)), last), last


def next_phase(phase: Phase, due: Due) -> Phase:
    """The phase an answer leads to, read off the due it was given."""
    if not isinstance(due, datetime):
        return Phase.REVIEW
    return Phase.LEARNING if phase in (Phase.NEW, Phase.LEARNING) else Phase.RELEARNING


def next_step(state: ItemState, grade: Grade, phase: Phase) -> int:
    """The index of the (re)learning step an answer leads to; 0 once the item is on day intervals."""
    if phase is Phase.REVIEW or state.phase is Phase.REVIEW or grade is Grade.AGAIN:
        return 0
    return state.step + 1 if grade is Grade.GOOD else state.step


def _answer(scheduler: fsrs.Scheduler, state: ItemState, grade: Grade, day: date) -> fsrs.Card:
    """fsrs's card after the grade. A clock that went backwards counts as no time passed."""
    last_day = state.last_day
    memory = state.memory
    card = fsrs.Card(
        card_id=0,
        state=_FSRS_STATE[state.phase],
        step=None if state.phase is Phase.REVIEW else state.step,
        stability=memory.stability if memory else None,
        difficulty=memory.difficulty if memory else None,
        due=_midnight(day),
        last_review=_midnight(min(last_day, day)) if last_day and memory else None,
    )
    return scheduler.review_card(card, fsrs.Rating(int(grade)), _midnight(day))[0]


def _memory_of(card: fsrs.Card) -> Memory:
    assert card.stability is not None and card.difficulty is not None
    return Memory(card.stability, card.difficulty)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@lru_cache(maxsize=64)
def _scheduler(settings: ReviewSettings, weights: tuple[float, ...]) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=weights,
        desired_retention=settings.desired_retention,
        learning_steps=settings.learning_steps,
        relearning_steps=settings.relearning_steps,
        maximum_interval=settings.maximum_interval,
        enable_fuzzing=False,
    )


def _least_loaded(first: date, last: date, key: str, load: DueLoad) -> date:
    if first == last:
        return first
    due_on = load(first, last)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return min(days, key=lambda day: (due_on.get(day, 0), _tie_break(key, day)))


def _tie_break(key: str, day: date) -> bytes:
    return blake2b(f"{key}/{day.toordinal()}".encode(), digest_size=8).digest()
