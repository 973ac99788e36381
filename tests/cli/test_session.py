"""A review by script: next, answer, undo, until nothing is left; and when things come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle

import pytest

from tests.cli.program import NINE_IN_THE_MORNING, Program

START = datetime.fromisoformat(NINE_IN_THE_MORNING)


def answered(program: Program, item: str) -> list[str]:
    return [row["grade"] for row in program.json("history", item)["reviews"] if not row["undone"]]


def test_next_and_answer_until_nothing_is_left(small: Program) -> None:
    now, grades, asked = START, cycle(["again", "hard", "good", "good", "easy"]), []
    while item := small.at(now).json("next")["item"]:
        assert small.json("next")["item"] == item, "asking twice changes nothing"
        grade = next(grades)
        answer = small.json("answer", item["id"], grade)
        assert answer["due"] == item["preview"][grade], "the preview promised it"
        asked.append(item["id"])
        now += timedelta(seconds=40)
        assert len(asked) < 100
    assert set(asked) == {"square", "water", "gap#c1"}, "siblings wait until tomorrow"
    assert sum(len(answered(small, item)) for item in set(asked)) == len(asked)
    assert small.json("due")["total"] == 0
    assert small.json("next")["next_due"] is not None


def test_undo_goes_back_to_the_first_answer_and_then_stops(small: Program) -> None:
    before = small.json("next"), small.json("due"), small.json("stages")
    for item, grade in (("square", "again"), ("square", "good"), ("water", "easy")):
        small.json("answer", item, grade)
    small.json("suspend", "gap#c1")
    taken_back = [small.json("undo")["undone"][0] for _ in range(4)]
    assert [(row["item"], row["what"]) for row in taken_back] == [
        ("gap#c1", "suspend"),
        ("water", "easy"),
        ("square", "good"),
        ("square", "again"),
    ]
    assert (small.json("next"), small.json("due"), small.json("stages")) == before
    nothing = small.call("undo")
    assert (nothing.status, nothing.out) == (1, "")
    assert nothing.err == "recall: there is nothing to undo\n"


def test_an_undone_item_is_asked_again(small: Program) -> None:
    item = small.json("next")["item"]
    small.json("answer", item["id"], "easy")
    assert small.json("next")["item"]["id"] != item["id"]
    small.json("undo")
    assert small.json("next")["item"] == item


def test_two_good_answers_take_a_new_item_to_day_intervals(small: Program) -> None:
    first = small.json("answer", "square", "good")
    assert (first["state"], first["due"]) == ("learning", "2026-11-21T01:10:00.000Z")
    second = small.at("2026-11-21T09:10:00+08:00").json("answer", "square", "good")
    assert second["state"] == "review"
    assert second["due"] > "2026-11-21"
    assert len(second["due"]) == len("2026-11-23"), "a date, not a time"


def test_a_card_answered_at_nine_in_the_evening_is_due_when_its_day_begins(small: Program) -> None:
    due = small.at("2026-11-21T21:00:00+08:00").json("answer", "square", "easy")["due"]
    days = (datetime.fromisoformat(f"{due}T00:00:00+08:00") - datetime.fromisoformat("2026-11-21T00:00:00+08:00")).days
    assert days >= 4
    assert small.at(f"{due}T03:59:00+08:00").json("due")["review"] == 0
    assert small.at(f"{due}T04:00:00+08:00").json("due")["review"] == 1


def test_an_interval_of_one_day_from_the_evening_is_over_next_morning(small: Program) -> None:
    small.configure("bundled_decks = false\nreview.learning_steps = []\n")
    due = small.at("2026-11-21T21:00:00+08:00").json("answer", "square", "again")["due"]
    assert due == "2026-11-22"
    item = small.at("2026-11-22T04:00:00+08:00").json("next", "--topic", "mine")["item"]
    assert (item["id"], item["state"], item["due"]) == ("square", "review", "2026-11-22")


def test_the_hours_before_four_belong_to_the_day_before(small: Program) -> None:
    small.configure("bundled_decks = false\nreview.learning_steps = []\n")
    assert small.at("2026-11-22T03:59:00+08:00").json("next")["item"]["preview"]["again"] == "2026-11-22"
    assert small.at("2026-11-22T04:00:00+08:00").json("next")["item"]["preview"]["again"] == "2026-11-23"


def test_the_clock_is_the_learners_wherever_the_machine_is(small: Program) -> None:
    """20:30 UTC is half past four in the morning in Shanghai: a new study day."""
    small.configure('bundled_decks = false\ntimezone = "Asia/Shanghai"\n')
    here = small.at("2026-11-22T04:30:00+08:00").json("next")["item"]["preview"]
    assert small.at("2026-11-21T20:30:00+00:00").json("next")["item"]["preview"] == here


def test_a_forgotten_review_is_learned_again_today(small: Program) -> None:
    due = small.json("answer", "square", "easy")["due"]
    data = small.at(f"{due}T09:00:00+08:00").json("answer", "square", "again")
    assert (data["state"], data["due"]) == ("relearning", f"{due}T01:10:00.000Z")
    assert small.json("due")["learning"] == 1


def test_siblings_of_an_answered_item_wait_until_tomorrow(small: Program) -> None:
    small.json("answer", "water", "easy")
    assert small.json("due")["new"] == 2
    assert small.at("2026-11-22T09:00:00+08:00").json("due")["new"] == 3


def test_the_limit_of_new_cards_counts_for_the_day(small: Program) -> None:
    small.call("config", "review.new_per_day", "2")
    assert small.json("due")["new"] == 2
    small.json("answer", "square", "easy")
    assert small.json("due")["new"] == 1
    assert small.at("2026-11-22T09:00:00+08:00").json("due")["new"] == 2


@pytest.mark.parametrize("command", ["suspend", "bury", "flag", "reset"])
def test_a_decision_as_json_names_its_items(small: Program, command: str) -> None:
    assert small.json(command, "square") == {"kind": command, "items": ["square"]}
    assert small.json("history", "square")["events"][0]["kind"] == command


@pytest.mark.parametrize("command", ["suspend", "unsuspend", "bury", "flag", "reset"])
def test_a_decision_for_people_is_confirmed_on_stderr(small: Program, command: str) -> None:
    done = small.call(command, "square")
    assert (done.status, done.out) == (0, "")
    assert "square" in done.err


def test_a_decision_about_a_card_is_about_all_its_items(small: Program) -> None:
    assert small.json("suspend", "gap")["items"] == ["gap#c1", "gap#c2"]
    assert small.json("due")["new"] == 2


def test_a_suspended_item_is_not_asked_until_it_is_unsuspended(small: Program) -> None:
    small.json("suspend", "square")
    assert small.json("next")["item"]["id"] == "water"
    assert small.at("2026-12-24T09:00:00+08:00").json("next")["item"]["id"] == "water"
    small.json("unsuspend", "square")
    assert small.json("next")["item"]["id"] == "square"


def test_a_buried_item_comes_back_tomorrow_or_when_it_is_unsuspended(small: Program) -> None:
    small.json("bury", "square")
    assert small.json("next")["item"]["id"] == "water"
    assert small.at("2026-11-22T09:00:00+08:00").json("next")["item"]["id"] == "square"
    small.at(START)
    small.json("unsuspend", "square")
    assert small.json("next")["item"]["id"] == "square"


def test_a_flag_can_be_taken_off(small: Program) -> None:
    small.json("flag", "square")
    small.json("flag", "square", "--off")
    assert [row["payload"] for row in small.json("history", "square")["events"]] == [{"on": True}, {"on": False}]


def test_reset_makes_an_item_new_and_keeps_its_history(small: Program) -> None:
    small.json("answer", "square", "easy")
    small.json("reset", "square")
    item = small.at("2026-11-22T09:00:00+08:00").json("next")["item"]
    assert (item["id"], item["state"]) == ("square", "new")
    assert answered(small, "square") == ["easy"]


def test_one_undo_takes_back_one_command(small: Program) -> None:
    """`suspend` of a card with two items says that `recall undo` takes it back."""
    small.json("suspend", "gap")
    small.json("undo")
    for other in ("square", "water", "water#reverse"):
        small.json("suspend", other)
    assert small.json("next")["item"]["id"] == "gap#c1"
