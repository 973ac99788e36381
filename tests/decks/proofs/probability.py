"""Proofs of stage 02, probability."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.proving import Claim, only, proof, run_code, value_of
from tests.decks.reading import found, tex_in, worth

Array = npt.NDArray[np.float64]


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return re.split(r"=|\\(?:leq?|geq?|approx)(?![A-Za-z])", tex)


def option_that(card: Claim, meanings: Mapping[str, Callable[[str], bool]]) -> str:
    """The one option that is true; `meanings` tells for a phrase how to find out."""

    def is_true(option: str) -> bool:
        (meaning,) = [meaning for phrase, meaning in meanings.items() if phrase in option]
        return bool(meaning(option))

    return only(card.options, is_true)


def below(z: float) -> float:
    """The standard normal distribution function."""
    return (1 + math.erf(z / math.sqrt(2))) / 2


def normal_density(x: Array) -> Array:
    return np.asarray(np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))


def integral(values: Array, at: Array) -> float:
    return float(np.trapezoid(values, at))


def share_close(hits: npt.NDArray[np.bool_], expected: float) -> bool:
    """Whether a share found by simulation is within 5 standard errors."""
    return bool(abs(hits.mean() - expected) <= 5 * math.sqrt(expected * (1 - expected) / hits.size) + 1e-12)


def mean_close(values: Array, expected: float) -> bool:
    return bool(abs(values.mean() - expected) <= 5 * values.std() / math.sqrt(values.size))


def variance_close(values: Array, expected: float) -> bool:
    return mean_close((values - values.mean()) ** 2, expected)


# ---------------------------------------------------------------- events, Bayes


@proof("pr.bayes-01")
def equal_conditionals(card: Claim) -> None:
    """All joint distributions of two events in tenths: the condition holds exactly where the two are equal."""
    one, two = card.formulas("back")[:2]
    for cells in itertools.product(range(11), repeat=3):
        both, only_a, only_b = cells
        if sum(cells) > 10 or not both + only_a or not both + only_b:
            continue
        notes = {"P(A)": (both + only_a) / 10, "P(B)": (both + only_b) / 10, r"P(A\cap B)": both / 10}
        holds = [abs(worth(left, notes) - worth(right, notes)) < 1e-9 for left, right in map(sides, (one, two))]
        assert any(holds) == (both * (both + only_a) == both * (both + only_b))


@proof("pr.bayes-02")
def bayes_in_odds(card: Claim) -> None:
    """A random joint distribution of H and E, conditioned by hand."""
    table = card.rng.dirichlet(np.ones(4)).reshape(2, 2)
    notes = {
        r"P(E\mid H)": table[0, 0] / table[0].sum(),
        r"P(E\mid H^c)": table[1, 0] / table[1].sum(),
        "P(H)": table[0].sum(),
        "P(H^c)": table[1].sum(),
    }
    assert worth(card.cloze(2), notes) == approx(table[0].sum() / table[1].sum())
    assert worth(card.cloze(1), notes) * worth(card.cloze(2), notes) == approx(table[0, 0] / table[1, 0])


@proof("pr.bayes-03")
def blocked_harmless(card: Claim) -> None:
    """Counts in a million items."""
    share, right_harmful, right_harmless = (number / 100 for number in card.numbers("front"))
    harmful = 1_000_000 * share
    wrongly, rightly = (1_000_000 - harmful) * (1 - right_harmless), harmful * right_harmful
    harmless, correct = (value_of(tex) for tex in card.formulas("back"))
    assert harmless == approx(wrongly / 1_000_000) and correct == approx(rightly / 1_000_000)
    assert harmless / correct == approx(10, rel=0.05)
    exact, rounded = sides(card.formulas("more")[0])
    assert value_of(exact) == approx(rightly / (rightly + wrongly))
    assert value_of(exact) == approx(value_of(rounded), abs=0.005)


@proof("pr.conditional-01")
def two_coins(card: Claim) -> None:
    """The four outcomes."""
    outcomes = list(itertools.product([True, False], repeat=2))
    events: list[Callable[[bool, bool], bool]] = [lambda a, b: a, lambda a, b: b, lambda a, b: a == b]
    joint = sum(all(event(*outcome) for event in events) for outcome in outcomes) / 4
    product = math.prod(sum(event(*outcome) for outcome in outcomes) / 4 for event in events)
    assert [value_of(sides(tex)[1]) for tex in card.formulas("back")[:2]] == [joint, product]
    for one, two in itertools.combinations(events, 2):
        assert sum(one(*o) and two(*o) for o in outcomes) / 4 == 1 / 4


@proof("pr.conditional-03")
def disjoint_or_independent(card: Claim) -> None:
    """Counts of points in a 10 by 10 square."""
    square = np.indices((10, 10))
    a, b = square[0] < 3, square[1] < 4
    notes = {"P(A)": a.mean(), "P(B)": b.mean()}
    assert worth(card.cloze(2), notes) == approx((a & b).sum() / b.sum())
    beside = square[0] >= 5
    assert value_of(card.cloze(1)) == (a & beside).sum() / beside.sum()


@proof("pr.conditional-04")
def selected_cases(card: Claim) -> None:
    """Independent events with random probabilities, divided by the probability of their union."""
    a, b = card.rng.uniform(0.1, 0.9, 2)
    union = a + b - a * b
    joint, product = a * b / union, a * b / union**2
    assert card.key == option_that(
        card,
        {
            "negatively": lambda _: 1e-9 < joint < product - 1e-9,
            "positively": lambda _: joint > product + 1e-9,
            "mutually exclusive": lambda _: joint < 1e-9,
            "independent": lambda _: abs(joint - product) < 1e-9,
        },
    )


@proof("pr.conditional-05")
def tuesday_boy(card: Claim) -> None:
    """All 196 pairs of children."""
    kinds = list(itertools.product("bg", range(7)))
    pairs = [pair for pair in itertools.product(kinds, repeat=2) if ("b", 2) in pair]
    both = sum(one[0] == two[0] == "b" for one, two in pairs)
    assert card.value == approx(both / len(pairs), rel=1e-3)


# ---------------------------------------------------------------- discrete variables, expectation


@proof("pr.discrete-01")
def binomial_to_poisson(card: Claim) -> None:
    """Binomial probabilities with ten million trials."""
    rate, n = 1.7, 10**7
    parameter = value_of(found(r"^Poisson with parameter \$(.*)\$$", card.cloze(1)), lambda_=rate)
    for k in range(5):
        exact = math.exp(math.log(math.comb(n, k)) + k * math.log(rate / n) + (n - k) * math.log1p(-rate / n))
        assert exact == approx(math.exp(-parameter) * parameter**k / math.factorial(k), rel=1e-5)
    assert value_of(card.cloze(2), lambda_=rate) == approx((1 - rate / n) ** n, rel=1e-5)


@proof("pr.discrete-03")
def widest_accuracy(card: Claim) -> None:
    """The largest of the standard deviations of a mean of zeros and ones, on a grid of p."""
    n, p = 37, np.linspace(0, 1, 2001)
    counts = np.arange(n + 1)
    ways = np.array([math.comb(n, k) for k in counts])
    weights = ways * p[:, None] ** counts * (1 - p[:, None]) ** (n - counts)
    mean = weights @ (counts / n)
    deviations = np.sqrt(weights @ (counts / n) ** 2 - mean**2)
    largest, where = card.formulas("back")[:2]
    assert value_of(largest, n=n) == approx(deviations.max(), rel=1e-6)
    assert value_of(sides(where)[1]) == approx(p[deviations.argmax()], abs=1e-3)


@proof("pr.discrete-04")
def at_least_once(card: Claim) -> None:
    """All sequences of four attempts; the ratio at a tiny p."""
    p, k = 0.3, 4
    sequences = itertools.product([p, 1 - p], repeat=k)
    once = sum(math.prod(sequence) for sequence in sequences if p in sequence)
    assert value_of(card.cloze(1), p=p, k=k) == approx(once)
    tiny = 1e-6
    assert value_of(card.cloze(2), p=tiny, k=k) / -math.expm1(k * math.log1p(-tiny)) == approx(1, abs=1e-4)


@proof("pr.discrete-05")
def thinned_requests(card: Claim) -> None:
    """The sum over all totals: Poisson times binomial."""
    mean, share, logged = card.numbers("front")
    seen = int(logged)
    totals = range(seen, 150)
    weights = [
        math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) * math.comb(n, seen) * (1 - share) ** (n - seen)
        for n in totals
    ]
    expected = sum(w * (n - seen) for w, n in zip(weights, totals, strict=True)) / sum(weights)
    assert card.value == approx(expected, rel=1e-9)


@proof("pr.expectation-variance-01")
def fixed_points(card: Claim) -> None:
    """All permutations of five elements."""
    n = 5
    permutations = list(itertools.permutations(range(n)))
    mean = sum(sum(i == j for i, j in enumerate(p)) for p in permutations) / len(permutations)
    for side in sides(card.formulas("more")[1]):
        assert value_of(side, n=n) == approx(mean)


@proof("pr.expectation-variance-02")
def sum_or_multiple(card: Claim) -> None:
    """All throws of three dice."""
    n = 3
    throws = np.array(list(itertools.product(range(1, 7), repeat=n)))
    spread = float(throws[:, 0].std())
    fraction, _, of_sum, of_multiple = card.formulas("back")
    assert value_of(of_sum, n=n, sigma=spread) == approx(throws.sum(axis=1).var())
    assert value_of(of_multiple, n=n, sigma=spread) == approx((n * throws[:, 0]).var())
    assert value_of(fraction, n=n) == approx(throws.sum(axis=1).var() / (n * throws[:, 0]).var())


@proof("pr.expectation-variance-03")
def width_of_weights(card: Claim) -> None:
    """Weights and inputs drawn at random."""
    n = 16
    weights = card.rng.normal(0, math.sqrt(value_of(card.cloze(1), n=n)), (40_000, n))
    inputs = card.rng.choice([-1.0, 1.0], (40_000, n))
    assert variance_close((weights * inputs).sum(axis=1), 1)


@proof("pr.expectation-variance-04")
def infinite_variance(card: Claim) -> None:
    """The integrand point by point; each doubling of the range adds the same, so the integral has no limit."""
    at = np.geomspace(1, 2, 2001)
    density = card.formulas("front")[1].split("=")[1]
    _, first, second = card.formulas("back")[0].split("=")
    bodies = [re.sub(r"\\int_1\^\\infty|\\,dx", "", side) for side in (first, second)]
    assert card.back.startswith("Infinite")
    for x in at[::500]:
        expected = x**2 * value_of(density, x=x)
        assert [value_of(body, x=x) for body in bodies] == approx([expected, expected])
    added = [integral(np.array([value_of(bodies[1], x=x * scale) for x in at]), at * scale) for scale in (1, 1024)]
    assert added == approx([2 * math.log(2)] * 2, rel=1e-5)


@proof("pr.expectation-variance-05")
def first_ace(card: Claim) -> None:
    """The sum of the probabilities that the first j cards hold no ace."""
    cards, aces = map(int, card.numbers("front"))
    expected = sum(Fraction(math.comb(cards - j, aces), math.comb(cards, aces)) for j in range(cards))
    assert card.value == approx(float(expected), rel=1e-3)


@proof("pr.random-variables-01")
def density_above_one(card: Claim) -> None:
    """The density times the length of the interval."""
    low, high = map(value_of, card.formulas("back")[3].strip("[]").split(","))
    height = float(found(r"equals (\d+)", card.back))
    assert height > 1 and height * (high - low) == approx(1)


@proof("pr.random-variables-02")
def changed_density(card: Claim) -> None:
    """The slope of the distribution function of a decreasing function of an exponential variable."""
    rate, y, step = 1.3, 0.4, 1e-6  # Y = exp(-X)
    notes = {"f_X(g^{-1}(y))": rate * y**rate, "(g^{-1})'(y)": -1 / y}
    above = [math.exp(-rate * -math.log(at)) for at in (y - step, y + step)]  # P(Y <= y) = P(X >= -log y)
    assert worth(card.cloze(1), notes) * worth(card.cloze(2), notes) == approx((above[1] - above[0]) / (2 * step))


@proof("pr.random-variables-03")
def inverse_of_a_distribution_function(card: Claim) -> None:
    """The logistic distribution: the two events are the same for each sample, and have the right share."""
    first, second, share = card.formulas("back")[0].split("=")
    u, x = card.rng.random(50_000), 0.6
    value = 1 / (1 + math.exp(-x))
    quantities = {"F^{-1}(U)": np.log(u / (1 - u)), "U": u, "x": np.full_like(u, x), "F(x)": np.full_like(u, value)}
    events = []
    for side in (first, second):
        low, relation, high = re.split(r"\\([lg]e)(?![a-z]) ?", found(r"^P\((.*)\)$", side))
        below_it = quantities[low] <= quantities[high]
        events.append(below_it if relation == "le" else ~below_it)
    assert (events[0] == events[1]).all() and share_close(events[0], worth(share, {"F(x)": value}))


@proof("pr.random-variables-04")
def relu_of_normal(card: Claim) -> None:
    """The distribution function that each option describes against simulation."""
    y = np.maximum(card.rng.normal(size=200_000), 0)

    def fits(option: str) -> bool:
        if option.startswith("normal"):
            return bool((y < 0).any())
        atom = value_of(found(r"point mass \$(.*?)\$", option)) if "point mass" in option else 0.0
        scale = found(r"(\d*)\\varphi", option)
        return all(
            share_close(y <= t, min(max(atom + float(scale or 1) * (below(t) - 1 / 2), 0), 1)) for t in (0, 0.5, 1, 5)
        )

    assert card.key == only(card.options, fits)


@proof("pr.random-variables-05")
def gumbel_maximum(card: Claim) -> None:
    """Each line from numbers; the last against simulation."""
    written, turned, rates, winner = card.steps
    z = np.array([0.3, -0.8, 1.1])
    x, e, z_i = 0.7, 0.45, 0.6
    name, of_e = sides(tex_in(written)[0])
    rate = float(found(r"rate (\d+)", written))
    g = value_of(of_e, E_i=e)
    assert name == "g_i" and math.exp(-g) == approx(e)
    assert math.exp(-rate * math.exp(-x)) == approx(value_of(tex_in(card.front)[1], x=x))
    one, two = (value_of(side, z_i=z_i, g_i=g, E_i=e) for side in sides(tex_in(turned)[0]))
    assert one == approx(two)
    compared = card.rng.exponential(size=(200_000, 3)) * np.exp(-z)
    claimed = np.array([value_of(tex_in(rates)[-1], z_i=value) for value in z])
    assert all(mean_close(compared[:, i], 1 / claimed[i]) for i in range(3))
    above, under = tex_in(winner)[-1].split(r"/\sum_j")
    for i in range(3):
        share = value_of(above, z_i=z[i]) / sum(value_of(under, z_j=value) for value in z)
        assert share_close(compared.argmin(axis=1) == i, share)


# ---------------------------------------------------------------- covariance, conditional expectation


def joint(card: Claim) -> tuple[Array, Array]:
    """A random joint distribution of X (rows) and Y (columns), and the values of Y."""
    return card.rng.dirichlet(np.ones(12)).reshape(3, 4), card.rng.normal(size=4)


@proof("pr.covariance-01")
def uncorrelated_square(card: Claim) -> None:
    """The three values, and no independence."""
    x = np.array([value_of(text) for text in card.formulas("front")[1].strip(r"\{}").split(",")])
    notes = {"E[X]": x.mean(), "E[X^2]": (x**2).mean(), "E[X^3]": (x**3).mean()}
    covariance = float((x * x**2).mean() - x.mean() * (x**2).mean())
    moments, derivation = card.formulas("back")
    assert [worth(side, notes) for side in sides(moments)] == approx([0, 0, 0])
    assert [worth(side, notes) for side in sides(derivation)[1:]] == approx([covariance] * 2)


@proof("pr.covariance-02")
def paired_scores(card: Claim) -> None:
    """Two correlated samples."""
    x, y = card.rng.normal(size=(2, 50))
    y = y + 0.8 * x
    whole = card.formulas("back")[0].replace(r"\operatorname", "")
    notes = {
        "{Var}(X_i-Y_i)": (x - y).var(),
        "{Var}(X_i)": x.var(),
        "{Var}(Y_i)": y.var(),
        "{Cov}(X_i,Y_i)": np.cov(x, y, bias=True)[0, 1],
    }
    one, two = (worth(side, notes) for side in sides(whole))
    assert one == approx(two)


@proof("pr.covariance-03")
def correlated_mean(card: Claim) -> None:
    """The quadratic form of the covariance matrix."""
    spread, rho = 1.4, 0.3
    limit, whole = card.formulas("back")
    for n in (5, 2000):
        matrix = spread**2 * (rho * np.ones((n, n)) + (1 - rho) * np.eye(n))
        mean = np.ones(n) / n
        assert value_of(sides(whole)[1], n=n, sigma=spread, rho=rho) == approx(mean @ matrix @ mean)
    assert value_of(limit, sigma=spread, rho=rho) == approx(mean @ matrix @ mean, rel=2e-3)


@proof("pr.covariance-04")
def covariance_of_image(card: Claim) -> None:
    """The population covariance of A x + b over a finite set of points x."""
    m, n = 2, 3
    points, a, b = card.rng.normal(size=(n, 40)), card.rng.normal(size=(m, n)), card.rng.normal(size=(m, 1))
    names = {"A": a, r"\Sigma": np.cov(points, bias=True), r"A^\top": a.T}
    tokens = re.findall(r"A\^\\top|A|\\Sigma", card.cloze(1))
    assert "".join(tokens) == card.cloze(1).strip("$").replace(" ", "")
    claimed = names[tokens[0]]
    for token in tokens[1:]:
        claimed = claimed @ names[token]
    image = np.cov(a @ points + b, bias=True)
    assert np.allclose(claimed, image)
    assert tuple({"m": m, "n": n}[side] for side in card.cloze(2).strip("$").split(r"\times ")) == image.shape


@proof("pr.conditional-expectation-01")
def total_variance(card: Claim) -> None:
    """A random joint distribution."""
    table, y = joint(card)
    weights = table.sum(axis=1)
    means = table @ y / weights
    spreads = table @ y**2 / weights - means**2
    marginal = table.sum(axis=0)
    notes = {
        r"\operatorname{Var}(Y)": float(marginal @ y**2 - (marginal @ y) ** 2),
        r"E[\operatorname{Var}(Y\mid X)]": float(weights @ spreads),
        r"\operatorname{Var}(E[Y\mid X])": float(weights @ means**2 - (weights @ means) ** 2),
    }
    one, two = (worth(side, notes) for side in sides(card.formulas("back")[0]))
    assert one == approx(two)


@proof("pr.conditional-expectation-02")
def best_predictor(card: Claim) -> None:
    """The error of another function of X against that of the conditional mean."""
    table, y = joint(card)
    weights = table.sum(axis=1)
    means, other = table @ y / weights, card.rng.normal(size=3)

    def error(g: Array) -> float:
        return float((table * (y - g[:, None]) ** 2).sum())

    added, relation, floor = re.split(r"(\\[lg]e) ", card.formulas("back")[3])
    inner = found(r"E\[(.*)\]$", added)
    gaps = [worth(inner, {r"E[Y\mid X]": m, "g(X)": g}) for m, g in zip(means, other, strict=True)]
    assert error(other) - error(means) == approx(float(weights @ gaps))
    assert relation == r"\ge" and min(gaps) >= float(floor) == 0


@proof("pr.conditional-expectation-03")
def tower(card: Claim) -> None:
    """A random joint distribution; h is a random function of X."""
    table, y = joint(card)
    weights, h = table.sum(axis=1), card.rng.normal(size=3)
    means = table @ y / weights
    mean = float(table.sum(axis=0) @ y)
    assert worth(card.cloze(1), {"E[Y]": mean}) == approx(float(weights @ means))
    for i in range(3):
        taken_out = worth(card.cloze(2), {"h(X)": h[i], r"E[Y\mid X]": means[i], "E[Y]": mean})
        assert taken_out == approx(float(table[i] @ (h[i] * y)) / weights[i])


@proof("pr.conditional-expectation-04")
def part_of_a_sum(card: Claim) -> None:
    """All throws of five dice."""
    few, many = map(int, re.findall(r"S_(\d)", card.formulas("front")[3]))
    throws = np.array(list(itertools.product(range(1, 7), repeat=many)))
    for total in (many + 3, 4 * many):
        mean = throws[throws.sum(axis=1) == total, :few].sum(axis=1).mean()
        assert [value_of(answer, s=total) for answer in card.answers] == approx([mean] * len(card.answers))


# ---------------------------------------------------------------- normal distributions


@proof("pr.gaussian-01")
def difference_of_normals(card: Claim) -> None:
    """Simulation."""
    given = {"mu_1": 1.5, "mu_2": 0.7, "sigma_1": 1.2, "sigma_2": 0.8}
    difference = card.rng.normal(1.5, 1.2, 400_000) - card.rng.normal(0.7, 0.8, 400_000)
    mean, variance = (value_of(part, **given) for part in found(r"^N\((.*)\)$", card.formulas("back")[0]).split(","))
    assert mean_close(difference, mean) and variance_close(difference, variance)


@proof("pr.gaussian-02")
def one_and_two_deviations(card: Claim) -> None:
    """The integral of the density."""
    for deviations in (1, 2):
        at = np.linspace(-deviations, deviations, 20_001)
        assert value_of(card.cloze(deviations)) == round(integral(normal_density(at), at), 2)


@proof("pr.gaussian-03")
def not_jointly_normal(card: Claim) -> None:
    """Simulation: the sum vanishes half of the time, the covariance is zero."""
    x, s = card.rng.normal(size=200_000), card.rng.choice([-1.0, 1.0], 200_000)
    name, sign, share = re.split(r"(?<=\))=", card.formulas("back")[0])
    total = found(r"^P\((.*)=0\)$", name)
    totals = np.array([value_of(total, X=x[i], Y=s[i] * x[i]) for i in range(4000)])
    assert share_close(totals == 0, value_of(share))
    assert share_close(s == value_of(found(r"S=(.*)\)$", sign)), value_of(share))
    assert mean_close(x * s * x, value_of(sides(card.formulas("more")[0])[2]))


@proof("pr.gaussian-04")
def larger_of_two(card: Claim) -> None:
    """The integral of x times the density of the maximum."""
    at = np.linspace(-10, 10, 20_001)
    density = 2 * normal_density(at) * np.array([below(x) for x in at])
    assert card.value == approx(integral(at * density, at), rel=2e-3)


def conditional_covariance(sigma: Array, of: list[int], given: list[int]) -> Array:
    between = sigma[np.ix_(of, given)]
    return np.asarray(sigma[np.ix_(of, of)] - between @ np.linalg.solve(sigma[np.ix_(given, given)], between.T))


@proof("pr.multivariate-gaussian-01")
def zero_in_the_precision(card: Claim) -> None:
    """Conditional covariances of a random precision matrix with this zero."""
    factor = card.rng.normal(size=(4, 4))
    precision = factor @ factor.T + 0.1 * np.eye(4)
    precision[0, 1] = precision[1, 0] = 0
    precision += 3 * np.eye(4)
    sigma: Array = np.asarray(np.linalg.inv(precision), dtype=np.float64)
    assert card.key == option_that(
        card,
        {
            "given all the remaining": lambda _: abs(conditional_covariance(sigma, [0, 1], [2, 3])[0, 1]) < 1e-12,
            "marginally": lambda _: abs(sigma[0, 1]) < 1e-12,
            "uncorrelated with every": lambda _: bool(np.abs(sigma[:2, 2:]).max() < 1e-12),
            "given the first two": lambda _: abs(conditional_covariance(sigma, [2, 3], [0, 1])[0, 1]) < 1e-12,
        },
    )


def of_matrices(tex: str, names: Mapping[str, Array]) -> Array:
    """A sum of products of named matrices, `\\mu_y+K(x-\\mu_x)`."""
    parts = re.findall(r"\\Sigma_\{\w\w\}|\\mu_\w|[A-Za-z()+-]", tex)
    assert "".join(parts) == tex.replace(" ", "")
    code, known = "", {}
    for number, part in enumerate(parts):
        if part in ("+", "-", ")"):
            code += part
            continue
        if code and code[-1] not in "+-(":
            code += "@"
        if part == "(":
            code += part
        else:
            known[f"m{number}"] = names[part]
            code += f"m{number}"
    return np.asarray(eval(code, {}, known))


@proof("pr.multivariate-gaussian-02")
def conditional_normal(card: Claim) -> None:
    """Random blocks; the moments of z from its linear map, the last line from the precision matrix."""
    factor = card.rng.normal(size=(4, 4))
    sigma, mu = factor @ factor.T, card.rng.normal(size=(4, 1))
    halves = {"x": slice(0, 2), "y": slice(2, 4)}
    blocks = {rf"\Sigma_{{{a}{b}}}": sigma[halves[a], halves[b]] for a, b in itertools.product("xy", repeat=2)}
    x, y = card.rng.normal(size=(2, 2, 1))
    gain = blocks[r"\Sigma_{yx}"] @ np.linalg.inv(blocks[r"\Sigma_{xx}"])
    names = blocks | {"K": gain, "x": x, "y": y, r"\mu_x": mu[:2], r"\mu_y": mu[2:]}
    defined, uncorrelated, independent, unchanged, result = card.steps
    assert sides(tex_in(defined)[0])[0] == "z"
    one, nothing = np.eye(2), np.zeros((2, 2))
    inputs = [{"x": one, "y": nothing}, {"x": nothing, "y": one}]
    to_z = np.hstack([of_matrices(sides(tex_in(defined)[0])[1], names | each) for each in inputs])
    name, covariance, zero = sides(tex_in(uncorrelated)[0])
    assert name == r"\operatorname{Cov}(z,x)" and float(zero) == 0
    assert np.allclose(of_matrices(covariance, names), (to_z @ sigma)[:, :2]) and np.allclose((to_z @ sigma)[:, :2], 0)
    assert "jointly normal" in independent and "independent" in independent
    mean_z, spread_z = (of_matrices(tex, names) for tex in tex_in(unchanged)[-2:])
    assert np.allclose(mean_z, to_z @ mu) and np.allclose(spread_z, to_z @ sigma @ to_z.T)
    moments = found(r"\\sim N\((.*)\)$", tex_in(result)[-1]).split(r",\ ")
    mean, spread = (of_matrices(tex, names) for tex in moments)
    assert np.allclose(mean, mean_z + gain @ x) and np.allclose(spread, spread_z)
    precision = np.linalg.inv(sigma)
    assert np.allclose(np.linalg.inv(spread), precision[2:, 2:])
    assert np.allclose(precision[2:, 2:] @ (mean - mu[2:]), -precision[2:, :2] @ (x - mu[:2]))


@proof("pr.multivariate-gaussian-03")
def thin_shell(card: Claim) -> None:
    """Simulation in 400 dimensions."""
    n = 400
    squares = (card.rng.standard_normal((5_000, n)) ** 2).sum(axis=1)
    mean, spread = (value_of(tex, n=n) for tex in card.formulas("back")[1:3])
    assert mean_close(squares, mean) and variance_close(squares, spread**2)
    assert np.sqrt(squares).std() == approx(value_of(card.formulas("more")[1]), rel=0.06)
    assert np.sqrt(squares).min() > 0.8 * value_of(card.formulas("front")[2], n=n)


# ---------------------------------------------------------------- other distributions


@proof("pr.other-distributions-01")
def corners_of_the_simplex(card: Claim) -> None:
    """The density, its integral near the boundary, and the moments of samples for this alpha and for ones."""
    alpha = np.array(card.numbers("front"))
    sample, flat = card.rng.dirichlet(alpha, 100_000), card.rng.dirichlet(np.ones(3), 100_000)
    assert (sample.max(axis=1) > 0.9).mean() > 1 / 2

    def density(p: Array) -> float:
        return float(np.prod(p ** (alpha - 1)))

    def barely_integrable(option: str) -> bool:
        power = value_of(found(r"p_i\^\{(.*?)\}", option))
        edges = np.geomspace(1e-100, 1, 100_001)
        parts = np.diff(edges) * np.sqrt(edges[1:] * edges[:-1]) ** power
        return np.allclose(alpha - 1, power) and parts[edges[1:] < 1e-3].sum() == approx(parts.sum() / 2, rel=0.01)

    centre = np.ones(3) / 3
    assert card.key == option_that(
        card,
        {
            "the mean is no longer": lambda _: not all(mean_close(sample[:, i], 1 / 3) for i in range(3)),
            "barely integrable": barely_integrable,
            "vanishes at the centre": lambda _: density(centre) < 1e-9,
            "variances shrink": lambda _: bool(sample.var(axis=0).max() < flat.var(axis=0).min()),
        },
    )


@proof("pr.other-distributions-02")
def waiting_paradox(card: Claim) -> None:
    """Buses over a long time, and arrivals at uniform times."""
    (mean,) = card.numbers("front")
    gaps = card.rng.exponential(mean, 500_000)
    ends = np.cumsum(gaps)
    covering = gaps[np.searchsorted(ends, card.rng.uniform(0, ends[-1], 100_000))]
    assert card.key == only(card.options, lambda option: abs(covering.mean() - float(option.split()[0])) < 0.5)


@proof("pr.other-distributions-03")
def order_statistic(card: Claim) -> None:
    """Mean and variance from the binomial distribution function, turned into the parameters of a Beta."""
    n, k = 7, 3
    at = np.linspace(0, 1, 20_001)
    above = np.sum([math.comb(n, j) * at**j * (1 - at) ** (n - j) for j in range(k)], axis=0)
    mean, square = integral(above, at), integral(2 * at * above, at)
    variance = square - mean**2
    b = (1 - mean) * (mean * (1 - mean) / variance - 1)
    assert [value_of(answer.removeprefix("b="), n=n, k=k) for answer in card.answers] == approx(
        [b] * len(card.answers), rel=1e-5
    )


# ---------------------------------------------------------------- limits and inequalities


@proof("pr.clt-01")
def error_of_the_mean(card: Claim) -> None:
    """Means of twelve exponential variables, many times over."""
    n, spread = 12, 1.7
    means = card.rng.exponential(spread, (100_000, n)).mean(axis=1)
    assert variance_close(means, value_of(card.formulas("more")[0], n=n, sigma=spread) ** 2)


@proof("pr.clt-02")
def two_limits(card: Claim) -> None:
    """Means of 400 exponential variables."""
    mu = spread = 1.5
    means = card.rng.gamma(400, mu / 400, 100_000)
    mean, variance = found(r"N\((.*)\)", card.cloze(2)).split(",")
    scaled = 20 * (means - mu)
    assert mean_close(scaled, value_of(mean)) and variance_close(scaled, value_of(variance, sigma=spread))
    assert abs(scaled).max() / 20 < 1 and mean_close(means - mu, value_of(card.cloze(1)))


@proof("pr.clt-03")
def repeated_questions(card: Claim) -> None:
    """Simulation with success rates of 0.2 and 0.9."""
    m, k = 6, 4
    rates = card.rng.choice([0.2, 0.9], (100_000, m))
    accuracy = card.rng.binomial(k, rates).sum(axis=1) / (m * k)
    notes = {r"\operatorname{Var}(p_i)": 0.35**2, "E[p_i(1-p_i)]": (0.2 * 0.8 + 0.9 * 0.1) / 2}
    tex = sides(card.formulas("more")[1])[1]
    assert variance_close(accuracy, worth(tex, notes, m=m, k=k))
    naive = worth(card.formulas("front")[3], {r"\hat p": accuracy.mean()}, m=m, k=k)
    assert naive < 0.9 * accuracy.std()


@proof("pr.clt-04")
def limit_of_transforms(card: Claim) -> None:
    """A skew variable with mean 0 and variance 1: sums enumerated, expansions by their remainder."""
    values, chances, s = np.array([2, -0.5]), np.array([0.2, 0.8]), 0.7

    def transform(u: float) -> float:
        return float(chances @ np.exp(u * values))

    product, expanded, limit, normal = (tex_in(step)[-1] for step in card.steps)
    n = 8
    sums = [sum(choice) for choice in itertools.product(values, repeat=n)]
    weights = [math.prod(choice) for choice in itertools.product(chances, repeat=n)]
    direct = sum(w * math.exp(s * total / math.sqrt(n)) for w, total in zip(weights, sums, strict=True))
    (name, power) = sides(product)
    assert name == "E[e^{sZ_n}]"
    assert transform(value_of(found(r"^M\((.*)\)\^n$", power), s=s, n=n)) ** n == approx(direct)
    inner = found(r"^\\left\((.*)\+o\(1/n\)\\right\)\^n$", expanded)
    for many in (10**6, 10**8):
        gap = transform(s / math.sqrt(many)) - value_of(inner, s=s, n=many)
        assert abs(many * gap) < 2 / math.sqrt(many)
    assert value_of(limit, s=s) == approx(value_of(inner, s=s, n=10**7) ** 10**7, rel=1e-5)
    card_says = "moment generating function of $N(0,1)$"
    assert card_says in card.steps[3] and normal == "N(0,1)"
    at = np.linspace(-12, 12, 20_001)
    assert value_of(limit, s=s) == approx(integral(np.exp(s * at) * normal_density(at), at), rel=1e-6)


@proof("pr.inequalities-01")
def jensen(card: Claim) -> None:
    """All samples of three from four positive values."""
    values = card.rng.uniform(0.2, 3, 4)
    means = np.array([np.mean(sample) for sample in itertools.product(values, repeat=3)])
    notes = {r"E[\log\bar w]": np.log(means).mean(), r"E[\bar w]": means.mean(), "Z": values.mean()}
    chain = card.formulas("back")[1]
    assert re.findall(r"\\[lg]e(?![a-z])|=", chain) == [r"\le", "="]
    low, middle, high = (worth(side, notes) for side in sides(chain))
    assert low < middle == approx(high)


@proof("pr.inequalities-02")
def hoeffding_and_chebyshev(card: Claim) -> None:
    """Hoeffding's lemma optimised on a grid; the variance of a mean of fair coins. Both bounds hold for the coins."""
    n, epsilon = 50, 0.2
    t = np.linspace(0, 10, 100_001)
    hoeffding = 2 * math.exp(n * float(np.min(t**2 / 8 - t * epsilon)))
    chebyshev = float(np.var([0, 1])) / n / epsilon**2
    claimed = [value_of(card.cloze(number), n=n, epsilon=epsilon) for number in (1, 2)]
    assert claimed == approx([hoeffding, chebyshev])
    outside = sum(math.comb(n, k) for k in range(n + 1) if abs(k / n - 1 / 2) >= epsilon) / 2**n
    assert outside <= min(claimed)


