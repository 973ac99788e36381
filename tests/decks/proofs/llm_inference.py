"""Proofs of stage 10, LLM inference."""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import least, root, slope, softmax
from tests.decks.proving import Claim, matrix_of, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in, worth

Array = npt.NDArray[np.float64]

HALF = np.dtype(np.float16).itemsize
WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "twice": 2.0, "half": 0.5, "same": 1.0}
PEAK, BANDWIDTH = 989.4e12, 3.35e12
"""An H100 in BF16: FLOPs and bytes a second."""


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return re.split(r"=|<|>|\\(?:leq?|geq?|approx|in)(?![A-Za-z])", tex)


def same(tex: str, notes: Mapping[str, float], rel: float = 1e-6, **symbols: float) -> bool:
    """Whether all sides of a chain of equations have one value."""
    first, *rest = (worth(side, notes, **symbols) for side in sides(tex))
    return bool(rest) and all(math.isclose(first, other, rel_tol=rel, abs_tol=1e-9) for other in rest)


def interval(text: str) -> tuple[float, ...]:
    """The ends of an interval, `[-127,127]`."""
    return tuple(float(end) for end in text.strip("[]").split(","))


def flops(*products: tuple[int, int, int]) -> int:
    """FLOPs of matrix products: rows, inner size, columns."""
    return sum(2 * rows * inner * columns for rows, inner, columns in products)


def roofline(work: float, traffic: float, peak: float = PEAK, bandwidth: float = BANDWIDTH) -> float:
    """The least time of a kernel."""
    return max(work / peak, traffic / bandwidth)


def top_p(p: Array, threshold: float) -> set[int]:
    """The fewest most probable tokens whose mass reaches the threshold."""
    kept: set[int] = set()
    for token in np.argsort(-p, kind="stable"):
        if p[list(kept)].sum() >= threshold - 1e-12:
            break
        kept.add(int(token))
    return kept


def heated(p: Array, temperature: float) -> Array:
    return softmax(np.log(p) / temperature)


@cache
def weights_of_toy() -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 8)), rng.normal(size=(3, 3, 8, 8)) / math.sqrt(8)


@dataclass
class Toy:
    """A causal transformer of three layers without positions, and its KV cache."""

    keys: list[Array] = field(default_factory=lambda: [np.zeros((0, 8))] * 3)
    values: list[Array] = field(default_factory=lambda: [np.zeros((0, 8))] * 3)
    passes: int = 0

    def read(self, tokens: Sequence[int]) -> Toy:
        """One pass over tokens behind those in the cache."""
        words, layers = weights_of_toy()
        x = words[list(tokens)]
        for n, (w_q, w_k, w_v) in enumerate(layers):
            self.keys[n] = np.vstack([self.keys[n], x @ w_k])
            self.values[n] = np.vstack([self.values[n], x @ w_v])
            scores = (x @ w_q) @ self.keys[n].T
            total = scores.shape[1]
            seen = np.arange(total) <= np.arange(total - len(tokens), total)[:, None]
            x = x + softmax(np.where(seen, scores, -np.inf)) @ self.values[n]
        self.passes += 1
        return self

    def like(self, other: Toy) -> bool:
        """Whether both caches hold the same."""
        pairs = zip([*self.keys, *self.values], [*other.keys, *other.values], strict=True)
        return all(one.shape == two.shape and np.allclose(one, two) for one, two in pairs)


# ---------------------------------------------------------------- batching, cost


def steps_of(lengths: Sequence[int], slots: int, *, refill: bool) -> int:
    """Steps until all requests are done; without `refill` a batch waits for its longest."""
    waiting, running, steps = [*lengths], list[int](), 0
    while waiting or running:
        if refill or not running:
            free = slots - len(running)
            running, waiting = running + waiting[:free], waiting[free:]
        running = [left - 1 for left in running if left > 1]
        steps += 1
    return steps


@proof("inf.batching-01")
def slots_of_a_static_batch(card: Claim) -> None:
    """Plays the batch step by step."""
    requests, *lengths = map(int, card.numbers("front"))
    assert requests == len(lengths) and card.unit == "%"
    busy, left = 0, lengths
    while any(left):
        busy += sum(n > 0 for n in left)
        left = [max(0, n - 1) for n in left]
    assert card.value == approx(100 * busy / (requests * steps_of(lengths, requests, refill=False)))


@proof("inf.batching-03")
def two_slots(card: Claim) -> None:
    """The program, and both schedules step by step."""
    assert run_code(card.code) == card.output
    lengths, free = (ast.literal_eval(found(rf"{name} = (\[.*\])", card.code)) for name in ("L", "free"))
    steps = [steps_of(lengths, len(free), refill=refill) for refill in (True, False)]
    assert card.output.split() == [str(number) for number in steps]


@proof("inf.batching-04")
def recovery(card: Claim) -> None:
    """Each way on a small transformer: which gives the lost cache in the fewest passes."""
    count = 30
    prompt, output = [1, 2, 3], [int(token) for token in card.rng.integers(60, size=count)]
    lost = Toy().read(prompt)
    for token in output:
        lost.read([token])
    stepwise = Toy().read(prompt)
    for token in output[:-1]:
        stepwise.read([token])
    ways = {
        "one prefill of prompt plus output": Toy().read(prompt + output),
        "prefilled, then": stepwise.read(output[-1:]),
        "sampled again": Toy().read(prompt + [int(token) for token in card.rng.integers(60, size=count)]),
        "copied back": Toy(),
    }
    right = {way: toy.passes for way, toy in ways.items() if toy.like(lost)}
    best = min(right, key=lambda way: right[way])
    assert len(right) == 2 and right["prefilled, then"] == count + 1
    assert card.key == option_that(card, {way: lambda way=way: way == best for way in ways})  # type: ignore[misc]


@proof("inf.cost-01")
def cost_of_a_million(card: Claim) -> None:
    """The bill of a day over the tokens of a day."""
    price, speed, _full, _partly, percent = card.numbers("cloze")
    bill = 24 * price
    for number, share in ((1, 1.0), (2, percent / 100)):
        tokens = sum(speed * 60 * share for _minute in range(24 * 60))
        assert value_of(card.cloze(number)) == round(bill / tokens * 1e6, 2)


