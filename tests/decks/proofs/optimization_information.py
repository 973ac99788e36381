"""Proofs of stage 03, optimisation and information."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import gradient, hessian, logistic, slope
from tests.decks.proving import Claim, matrices_of, matrix_of, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in, worth

Array = npt.NDArray[np.float64]
Function = Callable[[Array], float]


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return re.split(r"=|<|>|\\(?:leq?|geq?|approx|propto|leftarrow|to)(?![A-Za-z])", tex)


def relations(tex: str) -> list[str]:
    return re.findall(r"=|<|>|\\(?:leq?|geq?|approx|propto|leftarrow|to)(?![A-Za-z])", tex)


def holds(tex: str, notes: Mapping[str, float], **symbols: float) -> bool:
    """Whether each relation of a chain is true."""
    values = [worth(side, notes, **symbols) for side in sides(tex)]
    true: dict[str, Callable[[float, float], bool]] = {
        "=": lambda one, two: math.isclose(one, two, abs_tol=1e-12),
        "<": lambda one, two: one < two,
        ">": lambda one, two: one > two,
        r"\le": lambda one, two: one <= two + 1e-12,
        r"\ge": lambda one, two: one >= two - 1e-12,
    }
    pairs = zip(relations(tex), itertools.pairwise(values), strict=True)
    return all(true[relation](one, two) for relation, (one, two) in pairs)


def of_matrices(tex: str, names: Mapping[str, Array]) -> Array:
    """A sum of products of named matrices, each perhaps with a number in front, transposed or inverted."""
    name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    total: Array | None = None
    for sign, term in re.findall(r"([+-]?)((?:\{-1\}|[^+-])+)", tex):
        first = re.search(name, term)
        assert first is not None
        factor = value_of(term[: first.start()]) if first.start() else 1.0
        product: Array | None = None
        rest = term[first.start() :].replace(" ", "")
        assert re.fullmatch(rf"(?:(?:{name})(?:\^\\top|\^\{{-1\}})?)+", rest), rest
        for used, mark in re.findall(rf"({name})(\^\\top|\^\{{-1\}})?", rest):
            matrix = names[used].T if "top" in mark else np.linalg.inv(names[used]) if mark else names[used]
            product = np.asarray(matrix if product is None else product @ matrix)
        assert product is not None
        signed = (-factor if sign == "-" else factor) * product
        total = signed if total is None else total + signed
    assert total is not None
    return total


def of_two(tex: str) -> Function:
    """A function of x and y that the TeX writes."""
    return lambda at: value_of(tex, x=float(at[0]), y=float(at[1]))


def entropy(p: Array) -> float:
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())


def divergence(p: Array, q: Array) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(p > 0, p * np.log(p / q), 0).sum())


# ---------------------------------------------------------------- adaptive optimizers


@proof("oi.adaptive-optimizers-01")
def momentum_of_two_kinds(card: Claim) -> None:
    """Runs the recursion on a constant and on an alternating gradient."""
    one, two, setting = card.formulas("back")
    beta, g, v, w = value_of(setting.split("=")[1]), 1.3, 0.0, 0.0
    for step in range(2000):
        v, w = beta * v + g, beta * w + g * (-1) ** step
    assert (value_of(one, g=g, beta=beta), value_of(two, g=g, beta=beta)) == approx((v, abs(w)))
    assert card.numbers("back")[-1] == approx(v / abs(w))


@proof("oi.adaptive-optimizers-02")
def adamw(card: Claim) -> None:
    """The third step by the lines, and from the averages written as weighted sums of all gradients."""
    grads, w, eta, epsilon, lam, b1, b2, t = [0.7, -1.2, 0.4], 1.5, 0.01, 1e-3, 0.1, 0.9, 0.99, 3
    averages = []
    for beta, power in ((b1, 1), (b2, 2)):
        averages.append([sum((1 - beta) * beta ** (n - 1 - i) * grads[i] ** power for i in range(n)) for n in (2, 3)])
    names = {"g": grads[-1], "w": w, "m": averages[0][0], "v": averages[1][0]}
    names |= {"beta_1": b1, "beta_2": b2, "eta": eta, "epsilon": epsilon, "lambda": lam, "t": t}
    gradient_line, *lines = card.steps
    assert tex_in(gradient_line) == ["g", "w"] and "without any penalty" in gradient_line
    for line in lines:
        news = {}
        for tex in tex_in(line):
            name, body = sides(re.sub(r"\\hat ([mv])", lambda match: match[1].upper(), tex))
            news[name] = value_of(body, **{{"lambda": "lambda_"}.get(k, k): v for k, v in names.items()})
        names |= news
    corrected = averages[0][1] / (1 - b1**t), averages[1][1] / (1 - b2**t)
    assert (names["m"], names["v"]) == approx((averages[0][1], averages[1][1]))
    assert names["w"] == approx((1 - eta * lam) * w - eta * corrected[0] / (math.sqrt(corrected[1]) + epsilon))
    assert [sides(tex_in(line)[0])[0] for line in lines] == ["m", r"\hat m", "u", "w"]


@proof("oi.adaptive-optimizers-03")
def first_gradient_after_many_zeros(card: Claim) -> None:
    """Runs Adam; and a sequence of growing gradients for the remark."""
    b1, b2 = (value_of(tex.split("=")[1]) for tex in card.formulas("front")[:2])
    m = v = 0.0
    steps = 30_000
    for t in range(1, steps + 1):
        g = 5.0 if t == steps else 0.0
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    moved = m / (1 - b1**steps) / math.sqrt(v / (1 - b2**steps))
    assert card.value == approx(moved, abs=0.005)
    ages = np.arange(3000)
    grads = (b1 / b2) ** ages
    largest = (1 - b1) * (b1**ages * grads).sum() / math.sqrt((1 - b2) * (b2**ages * grads**2).sum())
    assert card.numbers("more")[-1] == approx(largest, abs=0.05)


@proof("oi.adaptive-optimizers-04")
def two_momenta(card: Claim) -> None:
    """Runs both recursions."""
    for beta, g in ((0.5, 2.0), (0.9, -3.0)):
        v = m = 0.0
        for _ in range(1000):
            v, m = beta * v + g, beta * m + (1 - beta) * g
        assert value_of(card.cloze(1), g=g, beta=beta) == approx(v)
        assert value_of(card.cloze(2), g=g, beta=beta) == approx(m)


@proof("oi.adaptive-optimizers-05")
def adagrad(card: Claim) -> None:
    """Runs AdaGrad on constant gradients."""

    def fits(option: str) -> bool:
        for g in (-1.7, 0.3):
            total = 0.0
            for t in range(1, 6):
                total += g * g
                if not math.isclose(value_of(option, eta=0.1, g=g, t=t), abs(0.1 * g / math.sqrt(total))):
                    return False
        return True

    assert card.key == only(card.options, fits)


@proof("oi.adaptive-optimizers-06")
def direction_of_adam(card: Claim) -> None:
    """The program, and its two calls by weighted sums."""
    assert run_code(card.code) == card.output
    expected = []
    for call in re.findall(r"last\((\[[^]]*\])\)", card.code):
        g = np.array([float(number) for number in call.strip("[]").split(",")])
        ages = np.arange(g.size)[::-1]
        first, second = (np.average(g**power, weights=beta**ages) for power, beta in ((1, 0.9), (2, 0.999)))
        expected.append(round(float(first / math.sqrt(second)), 4))
    assert [float(word) for word in card.output.split()] == expected


# ---------------------------------------------------------------- chain rule, derivatives


@proof("oi.chain-rule-01")
def cost_of_both_ends(card: Claim) -> None:
    """Counts the multiplications of each product, for a width and its double."""
    left, right = (int(found(r"^O\(n\^(\d)\)$", tex)) for tex in card.formulas("back") if tex.startswith("O"))
    ends: list[list[list[int]]] = [[], []]
    for n in (8, 16):
        shapes = [(1, n), *[(n, n)] * 4]
        rows = [shapes[0][0] * a * b for a, b in shapes[1:]]
        from_x, columns = [], shapes[-1][1]
        for a, b in reversed(shapes[:-1]):
            from_x.append(a * b * columns)
        ends[0].append(rows)
        ends[1].append(from_x)
    assert all(large == 2**left * small for small, large in zip(*ends[0], strict=True))
    *inner, last = zip(*ends[1], strict=True)
    assert all(large == 2**right * small for small, large in inner) and "all but the last" in card.back
    assert last[1] < 2**right * last[0]


@proof("oi.chain-rule-02")
def total_derivative(card: Claim) -> None:
    """The exact slope of a quadratic between two points."""
    lines = dict(tex.split("=") for tex in card.formulas("front")[:3])
    at_w, at_x = (value_of(tex.split("=")[1]) for tex in card.formulas("front")[-2:])

    def loss(w: float) -> float:
        a = value_of(lines["a"], w=w, x=at_x)
        return value_of(lines["L"], a=a, b=value_of(lines["b"], w=w, a=a))

    assert card.value == approx(slope(loss, at_w, h=0.5))


@proof("oi.chain-rule-03")
def backward_by_hand(card: Claim) -> None:
    """Each derivative by differences of the loss."""
    w, x, b, y = 0.8, -1.3, 0.4, 0.25
    z_line, p_line, to_p, to_z, to_w = card.steps
    name, body = sides(tex_in(z_line)[-1])
    z = value_of(body, w=w, x=x, b=b)
    assert name == "z" and z_line.startswith("Forward") and p_line.startswith("Forward")
    name, body = sides(tex_in(p_line)[0].replace(r"\sigma(z)", f"({logistic(z):.17f})"))
    p = value_of(body)
    assert name == "p"
    losses = {
        "p": (lambda p: (p - y) ** 2 / 2, p),
        "z": (lambda z: (logistic(z) - y) ** 2 / 2, z),
        "w": (lambda w: (logistic(w * x + b) - y) ** 2 / 2, w),
    }
    for line, (letter, (loss, at)) in zip((to_p, to_z, to_w), losses.items(), strict=True):
        name, body = sides(tex_in(line)[-1])
        assert name == rf"\partial L/\partial {letter}"
        assert value_of(body, p=p, y=y, x=x) == approx(slope(loss, at), rel=1e-6)
    assert worth(sides(tex_in(to_z)[0])[1], {}, p=p) == approx(slope(logistic, z), rel=1e-6)


@proof("oi.derivatives-01")
def operator_by_operator(card: Claim) -> None:
    """Forward mode in which relu'(0) is c."""

    def relu(value: float, rate: float, c: float) -> tuple[float, float]:
        return max(value, 0.0), rate * (c if value == 0 else float(value > 0))

    def rate(times: int, c: float) -> float:
        one: tuple[float, float] = (0.0, 1.0)
        for _ in range(times):
            one = relu(*one, c)
        return one[1] - relu(-0.0, -1.0, c)[1]

    _, written, zero = sides(card.formulas("back")[0])
    assert rate(1, 0.0) == value_of(zero)
    for c in (0.0, 0.25, 0.7):
        assert worth(written, {r"\operatorname{relu}'(0)": c}) == approx(rate(1, c))
    twice, thrice = [tex for tex in card.formulas("more") if "=1" in tex]
    for c in (0.3, 0.5, 0.9):
        assert value_of(sides(twice)[0], c=c) == approx(rate(1, c))
        assert value_of(sides(thrice)[0], c=c) == approx(rate(2, c))


