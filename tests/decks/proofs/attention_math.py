"""Proofs of the cards of stage 8, attention and the Transformer."""

from __future__ import annotations

import ast
import itertools
import math
import re
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from pytest import approx

from tests.decks.arrays import (
    Array,
    Names,
    array_of,
    assigned,
    attention,
    close,
    flops,
    gradient,
    jacobian,
    shape_of,
    softmax,
    tight,
)
from tests.decks.proving import Claim, matrix_of, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in


@proof("am.complexity-01")
def crossover(card: Claim) -> None:
    """Counts the FLOPs of every product of a layer of small width at the stated length."""
    length, scores, others = card.formulas("back")
    for d in (4, 6):
        n = round(value_of(length.split("=")[1], d=d))
        attended = flops((n, d, n), (n, n, d))
        projected = flops(*4 * [(n, d, d)], (n, d, 4 * d), (n, 4 * d, d))
        assert attended == projected == value_of(scores, n=n, d=d)
        assert all(value_of(side, n=n, d=d) == projected for side in others.split("="))


@proof("am.complexity-02")
def cost_of_heads(card: Claim) -> None:
    """Counts FLOPs and stored weights head by head."""
    n, d, h = 7, 12, 3
    assert value_of(card.cloze(1), n=n, d=d, h=h) == h * flops((n, d // h, n), (n, n, d // h))
    assert value_of(card.cloze(2), n=n, d=d, h=h) == sum(np.empty((n, n)).size for _ in range(h))


@proof("am.complexity-04")
def longer(card: Claim) -> None:
    """Sums the products of the layer at both lengths."""
    d, _, _, _, _, short, long = map(int, card.numbers("front"))

    def cost(n: int) -> int:
        return flops(*4 * [(n, d, d)], (n, d, 4 * d), (n, 4 * d, d), (n, d, n), (n, n, d))

    assert cost(short) == value_of(card.formulas("front")[1], n=short, d=d)
    assert card.value == cost(long) / cost(short)


@proof("am.param-flops-01")
def forward_and_backward(card: Claim) -> None:
    """Counts one token through two linear layers, and the two products of the backward pass of each."""
    layers = [(5, 7), (7, 3)]
    n = sum(a * b for a, b in layers)
    assert value_of(card.cloze(1), N=n) == flops(*((1, a, b) for a, b in layers))
    assert value_of(card.cloze(2), N=n) == flops(*((1, b, a) for a, b in layers), *((a, 1, b) for a, b in layers))


@proof("am.param-flops-02")
def gradients_of_a_linear_layer(card: Claim) -> None:
    """Compares both stated gradients with central differences."""
    x, w, g = card.rng.normal(size=(4, 3)), card.rng.normal(size=(3, 5)), card.rng.normal(size=(4, 5))
    names = {"X": x, "W": w, "G": g}
    _, to_x, to_w = (formula.split("=")[1] for formula in card.formulas("back"))
    assert close(array_of(to_x, names), gradient(lambda x: float(np.sum(g * (x @ w))), x))
    assert close(array_of(to_w, names), gradient(lambda w: float(np.sum(g * (x @ w))), w))


@proof("am.param-flops-04")
def width(card: Claim) -> None:
    """Counts the matrix elements at the stated width against the total."""
    layers, factor, mantissa, ten, exponent = card.numbers("front")
    d = card.value
    assert d > 0
    elements = layers * (4 * d * d + 2 * d * (factor * d))
    assert math.isclose(elements, mantissa * ten**exponent, rel_tol=0.01)


@proof("am.kv-cache-02")
def bytes_of_a_token(card: Claim) -> None:
    """The size of an allocated cache of one token."""
    layers, heads, size = 3, 2, 5
    cache = np.zeros((layers, 2, heads, size), dtype=np.float16)
    assert value_of(card.cloze(1), L=layers, g=heads, d_h=size, b=2) == cache.nbytes


@proof("am.kv-cache-03")
def intensity(card: Claim) -> None:
    """Counts the operations of a product of a vector and a matrix, and the bytes of the matrix in 16 bits."""
    weights = np.zeros((6, 4), dtype=np.float16)
    operations = flops((1, *weights.shape))
    ratio, per_parameter, bytes_each = card.numbers("back")
    assert card.numbers("front")[0] == 1
    assert (per_parameter, bytes_each) == (operations / weights.size, weights.nbytes / weights.size)
    assert ratio == operations / weights.nbytes


@proof("am.kv-cache-07")
def growth_of_the_cache(card: Claim) -> None:
    """The growth by the sizes of allocated caches."""
    weights, cache, batch, length = card.numbers("front")
    small, large = np.empty((1, 2, 3, 5)), np.empty((int(batch), 2, 3, 5 * int(length)))
    grown = cache * large.size / small.size
    assert card.value == approx(100 * grown / (grown + weights), abs=0.1)
    product, share = card.formulas("back")
    assert [value_of(side) for side in product.split("=")] == approx([grown, grown])
    assert value_of(share) == approx(grown / (grown + weights))


@proof("am.multi-head-01")
def projections(card: Claim) -> None:
    """Counts the matrices of every head."""
    for d, h in ((12, 3), (12, 4)):
        heads = sum(3 * np.empty((d, d // h)).size for _ in range(h))
        output = np.empty((h * (d // h), d)).size
        assert value_of(card.formulas("back")[0], d=d, h=h) == heads + output


@proof("am.multi-head-03")
def concatenation(card: Claim) -> None:
    """Concatenates random heads and multiplies by the whole matrix."""
    n, d, size, h = 4, 6, 3, 2
    heads, output = card.rng.normal(size=(h, n, size)), card.rng.normal(size=(h * size, d))
    blocks = np.split(output, h)
    terms = [{"H_i": head, "W_O^{(i)}": block} for head, block in zip(heads, blocks, strict=True)]
    assert close(array_of(card.cloze(1), {r"\sum_{i=1}^h": terms}), np.concatenate([*heads], axis=1) @ output)
    assert shape_of(card.cloze(2), d_v=size, d=d) == blocks[0].shape


@cache
def rank_of_random_product(width: int, size: int) -> int:
    """AB has the columns of AB times the transpose of B, which is thinner."""
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(width, size)), rng.normal(size=(size, width))
    return int(np.linalg.matrix_rank(left @ (right @ right.T)))


@proof("am.multi-head-04")
def rank_of_a_head(card: Claim) -> None:
    """The rank of a random product of that size."""
    width, _heads, size = map(int, card.numbers("front")[:3])
    assert card.numbers("back")[0] == rank_of_random_product(width, size)
    assert card.numbers("more")[0] == size


@proof("am.mqa-gqa-03")
def fewer_heads(card: Claim) -> None:
    """Shapes of concatenated heads and sizes of allocated caches."""
    d, size, h, g = 10, 3, 4, 2
    projection = np.concatenate([np.empty((d, size)) for _ in range(g)], axis=1)
    assert shape_of(card.cloze(1), d=d, d_h=size, g=g, h=h) == projection.shape
    assert value_of(card.cloze(2), g=g, h=h) == np.empty((2, g, size)).size / np.empty((2, h, size)).size


@proof("am.mqa-gqa-04")
def copies_over_gpus(card: Claim) -> None:
    """Collects the KV heads that each GPU needs."""
    queries, shared, gpus = map(int, card.numbers("front"))
    group, share = queries // shared, queries // gpus
    needed = [{query // group for query in range(gpu * share, (gpu + 1) * share)} for gpu in range(gpus)]
    assert card.value == sum(map(len, needed)) / shared


@proof("am.mla-02")
def equal_caches(card: Claim) -> None:
    """The elements of a latent and a rotary key over those of a key and a value."""
    latent, rotary, size = map(int, card.numbers("front"))
    assert math.isclose(card.value * (np.empty(size).size + np.empty(size).size), latent + rotary)


@proof("am.output-head-03")
def bytes_of_logits(card: Claim) -> None:
    """Bytes of one FP32 number times the numbers, in the unit of the card."""
    vocabulary, tokens, ten, exponent = card.numbers("front")
    assert card.unit == "GB"
    assert math.isclose(card.value * ten**exponent, np.float32().nbytes * vocabulary * tokens, rel_tol=0.01)


@proof("am.transformer-block-02")
def share_of_the_ffn(card: Claim) -> None:
    """Counts the elements of the matrices of a block of width 24."""
    part, parts, factor = card.numbers("front")
    d = 24
    kv, hidden = round(d * part / parts), round(d * factor)
    attended = sum(np.empty(shape).size for shape in ((d, d), (d, kv), (d, kv), (d, d)))
    ffn = sum(np.empty(shape).size for shape in ((d, hidden), (d, hidden), (hidden, d)))
    assert math.isclose(card.value, ffn / (ffn + attended), rel_tol=1e-9)


@proof("am.long-range-03")
def cheaper_than_recurrent(card: Claim) -> None:
    """Counts the FLOPs of both on a grid of lengths and widths, for each form of the inequality."""
    for n, d in itertools.product(range(1, 7), repeat=2):
        attended, recurrent = flops((n, d, n), (n, n, d)), n * flops((1, d, d), (1, d, d))
        for answer in card.answers:
            sides = re.fullmatch(r"([^<>]+)([<>])([^<>]+)", re.sub("当|时|when", "", answer))
            if sides:
                left, right = value_of(sides[1], n=n, d=d), value_of(sides[3], n=n, d=d)
                assert (left < right if sides[2] == "<" else left > right) == (attended < recurrent)


@proof("am.linear-attention-02")
def break_even(card: Claim) -> None:
    """Fills a cache token by token until it has as many elements as the state."""
    rows, columns, size = map(int, card.numbers("front"))
    cache: list[Array] = []
    while sum(array.size for array in cache) < rows * columns:
        cache += [np.empty(size), np.empty(size)]
    assert sum(array.size for array in cache) == rows * columns
    assert card.value == len(cache) / 2


# --- softmax, scaling, masks ---


@proof("am.softmax-01")
def denominator(card: Claim) -> None:
    """Random, equal and widely spread logits."""
    least, most = (value_of(formula, n=5) for formula in card.formulas("back"))
    sums = [float(np.exp(z - z.max()).sum()) for z in card.rng.normal(scale=3, size=(200, 5))]
    assert all(least < total <= most for total in sums)
    assert float(np.exp(np.zeros(5)).sum()) == most
    assert math.isclose(float(np.exp([0, -30, -30, -30, -30]).sum()), least)


@proof("am.softmax-02")
def jacobian_of_softmax(card: Claim) -> None:
    """Central differences."""
    z = card.rng.normal(size=4)
    p = softmax(z)[:, None]
    names = {"p": p, r"\operatorname{diag}": lambda column: np.diag(column[:, 0])}
    assert close(array_of(card.cloze(1), names), jacobian(softmax, z))


@proof("am.softmax-03")
def kernel_of_the_jacobian(card: Claim) -> None:
    """Central differences, times the vector of ones."""
    left, right = card.formulas("back")[-1].split("=")
    for z in card.rng.normal(size=(3, 5)):
        found = array_of(left, {"J": jacobian(softmax, z), r"\mathbf1": np.ones((5, 1))})
        assert close(found, np.full((5, 1), value_of(right)))


@proof("am.softmax-04")
def cold_limit(card: Claim) -> None:
    """A temperature of a thousandth."""
    at_maximum, elsewhere = card.numbers("back")[0] / card.numbers("back")[1], card.numbers("back")[2]
    limit = softmax(np.array([3.0, 1.0, 3.0, 2.9]) / 1e-3)
    assert close(limit, [at_maximum, elsewhere, at_maximum, elsewhere])


@proof("am.softmax-05")
def derivation_of_the_jacobian(card: Claim) -> None:
    """Each line computed from the one before it, the derivatives by central differences."""
    logs, slopes, scaled, whole, applied = (tex_in(step)[-1] for step in card.steps)
    z, g = card.rng.normal(size=4), card.rng.normal(size=4)
    p, log_z = softmax(z), math.log(np.exp(z).sum())
    by_logs = jacobian(lambda z: np.log(softmax(z)), z)
    assert slopes.split("=")[0] == rf"\partial{logs.split('=')[0]}/\partial z_j"
    for i, j in np.ndindex(4, 4):
        names = {"p_i": p[i], "p_j": p[j], r"\delta_{ij}": float(i == j), "z_i": z[i], r"\logZ": log_z}
        assert close(array_of(logs.split("=")[1], names), math.log(p[i]))
        assert close(array_of(slopes.split("=")[1], names), by_logs[i, j])
        assert close(array_of(scaled.split("=")[1], names), p[i] * by_logs[i, j])
    matrices: dict[str, Any] = {"p": p[:, None], "g": g[:, None], r"\mathbf1": np.ones((4, 1))}
    matrices[r"\operatorname{diag}"] = lambda column: np.diag(column[:, 0])
    assert assigned(whole, matrices) == "J"
    assert close(matrices["J"], jacobian(softmax, z))
    left, right = applied.split("=")
    assert close(array_of(left, matrices), array_of(right, matrices))


@proof("am.softmax-06")
def two_classes(card: Claim) -> None:
    """The log odds at random logits."""
    for a, b in card.rng.normal(size=(5, 2)):
        p = math.exp(a) / (math.exp(a) + math.exp(b))
        for answer in card.answers:
            assert math.isclose(value_of(answer.removeprefix("u="), a=a, b=b), math.log(p / (1 - p)))


def enumerated(size: int, values: Sequence[float], chances: Sequence[float]) -> Iterable[tuple[Array, float]]:
    """Every vector of independent entries with its probability."""
    for chosen in itertools.product(range(len(values)), repeat=size):
        yield np.array([values[n] for n in chosen]), math.prod(chances[n] for n in chosen)


SKEWED = ((2.0, -0.5), (0.2, 0.8))
"""Mean 0 and variance 1."""


def variance_of_score(d: int, divisor: float) -> float:
    moments = np.zeros(2)
    for entries, chance in enumerated(2 * d, *SKEWED):
        score = float(entries[:d] @ entries[d:]) / divisor
        moments += chance * np.array([score, score * score])
    return float(moments[1] - moments[0] ** 2)


@proof("am.scaling-01")
def deviation_of_a_score(card: Claim) -> None:
    """Enumerates all vectors with entries of mean 0 and variance 1."""
    for d in (2, 3):
        assert math.isclose(value_of(card.cloze(1), d_k=d), math.sqrt(variance_of_score(d, 1)))


@proof("am.scaling-02")
def two_divisors(card: Claim) -> None:
    """Enumerates all vectors, divided in both ways."""
    for d in (2, 3):
        by_size, by_root = card.formulas("back")[1], card.formulas("back")[-1]
        assert math.isclose(value_of(by_size, d_k=d), variance_of_score(d, d))
        assert math.isclose(value_of(by_root), variance_of_score(d, math.sqrt(d)))


@proof("am.scaling-03")
def score_with_itself(card: Claim) -> None:
    """Enumerates all vectors."""
    for d in (2, 3, 5):
        mean = sum(chance * float(q @ q) / math.sqrt(d) for q, chance in enumerated(d, *SKEWED))
        assert math.isclose(value_of(card.formulas("back")[0], d_k=d), mean)


@proof("am.scaling-04")
def as_a_temperature(card: Claim) -> None:
    """The softmax without the scaling against the scaled one at that temperature."""
    d = int(card.numbers("front")[0])
    q, keys = card.rng.normal(size=d) / 4, card.rng.normal(size=(5, d))
    assert close(softmax(keys @ q), softmax(keys @ q / math.sqrt(d) / card.value))


@proof("am.masking-02")
def pairs_under_the_mask(card: Claim) -> None:
    """Counts the pairs that the condition lets through, and those of a triangular matrix."""
    condition = card.cloze(1).strip("$").replace(r"\le", "<=").replace(r"\ge", ">=")
    for n in (3, 6):
        kept = sum(eval(condition, {"i": i, "j": j}) for i in range(n) for j in range(n))
        assert kept == value_of(card.cloze(2), n=n) == np.count_nonzero(np.tril(np.ones((n, n))))
        assert eval(condition, {"i": n, "j": 1})


@proof("am.masking-04")
def prefix_means(card: Claim) -> None:
    """The means of the first values, and a run."""
    values = [float(number) for number in re.findall(r"np\.array\(\[(.+?)\]\)", card.code)[0].split(",")]
    means = [sum(values[: n + 1]) / (n + 1) for n in range(len(values))]
    assert run_code(card.code) == card.output == str(means)


@proof("am.long-range-02")
def half_the_weight(card: Claim) -> None:
    """The softmax of all the scores."""
    keys, other, above, below = card.numbers("front")
    scores = np.full(int(keys), other)
    scores[0] = card.value
    assert math.isclose(softmax(scores)[0], above / below, rel_tol=0.005)


@proof("am.implementation-02")
def first_loss(card: Claim) -> None:
    """The cross-entropy of equal logits, class by class."""
    vocabulary, logit = card.numbers("front")
    logits = np.full(int(vocabulary), logit)
    assert math.isclose(card.value, -math.log(softmax(logits)[7]), rel_tol=0.005)


@proof("am.family-02")
def pairs_of_a_prefix(card: Claim) -> None:
    """Counts the pairs of the mask."""
    prefix, length = map(int, card.numbers("front"))
    assert card.value == sum(j <= i or (i < prefix and j < prefix) for i in range(length) for j in range(length))


# --- attention itself ---


@proof("am.qkv-01")
def shape_of_the_output(card: Claim) -> None:
    """The shape of a computed output."""
    sizes = {"n": 2, "m": 3, "d_k": 4, "d_v": 5}
    q, k, v = (np.zeros([int(size) for size in shape_of(card.formulas("front")[n], **sizes)]) for n in (1, 3, 5))
    assert shape_of(card.formulas("back")[0], **sizes) == attention(q, k, v).shape


@proof("am.qkv-02")
def equivariance(card: Claim) -> None:
    """Permutes random rows before and after: the scores, and the output."""
    x, projections = card.rng.normal(size=(5, 4)), card.rng.normal(size=(3, 4, 4))
    swap = np.eye(5)[[2, 0, 3, 4, 1]]
    q, k, v = (x @ w for w in projections)
    names = {"P": swap, "S": q @ k.T, "V": v, "Y": attention(q, k, v)}
    _, scores, values, output = (array_of(formula, names) for formula in card.formulas("more"))
    moved_q, moved_k, moved_v = (swap @ x @ w for w in projections)
    assert close(scores, moved_q @ moved_k.T)
    assert close(values, moved_v)
    assert close(output, attention(moved_q, moved_k, moved_v))


@proof("am.qkv-05")
def gauge(card: Claim) -> None:
    """The scores of random rows before and after the change."""
    x, q, k = card.rng.normal(size=(6, 4)), card.rng.normal(size=(4, 3)), card.rng.normal(size=(4, 3))
    names = {"X": x, "W_Q": q, "W_K": k, "R": card.rng.normal(size=(3, 3))}
    changed, identity = card.formulas("back")
    scores = array_of(card.formulas("front")[0].split("=")[1], names)
    assert close(x @ q @ names["R"] @ (x @ array_of(changed, names)).T, scores)
    left, right = identity.split("=")
    assert close(array_of(left, names), array_of(right, names))


@proof("am.qkv-06")
def equal_keys(card: Claim) -> None:
    """Attention to three equal random keys."""
    values = np.array(card.numbers("front"))[:, None]
    query, key = card.rng.normal(size=(2, 1, 4))
    assert math.isclose(card.value, attention(query, np.repeat(key, len(values), axis=0), values)[0, 0])


@proof("am.encoder-decoder-01")
def sides_of_cross_attention(card: Claim) -> None:
    """Multiplies shapes: the output needs a row per target position, added up over the source."""
    rows = {"decoder": 5, "encoder": 12}

    def fits(option: str) -> bool:
        side = {name: where for names, where in re.findall(r"\$([QKV,]+)\$ (\w+)", option) for name in names}
        q, k, v = (np.ones((rows[side[name]], 3)) for name in "QKV")
        return len(k) == len(v) and (q @ k.T @ v).shape[0] == rows["decoder"] and len(v) == rows["encoder"]

    assert card.key == only(card.options, fits)


@proof("am.encoder-decoder-03")
def cross_weights(card: Claim) -> None:
    """The shape of computed weights."""
    source, target, _ = map(int, card.numbers("front"))
    weights = softmax(np.ones((target, 3)) @ np.ones((source, 3)).T)
    assert shape_of(card.answers[0]) == weights.shape
    assert shape_of(card.formulas("back")[0]) == weights.shape


@proof("am.implementation-01")
def shapes_of_the_heads(card: Claim) -> None:
    """Runs the steps on random numbers, checks each stated shape, and the result against heads cut out by hand."""
    sizes = {"B": 2, "n": 5, "h": 3, "d_k": 4, "d": 12}
    batch, n, h, size, d = (sizes[name] for name in ("B", "n", "h", "d_k", "d"))
    x, weights = card.rng.normal(size=(batch, n, d)), card.rng.normal(size=(4, d, d)) / 3
    heads: list[Array] = []
    now: Array = np.empty(0)
    for step in card.steps:
        if step.startswith("Input"):
            now = x
        elif step.startswith("Project, split"):
            heads = [(now @ w).reshape(batch, n, h, size) for w in weights[:3]]
            now = heads[0]
        elif step.startswith("Project and reshape"):
            heads = [(now @ w).reshape(batch, h, n, size) for w in weights[:3]]
            now = heads[0]
        elif step.startswith("Swap the length"):
            heads = [head.swapaxes(1, 2) for head in heads]
            now = heads[0]
        elif step.startswith("Scores"):
            now = softmax(heads[0] @ heads[1].swapaxes(2, 3) / math.sqrt(size))
        elif step.startswith("Weights times"):
            now = now @ heads[2]
        elif step.startswith("Swap the axes of $H$ back"):
            now = now.swapaxes(1, 2).reshape(batch, n, d) @ weights[3]
        else:
            now = now.reshape(batch, n, d)
        stated = re.findall(r"\$\((.+?)\)\$", step)[-1]
        assert now.shape == tuple(sizes[name] for name in stated.split(","))
    for example, result in zip(x, now, strict=True):
        q, k, v = (example @ w for w in weights[:3])
        cuts = [slice(size * head, size * (head + 1)) for head in range(h)]
        joined = np.concatenate([attention(q[:, cut], k[:, cut], v[:, cut]) for cut in cuts], axis=1)
        assert close(joined @ weights[3], result)


@proof("am.implementation-03")
def leak(card: Claim) -> None:
    """Makes each mistake in a small layer and looks whether a position then depends on the token after it."""
    x, projections = card.rng.normal(size=(4, 3)), card.rng.normal(size=(3, 3, 3))
    positions = card.rng.normal(size=(4, 3))

    def outputs(x: Array, mistake: str) -> Array:
        x = x if "position" in mistake else x + positions
        q, k, v = (x @ w for w in projections)
        scores = q @ k.T if r"\sqrt{d_k}" in mistake else q @ k.T / math.sqrt(3)
        if "mask" not in mistake:
            scores = np.where(np.tril(np.ones((4, 4))) > 0, scores, -np.inf)
        powers = np.exp(scores if "maximum" in mistake else scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True) @ v)

    later = x + np.eye(4, 1, -3) @ np.ones((1, 3))
    assert card.key == only(card.options, lambda option: not close(outputs(x, option)[2], outputs(later, option)[2]))


@proof("am.kv-cache-05")
def decoding_step(card: Claim) -> None:
    """Runs the steps on a cache and compares with the last row of causal attention over all tokens."""
    t, d = 5, 3
    x, (wq, wk, wv, wo) = card.rng.normal(size=(t, d)), card.rng.normal(size=(4, d, d))
    cache = [(row @ wk, row @ wv) for row in x[:-1]]
    made: dict[str, Array] = {}
    now: Array | None = None
    for step in card.steps:
        if step.startswith("Compute"):
            made = {name: x[-1] @ w for name, w in (("q_t", wq), ("k_t", wk), ("v_t", wv)) if name in step}
        elif step.startswith("Append"):
            names = re.findall(r"[qkv]_t", step)
            cache.append((made[names[0]], made[names[-1]]))
        elif step.startswith("Score"):
            now = np.array([made["q_t"] @ key for key, _ in cache]) / math.sqrt(d)
        elif step.startswith("Apply softmax"):
            assert now is not None
            now = softmax(now)
        elif step.startswith("Sum"):
            assert now is not None
            assert math.isclose(now.sum(), 1)
            now = sum(weight * value for weight, (_, value) in zip(now, cache, strict=True)) @ wo
    assert now is not None
    assert close(now, attention(x @ wq, x @ wk, x @ wv, causal=True)[-1] @ wo)


@proof("am.multi-head-05")
def second_head(card: Claim) -> None:
    """Cuts the last features out of both rows, and takes all numbers of the second row; and a run."""
    rows = [[0, 1, 2, 3], [4, 5, 6, 7]]
    wanted, taken = [row[2:] for row in rows], [rows[1][:2], rows[1][2:]]
    assert run_code(card.code) == card.output == f"{wanted} {taken}"


@proof("am.interpretability-02")
def share_of_the_output(card: Claim) -> None:
    """The quantity that adds up to the output, and with a tiny value is not largest where the weight is 0.9."""
    weight = card.numbers("front")[0]
    a = np.array([weight, (1 - weight) / 2, (1 - weight) / 2])
    scores, v = np.log(a), np.array([1e-3, 1.0, 2.0])

    def adds_up(option: str) -> bool:
        found = False
        for formula in tex_in(option):
            try:
                terms = [array_of(formula, {"a_j": a[j], "v_j": v[j], "s_j": scores[j]}) for j in range(3)]
            except ValueError:
                continue
            found = found or (math.isclose(sum(terms), a @ v) and np.argmax(np.abs(terms)) != np.argmax(a))
        return found

    assert a[0] == 0.9
    assert card.key == only(card.options, adds_up)


@proof("am.interpretability-03")
def nearly_orthogonal(card: Claim) -> None:
    """Random sign vectors: the union bound with Hoeffding's inequality gives a number, compared with each growth."""
    eps = 0.5
    assert card.numbers("front") == [0, 1]

    def log_count(d: int) -> float:
        """log N with N^2 exp(-d eps^2 / 2) below 1: then N vectors exist."""
        return d * eps**2 / 4

    def keeps_up(option: str) -> bool:
        if "exponentially" in option:
            return True
        if "square" in option:
            return 2 * math.log(10**4) > log_count(10**4)
        return math.log(value_of(tex_in(option)[0], d=10**4)) > log_count(10**4)

    assert card.key == only(card.options, keeps_up)
    few = np.sign(card.rng.normal(size=(150, 400))) / math.sqrt(400)
    assert np.max(np.abs(few @ few.T - np.eye(150))) <= eps


# --- backward ---


@proof("am.attention-backward-01")
def backward(card: Claim) -> None:
    """Runs the lines on random matrices, element by element where they have indices, against central differences."""
    x, k, v, g = (card.rng.normal(size=size) for size in ((4, 5), (6, 3), (6, 2), (4, 2)))
    w = card.rng.normal(size=(5, 3))

    def loss(w: Array) -> float:
        return float(np.sum(g * attention(x @ w, k, v)))

    weights = softmax(x @ w @ k.T / math.sqrt(3))
    names: dict[str, Any] = {"X": x, "K": k, "V": v, "dO": g, "A": weights, "d_k": 3.0}
    for step in card.steps:
        left, right = tight(step).split("=")
        if "_{ij}" not in right:
            assigned(step, names)
            continue
        indexed = {f"{name}_{{ij}}": name for name in ("A", "dA", "dS") if name in names}

        def at(i: int, j: int, indexed: Mapping[str, str] = indexed) -> dict[str, float]:
            return {key: names[name][i, j] for key, name in indexed.items()}

        if left == "D_i":
            names["D"] = [array_of(right, {r"\sum_j": [at(i, j) for j in range(6)]}) for i in range(4)]
        else:
            rows = [[array_of(right, {**at(i, j), "D_i": names["D"][i]}) for j in range(6)] for i in range(4)]
            names[left.removesuffix("_{ij}")] = np.array(rows)
    assert left == "dW_Q"
    assert close(names["dW_Q"], gradient(loss, w), rel=1e-4)


@proof("am.attention-backward-02")
def gradient_of_the_values(card: Claim) -> None:
    """Central differences, for every form of the answer that is written with ^T or \\top."""
    a, v, g = (card.rng.normal(size=size) for size in ((3, 4), (4, 2), (3, 2)))
    slopes = gradient(lambda v: float(np.sum(g * (a @ v))), v)
    for answer in card.answers:
        if re.fullmatch(r"\(?A\^(?:T|\{T\}|\\top|\{\\top\})\)?[ ·@*]?G", answer):
            assert close(array_of(re.sub("[·@*]", " ", answer), {"A": a, "G": g}), slopes)
    assert close(array_of(card.answers[0], {"A": a, "G": g}), slopes)


@proof("am.attention-backward-03")
def zero_rows(card: Claim) -> None:
    """Central differences of a random loss: the rows for the scores sum to zero, the keys follow the formula."""
    q, k, g = (card.rng.normal(size=size) for size in ((3, 2), (4, 2), (3, 4)))
    to_scores = gradient(lambda s: float(np.sum(g * softmax(s))), q @ k.T / math.sqrt(2))
    to_keys = gradient(lambda k: float(np.sum(g * softmax(q @ k.T / math.sqrt(2)))), k)
    zero = value_of(card.formulas("front")[-1])
    assert close(to_scores.sum(axis=1), zero)
    assert close(to_keys.sum(axis=0), zero)
    right = card.formulas("more")[0].split("=")[1]
    assert close(array_of(right, {r"(\partial L/\partial S)": to_scores, "Q": q, "d_k": 2.0}), to_keys)


@proof("am.flash-attention-05")
def row_statistic(card: Claim) -> None:
    """Sums the row with random matrices and compares every option."""
    a, v, g = softmax(card.rng.normal(size=(4, 4))), card.rng.normal(size=(4, 3)), card.rng.normal(size=(4, 3))
    o, to_weights = a @ v, g @ v.T
    row = float(np.sum(a[2] * to_weights[2]))
    names = {"dO_i": g[2], "O_i": o[2], "V_i": v[2]}
    assert card.key == only(card.options, lambda option: close(array_of(option, names), row))


# --- FlashAttention ---


@proof("am.flash-attention-01")
def merged_blocks(card: Claim) -> None:
    """Splits random scores in two and compares with the softmax over all."""
    scores, values = card.rng.normal(scale=4, size=7), card.rng.normal(size=7)
    blocks = [(scores[cut], values[cut]) for cut in (slice(3), slice(3, None))]
    names: dict[str, Any] = {}
    for n, (s, v) in enumerate(blocks, 1):
        powers = np.exp(s - s.max())
        names |= {f"m_{n}": s.max(), rf"\ell_{n}": powers.sum(), f"o_{n}": powers @ v}
    names["m"] = scores.max()
    names[r"\ell"] = array_of(card.cloze(1), names)
    assert close(names[r"\ell"], np.exp(scores - scores.max()).sum())
    names["o"] = array_of(card.cloze(1).replace(r"\ell", "o"), names)
    assert close(array_of(card.cloze(2), names), softmax(scores) @ values)


@proof("am.flash-attention-03")
def traffic(card: Claim) -> None:
    """Counts the numbers moved by the two loops over blocks, and by the standard implementation."""
    blocked, standard = (formula[len(r"\Theta(") : -1] for formula in card.formulas("back"))
    ratios, plain = [], []
    for n, d, part in itertools.product((64, 256, 1024), (8, 16, 64), (1, 2, 4, 8)):
        m = n * d // part
        block = max(1, m // (4 * d))
        moved = 0
        for start in range(0, n, block):
            moved += 2 * min(block, n - start) * d
            moved += 3 * n * d
        ratios.append(moved / value_of(blocked, n=n, d=d, M=m))
        plain.append((3 * n * d + 4 * n * n + n * d) / value_of(standard, n=n, d=d))
    assert max(ratios) < 1.5 * min(ratios)
    assert max(plain) < 1.5 * min(plain)


@proof("am.flash-attention-04")
def online_softmax(card: Claim) -> None:
    """Runs the lines over three blocks and compares with attention over all keys."""
    n, d = 4, 3
    q, keys, values = (card.rng.normal(scale=2, size=size) for size in ((n, d), (6, d), (6, 5)))
    names: dict[str, Any] = {"Q": q, "m": np.full((n, 1), -1e3), r"\ell": np.zeros((n, 1)), "O": np.zeros((n, 5))}
    names[r"\max"] = np.maximum
    names[r"\operatorname{rowmax}"] = lambda rows: rows.max(axis=1, keepdims=True)
    names[r"\operatorname{rowsum}"] = lambda rows: rows.sum(axis=1, keepdims=True)
    *loop, last = card.steps
    for cut in (slice(0, 2), slice(2, 4), slice(4, 6)):
        names["K_j"], names["V_j"] = keys[cut], values[cut]
        for step in loop:
            assert not step.startswith("After all")
            for formula in tex_in(step):
                if re.search(r"=|\\leftarrow", formula):
                    assigned(formula, names)
        for name in ("S", r"m^\prime", "P"):
            del names[name]
    assert last.startswith("After all blocks divide")
    divided, divisor = tex_in(last)
    found = array_of(divided, names) / array_of(divisor, names)
    assert close(found, attention(q * math.sqrt(d), keys, values))


# --- positions ---


@proof("am.position-encoding-01")
def sinusoidal_products(card: Claim) -> None:
    """Builds two codes pair by pair."""
    d, i, j = 8, 5, 2
    omegas = [10000 ** (-2 * t / d) for t in range(d // 2)]
    one, two = (np.array([f(w * n) for w in omegas for f in (math.sin, math.cos)]) for n in (i, j))
    names = {"i": float(i), "j": float(j), r"\cos": np.cos, r"\sin": np.sin}
    terms = [{r"\omega_t": w} for w in omegas]
    assert close(array_of(card.cloze(1), {**names, r"\sum_t": terms}), one @ two)
    assert close(value_of(card.cloze(2), d=d), one @ one)


@proof("am.position-encoding-03")
def wavelength(card: Claim) -> None:
    """Follows the phase until the pair has come round once."""
    width, base, two, _, _, _, t = card.numbers("front")
    omega = base ** (two * t / width)
    position = 0
    while omega * position < 2 * math.pi:
        position += 1
    assert abs(card.value - position) <= 1


def rotation(angle: float) -> Array:
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


@proof("am.rope-01")
def relative_rotation(card: Claim) -> None:
    """Random vectors, rotated and scored."""
    m, n, theta = 5, 2, 0.3
    q, k = card.rng.normal(size=(2, 2, 1))
    names = {"R_{n-m}": n - m, "R_{m-n}": m - n, "R_{-m}": -m, "R_m": m, "R_n": n, "R_{n+m}": n + m}
    rotations = {name: rotation(theta * steps) for name, steps in names.items()}
    score = (rotations["R_m"] @ q).T @ rotations["R_n"] @ k
    assert close(q.T @ array_of(card.cloze(1), rotations) @ k, score)
    assert close(array_of(card.cloze(2), rotations), rotations["R_m"].T)


@proof("am.rope-03")
def unchanged_frequency(card: Claim) -> None:
    """All frequencies at both bases."""
    frequency, _, _, before, after, _ = card.formulas("front")
    size = 16.0
    old, new = value_of(before), value_of(after)

    def theta(t: int, b: float) -> float:
        return float(array_of(frequency.split("=")[1], {"b": b, "t": float(t), "d": size}))

    same = [t for t in range(8) if math.isclose(theta(t, old), theta(t, new))]
    assert [card.numbers("back")[0]] == same
    assert card.numbers("back")[1] == theta(same[0], new)


@proof("am.rope-05")
def one_pair(card: Claim) -> None:
    """Rotates step by step."""
    parts, first, second, at, other = card.numbers("front")
    turn = rotation(math.pi / parts)
    q = np.linalg.matrix_power(turn, int(at)) @ [first, second]
    k = np.linalg.matrix_power(turn, int(other)) @ [first, second]
    assert math.isclose(card.value, q @ k, rel_tol=1e-9)


@proof("am.rope-scaling-04")
def new_base(card: Claim) -> None:
    """The lowest frequency at the stated base over the one before."""
    frequency, last, old, factor = card.formulas("front")
    t = float(last.split(",")[-1])

    def lowest(b: float) -> float:
        return float(array_of(frequency.split("=")[1], {"b": b, "t": t}))

    assert math.isclose(lowest(card.value), value_of(factor) * lowest(value_of(old.split("=")[1])), rel_tol=0.003)


# --- normalisation and the block ---


def layer_norm(x: Array) -> Array:
    return np.asarray((x - x.mean()) / x.std())


@proof("am.layernorm-rmsnorm-01")
def root_mean_square(card: Claim) -> None:
    """The Euclidean norm over the root of the dimension."""
    x = card.rng.normal(size=6)
    found = array_of(card.cloze(1), {"d": 6.0, r"\sum_i": [{"x_i": entry} for entry in x]})
    assert close(found, np.linalg.norm(x) / math.sqrt(6))


@proof("am.layernorm-rmsnorm-02")
def sphere_and_plane(card: Claim) -> None:
    """Random vectors through LayerNorm."""
    radius, plane = (formula.split("=")[1] for formula in card.formulas("back"))
    for d in (3, 7):
        y = layer_norm(card.rng.normal(size=d))
        assert close(np.linalg.norm(y), value_of(radius, d=d))
        assert close(y.sum(), value_of(plane))


@proof("am.layernorm-rmsnorm-04")
def two_numbers(card: Claim) -> None:
    """From mean and deviation back to the vector, then every form of the answer, and RMSNorm."""
    *pair, centre, spread = card.numbers("back")
    x = [centre + sign * spread for sign in pair]
    assert x == [1, 7]
    wanted = [(entry - statistics.fmean(x)) / statistics.pstdev(x) for entry in x]
    for answer in card.answers:
        assert close([float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", answer.split(")^")[0])], wanted)
    *_, low, high, size = card.numbers("more")
    assert close(size, math.hypot(*x) / math.sqrt(2))
    assert close(np.array([low, high]) * size, x)


@proof("am.pre-post-norm-01")
def jacobians_of_sublayers(card: Claim) -> None:
    """Central differences of both sublayers."""
    x, matrix = card.rng.normal(size=4), card.rng.normal(size=(4, 4))

    def sublayer(x: Array) -> Array:
        return np.tanh(matrix @ x)

    names = {"I": np.eye(4), "J_F": jacobian(sublayer, layer_norm(x)), "J_N": jacobian(layer_norm, x)}
    assert close(array_of(card.cloze(1), names), jacobian(lambda x: x + sublayer(layer_norm(x)), x), rel=1e-4)
    names |= {"J_F": jacobian(sublayer, x), "J_N": jacobian(layer_norm, x + sublayer(x))}
    assert close(array_of(card.cloze(2), names), jacobian(lambda x: layer_norm(x + sublayer(x)), x), rel=1e-4)


@proof("am.pre-post-norm-03")
def variance_of_a_sum(card: Claim) -> None:
    """The norm of the coefficients of independent terms."""
    blocks, *_ = card.numbers("front")
    coefficients = [card.value for _ in range(int(blocks)) for _sublayer in ("attention", "FFN")]
    assert card.value > 0
    assert math.isclose(np.linalg.norm(coefficients), 1, rel_tol=0.005)


@proof("am.ffn-swiglu-01")
def least_silu(card: Claim) -> None:
    """Searches a fine grid."""
    least, where = card.numbers("more")
    grid = np.linspace(-5, 5, 100_001)
    values = grid / (1 + np.exp(-grid))
    assert abs(values.min() - least) < 5e-4
    assert abs(grid[values.argmin()] - where) < 5e-4


@proof("am.ffn-swiglu-02")
def equal_parameters(card: Claim) -> None:
    """Counts the elements of allocated matrices."""
    factor, plain = card.numbers("front")
    d = 12
    gated = 3 * np.empty((d, round(factor * d))).size
    assert gated == 2 * np.empty((d, round(plain * d))).size
    for formula in card.formulas("back"):
        assert all(math.isclose(value_of(side, d=d), gated) for side in formula.split("="))


@proof("am.ffn-swiglu-03")
def gated_layer(card: Claim) -> None:
    """Computes each hidden unit by itself, and counts the elements."""
    x, w1, w3 = card.rng.normal(size=(3, 4)), card.rng.normal(size=(4, 5)), card.rng.normal(size=(4, 5))
    units = [[a / (1 + math.exp(-a)) * b for a, b in zip(r @ w1, r @ w3, strict=True)] for r in x]
    names = {"X": x, "W_1": w1, "W_3": w3, r"\operatorname{SiLU}": lambda z: z / (1 + np.exp(-z))}
    assert close(array_of(card.cloze(1), names), units)
    assert value_of(card.cloze(2), d=4, f=5) == w1.size + w3.size + np.empty((5, 4)).size


@proof("am.ffn-swiglu-04")
def homogeneity(card: Claim) -> None:
    """Evaluates the formula of the front at both inputs."""
    factor = card.numbers("front")[0]
    layer = card.formulas("front")[0].split("=")[1]
    names = {f"W_{n}": card.rng.normal(size=size) for n, size in ((1, (4, 5)), (3, (4, 5)), (2, (5, 2)))}
    names[r"\operatorname{ReLU}"] = lambda z: np.maximum(z, 0)  # type: ignore[assignment]
    x = card.rng.normal(size=(3, 4))
    before, after = (array_of(layer, {**names, "x": scale * x}) for scale in (1, factor))
    assert close(after, card.value * before)


@proof("am.transformer-block-01")
def pre_norm_block(card: Claim) -> None:
    """Runs the lines and compares with a block written out for each head."""
    n, d, h = 4, 6, 2
    x, inner = card.rng.normal(size=(n, d)), card.rng.normal(size=(3, h, d, d // h))
    output, up, down = card.rng.normal(size=(d, d)), card.rng.normal(size=(d, 9)), card.rng.normal(size=(9, d))

    def norm(gain: float) -> Callable[[Array], Array]:
        return lambda rows: gain * np.array([layer_norm(row) for row in rows])

    def ffn(rows: Array) -> Array:
        return np.maximum(rows @ up, 0) @ down

    names: dict[str, Any] = {"x": x, "d_k": float(d // h), r"\operatorname{FFN}": ffn}
    names |= {r"\operatorname{Norm}_1": norm(2), r"\operatorname{Norm}_2": norm(3)}
    names[r"\operatorname{softmax}"] = softmax
    found = None
    for step in card.steps:
        assert found is None
        formulas = tex_in(step)
        if step.startswith("Project"):
            source = names[formulas[0]]
            per_head = []
            for head in range(h):
                q, k, v = (source @ inner[n, head] for n in range(3))
                names |= {"Q_i": q, "K_i": k, "V_i": v}
                assigned(formulas[-1], names)
                per_head.append(names["H_i"])
            names["H"] = np.concatenate(per_head, axis=1)
        elif step.startswith("Concatenate"):
            names[formulas[-1]] = names["H"] @ output
        elif step.startswith("Output"):
            found = array_of(formulas[0], names)
        else:
            assigned(formulas[0], names)
    a = norm(2)(x)
    joined = np.concatenate([attention(*(a @ inner[n, head] for n in range(3))) for head in range(h)], axis=1)
    y = x + joined @ output
    assert found is not None
    assert close(found, y + ffn(norm(3)(y)))


@proof("am.transformer-block-03")
def gradients_at_zero(card: Claim) -> None:
    """Central differences for all six matrices of a small block."""
    x, target = card.rng.normal(size=(3, 4)), card.rng.normal(size=(3, 4))
    names = ("W_Q", "W_K", "W_V", "W_O", "W_1", "W_2")
    matrices = {name: card.rng.normal(size=(4, 4)) for name in names}
    matrices |= {name: np.zeros((4, 4)) for name in re.findall(r"(W_\w)=0", " ".join(card.formulas("front")))}

    def loss(name: str, matrix: Array) -> float:
        w = {**matrices, name: matrix}
        a = np.array([layer_norm(row) for row in x])
        y = x + attention(a @ w["W_Q"], a @ w["W_K"], a @ w["W_V"]) @ w["W_O"]
        b = np.array([layer_norm(row) for row in y])
        return float(np.sum(target * (y + np.maximum(b @ w["W_1"], 0) @ w["W_2"])))

    def moves(name: str) -> bool:
        return bool(np.abs(gradient(lambda matrix: loss(name, matrix), matrices[name])).max() > 1e-6)

    moved = {name for name in names if moves(name)}

    def said(option: str) -> set[str]:
        return set(names) if "all six" in option else set(re.findall(r"W_\w", option))

    assert card.key == only(card.options, lambda option: said(option) == moved)


# --- linear attention, latent attention, output head ---


@proof("am.linear-attention-01")
def recurrence(card: Claim) -> None:
    """Rewrites the front's sum by line 1, and computes each further line from the one before on random features."""
    old, new = tex_in(card.steps[0])
    rewritten = tight(card.formulas("front")[0]).replace(tight(old), tight(new))
    (kernel_sum,) = tex_in(card.steps[1])
    assert tight(kernel_sum) == rewritten
    _, pulled, state = tex_in(card.steps[2])
    (step,) = tex_in(card.steps[3])
    phi_q, phi_k, v = (card.rng.normal(size=(5, size, 1)) for size in (3, 3, 2))
    states = [np.zeros((3, 2))]
    for i in range(5):
        terms = [{r"\phi(k_j)": phi_k[j], "v_j": v[j]} for j in range(i + 1)]
        names: dict[str, Any] = {r"\phi(q_i)": phi_q[i], r"\phi(k_i)": phi_k[i], "v_i": v[i]}
        names |= {r"\sum_{j\lei}": terms, "S_{i-1}": states[-1]}
        assert assigned(state, names) == "S_i"
        found = array_of(kernel_sum, names)
        assert close(found, sum((phi_q[i] * phi_k[j]).sum() * v[j].T for j in range(i + 1)))
        assert close(array_of(pulled, names), found)
        assert close(array_of(step.split("=")[1], names), names["S_i"])
        states.append(names["S_i"])
    assert "=" not in card.steps[4]
    assert {state.shape for state in states} == {(3, 2)}


@proof("am.linear-attention-03")
def crosstalk(card: Claim) -> None:
    """What each option blames, tried with fewer pairs than features, where reading works, and with more, where not."""
    d = 4

    def reads_out(n: int) -> bool:
        """Whether for each key some query has product 1 with it and 0 with the others."""
        keys = keys_of(n)
        return close(keys @ np.linalg.pinv(keys), np.eye(n))

    def keys_of(n: int) -> Array:
        return np.random.default_rng(n).normal(size=(n, d))

    def holds(option: str, n: int) -> bool:
        keys, values = keys_of(n), np.random.default_rng(1).normal(size=(n, 2))
        if "order" in option:
            return close(keys.T @ values, keys[::-1].T @ values[::-1])
        if "overflow" in option:
            return not bool(np.isfinite(keys.T @ values).all())
        if "weights" in option:
            return not close((keys @ np.ones(d)).sum(), 1)
        return "dependent" in option and bool(np.linalg.matrix_rank(keys) < n)

    assert reads_out(3)
    assert not reads_out(6)
    assert "n>d" in card.formulas("front")
    assert card.key == only(card.options, lambda option: holds(option, 6) and not holds(option, 3))


@proof("am.linear-attention-04")
def composed_steps(card: Claim) -> None:
    """Two steps of the recurrence from two starts determine the affine map."""
    for a1, b1, a2, b2 in card.rng.normal(size=(3, 4)):
        at_zero, at_one = (a2 * (a1 * h + b1) + b2 for h in (0, 1))
        symbols = {"a_1": a1, "b_1": b1, "a_2": a2, "b_2": b2}

        def fits(option: str, found: tuple[float, float] = (at_one - at_zero, at_zero), s: Names = symbols) -> bool:
            return close([array_of(part, s) for part in option.strip("$")[1:-1].split(",\\;")], found)

        assert card.key == only(card.options, fits)


@proof("am.mla-04")
def absorbed_query(card: Claim) -> None:
    """Random latents; every form of the answer that is written with ^T or \\top."""
    w, q, c = card.rng.normal(size=(3, 5)), card.rng.normal(size=(3, 1)), card.rng.normal(size=(5, 1))
    names = {"W": w, "q": q}
    wanted = (q * (w @ c)).sum()
    for answer in card.answers:
        if re.fullmatch(r"\(?W\^(?:T|\{T\}|\\top|\{\\top\})\)?[ ·@*]?q|\(q\^T W\)\^T", answer):
            assert close(array_of(re.sub("[·@*]", " ", answer), names).T @ c, wanted)
    assert close(array_of(card.answers[0], names).T @ c, wanted)


@proof("am.output-head-02")
def rank_of_log_probabilities(card: Claim) -> None:
    """The rank in small models of several widths, and the same rule at the width of the card."""
    for size in (3, 5, 8):
        hidden, words = card.rng.normal(size=(60, size)), card.rng.normal(size=(40, size))
        logs = np.log(softmax(hidden @ words.T))
        extra = int(np.linalg.matrix_rank(logs)) - size
        assert card.value == card.numbers("front")[0] + extra


@proof("am.rasp-01")
def reversal(card: Claim) -> None:
    """Runs the program on sequences of several lengths."""
    for n in (3, 5):
        tokens = card.rng.normal(size=n)
        made: dict[str, Array] = {}
        for step in card.steps:
            if step.startswith("Select all"):
                made["F"] = np.ones((n, n))
            elif step.startswith("Aggregate the indicator"):
                made["1/n"] = made["F"] @ (np.arange(n) == 0) / made["F"].sum(axis=1)
            elif step.startswith("Take reciprocals"):
                made["n"] = 1 / made["1/n"]
            elif step.startswith("Compute"):
                rule = tex_in(step)[0].split("=")[1]
                made["r_i"] = np.array([value_of(rule, n=made["n"][i], i=i) for i in range(n)])
            elif step.startswith("At position"):
                made["selected"] = (np.arange(n)[None, :] == np.round(made["r_i"])[:, None]).astype(float)
            elif step.startswith("Aggregate the tokens with this"):
                made["result"] = made["selected"] @ tokens / made["selected"].sum(axis=1)
            else:
                made["result"] = (made["F"] @ tokens / made["F"].sum(axis=1))[::-1]
        assert close(made["result"], tokens[::-1])


# --- sparse attention ---


@proof("am.sliding-window-01")
def rolling_buffer(card: Claim) -> None:
    """For each slot the latest position that belongs to it; and a run."""
    window, first, last = map(int, card.numbers("front"))
    slots = [max(i for i in range(first, last + 1) if i % window == slot) for slot in range(window)]
    assert run_code(card.code) == card.output == str(slots)


@proof("am.sliding-window-02")
def layers_to_reach(card: Claim) -> None:
    """Goes back layer by layer."""
    window, last, first = map(int, card.numbers("front"))
    reached, layers = last, 0
    while reached > first:
        reached, layers = reached - window, layers + 1
    assert card.value == layers


@proof("am.sparse-attention-02")
def distance_in_the_cache(card: Claim) -> None:
    """Builds the cache and looks up both places."""
    sinks, recent, ten, exponent = map(int, card.numbers("front"))
    token = ten**exponent
    cache = [*range(1, sinks + 1), *range(token - recent + 1, token + 1)]
    assert card.value == cache.index(token) - cache.index(1)


@proof("am.sparse-attention-03")
def extra_pair(card: Claim) -> None:
    """Standard attention with each option's pair added, against the weights of the front."""
    scores, values = card.rng.normal(size=4), card.rng.normal(size=4)
    terms = [{"s_k": score} for score in scores]
    weights = [array_of(card.formulas("front")[0], {"s_j": score, r"\sum_k": terms}) for score in scores]
    wanted = float(np.array(weights) @ values)

    def fits(option: str) -> bool:
        (score,) = tex_in(option)
        value = values.mean() if "mean" in option else 0.0
        added = np.append(scores, value_of(score))
        return close(softmax(added) @ np.append(values, value), wanted)

    assert card.key == only(card.options, fits)


# --- more cards with a formula behind them ---


@proof("am.mqa-gqa-02")
def smaller_projections(card: Claim) -> None:
    """Elements of the K and V projections of both kinds."""
    d, size, h, g = 10, 3, 6, 2
    ratio = np.empty((2, d, g * size)).size / np.empty((2, d, h * size)).size
    assert math.isclose(value_of(card.formulas("more")[0], g=g, h=h), ratio)


@proof("am.param-flops-03")
def output_head(card: Claim) -> None:
    """Counts the product of one hidden state with the head."""
    assert value_of(card.formulas("more")[0], d=6, V=11) == flops((1, 6, 11))


@proof("am.position-encoding-02")
def absolute_positions(card: Claim) -> None:
    """Scores two codes of one pair with the matrix of the example."""
    omega, i, j = 0.3, 5, 2
    one, two = (np.array([math.sin(omega * n), math.cos(omega * n)]) for n in (i, j))
    names = {r"\omega(i+j)": omega * (i + j), r"\omega(i-j)": omega * (i - j), r"\cos": np.cos, r"\sin": np.sin}
    assert close(array_of(card.formulas("more")[1], names), one @ matrix_of(card.more) @ two)


@proof("am.qkv-04")
def symmetric_scores(card: Claim) -> None:
    """Random rows: the scores are symmetric, and obey the inequality."""
    names = {"X": card.rng.normal(size=(5, 4)), "W": card.rng.normal(size=(4, 3))}
    scores = array_of(card.formulas("back")[1], names)
    assert scores.shape == (5, 5)
    assert close(scores, scores.T)
    assert not close(softmax(scores), softmax(scores).T)
    less, more = card.formulas("more")[0].split(r"\le")
    for i, j in np.ndindex(5, 5):
        entries = {"s_{ij}": scores[i, j], "s_{ii}": scores[i, i], "s_{jj}": scores[j, j]}
        assert array_of(less, entries) <= array_of(more, entries) + 1e-9
    assert math.isclose(array_of(less, entries), array_of(more, entries))


@proof("am.rope-04")
def renumbered(card: Claim) -> None:
    """A key rotated for its old place and then by the stated rotation, against one rotated for the new place."""
    old, new, theta = 7, 4, 0.3
    names = {r"R_{m^\prime-m}": rotation(theta * (new - old)), r"R_{m-m^\prime}": rotation(theta * (old - new))}
    key = card.rng.normal(size=(2, 1))
    moved = array_of(card.formulas("more")[2], names) @ rotation(theta * old) @ key
    assert close(moved, rotation(theta * new) @ key)


@proof("am.rope-scaling-01")
def unseen_angles(card: Claim) -> None:
    """What each option says, tried on the frequencies of a small model at four times its length."""
    length = 256
    longer = 4 * length
    omegas = np.array([10000 ** (-2 * t / 32) for t in range(16)])

    def is_new(omega: float) -> bool:
        """Whether some distance gives an angle that is far from all those of the trained length."""
        seen = np.exp(1j * omega * np.arange(length))
        met = np.exp(1j * omega * np.arange(length, longer))
        return float(np.abs(met[:, None] - seen[None, :]).min(axis=1).max()) > 0.1

    turn = rotation(float(longer) * omegas[3])
    truths = {
        "low-frequency": is_new(omegas[-1]),
        "high-frequency": is_new(omegas[0]),
        "lose norm": not math.isclose(np.linalg.norm(turn @ [3, 4]), 5),
        "stop being orthogonal": not close(turn @ turn.T, np.eye(2)),
    }
    assert card.key == only(card.options, lambda option: any(true and said in option for said, true in truths.items()))


@proof("am.rope-scaling-03")
def by_parts(card: Claim) -> None:
    """Builds the ramp of NTK-by-parts and looks which pairs are divided by the full factor."""
    length, factor = 4096, 8.0
    full, kept = card.numbers("more")
    omegas = np.array([10000 ** (-2 * t / 128) for t in range(64)])
    waves = 2 * math.pi / omegas
    ramp = np.clip((length / waves - full) / (kept - full), 0, 1)
    scaled = (1 - ramp) * omegas / factor + ramp * omegas
    divided = {t for t in range(64) if math.isclose(scaled[t], omegas[t] / factor)}
    sets = {
        "far below": {t for t in range(64) if waves[t] < length / 100},
        "above": {t for t in range(64) if waves[t] > length},
        "every": set(range(64)),
        "shortest": {int(waves.argmin())},
    }
    assert card.key == only(card.options, lambda option: any(said in option and sets[said] == divided for said in sets))


@proof("am.output-head-01")
def rows_of_a_shared_matrix(card: Claim) -> None:
    """Central differences of the loss of a small model with a shared matrix."""
    words = card.rng.normal(size=(7, 3))
    inputs, targets = [0, 2], [2, 4]

    def loss(words: Array) -> float:
        chances = softmax(np.tanh(words[inputs]) @ words.T)
        return -float(np.log(chances[[0, 1], targets]).sum())

    moved = {row for row in range(7) if np.abs(gradient(loss, words)[row]).max() > 1e-6}

    def said(option: str) -> set[int]:
        if option.startswith("all rows"):
            return set(range(7))
        return set(inputs if "input" in option else []) | set(targets if "target" in option else [])

    assert card.key == only(card.options, lambda option: said(option) == moved)


@proof("am.encoder-decoder-04")
def matrices_of_the_original(card: Claim) -> None:
    """The shapes of all matrices."""
    encoders, decoders, width, factor = map(int, card.numbers("front"))
    attention = [(width, width)] * 4
    ffn = [(width, factor * width), (factor * width, width)]
    shapes = encoders * (attention + ffn) + decoders * (2 * attention + ffn)
    millions = sum(rows * columns for rows, columns in shapes) / 1e6
    assert card.value == approx(millions, abs=0.05)
    words, embedding, all_of_it = card.numbers("more")
    assert embedding == approx(words * width / 1e6, abs=0.5)
    assert all_of_it == approx(millions + words * width / 1e6, abs=0.5)


@proof("am.family-03")
def first_position(card: Claim) -> None:
    """Two sentences with one first token, with a causal mask and without."""
    match = re.match(r"Under a causal mask the (first) position sees only itself.*; only the (last) has", card.back)
    assert match is not None
    words, w = card.rng.normal(size=(9, 4)), card.rng.normal(size=(3, 4, 4))

    def read(tokens: list[int], *, causal: bool) -> Array:
        x = words[tokens]
        for _layer in range(2):
            q, k, v = (x @ each for each in w)
            seen = np.tri(len(tokens), dtype=bool) if causal else np.ones((len(tokens),) * 2, bool)
            x = x + softmax(np.where(seen, q @ k.T, -np.inf)) @ v
        return np.asarray(x)

    places = {"first": 0, "last": -1}
    depends = {}
    for causal in (True, False):
        before = read([0, 1, 2, 3], causal=causal)
        for place, at in places.items():
            changed = [read(tokens, causal=causal)[at] for tokens in ([0, 5, 2, 3], [0, 1, 6, 3], [0, 1, 2, 7])]
            depends[place, causal] = [not np.allclose(after, before[at]) for after in changed]
    assert not any(depends[match[1], True]) and all(depends[match[2], True]) and all(depends["first", False])


@proof("am.ffn-swiglu-05")
def gate_without_activation(card: Claim) -> None:
    """Tries what each option says on random matrices."""
    w_1, w_3, w_2 = card.rng.normal(size=(3, 4, 4))
    x, y = card.rng.normal(size=(2, 4))

    def f(x: Array) -> Array:
        return np.asarray(((x @ w_1) * (x @ w_3)) @ w_2)

    along = np.array([f(x + t * y) for t in np.linspace(-2, 2, 9)])
    bends = np.diff(along, 2, axis=0)
    meanings: dict[str, Callable[[], bool]] = {
        "equal to one matrix": lambda: np.allclose(f(x + y), f(x) + f(y)),
        "piecewise": lambda: bool((np.abs(bends) < 1e-9).mean() > 0.3),
        "bounded along every": lambda: bool(np.abs(f(1e3 * x)).max() < 1e3 * np.abs(f(x)).max()),
        "quadratic": lambda: np.allclose(np.diff(along, 3, axis=0), 0) and np.allclose(f(3 * x), 9 * f(x)),
    }
    assert card.key == option_that(card, meanings)


@proof("am.implementation-05")
def heads_of_two_tokens(card: Claim) -> None:
    """The program; the entries one by one."""
    assert run_code(card.code) == card.output
    rows = ast.literal_eval(found(r"x = np\.array\((.*)\)", card.code))
    tokens, heads, size = ast.literal_eval(found(r"right = x\.reshape(\([^)]*\))", card.code))
    right = [rows[token][feature] for token in range(tokens) for feature in range(size)]
    wrong = [rows[0][head * size + feature] for head in range(heads) for feature in range(size)]
    assert card.output == f"{right} {wrong}"


@proof("am.position-encoding-04")
def distance_of_positions(card: Claim) -> None:
    """The encodings of many pairs of positions."""
    first, second = card.formulas("front")[1:3]
    frequencies = np.array([value_of(first.split("=")[1]), value_of(second)])
    gap = int(found(r"positions (\d+) apart", card.front))

    def squared(i: int, j: int) -> float:
        one, two = (np.concatenate([np.sin(frequencies * at), np.cos(frequencies * at)]) for at in (i, j))
        return float(((one - two) ** 2).sum())

    assert [squared(i, i + gap) for i in range(30)] == approx([card.value] * 30)
    again, zero = card.numbers("more")
    assert [squared(i, i + int(again)) for i in range(30)] == approx([zero] * 30, abs=1e-12)
    assert all(squared(0, n) > 1e-6 for n in range(1, int(again)))


@proof("am.position-encoding-05")
def sum_and_concatenation(card: Claim) -> None:
    """Both on random matrices."""
    whole, special, added = card.formulas("back")
    stacked, terms = whole.split("=")
    order = re.findall(r"W_(\d)", stacked)
    x, p = card.rng.normal(size=(2, 3))
    w = {"1": card.rng.normal(size=(3, 5)), "2": card.rng.normal(size=(3, 5))}
    vectors = {"x": x, "p": p}
    joined = np.concatenate([vectors[name] for name in found(r"^\[(\w,\w)\]", stacked).split(",")])

    def total(w: Mapping[str, Array]) -> Array:
        parts = re.fullmatch(r"(\w)W_(\d)\+(\w)W_(\d)", terms)
        assert parts is not None
        return np.asarray(vectors[parts[1]] @ w[parts[2]] + vectors[parts[3]] @ w[parts[4]])

    assert joined @ np.vstack([w[number] for number in order]) == approx(total(w))
    assert special == "W_1=W_2=W" and added == "(x+p)W"
    equal = {"1": w["1"], "2": w["1"]}
    assert total(equal) == approx((x + p) @ w["1"])


@proof("am.qkv-08")
def normalised_along_the_wrong_axis(card: Claim) -> None:
    """The program; the weights one by one."""
    assert run_code(card.code) == card.output
    rows, columns = ast.literal_eval(found(r"np\.zeros\((\(.*?\))\)", card.code))
    outputs = []
    for _query in range(rows):
        column_sum = sum(math.exp(0) for _ in range(rows))
        outputs.append(sum(math.exp(0) / column_sum * 1.0 for _key in range(columns)))
    assert card.output == str(outputs)


@proof("am.transformer-block-06")
def expanded_stream(card: Claim) -> None:
    """Runs the blocks, adding to the stream; counts the terms of a logit."""
    formula, count = card.cloze(1).strip("$"), card.cloze(2).strip("$")
    first, summed = re.fullmatch(r"(x_0)\+\\sum_\{l=1\}\^L\((.*)\)", formula).groups()  # type: ignore[union-attr]
    for blocks in (1, 3, 6):
        w = card.rng.normal(size=(blocks, 2, 4, 4)) / 3
        start = stream = card.rng.normal(size=4)
        terms, sums = [start], 0.0 * start
        for mixing, ffn in w:
            u = np.tanh(stream / np.linalg.norm(stream) @ mixing)
            f = np.tanh((stream + u) / np.linalg.norm(stream + u) @ ffn)
            stream = stream + u + f
            terms += [u, f]
            sums += np.array([value_of(summed, u_l=a, f_l=b) for a, b in zip(u, f, strict=True)])
        assert first == "x_0" and start + sums == approx(stream)
        direction = card.rng.normal(size=4)
        parts = [float(term @ direction) for term in terms]
        assert sum(parts) == approx(float(stream @ direction)) and len(parts) == value_of(count, L=blocks)
