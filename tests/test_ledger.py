"""The ledger writes the log and keeps the states in the store equal to what the log says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from recall.core.model import Event, EventKind, Grade, ItemId, Phase, Review
from recall.core.settings import ReviewPolicy, ReviewSettings
from recall.core.study_day import StudyCalendar
from recall.errors import NotFoundError
from recall.ledger import Ledger
from tests.support_decks import (
    DECISIONS,
    NOON,
    WALKED,
    WALKED_DECK,
    House,
    Walk,
    assert_states_follow_the_log,
    cards,
    decide,
    due_day,
    library,
    log_ids,
    opened,
    state_of,
    stored_states,
    write,
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger over a database that knows the items, in a zone with summer time."""
    write(tmp_path / "own" / "deck.yaml", WALKED_DECK)
    with library(tmp_path) as found:
        found.sync()
        calendar = StudyCalendar(ZoneInfo("Europe/Berlin"))
        yield Ledger(found.store, calendar, ReviewPolicy(), lambda topic: None, "here")


@pytest.mark.parametrize("seed", range(6))
def test_after_any_three_hundred_steps_the_states_are_what_the_log_says_to_the_bit(ledger: Ledger, seed: int) -> None:
    walk = Walk(ledger, Random(seed))
    for n in range(300):
        walk.step()
        if n % 20 == 0:
            assert_states_follow_the_log(ledger)
    assert_states_follow_the_log(ledger)
    with ledger.store.read() as tx:
        before = stored_states(tx)
        assert sum(state.reps for state in before.values()) > 20
    ledger.rebuild()
    with ledger.store.read() as tx:
        assert stored_states(tx) == before


def test_undoing_everything_brings_every_item_back_to_new(ledger: Ledger) -> None:
    walk = Walk(ledger, Random(99))
    for _ in range(60):
        walk.step()
    while ledger.undo(walk.now):
        pass
    with ledger.store.read() as tx:
        assert {(state.phase, state.reps, state.suspended) for state in tx.states.all()} == {(Phase.NEW, 0, False)}


def test_two_devices_on_one_log_keep_the_states(ledger: Ledger) -> None:
    walks = [Walk(replace(ledger, device=device), Random(device)) for device in ("one", "two")]
    for _ in range(40):
        for walk in walks:
            walk.step()
    assert_states_follow_the_log(ledger)


def test_an_answer_says_what_was_written_and_where_it_led(ledger: Ledger) -> None:
    answer = ledger.answer(WALKED[0], Grade.GOOD, NOON, 1500)
    with ledger.store.read() as tx:
        assert list(tx.log.reviews()) == [answer.review]
        assert tx.states.get(WALKED[0]) == answer.after
    assert (answer.before.phase, answer.after.phase) == (Phase.NEW, Phase.LEARNING)
    assert answer.review.due == answer.after.due == NOON + timedelta(minutes=10)


def test_the_time_of_an_answer_is_cut_to_what_is_kept(ledger: Ledger) -> None:
    answer = ledger.answer(WALKED[0], Grade.GOOD, NOON.replace(microsecond=123_999))
    with ledger.store.read() as tx:
        assert list(tx.log.reviews()) == [answer.review]
    assert answer.review.at.microsecond == 123_000


def test_an_answer_before_four_counts_for_the_day_before(ledger: Ledger) -> None:
    night = datetime(2026, 3, 3, 3, 59, tzinfo=ZoneInfo("Europe/Berlin"))
    assert ledger.answer(WALKED[0], Grade.GOOD, night).review.day == date(2026, 3, 2)


def test_a_later_change_of_the_day_start_moves_no_answer(ledger: Ledger) -> None:
    ledger.answer(WALKED[0], Grade.EASY, NOON)
    with ledger.store.read() as tx:
        before = stored_states(tx)
    moved = replace(ledger, calendar=StudyCalendar(ZoneInfo("Asia/Tokyo"), time(23)))
    moved.rebuild()
    with ledger.store.read() as tx:
        assert stored_states(tx) == before