@proof("pr.inequalities-03")
def markov_bound(card: Claim) -> None:
    """The bound is reached by a variable on 0 and a, and holds for a random one."""
    a = 2.5
    name, bound = re.split(r"\\le(?![a-z])", card.formulas("back")[2])
    assert name == r"P(X\ge a)" and card.formulas("back")[:2] == [r"X\ge 0", "a>0"]
    assert worth(bound, {"E[X]": 0.3 * a}, a=a) == approx(0.3)
    x = card.rng.exponential(1.2, 10_000)
    assert (x >= a).mean() <= worth(bound, {"E[X]": x.mean()}, a=a)


@proof("pr.inequalities-04")
def chernoff_for_the_normal(card: Claim) -> None:
    """Each line from numbers: the event on samples, the transform by integration, the minimum on a grid."""
    exponentiated, markov, inserted, smallest, result = card.steps
    a, t = 1.3, 0.8
    at = np.linspace(-14, 14, 40_001)
    one, two = (found(r"^P\((.*)\)$", side) for side in tex_in(exponentiated)[-1].split("="))
    for x in card.rng.normal(size=20):
        (small, big), (under, over) = (part.split(r"\ge") for part in (one, two))
        first = value_of(small, X=x) >= value_of(big, a=a)
        assert first == (value_of(under, X=x, t=t) >= value_of(over, a=a, t=t))
    transform = integral(np.exp(t * at) * normal_density(at), at)
    bound = worth(tex_in(markov)[-1], {"E[e^{tX}]": transform}, t=t, a=a)
    assert "Markov" in markov and bound == approx(transform / math.exp(t * a))
    name, value = sides(tex_in(inserted)[0])
    assert name == "E[e^{tX}]" and value_of(value, t=t) == approx(transform, rel=1e-6)
    assert value_of(tex_in(inserted)[1], t=t, a=a) == approx(bound, rel=1e-6)
    best = value_of(found(r"smallest at \$t=(.*)\$", smallest), a=a)
    grid = np.linspace(0.01, 4, 400)
    bounds = [value_of(tex_in(inserted)[1], t=value, a=a) for value in grid]
    assert best == approx(grid[int(np.argmin(bounds))], abs=0.011)
    assert value_of(tex_in(result)[-1], a=a) == approx(value_of(tex_in(inserted)[1], t=best, a=a))
    assert value_of(tex_in(result)[-1], a=a) > 1 - below(a)


