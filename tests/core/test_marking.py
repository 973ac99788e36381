"""What answers are worth: a table for numbers, lists, matrices and names, and the rules of the other kinds."""

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recall.core.answers import Exact, Matrix, Number, Numbers, Tolerance, Words
from recall.core.marking import (
    Mark,
    Verdict,
    expected_ms,
    mark_choice,
    mark_exact,
    mark_order,
    mark_output,
    mark_rubric,
    mark_tests,
    mark_typed,
    suggest_grade,
)
from recall.core.model import Grade

RIGHT, PARTLY, WRONG, EMPTY = Verdict.RIGHT, Verdict.PARTLY, Verdict.WRONG, Verdict.EMPTY
UNREADABLE, UNIT, NEAR, COUNT = Verdict.UNREADABLE, Verdict.UNIT, Verdict.NEAR, Verdict.COUNT


def number(value: str | float, unit: str | None = None, relative: float = 0, absolute: float = 0) -> Number:
    """A text is an exact number."""
    tolerance = Tolerance(relative or absolute, bool(relative)) if relative or absolute else None
    return Number(Fraction(value) if isinstance(value, str) else value, tolerance, unit)


def numbers(*values: str) -> Numbers:
    return Numbers(tuple(map(number, values)))


def multiset(*values: str) -> Numbers:
    return replace(numbers(*values), ordered=False)


def matrix(*rows: str) -> Matrix:
    return Matrix(tuple(tuple(map(number, row.split())) for row in rows))


