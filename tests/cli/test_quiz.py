"""`recall quiz` and `recall interview` without a terminal: line by line, listed, shown, written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from recall.cli.commands.quiz import interview_command, quiz_command
from recall.core.sitting import INTERVIEW_MINUTES, QUIZ_NUMBER
from tests.cli.program import Program

DECK = """\
deck: mine
cards:
- id: choice
  front: Which is two?
  choices:
  - {text: "2", correct: true, why: One and one.}
  - {text: "3", why: One too many.}
- id: sum
  front: What is 2 + 2?
  answer: 4
  back: Count on.
- id: flash
  front: Flash?
  back: Lightning.
- id: talk
  kind: interview
  front: Why is it so?
  minutes: 3
  rubric:
  - {point: because, weight: 3, must: true}
  - {point: therefore, weight: 1}
  red_flags: [never]
  follow_up: [And then?]
  back: It is so.
"""


@pytest.fixture
def sitter(empty: Program) -> Program:
    empty.deck(DECK)
    return empty


def answers(program: Program, name: str = "last") -> list[dict[str, Any]]:
    found = program.json("quiz", "--show", name)["answers"]
    assert isinstance(found, list)
    return found


def test_a_quiz_line_by_line_ends_with_its_result(sitter: Program) -> None:
    taken = sitter.run("quiz", "--seed", "1", stdin="1\n4\n")
    assert taken.status == 0, taken.err
    assert "1/2 · mine" in taken.out
    assert "What is 2 + 2?" in taken.out
    assert "# Quiz, 2026-11-21 09:00" in taken.out
    shown = sitter.json("quiz", "--show", "last")
    assert shown["ended"] is True
    assert {answer["item"] for answer in shown["answers"]} == {"choice", "sum"}


def test_feedback_comes_after_each_answer_when_asked_for(sitter: Program) -> None:
    first = sitter.call("quiz", "--feedback", "each", "--topic", "mine", "--kind", "numeric", stdin="5\n").out
    assert first.index("wrong") < first.index("Count on.") < first.index("# Quiz")
    at_the_end = sitter.call("quiz", "--topic", "mine", "--kind", "numeric", stdin="5\n").out
    assert at_the_end.index("# Quiz") < at_the_end.index("Count on.")


def test_a_quiz_whose_input_ends_waits_and_goes_on(sitter: Program) -> None:
    first = sitter.call("quiz", "--seed", "1", stdin="1\n")
    assert first.status == 0
    assert "`recall quiz` goes on with it" in first.err
    assert sitter.json("quiz", "--list")["sittings"][0]["answered"] == 1
    second = sitter.call("quiz", stdin="4\n")
    assert "where you left off" in second.err
    assert "2/2" in second.out and "1/2 ·" not in second.out
    assert [found["ended"] for found in sitter.json("quiz", "--list")["sittings"]] == [True]


def test_a_new_one_can_be_begun_though_one_waits(sitter: Program) -> None:
    sitter.call("quiz")
    sitter.call("quiz", "--new")
    assert len(sitter.json("quiz", "--list")["sittings"]) == 2


def test_an_answer_that_cannot_be_read_is_asked_for_again(sitter: Program) -> None:
    taken = sitter.call("quiz", "--kind", "numeric", stdin="abc\n4\n")
    assert "can't be read" in taken.out
    assert answers(sitter)[0]["score"] == 1


def test_an_empty_line_is_no_answer(sitter: Program) -> None:
    assert "**Your answer**: none" in sitter.call("quiz", "--kind", "numeric", stdin="\n").out


def test_a_result_in_chinese_has_chinese_punctuation(sitter: Program) -> None:
    sitter.language = "zh"
    taken = sitter.run("quiz", "--topic", "la.rank", "--topic", "mine", "--kind", "choice", stdin="\n").out
    assert "# 测验，2026-11-21 09:00" in taken
    assert " · 秩、零空间与四个基本子空间、mine" in taken
    assert "**你的答案**：未作答" in taken
    assert "✓ 2：One and one." in taken
    talked = sitter.run("interview", stdin="assume\n.\nthen\n.\n2\n").out
    assert "# 模拟面试，2026-11-21 09:00" in talked
    assert "- mine：because" in talked


def test_a_flashcard_is_shown_and_judged(sitter: Program) -> None:
    taken = sitter.call("quiz", "--kind", "basic", stdin="\n?\n2\n")
    assert taken.out.count("1: wrong, 2: right") == 2
    assert "Lightning." in taken.out
    assert sitter.json("history", "flash")["reviews"][0]["source"] == "quiz"


def test_practice_writes_no_review(sitter: Program) -> None:
    sitter.call("quiz", "--practice", "--seed", "1", stdin="1\n4\n")
    assert sitter.json("history", "sum")["reviews"] == []
    assert sitter.json("quiz", "--show", "last")["practice"] is True


def test_a_repeated_quiz_has_the_same_questions(sitter: Program) -> None:
    sitter.call("quiz", "--seed", "1", stdin="1\n4\n")
    sitter.call("quiz", "--repeat", "1", stdin="1\n4\n")
    first, second = ([(answer["item"], answer["seed"]) for answer in answers(sitter, number)] for number in ("1", "2"))
    assert first == second
    assert sitter.json("quiz", "--show", "2")["previous"] is not None


def test_the_result_is_written_as_markdown(sitter: Program, tmp_path: Path) -> None:
    sitter.call("quiz", "--kind", "numeric", stdin="5\n")
    out = tmp_path / "result.md"
    written = sitter.call("quiz", "--show", "last", "--markdown", out)
    assert (written.status, written.out) == (0, "")
    assert out.read_text("utf-8") == sitter.call("quiz", "--show", "1", "--markdown", "-").out.removesuffix("\n")


def test_the_list_for_people_has_a_line_for_each(sitter: Program) -> None:
    assert "None was taken yet." in sitter.call("quiz", "--list").err
    sitter.call("quiz", "--seed", "1", stdin="1\n4\n")
    sitter.call("quiz", "--new", "--topic", "mine")
    lines = sitter.call("quiz", "--list").out.splitlines()
    assert "2026-11-21 09:00" in lines[1] and "2/2" in lines[1]
    assert "not ended" in lines[2] and lines[2].endswith("mine")


def test_an_interview_line_by_line(sitter: Program) -> None:
    words = "assume\n.\nthen\n.\n1 2\n"
    taken = sitter.call("interview", "--minutes", "10", stdin=words)
    assert taken.status == 0, taken.err
    assert "Follow-up: And then?" in taken.out
    assert "1. because ★" in taken.out and "!1. never" in taken.out
    assert "# Mock interview, 2026-11-21 09:00" in taken.out
    shown = sitter.json("interview", "--show", "last")
    assert shown["score"] == 1
    assert shown["answers"][0]["notes"] == "assume\nthen"
    assert sitter.json("quiz", "--list") == {"sittings": []}


def test_an_interview_waits_between_its_answers_and_its_rubrics(sitter: Program) -> None:
    first = sitter.call("interview", stdin="assume\n.\n.\n")
    assert "`recall interview` goes on with it" in first.err
    second = sitter.call("interview", stdin="nonsense\n1\n")
    assert "can't be read" in second.out
    assert "75%" in second.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("quiz", "--show", "7"), "there is no quiz 7"),
        (("quiz", "--topic", "nonsense"), "no stage, topic or deck is called nonsense"),
        (("quiz", "--kind", "code"), "no card of these kinds"),
        (("quiz", "--repeat", "last"), "there is no quiz last"),
    ],
)
def test_what_cannot_be_done_is_one_line(sitter: Program, arguments: tuple[str, ...], words: str) -> None:
    failed = sitter.call(*arguments)
    assert (failed.status, failed.out) == (1, "")
    assert words in failed.err


@pytest.mark.parametrize("arguments", [("--markdown", "x.md"), ("--json",), ("--kind", "nonsense"), ("--number", "0")])
def test_options_that_make_no_sense_are_a_usage_error(sitter: Program, arguments: tuple[str, ...]) -> None:
    assert sitter.call("quiz", *arguments).status == 2


def test_an_escape_in_an_answer_does_not_reach_the_terminal(sitter: Program) -> None:
    taken = sitter.call("quiz", "--kind", "numeric", stdin="\x1b]2;X\x07\n5\n")
    assert "\x1b" not in taken.out + taken.err
    assert "\x1b" not in json.dumps(answers(sitter))


def test_what_the_options_count_as_ungiven_is_what_a_plan_does() -> None:
    """The commands write the numbers out, since the module that has them takes long to import."""
    quiz, interview = ({each.name: each.default for each in one.params} for one in (quiz_command, interview_command))
    assert (quiz["number"], interview["minutes"]) == (QUIZ_NUMBER, INTERVIEW_MINUTES)