@proof("pr.lln-01")
def no_mean(card: Claim) -> None:
    """The density integrates to 1, each doubling adds the same to E|X|; means of 100 spread like one variable."""
    at = np.geomspace(1e-6, 1e6, 2_401)
    density = np.array([value_of(card.formulas("front")[0], x=x) for x in at])
    assert 2 * integral(density, at) == approx(1, abs=1e-4)
    name, total = sides(card.formulas("back")[1])
    halves = [2 * integral((at * density)[inside], at[inside]) for inside in (at >= 1e3, at >= 1e4, at >= 1e5)]
    assert (
        name == "E|X|"
        and value_of(total) == math.inf
        and np.diff(halves) == approx([-2 * math.log(10) / math.pi] * 2, rel=2e-2)
    )
    means = card.rng.standard_cauchy((40_000, 100)).mean(axis=1)
    assert share_close(np.abs(means) <= 1, 1 / 2)


@proof("pr.lln-02")
def size_of_deviation(card: Claim) -> None:
    """The standard deviation from binomial counts, and its slope on logarithmic axes."""
    spreads = {}
    for n in (64, 256):
        k = np.arange(n + 1)
        weights = np.array([math.comb(n, int(j)) / 2**n for j in k])
        spreads[n] = math.sqrt(float(weights @ (k - n / 2) ** 2))
        assert value_of(card.formulas("back")[2], n=n) == approx(spreads[n])
    assert value_of(card.formulas("back")[0]) == approx(math.log(spreads[256] / spreads[64]) / math.log(4))


