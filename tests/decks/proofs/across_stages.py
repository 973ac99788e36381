"""Proofs of cards on facts about training and serving that several stages share."""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import partial

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import array_of, close, gradient, logistic, slope
from tests.decks.proving import Claim, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in

Array = npt.NDArray[np.float64]

WORDS = {"two": 2, "three": 3}


def whole(pattern: str, text: str) -> int:
    """The first group as a whole number, in digits or a word."""
    word = found(pattern, text)
    return WORDS[word] if word in WORDS else int(word)


def parts(text: str) -> list[float]:
    """The numbers of lists that were printed one behind another."""
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text)]


# ---------------------------------------------------------------- attention


@proof("am.flash-attention-07")
def segments_for_every_sm(card: Claim) -> None:
    """Cutting once more until there are blocks enough."""
    heads, sms = whole(r"MHA with (\d+) heads", card.front), whole(r"of (\d+) SMs", card.front)
    cuts = next(cuts for cuts in itertools.count(1) if len(list(itertools.product(range(heads), range(cuts)))) >= sms)
    assert card.value == cuts


@proof("am.linear-attention-05")
def memory_of_one_key(card: Claim) -> None:
    """The sum of the values that were written, and the last one."""
    assert run_code(card.code) == card.output
    written = np.array(ast.literal_eval(found(r"in np\.array\((\[\[.*\]\])\)", card.code)))
    assert parts(card.output) == [*written.sum(axis=0), *written[-1]]


@proof("am.linear-attention-06")
def coefficient_of_an_old_input(card: Claim) -> None:
    """The recurrence run on one input alone, with the matrices fixed and changing."""
    back = card.formulas("back")
    fixed = next(tex for tex in back if re.fullmatch(r"CA\^\{.*\}B", tex))
    power = found(r"\^\{(.*)\}", fixed)
    changing = next(tex for tex in back if r"\cdots" in tex)
    first, last = re.findall(r"A_(?:\{([^}]*)\}|(\w))", changing)
    assert re.fullmatch(r"C_tA_\w+\\cdots A_\{[^}]*\}B_j", changing)
    a, b, c = (card.rng.uniform(0.5, 1.5, 8) for _ in range(3))
    t, j = 6, 2
    start, stop = (int(value_of(one or two, t=t, j=j)) for one, two in (first, last))

    def run(a: Array, b: Array, c: Array) -> float:
        h = 0.0
        for s in range(8):
            h = a[s] * h + b[s] * (s == j)
            if s == t:
                return float(c[s] * h)
        raise AssertionError

    assert run(a, b, c) == approx(c[t] * math.prod(a[stop : start + 1]) * b[j])
    ones = np.ones(8)
    assert run(a[0] * ones, b[0] * ones, c[0] * ones) == approx(c[0] * a[0] ** value_of(power, t=t, j=j) * b[0])


@proof("am.pre-post-norm-04")
def gradient_behind_the_last_norm(card: Claim) -> None:
    """The slope of LayerNorm in a stream of L unit terms, against L, in the Pre-LN way."""
    (tex,) = tex_in(card.cloze(1))

    def size(layers: int) -> float:
        stream = card.rng.standard_normal((layers, 20000)).sum(axis=0)
        step = 1e-3 * card.rng.standard_normal(stream.size)

        def normed(x: Array) -> Array:
            return np.asarray((x - x.mean()) / x.std())

        return float(np.linalg.norm(normed(stream + step) - normed(stream)) / np.linalg.norm(step))

    for one, two in ((4, 16), (9, 36), (2, 50)):
        assert size(two) / size(one) == approx(value_of(tex, L=two) / value_of(tex, L=one), rel=0.05)


@proof("am.rope-scaling-05")
def weights_of_near_and_far(card: Claim) -> None:
    """A softmax of two scores that differ by the bias only."""
    slope_ = value_of(found(r"\$m=([^$]*)\$", card.front))
    near, far = (int(found(pattern, card.front)) for pattern in (r"distances (\d+)", r"distances \d+ and (\d+)"))
    scores = 0.7 + np.array([-slope_ * near, -slope_ * far])
    weights = np.exp(scores) / np.exp(scores).sum()
    assert card.value == approx(weights[0] / weights[1], abs=0.005)


