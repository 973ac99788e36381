"""The scheduler, held against two other implementations of FSRS-6 and against what the learner was promised."""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import fsrs
import fsrs_rs_python
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from recall.core import history, schedule
from recall.core.model import Due, Grade, ItemId, ItemState, Memory, Phase
from recall.core.settings import ReviewSettings
from tests.core.rows import DAY, ITEM, NOON, answer, noon_of, nothing_due, states_along, study

ROOT = Path(__file__).parents[2]

History = list[tuple[Grade, int]]
"""Grades, each with the days since the one before."""

GRADES = st.sampled_from(Grade)
GAPS = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 400))
HISTORIES = st.lists(st.tuples(GRADES, GAPS), min_size=1, max_size=12)
STEPS = st.lists(st.integers(1, 86_399).map(lambda s: timedelta(seconds=s)), max_size=4).map(tuple)
SETTINGS = st.builds(
    ReviewSettings,
    desired_retention=st.floats(0.7, 0.99),
    learning_steps=STEPS,
    relearning_steps=STEPS,
    maximum_interval=st.one_of(st.integers(1, 30), st.integers(1, 36_500)),
)
NO_STEPS = ReviewSettings(learning_steps=(), relearning_steps=())
GRADUATED = ItemState(ITEM, Phase.REVIEW, memory=Memory(50.0, 5.0), last_day=DAY, reps=7)
"""Answered on DAY; its memory holds fifty days."""

SINGLE_PRECISION_HOLDS = 0.01
"""Days. Below it the rust fsrs loses digits: it takes `(S + 1) ** w - 1` in 32 bits, which is 2e-4 off at 0.002."""


def scheduler_of(settings: ReviewSettings) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        desired_retention=settings.desired_retention,
        learning_steps=settings.learning_steps,
        relearning_steps=settings.relearning_steps,
        maximum_interval=settings.maximum_interval,
        enable_fuzzing=False,
    )


def fsrs_cards(grades: History, settings: ReviewSettings) -> list[fsrs.Card]:
    """fsrs's card after each grade, every one given at midnight UTC."""
    scheduler = scheduler_of(settings)
    at, cards = datetime(2026, 1, 1, tzinfo=UTC), [fsrs.Card(1)]
    for grade, gap in grades:
        at += timedelta(gap)
        cards.append(scheduler.review_card(cards[-1], fsrs.Rating(int(grade)), at)[0])
    return cards[1:]


def memories_in_rust(grades: History) -> Sequence[fsrs_rs_python.MemoryState]:
    gaps = [0, *(gap for _, gap in grades[1:])]
    answers = [fsrs_rs_python.FSRSReview(int(grade), gap) for (grade, _), gap in zip(grades, gaps, strict=True)]
    return fsrs_rs_python.FSRS(schedule.DEFAULT_WEIGHTS).historical_memory_states(fsrs_rs_python.FSRSItem(answers))


def memories(grades: History, settings: ReviewSettings | None = None) -> list[Memory]:
    return [state.memory for state in states_along(study(grades, settings)) if state.memory]


def intervals(dues: Sequence[Due], grades: History) -> list[int | None]:
    """Days from each answer to its due date; None for a step."""
    day, found = DAY, list[int | None]()
    for due, (_, gap) in zip(dues, grades, strict=True):
        day += timedelta(gap)
        found.append(None if isinstance(due, datetime) else (due - day).days)
    return found


@settings(max_examples=1_000)
@given(HISTORIES, SETTINGS)
def test_memory_is_what_both_other_fsrs_compute_from_study_days(grades: History, settings: ReviewSettings) -> None:
    ours = memories(grades, settings)

    for memory, card in zip(ours, fsrs_cards(grades, settings), strict=True):
        assert memory.stability == pytest.approx(card.stability, rel=1e-9)
        assert memory.difficulty == pytest.approx(card.difficulty, rel=1e-9)
    for memory, expected in zip(ours, memories_in_rust(grades), strict=True):
        if expected.stability < SINGLE_PRECISION_HOLDS:
            break
        assert memory.stability == pytest.approx(expected.stability, rel=1e-4)
        assert memory.difficulty == pytest.approx(expected.difficulty, rel=1e-4)


