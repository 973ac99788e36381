"""Proofs of stage 12, generative models and reinforcement learning."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import gradient, logistic, slope, softmax
from tests.decks.proving import Claim, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in, worth

Array = npt.NDArray[np.float64]
Function = Callable[..., float]

_BAR = r"\bar\alpha_t"


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return re.split(r"=|<|>|\\(?:leq?|geq?|approx|propto|leftarrow|to)(?![A-Za-z])", tex)


def tuples(text: str) -> list[list[float]]:
    """The tuples of two or more numbers in a text, `(1,0,2)`."""
    found_ones = re.findall(r"\(([^()a-zA-Z]*(?:\\frac[\d{}]+[^()a-zA-Z]*)*,[^()]*)\)", text)
    return [[value_of(entry) for entry in entries.split(",")] for entries in found_ones]


def highest(f: Function, low: float, high: float) -> float:
    """Where a concave function is largest, by thirds."""
    for _ in range(120):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        low, high = (one, high) if f(one) < f(two) else (low, two)
    return (low + high) / 2


def divergence(p: Array, q: Array) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(p > 0, p * np.log(p / q), 0).sum())


def jensen_shannon(p: Array, q: Array) -> float:
    return (divergence(p, (p + q) / 2) + divergence(q, (p + q) / 2)) / 2


def named_divergence(tex: str, named: Mapping[str, Array]) -> float:
    r"""The value of `D_{\mathrm{KL} }(q(z)\|p(z))` for the distributions of these names."""
    one, two = found(r"^D_\{\\mathrm\{KL\} \}\((.+)\)$", tex).split(r"\|")
    return divergence(named[one], named[two])


def normal(x: Array | float, mean: float, variance: float) -> Array:
    return np.asarray(np.exp(-((np.asarray(x) - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance))


def gauss_divergence(mean: float, variance: float) -> float:
    """The KL divergence of N(mean, variance) from N(0, 1), by quadrature."""
    x = np.linspace(mean - 12 * math.sqrt(variance), mean + 12 * math.sqrt(variance), 20_001)
    p = normal(x, mean, variance)
    log_ratio = -((x - mean) ** 2) / (2 * variance) - math.log(variance) / 2 + x**2 / 2
    return float((p * log_ratio).sum() * (x[1] - x[0]))


def distribution(rng: np.random.Generator, size: int) -> Array:
    return rng.dirichlet(np.ones(size))


@dataclass(frozen=True)
class World:
    """A finite Markov decision process: chances (state, action, next state), rewards (state, action)."""

    chances: Array
    rewards: Array
    gamma: float

    def q(self, v: Array) -> Array:
        return np.asarray(self.rewards + self.gamma * self.chances @ v)

    def value(self, policy: Array) -> Array:
        """The values of a policy (state, action), from the linear system."""
        chances = np.einsum("sa,sat->st", policy, self.chances)
        return np.linalg.solve(np.eye(len(chances)) - self.gamma * chances, (policy * self.rewards).sum(axis=1))

    def best(self) -> Array:
        """The optimal values, by policy iteration."""
        v = np.zeros(len(self.rewards))
        for _ in range(100):
            v = self.value(np.eye(self.rewards.shape[1])[self.q(v).argmax(axis=1)])
        return v


def world(rng: np.random.Generator, gamma: float, states: int = 4, actions: int = 3) -> World:
    chances = rng.dirichlet(np.ones(states), size=(states, actions))
    return World(chances, rng.normal(size=(states, actions)), gamma)


def advantage(rewards: Sequence[float], values: Sequence[float], gamma: float, lam: float) -> float:
    """The generalised advantage of the first step as the mixture of the n-step advantages; the end is worth 0."""
    ahead = [*values[1:], 0.0]
    discounted = np.cumsum([gamma**t * r for t, r in enumerate(rewards)])
    steps = [float(discounted[n]) + gamma ** (n + 1) * ahead[n] - values[0] for n in range(len(rewards))]
    return (1 - lam) * sum(lam**n * step for n, step in enumerate(steps[:-1])) + lam ** (len(steps) - 1) * steps[-1]


def clipped(rho: float, a: float, low: float = 0.8, high: float = 1.2) -> float:
    return min(rho * a, min(max(rho, low), high) * a)


# ---------------------------------------------------------------- actor and critic


@proof("gr.actor-critic-01")
def advantage_of_first_step(card: Claim) -> None:
    """The mixture of n-step advantages instead of the sum of TD errors."""
    (rewards,) = tuples(card.formulas("front")[0])
    values = [float(number) for number in sides(card.formulas("front")[1])[1].split(",")]
    setting = value_of(sides(card.formulas("front")[2])[-1])
    assert card.value == approx(advantage(rewards, values, setting, setting))


@proof("gr.actor-critic-02")
def two_ends_of_lambda(card: Claim) -> None:
    """Random episodes; bias and variance over all rewards of a chain whose values are 0."""
    for _ in range(5):
        r, v, gamma = card.rng.normal(size=4).tolist(), card.rng.normal(size=4).tolist(), 0.7
        notes = {
            "r_t": r[0],
            "V(s_{t+1})": v[1],
            "G_t": sum(gamma**t * reward for t, reward in enumerate(r)),
            "V(s_t)": v[0],
        }
        for lam, number in ((0.0, 1), (1.0, 3)):
            tex = found(r"^\$(.+)\$$", card.cloze(number))
            assert worth(tex, notes, gamma=gamma) == approx(advantage(r, v, gamma, lam))
    wrong = [0.3, 0.8, -0.4]
    ends = [
        np.array([advantage(r, wrong, 0.7, lam) + wrong[0] for r in itertools.product((-1, 1), repeat=3)])
        for lam in (0.0, 1.0)
    ]
    variance = "low" if ends[0].var() < ends[1].var() else "high"
    bias = "high" if abs(ends[0].mean()) > abs(ends[1].mean()) + 0.1 else "low"
    assert card.cloze(2) == f"{variance} {bias}"


@proof("gr.actor-critic-03")
def bias_of_td_error(card: Claim) -> None:
    """The mean of the TD error over the next states of a random world, with right and with wrong values."""
    right, _, advantage_name, _, extra = card.formulas("back")
    one = world(card.rng, 0.8)
    policy = card.rng.dirichlet(np.ones(3), size=4)
    v, e = one.value(policy), card.rng.normal(size=4)
    q = one.q(v)
    assert advantage_name == r"A^\pi" and sides(right)[1] == r"Q^\pi(s,a)"
    inside = found(r"^E\[(.+)\\mid s,a\]$", sides(right)[0])
    for s, a in itertools.product(range(4), range(3)):
        reward = float(one.rewards[s, a])
        targets = [worth(inside, {r"V^\pi(s^\prime)": float(v[t])}, r=reward, gamma=0.8) for t in range(4)]
        assert one.chances[s, a] @ targets == approx(q[s, a])
        error = one.chances[s, a] @ (one.rewards[s, a] + 0.8 * (v + e)) - (v + e)[s]
        notes = {r"E[e(s^\prime)\mid s,a]": float(one.chances[s, a] @ e), "e(s)": float(e[s])}
        assert worth(extra, notes, gamma=0.8) == approx(error - (q[s, a] - v[s]))


@proof("gr.actor-critic-04")
def advantages_backwards(card: Claim) -> None:
    """The program, and the mixture of n-step advantages."""
    assert run_code(card.code) == card.output
    rewards, values = (
        [float(number) for number in found(rf"{part}\[([^]]*)\]", card.code).split(",")]
        for part in (r"V = ", r"V = \[[^]]*\], ")
    )
    decay = float(found(r"\+ ([\d.]+) \* A", card.code))
    gamma, mixing = (value_of(found(rf"\\{name}=([\d.]+)", card.front)) for name in ("gamma", "lambda"))
    assert decay == approx(gamma * mixing)
    estimate, last = card.numbers("front")[-2:]
    assert values == [estimate] * len(rewards) + [last]
    expected = [advantage(rewards[t:], values[t:-1], gamma, mixing) for t in range(len(rewards))]
    assert [float(number) for number in card.output.strip("[]").split(",")] == approx(expected)


# ---------------------------------------------------------------- control


@proof("gr.control-robotics-01")
def kalman_update(card: Claim) -> None:
    """The mean of the product of the two densities, by quadrature."""
    mean, variance, measured, noise = card.numbers("front")
    x = np.linspace(mean - 60, mean + 60, 40_001)
    weights = normal(x, mean, variance) * normal(x, measured, noise)
    assert card.value == approx(float((x * weights).sum() / weights.sum()), abs=1e-6)
    after = float(((x - card.value) ** 2 * weights).sum() / weights.sum())
    assert value_of(sides(card.formulas("more")[0])[1]) == approx(after)


@proof("gr.control-robotics-02")
def integral_action(card: Claim) -> None:
    """Runs the loop with and without the integral."""
    steady = card.formulas("back")[0]
    characteristic = card.formulas("more")[0]
    k, d, r, dt = 3.0, 0.7, 2.0, 0.01
    for k_i in (0.0, 1.0):
        x = total = 0.0
        for _ in range(6000):
            u = k * (r - x) + k_i * total
            x, total = x + dt * (-x + u + d), total + dt * (r - x)
        assert r - x == approx(0 if k_i else value_of(steady, r=r, d=d, k=k), abs=1e-6)
    for root in np.linalg.eigvals(np.array([[-1 - k, 1.0], [-1.0, 0.0]])):
        left, right = sides(characteristic)
        assert value_of(left, lambda_=float(root), k=k, k_i=1.0) == approx(value_of(right), abs=1e-9)
        assert root < 0


@proof("gr.control-robotics-03")
def loop_closure(card: Claim) -> None:
    """Conditions the joint normal of all positions on the last one."""
    step, last, middle, before = card.numbers("front")
    times = np.arange(1, int(last) + 1)
    covariance = step * np.minimum.outer(times, times)
    at, end = int(middle) - 1, int(last) - 1
    assert covariance[at, at] == approx(before)
    after = covariance - np.outer(covariance[:, end], covariance[end]) / covariance[end, end]
    assert card.value == approx(after[at, at])
    for k in (10, 80):
        form = card.formulas("more")[0].replace(r"\sigma^2", f"({step})")
        assert value_of(form, k=k, n=last) == approx(after[k - 1, k - 1])


# ---------------------------------------------------------------- diffusion


@proof("gr.diffusion-01")
def chain_in_closed_form(card: Claim) -> None:
    """Each line against the coefficients that two and five steps of the chain make."""
    replace, variances, two_steps, all_steps = card.steps
    a = [0.9, 0.7, 0.8, 0.95, 0.6]
    notes = {r"\alpha_t": a[-1], r"\alpha_{t-1}": a[-2], _BAR: math.prod(a)}
    late, early = math.sqrt(a[-1]) * math.sqrt(1 - a[-2]), math.sqrt(1 - a[-1])
    *_, first, second = tex_in(replace)
    assert (worth(first, notes), worth(second, notes)) == approx((late, early))
    assert "$x_{t-2}$" in replace
    for side in sides(tex_in(variances)[0]):
        assert worth(side, notes) == approx(late**2 + early**2)
    for line, start, count in ((two_steps, "x_{t-2}", 2), (all_steps, "x_0", 5)):
        signal, noise = 1.0, 0.0
        for alpha in a[-count:]:
            signal, noise = math.sqrt(alpha) * signal, alpha * noise + 1 - alpha
        mean, variance = found(r"=N\((.+)I\)$", tex_in(line)[-1]).split(start + ",")
        assert (worth(mean, notes), worth(variance, notes)) == approx((signal, noise))


@proof("gr.diffusion-02")
def signal_to_noise(card: Claim) -> None:
    """Carries the powers of signal and noise through the chain."""
    beta, *_, steps = card.numbers("front")
    signal, noise = 1.0, 0.0
    for _ in range(int(steps)):
        signal, noise = signal * (1 - beta), noise * (1 - beta) + beta
    assert card.value == approx(signal / noise, abs=0.005)


@proof("gr.diffusion-03")
def error_of_implied_image(card: Claim) -> None:
    """Random images and errors of the given norm."""
    _, level, norm = card.numbers("front")
    x0, noise, error = card.rng.normal(size=(3, 6))
    error *= norm / np.linalg.norm(error)
    x = math.sqrt(level) * x0 + math.sqrt(1 - level) * noise
    implied = (x - math.sqrt(1 - level) * (noise + error)) / math.sqrt(level)
    assert card.value == approx(float(np.linalg.norm(implied - x0)), abs=0.0005)
    signal_name, mixed = sides(card.formulas("more")[-1])
    v = worth(mixed, {_BAR: level}, epsilon=noise[0], x_0=x0[0])
    assert signal_name == "v"
    assert math.sqrt(level) * x[0] - math.sqrt(1 - level) * v == approx(x0[0])


@proof("gr.diffusion-04")
def weight_in_the_bound(card: Claim) -> None:
    """The KL divergence of two reverse steps, one with the true noise, whose means come from Bayes' rule."""
    general, _, special, *_ = card.formulas("back")
    a = np.array([0.99, 0.95, 0.9, 0.7])
    for t in (1, 2, 3):
        alpha, bar, before = a[t], math.prod(a[: t + 1]), math.prod(a[:t])

        def mean(x0: float, alpha: float = alpha, before: float = before) -> float:
            """Of the step from x_t = 0.4: two normal densities of x_{t-1} multiplied."""
            one, two = alpha / (1 - alpha), 1 / (1 - before)
            return (one * 0.4 / math.sqrt(alpha) + two * math.sqrt(before) * x0) / (one + two)

        images = [(0.4 - math.sqrt(1 - bar) * noise) / math.sqrt(bar) for noise in (0.3, 1.1)]
        for variance in (0.05, 1 - alpha):
            weight = (mean(images[0]) - mean(images[1])) ** 2 / (2 * variance) / (0.3 - 1.1) ** 2
            notes = {r"\beta_t": 1 - alpha, r"\sigma_t^2": variance, r"\alpha_t": alpha, _BAR: bar}
            assert worth(general, notes) == approx(weight)
        assert worth(special, notes) == approx(weight)
    *_, ten, power, end, steps, at_first, first, later, start = card.numbers("more")
    beta = np.linspace(ten**power, end, int(steps))
    weights = beta / (2 * (1 - beta) * (1 - np.cumprod(1 - beta)))
    assert at_first == approx(weights[int(first) - 1], abs=0.005)
    assert later == approx(weights[int(start) - 1 :].max(), abs=0.0005)


