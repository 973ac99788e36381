"""Drills on one random variable: the binomial law, means and variances of five laws."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial
from random import Random

from recall.core.drills.drill import Distractor, DrillError, Instance, Redraw, drill, instance
from recall.core.drills.exact import number, vector
from recall.core.drills.tex import number_tex
from recall.core.drills.wording import FRACTION, FRACTIONS, question, steps, wrong
from recall.core.model import Text


@drill("binomial-pmf", "pr.discrete", "二项分布的概率", "Binomial probability")
def _binomial_pmf(random: Random) -> Instance:
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
        wrong(number(one_order), "漏了二项式系数，只算了一种顺序", "no binomial coefficient: one order only"),
        wrong(number(pmf(failures)), "成功与失败的概率对调了", "success and failure swapped"),
        wrong(number(sum(map(pmf, range(successes + 1)))), "算成了累积概率", "the cumulative probability"),
        wrong(
            number(one_order * (factorial(trials) // factorial(failures))),
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


@drill("moments", "pr.expectation-variance", "常见分布的均值与方差", "Mean and variance of a distribution")
def _moments(random: Random, *, family: str = "any") -> Instance:
    if family == "any":
        return random.choice(list(FAMILIES.values()))(random)
    if family not in FAMILIES:
        raise DrillError("parameter-range", "family")
    return FAMILIES[family](random)