@proof("oi.derivatives-02")
def curvature_of_softplus(card: Claim) -> None:
    """Second differences, for every form of the answer in s."""
    for x in (-1.1, 0.0, 0.6, 2.0):
        second = hessian(lambda at: math.log1p(math.exp(at[0])), [x])[0, 0]
        for answer in card.answers:
            form = re.sub(r"\\sigma|sigma|σ", "s", answer.replace("**", "^")).replace("(x)", "")
            form = re.sub(r"^f''=", "", form)
            assert value_of(form, s=logistic(x)) == approx(second, abs=1e-6)


@proof("oi.derivatives-03")
def two_slopes(card: Claim) -> None:
    """Differences."""
    assert card.value == approx(slope(math.tanh, 0) / slope(logistic, 0), rel=1e-6)
    identity = card.formulas("back")[0]
    for x in (-0.7, 0.4):
        assert worth(sides(identity)[1], {r"\sigma(2x)": logistic(2 * x)}) == approx(math.tanh(x))


# ---------------------------------------------------------------- convexity


@proof("oi.convexity-01")
def lower_on_the_chord(card: Claim) -> None:
    """The chain for convex functions and two points of different height."""
    chain = next(tex for tex in card.formulas("back") if r"\le(" in tex)
    for f in (math.exp, abs, lambda u: (u - 1) ** 2):
        for x, y in itertools.permutations((-2.0, -0.5, 0.3, 1.7), 2):
            for t in (0.01, 0.4, 0.9):
                if f(y) < f(x):
                    assert holds(chain, {"f(x+t(y-x))": f(x + t * (y - x)), "f(x)": f(x), "f(y)": f(y)}, t=t)


@proof("oi.convexity-02")
def kept_convex(card: Claim) -> None:
    """Midpoints on a grid, for all pairs of some convex functions."""
    convex: list[Callable[[float], float]] = [lambda u: u, lambda u: -u, lambda u: u * u, abs, math.exp]
    made: dict[str, Callable[[Callable[[float], float], Callable[[float], float], float], float]] = {
        r"f\cdot g": lambda f, g, u: f(u) * g(u),
        r"f\circ g": lambda f, g, u: f(g(u)),
        r"\max(f,g)": lambda f, g, u: max(f(u), g(u)),
        r"\min(f,g)": lambda f, g, u: min(f(u), g(u)),
    }
    grid = np.linspace(-2, 2, 9)

    def fits(option: str) -> bool:
        build = made[option.strip("$")]
        return all(
            build(f, g, (a + b) / 2) <= (build(f, g, a) + build(f, g, b)) / 2 + 1e-12
            for f, g in itertools.product(convex, repeat=2)
            for a, b in itertools.combinations(grid, 2)
        )

    assert card.key == only(card.options, fits)


@proof("oi.convexity-03")
def flat_at_zero(card: Claim) -> None:
    """Differences of the function in the question."""
    power = next(tex for tex in card.formulas("front") if "x" in tex)
    second = next(sides(tex)[0] for tex in card.formulas("back") if r"\ge m" in tex)
    first = card.formulas("back")[-1]
    grid = np.linspace(-2, 2, 21)
    for x in grid:
        assert value_of(first, x=x) == approx(slope(lambda u: value_of(power, x=u), x), abs=1e-6)
        assert value_of(second, x=x) == approx(slope(lambda u: value_of(first, x=u), x), abs=1e-6)
    assert all(np.diff([value_of(first, x=x) for x in grid]) > 0)
    assert min(value_of(second, x=x) for x in grid) == 0


@proof("oi.convexity-04")
def first_order_condition(card: Claim) -> None:
    """Each line from the one before it, on a convex function of two variables."""

    def f(u: Array) -> float:
        return float(np.log(np.exp(u).sum()) + u @ u)

    convexity, subtracted, divided, limit, moved = card.steps
    for x, y in card.rng.normal(size=(5, 2, 2)):
        d = float(gradient(f, x) @ (y - x))
        for t in (1e-6, 0.2, 0.8, 1.0):
            notes = {"f(x+t(y-x))": f(x + t * (y - x)), "f(x)": f(x), "f(y)": f(y), r"\nabla f(x)^\top(y-x)": d}
            lines = [tex_in(line)[-1] for line in (convexity, subtracted, divided, limit)]
            values = [[worth(side, notes, t=t) for side in sides(line)] for line in lines]
            assert [relations(line) for line in lines] == [[r"\le"]] * 4
            assert values[1] == approx([side - f(x) for side in values[0]])
            assert values[2] == approx([side / t for side in values[1]], abs=1e-8)
            assert values[0][0] <= values[0][1] + 1e-12 and values[3][0] <= values[3][1]
            assert values[3][1] == approx(values[2][1], abs=1e-8)
            if t == 1e-6:
                assert values[3][0] == approx(values[2][0], abs=1e-4)
        assert sides(lines[2])[0].startswith(r"\frac{") and "t" not in sides(lines[3])[0].replace(r"\top", "")
    assert tex_in(moved) == ["f(x)"] and "left side" in moved