@proof("am.sparse-attention-04")
def indexer_and_selected_keys(card: Claim) -> None:
    """Unit costs counted key by key."""
    keys, kept = whole(r"all (\d+) keys", card.front), whole(r"best (\d+) only", card.front)
    share = value_of(found(r"at \$([^$]*)\$", card.front))
    costs = np.full(keys, share)
    costs[:kept] += 1
    assert card.value == approx(keys / costs.sum(), abs=0.05)


# ---------------------------------------------------------------- networks


@proof("dl.gradient-problems-05")
def slope_of_a_chain(card: Claim) -> None:
    """The greatest slope of the logistic found on a grid, and a product of as many as there are layers."""
    layers = whole(r"a_\{(\d+)\}/", card.front) - whole(r"a_(\d)\|", card.front)
    grid = np.linspace(-6, 6, 12001)
    steepest = float(np.max(np.gradient(logistic(grid), grid)))
    assert card.value == approx(steepest**layers, rel=0.005)


@proof("dl.initialization-06")
def rate_by_width(card: Claim) -> None:
    """One step of equal size with the sign of its input, at two widths."""

    def change(n: int, rate: float) -> float:
        x = card.rng.choice([-1.0, 1.0], n)
        return float(x @ (rate * np.sign(x)))

    def keeps(option: str) -> bool:
        rates = [value_of(tex_in(option)[0].removeprefix(r"\eta\propto"), n=n) for n in (64, 1024)]
        return change(64, rates[0]) == approx(change(1024, rates[1]))

    assert card.key == only(card.options, keeps)


@proof("dl.losses-07")
def weights_of_focal_loss(card: Claim) -> None:
    weight = found(r"weight \$([^$]*)\$", card.front)
    hard, easy = (float(p) for p in re.findall(r"\$p=(0\.\d+)\$", card.front))
    assert card.value == approx(value_of(weight, p=hard) / value_of(weight, p=easy))


# ---------------------------------------------------------------- reinforcement


@proof("gr.q-learning-06")
def bonus_of_rare_arms(card: Claim) -> None:
    """The sum of mean and bonus for each arm."""
    rule = found(r"largest \$([^$]*)\$", card.front)
    arms = {name: (float(q), int(n)) for name, q, n in re.findall(r"\b([A-Z]) (0\.\d+), (\d+)", card.front)}
    bounds = {arm: value_of(rule.replace(r"\hat q", "q"), q=q, N=n) for arm, (q, n) in arms.items()}
    best = max(bounds, key=lambda arm: bounds[arm])
    assert all(re.sub(r"arm|臂|\s", "", answer).upper() == best for answer in card.answers)
    said = re.findall(r"\b([A-Z]) (?:has )?\$[^$]*=([\d.]+)\$", card.back)
    assert {arm: float(value) for arm, value in said} == approx(bounds)


@proof("lt.grpo-08")
def ratio_of_a_sequence(card: Claim) -> None:
    """The exponential of the mean of the logarithms, token by token."""
    total = whole(r"answer of (\d+) tokens", card.front)
    first, other = whole(r"tokens (\d+) have", card.front), whole(r"and (\d+) of", card.front)
    assert first + other == total
    ratios = [float(found(r"ratio of (\d\.\d+)", card.front))] * first
    ratios += [float(found(r"and \d+ of (\d\.\d+)", card.front))] * other
    assert card.value == approx(math.exp(np.log(ratios).mean()), abs=5e-4)