TABLE: list[tuple[Exact, Mapping[Verdict, list[str]]]] = [
    (
        number("0"),
        {
            RIGHT: ["0", "-0", "−0", "0.00", "0/7", "0%", "0e5"],
            WRONG: ["1e-3", "1"],
            EMPTY: ["", " ", "　\t\n", "="],
            UNREADABLE: ["nan", "inf", "1/0", "9**9**9", "x" * 10_000, "zero", "1e999999", "(((", "0,0"],
        },
    ),
    (
        number("1/2"),
        {
            RIGHT: [
                *(
                    "1/2",
                    "2/4",
                    "0.5",
                    ".5",
                    "0.500",
                    "50%",
                    "50 %",
                    "５０％",
                    "500‰",
                    "１／２",
                    "０．５",
                    "０。５",
                    "½",
                ),
                *(
                    r"\frac12",
                    r"$\frac{1}{2}$",
                    r"\dfrac{2}{4}",
                    "2^-1",
                    "5e-1",
                    "p = 0.5",
                    "P(A)＝1/2",
                    "≈0.5",
                    "0.5。",
                ),
            ],
            UNIT: ["0.5%", "0.5‰", "0.5 K"],
            NEAR: ["0.499", "0.505"],
            WRONG: ["0.4", "2", "50", "5%", "-1/2"],
            UNREADABLE: ["0,5", "1/2/", "half", "1/2, 1/2"],
        },
    ),
    (
        number("1/3"),
        {
            RIGHT: ["1/3", "0.333", "0.3333", "0.33333333", "33.3%", "3.33e-1", "3.33×10^-1", "(1/3)", "-1/-3"],
            NEAR: ["0.33", "0.334", "0.3330", "33%"],
            WRONG: ["0.3", "0.34", "0.667", "3"],
        },
    ),
    (
        number("-3/7"),
        {
            RIGHT: ["-3/7", "−3/7", "－３／７", "-0.429", "-0.4286", "3/-7", r"-\frac{3}{7}"],
            NEAR: ["-0.43", "-0.428"],
            WRONG: ["3/7", "-7/3"],
        },
    ),
    (
        number("1000"),
        {
            RIGHT: ["1000", "1,000", "1 000", "1_000", "1，000", "1e3", "10^3", "1K", "1 k", "1千", "0.1万", "1000.0"],
            NEAR: ["1001", "999", "1.001e3"],
            WRONG: ["1", "100", "1M"],
            UNIT: ["1000%", "1000K"],
            UNREADABLE: ["1,0000", "1.000.000", "1,000,00"],
        },
    ),
    (
        number("7000000000"),
        {
            RIGHT: ["7B", "7b", "7 billion", "7e9", "7,000,000,000", "70亿", "7十亿", "7000M", "0.007T", "70 亿参数"],
            WRONG: ["7", "7M", "7亿", "8B"],
        },
    ),
    (number("10000000000"), {RIGHT: ["10^10", "1e10", "100亿", "1百亿"], NEAR: ["10000000001"]}),
    (number("12"), {RIGHT: ["12", "12 heads", "12个", "12 层", "12x", "12倍", "3×4"], WRONG: ["13 heads"]}),
    (
        number(math.pi, relative=0.01),
        {
            RIGHT: ["3.14", "3.1416", "pi", "π", r"\pi", "22/7", "3.15", "３．１４", "2π/2", "约3.14"],
            NEAR: ["3.1", "3.2"],
            WRONG: ["3", "31.4", "-3.14", "2pi"],
        },
    ),
    (number(math.pi, relative=1e-4), {RIGHT: ["3.1416", "3.1415"], NEAR: ["3.14", "22/7"], WRONG: ["3.2"]}),
    (number(math.pi), {RIGHT: ["3.14", "3.1416", "355/113"], NEAR: ["3.15"], WRONG: ["3", "3.2"]}),
    (
        number(math.sqrt(2)),
        {
            RIGHT: ["sqrt(2)", "√2", r"\sqrt{2}", "2/√2", "1.414", "2^0.5", "2^(1/2)"],
            NEAR: ["1.41"],
            WRONG: ["2", "1.4"],
        },
    ),
    (number(math.exp(-1)), {RIGHT: ["e^-1", "1/e", "exp(-1)", "0.368", "36.8%", r"e^{-1}", "e⁻¹"], WRONG: ["e", "-e"]}),
    (number("10", absolute=0.5), {RIGHT: ["10", "9.5", "10.5"], NEAR: ["11", "9"], WRONG: ["12", "8"]}),
    (number("0", absolute=0.01), {RIGHT: ["0", "-0.01", "0.01"], NEAR: ["0.02"], WRONG: ["0.05"]}),
    (number("100", relative=0.02), {RIGHT: ["98", "102", "100"], NEAR: ["97", "104"], WRONG: ["90", "110"]}),
    (number("2"), {RIGHT: ["2", "sqrt 4", "log2(4)", "2 bytes", "2B", "ln(e^2)", "2.00"]}),
    (
        number("50", "%"),
        {
            RIGHT: ["50", "50%", "50 percent", "500‰", "50 pp", "50 个百分点", "50百分点", "50 percentage points"],
            UNIT: ["0.5", "1/2", "50‰"],
            WRONG: ["5", "5%", "0.4"],
        },
    ),
    (
        number("1", "GiB", relative=0.02),
        {
            RIGHT: [
                "1",
                "1 GiB",
                "1GiB",
                "1024 MiB",
                "1,024 MiB",
                "2^30 bytes",
                "2^20 KiB",
                "1.07 GB",
                "8 Gibit",
                "1 gib",
            ],
            UNIT: ["1 GB", "1 MiB", "1 s", "1 Gb", "1 Gibit"],
            NEAR: ["1000 MiB"],
            WRONG: ["2", "900 MiB", "5 s"],
        },
    ),
    (
        number("80", "GB"),
        {RIGHT: ["80", "80 GB", "80gb", "80G", "80000 MB", "640 Gb", "0.08TB"], UNIT: ["80 GiB", "80 Gb", "80 GB/s"]},
    ),
    (
        number("5", "ms"),
        {RIGHT: ["5", "5ms", "0.005 s", "5000 μs", "5000 us", "5 毫秒"], UNIT: ["5 s", "5 ns", "5 B", "5K"]},
    ),
    (
        number("312", "TFLOPS"),
        {RIGHT: ["312", "312 TFLOPs", "312 TFLOP/s", "0.312 PFLOPS", "3.12e14 FLOP/s"], UNIT: ["312 GFLOPS", "312 TB"]},
    ),
    (number("2", "GB/s"), {RIGHT: ["2 GB/s", "2000MB/s", "2 GB per second", "16 Gbps"], UNIT: ["2 GB", "2 GB/ms"]}),
    (
        number("4000", "tokens"),
        {
            RIGHT: ["4000", "4000 tokens", "4K tokens", "4K", "4000 token", "4000 词元", "0.4万"],
            UNIT: ["4000 bytes", "4000 steps"],
        },
    ),
    (number("1", "bit", relative=0.01), {RIGHT: ["1 bit", "1/8 byte", "ln(2) nats", "0.693 nats"], UNIT: ["1 nat"]}),
    (number("90", "°", relative=0.01), {RIGHT: ["90", "90°", "pi/2 rad", "90 度"], UNIT: ["90 rad", "pi/2"]}),
    (
        multiset("1", "3"),
        {
            RIGHT: [
                *(
                    "1, 3",
                    "3, 1",
                    "3 1",
                    "{1, 3}",
                    "1，3",
                    "1、3",
                    "1；3",
                    "λ1=3, λ2=1",
                    "λ_1 = 1 λ_2 = 3",
                    "1 and 3",
                    "1和3",
                ),
                *("3;1", "1\n3", r"\{1, 3\}", r"\lambda_1 = 1, \lambda_2 = 3", "１，３", "1, 3.", "[3 1]", "6/2, 2/2"),
            ],
            PARTLY: ["1, 4", "1, 1", "3, 3"],
            WRONG: ["2, 4"],
            COUNT: ["1", "1, 2, 3", "()"],
            EMPTY: ["", "  "],
            UNREADABLE: ["a, b", "1, x", "1, 3!"],
        },
    ),
    (
        numbers("1", "0", "-2"),
        {
            RIGHT: [
                *(
                    "1 0 -2",
                    "(1, 0, -2)",
                    "[1,0,-2]",
                    "1, 0, −2",
                    "(1,0,-2)^T",
                    "[1 0 -2]ᵀ",
                    "x=1, y=0, z=-2",
                    "v = (1,0,-2)",
                ),
                *(r"\begin{pmatrix}1\\0\\-2\end{pmatrix}", r"\left(1, 0, -2\right)^\top", "（1，0，-2）"),
            ],
            PARTLY: ["-2 0 1", "1 0 2"],
            WRONG: ["0 1 2"],
            COUNT: ["1, 0", "1 0 -2 0"],
        },
    ),
    (numbers("1", "0"), {RIGHT: ["1,000", "1,0"], COUNT: ["1000"]}),
    (numbers("3", "200"), {RIGHT: ["3 200", "(3, 200)", "3×200", "3x200", r"3 \times 200", "shape = [3, 200]"]}),
    (numbers("1/2", "1/3"), {RIGHT: [r"\frac12, \frac{1}{3}", "1/2 1/3", "1 / 2, 1 / 3", "50%, 1/3", "sqrt(1/4) 1/3"]}),
    (
        matrix("1 2", "3 4"),
        {
            RIGHT: [
                *("1 2; 3 4", "1,2;3,4", "[[1,2],[3,4]]", "[1 2; 3 4]", "1 2\n3 4", "1,2\r\n3,4", "[[1 2]\n [3 4]]"),
                *("[1,2],[3,4]", "((1,2),(3,4))", "{{1,2},{3,4}}", "A = [[1, 2], [3, 4]]", "1 2；3 4", "[1，2；3，4]"),
                r"\begin{bmatrix}1&2\\3&4\end{bmatrix}",
                r"$\left[\begin{matrix} 1 & 2 \\ 3 & 4 \\ \end{matrix}\right]$",
                r"\begin{array}{cc} 1 & 2 \\ 6/2 & \sqrt{16} \end{array}",
            ],
            PARTLY: ["1 2; 3 5", "1 3; 2 4"],
            WRONG: ["5 6; 7 8"],
            COUNT: ["1 2 3 4", "1 2; 3", "1 2 3; 4 5 6", "1"],
            EMPTY: [""],
            UNREADABLE: ["a b; c d", "[[1,2],[3,?]]"],
        },
    ),
    (
        Words(("Adam", "layer norm", "dropout")),
        {
            RIGHT: [
                *(
                    "Adam, layer norm, dropout",
                    "dropout、ADAM、Layer-Norm",
                    "{adam; layernorm; dropout}",
                    "dropout adam layernorm",
                ),
                *("adam\nlayer norm\ndropout", "adam and dropout and layer norm", "Ａｄａｍ，“layer norm”，dropout。"),
            ],
            PARTLY: ["adam", "adam, sgd", "adam, layer norm, dropout, sgd", "adam, adam, dropout"],
            WRONG: ["sgd", "?"],
            EMPTY: ["", " "],
            UNREADABLE: ["adam " * 1_000],
        },
    ),
    (
        Words(("prefill", "decode"), ordered=True),
        {
            RIGHT: ["prefill, decode", "prefill -> decode", "Prefill → Decode", "prefill decode", "prefill；decode"],
            PARTLY: ["prefill", "prefill, prefill"],
            WRONG: ["decode, prefill"],
        },
    ),
]
CASES = [
    pytest.param(expected, text, code, id=f"{row}-{code}-{text[:30]}")
    for row, (expected, texts_by_code) in enumerate(TABLE)
    for code, texts in texts_by_code.items()
    for text in texts
]