@proof("gr.diffusion-05")
def exchange_of_errors(card: Claim) -> None:
    """Random images and predictions at several noise levels."""

    def fits(option: str) -> bool:
        for bar in (0.1, 0.4, 0.8):
            x0, noise, guess = 0.7, -0.3, 0.9
            x = math.sqrt(bar) * x0 + math.sqrt(1 - bar) * noise
            image = (x - math.sqrt(1 - bar) * guess) / math.sqrt(bar)
            if not math.isclose(worth(option, {_BAR: bar}), (noise - guess) ** 2 / (x0 - image) ** 2):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("gr.diffusion-06")
def step_without_noise(card: Claim) -> None:
    """Solves for image and noise, and mixes them anew."""
    _, eta, start, end, x, noise = card.numbers("front")
    assert eta == 0
    parts = np.linalg.solve(np.array([[math.sqrt(start), math.sqrt(1 - start)], [0, 1]]), np.array([x, noise]))
    assert card.value == approx(float(parts @ [math.sqrt(end), math.sqrt(1 - end)]))


@proof("gr.diffusion-07")
def sampler_without_retraining(card: Claim) -> None:
    """Moments of two steps given the image; and both samplers on normal data, whose best prediction is known."""
    one, two, x0, spread = 0.8, 0.5, 1.3, 0.25
    image_share = math.sqrt(one) - math.sqrt((1 - one) / (1 - two)) * math.sqrt(two)
    noise_share = math.sqrt((1 - one) / (1 - two))
    mean = image_share * x0 + noise_share * math.sqrt(two) * x0
    variance = noise_share**2 * (1 - two)
    joint = noise_share * (1 - two)
    levels = np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))[::-1]
    calls: list[float] = []

    def sample(x: float, fresh: float) -> float:
        calls.clear()
        for level, after in itertools.pairwise(levels):
            noise = math.sqrt(1 - level) * x / (level * spread + 1 - level)
            calls.append(level)
            image = (x - math.sqrt(1 - level) * noise) / math.sqrt(level)
            added = fresh * (1 - after) / (1 - level) * (1 - level / after)
            x = math.sqrt(after) * image + math.sqrt(1 - after - added) * noise
            x += math.sqrt(added) * card.rng.normal()
        return x

    apart = [abs(sample(x, 0.0) - sample(x, 1.0)) for x in card.rng.normal(size=20)]
    meanings = {
        "same Markov chain": lambda: math.isclose(joint, math.sqrt(two / one) * (1 - one)),
        r"depends only on $q(x_t\mid x_0)$": lambda: (mean, variance) == approx((math.sqrt(one) * x0, 1 - one)),
        "a few last steps": lambda: len(calls) < len(levels) // 2,
        "coincide": lambda: float(np.mean(apart)) < 0.1,
    }
    assert card.key == option_that(card, meanings)


