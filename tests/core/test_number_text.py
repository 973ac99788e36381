"""Numbers as people type them: what is read, what is refused and how, and that nothing else is ever raised."""

import math
import string
import time
from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core.number_fault import NumberFault, NumberTextError
from recall.core.number_text import Quantity, read_number

T = TypeVar("T")

EXACT = {
    "0": ["0", "-0", "+0", "0.0", "1-1", "−0", "0/5"],
    "3": ["3", "３", "3.", "3.0", "=3", "x = 3", r"\lambda_1 = 3", "P(A)=3", "≈3", "~ 3", "约3", "1+1=3", "3。", "(3)"],
    "-3/7": ["-3/7", "−3/7", "－３／７", "-(3/7)", r"-\frac{3}{7}", r"-\frac37", "3/-7", "–3÷7"],
    "1/2": [".5", "0.5", "1/2", "2/4", "½", r"\frac12", r"\tfrac{1}{2}", "$0.5$", "2^-1", "2**-1", "sqrt(1/4)"],
    "-4": ["-2^2", "-(2)^2", "--4-8", "-√16"],
    "1000": ["1,000", "1_000", "1 000", "1，000", r"1{,}000", r"1\,000", "1e3", "1E+3", "10^3", "10³", "10**3"],
    "1234567/10": ["123456.7", "123,456.7", "123 456.7", "1.234567e5"],
    "150000000": ["1.5×10^8", "1.5*10**8", "1.5e8", r"1.5\times 10^{8}", r"$1.5 \cdot 10^8$", "1.5x10^8", "1.5·10⁸"],
    "1/1000": ["1e-3", "10^-3", "10⁻³", "10^{-3}", "１ｅ－３", "10^(-3)"],
    "7": ["1+2*3", "（１＋２）*2+1", "9 - 2", "14 / 2", r"\left(3\right) + 4", "\u200b7\ufeff", "2^3-1"],
    "512": ["2^3^2", "2^{9}"],
    "2": ["2(1)", "sqrt 4", "sqrt(2^2)"],
}

APPROXIMATE = {
    math.pi: ["pi", "π", "Pi", r"\pi", "3pi/3", "pi*1", r"\frac{2\pi}{2}", "𝜋"],
    2 * math.pi: ["2pi", "2π", "2 pi", r"2\pi", "2*pi", "2(pi)"],
    math.pi / 4: ["pi/4", r"\frac{\pi}{4}", r"\frac\pi4", "π／４", "(1/4)pi"],
    math.e: ["e", "exp(1)", "exp 1", "e^1", r"\mathrm{e}"],
    math.exp(-1): ["e^-1", "e^{-1}", "exp(-1)", "1/e", "e⁻¹"],
    2 * math.e: ["2e", "2*e"],
    math.log(2): ["ln 2", "ln(2)", "log(2)", "log 2", "log2", r"\ln 2", r"\log{2}", "LN 2"],
    3.0: ["log2(8)", "log2 8", "log_2 8", "log_2(8)", "log₂8", "log₂(8)", r"\log_2 8", r"\log_{2}(8)", "log10(1000)"],
    2.0: ["sqrt[3]{8}", r"\sqrt[3]{8}", "8^(1/3)"],
    math.sqrt(2): ["sqrt(2)", "√2", "√(2)", "sqrt 2", r"\sqrt{2}", r"\sqrt2", "2^(1/2)", "2^0.5", "√２"],
    3 * math.sqrt(2): ["3sqrt(2)", "3 sqrt 2", "3√2", r"3\sqrt{2}"],
    2 * math.pi * math.e: ["2πe", "2 pi e"],
    2.7181459268249255: ["1.0001^10000"],
}

REFUSED = {
    NumberFault.EMPTY: ["", " ", "\t\n", "=", "x =", "$$", "。", ".."],
    NumberFault.SYNTAX: [
        *("1,5", "1,00", "1,0000", "1,000,00", "0,500", "1 2", "1 0000", "1.2.3", "1..2", "1__0"),
        *("1+", "*2", "2^", "()", "(1", "1)", "sqrt", "ln", "exp -1", "[1]", "a", "E", "x", "2½", r"2\frac12"),
        *("3 or 4", "1; 2", "<5", "x > 3", "x != 3", "0b1", r"\alpha", r"\frac{1}", "pi 2", "__import__('os')", "٣"),
    ],
    NumberFault.AMBIGUOUS: ["1/2pi", "1/2 sqrt 3", "√2π", "ln 2pi", "e^2pi", "2 sqrt 3 pi"],
    NumberFault.TOO_LONG: ["1" * 1_001, "x" * 10_000, "(" * 10_000, "\ufdfa" * 999],
    NumberFault.TOO_DEEP: [
        "(" * 100,
        "(" * 50 + "1" + ")" * 50,
        "2^" * 100 + "2",
        "sqrt " * 100 + "2",
        "√" * 900 + "4",
    ],
    NumberFault.TOO_BIG: [
        *(
            "9**9**9",
            "9^9^9^9",
            "1e999999",
            "1e-999999",
            "10^400",
            "2^-5000",
            "1e300*1e300",
            "exp(1000)",
            "0." + "1" * 400,
        ),
        *("1" * 900, "1e" + "9" * 900, "(10^200)^(10^200)", "1e300/1e-300"),
    ],
    NumberFault.NOT_FINITE: [
        "1/0",
        "0/0",
        "1/(1-1)",
        "0^-1",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "∞",
        r"-\infty",
        "1/ln(1)",
    ],
    NumberFault.UNDEFINED: ["sqrt(-1)", "ln 0", "ln(-1)", "log2(0)", "(-8)^(1/3)", "√(1-2)"],
}

