"""Drills on eigenvalues: by trace and determinant, of functions of a matrix."""

from __future__ import annotations

from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance, within
from recall.core.drills.exact import Rational, multiset, number
from recall.core.drills.rational import Rows, apply, dot, integer_rows, multiply, nonzero, small, transpose
from recall.core.drills.tex import factor_tex, matrix_tex, sum_tex, vector_tex
from recall.core.drills.wording import MULTISET, WHOLE, both, question, steps, wrong


@drill("eigenvalues-2", "la.eigen", "二阶矩阵的特征值", "Eigenvalues, 2 by 2")
def _eigenvalues_2(random: Random) -> Instance:
    one, other = random.sample(range(-5, 8), 2)
    a = _similar_to_diagonal(random, one, other)
    trace, whole = one + other, one * other
    polynomial = characteristic_tex(trace, whole)
    shown = ",\\ ".join(map(str, sorted((one, other))))
    return instance(
        question(both("求 {} 的特征值。", "Find the eigenvalues of {}.", "A"), MULTISET, f"A = {matrix_tex(a)}"),
        multiset([one, other]),
        steps(
            rf"$\operatorname{{tr}} A = {trace},\quad \det A = {whole}$",
            both("特征方程：{}。", "Characteristic equation: {}.", f"{polynomial} = 0"),
            both("分解：{}。", "Factor it: {}.", f"{_factor(one)}{_factor(other)} = 0"),
            rf"$\lambda = {shown}$",
        ),
        wrong(
            multiset([a[0][0], a[1][1]]),
            "直接读了对角线",
            "read off the diagonal",
        ),
        wrong(multiset([-one, -other]), "一次项系数的符号错", "sign slip in the linear coefficient"),
        wrong(multiset([trace, whole]), "给出了迹与行列式", "gave trace and determinant"),
        wrong(multiset([one, -other]), "行列式的符号错", "sign slip in the determinant"),
        wrong(multiset([one + 1, other - 1]), "只有和对，积不对", "right sum, wrong product"),
    )


def characteristic_tex(trace: Rational, whole: Rational) -> str:
    return sum_tex([(1, r"\lambda^2"), (-trace, r"\lambda"), (whole, "")])


def _factor(value: int) -> str:
    return f"({sum_tex([(1, 'λ'), (-value, '')])})".replace("λ", r"\lambda")


def _similar_to_diagonal(random: Random, one: int, other: int) -> Rows:
    """A full 2 by 2 matrix with these eigenvalues and entries up to 12."""
    p, q = nonzero(random, 2), nonzero(random, 2)
    change, back = [[1, p], [q, 1 + p * q]], [[1 + p * q, -p], [-q, 1]]
    a = multiply(multiply(change, [[one, 0], [0, other]]), back)
    small(a, 12)
    if 0 in (a[0][1], a[1][0]):
        raise Redraw
    return a


@drill("eigenvalues-triangular", "la.eigen", "三角形矩阵的幂的特征值", "Eigenvalues of a power of a triangular matrix")
def _eigenvalues_triangular(random: Random, *, size: int = 3) -> Instance:
    within(2, 4, size=size)
    upper = [[_triangular_entry(random, row, column) for column in range(size)] for row in range(size)]
    a: Rows = upper if random.random() < 0.5 else transpose(upper)
    diagonal = [row[index] for index, row in enumerate(upper)]
    power = random.choice((2, 3))
    values = [value**power for value in diagonal]
    return instance(
        question(
            both("求 {} 的特征值，含重数。", "Find the eigenvalues of {}, with multiplicity.", f"A^{power}"),
            MULTISET,
            f"A = {matrix_tex(a)}",
        ),
        multiset(values),
        steps(
            both(
                "三角形矩阵的特征值就是对角元：{}。",
                "The eigenvalues of a triangular matrix are its diagonal: {}.",
                _listed(diagonal),
            ),
            both("{} 的特征值是它们的幂：{}。", "Those of {} are their powers: {}.", f"A^{power}", _listed(values)),
        ),
        wrong(multiset(diagonal), f"忘了取 {power} 次幂", f"did not take the power {power}"),
        wrong(
            multiset([power * value for value in diagonal]),
            f"乘了 {power}，而不是取幂",
            f"multiplied by {power} instead",
        ),
        wrong(multiset([-value for value in values]), "符号全反", "every sign is reversed"),
        wrong(multiset([abs(value) ** (5 - power) for value in diagonal]), "幂次错", "took the wrong power"),
        wrong(
            multiset([row[-1 - index] ** power for index, row in enumerate(a)]),
            "取了副对角线",
            "took the other diagonal",
        ),
    )


def _triangular_entry(random: Random, row: int, column: int) -> int:
    if row == column:
        return nonzero(random, 4)
    return random.randint(-4, 4) if column > row else 0


def _listed(values: list[int]) -> str:
    return ",\\ ".join(map(str, values))


