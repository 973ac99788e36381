"""Drills on estimation: confidence intervals, maximum likelihood, conjugate posteriors."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import DrillError, Instance, Redraw, drill, instance
from recall.core.drills.exact import decimal, decimals, number
from recall.core.drills.tex import number_tex
from recall.core.drills.wording import DECIMALS, FRACTION, question, steps, wrong
from recall.core.model import Text


@drill("confidence-interval", "pr.clt", "均值的置信区间", "Confidence interval of a mean")
def _interval(random: Random) -> Instance:
    root = random.choice((4, 5, 8, 10, 20))
    deviation, mean = random.choice((2, 4, 5, 8, 10)), random.randint(20, 90)
    z, one_sided = Fraction(196, 100), Fraction(1645, 1000)
    error = Fraction(deviation, root)

    def around(width: Fraction) -> tuple[Fraction, Fraction]:
        return mean - width, mean + width

    low, high = around(z * error)
    return instance(
        question(
            Text(
                rf"$n={root**2}$ 个独立观测，样本均值 ${mean}$，已知 $\sigma={deviation}$，取 $z=1.96$。"
                "求均值的 95% 正态近似置信区间（下限、上限）。",
                rf"$n={root**2}$ independent observations have mean ${mean}$; $\sigma={deviation}$ is known; "
                "take $z=1.96$. Find the 95% normal confidence interval of the mean (lower, upper).",
            ),
            DECIMALS,
        ),
        decimals((low, high)),
        steps(
            rf"$\sigma/\sqrt{{n}}={deviation}/{root}={decimal(error)}$",
            rf"$1.96\cdot {decimal(error)}={decimal(z * error)}$",
            rf"${mean}\pm {decimal(z * error)}$",
        ),
        wrong(decimals(around(z * deviation)), r"没有除以 $\sqrt{n}$", r"not divided by $\sqrt{n}$"),
        wrong(decimals(around(z * error / root)), r"除以了 $n$ 而不是 $\sqrt{n}$", r"divided by $n$, not $\sqrt{n}$"),
        wrong(decimals(around(one_sided * error)), "用了单侧的 1.645", "the one-sided 1.645"),
        wrong(decimals(around(error)), "漏乘了 1.96，只有一个标准误", "one standard error: 1.96 is missing"),
    )


def _bernoulli_mle(random: Random) -> Instance:
    trials = random.randint(8, 20)
    successes = random.randint(1, trials - 1)
    answer = Fraction(successes, trials)
    return instance(
        question(
            Text(
                rf"${trials}$ 次独立的伯努利试验，成功 ${successes}$ 次。求成功概率 $p$ 的最大似然估计。",
                rf"${trials}$ independent Bernoulli trials give ${successes}$ successes. "
                "Find the maximum-likelihood estimate of the success probability $p$.",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"$\ell(p)={successes}\ln p+{trials - successes}\ln(1-p)$",
            rf"$\ell'(p)=0$: $\hat p={successes}/{trials}={number_tex(answer)}$",
        ),
        wrong(number(Fraction(successes + 1, trials + 2)), "用了拉普拉斯平滑", "Laplace smoothing"),
        wrong(number(Fraction(successes, trials - 1)), "用 $n-1$ 作分母", "divided by $n-1$"),
        wrong(number(Fraction(successes, trials - successes)), "这是赔率", "the odds"),
        wrong(number(1 - answer), "这是失败的频率", "the frequency of failures"),
    )


def _rate_mle(random: Random, law: str) -> Instance:
    values = [random.randint(1, 9) for _ in range(random.choice((3, 4, 5)))]
    count, total = len(values), sum(values)
    mean = Fraction(total, count)
    middle = Fraction(sorted(values)[count // 2])
    listed = ", ".join(map(str, values))
    answer, inverse = (mean, 1 / mean) if law == "poisson" else (1 / mean, mean)
    family = Text("泊松分布", "Poisson") if law == "poisson" else Text("指数分布", "exponential")
    score = rf"-{count}+{total}/\lambda" if law == "poisson" else rf"{count}/\lambda-{total}"
    if mean == 1:
        raise Redraw
    return instance(
        question(
            Text(
                rf"独立同{family.zh}的样本 $({listed})$，参数为速率 $\lambda$。求 $\lambda$ 的最大似然估计。",
                rf"The sample $({listed})$ is independent and {family.en} with rate $\lambda$. "
                r"Find the maximum-likelihood estimate of $\lambda$.",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"$n={count}$, $\sum x_i={total}$",
            rf"$\ell'(\lambda)={score}=0$",
            rf"$\hat\lambda={number_tex(answer)}$",
        ),
        wrong(number(inverse), "均值与速率互为倒数，弄反了", "the reciprocal: mean and rate confused"),
        wrong(number(total), "只求了和，没有除以 $n$", "the sum, not divided by $n$"),
        wrong(number(answer * Fraction(count, count - 1)), "用 $n-1$ 代替了 $n$", "$n-1$ in place of $n$"),
        wrong(number(middle), "用了中位数", "the median"),
    )


def _normal_mle(random: Random) -> Instance:
    mean, values, squares = _sample(random)
    count = len(values)
    listed = ", ".join(map(str, values))
    answer = Fraction(squares, count)
    return instance(
        question(
            Text(
                rf"正态样本 $({listed})$，均值与方差都未知。求方差 $\sigma^2$ 的最大似然估计。",
                rf"The sample $({listed})$ is normal with unknown mean and variance. "
                r"Find the maximum-likelihood estimate of the variance $\sigma^2$.",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"$\bar x={mean}$, $\sum(x_i-\bar x)^2={squares}$",
            rf"$\hat\sigma^2=\frac{{1}}{{n}}\sum(x_i-\bar x)^2={squares}/{count}={number_tex(answer)}$",
        ),
        wrong(number(Fraction(squares, count - 1)), "除以 $n-1$：那是无偏估计", "divided by $n-1$: the unbiased one"),
        wrong(number(squares), "没有除以 $n$", "not divided by $n$"),
        wrong(number(Fraction(sum(v * v for v in values), count)), "没有减均值", "the mean is not subtracted"),
        wrong(number(Fraction(squares, count + 1)), "除以了 $n+1$", "divided by $n+1$"),
    )


def _sample(random: Random) -> tuple[int, list[int], int]:
    """A sample with a whole mean that is not 0: the mean, the values, the sum of squared deviations."""
    deviations = [random.randint(-4, 4) for _ in range(random.choice((3, 4, 5)))]
    if sum(deviations) != 0 or not any(deviations):
        raise Redraw
    mean = random.randint(2, 9)
    return mean, [mean + deviation for deviation in deviations], sum(deviation**2 for deviation in deviations)


@drill("mle", "pr.mle", "最大似然估计", "Maximum-likelihood estimate")
def _mle(random: Random, *, family: str = "any") -> Instance:
    if family == "any":
        family = random.choice(("bernoulli", "poisson", "exponential", "normal"))
    if family == "bernoulli":
        return _bernoulli_mle(random)
    if family == "normal":
        return _normal_mle(random)
    if family not in ("poisson", "exponential"):
        raise DrillError("parameter-range", "family")
    return _rate_mle(random, family)


@drill("unbiased-variance", "pr.statistics", "无偏样本方差", "Unbiased sample variance")
def _unbiased_variance(random: Random) -> Instance:
    mean, values, squares = _sample(random)
    count = len(values)
    listed = ", ".join(map(str, values))
    answer = Fraction(squares, count - 1)
    return instance(
        question(
            Text(
                rf"样本 $({listed})$ 独立同分布。求总体方差的无偏估计 $s^2$。",
                rf"The sample $({listed})$ is i.i.d. Find the unbiased estimate $s^2$ of the variance.",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"$\bar x={mean}$, $\sum(x_i-\bar x)^2={squares}$",
            rf"$s^2=\frac{{1}}{{n-1}}\sum(x_i-\bar x)^2={squares}/{count - 1}={number_tex(answer)}$",
        ),
        wrong(number(Fraction(squares, count)), "除以 $n$：有偏", "divided by $n$: biased"),
        wrong(number(squares), "没有除以 $n-1$", "not divided by $n-1$"),
        wrong(
            number(Fraction(sum(value**2 for value in values), count - 1)), "没有减均值", "the mean is not subtracted"
        ),
        wrong(number(answer / count), "这是样本均值的方差", "the variance of the sample mean"),
    )


@drill("beta-posterior", "pr.bayesian-inference", "Beta-二项后验均值", "Beta-binomial posterior mean")
def _beta_posterior(random: Random) -> Instance:
    a, b = random.randint(1, 5), random.randint(1, 5)
    trials = random.randint(4, 15)
    successes = random.randint(1, trials - 1)
    failures = trials - successes
    top, bottom = a + successes, a + b + trials
    answer = Fraction(top, bottom)
    return instance(
        question(
            Text(
                rf"先验 $p\sim\mathrm{{Beta}}({a},{b})$，${trials}$ 次独立试验成功 ${successes}$ 次。"
                "求 $p$ 的后验均值。",
                rf"The prior is $p\sim\mathrm{{Beta}}({a},{b})$; ${trials}$ independent trials give ${successes}$ "
                "successes. Find the posterior mean of $p$.",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"$p\mid x\sim\mathrm{{Beta}}({a}+{successes},{b}+{failures})=\mathrm{{Beta}}({top},{b + failures})$",
            rf"$\frac{{{top}}}{{{top}+{b + failures}}}={number_tex(answer)}$",
        ),
        wrong(number(Fraction(successes, trials)), "这是最大似然估计，没有用先验", "the MLE: the prior is unused"),
        wrong(number(Fraction(top - 1, bottom - 2)), "这是后验众数 (MAP)", "the posterior mode (MAP)"),
        wrong(number(Fraction(a + failures, bottom)), "成功与失败对调了", "successes and failures swapped"),
        wrong(number(Fraction(a, a + b)), "这是先验均值", "the prior mean"),
    )
