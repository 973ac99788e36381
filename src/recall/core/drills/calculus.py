"""Drills on derivatives by vectors and matrices, and on shapes."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Drill, Instance, Parameters, Redraw, instance, integer
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
from recall.core.drills.wording import MATRIX, SHAPE, VECTOR, both, question, steps, wrong
from recall.core.model import Text


def _quadratic_gradient(_: Parameters, random: Random) -> Instance:
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


def _least_squares_gradient(parameters: Parameters, random: Random) -> Instance:
    rows = integer(parameters, "rows", 2, 3)
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


def _jacobian(_: Parameters, random: Random) -> Instance:
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


def _linear_layer(_: Parameters, random: Random) -> Instance:
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


def _gradient_shape(_: Parameters, random: Random) -> Instance:
    rows, inner, columns = random.sample((2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64), 3)
    shapes = {"X": (rows, inner), "W": (inner, columns)}
    name = random.choice(("X", "W"))
    other = "X" if name == "W" else "W"
    how = r"X^\top \frac{\partial L}{\partial Y}" if name == "W" else r"\frac{\partial L}{\partial Y} W^\top"
    shape, jacobian = shapes[name], rf"$\partial Y/\partial {name}$"
    given = rf"X \in \mathbb{{R}}^{{{rows} \times {inner}}},\quad W \in \mathbb{{R}}^{{{inner} \times {columns}}}"
    return instance(
        question(
            both(
                "{}，损失 {} 是标量。{} 是什么形状？",
                "{}, and the loss {} is a scalar. What is the shape of {}?",
                "Y = XW",
                "L",
                rf"\partial L/\partial {name}",
            ),
            SHAPE,
            given,
        ),
        vector(shape),
        steps(
            both("梯度与变量同形：{}。", "A gradient has the shape of its variable: {}.", name),
            f"$${how}$$",
            rf"${shape[0]} \times {shape[1]}$",
        ),
        wrong(vector(shape[::-1]), "多转置了一次", "transposed it"),
        wrong(vector((rows, columns)), "给出了 $Y$ 的形状", "gave the shape of $Y$"),
        wrong(vector(shapes[other]), f"给出了 ${other}$ 的形状", f"gave the shape of ${other}$"),
        wrong(vector((rows, columns, *shape)), f"给出了 {jacobian} 的形状", f"gave the shape of {jacobian}"),
    )


EINSUMS = (
    "ij,jk->ik",
    "ij,jk->ki",
    "ij,kj->ik",
    "bqd,bkd->bqk",
    "bqk,bkd->bqd",
    "bqd,bkd->bkq",
    "bij,jk->bik",
    "ij,ij->i",
)


def _einsum_shape(_: Parameters, random: Random) -> Instance:
    pattern = random.choice(EINSUMS)
    inputs, output = pattern.split("->")
    one, other = inputs.split(",")
    letters = sorted(set(one + other))
    sizes = dict(zip(letters, random.sample(range(2, 10), len(letters)), strict=True))
    first, second, shape, everything = ([sizes[letter] for letter in word] for word in (one, other, output, letters))
    named = ",\\ ".join(f"{letter} = {size}" for letter, size in sizes.items())
    summed = ",\\ ".join(letter for letter in letters if letter not in output)
    return instance(
        question(
            Text(
                f"$A$ 的形状是 ${row_tex(first)}$，$B$ 的形状是 ${row_tex(second)}$。"
                f"`einsum('{pattern}', A, B)` 是什么形状？",
                f"$A$ has shape ${row_tex(first)}$, $B$ has shape ${row_tex(second)}$. "
                f"What is the shape of `einsum('{pattern}', A, B)`?",
            ),
            SHAPE,
        ),
        vector(shape),
        steps(
            f"${named}$",
            both("箭头后没有的指标被求和：{}。", "Indices missing behind the arrow are summed: {}.", summed),
            f"${row_tex(shape)}$",
        ),
        wrong(vector(everything), "没有求和，保留了所有指标", "summed nothing, kept every index"),
        wrong(
            vector(shape[::-1] if len(shape) > 1 else [*shape, *shape]),
            "输出指标的次序错",
            "the output indices are out of order",
        ),
        wrong(vector(first), "给出了 $A$ 的形状", "gave the shape of $A$"),
        wrong(vector(second), "给出了 $B$ 的形状", "gave the shape of $B$"),
        wrong(vector([*first, *second]), "把两个形状接在一起", "joined the two shapes"),
    )


def _broadcast_shape(_: Parameters, random: Random) -> Instance:
    full = random.sample(range(2, 10), 3)
    first = [size if random.random() < 0.6 else 1 for size in full]
    second = [size if kept == 1 or random.random() < 0.3 else 1 for size, kept in zip(full, first, strict=True)]
    if first[0] == 1:
        first[0], second[0] = full[0], 1
    if second[0] == 1 and random.random() < 0.6:
        second = second[1:]
    if full in (first, second) or first == second:
        raise Redraw
    padded = [1] * (3 - len(second)) + second
    leftwards = [*second, *[1] * (3 - len(second))]
    return instance(
        question(
            both(
                "{} 的形状是 {}，{} 的形状是 {}。按广播规则，{} 是什么形状？",
                "{} has shape {}, {} has shape {}. By the rules of broadcasting, what is the shape of {}?",
                "A",
                row_tex(first),
                "B",
                row_tex(second),
                "A + B",
            ),
            SHAPE,
        ),
        vector(full),
        steps(
            both(
                "右对齐，前面补 1：{} 与 {}。",
                "Align to the right, pad with 1: {} and {}.",
                row_tex(first),
                row_tex(padded),
            ),
            both("每维取较大者：{}。", "Each size is the larger one: {}.", row_tex(full)),
        ),
        wrong(vector(first), "给出了 $A$ 的形状", "gave the shape of $A$"),
        wrong(vector(second), "给出了 $B$ 的形状", "gave the shape of $B$"),
        wrong(vector(list(map(max, zip(first, leftwards, strict=True)))), "左对齐了", "aligned to the left"),
        wrong(vector([*first, *second]), "把两个形状接在一起", "joined the two shapes"),
        wrong(vector(list(map(min, zip(first, padded, strict=True)))), "取了较小者", "took the smaller sizes"),
        wrong(vector(plus(first, padded)), "把大小相加了", "added the sizes"),
    )


DRILLS: tuple[Drill, ...] = (
    Drill(
        "quadratic-gradient",
        "la.matrix-calculus",
        Text("二次型的梯度", "Gradient of a quadratic form"),
        {},
        _quadratic_gradient,
    ),
    Drill(
        "least-squares-gradient",
        "la.matrix-calculus",
        Text("平方残差的梯度", "Gradient of a squared residual"),
        {"rows": 3},
        _least_squares_gradient,
    ),
    Drill("jacobian", "la.matrix-calculus", Text("Jacobian 矩阵", "Jacobian matrix"), {}, _jacobian),
    Drill(
        "linear-layer-gradient",
        "la.matrix-calculus",
        Text("线性层的梯度", "Gradient of a linear layer"),
        {},
        _linear_layer,
    ),
    Drill("gradient-shape", "la.matrix-calculus", Text("梯度的形状", "Shape of a gradient"), {}, _gradient_shape),
    Drill("einsum-shape", "la.tensors", Text("einsum 的形状", "Shape of an einsum"), {}, _einsum_shape),
    Drill("broadcast-shape", "la.tensors", Text("广播的形状", "Shape of a broadcast"), {}, _broadcast_shape),
)
