"""Drills on symmetric matrices: spectral decomposition, definiteness."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, drill, instance
from recall.core.drills.exact import matrix, number
from recall.core.drills.rational import Rows, added, dot, identity, nonzero, outer, small, times
from recall.core.drills.tex import factor_tex, matrix_tex, number_tex, vector_tex
from recall.core.drills.wording import FRACTION, MATRIX, both, question, steps, wrong


def symmetric(random: Random) -> tuple[Rows, list[int], int, int]:
    """A full symmetric 2 by 2 matrix of whole numbers: `low I + k uu^T`, with u, its eigenvalue, and the other one."""
    u = [random.randint(1, 3), nonzero(random, 3)]
    low, k = random.randint(-6, 6), nonzero(random, 3)
    a = added(times(low, identity(2)), times(k, outer(u, u)))
    small(a, 20)
    return a, u, low + k * (u[0] ** 2 + u[1] ** 2), low


@drill("spectral", "la.spectral-theorem", "谱分解", "Spectral decomposition")
def _spectral(random: Random) -> Instance:
    a, u, along, across = symmetric(random)
    normal = [-u[1], u[0]]
    square = dot(u, u)
    share = Fraction(1, square)
    pieces = [times(along, outer(u, u)), times(across, outer(normal, normal))]
    unscaled = added(*pieces)
    weighted = rf"{factor_tex(along)}\,uu^\top + {factor_tex(across)}\,vv^\top"
    return instance(
        question(
            both(
                "对称矩阵 {} 的特征值 {} 与 {} 分别有特征向量 {} 与 {}。求 {}。",
                "The symmetric matrix {} has eigenvalues {} and {} with eigenvectors {} and {}. Find {}.",
                "A",
                number_tex(along),
                number_tex(across),
                "u",
                "v",
                "A",
            ),
            MATRIX,
            f"u = {vector_tex(u)}, \\quad v = {vector_tex(normal)}",
        ),
        matrix(a),
        steps(
            both("{}，所以单位化后", "{}, so with unit vectors", rf"u^\top u = v^\top v = {number_tex(square)}"),
            rf"$$A = \frac{{1}}{{{number_tex(square)}}}\left({weighted}\right)$$",
            rf"$uu^\top = {matrix_tex(outer(u, u))},\quad vv^\top = {matrix_tex(outer(normal, normal))}$",
            f"$A = {matrix_tex(a)}$",
        ),
        wrong(matrix(unscaled), "特征向量没有单位化", "the eigenvectors were not normalised"),
        wrong(
            matrix(times(share, added(times(across, outer(u, u)), times(along, outer(normal, normal))))),
            "特征值配反了",
            "the eigenvalues are exchanged",
        ),
        wrong(matrix([[along, 0], [0, across]]), "给出了对角阵 $\\Lambda$", "gave the diagonal matrix $\\Lambda$"),
        wrong(matrix([[a[0][0], -a[0][1]], [-a[1][0], a[1][1]]]), "副对角线的符号错", "wrong sign off the diagonal"),
        wrong(matrix(times(share, pieces[0])), "漏了第二项", "the second term is missing"),
    )


@drill("positive-definite", "la.positive-definite", "正定的条件", "Definiteness")
def _positive_definite(random: Random) -> Instance:
    a, b = random.randint(1, 9), nonzero(random, 9)
    bound = Fraction(b * b, a)
    return instance(
        question(
            both(
                "{} 正定，当且仅当 {}。求 {}。",
                "{} is positive definite if and only if {}. Find {}.",
                "A",
                "t > c",
                "c",
            ),
            FRACTION,
            rf"A = \begin{{bmatrix}}{a} & {b} \\ {b} & t\end{{bmatrix}}",
        ),
        number(bound),
        steps(
            both("顺序主子式都为正：{}，且", "The leading minors are positive: {}, and", f"{a} > 0"),
            rf"$\det A = {a}t - {factor_tex(b)}^2 > 0$",
            f"$t > {number_tex(bound)}$",
        ),
        wrong(number(Fraction(b, a)), "$b$ 没有平方", "did not square $b$"),
        wrong(number(b * b), "忘了除以左上角的元素", "did not divide by the upper left entry"),
        wrong(number(-bound), "行列式的符号错", "sign slip in the determinant"),
        wrong(number(Fraction(a, b * b)), "分子分母颠倒", "upside down"),
        wrong(number(a * b * b), "相乘而不是相除", "multiplied instead of dividing"),
        wrong(number(0), "只要求对角元为正", "only asked for a positive diagonal"),
    )
