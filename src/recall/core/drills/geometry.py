"""Drills on inner products: norms, angles, projections, Gram-Schmidt, QR, least squares."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance, within
from recall.core.drills.exact import matrix, number, vector
from recall.core.drills.rational import (
    Rows,
    determinant,
    dot,
    integer_rows,
    integers,
    minus,
    multiply,
    plus,
    scaled,
    transpose,
)
from recall.core.drills.tex import dot_tex, factor_tex, matrix_tex, number_tex, row_tex, sum_tex, vector_tex
from recall.core.drills.wording import FRACTION, MATRIX, VECTOR, VECTOR_OF_FRACTIONS, both, question, steps, wrong

LENGTHS = (
    *((3, 4), (4, 3), (5, 12), (6, 8), (8, 6)),
    *((1, 2, 2), (2, 1, 2), (2, 2, 1), (2, 3, 6), (3, 6, 2), (6, 2, 3), (1, 4, 8), (4, 4, 7), (2, 6, 9)),
)
"""Components whose Euclidean norm is whole."""


def _with_whole_norm(random: Random, size: int) -> list[int]:
    drawn = list(random.choice([lengths for lengths in LENGTHS if len(lengths) == size]))
    random.shuffle(drawn)
    return [random.choice((-1, 1)) * value for value in drawn]


@drill("norms", "la.inner-product-norms", "向量的范数", "Norms of a vector")
def _norms(random: Random) -> Instance:
    x = _with_whole_norm(random, random.choice((2, 3)))
    sizes = [abs(value) for value in x]
    one, square, most = sum(sizes), sum(value**2 for value in x), max(sizes)
    two = isqrt(square)
    added = " + ".join(map(str, sizes))
    return instance(
        question(
            both("依次求 {}。", "Find {}, in this order.", r"\|x\|_1,\ \|x\|_2,\ \|x\|_\infty"),
            VECTOR,
            f"x = {vector_tex(x)}",
        ),
        vector([one, two, most]),
        steps(
            rf"$\|x\|_1 = {added} = {one}$",
            rf"$\|x\|_2 = \sqrt{{{square}}} = {two}$",
            rf"$\|x\|_\infty = \max({', '.join(map(str, sizes))}) = {most}$",
        ),
        wrong(vector([sum(x), two, max(x)]), "没有取绝对值", "took no absolute values"),
        wrong(vector([one, square, most]), "2 范数忘了开方", "no root in the 2-norm"),
        wrong(vector([one, two, min(sizes)]), "取了最小而不是最大", "took the least instead of the largest"),
        wrong(vector([most, two, one]), "1 范数与无穷范数弄反了", "the 1-norm and the max-norm are exchanged"),
    )


@drill("matrix-norms", "la.inner-product-norms", "矩阵的范数", "Norms of a matrix")
def _matrix_norms(random: Random, *, rows: int = 2) -> Instance:
    within(2, 3, rows=rows)
    a = integer_rows(random, rows, 2, 5)
    sizes = [[abs(value) for value in row] for row in a]
    by_column = [sum(column) for column in zip(*sizes, strict=True)]
    by_row = [sum(row) for row in sizes]
    one, most = max(by_column), max(by_row)
    square = sum(value**2 for row in sizes for value in row)
    everything = sum(by_row)
    names = r"\|A\|_1,\ \|A\|_\infty,\ \|A\|_F^2"
    return instance(
        question(
            both(
                "依次求 {}；前两个是算子范数。",
                "Find {}, in this order; the first two are operator norms.",
                names,
            ),
            VECTOR,
            f"A = {matrix_tex(a)}",
        ),
        vector([one, most, square]),
        steps(
            both(
                "列的绝对值和：{}，取最大 {}。",
                "Absolute column sums {}, the largest: {}.",
                row_tex(by_column),
                str(one),
            ),
            both("行的绝对值和：{}，取最大 {}。", "Absolute row sums {}, the largest: {}.", row_tex(by_row), str(most)),
            both("各元素的平方和：{}。", "The sum of the squared entries: {}.", rf"\|A\|_F^2 = {square}"),
        ),
        wrong(vector([most, one, square]), "行和与列和弄反了", "row sums and column sums are exchanged"),
        wrong(
            vector([max(map(sum, transpose(a))), max(map(sum, a)), square]), "没有取绝对值", "took no absolute values"
        ),
        wrong(vector([everything, max(map(max, sizes)), square]), "用成了逐元素的范数", "norms of the entries instead"),
        wrong(vector([one, most, everything]), "Frobenius 范数忘了平方", "no squares in the Frobenius norm"),
        wrong(vector([min(by_column), min(by_row), square]), "取了最小而不是最大", "the least instead of the largest"),
    )


@drill("cosine", "la.inner-product-norms", "夹角的余弦", "Cosine of an angle")
def _cosine(random: Random) -> Instance:
    size = random.choice((2, 3))
    x, y = _with_whole_norm(random, size), _with_whole_norm(random, size)
    product = dot(x, y)
    first, second = isqrt(int(dot(x, x))), isqrt(int(dot(y, y)))
    cosine = Fraction(product, first * second)
    if abs(cosine) == 1:
        raise Redraw
    return instance(
        question(
            both("求 {} 与 {} 的夹角的余弦。", "Find the cosine of the angle between {} and {}.", "x", "y"),
            FRACTION,
            rf"x = {vector_tex(x)}, \quad y = {vector_tex(y)}",
        ),
        number(cosine),
        steps(
            rf"$x^\top y = {dot_tex(x, y)} = {number_tex(product)}$",
            rf"$\|x\| = {first},\quad \|y\| = {second}$",
            rf"$\cos\theta = \frac{{x^\top y}}{{\|x\|\,\|y\|}} = {number_tex(cosine)}$",
        ),
        wrong(number(product), "给出了内积，没有除以长度", "gave the inner product, undivided"),
        wrong(number(Fraction(product, first**2 * second**2)), "除以了长度的平方", "divided by the squared norms"),
        wrong(number(-cosine), "符号错", "wrong sign"),
        wrong(
            number(Fraction(product, first**2)),
            "给出了投影的系数",
            "gave the coefficient of a projection",
        ),
        wrong(number(1 - cosine), "给出了余弦距离", "gave the cosine distance"),
        wrong(number(Fraction(1, first * second)), "漏了内积", "left out the inner product"),
    )


@drill("projection", "la.projection-least-squares", "到直线的投影", "Projection onto a line")
def _projection(random: Random, *, size: int = 3) -> Instance:
    within(2, 3, size=size)
    a, b = integers(random, size, 3), integers(random, size, 5)
    product, square = dot(a, b), dot(a, a)
    coefficient = Fraction(product, square)
    if product == 0 or square == 1 or coefficient.denominator > 10:
        raise Redraw
    projected = scaled(coefficient, a)
    return instance(
        question(
            both("求 {} 在 {} 张成的直线上的投影。", "Project {} onto the line spanned by {}.", "b", "a"),
            VECTOR_OF_FRACTIONS,
            rf"a = {vector_tex(a)}, \quad b = {vector_tex(b)}",
        ),
        vector(projected),
        steps(
            rf"$a^\top b = {number_tex(product)},\quad a^\top a = {number_tex(square)}$",
            rf"$$p = \frac{{a^\top b}}{{a^\top a}}\,a = {factor_tex(coefficient)}{vector_tex(a)}$$",
            f"$p = {row_tex(projected)}$",
        ),
        wrong(vector(scaled(product, a)), "忘了除以 $a^\\top a$", "did not divide by $a^\\top a$"),
        wrong(vector(scaled(Fraction(product, dot(b, b)), b)), "投影的方向弄反了", "projected the other way"),
        wrong(vector(minus(b, projected)), "给出了残差 $b - p$", "gave the residual $b - p$"),
        wrong(vector(scaled(coefficient, b)), "系数乘了 $b$ 而不是 $a$", "multiplied $b$ instead of $a$"),
        wrong(vector(scaled(-coefficient, a)), "符号错", "wrong sign"),
    )


@drill("least-squares", "la.projection-least-squares", "最小二乘直线", "Least squares line")
def _least_squares(random: Random, *, points: int = 3) -> Instance:
    within(3, 4, points=points)
    xs = sorted(random.sample(range(-3, 5), points))
    ys = [random.randint(-4, 6) for _ in xs]
    slope, intercept = _fit(xs, ys)
    if slope == 0 or intercept.denominator > 7 or all(intercept + slope * x == y for x, y in zip(xs, ys, strict=True)):
        raise Redraw
    sum_x, sum_y, squares, products = sum(xs), sum(ys), int(dot(xs, xs)), int(dot(xs, ys))
    chord = Fraction(ys[-1] - ys[0], xs[-1] - xs[0])
    backwards = _fit(ys, xs) if len(set(ys)) > 1 else (slope, intercept)
    shown = ",\\ ".join(f"({x}, {y})" for x, y in zip(xs, ys, strict=True))
    names = [(points, "c"), (sum_x, "d")], [(sum_x, "c"), (squares, "d")]
    normal = rf"{sum_tex(names[0])} = {sum_y},\quad {sum_tex(names[1])} = {products}"
    return instance(
        question(
            both(
                "用最小二乘拟合 {}，按次序求 {}。",
                "Fit {} by least squares; find {}, in this order.",
                "y = c + dx",
                "c, d",
            ),
            VECTOR_OF_FRACTIONS,
            shown,
        ),
        vector([intercept, slope]),
        steps(
            rf"$\sum x = {sum_x},\ \sum y = {sum_y},\ \sum x^2 = {squares},\ \sum xy = {products}$",
            both("正规方程：{}。", "Normal equations: {}.", normal),
            rf"$c = {number_tex(intercept)},\quad d = {number_tex(slope)}$",
        ),
        wrong(vector([slope, intercept]), "截距与斜率的次序反了", "intercept and slope are exchanged"),
        wrong(vector([ys[0] - chord * xs[0], chord]), "只连了首尾两点", "joined only the first and the last point"),
        wrong(vector([0, Fraction(products, squares)]), "强迫直线过原点", "forced the line through the origin"),
        wrong(vector([backwards[1], backwards[0]]), "把 $x$ 对 $y$ 回归", "regressed $x$ on $y$"),
        wrong(
            vector([Fraction(sum_y, points), slope]), "截距取成了 $y$ 的均值", "took the mean of $y$ for the intercept"
        ),
        wrong(vector([intercept, -slope]), "斜率的符号错", "the slope has the wrong sign"),
    )


def _fit(xs: list[int], ys: list[int]) -> tuple[Fraction, Fraction]:
    """Slope and intercept of least squares."""
    count = len(xs)
    spread = count * dot(xs, xs) - sum(xs) ** 2
    slope = Fraction(count * dot(xs, ys) - sum(xs) * sum(ys), spread)
    return slope, (sum(ys) - slope * sum(xs)) / count


@drill("gram-schmidt", "la.orthogonal-qr", "Gram-Schmidt 一步", "Gram-Schmidt step")
def _gram_schmidt(random: Random, *, size: int = 3) -> Instance:
    within(2, 4, size=size)
    u, v = integers(random, size, 2), integers(random, size, 4)
    product, square = dot(u, v), dot(u, u)
    coefficient = Fraction(product, square)
    projected = scaled(coefficient, u)
    w = minus(v, projected)
    if product == 0 or coefficient.denominator > 6 or not any(w):
        raise Redraw
    return instance(
        question(
            both(
                "对 {} 做一步 Gram-Schmidt：求 {}，即 {} 减去它在 {} 上的分量，不归一化。",
                "One Gram-Schmidt step on {}: find {}, which is {} without its part along {}, not normalised.",
                "(u, v)",
                "w",
                "v",
                "u",
            ),
            VECTOR_OF_FRACTIONS,
            rf"u = {vector_tex(u)}, \quad v = {vector_tex(v)}",
        ),
        vector(w),
        steps(
            rf"$u^\top v = {number_tex(product)},\quad u^\top u = {number_tex(square)}$",
            rf"$w = v - \frac{{u^\top v}}{{u^\top u}}\,u = v - {factor_tex(coefficient)}u$",
            f"$w = {row_tex(w)}$",
            both("检验：{}。", "Check: {}.", "u^\\top w = 0"),
        ),
        wrong(vector(projected), "给出了投影本身", "gave the projection itself"),
        wrong(vector(plus(v, projected)), "加上而不是减去投影", "added the projection"),
        wrong(vector(minus(v, scaled(product, u))), "忘了除以 $u^\\top u$", "did not divide by $u^\\top u$"),
        wrong(vector(minus(v, u)), "直接减去 $u$", "subtracted $u$ itself"),
        wrong(vector(scaled(-1, w)), "减的次序反了", "subtracted the other way round"),
    )


@drill("qr", "la.orthogonal-qr", "QR 分解的 R", "R of a QR factorisation")
def _qr(random: Random) -> Instance:
    scale, first = random.choice((1, 2)), _with_whole_norm(random, 2)
    length = isqrt(int(dot(first, first)))
    if length != 5:
        raise Redraw
    a1, a2 = scaled(scale, first), integers(random, 2, 9)
    along = Fraction(dot(first, a2), 5)
    across = Fraction(determinant([first, a2]), 5)
    if along.denominator != 1 or across.denominator != 1 or 0 in (along, across):
        raise Redraw
    r: Rows = [[5 * scale, along], [0, abs(across)]]
    a = transpose([a1, a2])
    return instance(
        question(
            both(
                "{}，{} 正交，{} 上三角且对角元为正。求 {}。",
                "{} with {} orthogonal and {} upper triangular, its diagonal positive. Find {}.",
                "A = QR",
                "Q",
                "R",
                "R",
            ),
            MATRIX,
            f"A = {matrix_tex(a)}",
        ),
        matrix(r),
        steps(
            rf"$r_{{11}} = \|a_1\| = {5 * scale},\quad q_1 = {row_tex(scaled(Fraction(1, 5), first))}$",
            rf"$r_{{12}} = q_1^\top a_2 = {number_tex(along)}$",
            rf"$r_{{22}} = \|a_2 - r_{{12}}q_1\| = {number_tex(abs(across))}$",
            f"$R = {matrix_tex(r)}$",
        ),
        wrong(matrix(transpose(r)), "给出了 $R^\\top$", "gave $R^\\top$"),
        wrong(matrix([[5 * scale, -along], [0, abs(across)]]), "$r_{12}$ 的符号错", "$r_{12}$ has the wrong sign"),
        wrong(matrix([[5 * scale, dot(a1, a2)], [0, abs(across)]]), "$a_1$ 没有归一化", "$a_1$ was not normalised"),
        wrong(
            matrix(multiply(transpose(a), a)),
            "给出了 $A^\\top A$，即 $R^\\top R$",
            "gave $A^\\top A$, which is $R^\\top R$",
        ),
        wrong(matrix([[5 * scale, 0], [0, abs(across)]]), "漏了 $r_{12}$", "left out $r_{12}$"),
    )
