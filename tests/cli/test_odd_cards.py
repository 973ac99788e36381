"""Cards and decks at the edges: `next`, `due` and `check` do something sensible with each."""

from __future__ import annotations

import json

import pytest

from tests.cli.program import Outcome, Program

TEXTS = {
    "markup end": "[/]",
    "index": "dp[i][j] = dp[i-1][j]",
    "template": "vector<int> v; map<string, vector<int>>",
    "html": "<b>bold</b> &amp; <script>alert(1)</script>",
    "money": "$5",
    "open dollar": "an unclosed $x + 1",
    "emoji": "👩‍👩‍👧‍👦 🇨🇳 ✅",
    "braces": "{name} %s {{ not cloze }} {0}",
    "backslashes": "\\n is not a newline, C:\\new",
    "quotes": "\"double\" 'single' `code`",
    "lines": "one\n\ntwo\n  three",
    "chinese": "特征值，「特征向量」。",
    "combining": "e\u0301 n\u0303",
    "number": "3",
    "truth": "no",
}


def deck_of(front: str, back: str = "b") -> str:
    return json.dumps({"deck": "odd", "cards": [{"id": "odd", "front": front, "back": back}]}, ensure_ascii=False)


def assert_nothing_is_left(program: Program) -> None:
    assert program.json("next")["item"] is None
    assert program.json("due")["total"] == 0
    for command in ("next", "due", "stages", "review"):
        shown = program.call(command)
        assert shown.status == 0, shown.err
        assert shown.out + shown.err


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_was_typed_is_what_is_shown(empty: Program, text: str) -> None:
    empty.deck(deck_of(text, text))
    assert ": error: " not in empty.call("check").out
    item = empty.json("next")["item"]
    assert (item["front"], item["back"]) == (text, text)
    shown = empty.call("next").out
    assert shown == f"{text}\n\n---\n\n{text}\n"
    assert empty.json("due")["new"] == 1


@pytest.mark.parametrize("text", [TEXTS["markup end"], TEXTS["emoji"], TEXTS["money"]])
def test_the_same_in_a_process_of_its_own(empty: Program, text: str) -> None:
    empty.deck(deck_of(text))
    assert empty.run("next").out.startswith(f"{text}\n")


def test_formulas_are_set_for_people_and_left_as_typed_in_json(empty: Program) -> None:
    text = "If $x_i \\le \\lambda$: $$\\frac{a}{b}$$"
    empty.deck(deck_of(text))
    assert empty.json("next")["item"]["front"] == text
    assert empty.call("next").out.startswith("If xᵢ ≤ λ: \n  a\n  ─\n  b\n\n---\n")


def test_a_card_of_four_thousand_characters(empty: Program) -> None:
    text = ("Why? 为什么？ " * 400)[:3999] + "."
    empty.deck(deck_of(text, text))
    assert empty.call("check").status == 0
    assert empty.json("next")["item"]["back"] == text


@pytest.mark.parametrize(
    "text",
    ["", "# only a comment\n", "cards: []\n", "cards:\n", "deck: mine\ncards:\n# - front: later\n", "---\n", "\ufeff"],
    ids=["empty", "comment", "no cards", "null cards", "comment below", "document", "byte order mark"],
)
def test_a_deck_without_cards_is_no_problem(empty: Program, text: str) -> None:
    empty.deck(text)
    assert empty.call("check") == Outcome(0, "", "0 problems in 1 file.\n")
    assert_nothing_is_left(empty)


def test_no_deck_at_all(empty: Program) -> None:
    assert empty.call("check") == Outcome(0, "", "0 problems in 0 files.\n")
    assert_nothing_is_left(empty)


def test_no_deck_at_all_in_a_process_of_its_own(empty: Program) -> None:
    for arguments in ([], ["next"], ["check"]):
        assert empty.run(*arguments).status == 0


def test_a_deck_folder_without_files(empty: Program) -> None:
    empty.decks.mkdir()
    assert_nothing_is_left(empty)


def test_only_bad_cards(empty: Program) -> None:
    empty.deck("cards:\n- front: no answer\n- back: no question\n- nothing\n- 3\n")
    assert empty.call("check").status == 1
    assert_nothing_is_left(empty)


def test_a_card_in_one_language_is_shown_in_the_other_too(empty: Program) -> None:
    empty.deck("cards:\n- {front: {zh: 问}, back: {zh: 答}}\n")
    assert empty.json("next")["item"]["front"] == "问"
    assert empty.call("check").status == 0


def test_an_id_of_chinese_and_a_cloze_can_be_answered(empty: Program) -> None:
    empty.deck('cards:\n- {id: 极限, cloze: "{{c1::$\\\\frac{a}{b}$::hint}} 是分数"}\n')
    item = empty.json("next")["item"]
    assert (item["id"], item["front"]) == ("极限#c1", "[hint] 是分数")
    assert empty.json("answer", "极限#c1", "good")["item"] == "极限#c1"


def test_a_card_without_an_id_can_be_answered_by_the_name_it_is_given(empty: Program) -> None:
    empty.deck("cards:\n- {front: q, back: a}\n")
    name = empty.json("next")["item"]["id"]
    assert name.startswith("card-")
    assert empty.json("answer", name, "easy")["state"] == "review"


def test_a_changed_deck_is_read_again(small: Program) -> None:
    assert small.json("due")["new"] == 3
    small.deck("cards:\n- {front: one more, back: a}\n", "second.yaml")
    assert small.json("due")["new"] == 4
    (small.decks / "mine.yaml").unlink()
    assert small.json("due")["new"] == 1


def test_deck_files_may_be_links_that_lead_nowhere(small: Program) -> None:
    (small.decks / "gone.yaml").symlink_to(small.home / "nowhere.yaml")
    assert small.json("due")["new"] == 3
    checked = small.call("check")
    assert checked.status == 1
    assert "gone.yaml:1:1: error: unreadable: " in checked.out
