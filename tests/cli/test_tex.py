"""`recall tex`: trying a formula, and the terminal's font."""

from __future__ import annotations

import pytest
from wcwidth import wcswidth

from tests.cli.program import Program

FRACTION = r"\frac{QK^\top}{\sqrt{d_k}}"


def test_a_formula_is_displayed(empty: Program) -> None:
    outcome = empty.run("tex", FRACTION)
    assert (outcome.status, outcome.out, outcome.err) == (0, "QKᵀ\n───\n√dₖ\n", "")


def test_inline_is_one_line(empty: Program) -> None:
    shown = empty.call("tex", "--inline", FRACTION).out
    assert shown.replace("\u00a0", " ") == "QKᵀ/√dₖ\n"


@pytest.mark.parametrize(("width", "lines"), [("80", 1), ("30", 2), ("16", 4)])
def test_a_display_is_broken_at_the_width(empty: Program, width: str, lines: int) -> None:
    shown = empty.call("tex", "--width", width, "y = aaaa + bbbb + cccc + dddd + eeee").out.splitlines()
    assert len(shown) == lines
    assert all(wcswidth(line) <= int(width) for line in shown)


def test_poor_fonts_get_plain_letters(empty: Program) -> None:
    empty.configure("bundled_decks = false\nplain_fonts = true\n")
    assert empty.call("tex", r"\mathbf{x} \in \mathbb{R}").out == "x ∈ R\n"


def test_the_font_page_shows_every_alphabet_and_the_remedy(empty: Program) -> None:
    outcome = empty.call("tex", "--fonts")
    for sign in "𝐀ℒ𝒟ℝ𝟙αΩᵢ²ᵀ⟹∑⎡⎣":
        assert sign in outcome.out, sign
    assert "recall config plain_fonts true" in outcome.out
    assert "\\" not in outcome.out


@pytest.mark.parametrize(
    ("formula", "message", "shown", "caret"),
    [
        (r"a + \nope b", r"Undefined control sequence \nope", r"a + \nope b", "    ^"),
        (r"\text{中文} + \nope", r"Undefined control sequence \nope", r"\text{中文} + \nope", " " * 14 + "^"),
        ("a \\\\\n x^2^3\n+ b", "Double exponent", " x^2^3", "    ^"),
        ("x^", "Missing argument of ^", "x^", " ^"),
        ("{x", "Missing closing brace", "{x", "^"),
    ],
)
def test_an_error_is_pointed_at(empty: Program, formula: str, message: str, shown: str, caret: str) -> None:
    """One line says what is wrong; two more show where."""
    outcome = empty.call("tex", formula)
    assert (outcome.status, outcome.out) == (1, "")
    first, source, place = outcome.err.splitlines()
    assert first.startswith(f"recall: {message}")
    assert source == f"  {shown}"
    assert place.rstrip() == f"  {caret}"


@pytest.mark.parametrize(
    "arguments", [("tex",), ("tex", "x", "y"), ("tex", "--width", "3", "x"), ("tex", "--nope", "x")], ids=" ".join
)
def test_wrong_use_ends_with_two(empty: Program, arguments: tuple[str, ...]) -> None:
    outcome = empty.call(*arguments)
    assert (outcome.status, outcome.out) == (2, "")
    assert "Usage: recall tex" in outcome.err


def test_chinese(empty: Program) -> None:
    empty.language = "zh"
    assert "公式" in empty.run("tex").err
    page = empty.run("tex", "--fonts").out.splitlines()
    assert page[0].startswith("粗体")
    starts = {wcswidth(line[: line.index(sign)]) for line, sign in zip(page, "𝐀ℒℝαxya∑", strict=False)}
    assert len(starts) == 1
    assert empty.run("tex", r"\text{秩} = 2").out == "秩 = 2\n"
