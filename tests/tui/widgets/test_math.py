"""Formulas as text, and what stands for one that can't be set."""

import pytest

from recall.tui.math import typeset_display, typeset_inline

pytestmark = pytest.mark.usefixtures("fake_tex")


def test_a_formula_is_one_line_whose_spaces_do_not_break() -> None:
    assert typeset_inline("a\n \\times  b").lines == ("a\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}b",)


def test_a_display_uses_the_width_it_gets() -> None:
    assert typeset_display(" a = b ", 80).lines == ("a = b",)
    assert typeset_display("a = b", 3).lines == ("a", "= b")
    assert typeset_display("a = b", 0).lines == ("a", "= b")


@pytest.mark.parametrize(
    ("tex", "reason"), [("\\bad", "unknown command \\bad"), ("\\crash", "ZeroDivisionError: a defect")]
)
def test_what_cannot_be_set_is_its_source_and_the_reason(tex: str, reason: str) -> None:
    assert typeset_inline(tex).is_refused
    assert typeset_inline(tex).lines == (f"{tex} ({reason})",)
    assert typeset_display(f"a\n{tex}", 80).lines == ("a", tex, f"({reason})")


def test_nothing_of_a_formula_can_steer_the_terminal() -> None:
    assert typeset_inline("\x1b[1m\u202e\ue000").lines == ("␛[1m",)
    assert typeset_display("\\bad\x07", 80).lines[0] == "\\bad␇"
