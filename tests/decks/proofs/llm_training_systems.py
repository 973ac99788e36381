"""Proofs of stage 09, LLM training: preferences, reasoning, parallelism, memory, precision, experts, compression."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import gradient, least, logistic, root, slope, softmax
from tests.decks.proving import Claim, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in, worth

Array = npt.NDArray[np.float64]

HALF, SINGLE, BYTE = (np.dtype(kind).itemsize for kind in (np.float16, np.float32, np.int8))
SPLIT = {"q and k": 4 * 1, "v": 2, "input of the projection": 2, "input of GeLU": 8, "input of the second matrix": 8}
"""Bytes that a layer keeps of each token and unit of width, and that tensor parallelism splits."""
WHOLE = {"norms": 2 * 2, "input of QKV": 2, "input of the first matrix": 2, "masks of two dropouts": 1 + 1}
"""The same for what it leaves whole on each GPU."""
SQUARE = {"softmax": 2, "mask of its dropout": 1, "output of its dropout": 2}
"""Bytes of each head and pair of tokens."""


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return re.split(r"=|<|>|\\(?:leq?|geq?|approx|to)(?![A-Za-z])", tex)


def number_in(text: str) -> float:
    """The only number of a text."""
    (number,) = re.findall(r"\d+(?:\.\d+)?", text)
    return float(number)


def nudged(x: Array, index: int, by: float) -> Array:
    """The vector with one entry moved."""
    moved = x.copy()
    moved[index] += by
    return moved


def divergence(p: Array, q: Array) -> float:
    return float((p * np.log(p / q)).sum())


def gelu(x: Array) -> Array:
    return np.asarray(x * np.vectorize(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2)(x))


def adam(gradients: Iterable[float], beta_1: float, beta_2: float) -> list[float]:
    """The steps of Adam in learning rates, epsilon 0."""
    m = v = 0.0
    taken = []
    for t, g in enumerate(gradients, 1):
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g * g
        taken.append(m / (1 - beta_1**t) / math.sqrt(v / (1 - beta_2**t)))
    return taken


def rounded(x: float, mantissa: int) -> float:
    """The nearest number with so many bits behind the leading one, ties to even."""
    if x == 0:
        return 0.0
    unit = 2.0 ** (math.frexp(x)[1] - 1 - mantissa)
    return round(x / unit) * unit


def minifloats(exponent: int, mantissa: int, bias: int) -> list[float]:
    """The finite numbers of a format without infinities in which only all ones are no number, decoded bit by bit."""
    decoded = []
    for field, fraction in itertools.product(range(2**exponent), range(2**mantissa)):
        if (field, fraction) == (2**exponent - 1, 2**mantissa - 1):
            continue
        part = fraction / 2**mantissa
        decoded.append((1 + part) * 2.0 ** (field - bias) if field else part * 2.0 ** (1 - bias))
    return decoded


def ring(chunks: Array) -> tuple[Array, int, int]:
    """A ring all-reduce of rows, one a GPU: the result, the steps and the numbers that a GPU sends in each."""
    gpus, size = chunks.shape
    x = chunks.reshape(gpus, gpus, size // gpus).copy()
    taken = 0
    for phase, shift in (("reduce", 0), ("gather", 1)):
        for step in range(gpus - 1):
            sent = [(r, (r + shift - step) % gpus) for r in range(gpus)]
            for (r, c), message in zip(sent, [x[r, c].copy() for r, c in sent], strict=True):
                x[(r + 1) % gpus, c] = x[(r + 1) % gpus, c] + message if phase == "reduce" else message
            taken += 1
    return x.reshape(gpus, size), taken, size // gpus


class Traffic:
    """Counts the numbers that a GPU sends in collectives of many GPUs."""

    def __init__(self, gpus: int, parameters: float) -> None:
        self._each = parameters * (gpus - 1) / gpus
        self.sent = 0.0

    def reduce_scatter(self) -> None:
        self.sent += self._each

    all_gather = reduce_scatter


def zero_traffic(stage: int, micro_batches: int, parameters: float = 1.0) -> float:
    """The traffic of a step with ZeRO, for very many GPUs."""
    traffic = Traffic(10**9, parameters)
    for _ in range(micro_batches):
        if stage == 3:
            for _pass in ("forward", "backward"):
                traffic.all_gather()
            traffic.reduce_scatter()
    if stage < 3:
        traffic.reduce_scatter()
        traffic.all_gather()
    return traffic.sent


# ---------------------------------------------------------------- DPO


def regularised(pi: Array, reference: Array, rewards: Array, beta: float) -> float:
    """The expected reward less beta KL."""
    return float(pi @ rewards) - beta * divergence(pi, reference)


def random_policies(rng: np.random.Generator, size: int, number: int) -> list[Array]:
    return [rng.dirichlet(np.ones(size)) + 1e-9 for _ in range(number)]


@proof("lt.dpo-01")
def optimal_policy(card: Claim) -> None:
    """No other policy does as well, and the objective at it is the maximum named."""
    rewards, beta = card.rng.normal(size=5), 0.7
    (reference,) = random_policies(card.rng, 5, 1)
    weights = np.array(
        [
            worth(card.cloze(1), {r"\pi_{\text{ref} }(y|x)": q, "r(x,y)": r}, beta=beta)
            for q, r in zip(reference, rewards, strict=True)
        ]
    )
    best = weights / weights.sum()
    highest = regularised(best, reference, rewards, beta)
    for other in random_policies(card.rng, 5, 200):
        for share in (0.01, 1.0):
            assert regularised((1 - share) * best + share * other, reference, rewards, beta) < highest
    assert worth(card.cloze(2), {"Z(x)": float(weights.sum())}, beta=beta) == approx(highest)


@proof("lt.dpo-02")
def derivation_of_the_optimum(card: Claim) -> None:
    """Each line on random distributions."""
    as_expectation, definition, as_divergence, end = card.steps
    beta, rewards = 0.6, card.rng.normal(size=4)
    reference, pi = random_policies(card.rng, 4, 2)
    z = float((reference * np.exp(rewards / beta)).sum())

    def each(tex: str, best: Array) -> Array:
        plain = tex.replace(r"\pi_{\text{ref} }", "Q").replace(r"\pi^*", "W")
        rows = zip(pi, reference, best, rewards, strict=True)
        return np.array([value_of(plain, pi=a, Q=b, W=c, r=d, Z=z, beta=beta, e=math.e) for a, b, c, d in rows])

    objective = regularised(pi, reference, rewards, beta)
    name, body = tex_in(as_expectation)[-1].split("=", 1)
    factor, inner = re.fullmatch(r"(.*)E_\\pi\[(.*)\]", body).groups()  # type: ignore[union-attr]
    assert name == r"J(\pi)"
    assert value_of(factor + "1", beta=beta) * float(pi @ each(inner, pi)) == approx(objective)
    old, new, policy, _z = tex_in(definition)
    best = each(policy.split("=")[1], pi)
    assert best.sum() == approx(1)
    assert each(new, best) == approx(each(old, best))
    name, body = tex_in(as_divergence)[-1].split("=", 1)
    notes = {r"D_{\mathrm{KL}}(\pi\|\pi^*)": divergence(pi, best), r"D_{\mathrm{KL}}(\pi^*\|\pi)": divergence(best, pi)}
    assert name == r"J(\pi)" and worth(body, notes, beta=beta, Z=z) == approx(objective)
    assert tex_in(end) == [r"\pi=\pi^*"] and objective < regularised(best, reference, rewards, beta)


@proof("lt.dpo-03")
def reward_solved_for(card: Claim) -> None:
    """Rewards by the formula from the optimal policies of two prompts: differences, not levels, need no Z."""
    tex = card.formulas("back")[0].replace(r"\pi_{\text{ref} }", "Q").replace("Z(x)", "Z")
    constant = card.formulas("back")[1].replace("Z(x)", "Z")
    beta = 0.8
    for _ in range(2):
        rewards = card.rng.normal(size=3)
        (reference,) = random_policies(card.rng, 3, 1)
        weights = reference * np.exp(rewards / beta)
        z, policy = float(weights.sum()), weights / weights.sum()
        rows = list(zip(policy, reference, rewards, strict=True))
        assert [value_of(tex, pi=a, Q=b, Z=z, beta=beta) for a, b, _ in rows] == approx(rewards)
        rest = [value_of(tex, pi=a, Q=b, Z=z, beta=beta) - value_of(constant, Z=z, beta=beta) for a, b, _ in rows]
        assert rest[0] - rest[1] == approx(rewards[0] - rewards[1]) and rest[0] != approx(rewards[0])


@proof("lt.dpo-04")
def weight_of_a_pair(card: Claim) -> None:
    """Differences of the loss of a softmax policy."""
    beta, reference = 0.7, np.array([0.2, 0.5, 0.3])

    def margins(z: Array) -> Array:
        return np.asarray(beta * np.log(softmax(z) / reference))

    def fits(option: str) -> bool:
        for z in (np.array([0.4, -0.3, 0.1]), np.array([-1.0, 0.8, 0.3])):
            win, lose = (float(r) for r in margins(z)[:2])
            losses = gradient(lambda z: -math.log(logistic(float(margins(z)[0] - margins(z)[1]))), z)
            directions = gradient(lambda z: float(np.log(softmax(z))[0] - np.log(softmax(z))[1]), z)
            notes = {
                rf"\sigma{prime}(\hat r_{a}-\hat r_{b})": function(difference)
                for prime, function in (("", logistic), ("'", lambda m: slope(logistic, m)))
                for a, b, difference in (("w", "l", win - lose), ("l", "w", lose - win))
            }
            if not np.allclose(-losses, worth(option, notes, beta=beta) * directions, atol=1e-6):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("lt.dpo-05")
def best_share_of_the_second(card: Claim) -> None:
    """The objective maximised by search."""
    chances, gains, beta = card.formulas("front")
    reference, rewards = (np.array([value_of(part) for part in tex.split(",")]) for tex in (chances, gains))

    def best(beta: float) -> float:
        return least(lambda p: -regularised(np.array([1 - p, p]), reference, rewards, beta), 1e-9, 1 - 1e-9)

    assert card.value == approx(best(value_of(beta.split("=")[1])), abs=1e-5)
    one, half, *_ = card.formulas("more")
    assert value_of(half) == approx(best(value_of(one.split("=")[1])), abs=1e-5)


@proof("lt.dpo-06")
def loss_of_a_pair(card: Claim) -> None:
    """The Bradley-Terry probability from the ratios themselves, which at beta 1 are the strengths."""
    before, good, bad, beta = card.numbers("front")
    strengths = (good / before) ** beta, (bad / before) ** beta
    assert card.value == approx(-math.log(strengths[0] / sum(strengths)), abs=0.005)
    start, shown = sides(card.formulas("more")[0])
    assert value_of(start) == approx(-math.log(1 / 2)) and value_of(shown) == approx(value_of(start), abs=0.005)
    margin, ratio = sides(card.formulas("back")[1])[-1], sides(card.formulas("back")[2])[-1]
    assert logistic(value_of(margin)) == approx(math.exp(-value_of(ratio)))


@proof("lt.dpo-07")
def difference_that_fits(card: Claim) -> None:
    """The expected loss of a pair minimised over the difference of log ratios."""
    left, right = sides(next(tex for tex in card.formulas("back") if "=" in tex))
    at = []
    for beta, p in ((1.0, 0.8), (0.1, 0.8), (0.5, 0.95)):

        def loss(delta: float, beta: float = beta, p: float = p) -> float:
            return -p * math.log(logistic(beta * delta)) - (1 - p) * math.log(logistic(-beta * delta))

        best = least(loss, -60, 60)
        assert value_of(left, beta=beta, Delta=best) == approx(value_of(right, p=p), abs=1e-4)
        at.append(best)
    assert at[1] > at[0] and "the smaller" in card.back and "the larger" in card.back


# ---------------------------------------------------------------- GRPO


@proof("lt.grpo-02")
def weight_of_a_question(card: Claim) -> None:
    """Advantages of a group of a thousand, with and without the deviation."""

    def fits(option: str) -> bool:
        for right in (500, 900, 100, 20):
            rewards = np.repeat([1.0, 0.0], [right, 1000 - right])
            plain = rewards - rewards.mean()
            if not np.allclose(plain / rewards.std(), plain * value_of(option, p=right / 1000)):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("lt.grpo-03")
def share_of_a_token(card: Claim) -> None:
    """Differences of the objective in the log probability of one token, for short and long answers."""
    sign, share = card.formulas("back")
    pulls = []
    for length in (2, 10, 50):
        advantage = -1.3
        rates = np.zeros(length)
        pull = slope(lambda by, r=rates, a=advantage: float(np.mean(a * np.exp(nudged(r, 0, by)))), 0.0)
        assert worth(share, {"|o|": float(length)}, A=advantage) == approx(pull, rel=1e-6)
        pulls.append(abs(pull))
    assert pulls == sorted(pulls, reverse=True) and sign == "A<0" and "lighter" in card.back


@proof("lt.grpo-04")
def estimators_of_a_divergence(card: Claim) -> None:
    """The mean over a distribution, the sign, and the limit of the ratio."""
    pi, reference = random_policies(card.rng, 6, 2)
    ratios = reference / pi
    values = np.array([value_of(card.cloze(1), r=float(r)) for r in ratios])
    assert float(pi @ values) == approx(divergence(pi, reference)) and values.min() > 0
    for r in (1.001, 0.999):
        assert value_of(card.cloze(2), r=r) == approx(value_of(card.cloze(1), r=r), rel=1e-3)


@proof("lt.grpo-06")
def groups_without_gradient(card: Claim) -> None:
    """All outcomes of a group, with their advantages."""
    rate, size = (value_of(tex) for tex in card.formulas("front")[:2])

    def wasted(rate: float) -> float:
        chance = 0.0
        for rewards in itertools.product((0, 1), repeat=int(size)):
            if not np.any(np.array(rewards) - np.mean(rewards)):
                chance += math.prod(rate if reward else 1 - rate for reward in rewards)
        return chance

    assert card.value == approx(wasted(rate), abs=0.005)
    half, share = card.formulas("more")
    assert value_of(share) == approx(wasted(value_of(half.split("=")[1])))


@proof("lt.grpo-07")
def where_the_clip_bites(card: Claim) -> None:
    """The clipped objective just below and above the bounds named."""
    setting, rare, bound, common, over = card.formulas("back")
    epsilon = value_of(setting.split("=")[1])

    def rate(old: float, new: float) -> float:
        return slope(lambda p: min(p / old, min(p / old, 1 + epsilon)), new, h=1e-7)

    low, end = value_of(rare), value_of(bound)
    assert rate(low, end - 1e-5) > 0 and rate(low, end + 1e-5) == 0
    assert value_of(over) == approx(value_of(common) * (1 + epsilon)) and value_of(over) > 1 > value_of(common)


# ---------------------------------------------------------------- reasoning


def outcomes(n: int, p: float) -> dict[int, float]:
    """How likely each number of successes is, by adding one trial after the other."""
    chances = {0: 1.0}
    for _ in range(n):
        following: dict[int, float] = {}
        for c, chance in chances.items():
            following[c] = following.get(c, 0) + (1 - p) * chance
            following[c + 1] = following.get(c + 1, 0) + p * chance
        chances = following
    return chances


@proof("lt.reasoning-01")
def unbiased_pass(card: Claim) -> None:
    """The mean of each estimate over all outcomes."""

    def fits(option: str) -> bool:
        for n, k, p in ((5, 2, 0.3), (6, 3, 0.55), (4, 4, 0.8)):
            mean = sum(chance * value_of(option, n=n, k=k, c=c) for c, chance in outcomes(n, p).items())
            if not math.isclose(mean, 1 - (1 - p) ** k):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("lt.reasoning-02")
def plug_in_is_low(card: Claim) -> None:
    """The mean of the estimate over all outcomes."""
    estimate = card.formulas("front")[2]
    for n, k, p in ((4, 2, 0.3), (6, 3, 0.55), (8, 5, 0.1)):
        mean = sum(chance * value_of(estimate, n=n, k=k, c=c) for c, chance in outcomes(n, p).items())
        assert mean < value_of(sides(card.formulas("back")[-1])[-1], p=p, k=k) == approx(1 - outcomes(k, p)[0])
    settings, chance, true, average = card.formulas("more")
    size, rate = int(value_of(settings.split("=")[-1])), value_of(chance.split("=")[1])
    assert value_of(true) == approx(1 - outcomes(size, rate)[0])
    mean = sum(chance * (1 - (1 - c / size) ** size) for c, chance in outcomes(size, rate).items())
    assert [value_of(side) for side in sides(average)] == approx([mean, mean])


@proof("lt.reasoning-03")
def divergence_of_the_best(card: Claim) -> None:
    """Best of n among very many equally likely answers."""
    uniform, density, whole, split, end = card.steps
    assert "uniform" in uniform and tex_in(uniform)[0] == "u"
    answers = 200_000
    ranks = np.arange(answers + 1) / answers
    middles = (ranks[1:] + ranks[:-1]) / 2
    for n in (2, 5, 16):
        chances = np.diff(ranks**n)
        exact = float((chances * np.log(chances * answers)).sum())

        def integral(tex: str, n: int = n) -> float:
            grid = middles[:: answers // 2000]
            integrand = found(r"\\int_0\^1(.*)\\,du", tex)
            return float(np.mean([value_of(integrand, n=n, u=float(u)) for u in grid]))

        at = answers // 3
        assert value_of(tex_in(density)[-1], n=n, u=float(middles[at])) == approx(chances[at] * answers, rel=1e-6)
        assert integral(sides(tex_in(whole)[0])[1]) == approx(exact, abs=0.02)
        log, factor, tex = re.fullmatch(r"(.*)\+(\(n-1\))(.*)", tex_in(split)[0]).groups()  # type: ignore[union-attr]
        inner = integral(tex)
        assert value_of(log, n=n) + value_of(factor, n=n) * inner == approx(exact, abs=0.02)
        value, result = tex_in(end)
        assert value_of(value, n=n) == approx(inner, abs=0.005)
        assert value_of(result, n=n) == approx(exact, abs=1e-3)


@proof("lt.reasoning-04")
def passing_and_voting(card: Claim) -> None:
    """The vote by simulation, the chance to pass exactly, for many samples."""
    right, wrong = (value_of(tex) for tex in card.formulas("front")[:2])
    to_one, to_zero = (number_in(tex) for tex in card.formulas("back") if r"\to" in tex)
    assert value_of(card.formulas("back")[-1]) == wrong
    shares = [right, wrong, *[(1 - right - wrong) / 10] * 10]
    votes = card.rng.multinomial(4000, shares, size=200)
    assert to_one == approx(1 - (1 - right) ** 4000)
    assert to_zero == approx(float(np.mean(votes.argmax(axis=1) == 0)))
    assert float(np.mean(votes.argmax(axis=1) == 1)) == 1


@proof("lt.reasoning-05")
def ceiling_of_a_verifier(card: Claim) -> None:
    """Counts of the right and wrong among those that pass."""
    tex = card.formulas("back")[0]
    setting, shown = card.formulas("more")
    example = value_of(setting.split("=")[-1])
    for p, f in ((0.2, 0.05), (0.7, 0.5), (example, example)):
        passed = {True: 0.0, False: 0.0}
        for is_right, chance in ((True, p), (False, 1 - p)):
            passed[is_right] += 10_000 * chance * (1 if is_right else f)
        assert value_of(tex, p=p, f=f) == approx(passed[True] / sum(passed.values()))
    assert value_of(shown) == approx(value_of(tex, p=example, f=example), abs=0.005)


# ---------------------------------------------------------------- data parallelism


@proof("lt.data-parallel-03")
def cost_of_a_ring(card: Claim) -> None:
    """The ring itself, with its messages counted."""
    for gpus, size in ((3, 6), (5, 20), (8, 16)):
        data = card.rng.normal(size=(gpus, size))
        result, taken, sent = ring(data)
        assert result == approx(np.tile(data.sum(axis=0), (gpus, 1)))
        assert value_of(card.cloze(1), N=gpus) == taken and value_of(card.cloze(2), S=size, N=gpus) == sent
    many = 10_000
    traffic = value_of(card.cloze(1), N=many) * value_of(card.cloze(2), S=1, N=many)
    assert value_of(card.cloze(3), S=1) == approx(traffic, rel=1e-3)


@proof("lt.data-parallel-05")
def ring_of_three(card: Claim) -> None:
    """The program, and the sums of columns."""
    assert run_code(card.code) == card.output
    rows = [[float(n) for n in row.split(",")] for row in re.findall(r"\[(\d[\d, ]*)\]", card.code)]
    sums = np.array(rows).sum(axis=0)
    assert [float(n) for n in card.output.strip("[]").split(",")] == [sums[(r + 1) % 3] for r in range(3)]


@proof("lt.data-parallel-06")
def adam_on_a_sum(card: Claim) -> None:
    """Adam on gradients and on their multiple."""
    gpus = value_of(card.formulas("front")[0])
    gradients = [float(g) for g in card.rng.normal(size=30)]
    ratios = np.array(adam([gpus * g for g in gradients], 0.9, 0.999)) / np.array(adam(gradients, 0.9, 0.999))

    def factor(option: str) -> float:
        if "same" in option:
            return 1.0
        size = value_of(found(r"factor of \$?([^$]*)", option))
        return size if "larger" in option else 1 / size

    assert card.key == only(card.options, lambda option: np.allclose(ratios, factor(option)))
    sgd = np.array([gpus * g for g in gradients]) / np.array(gradients)
    assert any(np.allclose(sgd, factor(option)) for option in card.options)


# ---------------------------------------------------------------- model parallelism


@proof("lt.model-parallel-02")
def mlp_on_two_gpus(card: Claim) -> None:
    """The lines carried out on random matrices."""
    x, a, b = (card.rng.normal(size=shape) for shape in ((3, 4), (4, 6), (6, 4)))
    held = {"X": x, "A_1": a[:, :3], "A_2": a[:, 3:], "B_1": b[:3], "B_2": b[3:]}

    def worked_out(tex: str) -> Array:
        inside = re.fullmatch(r"\\operatorname\{GeLU\}\((.*)\)", tex)
        if inside:
            return gelu(worked_out(inside[1]))
        if "+" in tex:
            return np.asarray(sum(worked_out(part) for part in tex.split("+")))
        product: Array = np.eye(3)
        for name in re.findall(r"[A-Z](?:_\d)?", tex):
            product = np.asarray(product @ held[name])
        return product

    for step in card.steps[:-1]:
        name, body = tex_in(step)[-1].split("=")
        if "_i" in name:
            held |= {name.replace("i", n): worked_out(body.replace("_i", f"_{n}")) for n in "12"}
        else:
            held[name] = worked_out(body)
    assert worked_out(tex_in(card.steps[-1])[-1]) == approx(x + gelu(x @ a) @ b)
    assert sum("All-reduce" in step for step in card.steps) == 1


@proof("lt.model-parallel-03")
def partial_sums(card: Claim) -> None:
    """Products of blocks; the nonlinearity of sums."""
    whole, inequality = card.formulas("back")
    x, a = card.rng.normal(size=(3, 4)), card.rng.normal(size=(4, 5))
    blocks = {"X_1": x[:, :2], "X_2": x[:, 2:], "A_1": a[:2], "A_2": a[2:]}
    left, right = sides(whole)
    assert left == "XA"
    products = [re.findall(r"[XA]_\d", term) for term in right.split("+")]
    assert np.asarray(sum(blocks[one] @ blocks[two] for one, two in products)) == approx(x @ a)
    of_sum, _sign, of_parts = re.split(r"(\\ne)", inequality)
    u, v = (float(n) for n in card.rng.normal(size=2))
    notes = {
        rf"\operatorname{{GeLU}}({name})": float(gelu(np.array([at]))[0])
        for name, at in (("u+v", u + v), ("u", u), ("v", v))
    }
    assert worth(of_sum, notes) != approx(worth(of_parts, notes))


@proof("lt.model-parallel-04")
def all_reduces_of_a_layer(card: Claim) -> None:
    """A layer on two GPUs against one, its all-reduces counted."""
    b, s, h, heads = 2, 3, 8, 4
    shape = (b, s, h)
    x = card.rng.normal(size=shape).reshape(-1, h)
    q, k, v, o = (card.rng.normal(size=(h, h)) for _ in range(4))
    up, down = card.rng.normal(size=(h, 4 * h)), card.rng.normal(size=(4 * h, h))
    sizes: list[int] = []

    def attention(chosen: slice) -> Array:
        parts = []
        for head in range(heads)[chosen]:
            at = slice(head * h // heads, (head + 1) * h // heads)
            parts.append(softmax(x @ q[:, at] @ (x @ k[:, at]).T) @ (x @ v[:, at]) @ o[at])
        return np.asarray(sum(parts))

    def all_reduced(parts: Sequence[Array]) -> Array:
        sizes.append(parts[0].size)
        return np.asarray(sum(parts))

    middle = x + all_reduced([attention(slice(0, 2)), attention(slice(2, 4))])
    halves = (slice(0, 2 * h), slice(2 * h, 4 * h))
    out = middle + all_reduced([gelu(middle @ up[:, half]) @ down[half] for half in halves])
    alone = x + attention(slice(0, 4))
    assert out == approx(alone + gelu(alone @ up) @ down)
    assert value_of(card.cloze(1)) == len(sizes)
    factors = [value_of(factor, b=b, s=s, h=h) for factor in card.cloze(2).strip("$").split(r"\times")]
    assert tuple(factors) == shape and set(sizes) == {math.prod(shape)}


def pipeline_time(stages: int, batches: int, caps: Mapping[int, int]) -> int:
    """Ticks that a pipeline takes when each stage prefers backward passes and holds no more than its cap."""
    ahead = [[0, 0] for _ in range(stages)]
    for tick in itertools.count():
        if ahead[0][1] == batches:
            return tick
        before = [list(done) for done in ahead]
        for stage, (forward, backward) in enumerate(before):
            comes_back = before[stage + 1][1] if stage + 1 < stages else forward
            has_input = batches if stage == 0 else before[stage - 1][0]
            if backward < comes_back:
                ahead[stage][1] += 1
            elif forward < has_input and forward - backward < caps.get(stage, batches):
                ahead[stage][0] += 1
    raise AssertionError


@proof("lt.model-parallel-05")
def held_by_a_stage(card: Claim) -> None:
    """How few micro-batches a stage may hold without making the pipeline slower."""
    stages, batches, stage, first = (int(value_of(tex)) for tex in card.formulas("front"))
    ideal = 2 * (batches + stages - 1)

    def needed(stage: int) -> int:
        caps = range(1, batches + 1)
        return next(cap for cap in caps if pipeline_time(stages, batches, {stage - first: cap}) == ideal)

    assert card.value == needed(stage)
    all_held, at_first = (value_of(tex) for tex in card.formulas("more"))
    assert (all_held, at_first) == (batches, needed(first))
    assert pipeline_time(stages, batches, {n: needed(n + first) for n in range(stages)}) == ideal


# ---------------------------------------------------------------- ZeRO


@proof("lt.zero-fsdp-02")
def traffic_of_stages(card: Claim) -> None:
    """The collectives of a step counted."""
    for stage, number in ((2, 1), (3, 2)):
        assert value_of(card.cloze(number), Psi=7.0) == approx(zero_traffic(stage, 1, 7.0))


@proof("lt.zero-fsdp-03")
def a_layer_under_zero(card: Claim) -> None:
    """The actions carried out on two GPUs, against one GPU with all data."""
    w, gpus = card.rng.normal(size=4), 2
    data = [(card.rng.normal(size=(5, 4)), card.rng.normal(size=5)) for _ in range(gpus)]
    shards = np.split(w.copy(), gpus)
    state: dict[str, list[Array]] = {}

    def gather() -> None:
        state["weights"] = [np.concatenate(shards)] * gpus

    def forward() -> None:
        state["errors"] = [x @ full - y for (x, y), full in zip(data, state.pop("weights"), strict=True)]

    def gather_again() -> None:
        assert "errors" in state
        gather()

    def differentiate() -> None:
        assert state.pop("weights")
        state["gradients"] = [x.T @ error for (x, _), error in zip(data, state["errors"], strict=True)]

    def reduce_scatter() -> None:
        state["shards"] = np.split(np.mean(state.pop("gradients"), axis=0), gpus)

    def update() -> None:
        for shard, own in zip(shards, state.pop("shards"), strict=True):
            shard -= 0.1 * own

    actions = {
        "All-gather": gather,
        "Run the forward pass": forward,
        "When backpropagation": gather_again,
        "Compute the full weight gradient": differentiate,
        "Reduce-scatter": reduce_scatter,
        "Update": update,
    }
    for step in card.steps:
        (action,) = [action for words, action in actions.items() if step.startswith(words)]
        action()
    errors = [x.T @ (x @ w - y) for x, y in data]
    assert np.concatenate(shards) == approx(w - 0.1 * np.mean(errors, axis=0))


@proof("lt.zero-fsdp-04")
def traffic_with_accumulation(card: Claim) -> None:
    """The collectives of both counted."""
    micro_batches = int(found(r"accumulates (\d+) micro-batches", card.front))
    ratio = zero_traffic(3, micro_batches) / zero_traffic(1, micro_batches)
    assert card.key == only(card.options, lambda option: number_in(option) == approx(ratio))


@proof("lt.zero-fsdp-05")
def limits_of_the_stages(card: Claim) -> None:
    """Bytes on one of very many GPUs."""
    weight, grad, states = card.numbers("cloze")[:3]
    assert (weight, grad, states) == (HALF, HALF, 3 * SINGLE)
    gpus = 10**9
    for stage in (1, 2, 3):
        kept = sum(size / (gpus if stage >= since else 1) for size, since in ((weight, 3), (grad, 2), (states, 1)))
        assert value_of(card.cloze(stage)) == approx(kept, abs=1e-6)


# ---------------------------------------------------------------- sequence and expert parallelism


@proof("lt.sequence-expert-parallel-02")
def activations_under_both(card: Claim) -> None:
    """The tensors of a layer, one by one."""
    whole, split = (value_of(found(r"^(\d+)sbh$", tex)) for tex in card.formulas("front")[:2])
    gpus = value_of(card.formulas("front")[2])
    assert (whole, split) == (sum((SPLIT | WHOLE).values()), sum(SPLIT.values()))
    tensor = sum(size / gpus for size in SPLIT.values()) + sum(WHOLE.values())
    both = sum(size / gpus for size in (SPLIT | WHOLE).values())
    assert card.value == approx(tensor / both, abs=0.005)
    assert value_of(found(r"^(\d+)sbh$", card.formulas("more")[0])) == sum(WHOLE.values())


@proof("lt.sequence-expert-parallel-03")
def causal_work(card: Claim) -> None:
    """Pairs under the mask counted."""
    gpus = int(found(r"into (\d+) equal", card.front))
    length = 500
    seen = np.tril(np.ones((gpus * length, gpus * length), dtype=bool))
    work = seen.sum(axis=1).reshape(gpus, length).sum(axis=1)
    ratio = float(work[-1] / work[0])
    assert card.key == only(card.options, lambda option: number_in(option) == approx(ratio, abs=0.05))
    pieces = np.split(seen.sum(axis=1), 2 * gpus)
    assert len({int(pieces[i].sum() + pieces[-1 - i].sum()) for i in range(gpus)}) == 1


# ---------------------------------------------------------------- memory


@proof("lt.memory-accounting-02")
def bytes_of_adam(card: Claim) -> None:
    """The sizes of the number formats."""
    moments = 2 * SINGLE
    assert value_of(card.cloze(1)) == moments
    for number, grad in ((2, HALF), (3, SINGLE)):
        assert value_of(card.cloze(number)) == HALF + SINGLE + moments + grad


@proof("lt.memory-accounting-03")
def where_the_terms_meet(card: Claim) -> None:
    """The tensors of a layer summed, the length found by bisection."""
    total, head, *_ = card.formulas("front")
    h = 4096
    heads = h / value_of(head.split("=")[1])

    def parts(length: float) -> tuple[float, float]:
        return sum(SQUARE.values()) * heads * length**2, sum((SPLIT | WHOLE).values()) * length * h

    for length in (512, 2048):
        assert value_of(total, s=length, b=1, h=h, a=heads) == approx(sum(parts(length)))
    assert card.value == approx(root(lambda s: parts(s)[0] - parts(s)[1], 1, 1e6), abs=0.5)
    _, setting, ratio = card.formulas("more")
    square, rest = parts(value_of(setting.split("=")[1]))
    assert value_of(ratio) == approx(square / rest, abs=0.05)


@proof("lt.memory-accounting-04")
def five_bytes_a_pair(card: Claim) -> None:
    """The tensors of a layer summed."""
    total, *_ = card.formulas("front")
    s, b, h, a = 100, 2, 64, 4
    linear, square = sum((SPLIT | WHOLE).values()), sum(SQUARE.values())
    assert value_of(total, s=s, b=b, h=h, a=a) == linear * s * b * h + square * a * s * s * b
    five, parts = sides(card.formulas("more")[0])
    assert value_of(five) == square and [float(part) for part in parts.split("+")] == list(SQUARE.values())


@proof("lt.memory-accounting-05")
def what_doubles(card: Claim) -> None:
    """The arrays of a small forward pass at both shapes."""

    def sizes(b: int, s: int) -> dict[str, int]:
        heads, width, vocabulary = 2, 8, 11
        x = np.ones((b, s, width))
        per_head = x.reshape(b, s, heads, width // heads).transpose(0, 2, 1, 3)
        return {
            "softmax": (per_head @ per_head.swapaxes(2, 3)).size,
            "LayerNorm": x.size,
            "FFN": (x @ np.ones((width, 4 * width))).size,
            "logits": 2 * (x @ np.ones((width, vocabulary))).size,
        }

    before, after = sizes(4, 6), sizes(2, 12)
    meanings = {name: lambda name=name: after[name] == 2 * before[name] for name in before}
    assert card.key == option_that(card, meanings)


@proof("lt.memory-accounting-06")
def bytes_with_small_moments(card: Claim) -> None:
    """The sizes of the number formats."""
    kept = [HALF, SINGLE, HALF]
    assert number_in(found(r"takes (\d+) bytes", card.front)) == sum(kept) + 2 * SINGLE
    assert card.key == only(card.options, lambda option: number_in(option) == sum(kept) + 2 * BYTE)


# ---------------------------------------------------------------- precision


@proof("lt.mixed-precision-01")
def two_formats(card: Claim) -> None:
    """NumPy's own half precision; BF16 as the upper half of single precision."""
    half, single = np.finfo(np.float16), np.finfo(np.float32)
    assert value_of(card.cloze(1)) == half.nmant
    assert value_of(card.cloze(2)) == approx(float(half.max), rel=0.01)
    cut = single.nmant - 16
    assert value_of(card.cloze(3)) == cut
    spacing = {"FP16": float(half.eps), "BF16": 2.0**-cut}
    assert card.cloze(4) == min(spacing, key=lambda name: spacing[name])
    assert [value_of(tex) for tex in card.formulas("more")] == list(spacing.values())


