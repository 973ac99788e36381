"""A review session, as the screens and the command line drive it."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from recall.core.model import EventKind, Grade, ItemId, Phase, Review
from recall.core.queue import Counts
from recall.errors import NotFoundError
from recall.study.overview import due_tomorrow, habit, today_counts
from recall.study.session import ElsewhereError, ReviewSession
from recall.workspace import Workspace
from tests.support_decks import (
    House,
    asked,
    cards,
    decide,
    due_day,
    folded_states,
    log_ids,
    session,
    state_of,
    stored_states,
    upcoming,
    work_off,
)

REVERSED = "  reverse: true\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


def cloze(name: str, numbers: int) -> str:
    text = " ".join(f"{{{{c{n}::{name}-{n}}}}}" for n in range(1, numbers + 1))
    return f"- {{id: {name}, cloze: '{text}'}}\n"


def learnt(house: House, *items: str, grade: Grade = Grade.EASY) -> None:
    """Answer these items once, and move on to the day when all of them are due."""
    with house.open() as workspace:
        for item in items:
            workspace.ledger.answer(ItemId(item), grade, house.clock())
        days = max((due_day(state_of(workspace, item)) - workspace.today).days for item in items)
    house.clock.move(days=days)


# Next, answer, undo.


def test_an_empty_deck_asks_nothing(house: House) -> None:
    house.own("d.yaml", "cards:\n")
    with house.open() as workspace:
        current = session(workspace)
        assert current.next() is None
        assert current.counts == Counts()


def test_no_deck_at_all_asks_nothing(house: House) -> None:
    with house.open() as workspace:
        assert session(workspace).next() is None


def test_asking_again_gives_the_same_item(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        assert asked(current) == asked(current) == "a"


def test_new_cards_come_in_the_order_of_their_file(house: House) -> None:
    house.own("d.yaml", cards("z", "a", "m"))
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["z", "a", "m"]


def test_a_question_says_what_each_grade_would_lead_to(house: House) -> None:
    house.own("d.yaml", cards("a"))
    with house.open() as workspace:
        question = session(workspace).next()
        assert question is not None
        now = house.clock()
        assert question.preview[Grade.AGAIN] == now + timedelta(minutes=1)
        assert question.preview[Grade.GOOD] == now + timedelta(minutes=10)
        assert not isinstance(question.preview[Grade.EASY], datetime)


def test_an_answer_is_in_the_log_when_it_returns(house: House) -> None:
    house.own("d.yaml", cards("a"))
    with house.open() as workspace, house.open() as other:
        current = session(workspace)
        current.next()
        answer = current.answer(Grade.GOOD, 4000)
        assert log_ids(other.store) == [answer.review.id]
        assert answer.review.ms == 4000


def test_a_learning_card_comes_back_when_its_step_is_over(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.AGAIN)
        assert asked(current) == "b"
        house.clock.move(minutes=1)
        assert asked(current) == "a"


def test_a_learning_card_comes_early_when_nothing_else_is_left(house: House) -> None:
    house.own("d.yaml", cards("a"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.GOOD)
        assert asked(current) == "a"


def test_a_learning_card_does_not_come_earlier_than_allowed(house: House) -> None:
    house.own("d.yaml", cards("a"))
    house.config('[review]\nlearn_ahead = "5m"\n')
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.GOOD)
        assert asked(current) is None
        assert current.counts == Counts(learning=1)
        house.clock.move(minutes=5)
        assert asked(current) == "a"


def test_a_card_due_at_night_counts_the_same_in_an_open_session_and_a_new_one(house: House) -> None:
    house.own("d.yaml", cards("a"))
    house.clock.set("2026-03-03T03:55:00+08:00")
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.GOOD)
        assert current.counts == session(workspace).counts
        assert asked(current) == asked(session(workspace))


def test_undo_asks_the_item_again_and_takes_the_answer_from_the_tally(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.EASY)
        current.next()
        assert current.undo() == "a"
        assert asked(current) == "a"
        assert current.tally.answers == []
        assert state_of(workspace, "a").phase is Phase.NEW


def test_undo_across_a_restart_asks_the_item_again(house: House) -> None:
    house.own("d.yaml", cards("a", "b", "c"))
    with house.open() as workspace:
        current = session(workspace)
        for _ in range(2):
            current.next()
            current.answer(Grade.EASY)
    with house.open() as workspace:
        current = session(workspace)
        assert asked(current) == "c"
        assert (current.undo(), current.undo(), current.undo()) == ("b", "a", None)
        assert asked(current) == "a"
        assert work_off(current) == ["a", "b", "c"]


def test_undo_of_a_suspension_asks_the_item_again(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.suspend()
        assert asked(current) == "b"
        assert current.undo() == "a"
        assert asked(current) == "a"
        assert not state_of(workspace, "a").suspended


def test_undo_does_not_ask_an_item_that_is_still_suspended(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        decide(workspace, EventKind.SUSPEND, "a")
        decide(workspace, EventKind.FLAG, "a", on=True)
        current = session(workspace)
        current.undo()
        assert asked(current) == "b"


def test_undo_of_a_decision_does_not_ask_an_item_that_is_not_due(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("a"), Grade.EASY, house.clock())
        house.clock.move(days=1)
        decide(workspace, EventKind.FLAG, "a", on=True)
        current = session(workspace)
        current.undo()
        assert asked(current) == "b"


def test_undo_of_a_card_that_is_gone_asks_the_next_one(house: House) -> None:
    house.own("d.yaml", cards("a"))
    path = house.own("e.yaml", cards("b"))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("b"), Grade.EASY, house.clock())
        path.unlink()
        workspace.library.sync()
        current = session(workspace)
        assert current.undo() == "b"
        assert asked(current) == "a"


def test_a_suspended_item_does_not_come_back(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.suspend()
        assert work_off(current) == ["b"]
    house.clock.move(days=60)
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["b"]


def test_a_buried_item_comes_back_tomorrow(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.bury()
        assert work_off(current) == ["b"]
        assert work_off(session(workspace)) == []
        house.clock.move(days=1)
        assert asked(current) == "a"


def test_the_next_thing_due_after_burying_is_tomorrow(house: House) -> None:
    house.own("d.yaml", cards("a"))
    learnt(house, "a")
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.bury()
        assert today_counts(workspace).next_due == workspace.today + timedelta(days=1)


def test_a_flag_is_set_and_taken_off(house: House) -> None:
    house.own("d.yaml", cards("a"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        assert current.flag()
        assert state_of(workspace, "a").flagged
        assert not current.flag()
        assert asked(current) == "a"


def test_the_tally_says_what_was_done(house: House) -> None:
    house.own("d.yaml", cards("a", "b", "c"))
    learnt(house, "a", "b")
    with house.open() as workspace:
        current = session(workspace)
        for grade in (Grade.AGAIN, Grade.GOOD, Grade.EASY):
            current.next()
            current.answer(grade, 1000)
        assert current.tally.items == 3
        assert current.tally.introduced == 1
        assert current.tally.recalled == (1, 2)
        assert current.tally.milliseconds == 3000
        assert current.tally.grades == Counter({Grade.AGAIN: 1, Grade.GOOD: 1, Grade.EASY: 1})


# Siblings.


def test_a_new_sibling_waits_until_tomorrow(house: House) -> None:
    house.own("d.yaml", cards("a", extra=REVERSED))
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["a"]
        assert work_off(session(workspace)) == []
        house.clock.move(days=1)
        assert work_off(session(workspace)) == ["a#reverse"]


def test_of_two_siblings_that_are_due_one_waits_until_tomorrow(house: House) -> None:
    house.own("d.yaml", cards("a", extra=REVERSED))
    learnt(house, "a", "a#reverse")
    with house.open() as workspace:
        first = work_off(session(workspace))
        assert len(first) == 1
        assert work_off(session(workspace)) == []
        house.clock.move(days=1)
        assert {*first, *work_off(session(workspace))} == {"a", "a#reverse"}


def test_the_sibling_of_a_card_in_learning_steps_waits(house: House) -> None:
    house.own("d.yaml", cards("a", extra=REVERSED))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.AGAIN)
    house.clock.move(days=1)
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["a"]


def test_the_sibling_of_an_item_answered_elsewhere_waits(house: House) -> None:
    house.own("d.yaml", cards("a", "b", extra=REVERSED))
    with house.open() as workspace:
        current = session(workspace)
        assert asked(current) == "a"
        workspace.ledger.answer(ItemId("b#reverse"), Grade.EASY, house.clock())
        assert work_off(current) == ["a"]


def test_an_undone_item_and_its_sibling_are_not_both_asked(house: House) -> None:
    house.own("d.yaml", cards("a", extra=REVERSED))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("a#reverse"), Grade.EASY, house.clock())
        current = session(workspace)
        assert current.undo() == "a#reverse"
        assert work_off(current) == ["a#reverse"]


# Limits.


def test_no_more_new_cards_than_the_day_allows(house: House) -> None:
    house.own("d.yaml", cards(*"abcdef"))
    house.config("[review]\nnew_per_day = 4\n")
    with house.open() as workspace:
        assert session(workspace).counts == Counts(new=4)
        assert work_off(session(workspace)) == ["a", "b", "c", "d"]
        assert work_off(session(workspace)) == []
        house.clock.move(days=1)
        assert asked(session(workspace)) == "e"


def test_no_more_reviews_than_the_day_allows(house: House) -> None:
    house.own("d.yaml", cards(*"abcdef"))
    learnt(house, *"abcdef")
    house.config("[review]\nreviews_per_day = 4\n")
    with house.open() as workspace:
        first = work_off(session(workspace))
        assert len(first) == 4
        assert work_off(session(workspace)) == []
        house.clock.move(days=1)
        assert set(first) & set(work_off(session(workspace))) == set()


def test_a_day_without_new_cards_still_has_its_reviews(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    learnt(house, "a")
    house.config("[review]\nnew_per_day = 0\n")
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["a"]


def test_a_session_asks_no_more_items_than_it_was_limited_to(house: House) -> None:
    house.own("d.yaml", cards(*"abcdef"))
    with house.open() as workspace:
        current = session(workspace, limit=3)
        assert current.counts.total == 3
        assert work_off(current) == ["a", "b", "c"]


def test_a_limited_session_brings_its_learning_cards_back(house: House) -> None:
    house.own("d.yaml", cards("a", "b", "c"))
    with house.open() as workspace:
        current = session(workspace, limit=1)
        current.next()
        current.answer(Grade.AGAIN)
        house.clock.move(minutes=1)
        assert work_off(current) == ["a"]


def test_a_limited_session_asks_an_undone_item_again_within_its_limit(house: House) -> None:
    house.own("d.yaml", cards("a", "b", "c"))
    with house.open() as workspace:
        current = session(workspace, limit=2)
        current.next()
        current.answer(Grade.EASY)
        current.undo()
        assert work_off(current) == ["a", "b"]


def test_a_limited_session_is_limited_after_another_program_wrote(house: House) -> None:
    house.own("d.yaml", cards(*"abcdef"))
    with house.open() as workspace:
        current = session(workspace, limit=2)
        current.next()
        current.answer(Grade.EASY)
        workspace.ledger.answer(ItemId("f"), Grade.EASY, house.clock())
        assert work_off(current) == ["b"]


@pytest.mark.parametrize("numbers", [3, 6, 12])
def test_the_siblings_of_clozes_do_not_use_up_the_new_cards_of_the_day(house: House, numbers: int) -> None:
    house.own("d.yaml", "cards:\n" + "".join(cloze(f"k{n:02}", numbers) for n in range(24)))
    with house.open() as workspace:
        for left in range(20, 0, -1):
            current = session(workspace)
            assert current.counts == Counts(new=left)
            current.next()
            current.answer(Grade.EASY)


def test_a_stage_has_a_limit_of_its_own(house: House) -> None:
    house.bundle("one.yaml", cards(*(f"a{n}" for n in range(6)), head="topic: a.one\n"))
    house.own("d.yaml", cards(*(f"o{n}" for n in range(6))))
    house.config("[review]\nnew_per_day = 9\n[stages.first]\nnew_per_day = 2\n")
    with house.open() as workspace:
        items = work_off(session(workspace))
        assert Counter(item[0] for item in items) == {"o": 6, "a": 2}
        assert session(workspace).counts == Counts()


def test_a_stage_has_learning_steps_of_its_own(house: House) -> None:
    house.bundle("one.yaml", cards("a", head="topic: a.one\n"))
    house.config('[stages.first]\nlearning_steps = ["3m"]\n')
    with house.open() as workspace:
        question = session(workspace).next()
        assert question is not None
        assert question.stage == "first"
        assert question.preview[Grade.AGAIN] == house.clock() + timedelta(minutes=3)


def test_a_card_that_lapsed_often_is_a_leech(house: House) -> None:
    house.own("d.yaml", cards("a"))
    house.config("[review]\nleech_after = 2\nlearning_steps = []\nrelearning_steps = []\n")
    learnt(house, "a")
    for leech in (False, False, True):
        with house.open() as workspace:
            current = session(workspace)
            question = current.next()
            assert question is not None
            assert question.is_leech is leech
            current.answer(Grade.AGAIN)
            house.clock.move(days=(due_day(state_of(workspace, "a")) - workspace.today).days)


def test_a_leech_limit_of_nought_makes_no_leech(house: House) -> None:
    house.own("d.yaml", cards("a"))
    house.config("[review]\nleech_after = 0\n")
    with house.open() as workspace:
        question = session(workspace).next()
        assert question is not None
        assert not question.is_leech


# Time.


def test_the_day_turns_at_four_while_a_session_is_open(house: House) -> None:
    house.own("d.yaml", cards("a", "b", "c"))
    house.config("[review]\nnew_per_day = 1\n")
    house.clock.set("2026-03-03T03:50:00+08:00")
    with house.open() as workspace:
        current = session(workspace)
        assert work_off(current) == ["a"]
        house.clock.set("2026-03-03T03:59:59+08:00")
        assert asked(current) is None
        house.clock.set("2026-03-03T04:00:00+08:00")
        assert asked(current) == "b"
        assert current.day == date(2026, 3, 3)


def test_an_answer_after_the_day_turned_counts_for_the_new_day(house: House) -> None:
    house.own("d.yaml", cards("a"))
    house.clock.set("2026-03-03T03:59:00+08:00")
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        house.clock.set("2026-03-03T04:01:00+08:00")
        assert current.answer(Grade.EASY).review.day == date(2026, 3, 3)


def test_a_card_answered_at_nine_in_the_evening_is_due_by_its_date_in_the_morning(house: House) -> None:
    house.own("d.yaml", cards("a"))
    house.config("[review]\nlearning_steps = []\nmaximum_interval = 1\n")
    house.clock.set("2026-03-02T21:00:00+08:00")
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["a"]
        house.clock.set("2026-03-03T03:59:00+08:00")
        assert asked(session(workspace)) is None
        house.clock.set("2026-03-03T04:00:00+08:00")
        assert asked(session(workspace)) == "a"


def test_a_clock_that_goes_backwards_in_a_session_stops_nothing(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.EASY)
        house.clock.move(days=-3)
        assert asked(current) == "b"
        current.answer(Grade.GOOD)
        with workspace.store.read() as tx:
            assert stored_states(tx) == folded_states(tx)


# Other programs.


def test_an_answer_by_another_process_makes_the_session_refresh(house: House) -> None:
    house.own("d.yaml", cards("a", "b", "c"))
    house.config("bundled_decks = false\n")
    with house.open() as workspace:
        current = session(workspace)
        assert asked(current) == "a"
        code = (
            "import sys; from pathlib import Path; from datetime import datetime\n"
            "from recall.environment import Options; from recall.workspace import open_workspace\n"
            "from recall.core.model import Grade, ItemId\n"
            "w = open_workspace(Options(home=Path(sys.argv[1]))); at = datetime.fromisoformat(sys.argv[2])\n"
            "w.ledger.answer(ItemId('a'), Grade.EASY, at); w.close()"
        )
        command = [sys.executable, "-c", code, str(house.home), house.clock().isoformat()]
        subprocess.run(command, check=True, timeout=30)
        assert work_off(current) == ["b", "c"]


def test_an_answer_written_elsewhere_while_a_question_stands_is_seen_after_answering_it(house: House) -> None:
    house.own("d.yaml", cards("a", "b", "c"))
    with house.open() as workspace, house.open() as other:
        current = session(workspace)
        assert asked(current) == "a"
        other.ledger.answer(ItemId("b"), Grade.EASY, house.clock())
        current.answer(Grade.EASY)
        assert work_off(current) == ["c"]


def test_a_suspension_elsewhere_while_a_question_stands_is_seen_after_flagging_it(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace, house.open() as other:
        current = session(workspace)
        assert asked(current) == "a"
        decide(other, EventKind.SUSPEND, "b")
        current.flag()
        assert work_off(current) == ["a"]


def test_a_card_that_vanished_is_passed_over(house: House) -> None:
    house.own("d.yaml", cards("a"))
    path = house.own("e.yaml", cards("b"))
    with house.open() as workspace, house.open() as other:
        current = session(workspace)
        path.unlink()
        other.library.sync()
        assert work_off(current) == ["a"]


# Topics.


def bundle_topics(house: House) -> None:
    house.bundle("1.yaml", cards("a1", "a2", "a3", "a4", "a5", head="topic: a.one\n"))
    house.bundle("2.yaml", cards("b1", head="topic: a.two\n"))
    house.bundle("3.yaml", cards("c1", head="topic: b.one\n"))


def test_a_topic_waits_for_its_prerequisites(house: House) -> None:
    bundle_topics(house)
    house.config("[review]\nnew_per_day = 2\n")
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["a1", "a2"]


def test_a_topic_opens_when_its_prerequisites_are_known(house: House) -> None:
    bundle_topics(house)
    with house.open() as workspace:
        work_off(session(workspace, "a.one"))
        assert asked(session(workspace)) == "b1"


def test_a_topic_opens_while_the_cards_before_it_come_today(house: House) -> None:
    bundle_topics(house)
    with house.open() as workspace:
        current = session(workspace)
        plan = current.counts
        assert len(work_off(current)) == plan.new


def test_a_topic_that_was_forgotten_closes_what_it_opened(house: House) -> None:
    bundle_topics(house)
    with house.open() as workspace:
        work_off(session(workspace, "a.one"))
        house.clock.move(days=400)
        decide(workspace, EventKind.SUSPEND, "b1")
        assert "b1" not in upcoming(session(workspace))


@pytest.mark.parametrize(("name", "item"), [("b.one", "c1"), ("second", "c1"), ("a.two", "b1")])
def test_asking_for_a_stage_or_topic_opens_it(house: House, name: str, item: str) -> None:
    bundle_topics(house)
    with house.open() as workspace:
        assert work_off(session(workspace, name)) == [item]


@pytest.mark.parametrize("name", ["b.one", "second"])
def test_a_focus_opens_its_topics_and_puts_them_first(house: House, name: str) -> None:
    bundle_topics(house)
    house.config(f'focus = ["{name}"]\n')
    with house.open() as workspace:
        assert work_off(session(workspace))[:2] == ["c1", "a1"]


def test_the_learners_own_deck_waits_for_nothing_and_comes_first(house: House) -> None:
    bundle_topics(house)
    house.own("mine.yaml", cards("mine"))
    with house.open() as workspace:
        assert asked(session(workspace)) == "mine"


def test_a_session_of_a_stage_asks_nothing_else(house: House) -> None:
    bundle_topics(house)
    house.own("mine.yaml", cards("mine"))
    learnt(house, "mine", "c1")
    with house.open() as workspace:
        assert set(work_off(session(workspace, "first"))) == {"a1", "a2", "a3", "a4", "a5", "b1"}


def test_a_scope_that_does_not_exist_names_the_near_one(house: House) -> None:
    bundle_topics(house)
    with house.open() as workspace, pytest.raises(NotFoundError, match=r"did you mean a\.one"):
        session(workspace, "a.onne")


def test_reviews_of_locked_topics_still_come(house: House) -> None:
    bundle_topics(house)
    learnt(house, "c1")
    house.config("[review]\nnew_per_day = 0\n")
    with house.open() as workspace:
        assert work_off(session(workspace)) == ["c1"]


# Edited files.


def test_a_reload_shows_the_edited_card(house: House) -> None:
    path = house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        path.write_text("# moved down\n" + cards("a", "b").replace("What is a?", "What is A?"), "utf-8")
        question = current.reload()
        assert question is not None
        assert (question.face("en").front, question.placed.line) == ("What is A?", 3)
        assert asked(current) == "a"


def test_a_reload_of_a_card_that_was_deleted_goes_on_with_the_next(house: House) -> None:
    path = house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        path.write_text(cards("b"), "utf-8")
        assert current.reload() is None
        assert asked(current) == "b"


def test_a_reload_of_a_file_that_was_deleted_goes_on_with_the_next(house: House) -> None:
    path = house.own("d.yaml", cards("a"))
    house.own("e.yaml", cards("b"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        path.unlink()
        assert current.reload() is None
        assert work_off(current) == ["b"]


def test_a_reload_keeps_the_history_of_the_card(house: House) -> None:
    path = house.own("d.yaml", cards("a"))
    learnt(house, "a")
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        path.write_text(cards("a").replace("It is", "That is"), "utf-8")
        question = current.reload()
        assert question is not None
        assert question.state.reps == 1


# Whole days.


def sessions_agree(open_one: ReviewSession, workspace: Workspace) -> None:
    """A session that goes on and one that begins now mean to ask the same."""
    assert upcoming(open_one) == upcoming(ReviewSession(workspace))


def test_a_card_that_was_answered_elsewhere_is_not_answered_as_it_was_asked(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    with house.open() as workspace, house.open() as other:
        here, there = session(workspace), session(other)
        question = here.next()
        assert question is not None and there.next() is not None
        there.flag()
        there.answer(Grade.EASY)
        with pytest.raises(ElsewhereError):
            here.answer(Grade.GOOD)
        after = here.next()
        assert after is not None and after.item != question.item
        there.next()
        there.flag()
        here.answer(Grade.GOOD)
        with workspace.store.read() as tx:
            assert [row.grade for row in tx.log.reviews()] == [Grade.EASY, Grade.GOOD]


@pytest.mark.parametrize("seed", range(4))
def test_an_open_session_and_a_new_one_never_differ(house: House, seed: int) -> None:
    house.own("d.yaml", cards(*"abcdef") + cloze("k", 2) + cloze("l", 3))
    house.own("e.yaml", cards(*"uvwxyz", extra=REVERSED))
    random = Random(seed)
    with house.open() as workspace:
        current = session(workspace)
        for _ in range(60):
            house.clock.move(seconds=random.choice([5, 60, 600, 90_000]))
            question = current.next()
            if question is None:
                house.clock.move(days=1)
                continue
            if random.random() < 0.85:
                current.answer(random.choice(list(Grade)))
            else:
                current.undo()
            current.next()
            sessions_agree(current, workspace)


@pytest.mark.parametrize("seed", range(3))
def test_the_preview_of_a_grade_is_what_the_grade_gives(house: House, seed: int) -> None:
    house.own("d.yaml", cards(*(f"n{n}" for n in range(30))))
    random = Random(seed)
    with house.open() as workspace:
        current = session(workspace)
        for _ in range(120):
            question = current.next()
            if question is None:
                house.clock.move(days=random.randrange(1, 9))
                continue
            if random.random() < 0.1:
                random.choice([current.suspend, current.bury, current.undo])()
                continue
            grade = random.choice(list(Grade))
            assert current.answer(grade).review.due == question.preview[grade]


@pytest.mark.parametrize("seed", range(3))
def test_no_day_asks_two_items_of_one_card_and_no_item_twice_without_reason(house: House, seed: int) -> None:
    house.own("d.yaml", cards(*"abcd", extra=REVERSED) + cloze("k", 3) + cloze("l", 2))
    random = Random(seed)
    with house.open() as workspace:
        for _ in range(40):
            asked_today: dict[str, set[str]] = {}
            current = session(workspace)
            for _ in range(60):
                if (question := current.next()) is None:
                    break
                asked_today.setdefault(question.card.id, set()).add(question.item)
                again = question.state.last_day == workspace.today
                assert not again or question.state.phase in (Phase.LEARNING, Phase.RELEARNING)
                current.answer(random.choice([Grade.AGAIN, Grade.GOOD, Grade.GOOD, Grade.EASY]))
                house.clock.move(seconds=20)
                if random.random() < 0.05:
                    current = session(workspace)
                if random.random() < 0.05:
                    break  # the learner stops for today, with cards still in their steps
            assert max((len(items) for items in asked_today.values()), default=0) <= 1
            house.clock.move(days=random.choice([1, 1, 2, 5]))
            house.clock.at = house.clock.at.replace(hour=9)


def test_a_session_through_two_months_keeps_state_equal_to_the_log(house: House) -> None:
    house.own("d.yaml", cards(*"abcdefgh", extra=REVERSED))
    random = Random(3)
    with house.open() as workspace:
        current = session(workspace)
        for _ in range(300):
            if current.next() is None:
                house.clock.move(days=1)
                continue
            house.clock.move(seconds=random.randrange(3, 90))
            if random.random() < 0.12:
                current.undo()
            else:
                current.answer(random.choice(list(Grade)), random.randrange(9000))
        with workspace.store.read() as tx:
            assert stored_states(tx) == folded_states(tx)
            assert all(isinstance(row, Review) for row in tx.log.reviews())


# Where the learner stands.


def test_days_in_a_row_are_counted_up_to_yesterday_until_today_has_an_answer(house: House) -> None:
    house.own("d.yaml", cards(*"abcdef"))
    house.config("[review]\nnew_per_day = 1\n")
    with house.open() as workspace:
        for streak in (1, 2, 3):
            work_off(session(workspace))
            assert habit(workspace).streak == streak
            house.clock.move(days=1)
        assert habit(workspace).streak == 3
        house.clock.move(days=1)
        assert habit(workspace).streak == 0


def test_an_undone_answer_makes_no_day_of_study(house: House) -> None:
    house.own("d.yaml", cards("a"))
    with house.open() as workspace:
        current = session(workspace)
        current.next()
        current.answer(Grade.EASY)
        current.undo()
        assert habit(workspace).answers == {}


def test_what_is_due_tomorrow_is_counted(house: House) -> None:
    house.own("d.yaml", cards("a", "b"))
    house.config("[review]\nlearning_steps = []\nmaximum_interval = 1\n")
    with house.open() as workspace:
        work_off(session(workspace))
        assert due_tomorrow(workspace) == 2


def test_counts_are_told_by_stage_and_own_deck(house: House) -> None:
    bundle_topics(house)
    house.own("mine.yaml", cards("mine"))
    with house.open() as workspace:
        found = today_counts(workspace)
        assert {stage.id: stage.counts.new for stage in found.stages} == {"first": 6, "second": 1, "mine": 1}
        assert found.total == Counts(new=8)
