"""Drills on matrices: products, determinants, inverses."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance, within
from recall.core.drills.exact import matrix, number, vector
from recall.core.drills.rational import (
    apply,
    determinant,
    dot,
    integer_rows,
    minor,
    minus,
    multiply,
    nonzero,
    plus,
    scaled,
    times,
    transpose,
)
from recall.core.drills.tex import dot_tex, factor_tex, matrix_tex, number_tex, vector_tex
from recall.core.drills.wording import MATRIX, MATRIX_OF_FRACTIONS, VECTOR, WHOLE, both, question, steps, wrong
from recall.core.model import Text


@drill("matrix-product", "la.matrix-ops", "矩阵乘积", "Matrix product")
def _matrix_product(random: Random, *, rows: int = 2, inner: int = 2, columns: int = 2) -> Instance:
    within(2, 3, rows=rows, inner=inner, columns=columns)
    a, b = integer_rows(random, rows, inner), integer_rows(random, inner, columns)
    product = multiply(a, b)
    unsigned = [[abs(value) for value in row] for row in b]
    shortened = multiply([row[:-1] for row in a], b[:-1])
    wrongs = [
        wrong(matrix(transpose(product)), "行列写反，得到 $(AB)^\\top$", "rows and columns swapped: $(AB)^\\top$"),
        wrong(matrix(shortened), "内积漏掉最后一项", "the last term of each inner product is missing"),
        wrong(matrix(multiply(a, unsigned)), "丢了 $B$ 中的负号", "the minus signs of $B$ are lost"),
    ]
    if rows == columns:
        wrongs.insert(0, wrong(matrix(multiply(b, a)), "顺序反了，算成 $BA$", "wrong order: $BA$"))
    if rows == inner == columns:
        entrywise = [[x * y for x, y in zip(*pair, strict=True)] for pair in zip(a, b, strict=True)]
        wrongs.insert(1, wrong(matrix(entrywise), "逐元素相乘", "multiplied entry by entry"))
    first = [f"{dot_tex(a[0], column)} = {number_tex(dot(a[0], column))}" for column in transpose(b)]
    corner = [rf"(AB)_{{1{j}}} = {shown}" for j, shown in enumerate(first, start=1)]
    return instance(
        question(both("求 {}。", "Compute {}.", "AB"), MATRIX, f"A = {matrix_tex(a)}, \\quad B = {matrix_tex(b)}"),
        matrix(product),
        steps(
            Text(
                "$(AB)_{ij}$ 是 $A$ 的第 $i$ 行与 $B$ 的第 $j$ 列的内积。",
                "$(AB)_{ij}$ is the inner product of row $i$ of $A$ and column $j$ of $B$.",
            ),
            *(f"${shown}$" for shown in corner),
            f"$AB = {matrix_tex(product)}$",
        ),
        *wrongs,
    )


@drill("matrix-vector", "la.matrix-ops", "矩阵乘向量：列的组合", "Matrix times vector as a combination of columns")
def _matrix_vector(random: Random, *, rows: int = 3) -> Instance:
    within(2, 4, rows=rows)
    a = integer_rows(random, rows, 2)
    x = [nonzero(random, 4), nonzero(random, 4)]
    first, second = transpose(a)
    product = apply(a, x)
    wrongs = [
        wrong(vector(apply(a, x[::-1])), "两个系数用反了", "the two weights are swapped"),
        wrong(vector(plus(first, second)), "两列直接相加，没有乘系数", "added the columns without their weights"),
        wrong(vector(apply(a, [abs(weight) for weight in x])), "丢了系数的负号", "lost the sign of a weight"),
        wrong(vector(minus(scaled(x[0], first), scaled(x[1], second))), "第二列减成了反号", "subtracted column 2"),
        wrong(vector([*product[:-1], -product[-1]]), "末分量符号错", "sign slip in the last component"),
    ]
    if rows == 2:
        wrongs.insert(0, wrong(vector(apply(transpose(a), x)), "算成 $A^\\top x$", "computed $A^\\top x$"))
    combination = f"{factor_tex(x[0])}{vector_tex(first)} + {factor_tex(x[1])}{vector_tex(second)}"
    return instance(
        question(
            both(
                "把 {} 写成 {} 的列的组合并求值。",
                "Write {} as a combination of the columns of {}; compute it.",
                "Ax",
                "A",
            ),
            VECTOR,
            f"A = {matrix_tex(a)}, \\quad x = {vector_tex(x)}",
        ),
        vector(product),
        steps(
            both("{} 的分量是各列的系数：", "The components of {} are the weights of the columns:", "x"),
            f"$$Ax = {combination}$$",
            f"$$Ax = {vector_tex(scaled(x[0], first))} + {vector_tex(scaled(x[1], second))} = {vector_tex(product)}$$",
        ),
        *wrongs,
    )


@drill("determinant-2", "la.det-trace", "二阶行列式", "Determinant, 2 by 2")
def _determinant_2(random: Random, *, bound: int = 6) -> Instance:
    within(2, 20, bound=bound)
    rows = integer_rows(random, 2, 2, bound)
    (a, b), (c, d) = rows
    value = a * d - b * c
    return instance(
        question(both("求行列式 {}。", "Find the determinant {}.", r"\det A"), WHOLE, f"A = {matrix_tex(rows)}"),
        number(value),
        steps(
            rf"$\det A = ad - bc = {factor_tex(a)} \cdot {factor_tex(d)} - {factor_tex(b)} \cdot {factor_tex(c)}$",
            rf"$\det A = {a * d} - {factor_tex(b * c)} = {value}$",
        ),
        wrong(number(a * d + b * c), "算成 $ad + bc$", "computed $ad + bc$"),
        wrong(number(-value), "算成 $bc - ad$", "computed $bc - ad$"),
        wrong(number(a * c - b * d), "按列配对，算成 $ac - bd$", "paired along columns: $ac - bd$"),
        wrong(number(a * b - c * d), "按行配对，算成 $ab - cd$", "paired along rows: $ab - cd$"),
        wrong(number(a * d), "只乘了主对角线", "multiplied only the main diagonal"),
    )


@drill("determinant-3", "la.det-trace", "三阶行列式", "Determinant, 3 by 3")
def _determinant_3(random: Random, *, bound: int = 3) -> Instance:
    within(1, 6, bound=bound)
    rows = integer_rows(random, 3, 3, bound)
    minors = [determinant(minor(rows, 0, column)) for column in range(3)]
    terms = [a * m for a, m in zip(rows[0], minors, strict=True)]
    value = terms[0] - terms[1] + terms[2]
    diagonals = sum(rows[0][j] * rows[1][(j + 1) % 3] * rows[2][(j + 2) % 3] for j in range(3))
    named = [rf"M_{{1{column}}} = {number_tex(value)}" for column, value in enumerate(minors, start=1)]
    a, b, c = rows[0]
    return instance(
        question(both("求行列式 {}。", "Find the determinant {}.", r"\det A"), WHOLE, f"A = {matrix_tex(rows)}"),
        number(value),
        steps(
            both("按第一行展开，余子式：{}。", "Expand along row 1; the minors: {}.", r",\ ".join(named)),
            r"$\det A = a_{11}M_{11} - a_{12}M_{12} + a_{13}M_{13}$",
            rf"$\det A = {factor_tex(a)} \cdot {factor_tex(minors[0])} - {factor_tex(b)} \cdot {factor_tex(minors[1])}"
            rf" + {factor_tex(c)} \cdot {factor_tex(minors[2])} = {number_tex(value)}$",
        ),
        wrong(number(sum(terms)), "中间一项忘了变号", "the middle term kept its sign"),
        wrong(number(-value), "整体符号反了", "every sign is reversed"),
        wrong(number(terms[0] - terms[1] - terms[2]), "第三项也变了号", "the third term changed sign too"),
        wrong(number(diagonals), "只加了三条正对角线", "only the three positive diagonals"),
        wrong(number(rows[0][0] * rows[1][1] * rows[2][2]), "只乘了主对角线", "only the main diagonal"),
    )


@drill("inverse-2", "la.transpose-inverse", "二阶逆矩阵", "Inverse, 2 by 2")
def _inverse_2(random: Random, *, bound: int = 5) -> Instance:
    within(2, 9, bound=bound)
    rows = integer_rows(random, 2, 2, bound)
    (a, b), (c, d) = rows
    whole = a * d - b * c
    if abs(whole) not in range(1, 11):
        raise Redraw
    adjugate = [[d, -b], [-c, a]]
    share = Fraction(1, whole)
    return instance(
        question(
            both("求逆矩阵 {}。", "Find the inverse {}.", "A^{-1}"), MATRIX_OF_FRACTIONS, f"A = {matrix_tex(rows)}"
        ),
        matrix(times(share, adjugate)),
        steps(
            rf"$\det A = {factor_tex(a)} \cdot {factor_tex(d)} - {factor_tex(b)} \cdot {factor_tex(c)} = {whole}$",
            both(
                "主对角线互换，副对角线变号：{}。",
                "Swap the diagonal, negate the rest: {}.",
                rf"\operatorname{{adj}} A = {matrix_tex(adjugate)}",
            ),
            rf"$$A^{{-1}} = {number_tex(share)}\operatorname{{adj}} A = {matrix_tex(times(share, adjugate))}$$",
        ),
        wrong(matrix(adjugate), "忘了除以行列式", "did not divide by the determinant"),
        wrong(matrix(times(share, [[a, -b], [-c, d]])), "主对角线没有互换", "the diagonal was not swapped"),
        wrong(matrix(times(share, [[d, b], [c, a]])), "副对角线没有变号", "the off-diagonal kept its sign"),
        wrong(matrix(times(share, [[d, -c], [-b, a]])), "多转置了一次", "transposed it as well"),
        wrong(matrix(times(-share, adjugate)), "行列式的符号错", "the determinant has the wrong sign"),
    )
