"""Answers that are one number, with a unit or rounded, and the mistakes beside them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from recall.core.answers import Number, Numbers
from recall.core.drills.drill import Distractor
from recall.core.drills.exact import THREE_DIGITS, Rational
from recall.core.model import Text

DECIMAL = Text("写成小数。", "Answer with a decimal.")
FRACTIONS = Text(
    "依次写出，用逗号隔开；分数如 `3/4`。", "Give them in order, separated by commas; fractions like `3/4`."
)
DECIMALS = Text("依次写成小数，用逗号隔开。", "Give them in order as decimals, separated by commas.")


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


def wrong_number(value: Rational, zh: str, en: str) -> Distractor:
    """A wrong number, shown as a fraction, and the mistake behind it."""
    return Distractor(Number(Fraction(value)), Text(zh, en))


def wrong_quantity(value: Rational, zh: str, en: str, unit: str | None = None) -> Distractor:
    """A wrong number, shown as a decimal where it has one, and the mistake behind it."""
    return Distractor(quantity(value, unit), Text(zh, en))


def wrong_rounded(value: float | Fraction, zh: str, en: str, unit: str | None = None) -> Distractor:
    """A wrong number to 3 significant digits and the mistake behind it."""
    return Distractor(rounded(value, unit), Text(zh, en))


def decimal(value: Rational) -> str:
    """An exact decimal such as `0.05`, for a fraction that has one of at most 12 digits."""
    return format(float(value), ".12g")
