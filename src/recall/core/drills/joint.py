"""Drills on random variables together: combinations, covariance, the bivariate Gaussian, mixtures."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import decimal, number, vector
from recall.core.drills.tex import factor_tex, matrix_tex, number_tex, row_tex, sum_tex
from recall.core.drills.wording import FRACTION, FRACTIONS, question, steps, wrong
from recall.core.model import Text


@drill("linear-combination", "pr.covariance", "线性组合的均值与方差", "Mean and variance of a combination")
def _linear_combination(random: Random) -> Instance:
    a, b = random.choice((2, 3, 4)), random.choice((-3, -2, -1, 2, 3))
    mean_x, mean_y = random.randint(-4, 6), random.randint(-4, 6)
    var_x, var_y = random.randint(2, 6), random.randint(2, 6)
    cov = random.choice((-2, -1, 1))
    constant = random.randint(1, 9)
    mean = a * mean_x + b * mean_y + constant
    variance = a * a * var_x + b * b * var_y + 2 * a * b * cov
    given = ",\\ ".join(
        (
            rf"\mathrm{{E}}X={mean_x}",
            rf"\mathrm{{E}}Y={mean_y}",
            rf"\mathrm{{Var}}X={var_x}",
            rf"\mathrm{{Var}}Y={var_y}",
        )
    )
    z = f"Z={sum_tex(((a, 'X'), (b, 'Y'), (constant, '')))}"
    cross = rf"$\mathrm{{Cov}}(X,Y)={cov}$"
    return instance(
        question(
            Text(
                rf"已知 ${given}$，{cross}，${z}$。求 $(\mathrm{{E}}Z,\mathrm{{Var}}Z)$。",
                rf"Given ${given}$, {cross} and ${z}$, find $(\mathrm{{E}}Z,\mathrm{{Var}}Z)$.",
            ),
            FRACTIONS,
        ),
        vector((mean, variance)),
        steps(
            rf"$\mathrm{{E}}Z={a}\cdot {factor_tex(mean_x)}+{factor_tex(b)}\cdot {factor_tex(mean_y)}"
            rf"+{constant}={mean}$",
            r"$\mathrm{Var}Z=a^2\mathrm{Var}X+b^2\mathrm{Var}Y+2ab\,\mathrm{Cov}(X,Y)$",
            rf"$={a * a * var_x}+{b * b * var_y}+{factor_tex(2 * a * b * cov)}={variance}$",
        ),
        wrong(vector((mean, a * a * var_x + b * b * var_y)), "漏了协方差项", "the covariance term is missing"),
        wrong(vector((mean, variance - a * b * cov)), "协方差项漏了因子 2", "the covariance term lacks its factor 2"),
        wrong(vector((mean, variance + constant)), "常数不改变方差", "the constant is added to the variance"),
        wrong(
            vector((mean, a * var_x + b * var_y + 2 * a * b * cov)), "方差的系数没有平方", "coefficients not squared"
        ),
        wrong(
            vector((mean, variance - 4 * a * b * cov)), "协方差项的符号反了", "the sign of the covariance term is wrong"
        ),
    )


@drill("joint-covariance", "pr.covariance", "由联合分布求协方差", "Covariance from a table")
def _joint_covariance(random: Random) -> Instance:
    cells = [[random.randint(0, 5) for _ in range(3)] for _ in range(2)]
    total = sum(map(sum, cells))
    if total not in (10, 12):
        raise Redraw
    mean_x = Fraction(sum(cells[1]), total)
    mean_y = sum((Fraction(y * (cells[0][y] + cells[1][y]), total) for y in range(3)), Fraction(0))
    product = Fraction(cells[1][1] + 2 * cells[1][2], total)
    covariance = product - mean_x * mean_y
    table = rf"$\frac{{1}}{{{total}}}{matrix_tex(cells)}$"
    if covariance == 0:
        raise Redraw
    return instance(
        question(
            Text(
                rf"$(X,Y)$ 的联合分布为 {table}，行是 $X=0,1$，列是 $Y=0,1,2$。求 $\mathrm{{Cov}}(X,Y)$。",
                rf"$(X,Y)$ has the joint distribution {table}, with rows $X=0,1$ and columns $Y=0,1,2$. "
                r"Find $\mathrm{Cov}(X,Y)$.",
            ),
            FRACTION,
        ),
        number(covariance),
        steps(
            rf"$\mathrm{{E}}X={number_tex(mean_x)}$, $\mathrm{{E}}Y={number_tex(mean_y)}$",
            rf"$\mathrm{{E}}XY={number_tex(product)}$",
            rf"$\mathrm{{E}}XY-\mathrm{{E}}X\,\mathrm{{E}}Y={number_tex(product)}-{number_tex(mean_x * mean_y)}"
            rf"={number_tex(covariance)}$",
        ),
        wrong(number(product), r"没有减 $\mathrm{E}X\,\mathrm{E}Y$", r"$\mathrm{E}X\,\mathrm{E}Y$ is not subtracted"),
        wrong(number(-covariance), "相减的顺序反了", "subtracted the wrong way round"),
        wrong(number(mean_x * mean_y), r"这是 $\mathrm{E}X\,\mathrm{E}Y$", r"this is $\mathrm{E}X\,\mathrm{E}Y$"),
        wrong(number(0), "把两者当成了独立", "taken for independent"),
    )


@drill("conditional-gaussian", "pr.multivariate-gaussian", "二元高斯的条件分布", "Conditional of a bivariate Gaussian")
def _conditional_gaussian(random: Random) -> Instance:
    mean_x, mean_y = random.randint(-3, 5), random.randint(-3, 5)
    var_y = random.choice((2, 4, 5))
    slope = Fraction(random.choice((-3, -2, -1, 1, 2, 3)), random.choice((1, 2)))
    cov = slope * var_y
    rest = random.randint(1, 6)
    var_x = rest + slope * cov
    seen = mean_y + random.choice((-4, -2, 2, 4))
    if cov.denominator > 1 or var_x.denominator > 1:
        raise Redraw
    mean = mean_x + slope * (seen - mean_y)
    mu = rf"\mu={row_tex((mean_x, mean_y))}^\top"
    sigma = rf"\Sigma={matrix_tex(((var_x, cov), (cov, var_y)))}"
    return instance(
        question(
            Text(
                rf"$(X,Y)$ 服从二元高斯分布，${mu}$，${sigma}$。求 $Y={seen}$ 时 $X$ 的条件均值与条件方差。",
                rf"$(X,Y)$ is bivariate Gaussian with ${mu}$ and ${sigma}$. "
                rf"Find the conditional mean and the conditional variance of $X$ given $Y={seen}$.",
            ),
            FRACTIONS,
        ),
        vector((mean, rest)),
        steps(
            rf"$\mathrm{{Cov}}(X,Y)/\mathrm{{Var}}Y={number_tex(slope)}$",
            rf"${mean_x}+{factor_tex(slope)}\cdot ({seen}-{factor_tex(mean_y)})={number_tex(mean)}$",
            rf"${number_tex(var_x)}-{factor_tex(slope)}\cdot {factor_tex(cov)}={rest}$",
        ),
        wrong(vector((mean, var_x)), "方差没有因条件而减小", "the variance does not shrink"),
        wrong(
            vector((mean_x + cov / var_x * (seen - mean_y), rest)),
            "除以了 $X$ 的方差",
            "divided by the variance of $X$",
        ),
        wrong(vector((mean_x + slope * seen, rest)), "没有减 $Y$ 的均值", "the mean of $Y$ is not subtracted"),
        wrong(
            vector((mean_x + cov * (seen - mean_y), rest)), "没有除以 $Y$ 的方差", "not divided by the variance of $Y$"
        ),
        wrong(vector((mean, var_x + slope * cov)), "方差该减的项加上了", "the term is added to the variance"),
    )


@drill("mixture-variance", "pr.conditional-expectation", "全方差公式", "Law of total variance")
def _mixture_variance(random: Random) -> Instance:
    weight = Fraction(random.choice((1, 2, 3, 4, 5, 6, 7, 8, 9)), 10)
    mean_a, mean_b = random.sample(range(0, 11, 5), 2)
    var_a, var_b = random.sample(range(1, 9), 2)
    mean = weight * mean_a + (1 - weight) * mean_b
    within = weight * var_a + (1 - weight) * var_b
    between = weight * (1 - weight) * (mean_a - mean_b) ** 2
    return instance(
        question(
            Text(
                rf"以概率 ${decimal(weight)}$ 从 A 类抽取（均值 ${mean_a}$，方差 ${var_a}$），"
                rf"否则从 B 类抽取（均值 ${mean_b}$，方差 ${var_b}$）。求抽到的值的方差。",
                rf"With probability ${decimal(weight)}$ a value is of class A (mean ${mean_a}$, variance ${var_a}$), "
                rf"or else of class B (mean ${mean_b}$, variance ${var_b}$). Find the variance of the value.",
            ),
            FRACTION,
        ),
        number(within + between),
        steps(
            Text(
                rf"全方差公式；类内：$\mathrm{{E}}[\mathrm{{Var}}]={number_tex(within)}$。",
                rf"Law of total variance; within: $\mathrm{{E}}[\mathrm{{Var}}]={number_tex(within)}$.",
            ),
            Text(
                rf"总均值 ${number_tex(mean)}$，类间：${number_tex(between)}$。",
                rf"The overall mean is ${number_tex(mean)}$; between: ${number_tex(between)}$.",
            ),
            rf"${number_tex(within)}+{number_tex(between)}={number_tex(within + between)}$",
        ),
        wrong(number(within), "漏了类间方差", "the variance between the classes is missing"),
        wrong(number(between), "漏了类内方差", "the variance within the classes is missing"),
        wrong(
            number(weight**2 * var_a + (1 - weight) ** 2 * var_b),
            "当成了独立变量的加权和",
            "taken for a weighted sum of independent variables",
        ),
        wrong(
            number(Fraction(var_a + var_b, 2) + between), "类内方差没有加权", "the variances within are not weighted"
        ),
    )
