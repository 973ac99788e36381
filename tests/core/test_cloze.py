"""Cloze deletions: where they end, what they hide, and that the text comes back whole."""

from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recall.core import cloze
from recall.core.cloze import HIGHLIGHT_END, HIGHLIGHT_START, ClozeError


def shown(text: str) -> str:
    """An answer with what it reveals between angle brackets."""
    return text.replace(HIGHLIGHT_START, "<").replace(HIGHLIGHT_END, ">")


def texts(source: str) -> list[str]:
    return [deletion.text for deletion in cloze.parse(source)]


def test_a_deletion_is_hidden_behind_dots() -> None:
    assert cloze.question("The rank of {{c1::A}} is 2.", 1) == "The rank of […] is 2."


def test_a_hint_stands_where_the_text_is_hidden() -> None:
    assert cloze.question("{{c1::Bayes::who?}} said so.", 1) == "[who?] said so."


def test_an_empty_hint_is_no_hint() -> None:
    assert cloze.question("{{c1::Bayes::}} said so.", 1) == "[…] said so."


def test_a_text_that_is_filled_in_hides_nothing() -> None:
    assert cloze.filled(r"$\frac{{{c1::a}}}{b}$ is {{c2::small::how big?}}") == r"$\frac{a}{b}$ is small"


@pytest.mark.parametrize("source", ["{{c1::Bayes}}", "{{c1::Bayes::}}"])
def test_a_deletion_without_a_hint_has_none(source: str) -> None:
    assert [deletion.hint for deletion in cloze.parse(source)] == [None]


def test_a_hint_may_hold_colons() -> None:
    [deletion] = cloze.parse("{{c1::vector::std::?}}")

    assert (deletion.text, deletion.hint) == ("vector", "std::?")


def test_the_answer_marks_what_was_hidden() -> None:
    assert shown(cloze.answer("The rank of {{c1::A}} is 2.", 1)) == "The rank of <A> is 2."


def test_a_hint_is_gone_from_the_answer() -> None:
    assert shown(cloze.answer("{{c1::Bayes::who?}} said so.", 1)) == "<Bayes> said so."


def test_only_the_number_that_is_asked_is_hidden() -> None:
    source = "{{c1::Q}} times {{c2::K}} over {{c3::d}}"

    assert [cloze.question(source, number) for number in (1, 2, 3)] == [
        "[…] times K over d",
        "Q times […] over d",
        "Q times K over […]",
    ]


def test_only_the_number_that_is_asked_is_marked_in_the_answer() -> None:
    assert shown(cloze.answer("{{c1::Q}} times {{c2::K}}", 2)) == "Q times <K>"


def test_deletions_of_one_number_are_hidden_together() -> None:
    source = "{{c1::A}} and {{c1::B}}, not {{c2::C}}"

    assert cloze.question(source, 1) == "[…] and […], not C"
    assert shown(cloze.answer(source, 1)) == "<A> and <B>, not C"


def test_numbers_are_ascending_and_each_told_once() -> None:
    assert cloze.numbers("{{c10::x}} {{c2::y}} {{c10::z}} {{c1::w}}") == (1, 2, 10)


@pytest.mark.parametrize("source", ["", "no deletion", "{{c::x}}", "{c1::x}", "{{1::x}}", "{{c1:x}}", "{{C1::x}}"])
def test_what_only_looks_like_a_deletion_is_text(source: str) -> None:
    assert cloze.parse(source) == []
    assert cloze.question(source, 1) == source


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{{c1::$\frac{a}{b}$}}", r"$\frac{a}{b}$"),
        (r"{{c1::\frac{a}{b}}}", r"\frac{a}{b}"),
        (r"{{c1::$e^{x_{1}}$}}", r"$e^{x_{1}}$"),
        (r"{{c1::e^{x_{1}}}}", r"e^{x_{1}}"),
        (r"{{c1::\mathbb{E}_{x\sim p_{\theta}}[f]}}", r"\mathbb{E}_{x\sim p_{\theta}}[f]"),
        (r"{{c1::\{0, 1\}}}", r"\{0, 1\}"),
        (r"{{c1::a \\}}", r"a \\"),
        ("{{c1::f(x) } else}}", "f(x) } else"),
    ],
)
def test_braces_of_tex_do_not_end_a_deletion(source: str, text: str) -> None:
    assert texts(source) == [text]
    assert [deletion.end for deletion in cloze.parse(source)] == [len(source)]