@drill("eigenvalues-polynomial", "la.eigen", "矩阵多项式的特征值", "Eigenvalues of a polynomial of a matrix")
def _eigenvalues_polynomial(random: Random) -> Instance:
    one, other = random.sample(range(-4, 6), 2)
    linear, constant = nonzero(random, 3), nonzero(random, 5)
    values = [value**2 + linear * value + constant for value in (one, other)]
    lines = [
        f"$p({value}) = {factor_tex(value)}^2 {linear:+d} \\cdot {factor_tex(value)} {constant:+d} = {image}$"
        for value, image in zip((one, other), values, strict=True)
    ]
    return instance(
        question(
            both(
                "二阶矩阵 {} 的特征值是 {} 和 {}。求 {} 的特征值，含重数。",
                "The 2 by 2 matrix {} has eigenvalues {} and {}. Find those of {}, with multiplicity.",
                "A",
                str(one),
                str(other),
                sum_tex([(1, "A^2"), (linear, "A"), (constant, "I")]),
            ),
            MULTISET,
        ),
        multiset(values),
        steps(
            both(
                "把它记为 {}；若 {}，则 {}。",
                "Call it {}; if {}, then {}.",
                "p(A)",
                r"Av = \lambda v",
                r"p(A)v = p(\lambda)v",
            ),
            *lines,
        ),
        wrong(multiset([value - constant for value in values]), "漏了 $I$ 的一项", "dropped the term with $I$"),
        wrong(multiset([value - 2 * constant for value in values]), "常数项的符号错", "sign slip in the constant"),
        wrong(
            multiset([value - 2 * linear * root for value, root in zip(values, (one, other), strict=True)]),
            "一次项的符号错",
            "sign slip in the linear term",
        ),
        wrong(multiset([one**2, other**2]), "只取了平方", "took only the squares"),
        wrong(
            multiset([2 * root + linear * root + constant for root in (one, other)]),
            "把平方算成两倍",
            "doubled instead of squaring",
        ),
    )


@drill("eigenvector", "la.eigen", "由特征向量求特征值", "From the eigenvector to the eigenvalue")
def _eigenvector(random: Random, *, size: int = 3) -> Instance:
    within(2, 3, size=size)
    v = [1, *(nonzero(random, 3) for _ in range(size - 1))]
    random.shuffle(v)
    free = v.index(1)
    value = nonzero(random, 6)
    a = integer_rows(random, size, size)
    for row, entry in zip(a, v, strict=True):
        row[free] += value * entry - int(dot(row, v))
    small(a, 12)
    image, trace = apply(a, v), sum(row[index] for index, row in enumerate(a))
    return instance(
        question(
            both("{} 是 {} 的特征向量。求它的特征值。", "{} is an eigenvector of {}. Find its eigenvalue.", "v", "A"),
            WHOLE,
            f"A = {matrix_tex(a)}, \\quad v = {vector_tex(v)}",
        ),
        number(value),
        steps(
            f"$$Av = {vector_tex(image)}$$",
            both("逐分量与 {} 比较：{}。", "Compare with {}: {}.", "v", rf"Av = {factor_tex(value)}v"),
            rf"$\lambda = {value}$",
        ),
        wrong(number(-value), "符号错", "wrong sign"),
        wrong(
            number(image[0] if v[0] != 1 else image[-1]),
            "没有除以 $v$ 的分量",
            "did not divide by the component of $v$",
        ),
        wrong(number(trace), "给出了迹", "gave the trace"),
        wrong(number(dot(v, image)), "给出了 $v^\\top Av$", "gave $v^\\top Av$"),
        wrong(number(a[0][0]), "给出了左上角的元素", "gave the upper left entry"),
        wrong(number(value**2), "给出了 $A^2$ 的特征值", "gave the eigenvalue of $A^2$"),
    )


@drill("third-eigenvalue", "la.det-trace", "迹与特征值", "Trace and eigenvalues")
def _third_eigenvalue(random: Random) -> Instance:
    values = random.sample([value for value in range(-5, 7) if value], 3)
    a: Rows = [[value if row == column else 0 for column in range(3)] for row, value in enumerate(values)]
    for row, column in ((1, 0), (2, 1), (0, 2)):
        shear = [[int(i == j) for j in range(3)] for i in range(3)]
        back = [[int(i == j) for j in range(3)] for i in range(3)]
        shear[row][column] = random.choice((-1, 1))
        back[row][column] = -shear[row][column]
        a = multiply(multiply(shear, a), back)
    small(a, 12)
    one, two, third = values
    trace = sum(values)
    diagonal = " + ".join(factor_tex(row[index]) for index, row in enumerate(a))
    return instance(
        question(
            both(
                "{} 的两个特征值是 {} 和 {}。求第三个。",
                "Two eigenvalues of {} are {} and {}. Find the third.",
                "A",
                str(one),
                str(two),
            ),
            WHOLE,
            f"A = {matrix_tex(a)}",
        ),
        number(third),
        steps(
            both("特征值之和是迹：{}。", "The eigenvalues add up to the trace: {}.", f"{diagonal} = {trace}"),
            rf"$\lambda_3 = {trace} - {factor_tex(one)} - {factor_tex(two)} = {third}$",
        ),
        wrong(number(trace), "给出了迹", "gave the trace"),
        wrong(number(trace + one + two), "加上而不是减去", "added instead of subtracting"),
        wrong(number(-third), "符号错", "wrong sign"),
        wrong(number(a[2][2]), "给出了右下角的元素", "gave the lower right entry"),
        wrong(number(trace - one * two), "从迹中减去了积", "subtracted the product from the trace"),
        wrong(number(one * two * third), "给出了行列式", "gave the determinant"),
    )
