"""`answer --response`: what a program marks, from the command line."""

from __future__ import annotations

import pytest

from recall.cli.table import cell_width
from tests.cli.program import Program

DECK = """\
deck: mine
cards:
- id: third
  front: What is 1 - 2/3?
  answer: 1/3
  kind: numeric
- id: pick
  front: Which is even?
  choices:
  - {text: "3", why: odd}
  - {text: "4", why: two twos, correct: true}
  - {text: "5", why: odd}
- id: word
  front: Optimizer with decoupled weight decay?
  answer: [AdamW, adam-w]
- id: steps
  front: Order them
  steps: [one, two, three]
- id: fresh
  drill: {name: determinant-2}
- id: talk
  front: Tell me about attention.
  minutes: 2
  rubric:
  - {point: scores, weight: 2, must: true}
  - {point: softmax}
- id: program
  front: Double it.
  starter: "def double(x):\\n    ..."
  tests: "assert double(2) == 4, 'two'\\nassert double(0) == 0, 'zero'"
  solution: "def double(x):\\n    return 2 * x"
- id: plain
  front: q
  back: a
"""


@pytest.fixture
def marked(empty: Program) -> Program:
    empty.deck(DECK)
    return empty


@pytest.mark.parametrize(
    ("item", "response", "score", "grade"),
    [
        ("third", "1/3", 1, "good"),
        ("third", "0.333", 1, "good"),
        ("third", "33.3%", 1, "good"),
        ("third", "0.4", 0, "again"),
        ("word", "ａｄａｍｗ。", 1, "good"),
        ("word", "SGD", 0, "again"),
        ("talk", "1 2", 1, "good"),
        ("talk", "1", 2 / 3, "hard"),
        ("talk", "2", 1 / 3, "again"),
    ],
)
def test_a_response_is_marked_and_graded(marked: Program, item: str, response: str, score: float, grade: str) -> None:
    answer = marked.json("answer", item, "--response", response)
    assert (answer["score"], answer["grade"]) == (pytest.approx(score), grade)


def test_the_learner_can_overrule_the_mark(marked: Program) -> None:
    answer = marked.json("answer", "third", "hard", "--response", "0.4")
    assert (answer["score"], answer["grade"]) == (0, "hard")


def test_each_answer_brings_fresh_numbers_and_history_keeps_the_old_ones(marked: Program) -> None:
    for _ in range(3):
        marked.json("answer", "fresh", "--response", "123456")
    rows = marked.json("history", "fresh")["reviews"]
    assert len({row["seed"] for row in rows}) == len({row["asked"] for row in rows}) == 3
    assert all("\\begin{bmatrix}" in row["asked"] for row in rows)
    shown = marked.call("history", "fresh", "--asked").out
    assert all(row["asked"].splitlines()[0] in shown for row in rows)


def test_history_gives_a_long_answer_as_many_cells_in_chinese_as_in_english(marked: Program) -> None:
    for response in ("long" * 20, "长" * 40):
        marked.json("answer", "word", "again", "--response", response)
    answers = [row.partition("…")[0].split()[-1] for row in marked.call("history", "word").out.splitlines()[1:]]
    assert [cell_width(answer) for answer in answers] == [23, 22]


def test_the_lines_of_next_are_numbered_as_the_answer_names_them(marked: Program) -> None:
    marked.json("suspend", "third")
    question = marked.json("next")["item"]
    assert question["id"] == "pick"
    line = question["lines"].index("4") + 1
    assert marked.json("answer", "pick", "--response", str(line))["score"] == 1


def test_an_order_shown_by_next_is_answered_by_its_numbers(marked: Program) -> None:
    for item in ("third", "pick", "word"):
        marked.json("suspend", item)
    lines = marked.json("next")["item"]["lines"]
    given = " ".join(str(lines.index(word) + 1) for word in ("one", "two", "three"))
    assert marked.json("answer", "steps", "--response", given)["score"] == 1


@pytest.mark.parametrize(("item", "response"), [("third", "a third"), ("pick", "7"), ("plain", "a"), ("talk", "9")])
def test_what_cannot_be_read_is_told_and_not_graded(marked: Program, item: str, response: str) -> None:
    refused = marked.call("answer", item, "--response", response)
    assert refused.status == 1
    assert len(refused.err.strip().splitlines()) == 1
    assert marked.json("history", item)["reviews"] == []


def test_code_is_not_run_before_its_file_is_trusted(marked: Program) -> None:
    solution = "def double(x):\n    return x + x"
    refused = marked.run("answer", "program", "--response", solution)
    assert refused.status == 1
    command = refused.err.rpartition("recall config trusted ")[2].split()[0]
    assert marked.run("config", "trusted", command).status == 0
    assert marked.json("answer", "program", "--response", solution)["score"] == 1
    assert marked.json("answer", "program", "--response", "def double(x):\n    return 4")["score"] == 0.5


def test_neither_grade_nor_response_is_a_usage_error(marked: Program) -> None:
    assert marked.call("answer", "plain").status == 2


def test_an_undone_answer_brings_its_question_back(marked: Program) -> None:
    marked.json("answer", "fresh", "--response", "1")
    marked.json("undo")
    marked.json("answer", "fresh", "--response", "2")
    first, second = marked.json("history", "fresh")["reviews"]
    assert first["seed"] == second["seed"]
    assert first["asked"] == second["asked"]


def test_a_program_that_fails_says_why(empty: Program) -> None:
    empty.configure('bundled_decks = false\ntrusted = ["mine.yaml"]\n')
    empty.deck("deck: mine\ncards:\n- {id: c, front: Two?, starter: 'x = 1', tests: assert x == 2, solution: x = 2}\n")
    said = empty.call("answer", "c", "--response", "x = 3").out
    assert "0 of 1 checks hold" in said and "fails first: assert x == 2" in said
    assert "ZeroDivisionError" in empty.call("answer", "c", "--response", "1 / 0").out
