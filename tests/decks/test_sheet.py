"""A sheet, what a person writes, and the fields it makes."""

from __future__ import annotations

from typing import Any

import pytest

from recall.core.bodies import Kind, Text
from recall.decks.card_ids import new_id
from recall.decks.entries import insert_card
from recall.decks.sheet import Sheet, SheetError, changes, sheet_of
from recall.decks.source import entries
from tests.support_decks import parsed


def plain(front: str, back: str = "", **more: Any) -> Sheet:
    return Sheet(Text(front, front), Text(back, back), **more)


OPTIONS = "Which?\n\n- [ ] $a$\n- [x] $b$\n  since $b>a$"

SHEETS = [
    (plain("What is $x$?", "Two."), Kind.BASIC, {"front": "What is $x$?", "back": "Two."}),
    (Sheet(Text(zh="问"), Text(zh="答", en="A")), Kind.BASIC, {"front": {"zh": "问"}, "back": {"zh": "答", "en": "A"}}),
    (plain("{{c1::Paris}} is", "why"), Kind.CLOZE, {"cloze": "{{c1::Paris}} is", "back": "why"}),
    (plain("2+2?", "4"), Kind.NUMERIC, {"front": "2+2?", "answer": "4"}),
    (plain("2+2?", " -4.5e3\n\nso it is"), Kind.NUMERIC, {"front": "2+2?", "answer": "-4.5e3", "back": "so it is"}),
    (plain("2+2?", "4", is_basic=True), Kind.BASIC, {"front": "2+2?", "back": "4"}),
    (
        plain(OPTIONS, "Look."),
        Kind.CHOICE,
        {
            "front": "Which?",
            "choices": [{"text": "$a$"}, {"text": "$b$", "why": "since $b>a$", "correct": True}],
            "back": "Look.",
        },
    ),
    (
        plain("Which two?", "- [x] a\n- [x] b\n- [ ] c\n\nBecause."),
        Kind.CHOICE,
        {
            "front": "Which two?",
            "choices": [{"text": "a", "correct": True}, {"text": "b", "correct": True}, {"text": "c"}],
            "back": "Because.",
            "multiple": True,
        },
    ),
]


@pytest.mark.parametrize(("sheet", "kind", "fields"), SHEETS)
def test_the_kind_follows_from_what_is_written(sheet: Sheet, kind: Kind, fields: dict[str, Any]) -> None:
    assert (sheet.kind, sheet.fields()) == (kind, fields)


@pytest.mark.parametrize(("sheet", "kind", "fields"), SHEETS)
def test_the_fields_make_a_card_of_that_kind_and_the_same_sheet_again(
    sheet: Sheet, kind: Kind, fields: dict[str, Any]
) -> None:
    text = insert_card("", fields)
    deck = parsed(text)
    assert deck.problems == []
    assert [located.card.kind for located in deck.cards] == [kind]
    again = sheet_of(entries(text)[0])
    assert again is not None
    assert (again.kind, changes(again, again), again.fields()) == (kind, {}, fields)


def test_options_of_both_languages_are_put_together() -> None:
    sheet = Sheet(Text("哪个？\n- [x] 甲\n- [ ] 乙", "Which?\n- [x] A\n- [ ] B"))
    assert sheet.fields()["choices"] == [
        {"text": {"zh": "甲", "en": "A"}, "correct": True},
        {"text": {"zh": "乙", "en": "B"}},
    ]


@pytest.mark.parametrize("word", ["true", "Yes", "on", "1"])
def test_an_option_that_a_file_calls_right_stays_right(word: str) -> None:
    (entry,) = entries(
        f"cards:\n- front: q\n  choices: [{{text: a, correct: {word}}}, {{text: b, correct: no}}, {{text: c}}]\n"
    )
    sheet = sheet_of(entry)
    assert sheet is not None
    assert sheet.front.zh == "q\n\n- [x] a\n- [ ] b\n- [ ] c"


def test_options_that_differ_between_the_languages_are_refused() -> None:
    with pytest.raises(SheetError, match="same options"):
        Sheet(Text("哪个？\n- [x] 甲\n- [ ] 乙", "Which?\n- [ ] A\n- [x] B")).fields()


def test_an_edit_changes_only_the_fields_that_differ() -> None:
    before = sheet_of({"front": {"zh": "问", "en": "Q"}, "back": "9", "tags": "why", "difficulty": "3"})
    assert before is not None
    after = Sheet(Text("问", "Q!"), before.back, before.tags, ("book",), is_basic=True)
    assert changes(before, after) == {"front": {"zh": "问", "en": "Q!"}, "source": ["book"]}


def test_a_card_that_becomes_a_cloze_loses_what_only_the_old_kind_had() -> None:
    before = sheet_of({"front": "2+2?", "answer": "4", "unit": "m"})
    assert before is not None
    changed = changes(before, plain("2+2 is {{c1::4}}"))
    assert changed == {
        "front": None,
        "answer": None,
        "cloze": "2+2 is {{c1::4}}",
        "kind": None,
        "unit": None,
        "tolerance": None,
        "reverse": None,
    }


@pytest.mark.parametrize("field", ["steps", "drill", "code", "rubric", "pattern"])
def test_a_card_of_another_kind_has_no_sheet(field: str) -> None:
    assert sheet_of({"front": "q", field: "x"}) is None


def test_a_typed_answer_that_is_no_number_has_no_sheet() -> None:
    assert sheet_of({"front": "q", "answer": "Gram-Schmidt"}) is None


def test_ids_are_made_of_the_question_and_never_taken_twice() -> None:
    body = parsed("cards:\n- front: q\n  back: a\n").cards[0].card.body
    first = new_id(body, "la.rank", ())
    assert first == new_id(body, "la.rank", ())
    assert first.startswith("la.rank-")
    assert len(first) == len("la.rank-") + 5
    assert new_id(body, "la.rank", {first}) == first + new_id(body, "la.rank", {first})[-1]
    assert new_id(body, "My deck: 我的!", ()).startswith("my-deck-我的-")


def test_a_text_that_is_rewritten_in_one_language_stays_in_the_other() -> None:
    sheet = Sheet(Text("问", "ask"), Text(en="answer")).with_texts("问？", "", "zh")
    assert (sheet.front, sheet.back) == (Text("问？", "ask"), Text(en="answer"))


def test_a_text_written_without_a_language_counts_for_both() -> None:
    sheet = Sheet(Text("问", "ask"), tags=("why",)).with_texts("2?", "", None)
    assert sheet == Sheet(Text("2?", "2?"), tags=("why",))


def test_what_was_written_for_both_stays_with_one_language() -> None:
    sheet = Sheet(Text("ask", "ask"), Text("answer", "answer")).apart("en")
    assert (sheet.front, sheet.back) == (Text(en="ask"), Text(en="answer"))