@proof("lt.mixed-precision-02")
def scale_that_makes_normal(card: Claim) -> None:
    """Powers of two tried one after the other in half precision."""
    (grad,) = (value_of(tex) for tex in card.formulas("front") if "k" not in tex)
    half = np.finfo(np.float16)
    tiny = float(half.tiny)
    assert card.numbers("front")[:2] == [half.nexp, 1 - half.minexp]
    assert card.value == next(k for k in range(64) if float(np.float16(grad * 2.0**k)) >= tiny)
    smallest, *_, factor = card.formulas("back")
    assert {value_of(side) for side in smallest.split("=")} == {tiny}
    assert value_of(factor) == 2.0**card.value


@proof("lt.mixed-precision-03")
def two_orders_of_adding(card: Claim) -> None:
    """The program, and the sums rounded by hand."""
    assert run_code(card.code) == card.output
    start = float(found(r"float16\((\d+)\), np", card.code))
    bits = np.finfo(np.float16).nmant
    sums = [rounded(rounded(start + 1, bits) + 1, bits), rounded(start + 2, bits)]
    assert [float(word) for word in card.output.split()] == sums


@proof("lt.mixed-precision-04")
def where_counting_stops(card: Claim) -> None:
    """Counts with rounding to as many bits as BF16 has."""
    total = 0.0
    while (following := rounded(total + 1, np.finfo(np.float32).nmant - 16)) != total:
        total = following
    stop, above, space, tie, again = (value_of(tex) for tex in card.formulas("back"))
    assert stop == above == again == total and tie == total + 1
    assert rounded(total + space, 7) == total + space and rounded(total + space / 2, 7) == total