@proof("lt.grpo-09")
def estimate_off_policy(card: Claim) -> None:
    """The mean of each option under the sampler, enumerated, with the scores of two softmaxes."""
    logits = card.rng.standard_normal(4)
    noisy = 1.2 * logits + 0.3 * card.rng.standard_normal(4)
    pi, mu = (np.exp(z) / np.exp(z).sum() for z in (logits, noisy))
    gains = card.rng.standard_normal(4)

    def score(p: Array, a: int) -> Array:
        return np.asarray(np.eye(4)[a] - p)

    goal = sum(pi[a] * gains[a] * score(pi, a) for a in range(4))

    def is_unbiased(option: str) -> bool:
        (tex,) = tex_in(option)
        law = {r"\pi": pi, r"\mu": mu}
        ratio = re.match(r"\\frac\{(\\\w+)\}\{(\\\w+)\}", tex)
        factor = law[ratio[1]] / law[ratio[2]] if ratio else np.ones(4)
        scored = law[found(r"\\log(\\\w+)$", tex)]
        mean = sum(mu[a] * factor[a] * gains[a] * score(scored, a) for a in range(4))
        return bool(np.allclose(mean, goal))

    assert card.key == only(card.options, is_unbiased)


# ---------------------------------------------------------------- inference


@proof("inf.speculative-09")
def impossible_pairs(card: Claim) -> None:
    """Every pair of two tokens drawn from the two marginals."""
    real = re.findall(r"\b([A-Z]) ([A-Z])\b", card.front)[:2]
    share = value_of(found(r"probability \$([^$]*)\$", card.front))
    joint = dict.fromkeys(real, share)
    assert sum(joint.values()) == approx(1)
    marginals: list[dict[str, float]] = [{}, {}]
    for pair, p in joint.items():
        for place, token in enumerate(pair):
            marginals[place][token] = marginals[place].get(token, 0.0) + p
    first, second = marginals
    assert card.value == approx(sum(first[a] * second[b] for a in first for b in second if (a, b) not in joint))


@proof("inf.speculative-10")
def pairs_in_a_tree(card: Claim) -> None:
    """The mask of the tree, built from parents, and the plain causal one."""
    roots, children = whole(r"has (\d+) candidates", card.front), whole(r"with (\d+) continuations", card.front)
    paths = [(r,) for r in range(roots)] + [(r, c) for r in range(roots) for c in range(children)]
    allowed = [(one, two) for one in paths for two in paths if one[: len(two)] == two]
    assert card.value == len(allowed)
    plain = np.tril(np.ones((len(paths), len(paths)))).sum()
    assert int(found(r"would allow (\d+) pairs", card.more)) == plain
    assert int(found(r"The (\d+) candidates", card.more)) == len(paths)


# ---------------------------------------------------------------- training systems


@proof("lt.moe-08")
def active_parameters(card: Claim) -> None:
    """The sizes of the matrices added up."""
    d, width = int(found(r"\$d=(\d+)\$", card.front)), whole(r"width (\d+)", card.front)
    shapes = [(d, width)] * (whole(r"\((\w+) matrices\)", card.front) - 1) + [(width, d)]
    shared, chosen, routed = (whole(p, card.front) for p in (r"(\d+) shared", r"(\d+) chosen", r"of (\d+) routed"))
    expert = sum(math.prod(shape) for shape in shapes)
    assert card.unit == "million" and card.value == approx((shared + chosen) * expert / 1e6, abs=0.5)
    assert float(found(r"about ([\d.]+) billion", card.more)) == approx((shared + routed) * expert / 1e9, abs=0.05)
    assert float(found(r"([\d.]+)% are", card.more)) == approx(100 * (shared + chosen) / (shared + routed), abs=0.05)


@proof("lt.pretraining-07")
def what_a_module_can_fit(card: Claim) -> None:
    """The least log loss by what the module reads, over a random law of four bits with t = 2, against each option's."""
    t = 2
    law = card.rng.dirichlet(np.ones(16)).reshape((2,) * 4)

    def places(tex: str) -> set[int]:
        ranges = re.findall(r"x_\{(\\le )?([^}]*)\}", tex)
        return {
            n
            for upto, end in ranges
            for n in range(1 if upto else int(value_of(end, t=t)), int(value_of(end, t=t)) + 1)
        }

    def entropy(kept: set[int]) -> float:
        p = law.sum(axis=tuple(n - 1 for n in range(1, 5) if n not in kept))
        return float(-(p * np.log(p)).sum())

    def loss(target: set[int], given: set[int]) -> float:
        return entropy(target | given) - entropy(given)

    state = set(range(1, int(value_of(found(r"at position \$(\w)\$", card.front), t=t)) + 1))
    read = state | places(found(r"embedding of the true \$([^$]*)\$", card.front))
    least = loss(places(found(r"predicts \$([^$]*)\$", card.front)), read)

    def is_fitted(option: str) -> bool:
        target, given = tex_in(option)[0].split(r"\mid")
        return math.isclose(loss(places(target), places(given)), least)

    assert card.key == only(card.options, is_fitted)


