"""Exact answers made of plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
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
