"""Numbers, vectors, matrices and answers as TeX, and answers as a learner would type them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from recall.core.answers import Exact, Matrix, Number, Numbers
from recall.core.drills.exact import Rational


def number_tex(value: Rational) -> str:
    r"""`3`, `-\frac{1}{2}`."""
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value.numerator < 0 else ""
    return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def factor_tex(value: Rational) -> str:
    """A number as a factor or a summand: in parentheses when negative."""
    return f"({number_tex(value)})" if value < 0 else number_tex(value)


def vector_tex(values: Sequence[Rational]) -> str:
    """A column."""
    return matrix_tex([[value] for value in values])


def row_tex(values: Sequence[Rational]) -> str:
    """A tuple in one line: `(1, 2, 3)`."""
    return f"({', '.join(map(number_tex, values))})"


def matrix_tex(rows: Sequence[Sequence[Rational]]) -> str:
    return _bmatrix([[number_tex(value) for value in row] for row in rows])


def dot_tex(one: Sequence[Rational], other: Sequence[Rational]) -> str:
    r"""An inner product written out: `2 \cdot 3 + (-1) \cdot 4`."""
    terms = [rf"{factor_tex(a)} \cdot {factor_tex(b)}" for a, b in zip(one, other, strict=True)]
    return " + ".join(terms)


def sum_tex(terms: Sequence[tuple[Rational, str]]) -> str:
    """Multiples of symbols as one writes them: `2x - y + 3`; the symbol of a constant is empty."""
    shown = ""
    for factor, symbol in terms:
        if factor == 0:
            continue
        size = "" if factor in (1, -1) and symbol else number_tex(-factor if factor < 0 else factor)
        sign = "-" if factor < 0 else "+"
        shown += f" {sign} {size}{symbol}" if shown else f"{'-' if factor < 0 else ''}{size}{symbol}"
    return shown or "0"


def decimal_text(value: float, digits: int = 3) -> str:
    """Rounded to `digits` significant digits, never in scientific notation."""
    return format(Decimal(f"{value:.{digits}g}"), "f")


def answer_text(answer: Exact) -> str:
    """What a learner types: `3/4`, `1, 2`, `[[1, 2], [3, 4]]`, `a, b`."""
    if isinstance(answer, Number):
        return _number_text(answer)
    if isinstance(answer, Numbers):
        return ", ".join(map(_number_text, answer.values))
    if isinstance(answer, Matrix):
        rows = (", ".join(map(_number_text, row)) for row in answer.rows)
        return f"[{', '.join(f'[{row}]' for row in rows)}]"
    return ", ".join(answer.words)


def answer_tex(answer: Exact) -> str:
    """TeX without dollars: a number, a tuple (ordered), a set (unordered), a matrix, words as text."""
    if isinstance(answer, Number):
        return _number_tex(answer)
    if isinstance(answer, Numbers):
        inside = ", ".join(map(_number_tex, answer.values))
        return f"({inside})" if answer.ordered else rf"\{{{inside}\}}"
    if isinstance(answer, Matrix):
        return _bmatrix([[_number_tex(number) for number in row] for row in answer.rows])
    return rf"\text{{{', '.join(answer.words)}}}"


def _number_text(number: Number) -> str:
    shown = decimal_text(number.value, 6) if isinstance(number.value, float) else str(number.value)
    if number.tex is not None and re.fullmatch(r"-?\d+\.\d+", number.tex):
        shown = number.tex
    return shown if number.unit is None else f"{shown} {number.unit}"


def _number_tex(number: Number) -> str:
    shown = number.tex
    if shown is None:
        shown = decimal_text(number.value, 6) if isinstance(number.value, float) else number_tex(number.value)
    return shown if number.unit is None else rf"{shown}\,\text{{{number.unit}}}"


def _bmatrix(cells: Sequence[Sequence[str]]) -> str:
    body = r" \\ ".join(" & ".join(row) for row in cells)
    return rf"\begin{{bmatrix}}{body}\end{{bmatrix}}"
