"""Mastery, recall and coverage, as section 5 of the design defines them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core.mastery import Mastery, mastery
from recall.core.schedule import DEFAULT_WEIGHTS, curve

MEMORIES = st.lists(st.tuples(st.floats(0.01, 10_000), st.integers(0, 5_000)), max_size=8)


def test_nothing_seen_is_nothing_known() -> None:
    known = mastery(10, [])

    assert (known.coverage, known.recall, known.mastery) == (0.0, 0.0, 0.0)


def test_a_topic_without_items_is_not_known() -> None:
    known = mastery(0, [])

    assert (known.coverage, known.recall, known.mastery) == (0.0, 0.0, 0.0)


def test_coverage_is_the_share_that_was_seen() -> None:
    assert mastery(8, [(5.0, 0), (9.0, 3)]).coverage == 0.25


def test_recall_is_the_mean_retrievability_of_what_was_seen() -> None:
    known = mastery(100, [(30.0, 0), (30.0, 30)])

    assert known.recall == pytest.approx((1.0 + 0.9) / 2)


def test_an_item_that_is_sure_to_last_and_was_just_answered_counts_in_full() -> None:
    assert mastery(1, [(21.0, 0)]).mastery == 1.0


def test_a_stability_beyond_three_weeks_counts_no_more() -> None:
    assert mastery(1, [(400.0, 0)]).mastery == 1.0


def test_a_young_memory_counts_by_its_share_of_three_weeks() -> None:
    assert mastery(1, [(7.0, 0)]).mastery == pytest.approx(1 / 3)


def test_a_fading_memory_counts_by_its_retrievability() -> None:
    assert mastery(1, [(40.0, 40)]).mastery == pytest.approx(0.9)


def test_retrievability_and_stability_multiply() -> None:
    assert mastery(1, [(10.5, 10)]).mastery == pytest.approx(curve(DEFAULT_WEIGHTS)(10, 10.5) * 0.5)


def test_unseen_items_pull_mastery_down() -> None:
    assert mastery(4, [(21.0, 0)]).mastery == 0.25


def test_a_stage_is_the_mean_over_its_items_and_not_over_its_topics() -> None:
    small, large = mastery(1, [(21.0, 0)]), mastery(9, [])

    assert (small + large).mastery == pytest.approx(0.1)


def test_an_answer_from_the_future_counts_as_given_today() -> None:
    assert mastery(1, [(30.0, -5)]) == mastery(1, [(30.0, 0)])


def test_recall_follows_the_weights_of_the_learner() -> None:
    steep = (*DEFAULT_WEIGHTS[:20], 0.5)

    assert mastery(1, [(10.0, 100)], steep).recall == curve(steep)(100, 10.0) != curve(DEFAULT_WEIGHTS)(100, 10.0)


@given(MEMORIES, MEMORIES, st.integers(0, 5))
def test_the_mastery_of_two_parts_is_the_mastery_of_the_whole(
    first: list[tuple[float, int]], second: list[tuple[float, int]], unseen: int
) -> None:
    parts = mastery(len(first) + unseen, first) + mastery(len(second), second)
    whole = mastery(len(first) + unseen + len(second), [*first, *second])

    assert (parts.items, parts.seen) == (whole.items, whole.seen)
    assert parts.recall == pytest.approx(whole.recall)
    assert parts.mastery == pytest.approx(whole.mastery)


@given(MEMORIES, st.integers(0, 5))
def test_mastery_never_exceeds_recall_or_coverage(memories: list[tuple[float, int]], unseen: int) -> None:
    known = mastery(len(memories) + unseen, memories)

    assert 0.0 <= known.mastery <= min(known.recall, known.coverage) + 1e-12
    assert max(known.recall, known.coverage) <= 1.0 + 1e-12


def test_an_empty_part_adds_nothing() -> None:
    known = mastery(3, [(8.0, 2)])

    assert known + Mastery() == known
