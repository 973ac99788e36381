"""Drills on systems of equations, rank, coordinates in a basis, reflections."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance, within
from recall.core.drills.exact import Rational, matrix, number, vector
from recall.core.drills.rational import (
    Rows,
    added,
    apply,
    determinant,
    dot,
    identity,
    integer_rows,
    multiply,
    nonzero,
    outer,
    scaled,
    small,
    solve,
    times,
    transpose,
)
from recall.core.drills.tex import matrix_tex, number_tex, sum_tex, vector_tex
from recall.core.drills.wording import MATRIX_OF_FRACTIONS, VECTOR, WHOLE, both, question, steps, wrong
from recall.core.model import Text


@drill("linear-system", "la.linear-systems", "解线性方程组", "Linear system")
def _linear_system(random: Random, *, size: int = 2) -> Instance:
    within(2, 3, size=size)
    lower = [
        [nonzero(random, 2) if column < row else int(column == row) for column in range(size)] for row in range(size)
    ]
    upper = [[_upper_entry(random, row, column) for column in range(size)] for row in range(size)]
    rows, x = multiply(lower, upper), [nonzero(random, 4) for _ in range(size)]
    right = apply(rows, x)
    reduced = apply(upper, x)
    symbols = ["x", "y", "z"][:size]
    unknowns = r"\begin{bmatrix}" + r" \\ ".join(symbols) + r"\end{bmatrix}"
    back = ",\\ ".join(f"{symbol} = {value}" for symbol, value in reversed([*zip(symbols, x, strict=True)]))
    echelon = [f"${_equation(row, symbols, value)}$" for row, value in zip(upper, reduced, strict=True)]
    return instance(
        question(
            both("解方程组，写出 {}。", "Solve the system for {}.", ", ".join(symbols)),
            VECTOR,
            f"{matrix_tex(rows)}{unknowns} = {vector_tex(right)}",
        ),
        vector(x),
        steps(
            Text("消元得上三角方程组：", "Elimination gives an upper triangular system:"),
            *echelon,
            both("自下而上回代：{}。", "Back substitution, last row first: {}.", back),
        ),
        wrong(vector(x[::-1]), "未知数的次序反了", "the unknowns are in reverse order"),
        wrong(vector(scaled(-1, x)), "移项时全部变了号", "every sign was lost on the way across"),
        wrong(vector(solve(rows, [*right[:-1], -right[-1]])), "末个常数项的符号错", "sign slip in the last constant"),
        wrong(vector(solve(transpose(rows), right)), "解成了 $A^\\top x = b$", "solved $A^\\top x = b$"),
        wrong(vector([*x[:-1], -x[-1]]), "回代第一步的符号错", "sign slip in the first back substitution"),
        wrong(vector(right), "没有求解，直接抄了右端", "copied the right-hand side"),
    )


def _upper_entry(random: Random, row: int, column: int) -> int:
    if column == row:
        return nonzero(random, 3)
    return random.randint(-3, 3) if column > row else 0


def _equation(row: list[int], symbols: list[str], value: Rational) -> str:
    return f"{sum_tex([*zip(row, symbols, strict=True)])} = {number_tex(value)}"


@drill("rank", "la.rank", "矩阵的秩", "Rank")
def _rank(random: Random, *, columns: int = 4) -> Instance:
    within(3, 5, columns=columns)
    rows = 3
    a, echelon, rank = _of_drawn_rank(random, rows, columns)
    return instance(
        question(both("求 {} 的秩。", "Find the rank of {}.", "A"), WHOLE, f"A = {matrix_tex(a)}"),
        number(rank),
        steps(*_elimination(echelon, rank), both("主元个数就是秩：{}。", "The rank counts the pivots: {}.", str(rank))),
        wrong(number(rows), "数了行数，没有消元", "counted the rows without elimination"),
        wrong(number(columns), "数了列数", "counted the columns"),
        wrong(number(columns - rank), "给出了零空间的维数", "gave the dimension of the null space"),
        wrong(number(rank + 1), "把相关的一行也算进去", "counted one dependent row"),
        wrong(number(rank - 1), "少算了一个主元", "missed a pivot"),
    )


@drill("null-space", "la.rank", "零空间的维数", "Dimension of the null space")
def _null_space(random: Random, *, columns: int = 5) -> Instance:
    within(3, 5, columns=columns)
    rows = 3
    a, echelon, rank = _of_drawn_rank(random, rows, columns)
    nullity = columns - rank
    return instance(
        question(
            both("求 {} 的零空间的维数。", "Find the dimension of the null space of {}.", "A"),
            WHOLE,
            f"A = {matrix_tex(a)}",
        ),
        number(nullity),
        steps(
            *_elimination(echelon, rank),
            both("列数减秩：{}。", "Columns minus rank: {}.", rf"\dim N(A) = {columns} - {rank} = {nullity}"),
        ),
        wrong(number(rank), "给出了秩", "gave the rank"),
        wrong(number(rows - rank), "算成行数减秩，那是左零空间", "rows minus rank: the left null space"),
        wrong(number(columns), "给出了列数", "gave the number of columns"),
        wrong(number(nullity + 1), "少算了一个主元", "missed a pivot"),
        wrong(number(abs(columns - rows)), "算成列数减行数", "columns minus rows"),
    )


def _of_drawn_rank(random: Random, rows: int, columns: int) -> tuple[Rows, Rows, int]:
    """A matrix of rank 1 to `rows`, its echelon form, and the rank."""
    rank = random.randint(1, rows)
    pivots = [0, *sorted(random.sample(range(1, columns), rank - 1))]
    echelon: list[list[Rational]] = [[0] * columns for _ in range(rows)]
    for row, pivot in enumerate(pivots):
        echelon[row][pivot] = nonzero(random, 2)
        for column in range(pivot + 1, columns):
            echelon[row][column] = random.randint(-2, 3)
    lower = [
        [nonzero(random, 2) if column < row else int(column == row) for column in range(rows)] for row in range(rows)
    ]
    a = multiply(lower, echelon)
    small(a, 12)
    return a, echelon, rank


def _elimination(echelon: Rows, rank: int) -> list[Text | str]:
    return [
        Text("行变换化为阶梯形：", "Row operations lead to an echelon form:"),
        f"$${matrix_tex(echelon)}$$",
        both("非零行有 {} 行，即 {} 个主元。", "It has {} nonzero rows, so {} pivots.", str(rank), str(rank)),
    ]


@drill("coordinates", "la.change-of-basis", "基下的坐标", "Coordinates in a basis")
def _coordinates(random: Random) -> Instance:
    basis = integer_rows(random, 2, 2)
    if determinant(basis) == 0 or basis == transpose(basis):
        raise Redraw
    coordinates = [nonzero(random, 4), nonzero(random, 4)]
    columns = transpose(basis)
    v = apply(columns, coordinates)
    c, d = coordinates
    shown = ", \\quad ".join(
        f"{name} = {vector_tex(value)}" for name, value in (("b_1", basis[0]), ("b_2", basis[1]), ("v", v))
    )
    system = [
        f"{sum_tex([(row[0], 'c_1'), (row[1], 'c_2')])} = {number_tex(value)}"
        for row, value in zip(columns, v, strict=True)
    ]
    return instance(
        question(
            both(
                "求 {} 在基 {} 下的坐标 {}。",
                "Find the coordinates of {} in the basis {}: {}.",
                "v",
                "(b_1, b_2)",
                "(c_1, c_2)",
            ),
            VECTOR,
            shown,
        ),
        vector(coordinates),
        steps(
            both("令 {}，即解", "Set {}, that is, solve", "c_1b_1 + c_2b_2 = v"),
            *(f"${equation}$" for equation in system),
            f"$c_1 = {c},\\ c_2 = {d}$",
        ),
        wrong(vector(apply(columns, v)), "方向反了，算成 $Bv$", "went the wrong way: $Bv$"),
        wrong(vector(coordinates[::-1]), "两个坐标次序反了", "the two coordinates are swapped"),
        wrong(
            vector(apply(basis, v)), "算成 $B^\\top v$，那只适用于标准正交基", "$B^\\top v$ needs an orthonormal basis"
        ),
        wrong(vector(solve(basis, v)), "把基向量当成了行", "took the basis vectors for rows"),
        wrong(vector(v), "给出了标准基下的分量", "gave the components in the standard basis"),
    )


@drill("reflection", "la.linear-maps", "反射矩阵", "Matrix of a reflection")
def _reflection(random: Random) -> Instance:
    u = [nonzero(random, 5), nonzero(random, 5)]
    if abs(u[0]) == abs(u[1]):
        raise Redraw
    square = dot(u, u)
    projection = times(Fraction(1, square), outer(u, u))
    negative = times(-1, identity(2))
    reflection = added(times(2, projection), negative)
    return instance(
        question(
            both(
                "求关于直线 {} 的反射矩阵 {}。",
                "Find the matrix of the reflection across the line {}: {}.",
                r"\{tu\}",
                "R",
            ),
            MATRIX_OF_FRACTIONS,
            f"u = {vector_tex(u)}",
        ),
        matrix(reflection),
        steps(
            rf"$u^\top u = {number_tex(square)},\quad uu^\top = {matrix_tex(outer(u, u))}$",
            both("沿 {} 的部分不变，其余变号：", "The part along {} stays, the rest changes sign:", "u"),
            rf"$$R = \frac{{2}}{{{number_tex(square)}}}uu^\top - I = {matrix_tex(reflection)}$$",
        ),
        wrong(matrix(projection), "给出了投影矩阵", "gave the projection matrix"),
        wrong(
            matrix(times(-1, reflection)), "算成 $I - 2P$，那是关于垂线的反射", "$I - 2P$ reflects across the normal"
        ),
        wrong(matrix(added(projection, negative)), "漏了系数 2", "forgot the factor 2"),
        wrong(matrix(added(times(2, outer(u, u)), negative)), "忘了除以 $u^\\top u$", "did not divide by $u^\\top u$"),
    )