@proof("lt.mixed-precision-05")
def largest_of_eight_bits(card: Claim) -> None:
    """Every pattern of bits decoded."""
    exponent, bias, mantissa = (
        int(found(pattern, card.front)) for pattern in (r"(\d) exponent", r"bias (\d)", r"(\d) mantissa")
    )
    assert card.value == max(minifloats(exponent, mantissa, bias))
    largest = max(n for n in minifloats(5, 2, 15) if n < 2.0**16)
    assert value_of(card.formulas("more")[0]) == largest


@proof("lt.mixed-precision-06")
def scales_of_tiles(card: Claim) -> None:
    """Numbers with one outlier in eight bits, with one scale and with one a tile."""
    rows, width = (int(side) for side in card.formulas("front")[0].split(r"\times"))
    grid = np.array(sorted({sign * n for n in minifloats(4, 3, 7) for sign in (1, -1)}))

    def nearest(x: Array) -> Array:
        places = np.searchsorted(grid, x).clip(1, grid.size - 1)
        return np.asarray(grid[np.where(x - grid[places - 1] < grid[places] - x, places - 1, places)])

    def stored(x: Array, rows: int, width: int) -> Array:
        tiles = x.reshape(x.shape[0] // rows, rows, x.shape[1] // width, width)
        scale = np.abs(tiles).max(axis=(1, 3), keepdims=True) / grid[-1]
        return np.asarray(nearest(tiles / scale) * scale).reshape(x.shape)

    x = card.rng.normal(size=(2, 4 * width))
    x[0, 3] = 1e6
    far = np.ones(x.shape, dtype=bool)
    far[0, :width] = False
    tiled, whole = stored(x, rows, width), stored(x, *x.shape)

    def outlier_stays_local() -> bool:
        spoiled = [float(np.abs(kept[far] - x[far]).mean()) for kept in (tiled, whole)]
        return spoiled[0] < 0.05 < 10 * spoiled[0] < spoiled[1]

    def small_updates_stay() -> bool:
        weights = nearest(x[far])
        return bool(np.any(nearest(weights + 1e-6) != weights))

    def sums_are_right() -> bool:
        total = 0.0
        for _ in range(100):
            total = rounded(total + 1, 3)
        return total == 100

    meanings = {
        "fewer bytes": lambda: x.size / width < 1,
        "accumulate in FP8": sums_are_right,
        "no FP32 master weights": small_updates_stay,
        "outliers": outlier_stays_local,
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- recomputation, accumulation


@proof("lt.checkpointing-accumulation-01")
def utilisation_with_recomputation(card: Claim) -> None:
    """The multiplications of a product and of its two gradients."""
    m, k, n = 5, 7, 3
    forward, backward = m * k * n, m * n * k + k * m * n
    assert "twice" in card.front and backward == 2 * forward
    (share,) = (value_of(tex) for tex in card.formulas("front"))
    assert card.value == approx(100 * share * (2 * forward + backward) / (forward + backward))
    fall = (forward + backward) / (2 * forward + backward)
    assert value_of(card.formulas("more")[0]) == approx(fall)


@proof("lt.checkpointing-accumulation-02")
def gradients_never_reset(card: Claim) -> None:
    """The program, and the sum of growing gradients."""
    assert run_code(card.code) == card.output
    times, rate = int(found(r"range\((\d)\)", card.code)), float(found(r"([\d.]+) \* g", card.code))
    assert float(card.output) == approx(-rate * times * (times + 1) / 2)
    assert value_of(card.formulas("back")[-1]) == approx(-rate * times)


@proof("lt.checkpointing-accumulation-03")
def what_shrinks_with_micro_batches(card: Claim) -> None:
    """A small network with what it holds counted."""
    whole, number, small = (int(n) for n in re.findall(r"(?<!/)\b\d+", card.front)[:3])
    widths = (6, 10, 10, 3)

    def run(batch: int, times: int) -> dict[str, int]:
        counts = {"gradient": 0, "activation": 0, "FLOPs": 0, "optimizer": 0}
        for _ in range(times):
            x = np.ones((batch, widths[0]))
            held = [x]
            for a, b in itertools.pairwise(widths):
                held.append(held[-1] @ np.ones((a, b)))
                counts["FLOPs"] += 3 * 2 * batch * a * b
            counts["activation"] = max(counts["activation"], sum(layer.size for layer in held))
            counts["gradient"] = sum(a * b for a, b in itertools.pairwise(widths))
            counts["optimizer"] = 2 * counts["gradient"]
        return counts

    before, after = run(whole, 1), run(small, number)
    assert whole == number * small and "1/8" in card.front
    meanings = {name: lambda name=name: 8 * after[name] == before[name] for name in before}
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- stability


@proof("lt.stability-01")
def slope_of_the_z_loss(card: Claim) -> None:
    """Differences of the loss."""
    size = 0.3

    def fits(option: str) -> bool:
        for z in (np.array([0.3, -1.0, 2.0]), np.array([1.5, 0.2, -0.7])):
            total, p = float(np.exp(z).sum()), softmax(z)
            slopes = gradient(lambda z: size * math.log(np.exp(z).sum()) ** 2, z)
            values = [value_of(option, lambda_=size, p_i=float(one), Z=total) for one in p]
            if not np.allclose(values, slopes, atol=1e-6):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("lt.stability-02")
def two_ways_to_clip(card: Claim) -> None:
    """The program, and the nearest points of a ball and of a cube in the direction of the gradient or not."""
    assert run_code(card.code) == card.output
    g = [float(n) for n in found(r"array\(\[(.*?)\]\)", card.code).split(",")]
    limit = float(found(r"min\(1, (\d)", card.code))
    length = math.hypot(*g)
    by_norm = [limit * x / length for x in g]
    by_value = [math.copysign(min(abs(x), limit), x) for x in g]
    assert [float(n) for n in re.findall(r"-?\d+\.", card.output)] == approx(by_norm + by_value)


@proof("lt.stability-03")
def largest_logit(card: Claim) -> None:
    """Logits of random and of equal vectors."""
    size = int(value_of(card.formulas("front")[0]))

    def normalised(x: Array) -> Array:
        return np.asarray(x / math.sqrt((x**2).mean()))

    scale = value_of(found(r"(\\sqrt\{\d+\})", card.formulas("front")[-1]))
    q, k = (normalised(card.rng.normal(size=size)) for _ in range(2))
    near = [float(q @ normalised((1 - t) * k + t * q)) / scale for t in (0, 0.5, 0.9, 1)]
    assert near == sorted(near) and card.value == approx(near[-1])


@proof("lt.stability-04")
def step_after_a_jump(card: Claim) -> None:
    """Adam on the gradients themselves."""
    first, _, usual, jump, *decays = (value_of(tex.split("=")[-1]) for tex in card.formulas("front"))
    steps = [adam([usual] * 20_000 + [jump], first, decay)[-1] for decay in decays]
    assert [value_of(tex) for tex in card.formulas("back")[:2]] == approx(steps, abs=0.005)


# ---------------------------------------------------------------- experts


@proof("lt.moe-02")
def cost_of_experts(card: Claim) -> None:
    """Six FLOPs from the three products of training, bytes from the formats."""
    total, active, per_token, _, per_state, _ = card.numbers("cloze")
    flops = 2 * len(("forward", "gradient of the input", "gradient of the weight"))
    each = HALF + HALF + 3 * SINGLE
    assert (per_token, per_state) == (flops, each)
    assert value_of(card.cloze(1)) == flops * active and value_of(card.cloze(2)) == each * total


@proof("lt.moe-03")
def weight_of_the_first(card: Claim) -> None:
    """The softmax over all, its largest parts made to sum to one."""
    logits = np.array([value_of(part) for part in card.formulas("front")[0].strip("()").split(",")])
    chosen = np.sort(softmax(logits))[::-1][: int(value_of(card.formulas("front")[1]))]
    assert card.value == approx(float(softmax(logits)[0] / chosen.sum()))
    shares = [value_of(part) for part in card.formulas("more")[0].split(",")[:2]]
    assert shares == approx(list(chosen))


@proof("lt.moe-05")
def finer_experts(card: Claim) -> None:
    """Subsets and parameters counted before and after."""
    parts, times = (int(n) for n in re.findall(r"(\d+)", card.front))
    assert parts == times and "quarter" in card.front

    def counts(experts: int, chosen: int, hidden: int) -> dict[str, int]:
        expert = 3 * 10 * hidden
        return {
            "subsets": math.comb(experts, chosen),
            "active": chosen * expert,
            "all": experts * expert,
            "FLOPs": 2 * chosen * expert,
        }

    before, after = counts(16, 2, 64), counts(16 * parts, 2 * times, 64 // parts)
    meanings = {name: lambda name=name: after[name] > before[name] for name in before}
    assert card.key == option_that(card, meanings)


@proof("lt.moe-06")
def an_moe_layer(card: Claim) -> None:
    """The lines carried out, against the softmax over all with the others masked."""
    experts, k, width = 5, 2, 3
    x, router = card.rng.normal(size=width), card.rng.normal(size=(width, experts))
    matrices = card.rng.normal(size=(experts, width, width))
    state: dict[str, Array] = {}
    runs: list[int] = []

    def expert(i: int) -> Array:
        runs.append(i)
        return np.asarray(np.tanh(x @ matrices[i]))

    def route() -> None:
        state["g"] = x @ router

    def choose() -> None:
        state["S"] = np.argsort(state["g"])[-k:].astype(float)

    def weigh() -> None:
        state["w"] = softmax(state["g"][state["S"].astype(int)])

    def add_up() -> None:
        chosen = state["S"].astype(int)
        assert r"\sum_{i\in S}w_if_i(x)" in tex_in(step)[0]
        state["y"] = np.asarray(sum(w * expert(i) for i, w in zip(chosen, state["w"], strict=True)))

    def residual() -> None:
        assert tex_in(step) == ["x+y"]
        state["out"] = x + state["y"]

    actions = {"router": route, "largest": choose, "Softmax": weigh, "Weighted": add_up, "residual": residual}
    for step in card.steps:
        (action,) = [action for word, action in actions.items() if word in step]
        action()
    shares = softmax(x @ router)
    shares[np.argsort(shares)[:-k]] = 0
    full = sum(share / shares.sum() * np.tanh(x @ matrix) for share, matrix in zip(shares, matrices, strict=True))
    assert state["out"] == approx(x + np.asarray(full)) and len(runs) == k


@proof("lt.moe-07")
def experts_in_use(card: Claim) -> None:
    """Random choices counted."""
    whole, number, _, tex = card.formulas("back")
    assert (whole, number) == ("E", "k")
    for experts, k, tokens in ((8, 2, 1), (8, 2, 4), (32, 4, 16)):
        draws = card.rng.random((4000, tokens, experts)).argsort(axis=2)[:, :, :k]
        used = np.array([np.unique(draw).size for draw in draws])
        error = float(used.std()) / math.sqrt(used.size)
        mean, limit = (value_of(side, E=experts, k=k, B=tokens) for side in tex.split(r"\to"))
        assert abs(mean - float(used.mean())) <= 5 * error + 1e-9
        assert value_of(tex.split(r"\to")[0], E=experts, k=k, B=1000) == approx(limit)


@proof("lt.moe-balance-01")
def tokens_that_overflow(card: Claim) -> None:
    """Tokens sent one by one to experts that fill up."""
    tokens, experts = (int(found(pattern, card.front)) for pattern in (r"(\d+) tokens", r"(\d+) experts"))
    factor = float(found(r"factor ([\d.]+\d)", card.front))
    loads = [int(n) for n in card.formulas("front")[0].split(",")]
    assert sum(loads) == tokens and len(loads) == experts
    room = [factor * tokens / experts] * experts
    dropped = 0
    for index in itertools.chain.from_iterable([index] * load for index, load in enumerate(loads)):
        if room[index] >= 1:
            room[index] -= 1
        else:
            dropped += 1
    assert card.value == dropped


@proof("lt.moe-balance-02")
def loss_of_a_collapse(card: Claim) -> None:
    """The loss from router probabilities and choices."""

    def loss(probabilities: Array, scale: float) -> float:
        experts = probabilities.shape[1]
        shares = np.bincount(probabilities.argmax(axis=1), minlength=experts) / probabilities.shape[0]
        return float(scale * experts * shares @ probabilities.mean(axis=0))

    for experts, scale in ((4, 0.01), (7, 0.3)):
        collapsed = loss(np.tile(np.eye(experts)[0], (20, 1)), scale)
        for answer in card.answers:
            plain = re.sub(r"\\alpha|alpha|α|a", "w ", answer.replace(r"\cdot", "*"))
            assert value_of(plain, w=scale, N=experts) == approx(collapsed)
        even = loss(np.tile(np.eye(experts), (3, 1)) * 1e-9 + 1 / experts, scale)
        product, same = sides(card.formulas("back")[-1])
        assert value_of(product, alpha=scale, N=experts) == approx(even, rel=1e-6)
        assert value_of(same, alpha=scale) == approx(even, rel=1e-6)


@proof("lt.moe-balance-03")
def experts_that_choose(card: Claim) -> None:
    """The choice of tokens by experts, with and without a change of the last token."""
    tokens, experts, room, width = 12, 4, 3, 5
    x, router = card.rng.normal(size=(tokens, width)), card.rng.normal(size=(width, experts))

    def chosen(x: Array) -> npt.NDArray[np.bool_]:
        scores = softmax(x @ router)
        picked = np.zeros((tokens, experts), dtype=bool)
        for expert in range(experts):
            picked[np.argsort(scores[:, expert])[-room:], expert] = True
        return picked

    def depends_on_later() -> bool:
        later = [np.vstack([x[:-1], card.rng.normal(size=width) * 5]) for _ in range(50)]
        return any(bool((chosen(other)[:-1] != chosen(x)[:-1]).any()) for other in later)

    def gate_is_flat() -> bool:
        token, expert = np.argwhere(chosen(x))[0]
        return slope(lambda by: float(softmax(x[token] @ (router + by))[expert] * by), 0.0) == 0

    meanings = {
        "later tokens": depends_on_later,
        "uneven": lambda: len(set(chosen(x).sum(axis=0).tolist())) > 1,
        "visits all": lambda: bool((chosen(x).sum(axis=1) == experts).all()),
        "no gradient": gate_is_flat,
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- distillation


@proof("lt.distillation-01")
def why_times_the_square(card: Claim) -> None:
    """Differences of the loss, at a mild and at very high temperatures."""
    loss_line, derivative, expansion, result, end = card.steps
    z, v = np.array([0.9, -0.5, -0.4]), np.array([-0.4, 1.1, -0.7])
    n = z.size

    def loss(z: Array, temperature: float) -> float:
        return -float(softmax(v / temperature) @ np.log(softmax(z / temperature)))

    assert sides(tex_in(loss_line)[0])[1] == r"-\sum_ip_i\log q_i"
    assert [sides(tex)[1] for tex in tex_in(loss_line)[1:]] == [
        r"\operatorname{softmax}(v/T)",
        r"\operatorname{softmax}(z/T)",
    ]
    power = tex_in(end)[0]
    scaled = []
    for temperature in (1.5, 300.0, 3000.0):
        slopes = gradient(lambda z, t=temperature: loss(z, t), z)  # type: ignore[misc]
        p, q = softmax(v / temperature), softmax(z / temperature)
        body = sides(tex_in(derivative)[0])[1]
        lines = [value_of(body, T=temperature, q_i=float(b), p_i=float(a)) for a, b in zip(p, q, strict=True)]
        assert lines == approx(slopes, abs=1e-8)
        if temperature > 100:
            exact = (q - p) / temperature
            for tex, probabilities, logits in zip(tex_in(expansion)[1:], (q, p), (z, v), strict=True):
                near = [value_of(sides(tex)[1], z_i=float(at), v_i=float(at), T=temperature, n=n) for at in logits]
                assert near == approx(probabilities, abs=2 / temperature**2)
            last = sides(tex_in(result)[0])[1]
            pairs = zip(z, v, strict=True)
            short = [value_of(last, z_i=float(a), v_i=float(b), n=n, T=temperature) for a, b in pairs]
            assert short == approx(exact, rel=0.02)
            scaled.append(value_of(power, T=temperature) * exact)
    assert scaled[0] == approx(scaled[1], rel=0.02)


@proof("lt.distillation-02")
def what_plain_training_minimises(card: Claim) -> None:
    """The expected loss less each measure: only for one the rest does not depend on the student."""
    teacher, *students = random_policies(card.rng, 5, 20)

    def fits(option: str) -> bool:
        rest = []
        for student in students:
            notes = {
                r"D_{\mathrm{KL}}(p\|q)": divergence(teacher, student),
                r"D_{\mathrm{KL}}(q\|p)": divergence(student, teacher),
                r"\|p-q\|_1": float(np.abs(teacher - student).sum()),
            }
            rest.append(-float(teacher @ np.log(student)) - worth(option, notes))
        return float(np.ptp(rest)) < 1e-6

    assert card.key == only(card.options, fits)


@proof("lt.distillation-04")
def slope_at_a_temperature(card: Claim) -> None:
    """Differences of the loss."""
    z, p = np.array([0.3, -1.0, 0.8]), np.array([0.5, 0.2, 0.3])
    for temperature in (0.7, 2.5):
        slopes = gradient(lambda z, t=temperature: -float(p @ np.log(softmax(z / t))), z)  # type: ignore[misc]
        q = softmax(z / temperature)
        for answer in card.answers:
            plain = answer.replace("q_i", "q").replace("p_i", "p")
            values = [value_of(plain, q=float(a), p=float(b), T=temperature) for a, b in zip(q, p, strict=True)]
            assert values == approx(slopes, abs=1e-8)


# ---------------------------------------------------------------- sparsity


@proof("lt.pruning-sparsity-01")
def size_of_two_in_four(card: Claim) -> None:
    """Arrays packed and weighed."""
    kept, of = (int(found(pattern, card.front)) for pattern in (r"keeps (\d)", r"every (\d)"))
    bits, index = int(found(r"FP(\d+)", card.front)), int(found(r"(\d)-bit index", card.front))
    weights = np.ones(64 * of, dtype=f"f{bits // 8}")
    values = weights.reshape(-1, of)[:, :kept].ravel()
    places = np.packbits(np.ones(values.size * index, dtype=np.uint8))
    assert card.value == approx((values.nbytes + places.nbytes) / weights.nbytes)


@proof("lt.pruning-sparsity-03")
def two_smallest_go(card: Claim) -> None:
    """The program, and the best pair to keep of all pairs."""
    assert run_code(card.code) == card.output
    w = [float(n) for n in found(r"array\(\[(.*?)\]\)", card.code).split(",")]
    best = max(itertools.combinations(range(4), 2), key=lambda pair: sum(w[i] ** 2 for i in pair))
    kept = [w[i] if i in best else 0.0 for i in range(4)]
    assert [float(n) for n in card.output.strip("[]").split(",")] == kept


@proof("lt.pruning-sparsity-04")
def cost_of_removing_one(card: Claim) -> None:
    """Least squares with a column left out."""
    x = card.rng.normal(size=(12, 4)) @ card.rng.normal(size=(4, 4))
    w, q = card.rng.normal(size=4), 2
    others = np.delete(x, q, axis=1)
    fitted, *_ = np.linalg.lstsq(others, x @ w, rcond=None)
    error = float(((others @ fitted - x @ w) ** 2).sum())
    h = x.T @ x
    notes = {"[H^{-1}]_{qq}": float(np.linalg.inv(h)[q, q]), "H_{qq}": float(h[q, q])}
    right = only(card.options, lambda option: math.isclose(worth(option, notes, w_q=float(w[q])), error, rel_tol=1e-6))
    assert card.key == right


# ---------------------------------------------------------------- images


@proof("lt.multimodal-01")
def patches_of_an_image(card: Claim) -> None:
    """An image cut up."""
    shape, side = card.formulas("front")
    height, width = (int(n) for n in shape.split(r"\times"))
    step = int(side)
    image = np.zeros((height, width, 3))
    patches = [image[i : i + step, j : j + step] for i in range(0, height, step) for j in range(0, width, step)]
    assert card.value == len(patches)
    product, total = sides(card.formulas("more")[0])
    assert value_of(product) == value_of(total) == patches[0].size


@proof("lt.multimodal-02")
def clip_without_learning(card: Claim) -> None:
    """The program, and the loss of a uniform guess; another similarity gives the same."""
    assert run_code(card.code) == card.output
    size = int(found(r"full\(\((\d)", card.code))
    assert float(card.output) == approx(-math.log(1 / size), abs=0.005)
    level = found(r", (\d\.\d)\)", card.code)
    assert run_code(card.code.replace(level, "2.0")) == card.output


@proof("lt.multimodal-05")
def twice_the_side(card: Claim) -> None:
    """Tokens and pairs of tokens of two images."""
    small, large = ((side // 14) ** 2 for side in (224, 448))
    assert value_of(card.cloze(1)) == large / small
    assert value_of(card.cloze(2)) == len(range(large)) ** 2 / len(range(small)) ** 2


# ---------------------------------------------------------------- reading results


@proof("lt.frontier-02")
def noise_of_a_benchmark(card: Claim) -> None:
    """The exact distribution of the score."""
    questions = int(found(r"only (\d+) questions", card.front))
    rate = value_of(card.formulas("front")[0])
    chances = outcomes(questions, rate)
    mean = sum(chance * c / questions for c, chance in chances.items())
    variance = sum(chance * (c / questions - mean) ** 2 for c, chance in chances.items())
    assert card.value == approx(100 * math.sqrt(variance), abs=0.05)