@proof("pr.lln-03")
def growth_of_a_product(card: Claim) -> None:
    """One path of two million rounds."""
    _, up, down, *_ = card.numbers("front")
    logs = np.log(card.rng.choice([up, down], 2_000_000))
    assert mean_close(logs, math.log(card.value))


# ---------------------------------------------------------------- Markov chains and Monte Carlo


@proof("pr.markov-chains-01")
def knight(card: Claim) -> None:
    """The hitting times of the corner, from their linear equations on the board."""
    squares = list(itertools.product(range(8), repeat=2))
    step = np.array([[sorted((abs(a - c), abs(b - d))) == [1, 2] for c, d in squares] for a, b in squares], dtype=float)
    _, total, corner = card.numbers("front")
    assert step.sum() == total and step[0].sum() == corner
    step /= step.sum(axis=1, keepdims=True)
    times = np.linalg.solve(np.eye(63) - step[1:, 1:], np.ones(63))
    assert card.value == approx(1 + step[0, 1:] @ times)


@proof("pr.markov-chains-02")
def two_states(card: Claim) -> None:
    """The matrix itself."""
    p = np.array([[0, 1], [1, 0]])
    stationary = 2 - np.linalg.matrix_rank(p.T - np.eye(2))

    def has_period(option: str) -> bool:
        period, eigenvalue = int(found(r"period (\d)", option)), value_of(found(r"eigenvalue \$(.*?)\$", option))
        returns = [n for n in range(1, 9) if np.linalg.matrix_power(p, n)[0, 0] > 0]
        is_eigenvalue = abs(np.linalg.det(p - eigenvalue * np.eye(2))) < 1e-12
        return math.gcd(*returns) == period and is_eigenvalue and abs(eigenvalue) == 1 != eigenvalue

    assert card.key == option_that(
        card,
        {
            "no stationary": lambda _: stationary == 0,
            "several stationary": lambda _: stationary > 1,
            "reducible": lambda _: not (np.eye(2) + p > 0).all(),
            "period": has_period,
        },
    )


