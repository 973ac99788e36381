"""`recall links`: doubtful cases are shown, accepted and refused; links that were made are shown and taken back."""

from __future__ import annotations

import pytest

from tests.cli.program import Program

OLD = "deck: mine\ncards:\n- front: What is the rank of a matrix?\n  back: A dimension.\n"
NEW = "deck: mine\ncards:\n- front: What is the rank of a map?\n  back: The dimension of its image.\n"


@pytest.fixture
def doubtful(empty: Program) -> Program:
    """A card with an answer that may be another one now."""
    empty.deck(OLD)
    (item,) = [row["item"] for row in empty.json("search", "rank")["items"]]
    assert empty.call("next").status == 0
    assert empty.call("answer", item, "good").status == 0
    empty.deck(NEW)
    return empty


def reps(program: Program) -> int:
    """Answers that count for the one card there is."""
    (item,) = [row["item"] for row in program.json("search", "rank")["items"]]
    return len([row for row in program.json("history", item)["reviews"] if not row["undone"]])


def test_a_doubtful_case_is_shown_with_both_questions(doubtful: Program) -> None:
    shown = doubtful.call("links")
    assert shown.status == 0
    assert "1  a similar card (1 answer)" in shown.out
    assert "was  What is the rank of a matrix?" in shown.out
    assert "now  What is the rank of a map?" in shown.out
    assert "mine.yaml:3" in shown.out


@pytest.mark.parametrize("how", [("--accept", "1"), ("--all",)])
def test_an_accepted_one_takes_the_history_over(doubtful: Program, how: tuple[str, ...]) -> None:
    assert doubtful.call("links", *how).status == 0
    assert reps(doubtful) == 1
    assert doubtful.json("links") == []


def test_a_refused_one_is_gone_from_the_list(doubtful: Program) -> None:
    assert doubtful.call("links", "--refuse", "1").status == 0
    assert reps(doubtful) == 0
    assert doubtful.json("links") == []
    assert "Nothing is doubtful" in doubtful.call("links").err


def test_a_link_that_was_made_is_shown_and_taken_back(doubtful: Program) -> None:
    doubtful.call("links", "--all")
    (link,) = doubtful.json("links", "--made")
    assert (link["why"], link["was"]) == ("accepted", "What is the rank of a matrix?")
    assert doubtful.call("links", "--made", "--refuse", "1").status == 0
    assert reps(doubtful) == 0
    assert doubtful.json("links", "--made") == []


def test_json_names_both_cards_and_the_place(doubtful: Program) -> None:
    (row,) = doubtful.json("links")
    assert row.keys() == {"n", "old", "new", "why", "answers", "was", "now", "path", "line"}
    assert (row["n"], row["why"], row["answers"], row["line"]) == (1, "alike", 1, 3)


def test_json_has_the_whole_of_a_long_question(empty: Program) -> None:
    long = "What is the rank of a matrix whose columns are independent and whose rows are as many as its columns?"
    empty.deck(OLD.replace("What is the rank of a matrix?", long))
    (item,) = [row["item"] for row in empty.json("search", "rank")["items"]]
    empty.call("answer", item, "good")
    empty.deck(NEW.replace("What is the rank of a map?", long.replace("matrix", "map")))
    assert "…" in empty.call("links").out
    (row,) = empty.json("links")
    assert (row["was"], row["now"]) == (long, long.replace("matrix", "map"))


@pytest.mark.parametrize("arguments", [("--accept", "2"), ("--refuse", "0"), ("--made", "--all")])
def test_a_number_that_is_not_in_the_list_is_a_usage_error(doubtful: Program, arguments: tuple[str, ...]) -> None:
    assert doubtful.call("links", *arguments).status == 2
    assert len(doubtful.json("links")) == 1


def test_the_doctor_lists_it_with_the_command_that_joins_them(doubtful: Program) -> None:
    doubtful.call("backup")
    (finding,) = [one for one in doubtful.json("doctor") if one["code"] == "doubt"]
    assert "vanished with 1 answer " in finding["message"]
    assert "`recall links --accept 1` joins them" in finding["message"]
    doubtful.call("links", "--accept", "1")
    assert "doubt" not in [one["code"] for one in doubtful.json("doctor")]
