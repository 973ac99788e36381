"""What is asked next: learning, reviews, new; and in which order the reviews come."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core.model import CardId, ItemId, Phase
from recall.core.queue import INTERLEAVE_WINDOW, Counts, Queue, Waiting, interleave, one_per_card, order_reviews
from tests.core.rows import DAY, NOON

MINUTE = timedelta(minutes=1)
UNLIMITED = 1_000_000


def waiting(item: str, phase: Phase = Phase.REVIEW, topic: str = "la.eigen", r: float = 0.9) -> Waiting:
    return Waiting(ItemId(item), CardId(item.partition("#")[0]), topic, phase, r)


LEARNING = waiting("learning", Phase.LEARNING)
RELEARNING = waiting("relearning", Phase.RELEARNING, "prob.bayes")
REVIEW, REVIEW_2 = waiting("review"), waiting("review-2", topic="prob.bayes")
NEW, NEW_2 = waiting("new", Phase.NEW, r=0.0), waiting("new-2", Phase.NEW, "prob.bayes", 0.0)


def order_asked(queue: Queue) -> list[ItemId]:
    """The items in the order a learner meets them who takes no time and passes each at once."""
    asked = []
    while found := queue.next(NOON):
        asked.append(found.item)
        queue.remove(found.item)
    return asked


def test_learning_cards_that_are_due_come_first_then_reviews_then_new_ones() -> None:
    queue = Queue([REVIEW, REVIEW_2], [NEW, NEW_2], [(NOON, LEARNING)])

    assert order_asked(queue) == ["learning", "review", "review-2", "new", "new-2"]


def test_a_learning_card_that_is_due_soon_waits_while_there_is_something_else() -> None:
    queue = Queue([REVIEW], [NEW], [(NOON + MINUTE, LEARNING)])

    assert order_asked(queue) == ["review", "new", "learning"]


@pytest.mark.parametrize(("minutes", "comes"), [(19, True), (20, True), (21, False)])
def test_a_learning_card_comes_early_only_within_the_time_set(minutes: int, comes: bool) -> None:
    queue = Queue(learning=[(NOON + minutes * MINUTE, LEARNING)], learn_ahead=20 * MINUTE)

    assert queue.next(NOON) == (LEARNING if comes else None)


def test_learning_cards_come_in_the_order_they_fall_due() -> None:
    queue = Queue(learning=[(NOON - MINUTE, LEARNING), (NOON - 2 * MINUTE, RELEARNING)])

    assert order_asked(queue) == ["relearning", "learning"]


def test_a_learning_card_interrupts_the_reviews_once_it_is_due() -> None:
    queue = Queue([REVIEW], learning=[(NOON + MINUTE, LEARNING)])

    assert (queue.next(NOON), queue.next(NOON + MINUTE)) == (REVIEW, LEARNING)


def test_asking_takes_nothing_out() -> None:
    queue = Queue([REVIEW], [NEW], [(NOON, LEARNING)])

    assert queue.next(NOON) == queue.next(NOON) == LEARNING
    assert queue.counts.total == 3


def test_an_empty_queue_has_nothing_to_ask() -> None:
    assert Queue().next(NOON) is None
    assert Queue().counts == Counts()


@pytest.mark.parametrize("item", [LEARNING, REVIEW, NEW], ids=lambda item: item.phase.value)
def test_an_item_that_is_removed_is_asked_no_more(item: Waiting) -> None:
    queue = Queue([REVIEW], [NEW], [(NOON, LEARNING)])

    queue.remove(item.item)

    assert item.item not in order_asked(queue)


def test_removing_an_item_that_is_not_there_changes_nothing() -> None:
    queue = Queue([REVIEW], [NEW], [(NOON, LEARNING)])

    queue.remove(ItemId("elsewhere"))

    assert queue.counts == Counts(new=1, learning=1, review=1)


def test_an_item_brought_back_takes_its_place_by_its_due_time() -> None:
    queue = Queue(learning=[(NOON - MINUTE, LEARNING), (NOON + MINUTE, RELEARNING)])

    queue.bring_back(waiting("again", Phase.LEARNING), NOON)

    assert order_asked(queue) == ["learning", "again", "relearning"]


def test_an_item_whose_answer_was_undone_comes_before_all_others() -> None:
    queue = Queue([REVIEW], learning=[(NOON - MINUTE, LEARNING)])

    queue.put_back(NEW)

    assert queue.next(NOON) == NEW


def test_of_several_undone_answers_the_one_undone_last_comes_first() -> None:
    queue = Queue([REVIEW])

    queue.put_back(NEW)
    queue.put_back(LEARNING)

    assert order_asked(queue) == ["learning", "new", "review"]


@pytest.mark.parametrize("item", [LEARNING, REVIEW, NEW], ids=lambda item: item.phase.value)
def test_an_item_that_is_put_back_is_not_asked_twice(item: Waiting) -> None:
    queue = Queue([REVIEW], [NEW], [(NOON, LEARNING)])

    queue.put_back(item)

    assert queue.counts == Counts(new=1, learning=1, review=1)
    assert sorted(order_asked(queue)) == ["learning", "new", "review"]


def test_counts_tell_new_learning_and_review_apart() -> None:
    queue = Queue([REVIEW, REVIEW_2, waiting("review-3")], [NEW], [(NOON, LEARNING), (NOON, RELEARNING)])

    assert queue.counts == Counts(new=1, learning=2, review=3)
    assert queue.counts.total == 6


@pytest.mark.parametrize(
    ("item", "counts"),
    [
        (NEW, Counts(new=1)),
        (LEARNING, Counts(learning=1)),
        (RELEARNING, Counts(learning=1)),
        (REVIEW, Counts(review=1)),
    ],
    ids=lambda value: value.phase.value if isinstance(value, Waiting) else "",
)
def test_an_item_that_was_put_back_is_counted_by_its_phase(item: Waiting, counts: Counts) -> None:
    queue = Queue()

    queue.put_back(item)

    assert queue.counts == counts


def test_counts_by_stage_add_up_to_the_counts_of_all() -> None:
    queue = Queue([REVIEW, REVIEW_2], [NEW], [(NOON, RELEARNING)])
    queue.put_back(NEW_2)

    assert queue.counts_by(lambda topic: topic.partition(".")[0]) == {
        "la": Counts(new=1, review=1),
        "prob": Counts(new=1, learning=1, review=1),
    }
    assert queue.counts == Counts(new=2, learning=1, review=2)


@pytest.mark.parametrize("limit", range(6))
def test_a_limit_keeps_the_items_that_come_first(limit: int) -> None:
    def queue() -> Queue:
        return Queue([REVIEW, REVIEW_2], [NEW, NEW_2], [(NOON, LEARNING)])

    limited = queue()
    limited.keep_first(limit)

    assert order_asked(limited) == order_asked(queue())[:limit]


def test_a_limit_spares_the_items_that_were_already_asked() -> None:
    queue = Queue([REVIEW, REVIEW_2], [NEW], [(NOON - MINUTE, LEARNING), (NOON, RELEARNING)])

    queue.keep_first(2, always={RELEARNING.item})

    assert order_asked(queue) == ["learning", "relearning", "review"]


RETRIEVABILITIES = st.integers(0, 100).map(lambda percent: percent / 100)
REVIEWS = st.lists(
    st.builds(waiting, st.integers(0, 60).map(str), topic=st.sampled_from("abc"), r=RETRIEVABILITIES),
    max_size=30,
    unique_by=lambda w: w.item,
)


def test_the_lowest_retrievability_comes_first() -> None:
    due = [waiting("fresh", r=0.95), waiting("lost", r=0.3), waiting("fading", r=0.7)]

    assert [w.item for w in order_reviews(due, DAY, UNLIMITED)] == ["lost", "fading", "fresh"]


@given(REVIEWS, st.data())
def test_the_order_of_the_day_does_not_depend_on_the_order_of_the_store(
    due: list[Waiting], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(due))

    assert order_reviews(shuffled, DAY, UNLIMITED) == order_reviews(due, DAY, UNLIMITED)


def test_the_reviews_of_the_day_mix_topics() -> None:
    due = [waiting("a1", topic="a", r=0.1), waiting("a2", topic="a", r=0.2), waiting("b1", topic="b", r=0.9)]

    assert [w.item for w in order_reviews(due, DAY, UNLIMITED)] == ["a1", "b1", "a2"]


def test_equal_ones_are_shuffled_and_anew_each_day() -> None:
    due = [waiting(f"{n:02}") for n in range(20)]

    today, tomorrow = (order_reviews(due, DAY + timedelta(n), UNLIMITED) for n in (0, 1))

    assert sorted(today) == sorted(tomorrow) == due
    assert len({tuple(due), tuple(today), tuple(tomorrow)}) == 3


def test_a_limit_leaves_out_what_is_most_likely_lost_already() -> None:
    due = [waiting("fresh", r=0.95), waiting("lost", r=0.3), waiting("fading", r=0.7)]

    assert [w.item for w in order_reviews(due, DAY, 2)] == ["fading", "fresh"]


@pytest.mark.parametrize("limit", [0, -3])
def test_without_room_there_are_no_reviews(limit: int) -> None:
    assert order_reviews([REVIEW], DAY, limit) == []


@given(REVIEWS, st.integers(1, 10))
def test_a_limit_is_kept_and_used(due: list[Waiting], limit: int) -> None:
    assert len(order_reviews(due, DAY, limit)) == min(limit, len(due))


def test_of_the_items_of_a_card_only_the_weakest_comes_today() -> None:
    due = [waiting("card#c1", r=0.9), waiting("card#c2", r=0.5), waiting("other", r=0.7)]

    assert [w.item for w in order_reviews(due, DAY, UNLIMITED)] == ["card#c2", "other"]


def test_siblings_do_not_use_up_the_limit() -> None:
    due = [waiting("card#c1", r=0.9), waiting("card#c2", r=0.8), waiting("other", r=0.5)]

    assert {w.card for w in order_reviews(due, DAY, 2)} == {"card", "other"}


def test_a_card_that_was_taken_already_gives_no_item() -> None:
    items = [waiting("a#c1"), waiting("b#c1"), waiting("b#c2")]

    assert [w.item for w in one_per_card(items, taken=[CardId("a")])] == ["b#c1"]


def test_neighbours_come_from_different_topics() -> None:
    ordered = [waiting("a1", topic="a"), waiting("a2", topic="a"), waiting("b1", topic="b"), waiting("b2", topic="b")]

    assert [w.item for w in interleave(ordered)] == ["a1", "b1", "a2", "b2"]


def test_one_topic_alone_stays_in_order() -> None:
    ordered = [waiting(str(n)) for n in range(5)]

    assert interleave(ordered) == ordered


@pytest.mark.parametrize(("ahead", "fetched"), [(INTERLEAVE_WINDOW - 1, True), (INTERLEAVE_WINDOW, False)])
def test_another_topic_is_fetched_only_from_within_the_window(ahead: int, fetched: bool) -> None:
    same = [waiting(f"a{n:02}", topic="a") for n in range(ahead + 1)]
    far = waiting("b", topic="b")

    mixed = interleave([*same, far])

    assert (mixed[1] == far) == fetched


@given(REVIEWS, st.integers(1, 12))
def test_mixing_topics_loses_and_repeats_nothing(ordered: list[Waiting], window: int) -> None:
    assert sorted(interleave(ordered, window)) == sorted(ordered)


@given(REVIEWS, st.integers(1, 12))
def test_within_a_topic_the_order_stays(ordered: list[Waiting], window: int) -> None:
    mixed = interleave(ordered, window)

    for topic in "abc":
        assert [w for w in mixed if w.topic == topic] == [w for w in ordered if w.topic == topic]


@given(REVIEWS, st.integers(2, 12))
def test_no_topic_follows_itself_while_another_is_near(ordered: list[Waiting], window: int) -> None:
    mixed, rest = interleave(ordered, window), list(ordered)

    for place, chosen in enumerate(mixed):
        if place and chosen.topic == mixed[place - 1].topic:
            assert {w.topic for w in rest[:window]} == {chosen.topic}
        rest.remove(chosen)