@proof("oi.convexity-05")
def smoothness_of_the_logistic_loss(card: Claim) -> None:
    """The largest eigenvalue of the Hessian by differences, on a line through 0 along x."""
    x = np.array([1.2, -0.7, 0.4])
    size = float(np.linalg.norm(x))
    loss: Function = lambda w: math.log1p(math.exp(-float(w @ x)))  # noqa: E731
    tops = [np.linalg.eigvalsh(hessian(loss, s * x)).max() for s in (-1.0, -0.3, 0.0, 0.5, 2.0)]
    assert max(tops) == tops[2]
    for answer in card.answers:
        form = answer.removeprefix("L=").replace("**", "^").replace("||x||", "R")
        assert value_of(form, R=size) == approx(tops[2], abs=1e-5)


# ---------------------------------------------------------------- entropy, cross-entropy, divergence, information


@proof("oi.cross-entropy-01")
def perplexity(card: Claim) -> None:
    """The inverse of the geometric mean of the probabilities."""
    chances = card.rng.uniform(0.05, 1, 12)
    inverse = float(np.prod(chances) ** (-1 / chances.size))
    assert value_of(card.cloze(1), h=float(-np.log(chances).mean())) == approx(inverse)
    assert value_of(card.cloze(2), h=float(-np.log2(chances).mean())) == approx(inverse)
    assert value_of(card.cloze(3), V=50) == approx(np.prod(np.full(7, 1 / 50)) ** (-1 / 7))


@proof("oi.cross-entropy-02")
def what_stays(card: Claim) -> None:
    """The expectation of the loss under random distributions."""
    p, q = card.rng.dirichlet(np.ones(5), size=2)
    for other in (q, p):
        notes = {"H(p)": entropy(p), r"D_{\mathrm{KL}}(p\|q)": divergence(p, other)}
        assert worth(card.formulas("back")[0], notes) == approx(float(-(p * np.log(other)).sum()))
    assert worth(card.formulas("back")[0], notes) > 0


@proof("oi.cross-entropy-03")
def bits_per_byte(card: Claim) -> None:
    """A text of 1000 tokens as one number of bits."""
    nats, size = card.numbers("front")
    halvings = 1000 * nats * math.log2(math.e)
    assert card.value == approx(halvings / (1000 * size), abs=0.005)


@proof("oi.entropy-01")
def uniform_density(card: Claim) -> None:
    """The integral of the density in the answer."""
    *_, interval, claimed = card.formulas("back")
    low, high = (value_of(end) for end in interval.strip("[]").split(","))
    density = card.numbers("back")[-2]
    at = np.linspace(low, high, 101)
    assert np.trapezoid(np.full(101, density), at) == approx(1) and density > 1
    assert value_of(claimed) == approx(np.trapezoid(np.full(101, -density * math.log(density)), at))


@proof("oi.entropy-02")
def fixed_or_uniform(card: Claim) -> None:
    """All probabilities."""
    above, below, others = card.numbers("front")
    share = above / below
    p = np.array([share, *np.full(int(others), (1 - share) / others)])
    assert card.value == approx(float(-(p * np.log2(p)).sum()))


@cache
def entropies(m: float) -> dict[str, float]:
    """Differential entropies, by integration, of densities on the half line with mean m."""
    at = np.linspace(1e-9, 120, 400_001)
    densities = {
        "exponential": np.exp(-at / m) / m,
        "gamma": at * np.exp(-2 * at / m) * 4 / m**2,
        "half-normal": np.exp(-(at**2) / (math.pi * m**2)) * 2 / (math.pi * m),
        "lognormal": np.exp(-((np.log(at / m) + 0.32) ** 2) / 1.28) / (at * 0.8 * math.sqrt(2 * math.pi)),
        "uniform": np.where(at < 2 * m, 1 / (2 * m), 0),
    }
    assert all(math.isclose(np.trapezoid(p * at, at), m, rel_tol=1e-3) for p in densities.values())
    logs = {name: np.log(np.where(p > 0, p, 1)) for name, p in densities.items()}
    return {name: float(np.trapezoid(-p * logs[name], at)) for name, p in densities.items()}


@proof("oi.entropy-03")
def largest_on_the_half_line(card: Claim) -> None:
    """Entropies by integration of densities with the same mean."""
    m = 1.7
    sizes = entropies(m)
    best = max(sizes, key=lambda name: sizes[name])
    assert best in card.answers and f"{best} distribution" in card.answers
    rate = value_of(sides(next(tex for tex in card.formulas("back") if tex.startswith(r"\lambda=")))[1], m=m)
    assert rate * m == approx(1)
    assert value_of(card.formulas("back")[-1], m=m) == approx(sizes[best], abs=1e-4)


@cache
def best_normals(low: float, high: float) -> tuple[float, float, float, float]:
    """Mean and variance of the normals nearest to two equal peaks of variance 1: forward, then reverse, on a grid."""
    at = np.linspace(-14, 14, 1401)
    p = (np.exp(-((at - low) ** 2) / 2) + np.exp(-((at - high) ** 2) / 2)) / (2 * math.sqrt(2 * math.pi))

    def logs(mean: float, variance: float) -> Array:
        return np.asarray(-((at - mean) ** 2) / (2 * variance) - math.log(2 * math.pi * variance) / 2)

    def forward(pair: tuple[float, float]) -> float:
        return float(-np.trapezoid(p * logs(*pair), at))

    def reverse(pair: tuple[float, float]) -> float:
        q = np.exp(logs(*pair))
        return float(np.trapezoid(q * (logs(*pair) - np.log(p)), at))

    over = min(itertools.product((-0.5, 0.0, 0.5), np.arange(5, 15.01, 0.1)), key=forward)
    on_one = min(itertools.product(np.arange(0, 4.01, 0.1), np.arange(0.5, 12, 0.1)), key=reverse)
    return *over, *on_one


@proof("oi.kl-divergence-01")
def best_normal(card: Claim) -> None:
    """The cross-entropy of each normal on a grid, and the reverse divergence for the remark."""
    _, low, _, _, high, _ = card.numbers("front")
    mean, variance, near, spread = best_normals(low, high)
    assert mean == 0 and card.value == approx(variance, abs=0.06)
    assert card.numbers("more")[-2:] == approx([near, spread], abs=0.11)


@proof("oi.kl-divergence-02")
def by_jensen(card: Claim) -> None:
    """Each line on random distributions, the first with an outcome that p lacks."""

    def over_s(tex: str, p: Array, q: Array) -> float:
        before, body = tex.strip().split(r"\sum_{i\in S}")
        total = sum(value_of(body, p_i=a, q_i=b) for a, b in zip(p, q, strict=True) if a > 0)
        assert before in ("", r"\log")
        return math.log(total) if before else total

    written, jensen, cancelled, bounded, turned = card.steps
    for n in range(4):
        p, q = card.rng.dirichlet(np.ones(4), size=2)
        if n < 2:
            p = np.array([0, *p[1:] / p[1:].sum()])
        name, total = sides(tex_in(written)[-1])
        start = over_s(total, p, q)
        assert name == r"-D_{\mathrm{KL}}(p\|q)" and start == approx(-divergence(p, q))
        (relation,) = relations(tex_in(jensen)[-1])
        bound = over_s(sides(tex_in(jensen)[-1])[1], p, q)
        assert relation == r"\le" and "Jensen" in jensen and start <= bound
        assert tex_in(cancelled)[0] == "p_i" and over_s(tex_in(cancelled)[-1], p, q) == approx(bound)
        whole, last = tex_in(bounded)
        assert over_s(whole, p, q) <= 1 + 1e-12 and "at most 1," in bounded
        assert holds(last, {}) and bound <= value_of(sides(last)[0]) + 1e-12
        assert holds(tex_in(turned)[0], {r"-D_{\mathrm{KL}}(p\|q)": start})


@proof("oi.kl-divergence-03")
def properties_of_divergence(card: Claim) -> None:
    """Each property on random distributions and on some near the edge."""
    triples = list(card.rng.dirichlet(np.ones(3), size=(40, 3)))
    triples.append(np.array([[0.5, 0.4, 0.1], [0.5, 0.499999, 1e-6], [0.25, 0.7, 0.05]]))
    triples.append(np.array([[0.5, 0.49, 0.01], [0.25, 0.74, 0.01], [0.1, 0.89, 0.01]]))

    def each(check: Callable[[Array, Array, Array], bool]) -> Callable[[], bool]:
        return lambda: all(check(*triple) for triple in triples)

    def adds_up(p: Array, q: Array, r: Array) -> bool:
        joint = divergence(np.outer(p, r).ravel(), np.outer(q, p).ravel())
        return math.isclose(joint, divergence(p, q) + divergence(r, p))

    meanings = {
        "triangle inequality": each(lambda p, q, r: divergence(p, r) <= divergence(p, q) + divergence(q, r)),
        "exchanged": each(lambda p, q, r: math.isclose(divergence(p, q), divergence(q, p))),
        "never exceeds": each(lambda p, q, r: divergence(p, q) <= math.log(3)),
        "adds up": each(adds_up),
    }
    assert card.key == option_that(card, meanings)