@proof("gr.diffusion-09")
def guidance(card: Claim) -> None:
    """The program, and each result as a step away from the conditional prediction."""
    assert run_code(card.code) == card.output
    cond, free = (
        np.array([float(number) for number in entries.split(",")])
        for entries in re.findall(r"array\(\[([^]]*)\]\)", card.code)
    )
    expected = [cond + (int(w) - 1) * (cond - free) for w in found(r"for w in \(([^)]*)\)", card.code).split(",")]
    rows = re.findall(r"\[([^][]+)\]", card.output)
    assert len(rows) == len(expected)
    for row, guided in zip(rows, expected, strict=True):
        assert [float(number) for number in row.split(",")] == approx(list(guided))


# ---------------------------------------------------------------- deep Q networks


@proof("gr.dqn-03")
def double_target(card: Claim) -> None:
    """The value, under the target network, of the policy that is greedy for the online network."""
    r, gamma, *_ = card.numbers("front")
    online, target = (np.array(entries) for entries in tuples(card.front))
    greedy = (online == online.max()).astype(float)
    assert card.value == approx(r + gamma * float(greedy @ target))
    assert card.numbers("more")[-1] == approx(r + gamma * target.max())


@proof("gr.dqn-04")
def targets_of_a_batch(card: Claim) -> None:
    """The program, and each transition by itself."""
    assert run_code(card.code) == card.output
    rewards, done, *values = (
        [float(number) for number in entries.split(",")] for entries in re.findall(r"\[([\d., ]+)\]", card.code)
    )
    gamma = float(found(r"r \+ ([\d.]+) \*", card.code))
    expected = [
        reward if over else reward + gamma * max(ahead)
        for reward, over, ahead in zip(rewards, done, values, strict=True)
    ]
    assert [float(number) for number in card.output.strip("[]").split(",")] == approx(expected)


@proof("gr.dqn-06")
def diverging_weight(card: Claim) -> None:
    """Runs semi-gradient TD a little above and a little below the bound, with two step sizes."""
    factor = card.numbers("front")[0]
    for alpha in (0.1, 0.01):
        for gamma, grows in ((1.04 * card.value, True), (0.96 * card.value, False)):
            w = 1.0
            for _ in range(1000):
                w += alpha * (gamma * factor * w - w)
            assert (abs(w) > 1) == grows


# ---------------------------------------------------------------- the evidence lower bound


def _latent(rng: np.random.Generator, size: int = 4) -> tuple[Array, Array, float, Array, Array]:
    """Of a random model at one observation: prior, likelihood, evidence, posterior, and some q."""
    prior, likelihood = distribution(rng, size), rng.uniform(0.1, 0.9, size)
    evidence = float(prior @ likelihood)
    return prior, likelihood, evidence, prior * likelihood / evidence, distribution(rng, size)


def _elbo(joint: Array, q: Array) -> float:
    return float(q @ (np.log(joint) - np.log(q)))


@proof("gr.elbo-01")
def lower_bound(card: Claim) -> None:
    """Each line on random models with four latent values."""
    start, insert, move, bound, equality = card.steps
    for _ in range(5):
        prior, likelihood, evidence, posterior, q = _latent(card.rng)
        joint, elbo, gap = prior * likelihood, _elbo(prior * likelihood, q), divergence(q, posterior)

        def notes(z: int, q: Array = q, posterior: Array = posterior, joint: Array = joint) -> dict[str, float]:
            return {"q(z)": q[z], r"p(z\mid x)": posterior[z], "p(x,z)": joint[z], "p(x)": float(joint.sum())}

        error, mean = sides(tex_in(start)[0])
        assert named_divergence(error, {"q(z)": q, r"p(z\mid x)": posterior}) == approx(gap)
        inside = found(r"^E_q\[(.+)\]$", mean)
        assert sum(q[z] * worth(inside, notes(z)) for z in range(4)) == approx(gap)
        identity, term = tex_in(insert)
        for z in range(4):
            one, two = (worth(side, notes(z)) for side in sides(identity))
            assert one == approx(two)
            assert worth(term, notes(z)) == approx(math.log(q[z] / posterior[z]) - math.log(q[z] / joint[z]))
        ends = {r"\log p(x)": math.log(evidence), r"\mathrm{ELBO}": elbo}
        assert worth(tex_in(move)[-1], ends) == approx(gap)
        left, relation, right = re.split(r"(\\[lg]e)(?![a-z])", tex_in(bound)[0])
        assert (worth(left, ends) < worth(right, ends)) == (relation == r"\le")
        named = {"q(z)": q, r"p(z\mid x)": posterior}
        one_name, two_name = sides(tex_in(equality)[0])
        assert {one_name, two_name} == set(named)
        assert _elbo(joint, named[r"p(z\mid x)"]) == approx(math.log(evidence))


@proof("gr.elbo-02")
def gap_of_the_bound(card: Claim) -> None:
    """The KL divergence from the posterior, by enumeration."""
    prior = value_of(card.formulas("front")[1])
    likelihood = np.array([value_of(sides(tex)[-1]) for tex in card.formulas("front")[2:4]])
    joint = prior * likelihood
    uniform = np.full(2, 0.5)
    assert card.value == approx(divergence(uniform, joint / joint.sum()), abs=0.0005)
    assert card.unit == "nat"
    terms = card.formulas("more")[-1]
    assert value_of(terms) == approx(math.log(joint.sum()) - _elbo(joint, uniform))