def test_a_deletion_may_stand_inside_braces_of_tex() -> None:
    source = r"$\frac{{{c1::a}}}{{{c2::b}}}$"

    assert texts(source) == ["a", "b"]
    assert cloze.question(source, 2) == r"$\frac{a}{\text{[…]}}$"


def test_a_deletion_may_span_lines() -> None:
    assert cloze.question("before\n{{c1::one\ntwo}}\nafter", 1) == "before\n[…]\nafter"


def test_a_hint_follows_braces_of_tex() -> None:
    [deletion] = cloze.parse(r"{{c1::e^{x_{1}}::a power}}")

    assert (deletion.text, deletion.hint) == (r"e^{x_{1}}", "a power")


def test_inside_math_the_blank_is_text_of_tex() -> None:
    assert cloze.question(r"$A\mathbf v = {{c1::\lambda \mathbf v::scaled}}$", 1) == r"$A\mathbf v = \text{[scaled]}$"


def test_inside_math_the_answer_marks_what_was_hidden_too() -> None:
    assert shown(cloze.answer("$a = {{c1::b}}$", 1)) == "$a = <b>$"


@pytest.mark.parametrize(
    ("source", "in_math"),
    [
        ("{{c1::x}}", False),
        ("${{c1::x}}$", True),
        ("$$a = {{c1::x}}$$", True),
        ("$$\na = {{c1::x}}\n$$", True),
        ("$a$ and {{c1::x}}", False),
        ("$$a$$ and {{c1::x}}", False),
        ("$a$ and $b = {{c1::x}}$", True),
        (r"\$5 and {{c1::x}}", False),
        (r"$\$5 + {{c1::x}}$", True),
        ("{{c1::$x$}}", False),
        ("{{c2::$y$}} and {{c1::x}}", False),
        ("$y = {{c2::z}}$ and {{c1::x}}", False),
    ],
)
def test_a_deletion_knows_whether_it_is_in_math(source: str, in_math: bool) -> None:
    assert [deletion.in_math for deletion in cloze.parse(source) if deletion.number == 1] == [in_math]


@pytest.mark.parametrize(
    "source",
    [
        "It costs $5, which is {{c1::cheap}}.",
        "It costs $5 or $6 or $7, which is {{c1::cheap}}.",
        "A stray $ before what is {{c1::cheap}}.",
        "The shell reads `$HOME`, which is {{c1::cheap}}.",
    ],
)
def test_a_dollar_that_opens_no_formula_leaves_a_deletion_as_text(source: str) -> None:
    assert cloze.question(source, 1) == source.replace("{{c1::cheap}}", "[…]")
    assert shown(cloze.answer(source, 1)) == source.replace("{{c1::cheap}}", "<cheap>")


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("{{c1::", 0),
        ("so {{c1::x} is", 3),
        ("{{c1::x}} and {{c2::y", 14),
        (r"a {{c1::\frac{a}{b}}", 2),
        ("ends in a backslash {{c1::x\\", 20),
    ],
)
def test_a_deletion_that_is_not_closed_is_an_error_with_its_place(source: str, position: int) -> None:
    with pytest.raises(ClozeError, match="is not closed") as caught:
        cloze.parse(source)

    assert caught.value.position == position


@pytest.mark.parametrize("source", ["an {{c1::}} one", "an {{c1::  }} one", "an {{c1::::hint}} one"])
def test_a_deletion_that_hides_nothing_is_an_error_with_its_place(source: str) -> None:
    with pytest.raises(ClozeError, match="hides nothing") as caught:
        cloze.parse(source)

    assert caught.value.position == 3