@proof("oi.kl-divergence-04")
def nearly_symmetric(card: Claim) -> None:
    """What the expansion leaves of both falls like the third power."""
    p = card.rng.dirichlet(np.ones(5))
    delta = card.rng.normal(size=5)
    delta = (delta - delta.mean()) * p.min() / 4
    factor, body = card.formulas("back")[0].split(r"\sum_i")
    left = []
    for small in (0.1, 0.05):
        d = small * delta
        square = value_of(factor) * sum(value_of(body, delta_i=a, p_i=b) for a, b in zip(d, p, strict=True))
        left.append([divergence(p, p + d) - square, divergence(p + d, p) - square])
    assert [one / two for one, two in zip(*left, strict=True)] == approx([8, 8], rel=0.05)


@proof("oi.mutual-information-01")
def two_forms(card: Claim) -> None:
    """A random joint table; the information from the three entropies."""
    table = card.rng.dirichlet(np.ones(6)).reshape(2, 3)
    x, y = table.sum(axis=1), table.sum(axis=0)
    both = entropy(table.ravel())
    information = entropy(x) + entropy(y) - both
    notes = {r"H(X\mid Y)": both - entropy(y), r"H(Y\mid X)": both - entropy(x)}
    assert entropy(x) - worth(card.cloze(1).strip("$"), notes) == approx(information)
    tex = card.cloze(2).strip("$")
    cells = np.ndindex(2, 3)
    other = [worth(tex, {"p(x)": float(x[i]), "p(y)": float(y[j]), "p(x,y)": float(table[i, j])}) for i, j in cells]
    assert divergence(table.ravel(), np.array(other)) == approx(information)


@proof("oi.mutual-information-02")
def exclusive_or(card: Claim) -> None:
    """The four outcomes."""
    outcomes = [(x, y, x ^ y) for x, y in itertools.product((0, 1), repeat=2)]

    def bits(*places: int) -> float:
        seen = [tuple(outcome[n] for n in places) for outcome in outcomes]
        return entropy(np.array([seen.count(value) / 4 for value in set(seen)])) / math.log(2)

    assert bits(0) + bits(2) - bits(0, 2) == approx(0, abs=1e-12)
    removed = bits(0, 1) + bits(1, 2) - bits(0, 1, 2) - bits(1)
    assert card.numbers("back") == approx([removed])
    left, right = sides(next(tex for tex in card.formulas("back") if r"\oplus" in tex))
    for values in outcomes:
        named = dict(zip("XYZ", values, strict=True))
        one, two = right.split(r"\oplus")
        assert named[left] == named[one.strip()] ^ named[two.strip()]


@proof("oi.mutual-information-03")
def disjoint_supports(card: Claim) -> None:
    """Random distributions on disjoint sets, for every form of the answer."""
    zero = np.zeros(3)
    p = np.concatenate([card.rng.dirichlet(np.ones(3)), zero])
    q = np.concatenate([zero, card.rng.dirichlet(np.ones(3))])
    js = (divergence(p, (p + q) / 2) + divergence(q, (p + q) / 2)) / 2
    for answer in card.answers:
        form = re.sub(r"^(?:math|np)\.| ?nats?$|奈特$", "", answer)
        form = re.sub(r"loge|log_e", "ln", form)
        assert value_of(re.sub(r"\\?(log|ln)", r"\\\1", form)) == approx(js)


# ---------------------------------------------------------------- gradient descent


@proof("oi.gradient-descent-01")
def steep_and_flat(card: Claim) -> None:
    """Runs descent just below and just above the claimed step."""
    low, high = 0.5, 40.0
    names = {"lambda_min": low, "lambda_max": high, "kappa": high / low}
    limit, rate = card.formulas("back")
    bound = value_of(sides(limit)[1], **names)
    ends = []
    for eta in (0.99 * bound, 1.01 * bound):
        w = np.ones(2)
        for _ in range(1000):
            w = w - eta * np.array([low, high]) * w
        ends.append(abs(w[1]))
        shrunk = 1.0 - eta * low
        assert value_of(sides(rate)[0], eta=eta, **names) == approx(shrunk)
        assert w[0] == approx(shrunk**1000)
    assert ends[0] < 1e-6 and ends[1] > 1e6
    assert holds(rate, {}, eta=0.99 * bound, **names)
    assert value_of(sides(rate)[1], **names) == approx(1 - bound * low)


@proof("oi.gradient-descent-02")
def best_fixed_step(card: Claim) -> None:
    """The spectral radius of the iteration on a grid of steps."""
    turn, _ = np.linalg.qr(card.rng.normal(size=(2, 2)))
    h = turn @ np.diag(card.numbers("front")) @ turn.T
    grid = np.arange(0.01, 0.4, 0.001)
    radius = [np.abs(np.linalg.eigvalsh(np.eye(2) - eta * h)).max() for eta in grid]
    assert card.value == approx(grid[int(np.argmin(radius))], abs=0.002)


@proof("oi.gradient-descent-03")
def flips_or_shrinks(card: Claim) -> None:
    """Runs descent with the slope by differences."""
    body, step = sides(card.formulas("front")[0])[1], value_of(card.formulas("front")[1])
    x = [0.7]
    for _ in range(8):
        x.append(x[-1] - step * slope(lambda u: value_of(body, x=u), x[-1], h=1e-3))
    flips = all(a * b < 0 for a, b in itertools.pairwise(x))
    keeps = all(a * b > 0 for a, b in itertools.pairwise(x))
    ratio = abs(x[-1] / x[-2])
    meanings = {
        "flip sign each step and grow": lambda: flips and ratio > 1.01,
        "flip sign each step and shrink": lambda: flips and ratio < 0.99,
        "keep their sign and shrink": lambda: keeps and ratio < 0.99,
        "between two points": lambda: flips and 0.99 < ratio < 1.01,
    }
    assert card.key == option_that(card, meanings)


@proof("oi.gradient-descent-04")
def small_gradients(card: Claim) -> None:
    """Each line from the one before it along a run on a function that is not convex."""
    scale, k_max = 3.0, 6

    def f(u: Array) -> float:
        return float(np.sin(u).sum())

    x = [np.array([0.4, -0.6])]
    for _ in range(k_max):
        x.append(x[-1] - np.cos(x[-1]) / scale)
    g = [np.cos(u) for u in x[:-1]]
    squares = [float(v @ v) for v in g]
    total = {r"\sum_k\|g_k\|^2": sum(squares), r"\min_k\|g_k\|^2": min(squares)}
    total |= {"f(x_0)": f(x[0]), "f(x_K)": f(x[-1]), "f^*": -2.0}
    lines = [[tex.replace("_{k<K}", "_k") for tex in tex_in(line)] for line in card.steps]
    bound, inserted, added, replaced, result = (line[-1] for line in lines)
    values = []
    for k in range(k_max):
        d = -g[k] / scale
        notes = {"f(x_{k+1})": f(x[k + 1]), "f(x_k)": f(x[k]), r"g_k^\top d_k": float(g[k] @ d)}
        notes |= {r"\|d_k\|^2": float(d @ d), r"\|g_k\|^2": squares[k]}
        one, two = ([worth(side, notes, L=scale) for side in sides(line)] for line in (bound, inserted))
        assert "d_k" in bound and "d_k" not in inserted and one == approx(two)
        assert one[0] <= one[1] and relations(bound) == relations(inserted) == [r"\le"]
        values.append(two)
    falls = sum(start - bounded for (_, bounded), start in zip(values, (f(u) for u in x), strict=False))
    first, second = ([worth(side, total, L=scale, K=k_max) for side in sides(line)] for line in (added, replaced))
    assert first == approx([falls, f(x[0]) - f(x[-1])]) and first[0] <= first[1]
    assert second[0] == approx(first[0]) and second[1] > first[1] and "f^*" in replaced
    last = [worth(side, total, L=scale, K=k_max) for side in sides(result)]
    low = worth(lines[-1][0], total, K=k_max)
    times = value_of(lines[-1][1], L=scale, K=k_max)
    assert low <= sum(squares) and last == approx([low / (2 * scale) * times, second[1] * times]) and last[0] <= last[1]
    assert last[0] == approx(min(squares))