@proof("pr.markov-chains-03")
def balance_is_stationary(card: Claim) -> None:
    """Each line on a random reversible chain of three states."""
    flow = card.rng.uniform(0.1, 1, (3, 3))
    flow = flow + flow.T
    pi = flow.sum(axis=1) / flow.sum()
    p = flow / flow.sum(axis=1, keepdims=True)

    def at(tex: str, i: int, j: int) -> float:
        before, _, body = tex.partition(r"\sum_i")
        if body:
            factor = at(before, i, j) if before else 1.0
            return factor * sum(at(body, k, j) for k in range(3))
        return worth(tex, {r"\pi_i": pi[i], r"\pi_j": pi[j], "P_{ij}": p[i, j], "P_{ji}": p[j, i]})

    balance, summed, taken_out, row, result = card.steps
    for j in range(3):
        left, right = sides(tex_in(balance)[-1])
        assert all(at(left, i, j) == approx(at(right, i, j)) for i in range(3))
        sum_left, sum_right = sides(tex_in(summed)[-1])
        assert at(sum_left, 0, j) == approx(sum(at(left, i, j) for i in range(3)))
        assert at(sum_right, 0, j) == approx(sum(at(right, i, j) for i in range(3)))
        assert at(tex_in(taken_out)[-1], 0, j) == approx(at(sum_right, 0, j)) and "Take" in taken_out
        line = p[j] if found(r"^(Row|Column) \$j\$", row) == "Row" else p[:, j]
        assert line.sum() == approx(1) and at(tex_in(row)[-1], 0, j) == approx(at(tex_in(taken_out)[-1], 0, j))
        assert tex_in(result) == [r"(\pi P)_j", r"\pi P=\pi"] and (pi @ p)[j] == approx(at(sum_left, 0, j))
        assert (pi @ p)[j] == approx(at(tex_in(row)[-1], 0, j))


def metropolis(weights: Array, proposal: Array) -> Array:
    """Acceptance probabilities of each move."""
    ratios = (weights[None, :] * proposal.T) / (weights[:, None] * proposal)
    return np.minimum(1, ratios)


@proof("pr.mcmc-01")
def constant_cancels(card: Claim) -> None:
    """A target of four states with its weights, the same normalised, and a random proposal."""
    weights, proposal = card.rng.uniform(0.5, 3, 4), card.rng.dirichlet(np.ones(4), 4)
    z = weights.sum()
    raw, normalised = metropolis(weights, proposal), metropolis(weights / z, proposal)
    accepted = float(weights / z @ (proposal * raw).sum(axis=1))

    def speed(acceptance: Array) -> float:
        chain = proposal * acceptance
        chain += np.diag(1 - chain.sum(axis=1))
        return float(np.sort(np.abs(np.linalg.eigvals(chain)))[-2])

    assert card.key == option_that(
        card,
        {
            "same normalising constant": lambda _: bool(np.allclose(proposal.sum(axis=1), z)),
            "share of accepted moves": lambda _: abs(accepted - z) < 0.01,
            "only affects how fast": lambda _: abs(speed(raw) - speed(normalised)) > 1e-9,
            "ratio of": lambda _: bool(np.allclose(raw, normalised)),
        },
    )


