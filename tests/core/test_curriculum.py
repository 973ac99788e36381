"""The order of study, and what must be known before a topic opens."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core.curriculum import Curriculum, Stage, Topic
from recall.core.mastery import Mastery
from recall.core.model import Text

KNOWN = Mastery(items=10, seen=10, recall_sum=9.5)
UNKNOWN = Mastery(items=10)
NO_CARDS = Mastery()


def curriculum(*stages: Mapping[str, str]) -> Curriculum:
    """Stages of topics, each topic with the names of what it needs."""
    return Curriculum(
        tuple(
            Stage(
                f"stage-{order}",
                order,
                Text(en=f"Stage {order}"),
                tuple(
                    Topic(topic, f"stage-{order}", Text(en=topic), tuple(needs.split()))
                    for topic, needs in topics.items()
                ),
            )
            for order, topics in enumerate(stages)
        )
    )


WAY = curriculum({"vectors": "", "eigen": "vectors", "svd": "eigen"}, {"pca": "svd"})


def test_a_topic_belongs_to_its_stage() -> None:
    assert (WAY.stage_of("svd"), WAY.stage_of("pca")) == ("stage-0", "stage-1")


def test_an_unknown_topic_belongs_to_no_stage() -> None:
    assert WAY.stage_of("cooking") is None


def test_topics_are_studied_as_the_stages_list_them() -> None:
    assert WAY.study_order == ("vectors", "eigen", "svd", "pca")


def test_a_prerequisite_from_a_later_stage_is_fetched_just_before_its_use() -> None:
    way = curriculum({"first": "", "needs-later": "later", "last": ""}, {"other": "", "later": ""})

    assert way.study_order == ("first", "later", "needs-later", "last", "other")


def test_prerequisites_come_in_the_order_of_their_own_prerequisites() -> None:
    way = curriculum({"goal": "b a", "a": "", "b": "c", "c": ""})

    assert way.study_order == ("c", "b", "a", "goal")


def test_a_prerequisite_that_no_stage_lists_is_passed_over() -> None:
    assert curriculum({"eigen": "nowhere"}).study_order == ("eigen",)


def test_a_cycle_that_slipped_through_still_gives_every_topic_once() -> None:
    way = curriculum({"a": "c", "b": "a", "c": "b"})

    assert sorted(way.study_order) == ["a", "b", "c"]


@st.composite
def graphs(draw: st.DrawFn) -> Curriculum:
    """An acyclic curriculum whose listing pays no heed to the prerequisites."""
    names = [f"t{n}" for n in range(draw(st.integers(1, 12)))]
    needs = {
        name: " ".join(draw(st.lists(st.sampled_from(names[:n]), max_size=4))) if n else ""
        for n, name in enumerate(names)
    }
    listed = draw(st.permutations(names))
    cut = draw(st.integers(0, len(names)))
    return curriculum({name: needs[name] for name in listed[:cut]}, {name: needs[name] for name in listed[cut:]})


@given(graphs())
def test_every_topic_is_studied_once(way: Curriculum) -> None:
    assert sorted(way.study_order) == sorted(way.topics)


@given(graphs())
def test_no_topic_is_studied_before_its_prerequisites(way: Curriculum) -> None:
    place = {topic: n for n, topic in enumerate(way.study_order)}

    assert all(place[needed] < place[topic.id] for topic in way.topics.values() for needed in topic.prerequisites)


@given(graphs())
def test_once_everything_is_known_everything_is_open(way: Curriculum) -> None:
    assert all(way.is_open(topic, dict.fromkeys(way.topics, KNOWN)) for topic in way.topics)


@given(graphs())
def test_before_anything_is_known_only_topics_without_prerequisites_are_open(way: Curriculum) -> None:
    opened = {topic for topic in way.topics if way.is_open(topic, dict.fromkeys(way.topics, UNKNOWN))}

    assert opened == {topic.id for topic in way.topics.values() if not topic.prerequisites}


@pytest.mark.parametrize(
    ("seen", "recall", "opens"),
    [
        (6, 0.8, True),
        (10, 1.0, True),
        (5, 1.0, False),  # too little of it was seen
        (10, 0.79, False),  # too much of it was forgotten
    ],
)
def test_a_topic_opens_when_its_prerequisite_is_covered_and_recalled(seen: int, recall: float, opens: bool) -> None:
    needed = Mastery(items=10, seen=seen, recall_sum=seen * recall)

    assert WAY.is_open("eigen", {"vectors": needed}) == opens


def test_one_prerequisite_that_is_not_known_keeps_a_topic_shut() -> None:
    way = curriculum({"a": "", "b": "", "goal": "a b"})

    assert not way.is_open("goal", {"a": KNOWN, "b": UNKNOWN})
    assert way.is_open("goal", {"a": KNOWN, "b": KNOWN})


def test_only_the_nearest_prerequisites_with_cards_are_asked_for() -> None:
    assert WAY.is_open("svd", {"vectors": UNKNOWN, "eigen": KNOWN})


@pytest.mark.parametrize("eigen", [{}, {"eigen": NO_CARDS}], ids=["no entry", "no cards"])
def test_a_prerequisite_without_cards_is_looked_through_to_its_own(eigen: dict[str, Mastery]) -> None:
    assert not WAY.is_open("svd", {"vectors": UNKNOWN, **eigen})
    assert WAY.is_open("svd", {"vectors": KNOWN, **eigen})


def test_the_required_topics_are_named_once() -> None:
    way = curriculum({"root": "", "a": "root", "b": "root", "goal": "a b"})

    assert list(way.required_topics("goal", {"root": UNKNOWN})) == ["root"]


def test_a_topic_of_the_learners_own_is_always_open() -> None:
    assert WAY.is_open("cooking", {"vectors": UNKNOWN})


def test_a_prerequisite_that_no_stage_lists_keeps_nothing_shut() -> None:
    assert curriculum({"eigen": "nowhere"}).is_open("eigen", {})


def test_a_cycle_of_topics_without_cards_does_not_hang() -> None:
    assert curriculum({"a": "c", "b": "a", "c": "b"}).is_open("a", {})


def test_a_topic_and_a_stage_are_called_by_their_titles_and_an_own_deck_by_its_name() -> None:
    topic = Topic("la.rank", "la", Text("秩", "Rank"))
    way = Curriculum((Stage("la", 1, Text("线性代数", "Linear algebra"), (topic,)),))
    assert [way.title_of(name, "en") for name in ("la.rank", "la", "Mine")] == ["Rank", "Linear algebra", "Mine"]