@pytest.mark.parametrize(("expected", "text", "code"), CASES)
def test_an_answer_gets_its_verdict(expected: Exact, text: str, code: Verdict) -> None:
    mark = mark_exact(text, expected)

    assert mark.code is code
    assert (mark.score == 1) == (code is RIGHT)
    assert (0 < mark.score <= 0.9) == (code is PARTLY)


def test_the_share_of_right_parts_counts_up_to_nine_tenths() -> None:
    twenty = [str(n) for n in range(20)]

    assert mark_exact("1 2; 3 5", matrix("1 2", "3 4")) == Mark(0.75, PARTLY)
    assert mark_exact("2, 3, 9", multiset("1", "2", "3")) == Mark(2 / 3, PARTLY)
    assert mark_exact(", ".join([*twenty[:19], "99"]), numbers(*twenty)) == Mark(0.9, PARTLY)


def test_a_multiset_is_paired_so_that_most_numbers_are_right() -> None:
    near, wide = number("1", absolute=0.1), number("1.5", absolute=1.0)

    assert mark_exact("1, 2", Numbers((wide, near), ordered=False)).code is RIGHT
    assert mark_exact("2, 1", Numbers((wide, near), ordered=False)).code is RIGHT


FRACTIONS = st.fractions(min_value=-1_000, max_value=1_000, max_denominator=500)
FULL_WIDTH = str.maketrans("0123456789-/", "０１２３４５６７８９－／")