@proof("lt.sequence-expert-parallel-05")
def traffic_of_all_to_all(card: Claim) -> None:
    """The numbers that leave a GPU, counted by owner before and after the exchange, for n and p and for twice both."""

    def sent(n: int, p: int, heads: int = 64) -> int:
        def leaving(before: Callable[[int, int], int], after: Callable[[int, int], int]) -> int:
            cells = itertools.product(range(n), range(heads))
            return sum(before(t, h) == 0 != after(t, h) for t, h in cells)

        def by_token(token: int, _: int) -> int:
            return token * p // n

        def by_head(_: int, head: int) -> int:
            return head * p // heads

        return 3 * leaving(by_token, by_head) + leaving(by_head, by_token)

    growth = sent(128, 32) / sent(64, 16)
    meanings = {"hardly": 1.0, "doubles": 2.0, "halves": 0.5, "fourfold": 4.0}
    assert card.key == option_that(
        card, {word: partial(math.isclose, growth, by, rel_tol=0.1) for word, by in meanings.items()}
    )


@proof("lt.stability-06")
def soft_cap(card: Claim) -> None:
    """The slope of the cap by differences, and the numbers of the remark."""
    cap = next(tex for tex in card.formulas("front") if r"\tanh" in tex)
    derivative = next(tex for tex in card.formulas("back") if r"\tanh" in tex)
    derivative = derivative.replace(r"\tanh^2(z/c)", r"(\tanh(z/c))^2")
    c, z = (float(found(rf"\${name}=(\d+)\$", card.more)) for name in "cz")

    def capped(at: float) -> float:
        return value_of(cap, c=c, z=at)

    for at in (0.5, -20.0, z):
        assert value_of(derivative, c=c, z=at) == approx(slope(capped, at), rel=1e-4)
    assert float(found(r"value is ([\d.]+)", card.more)) == approx(capped(z), abs=0.05)
    assert float(found(r"derivative only ([\d.]+),", card.more)) == approx(slope(capped, z), abs=5e-4)


@proof("lt.tokenizer-05")
def vectors_of_an_unseen_token(card: Claim) -> None:
    """The gradients of the loss at a position by differences, for the token that is neither input nor target."""
    inputs, outputs = card.rng.standard_normal((2, 5, 3))
    read, target, unseen = 0, 1, 4

    def loss(inputs: Array, outputs: Array) -> float:
        logits = outputs @ inputs[read]
        return float(np.log(np.exp(logits).sum()) - logits[target])

    assert "gradient stays 0" in card.back
    assert close(gradient(lambda at: loss(at, outputs), inputs)[unseen], 0.0)
    tex = found(r"with gradient \$([^$]*)\$", card.back)
    p = np.exp(outputs @ inputs[read])
    claimed = array_of(tex, {"p_i": p[unseen] / p.sum(), "h": inputs[read]})
    assert np.allclose(gradient(lambda at: loss(inputs, at), outputs)[unseen], claimed, rtol=1e-4)


# ---------------------------------------------------------------- measures


@proof("ml.metrics-09")
def calibration_error(card: Claim) -> None:
    """Bin by bin as a weighted mean of the gaps of sums, from the lists of the code."""
    assert run_code(card.code) == card.output
    p, y = (ast.literal_eval(found(rf"{name} = np\.array\((\[.*\])\)", card.code)) for name in "py")
    limit = float(found(r"p > ([\d.]+)", card.code))
    gaps = [abs(sum(a - b for a, b in zip(p, y, strict=True) if (a > limit) == high)) for high in (True, False)]
    assert float(card.output) == approx(sum(gaps) / len(p), abs=5e-4)