@pytest.mark.parametrize("read", [cloze.parse, cloze.numbers])
def test_a_broken_deletion_is_never_passed_over(read: object) -> None:
    assert callable(read)
    with pytest.raises(ClozeError):
        read("{{c1::good}} {{c2::bad")


@dataclass(frozen=True)
class Piece:
    """A stretch of a generated text: plain, or a deletion."""

    text: str
    number: int = 0
    hint: str = ""

    @property
    def source(self) -> str:
        hint = f"::{self.hint}" if self.hint else ""
        return f"{{{{c{self.number}::{self.text}{hint}}}}}" if self.number else self.text


PLAIN = st.lists(
    st.sampled_from(["a", "Ω ", "矩阵，", "\n", "{", "}", "[/]", "dp[i][j]", r"\{", r"\$", ":", "🎉 "])
).map("".join)
TEX = st.recursive(
    st.lists(st.sampled_from(["x", " ", "^", r"\alpha", r"\{", r"\}", "\\\\", "矩阵", ": "]), max_size=4).map("".join),
    lambda inner: st.tuples(inner, inner).map(lambda parts: f"{parts[0]}{{{parts[1]}}}"),
    max_leaves=6,
)
HINTS = st.text("abc 提示", max_size=5)


@st.composite
def pieces(draw: st.DrawFn) -> list[Piece]:
    """Plain text and deletions in turn; what each deletion hides is found nowhere else in the text."""
    found = [Piece(draw(PLAIN))]
    for n in range(draw(st.integers(1, 5))):
        found.append(Piece(f"<{n}>{draw(TEX)}", draw(st.integers(1, 3)), draw(HINTS)))
        found.append(Piece(draw(PLAIN)))
    return found


def joined(found: list[Piece]) -> str:
    return "".join(piece.source for piece in found)


@given(pieces())
@example([Piece(""), Piece("e^{x_{1}}", 1), Piece("}")])
def test_the_deletions_of_a_text_are_found_where_they_stand(found: list[Piece]) -> None:
    source = joined(found)
    hidden = [piece for piece in found if piece.number]

    parsed = cloze.parse(source)

    assert [(d.number, d.text, d.hint or "") for d in parsed] == [(p.number, p.text, p.hint) for p in hidden]
    assert [source[d.start : d.end] for d in parsed] == [piece.source for piece in hidden]


@given(pieces(), st.integers(1, 3))
def test_a_question_never_gives_away_what_it_hides(found: list[Piece], number: int) -> None:
    asked = cloze.question(joined(found), number)

    for piece in found:
        if piece.number:
            assert (piece.text in asked) == (piece.number != number)


@given(pieces(), st.integers(1, 3))
def test_an_answer_without_its_marks_is_the_text_with_everything_filled_in(found: list[Piece], number: int) -> None:
    filled_in = cloze.answer(joined(found), number).replace(HIGHLIGHT_START, "").replace(HIGHLIGHT_END, "")

    assert filled_in == "".join(piece.text for piece in found)


@given(pieces(), st.integers(1, 3))
def test_a_question_keeps_everything_but_what_it_hides(found: list[Piece], number: int) -> None:
    expected = (f"[{p.hint or '…'}]" if p.number == number else p.text for p in found)

    assert cloze.question(joined(found), number) == "".join(expected)


@given(pieces(), st.integers(1, 3))
def test_in_a_formula_the_blank_is_text_of_tex(found: list[Piece], number: int) -> None:
    formula = [Piece("$x"), *(piece for piece in found if piece.number), Piece("x$")]
    expected = (rf"\text{{[{p.hint or '…'}]}}" if p.number == number else p.text for p in formula)

    assert cloze.question(joined(formula), number) == "".join(expected)


@given(st.text(st.sampled_from("{}c1:$\\x\n"), max_size=30))
def test_any_text_is_either_read_or_refused(source: str) -> None:
    try:
        parsed = cloze.parse(source)
    except ClozeError as error:
        assert source.startswith("{{c", error.position)
    else:
        assert all(d.start < d.end <= len(source) and d.text.strip() for d in parsed)
