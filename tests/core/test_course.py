"""The memory curve: what is remembered after each answer, and in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recall.core.course import course, recall_along
from recall.core.model import EventKind, Grade
from recall.core.schedule import DEFAULT_WEIGHTS, curve
from tests.core.rows import DAY, ITEM, decision, states_along, study

ROWS = study([(Grade.GOOD, 0), (Grade.GOOD, 0), (Grade.AGAIN, 3), (Grade.EASY, 8)])


def test_every_answer_is_a_moment_with_the_stability_it_led_to() -> None:
    moments = course(ITEM, reversed(ROWS), frozenset())
    memories = [state.memory for state in states_along(ROWS)[1:]]
    assert [moment.stability for moment in moments] == [memory and memory.stability for memory in memories]
    assert [moment.grade for moment in moments] == [Grade.GOOD, Grade.GOOD, Grade.AGAIN, Grade.EASY]
    assert [(moment.day - DAY).days for moment in moments] == [0, 0, 3, 11]


def test_an_answer_that_was_taken_back_is_none() -> None:
    assert len(course(ITEM, ROWS, frozenset({ROWS[-1].id}))) == len(ROWS) - 1


def test_the_curve_ends_where_the_item_was_made_new_again() -> None:
    reset = decision(99, EventKind.RESET, at=ROWS[-1].at + timedelta(minutes=1))
    moments = course(ITEM, [*ROWS, reset], frozenset())
    assert moments[-1].stability is None
    assert recall_along(moments, [(ROWS[-1].day + timedelta(5)).toordinal()]) == [None]


def test_between_answers_it_falls_as_fsrs_says() -> None:
    moments = course(ITEM, ROWS, frozenset())
    first = DAY.toordinal()
    before, at_once, later = recall_along(moments, [first - 1, first + 3, first + 3 + 4.5])
    stability = moments[2].stability
    assert stability is not None
    assert (before, at_once) == (None, 1.0)
    assert later == pytest.approx(curve(DEFAULT_WEIGHTS)(4.5, stability))


def test_the_clock_of_rows_is_used_not_their_order() -> None:
    assert course(ITEM, ROWS, frozenset()) == course(ITEM, [ROWS[2], ROWS[0], ROWS[3], ROWS[1]], frozenset())