@proof("ml.metrics-10")
def metrics_and_temperature(card: Claim) -> None:
    """Each metric at several temperatures, on random samples."""
    z = card.rng.standard_normal(200) * 3
    y = card.rng.random(200) < logistic(z / 2)

    def changes(metric: Callable[[Array], float]) -> bool:
        return len({round(metric(logistic(z / t)), 9) for t in (0.5, 1.0, 2.5)}) > 1

    def loss(p: Array) -> float:
        return float(-np.log(np.where(y, p, 1 - p)).mean())

    def roc(p: Array) -> float:
        return float((p[y][:, None] > p[~y]).mean())

    def right(p: Array) -> float:
        return float(((p > 0.5) == y).mean())

    def precision(p: Array) -> float:
        hits = y[np.argsort(-p)]
        return float((np.cumsum(hits) / np.arange(1, 201))[hits].mean())

    metrics = {"log loss": loss, "ROC": roc, "accuracy": right, "precision-recall": precision, "PR ": precision}
    assert card.key == option_that(card, {word: partial(changes, metric) for word, metric in metrics.items()})


# ---------------------------------------------------------------- information, optimisation


@proof("oi.entropy-05")
def bound_of_entropy(card: Claim) -> None:
    """Each line on random distributions; a line comes after the one that says what it uses."""
    p = card.rng.dirichlet(np.ones(5))
    n = len(p)
    entropy = float(-(p * np.log(p)).sum())
    divergence = float((p * np.log(p * n)).sum())
    terms = {r"\sum_ip_i\log(p_i/u_i)": "D", r"\sum_ip_i\log p_i": "S", r"\sum_ip_i": "O", "H(p)": "H"}
    worth = {"D": divergence, "S": float((p * np.log(p)).sum()), "O": float(p.sum()), "H": entropy, "n": float(n)}

    def claimed(line: str) -> str:
        return next(tex for tex in reversed(tex_in(line)) if tex.startswith(r"D_{\mathrm{KL}}"))

    def is_true(line: str) -> bool:
        right = claimed(line).split("=")[1]
        for term, name in terms.items():
            right = right.replace(term, name)
        return value_of(right, **worth) == approx(divergence)

    start, inserted, named, end = card.steps
    assert all(is_true(line) for line in (start, inserted, named))
    assert "u_i" in claimed(start) and "u_i" not in claimed(inserted) + claimed(named)
    assert r"\sum" in claimed(inserted) and r"\sum" not in claimed(named)
    assert not any(tex.startswith(r"D_{\mathrm{KL}}") for tex in tex_in(end)) and r"H(p)\le\log n" in tex_in(end)
    assert entropy <= math.log(n)
    assert not any(is_true(line) for line in card.decoys)


@proof("oi.kl-divergence-06")
def divergence_of_normals(card: Claim) -> None:
    """Both directions integrated."""
    (m1, v1), (m2, v2) = [(float(m), float(v)) for m, v in re.findall(r"N\((\d+),(\d+)\)", card.front)]
    x = np.linspace(-25, 25, 200001)

    def log_density(m: float, v: float) -> Array:
        return np.asarray(-((x - m) ** 2) / (2 * v) - math.log(2 * math.pi * v) / 2)

    p, q = log_density(m1, v1), log_density(m2, v2)
    assert card.unit == "nat" and card.value == approx(float(np.trapezoid(np.exp(p) * (p - q), x)), abs=5e-4)
    reverse = float(np.trapezoid(np.exp(q) * (q - p), x))
    assert float(found(r"approx ([\d.]+)\$", card.more)) == approx(reverse, abs=5e-4)