@proof("pr.mcmc-02")
def balanced_acceptance(card: Claim) -> None:
    """Detailed balance gives the acceptance of the way back; the larger of the two is 1."""
    above, under, forth, back = card.numbers("front")
    way_back = under * forth * card.value / (above * back)
    assert card.value > 0 and max(card.value, way_back) == approx(1)


@proof("pr.mcmc-03")
def after_a_rejection(card: Claim) -> None:
    """Long runs on three states with each rule; the share of the first state against the target."""
    target = np.array([0.6, 0.3, 0.1])
    moves, luck = card.rng.integers(1, 3, 60_000).tolist(), card.rng.random(60_000).tolist()

    def share(rule: str) -> float:
        now, before, first, total = 0, 1, 0.0, 0.0
        for move, chance in zip(moves, luck, strict=True):
            proposed, weight = (now + move) % 3, 1.0
            entry = proposed
            acceptance = min(1, target[proposed] / target[now])
            if chance < acceptance:
                now, before = proposed, now
            elif rule == "again":
                entry = now
            elif rule == "further":
                continue
            elif rule == "weighted":
                weight = acceptance
            else:
                now, before = before, now
                entry = now
            first, total = first + weight * (entry == 0), total + weight
        return float(first / total)

    rules = {"once again": "again", "further tries": "further", "weighted by": "weighted", "stepping back": "back"}

    def is_right(rule: str) -> Callable[[str], bool]:
        return lambda _: abs(share(rule) - target[0]) < 0.02

    assert card.key == option_that(card, {phrase: is_right(rule) for phrase, rule in rules.items()})


@proof("pr.mcmc-04")
def gibbs_is_accepted(card: Claim) -> None:
    """A random table; x and x' differ in the first component."""
    table = card.rng.dirichlet(np.ones(12)).reshape(3, 4)
    old, new, rest = 0, 2, 1
    column = table[:, rest].sum()
    notes = {
        r"p(x^\prime)": table[new, rest],
        "p(x)": table[old, rest],
        r"p(x_i\mid x_{-i})": table[old, rest] / column,
        r"p(x_i^\prime\mid x_{-i})": table[new, rest] / column,
    }
    forth, back, ratio, cancelled = card.steps
    (name, there), (name_back, here) = (sides(tex_in(step)[-1]) for step in (forth, back))
    assert (name, name_back) == (r"q(x^\prime\mid x)", r"q(x\mid x^\prime)")
    q, q_back = worth(there, notes), worth(here, notes)
    assert (q, q_back) == approx((table[new, rest] / column, table[old, rest] / column))
    acceptance = worth(tex_in(ratio)[-1].replace(r"\,", ""), notes)
    assert acceptance == approx(table[new, rest] * q_back / (table[old, rest] * q))
    assert acceptance == approx(float(found(r"the ratio is (\d+)", cancelled)))


@proof("pr.monte-carlo-01")
def standard_error(card: Claim) -> None:
    """Means of n uniform values, many times over."""
    spread, n = math.sqrt(1 / 12), 30
    means = card.rng.random((100_000, n)).mean(axis=1)
    assert variance_close(means, value_of(card.cloze(1), sigma=spread, n=n) ** 2)
    more = n * value_of(card.cloze(2))
    assert value_of(card.cloze(1), sigma=spread, n=more) == approx(value_of(card.cloze(1), sigma=spread, n=n) / 10)


@proof("pr.monte-carlo-02")
def infinite_weights(card: Claim) -> None:
    """The integrand from the two densities; beyond the threshold it no longer decays."""

    def integrand(x: float, s: float) -> float:
        return math.exp(-(x**2)) / math.exp(-(x**2) / (2 * s**2))

    threshold = math.sqrt(value_of(sides(card.formulas("front")[3])[1]))
    tex = card.formulas("back")[1]
    for s in (0.6, threshold, 0.9):
        assert [value_of(tex, x=x, s=s) for x in (0.5, 2.0)] == approx([integrand(x, s) for x in (0.5, 2.0)])
        assert (value_of(tex, x=5, s=s) < 0.999) == (s > threshold)
    edge, one = sides(card.formulas("back")[2])
    assert value_of(edge, s=threshold) == approx(value_of(one))


@proof("pr.monte-carlo-03")
def biased_ratio(card: Claim) -> None:
    """Three states: all samples of two, and one long sample."""
    raw, q, f = np.array([0.4, 1.0, 2.1]), np.array([0.5, 0.3, 0.2]), np.array([1.0, -2.0, 3.0])
    z, w = raw.sum(), raw / q
    target = float(raw / z @ f)
    pairs = np.array(list(itertools.product(range(3), repeat=2)))
    chances = q[pairs].prod(axis=1)

    def estimates(weights: Array) -> Array:
        return np.asarray((weights * f)[pairs].sum(axis=1) / weights[pairs].sum(axis=1))

    above, under = chances @ (w * f)[pairs].sum(axis=1), chances @ w[pairs].sum(axis=1)
    bias = float(chances @ estimates(w)) - target
    long = card.rng.choice(3, 400_000, p=q)
    assert abs(bias) > 0.01
    assert card.key == option_that(
        card,
        {
            "unknown constant stays": lambda _: not np.allclose(estimates(w), estimates(10 * w)),
            "weights only reduce": lambda _: not math.isclose(float(q @ (w / z * f)), target),
            "no law of large numbers": lambda _: abs((w * f)[long].sum() / w[long].sum() - target) > 0.05,
            "expectation of a ratio": lambda _: math.isclose(above / under, target) and abs(bias) > 0.01,
        },
    )


@proof("pr.monte-carlo-04")
def antithetic_line(card: Claim) -> None:
    """The program run; a line averages to its value in the middle."""
    slope, start = map(float, re.findall(r"lambda x: (\d+) \* x \+ (\d+)", card.code)[0])
    mean, spread = map(float, card.output.split())
    assert (mean, spread) == (slope / 2 + start, 0)
    assert run_code(card.code) == card.output


@proof("pr.probabilistic-programming-01")
def grid_posterior(card: Claim) -> None:
    """Fractions; and the program run."""
    grid = [Fraction(text) for text in found(r"array\(\[(.*?)\]\)", card.code).split(",")]
    likelihood = [math.prod(p if toss == "heads" else 1 - p for toss in ("heads", "heads", "tails")) for p in grid]
    mean = sum(weight * p for weight, p in zip(likelihood, grid, strict=True)) / sum(likelihood)
    assert float(card.output) == round(float(mean), 3)
    assert run_code(card.code) == card.output


@proof("pr.probabilistic-programming-03")
def log_of_the_factor(card: Claim) -> None:
    """The slope of the distribution function of log sigma, for sigma exponential."""
    step = 1e-5
    for u in (-0.7, 0.9):
        low, high = (-math.expm1(-math.exp(at)) for at in (u - step, u + step))
        term = math.log((high - low) / (2 * step)) + math.exp(u)  # log p(e^u) is -e^u
        for answer in card.answers:
            tex = re.sub(r"\\?(log|ln)", r"\\\1 ", re.sub(r"\\?(?:sigma|σ)", r"\\sigma ", answer))
            assert value_of(tex, u=u, sigma=math.exp(u)) == approx(term, rel=1e-6)


# ---------------------------------------------------------------- Bayesian inference and estimation


@proof("pr.bayesian-inference-01")
def ridge_as_map(card: Claim) -> None:
    """The mean of the normal posterior of linear weights against the ridge solution."""
    spread, width = 0.7, 1.9
    x, y = card.rng.normal(size=(8, 3)), card.rng.normal(size=8)
    covariance = width**2 * x @ x.T + spread**2 * np.eye(8)
    posterior_mean = width**2 * x.T @ np.linalg.solve(covariance, y)
    strength = value_of(sides(card.formulas("back")[0])[1], sigma=spread, tau=width)
    assert np.allclose(np.linalg.solve(x.T @ x + strength * np.eye(3), x.T @ y), posterior_mean)


@proof("pr.bayesian-inference-02")
def beta_posterior(card: Claim) -> None:
    """Mean and variance of the posterior on a grid."""
    given = {"a": 2.5, "b": 1.5, "n": 9, "k": 4}
    p = np.linspace(0, 1, 20_001)
    weights = p**1.5 * (1 - p) ** 0.5 * p**4 * (1 - p) ** 5
    weights /= weights.sum()
    one, two = (value_of(card.cloze(number), **given) for number in (1, 2))
    mean = float(weights @ p)
    assert mean == approx(one / (one + two), rel=1e-6)
    assert weights @ (p - mean) ** 2 == approx(one * two / ((one + two) ** 2 * (one + two + 1)), rel=1e-5)