@given(HISTORIES, SETTINGS)
def test_memory_does_not_depend_on_steps_or_retention_or_limits(grades: History, settings: ReviewSettings) -> None:
    assert memories(grades, settings) == memories(grades)


@given(HISTORIES, SETTINGS, SETTINGS)
def test_memory_survives_a_change_of_settings_on_the_way(
    grades: History, first: ReviewSettings, second: ReviewSettings
) -> None:
    half = len(grades) // 2
    state, at, changed = ItemState(ITEM), NOON, list[Memory | None]()

    for number, (grade, gap) in enumerate(grades):
        at += timedelta(gap)
        current = first if number < half else second
        due = schedule.review(state, grade, at, at.date(), current, nothing_due).due
        state = history.apply(state, answer(number, grade, due, at=at))
        changed.append(state.memory)

    assert changed == memories(grades)


@given(HISTORIES, SETTINGS)
def test_what_is_remembered_is_what_review_foretold(grades: History, settings: ReviewSettings) -> None:
    rows = study(grades, settings)

    for state, row in zip(states_along(rows), rows, strict=False):
        foretold = schedule.review(state, row.grade, row.at, row.day, settings, nothing_due).memory
        assert schedule.remember(state, row.grade, row.day) == foretold


@given(HISTORIES, SETTINGS)
def test_phase_and_step_are_the_ones_fsrs_keeps(grades: History, settings: ReviewSettings) -> None:
    names = {
        fsrs.State.Learning: Phase.LEARNING,
        fsrs.State.Review: Phase.REVIEW,
        fsrs.State.Relearning: Phase.RELEARNING,
    }

    kept = [(state.phase, state.step) for state in states_along(study(grades, settings))[1:]]

    assert kept == [(names[card.state], card.step or 0) for card in fsrs_cards(grades, settings)]


@given(HISTORIES, SETTINGS)
def test_a_short_interval_is_fsrss_own_since_there_is_nothing_to_choose_from(
    grades: History, settings: ReviewSettings
) -> None:
    dues = [row.due for row in study(grades, settings)]

    for card, ours in zip(fsrs_cards(grades, settings), intervals(dues, grades), strict=True):
        assert card.last_review is not None
        theirs = (card.due - card.last_review).days
        first, last = schedule.fuzz_range(theirs, settings.maximum_interval)
        if ours is not None and first == last:
            assert ours == theirs


@given(HISTORIES, SETTINGS)
def test_an_interval_lies_in_the_fuzz_range_of_fsrss_own(grades: History, settings: ReviewSettings) -> None:
    dues = [row.due for row in study(grades, settings)]

    for card, ours in zip(fsrs_cards(grades, settings), intervals(dues, grades), strict=True):
        assert card.last_review is not None
        assert (ours is None) == (card.state is not fsrs.State.Review)
        if ours is not None:
            first, last = schedule.fuzz_range((card.due - card.last_review).days, settings.maximum_interval)
            assert first <= ours <= last


@pytest.mark.parametrize("days", [1, 2])
def test_one_and_two_days_are_never_moved(days: int) -> None:
    assert schedule.fuzz_range(days, 36_500) == (days, days)


class Drawn(float):
    """A random number that says what it was multiplied with: the number of days fsrs draws from."""

    width = 1

    def __mul__(self, width: float) -> float:
        Drawn.width = int(width)
        return float(self) * width


def fsrss_fuzz(monkeypatch: pytest.MonkeyPatch, days: int, maximum: int, random: float) -> int:
    """What fsrs makes of an interval when its random number is this one."""
    monkeypatch.setattr("fsrs.scheduler.random", lambda: Drawn(random))
    Drawn.width = 1
    scheduler = fsrs.Scheduler(maximum_interval=maximum)
    return scheduler._get_fuzzed_interval(interval=timedelta(days)).days


MAXIMA = [1, 2, 3, 7, 30, 365, 36_500]