def test_a_later_change_of_settings_moves_no_due_date(ledger: Ledger) -> None:
    ledger.answer(WALKED[0], Grade.EASY, NOON)
    with ledger.store.read() as tx:
        before = stored_states(tx)
    replace(ledger, policy=ReviewPolicy(ReviewSettings(desired_retention=0.97))).rebuild()
    with ledger.store.read() as tx:
        assert stored_states(tx) == before


def test_an_item_no_deck_has_is_not_answered(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        ledger.answer(ItemId("nowhere"), Grade.GOOD, NOON)
    assert log_ids(ledger.store) == []


def test_an_item_no_deck_has_is_not_decided_on(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError, match="nowhere"):
        ledger.decide(EventKind.SUSPEND, [ItemId("nowhere")], NOON)


def test_nothing_is_undone_where_nothing_was_done(ledger: Ledger) -> None:
    assert ledger.undo(NOON) == []


def test_undo_goes_back_answer_by_answer(ledger: Ledger) -> None:
    for item in WALKED[:3]:
        ledger.answer(item, Grade.GOOD, NOON)
    undone = [ledger.undo(NOON) for _ in range(4)]
    assert [[row.item for row in rows] for rows in undone] == [["c"], ["b"], ["a"], []]


def test_undo_takes_back_the_row_written_last_though_the_clock_went_back(ledger: Ledger) -> None:
    ledger.answer(WALKED[0], Grade.GOOD, NOON)
    last = ledger.answer(WALKED[1], Grade.GOOD, NOON - timedelta(days=2))
    assert ledger.undo(NOON) == [last.review]


def test_undo_leaves_the_rows_of_another_device(ledger: Ledger) -> None:
    mine = ledger.answer(WALKED[0], Grade.GOOD, NOON)
    replace(ledger, device="there").answer(WALKED[1], Grade.GOOD, NOON)
    assert ledger.undo(NOON) == [mine.review]
    assert ledger.undo(NOON) == []


def test_an_undone_answer_stays_in_the_log(ledger: Ledger) -> None:
    answer = ledger.answer(WALKED[0], Grade.GOOD, NOON)
    ledger.undo(NOON)
    assert log_ids(ledger.store) == [answer.review.id]


@pytest.mark.parametrize("kind", DECISIONS)
def test_every_decision_can_be_undone(ledger: Ledger, kind: EventKind) -> None:
    ledger.answer(WALKED[0], Grade.EASY, NOON)
    with ledger.store.read() as tx:
        before = tx.states.get(WALKED[0])
    ledger.decide(kind, [WALKED[0]], NOON, **({"on": True} if kind is EventKind.FLAG else {}))
    ledger.undo(NOON)
    with ledger.store.read() as tx:
        assert tx.states.get(WALKED[0]) == before


def test_one_undo_takes_back_a_decision_about_several_items(ledger: Ledger) -> None:
    ledger.answer(WALKED[0], Grade.GOOD, NOON)
    ledger.decide(EventKind.SUSPEND, WALKED[2:4], NOON)
    assert {row.item for row in ledger.undo(NOON)} == {"c", "c#reverse"}
    assert [row.item for row in ledger.undo(NOON)] == ["a"]


def test_one_undo_takes_back_one_of_two_equal_decisions(ledger: Ledger) -> None:
    for _ in range(2):
        ledger.decide(EventKind.BURY, WALKED[2:4], NOON)
    assert len(ledger.undo(NOON)) == 2
    assert len(ledger.undo(NOON)) == 2


def test_a_decision_about_an_item_no_deck_has_is_made_for_none(ledger: Ledger) -> None:
    with pytest.raises(NotFoundError):
        ledger.decide(EventKind.SUSPEND, [WALKED[0], ItemId("nowhere")], NOON)
    assert_states_follow_the_log(ledger)
    with ledger.store.read() as tx:
        assert list(tx.log.events()) == []


def test_undo_reaches_back_across_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    house.own("d.yaml", cards("a"))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("a"), Grade.EASY, house.clock())
        decide(workspace, EventKind.SUSPEND, "a")
    house.clock.move(days=400)
    with house.open() as workspace:
        workspace.ledger.undo(house.clock())
        assert not state_of(workspace, "a").suspended
        assert state_of(workspace, "a").reps == 1
    with house.open() as workspace:
        workspace.ledger.undo(house.clock())
        assert state_of(workspace, "a").phase is Phase.NEW