@proof("oi.second-order-04")
def greatest_product_over_a_ball(card: Claim) -> None:
    """Over which ball the polar factor reaches the dual norm, which is computed for each."""
    m = card.rng.standard_normal((4, 3))
    u, s, vt = np.linalg.svd(m, full_matrices=False)
    polar = u @ vt
    norms: dict[str, tuple[float, float]] = {
        "Frobenius": (float(np.linalg.norm(polar)), float(np.linalg.norm(m))),
        "spectral": (float(np.linalg.norm(polar, 2)), float(s.sum())),
        "entry": (float(np.abs(polar).max()), float(np.abs(m).sum())),
        "nuclear": (float(np.linalg.norm(polar, "nuc")), float(s.max())),
    }

    def is_reached(size: float, best: float) -> bool:
        return size <= 1 + 1e-9 and math.isclose(float((m * polar).sum()), best, rel_tol=1e-9)

    assert card.key == option_that(card, {name: partial(is_reached, *sizes) for name, sizes in norms.items()})


@proof("oi.second-order-05")
def two_newton_steps(card: Claim) -> None:
    """The iteration run in high precision for one a."""
    percent = Decimal(found(r"is (\d+)% too large", card.front))
    steps = whole(r"after (\w+) more steps", card.front)
    assert r"\frac12(x+a/x)" in card.front
    with localcontext() as context:
        context.prec = 50
        a = Decimal(7)
        x = a.sqrt() * (1 + percent / 100)
        for _ in range(steps):
            x = (x + a / x) / 2
        error = x / a.sqrt() - 1
    assert card.value == approx(float(error), rel=0.01)


@proof("oi.sgd-05")
def samples_at_a_batch_size(card: Claim) -> None:
    """The product of steps and batch size, against its value at a tiny batch."""
    steps = found(r"takes \$S=([^$]*)\$", card.front)
    times = float(found(r"B=(\d+)B_c", card.front))

    def samples(batch: float) -> float:
        return batch * value_of(steps, S_0=1.0, B=batch, B_c=1.0)

    least = min(samples(batch) for batch in np.geomspace(1e-7, 1e3, 101))
    assert card.value == approx(samples(times) / least, rel=1e-5)
    assert float(found(r"then ([\d.]+) times", card.more)) == approx(value_of(steps, S_0=1.0, B=times, B_c=1.0))


@proof("oi.sgd-06")
def rates_by_batch_size(card: Claim) -> None:
    """Expected movement for a fixed number of samples, from gradients with far more noise than signal."""
    growth = int(card.numbers("cloze")[0])
    mean, noise, samples = 0.001, 1.0, 16384

    def moved(batch: int, by_adam: bool) -> float:
        size = math.sqrt(mean**2 + noise**2 / batch) if by_adam else 1.0
        return samples // batch * mean / size

    for number, by_adam in ((1, False), (2, True)):
        assert float(card.cloze(number)) == approx(moved(32, by_adam) / moved(32 * growth, by_adam), rel=0.01)


# ---------------------------------------------------------------- tests, programs


@proof("pr.hypothesis-testing-06")
def second_kind_of_error(card: Claim) -> None:
    """Integration of the density of the statistic up to the limit."""
    n, mean = int(found(r"\$n=(\d+)\$", card.front)), float(found(r"true mean is ([\d.]+)", card.front))
    factor, limit = (float(found(p, card.front)) for p in (r"\$(\d+)\\bar x", r"x>([\d.]+)\$"))
    z = np.linspace(-12, limit, 100001)
    spread = factor / math.sqrt(n)
    density = np.exp(-(((z - factor * mean) / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi))
    missed = float(np.trapezoid(density, z))
    assert card.value == approx(missed, abs=5e-4)
    assert float(found(r"about ([\d.]+)\.", card.more)) == approx(1 - missed, abs=5e-4)


@proof("pt.algorithms-08")
def least_recently_used(card: Claim) -> None:
    """A plain list with the time of the last use of each key."""
    assert run_code(card.code) == card.output
    keys, room = ast.literal_eval(found(r"in (\[.*\]):", card.code)), whole(r"len\(c\) > (\d+)", card.code)
    used: dict[int, int] = {}
    missed = 0
    for time, key in enumerate(keys):
        if key not in used:
            missed += 1
            if len(used) == room:
                del used[min(used, key=lambda old: used[old])]
        used[key] = time
    assert parts(card.output) == [missed, *sorted(used, key=lambda old: used[old])]