@proof("inf.cost-02")
def sequences_that_fit(card: Claim) -> None:
    """Fills the memory sequence by sequence."""
    gigabytes, percent, billions, of_token, length = map(int, card.numbers("front"))

    def fitting(bits_of_weights: int, of_token: int) -> int:
        free = gigabytes * 10**9 * percent // 100 - billions * 10**9 * bits_of_weights // 8
        count = 0
        while free >= of_token * length:
            free, count = free - of_token * length, count + 1
        return count

    assert card.value == fitting(16, of_token)
    *_, gain, bits, doubled = card.numbers("more")
    assert doubled == fitting(16, of_token * int(bits) // 16)
    assert gain == approx(100 * (fitting(8, of_token) / card.value - 1), abs=0.5)


@proof("inf.cost-03")
def break_even(card: Claim) -> None:
    """The profit of a day as a function of utilisation, and its zero."""
    api, server, speed = card.numbers("front")

    def profit(share: float) -> float:
        return speed * share * 86400 / 1e6 * api - 24 * server

    assert card.unit == "%" and card.value == approx(100 * root(profit, 0, 2), abs=0.05)


@proof("inf.cost-04")
def queue_near_saturation(card: Claim) -> None:
    """Mean number in the system from the balance equations, and the time by Little's law."""

    def time(load: float, mu: float = 3.0) -> float:
        numbers = np.arange(20_000)
        share = load**numbers
        return float((numbers * share).sum() / share.sum() / (load * mu)) * mu

    formula = sides(card.formulas("front")[0])[0]
    load = value_of(sides(card.formulas("front")[1])[1])
    assert value_of(formula, mu=3.0, lambda_=3.0 * load) == approx(time(load) / 3.0)
    written, result = sides(card.formulas("back")[0])
    *_, half, percent, more_traffic, then = card.numbers("back")
    assert (value_of(written), value_of(result)) == approx((time(load), time(load)))
    assert half == approx(time(percent / 100))
    assert then == approx(time(load * (1 + more_traffic / 100)), abs=0.5)


# ---------------------------------------------------------------- decoding


@proof("inf.decoding-01")
def beam_of_two(card: Claim) -> None:
    """The program; and the two best prefixes of each length by sorting all extensions anew."""
    assert run_code(card.code) == card.output
    table = ast.literal_eval(found(r"P = (\{.*\})", card.code))
    width, length = int(found(r"\[:(\d)\]", card.code)), int(found(r"range\((\d)\)", card.code))

    def best(width: int) -> float:
        kept = {"": 1.0}
        for _ in range(length):
            grown = {
                prefix + str(i): chance * p
                for prefix, chance in kept.items()
                for i, p in enumerate(table.get(prefix, (0.5, 0.5)))
            }
            kept = dict(sorted(grown.items(), key=lambda pair: pair[1])[-width:])
        return max(kept.values())

    assert float(card.output) == round(best(width), 4)
    assert card.numbers("back")[-1] == approx(best(1))


@cache
def trees(vocabulary: int, length: int) -> tuple[dict[tuple[int, ...], Array], ...]:
    """Random distributions behind every prefix; and some of which the likeliest beginning has a flat second step."""
    rng = np.random.default_rng(vocabulary * 10 + length)
    prefixes = [prefix for n in range(length) for prefix in itertools.product(range(vocabulary), repeat=n)]
    random = [{prefix: rng.dirichlet([rng.choice([0.1, 20.0])] * vocabulary) for prefix in prefixes} for _ in range(80)]
    likely = {prefix: np.eye(vocabulary)[0] if prefix[:2] == (0, 0) else np.ones(vocabulary) for prefix in prefixes}
    likely[()] = np.array([6.0, 4.0, *[0.0] * (vocabulary - 2)])
    likely[1,] = np.array([1.0, 1.0, *[0.0] * (vocabulary - 2)])
    return *random, {prefix: weights / weights.sum() for prefix, weights in likely.items()}


def beam_search(tree: Mapping[tuple[int, ...], Array], length: int, width: int) -> tuple[float, list[int]]:
    """The best probability found, and how many prefixes each step scored."""
    kept: dict[tuple[int, ...], float] = {(): 1.0}
    scored = []
    for _ in range(length):
        grown = {(*prefix, i): chance * p for prefix, chance in kept.items() for i, p in enumerate(tree[prefix])}
        scored.append(len(grown))
        kept = dict(sorted(grown.items(), key=lambda pair: -pair[1])[:width])
    return max(kept.values()), scored


@cache
def claim_on_beams(option: str) -> bool:
    """Tries a statement on random trees."""
    tex = tex_in(option)
    for vocabulary, length in ((2, 3), (2, 4), (3, 3)):
        for tree in trees(vocabulary, length):
            if "greedy" in option:
                holds = beam_search(tree, length, 2)[0] >= beam_search(tree, length, 1)[0]
            elif r"\ge" in tex[0]:
                width = math.ceil(value_of(sides(tex[0])[1], V=vocabulary, T=length))
                everything = beam_search(tree, length, vocabulary**length)[0]
                holds = beam_search(tree, length, width)[0] == everything
            else:
                counts = beam_search(tree, length, 2)[1]
                holds = counts == [value_of(tex[1], b=2, t=t) for t in range(1, length + 1)]
            if not holds:
                return False
    return True


@proof("inf.decoding-02")
def what_a_beam_finds(card: Claim) -> None:
    """Tries each statement on random trees."""
    assert card.key == only(card.options, claim_on_beams)


@proof("inf.decoding-03")
def mode_and_sample(card: Claim) -> None:
    """Samples tosses; the mode by adding logarithms."""
    tosses, heads = card.numbers("front")
    tails = card.rng.random((20_000, int(tosses))) > heads
    written, approximate = sides(card.formulas("back")[0])
    log_mode = sum(math.log(heads) for _ in range(int(tosses)))
    assert math.log(value_of(written)) == approx(log_mode)
    assert value_of(approximate) == approx(math.exp(log_mode), rel=0.02)
    assert card.numbers("back")[-1] == approx(tails.sum(axis=1).mean(), abs=0.1)
    assert not (tails.sum(axis=1) == 0).mean() > 1e-3
    of_samples = -np.where(tails, math.log(1 - heads), math.log(heads)).mean()
    assert card.numbers("more") == approx([of_samples, -log_mode / tosses], abs=0.003)


@proof("inf.decoding-04")
def equal_scores(card: Claim) -> None:
    """The zero of the difference of both scores."""
    n_x, p_x, n_y, p_y = card.numbers("front")
    alpha = root(lambda alpha: p_y / n_y**alpha - p_x / n_x**alpha, 0, 3)
    assert card.value == approx(alpha, abs=0.005)
    assert card.numbers("back")[-1] == approx(alpha, abs=0.005)
    above = alpha + 0.1
    assert (p_y / n_y**above > p_x / n_x**above) == (n_y > n_x) and "larger $\\alpha$ picks the longer" in card.back


# ---------------------------------------------------------------- frameworks


@proof("inf.frameworks-01")
def latency_of_all_reduces(card: Claim) -> None:
    """Splits a matrix, and puts the times of the example together with and without each cause."""
    billions, layers, speed, size, alone, gpus, shared, reduces, micro, lost = card.numbers("more")
    assert size == billions * HALF and reduces == 2 * layers
    assert alone == approx(size / speed, abs=0.05) and shared == approx(alone / gpus, abs=0.05)
    assert lost == approx(sum(micro / 1000 for _ in range(int(reduces))))
    parts = np.array_split(np.ones((16, 32), np.float16), int(gpus), axis=1)
    whole = sum(part.nbytes for part in parts)
    work = sum(flops((1, 16, part.shape[1])) for part in parts)
    _one, used, _batch, third, of_it, *_ = card.numbers("front")
    assert used == gpus

    def ratio(of_reduces: float) -> float:
        return (alone / gpus + of_reduces) / alone

    meanings: dict[str, Callable[[], bool]] = {
        "reads all of the weights": lambda: parts[0].nbytes == whole,
        "grows with GPUs": lambda: work > flops((1, 16, 32)),
        "below their peak": lambda: 2 * billions * 1e9 / (0.3 * PEAK) * 1000 > alone,
        "two all-reduces": lambda: ratio(0) == approx(1 / gpus) and ratio(lost) == approx(third / of_it, rel=0.05),
    }
    assert card.key == option_that(card, meanings)


@proof("inf.frameworks-02")
def step_on_eight_gpus(card: Claim) -> None:
    """Adds up the layers."""
    billions, layers, gpus, speed, micro = card.numbers("front")
    reduces = WORDS[found(r"(\w+) all-reduces a layer", card.front)]
    time = 0.0
    for _ in range(int(layers)):
        time += billions * 1e9 * HALF / layers / gpus / (speed * 1e12) + reduces * micro * 1e-6
    assert card.unit == "ms" and card.value == approx(time * 1000, rel=0.005)
    kibibytes, batch, width = map(int, card.numbers("more"))
    assert np.zeros((batch, width), np.float16).nbytes == kibibytes * 2**10


# ---------------------------------------------------------------- GPTQ, AWQ, SmoothQuant


@proof("inf.gptq-awq-01")
def compensation(card: Claim) -> None:
    """Searches for the best second weight."""
    first, second = interval(found(r"w=\(([^)]*)\)", card.front))
    rounded = float(found(r"rounded to ([\d.]+)", card.front))
    h = matrix_of(card.formulas("front")[2])

    def error(other: float) -> float:
        delta = np.array([rounded - first, other - second])
        return float(delta @ h @ delta)

    best = least(error, -5, 5)
    assert card.value == approx(best, abs=1e-4)
    before, after = card.formulas("more")[:2]
    assert [value_of(side) for side in sides(before)] == approx([error(second)] * 2)
    assert value_of(after) == approx(error(best))


@proof("inf.gptq-awq-02")
def derivation_of_gptq(card: Claim) -> None:
    """The optimum from the linear system of all conditions; each line with its numbers."""
    a = card.rng.normal(size=(3, 3))
    h, q, w, hat = a @ a.T + np.eye(3), 1, 0.37, 1.2
    e = np.eye(3)[q]
    system = np.block([[h, -e[:, None]], [e[None], np.zeros((1, 1))]])
    *delta, multiplier = np.linalg.solve(system, [0, 0, 0, hat - w])
    inverse = np.linalg.inv(h)
    numbers = {r"\hat w_q": hat, "w_q": w, "[H^{-1}]_{qq}": inverse[q, q], "H_{qq}": h[q, q]}
    (lagrangian,), *lines = [tex_in(step) for step in card.steps]

    def of(x: Array) -> float:
        notes = {r"\delta^\top H\delta": float(x[:3] @ h @ x[:3]), r"e_q^\top\delta": float(x[q])} | numbers
        return worth(lagrangian, notes, lambda_=float(x[3]))

    optimum = np.array([*delta, multiplier])
    for direction in np.eye(4):
        assert slope(lambda t, d=direction: of(optimum + t * d), 0) == approx(0, abs=1e-7)
    assert [sides(line[-1])[0] for line in lines] == [r"H\delta", r"\delta", r"\lambda", r"\delta"]
    assert [r"\hat w_q" in line[-1] for line in lines] == [False, False, True, True]
    for n in range(3):
        vectors = {r"H\delta": (h @ delta)[n], "H^{-1}e_q": inverse[n, q], "e_q": e[n], r"\delta": delta[n]}
        assert all(same(line[-1], numbers | vectors, lambda_=multiplier) for line in lines)


@proof("inf.gptq-awq-03")
def smoothing(card: Claim) -> None:
    """At one half both maxima become equal: searches for that scale."""
    half, activation, weight, *_ = card.numbers("cloze")
    scale = root(lambda s: weight * s - activation / s, 1e-3, 1e4)
    assert half == 0.5
    assert value_of(card.cloze(1)) == approx(scale)
    assert value_of(card.cloze(2)) == approx(weight * scale)
    notes = {r"\max|X_j|": activation, r"\max|W_j|": weight}
    assert worth(sides(card.formulas("more")[0])[1], notes, alpha=half) == approx(scale)


@proof("inf.gptq-awq-04")
def salient_channel(card: Claim) -> None:
    """Quantises many groups with the channel as it is and scaled up."""
    s, groups = 2.0, 4000
    w = card.rng.normal(size=(groups, 128)).clip(-3, 3)
    w[:, 0] *= 0.3

    def error(scale: float) -> float:
        scaled = w.copy()
        scaled[:, 0] *= scale
        step = np.abs(scaled).max(axis=1) / 7
        rounded = np.round(scaled[:, 0] / step) * step
        return float(np.sqrt(np.mean((rounded / scale - w[:, 0]) ** 2)))

    assert value_of(card.formulas("back")[0], x=1, s=s) == approx(error(s) / error(1.0), rel=0.05)
    assert value_of(card.formulas("front")[-1], s=s) == approx(error(s) / error(1.0), rel=0.05)


# ---------------------------------------------------------------- compression of KV


@proof("inf.kv-compression-01")
def bits_of_a_group(card: Claim) -> None:
    """Writes the bits of a group down."""
    bits, scale, zero, size = map(int, card.numbers("front"))
    before = int(found(r"BF(\d+)", card.front))

    def ratio(size: int) -> float:
        return len("x" * before * size) / len("x" * bits * size + "s" * scale + "z" * zero)

    _, longer, then = card.numbers("more")
    assert card.value == approx(ratio(size)) and then == approx(ratio(int(longer)), abs=0.01)


@proof("inf.kv-compression-02")
def errors_of_keys_and_values(card: Claim) -> None:
    """Disturbs V and K of random attention."""
    rng, n, d = card.rng, 6, 5
    q, keys, values = rng.normal(size=d), rng.normal(size=(n, d)), rng.normal(size=(n, d))
    errors = 0.4 * rng.normal(size=(n, d))
    before = np.exp(keys @ q / math.sqrt(d))
    a = before / before.sum()
    of_values, largest, shift, factor = card.formulas("back")
    assert of_values == r"\sum_ja_je_j" and largest == r"\|e_j\|"
    moved = a @ (values + errors) - a @ values
    assert moved == approx(sum(a[j] * errors[j] for j in range(n)))
    assert np.linalg.norm(moved) <= np.linalg.norm(errors, axis=1).max() and "at most the largest" in card.back
    after = np.exp((keys + errors) @ q / math.sqrt(d))
    for j in range(n):
        notes = {r"q^\top e_j": float(q @ errors[j])}
        assert worth(shift, notes, d=d) == approx((keys + errors)[j] @ q / math.sqrt(d) - keys[j] @ q / math.sqrt(d))
        assert worth(factor, notes, d=d) == approx(after[j] / before[j])


@proof("inf.kv-compression-03")
def heavy_hitters(card: Claim) -> None:
    """The program, and the sums in a loop."""
    assert run_code(card.code) == card.output
    rows = ast.literal_eval(found(r"np\.array\((.*)\)", card.code))
    sums = [float(sum(row[token] for row in rows)) for token in range(len(rows[0]))]
    assert card.output == f"{sums} {min(range(len(sums)), key=lambda token: sums[token])}"


@proof("inf.kv-compression-04")
def safe_compression(card: Claim) -> None:
    """Which tokens each way still has, for a text whose answer may stand anywhere."""
    n, share = 1000, 4
    attention = card.rng.random(n)
    kept: dict[str, set[int]] = {
        "most recent quarter": set(range(n - n // share, n)),
        "sinks and a recent quarter": {*range(4), *range(n - n // share, n)},
        "most attention so far": {int(token) for token in np.argsort(attention)[-n // share :]},
        "keep every token": set(range(n)),
    }
    (bits,) = [int(found(r"in (\d+) bits", option)) for option in card.options if "every token" in option]
    sizes = {way: len(tokens) * (bits if "every" in way else 16) for way, tokens in kept.items()}
    assert max(sizes.values()) <= 1.02 * 16 * n / share
    meanings = {way: lambda tokens=tokens: tokens == set(range(n)) for way, tokens in kept.items()}
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- long context


@proof("inf.long-context-01")
def divided_frequencies(card: Claim) -> None:
    """Frequencies of compressed positions; the base for which the lowest is compressed, found by bisection."""
    d, base, s = 128, 10_000.0, 4.0
    lowest = (d - 2) / d
    ratio = (base ** -np.linspace(0, lowest, d // 2) * 1000) / (base ** -np.linspace(0, lowest, d // 2) * 1000 / s)
    assert value_of(card.cloze(1), s=s) == approx(ratio.min()) == approx(ratio.max())
    new = root(lambda new: new - base * s ** (1 / lowest), base, 100 * base)
    for number, power in ((2, 0.0), (3, lowest)):
        assert value_of(card.cloze(number), s=s) == approx(base**-power / new**-power)


@proof("inf.long-context-02")
def temperature_of_yarn(card: Claim) -> None:
    """Solves the equation for t and takes the ratio of the scores."""
    given, _score, extension = card.formulas("front")
    s = value_of(sides(extension)[1])
    left, right = sides(given)
    t = root(lambda t: value_of(right, s=s) - value_of(left, t=t), 1e-3, 10)
    scores = [worth(card.formulas("front")[1], {r"q^\top k": 3.0}, t=t, d=64) for t in (t, 1.0)]
    assert card.value == approx(scores[0] / scores[1], abs=0.005)


@proof("inf.long-context-03")
def pairs_without_a_full_turn(card: Claim) -> None:
    """Follows the angle of each pair through the training length."""
    law, values = card.formulas("front")
    size, length = int(card.numbers("front")[0]), int(card.numbers("front")[-1])
    frequency = sides(law)[1]
    assert int(found(r"dots,(\d+)", values)) == size // 2 - 1
    turned = []
    for t in range(size // 2):
        points = np.exp(1j * value_of(frequency, t=t) * np.arange(length + 1))
        turned.append(np.unwrap(np.angle(points))[-1])
    assert card.value == sum(angle < 2 * math.pi for angle in turned)
    assert card.numbers("more") == [size // 2 - card.value]


@proof("inf.long-context-05")
def hidden_traffic(card: Claim) -> None:
    """Counts FLOPs and bytes of a round on arrays."""
    work, _qk, _av, traffic, condition, reduced = card.formulas("back")
    for c, d in ((6, 4), (10, 16)):
        block = np.zeros((c, d), np.float16)
        assert value_of(work, c=c, d=d) == flops((c, d, c), (c, c, d))
        assert value_of(traffic, c=c, d=d) == 2 * block.nbytes
    left, right = sides(condition)
    _, least_c = sides(reduced)
    for compute, bandwidth in ((4e14, 1e11), (9e14, 5e11)):
        bound = value_of(least_c, F=compute, B=bandwidth)
        for factor, hidden in ((0.9, False), (1.1, True)):
            times = [value_of(side, c=factor * bound, d=64, F=compute, B=bandwidth) for side in (left, right)]
            assert (times[0] >= times[1]) == hidden
            at = int(factor * bound)
            assert (flops((at, 64, at), (at, at, 64)) / compute >= 2 * at * 64 * HALF / bandwidth) == hidden
    compute, bandwidth = (value_of(sides(tex)[1]) for tex in card.formulas("more")[1:3])
    assert card.numbers("more")[-1] == compute / bandwidth


# ---------------------------------------------------------------- paged attention


@proof("inf.paged-attention-01")
def empty_positions(card: Claim) -> None:
    """Counts over all lengths of some blocks."""
    size = int(card.numbers("front")[0])
    empty = []
    for length in range(1, 20 * size + 1):
        blocks: list[int] = []
        for position in range(length):
            blocks += [0] if position % size == 0 else []
            blocks[-1] += 1
        empty.append(size - blocks[-1])
    assert card.value == np.mean(empty)
    reserved, used, unused = card.numbers("more")
    assert reserved - used == unused


@proof("inf.paged-attention-02")
def physical_slot(card: Claim) -> None:
    """Writes all positions into a pool and looks where this one is."""
    size, position = int(card.numbers("front")[0]), int(found(r"position (\d+)", card.front))
    table = ast.literal_eval(found(r"`(\[.*\])`", card.front))
    pool = np.full((max(table) + 1, size), -1)
    for number, block in enumerate(table):
        pool[block] = np.arange(number * size, (number + 1) * size)
    (slots,) = np.nonzero(pool.ravel() == position)
    assert [card.value] == slots.tolist()


@dataclass
class Sharing:
    """Two sequences whose tables end in one block."""

    memory: dict[str, str] = field(default_factory=lambda: {"old": "prompt"})
    table: dict[str, str] = field(default_factory=lambda: {"X": "old", "Y": "old"})
    done: list[str] = field(default_factory=list)

    def count(self, block: str) -> int:
        return [*self.table.values()].count(block)

    def follow(self, step: str) -> None:
        """Does what a line says, if it can be done now."""
        if "in place and then copies" in step:
            self.memory["old"] += "x"
        elif "finds reference count" in step:
            assert self.count("old") == int(found(r"count (\d)", step)) and not self.done
        elif "takes a free block" in step:
            assert self.done[-1:] == ["found"] and self.count("old") > 1
            self.memory["new"] = self.memory["old"]
        elif "points to the copy" in step:
            self.table["X"] = {"new": "new"}[[*self.memory][-1]]
            assert self.count("old") == int(found(r"falls to (\d)", step))
        elif "Following its changed table" in step:
            assert self.table["X"] != "old"
            self.memory[self.table["X"]] += "x"
        else:
            assert "turn of Y" in step and "x" in self.memory[self.table["X"]]
            assert self.count("old") == int(found(r"count (\d)", step))
            self.memory["old"] += "y"
        self.done.append("found" if "finds" in step else "did")


@proof("inf.paged-attention-03")
def copy_on_write(card: Claim) -> None:
    """Plays the lines on two tables and looks at what each sequence reads in the end."""
    state = Sharing()
    for step in card.steps:
        state.follow(step)
    assert [state.memory[state.table[name]] for name in "XY"] == ["promptx", "prompty"]


@proof("inf.paged-attention-05")
def shared_prompt(card: Claim) -> None:
    """Counts different blocks."""
    prompt, samples, new, size, *_ = map(int, card.numbers("cloze"))
    apart, shared = set(), set()
    for sample in range(samples):
        for position in range(prompt + new):
            block = position // size
            apart.add((sample, block))
            shared.add((None if position < prompt else sample, block))
    assert (value_of(card.cloze(1)), value_of(card.cloze(2))) == (len(apart), len(shared))
    assert prompt % size == 0 and card.numbers("more")[-2] == approx(len(shared) / len(apart))


@proof("inf.paged-attention-06")
def larger_blocks(card: Claim) -> None:
    """Allocates sequences of all lengths from scattered blocks of both sizes."""
    before, after = 16, 256

    def allocated(size: int) -> tuple[int, int]:
        """Table entries and empty positions; any free block serves."""
        entries = empty = 0
        for length in range(1, 4 * after + 1):
            free = [*range(1, 2 * length + 2, 2)]
            table = [free.pop() for _ in range(math.ceil(length / size))]
            entries += len(table)
            empty += len(table) * size - length
        return entries, empty

    meanings: dict[str, Callable[[], bool]] = {
        "longer block tables": lambda: allocated(after)[0] > allocated(before)[0],
        "more empty positions": lambda: allocated(after)[1] > allocated(before)[1],
        "free blocks apart": lambda: allocated(after)[0] == 0,
        "bytes of KV": lambda: np.zeros((after, 64)).nbytes / after > np.zeros((before, 64)).nbytes / before,
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- prefill and decode


@proof("inf.prefill-decode-02")
def step_with_kv(card: Claim) -> None:
    """The bytes of one layer of one sequence as an array, then all of them."""
    billions, layers, heads, size, batch, length, speed = card.numbers("front")

    def cache_of(heads: float) -> float:
        one = np.broadcast_to(np.float16(0), (2, int(heads), int(length), int(size)))
        return one.size * one.itemsize * layers * batch

    time = (billions * 1e9 * HALF + cache_of(heads)) / (speed * 1e12)
    assert card.unit == "ms" and card.value == approx(time * 1000, abs=0.05)
    rate, query_heads, wrong = card.numbers("more")
    assert rate == approx(batch / time, rel=0.02) and wrong == approx(cache_of(query_heads) / 1e9, abs=0.05)


@proof("inf.prefill-decode-03")
def time_line(card: Claim) -> None:
    """The moment at which each token arrives."""
    first, interval_ms, tokens = card.numbers("front")
    moments = [first]
    while len(moments) < tokens:
        moments.append(moments[-1] + interval_ms / 1000)
    assert card.unit == "s" and card.value == approx(moments[-1], abs=0.005)


def latencies(prompt: int, *, bits: int = 16, heads: int = 32, cached: int = 0, gained: float = 1.0) -> Array:
    """Time to the first token and time per token of an 8B model at batch 1."""
    n, layers, size, width = 8e9, 32, 128, 4096
    weights, of_token = n * bits / 8, 2 * layers * heads * size * HALF
    new = prompt - cached
    work = 2 * n * new + layers * 4 * width * new * (prompt + cached) / 2
    first = roofline(work, weights + of_token * prompt)
    return np.array([first, roofline(2 * n, weights + of_token * prompt) / gained])


@proof("inf.prefill-decode-04")
def what_shortens_ttft(card: Claim) -> None:
    """Both latencies of an 8B model under each change, by the roofline."""
    before, prompt = latencies(6000), 6000

    def is_it(after: Array) -> bool:
        return bool(after[0] < 0.5 * before[0] and after[1] == approx(before[1], rel=0.05))

    meanings = {
        "draft model": lambda: is_it(latencies(prompt, gained=2.5)),
        "reusing the computed KV": lambda: is_it(latencies(prompt, cached=5500)),
        "weights in 4 bits": lambda: is_it(latencies(prompt, bits=4)),
        "fewer KV heads": lambda: is_it(latencies(prompt, heads=4)),
    }
    assert card.key == option_that(card, meanings)


@proof("inf.prefill-decode-05")
def ratio_of_times(card: Claim) -> None:
    """An 8B model on an A100 and an H100 by the roofline, token by token and at once."""
    _, prefill, decode = card.numbers("front")
    low, high = card.numbers("more")
    n, ratios = 8e9, []
    for peak, bandwidth in ((312e12, 2.039e12), (PEAK, BANDWIDTH)):
        at_once = roofline(2 * n * prefill, n * HALF, peak, bandwidth)
        one_by_one = sum(roofline(2 * n, n * HALF, peak, bandwidth) for _ in range(int(decode)))
        ratios.append(one_by_one / at_once)
    assert (low, high) == approx((min(ratios), max(ratios)), rel=0.03) and "factor above a hundred" in card.front
    assert min(ratios) > 100


@proof("inf.prefill-decode-06")
def least_time_of_a_step(card: Claim) -> None:
    """Adds up what each sequence reads and multiplies."""
    n, of_kv, batch, beta, pi = 1000, 320.0, 7, 50.0, 900.0
    weights = n * HALF
    traffic, work = float(weights), 0
    for _sequence in range(batch):
        traffic += of_kv
        work += sum(2 for _parameter in range(n))
    assert value_of(card.cloze(1), W=weights, B=batch, K=of_kv, beta=beta) == approx(traffic / beta)
    assert value_of(card.cloze(2), N=n, B=batch, pi=pi) == approx(work / pi)


# ---------------------------------------------------------------- prefix caching


@proof("inf.prefix-caching-01")
def mean_prefill(card: Claim) -> None:
    """Counts over a hundred requests."""
    length, common, percent, saved = map(int, card.numbers("front"))
    read = [length - saved * (request < percent) for request in range(100)]
    assert saved == common and card.value == approx(sum(read) / 100)
    assert card.numbers("more") == approx([sum(read) / 100 / length])


@proof("inf.prefix-caching-02")
def passage_behind_another_beginning(card: Claim) -> None:
    """The caches of a small transformer: the first layer in which the passage has other keys and values."""
    match = re.match(r"From layer (\w+) on, K and V of a token depend on all tokens before it", card.back)
    assert match is not None
    passage = [11, 12, 13]
    one, two = Toy().read([1, 2, 3, *passage]), Toy().read([4, 5, 6, *passage])
    differ = [
        not (np.allclose(one.keys[n][3:], two.keys[n][3:]) and np.allclose(one.values[n][3:], two.values[n][3:]))
        for n in range(3)
    ]
    assert WORDS[match[1]] == differ.index(True) + 1 and all(differ[1:])
    longer = Toy().read([1, 2, 3, 7, 8])
    assert all(np.allclose(longer.keys[n][:3], one.keys[n][:3]) for n in range(3))


@proof("inf.prefix-caching-03")
def key_of_a_block(card: Claim) -> None:
    """Looks for two blocks with one key and different KV, or with equal KV and different keys."""
    prompts = [[*parts] for count in (2, 3) for parts in itertools.product(((1, 2), (3, 4)), repeat=count)]
    contents: dict[tuple[int, ...], bytes] = {}

    def kv(tokens: tuple[int, ...]) -> bytes:
        if tokens not in contents:
            toy = Toy().read(tokens)
            contents[tokens] = b"".join(np.round(layer[-2:] + 0.0, 6).tobytes() for layer in [*toy.keys, *toy.values])
        return contents[tokens]

    def serves(key: Callable[[list[tuple[int, int]], int], object]) -> bool:
        pairs = {
            (key(prompt, n), kv(tuple(itertools.chain(*prompt[: n + 1]))))
            for prompt in prompts
            for n in range(len(prompt))
        }
        keys, blocks = {one for one, _ in pairs}, {two for _, two in pairs}
        return len(keys) == len(pairs) == len(blocks)

    def chained(prompt: list[tuple[int, int]], n: int) -> object:
        return (prompt[n], chained(prompt, n - 1) if n else None)

    meanings = {
        "only the token ids": lambda: serves(lambda prompt, n: prompt[n]),
        "position in the sequence": lambda: serves(lambda prompt, n: (prompt[n], n)),
        "predecessor's key": lambda: serves(chained),
        "length of the whole prompt": lambda: serves(lambda prompt, n: (prompt[n], len(prompt))),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- quantisation


@proof("inf.quantization-basics-02")
def nearest_level(card: Claim) -> None:
    """The nearest of all levels."""
    tex = card.formulas("front")
    low, high = interval(tex[0])
    levels = np.arange(low, high + 1) * value_of(tex[1]) / high
    x = value_of(tex[2])
    assert card.value == approx(levels[np.abs(levels - x).argmin()])
    bound, mean_square, factor = card.formulas("more")[:3]
    s = levels[1] - levels[0]
    fine = np.linspace(levels[0], levels[-1], 400_001)
    errors = fine - np.round(fine / s) * s
    largest = approx(np.abs(errors).max(), rel=0.02)
    assert [value_of(sides(bound)[0], s=s), value_of(sides(bound)[1])] == [largest, largest]
    assert value_of(mean_square, s=s) == approx((errors**2).mean(), rel=0.01)
    assert value_of(factor) == value_of(mean_square, s=s) / value_of(mean_square, s=s / 2)


@proof("inf.quantization-basics-03")
def symmetric_and_asymmetric(card: Claim) -> None:
    """Quantises a fine grid both ways."""
    (low, high), (_, largest) = (interval(tex) for tex in card.formulas("front"))
    top = float(found(r"\(0 to (\d+)\)", card.front))
    x = np.linspace(low, high, 300_001)

    def mean_square(step: float) -> float:
        return float(((np.round(x / step) * step - x) ** 2).mean())

    assert card.value == approx(mean_square(high / largest) / mean_square((high - low) / top), rel=0.005)


@proof("inf.quantization-basics-04")
def four_bits(card: Claim) -> None:
    """The program, and the nearest of the sixteen levels."""
    assert run_code(card.code) == card.output
    low, high = interval(card.formulas("front")[0])
    levels = np.linspace(low, high, 2 ** int(card.numbers("front")[0]))
    x = ast.literal_eval(found(r"np\.array\((\[.*\])\)", card.code))
    codes = [int(np.abs(levels - number).argmin()) for number in x]
    assert card.output == f"{int(np.abs(levels).argmin())} {codes}"


@proof("inf.quantization-basics-05")
def scales_that_leave_the_sum(card: Claim) -> None:
    """The indices as written; which scales the accumulated integers can be multiplied by."""
    rng = card.rng
    x, w = rng.integers(-127, 128, (3, 4)).astype(float), rng.integers(-127, 128, (4, 5)).astype(float)
    product, *indices = card.formulas("back")
    result, summed, one, two = re.fullmatch(r"Y_\{(\w+)\}=\\sum_(\w)X_\{(\w+)\}W_\{(\w+)\}", product).groups()  # type: ignore[union-attr]
    assert np.einsum(f"{one},{two}->{result}", x, w) == approx(x @ w) and set(result) | {summed} == set(one + two)
    scales = {index: rng.uniform(1, 2, size) for index, size in (("i", 3), ("j", 5), ("k", 4))}
    leaves = {}
    for index, scale in scales.items():
        scaled = np.einsum(f"ik,kj,{index}->ij", x, w, scale) / (x @ w)
        rank_one = scaled / scaled[:1, :] * scaled[0, 0] / scaled[:, :1]
        leaves[index] = bool(np.allclose(rank_one, 1))
    assert [leaves[index] for index in indices] == [True, True, False]


@proof("inf.quantization-basics-06")
def speed_of_formats(card: Claim) -> None:
    """Times to read the weights and to multiply, from the bits."""
    eight_bits, faster, *_ = card.numbers("cloze")

    def gain(weight_bits: int, activation_bits: int) -> tuple[float, float]:
        """Of decode and prefill against 16 and 16 bits; the product runs in the wider of both formats."""
        width = max(weight_bits, activation_bits)
        return 16 / weight_bits, {16: 1.0, eight_bits: faster}[width]

    w4a16, w8a8 = gain(4, 16), gain(8, 8)
    assert (value_of(card.cloze(1)), value_of(card.cloze(2))) == w4a16
    assert (value_of(card.cloze(3)),) * 2 == w8a8


@proof("inf.quantization-basics-07")
def lost_to_an_outlier(card: Claim) -> None:
    """Quantises a fine grid."""
    (_, top), (low, high) = (interval(tex) for tex in card.formulas("front"))
    outlier = float(found(r"maximum (\d+)", card.front))
    q = np.round(np.linspace(low, high, 200_001) / (outlier / top))
    assert card.unit == "%" and card.value == approx(100 * (q == 0).mean(), abs=0.05)
    assert sorted(set(q.tolist())) == [float(level) for level in interval(card.formulas("more")[0])]


@proof("inf.quantization-basics-08")
def accumulator(card: Claim) -> None:
    """The largest sum that can occur, and the types that hold it."""
    size, bits, *widths = map(int, card.numbers("front"))
    largest = sum(max(a * b for a in (-127, 127) for b in (-127, 127)) for _ in range(size))
    needed = min(width for width in (bits, *widths) if 2 ** (width - 1) - 1 >= largest)
    assert all(re.findall(r"\d+", answer) == [str(needed)] for answer in card.answers)
    inner = 2 ** (needed - 1) / 127**2
    assert value_of(card.formulas("more")[0]) == approx(inner, rel=0.05)


# ---------------------------------------------------------------- repetition


@proof("inf.repetition-01")
def penalty_of_a_negative_logit(card: Claim) -> None:
    """The odds against a token that keeps logit 0."""
    theta, z = (value_of(sides(card.formulas("front")[n])[1]) for n in (0, -1))
    new = worth(card.formulas("front")[2], {}, z=z, theta=theta)

    def odds(z: float) -> float:
        p = softmax(np.array([z, 0.0]))
        return float(p[0] / p[1])

    assert card.value == approx(odds(new) / odds(z), abs=0.005)
    _, mended, factor = card.formulas("more")
    assert value_of(mended) == approx(z * theta)
    assert [value_of(side) for side in sides(factor)] == approx([odds(z * theta) / odds(z)] * 2, abs=0.005)


@proof("inf.repetition-02")
def shifted_logits(card: Claim) -> None:
    """The distribution with and without the shift, under both penalties."""
    z, c, theta, alpha = card.rng.uniform(1, 3, size=5), 1.7, 1.3, 0.6
    assert same(card.formulas("back")[0], {}, z_i=z[0], c=c, theta=theta)
    multiplied = worth(sides(card.formulas("back")[0])[0], {}, z_i=z[0], c=c, theta=theta)
    changed = []
    for penalised, shifted in (((z[0] / theta), multiplied), ((z[0] - alpha), (z[0] + c - alpha))):
        before, after = softmax(np.array([penalised, *z[1:]])), softmax(np.array([shifted, *(z[1:] + c)]))
        changed.append(not np.allclose(before, after))
    assert changed == [True, False] and re.search(r"Subtracting \$\\alpha\$ commutes", card.back)


@proof("inf.repetition-03")
def both_penalties(card: Claim) -> None:
    """Takes the penalties off occurrence by occurrence, and the odds before and after."""
    frequency, presence, count, _, other, *_ = card.numbers("cloze")
    logits = np.array([1.3, 0.4])

    def after(occurrences: float) -> Array:
        new = logits.copy()
        for occurrence in range(int(occurrences)):
            new[0] -= frequency + presence * (occurrence == 0)
        return new

    odds = [float(p[0] / p[1]) for p in (softmax(logits), softmax(after(other)))]
    assert value_of(card.cloze(1)) == approx(logits[0] - after(count)[0])
    assert value_of(card.cloze(2)) == approx(odds[1] / odds[0])


# ---------------------------------------------------------------- roofline


@proof("inf.roofline-02")
def attainable(card: Claim) -> None:
    """Work over the least time; where compute and memory take equally long."""
    peak, beta = 1e15, 2e12
    for intensity in (3.0, 400.0, 900.0):
        traffic = 1e9
        speed = traffic * intensity / roofline(traffic * intensity, traffic, peak, beta)
        assert value_of(card.cloze(1), pi=peak, beta=beta, I=intensity) == approx(speed)
    ridge = root(lambda intensity: intensity / peak - 1 / beta, 0, 1e6)
    assert value_of(card.cloze(2), pi=peak, beta=beta) == approx(ridge)
    peak, beta, example, intensity = (value_of(sides(tex)[-1]) for tex in card.formulas("more"))
    assert example == approx(peak / beta)
    speed = intensity / roofline(intensity, 1.0, peak, beta)
    assert card.numbers("more")[-2:] == approx([speed / 1e12, 100 * speed / peak])


@proof("inf.roofline-03")
def critical_batch(card: Claim) -> None:
    """The batch at which a layer computes as long as it reads, in both formats."""

    def critical(bytes_of_weight: float, peak: float) -> float:
        return root(lambda batch: 2 * batch / peak - bytes_of_weight / BANDWIDTH, 0, 1e5)

    before, after = (int(found(pattern, card.front)) / 8 for pattern in (r"BF(\d+)", r"W(\d+)A"))
    assert "half the weight bytes, twice the peak" in card.front
    ratio = critical(after, PEAK * WORDS["twice"]) / critical(before, PEAK)
    word = {option: found(r"(twice|half|same|four)", option) for option in card.options}
    assert card.key == only(card.options, lambda option: math.isclose(WORDS[word[option]], ratio, rel_tol=1e-6))


@proof("inf.roofline-04")
def intensity_of_decode_attention(card: Claim) -> None:
    """FLOPs of the products of all heads, bytes of the arrays that are read."""
    queries, heads = map(int, card.numbers("front"))
    size, length = 16, 40

    def intensity(heads: int) -> float:
        keys = np.zeros((2, heads, length, size), np.float16)
        work = sum(flops((1, size, length), (1, length, size)) for _ in range(queries))
        return work / keys.nbytes

    assert card.value == approx(intensity(heads)) and card.numbers("more") == approx([intensity(queries)])


@proof("inf.roofline-05")
def fused_passes(card: Claim) -> None:
    """Counts reads and writes of the tensor."""
    operators = int(WORDS[found(r"(\w+) elementwise operators", card.front.lower())])
    apart = ["read", "write"] * operators
    fused = [step for n, step in enumerate(apart) if n in (0, len(apart) - 1)]
    assert card.numbers("back") == [len(apart)] and "read once and written once" in card.back
    one, part = card.numbers("front")
    assert len(fused) / len(apart) == approx(one / part)


@proof("inf.roofline-06")
def batch_of_experts(card: Claim) -> None:
    """Spreads tokens evenly, and the batch at which an expert reaches the ridge."""

    def batch(experts: int, picked: int, ridge: float) -> float:
        weights = 1000

        def intensity(batch: float) -> float:
            tokens = batch * sum(1 for _ in range(picked)) / experts
            return 2 * weights * tokens / (weights * HALF)

        return root(lambda batch: intensity(batch) - ridge, 0, 1e6)

    for experts, picked, ridge in ((256, 8, 300.0), (64, 6, 153.0)):
        for answer in card.answers:
            expression = re.sub(r"^(?:B?[=≥>])", "", answer)
            assert value_of(expression, E=experts, k=picked, R=ridge) == approx(batch(experts, picked, ridge))
    few, many, given, needed, dense = card.numbers("more")
    assert needed == approx(batch(int(many), int(few), given)) and dense == given


@proof("inf.roofline-07")
def intensity_of_a_linear_layer(card: Claim) -> None:
    """FLOPs of a product and the bytes of its matrix, for three formats."""
    named = []
    for kind in (np.float32, np.float16, np.int8):
        w = np.zeros((24, 10), kind)
        for batch in (3, 50):
            intensity = flops((batch, *w.shape)) / w.nbytes
            for answer in card.answers:
                expression = answer.removesuffix(" FLOPs/byte").removesuffix(" FLOPs/字节")
                assert value_of(expression, B=batch, w=w.itemsize) == approx(intensity)
        named.append(intensity / batch)
    assert [value_of(tex, B=1) for tex in card.formulas("more")[:2]] == approx(named[1:])


# ---------------------------------------------------------------- speculative decoding


@dataclass(frozen=True)
class Round:
    """What one draft token leads to, by going through all tokens and a fine grid of random numbers."""

    accepted: Array
    residual: Array

    @property
    def law(self) -> Array:
        return np.asarray(self.accepted + (1 - self.accepted.sum()) * self.residual)


def one_round(p: Array, q: Array, grid: int = 20_000) -> Round:
    uniform = (np.arange(grid) + 0.5) / grid
    accepted = np.array([q[x] * (uniform < p[x] / q[x]).mean() for x in range(p.size)])
    surplus = np.clip(p - q, 0, None)
    return Round(accepted, surplus / surplus.sum())


def distributions(card: Claim) -> tuple[Array, Array]:
    """p and q of the front."""
    p, q = (np.array(interval(found(rf"\${name}=\(([^)]*)\)", card.front))) for name in "pq")
    assert p.sum() == approx(1) and q.sum() == approx(1)
    return p, q


@proof("inf.speculative-02")
def acceptance(card: Claim) -> None:
    """Goes through all draft tokens and random numbers."""
    p, q = distributions(card)
    assert card.value == approx(one_round(p, q).accepted.sum(), abs=1e-3)
    assert worth(card.formulas("more")[0], {r"\operatorname{TV}(p,q)": np.abs(p - q).sum() / 2}) == approx(card.value)


@proof("inf.speculative-03")
def residual(card: Claim) -> None:
    """The only law after a rejection that makes the output p."""
    p, q = distributions(card)
    (token,) = np.flatnonzero(p == value_of(sides(card.formulas("front")[-1])[1]))
    accepted = one_round(p, q).accepted
    needed = (p - accepted) / (1 - accepted.sum())
    assert card.value == approx(needed[token], abs=1e-3)


@proof("inf.speculative-04")
def law_of_the_output(card: Claim) -> None:
    """Each line with the probabilities of the algorithm, found by going through all its cases."""
    p, q = (card.rng.dirichlet([1.0] * 5) for _ in range(2))
    end = one_round(p, q)
    rejected = 1 - end.accepted.sum()
    propose, total, rewrite, again, both = card.steps
    assert propose.startswith("Proposing") and total.startswith("Sum over") and rewrite.startswith("Rewrite")
    assert again.startswith("The residual") and both.startswith("Add both")
    surplus = np.clip(p - q, 0, None)
    for x in range(5):
        notes = {
            r"\sum_y\min(p(y),q(y))": float(np.minimum(p, q).sum()),
            r"\sum_y(p(y)-q(y))_+": float(surplus.sum()),
            r"\sum_yp(y)": 1.0,
            "(p(x)-q(x))_+": float(surplus[x]),
            "p(x)": float(p[x]),
            "q(x)": float(q[x]),
        }
        found_out = {propose: end.accepted[x], total: rejected, again: rejected * end.residual[x], both: end.law[x]}
        for step, expected in found_out.items():
            for side in sides(tex_in(step)[-1]):
                assert worth(side, notes, rho=rejected) == approx(expected, abs=1e-3)
        assert all(same(tex, notes, rel=1e-2, rho=rejected) for tex in tex_in(rewrite))


@proof("inf.speculative-05")
def when_it_pays(card: Claim) -> None:
    """Tokens and time of a round, case by case, against plain decoding."""
    names = {"\\alpha": "a", "alpha": "a", "α": "a"}

    def says(answer: str, a: float, c: float) -> bool:
        for name, letter in names.items():
            answer = answer.replace(name, letter)
        left, sign, right = re.split(r"([<>])", re.sub(r"[一-鿿]", "", answer))
        one, two = value_of(left, a=a, c=c), value_of(right, a=a, c=c)
        return one < two if sign == "<" else one > two

    for a, c in itertools.product((0.15, 0.4, 0.8), (0.1, 0.3, 0.6, 0.9)):
        tokens = a * 2 + (1 - a) * 1
        faster = tokens / (1 + c) > 1
        assert all(says(answer, a, c) == faster for answer in card.answers)


@proof("inf.speculative-06")
def worse_draft(card: Claim) -> None:
    """Both drafts, case by case."""
    p = np.array([0.5, 0.3, 0.2])
    good, bad = (one_round(p, q) for q in (np.array([0.45, 0.33, 0.22]), np.array([0.1, 0.1, 0.8])))
    text = [0, 2, 1]

    def played(draft: Round, rounds: int = 500) -> tuple[int, int, float]:
        """Target passes and tokens of some rounds; the perplexity of the text from the law the last pass gave."""
        passes = tokens = 0
        target = np.zeros(3)
        for _ in range(rounds):
            target, passes = p, passes + 1
            tokens += 1 + int(card.rng.random() < draft.accepted.sum())
        return passes, tokens, float(np.exp(-np.log(target[text]).mean()))

    one, two = played(good), played(bad)
    meanings = {
        "departs from": lambda: not np.allclose(good.law, bad.law, atol=1e-3),
        "perplexity": lambda: one[2] != two[2],
        "forward passes": lambda: one[0] != two[0],
        "tokens gained": lambda: one[1] > 1.05 * two[1],
    }
    assert good.law == approx(p, abs=1e-3)
    assert card.key == option_that(card, meanings)


@proof("inf.speculative-07")
def time_of_verification(card: Claim) -> None:
    """An 8B model by the roofline."""
    (drafts,) = map(int, card.numbers("front"))
    (positions,) = map(int, card.numbers("back"))
    text = ["last", *[f"draft {n}" for n in range(drafts)]]
    assert positions == len(text)
    times = [roofline(2 * 8e9 * count, 8e9 * HALF) for count in (1, positions, 2000)]
    assert times[1] == times[0] < times[2] / 5


@proof("inf.speculative-08")
def best_draft_length(card: Claim) -> None:
    """The program; and the tokens of a round by going through where the first rejection falls."""
    assert run_code(card.code) == card.output
    a, c = (float(number) for number in re.match(r"a, c = ([\d.]+), ([\d.]+)", card.code).groups())  # type: ignore[union-attr]
    speeds = []
    for k in range(int(found(r"for k in range\((\d)\)", card.code))):
        tokens = sum(a**n * (1 - a) * (n + 1) for n in range(k)) + a**k * (k + 1)
        speeds.append(tokens / (1 + k * c))
    assert card.output == str(int(np.argmax(speeds)))


# ---------------------------------------------------------------- structured output


@proof("inf.structured-output-01")
def masking_and_conditioning(card: Claim) -> None:
    """All outcomes of the model, once restricted step by step and once kept only where legal."""
    first, legal = (interval(tex) for tex in card.formulas("cloze")[1:3])
    outcomes = {(x, end): first[x] * (legal[x] if end else 1 - legal[x]) for x in (0, 1) for end in (True, False)}
    kept = {outcome: chance for outcome, chance in outcomes.items() if outcome[1]}
    masked = sum(outcomes[0, end] for end in (True, False))
    assert value_of(card.cloze(1)) == approx(masked)
    assert value_of(card.cloze(2)) == approx(kept[0, True] / sum(kept.values()))


@dataclass
class Constrained:
    """Decoding under `[0-9]{2}` with a small vocabulary; what a line needs must be there already."""

    vocabulary: Sequence[str] = ("1a", "7", "12", "123", "a")
    have: dict[str, object] = field(default_factory=dict)

    def follow(self, step: str) -> None:
        """Does what a line says."""
        (name,) = [name for phrase, name in self._names().items() if phrase in step]
        getattr(self, f"_{name}")()

    @staticmethod
    def _names() -> dict[str, str]:
        return {
            "Compile the expression": "compile",
            "From each state run": "lift",
            "look up the tokens allowed": "mask",
            "Apply softmax": "sample",
            "Advance the automaton": "advance",
            "Sample a token first": "sample_first",
        }

    def _compile(self) -> None:
        self.have["automaton"] = {(state, digit): state + 1 for state in (0, 1) for digit in "0123456789"}

    def _run(self, state: int, token: str) -> int | None:
        automaton = self.have["automaton"]
        assert isinstance(automaton, dict)
        for character in token:
            if (state, character) not in automaton:
                return None
            state = automaton[state, character]
        return state

    def _lift(self) -> None:
        lifted = [[self._run(state, token) is not None for token in self.vocabulary] for state in range(3)]
        self.have["allowed"] = np.array(lifted)

    def _mask(self) -> None:
        allowed = self.have["allowed"]
        assert isinstance(allowed, np.ndarray)
        self.have["logits"] = np.where(allowed[0], [9.0, 1.0, 0.5, 8.0, 7.0], -np.inf)

    def _sample(self) -> None:
        logits = self.have["logits"]
        assert isinstance(logits, np.ndarray)
        self.have["token"] = self.vocabulary[int(softmax(logits).argmax())]

    def _sample_first(self) -> None:
        self.have["token"] = self.vocabulary[0]

    def _advance(self) -> None:
        self.have["state"] = self._run(0, str(self.have["token"]))


@proof("inf.structured-output-02")
def constrained_step(card: Claim) -> None:
    """Follows the lines on a small vocabulary."""
    state = Constrained()
    for step in card.steps:
        state.follow(step)
    assert state.have["token"] == "7" and state.have["state"] == 1


@proof("inf.structured-output-04")
def legal_beginnings(card: Claim) -> None:
    """The program; and the tokens with which some legal string begins."""
    assert run_code(card.code) == card.output
    count = int(found(r"\{(\d)\}", card.front))
    legal = ["".join(digits) for digits in itertools.product("0123456789", repeat=count)]
    tokens = ast.literal_eval(found(r"vocab = (\[.*\])", card.code))
    assert card.output == str([token for token in tokens if any(text.startswith(token) for text in legal)])


# ---------------------------------------------------------------- temperature, top-p, min-p


@proof("inf.temperature-topp-03")
def colder(card: Claim) -> None:
    """Divides logits."""
    before, given, after = card.formulas("front")
    p = np.array(interval(given))
    ratio = value_of(sides(after)[1]) / value_of(sides(before)[1])
    assert card.value == approx(heated(p, ratio)[0])


@proof("inf.temperature-topp-04")
def min_p(card: Claim) -> None:
    """Both conditions on random logits."""
    for m in (0.05, 0.3, 1.0):
        for _ in range(20):
            z = 2 * card.rng.normal(size=30)
            p = softmax(z)
            threshold = worth(card.cloze(1).strip("$"), {r"\max_jp_j": float(p.max())}, m=m)
            gap = value_of(card.cloze(2), m=m)
            kept = p >= threshold - 1e-12
            assert kept.tolist() == (z.max() - z <= gap + 1e-9).tolist() == (p / p.max() >= m - 1e-12).tolist()


@proof("inf.temperature-topp-05")
def order_of_truncation(card: Claim) -> None:
    """Both orders on random distributions."""
    rules: dict[str, Callable[[Array], set[int]]] = {
        "top-k": lambda p: set(np.argsort(-p)[:4].tolist()),
        "top-p": lambda p: top_p(p, 0.8),
        "min-p": lambda p: set(np.flatnonzero(p >= 0.2 * p.max()).tolist()),
        "fixed threshold": lambda p: set(np.flatnonzero(p >= 0.05).tolist()),
    }
    cases = [(card.rng.dirichlet([0.7] * 12), temperature) for temperature in (0.6, 2.0) for _ in range(20)]

    def commutes(rule: Callable[[Array], set[int]]) -> bool:
        return all(rule(p) == rule(heated(p, temperature)) for p, temperature in cases)

    assert card.key == option_that(card, {name: lambda rule=rule: commutes(rule) for name, rule in rules.items()})  # type: ignore[misc]


@proof("inf.temperature-topp-06")
def counts_kept(card: Claim) -> None:
    """The program; and both sets one token after another."""
    assert run_code(card.code) == card.output
    p = np.array(ast.literal_eval(found(r"np\.array\((\[.*\])\)", card.code)))
    mass, share = (float(found(pattern, card.code)) for pattern in (r"before < ([\d.]+)", r">= ([\d.]+) \*"))
    above = sum(1 for x in p if x / p.max() >= share - 1e-12)
    assert card.output == f"{len(top_p(p, mass))} {above}"


@proof("inf.temperature-topp-07")
def entropy_grows(card: Claim) -> None:
    """Entropy and mean by their definitions, derivatives by differences."""
    z = 1.5 * card.rng.normal(size=6)

    def law(beta: float) -> Array:
        return softmax(beta * z)

    def entropy(beta: float) -> float:
        return float(-(law(beta) * np.log(law(beta))).sum())

    lines = [tex_in(step) for step in card.steps]
    derivative_of_mean = r"\frac{d}{d\beta}E[z]"
    assert [sides(line[0])[0] for line in lines] == ["H", r"\frac{d}{d\beta}\ln Z", derivative_of_mean, "T"]
    for beta in (0.4, 1.0, 2.5):
        p = law(beta)
        notes = {
            "H": entropy(beta),
            r"\sum_ip_i\ln p_i": float((p * np.log(p)).sum()),
            "E[z]": float(p @ z),
            r"\ln Z": math.log(np.exp(beta * z).sum()),
            r"\frac{d}{d\beta}\ln Z": slope(lambda b: math.log(np.exp(b * z).sum()), beta),
            derivative_of_mean: slope(lambda b: float(law(b) @ z), beta),
            r"\frac{dH}{d\beta}": slope(entropy, beta),
            r"\operatorname{Var}(z)": float(p @ z**2 - (p @ z) ** 2),
        }
        (total,), derivatives, (variance, sign), _ = lines
        equations = [total, *derivatives, variance, sign.split(r"\le")[0]]
        assert all(same(tex, notes, rel=1e-4, beta=beta) for tex in equations)
        assert r"\le 0" in sign and notes[r"\frac{dH}{d\beta}"] < 0
        assert entropy(1 / (1 / beta + 0.1)) > entropy(beta) and card.steps[-1].endswith("$H$ does not fall")


@proof("inf.temperature-topp-08")
def truncated_before_heat(card: Claim) -> None:
    """The set that each order keeps, for random distributions with a long tail."""
    at = value_of(sides(card.formulas("back")[0])[1])
    for _ in range(10):
        p = card.rng.dirichlet([0.3] * 40) + 1e-4
        p /= p.sum()
        first = top_p(p, 0.8)
        assert first == top_p(heated(p, at), 0.8)
        later = top_p(heated(p, 2.0), 0.8)
        assert first < later and "takes in more tail tokens" in card.back
