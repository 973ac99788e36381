"""state = fold(log): in any order, without what was undone, and read from the rows alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from operator import attrgetter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.core import history, schedule
from recall.core.history import LogRow
from recall.core.model import Due, Event, EventKind, Grade, ItemId, ItemState, LogId, Phase, Review
from recall.core.settings import ReviewSettings
from tests.core.rows import DAY, ITEM, NOON, answer, decision, fold, noon_of, states_along, study

OTHER = ItemId("la.eigen-02#c1")
MINUTE = timedelta(minutes=1)
DECISIONS = sorted(history.UNDOABLE)


@st.composite
def dues(draw: st.DrawFn, at: datetime) -> Due:
    """A due such as a row may carry: a later day, or a time within the day."""
    if draw(st.booleans()):
        return at.date() + timedelta(draw(st.integers(1, 400)))
    return at + timedelta(minutes=draw(st.integers(1, 600)))


def undoable(rows: Sequence[LogRow]) -> list[LogRow]:
    return [row for row in rows if not (isinstance(row, Event) and row.kind is EventKind.UNDO)]


@st.composite
def logs(draw: st.DrawFn, undo: bool = True) -> list[LogRow]:
    """Rows of several items in the order they were written, by a clock that may stand still or go back."""
    kinds: list[EventKind | None] = [None, None, None, *DECISIONS]
    rows: list[LogRow] = []
    at = NOON
    for number in range(draw(st.integers(1, 20))):
        at += MINUTE * draw(st.sampled_from([-2_000, 0, 0, 1, 30, 1_440, 50_000]))
        item = draw(st.sampled_from([ITEM, OTHER, ItemId("rl.bandit-07#reverse")]))
        kind = draw(st.sampled_from([*kinds, EventKind.UNDO] if undo and rows else kinds))
        if kind is None:
            rows.append(answer(number, draw(st.sampled_from(Grade)), draw(dues(at)), item=item, at=at))
        elif kind is EventKind.UNDO:
            target = draw(st.sampled_from(undoable(rows)))
            rows.append(decision(number, kind, item=target.item or item, at=at, target=int(target.id)))
        elif kind is EventKind.FLAG:
            rows.append(decision(number, kind, item=item, at=at, on=draw(st.booleans())))
        elif kind is EventKind.RESCHEDULE:
            rows.append(decision(number, kind, item=item, at=at, due=(at.date() + timedelta(3)).isoformat()))
        else:
            rows.append(decision(number, kind, item=item, at=at))
    return rows


def state_of(*rows: LogRow) -> ItemState:
    return fold(rows)[ITEM]


@given(logs(), st.data())
@example([answer(1, Grade.GOOD, DAY + timedelta(2)), answer(2, Grade.AGAIN, DAY + timedelta(1))], None)
def test_the_order_in_which_rows_arrive_does_not_matter(rows: list[LogRow], data: st.DataObject | None) -> None:
    arrived = data.draw(st.permutations(rows)) if data else rows[::-1]

    assert fold(arrived) == fold(rows)


@given(logs(undo=False))
def test_applying_rows_one_by_one_in_time_order_gives_what_folding_them_gives(rows: list[LogRow]) -> None:
    states: dict[ItemId, ItemState] = {}

    for row in sorted(rows, key=attrgetter("at", "id")):
        assert row.item is not None
        states[row.item] = history.apply(states.get(row.item, ItemState(row.item)), row)

    assert states == fold(rows)


@given(logs())
def test_what_was_undone_counts_as_never_written(rows: list[LogRow]) -> None:
    undos = [row for row in rows if isinstance(row, Event) and row.kind is EventKind.UNDO]
    undone = {undo.target for undo in undos}
    never_written = fold([row for row in rows if row.id not in undone and row not in undos])

    assert fold(rows) == {item: never_written.get(item, ItemState(item)) for item in fold(rows)}


@given(logs(), st.data())
def test_undoing_a_row_twice_is_harmless(rows: list[LogRow], data: st.DataObject) -> None:
    target = data.draw(st.sampled_from(undoable(rows)))
    once = decision(900, EventKind.UNDO, item=target.item or ITEM, at=rows[-1].at, target=int(target.id))
    twice = replace(once, id=LogId("0901"))

    assert fold([*rows, once, twice]) == fold([*rows, once])


@given(logs())
def test_items_do_not_touch_each_other(rows: list[LogRow]) -> None:
    together = fold(rows)

    for item in together:
        assert fold([row for row in rows if row.item == item]) == {item: together[item]}


@given(logs(), logs())
def test_two_logs_merge_by_union(mine: list[LogRow], yours: list[LogRow]) -> None:
    renumbered = {row.id: LogId(f"9{row.id}") for row in yours}
    theirs: list[LogRow] = [
        replace(row, id=renumbered[row.id])
        if isinstance(row, Review)
        else replace(row, id=renumbered[row.id], target=renumbered.get(row.target) if row.target else None)
        for row in yours
    ]

    assert fold([*mine, *theirs]) == fold([*theirs, *mine])


def test_an_undone_answer_brings_back_the_state_before_it() -> None:
    first, second = study([(Grade.GOOD, 0), (Grade.EASY, 3)])
    undo = decision(9, EventKind.UNDO, at=second.at + MINUTE, target=1)

    assert state_of(first, second, undo) == state_of(first)


def test_an_item_whose_every_row_was_undone_is_new() -> None:
    [row] = study([(Grade.GOOD, 0)])

    assert state_of(row, decision(9, EventKind.UNDO, at=NOON + MINUTE, target=0)) == ItemState(ITEM)


def test_an_undo_in_the_middle_leaves_what_came_after() -> None:
    rows = study([(Grade.GOOD, 0), (Grade.AGAIN, 3), (Grade.GOOD, 5)])
    undo = decision(9, EventKind.UNDO, at=rows[-1].at + MINUTE, target=1)

    assert state_of(*rows, undo) == state_of(rows[0], rows[2])


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_decision_can_be_undone(kind: EventKind) -> None:
    rows = study([(Grade.EASY, 0), (Grade.GOOD, 8)])
    parked = decision(5, EventKind.SUSPEND, at=rows[-1].at + MINUTE)
    decided = decision(6, kind, at=rows[-1].at + 2 * MINUTE, on=True)
    undo = decision(7, EventKind.UNDO, at=rows[-1].at + 3 * MINUTE, target=6)

    assert state_of(*rows, parked, decided, undo) == state_of(*rows, parked)


def test_a_reset_makes_an_item_new() -> None:
    rows = study([(Grade.EASY, 0), (Grade.AGAIN, 8), (Grade.GOOD, 0)])
    reset = decision(9, EventKind.RESET, at=rows[-1].at + MINUTE)

    assert state_of(*rows, reset) == ItemState(ITEM, changed_at=reset.at)


def test_a_reset_keeps_the_flag_and_the_suspension() -> None:
    rows = study([(Grade.EASY, 0)])
    flag = decision(7, EventKind.FLAG, at=NOON + MINUTE, on=True)
    suspend = decision(8, EventKind.SUSPEND, at=NOON + 2 * MINUTE)
    reset = decision(9, EventKind.RESET, at=NOON + 3 * MINUTE)

    state = state_of(*rows, flag, suspend, reset)

    assert (state.phase, state.flagged, state.suspended) == (Phase.NEW, True, True)


def test_after_a_reset_an_item_is_learnt_like_any_other() -> None:
    before, after = study([(Grade.AGAIN, 0), (Grade.AGAIN, 90)])
    fresh = study([(Grade.AGAIN, 90)])
    reset = decision(0, EventKind.RESET, at=after.at - MINUTE)

    assert state_of(replace(before, id=LogId("-1")), reset, after) == state_of(*fresh)


def test_suspending_and_unsuspending_leave_the_memory_alone() -> None:
    rows = study([(Grade.EASY, 0)])
    suspend = decision(8, EventKind.SUSPEND, at=NOON + MINUTE)
    unsuspend = decision(9, EventKind.UNSUSPEND, at=NOON + 2 * MINUTE)

    suspended, back = state_of(*rows, suspend), state_of(*rows, suspend, unsuspend)

    assert (suspended.suspended, back.suspended) == (True, False)
    assert suspended.memory == back.memory == state_of(*rows).memory
    assert suspended.due == back.due == state_of(*rows).due


def test_an_item_is_buried_on_the_study_day_of_the_decision() -> None:
    after_midnight = replace(decision(1, EventKind.BURY, at=noon_of(date(2026, 5, 6))), day=date(2026, 5, 5))

    assert state_of(after_midnight).buried_on == date(2026, 5, 5)


def test_unsuspending_brings_a_buried_item_back_too() -> None:
    bury, unsuspend = decision(1, EventKind.BURY), decision(2, EventKind.UNSUSPEND, at=NOON + MINUTE)

    assert state_of(bury, unsuspend).buried_on is None


def test_a_flag_can_be_set_and_taken_off() -> None:
    on, off = decision(1, EventKind.FLAG, on=True), decision(2, EventKind.FLAG, at=NOON + MINUTE, on=False)

    assert (state_of(on).flagged, state_of(on, off).flagged) == (True, False)


def test_of_two_rows_of_one_moment_the_later_id_has_the_last_word() -> None:
    on, off = decision(1, EventKind.FLAG, on=True), decision(2, EventKind.FLAG, on=False)

    assert not state_of(off, on).flagged


@pytest.mark.parametrize("grade", list(Grade)[1:])
def test_only_again_is_a_lapse(grade: Grade) -> None:
    assert state_of(*study([(Grade.EASY, 0), (grade, 8)])).lapses == 0


@pytest.mark.parametrize(
    ("grades", "lapses"),
    [
        ([(Grade.AGAIN, 0), (Grade.AGAIN, 0)], 0),  # in the first steps
        ([(Grade.EASY, 0), (Grade.AGAIN, 8)], 1),
        ([(Grade.EASY, 0), (Grade.AGAIN, 8), (Grade.AGAIN, 0), (Grade.AGAIN, 1)], 1),  # still the same lapse
        ([(Grade.EASY, 0), (Grade.AGAIN, 8), (Grade.GOOD, 0), (Grade.AGAIN, 2)], 2),
    ],
)
def test_a_lapse_is_counted_once_and_only_for_an_item_on_day_intervals(
    grades: list[tuple[Grade, int]], lapses: int
) -> None:
    assert state_of(*study(grades)).lapses == lapses


def test_without_relearning_steps_every_failure_is_a_lapse() -> None:
    settings = ReviewSettings(learning_steps=(), relearning_steps=())

    assert state_of(*study([(Grade.AGAIN, 0), (Grade.AGAIN, 1), (Grade.AGAIN, 1)], settings)).lapses == 2


def test_phases_and_steps_follow_the_answers() -> None:
    settings = ReviewSettings(relearning_steps=(5 * MINUTE, 10 * MINUTE))
    good, again, hard = Grade.GOOD, Grade.AGAIN, Grade.HARD
    grades = [(good, 0), (hard, 0), (again, 0), (good, 0), (good, 0), (good, 3), (again, 9), (good, 0), (good, 0)]

    states = states_along(study(grades, settings))

    assert [(state.phase.value, state.step) for state in states] == [
        ("new", 0),
        ("learning", 1),
        ("learning", 1),
        ("learning", 0),
        ("learning", 1),
        ("review", 0),
        ("review", 0),
        ("relearning", 0),
        ("relearning", 1),
        ("review", 0),
    ]


@pytest.mark.parametrize("due", [date(2031, 3, 3), NOON + timedelta(minutes=7)])
def test_the_due_of_a_row_is_read_and_never_chosen_again(due: Due) -> None:
    assert state_of(answer(1, Grade.GOOD, due)).due == due


def test_the_study_day_of_a_row_is_read_and_not_worked_out_from_its_time() -> None:
    rows = [
        answer(1, Grade.GOOD, date(2026, 1, 4), day=date(2026, 1, 1)),
        answer(2, Grade.GOOD, date(2026, 1, 9), at=NOON + MINUTE, day=date(2026, 1, 4)),
    ]
    later = replace(rows[1], at=NOON + timedelta(3))

    state = state_of(*rows)

    assert (state.first_day, state.last_day) == (date(2026, 1, 1), date(2026, 1, 4))
    assert state.memory == state_of(rows[0], later).memory


def test_the_last_day_stays_when_the_clock_went_backwards() -> None:
    rows = [
        answer(1, Grade.GOOD, date(2026, 1, 9), day=date(2026, 1, 4)),
        answer(2, Grade.GOOD, date(2026, 1, 9), at=NOON + MINUTE, day=date(2026, 1, 3)),
    ]

    assert state_of(*rows).last_day == date(2026, 1, 4)


def test_answers_are_counted() -> None:
    assert state_of(*study([(Grade.GOOD, 0), (Grade.AGAIN, 0), (Grade.HARD, 1)])).reps == 3


@given(logs(undo=False))
def test_a_state_knows_the_time_of_its_latest_row(rows: list[LogRow]) -> None:
    for item, state in fold(rows).items():
        assert state.changed_at == max(row.at for row in rows if row.item == item)


def test_an_empty_log_speaks_of_nothing() -> None:
    assert fold([]) == {}


def test_the_weights_rule_the_memory() -> None:
    rows = study([(Grade.GOOD, 0)])
    weights = (*[1.0] * 4, *schedule.DEFAULT_WEIGHTS[4:])

    memory = history.fold(rows, [], weights)[ITEM].memory

    assert memory is not None and memory.stability == 1.0


def test_a_rescheduled_item_comes_on_its_new_day_and_remembers_what_it_did() -> None:
    rows = study([(Grade.GOOD, 0), (Grade.GOOD, 0), (Grade.GOOD, 3)])
    before, day = state_of(*rows), DAY + timedelta(90)
    after = state_of(*rows, decision(9, EventKind.RESCHEDULE, at=rows[-1].at + MINUTE, due=day.isoformat()))

    assert after.due == day
    assert (after.memory, after.lapses, after.reps, after.last_day) == (
        before.memory,
        before.lapses,
        before.reps,
        before.last_day,
    )


def test_rescheduling_takes_an_item_out_of_its_steps() -> None:
    rows = study([(Grade.GOOD, 0)])
    after = state_of(*rows, decision(9, EventKind.RESCHEDULE, at=rows[-1].at + MINUTE, due=DAY.isoformat()))

    assert (after.phase, after.step, after.due) == (Phase.REVIEW, 0, DAY)


def test_an_item_that_was_never_answered_has_no_day_to_move() -> None:
    after = state_of(decision(9, EventKind.RESCHEDULE, due=DAY.isoformat()))

    assert (after.phase, after.due) == (Phase.NEW, None)


def test_rescheduling_that_was_taken_back_never_was() -> None:
    rows = study([(Grade.GOOD, 0), (Grade.GOOD, 0), (Grade.GOOD, 3)])
    moved = decision(9, EventKind.RESCHEDULE, at=rows[-1].at + MINUTE, due=DAY.isoformat())
    undo = decision(10, EventKind.UNDO, at=rows[-1].at + 2 * MINUTE, target=9)

    assert state_of(*rows, moved, undo) == state_of(*rows)