UNITS = {
    "5 GiB": (5, "GiB"),
    "1,024MiB": (1024, "MiB"),
    "50%": (50, "%"),
    "5 %": (5, "%"),
    "５％": (5, "%"),
    r"50\%": (50, "%"),
    "3‰": (3, "‰"),
    "7B": (7, "B"),
    "2亿": (2, "亿"),
    "2 GB/s": (2, "GB/s"),
    "8×": (8, "x"),
    "90°": (90, "°"),
    "100 tokens per second": (100, "tokens per second"),
    r"16\,\mathrm{GiB}": (16, "GiB"),
    r"$16\ \text{GB}$": (16, "GB"),
    "2^30 bytes": (2**30, "bytes"),
    "1e3 ms": (1000, "ms"),
    "3 M tokens": (3, "M tokens"),
}


def cases(table: Mapping[T, list[str]]) -> list[tuple[T, str]]:
    return [(expected, text) for expected, texts in table.items() for text in texts]


def fault_of(text: str) -> NumberFault:
    with pytest.raises(NumberTextError) as caught:
        read_number(text)
    return caught.value.fault


@pytest.mark.parametrize(("expected", "text"), cases(EXACT))
def test_a_rational_number_is_read_exactly(expected: str, text: str) -> None:
    value = read_number(text).value

    assert isinstance(value, Fraction)
    assert value == Fraction(expected)


@pytest.mark.parametrize(("expected", "text"), cases(APPROXIMATE))
def test_roots_logarithms_pi_and_e_are_floats(expected: float, text: str) -> None:
    value = read_number(text).value

    assert isinstance(value, float)
    assert value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("fault", "text"), cases(REFUSED))
def test_what_is_no_number_is_refused_at_once_with_the_reason(fault: NumberFault, text: str) -> None:
    start = time.perf_counter()

    assert fault_of(text) is fault
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("text", UNITS)
def test_a_unit_is_returned_as_it_is_typed(text: str) -> None:
    read = read_number(text)

    assert (read.value, read.unit) == UNITS[text]


@pytest.mark.parametrize("text", ["5 GiB 2", "5 GiB; 2", "5 - GiB", "5 " + "a" * 50, "5 !", "GiB"])
def test_what_follows_a_number_and_is_no_unit_is_refused(text: str) -> None:
    assert fault_of(text) is NumberFault.SYNTAX


@pytest.mark.parametrize(
    ("text", "last_digit"),
    [
        ("0.333", "1/1000"),
        ("-0.33", "1/100"),
        ("3.33e-1", "1/1000"),
        ("1.50×10^8", "1000000"),
        ("1e3", "1000"),
        ("33.3%", "1/10"),
        ("１．５", "1/10"),
    ],
)
def test_a_single_decimal_says_what_its_last_digit_counts(text: str, last_digit: str) -> None:
    assert read_number(text).last_digit == Fraction(last_digit)


@pytest.mark.parametrize("text", ["1000", "1/3", "0.1+0.2", "sqrt(0.25)", "2*0.5", "pi"])
def test_whole_numbers_and_computed_ones_say_nothing_of_a_last_digit(text: str) -> None:
    assert read_number(text).last_digit is None


VALID = [text for _, text in (*cases(EXACT), *cases(APPROXIMATE))] + list(UNITS)
PIECES = [
    *string.printable,
    *"√π−×÷（），。；½⁻²₂‰°∞≈万\u200b",
    r"\frac",
    "sqrt",
    "ln",
    "log2",
    "exp",
    "e",
    "**",
    "9**",
    "1e9",
    "(",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid number, or two, with some pieces put in, taken out or doubled."""
    text = draw(st.sampled_from(VALID)) + draw(st.sampled_from(["", *VALID]))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 3)))
        text = text[:start] + draw(st.sampled_from([*PIECES, text[start:end] * 2])) + text[end:]
    return text


@given(st.text(max_size=1_100) | mutated() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    try:
        read = read_number(text)
    except NumberTextError as error:
        assert isinstance(error.fault, NumberFault)
    else:
        assert isinstance(read, Quantity)
        assert math.isfinite(read.value)


@given(
    st.recursive(
        st.fractions(min_value=-50, max_value=50, max_denominator=20).map(lambda f: (f"({f})", f)),
        lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
            lambda t: (
                f"({t[0][0]}{t[1]}{t[2][0]})",
                {"+": t[0][1] + t[2][1], "-": t[0][1] - t[2][1], "*": t[0][1] * t[2][1]}[t[1]],
            )
        ),
        max_leaves=12,
    )
)
def test_sums_and_products_of_fractions_are_exact(case: tuple[str, Fraction]) -> None:
    text, value = case

    assert read_number(text).value == value


@given(st.decimals(min_value="-1e12", max_value="1e12", places=4))
def test_a_decimal_is_read_as_it_stands_with_or_without_thousands(number: object) -> None:
    assert read_number(f"{number:,}").value == read_number(f"{number}").value == Fraction(str(number))
