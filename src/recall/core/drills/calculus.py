"""Drills on derivatives by vectors and matrices."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance, within
from recall.core.drills.exact import Rational, matrix, vector
from recall.core.drills.rational import (
    added,
    apply,
    integer_rows,
    integers,
    minus,
    multiply,
    nonzero,
    plus,
    scaled,
    times,
    transpose,
)
from recall.core.drills.tex import matrix_tex, row_tex, sum_tex, vector_tex
from recall.core.drills.wording import MATRIX, VECTOR, both, question, steps, wrong
from recall.core.model import Text


@drill("quadratic-gradient", "la.matrix-calculus", "二次型的梯度", "Gradient of a quadratic form")
def _quadratic_gradient(random: Random) -> Instance:
    a, b, x = integer_rows(random, 2, 2), integers(random, 2, 5), integers(random, 2, 3)
    if a == transpose(a):
        raise Redraw
    twice = added(a, transpose(a))
    gradient = plus(apply(twice, x), b)
    return instance(
        question(
            both(
                "{}。求点 {} 处的梯度 {}。",
                "{}. Find the gradient at {}: {}.",
                r"f(x) = x^\top Ax + b^\top x",
                "x",
                r"\nabla f(x)",
            ),
            VECTOR,
            rf"A = {matrix_tex(a)}, \quad b = {vector_tex(b)}, \quad x = {vector_tex(x)}",
        ),
        vector(gradient),
        steps(
            both("{} 不对称：{}。", "{} is not symmetric: {}.", "A", r"\nabla f(x) = (A + A^\top)x + b"),
            rf"$A + A^\top = {matrix_tex(twice)}$",
            rf"$(A + A^\top)x = {row_tex(apply(twice, x))}$",
            rf"$\nabla f(x) = {row_tex(gradient)}$",
        ),
        wrong(
            vector(plus(scaled(2, apply(a, x)), b)),
            "把 $A$ 当成对称，用了 $2Ax + b$",
            "took $A$ as symmetric: $2Ax + b$",
        ),
        wrong(
            vector(plus(apply(a, x), b)), "只求了一个因子的导数：$Ax + b$", "differentiated one factor only: $Ax + b$"
        ),
        wrong(vector(apply(twice, x)), "漏了 $b$", "left out $b$"),
        wrong(vector(plus(apply(transpose(a), x), b)), "算成 $A^\\top x + b$", "computed $A^\\top x + b$"),
    )


@drill("least-squares-gradient", "la.matrix-calculus", "平方残差的梯度", "Gradient of a squared residual")
def _least_squares_gradient(random: Random, *, rows: int = 3) -> Instance:
    within(2, 3, rows=rows)
    a, x, b = integer_rows(random, rows, 2, 3), integers(random, 2, 3), integers(random, rows)
    residual = minus(apply(a, x), b)
    back = apply(transpose(a), residual)
    gradient = scaled(2, back)
    return instance(
        question(
            both("{}。求点 {} 处的梯度。", "{}. Find its gradient at {}.", r"f(x) = \|Ax - b\|_2^2", "x"),
            VECTOR,
            rf"A = {matrix_tex(a)}, \quad b = {vector_tex(b)}, \quad x = {vector_tex(x)}",
        ),
        vector(gradient),
        steps(
            rf"$Ax - b = {row_tex(residual)}$",
            rf"$A^\top(Ax - b) = {row_tex(back)}$",
            rf"$\nabla f(x) = 2A^\top(Ax - b) = {row_tex(gradient)}$",
        ),
        wrong(vector(back), "漏了系数 2", "left out the factor 2"),
        wrong(vector(scaled(-2, back)), "残差的符号反了", "the residual has the wrong sign"),
        wrong(vector(scaled(2, residual)), "漏了 $A^\\top$", "left out $A^\\top$"),
        wrong(vector(scaled(2, apply(transpose(a), apply(a, x)))), "漏了 $b$", "left out $b$"),
        wrong(vector(scaled(2, apply(transpose(a), b))), "只剩下 $2A^\\top b$", "only $2A^\\top b$ is left"),
    )


@drill("jacobian", "la.matrix-calculus", "Jacobian 矩阵", "Jacobian matrix")
def _jacobian(random: Random) -> Instance:
    """Each component is c x^p y^q + d x or d y; p + q is 2 or 3."""
    powers = random.sample([(2, 0), (0, 2), (1, 1), (2, 1), (1, 2)], 3)
    factors = [nonzero(random, 3) for _ in powers]
    linear = [random.choice(((nonzero(random, 4), 0), (0, nonzero(random, 4)))) for _ in powers]
    x, y = nonzero(random, 3), nonzero(random, 3)
    components = [
        sum_tex([(c, monomial_tex(p, q)), (d, "x"), (e, "y")])
        for c, (p, q), (d, e) in zip(factors, powers, linear, strict=True)
    ]
    curved = [scaled(c, _partials(p, q, x, y)) for c, (p, q) in zip(factors, powers, strict=True)]
    unpowered = [
        scaled(c, [x ** max(p - 1, 0) * y**q * (p > 0), x**p * y ** max(q - 1, 0) * (q > 0)])
        for c, (p, q) in zip(factors, powers, strict=True)
    ]
    jacobian = added(curved, linear)
    rows = [
        (sum_tex([(c * p, monomial_tex(p - 1, q)), (d, "")]), sum_tex([(c * q, monomial_tex(p, q - 1)), (e, "")]))
        for c, (p, q), (d, e) in zip(factors, powers, linear, strict=True)
    ]
    shown = r" \\ ".join(components)
    return instance(
        question(
            both(
                "求 {} 处的 Jacobian 矩阵，形状 {}。",
                "Find the Jacobian matrix at {}, of shape {}.",
                f"(x, y) = ({x}, {y})",
                r"3 \times 2",
            ),
            MATRIX,
            rf"f(x, y) = \begin{{bmatrix}}{shown}\end{{bmatrix}}",
        ),
        matrix(jacobian),
        steps(
            both("第 {} 行是 {}。", "Row {} is {}.", "i", r"(\partial f_i/\partial x,\ \partial f_i/\partial y)"),
            *(rf"$J_{{{number}}} = ({by_x},\ {by_y})$" for number, (by_x, by_y) in enumerate(rows, start=1)),
            f"$J = {matrix_tex(jacobian)}$",
        ),
        wrong(
            matrix(transpose(jacobian)), "多转置了一次，形状是 $2 \\times 3$", "transposed: the shape is $2 \\times 3$"
        ),
        wrong(matrix(curved), "漏了一次项", "left out the linear terms"),
        wrong(matrix([row[::-1] for row in jacobian]), "两列次序反了", "the two columns are exchanged"),
        wrong(matrix(added(unpowered, linear)), "求导时漏了指数", "the exponent did not come down as a factor"),
    )


def monomial_tex(p: int, q: int) -> str:
    return "".join(f"{name}^{power}" if power > 1 else name for name, power in (("x", p), ("y", q)) if power)


def _partials(p: int, q: int, x: int, y: int) -> list[Rational]:
    """The derivatives of x^p y^q by x and by y."""
    return [p * x ** max(p - 1, 0) * y**q, q * x**p * y ** max(q - 1, 0)]


@drill("linear-layer-gradient", "la.matrix-calculus", "线性层的梯度", "Gradient of a linear layer")
def _linear_layer(random: Random) -> Instance:
    x, g = integer_rows(random, 3, 2, 3), integer_rows(random, 3, 2, 3)
    gradient = multiply(transpose(x), g)
    return instance(
        question(
            both(
                "{}，且 {} 已知。求 {}。",
                "{}, and {} is known. Find {}.",
                "Y = XW",
                r"G = \partial L/\partial Y",
                r"\partial L/\partial W",
            ),
            MATRIX,
            rf"X = {matrix_tex(x)}, \quad G = {matrix_tex(g)}",
        ),
        matrix(gradient),
        steps(
            Text("各行是样本，梯度对样本求和：", "Rows are samples, and the gradient sums over them:"),
            rf"$$\frac{{\partial L}}{{\partial W}} = X^\top G = {matrix_tex(transpose(x))}{matrix_tex(g)}$$",
            rf"$X^\top G = {matrix_tex(gradient)}$",
        ),
        wrong(matrix(transpose(gradient)), "算成 $G^\\top X$", "computed $G^\\top X$"),
        wrong(
            matrix(multiply(x, transpose(g))),
            "算成 $XG^\\top$，形状是 $3 \\times 3$",
            "computed $XG^\\top$, of shape $3 \\times 3$",
        ),
        wrong(matrix(times(Fraction(1, 3), gradient)), "又对样本取了平均", "averaged over the samples as well"),
        wrong(matrix(times(-1, gradient)), "符号错", "wrong sign"),
    )
