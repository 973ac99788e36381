"""Which card a row counts for, after any links, in whatever order they arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from recall.core.history import LogRow
from recall.core.links import Link, links_of
from recall.core.model import CardId, Event, EventKind, Grade, ItemId, LogId, Review
from tests.core.rows import DAY, DEVICE, NOON, answer, fold

NAMES = [CardId(name) for name in "abcde"]


def link(number: int, old: str, new: str, same: bool = True) -> Event:
    payload = Link(CardId(old), CardId(new), same).payload()
    return Event(LogId(f"{number:04}"), NOON, DAY, EventKind.LINK, None, DEVICE, payload=payload)


def good(number: int, item: str) -> Review:
    return answer(number, Grade.GOOD, DAY + timedelta(9), item=ItemId(item), at=NOON + timedelta(minutes=number))


def reps(*rows: LogRow) -> dict[str, int]:
    return {item: state.reps for item, state in fold(rows).items()}


@st.composite
def logs(draw: st.DrawFn) -> list[LogRow]:
    rows: list[LogRow] = []
    for number in range(draw(st.integers(1, 25))):
        old, new = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
        if draw(st.booleans()):
            rows.append(link(number, old, new, draw(st.sampled_from([True, True, False]))))
        else:
            rows.append(good(number, draw(st.sampled_from([old, f"{old}#c1", f"{old}#reverse"]))))
    return rows


@given(logs(), st.data())
def test_the_order_in_which_links_and_answers_arrive_does_not_matter(rows: list[LogRow], data: st.DataObject) -> None:
    assert fold(data.draw(st.permutations(rows))) == fold(rows)


@given(logs())
def test_every_answer_counts_for_one_item_whatever_the_links(rows: list[LogRow]) -> None:
    assert sum(state.reps for state in fold(rows).values()) == sum(isinstance(row, Review) for row in rows)


@given(logs())
def test_the_history_of_a_card_is_never_kept_under_a_name_that_goes_on_with_another(rows: list[LogRow]) -> None:
    links = links_of(row for row in rows if isinstance(row, Event))
    later = [replace(good(n, name), id=LogId(f"9{n}")) for n, name in enumerate(NAMES)]
    assert [links.item_of(row) for row in later] == [links.current(ItemId(name)) for name in NAMES]
    for name in NAMES:
        assert links.distance(name) <= len(NAMES) * 5
        assert links.current(ItemId(name)) == ItemId(links.holder(name))


def test_answers_to_the_old_card_count_for_the_new_one() -> None:
    assert reps(good(1, "a"), link(2, "a", "b"), good(3, "b")) == {"b": 2}


def test_answers_of_another_device_that_arrive_late_count_too() -> None:
    assert reps(link(2, "a", "b"), good(5, "a")) == {"b": 1}


def test_links_go_on_from_one_to_the_next() -> None:
    assert reps(good(1, "a"), link(2, "a", "b"), link(3, "b", "c"), good(4, "b")) == {"c": 2}


def test_a_link_back_takes_the_history_back() -> None:
    assert reps(good(1, "a"), link(2, "a", "b"), good(3, "b"), link(4, "b", "a")) == {"a": 2}


def test_links_in_a_ring_end_at_the_last() -> None:
    assert reps(good(0, "a"), link(1, "a", "b"), link(2, "b", "c"), link(3, "c", "a"), good(4, "b")) == {"a": 2}


def test_of_two_links_from_one_card_the_later_holds() -> None:
    assert reps(good(1, "a"), link(2, "a", "b"), link(3, "a", "c")) == {"c": 1}


def test_a_link_that_is_written_again_elsewhere_leaves_the_later_ones() -> None:
    assert reps(good(1, "a"), link(2, "a", "b"), link(3, "b", "c"), link(4, "a", "b")) == {"c": 1}


def test_a_refused_link_holds_no_longer() -> None:
    assert reps(good(1, "a"), link(2, "a", "b"), good(3, "b"), link(4, "a", "b", False)) == {"a": 1, "b": 1}


def test_a_refused_link_can_be_accepted_after_all() -> None:
    assert reps(good(1, "a"), link(2, "a", "b", False), link(3, "a", "b")) == {"b": 1}
    assert not links_of([link(2, "a", "b", False), link(3, "a", "b")]).is_refused(CardId("a"), CardId("b"))


def test_a_name_that_begins_anew_has_only_the_answers_after() -> None:
    assert reps(good(1, "a"), link(2, "a", "b"), link(3, "a", "a"), good(4, "a")) == {"a": 1, "b": 1}


def test_every_item_of_a_card_goes_with_it() -> None:
    rows = (good(1, "a#c1"), good(2, "a#c2"), good(3, "a#reverse"), link(4, "a", "b"))
    assert reps(*rows) == {"b#c1": 1, "b#c2": 1, "b#reverse": 1}


def test_an_item_may_be_another_one_of_the_new_card() -> None:
    parted = Link(CardId("a"), CardId("b"), parts={"": "#c1"}).payload()
    assert reps(good(1, "a"), replace(link(2, "a", "b"), payload=parted)) == {"b#c1": 1}


def test_a_card_whose_name_only_begins_alike_is_not_linked() -> None:
    assert reps(good(1, "a"), good(2, "a-1"), link(3, "a", "b")) == {"b": 1, "a-1": 1}


def test_a_link_is_read_back_as_it_was_written() -> None:
    told = Link(CardId("a"), CardId("b"), False, {"": "#c1"}, "edited", "What?")
    assert Link.of(replace(link(1, "a", "b"), payload=told.payload())) == told
