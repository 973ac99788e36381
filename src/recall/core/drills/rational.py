"""Linear algebra in whole numbers and fractions, and draws of small whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from recall.core.drills.drill import Redraw
from recall.core.drills.exact import Rational

Vector = Sequence[Rational]
Rows = Sequence[Sequence[Rational]]


def nonzero(random: Random, bound: int) -> int:
    """A whole number from -bound to bound that is not 0."""
    return random.choice((-1, 1)) * random.randint(1, bound)


def integers(random: Random, size: int, bound: int = 4) -> list[int]:
    """A vector that is not 0, with components from -bound to bound."""
    drawn = [random.randint(-bound, bound) for _ in range(size)]
    if not any(drawn):
        raise Redraw
    return drawn


def integer_rows(random: Random, rows: int, columns: int, bound: int = 4) -> list[list[int]]:
    """A matrix of small whole numbers, no row of which is 0."""
    return [integers(random, columns, bound) for _ in range(rows)]


def small(rows: Rows, bound: int) -> None:
    """Raises Redraw for an entry beyond `bound`."""
    if any(not -bound <= value <= bound for row in rows for value in row):
        raise Redraw


def dot(one: Vector, other: Vector) -> Rational:
    return sum(a * b for a, b in zip(one, other, strict=True))


def scaled(factor: Rational, vector: Vector) -> list[Rational]:
    return [factor * value for value in vector]


def plus(one: Vector, other: Vector) -> list[Rational]:
    return [a + b for a, b in zip(one, other, strict=True)]


def minus(one: Vector, other: Vector) -> list[Rational]:
    return [a - b for a, b in zip(one, other, strict=True)]


def transpose(rows: Rows) -> list[list[Rational]]:
    return [list(column) for column in zip(*rows, strict=True)]


def apply(rows: Rows, vector: Vector) -> list[Rational]:
    """The matrix times the column."""
    return [dot(row, vector) for row in rows]


def multiply(left: Rows, right: Rows) -> list[list[Rational]]:
    columns = transpose(right)
    return [[dot(row, column) for column in columns] for row in left]


def outer(one: Vector, other: Vector) -> list[list[Rational]]:
    return [scaled(value, other) for value in one]


def added(one: Rows, other: Rows) -> list[list[Rational]]:
    return [plus(row, with_row) for row, with_row in zip(one, other, strict=True)]


def times(factor: Rational, rows: Rows) -> list[list[Rational]]:
    return [scaled(factor, row) for row in rows]


def identity(size: int) -> list[list[Rational]]:
    return [[int(row == column) for column in range(size)] for row in range(size)]


def determinant(rows: Rows) -> Rational:
    """By expansion along the first row."""
    if len(rows) == 1:
        return rows[0][0]
    signs = (1, -1) * len(rows)
    return sum(signs[j] * value * determinant(minor(rows, 0, j)) for j, value in enumerate(rows[0]))


def minor(rows: Rows, row: int, column: int) -> list[list[Rational]]:
    """The rows without one row and one column."""
    return [[*kept[:column], *kept[column + 1 :]] for i, kept in enumerate(rows) if i != row]


def solve(rows: Rows, right: Vector) -> list[Rational]:
    """The solution of a square system by Cramer's rule; raises Redraw for a singular one."""
    whole = determinant(rows)
    if whole == 0:
        raise Redraw
    replaced = (
        [[*row[:j], value, *row[j + 1 :]] for row, value in zip(rows, right, strict=True)] for j in range(len(rows))
    )
    return [Fraction(determinant(one), whole) for one in replaced]