def forms(value: Fraction, times: int) -> list[str]:
    """The number in ways that people write it."""
    top, bottom = value.numerator, value.denominator
    return [
        f"{top}/{bottom}",
        f"{top * times}/{bottom * times}",
        f"{-top}/-{bottom}" if top <= 0 else f"--{top}/{bottom}",
        f"{top}/{bottom}".translate(FULL_WIDTH),
        f"{top}/{bottom}".replace("-", "−"),
        rf"$\frac{{{top}}}{{{bottom}}}$",
        f"x = ({top}) / {bottom}。",
        f"{top * 100}/{bottom} %",
        f"{top}*{bottom}^-1",
        f"{top / bottom:.17g}" if times > 40 else f"sqrt({bottom * bottom})*({top})/{bottom}^2",
    ]


@given(FRACTIONS, st.integers(1, 50), st.data())
def test_every_form_of_a_fraction_is_right(value: Fraction, times: int, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(forms(value, times)))

    assert mark_exact(text, Number(value, Tolerance(1e-9, relative=True))).code is RIGHT


@given(FRACTIONS, st.sampled_from([Fraction(9, 10), Fraction(11, 10)]), st.sampled_from([0.0, 0.05]))
def test_a_number_that_is_ten_percent_off_is_wrong(value: Fraction, factor: Fraction, tolerance: float) -> None:
    assume(value != 0)

    assert mark_exact(str(value * factor), number(str(value), relative=tolerance)).score == 0