@proof("oi.gradient-descent-05")
def exact_line_search(card: Claim) -> None:
    """One step on a quadratic, with the best step by its formula, and the slope along the line by differences."""
    factor = card.rng.normal(size=(3, 3))
    h, x = factor @ factor.T + np.eye(3), card.rng.normal(size=3)
    g = h @ x
    best = float(g @ g / (g @ h @ g))

    def along(eta: float) -> float:
        there = x - eta * g
        return float(there @ h @ there) / 2

    derivative = card.formulas("back")[1]
    _, written, zero = sides(derivative)
    assert min(along(best * s) for s in (0.9, 1, 1.1)) == along(best)
    for eta in (0.3 * best, best, 2 * best):
        following = h @ (x - eta * g)
        names = {"g_{k+1}": following[:, None], "g_k": g[:, None]}
        renamed = written.replace("g_{k+1}", "G").replace("g_k", "g")
        value = of_matrices(renamed, {"G": names["g_{k+1}"], "g": names["g_k"]}).item()
        assert value == approx(slope(along, eta), abs=1e-6)
        if eta == best:
            assert value == approx(value_of(zero), abs=1e-9)
            assert "orthogonal" in card.answers


# ---------------------------------------------------------------- constraints


@proof("oi.lagrange-kkt-01")
def cusp(card: Claim) -> None:
    """Differences at the origin."""
    name, constraint, zero = sides(card.formulas("front")[1])
    g = of_two(constraint)
    assert name == "g" and float(zero) == 0
    _, general, at_origin = sides(card.formulas("back")[0])
    for x, y in ((0.5, -0.3), (1.1, 0.8)):
        claimed = [value_of(entry, x=x, y=y) for entry in general.strip("()").split(",")]
        assert claimed == approx(gradient(g, [x, y]), abs=1e-6)
    origin = [float(entry) for entry in at_origin.strip("()").split(",")]
    assert origin == approx(gradient(g, [0.0, 0.0]), abs=1e-6)
    of_f = [float(entry) for entry in sides(card.formulas("back")[1])[1].strip("()").split(",")]
    assert of_f == approx(gradient(of_two(sides(card.formulas("front")[0])[1]), [0.0, 0.0]))
    assert not any(of_f == approx([lam * entry for entry in origin]) for lam in (-9.0, 0.0, 1.0, 1e6))
    for x in np.linspace(-0.5, 0.5, 101):
        for y in np.linspace(-0.4, 0.4, 81):
            assert x >= 0 or abs(g(np.array([x, y]))) > 1e-9


@proof("oi.lagrange-kkt-02")
def softmax_as_optimum(card: Claim) -> None:
    """The derivative of the Lagrangian by differences, each further line from the one before it, the end on rivals."""
    r, tau, lam = card.rng.normal(size=4), 0.6, 0.35
    multiplier, stationary, logs, shape, result = card.steps
    term, name = tex_in(multiplier)
    assert name == r"\mathcal L(p,\lambda)"

    def objective(p: Array) -> float:
        return float(p @ r - tau * (p * np.log(p)).sum())

    def lagrangian(p: Array) -> float:
        return objective(p) - worth(term, {r"\sum_ip_i": float(p.sum())}, lambda_=lam)

    p = card.rng.dirichlet(np.ones(4))
    slopes = gradient(lagrangian, p, 1e-6)
    assert tex_in(stationary)[0] == r"\partial\mathcal L/\partial p_i=0"
    line, zero = sides(tex_in(stationary)[1])
    name, solved = sides(tex_in(logs)[0])
    assert float(zero) == 0 and name == r"\log p_i"
    roots = []
    for i in range(4):
        names = {"r_i": float(r[i]), "tau": tau, "lambda_": lam}
        assert value_of(line, p_i=float(p[i]), **names) == approx(slopes[i], abs=1e-6)
        roots.append(math.exp(value_of(solved, **names)))
        assert value_of(line, p_i=roots[-1], **names) == approx(0, abs=1e-12)
    name, body = sides(tex_in(shape)[-1])
    assert name == "p_i" and relations(tex_in(shape)[-1]) == [r"\propto"]
    weights = np.array([value_of(body, r_i=float(value), tau=tau) for value in r])
    assert np.ptp(weights / roots) == approx(0, abs=1e-9)
    name, above, below = *sides(tex_in(result)[-1])[:1], *sides(tex_in(result)[-1])[1].split(r"/\sum_j")
    below_sum = sum(value_of(below, r_j=float(value), tau=tau) for value in r)
    best = np.array([value_of(above, r_i=float(value), tau=tau) for value in r]) / below_sum
    assert name == "p_i" and best == approx(weights / weights.sum())
    assert all(objective(q) < objective(best) for q in card.rng.dirichlet(np.ones(4), size=200))


@proof("oi.lagrange-kkt-03")
def shadow_price(card: Claim) -> None:
    """The minimum on a fine part of the boundary, for neighbouring right sides."""
    at = value_of(found(r"^b=(.*)$", card.formulas("front")[-1]))

    def smallest(b: float) -> float:
        y = np.linspace(0, 4, 40_001)
        return float(((b - 2 * y) ** 2 + y**2).min())

    assert card.value == approx((smallest(at + 0.05) - smallest(at - 0.05)) / 0.1, abs=1e-3)


@proof("oi.lagrange-kkt-04")
def signs_of_multipliers(card: Claim) -> None:
    """Minima of (x-a)^2 under x <= 0 and under x = 0, the multiplier from the stationarity of the Lagrangian."""
    upper, equal = [], []
    for a in (-2.0, -0.5, 0.5, 2.0):
        x = min(np.linspace(-3, 0, 301), key=lambda x: (x - a) ** 2)
        upper.append(-2 * (x - a))
        equal.append(-2 * (0 - a))
        if x < 0:
            assert value_of(card.cloze(3)) == approx(upper[-1], abs=1e-9)
    is_nonnegative = min(upper) > -1e-9 and max(upper) > 0
    assert (card.cloze(1) == "nonnegative") == is_nonnegative
    assert (card.cloze(2) == "free") == (min(equal) < 0 < max(equal))


# ---------------------------------------------------------------- landscape, schedules


@proof("oi.loss-landscape-02")
def equivalent_settings(card: Claim) -> None:
    """All orders of the units with the signs that each unit alone allows, as different settings."""
    count = int(card.numbers("front")[0])
    units = card.rng.normal(size=(count, 3))
    at = np.linspace(-2, 2, 9)

    def output(units: Iterable[Array]) -> Array:
        return np.asarray(sum(v * np.tanh(w * at + b) for w, b, v in units))

    per_unit = []
    for unit in units:
        kept = [unit * s for s in itertools.product((1, -1), repeat=3)]
        per_unit.append([other for other in kept if np.allclose(output([other]), output([unit]))])
    settings = set()
    for order in itertools.permutations(range(count)):
        for chosen in itertools.product(*(per_unit[n] for n in order)):
            settings.add(tuple(np.ravel(chosen)))
    assert all(np.allclose(output(np.reshape(one, (count, 3))), output(units)) for one in list(settings)[::37])
    assert card.value == len(settings)


@proof("oi.loss-landscape-03")
def sharpness_along_the_minima(card: Claim) -> None:
    """Second differences of the loss in the question."""
    loss = sides(next(tex for tex in card.formulas("front") if tex.startswith("L(a,b)=")))[1]
    tops = []
    for a in (1.0, 2.0, 3.0, 4.0):
        tops.append(np.linalg.eigvalsh(hessian(lambda at: value_of(loss, a=at[0], b=at[1]), [a, 1 / a])).max())
    steps = np.diff(tops)
    meanings = {
        "stays the same": lambda: bool(np.allclose(steps, 0, atol=1e-3)),
        "it grows": lambda: bool((steps > 1e-3).all()),
        "it is 0": lambda: bool(np.allclose(tops, 0, atol=1e-3)),
        "it shrinks": lambda: bool((steps < -1e-3).all()),
    }
    assert card.key == option_that(card, meanings)


