"""The drills of probability, computed again from what their questions say: by enumeration and with NumPy."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb, log2, prod, sqrt

import numpy as np
import numpy.typing as npt

from tests.core.drills.reading import after, before, rows, tuples

Array = npt.NDArray[np.float64]


def bayes_test(text: str) -> float:
    """By counting people in a large population."""
    people = 1_000_000
    ill = people * after(text, "$P(D)=")
    true, false = ill * after(text, r"$P(+\mid D)="), (people - ill) * after(text, r"$P(+\mid D^c)=")
    return float(true / (true + false))


def total_probability(text: str) -> float:
    shares, rates = tuples(text)
    return float(np.dot(np.array(shares, dtype=float), np.array(rates, dtype=float)))


def joint_conditional(text: str) -> float:
    table = np.array(rows(text), dtype=float)
    x, y = int(after(text, "P(X=")), int(after(text, r"\mid Y="))
    return float((table / table.sum(axis=0))[x, y])


def hypergeometric(text: str) -> Fraction:
    """By looking at every hand."""
    red, blue, drawn, wanted = map(int, re.findall(r"\$(\d+)\$", text))
    hands = list(combinations([1] * red + [0] * blue, drawn))
    return Fraction(sum(sum(hand) == wanted for hand in hands), len(hands))


def birthday(text: str) -> float:
    """Placing the requests one after the other: the probability that k buckets are in use."""
    people, days = map(int, re.findall(r"\$(\d+)\$", text))
    alone = 1.0
    for used in range(people):
        alone *= 1 - used / days
    return 1 - alone


def stationary(text: str) -> list[float]:
    chain = np.array(rows(text), dtype=float)
    system = np.vstack([chain.T - np.eye(2), np.ones(2)])
    return list(np.linalg.lstsq(system, np.array([0.0, 0.0, 1.0]), rcond=None)[0])


def chebyshev(text: str) -> Fraction:
    """The extreme case: mass p/2 at either end, with p fixed by the variance."""
    return after(text, "variance $") / after(text, r"|\ge ") ** 2


def binomial_pmf(text: str) -> Fraction:
    """By going through all sequences of successes and failures."""
    trials, p, wanted = after(text, r"\mathrm{Bin}("), after(text, ","), after(text, "P(X=")
    total = Fraction(0)
    for outcome in product((0, 1), repeat=int(trials)):
        if sum(outcome) == wanted:
            total += prod((p if success else 1 - p for success in outcome), start=Fraction(1))
    return total


def family_of(text: str) -> str:
    marks = {"binomial": "Bin", "poisson": "Pois", "geometric": "first success", "uniform": "U(", "exponential": "expo"}
    return next(family for family, mark in marks.items() if mark in text)


def moments(text: str) -> list[float]:
    """By summing the law, or with a quadrature that is exact for squares."""
    family = family_of(text)
    if family == "binomial":
        trials, p = int(after(text, "Bin}(")), float(after(text, ","))
        return series(pgf_power(p, trials))
    if family == "poisson":
        rate = float(after(text, r"\lambda=") * after(text, r"t="))
        return series(poisson(rate))
    if family == "geometric":
        p = float(after(text, "$p="))
        return series([0.0, *(p * (1 - p) ** k for k in range(int(60 / p)))])
    if family == "uniform":
        low, high = map(float, tuples(text.replace("(X,", ""))[0])
        nodes, weights = np.polynomial.legendre.leggauss(5)
        return law_moments((low + high) / 2 + (high - low) / 2 * nodes, weights / 2)
    nodes, weights = np.polynomial.laguerre.laggauss(5)
    return law_moments(nodes / float(after(text, r"\lambda=")), weights)


def pgf_power(p: float, trials: int) -> list[float]:
    """Coefficients of (1-p+pz)^n."""
    law = np.array([1.0])
    for _ in range(trials):
        law = np.convolve(law, [1 - p, p])
    return list(law)


def poisson(rate: float) -> list[float]:
    law = [float(np.exp(-rate))]
    for k in range(1, 150):
        law.append(law[-1] * rate / k)
    return law


def series(law: Sequence[float]) -> list[float]:
    """Mean and variance of a law on 0, 1, 2, ..."""
    return law_moments(np.arange(len(law), dtype=float), np.array(law))


def law_moments(support: Array, weights: Array) -> list[float]:
    mean = support @ weights
    return [float(mean), float((support - mean) ** 2 @ weights)]


def linear_combination(text: str) -> list[float]:
    """With the covariance matrix: w'mu + c and w'Sigma w."""
    a, b = coefficient(text, "X"), coefficient(text, "Y")
    constant = float(re.findall(r"\+ (\d+)\$", text)[0])
    w = np.array([a, b])
    mu = np.array([float(after(text, rf"\mathrm{{E}}{v}=")) for v in "XY"])
    cov = float(after(text, r"\mathrm{Cov}(X,Y)="))
    variances = [float(after(text, rf"\mathrm{{Var}}{v}=")) for v in "XY"]
    sigma = np.array([[variances[0], cov], [cov, variances[1]]])
    return [float(w @ mu + constant), float(w @ sigma @ w)]


def coefficient(text: str, symbol: str) -> float:
    found = re.search(rf"(-? ?\d*){symbol}(?= [-+])", text[text.index("$Z=") :])
    assert found
    shown = found[1].replace(" ", "")
    return float(f"{shown}1") if shown in ("", "-") else float(shown)


def joint_covariance(text: str) -> float:
    """Half the mean squared distance product of two independent draws: E[(X-X')(Y-Y')]/2."""
    table = np.array(rows(text), dtype=float)
    table /= table.sum()
    points = [(x, y, table[x, y]) for x in range(2) for y in range(3)]
    return float(sum(p * q * (x - u) * (y - v) for x, y, p in points for u, v, q in points)) / 2


def conditional_gaussian(text: str) -> list[float]:
    """From the precision matrix."""
    mean = np.array(tuples(text)[0], dtype=float)
    precision = np.linalg.inv(np.array(rows(text), dtype=float))
    seen = float(after(text, "given $Y="))
    return [mean[0] - precision[0, 1] / precision[0, 0] * (seen - mean[1]), 1 / precision[0, 0]]


def mixture_variance(text: str) -> float:
    """From the second moment."""
    weight = after(text, "probability $")
    means = [int(found) for found in re.findall(r"mean \$(\d+)\$", text)]
    variances = [int(found) for found in re.findall(r"variance \$(\d+)\$", text)]
    weights = (weight, 1 - weight)
    second = sum(w * (v + m * m) for w, v, m in zip(weights, variances, means, strict=True))
    return float(second - sum(w * m for w, m in zip(weights, means, strict=True)) ** 2)


def confidence_interval(text: str) -> list[float]:
    error = float(after(text, r"\sigma=")) / sqrt(after(text, "$n="))
    return [float(after(text, "mean $")) + sign * 1.96 * error for sign in (-1, 1)]


def mle(text: str) -> float:
    """Where the log-likelihood is largest, by the sign of its derivative."""
    if "Bernoulli" in text:
        trials, wins = map(int, re.findall(r"\$(\d+)\$", text))
        return argmax(lambda p: wins * np.log(p) + (trials - wins) * np.log(1 - p), 1e-9, 1 - 1e-9)
    sample = np.array(tuples(text)[0], dtype=float)
    if "normal" in text:
        spread = (sample - sample.mean()) ** 2
        return argmax(lambda v: -np.sum(np.log(v) + spread / v), 1e-3, 100)
    if "Poisson" in text:
        return argmax(lambda r: np.sum(sample * np.log(r) - r), 1e-3, 20)
    return argmax(lambda r: np.sum(np.log(r) - r * sample), 1e-3, 20)


def argmax(likelihood: Callable[[complex], complex], low: float, high: float) -> float:
    """Where the derivative, by a complex step, changes its sign."""
    for _ in range(60):
        middle = (low + high) / 2
        rising = likelihood(middle + 1e-30j).imag > 0
        low, high = (middle, high) if rising else (low, middle)
    return low


def unbiased_variance(text: str) -> float:
    return float(np.var(np.array(tuples(text)[0], dtype=float), ddof=1))


def beta_posterior(text: str) -> float:
    """By integrating the likelihood times the prior."""
    a, b = map(int, re.findall(r"Beta\}\}?\((\d+),(\d+)\)", text)[0])
    trials, wins = int(before(text, "$ independent")), int(after(text, "give $"))
    up, down = a + wins - 1, b + trials - wins - 1

    def integral(power: int) -> Fraction:
        """Of p^power (1-p)^down over [0, 1], term by term."""
        return sum((Fraction((-1) ** k * comb(down, k), power + k + 1) for k in range(down + 1)), Fraction(0))

    return float(integral(up + 1) / integral(up))


def bits(*laws: Sequence[Fraction]) -> float:
    """The cross-entropy of two laws, the entropy of one, in bits."""
    return -sum(float(p) * log2(q) for p, q in zip(laws[0], laws[-1], strict=True) if p)


def information_gain(text: str) -> float:
    """As mutual information: H(class) + H(child) - H(class, child)."""
    _, *children = tuples(text)
    joint = np.array(children, dtype=float) / 16

    def entropy(law: Array) -> float:
        positive = law[law > 0]
        return float(-(positive * np.log2(positive)).sum())

    return entropy(joint.sum(axis=0)) + entropy(joint.sum(axis=1)) - entropy(joint.ravel())


CHECKS: dict[str, Callable[[str], object]] = {
    "bayes-test": bayes_test,
    "total-probability": total_probability,
    "joint-conditional": joint_conditional,
    "hypergeometric": hypergeometric,
    "birthday": birthday,
    "stationary": stationary,
    "chebyshev": chebyshev,
    "binomial-pmf": binomial_pmf,
    "moments": moments,
    "linear-combination": linear_combination,
    "joint-covariance": joint_covariance,
    "conditional-gaussian": conditional_gaussian,
    "mixture-variance": mixture_variance,
    "confidence-interval": confidence_interval,
    "mle": mle,
    "unbiased-variance": unbiased_variance,
    "beta-posterior": beta_posterior,
    "entropy": lambda text: bits(*tuples(text)),
    "cross-entropy": lambda text: bits(*tuples(text)),
    "kl-divergence": lambda text: bits(*tuples(text)) - bits(tuples(text)[0]),
    "information-gain": information_gain,
}
