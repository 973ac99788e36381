"""Formulas that can't be set are reported at the very character, however YAML writes the text."""

from __future__ import annotations

import pytest

from recall.decks.formula_lint import formula_problems
from tests.support_decks import parsed

CURRICULUM_MACROS = {"R": r"\mathbb{R}", "broken": r"x^\nope"}


def places(text: str) -> list[tuple[int, int]]:
    """(line, column) of every problem with a formula."""
    found = list(formula_problems(parsed(text), CURRICULUM_MACROS))
    assert {problem.code for problem in found} <= {"tex"}
    return sorted((problem.line, problem.column) for problem in found)


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """A deck without its marks `§`, and where they stood: each before the character to be reported."""
    at, lines = [], text.split("\n")
    for number, line in enumerate(lines, 1):
        while (column := line.find("§")) >= 0:
            at.append((number, column + 1))
            line = line.replace("§", "", 1)
        lines[number - 1] = line
    return "\n".join(lines), at


FAULTY = {
    "plain": r"""
cards:
- front: What is $a + §\nope$?
  back: yes
""",
    "plain, over two lines": r"""
cards:
- front: What is
    $a + §\nope$?
  back: yes
""",
    "plain, a formula over two lines": r"""
cards:
- front: What is $a +
    §\nope$?
  back: yes
""",
    "plain, the same formula twice": r"""
cards:
- front: $§\nope$ and $§\nope$
  back: yes
""",
    "single-quoted": r"""
cards:
- front: 'What is $a + §\nope$?'
  back: yes
""",
    "single-quoted, with a quote in the formula": r"""
cards:
- front: 'It''s $f''(x) + §\nope$?'
  back: yes
""",
    "double-quoted": r"""
cards:
- front: "What is $\\alpha + §\\nope$?"
  back: yes
""",
    "double-quoted, with escapes": r"""
cards:
- front: "\u4ec0\t\"么\" $\\text{\"}\\alpha + §\\nope$?"
  back: yes
""",
    "double-quoted, over two lines": r"""
cards:
- front: "What is \
    it: $\\alpha +
    §\\nope$?"
  back: yes
""",
    "folded": r"""
cards:
- front: >-
    What is the value of
    this: $a +
    §\nope$?
  back: yes
""",
    "block": r"""
cards:
- front: |
    What is this?

    $$
    a + \alpha
    + §\nope
    $$
  back: yes
""",
    "block, the second of two": r"""
cards:
- front: q
  back: |
    Either $a$ or $x_i^2$,
    never $x^2§^3$, but $y$.
""",
    "both languages": r"""
cards:
- front: {zh: 什么是 $§\nope$？, en: "What is $§\\nope$?"}
  back: yes
""",
    "every field": r"""
cards:
- front: $§\nopeA$
  back: $b + §\nopeB$
  more: $c §}$
""",
    "a cloze": r"""
cards:
- cloze: 'A {{c1::formula $a + §\nope$}} here'
""",
    "a cloze in a formula": r"""
cards:
- cloze: 'So $\frac{a}{ {{c1::b::hint}} } + {{c2::c}} + §\nope$.'
""",
    "inside a cloze in a formula": r"""
cards:
- cloze: 'So $a + {{c1::b + §\nope::hint}} + c$.'
""",
    "behind a cloze": r"""
cards:
- cloze: '{{c1::One}} $a + b$ two $§\nope$'
""",
    "unbalanced": r"""
cards:
- front: 'Is $\frac{a}§{b$ right?'
  back: yes
""",
    "a macro of the deck": r"""
macros: {E: '\mathbb{E}'}
cards:
- front: Is $\E[X] = §\V[X]$?
  back: yes
""",
    "an error in a macro of the deck": r"""
macros: {E: '\mathbb{E}\nope'}
cards:
- front: Is $a + §\E[X]$?
  back: yes
""",
    "an error in a macro of the curriculum": r"""
cards:
- front: Is $a \in \R + §\broken$?
  back: yes
""",
    "a macro that calls itself": r"""
macros: {loop: 'a + \loop'}
cards:
- front: Is $x + §\loop$?
  back: yes
""",
    "a macro without its argument": r"""
macros: {norm: '\|#1\|'}
cards:
- front: Is $\norm{x} = \norm§$?
  back: yes
""",
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_stands_at_its_line_and_column(name: str) -> None:
    text, expected = marked(FAULTY[name])
    assert parsed(text).problems == []
    assert places(text) == expected


def test_the_message_names_the_fault_and_the_formula() -> None:
    (problem,) = formula_problems(parsed("cards:\n- front: Is $a + \\nope$?\n  back: yes\n"), {})
    assert problem.message == r"Undefined control sequence \nope, in $a + \nope$"


@pytest.mark.parametrize(
    "text",
    [
        "cards:\n- front: $5 and $6\n  back: $x_i^2$\n",
        "cards:\n- front: '`$\\nope$` is code'\n  back: \\$\\nope\\$\n",
        "cards:\n- front: |\n    ```\n    $\\nope$\n    ```\n  back: yes\n",
        "cards:\n- cloze: '$\\frac{ {{c1::a}} }{b}$ and {{c2::$x^2$}}'\n",
        "cards:\n- cloze: '{{c1::$\\frac{a}{b}$}}'\n",
        "macros: {norm: '\\|#1\\|', two: '\\norm{#1} + \\R'}\ncards:\n- front: $\\two{x}$\n  back: a\n",
        "macros: {R: '\\mathbb{Q}'}\ncards:\n- front: $\\R$\n  back: a\n",
    ],
)
def test_a_good_deck_has_no_finding(text: str) -> None:
    assert parsed(text).problems == []
    assert places(text) == []