@proof("oi.lr-schedule-01")
def half_the_cycle(card: Claim) -> None:
    """The chord of a circle in place of the cosine."""
    steps = 1000
    cycle = 2 * steps
    rate = math.sin(math.pi * (cycle - steps) / (2 * cycle)) ** 2
    assert [value_of(side) for side in sides(card.formulas("back")[0])] == approx([rate, rate])


@proof("oi.lr-schedule-02")
def halfway_down(card: Claim) -> None:
    """The schedule with the square of a sine in place of the cosine."""
    high, low = (value_of(tex) for tex in card.formulas("front") if "times" in tex)
    warm, at, end = sorted(number for number in card.numbers("front") if number >= 1000)

    def rate(step: float) -> float:
        if step < warm:
            return high * step / warm
        return low + (high - low) * math.sin(math.pi / 2 * (end - step) / (end - warm)) ** 2

    assert rate(warm) == approx(high) and rate(end) == approx(low)
    assert card.value == approx(rate(at), rel=0.01)


@proof("oi.lr-schedule-03")
def warmup_and_root(card: Claim) -> None:
    """The largest rate of all steps, and the rate far out."""
    body = card.formulas("cloze")[0].split("=", 1)[1].replace(r"\,", " ")
    for w in (5, 12):
        rates = {t: value_of(body, t=t, w=w, d=64) for t in range(1, 16 * w + 1)}
        peak = max(rates, key=lambda t: rates[t])
        assert value_of(card.cloze(1), w=w) == peak
        assert value_of(card.cloze(2)) == approx(rates[16 * w] / rates[peak])


@proof("oi.lr-schedule-04")
def forgets_and_averages(card: Claim) -> None:
    """The second moment by its recursion."""

    def fits(option: str) -> bool:
        moment = 9.0
        for t in range(1, 601):
            eta = value_of(option, t=t)
            moment = (1 - eta) ** 2 * moment + eta**2
        return moment < 0.01

    assert card.key == only(card.options, fits)


# ---------------------------------------------------------------- several variables


@proof("oi.multivariable-derivatives-01")
def parabola(card: Claim) -> None:
    """The function of the question on the parabola of the answer, and on rays."""
    f = of_two(card.formulas("front")[0].split("=", 1)[1])
    curve, _, height = card.formulas("back")[:3]
    for x in (1e-3, -0.1, 2.0):
        at = np.array([x, value_of(sides(curve)[1], x=x)])
        assert f(at) == approx(value_of(sides(height)[1]))
    rate = next(tex for tex in card.formulas("more") if "/" in tex)
    for a, b in ((1.0, 2.0), (-0.5, 0.3), (0.7, -1.0)):
        assert f(np.array([a, b]) * 1e-5) / 1e-5 == approx(value_of(rate, a=a, b=b), rel=1e-6)


@proof("oi.multivariable-derivatives-02")
def rate_along(card: Claim) -> None:
    """A difference along the unit direction."""
    function, at, direction = card.formulas("front")[:3]
    f = of_two(sides(function)[1])
    x, d = (np.array([float(entry) for entry in tex.strip("()").split(",")]) for tex in (at, direction))
    unit = d / np.linalg.norm(d)
    assert card.value == approx(slope(lambda t: f(x + t * unit), 0), rel=1e-6)


@proof("oi.multivariable-derivatives-03")
def best_in_the_cube(card: Claim) -> None:
    """All corners of the cube."""
    g = np.array([0.4, -1.9, 0.7])
    k = int(np.argmax(np.abs(g)))
    vectors = {
        r"g/\|g\|_2": g / np.linalg.norm(g),
        r"\operatorname{sign}(g)": np.sign(g),
        r"g/\|g\|_\infty": g / np.abs(g).max(),
        r"\operatorname{sign}(g_k)e_k": np.sign(g[k]) * np.eye(3)[k],
    }
    best = max(float(g @ corner) for corner in itertools.product((-1, 1), repeat=3))

    def fits(option: str) -> bool:
        d = vectors[option.strip("$")]
        return bool(np.abs(d).max() <= 1 and math.isclose(float(g @ d), best))

    assert card.key == only(card.options, fits)


@proof("oi.multivariable-derivatives-04")
def gradients_of_norms(card: Claim) -> None:
    """Differences."""
    for x in card.rng.normal(size=(3, 4)):
        length = float(np.linalg.norm(x))
        first = [worth(card.cloze(1).strip("$"), {r"\|x\|_2": length}, x=float(entry)) for entry in x]
        slopes = gradient(lambda at: float(np.linalg.norm(at)), x)
        assert first == approx(slopes, abs=1e-7)
        assert float(card.cloze(2)) == approx(np.linalg.norm(slopes))
        third = [worth(card.cloze(3).strip("$"), {r"\|x\|_2": length}, x=float(entry)) for entry in x]
        assert third == approx(gradient(lambda at: float(at @ at) / 2, x), abs=1e-7)


@proof("oi.multivariate-optimization-01")
def same_hessian(card: Claim) -> None:
    """Second differences, and the signs on a small circle."""
    one, two = (of_two(tex) for tex in card.formulas("back")[:2])
    matrix = matrix_of(card.formulas("back")[2])
    circle = [0.01 * np.array([math.cos(a), math.sin(a)]) for a in np.linspace(0, 2 * math.pi, 41)]
    for f in (one, two):
        assert hessian(f, [0.0, 0.0], 1e-3) == approx(matrix, abs=1e-4)
        assert gradient(f, [0.0, 0.0]) == approx([0, 0], abs=1e-9)
    assert min(one(at) for at in circle) > 0
    assert min(two(at) for at in [*circle, np.array([0, 0.01])]) < 0 < max(two(at) for at in circle)


@proof("oi.multivariate-optimization-02")
def saddle_at_the_origin(card: Claim) -> None:
    """The signs on a small circle."""
    circle = [0.1 * np.array([math.cos(a), math.sin(a)]) for a in np.linspace(0, 2 * math.pi, 73)]

    def fits(option: str) -> bool:
        values = [of_two(option)(at) for at in circle]
        return min(values) < -1e-9 and max(values) > 1e-9

    assert card.key == only(card.options, fits)


@proof("oi.multivariate-optimization-03")
def count_of_saddles(card: Claim) -> None:
    """Newton's method from a grid for the stationary points, the signs round each."""
    f = of_two(card.formulas("front")[0].split("=", 1)[1])
    points = set()
    for start in itertools.product((-2.0, 0.6), repeat=2):
        x = np.array(start)
        for _ in range(8):
            x = x - np.linalg.solve(hessian(f, x), gradient(f, x))
        points.add(tuple(round(float(entry) * 100) for entry in x))
    saddles = 0
    for point in points:
        x = np.array(point) / 100
        around = [f(x + 0.1 * np.array([math.cos(a), math.sin(a)])) - f(x) for a in np.linspace(0, 2 * math.pi, 25)]
        saddles += min(around) < 0 < max(around)
    assert card.value == saddles


@proof("oi.multivariate-optimization-04")
def quadratic(card: Claim) -> None:
    """Differences of the function, and its value after many steps of descent."""
    factor, b = card.rng.normal(size=(3, 3)), card.rng.normal(size=3)
    a, x = factor @ factor.T + np.eye(3), card.rng.normal(size=3)
    f: Function = lambda at: float(at @ a @ at / 2 - at @ b)  # noqa: E731
    names = {"A": a, "b": b[:, None], "x": x[:, None]}
    assert of_matrices(card.cloze(1).strip("$"), names)[:, 0] == approx(gradient(f, x), abs=1e-6)
    for _ in range(3000):
        x = x - (a @ x - b) / np.linalg.norm(a, 2)
    assert of_matrices(card.cloze(2).strip("$"), names).item() == approx(f(x))


@proof("oi.multivariate-optimization-05")
def no_global_minimum(card: Claim) -> None:
    """The function on the line of the answer; the origin on small circles."""
    f = of_two(card.formulas("front")[0].split("=", 1)[1])
    claimed = next(tex for tex in card.formulas("back") if tex.startswith("f("))
    name, on_line, limit = sides(claimed)
    x = float(found(r"^f\((.*),y\)$", name))
    for y in (-10.0, 0.5, 1000.0):
        assert f(np.array([x, y])) == approx(value_of(on_line, y=y))
    assert f(np.array([x, 1e6])) < -1e12 and limit.strip() == r"-\infty"
    assert min(f(0.1 * np.array([math.cos(t), math.sin(t)])) for t in np.linspace(0, 6.28, 60)) > 0


