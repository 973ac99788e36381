"""Answers made of numbers: exact, with a unit, rounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isqrt, sqrt

from recall.core.answers import Matrix, Number, Numbers, Tolerance

Rational = int | Fraction

THREE_DIGITS = Tolerance(0.005, relative=True)
"""What rounding to 3 significant digits can cost."""


def number(value: Rational) -> Number:
    return Number(Fraction(value) if isinstance(value, int) else value)


def vector(values: Sequence[Rational]) -> Numbers:
    """Numbers whose order counts: components, a shape, two coefficients."""
    return Numbers(tuple(map(number, values)))


def multiset(values: Sequence[Rational]) -> Numbers:
    """Numbers in any order, each as often as it comes: eigenvalues, singular values."""
    return Numbers(tuple(map(number, values)), ordered=False)


def matrix(rows: Sequence[Sequence[Rational]]) -> Matrix:
    return Matrix(tuple(tuple(map(number, row)) for row in rows))


def quantity(value: Rational, unit: str | None = None) -> Number:
    """An exact number, shown as a decimal where it has one."""
    exact = Fraction(value)
    shown = decimal(exact)
    is_decimal = exact.denominator > 1 and "e" not in shown and Fraction(shown) == exact
    return Number(exact, unit=unit, tex=shown if is_decimal else None)


def decimals(values: Iterable[Rational]) -> Numbers:
    """Exact numbers in order, shown as decimals where they have them."""
    return Numbers(tuple(map(quantity, values)))


def rounded(value: float | Fraction, unit: str | None = None) -> Number:
    """A number wanted to 3 significant digits."""
    return Number(float(value), THREE_DIGITS, unit)


def root(square: int) -> Number:
    """The square root: a whole number, or a float to 3 significant digits that is shown as a root."""
    if isqrt(square) ** 2 == square:
        return number(isqrt(square))
    return Number(sqrt(square), THREE_DIGITS, tex=root_tex(square))


def root_tex(square: int) -> str:
    r"""The square root with squares taken out: `3`, `\sqrt{5}`, `2\sqrt{5}`."""
    outside = max(k for k in range(1, isqrt(square) + 1) if square % k**2 == 0)
    inside = square // outside**2
    if inside == 1:
        return str(outside)
    return rf"{outside if outside > 1 else ''}\sqrt{{{inside}}}"


def decimal(value: Rational) -> str:
    """An exact decimal such as `0.05`, for a fraction that has one of at most 12 digits."""
    return format(float(value), ".12g")