@proof("gr.elbo-03")
def mean_field_variance(card: Claim) -> None:
    """The slope of the divergence between normal distributions at the variance of an option."""

    def fits(option: str) -> bool:
        for rho in (0.3, -0.6, 0.8):
            precision = np.linalg.inv(np.array([[1, rho], [rho, 1]]))
            variance = value_of(option, rho=rho)

            def cost(first: float, precision: Array = precision, second: float = variance) -> float:
                return float(np.trace(precision @ np.diag([first, second])) - math.log(first * second)) / 2

            if abs(slope(cost, variance)) > 1e-6:
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("gr.elbo-04")
def two_forms_of_the_bound(card: Claim) -> None:
    """Both forms on random models."""
    for _ in range(3):
        prior, likelihood, _, posterior, q = _latent(card.rng)
        elbo = _elbo(prior * likelihood, q)
        whose = {"q": q, "p": prior}[found(r"^the entropy of \$(\w)\$$", card.cloze(1))]
        assert q @ np.log(prior * likelihood) - whose @ np.log(whose) == approx(elbo)
        (tex,) = tex_in(card.cloze(2))
        cost = named_divergence(tex, {"q(z)": q, "p(z)": prior, r"p(z\mid x)": posterior})
        assert q @ np.log(likelihood) - cost == approx(elbo)


@proof("gr.elbo-05")
def bound_up_likelihood_down(card: Claim) -> None:
    """Pairs of random models: the bound rises; with q off the posterior the evidence may fall, with q on it never."""
    gap = card.formulas("back")[1]
    at_start = card.numbers("back")[-1]
    falls = {"encoder": 0, "EM": 0}
    for _ in range(300):
        old, new = _latent(card.rng), _latent(card.rng)
        for name, q in (("encoder", old[4]), ("EM", old[3])):
            joints = [model[0] * model[1] for model in (old, new)]
            for model, joint in zip((old, new), joints, strict=True):
                distance = named_divergence(gap, {"q": q, r"p_\theta(z\mid x)": model[3]})
                assert math.log(model[2]) == approx(_elbo(joint, q) + distance)
            if name == "EM":
                assert divergence(q, old[3]) == approx(at_start)
            falls[name] += _elbo(joints[1], q) > _elbo(joints[0], q) and new[2] < old[2]
    assert falls["encoder"] and not falls["EM"]


# ---------------------------------------------------------------- flows and scores


@proof("gr.flow-score-01")
def score_of_noised_image(card: Claim) -> None:
    """Differences of the logarithm of the density."""

    def fits(option: str) -> bool:
        for bar, x0, noise in ((0.3, 0.8, -0.5), (0.9, -1.0, 0.7)):
            x = math.sqrt(bar) * x0 + math.sqrt(1 - bar) * noise
            true = slope(lambda x, bar=bar, x0=x0: math.log(normal(x, math.sqrt(bar) * x0, 1 - bar)), x)
            if not math.isclose(worth(option, {_BAR: bar}, epsilon=noise), true, rel_tol=1e-6):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("gr.flow-score-02")
def conditional_velocity(card: Claim) -> None:
    """The slope of the path, and the same from the position reached."""
    path = sides(card.formulas("front")[0])[1]
    _, noise, data, at = card.numbers("front")
    assert card.value == approx(slope(lambda t: value_of(path, t=t, x_0=noise, x_1=data), at))
    form = sides(card.formulas("more")[0])[0]
    here = value_of(path, t=at, x_0=noise, x_1=data)
    assert value_of(form, x_1=data, x_t=here, t=at) == approx(card.value)


@proof("gr.flow-score-03")
def marginal_velocity(card: Claim) -> None:
    """The continuity equation by differences, for normal noise and two data points."""
    inside = found(r"^E\[(.+)\\mid x_t=x\]$", card.formulas("back")[0])
    data, shares = np.array([-1.0, 2.0]), np.array([0.3, 0.7])

    def density(x: float, t: float) -> float:
        return float(sum(w * normal(x, t * c, (1 - t) ** 2) for c, w in zip(data, shares, strict=True)))

    def velocity(x: float, t: float) -> float:
        weights = np.array([float(w * normal(x, t * c, (1 - t) ** 2)) for c, w in zip(data, shares, strict=True)])
        each = np.array([value_of(inside, x_1=float(c), x_0=float((x - t * c) / (1 - t))) for c in data])
        return float(weights @ each / weights.sum())

    for x, t in ((0.2, 0.3), (-0.7, 0.5), (1.1, 0.6)):
        change = slope(lambda t, x=x: density(x, t), t)
        flux = slope(lambda x, t=t: density(x, t) * velocity(x, t), x)
        assert change == approx(-flux, rel=1e-4)
    form = sides(card.formulas("more")[2])[1]
    assert worth(form, {"E[x_1]": float(shares @ data)}, x=0.4) == approx(velocity(0.4, 0.0))


@proof("gr.flow-score-04")
def reversed_drifts(card: Claim) -> None:
    """The equations of Fokker and Planck by differences, for f = -x and constant g."""
    (back,), (flow,) = tex_in(card.cloze(1)), tex_in(card.cloze(2))
    g, start = 1.3, 0.2

    def density(x: float, t: float) -> float:
        return float(normal(x, math.exp(-t), start * math.exp(-2 * t) + g**2 / 2 * (1 - math.exp(-2 * t))))

    def drift(tex: str, x: float, t: float) -> float:
        score = slope(lambda x: math.log(density(x, t)), x)
        return worth(tex, {r"\nabla\log p_t": score}, f=-x, g=g)

    for x, t in ((0.5, 0.4), (-0.8, 0.7)):
        change = slope(lambda t, x=x: density(x, t), t)
        moved = [slope(lambda x, t=t, tex=tex: density(x, t) * drift(tex, x, t), x, h=1e-3) for tex in (back, flow)]
        spread = slope(lambda x, t=t: slope(lambda x: density(x, t), x, h=1e-3), x, h=1e-3)
        assert change == approx(-moved[0] - g**2 / 2 * spread, rel=1e-4)
        assert change == approx(-moved[1], rel=1e-4)


@proof("gr.flow-score-05")
def smaller_patches(card: Claim) -> None:
    """Counts the tokens, and the multiplications of every pair."""
    height, width, old, new = map(int, card.numbers("front"))
    costs = []
    for side in (old, new):
        tokens = [(row, column) for row in range(0, height, side) for column in range(0, width, side)]
        costs.append(sum(len(tokens) for _ in tokens))
    assert card.value == approx(costs[1] / costs[0])


# ---------------------------------------------------------------- adversarial networks


@proof("gr.gan-01")
def best_discriminator(card: Claim) -> None:
    """Each line on random distributions, with the discriminator that a search finds."""
    combine, differentiate, solve, substitute, divergence_line = card.steps
    p, q = distribution(card.rng, 4), distribution(card.rng, 4)

    def gain(d: float, i: int) -> float:
        return float(p[i] * math.log(d) + q[i] * math.log(1 - d))

    best = np.array([highest(lambda d, i=i: gain(d, i), 1e-9, 1 - 1e-9) for i in range(4)])
    largest = float(p @ np.log(best) + q @ np.log(1 - best))
    inside = found(r"^V=\\int\[(.+)\]\\,dx$", tex_in(combine)[0])
    some = card.rng.uniform(0.1, 0.9, 4)
    values = [value_of(inside, p=p[i], q=q[i], D=some[i]) for i in range(4)]
    assert sum(values) == approx(float(p @ np.log(some) + q @ np.log(1 - some)))
    name, body = sides(tex_in(solve)[0])
    assert name == "D^*"
    for i in range(4):
        one, two = (value_of(side, p=p[i], q=q[i], D=best[i]) for side in sides(tex_in(differentiate)[1]))
        assert one == approx(two, rel=1e-5)
        assert value_of(body, p=p[i], q=q[i]) == approx(best[i], rel=1e-5)
    name, body = sides(tex_in(substitute)[0])
    real, fake = (found(rf"E_{letter}\[(.+?)\](?:\+|$)", body) for letter in "pq")
    total = sum(p[i] * value_of(real, p=p[i], q=q[i]) + q[i] * value_of(fake, p=p[i], q=q[i]) for i in range(4))
    assert total == approx(largest) and name == "V(D^*)"
    name, body = sides(tex_in(divergence_line)[1])
    assert worth(body, {r"\mathrm{JS}(p,q)": jensen_shannon(p, q)}) == approx(largest) and name == "V(D^*)"