# ---------------------------------------------------------------- numbers in the machine


@proof("oi.numerical-stability-01")
def vanished_probability(card: Claim) -> None:
    """Each cause looked for in the computation in float32."""
    z = np.array([0, -200], dtype=np.float32)
    shifted = z - z.max()
    with np.errstate(under="ignore", divide="ignore"):
        powers = np.exp(shifted)
        p = powers / powers.sum()
        assert np.log(p)[1] == -np.inf
    meanings = {
        "underflows to 0 before the log": lambda: bool(p[1] == 0 and math.exp(-200) > 0),
        "denominator overflows": lambda: bool(np.isinf(powers).any()),
        "wipes out the digits": lambda: float(shifted[1]) != -200,
        "outside the range": lambda: not np.isfinite(np.float32(-200)),
    }
    assert card.key == option_that(card, meanings)


@proof("oi.numerical-stability-02")
def log_sum_exp(card: Claim) -> None:
    """The program, and the sum of logarithms from NumPy."""
    assert run_code(card.code) == card.output
    naive, stable = card.output.split()
    assert naive == "inf" and float(stable) == approx(float(np.logaddexp(1000.0, 1000.0)), abs=5e-4)


@proof("oi.numerical-stability-03")
def overflow_of_exp(card: Claim) -> None:
    """Halves, by trying; BF16 from its bits, one sign and seven of the fraction."""
    with np.errstate(over="ignore"):
        tried = [x for x in np.arange(10, 12, 0.01) if np.isfinite(np.exp(np.float64(x)).astype(np.float16))]
    assert float(card.cloze(1)) == approx(max(tried), abs=0.05)
    bits = {"FP16": np.finfo(np.float16).nexp, "FP32": np.finfo(np.float32).nexp, "FP64": np.finfo(np.float64).nexp}
    exponent_bits = 16 - 1 - 7
    assert bits[card.cloze(2)] == exponent_bits
    largest = math.ldexp(2 - 2**-7, 2 ** (exponent_bits - 1) - 1)
    numbers = card.numbers("cloze")
    assert numbers[0] == float(np.finfo(np.float16).max) and numbers[-1] == approx(math.log(largest), abs=0.05)


# ---------------------------------------------------------------- second order


@proof("oi.second-order-01")
def heads_for_the_saddle(card: Claim) -> None:
    """Newton's step and the gradient step on a quadratic with a negative eigenvalue, along that eigenvector."""
    turn, _ = np.linalg.qr(card.rng.normal(size=(2, 2)))
    sign, newton, plain = card.formulas("back")
    value = -1.7
    assert holds(sign, {}, lambda_=value)
    h = turn @ np.diag([2.0, value]) @ turn.T
    x = turn @ np.array([0.3, 0.8])
    step = turn.T @ -np.linalg.solve(h, h @ x)
    g = turn.T @ h @ x
    assert value_of(newton, g=g[1], lambda_=value) == approx(step[1]) == approx(-0.8)
    assert value_of(plain, g=g[1]) * step[1] < 0 and abs(0.8 + 0.1 * value_of(plain, g=g[1])) > 0.8


@proof("oi.second-order-02")
def newton_direction(card: Claim) -> None:
    """Each line with random matrices, derivatives by differences."""
    factor, g = card.rng.normal(size=(3, 3)), card.rng.normal(size=3)
    h = factor @ factor.T + np.eye(3)
    model, slopes, solved, along, conclusion = card.steps
    name, body = sides(tex_in(model)[0])
    assert name == "q(d)" and body.startswith("f(x)+")

    def names(d: Array) -> dict[str, Array]:
        return {"g": g[:, None], "H": h, "d": d[:, None]}

    def q(d: Array) -> float:
        return of_matrices(body.removeprefix("f(x)+"), names(d)).item()

    assert gradient(q, np.zeros(3)) == approx(g, abs=1e-6) and hessian(q, np.zeros(3)) == approx(h, abs=1e-4)
    d = card.rng.normal(size=3)
    name, body_of_slopes = sides(tex_in(slopes)[-1])
    assert name == r"\nabla q(d)"
    assert of_matrices(body_of_slopes, names(d))[:, 0] == approx(gradient(q, d), abs=1e-5)
    name, body_of_step = sides(tex_in(solved)[0])
    best = of_matrices(body_of_step, names(d))[:, 0]
    assert name == "d" and of_matrices(body_of_slopes, names(best)) == approx(np.zeros((3, 1)), abs=1e-9)
    left, right = (of_matrices(side, names(best)).item() for side in sides(tex_in(along)[-1]))
    assert left == approx(right) and "derivative along" in along
    assert tex_in(conclusion)[0] == "H^{-1}" and np.linalg.eigvalsh(np.linalg.inv(h)).min() > 0
    left_text, zero = sides(tex_in(conclusion)[1])
    assert of_matrices(left_text, names(best)).item() < float(zero) and relations(tex_in(conclusion)[1]) == ["<"]


def plain(f: Function, x: Array) -> Array:
    for _ in range(3):
        x = x - 0.1 * gradient(f, x)
    return x


def momentum(f: Function, x: Array) -> Array:
    v = np.zeros(2)
    for _ in range(3):
        v = 0.9 * v + gradient(f, x)
        x = x - 0.05 * v
    return x


def newton(f: Function, x: Array) -> Array:
    for _ in range(3):
        x = x - 0.5 * np.linalg.solve(hessian(f, x), gradient(f, x))
    return x


def adam(f: Function, x: Array) -> Array:
    m, v = np.zeros(2), np.zeros(2)
    for t in range(1, 4):
        g = gradient(f, x)
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
        x = x - 0.1 * (m / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.99**t))
    return x


@proof("oi.second-order-03")
def same_path(card: Claim) -> None:
    """Runs the methods on f and on F."""
    a = np.array([[1.4, 0.6], [-0.3, 0.8]])

    def f(x: Array) -> float:
        return float(np.log(np.cosh(x)).sum() + x @ np.array([[1.0, 0.3], [0.3, 0.7]]) @ x)

    methods = {"gradient descent with a fixed": plain, "momentum": momentum, "Newton": newton, "Adam": adam}

    def fits(option: str) -> bool:
        (run,) = [method for phrase, method in methods.items() if phrase in option]
        z = np.array([0.9, -0.4])
        return bool(np.allclose(run(f, a @ z), a @ run(lambda z: f(a @ z), z), atol=1e-4))

    assert card.key == only(card.options, fits)


# ---------------------------------------------------------------- stochastic gradients


@proof("oi.sgd-01")
def longer_on_average(card: Claim) -> None:
    """All mini-batches of two from five gradients."""
    grads = card.rng.normal(size=(5, 3))
    batches = np.array([grads[list(pair)].mean(axis=0) for pair in itertools.product(range(5), repeat=2)])
    g = batches.mean(axis=0)
    notes = {
        r"E\|\hat g\|^2": float((batches**2).sum(axis=1).mean()),
        r"E\|\hat g\|": float(np.linalg.norm(batches, axis=1).mean()),
        r"\|E[\hat g]\|": float(np.linalg.norm(g)),
        r"\|g\|^2": float((grads.mean(axis=0) ** 2).sum()),
        r"\|g\|": float(np.linalg.norm(grads.mean(axis=0))),
        r"\operatorname{tr}\operatorname{Cov}(\hat g)": float(np.trace(np.cov(batches.T, ddof=0))),
    }
    assert all(holds(tex, notes) for tex in card.formulas("back"))
    assert notes[r"E\|\hat g\|"] > notes[r"\|g\|"]