@pytest.mark.parametrize("maximum", MAXIMA)
def test_the_fuzz_range_is_the_one_that_fsrs_draws_from(maximum: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in range(1, min(maximum, 1_000) + 1):
        first = fsrss_fuzz(monkeypatch, days, maximum, 0.0)
        assert schedule.fuzz_range(days, maximum) == (first, first + Drawn.width - 1), days


@pytest.mark.parametrize("maximum", MAXIMA)
def test_every_day_of_the_fuzz_range_is_one_that_fsrs_may_draw(maximum: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in range(1, min(maximum, 1_000) + 1):
        first, last = schedule.fuzz_range(days, maximum)
        lowest, highest = (fsrss_fuzz(monkeypatch, days, maximum, random) for random in (0.0, 1 - 1e-9))
        # fsrs rounds where it should cut off, so it now and then draws the day after its own range.
        assert first == lowest <= last <= highest <= last + 1, days


@given(st.lists(st.integers(0, 9), min_size=120, max_size=120), st.integers(5, 60), st.sampled_from(list(Grade)[1:]))
def test_the_chosen_day_is_the_least_loaded_of_the_range(loads: list[int], stability: int, grade: Grade) -> None:
    day = DAY + timedelta(stability)
    due_on = {DAY + timedelta(n): load for n, load in enumerate(loads * 20)}
    asked: list[tuple[date, date]] = []

    def load(first: date, last: date) -> dict[date, int]:
        asked.append((first, last))
        return {due: n for due, n in due_on.items() if first <= due <= last}

    state = replace(GRADUATED, memory=Memory(float(stability), 5.0))

    due = schedule.review(state, grade, noon_of(day), day, ReviewSettings(), load).due

    [(first, last)] = asked
    choices = [first + timedelta(n) for n in range((last - first).days + 1)]
    assert due in choices
    assert due_on[due] == min(due_on[choice] for choice in choices)


def test_the_load_is_asked_for_the_days_of_the_fuzz_range() -> None:
    asked: list[tuple[date, date]] = []

    def load(first: date, last: date) -> dict[date, int]:
        asked.append((first, last))
        return {}

    day = DAY + timedelta(50)
    schedule.review(GRADUATED, Grade.GOOD, noon_of(day), day, ReviewSettings(maximum_interval=100), load)

    assert asked == [(day + timedelta(93), day + timedelta(100))]


def test_a_day_without_anything_due_is_less_loaded_than_any_other() -> None:
    day = DAY + timedelta(50)
    free = day + timedelta(95)

    def load(first: date, last: date) -> dict[date, int]:
        days = ((first + timedelta(n)) for n in range((last - first).days + 1))
        return {due: 1 for due in days if due != free}

    outcome = schedule.review(GRADUATED, Grade.GOOD, noon_of(day), day, ReviewSettings(maximum_interval=100), load)

    assert outcome.due == free


def day_among_equals(item: str, reps: int = 7) -> Due:
    """The day chosen for an item when every day of the range is as good as the others."""
    day = DAY + timedelta(50)
    state = replace(GRADUATED, item=ItemId(item), reps=reps)
    return schedule.review(state, Grade.GOOD, noon_of(day), day, ReviewSettings(), nothing_due).due


def test_ties_spread_items_over_the_whole_range() -> None:
    memory = schedule.remember(GRADUATED, Grade.GOOD, DAY + timedelta(50))
    first, last = schedule.fuzz_range(round(memory.stability), 36_500)

    chosen = {day_among_equals(f"la.eigen-{n}") for n in range(300)}

    assert chosen == {DAY + timedelta(50 + interval) for interval in range(first, last + 1)}


def test_ties_fall_differently_at_the_next_review_of_an_item() -> None:
    assert len({day_among_equals("la.eigen-01", reps) for reps in range(20)}) > 1


def test_ties_fall_the_same_in_every_process() -> None:
    code = (
        "from tests.core.test_schedule import day_among_equals\n"
        "print(*(day_among_equals(f'la.eigen-{n}') for n in range(5)))"
    )

    def ask(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    here = " ".join(str(day_among_equals(f"la.eigen-{n}")) for n in range(5))
    assert ask("1") == ask("2") == here


@given(HISTORIES, SETTINGS)
def test_no_interval_exceeds_the_maximum(grades: History, settings: ReviewSettings) -> None:
    dues = [row.due for row in study(grades, settings)]

    assert all(1 <= days <= settings.maximum_interval for days in intervals(dues, grades) if days is not None)


def test_the_maximum_interval_is_reached() -> None:
    day = DAY + timedelta(50)

    due = schedule.review(GRADUATED, Grade.GOOD, noon_of(day), day, ReviewSettings(maximum_interval=2), nothing_due).due

    assert due == day + timedelta(2)


@pytest.mark.parametrize(
    ("grade", "wait"),
    [(Grade.AGAIN, timedelta(minutes=1)), (Grade.HARD, timedelta(minutes=5.5)), (Grade.GOOD, timedelta(minutes=10))],
)
def test_a_step_keeps_its_exact_time(grade: Grade, wait: timedelta) -> None:
    at = datetime(2026, 1, 1, 21, 7, 33, 123_000, tzinfo=UTC)

    assert schedule.review(ItemState(ITEM), grade, at, DAY, ReviewSettings(), nothing_due).due == at + wait


def test_a_step_over_the_start_of_the_day_keeps_its_exact_time() -> None:
    at = datetime(2026, 1, 2, 3, 55, tzinfo=UTC)

    due = schedule.review(GRADUATED, Grade.AGAIN, at, DAY, ReviewSettings(), nothing_due).due

    assert due == datetime(2026, 1, 2, 4, 5, tzinfo=UTC)


def test_an_interval_of_days_does_not_depend_on_the_hour_of_the_answer() -> None:
    hours = (NOON.replace(hour=hour) for hour in (4, 12, 23))

    dues = {schedule.review(ItemState(ITEM), Grade.AGAIN, at, DAY, NO_STEPS, nothing_due).due for at in hours}

    assert dues == {DAY + timedelta(1)}


def test_a_failed_item_without_relearning_steps_stays_on_day_intervals() -> None:
    day = DAY + timedelta(50)

    due = schedule.review(GRADUATED, Grade.AGAIN, noon_of(day), day, NO_STEPS, nothing_due).due

    assert not isinstance(due, datetime)
    assert due > day


@given(st.lists(st.tuples(GRADES, st.integers(-400, 400)), min_size=1, max_size=12), SETTINGS)
@example([(Grade.GOOD, 0), (Grade.GOOD, 0), (Grade.AGAIN, -1), (Grade.EASY, -400)], ReviewSettings())
def test_a_clock_that_goes_back_and_forth_never_stops_a_review(grades: History, settings: ReviewSettings) -> None:
    rows = study(grades, settings)

    assert all(row.due > (row.at if isinstance(row.due, datetime) else row.day) for row in rows)


@given(HISTORIES, GRADES, st.integers(1, 400))
def test_a_clock_that_went_backwards_counts_as_no_time_passed(grades: History, grade: Grade, days: int) -> None:
    state = states_along(study(grades))[-1]
    assert state.last_day is not None

    back = schedule.remember(state, grade, state.last_day - timedelta(days))

    assert back == schedule.remember(state, grade, state.last_day)


@given(HISTORIES, SETTINGS, GAPS)
def test_a_preview_shows_what_each_grade_then_gives(grades: History, settings: ReviewSettings, gap: int) -> None:
    rows = study(grades, settings)
    state, at = states_along(rows)[-1], rows[-1].at + timedelta(gap)

    shown = schedule.preview(state, at, at.date(), settings, nothing_due)

    assert list(shown) == list(Grade)
    for grade, due in shown.items():
        assert study([*grades, (grade, gap)], settings)[-1].due == due


@given(st.floats(0.75, 0.95))
def test_a_higher_desired_retention_waits_less_long(retention: float) -> None:
    day = DAY + timedelta(50)

    def due(desired: float) -> Due:
        return schedule.review(GRADUATED, Grade.EASY, noon_of(day), day, ReviewSettings(desired), nothing_due).due

    assert day < due(retention + 0.04) < due(retention - 0.04)


WEIGHTS = st.floats(0.1, 0.8).map(lambda decay: (*schedule.DEFAULT_WEIGHTS[:20], decay))


@given(st.floats(0.001, 36_500), WEIGHTS)
def test_the_forgetting_curve_is_at_nine_tenths_after_the_stability(
    stability: float, weights: tuple[float, ...]
) -> None:
    assert schedule.curve(weights)(stability, stability) == pytest.approx(0.9, rel=1e-12)


@given(st.floats(0.001, 36_500), st.integers(0, 40_000), WEIGHTS)
def test_the_forgetting_curve_is_fsrss(stability: float, elapsed: int, weights: tuple[float, ...]) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    card = fsrs.Card(1, fsrs.State.Review, None, stability, 5.0, start, start)

    theirs = fsrs.Scheduler(weights).get_card_retrievability(card, start + timedelta(elapsed))

    assert schedule.curve(weights)(elapsed, stability) == pytest.approx(theirs, rel=1e-12)


def test_memory_follows_the_weights_of_the_learner() -> None:
    weights = tuple(weight * 1.1 for weight in schedule.DEFAULT_WEIGHTS)
    state = states_along(study([(Grade.GOOD, 0)]))[-1]
    assert state.memory is not None

    memory = schedule.remember(state, Grade.GOOD, DAY + timedelta(3), weights)

    start = datetime(2026, 1, 1, tzinfo=UTC)
    card = fsrs.Card(1, fsrs.State.Learning, 1, state.memory.stability, state.memory.difficulty, start, start)
    card, _ = fsrs.Scheduler(weights).review_card(card, fsrs.Rating.Good, start + timedelta(3))
    assert (memory.stability, memory.difficulty) == (card.stability, card.difficulty)


def test_a_review_and_its_preview_follow_the_weights_of_the_learner() -> None:
    weights = (*schedule.DEFAULT_WEIGHTS[:8], 3.0, *schedule.DEFAULT_WEIGHTS[9:])
    day = DAY + timedelta(50)
    default = schedule.review(GRADUATED, Grade.GOOD, noon_of(day), day, ReviewSettings(), nothing_due)

    own = schedule.review(GRADUATED, Grade.GOOD, noon_of(day), day, ReviewSettings(), nothing_due, weights)
    shown = schedule.preview(GRADUATED, noon_of(day), day, ReviewSettings(), nothing_due, weights)

    assert own.memory == schedule.remember(GRADUATED, Grade.GOOD, day, weights) != default.memory
    assert shown[Grade.GOOD] == own.due != default.due


def test_what_was_never_seen_is_not_remembered() -> None:
    assert schedule.retrievability(None, None, DAY) == 0.0


@pytest.mark.parametrize("days_since", [0, -1, -400])
def test_retrievability_is_one_on_the_day_of_the_answer_and_before(days_since: int) -> None:
    assert schedule.retrievability(Memory(0.5, 5.0), DAY, DAY + timedelta(days_since)) == 1.0


def test_retrievability_falls_day_by_day() -> None:
    days = [schedule.retrievability(Memory(10.0, 5.0), DAY, DAY + timedelta(n)) for n in range(60)]

    assert all(before > after for before, after in pairwise(days))
    assert days[10] == pytest.approx(0.9)


@given(grades=st.lists(st.sampled_from(list(Grade)), min_size=1, max_size=30))
def test_difficulty_alone_is_what_the_memory_says_of_it(grades: list[Grade]) -> None:
    state, difficulty = ItemState(ItemId("item")), None
    for number, grade in enumerate(grades):
        day = date(2026, 1, 1) + timedelta(number * 3)
        state = replace(state, memory=schedule.remember(state, grade, day), phase=Phase.REVIEW, last_day=day)
        difficulty = schedule.next_difficulty(difficulty, grade)
        assert state.memory and difficulty == pytest.approx(state.memory.difficulty, abs=1e-9)