@proof("pr.bayesian-inference-03")
def moved_maximum(card: Claim) -> None:
    """The largest value on a grid of the parameter, before and after the change."""
    family, peak, change, density, other_peak = card.formulas("more")
    a, b = map(int, re.findall(r"\d+", family))
    theta = np.linspace(0.001, 0.999, 9981)
    posterior = theta ** (a - 1) * (1 - theta) ** (b - 1)
    slope = np.gradient([value_of(sides(change)[1], theta=t) for t in theta], theta)
    changed = posterior / slope
    assert value_of(sides(peak)[1]) == approx(theta[posterior.argmax()], abs=2e-4)
    assert value_of(sides(other_peak)[1]) == approx(theta[changed[5:-5].argmax() + 5], abs=2e-3)
    some = theta[1000::2000]
    ratios = [value_of(density, theta=t) for t in some] / changed[1000::2000]
    assert np.allclose(ratios, ratios[0], rtol=1e-3)


@proof("pr.bayesian-inference-04")
def two_more_heads(card: Claim) -> None:
    """Coins with random p that showed three heads, tossed twice more."""
    heads = int(card.numbers("front")[2])
    coins = card.rng.random(400_000)
    kept = coins[card.rng.random((heads, coins.size)).max(axis=0) < coins]
    assert share_close(card.rng.random((2, kept.size)).max(axis=0) < kept, card.value)
    p = np.linspace(0, 1, 20_001)
    assert card.value == approx((p ** (heads + 2)).sum() / (p**heads).sum(), rel=1e-3)


@proof("pr.mle-01")
def likelihood_is_no_density(card: Claim) -> None:
    """The integral of the likelihood of one head."""
    theta = np.linspace(0, 1, 1001)
    likelihood = np.array([value_of(sides(card.formulas("back")[3])[1], theta=t) for t in theta])
    assert np.allclose(likelihood + likelihood[::-1], 1)  # head and tail: normalised over the data
    assert integral(likelihood, theta) == approx(value_of(sides(card.formulas("back")[4])[1]))


@proof("pr.mle-02")
def variance_too_small(card: Claim) -> None:
    """Normal samples of five."""
    n, spread = 5, 1.6
    estimates = card.rng.normal(3, spread, (200_000, n)).var(axis=1)
    assert mean_close(estimates, value_of(card.formulas("back")[2], n=n) * spread**2)


@proof("pr.mle-03")
def laplace_noise(card: Claim) -> None:
    """Differences of log likelihoods against differences of the claimed loss."""
    b, y = 0.8, card.rng.normal(size=6)
    loss = found(r"^\\sum_i(.*)$", card.formulas("back")[0])
    density = card.formulas("front")[1].replace(r"\varepsilon", "r")

    def both(predictions: Array) -> tuple[float, float]:
        pairs = list(zip(y, predictions, strict=True))
        claimed = sum(worth(loss, {"y_i": one, r"f_\theta(x_i)": two}) for one, two in pairs)
        return claimed, -sum(math.log(value_of(density, r=one - two, b=b)) for one, two in pairs)

    (loss_1, minus_log_1), (loss_2, minus_log_2) = (both(card.rng.normal(size=6)) for _ in range(2))
    assert loss_1 - loss_2 == approx(b * (minus_log_1 - minus_log_2))


@proof("pr.mle-04")
def cross_entropy_split(card: Claim) -> None:
    """Two random distributions."""
    data, model = card.rng.dirichlet(np.ones(5), 2)
    names = {r"\hat p": data, r"p_\theta": model}
    entropy_of = names[found(r"entropy \$H\((.*)\)\$", card.cloze(1))]
    first, second = (
        names[name] for name in found(r"KL divergence \$D_\{\\mathrm\{KL\} \}\((.*)\)\$", card.cloze(2)).split(r"\|")
    )
    entropy, divergence = -entropy_of @ np.log(entropy_of), first @ np.log(first / second)
    assert entropy + divergence == approx(float(-data @ np.log(model)))


@proof("pr.mle-05")
def censored_lifetimes(card: Claim) -> None:
    """The largest likelihood on a grid of means: two densities and a tail."""
    first, second, watched = card.numbers("front")
    mean = np.linspace(0.5, 40, 79_001)
    likelihood = np.exp(-first / mean) / mean * np.exp(-second / mean) / mean * np.exp(-watched / mean)
    assert card.unit == "h" and card.value == approx(mean[likelihood.argmax()], rel=1e-3)


# ---------------------------------------------------------------- testing and statistics


@proof("pr.hypothesis-testing-01")
def meaning_of_p(card: Claim) -> None:
    """Which of the four probabilities falls below each level with just that probability when the null holds."""
    z = np.abs(card.rng.normal(size=40_000))
    tail = np.array([2 * (1 - below(value)) for value in z])
    repeated = np.array([below(1.96 - value) - below(-1.96 - value) for value in z])
    posterior = 1 / (1 + np.exp(-1.0) * np.cosh(z * math.sqrt(2)))  # against effects of plus or minus 1.41, even odds
    discovery = np.full(z.size, 0.05 / (0.05 + 2 - below(1.96 - math.sqrt(2)) - below(1.96 + math.sqrt(2))))

    def is_calibrated(values: Array) -> Callable[[str], bool]:
        return lambda _: all(share_close(values <= level, level) for level in (0.03, 0.2, 0.5))

    assert card.key == option_that(
        card,
        {
            "at least this extreme": is_calibrated(tail),
            "the null being true": is_calibrated(posterior),
            "wrong once it is announced": is_calibrated(discovery),
            "when repeated": is_calibrated(repeated),
        },
    )


@proof("pr.hypothesis-testing-02")
def p_under_the_null(card: Claim) -> None:
    """Simulation with an exponential statistic against mean and variance of each distribution named."""
    statistic = card.rng.exponential(size=400_000)
    p = np.array(1 - -np.expm1(-statistic))
    for answer in card.answers:
        low, high = map(float, re.findall(r"\d+", answer) or ("0", "1"))
        if "Beta" in answer:
            mean, variance = low / (low + high), low * high / ((low + high) ** 2 * (low + high + 1))
        else:
            assert re.search(r"unif|均匀|^U[(\[]", answer, re.IGNORECASE)
            mean, variance = (low + high) / 2, (high - low) ** 2 / 12
        assert mean_close(p, mean) and variance_close(p, variance)


@proof("pr.hypothesis-testing-03")
def false_discoveries(card: Claim) -> None:
    """Simulated tests."""
    _, percent, level, power = card.numbers("front")
    works = card.rng.random(1_000_000) < percent / 100
    significant = card.rng.random(works.size) < np.where(works, power, level)
    share = (significant & ~works).sum() / significant.sum()
    assert card.key == only(card.options, lambda option: abs(value_of(option) - share) < 0.005)


@proof("pr.hypothesis-testing-04")
def peeking(card: Claim) -> None:
    """Random walks of 4096 steps."""
    walks = np.cumsum(card.rng.normal(size=(2000, 4096)), axis=1)
    z = walks / np.sqrt(np.arange(1, 4097))
    ever = np.maximum.accumulate(np.abs(z), axis=1)

    def fluctuates(option: str) -> bool:
        bound = float(found(r"pass \$(.*?)\$", option))
        passed = [(ever[:, n - 1] > bound).mean() for n in (1, 16, 256, 4096)]
        tops = [ever[:, n - 1].mean() for n in (1, 16, 256, 4096)]
        return bool((np.diff(passed) > 0.1).all() and (np.diff(tops) > 0.2).all() and abs(passed[0] - 0.05) < 0.03)

    assert card.key == option_that(
        card,
        {
            "independent": lambda option: share_close(ever[:, 19] > 1.96, value_of(tex_in(option)[0], n=20)),
            "standard deviation": lambda _: z[:, -1].std() > 1.2 * z[:, 9].std(),
            "the power tends": lambda _: (np.abs(z[:, -1]) > 1.96).mean() > 0.5,
            "keeps fluctuating": fluctuates,
        },
    )


@proof("pr.hypothesis-testing-05")
def questions_needed(card: Claim) -> None:
    """Simulated comparisons with that many questions: how often they are significant."""
    first, second, _, bound, power, _ = card.numbers("front")
    n = round(card.value)
    one, two = (card.rng.binomial(n, percent / 100, 40_000) / n for percent in (first, second))
    z = (two - one) / np.sqrt(one * (1 - one) / n + two * (1 - two) / n)
    assert share_close(np.abs(z) > bound, power / 100)