@proof("oi.sgd-02")
def limiting_variance(card: Claim) -> None:
    """All paths of noise of two values for three steps, and the recursion to its limit."""
    eta, sigma, start = 0.4, 1.5, 2.0
    collected, variances, limit, rearranged, result = card.steps
    rule = card.formulas("front")[0]
    paths = list(itertools.product((-sigma, sigma), repeat=3))

    def moments(t: int) -> float:
        ends = []
        for path in paths:
            w = start
            for xi in path[:t]:
                w = w - eta * (w + xi)
            ends.append(w)
        return float(np.var(ends))

    assert rule.startswith("w_{t+1}=")
    for w, xi in ((0.3, 1.1), (-2.0, 0.4)):
        one, two = (value_of(sides(tex)[1], w_t=w, xi_t=xi, eta=eta) for tex in (rule, tex_in(collected)[-1]))
        assert one == approx(two) and sides(tex_in(collected)[-1])[0] == "w_{t+1}"
    name, step = sides(tex_in(variances)[-1])
    assert name == "v_{t+1}"
    assert (r"(1-\eta)" in tex_in(collected)[-1]) and "xi" not in step
    v = 0.0
    for t in range(3):
        v = value_of(step, v_t=v, eta=eta, sigma=sigma)
        assert v == approx(moments(t + 1))
    for _ in range(500):
        v = value_of(step, v_t=v, eta=eta, sigma=sigma)
    names = {"eta": eta, "sigma": sigma}
    assert holds(tex_in(limit)[0], {}, **names)
    left, right = sides(tex_in(limit)[-1])
    assert left == "v" and value_of(right, v=v, **names) == approx(v)
    assert value_of(right, v=0.7, **names) == approx(value_of(step, v_t=0.7, **names))
    before, after = sides(tex_in(rearranged)[-1])
    for trial in (v, 0.7):
        gap = value_of(before, v=trial, **names) - value_of(after, **names)
        assert gap == approx(trial - value_of(right, v=trial, **names), abs=1e-12)
    name, end = sides(tex_in(result)[-1])
    assert name == "v" and value_of(end, **names) == approx(v)
    assert value_of(before, v=1.0, **names) == approx(value_of(tex_in(result)[0], **names))


@proof("oi.sgd-03")
def larger_batch(card: Claim) -> None:
    """The exact distribution of the mean of values 0 and 1."""
    times = int(value_of(card.formulas("cloze")[1], B=1))

    def deviation(size: int, p: float = 0.3) -> float:
        chances = [math.comb(size, k) * p**k * (1 - p) ** (size - k) for k in range(size + 1)]
        means = np.arange(size + 1) / size
        return math.sqrt(sum(c * (mean - p) ** 2 for c, mean in zip(chances, means, strict=True)))

    assert value_of(card.cloze(1)) == approx(deviation(2 * times) / deviation(2))
    assert float(card.cloze(2)) == len(range(2 * times)) / len(range(2))


@proof("oi.sgd-04")
def averages_of_averages(card: Claim) -> None:
    """Micro-batches of sequences that meet each condition but no other."""

    def agrees(batches: list[list[Array]]) -> bool:
        tokens = [np.concatenate(batch) for batch in batches]
        mean = np.mean([batch.mean(axis=0) for batch in tokens], axis=0)
        return bool(np.allclose(mean, np.concatenate(tokens).mean(axis=0)))

    def made(*lengths: Sequence[int]) -> list[list[Array]]:
        return [[card.rng.normal(size=(n, 2)) for n in batch] for batch in lengths]

    def equal_losses() -> bool:
        """Least squares in one weight at 0 with inputs u and targets y: loss y^2, slope -2uy."""
        inputs, targets = [[1.0, 2.0], [3.0, -1.0, 0.5]], [[2.0, 2.0], [2.0, 2.0, 2.0]]
        losses = [np.mean(np.square(y)) for y in targets]
        assert losses[0] == losses[1]
        pairs = [zip(*pair, strict=True) for pair in zip(inputs, targets, strict=True)]
        return agrees([[np.array([[-2 * u * y]]) for u, y in pair] for pair in pairs])

    meanings = {
        "same number of sequences": lambda: agrees(made((2, 3), (4, 6))),
        "same number of tokens": lambda: agrees(made((2, 3), (5,), (1, 1, 3))),
        "always": lambda: agrees(made((2,), (7, 1))),
        "mean loss over its tokens is the same": equal_losses,
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- Taylor


@proof("oi.taylor-01")
def leading_errors(card: Claim) -> None:
    """The errors for functions of known derivatives, divided by the claimed first term."""
    central, single = card.formulas("back")[-2:]
    for f, second, third in ((math.exp, math.exp(0.4), math.exp(0.4)), (math.sin, -math.sin(0.4), -math.cos(0.4))):
        first = math.cos(0.4) if f is math.sin else math.exp(0.4)
        h = 1e-3
        notes = {"f'''(x)": third, "f''(x)": second}
        two_sided = (f(0.4 + h) - f(0.4 - h)) / (2 * h) - first
        one_sided = (f(0.4 + h) - f(0.4)) / h - first
        assert worth(central, notes, h=h) == approx(two_sided, rel=1e-2)
        assert worth(single, notes, h=h) == approx(one_sided, rel=1e-2)


@proof("oi.taylor-02")
def change_of_the_model(card: Claim) -> None:
    """The mean of the gradients at both ends of the step, times the step."""
    of_g, of_h, of_step = card.formulas("front")
    g = np.array([float(entry) for entry in sides(of_g)[1].strip("()").split(",")])
    (h,) = matrices_of(of_h)
    d = value_of(of_step, g=1.0) * g
    assert card.value == approx(float((g + (g + h @ d)) @ d / 2))


@proof("oi.taylor-03")
def descent_lemma(card: Claim) -> None:
    """Each line by quadrature: an equality for half L times the square, a bound for another function."""
    basic, subtracted, cauchy, lipschitz, result = (tex_in(line)[-1] for line in card.steps)
    times, weights = np.polynomial.legendre.leggauss(20)
    times, weights = (times + 1) / 2, weights / 2
    scale = 2.5
    x, d = np.array([0.3, -0.8, 0.5]), np.array([0.9, 0.4, -1.1])
    cases: list[tuple[Function, Callable[[Array], Array], bool]] = [
        (lambda u: float(scale * (u @ u) / 2), lambda u: scale * u, True),
        (lambda u: float(scale * np.cos(u).sum()), lambda u: -scale * np.sin(u), False),
    ]
    length = float(np.linalg.norm(d))
    for f, slopes, is_tight in cases:
        remainder = f(x + d) - f(x) - float(slopes(x) @ d)

        def integral(tex: str, slopes: Callable[[Array], Array] = slopes) -> float:
            body = found(r"^\\int_0\^1(.*)\\,dt$", tex)
            total = 0.0
            for t, weight in zip(times, weights, strict=True):
                there, here = slopes(x + t * d), slopes(x)
                notes = {
                    r"\nabla f(x+td)^\top d": float(there @ d),
                    r"(\nabla f(x+td)-\nabla f(x))^\top d": float((there - here) @ d),
                    r"\|\nabla f(x+td)-\nabla f(x)\|": float(np.linalg.norm(there - here)),
                    r"\|d\|": length,
                }
                total += weight * worth(body, notes, L=scale, t=float(t))
            return total

        assert sides(basic)[0] == "f(y)-f(x)" and integral(sides(basic)[1]) == approx(f(x + d) - f(x))
        assert sides(subtracted)[0] == "R" and integral(sides(subtracted)[1]) == approx(remainder)
        assert "R" not in sides(cauchy)[1] and [relations(tex) for tex in (cauchy, lipschitz, result)] == [[r"\le"]] * 3
        first, second = integral(sides(cauchy)[1]), integral(sides(lipschitz)[1])
        last = worth(sides(result)[1], {r"\|d\|": length}, L=scale)
        assert "nabla" in cauchy and "nabla" not in lipschitz and r"\int" not in result
        assert remainder <= first + 1e-12 and first <= second + 1e-12 and second == approx(last)
        if is_tight:
            assert remainder == approx(first) == approx(second)


@proof("oi.taylor-04")
def rounding_takes_over(card: Claim) -> None:
    """The errors of differences at several points, compared with each cause."""
    points = np.linspace(1.0, 1.9, 40)

    def errors(h: float) -> Array:
        return np.array([abs((math.sin(x + h) - math.sin(x)) / h - math.cos(x)) for x in points])

    tiny, good = 1e-15, 1e-8
    noise, seen = float(np.finfo(float).eps) / 2, float(np.median(errors(tiny)))
    assert seen > 1e4 * np.median(errors(good))
    meanings = {
        "below the smallest positive double": lambda: tiny < math.ulp(0.0) or tiny == 0,
        "Taylor remainder": lambda: tiny / 2 > good / 2,
        "rounding errors": lambda: 0.01 < seen / (noise / tiny) < 100,
        "must be the same double": lambda: all(math.sin(x + tiny) == math.sin(x) for x in points),
    }
    assert card.key == option_that(card, meanings)
