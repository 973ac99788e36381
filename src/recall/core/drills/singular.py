"""Drills on singular values: of small matrices, conditioning, low rank, pseudoinverse, principal components."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.eigen import characteristic_tex
from recall.core.drills.exact import matrix, multiset, number, root, root_tex
from recall.core.drills.rational import Rows, determinant, dot, integers, multiply, scaled, transpose
from recall.core.drills.symmetric import symmetric
from recall.core.drills.tex import matrix_tex, number_tex, vector_tex
from recall.core.drills.wording import (
    DIGITS,
    FRACTION,
    MATRIX_OF_FRACTIONS,
    MULTISET,
    WHOLE,
    both,
    question,
    steps,
    wrong,
)
from recall.core.model import Text


def _with_whole_singular_values(random: Random) -> tuple[Rows, int, int]:
    """A 2 by 2 matrix and its singular values, larger first, both whole and positive.

    A is a similarity of the plane plus a reflected one, of factors r and s; then the singular values are
    r + s and |r - s|.
    """
    r, s = random.choice((5, 10)), random.randint(1, 4)
    p, q = random.choice((3, 4)), random.choice((-1, 1))
    turned = (p * r // 5 * random.choice((-1, 1)), q * (7 - p) * r // 5)
    straight = random.choice(((s, 0), (-s, 0), (0, s), (0, -s)))
    (c, d), (e, f) = random.choice(((turned, straight), (straight, turned)))
    return [[c + e, f - d], [d + f, c - e]], r + s, r - s


def _gram_steps(a: Rows, large: int, little: int) -> list[Text | str]:
    gram = multiply(transpose(a), a)
    trace, whole = large**2 + little**2, large**2 * little**2
    return [
        rf"$A^\top A = {matrix_tex(gram)}$",
        both("其特征方程：{}。", "Its characteristic equation: {}.", f"{characteristic_tex(trace, whole)} = 0"),
        rf"$\lambda_1 = {large**2},\quad \lambda_2 = {little**2}$",
    ]


@drill("singular-values", "la.svd", "二阶矩阵的奇异值", "Singular values, 2 by 2")
def _singular_values(random: Random) -> Instance:
    a, large, little = _with_whole_singular_values(random)
    columns = [int(dot(column, column)) for column in transpose(a)]
    return instance(
        question(both("求 {} 的奇异值。", "Find the singular values of {}.", "A"), MULTISET, f"A = {matrix_tex(a)}"),
        multiset([large, little]),
        steps(
            *_gram_steps(a, large, little),
            both("奇异值是平方根：{}。", "The singular values are the roots: {}.", rf"{large},\ {little}"),
        ),
        wrong(
            multiset([large**2, little**2]),
            "忘了开方，给出 $A^\\top A$ 的特征值",
            "no root: the eigenvalues of $A^\\top A$",
        ),
        wrong(multiset([a[0][0], a[1][1]]), "给出了对角元", "gave the diagonal entries"),
        wrong(multiset(columns), "给出了各列长度的平方", "gave the squared lengths of the columns"),
        wrong(multiset([large, -little]), "奇异值不会是负数", "a singular value is never negative"),
        wrong(multiset([large * little, 1]), "只凑了行列式", "matched only the determinant"),
    )


@drill("rank-one-error", "la.low-rank", "秩 1 近似的误差", "Error of the best rank 1")
def _rank_one_error(random: Random) -> Instance:
    a, large, little = _with_whole_singular_values(random)
    return instance(
        question(
            both(
                "{} 取遍秩为 1 的矩阵。求 {} 的最小值。",
                "{} runs over the matrices of rank 1. Find the least value of {}.",
                "B",
                r"\|A - B\|_F",
            ),
            WHOLE,
            f"A = {matrix_tex(a)}",
        ),
        number(little),
        steps(
            *_gram_steps(a, large, little),
            both(
                "Eckart-Young：误差是第二个奇异值 {}。",
                "Eckart-Young: the error is the second singular value, {}.",
                rf"\sigma_2 = \sqrt{{{little**2}}} = {little}",
            ),
        ),
        wrong(number(large), "给出了保留的 $\\sigma_1$", "gave the $\\sigma_1$ that is kept"),
        wrong(number(little**2), "忘了开方", "did not take the root"),
        wrong(number(large - little), "给出了两个奇异值之差", "gave the difference of the singular values"),
        wrong(number(abs(int(determinant(a)))), "给出了行列式的绝对值", "gave the absolute determinant"),
        wrong(number(0), "以为秩 1 就能精确表示", "took the matrix to have rank 1"),
    )


@drill("low-rank-error", "la.low-rank", "截断的误差", "Error of a truncation")
def _low_rank_error(random: Random) -> Instance:
    values = sorted(random.sample(range(1, 13), 4), reverse=True)
    rank = random.choice((1, 2))
    kept, lost = values[:rank], values[rank:]
    square = sum(value**2 for value in lost)
    squares = " + ".join(f"{value}^2" for value in lost)
    return instance(
        question(
            both(
                "{} 的奇异值是 {}。{} 是它的最佳秩 {} 近似。求 {}。",
                "{} has the singular values {}. {} is its best approximation of rank {}. Find {}.",
                "A",
                ",\\ ".join(map(str, values)),
                f"A_{rank}",
                str(rank),
                rf"\|A - A_{rank}\|_F",
            ),
            DIGITS,
        ),
        root(square),
        steps(
            both("舍去的奇异值：{}。", "The singular values that are dropped: {}.", ",\\ ".join(map(str, lost))),
            rf"$\|A - A_{rank}\|_F = \sqrt{{{squares}}} = {_with_decimal(square)}$",
        ),
        wrong(root(sum(value**2 for value in kept)), "用了保留的奇异值", "used the ones that are kept"),
        wrong(number(sum(lost)), "直接相加，没有平方", "added them without squaring"),
        wrong(number(lost[0]), "那是谱范数下的误差", "that is the error in the spectral norm"),
        wrong(number(square), "忘了开方", "did not take the root"),
        wrong(root(sum(value**2 for value in lost[1:])), "多保留了一个", "kept one too many"),
    )


def _with_decimal(square: int) -> str:
    value = root(square).value
    return root_tex(square) if isinstance(value, Fraction) else rf"{root_tex(square)} \approx {value:#.3g}".rstrip(".")


@drill("condition-number", "la.pinv-conditioning", "条件数", "Condition number")
def _condition_number(random: Random) -> Instance:
    a, _u, along, across = symmetric(random)
    if 0 in (along, across) or abs(along) == abs(across):
        raise Redraw
    large, little = sorted((along, across), key=abs, reverse=True)
    ratio = Fraction(abs(large), abs(little))
    trace, whole = large + little, large * little
    return instance(
        question(
            both("求 {} 的 2 范数条件数 {}。", "Find the 2-norm condition number of {}, {}.", "A", r"\kappa_2(A)"),
            FRACTION,
            f"A = {matrix_tex(a)}",
        ),
        number(ratio),
        steps(
            both("特征方程：{}。", "Characteristic equation: {}.", f"{characteristic_tex(trace, whole)} = 0"),
            rf"$\lambda = {large},\ {little}$",
            both(
                "{} 对称，奇异值是 {}：{}。",
                "{} is symmetric, so its singular values are {}: {}.",
                "A",
                r"|\lambda|",
                rf"\kappa_2 = \frac{{{abs(large)}}}{{{abs(little)}}}" + _reduced(ratio, little),
            ),
        ),
        wrong(number(1 / ratio), "分子分母颠倒", "upside down"),
        wrong(number(ratio**2), "用了 $A^\\top A$ 的特征值", "used the eigenvalues of $A^\\top A$"),
        wrong(number(abs(whole)), "相乘而不是相除", "multiplied instead of dividing"),
        wrong(number(Fraction(large, little)), "没有取绝对值", "took no absolute values"),
        wrong(number(abs(large)), "只给出了 $\\|A\\|_2$", "gave only $\\|A\\|_2$"),
    )


def _reduced(ratio: Fraction, little: int) -> str:
    return "" if ratio.denominator == abs(little) and ratio.denominator > 1 else f" = {number_tex(ratio)}"


@drill("pseudoinverse", "la.pinv-conditioning", "列的伪逆", "Pseudoinverse of a column")
def _pseudoinverse(random: Random) -> Instance:
    a = integers(random, random.choice((2, 3)), 4)
    square = dot(a, a)
    share = Fraction(1, square)
    return instance(
        question(
            both("求列向量 {} 的伪逆 {}。", "Find the pseudoinverse {1} of the column {0}.", "a", "a^+"),
            MATRIX_OF_FRACTIONS,
            f"a = {vector_tex(a)}",
        ),
        matrix([scaled(share, a)]),
        steps(
            both("列满秩：{}。", "Full column rank: {}.", r"a^+ = (a^\top a)^{-1}a^\top"),
            rf"$a^\top a = {number_tex(square)}$",
            rf"$a^+ = \frac{{1}}{{{number_tex(square)}}}{matrix_tex([a])} = {matrix_tex([scaled(share, a)])}$",
        ),
        wrong(matrix([a]), "只转置，没有除以 $a^\\top a$", "transposed, not divided by $a^\\top a$"),
        wrong(matrix([[value] for value in scaled(share, a)]), "形状错，应为一行", "wrong shape: it is a row"),
        wrong(
            matrix([[Fraction(1, value) if value else 0 for value in a]]),
            "逐分量取了倒数",
            "took reciprocals entry by entry",
        ),
        wrong(matrix([scaled(-share, a)]), "符号错", "wrong sign"),
        wrong(matrix([scaled(share * share, a)]), "除了两次", "divided twice"),
    )


@drill("explained-variance", "la.pca", "解释方差比", "Explained variance")
def _explained_variance(random: Random) -> Instance:
    a, _u, along, across = symmetric(random)
    large, little = max(along, across), min(along, across)
    if little < 1:
        raise Redraw
    total = large + little
    share = Fraction(large, total)
    return instance(
        question(
            both(
                "数据的协方差矩阵是 {}。第一主成分解释了总方差的多大比例？",
                "{} is the covariance matrix of the data. What share of the variance does the first component explain?",
                "C",
            ),
            FRACTION,
            f"C = {matrix_tex(a)}",
        ),
        number(share),
        steps(
            both("特征方程：{}。", "Characteristic equation: {}.", f"{characteristic_tex(total, large * little)} = 0"),
            rf"$\lambda_1 = {large},\quad \lambda_2 = {little}$",
            rf"$\frac{{\lambda_1}}{{\lambda_1 + \lambda_2}} = \frac{{{large}}}{{{total}}}"
            + f"{_lowest(share, total)}$",
        ),
        wrong(number(Fraction(little, total)), "给出了第二主成分的比例", "gave the second component's share"),
        wrong(number(Fraction(large**2, large**2 + little**2)), "特征值又平方了", "squared the eigenvalues"),
        wrong(number(Fraction(large, little)), "给出了两个特征值之比", "gave the ratio of the eigenvalues"),
        wrong(
            number(Fraction(max(a[0][0], a[1][1]), total)),
            "用了对角元，没有旋转",
            "used the diagonal, without rotating",
        ),
    )


def _lowest(share: Fraction, total: int) -> str:
    return "" if share.denominator == total else f" = {number_tex(share)}"