@given(FRACTIONS, st.integers(2, 6))
def test_a_rounded_decimal_is_right_from_three_digits_on(value: Fraction, places: int) -> None:
    assume(value.denominator > 1 and abs(value) >= 1)
    text = f"{float(round(value, places)):.{places}f}"

    assert mark_exact(text, Number(value)).code is RIGHT


ANY_TEXT = st.text(max_size=80) | st.text("0123456789.,;-+*/^()[]{} \n\\&xe%√πKGBi=，；", max_size=80)


@given(ANY_TEXT, st.sampled_from([expected for expected, _ in TABLE]))
def test_no_answer_is_too_odd_to_be_marked(text: str, expected: Exact) -> None:
    assert 0 <= mark_exact(text, expected).score <= 1


@given(ANY_TEXT, ANY_TEXT)
def test_a_typed_answer_is_right_when_it_is_the_accepted_one(text: str, other: str) -> None:
    assert mark_typed(text, [text]).code in (RIGHT, EMPTY)
    assert 0 <= mark_typed(text, [other], "a+").score <= 1


@given(ANY_TEXT, ANY_TEXT)
def test_output_is_right_when_it_is_the_same(text: str, other: str) -> None:
    assert mark_output(text, text).code is RIGHT
    assert 0 <= mark_output(text, other).score <= 1


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("ＡＤＡＭ", "Adam"),
        ("  self   attention ", "self-attention"),
        ("top k", "top-k"),
        ("LayerNorm", "layer norm"),
        ("Adam 优化器", "Adam优化器"),
        ("“梯度下降”。", "梯度下降"),
        ("《深度学习》", "深度学习"),
        ("'softmax'", "softmax"),
        ("`softmax`", "softmax"),
        ("Bayes’ theorem", "Bayes theorem"),
        ("Jensen's inequality.", "Jensens inequality"),
        ("$O(n^2)$", "O(n²)"),
        ("O(n^{2})", "O(n^2)"),
        ("O(n log n)", "o(nlogn)"),
        ("a，b", "a, b"),
        ("x ≤ 1", "x<=1"),
        ("t–SNE", "t-SNE"),
        (r"$\sigma(X)$", r"\sigma(x)"),
        ("f'(x)", "f′(x)"),
        (r"\dfrac{1}{n}", r"\frac{1}{n}"),
        (r"\left(\tfrac12\right)\, n", r"(\frac12)n"),
        ("1÷p", "1/p"),
        ("L’Hôpital 法则", "LHôpital法则"),
        ("？", "?"),
    ],
)
def test_width_case_spaces_and_soft_punctuation_of_typed_text_do_not_matter(text: str, accepted: str) -> None:
    assert mark_typed(text, ["something else", accepted]) == Mark(1.0, RIGHT)


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        (r"\sigma", r"\Sigma"),
        ("σ", "Σ"),
        ("C", "C++"),
        ("x-y", "xy"),
        ("-1", "1"),
        ("a<b", "a<=b"),
        ("a<b", "a>b"),
        ("f'(x)", "f(x)"),
        ("W'", "W"),
        ("GW'", "GW"),
        ("f'g + fg", "fg + fg"),
        (r"\leftarrow", "arrow"),
        ("x_1", "x1"),
        ("x^2", "x2"),
        ("n!", "n"),
        ("!", "?"),
        (".", "'"),
        ("layers norm", "layer norm"),
    ],
)
def test_symbols_that_mean_something_matter(text: str, accepted: str) -> None:
    assert mark_typed(text, [accepted]) == Mark(0.0, WRONG)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_typed_is_an_empty_answer(text: str) -> None:
    assert mark_typed(text, ["Adam"], ".*").code is EMPTY


