"""Drills on random variables: distributions, their means and variances, covariance, the bivariate Gaussian."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial
from random import Random

from recall.core.drills.drill import Distractor, Drill, DrillError, Instance, Parameters, Redraw, instance
from recall.core.drills.exact import number, vector
from recall.core.drills.numeric import FRACTIONS, decimal, wrong_number
from recall.core.drills.tex import factor_tex, matrix_tex, number_tex, row_tex, sum_tex
from recall.core.drills.wording import FRACTION, question, steps, wrong
from recall.core.model import Text


def _binomial_pmf(_: Parameters, random: Random) -> Instance:
    trials = random.randint(3, 5)
    successes = random.randint(1, trials - 1)
    p = random.choice((Fraction(1, 3), Fraction(2, 3), Fraction(1, 4), Fraction(3, 4), Fraction(1, 5), Fraction(2, 5)))
    q = 1 - p

    def pmf(k: int) -> Fraction:
        return comb(trials, k) * p**k * q ** (trials - k)

    one_order = pmf(successes) / comb(trials, successes)
    failures = trials - successes
    return instance(
        question(
            Text(
                rf"$X\sim\mathrm{{Bin}}({trials},{number_tex(p)})$，求 $P(X={successes})$。",
                rf"$X\sim\mathrm{{Bin}}({trials},{number_tex(p)})$. Find $P(X={successes})$.",
            ),
            FRACTION,
        ),
        number(pmf(successes)),
        steps(
            rf"$\binom{{{trials}}}{{{successes}}}={comb(trials, successes)}$",
            rf"$p^{{{successes}}}(1-p)^{{{failures}}}={number_tex(p**successes)}\cdot {number_tex(q**failures)}"
            rf"={number_tex(one_order)}$",
            rf"${comb(trials, successes)}\cdot {number_tex(one_order)}={number_tex(pmf(successes))}$",
        ),
        wrong_number(one_order, "漏了二项式系数，只算了一种顺序", "no binomial coefficient: one order only"),
        wrong_number(pmf(failures), "成功与失败的概率对调了", "success and failure swapped"),
        wrong_number(sum(map(pmf, range(successes + 1))), "算成了累积概率", "the cumulative probability"),
        wrong_number(
            one_order * (factorial(trials) // factorial(failures)),
            "用了排列数而不是组合数",
            "permutations instead of combinations",
        ),
    )


def _pair(mean: Fraction | int, variance: Fraction | int, zh: str, en: str) -> Distractor:
    return wrong(vector((mean, variance)), zh, en)


def _moments_question(law: str) -> Text:
    return question(
        Text(
            rf"$X\sim {law}$，求 $(\mathrm{{E}}X,\mathrm{{Var}}X)$。",
            rf"$X\sim {law}$. Find $(\mathrm{{E}}X,\mathrm{{Var}}X)$.",
        ),
        FRACTIONS,
    )


def _binomial_moments(random: Random) -> Instance:
    n, p = random.choice((8, 10, 12, 18, 20, 24, 36)), Fraction(random.randint(1, 4), random.choice((5, 6)))
    mean, variance = n * p, n * p * (1 - p)
    return instance(
        _moments_question(rf"\mathrm{{Bin}}({n},{number_tex(p)})"),
        vector((mean, variance)),
        steps(
            rf"$np={n}\cdot {number_tex(p)}={number_tex(mean)}$",
            rf"$np(1-p)={number_tex(mean)}\cdot {number_tex(1 - p)}={number_tex(variance)}$",
        ),
        _pair(mean, mean, "把方差当成均值，那是泊松分布", "variance equal to the mean: that is Poisson"),
        _pair(
            mean, n * n * p * (1 - p), "方差随 $n$ 线性增长，不是平方", "the variance grows with $n$, not its square"
        ),
        _pair(mean, n * p * p, "方差漏了因子 $1-p$，多乘了 $p$", "a factor $p$ in place of $1-p$"),
        _pair(n * (1 - p), variance, "用了失败的概率", "the probability of failure"),
    )


def _poisson_moments(random: Random) -> Instance:
    rate, hours = Fraction(random.randint(1, 9), 2), random.randint(2, 6)
    mean = rate * hours
    law = rf"\mathrm{{Pois}}(\lambda t),\ \lambda={number_tex(rate)},\ t={hours}"
    return instance(
        _moments_question(law),
        vector((mean, mean)),
        steps(
            rf"$\mathrm{{E}}X=\lambda t={number_tex(rate)}\cdot {hours}={number_tex(mean)}$",
            rf"$\mathrm{{Var}}X=\lambda t={number_tex(mean)}$",
        ),
        _pair(mean, mean**2, "把方差当成均值的平方，那是指数分布", "the mean squared: that is exponential"),
        _pair(rate, rate, "漏乘了时间 $t$", "the time $t$ is missing"),
        _pair(mean, rate * hours**2, "方差多乘了一个 $t$", "one $t$ too many in the variance"),
        _pair(1 / mean, 1 / mean**2, "当成了等待时间", "taken for a waiting time"),
    )


def _geometric_moments(random: Random) -> Instance:
    p = Fraction(random.randint(1, 5), random.randint(6, 10))
    mean, variance = 1 / p, (1 - p) / p**2
    asked = Text(
        rf"独立重复试验，成功概率 $p={number_tex(p)}$，$X$ 是首次成功时的试验次数（含这一次）。"
        r"求 $(\mathrm{E}X,\mathrm{Var}X)$。",
        rf"In independent trials with success probability $p={number_tex(p)}$, $X$ is the number of trials up to and "
        r"including the first success. Find $(\mathrm{E}X,\mathrm{Var}X)$.",
    )
    return instance(
        question(asked, FRACTIONS),
        vector((mean, variance)),
        steps(
            rf"$\mathrm{{E}}X=1/p={number_tex(mean)}$",
            rf"$\mathrm{{Var}}X=(1-p)/p^2={number_tex(1 - p)}\cdot {number_tex(1 / p**2)}={number_tex(variance)}$",
        ),
        _pair(mean - 1, variance, "数的是失败次数，没有算成功那一次", "counts failures, without the success"),
        _pair(mean, (1 - p) / p, "方差的分母漏了平方", "the square in the denominator is missing"),
        _pair(mean, 1 / p**2, "方差漏了因子 $1-p$", "a factor $1-p$ is missing in the variance"),
        _pair(mean, p * (1 - p), "这是一次试验的方差", "the variance of one trial"),
    )


def _uniform_moments(random: Random) -> Instance:
    low = random.randint(-4, 4)
    high = low + random.randint(2, 12)
    mean, variance = Fraction(low + high, 2), Fraction((high - low) ** 2, 12)
    return instance(
        _moments_question(rf"U({low},{high})"),
        vector((mean, variance)),
        steps(
            rf"$\mathrm{{E}}X=(a+b)/2={number_tex(mean)}$",
            rf"$\mathrm{{Var}}X=(b-a)^2/12={high - low}^2/12={number_tex(variance)}$",
        ),
        _pair(mean, Fraction(high - low, 12), "方差漏了平方", "the length is not squared"),
        _pair(mean, Fraction((high - low) ** 2, 4), "把方差当成半长的平方", "half the length, squared"),
        _pair(Fraction(high - low, 2), variance, "把半长当成了均值", "half the length for the mean"),
        _pair(mean, Fraction(low**2 + low * high + high**2, 3), "这是二阶矩，没有减均值的平方", "the second moment"),
    )


def _exponential_moments(random: Random) -> Instance:
    rate = Fraction(random.randint(1, 9), random.randint(1, 6))
    if rate == 1:
        raise Redraw
    asked = Text(
        rf"$X$ 服从速率 $\lambda={number_tex(rate)}$ 的指数分布（密度 $\lambda e^{{-\lambda x}}$，$x\ge 0$）。"
        r"求 $(\mathrm{E}X,\mathrm{Var}X)$。",
        rf"$X$ is exponential with rate $\lambda={number_tex(rate)}$ (density $\lambda e^{{-\lambda x}}$, $x\ge 0$). "
        r"Find $(\mathrm{E}X,\mathrm{Var}X)$.",
    )
    mean, variance = 1 / rate, 1 / rate**2
    return instance(
        question(asked, FRACTIONS),
        vector((mean, variance)),
        steps(
            rf"$\mathrm{{E}}X=1/\lambda={number_tex(mean)}$",
            rf"$\mathrm{{Var}}X=1/\lambda^2={number_tex(variance)}$",
        ),
        _pair(mean, mean, "把标准差当成了方差", "the standard deviation for the variance"),
        _pair(rate, rate**2, "把速率当成了均值", "the rate for the mean"),
        _pair(mean, 2 * variance, "这是二阶矩，没有减均值的平方", "the second moment: mean squared not subtracted"),
        _pair(rate, rate, "当成了泊松分布", "taken for Poisson"),
    )


FAMILIES = {
    "binomial": _binomial_moments,
    "poisson": _poisson_moments,
    "geometric": _geometric_moments,
    "uniform": _uniform_moments,
    "exponential": _exponential_moments,
}


def _moments(parameters: Parameters, random: Random) -> Instance:
    family = parameters["family"]
    if family == "any":
        return random.choice(list(FAMILIES.values()))(random)
    if family not in FAMILIES:
        raise DrillError("parameter-range", "family")
    return FAMILIES[str(family)](random)


def _linear_combination(_: Parameters, random: Random) -> Instance:
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
        _pair(mean, a * a * var_x + b * b * var_y, "漏了协方差项", "the covariance term is missing"),
        _pair(mean, variance - a * b * cov, "协方差项漏了因子 2", "the covariance term lacks its factor 2"),
        _pair(mean, variance + constant, "常数不改变方差", "the constant is added to the variance"),
        _pair(mean, a * var_x + b * var_y + 2 * a * b * cov, "方差的系数没有平方", "coefficients not squared"),
        _pair(mean, variance - 4 * a * b * cov, "协方差项的符号反了", "the sign of the covariance term is wrong"),
    )


def _joint_covariance(_: Parameters, random: Random) -> Instance:
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
        wrong_number(product, r"没有减 $\mathrm{E}X\,\mathrm{E}Y$", r"$\mathrm{E}X\,\mathrm{E}Y$ is not subtracted"),
        wrong_number(-covariance, "相减的顺序反了", "subtracted the wrong way round"),
        wrong_number(mean_x * mean_y, r"这是 $\mathrm{E}X\,\mathrm{E}Y$", r"this is $\mathrm{E}X\,\mathrm{E}Y$"),
        wrong_number(0, "把两者当成了独立", "taken for independent"),
    )


def _conditional_gaussian(_: Parameters, random: Random) -> Instance:
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
        _pair(mean, var_x, "方差没有因条件而减小", "the variance does not shrink"),
        _pair(mean_x + cov / var_x * (seen - mean_y), rest, "除以了 $X$ 的方差", "divided by the variance of $X$"),
        _pair(mean_x + slope * seen, rest, "没有减 $Y$ 的均值", "the mean of $Y$ is not subtracted"),
        _pair(mean_x + cov * (seen - mean_y), rest, "没有除以 $Y$ 的方差", "not divided by the variance of $Y$"),
        _pair(mean, var_x + slope * cov, "方差该减的项加上了", "the term is added to the variance"),
    )


def _mixture_variance(_: Parameters, random: Random) -> Instance:
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
        wrong_number(within, "漏了类间方差", "the variance between the classes is missing"),
        wrong_number(between, "漏了类内方差", "the variance within the classes is missing"),
        wrong_number(
            weight**2 * var_a + (1 - weight) ** 2 * var_b,
            "当成了独立变量的加权和",
            "taken for a weighted sum of independent variables",
        ),
        wrong_number(Fraction(var_a + var_b, 2) + between, "类内方差没有加权", "the variances within are not weighted"),
    )


DRILLS: tuple[Drill, ...] = (
    Drill("binomial-pmf", "pr.discrete", Text("二项分布的概率", "Binomial probability"), {}, _binomial_pmf),
    Drill(
        "moments",
        "pr.expectation-variance",
        Text("常见分布的均值与方差", "Mean and variance of a distribution"),
        {"family": "any"},
        _moments,
    ),
    Drill(
        "linear-combination",
        "pr.covariance",
        Text("线性组合的均值与方差", "Mean and variance of a combination"),
        {},
        _linear_combination,
    ),
    Drill(
        "joint-covariance",
        "pr.covariance",
        Text("由联合分布求协方差", "Covariance from a table"),
        {},
        _joint_covariance,
    ),
    Drill(
        "conditional-gaussian",
        "pr.multivariate-gaussian",
        Text("二元高斯的条件分布", "Conditional of a bivariate Gaussian"),
        {},
        _conditional_gaussian,
    ),
    Drill(
        "mixture-variance",
        "pr.conditional-expectation",
        Text("全方差公式", "Law of total variance"),
        {},
        _mixture_variance,
    ),
)