@proof("gr.gan-02")
def divergence_from_the_loss(card: Claim) -> None:
    """Two distributions whose best discriminator has that loss, found by bisection."""
    (loss,) = card.numbers("front")
    low, high = 1e-9, 0.5
    for _ in range(100):
        a = (low + high) / 2
        p, q = np.array([a, 1 - a]), np.array([1 - a, a])
        best = p / (p + q)
        entropy = -float(p @ np.log(best) + q @ np.log(1 - best)) / 2
        low, high = (a, high) if entropy < loss else (low, a)
    assert card.value == approx(jensen_shannon(p, q), abs=0.0005)
    assert card.unit == "nat"


@proof("gr.gan-03")
def saturating_loss(card: Claim) -> None:
    """Slopes by differences."""
    output = card.numbers("front")[0]
    old, new = card.formulas("front")[1:3]
    at = math.log(output / (1 - output))
    one, two = (abs(slope(lambda a, tex=tex: value_of(tex, D=logistic(a)), at)) for tex in (old, new))
    assert card.value == approx(two / one, rel=1e-4)


@proof("gr.gan-04")
def point_masses(card: Claim) -> None:
    """Each distance on a grid, for point masses that come closer."""
    x = np.linspace(0, 1, 1001)

    def masses(place: int) -> tuple[Array, Array]:
        return np.eye(1001)[0], np.eye(1001)[place]

    distances: dict[str, Callable[[Array, Array], float]] = {
        r"\mathrm{JS}": jensen_shannon,
        r"D_{\mathrm{KL} }": divergence,
        r"\mathrm{TV}": lambda p, q: float(abs(p - q).sum()) / 2,
        "W_1": lambda p, q: float(abs(np.cumsum(p - q)).sum() * (x[1] - x[0])),
    }

    def vanishes(distance: Callable[[Array, Array], float]) -> bool:
        values = [distance(*masses(place)) for place in (1000, 100, 10, 1)]
        return values == sorted(values, reverse=True) and values[-1] < 0.01

    meanings = {name: lambda distance=distance: vanishes(distance) for name, distance in distances.items()}
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- cart and pole, images


@proof("gr.gym-cartpole-02")
def target_at_the_time_limit(card: Claim) -> None:
    """The discounted rewards of a task that goes on at the constant rate which makes the value."""
    reward, gamma, value = card.numbers("front")
    target = reward + sum(gamma**t * value * (1 - gamma) for t in range(1, 6000))
    assert card.key == only(card.options, lambda option: math.isclose(value_of(option), target, rel_tol=1e-9))


@proof("gr.gym-cartpole-03")
def returns_of_an_episode(card: Claim) -> None:
    """The program, and each return as a sum."""
    assert run_code(card.code) == card.output
    rewards = [float(number) for number in found(r"in \[([^]]*)\]", card.code).split(",")]
    gamma = float(found(r"r \+ ([\d.]+) \* G", card.code))
    expected = [sum(gamma**k * r for k, r in enumerate(rewards[t:])) for t in range(len(rewards))]
    assert [float(number) for number in card.output.strip("[]").split(",")] == approx(expected)


@proof("gr.image-projects-01")
def transposed_layers(card: Claim) -> None:
    """Counts the places that a transposed convolution writes to, layer by layer."""
    side, _, goal, _, kernel, stride, padding = map(int, card.numbers("front"))
    layers = 0
    while side < goal:
        written = {stride * i + k for i in range(side) for k in range(kernel)}
        side, layers = len(written) - 2 * padding, layers + 1
    assert side == goal and card.value == layers


@proof("gr.image-projects-03")
def uneven_cover(card: Claim) -> None:
    """The program, and a convolution of the input with zeros between."""
    assert run_code(card.code) == card.output
    inputs, kernel = (int(found(rf"for {letter} in range\((\d+)\)", card.code)) for letter in "ik")
    stride = int(found(r"y\[(\d+) \* i", card.code))
    spread = np.zeros(stride * (inputs - 1) + 1)
    spread[::stride] = 1
    expected = np.convolve(spread, np.ones(kernel)).astype(int)
    assert [int(number) for number in card.output.strip("[]").split(",")] == expected.tolist()


# ---------------------------------------------------------------- decision processes


@proof("gr.mdp-01")
def bellman_equations(card: Claim) -> None:
    """Random worlds: values from the linear system, optimal values from policy iteration."""
    for _ in range(3):
        one = world(card.rng, 0.7)
        policy = card.rng.dirichlet(np.ones(3), size=4)
        v, best = one.value(policy), one.best()
        term = found(r"^\\sum_a(.+)$", tex_in(card.cloze(1))[0])
        over, rest = re.split(r"_a", tex_in(card.cloze(2))[0], maxsplit=1)
        largest = {r"\max": max, r"\min": min}[over]
        for s in range(4):
            total = sum(worth(term, {r"\pi(a\mid s)": policy[s, a], "q(s,a)": one.q(v)[s, a]}) for a in range(3))
            assert total == approx(v[s])
            assert largest(worth(rest, {"q(s,a)": one.q(best)[s, a]}) for a in range(3)) == approx(best[s])


@proof("gr.mdp-02")
def value_iteration_contracts(card: Claim) -> None:
    """Each inequality on random worlds and values."""
    maxima, sums, sup, iterate, induct = card.steps
    for _ in range(40):
        one = world(card.rng, 0.9)
        v, w = card.rng.normal(size=(2, 4))
        gap = abs(v - w)
        tv, tw = one.q(v).max(axis=1), one.q(w).max(axis=1)
        moved = abs(one.chances @ (v - w)).max(axis=1)
        most = r"\max_a|\sum_{s^\prime}P(s^\prime\mid s,a)(V-W)(s^\prime)|"
        norm = {r"\|V-W\|_\infty": gap.max(), r"\|TV-TW\|_\infty": abs(tv - tw).max()}
        for s in range(4):
            notes = {"TV(s)": tv[s], "TW(s)": tw[s], most: moved[s]}
            left, right = sides(tex_in(maxima)[1])
            bound = worth(right, notes, gamma=0.9)
            assert worth(left, notes) <= bound + 1e-12
            none, right = sides(tex_in(sums)[1])
            assert bound <= worth(right, norm | {"(V-W)(s)": v[s] - w[s]}, gamma=0.9) + 1e-12 and not none
        left, right = sides(tex_in(sup)[1])
        assert worth(left, norm) <= worth(right, norm, gamma=0.9) + 1e-12
        best, errors, at = one.best(), [], v
        for _ in range(6):
            errors.append(abs(at - best).max())
            at = one.q(at).max(axis=1)
        for k, (now, after) in enumerate(itertools.pairwise(errors)):
            left, right = sides(tex_in(iterate)[-1])
            names = {r"\|V_k-V^*\|_\infty": now, r"\|V_{k+1}-V^*\|_\infty": after}
            assert worth(left, names) <= worth(right, names, gamma=0.9) + 1e-12
            left, right = sides(tex_in(induct)[-1])
            names = {r"\|V_k-V^*\|_\infty": now, r"\|V_0-V^*\|_\infty": errors[0]}
            assert worth(left, names) <= worth(right, names, gamma=0.9, k=k) + 1e-12


