"""Exact answers of questions that a program marks: a number, several numbers, a matrix, words."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far from the answer a number may be: `size` times the answer, or `size` itself."""

    size: float
    relative: bool


@dataclass(frozen=True, slots=True)
class Number:
    """One number: exact as a Fraction, or a float, which stands for any number within the tolerance.

    `tex` is how it is shown where neither a fraction nor a decimal is natural, such as a root.
    """

    value: Fraction | float
    tolerance: Tolerance | None = None
    unit: str | None = None
    tex: str | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """Several numbers: a vector or a shape when they are `ordered`, else a multiset such as eigenvalues."""

    values: tuple[Number, ...]
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix, row by row."""

    rows: tuple[tuple[Number, ...], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Names: a sequence when they are `ordered`, else a set."""

    words: tuple[str, ...]
    ordered: bool = False


Exact = Number | Numbers | Matrix | Words
