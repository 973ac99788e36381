"""`search`: what it reports, for people and as JSON."""

from __future__ import annotations

import pytest

from recall.cli.table import cell_width
from tests.cli.program import Program

ITEM = {"item", "card", "kind", "stage", "topic", "front", "state", "due", "path", "line"}


def test_search_as_json_has_the_documented_keys(small: Program) -> None:
    data = small.call("search", "square", "--json").data
    assert data.keys() == {"items"}
    assert [item.keys() for item in data["items"]] == [ITEM]
    assert data["items"][0] == {
        "item": "square",
        "card": "square",
        "kind": "basic",
        "stage": None,
        "topic": "mine",
        "front": "What is the square of 3?",
        "state": "new",
        "due": None,
        "path": str(small.decks / "mine.yaml"),
        "line": 3,
    }


@pytest.mark.parametrize("word", ["水", "WATER", "h2o"])
def test_words_are_found_in_either_language_and_on_either_side(small: Program, word: str) -> None:
    assert [item["item"] for item in small.json("search", word)["items"]] == ["water", "water#reverse"]


def test_the_front_is_that_of_the_item(small: Program) -> None:
    fronts = {item["item"]: item["front"] for item in small.json("search", "capital")["items"]}
    assert fronts == {"gap#c1": "[…] is the capital of France.", "gap#c2": "Paris is the capital of […]."}


def test_words_of_the_shell_are_one_query(small: Program) -> None:
    assert [item["item"] for item in small.json("search", "kind:basic", "-is:due", "-water")["items"]] == ["square"]


def test_search_says_when_an_item_is_due(small: Program) -> None:
    due = small.json("answer", "square", "easy")["due"]
    (item,) = small.json("search", "reps:1")["items"]
    assert (item["state"], item["due"]) == ("review", due)


def test_search_for_people_is_a_table_on_stdout(small: Program) -> None:
    small.call("suspend", "water#reverse")
    shown = small.call("search", "water")
    assert (shown.status, shown.err) == (0, "")
    assert [line.split() for line in shown.out.splitlines()] == [
        ["question", "item", "state", "due"],
        ["water", "water", "new"],
        ["H2O", "water#reverse", "suspended"],
    ]


def test_a_long_question_takes_as_many_cells_in_chinese_as_in_english(empty: Program) -> None:
    empty.deck(
        f"deck: mine\ncards:\n- {{id: a, front: {'word ' * 30}, back: b}}\n- {{id: c, front: {'词' * 60}, back: d}}\n"
    )
    rows = empty.call("search", "deck:mine").out.splitlines()[1:]
    questions = [row.partition("…")[0] for row in rows]
    assert [cell_width(question) for question in questions] == [47, 46]


def test_nothing_found_is_no_failure(small: Program) -> None:
    shown = small.call("search", "unheard-of")
    assert (shown.status, shown.out) == (0, "")
    assert shown.err.strip()
    assert small.json("search", "unheard-of") == {"items": []}


@pytest.mark.parametrize("query", ["colour:red", "(a", "lapses:>x", "stage:nowhere"])
def test_a_query_that_means_nothing_is_told_in_one_line(small: Program, query: str) -> None:
    shown = small.call("search", query)
    assert (shown.status, shown.out) == (1, "")
    assert shown.err.startswith("recall: ")
    assert shown.err.count("\n") == 1


def test_browse_without_a_terminal_prints_what_the_query_finds(small: Program) -> None:
    assert small.run("browse", "water").out == small.call("search", "water").out
    assert len(small.call("browse").out.splitlines()) == 6