def test_a_typed_answer_of_more_than_a_thousand_characters_is_not_read() -> None:
    assert mark_typed("a" * 10_000, ["a"], "a*").code is UNREADABLE


def test_output_without_line_end_and_blank_lines_is_right() -> None:
    assert mark_output("1\r\n2  \r\n\r\n", "1\n2\n") == Mark(1.0, RIGHT)


@pytest.mark.parametrize(
    ("text", "expected"), [("[1,2]", "[1, 2]"), ("a   b", "a b"), (" 1", "1"), ('["x"]', "['x']"), ("（１）", "(1)")]
)
def test_output_in_other_blanks_and_quotation_marks_is_right_but_for_its_format(text: str, expected: str) -> None:
    assert mark_output(text, expected) == Mark(1.0, Verdict.FORMAT)


@pytest.mark.parametrize(
    ("text", "expected"), [("[1 2]", "[1, 2]"), ("0.9, 0.5", "0.9 0.5"), ("(2, 3)", "[2, 3]"), ("a b", "('a', 'b')")]
)
def test_output_of_the_same_values_in_another_form_is_partly_right(text: str, expected: str) -> None:
    assert mark_output(text, expected) == Mark(0.75, Verdict.FORMAT)


@pytest.mark.parametrize(
    ("text", "accepted"),
    [("var = s/k", "s/k"), ("Var＝s/k", "s/k"), ("f(x) = 2x", "2x"), ("s = 'ni,ij->n'", "'ni,ij->n'")],
)
def test_a_name_before_a_typed_answer_does_not_count(text: str, accepted: str) -> None:
    assert mark_typed(text, [accepted]) == Mark(1.0, RIGHT)


@pytest.mark.parametrize(
    ("text", "accepted"), [("约 c/(c-o)", "c/(c-o)"), ("大约36.8%", "36.8%"), ("≈ RE/k", "RE/k"), ("about n/3", "n/3")]
)
def test_a_word_that_it_is_so_about_does_not_count(text: str, accepted: str) -> None:
    assert mark_typed(text, [accepted]) == Mark(1.0, RIGHT)


def test_a_word_that_begins_like_about_is_a_word() -> None:
    assert mark_typed("约束", ["束"]) == Mark(0.0, WRONG)
    assert mark_typed("约束", ["约束"]) == Mark(1.0, RIGHT)


@pytest.mark.parametrize(
    ("text", "accepted"), [("a == b", "b"), ("x = 1", "y = 1"), ("2 = 3", "3"), ("1/e = 3", "1/3")]
)
def test_an_equation_that_is_the_answer_is_compared_whole(text: str, accepted: str) -> None:
    assert mark_typed(text, [accepted]) == Mark(0.0, WRONG)


@pytest.mark.parametrize(
    ("text", "expected"), [("12", "1 2"), ("true", "True"), ("1.", "1"), ("[1. 2.]", "[1.2.]"), ("(2, 1)", "(1, 2)")]
)
def test_output_of_other_characters_is_wrong(text: str, expected: str) -> None:
    assert mark_output(text, expected) == Mark(0.0, WRONG)


def test_the_share_of_right_lines_of_an_output_counts() -> None:
    assert mark_output("1\n2\n4", "1\n2\n3") == Mark(2 / 3, PARTLY)
    assert mark_output("1", "1\n2") == Mark(0.5, PARTLY)
    assert mark_output("1\n2", "1") == Mark(0.5, PARTLY)
    assert mark_output("", "1") == Mark(0.0, EMPTY)


