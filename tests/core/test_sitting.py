"""Which questions are drawn: repeatable by seed, weak ones more often, spread over topics; interviews rise."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from recall.core.bodies import Interview, Point, Text
from recall.core.model import Card, CardId, ItemId
from recall.core.sitting import (
    Candidate,
    draw_interview,
    draw_quiz,
    follow_ups,
    interview_minutes,
    question_seed,
    weakness,
)


def candidate(name: str, topic: str = "t", weakness: float = 0.5, **more: float) -> Candidate:
    return replace(Candidate(ItemId(name), CardId(name), topic, weakness), **more)  # type: ignore[arg-type]


def many(topics: int, each: int, **more: float) -> list[Candidate]:
    return [candidate(f"{topic}-{n}", f"t{topic}", **more) for topic in range(topics) for n in range(each)]


def minutes_of(candidates: list[Candidate], drawn: list[ItemId]) -> float:
    return sum(each.minutes for each in candidates if each.item in drawn)


@given(st.integers(), st.integers(1, 40), st.randoms())
def test_the_same_seed_draws_the_same_questions_in_whatever_order_they_come(
    seed: int, number: int, random: Random
) -> None:
    candidates = many(5, 4)
    shuffled = candidates.copy()
    random.shuffle(shuffled)
    drawn = draw_quiz(candidates, number, seed)
    assert draw_quiz(shuffled, number, seed) == drawn
    assert len(set(drawn)) == len(drawn) == min(number, 20)


def test_another_seed_draws_other_questions() -> None:
    assert draw_quiz(many(5, 9), 10, 1) != draw_quiz(many(5, 9), 10, 2)


@given(st.integers(), st.integers(1, 30))
def test_a_quiz_is_spread_over_its_topics(seed: int, number: int) -> None:
    candidates = many(6, 10)
    topic = {each.item: each.topic for each in candidates}
    counts = Counter(topic[item] for item in draw_quiz(candidates, number, seed))
    assert max(counts.values()) - min(counts.get(name, 0) for name in set(topic.values())) <= 1


def test_weak_items_are_drawn_more_often_in_proportion() -> None:
    pair = [candidate("weak", weakness=0.9), candidate("strong", weakness=0.3)]
    drawn = Counter(draw_quiz(pair, 1, seed)[0] for seed in range(2000))
    assert 0.7 < drawn[ItemId("weak")] / 2000 < 0.8


def test_what_is_known_perfectly_may_still_be_asked() -> None:
    assert draw_quiz([candidate("known", weakness=0.0)], 3, 1) == ["known"]


def test_of_a_card_with_several_items_one_is_asked() -> None:
    items = [replace(candidate(f"c#{n}"), card=CardId("c")) for n in range(4)]
    assert len(draw_quiz([*items, candidate("d")], 10, 3)) == 2


def test_a_memory_that_lasts_is_weak_only_by_what_was_forgotten() -> None:
    assert weakness(0.9, 50) == 1 - 0.9
    assert weakness(1.0, 10.5) == 0.5


def test_numbers_differ_between_items_and_between_quizzes_but_not_in_a_repetition() -> None:
    a, b = ItemId("a"), ItemId("b")
    assert question_seed(1, a) == question_seed(1, a)
    assert len({question_seed(1, a), question_seed(1, b), question_seed(2, a)}) == 3


INTERVIEW = [
    candidate(f"q{topic}-{difficulty}", f"t{topic}", difficulty=difficulty, minutes=4)
    for topic in range(6)
    for difficulty in (1, 2, 3, 4, 5)
]


@given(st.integers(), st.integers(5, 120))
def test_an_interview_keeps_to_its_time_and_uses_it(seed: int, minutes: int) -> None:
    taken = minutes_of(INTERVIEW, draw_interview(INTERVIEW, minutes, seed))
    assert minutes - 4 < taken <= minutes


@given(st.integers())
def test_an_interview_warms_up_then_rises_and_ends_deep(seed: int) -> None:
    level = {each.item: each.difficulty for each in INTERVIEW}
    drawn = [level[item] for item in draw_interview(INTERVIEW, 40, seed)]
    assert drawn == sorted(drawn)
    assert drawn[0] <= 2
    assert drawn[-1] >= 3


@given(st.integers())
def test_an_interview_asks_no_topic_twice_while_another_is_left(seed: int) -> None:
    topic = {each.item: each.topic for each in INTERVIEW}
    counts = Counter(topic[item] for item in draw_interview(INTERVIEW, 24, seed))
    assert set(counts.values()) == {1}


def test_what_was_asked_yesterday_comes_rarely() -> None:
    pair = [candidate("new", minutes=4), candidate("old", minutes=4, idle=1)]
    first = Counter(draw_interview(pair, 4, seed)[0] for seed in range(500))
    assert first[ItemId("new")] > 400


def test_an_interview_shorter_than_any_question_asks_one() -> None:
    assert len(draw_interview(INTERVIEW, 1, 7)) == 1
    assert draw_interview([], 45, 7) == []


def interview(difficulty: int, count: int) -> Card:
    texts = tuple(Text(en=f"And {n}?") for n in range(count))
    body = Interview(Text(en="Why?"), 3, (Point(Text(en="Because.")),), (), texts)
    return Card(CardId("c"), body, difficulty=difficulty)


def test_a_warm_up_has_one_follow_up_and_others_two_each_a_minute_longer() -> None:
    assert [len(follow_ups(interview(level, 3))) for level in (1, 2, 3, 5)] == [1, 1, 2, 2]
    assert [interview_minutes(interview(4, count)) for count in (0, 1, 3)] == [3, 4, 5]