@proof("gr.mdp-03")
def sweeps_needed(card: Claim) -> None:
    """Shrinks the bound until it is small enough."""
    gamma, bound, goal = card.numbers("front")
    needed = 0
    while bound > goal * (1 + 1e-12):
        bound, needed = bound * gamma, needed + 1
    assert card.value == needed
    slower = card.numbers("more")[3]
    count = next(k for k in itertools.count() if 10 * slower**k <= goal)
    assert card.numbers("more")[4] == count


@proof("gr.mdp-04")
def discounted_return(card: Claim) -> None:
    """Adds the rewards."""
    _, gamma, first, later = card.numbers("front")
    assert card.value == approx(first + sum(gamma**t * later for t in range(1, 500)))


@proof("gr.mdp-05")
def two_sweeps(card: Claim) -> None:
    """The program, and the sweeps as a sum of powers of the transition matrix."""
    assert run_code(card.code) == card.output
    n, gamma = int(found(r"= (\d+), ", card.code)), float(found(r"= \d+, ([\d.]+)", card.code))
    sweeps = int(found(r"for _ in range\((\d+)\)", card.code))
    rewards = np.eye(n + 1)[n - 1]
    right = np.eye(n + 1, k=1)
    expected = sum(np.linalg.matrix_power(gamma * right, j) @ rewards for j in range(sweeps))
    assert [float(number) for number in card.output.strip("[]").split(",")] == approx(np.asarray(expected).tolist())


@proof("gr.mdp-06")
def look_ahead(card: Claim) -> None:
    """The look-ahead of the card makes the action values of a long value iteration on Q."""
    form = card.formulas("back")[3]
    one = world(card.rng, 0.8)
    q = np.zeros((4, 3))
    for _ in range(300):
        q = one.rewards + 0.8 * one.chances @ q.max(axis=1)
    best = one.best()
    for s, a in itertools.product(range(4), range(3)):
        mean = float(one.chances[s, a] @ best)
        notes = {"r(s,a)": float(one.rewards[s, a]), r"\sum_{s^\prime}P(s^\prime\mid s,a)V^*(s^\prime)": mean}
        assert worth(form, notes, gamma=0.8) == approx(q[s, a])


