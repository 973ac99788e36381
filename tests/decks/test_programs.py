"""Programs of cards, run: what they print, and what their checks say."""

from __future__ import annotations

import pytest

from recall.core.bodies import Output
from recall.decks.folders import deck_files
from recall.decks.load import DeckFile, load_deck
from recall.decks.programs import program_problems
from recall.environment import bundled_decks
from tests.support_decks import parsed

CODE = """cards:
- front: q
  starter: |
    def f(): {starter}
  tests: |
    assert f() == 1, "one"
  solution: |
    def f(): {solution}
"""


def output(code: str, answer: str) -> str:
    return f"cards:\n- front: q\n  code: |\n    {code}\n  answer: {answer!r}\n"


def found(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.code) for problem in program_problems([parsed(text)])]


def test_a_program_that_prints_something_else_is_found() -> None:
    (problem,) = program_problems([parsed(output("print(6 * 7)", "41"))])
    assert (problem.line, problem.code) == (2, "output")
    assert "prints '42', the answer is '41'" in problem.message


def test_a_program_that_fails_is_found_with_its_line() -> None:
    (problem,) = program_problems([parsed(output("print(1 / 0)", "0"))])
    assert problem.code == "output"
    assert "line 1: ZeroDivisionError" in problem.message


def test_a_program_that_prints_its_answer_is_not_found() -> None:
    assert found(output("print(6 * 7)", "42")) == []


@pytest.mark.parametrize(
    ("starter", "solution", "codes"),
    [
        ("raise NotImplementedError", "return 1", []),
        ("raise NotImplementedError", "return 2", ["solution"]),
        ("return 1", "return 1", ["starter"]),
        ("return 1", "return (", ["solution", "starter"]),
    ],
)
def test_a_solution_has_to_pass_and_a_starter_to_fail(starter: str, solution: str, codes: list[str]) -> None:
    assert [code for _line, code in found(CODE.format(starter=starter, solution=solution))] == codes


def test_the_programs_of_the_bundled_decks_print_their_answers() -> None:
    decks = [load_deck(path) for path in deck_files(bundled_decks())]
    asked = [
        DeckFile(deck.path, [found for found in deck.cards if isinstance(found.card.body, Output)]) for deck in decks
    ]
    assert sum(len(deck.cards) for deck in asked) > 0
    assert list(program_problems(asked)) == []