@pytest.mark.parametrize(
    ("chosen", "right", "mark"),
    [
        ({1}, {1}, Mark(1.0, RIGHT)),
        ({0}, {1}, Mark(0.0, WRONG)),
        ({0, 1}, {1}, Mark(0.0, WRONG)),
        (set(), {1}, Mark(0.0, EMPTY)),
        ({0, 2}, {0, 2}, Mark(1.0, RIGHT)),
        ({0}, {0, 2}, Mark(0.5, PARTLY)),
        ({0, 1}, {0, 2}, Mark(0.0, WRONG)),
        ({0, 1, 2}, {0, 2}, Mark(0.5, PARTLY)),
        ({1, 3}, {0, 2}, Mark(0.0, WRONG)),
    ],
)
def test_a_wrong_choice_takes_back_a_right_one(chosen: set[int], right: set[int], mark: Mark) -> None:
    assert mark_choice(frozenset(chosen), frozenset(right)) == mark


@pytest.mark.parametrize(
    ("placed", "mark"),
    [
        ([2, 0, 1, 3], Mark(1.0, RIGHT)),
        ([3, 2, 0, 1], Mark(2 / 3, PARTLY)),
        ([2, 0, 3, 1], Mark(1 / 3, PARTLY)),
        ([3, 1, 0, 2], Mark(0.0, WRONG)),
        ([2, 0, 1], Mark(2 / 3, PARTLY)),
        ([2, 0, 1, 3, 9], Mark(0.9, PARTLY)),
        ([], Mark(0.0, EMPTY)),
    ],
)
def test_an_order_is_worth_the_neighbours_it_keeps(placed: list[int], mark: Mark) -> None:
    assert mark_order(placed, (2, 0, 1, 3)) == mark


@pytest.mark.parametrize(
    ("ticked", "red_flags", "score"),
    [
        ({0, 1, 2}, 0, 1.0),
        ({0, 1}, 0, 0.75),
        ({1, 2}, 0, 0.5),
        ({2}, 0, 0.25),
        ({0, 1, 2}, 1, 0.75),
        ({1, 2}, 1, 0.25),
        ({2}, 3, 0.0),
        (set(), 0, 0.0),
    ],
)
def test_a_rubric_weighs_its_points_and_its_musts_and_red_flags(ticked: set[int], red_flags: int, score: float) -> None:
    mark = mark_rubric(frozenset(ticked), [1, 2, 1], frozenset({0}), red_flags)

    assert mark == Mark(score, RIGHT if score == 1 else PARTLY if score else WRONG)


def test_tests_are_worth_the_share_that_passes() -> None:
    assert mark_tests(4, 4) == Mark(1.0, RIGHT)
    assert mark_tests(1, 4) == Mark(0.25, PARTLY)
    assert mark_tests(99, 100) == Mark(0.9, PARTLY)
    assert mark_tests(0, 4) == mark_tests(0, 0) == Mark(0.0, WRONG)


@pytest.mark.parametrize(
    ("score", "milliseconds", "grade"),
    [
        (1.0, 5_000, Grade.EASY),
        (1.0, 20_000, Grade.GOOD),
        (1.0, 120_000, Grade.GOOD),
        (1.0, 120_001, Grade.HARD),
        (1.0, None, Grade.GOOD),
        (0.9, 5_000, Grade.HARD),
        (0.6, None, Grade.HARD),
        (0.59, 5_000, Grade.AGAIN),
        (0.0, None, Grade.AGAIN),
    ],
)
def test_the_suggested_grade_follows_from_score_and_time(score: float, milliseconds: int | None, grade: Grade) -> None:
    assert suggest_grade(Mark(score, PARTLY), milliseconds, 60_000) is grade


def test_the_expected_time_depends_on_the_kind_the_minutes_and_the_difficulty() -> None:
    assert expected_ms("choice") == expected_ms("basic") == 20_000
    assert expected_ms("code") == 600_000
    assert expected_ms("interview", minutes=2.5) == 150_000
    assert [expected_ms("numeric", difficulty=step) for step in (1, 3, 5)] == [36_000, 60_000, 84_000]