@proof("gr.mdp-07")
def constant_reward(card: Claim) -> None:
    """Best actions with and without the constant: of random worlds, and of a corridor with an exit."""

    def greedy(one: World, steps: int) -> Array:
        v = np.zeros(len(one.rewards))
        for _ in range(steps):
            v = one.q(v).max(axis=1)
        return np.asarray(one.q(v).argmax(axis=1))

    def changes(gamma: float, steps: int, is_certain: bool) -> bool:
        for _ in range(8):
            one = world(card.rng, gamma)
            if is_certain:
                one = World(np.eye(4)[card.rng.integers(4, size=(4, 3))], one.rewards, gamma)
            if (greedy(one, steps) != greedy(World(one.chances, one.rewards + 2, gamma), steps)).any():
                return True
        return False

    def corridor(gamma: float) -> bool:
        """Stay or go on, -1 a step, an exit that pays nothing."""
        chances = np.stack([np.eye(4), np.eye(4, k=1)], axis=1)
        chances[3] = [[0, 0, 0, 1]] * 2
        pays = np.array([1, 1, 1, 0.0])[:, None] * np.ones((1, 2))
        one, two = (greedy(World(chances, reward * pays, gamma), 50)[:3] for reward in (-1, -1 + 2))
        return bool((one != two).any())

    rates = {option: value_of(found(r"\\gamma=([\d.]+)", option)) for option in card.options}
    (never,), (random,), (fixed,), (maze,) = (
        [rate for option, rate in rates.items() if phrase in option]
        for phrase in ("a task that never", "a stochastic task", "exactly", "ends at the exit")
    )
    meanings = {
        "a task that never": lambda: changes(never, 150, True),
        "a stochastic task": lambda: changes(random, 1000, False),
        "exactly": lambda: changes(fixed, 100, False),
        "ends at the exit": lambda: corridor(maze),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- policy gradients


@dataclass(frozen=True)
class Path:
    """A trajectory of three steps: its chance, the slope of that, slopes of the log-policy, rewards."""

    chance: float
    slope: float
    actions: tuple[float, ...]
    rewards: tuple[float, ...]


def _paths(rng: np.random.Generator) -> Iterator[Path]:
    """All trajectories in a random world of two states and two actions, with a policy of one parameter."""
    one = world(rng, 1.0, 2, 2)
    start, features, theta, h = distribution(rng, 2), rng.normal(size=(2, 2)), 0.4, 1e-5

    def log_policy(at: float) -> Array:
        return np.asarray(np.log(np.array([softmax(at * row) for row in features])))

    slopes = (log_policy(theta + h) - log_policy(theta - h)) / (2 * h)
    for states in itertools.product((0, 1), repeat=3):
        for actions in itertools.product((0, 1), repeat=3):
            moves = math.prod(one.chances[states[t], actions[t], states[t + 1]] for t in range(2))

            def chance(at: float, s: tuple[int, ...] = states, a: tuple[int, ...] = actions, m: float = moves) -> float:
                return float(start[s[0]] * m * np.exp(log_policy(at)[list(s), list(a)].sum()))

            pairs = list(zip(states, actions, strict=True))
            steps = tuple(float(slopes[pair]) for pair in pairs)
            rewards = tuple(float(one.rewards[pair]) for pair in pairs)
            yield Path(chance(theta), slope(chance, theta), steps, rewards)


@proof("gr.policy-gradient-01")
def reinforce(card: Claim) -> None:
    """Each line by enumerating trajectories of three steps."""
    differentiate, to_mean, logarithm, insert, result = card.steps
    paths = list(_paths(card.rng))
    true = sum(path.slope * sum(path.rewards) for path in paths)
    of_path, of_step = r"\nabla\log p_\theta(\tau)", r"\nabla\log\pi_\theta(a_t\mid s_t)"
    inside = found(r"^\\nabla J=\\int (.+)\\,d\\tau$", tex_in(differentiate)[-1])
    total = sum(worth(inside, {r"R(\tau)": sum(path.rewards), r"\nabla p_\theta(\tau)": path.slope}) for path in paths)
    assert total == approx(true)
    identity, expectation = tex_in(to_mean)
    inside = found(r"^\\nabla J=E\[(.+)\]$", expectation)
    name, body = sides(tex_in(logarithm)[-1])
    term = found(r"^\\sum_t(.+)$", body)
    total = 0.0
    for path in paths:
        logs = path.slope / path.chance
        names = {r"\nabla p": path.slope, r"\nabla\log p": logs}
        one, two = (worth(side, names, p=path.chance) for side in sides(identity))
        assert one == approx(two)
        total += path.chance * worth(inside, {r"R(\tau)": sum(path.rewards), of_path: logs})
        assert worth(name, {of_path: logs}) == approx(sum(worth(term, {of_step: g}) for g in path.actions), abs=1e-8)
    assert total == approx(true)
    assert "before $t$" in insert and tex_in(insert)[-1] == of_step
    mean = value_of(found(r"have mean (\d+) and drop out", insert))
    for before, t in ((0, 1), (0, 2), (1, 2)):
        product = sum(path.chance * path.rewards[before] * path.actions[t] for path in paths)
        assert product == approx(mean, abs=1e-8)
    term = found(r"^\\nabla J=E\[\\sum_t(.+)\]$", tex_in(result)[-1])
    total = sum(
        path.chance * worth(term, {of_step: path.actions[t], r"\sum_{k\ge t}r_k": sum(path.rewards[t:])})
        for path in paths
        for t in range(3)
    )
    assert total == approx(true)


@proof("gr.policy-gradient-02")
def one_step_of_reinforce(card: Claim) -> None:
    """The slope of the log-probability by differences."""
    first, second, reward, rate = card.numbers("front")
    z = np.log([first, second])
    steps = rate * reward * gradient(lambda z: math.log(softmax(z)[0]), z)
    assert card.value == approx(float(steps[0]), rel=1e-6)
    assert -card.numbers("more")[-1] == approx(float(steps[1]), rel=1e-6)


@proof("gr.policy-gradient-03")
def baselines(card: Claim) -> None:
    """The mean of the estimator over actions and returns, for each baseline, against the slope of the mean return."""
    z, returns = np.array([0.3, -0.5, 0.1]), np.array([[1.0, 3.0], [-2.0, 4.0], [5.0, 6.0]])
    pi, q = softmax(z), returns.mean(axis=1)
    true = gradient(lambda z: float(softmax(z) @ q), z)

    def log_probability(a: int, z: Array) -> float:
        return math.log(softmax(z)[a])

    logs = np.array([gradient(partial(log_probability, a), z) for a in range(3)])

    def is_unbiased(baseline: Callable[[int, float], float]) -> bool:
        mean = sum(pi[a] / 2 * logs[a] * (g - baseline(a, g)) for a in range(3) for g in returns[a])
        return bool(np.allclose(mean, true, atol=1e-6))

    half = [value_of(found(r"b=(.+)G\$", option)) for option in card.options if "b=" in option]
    n, average = 4, float(pi @ q)
    meanings = {
        "including this one": lambda: is_unbiased(lambda a, g: (g + (n - 1) * average) / n),
        "a critic value": lambda: is_unbiased(lambda a, g: 7.7),
        "of the actual return": lambda: is_unbiased(lambda a, g: half[0] * g),
        "the exact $Q(s,a)$": lambda: is_unbiased(lambda a, g: float(q[a])),
    }
    assert card.key == option_that(card, meanings)


@proof("gr.policy-gradient-04")
def best_constant(card: Claim) -> None:
    """The spread of the two samples at the answer and at 0."""
    one, two, first, second, *_ = card.numbers("front")
    samples = card.formulas("front")[1].replace(r"\mathbf 1[a=1]", "u")

    def variance(b: float) -> float:
        values = np.array([value_of(samples, r=first, b=b, u=1), value_of(samples, r=second, b=b, u=0)])
        mean = np.average(values, weights=[one, two])
        return float(np.average((values - mean) ** 2, weights=[one, two]))

    assert variance(card.value) == approx(0, abs=1e-12)
    assert card.numbers("more")[-1] == approx(variance(0))


@proof("gr.policy-gradient-05")
def gradient_theorem(card: Claim) -> None:
    """Differences of all values in one parameter of a softmax policy, in a random world."""
    mean, recursion, *_ = card.formulas("back")
    one, features = world(card.rng, 0.8), card.rng.normal(size=(4, 3))

    def policy(theta: float) -> Array:
        return np.array([softmax(theta * row) for row in features])

    h, theta = 1e-5, 0.6
    v, q = one.value(policy(theta)), one.q(one.value(policy(theta)))
    up, down = (one.value(policy(theta + sign * h)) for sign in (1, -1))
    v_slope, q_slope = (up - down) / (2 * h), (one.q(up) - one.q(down)) / (2 * h)
    pi_slope = (policy(theta + h) - policy(theta - h)) / (2 * h)
    term = found(r"^v_\\pi=\\sum_a(.+)$", mean)
    name, body = sides(recursion)
    assert name == r"\nabla q_\pi"
    for s in range(4):
        assert sum(worth(term, {r"\pi": policy(theta)[s, a], r"q_\pi": q[s, a]}) for a in range(3)) == approx(v[s])
        for a in range(3):
            notes = {r"\sum P\nabla v_\pi": float(one.chances[s, a] @ v_slope)}
            assert worth(body, notes, gamma=0.8) == approx(q_slope[s, a], abs=1e-7)
    moves = np.einsum("sa,sat->st", policy(theta), one.chances)
    visits = np.linalg.solve(np.eye(4) - 0.8 * moves.T, np.eye(4)[0])
    assert visits @ (q * pi_slope).sum(axis=1) == approx(v_slope[0], abs=1e-7)


@proof("gr.policy-gradient-06")
def importance_ratio(card: Claim) -> None:
    """The mean over the old policy of a weighted sample, against the mean over the new one."""
    new, old, sample = distribution(card.rng, 4), distribution(card.rng, 4), card.rng.normal(size=4)
    (tex,) = tex_in(card.cloze(2))
    ratios = [worth(tex, {r"\pi_\theta(a\mid s)": new[a], r"\pi_{\mathrm{old} }(a\mid s)": old[a]}) for a in range(4)]
    assert float(old @ (np.array(ratios) * sample)) == approx(float(new @ sample))


# ---------------------------------------------------------------- proximal policy optimisation


@proof("gr.ppo-01")
def where_the_clip_acts(card: Claim) -> None:
    """Slopes by differences of the objective that the front writes."""
    low, high = card.numbers("front")
    of_two = {"min": min, "max": max}[found(r"^\\(\w+)\(", card.formulas("front")[0])]

    def is_flat(option: str) -> bool:
        rho, a = (value_of(sides(part)[1]) for part in tex_in(option)[0].split(r",\ "))
        return abs(slope(lambda rho: of_two(rho * a, min(max(rho, low), high) * a), rho)) < 1e-9

    assert card.key == only(card.options, is_flat)


@proof("gr.ppo-02")
def mean_objective(card: Claim) -> None:
    """The objective as a cap on gains for each sign of the advantage."""
    samples = [pair for pair in tuples(card.front) if len(pair) == 2]
    low, high = (float(number) for number in found(r"\[([^]]*)\]", card.front).split(","))
    assert len(samples) == card.numbers("front")[0]
    total = sum((min(rho, high) if a > 0 else max(rho, low)) * a for rho, a in samples)
    assert card.value == approx(total / len(samples))
    moving = sum(abs(slope(lambda rho, a=a: clipped(rho, a, low, high), rho)) > 0.1 for rho, a in samples)
    outside, cut = card.numbers("more")
    assert (outside, cut) == (sum(not low <= rho <= high for rho, _ in samples), len(samples) - moving)


@proof("gr.ppo-03")
def clip_without_minimum(card: Claim) -> None:
    """On the side that the card names, only the objective with the minimum has a slope, and it leads back."""
    _, sign, side = card.formulas("back")
    a = {">": 1.0, "<": -1.0}[found("([<>])", sign)]
    bound = value_of(sides(side)[1], epsilon=0.2)
    rho = bound + {"<": -0.1, ">": 0.1}[found("([<>])", side)]
    assert slope(lambda rho: min(max(rho, 0.8), 1.2) * a, rho) == approx(0, abs=1e-9)
    assert slope(lambda rho: clipped(rho, a), rho) * (1 - rho) > 0.01


@proof("gr.ppo-04")
def first_step_unclipped(card: Claim) -> None:
    """Gradients by differences at the old parameters of a softmax policy."""
    _, start, chain, plain = card.formulas("back")
    old, action, a = np.array([0.2, -0.7, 0.4]), 1, 1.7

    def ratio(z: Array) -> float:
        return float(softmax(z)[action] / softmax(old)[action])

    rho = value_of(sides(start)[1])
    assert rho == approx(ratio(old))
    of_ratio = gradient(ratio, old)
    of_log = gradient(lambda z: math.log(softmax(z)[action]), old)
    of_clipped = gradient(lambda z: clipped(ratio(z), a), old)
    for i in range(3):
        notes = {r"\nabla\rho": of_ratio[i], r"\nabla\log\pi": of_log[i], r"\rho": rho}
        one, two, three = (worth(part, notes) for part in sides(chain))
        assert (one, two) == approx((three, three), abs=1e-8)
        assert worth(plain, notes, A=a) == approx(of_clipped[i], abs=1e-8)


@proof("gr.ppo-05")
def entropy_gradient(card: Claim) -> None:
    """Differences of the entropy, also for an almost certain policy."""
    form = sides(card.formulas("back")[0])[1]

    def entropy(z: Array) -> float:
        return float(-softmax(z) @ np.log(softmax(z)))

    for z in (np.array([0.4, -0.3, 1.0]), np.array([9.0, -2.0, 0.0])):
        slopes = gradient(entropy, z)
        for i in range(3):
            value = worth(form, {r"\pi_i": softmax(z)[i]}, H=entropy(z))
            assert value == approx(slopes[i], rel=1e-4, abs=1e-9)
    assert abs(slopes).max() < 0.01 and "every component tends to 0" in card.back


@proof("gr.ppo-06")
def variance_of_trajectory_ratio(card: Claim) -> None:
    """All numbers of first actions in a trajectory."""
    one, two, first, second, steps = card.numbers("front")
    n = int(steps)
    chances = np.array([math.comb(n, k) * one**k * two ** (n - k) for k in range(n + 1)])
    ratios = np.array([(first / one) ** k * (second / two) ** (n - k) for k in range(n + 1)])
    assert card.value == approx(float(chances @ ratios**2 - (chances @ ratios) ** 2), abs=0.05)


@proof("gr.ppo-07")
def what_clipping_guarantees(card: Claim) -> None:
    """Climbs the clipped objective of two samples that share a parameter."""
    (epsilon,) = card.numbers("front")
    low, high = 1 - epsilon, 1 + epsilon
    theta = 0.0

    def ratios(theta: float) -> tuple[float, float]:
        return 2 * logistic(theta), 2 * logistic(0.1 * theta)

    first_returns = []
    for _ in range(400):
        first_returns.append(-ratios(theta)[0])
        theta += 0.5 * slope(lambda theta: sum(clipped(rho, 1.0, low, high) for rho in ratios(theta)), theta)
    new = ratios(theta)[0] / 2
    kl = divergence(np.array([0.5, 0.5]), np.array([new, 1 - new]))
    interval = [re.findall(r"[\d.]+", tex) for option in card.options for tex in tex_in(option) if "[" in tex]
    assert [float(number) for number in interval[0]] == approx([low, high])
    meanings = {
        "KL between": lambda: kl <= epsilon,
        "favourable bound": lambda: all(
            abs(slope(lambda rho, a=a: clipped(rho, a, low, high), rho)) < 1e-9
            for rho, a in ((high + 0.1, 1.0), (low - 0.1, -1.0))
        ),
        "rises at each update": lambda: all(one < two for one, two in itertools.pairwise(first_returns)),
        "stays within": lambda: low <= ratios(theta)[0] <= high,
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- Q-learning


@proof("gr.q-learning-01")
def two_updates(card: Claim) -> None:
    """Mixtures of the old value and the target."""
    old, reward, gamma, alpha, taken, other = card.numbers("front")
    expected = [(1 - alpha) * old + alpha * (reward + gamma * ahead) for ahead in (max(taken, other), taken)]

    def fits(option: str) -> bool:
        return [value_of(part) for part in tex_in(option)[0].split(r",\ ")] == approx(expected)

    assert card.key == only(card.options, fits)


@proof("gr.q-learning-03")
def maximisation_bias(card: Claim) -> None:
    """The mean of the larger of two normal numbers from its density, by quadrature."""
    _, mean, variance = card.numbers("front")
    x = np.linspace(mean - 10, mean + 10, 20_001)
    density = normal(x, mean, variance)
    below = np.cumsum(density) * (x[1] - x[0])
    assert card.value == approx(float((x * 2 * density * below).sum() * (x[1] - x[0])), abs=0.005)


@proof("gr.q-learning-04")
def batch_td(card: Claim) -> None:
    """Runs batch TD(0) on the episodes of the front."""
    pattern = (
        r"A→B→end (\d+) time with rewards (\d+); B→end (\d+) times with reward (\d+) and (\d+) time with reward (\d+)"
    )
    match = re.search(pattern, card.front)
    assert match is not None
    from_a, zero, often, high, seldom, low = map(int, match.groups())
    moves = [("A", zero, "B"), ("B", zero, "end")] * from_a
    moves += [("B", high, "end")] * often + [("B", low, "end")] * seldom
    values = {"A": 0.0, "B": 0.0, "end": 0.0}
    for _ in range(3000):
        changes = [(start, reward + values[end] - values[start]) for start, reward, end in moves]
        for start, change in changes:
            values[start] += 0.02 * change
    assert card.value == approx(values["A"], rel=1e-6)


# ---------------------------------------------------------------- variational autoencoders


@proof("gr.vae-01")
def divergence_from_the_prior(card: Claim) -> None:
    """Quadrature of the divergence of normal distributions."""
    (square,), (logarithm,) = tex_in(card.cloze(1)), tex_in(card.cloze(2))
    for mean, variance in ((0.0, 1.0), (0.7, 0.5), (-1.2, 2.5)):
        notes = {r"\mu_i": mean, r"\sigma_i^2": variance}
        form = (worth(square, notes) - 1 - worth(logarithm, notes)) / 2
        assert form == approx(gauss_divergence(mean, variance), abs=1e-9)


@proof("gr.vae-02")
def divergence_of_an_encoder(card: Claim) -> None:
    """Quadrature, dimension by dimension."""
    means, variances = (
        [value_of(entry) for entry in found(r"=\((.+)\)$", tex).split(",")] for tex in card.formulas("front")[:2]
    )
    parts = [gauss_divergence(mean, variance) for mean, variance in zip(means, variances, strict=True)]
    assert card.value == approx(sum(parts), abs=0.0005)
    assert card.unit == "nat"
    assert card.numbers("more")[-1] == approx(parts[0] / parts[1], abs=0.5)


@proof("gr.vae-03")
def score_function_variance(card: Claim) -> None:
    """Exact quadrature of the first two moments."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(12)
    weights = weights / weights.sum()
    variance, _, mu = (card.numbers("front")[i] for i in range(3))
    z = mu + math.sqrt(variance) * nodes
    f = np.array([value_of(sides(card.formulas("front")[1])[1], z=float(at)) for at in z])

    def spread(f: Array) -> float:
        estimates = f * (z - mu) / variance
        return float(weights @ estimates**2 - (weights @ estimates) ** 2)

    assert card.value == approx(spread(f))
    *_, baseline, left = card.numbers("more")
    assert spread(f - baseline) == approx(left)
    shifted, _, formula = card.formulas("more")[-3:]
    for c in (-1.5, 2.0):
        f = np.array([value_of(sides(shifted)[1], z=float(at), c=c) for at in z])
        assert spread(f) == approx(value_of(formula, c=c))


@proof("gr.vae-06")
def likeliest_image(card: Claim) -> None:
    """The slope of the mean log-likelihood in each pixel at the image of an option."""
    shares = card.numbers("front")

    def fits(option: str) -> bool:
        for a, b in ((0.2, 0.9), (0.7, 0.4)):
            at = value_of(option, a=a, b=b)
            true = slope(lambda f, a=a, b=b: -(shares[0] * (a - f) ** 2 + shares[1] * (b - f) ** 2) / 2, at)
            if abs(true) > 1e-9:
                return False
        return True

    assert card.key == only(card.options, fits)
