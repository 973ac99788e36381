"""Formulas as text, and the fallback."""

import pytest

from recall.tui.math import Look, display_math, inline_math, typeset_inline

pytestmark = pytest.mark.usefixtures("fake_tex")


def test_a_formula_is_one_line_whose_spaces_do_not_break() -> None:
    assert inline_math("a\n \\times  b") == "a\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}b"


def test_a_display_uses_the_width_it_gets() -> None:
    assert display_math(" a = b ", 80) == ["a = b"]
    assert display_math("a = b", 3) == ["a", "= b"]
    assert display_math("a = b", 0) == ["a", "= b"]


@pytest.mark.usefixtures("no_tex")
def test_without_a_renderer_the_source_stands_for_the_formula() -> None:
    assert inline_math("\\frac{a}\n{b}") == "\\frac{a} {b}"
    assert display_math("\nx \n= y\n", 80) == ["x", "= y"]


@pytest.mark.parametrize(
    ("tex", "reason"), [("\\bad", "unknown command \\bad"), ("\\crash", "ZeroDivisionError: a defect")]
)
def test_what_cannot_be_set_is_its_source_and_the_reason(tex: str, reason: str) -> None:
    assert typeset_inline(tex).look is Look.ERROR
    assert inline_math(tex) == f"{tex} ({reason})"
    assert display_math(f"a\n{tex}", 80) == ["a", tex, f"({reason})"]


def test_nothing_of_a_formula_can_steer_the_terminal() -> None:
    assert inline_math("\x1b[1m\u202e\ue000") == "␛[1m"
    assert display_math("\\bad\x07", 80)[0] == "\\bad␇"
