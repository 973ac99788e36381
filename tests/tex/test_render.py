"""The public interface: errors with positions, macros, poor fonts, line breaking, the cache."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import recall
from recall.tex import Rendered, TexError, render
from tests.tex.golden import goldens

CORPUS = goldens("corpus_expected.txt")


def display(tex: str, width: int | None = None) -> list[str]:
    """The lines of a display without trailing spaces."""
    return [line.rstrip() for line in render(tex, display=True, width=width).lines]


def inline(tex: str) -> str:
    """The inline form with plain spaces."""
    return render(tex, display=False).lines[0].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("tex", "position", "message"),
    [
        (r"a + \foo b", 4, "Undefined control sequence \\foo"),
        (r"a + {b", 4, "Missing closing brace: this { is not closed"),
        (r"a } b", 2, "Closing brace without an opening one"),
        (r"\frac{a}", 8, "\\frac lacks an argument"),
        (r"x_i_j", 3, "Double subscript: add braces"),
        (r"x^2^3", 3, "Double exponent: add braces"),
        (r"a & b", 2, "Misplaced &: it separates columns of a table, and needs \\& as a sign"),
        (r"\left( x", 0, "Missing \\right: this \\left is not closed"),
        (r"x \right)", 2, "\\right without \\left, or inside an open group"),
        (r"\left x", 6, "\\left needs a delimiter, such as ( or \\langle"),
        (r"a # b", 2, "# stands only in macros: write \\# for the sign"),
        (r"\begin{foo} x \end{foo}", 0, "Unknown environment foo"),
        (r"\begin{cases} x \end{matrix}", 20, r"\begin{cases} is ended by \end{matrix}"),
        (r"\begin{cases} x", 0, "Missing \\end{cases}"),
        (r"x^", 1, "Missing argument of ^"),
        (r"x \limits", 2, "\\limits is allowed only after an operator"),
        (r"\text{a $x}", 8, "Math started by $ does not end in this text"),
        (r"a \\[x] b", 4, "The bracket after \\\\ must hold a length, such as 2pt"),
        (r"\sqrt[3 x", 5, "Missing ] of the optional argument of \\sqrt"),
        (r"\hspace{3} x", 7, "\\hspace needs a length, such as 2pt or 1em"),
        (r"{\over \over}", 7, "Ambiguous use of \\over: add braces"),
        (r"a \tag{1} \tag{2}", 10, "A second \\tag for one line"),
    ],
)
def test_a_mistake_is_named_with_its_position(tex: str, position: int, message: str) -> None:
    with pytest.raises(TexError) as caught:
        render(tex, display=True)
    assert (caught.value.message, caught.value.position) == (message, position)


def test_an_error_prints_as_one_line_with_its_place() -> None:
    with pytest.raises(TexError, match=r"^Undefined control sequence \\foo \(at character 3\)$"):
        render(r"a \foo", display=False)


def test_macros_take_arguments_and_may_use_each_other() -> None:
    macros = {r"\R": r"\mathbb{R}", "mat": r"\R^{#1 \times #2}"}
    rendered = render(r"A \in \mat{m}{n}", display=False, macros=macros)
    assert rendered.lines == ("A\u00a0∈\u00a0ℝ^(m×n)",)


def test_a_macro_may_end_in_a_command_that_wants_an_argument() -> None:
    assert render(r"\bold{x}", display=False, macros={"bold": r"\mathbf"}).lines[0] == "𝐱"


@pytest.mark.parametrize("body", [r"\loop", r"\loop\loop", r"x\loop", r"{\loop}"])
def test_a_macro_defined_by_itself_is_an_error(body: str) -> None:
    with pytest.raises(TexError) as caught:
        render(r"a + \loop", display=True, macros={"loop": body})
    assert caught.value.position == 4


def test_an_error_in_a_macro_points_at_its_call() -> None:
    with pytest.raises(TexError) as caught:
        render(r"a + \bad", display=True, macros={"bad": r"x^\nope"})
    assert caught.value.position == 4


def test_definitions_in_the_source_work() -> None:
    assert inline(r"\newcommand{\f}[2][x]{#2(#1)} \f{g} + \f[y]{h}") == "g(x) + h(y)"
    assert inline(r"\def\p#1#2{#1/#2} \p ab, \let\eps\varepsilon \eps") == "a/b, ε"
    assert inline(r"\DeclareMathOperator*{\best}{arg\,best} \best_x f") == "arg bestₓ f"


def test_poor_fonts_get_plain_letters_and_bold_spans() -> None:
    tex = r"\mathbf{Ax} = \frac{\mathcal{L}}{\mathbb{E}} \implies 1"
    rendered = render(tex, display=True, plain_fonts=True)
    assert [line.rstrip() for line in rendered.lines] == ["     L", "Ax = ─ ⇒ 1", "     E"]
    assert rendered.bold == ((0, 5, 6), (1, 0, 2), (2, 5, 6))


def test_usual_fonts_have_no_bold_spans() -> None:
    assert render(r"\mathbf{x}", display=True).bold == ()


def test_a_wide_display_breaks_before_relations_under_the_first_one() -> None:
    tex = r"f(x) = a_1 x_1 + a_2 x_2 = b_1 y_1 + b_2 y_2 \le c"
    assert display(tex, 24) == ["f(x) = a₁x₁ + a₂x₂", "     = b₁y₁ + b₂y₂ ≤ c"]


def test_a_wide_display_breaks_after_comma_and_quad_first() -> None:
    tex = r"y = a + b + c, \quad x > 0"
    assert display(tex, 18) == ["y = a + b + c,", "    x > 0"]


def test_a_wide_display_breaks_before_binary_operators_when_relations_do_not_suffice() -> None:
    assert display(r"y = aaaa + bbbb + cccc + dddd", 18) == ["y = aaaa + bbbb", "    + cccc + dddd"]


def test_a_display_never_breaks_inside_brackets() -> None:
    tex = r"y = (aaaa + bbbb + cccc + dddd)"
    assert display(tex, 12) == ["y", "= (aaaa + bbbb + cccc + dddd)"]


def test_a_display_breaks_before_its_relation_rather_than_between_factors() -> None:
    tex = r"g(xxxxxxxxxx) = f(x, b(x)) b'(x) - f(x, a(x)) a'(x) + c"
    assert display(tex, 26) == ["g(xxxxxxxxxx)", "  = f(x, b(x))b′(x)", "    − f(x, a(x))a′(x) + c"]


def test_a_display_breaks_before_its_relation_rather_than_stick_out() -> None:
    tex = r"\operatorname{Multi}(Q, K, V) = \operatorname{Concat}(h_1, \dots, h_n) W \in \mathbb{R}"
    assert max(map(len, display(tex, 30))) <= 30


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        (r"\frac{a}{b}\bigg|_{x=0}", [" a │", " ─ │", " b │ₓ₌₀"]),
        (r"\Big[ \frac{a}{b} \Big| c \Big]", ["⎡ a │   ⎤", "⎢ ─ │ c ⎥", "⎣ b │   ⎦"]),
        (r"\Big| \frac{a}{b} \Big|", ["│ a │", "│ ─ │", "│ b │"]),
        (r"1 + f(x)\Big|_0^1", ["1 + f(x)|₀¹"]),
    ],
)
def test_a_big_bar_grows_with_what_it_ends_or_parts(tex: str, rows: list[str]) -> None:
    assert display(tex) == rows


def test_tall_lines_keep_a_blank_row_between_them() -> None:
    assert display(r"x = \frac{aaaa}{b} + \frac{cccc}{d}", 12) == [
        "    aaaa",
        "x = ────",
        "     b",
        "",
        "      cccc",
        "    + ────",
        "       d",
    ]


def test_an_alignment_breaks_in_its_right_column() -> None:
    tex = r"\begin{aligned} f &= aaaa + bbbb + cccc \\ &= d \end{aligned}"
    assert display(tex, 16) == ["f = aaaa + bbbb", "    + cccc", "  = d"]


@pytest.mark.parametrize(("width", "allowed"), [(80, 0.0), (60, 0.02)])
def test_the_corpus_fits_after_breaking(width: int, allowed: float) -> None:
    shown = [golden for golden in CORPUS if golden.display]
    wide = [g.name for g in shown if render(g.tex, display=True, width=width).width > width]
    assert len(wide) <= allowed * len(shown), wide


def test_the_baseline_is_the_row_of_the_fraction_bar() -> None:
    assert render(r"\frac{a}{b}", display=True) == Rendered(("a", "─", "b"), 1, 1)
    assert render(r"x_Q", display=True).baseline == 0
    assert render(r"x^Q", display=True).baseline == 1


def test_an_empty_source_is_one_empty_line() -> None:
    for mode in (True, False):
        assert render("", display=mode) == Rendered(("",), 0, 0)


def test_comments_end_with_their_line() -> None:
    assert inline("a % b } \n + c") == "a + c"


def test_unicode_input_is_read_like_commands() -> None:
    assert inline("λ ≤ ∑ₓ α ∈ ℝ") == "λ ≤ ∑ₓα ∈ ℝ"
    assert inline("a−b×c") == inline(r"a - b \times c")


def test_results_come_from_the_cache() -> None:
    tex = CORPUS[-1].tex
    assert render(tex, display=True, macros={"x": "y"}) is render(tex, display=True, macros={"x": "y"})
    start = time.process_time()
    for _ in range(1_000):
        render(tex, display=True)
    assert (time.process_time() - start) / 1_000 < 100e-6


def test_the_package_imports_nothing_else_of_recall() -> None:
    code = """if True:
        import sys, recall.tex
        names = [name.split(".") for name in sys.modules]
        print([name for name in names if name[0] == "recall" and name[1:2] != ["tex"]])
    """
    env = {**os.environ, "PYTHONPATH": str(Path(recall.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == "[['recall']]"


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\frac{1}{n(n-1)}", "1/(n(n − 1))"),
        (r"\frac{1}{\pi\left(1+x^2\right)}", "1/(π(1 + x²))"),
        (r"\frac{P(A)}{P(B)}", "P(A)/P(B)"),
        (r"\frac{1}{f(-x)}", "1/f(−x)"),
        (r"\frac{n(n-1)}{2}", "n(n − 1)/2"),
    ],
)
def test_a_factor_in_brackets_below_a_slash_is_not_taken_for_an_argument(tex: str, shown: str) -> None:
    (line,) = render(tex, display=False).lines
    assert line.replace("\u00a0", " ") == shown