@proof("pr.statistics-01")
def meaning_of_confidence(card: Claim) -> None:
    """Repeated samples around a mean that is not the centre of this interval."""
    percent, low, high, _ = card.numbers("front")
    mu, n = low + (high - low) / 5, 25
    spread = (high - low) / 2 / 1.96 * math.sqrt(n)
    samples = card.rng.normal(mu, spread, (40_000, n))
    means = samples.mean(axis=1)
    half = (high - low) / 2

    def is_percent(hits: npt.NDArray[np.bool_]) -> Callable[[str], bool]:
        return lambda option: share_close(hits, float(found(r"(\d+)%", option)) / 100)

    assert percent == 95
    assert card.key == option_that(
        card,
        {
            "true value lies": is_percent(np.full(40_000, low <= mu <= high)),
            "one more individual": is_percent((low <= samples[:, 0]) & (samples[:, 0] <= high)),
            "sample means": is_percent((low <= means) & (means <= high)),
            "intervals made this way": is_percent((means - half <= mu) & (mu <= means + half)),
        },
    )


@proof("pr.statistics-02")
def error_split(card: Claim) -> None:
    """An estimator with four values and a bias."""
    values, chances, theta = card.rng.normal(size=4), card.rng.dirichlet(np.ones(4)), 0.4
    m = float(chances @ values)
    error = float(chances @ (values - theta) ** 2)
    notes = {
        r"E[(\hat\theta-m)^2]": float(chances @ (values - m) ** 2),
        r"E[\hat\theta-m]": float(chances @ (values - m)),
        r"\operatorname{Var}(\hat\theta)": float(chances @ values**2 - m**2),
    }
    split, squared, middle, rest = (tex_in(step)[0] for step in card.steps)
    for value in values:
        one, two = (worth(side, {r"\hat\theta": value}, theta=theta, m=m) for side in sides(split))
        assert one == approx(value - theta) and two == approx(one)
    assert worth(squared, notes, theta=theta, m=m) == approx(error)
    one, two = (worth(side, notes, theta=theta, m=m) for side in sides(middle))
    assert one == approx(two, abs=1e-12) and "middle term" in card.steps[2]
    assert worth(rest, notes, theta=theta, m=m) == approx(error)


@proof("pr.statistics-03")
def no_failures(card: Claim) -> None:
    """The failure rate at which no failure becomes as rare as the confidence allows, by bisection."""
    tests, failures, percent = card.numbers("front")
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if math.exp(tests * math.log1p(-middle)) > 1 - percent / 100 else (low, middle)
    assert failures == 0 and card.value == approx(low, rel=0.01)


@proof("pr.statistics-04")
def bootstrap_of_the_maximum(card: Claim) -> None:
    """Resampling one sample of 200."""
    sample = card.rng.random(200)
    drawn = sample[card.rng.integers(0, 200, (20_000, 200))]
    maxima, top = drawn.max(axis=1), sample.max()
    assert card.key == option_that(
        card,
        {
            "not independent": lambda _: abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) > 0.05,
            "exactly equal": lambda option: abs((maxima == top).mean() - float(found(r"(\d+)%", option)) / 100) < 0.02,
            "larger than": lambda _: bool(maxima.mean() > top),
            "infinite variance": lambda _: not maxima.var() <= top**2,
        },
    )


@proof("pr.statistics-05")
def least_error(card: Claim) -> None:
    """The mean squared error over a grid of divisors, from samples of five."""
    n = 5
    squares = card.rng.normal(2, 1, (400_000, n)).var(axis=1) * n
    divisors = np.arange(2, 12)
    errors = [((squares / c - 1) ** 2).mean() for c in divisors]
    best = int(divisors[int(np.argmin(errors))])
    assert all(value_of(answer.removeprefix("c="), n=n) == best for answer in card.answers)


# ---------------------------------------------------------------- puzzles


@proof("pr.puzzles-01")
def heads_heads(card: Claim) -> None:
    """Waiting times from their linear equations; the frequency from all pairs."""
    stay = {"HH": np.array([[0.5, 0.5], [0.5, 0]]), "HT": np.array([[0.5, 0.5], [0, 0.5]])}
    waits = [np.linalg.solve(np.eye(2) - matrix, np.ones(2))[0] for matrix in stay.values()]
    assert list(card.numbers("front")) == approx(waits)
    pairs = list(itertools.product("HT", repeat=2))
    frequency = value_of(found(r"frequency (\d/\d)", card.more))
    assert frequency == pairs.count(("H", "H")) / len(pairs) == pairs.count(("H", "T")) / len(pairs)


@proof("pr.puzzles-02")
def colliding_hashes(card: Claim) -> None:
    """The exact product, document after document."""
    bits = card.numbers("front")[0]
    no_collision = np.cumsum(np.log1p(-np.arange(200_000) / 2**bits))
    first = int(np.argmax(no_collision < math.log(1 / 2))) + 1
    assert card.value == approx(first, rel=1e-3)


@proof("pr.puzzles-03")
def ignorant_host(card: Claim) -> None:
    """All places of the car and doors of the host."""
    worlds = [(car, opened) for car in (1, 2, 3) for opened in (2, 3) if opened != car]
    wins = sum(car == 5 - opened for car, opened in worlds)
    assert card.key == only(card.options, lambda option: value_of(option) == wins / len(worlds))


@proof("pr.puzzles-04")
def all_the_cards(card: Claim) -> None:
    """Each line for six cards: phases one by one, the total by inclusion and exclusion."""
    phases, chance, geometric, added, large = card.steps
    n = 6
    assert tex_in(phases)[-1] == r"T=T_1+\cdots+T_n"
    total = 0.0
    for i in range(1, n + 1):
        p = len(set(range(n)) - set(range(i - 1))) / n
        assert value_of(found("^p_i=(.*)$", tex_in(chance)[-1]), n=n, i=i) == approx(p)
        name, inverse, value = sides(tex_in(geometric)[-1])
        mean = sum(k * (1 - p) ** (k - 1) * p for k in range(1, 400))
        assert name == "E[T_i]" and value_of(inverse, p_i=p) == approx(mean) == approx(value_of(value, n=n, i=i))
        total += mean
    name, value = tex_in(added)[-1].split("=", 1)
    factor, body = value.split(r"\sum_{k=1}^n")
    exact = sum((-1) ** (k + 1) * math.comb(n, k) * n / k for k in range(1, n + 1))
    claimed = value_of(factor, n=n) * sum(value_of(body, k=k) for k in range(1, n + 1))
    assert name == "E[T]" and claimed == approx(exact) == approx(total)
    many = 100_000
    name, value = tex_in(large)[-1].split(r"\approx")
    assert name == "E[T]"
    assert value_of(value, n=many, gamma=0.5772156649) == approx(many * (1 / np.arange(1, many + 1)).sum(), rel=1e-5)


@proof("pr.puzzles-05")
def lost_boarding_pass(card: Claim) -> None:
    """Backwards over who is left without a seat: his own turn comes with some seats still open."""
    people = 100
    chance = {1: Fraction(0)}  # with only the last seat left, the displaced passenger takes it
    for seats in range(2, people + 1):
        # he takes the first passenger's seat, or that of a later one, who is then displaced, or the last one's
        later = sum(chance[left] for left in range(2, seats))
        chance[seats] = (1 + later) / Fraction(seats)
    assert card.key == only(card.options, lambda option: abs(value_of(option) - float(chance[people])) < 1e-9)


@proof("pr.gaussian-05")
def two_measurements(card: Claim) -> None:
    """The product of both likelihoods on a grid."""
    one, one_deviation, two, two_deviation = card.numbers("front")
    at = np.linspace(-20, 50, 70_001)
    logs = -(((at - one) / one_deviation) ** 2) / 2 - ((at - two) / two_deviation) ** 2 / 2
    density = np.exp(logs - logs.max())
    mean = float((at * density).sum() / density.sum())
    assert card.value == approx(mean, abs=1e-6)
    spread, added = (tex.split("=")[-1] for tex in card.formulas("more"))
    assert value_of(spread) == approx(float(((at - mean) ** 2 * density).sum() / density.sum()), abs=1e-6)
    assert value_of(added) == approx(one_deviation**2 + two_deviation**2)


@proof("pr.monte-carlo-05")
def rejection_and_weights(card: Claim) -> None:
    """Rejection as it is run, with the least constant on a grid; the second moment of the weights by integration."""
    (proposal,) = (tex for tex in card.formulas("cloze") if tex.startswith("q="))
    variance = float(re.findall(r"N\(0,(\d)\)", proposal)[0])
    at = np.linspace(-12, 12, 240_001)
    target = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    offered = np.exp(-(at**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    ratio = target / offered
    drawn = card.rng.normal(0, np.sqrt(variance), 200_000)
    kept = card.rng.uniform(size=drawn.size) < np.interp(drawn, at, ratio) / ratio.max()
    assert value_of(card.cloze(1)) == approx(float(kept.mean()), abs=0.006)
    assert value_of(card.cloze(2)) == approx(1 / float(np.trapezoid(ratio * target, at)), abs=0.005)
