"""Every finding of the loader, at its exact place, and the good cards kept beside the bad."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recall.core.curriculum import Curriculum, Stage, Topic
from recall.core.model import Text
from recall.decks.curriculum import load_curriculum, load_source_keys
from recall.decks.lint import lint
from recall.decks.load import MAX_BYTES, load_deck
from recall.errors import DeckError
from tests.support_decks import cards, findings, parsed, write

GOOD = "- front: Good?\n  back: Yes.\n"


def curriculum(*topics: str) -> Curriculum:
    return Curriculum((Stage("stage", 1, Text("阶段", "stage"), tuple(Topic(t, "stage", Text(t, t)) for t in topics)),))


# The finding's (line, column, code), and the deck that has it and nothing else.
TABLE = {
    "a list for a deck": ((1, 1, "no-cards"), "- front: q\n  back: a\n"),
    "no cards key": ((1, 1, "no-cards"), "topic: la.eigen\n"),
    "cards is a text": ((2, 8, "no-cards"), "deck: x\ncards: none\n"),
    "an entry is a text": ((2, 3, "not-a-card"), "cards:\n- 只有一行\n"),
    "no front": ((2, 3, "no-question"), "cards:\n- back: a\n"),
    "blank front": ((2, 3, "no-question"), "cards:\n- front: '  '\n  back: a\n"),
    "no back": ((4, 3, "no-answer"), "cards:\n- front: q\n  back: a\n- front: r\n"),
    "front beside cloze": ((3, 10, "no-question"), "cards:\n- front: q\n  cloze: '{{c1::a}}'\n"),
    "nothing hidden": ((2, 10, "cloze"), "cards:\n- cloze: nothing here\n"),
    "cloze not closed": ((2, 10, "cloze"), "cards:\n- cloze: 'the {{c1::text'\n"),
    "cloze closed by TeX": ((2, 10, "cloze"), "cards:\n- cloze: '{{c1::$e^{x}}$'\n"),
    "empty cloze": ((2, 10, "cloze"), "cards:\n- cloze: 'the {{c1:: }} end'\n"),
    "languages hide different numbers": (
        (2, 10, "cloze"),
        "cards:\n- cloze: {zh: '{{c1::甲}}{{c2::乙}}', en: '{{c1::a}} b'}\n",
    ),
    "unknown kind": ((4, 9, "kind"), "cards:\n- front: q\n  back: a\n  kind: bsic\n"),
    "kind that does not fit": ((4, 9, "kind"), "cards:\n- front: q\n  back: a\n  kind: cloze\n"),
    "field of another kind": ((4, 3, "unused-field"), "cards:\n- front: q\n  back: a\n  tolerance: 0.1 relative\n"),
    "unknown field": ((4, 3, "unknown-field"), "cards:\n- front: q\n  back: a\n  colour: red\n"),
    "unknown field of the head": ((1, 1, "unknown-field"), "colour: red\ncards:\n- front: q\n  back: a\n"),
    "unknown language": ((2, 18, "unknown-field"), "cards:\n- front: {zh: 甲, fr: q}\n  back: a\n"),
    "id with a space": ((2, 7, "id"), "cards:\n- id: a b\n  front: q\n  back: a\n"),
    "id with a hash": ((2, 7, "id"), "cards:\n- id: 'a#c1'\n  front: q\n  back: a\n"),
    "id too long": ((2, 7, "id"), f"cards:\n- id: {'x' * 101}\n  front: q\n  back: a\n"),
    "difficulty out of range": ((4, 15, "bad-value"), "cards:\n- front: q\n  back: a\n  difficulty: 6\n"),
    "difficulty is no number": ((4, 15, "bad-value"), "cards:\n- front: q\n  back: a\n  difficulty: hard\n"),
    "month that is none": ((4, 10, "bad-value"), "cards:\n- front: q\n  back: a\n  as_of: 2026-13\n"),
    "reverse is no truth": ((4, 12, "bad-value"), "cards:\n- front: q\n  back: a\n  reverse: perhaps\n"),
    "tags are a mapping": ((4, 9, "bad-value"), "cards:\n- front: q\n  back: a\n  tags: {a: b}\n"),
    "duplicate key": ((4, 3, "duplicate-key"), "cards:\n- front: q\n  back: a\n  front: r\n"),
    "duplicate key of the head": ((2, 1, "duplicate-key"), "deck: a\ndeck: b\ncards:\n- front: q\n  back: a\n"),
    "python object": ((2, 10, "tag"), "cards:\n- front: !!python/object/apply:os.system ['true']\n  back: a\n"),
    "binary": ((3, 9, "tag"), "cards:\n- front: q\n  back: !!binary aGk=\n"),
    "colon in plain text": ((3, 11, "yaml"), "cards:\n- front: q\n  back: KL: p: q\n"),
    "tab for an indent": ((3, 1, "yaml"), "cards:\n- front: q\n\tback: a\n"),
    "text that begins with a star": ((3, 9, "yaml"), "cards:\n- front: q\n  back: *star\n"),
    "a list for a key": ((2, 3, "yaml"), "cards:\n- [a, b]: c\n"),
    "a second document": ((4, 1, "yaml"), "cards:\n- front: q\n  back: a\n---\ncards: []\n"),
    "C1 control character": ((2, 11, "control-character"), "cards:\n- front: 甲\x9b2J\n  back: a\n"),
    "delete character": ((3, 10, "control-character"), "cards:\n- front: 甲\n  back: a\x7f\n"),
    "bidi override": ((3, 11, "bidi"), "cards:\n- front: 甲\n  back: a \u202e b\n"),
    "bidi isolate": ((3, 9, "bidi"), "cards:\n- front: 甲\n  back: \u2066b\n"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_finding_stands_at_its_line_and_column(name: str) -> None:
    finding, text = TABLE[name]
    assert finding in findings(text)


@pytest.mark.parametrize("name", [name for name, ((_l, _c, code), _t) in TABLE.items() if code not in ("yaml", "tag")])
def test_one_fault_makes_one_finding(name: str) -> None:
    finding, text = TABLE[name]
    assert [place[2] for place in findings(text)] == [finding[2]]


@pytest.mark.parametrize("code", ["\x00", "\x07", "\x1b", "\x0c"])
def test_a_control_character_yaml_does_not_take_is_reported_where_it_stands(code: str) -> None:
    assert (4, 11, "control-character") in findings(f"cards:\n{GOOD}- front: a{code}\n  back: b\n")


def test_a_character_yaml_does_not_take_is_reported_on_its_line() -> None:
    lines = {line for line, _column, _code in findings(f"cards:\n{GOOD}- front: a\uffff\n  back: b\n")}
    assert lines == {4}


@pytest.mark.parametrize("escape", [r"\e[2J", r"\x9b2J", r"\0", r"\u202e"])
def test_a_control_character_written_as_an_escape_is_reported(escape: str) -> None:
    codes = {code for line, _column, code in findings(f'cards:\n- front: q\n  back: "a{escape}"\n') if line == 3}
    assert codes & {"control-character", "bidi"}


def test_a_field_with_a_list_of_its_own_is_reported_on_the_line_of_its_name() -> None:
    assert (4, 3, "unused-field") in findings("cards:\n- front: q\n  back: a\n  decoys:\n  - x\n")


def test_a_finding_inside_an_alias_stands_where_the_alias_is_used() -> None:
    assert findings("cards:\n- &c {front: q}\n- *c\n") == [(2, 3, "no-answer"), (3, 3, "no-answer")]


def test_columns_count_characters_not_bytes() -> None:
    assert findings("cards:\n- {front: 什么, back: 𝛼𝛽, difficulty: 9}\n") == [(2, 37, "bad-value")]


def test_every_problem_of_a_file_is_reported_in_one_run() -> None:
    text = (
        "colour: red\ncards:\n- front: q\n- front: a\n  back: b\n  difficulty: 9\n  as_of: May\n  kind: x\n"
        "- back: c\n- cloze: none\n- 7\n"
    )
    assert [(line, code) for line, _column, code in findings(text)] == [
        (1, "unknown-field"),
        (3, "no-answer"),
        (6, "bad-value"),
        (7, "bad-value"),
        (8, "kind"),
        (9, "no-question"),
        (10, "cloze"),
        (11, "not-a-card"),
    ]


def test_every_bad_value_of_one_card_is_reported() -> None:
    text = "cards:\n- front: q\n  back: a\n  tags: {a: b}\n  difficulty: x\n  reverse: y\n  nope: 1\n  source: {}\n"
    assert {line for line, _column, _code in findings(text)} == {4, 5, 6, 7, 8}


@pytest.mark.parametrize(
    "bad",
    [
        "- front: no back\n",
        "- 7\n",
        "- front: a: b: c\n  back: d\n",
        "- front: [unclosed\n  back: d\n",
        "- front: 'unclosed\n  back: d\n",
        "- front: *nowhere\n  back: d\n",
        "- front: !!python/object:os.x d\n  back: d\n",
        "- front: a\n\tback: d\n",
        "- front: a\x07\n  back: d\n",
        "- front: " + "[" * 60 + "\n  back: d\n",
        "- %broken\n",
        "- @broken\n",
        "-\n  front: a: b: c\n  back: d\n",
    ],
)
def test_the_cards_beside_a_bad_one_are_kept(bad: str) -> None:
    before, after = "- front: before\n  back: b\n", "- front: after\n  back: a\n"
    deck = parsed(f"cards:\n{before}{bad}{after}")
    fronts = [located.card.body.front.en for located in deck.cards]  # type: ignore[union-attr]
    assert [front for front in fronts if front in ("before", "after")] == ["before", "after"]
    assert deck.problems


def test_a_card_whose_dash_stands_alone_survives_a_broken_neighbour() -> None:
    deck = parsed("cards:\n- front: a: b: c\n  back: z\n-\n  front: s\n  back: t\n")
    assert len(deck.cards) == 1


def test_the_card_before_a_stray_document_mark_is_kept() -> None:
    assert len(parsed(f"cards:\n{GOOD}---\n").cards) == 1


def test_cards_of_a_broken_file_keep_what_its_head_says() -> None:
    deck = parsed("topic: la.eigen\nsource: [a#1]\ncards:\n- front: a: b: c\n- front: q\n  back: a\n")
    assert [(located.card.topic, located.card.source) for located in deck.cards] == [("la.eigen", ("a#1",))]


def test_a_quotation_mark_that_is_not_closed_is_one_problem_where_it_opens() -> None:
    deck = parsed('cards:\n- front: a\n  back: "b\n- front: c\n  back: d\n')
    assert [(problem.code, problem.line, problem.column) for problem in deck.problems] == [("yaml", 3, 9)]
    assert len(deck.cards) == 1


def test_cards_of_a_broken_file_keep_their_lines() -> None:
    deck = parsed("cards:\n- front: a: b: c\n\n# a remark\n  - front: x\n" + GOOD)
    assert [located.line for located in deck.cards] == [6]


@pytest.mark.parametrize("break_", ["\x0c", "\x1c", "\x0b", "\u2028", "\u2029", "\x85"])
def test_a_character_that_is_no_line_break_in_an_editor_does_not_move_the_lines_below(break_: str) -> None:
    deck = parsed(f"cards:\n- front: 'a{break_} b'\n  back: b\n- front: q\n  back: a\n  difficulty: 9\n")
    assert [problem.line for problem in deck.problems if problem.code == "bad-value"] == [6]
    assert [located.line for located in deck.cards if located.card.body.front.en == "q"] == [4]  # type: ignore[union-attr]


def test_a_problem_is_reported_once_though_the_file_is_read_twice() -> None:
    nested = "[" * 60
    assert [code for _line, _column, code in findings(f"cards:\n- front: {nested}\n")] == ["too-deep"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fornt", "front"), ("bak", "back"), ("tag", "tags"), ("reversed", "reverse"), ("sources", "source")],
)
def test_a_field_name_close_to_a_real_one_gets_a_suggestion(typed: str, meant: str) -> None:
    (problem,) = [p for p in parsed(f"cards:\n- front: q\n  back: a\n  {typed}: x\n").problems if p.line == 4]
    assert f"did you mean {meant}?" in problem.message


def test_a_field_name_close_to_nothing_gets_no_suggestion() -> None:
    (problem,) = parsed("cards:\n- front: q\n  back: a\n  zzzzzz: x\n").problems
    assert "did you mean" not in problem.message


@pytest.mark.parametrize(
    "text",
    [
        'cards:\n- front: q\n  back: a\n  "\\e[2J": x\n',
        'cards:\n- front: q\n  back: a\n  "one\\ntwo": x\n',
        'cards:\n- front: q\n  back: a\n  kind: "\\e[2J"\n',
        'cards:\n- id: "a\\e[2J"\n  front: q\n  back: a\n',
        'cards:\n- front: q\n  back: a\n  "\\u202e": x\n',
        'cards:\n- {front: q, back: a, "\\r\\e[2J": 1, "\\r\\e[2J": 2}\n',
    ],
)
def test_a_message_is_one_line_without_characters_a_terminal_obeys(text: str) -> None:
    problems = parsed(text).problems
    assert problems
    assert all(problem.message.isprintable() for problem in problems)


def test_an_unknown_topic_is_reported_without_characters_a_terminal_obeys() -> None:
    problems = list(lint([[parsed('topic: "\\e[2J"\ncards:\n- front: q\n  back: a\n')]], curriculum("la.eigen"), []))
    assert problems
    assert all(problem.message.isprintable() for problem in problems)


def test_a_problem_reads_as_path_line_column_code_and_message() -> None:
    (problem,) = parsed("cards:\n- front: q\n").problems
    assert str(problem) == "deck.yaml:2:3: no-answer: the card has no answer: give it `back:`"


# Ids, topics and sources: seen only when files are read together.


def test_a_repeated_id_names_the_place_of_the_first_one() -> None:
    (problem,) = lint([[parsed(cards("a", "b", "a"))]], Curriculum(), [])
    assert (problem.line, problem.column, problem.code) == (8, 3, "duplicate-id")
    assert "deck.yaml:2" in problem.message


def test_an_id_repeated_in_another_file_is_reported_there(tmp_path: Path) -> None:
    decks = [load_deck(write(tmp_path / name, cards("same"))) for name in ("one.yaml", "two.yaml")]
    (problem,) = lint([decks], Curriculum(), [])
    assert (problem.path, problem.code) == (tmp_path / "two.yaml", "duplicate-id")


def test_an_id_that_comes_again_in_another_folder_is_no_finding(tmp_path: Path) -> None:
    decks = [load_deck(write(tmp_path / name, cards("same"))) for name in ("one.yaml", "two.yaml")]
    assert list(lint([[deck] for deck in decks], Curriculum(), [])) == []


def test_the_same_question_twice_without_ids_is_reported() -> None:
    (problem,) = lint([[parsed(f"cards:\n{GOOD}{GOOD}")]], Curriculum(), [])
    assert (problem.line, problem.code) == (4, "duplicate-id")
    assert "the same question" in problem.message


def test_an_unknown_topic_is_reported_at_its_value_with_the_near_one() -> None:
    (problem,) = lint([[parsed("topic: la.eigne\ncards:\n- front: q\n  back: a\n")]], curriculum("la.eigen"), [])
    assert (problem.line, problem.column, problem.code) == (1, 8, "unknown-topic")
    assert "did you mean la.eigen?" in problem.message


def test_an_unknown_source_is_reported_at_its_place_in_the_list() -> None:
    text = "cards:\n- front: q\n  back: a\n  source: [axler#5, axlre#6]\n"
    (problem,) = lint([[parsed(text)]], Curriculum(), ["axler"])
    assert (problem.line, problem.column, problem.code) == (4, 21, "unknown-source")
    assert "did you mean axler?" in problem.message


# Files that are hardly files.


@pytest.mark.parametrize("text", ["", "\n\n", "# only a remark\n", "\ufeff", "---\n", "cards:\n", "cards: []\n"])
def test_a_deck_without_cards_is_no_problem(text: str) -> None:
    deck = parsed(text)
    assert (deck.cards, deck.problems) == ([], [])


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    (problem,) = load_deck(tmp_path / "none.yaml").problems
    assert problem.code == "unreadable"


def test_a_file_over_the_size_limit_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (problem,) = load_deck(path).problems
    assert (problem.line, problem.column, problem.code) == (1, 1, "unreadable")
    assert "4 MB" in problem.message


def test_a_file_of_just_the_size_limit_is_read(tmp_path: Path) -> None:
    text = cards("a")
    path = write(tmp_path / "big.yaml", text + "#" * (MAX_BYTES - len(text) - 1) + "\n")
    assert [located.card.id for located in load_deck(path).cards] == ["a"]


def test_a_pipe_is_a_finding_and_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")
    assert [problem.code for problem in load_deck(tmp_path / "x.yaml").problems] == ["unreadable"]


def test_a_folder_with_the_name_of_a_deck_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    assert [problem.code for problem in load_deck(tmp_path / "x.yaml").problems] == ["unreadable"]


def test_a_link_to_itself_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").symlink_to(tmp_path / "x.yaml")
    assert [problem.code for problem in load_deck(tmp_path / "x.yaml").problems] == ["unreadable"]


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.symlink_to("/proc/self/mem")  # reading its beginning fails for everybody, root too
    assert [problem.code for problem in load_deck(path).problems] == ["unreadable"]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff\xfec\x00a\x00", (1, 1, "encoding")),
        ("cards:\n- front: 问题\n".encode("gb18030"), (2, 10, "encoding")),
        ("cards:\n- front: 好".encode() + b"\xe4", (2, 11, "encoding")),
        (b"cards:\n- front: \xed\xa0\x80\n", (2, 10, "encoding")),
    ],
)
def test_bytes_that_are_not_utf8_are_reported_where_they_begin(content: bytes, place: tuple[int, int, str]) -> None:
    assert findings(content) == [place]


# The registries beside the decks.


def test_a_curriculum_with_a_circle_names_it(tmp_path: Path) -> None:
    topics = "[{id: x, zh: 甲, en: X, prerequisites: [y]}, {id: y, zh: 乙, en: Y, prerequisites: [x]}]"
    path = write(tmp_path / "c.yaml", f"stages:\n- {{id: s, order: 1, zh: 一, en: S, topics: {topics}}}\n")
    with pytest.raises(DeckError, match="x -> y -> x"):
        load_curriculum(path)


@pytest.mark.parametrize("text", ["", "stages: 3\n", "stages:\n- {id: s}\n", "[broken", "stages: [3]\n"])
def test_a_file_that_is_no_curriculum_is_a_deck_error_with_its_path(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "c.yaml", text)
    with pytest.raises(DeckError, match=r"c\.yaml:"):
        load_curriculum(path)


@pytest.mark.parametrize("text", ["", "sources: 3\n", "sources: [a]\nbooks: []\ndocs: []\n"])
def test_a_file_that_is_no_list_of_sources_is_a_deck_error_with_its_path(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "s.yaml", text)
    with pytest.raises(DeckError, match=r"s\.yaml:"):
        load_source_keys(path)