def test_a_decision_can_be_undone_though_its_card_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    path = house.own("d.yaml", cards("a"))
    with house.open() as workspace:
        decide(workspace, EventKind.SUSPEND, "a")
    path.unlink()
    with house.open() as workspace:
        assert workspace.ledger.undo(house.clock())
        assert not state_of(workspace, "a").suspended


def test_the_settings_of_a_stage_rule_its_items(ledger: Ledger) -> None:
    slow = ReviewSettings(learning_steps=(timedelta(minutes=7),), desired_retention=0.8)
    staged = replace(ledger, policy=ReviewPolicy(by_stage={"stage": slow}), stage_of=lambda topic: "stage")
    assert staged.answer(WALKED[0], Grade.AGAIN, NOON).review.due == NOON + timedelta(minutes=7)
    assert ledger.answer(WALKED[1], Grade.AGAIN, NOON).review.due == NOON + timedelta(minutes=1)


def test_a_lower_desired_retention_gives_longer_intervals(ledger: Ledger) -> None:
    low = replace(ledger, policy=ReviewPolicy(ReviewSettings(desired_retention=0.75)))
    later, sooner = (one.answer(item, Grade.EASY, NOON).after for one, item in ((low, WALKED[0]), (ledger, WALKED[1])))
    assert due_day(later) > due_day(sooner)


def test_no_interval_is_longer_than_the_longest_allowed(ledger: Ledger) -> None:
    short = replace(ledger, policy=ReviewPolicy(ReviewSettings(maximum_interval=5)))
    at = NOON
    for _ in range(6):
        answer = short.answer(WALKED[0], Grade.EASY, at)
        assert due_day(answer.after) <= answer.review.day + timedelta(days=5)
        at += timedelta(days=5)


def test_answers_of_one_day_are_spread_over_days_within_the_fuzz(ledger: Ledger, tmp_path: Path) -> None:
    names = [f"n{n}" for n in range(60)]
    write(tmp_path / "own" / "many.yaml", cards(*names))
    with library(tmp_path) as found:
        found.sync()
    dues = [due_day(ledger.answer(ItemId(name), Grade.EASY, NOON).after) for name in names]
    counts = [dues.count(day) for day in set(dues)]
    assert len(counts) > 1
    assert max(counts) - min(counts) <= 1


def test_what_is_done_after_the_clock_was_set_back_counts_last(ledger: Ledger) -> None:
    item = WALKED[0]
    first = ledger.answer(item, Grade.AGAIN, NOON)
    second = ledger.answer(item, Grade.EASY, NOON - timedelta(minutes=15))
    assert (first.after.phase, second.after.phase) == (Phase.LEARNING, Phase.REVIEW)
    ledger.decide(EventKind.SUSPEND, [item], NOON)
    (decision,) = ledger.decide(EventKind.UNSUSPEND, [item], NOON - timedelta(hours=14))
    assert not decision.after.suspended
    (decision,) = ledger.decide(EventKind.RESET, [item], NOON - timedelta(hours=2))
    assert decision.after.memory is None
    assert_states_follow_the_log(ledger)


def test_a_row_of_an_older_time_is_folded_in_at_its_place(ledger: Ledger) -> None:
    ledger.answer(WALKED[0], Grade.EASY, NOON)
    ledger.answer(WALKED[0], Grade.AGAIN, NOON - timedelta(days=3))
    assert_states_follow_the_log(ledger)
    with ledger.store.read() as tx:
        assert tx.states.get(WALKED[0]).changed_at == NOON


def test_the_same_log_in_another_database_gives_the_same_states(ledger: Ledger, tmp_path: Path) -> None:
    walk = Walk(ledger, Random(5))
    for _ in range(80):
        walk.step()
    with ledger.store.read() as tx:
        rows: list[Review | Event] = [*tx.log.reviews(), *tx.log.events()]
        states = stored_states(tx)
    Random(1).shuffle(rows)
    with opened(tmp_path / "other" / "recall.db") as other:
        with other.write() as tx:
            for row in rows:
                tx.log.add(row)
        replace(ledger, store=other).rebuild()
        with other.read() as tx:
            assert stored_states(tx) == states
