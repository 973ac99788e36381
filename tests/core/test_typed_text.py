"""Patterns of typed answers: which can be used, what they match, and that none takes long."""

import contextlib
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.core.marking import Verdict, mark_typed
from recall.core.typed_text import PatternFault, check_pattern, matches


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"layer ?norm", "Layer Norm"),
        (r"layer ?norm", "  ＬａｙｅｒＮｏｒｍ。"),
        (r"O\(n\^2\)", "o(n²)"),
        (r"\d{1,3}%", "５０％"),
        (r"(?:自)?注意力", "注意力"),
        (r"\\sigma", r"\sigma"),
        (r"a b", "a \n b"),
    ],
)
def test_a_pattern_matches_the_whole_normalised_text_in_any_case(pattern: str, text: str) -> None:
    assert mark_typed(text, [], pattern).code is Verdict.RIGHT


@pytest.mark.parametrize(
    ("pattern", "text"), [("norm", "layer norm"), ("layer", "layer norm"), (r"\\sigma", r"\Sigma"), ("a|b", "ab")]
)
def test_a_pattern_that_matches_a_part_or_another_tex_command_does_not_match(pattern: str, text: str) -> None:
    assert mark_typed(text, [], pattern).code is Verdict.WRONG


def test_a_pattern_that_takes_too_long_is_stopped() -> None:
    start = time.perf_counter()

    assert mark_typed("a" * 900 + "!", [], "(a|aa)+$").code is Verdict.PATTERN_TIMEOUT
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("(", PatternFault.SYNTAX),
        ("[a", PatternFault.SYNTAX),
        ("*", PatternFault.SYNTAX),
        (r"\p{Nope}", PatternFault.SYNTAX),
        ("a{99999999999}", PatternFault.REPEATS),
        ("((a{1000}){1000}){1000}", PatternFault.REPEATS),
        ("a(?R)?", PatternFault.RECURSION),
        ("(a)(?1)", PatternFault.RECURSION),
        ("a" * 501, PatternFault.TOO_LONG),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why_and_marks_nothing(pattern: str, fault: PatternFault) -> None:
    assert check_pattern(pattern) is fault
    assert mark_typed("a", [], pattern).code is Verdict.PATTERN


def test_an_accepted_answer_is_right_even_if_the_pattern_cannot_be_used() -> None:
    assert mark_typed("Adam", ["adam"], "(").code is Verdict.RIGHT


@given(st.text("aA1()[]{}|?*+.^$\\,:=!<>PR# ", max_size=15), st.text("aA1() ", max_size=10))
@example("(a|aa)+$", "a" * 900 + "!")
def test_any_pattern_is_refused_or_decides_or_is_stopped_in_time(pattern: str, text: str) -> None:
    start = time.perf_counter()

    if check_pattern(pattern) is None:
        with contextlib.suppress(TimeoutError):
            matches(pattern, text)

    assert time.perf_counter() - start < 2
