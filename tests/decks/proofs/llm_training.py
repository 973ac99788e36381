"""Proofs of stage 9, LLM training: data and pretraining, scaling laws, fine-tuning, RLHF."""

from __future__ import annotations

import ast
import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp
from pytest import approx

from tests.decks.arrays import array_of, close, flops, gradient, logistic, shape_of, softmax
from tests.decks.proving import Claim, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in

Array = npt.NDArray[np.float64]
State = dict[str, Any]
Action = Callable[[State, str], None]


def right_side(tex: str) -> str:
    return re.split(r"=|\\approx|\\propto", tex)[-1]


def is_close(one: float, other: float, within: float = 1e-9) -> bool:
    return math.isclose(one, other, rel_tol=within)


def meaning_of(text: str, meanings: Mapping[str, Any]) -> Any:
    """What the one phrase means that the text holds."""
    (meaning,) = [meaning for phrase, meaning in meanings.items() if phrase in text]
    return meaning


def run_steps(steps: Iterable[str], actions: Mapping[str, Action]) -> State:
    """Does what each step says, in its turn; KeyError for one that comes before what it needs."""
    state: State = {}
    for step in steps:
        meaning_of(step, actions)(state, step)
    return state


def readings(answers: Iterable[str], **symbols: float) -> list[float]:
    """The values of the accepted answers that are formulas."""
    values = []
    for answer in answers:
        tex = re.sub(r"(?:√|(?<!\\)sqrt)\s*[({]?([a-z])[)}]?", r"\\sqrt{\1}", answer.replace("**", "^"))
        tex = re.sub(r"\\?(?:ln|log)(?:_e)?(?![a-z])", r"\\ln ", tex)
        try:
            values.append(value_of(tex, **symbols))
        except ValueError:
            continue
    return values


def minimum(loss: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is least, by thirds."""
    for _ in range(200):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return (low + high) / 2


def size_of(*shapes: tuple[int, ...]) -> int:
    """Elements of matrices that are made."""
    return sum(np.empty(shape, dtype=np.int8).size for shape in shapes)


def column_norms(tex: str, names: Mapping[str, Any]) -> dict[str, Array]:
    """A row of norms for each `\\|...\\|_c` of the formula."""
    return {note: np.linalg.norm(array_of(note[2:-4], names), axis=0) for note in re.findall(r"\\\|.+?\\\|_c", tex)}


@cache
def simplex(parts: int) -> Array:
    """A grid over the distributions on three answers."""
    grid = [(i, j, parts - i - j) for i in range(parts + 1) for j in range(parts + 1 - i)]
    return np.array(grid, dtype=float) / parts


@cache
def regularised(prior: tuple[float, ...], reward: tuple[float, ...], beta: float) -> tuple[float, tuple[float, ...]]:
    """The greatest expected reward less beta times the divergence from the prior, and where, by search."""
    grid = simplex(500)
    logs = np.log(np.where(grid > 0, grid, 1.0) / np.array(prior))
    values = grid @ np.array(reward) - beta * (grid * logs).sum(axis=1)
    best = int(values.argmax())
    return float(values[best]), tuple(map(float, grid[best]))


# ---------------------------------------------------------------- architectures


@proof("lt.architectures-02")
def parameters_of_llama(card: Claim) -> None:
    """Lists the shape of every matrix and gain."""
    layers, d, hidden, vocabulary = map(int, card.numbers("front")[:4])
    block = [(d, d)] * 4 + [(d, hidden)] * 2 + [(hidden, d)] + [(d,)] * 2
    total = layers * size_of(*block) + size_of((vocabulary, d), (d, vocabulary), (d,))
    assert card.value == approx(total / 1e9, abs=0.005)
    per_layer = card.formulas("back")[0]
    assert value_of(right_side(per_layer)) == size_of(*block[:7]) == value_of(per_layer.split("=")[0], d=d)
    assert value_of(card.formulas("more")[0], d=d) == layers * size_of(*block[7:]) + d


@proof("lt.architectures-03")
def attention_against_ffn(card: Claim) -> None:
    """Runs the program; and counts elements of matrices of a 256th of the width."""
    assert run_code(card.code) == card.output
    d, kv, hidden = (int(number) // 16 for number in card.numbers("front"))
    attention, ffn = [(d, d), (d, kv), (d, kv), (d, d)], [(d, hidden), (d, hidden), (hidden, d)]
    assert [int(word) for word in card.output.split()] == [size_of(*attention) // 2**12, size_of(*ffn) // 2**12]
    multi_head, saved, wide, _, narrow, grown = card.numbers("more")
    attended, ffns = size_of(*[(d, d)] * 4) // 2**12, 3 * size_of((d, round(wide) // 16)) / 2**12
    assert (multi_head, saved) == (attended, attended - int(card.output.split()[0]))
    assert [narrow, grown] == approx([ffns, int(card.output.split()[1]) - ffns])


@proof("lt.architectures-04")
def bias_of_the_keys(card: Claim) -> None:
    """Softmax of random scores with and without the bias, and the stated difference of both scores."""
    q, k, b_q, b_k = (card.rng.normal(size=shape) for shape in ((4, 3), (5, 3), (3, 1), (3, 1)))
    shift = next(tex for tex in card.formulas("back") if r"\top" in tex)
    bare, biased = (q + b_q.T) @ k.T, (q + b_q.T) @ (k + b_k.T).T
    assert close(softmax(bare), softmax(biased))
    for i, row in enumerate(biased - bare):
        assert close(row, array_of(shift, {"q_i": q[i : i + 1].T, "b_Q": b_q, "b_K": b_k}))
    query_bias = card.formulas("more")[0]
    for j in range(len(k)):
        change = (q + b_q.T) @ k[j] - q @ k[j]
        assert close(change, array_of(query_bias, {"b_Q": b_q, "k_j": k[j : j + 1].T}))


@proof("lt.architectures-05")
def bound_of_normalised_scores(card: Claim) -> None:
    """Scores of aligned and of random vectors behind RMSNorm."""
    for d in (4, 9, 50):
        x = card.rng.normal(size=(200, d))
        x = x / np.sqrt((x**2).mean(axis=1, keepdims=True))
        scores = np.abs(x @ x.T) / math.sqrt(d)
        values = readings(card.answers, d=d)
        assert len(values) >= 12
        assert values == approx([scores.max()] * len(values))


@proof("lt.architectures-06")
def wider_and_shallower(card: Claim) -> None:
    """Counts parameters and the cache of a token in both shapes."""
    blocks, _, _, wider, fewer = card.formulas("front")
    layers, d = 8, 6
    after = round(value_of(fewer, L=layers)), round(value_of(wider, d=d))

    def cost(layers: int, d: int) -> tuple[int, int]:
        block = [(d, d)] * 4 + [(d, 4 * d), (4 * d, d)]
        assert layers * size_of(*block) == value_of(blocks, L=layers, d=d)
        return layers * size_of(*block), layers * size_of((2, d))

    assert cost(*after)[0] == cost(layers, d)[0]
    ratio = cost(*after)[1] / cost(layers, d)[1]
    assert card.key == only(card.options, lambda option: value_of(option) == ratio)


@proof("lt.decoder-only-02")
def two_stacks_or_one(card: Claim) -> None:
    """Sends tokens through stacks of equal matrices and counts weights and FLOPs."""
    stack, inputs, outputs = [(6, 6), (6, 24), (24, 6)], 7, 5
    one = size_of(*stack), sum(flops((inputs + outputs, *shape)) for shape in stack)
    two = 2 * size_of(*stack), sum(flops((n, *shape)) for n in (inputs, outputs) for shape in stack)
    weights, work = (b / a for a, b in zip(one, two, strict=True))
    of_weights = {"twice the weights": 2.0, "the same weights": 1.0}
    of_work = {"twice the FLOPs": 2.0, "half of the FLOPs": 0.5, "equal FLOPs": 1.0}
    right = only(
        card.options, lambda text: (meaning_of(text, of_weights), meaning_of(text, of_work)) == (weights, work)
    )
    assert card.key == right


@proof("lt.decoder-only-03")
def determinant_of_equal_attention(card: Claim) -> None:
    """The determinant of the softmax of masked equal scores."""
    for n in (2, 4, 5):
        masked = np.where(np.tri(n) > 0, 0.7, -np.inf)
        values = readings(card.answers, n=n)
        assert len(values) >= 8
        assert values == approx([np.linalg.det(softmax(masked))] * len(values))


@proof("lt.decoder-only-04")
def positions_with_a_loss(card: Claim) -> None:
    """Shifts a sequence; masks many at random."""
    n, share = 40, card.numbers("cloze")[1] / 100
    ids = np.arange(n)
    assert value_of(card.cloze(1), n=n) == len([*itertools.pairwise(ids)])
    masked = (card.rng.random((20_000, n)) < share).sum(axis=1)
    assert value_of(card.cloze(2), n=n) == approx(masked.mean(), abs=5 * masked.std() / math.sqrt(20_000))


# ---------------------------------------------------------------- pretraining, data, tokenizer


@proof("lt.pretraining-01")
def updates(card: Claim) -> None:
    """The tokens of one update are laid out."""
    *batch, ten, exponent = map(int, card.numbers("front")[:6])
    tokens = size_of(tuple(batch))
    assert card.value == approx(ten**exponent / tokens, rel=1e-3)
    assert value_of(right_side(card.formulas("back")[0])) == tokens


@proof("lt.pretraining-02")
def from_documents_to_a_loss(card: Claim) -> None:
    """Carries the steps out on short documents, for a model that knows the pairs of neighbours."""
    documents, end, n = ["abca", "bca", "cab"], 0, 3
    table = card.rng.normal(size=(4, 4))

    def tokenise(state: State, _: str) -> None:
        state["tokens"] = [[ord(letter) - 96 for letter in document] + [end] for document in documents]

    def cut(state: State, step: str) -> None:
        size = round(value_of(tex_in(step)[0], n=n))
        stream = [*itertools.chain(*state.pop("tokens"))]
        state["pieces"] = np.array(stream[: len(stream) // size * size]).reshape(-1, size)

    def split(state: State, step: str) -> None:
        first, last = (round(value_of(tex, n=n)) for tex in tex_in(step))
        pieces = state.pop("pieces")
        state["inputs"], state["targets"] = pieces[:, :first], pieces[:, -last:]

    def forward(state: State, step: str) -> None:
        state["logits"] = table[state["inputs"]]
        assert shape_of(tex_in(step)[0], n=n, V=4) == state["logits"].shape[1:]

    def loss(of: str) -> Callable[[State, str], None]:
        def average(state: State, _: str) -> None:
            logits = state["logits"]
            picked = np.take_along_axis(np.log(softmax(logits)), state[of][..., None], axis=-1)
            state["loss"] = -picked.mean()

        return average

    actions = {
        "Tokenise": tokenise,
        "Join": cut,
        "take the first": split,
        "forward": forward,
        "with target": loss("targets"),
        "with input": loss("inputs"),
    }
    text = "abca`bca`cab`"
    pairs = [text[i : i + 2] for i in range(len(text)) if i % (n + 1) != n and i + 1 < len(text) // (n + 1) * (n + 1)]
    places = [(ord(pair[0]) - 96, ord(pair[1]) - 96) for pair in pairs]
    expected = np.mean([math.log(np.exp(table[x]).sum()) - table[x, y] for x, y in places])
    assert run_steps(card.steps, actions)["loss"] == approx(expected)


@proof("lt.pretraining-04")
def shifted_twice(card: Claim) -> None:
    """Runs the program; and pairs each token with the one two places on."""
    assert run_code(card.code) == card.output
    ids = ast.literal_eval(re.findall(r"ids = (\[.*\])", card.code)[0])
    assert ast.literal_eval(card.output) == [(ids[t], ids[t + 2]) for t in range(len(ids) - 2)]


@proof("lt.data-01")
def agreement_of_minima(card: Claim) -> None:
    """Every permutation of a universe of six."""
    one, two = {0, 1, 2, 3}, {2, 3, 4}
    orders = [*itertools.permutations(range(6))]
    equal = sum(next(x for x in order if x in one) == next(x for x in order if x in two) for order in orders)
    sizes = {r"|A\cap B|": len(one & two), r"|A\cup B|": len(one | two)}
    stated = card.formulas("back")[-1]
    for note, size in sizes.items():
        stated = stated.replace(note, str(size))
    assert value_of(stated) == approx(equal / len(orders))
    j, k = equal / len(orders), 3
    shares = [(sum(hits) / k, math.prod(j if hit else 1 - j for hit in hits)) for hits in np.ndindex(*[2] * k)]
    variance = sum(chance * (share - j) ** 2 for share, chance in shares)
    assert value_of(card.formulas("more")[-1], J=j, k=k) == approx(math.sqrt(variance))


def candidate(similarity: float, bands: int, rows: int) -> float:
    """The chance that one band agrees at least, over the numbers of bands that do."""
    p = math.prod([similarity] * rows)
    return sum(math.comb(bands, n) * p**n * (1 - p) ** (bands - n) for n in range(1, bands + 1))


@proof("lt.data-02")
def chance_of_a_candidate(card: Claim) -> None:
    """Sums over the numbers of bands that agree, and at the similarities of the remark."""
    bands, rows, similarity = card.numbers("front")
    assert card.value == approx(candidate(similarity, int(bands), int(rows)), abs=0.005)
    low, low_chance, high, high_chance = card.numbers("more")
    assert low_chance == approx(candidate(low, int(bands), int(rows)), abs=0.005)
    assert high_chance == approx(candidate(high, int(bands), int(rows)), abs=5e-5)


@cache
def steepest(bands: int, rows: int) -> float:
    """The similarity at which the chance rises most."""
    grid = np.linspace(0.01, 0.99, 400)
    chances = np.array([candidate(float(s), bands, rows) for s in grid])
    return float(grid[np.diff(chances).argmax()])


@proof("lt.data-03")
def where_the_curve_rises(card: Claim) -> None:
    """Finds the steepest point of the curve for three ways of cutting a signature."""

    def fits(option: str) -> bool:
        for b, r in ((20, 5), (50, 4), (16, 8)):
            if abs(value_of(right_side(option.strip("$")), b=b, r=r) - steepest(b, r)) > 0.04:
                return False
        return True

    assert card.key == only(card.options, fits)


TEXTS = (
    "the cat sat on the old mat today",
    "The cat sat on the old mat today!",
    "a dog ran over a hill far away",
    "a dog ran over a hill far, away",
    "prices rose by two percent in may",
    "who wrote this long book of songs",
)
"""Six documents, two pairs of which are nearly the same."""


def trigrams(text: str) -> frozenset[str]:
    plain = "".join(letter for letter in text.lower() if letter.isalpha())
    return frozenset(plain[i : i + 3] for i in range(len(plain) - 2))


def minima(grams: frozenset[str], factors: npt.NDArray[np.int64], prime: int = 2_147_483_647) -> npt.NDArray[np.int64]:
    """The least value of the set under each linear hash."""
    codes = np.array([int.from_bytes(gram.encode(), "big") for gram in grams])
    return np.asarray(((codes[:, None] * factors[0] + factors[1]) % prime).min(axis=0))


def components(pairs: Iterable[tuple[int, int]], count: int) -> int:
    """How many components a graph has."""
    names = [*range(count)]
    for one, two in pairs:
        names = [names[one] if name == names[two] else name for name in names]
    return len(set(names))


@proof("lt.data-04")
def deduplication(card: Claim) -> None:
    """Carries the steps out: four documents are left, and few pairs were compared."""
    rows, bands = 2, 20
    factors = card.rng.integers(1, 100_000, size=(2, rows * bands))
    all_pairs = [*itertools.combinations(range(len(TEXTS)), 2)]

    def grams(state: State, _: str) -> None:
        state["sets"] = [trigrams(text) for text in TEXTS]

    def sign(state: State, _: str) -> None:
        state["signatures"] = [minima(grams, factors) for grams in state["sets"]]

    def fill(state: State, _: str) -> None:
        state["keys"] = [{(band, *key) for band, key in enumerate(s.reshape(bands, rows))} for s in state["signatures"]]

    def compare(state: State, pairs: Sequence[tuple[int, int]]) -> None:
        sets = state["sets"]
        state["compared"] = len(pairs)
        state["passed"] = [(i, j) for i, j in pairs if len(sets[i] & sets[j]) > 0.6 * len(sets[i] | sets[j])]

    actions: Mapping[str, Action] = {
        "Normalise": grams,
        "minimum": sign,
        "bands": fill,
        "sharing a bucket": lambda state, _: compare(
            state, [(i, j) for i, j in all_pairs if state["keys"][i] & state["keys"][j]]
        ),
        "connected component": lambda state, _: state.update(kept=components(state["passed"], len(TEXTS))),
        "every pair": lambda state, _: compare(state, all_pairs),
    }
    state = run_steps(card.steps, actions)
    assert state["kept"] == 4
    assert state["compared"] < len(all_pairs)


@proof("lt.data-05")
def languages(card: Claim) -> None:
    """Runs the program; and takes the shares by the exponent of the question."""
    assert run_code(card.code) == card.output
    sizes = ast.literal_eval(re.findall(r"np.array\((.*)\)", card.code)[0])
    weights = [math.exp(card.numbers("front")[-1] * math.log(size)) for size in sizes]
    shares = [round(weight / sum(weights), 2) for weight in weights]
    assert [float(word) for word in card.output.strip("[]").split()] == shares
    percent, factor = card.numbers("back")[-2:]
    assert percent == approx(100 * min(sizes) / sum(sizes), abs=0.05)
    assert factor == approx(shares[-1] / (min(sizes) / sum(sizes)), abs=0.05)


@cache
def refitted(n: int, generations: int) -> float:
    """The mean variance of many chains of fits to samples of the last fit."""
    rng = np.random.default_rng(7)
    deviation = np.ones(60_000)
    for _ in range(generations):
        deviation = (deviation * rng.normal(size=(n, len(deviation)))).std(axis=0)
    return float((deviation**2).mean())


@proof("lt.data-06")
def collapse(card: Claim) -> None:
    """Simulates chains of fits."""
    _, once, _, after = card.formulas("back")
    for n, t in ((4, 1), (4, 3)):
        assert value_of(after, n=n, t=t) == approx(refitted(n, t), rel=0.03)
        assert value_of(once, n=n) ** t == approx(refitted(n, t), rel=0.03)
    size, factor, generations = (
        float(re.findall(p, card.more)[0]) for p in (r"n=(\d+)", r"about (\S+)", r"after (\d+)")
    )
    assert value_of(once, n=size) ** generations == approx(factor, abs=5e-4)


@proof("lt.data-07")
def epochs_of_code(card: Claim) -> None:
    """Repeats the distinct tokens as often as stated and fills up with the rest to the stated total."""
    total, percent, billions = card.numbers("cloze")[:3]
    code = value_of(card.cloze(1)) * billions * 1e9
    rest = (1 - percent / 100) * total * 1e12
    assert card.cloze(2).endswith("T")
    assert code + rest == approx(float(card.cloze(2).removesuffix("T")) * 1e12)
    assert code / (code + rest) == approx(percent / 100)


@proof("lt.tokenizer-01")
def tokens_to_save(card: Claim) -> None:
    """How many tokens of the dearer model have the cost of a million of the other."""
    per_token, n, d, _ = card.formulas("front")
    sizes = [float(size) for size in re.findall(r"from (\d+) to (\d+)", card.front)[0]]
    numbers = {"N": value_of(right_side(n)), "d": value_of(right_side(d))}
    small, large = (value_of(per_token, V=size, **numbers) for size in sizes)
    tokens = 1e6 * small / large
    assert card.unit == "%"
    assert card.value == approx(100 * (1e6 - tokens) / 1e6, abs=0.05)


@proof("lt.tokenizer-02")
def bytes_of_a_text(card: Claim) -> None:
    """Runs the program; and counts bytes by the size of the code points."""
    assert run_code(card.code) == card.output
    text = re.findall(r"s = '(.*)'", card.code)[0]
    counts = [1 + sum(ord(letter) >= limit for limit in (0x80, 0x800, 0x10000)) for letter in text]
    assert [int(word) for word in card.output.split()] == [len(counts), sum(counts)]


@proof("lt.tokenizer-04")
def cost_of_a_language(card: Claim) -> None:
    """Counts FLOPs of both languages, and how often the content fits into a window."""
    ratio = card.numbers("cloze")[0]
    d, many = 8, 40
    few = round(many / ratio)
    assert value_of(card.cloze(1)) == flops((many, d, d)) / flops((few, d, d))
    assert value_of(card.cloze(2)) == flops((many, d, many)) / flops((few, d, few))
    assert value_of(card.cloze(3)) == approx((4000 / many) / (4000 / few))


# ---------------------------------------------------------------- scaling laws, learning in context


@proof("lt.scaling-laws-01")
def compute_of_training(card: Claim) -> None:
    """Counts the products of a small network, forward, and backward for inputs and for weights."""
    layers, tokens = [(5, 7), (7, 3), (3, 4)], 11
    n = size_of(*layers)
    forward = sum(flops((1, a, b)) for a, b in layers)
    backward = sum(flops((1, b, a), (a, 1, b)) for a, b in layers)
    one, ahead, back, both, total = card.steps
    a, b = layers[0]
    assert value_of(tex_in(one)[-1], a=a, b=b) == flops((1, a, b))
    assert value_of(tex_in(one)[-2], a=a, b=b) == size_of((a, b))
    assert value_of(tex_in(ahead)[-1], N=n) == forward
    assert ("forward" in ahead, "backward" in ahead.lower()) == (True, False)
    assert value_of(tex_in(back)[-1], N=n) == backward
    assert value_of(tex_in(both)[-1], N=n) == forward + backward
    assert value_of(tex_in(total)[-1], N=n, D=tokens) == tokens * (forward + backward)


@proof("lt.scaling-laws-02")
def too_low(card: Claim) -> None:
    """Counts the work of every step of a training run of each option against the stated estimate."""
    size, tokens_in_all, estimate = card.formulas("front")
    assert (size, tokens_in_all) == ("N", "D")
    assert value_of(estimate, N=size_of((8, 96)), D=10) == 3 * flops((10, 8, 96))

    def share(length: int, width: int, *, tokens: int = 2**20, epochs: int = 1, batch: int = 1) -> float:
        sequence = 3 * flops((length, width, 12 * width), (length, width, length), (length, length, width))
        steps = tokens // (batch * length)
        done = sum(batch * sequence for _ in range(epochs) for _ in range(steps))
        return done / value_of(estimate, N=size_of((width, 12 * width)), D=epochs * tokens)

    def is_low(option: str) -> bool:
        width, length = 4096, 128
        if "sequences" in option:
            width, length = map(int, re.findall(r"\d+", option))
        batch = 8 if "eight times" in option else 1
        return share(length, width, epochs=4 if "four epochs" in option else 1, batch=batch) > 1.5

    assert card.key == only(card.options, is_low)


@proof("lt.scaling-laws-03")
def size_for_a_budget(card: Claim) -> None:
    """Looks for the size whose cost is the budget."""
    rule, size_name, tokens_name, cost, budget = card.formulas("front")[:5]
    assert (size_name, tokens_name) == ("N", "D")

    def distance(size: float) -> float:
        spent = value_of(right_side(cost), N=size, D=value_of(right_side(rule), N=size))
        return abs(math.log(spent / value_of(right_side(budget))))

    best = minimum(lambda x: distance(math.exp(x)), math.log(1e8), math.log(1e13))
    assert card.value == approx(math.exp(best) / 1e9, abs=0.05)
    tokens = value_of(right_side(card.formulas("back")[-1]))
    assert tokens == approx(value_of(right_side(rule), N=math.exp(best)), rel=0.01)


@proof("lt.scaling-laws-04")
def terms_of_the_fit(card: Claim) -> None:
    """Evaluates the terms, and looks for the best size at the same compute."""
    law, size_name, tokens_name, *setting = card.formulas("cloze")[:5]
    assert (size_name, tokens_name) == ("N", "D")
    floor, of_size, of_data = right_side(law).split("+")
    n, d = (value_of(right_side(tex)) for tex in setting)
    assert value_of(card.cloze(1)) == approx(value_of(of_size, N=n), abs=0.0025)
    assert value_of(card.cloze(2)) == approx(value_of(of_data, D=d), abs=0.0025)

    def loss(size: float) -> float:
        return value_of(floor) + value_of(of_size, N=size) + value_of(of_data, D=n * d / size)

    best = math.exp(minimum(lambda x: loss(math.exp(x)), math.log(n) - 6, math.log(n) + 6))
    assert card.cloze(3) == ("more tokens" if best < n else "more parameters")
    other, more = (value_of(right_side(tex)) for tex in card.formulas("more")[:2])
    terms = value_of(of_size, N=other), value_of(of_data, D=more)
    stated = [float(number) for number in re.findall(r"0\.\d+", card.more)]
    assert stated == approx([*terms, loss(n) - value_of(floor) - sum(terms)], abs=5.1e-4)


@proof("lt.scaling-laws-05")
def a_hundredfold(card: Claim) -> None:
    """Multiplies the growth of a hundred small steps of equal factor."""
    factor = card.numbers("cloze")[0]
    for law, numbers in zip((tex for tex in card.formulas("cloze") if "propto" in tex), ((1, 2), (3, 3)), strict=True):
        size = compute = 1.0
        for _ in range(100):
            step = factor**0.01
            size *= value_of(right_side(law), C=step * compute) / value_of(right_side(law), C=compute)
            compute *= step
        grown = [value_of(card.cloze(number)) for number in numbers]
        assert grown == approx([size, factor / size], rel=0.015)


@proof("lt.scaling-laws-07")
def serving_as_dear_as_training(card: Claim) -> None:
    """Serves token by token until the cost of the training is reached."""
    training, serving, _ = card.formulas("front")
    d, served, spent = 50, 0, 0.0
    while spent < value_of(training, N=7, D=d):
        served, spent = served + 1, spent + value_of(serving, N=7)
    assert set(readings(card.answers)) == {served / d}
    size, tokens, ratio = (float(number) for number in re.findall(r"(\d+)B on (\d+)T is (\d+)", card.more)[0])
    assert ratio == tokens * 1e12 / (size * 1e9)


@proof("lt.scaling-laws-08")
def half_of_the_term(card: Claim) -> None:
    """Evaluates the term at both sizes."""
    term = card.formulas("front")[0]

    def fits(option: str) -> bool:
        return is_close(value_of(term, A=5, N=1e9 * value_of(option)) / value_of(term, A=5, N=1e9), 0.5, 0.01)

    assert card.key == only(card.options, fits)


@proof("lt.scaling-laws-09")
def curves_of_equal_compute(card: Claim) -> None:
    """Carries the steps out with losses from a law whose optimum is known."""
    budgets, target = np.geomspace(1e18, 1e20, 4), 1e22

    def loss(size: Any, tokens: Any) -> Any:
        return 1.7 + 400 * size**-0.34 + 400 * tokens**-0.3

    def best(budget: float) -> float:
        return math.exp(minimum(lambda x: loss(math.exp(x), budget / 6 / math.exp(x)), 10, 30))

    def fix(state: State, _: str) -> None:
        state["budgets"] = budgets

    def train(state: State, step: str) -> None:
        state["runs"] = []
        for budget in state["budgets"]:
            sizes = best(budget) * np.geomspace(0.5, 2.2, 7)
            tokens = [value_of(right_side(tex_in(step)[1]), C=budget, N=size) for size in sizes]
            state["runs"].append((sizes, loss(sizes, np.array(tokens))))

    def parabola(state: State, _: str) -> None:
        fits = [np.polyfit(np.log(sizes), losses, 2) for sizes, losses in state["runs"]]
        state["minima"] = np.array([-fit[1] / (2 * fit[0]) for fit in fits])

    def same_tokens(state: State, _: str) -> None:
        least = [sizes[loss(sizes, 1e9).argmin()] for sizes, _losses in state["runs"]]
        state["minima"] = np.log(least)

    def regress(state: State, _: str) -> None:
        state["line"] = np.polyfit(np.log(state["budgets"]), state["minima"], 1)

    def extrapolate(state: State, _: str) -> None:
        state["size"] = math.exp(np.polyval(state["line"], math.log(target)))

    actions = {
        "Fix several": fix,
        "train to the end": train,
        "parabola": parabola,
        "Regress": regress,
        "Extrapolate": extrapolate,
        "vary $N$ only": same_tokens,
    }
    state = run_steps(card.steps, actions)
    assert state["size"] == approx(best(target), rel=0.1)


@proof("lt.in-context-01")
def all_ten(card: Claim) -> None:
    """Adds up the chances of the outcomes of ten tokens by the number of right ones."""
    tokens = int(card.numbers("front")[0])
    stated = re.findall(r"(0\.\d+) at (?:\$p=)?(0\.\d+)", card.back)
    assert len(stated) == 3
    for score, p in stated:
        counts = np.ones(1)
        for _ in range(tokens):
            counts = np.convolve(counts, [1 - float(p), float(p)])
        assert float(score) == approx(counts[-1], abs=0.51 * 10.0 ** -len(score.partition(".")[2]))
        assert value_of(card.formulas("back")[0], p=float(p)) == approx(counts[-1])


@proof("lt.in-context-02")
def examples_or_training(card: Claim) -> None:
    """Adds up queries until the cost of the training is reached."""
    examples, serving, millions, training = card.numbers("front")
    spent, queries, n = 0.0, 0, 3
    while spent < training * n * millions * 1e6:
        spent, queries = spent + serving * n * examples, queries + 1
    assert card.value == queries


@proof("lt.in-context-03")
def step_as_attention(card: Claim) -> None:
    """The gradient at zero by differences; both stated sums against it."""
    xs, ys, x, eta = card.rng.normal(size=(5, 3)), card.rng.normal(size=5), card.rng.normal(size=(3, 1)), 0.3
    stepped = -eta * gradient(lambda w: float(((xs @ w - ys) ** 2).sum()) / 2, np.zeros(3))
    terms = [{"x_i": row[:, None], "y_i": float(y)} for row, y in zip(xs, ys, strict=True)]
    names = {r"\sum_i": terms, r"\eta": eta, "x": x}
    weights, prediction = card.formulas("back")[:2]
    assert close(array_of(right_side(weights), names)[:, 0], stepped)
    assert close(array_of(prediction, names), stepped @ x)


# ---------------------------------------------------------------- full fine-tuning, instruction tuning


def quadratic(root: Array, centre: Array) -> Callable[[Array], float]:
    return lambda w: float(((root @ (w - centre)) ** 2).sum()) / 2


@proof("lt.full-finetune-01")
def change_of_the_old_loss(card: Claim) -> None:
    """Small steps on random quadratics against the stated change and its sign."""
    change, obtuse = card.formulas("back")
    for _ in range(8):
        roots, centres = card.rng.normal(size=(2, 4, 4)), card.rng.normal(size=(2, 4))
        old, new = (quadratic(root, centre) for root, centre in zip(roots, centres, strict=True))
        w = card.rng.normal(size=4)
        eta, of_old, of_new = 1e-6, gradient(old, w), gradient(new, w)
        names = {"g_o": of_old[:, None], "g_n": of_new[:, None], r"\eta": eta}
        moved = old(w - eta * of_new) - old(w)
        assert close(array_of(right_side(change), names) / eta, moved / eta, 1e-3)
        product, bound = obtuse.split("<")
        assert (float(array_of(product, names)[0, 0]) < value_of(bound)) == (moved > 0)


@proof("lt.full-finetune-02")
def replay(card: Claim) -> None:
    """Looks for the least of the mixture."""
    old, new, _ = card.formulas("front")
    percent = float(re.findall(r"(\d+)% replay", card.front)[0])
    weights = [float(weight) for weight in re.findall(r"(\d\.\d) times", card.front)]
    assert (weights[1], sum(weights)) == approx((percent / 100, 1))

    def losses(w: float) -> tuple[float, float]:
        return value_of(new, w=w), value_of(old, w=w)

    best = minimum(lambda w: float(np.dot(weights, losses(w))), -20, 20)
    assert card.value == approx(best, abs=1e-4)
    alone = minimum(lambda w: losses(w)[0], -20, 20)
    w, old_alone, _, old_mixed, _, new_mixed = card.numbers("more")
    assert (w, old_alone, old_mixed) == approx((alone, losses(alone)[1], losses(best)[1]), abs=1e-4)
    assert new_mixed == approx(losses(best)[0], abs=1e-4)


@proof("lt.full-finetune-03")
def direction_that_spares_the_old_task(card: Claim) -> None:
    """Tries the directions on random gradients."""
    pairs = card.rng.normal(size=(6, 2, 4, 1))

    def fits(option: str) -> bool:
        for old, new in pairs:
            norms = {r"\|g_o\|": float(np.linalg.norm(old)), r"\|g_n\|": float(np.linalg.norm(new))}
            v = array_of(option, {"g_o": old, "g_n": new, **norms})
            if abs(float((old * v).sum())) > 1e-9 or float((new * v).sum()) <= 0:
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("lt.instruction-tuning-01")
def supervised_pairs(card: Claim) -> None:
    """Runs the program; and pairs each token of the response with the one before it."""
    assert run_code(card.code) == card.output
    ids = ast.literal_eval(re.findall(r"ids = (\[.*\])", card.code)[0])
    prompt = int(card.numbers("front")[0])
    assert ast.literal_eval(card.output) == [(ids[t - 1], ids[t]) for t in range(prompt, len(ids))]
    supervised, tokens, denominator = card.numbers("more")
    assert (supervised, tokens, denominator) == (len(ids) - prompt, len(ids), len(ids) - prompt)


@proof("lt.instruction-tuning-03")
def share_of_the_blocks(card: Claim) -> None:
    """The mean of the mask, a tenth as long."""
    lengths = [int(number) for number in card.numbers("front")]
    owner = np.repeat(np.arange(len(lengths)), [length // 10 for length in lengths])
    total = int(found(r"/(\d+)\^2", card.back))
    assert 10 * len(owner) == total
    assert card.value == approx((owner[:, None] == owner[None, :]).mean(), abs=5e-4)
    longest, padded = card.numbers("more")
    assert (longest, padded) == (max(lengths), max(lengths) * len(lengths))
    assert padded == 2 * total


# ---------------------------------------------------------------- adapters, prefixes


@proof("lt.peft-adapter-01")
def parameters_of_an_adapter(card: Claim) -> None:
    """Counts the elements of weights and biases."""
    for d, m in ((7, 3), (10, 4)):
        total = size_of((d, m), (m,), (m, d), (d,))
        values = readings(card.answers, d=d, m=m)
        assert len(values) >= 20
        assert set(values) == {total}
    widths, one, layers, millions, percent = card.numbers("more")[:2], *card.numbers("more")[2:]
    d, m = map(int, widths)
    assert one == size_of((d, m), (m,), (m, d), (d,))
    assert millions == approx(2 * layers * one / 1e6, abs=0.005)
    assert percent == round(100 * millions / 110)


@proof("lt.peft-adapter-02")
def what_keeps_an_adapter_apart(card: Claim) -> None:
    """Takes each suspect away in turn and looks whether the map is linear then."""
    inputs, down, up = card.rng.normal(size=(2, 6)), card.rng.normal(size=(6, 6)), card.rng.normal(size=(6, 6))

    def is_linear(*, width: int = 2, skip: bool = True, nonlinear: bool = True) -> bool:
        def adapter(h: Array) -> Array:
            inner = h @ down[:, :width]
            return np.asarray(skip * h + (np.tanh(inner) if nonlinear else inner) @ up[:width])

        return close(adapter(inputs[0]) + adapter(inputs[1]), adapter(inputs[0] + inputs[1]))

    meanings: dict[str, Callable[[], bool]] = {
        "too narrow": lambda: is_linear(width=6),
        "skip connection": lambda: is_linear(skip=False),
        "more parameters": lambda: is_linear(width=1),
        "nonlinearity": lambda: is_linear(nonlinear=False),
    }
    assert card.key == option_that(card, meanings)


@proof("lt.peft-adapter-03")
def serial_adapter(card: Claim) -> None:
    """Neuron by neuron; and with a tiny second matrix."""
    h, w1, w2 = card.rng.normal(size=(1, 5)), card.rng.normal(size=(5, 3)), card.rng.normal(size=(3, 5))
    names = {"h": h, "W_1": w1, "W_2": w2, "f": np.tanh}
    neurons = [math.tanh(sum(h[0, i] * w1[i, j] for i in range(5))) for j in range(3)]
    assert close(array_of(card.cloze(1), names), sum(neuron * w2[j : j + 1] for j, neuron in enumerate(neurons)))
    start = h + array_of(card.cloze(1), {**names, "W_2": 1e-9 * w2})
    assert close(start, h)
    assert card.cloze(2).startswith("the identity")


@proof("lt.prefix-prompt-01")
def parameters_of_prompts(card: Claim) -> None:
    """Counts the elements of the trained arrays; and of those of the remark."""
    for layers, d, length in ((3, 8, 5), (4, 6, 2)):
        symbols = {"L": layers, "d": d, "l": length}
        assert value_of(card.cloze(1), **symbols) == size_of((length, d))
        assert value_of(card.cloze(2), **symbols) == size_of(*[(length, d)] * 2 * layers)
    *sizes, thousands, millions = card.numbers("more")
    layers, d, length = map(int, sizes)
    assert thousands == approx(size_of((length, d)) / 1e3, abs=0.5)
    assert millions == approx(size_of(*[(length, d)] * 2 * layers) / 1e6, abs=0.005)


@proof("lt.prefix-prompt-02")
def what_a_prefix_leaves(card: Claim) -> None:
    """Attention of a random query with and without random keys and values before the others."""
    q, keys, values = card.rng.normal(size=3), card.rng.normal(size=(7, 3)), card.rng.normal(size=(7, 4))
    with_prefix, alone = softmax(keys @ q), softmax(keys[2:] @ q)
    outputs = [weights @ v / np.linalg.norm(weights @ v) for weights, v in ((with_prefix, values), (alone, values[2:]))]
    meanings: dict[str, Callable[[], bool]] = {
        "sum of weights": lambda: close(with_prefix[2:].sum(), alone.sum()),
        "entropy": lambda: close((with_prefix * np.log(with_prefix)).sum(), (alone * np.log(alone)).sum()),
        "direction": lambda: close(outputs[0], outputs[1]),
        "ratios": lambda: close(with_prefix[3:] / with_prefix[2:-1], alone[1:] / alone[:-1]),
    }
    assert card.key == option_that(card, meanings)


@proof("lt.prefix-prompt-03")
def output_with_a_prefix(card: Claim) -> None:
    """Splits the sums over single keys and attends to all."""
    prefix, original, of_prefix, of_original = card.numbers("front")
    scores = np.log([prefix / 3] * 3 + [original / 5] * 5)
    values = [of_prefix + shift for shift in (-1, 0, 1)] + [of_original + shift for shift in (-2, -1, 0, 1, 2)]
    assert card.value == approx(float(softmax(scores) @ np.array(values)))


# ---------------------------------------------------------------- LoRA, DoRA, QLoRA


def lora_step(base: Array, a: Array, b: Array, scale: float, eta: float, target: Array) -> tuple[Array, Array]:
    """The update scale times BA after a step of SGD on A and B, and the gradient in the whole matrix before it.

    The loss is half the squared distance of the matrix from a target; the gradients are differences.
    """

    def loss(b: Array, a: Array) -> float:
        return float(((base + scale * b @ a - target) ** 2).sum()) / 2

    in_b, in_a = gradient(lambda x: loss(x, a), b), gradient(lambda x: loss(b, x), a)
    return scale * (b - eta * in_b) @ (a - eta * in_a), base + scale * b @ a - target


@proof("lt.lora-01")
def first_step(card: Claim) -> None:
    """One step from random starts, by differences of a loss."""
    d, r, k, s, eta = 5, 2, 4, 0.7, 0.1
    base, target, a = (card.rng.normal(size=shape) for shape in ((d, k), (d, k), (r, k)))
    update, g = lora_step(base, a, np.zeros((d, r)), s, eta, target)

    def fits(option: str) -> bool:
        try:
            return close(array_of(option, {"G": g, "A": a, "s": s, r"\eta": eta}), update)
        except ValueError:
            return False

    assert card.key == only(card.options, fits)


@proof("lt.lora-03")
def shapes_of_lora(card: Claim) -> None:
    """Shapes that multiply, elements, and ranks of a random and of the initial product."""
    d, k, r = 6, 5, 2
    b, a = card.rng.normal(size=(d, r)), card.rng.normal(size=(r, k))
    assert (b @ a).shape == (d, k)
    assert shape_of(card.cloze(1), d=d, r=r) == b.shape
    assert value_of(card.cloze(2), d=d, k=k, r=r) == b.size + a.size
    ranks = [int(np.linalg.matrix_rank(product)) for product in (b @ a, np.zeros_like(b) @ a)]
    assert value_of(tex_in(card.cloze(3))[0], r=r) == max(ranks) > min(ranks)
    assert card.cloze(3).startswith("at most")


@cache
def mean_first_step(r: int, scale: float) -> float:
    """The first entry of the mean update over all A of entries 1 and -1."""
    base, target = np.array([[0.4, -0.2]]), np.array([[-0.5, 0.3]])
    starts = itertools.product((-1.0, 1.0), repeat=2 * r)
    updates = [lora_step(base, np.reshape(a, (r, 2)), np.zeros((1, r)), scale, 0.1, target)[0] for a in starts]
    return float(np.mean(updates, axis=0)[0, 0])


@proof("lt.lora-04")
def growth_with_the_rank(card: Claim) -> None:
    """The mean over all signs of A, at three ranks."""
    scale = card.formulas("front")[0]
    steps = [mean_first_step(r, value_of(scale, alpha=3, r=r)) for r in (1, 2, 4)]
    powers = [math.log2(steps[1] / steps[0]), math.log2(steps[2] / steps[1])]
    assert [float(card.answers[0])] * 2 == approx(powers, abs=1e-6)
    laws = [answer for answer in card.answers if "r" in answer and answer.isascii() and " " not in answer]
    assert len(laws) >= 4
    assert [value_of(law, r=2) for law in laws] == approx([2 ** powers[0]] * len(laws))
    rooted = [mean_first_step(r, value_of(card.formulas("more")[1], alpha=3, r=r)) for r in (1, 2, 4)]
    assert rooted == approx([rooted[0]] * 3)


@proof("lt.lora-06")
def merged(card: Claim) -> None:
    """Runs the program; and takes exact ranks with the matrices of the program."""
    assert run_code(card.code) == card.output
    written = re.findall(r"np\.array\((\[\[.*?\]\])\)", card.code)
    b1, a1, b2, a2 = (sp.Matrix(ast.literal_eval(text)) for text in written)
    ranks = [(b1 * a1 + b2 * a2).rank(), ((b1 + b2) * (a1 + a2)).rank()]
    assert [int(word) for word in card.output.split()] == ranks
    entries = [value_of(card.formulas("back")[n].removesuffix("I")) for n in (0, 1)]
    assert sp.Matrix(b1 * a1 + b2 * a2) / 2 == sp.nsimplify(entries[0]) * sp.eye(2)
    assert (b1 + b2) * (a1 + a2) / 4 == sp.nsimplify(entries[1]) * sp.ones(2)


@proof("lt.lora-07")
def truncated(card: Claim) -> None:
    """Minimises over both factors by alternating least squares."""
    *values, rank = card.numbers("front")[:5]
    left, right = (np.linalg.qr(card.rng.normal(size=(4, 4)))[0] for _ in range(2))
    update = left @ np.diag(values) @ right
    b = card.rng.normal(size=(4, int(rank)))
    for _ in range(300):
        a = np.linalg.lstsq(b, update, rcond=None)[0]
        b = np.linalg.lstsq(a.T, update.T, rcond=None)[0].T
    assert card.value == approx(np.linalg.norm(update - b @ a) / np.linalg.norm(update), abs=5e-4)


@proof("lt.lora-08")
def redundancy(card: Claim) -> None:
    """The rank of the derivative of the product at random factors, and one change of basis."""
    parameters, _, _, dimension, difference = card.formulas("front")
    for d, k, r in ((4, 5, 2), (5, 3, 1)):
        b, a = card.rng.normal(size=(d, r)), card.rng.normal(size=(r, k))
        moves = [(e @ a).ravel() for e in np.eye(d * r).reshape(-1, d, r)]
        moves += [(b @ e).ravel() for e in np.eye(r * k).reshape(-1, r, k)]
        free = int(np.linalg.matrix_rank(np.array(moves)))
        symbols = {"d": d, "k": k, "r": r}
        assert value_of(parameters, **symbols) == len(moves)
        assert value_of(dimension, **symbols) == free
        assert value_of(difference, **symbols) == len(moves) - free == value_of(card.formulas("back")[-1], **symbols)
        m = card.rng.normal(size=(r, r)) + 3 * np.eye(r)
        left, right = next(tex for tex in card.formulas("back") if "=" in tex).split("=")
        names = {"A": a, "B": b, "M": m, "M^{-1}": np.linalg.inv(m)}
        assert close(array_of(left, names), array_of(right, names))


@proof("lt.lora-09")
def other_start(card: Claim) -> None:
    """One step from both starts, by differences of a loss."""
    d, r, k, s, eta = 5, 2, 4, 0.7, 0.1
    base, target, a, b = (card.rng.normal(size=shape) for shape in ((d, k), (d, k), (r, k), (d, r)))
    from_b, g = lora_step(base, np.zeros((r, k)), b, s, eta, target)
    from_a, _ = lora_step(base, a, np.zeros((d, r)), s, eta, target)
    names = {"A": a, "B": b, "G": g, "s": s, r"\eta": eta}
    new, usual = (right_side(tex) for tex in card.formulas("back") if "eta" in tex)
    assert close(array_of(new, names), from_b)
    assert close(array_of(usual, names), from_a)
    assert np.linalg.matrix_rank(np.hstack([from_b, b])) == r == np.linalg.matrix_rank(np.vstack([from_a, a]))


@proof("lt.dora-01")
def start_of_dora(card: Claim) -> None:
    """The stated matrix with the stated magnitude against the base; the trained arrays against those of LoRA."""
    formula = right_side(card.formulas("cloze")[0])
    base = card.rng.normal(size=(5, 3))
    names: State = {"W_0": base, "BA": np.zeros((5, 3))}
    magnitude = column_norms(card.cloze(1), names)[card.cloze(1).strip("$")]
    names |= {"m": magnitude, **column_norms(formula, names)}
    assert close(array_of(formula, names), base)
    assert value_of(card.cloze(2), d=5, k=3) == magnitude.size


@proof("lt.dora-02")
def gradient_of_a_direction(card: Claim) -> None:
    """Differences of a random loss against both formulas."""
    m, v, root = 1.7, card.rng.normal(size=4), card.rng.normal(size=(4, 4))
    norm = float(np.linalg.norm(v))

    def loss(w: Array) -> float:
        return float(np.sin(root @ w).sum())

    in_v = gradient(lambda v: loss(m * v / np.linalg.norm(v)), v)
    in_w = gradient(loss, m * v / norm)
    names: State = {"v": v[:, None], r"\nabla_vL": in_v[:, None], r"\nabla_wL": in_w[:, None]}
    names |= {"m": m, r"\|v\|": norm, "I": np.eye(4)}
    product, zero = card.formulas("back")[-1].split("=")
    assert close(array_of(product, names), value_of(zero))
    assert close(array_of(right_side(card.formulas("more")[0]), names)[:, 0], in_v, 1e-4)


@proof("lt.dora-03")
def turned_column(card: Claim) -> None:
    """The magnitude times the cosine of the angle of the new direction."""
    column, update = (ast.literal_eval(right_side(tex)) for tex in card.formulas("front") if "," in tex)
    angle = math.atan2(column[1] + update[1], column[0] + update[0])
    assert card.value == approx(math.hypot(*column) * math.cos(angle), abs=0.005)
    lengths = [float(number) for number in re.findall(r"going from (\d+) to (\d+)", card.more)[0]]
    assert lengths == approx([math.hypot(*column), math.hypot(*np.add(column, update))])


@proof("lt.dora-04")
def stretched_column(card: Claim) -> None:
    """Both updates of a random column."""
    w, c = card.rng.normal(size=(4, 1)), 0.6
    lora = w + c * w
    dora = np.linalg.norm(w) * (w + c * w) / np.linalg.norm(w + c * w)

    def fits(option: str) -> bool:
        columns = [array_of(tex, {"w_0": w, "c": c}) for tex in tex_in(option)]
        return close(columns[0], lora) and close(columns[-1], dora)

    assert card.key == only(card.options, fits)


@proof("lt.qlora-01")
def bytes_of_nf4(card: Claim) -> None:
    """Bytes of one group of blocks, times the number of groups."""
    billions, bits, block, constant_bits, group = card.numbers("front")[:5]
    codes = int(bits * block * group) // 8
    constants = np.zeros(int(group), dtype=np.uint8).nbytes * int(constant_bits) // 8
    parameters = block * group
    assert card.unit == "GB"
    assert card.value == approx(billions * (codes + constants + np.float32().nbytes) / parameters, abs=0.05)
    plain = billions * (codes + np.zeros(int(group), dtype=np.float32).nbytes) / parameters
    assert [float(number) for number in re.findall(r"and (\S+) GB", card.more)] == approx([plain], abs=0.05)


@proof("lt.qlora-03")
def step_of_qlora(card: Claim) -> None:
    """Carries the actions out on one small layer: the loss falls and the codes stay."""
    book = np.array([-1.0, -0.4, 0.0, 0.5, 1.0])
    x, a, b, target = (card.rng.normal(size=shape) for shape in ((6, 4), (4, 2), (2, 3), (6, 3)))
    codes, s, eta = card.rng.integers(0, 5, size=(4, 3)), 0.5, 0.002
    stored, second = card.rng.integers(1, 255, size=3), 0.01
    factors: State = {"A": a, "B": b}

    def restore(state: State, _: str) -> None:
        state["constants"] = stored * second

    def look_up(state: State, _: str) -> None:
        state["W"] = book[codes] * state["constants"]

    def forward(state: State, step: str) -> None:
        state["Y"] = array_of(right_side(tex_in(step)[0]), {"X": x, "W": state["W"], "s": s, **factors})

    def backward(state: State, _: str) -> None:
        error = state["Y"] - target
        state["gradients"] = {"A": s * x.T @ error @ factors["B"].T, "B": s * (x @ factors["A"]).T @ error}

    def update(state: State, step: str) -> None:
        for name in tex_in(step):
            factors[name] = factors[name] - eta * state["gradients"][name]
        state["updated"] = True

    def requantise(state: State, _: str) -> None:
        moved = state["W"] - eta * x.T @ (state["Y"] - target)
        codes[:] = np.abs((moved / state["constants"])[..., None] - book).argmin(axis=-1)

    actions = {
        "Restore": restore,
        "Look up": look_up,
        "Compute": forward,
        "Backpropagate": backward,
        "optimizer": update,
        "quantise it": requantise,
    }
    codes.flags.writeable = False
    state = run_steps(card.steps, actions)
    after = x @ state["W"] + s * x @ factors["A"] @ factors["B"]
    assert ((after - target) ** 2).sum() < ((state["Y"] - target) ** 2).sum()
    assert state["updated"]


@proof("lt.qlora-04")
def nearest_levels(card: Claim) -> None:
    """Runs the program; and looks for the nearest level of each weight in the unscaled numbers."""
    assert run_code(card.code) == card.output
    levels, weights = (ast.literal_eval(text) for text in re.findall(r"np\.array\((\[.*?\])\)", card.code))
    largest = max(map(abs, weights))
    nearest = [min((largest * level for level in levels), key=lambda x, w=w: abs(x - w)) for w in weights]  # type: ignore[misc]
    assert ast.literal_eval(card.output) == approx(nearest)


# ---------------------------------------------------------------- RLHF, reward models, PPO


@proof("lt.rlhf-01")
def optimal_value(card: Claim) -> None:
    """The greatest value of the objective by search, for two rewards and weights."""
    cases = [((0.5, 0.3, 0.2), (0.2, -0.4, 1.1), 0.5), ((0.2, 0.2, 0.6), (1.0, 0.3, -0.5), 2.0)]

    def fits(option: str) -> bool:
        for prior, reward, beta in cases:
            names: State = {"r": np.array(reward), r"\beta": beta, r"\log": np.log, r"\max_y r(y)": max(reward)}
            names[r"E_{\pi_0}"] = lambda values, prior=prior: float(np.dot(prior, values))
            value = array_of(option.strip("$").replace("[", "(").replace("]", ")"), names)
            if abs(value - regularised(prior, reward, beta)[0]) > 1e-4:
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("lt.rlhf-02")
def optimal_policy(card: Claim) -> None:
    """The policy of the greatest objective by search."""
    prior, reward, beta = card.formulas("front")[:3]
    prior, reward = (right_side(tex).strip("()") for tex in (prior, reward))
    of_prior, of_reward = (tuple(value_of(part) for part in tex.split(",")) for tex in (prior, reward))
    _, best = regularised(of_prior, of_reward, value_of(right_side(beta)))
    assert card.value == approx(best[2], abs=0.0025)
    _, best = regularised(of_prior, of_reward, value_of(right_side(card.formulas("more")[0])))
    stated = [value_of(part) for part in card.formulas("more")[1].strip("()").split(",")]
    assert stated == approx(list(best), abs=0.0025)


@proof("lt.rlhf-03")
def limits_of_the_policy(card: Claim) -> None:
    """The stated policy at a great and at a small beta, with a tie for the greatest reward."""
    prior, reward = np.array([0.1, 0.5, 0.3, 0.1]), np.array([1.0, -0.3, 1.0, 0.2])
    weights = card.formulas("cloze")[1].partition(r"\propto")[2]

    def policy(beta: float) -> Array:
        values = array_of(weights, {r"\pi_0": prior, "r": reward, r"\beta": beta})
        return np.asarray(values / values.sum())

    assert close(policy(1e8), array_of(card.cloze(1).split("$")[1], {r"\pi_0": prior}))
    best = reward == reward.max()
    assert policy(0.01)[best].sum() == approx(1)
    assert ("maximal reward" in card.cloze(2), "not" in card.cloze(2)) == (True, False)
    assert ("reference probabilities" in card.cloze(3), "not" in card.cloze(3)) == (True, False)
    among = prior[best]
    assert close(policy(0.01)[best], among / among.sum())


@proof("lt.rlhf-04")
def three_stages(card: Claim) -> None:
    """Carries the steps out on six possible answers: the expected worth grows, near the first model."""
    worth, draws = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 2.5]), card.rng
    demonstrations = draws.choice(6, size=500, p=[0.1, 0.2, 0.2, 0.2, 0.2, 0.1])

    def tune(state: State, _: str) -> None:
        state["sft"] = (np.bincount(demonstrations, minlength=6) + 1) / (len(demonstrations) + 6)

    def sample(state: State, _: str) -> None:
        state["samples"] = draws.choice(6, size=(3000, 2), p=state["sft"])

    def rank(state: State, _: str) -> None:
        first_wins = draws.random(3000) < logistic(worth[state["samples"][:, 0]] - worth[state["samples"][:, 1]])
        state["ranked"] = np.where(first_wins[:, None], state["samples"], state["samples"][:, ::-1])

    def fit(state: State, _: str) -> None:
        counts = np.zeros((6, 6))
        np.add.at(counts, tuple(state["ranked"].T), 1)
        state["reward"] = scores_of(counts, np.zeros(6))

    def fit_demonstrations(state: State, _: str) -> None:
        state["reward"] = np.ones(6)

    def optimise(state: State, _: str) -> None:
        weights = state["sft"] * np.exp(state["reward"] / 0.5)
        state["policy"] = weights / weights.sum()

    actions = {
        "to get the SFT model": tune,
        "Sample several": sample,
        "rank": rank,
        "pairwise comparisons": fit,
        "on demonstrations, each": fit_demonstrations,
        "by PPO": optimise,
    }
    state = run_steps(card.steps, actions)
    assert state["policy"] @ worth > state["sft"] @ worth + 0.5
    assert {"samples", "ranked"} <= state.keys()


def scores_of(wins: Array, start: Array) -> Array:
    """Bradley-Terry scores of the greatest likelihood, by ascent; wins[i, j] counts how often i beats j."""
    scores = start
    games = wins + wins.T
    for _ in range(3000):
        slope = (wins - games * logistic(scores[:, None] - scores[None, :])).sum(axis=1)
        scores = scores + slope / games.sum(axis=1).max()
    return scores


@proof("lt.rlhf-05")
def best_of_many(card: Claim) -> None:
    """The divergence for many equally likely answers without ties."""
    size = 20_000
    grid = np.arange(size + 1) / size
    for n in (2, 5, 16):
        chances = np.diff(grid**n)
        seen = chances > 0
        exact = float((chances[seen] * np.log(chances[seen] * size)).sum())
        assert value_of(card.formulas("back")[0], n=n) == approx(exact, abs=2e-3)
    nats, answers = card.numbers("more")[:2]
    assert value_of(card.formulas("back")[0], n=answers) == approx(nats, abs=0.005)


@proof("lt.reward-model-02")
def loss_and_slope(card: Claim) -> None:
    """The chance from strengths e^r, and differences of its logarithm."""
    for winner, loser in ((0.3, -0.9), (-1.2, 0.4)):
        names = {"r_w": winner, "r_l": loser, r"\sigma": logistic}
        assert close(array_of(card.cloze(1), names), math.exp(winner) / (math.exp(winner) + math.exp(loser)))

        def loss(r: float, loser: float = loser) -> float:
            return -math.log(math.exp(r) / (math.exp(r) + math.exp(loser)))

        assert close(array_of(card.cloze(2), names), (loss(winner + 1e-5) - loss(winner - 1e-5)) / 2e-5)


@proof("lt.reward-model-03")
def shift_by_the_prompt(card: Claim) -> None:
    """The policy of the greatest objective before and after the shift, and the stated one."""
    prior, reward, beta, shift = (0.5, 0.3, 0.2), (0.4, -0.2, 0.9), 0.7, 1.3
    policy = next(tex for tex in card.formulas("back") if "propto" in tex)
    factor = next(tex for tex in card.formulas("back") if tex.startswith("e^"))
    found = [regularised(prior, tuple(r + c for r in reward), beta)[1] for c in (0.0, shift)]
    assert found[0] == found[1]
    for c in (0.0, shift):
        names = {r"\pi_0": np.array(prior), "r": np.array(reward) + c, r"\beta": beta}
        weights = array_of(right_side(policy), names)
        assert close(weights / weights.sum(), found[0], 0.01)
    ratio = array_of(right_side(policy), names) / array_of(right_side(policy), {**names, "r": np.array(reward)})
    assert close(ratio, array_of(factor, {"c(x)": shift, r"\beta": beta}))


@proof("lt.reward-model-04")
def first_loss(card: Claim) -> None:
    """The mean loss of random features under a head of zeros."""
    features = card.rng.normal(size=(2, 50, 8)) @ np.zeros(8)
    loss = float(np.log1p(np.exp(-(features[0] - features[1]))).mean())
    values = readings(card.answers)
    assert len(values) >= 12
    assert values == approx([loss] * len(values))
    assert right_side(card.formulas("back")[0]).strip() == f"{loss:.3f}"


@proof("lt.reward-model-05")
def cycle_of_preferences(card: Claim) -> None:
    """The greatest likelihood by ascent from a start that is not equal."""
    share = card.numbers("front")[-1]
    cycle, asked = (["ABC".index(name) for name in re.findall(r"[A-Z]", tex)] for tex in card.formulas("front"))
    wins = np.zeros((3, 3))
    for one, two in itertools.pairwise(cycle):
        wins[[one, two], [two, one]] += 100 * share, 100 * (1 - share)
    scores = scores_of(wins, np.array([0.4, -0.3, 0.1]))
    chance = logistic(scores[asked[0]] - scores[asked[1]])
    assert card.key == only(card.options, lambda option: is_close(value_of(option), chance, 1e-6))


@proof("lt.ppo-rlhf-02")
def memory_of_four_models(card: Claim) -> None:
    """Adds the bytes up model by model."""
    billions, trained, frozen = card.numbers("front")
    learns = {"policy": True, "value": True, "reference": False, "reward": False}
    assert all(name in card.front for name in learns)
    sizes = {name: billions * (trained if learning else frozen) for name, learning in learns.items()}
    assert (card.value, card.unit) == (sum(sizes.values()), "GB")
    assert card.numbers("more") == [sizes["policy"], sum(sizes.values()) - sizes["value"]]


@proof("lt.ppo-rlhf-03")
def returns(card: Claim) -> None:
    """Runs the program; and adds up for each token what comes from there on."""
    assert run_code(card.code) == card.output
    ratios = ast.literal_eval(re.findall(r"np\.array\((\[.*?\])\)", card.code)[0])
    factor, score, gamma = card.numbers("front")
    rewards = [factor * ratio for ratio in ratios]
    rewards[-1] += score
    later = [sum(gamma ** (k - t) * rewards[k] for k in range(t, len(rewards))) for t in range(len(rewards))]
    assert [float(word) for word in card.output.strip("[]").split()] == approx(later)
    assert [float(n) for n in re.findall(r"are (\S+), (\S+), (\S+),", card.back)[0]] == approx(rewards)


@proof("lt.ppo-rlhf-04")
def iteration_of_ppo(card: Claim) -> None:
    """Carries the steps out with answers of two tokens of three: the score grows and the reference stays."""
    worth, logits, draws = np.array([0.0, 1.0, 2.0]), np.zeros((2, 3)), card.rng
    models: State = {"policy": logits, "reference": logits.copy(), "value": np.zeros(2)}
    places = np.arange(2)

    def logs(model: Array, tokens: npt.NDArray[np.int64]) -> Array:
        return np.asarray(np.log(softmax(model))[places, tokens])

    def sample(state: State, _: str) -> None:
        chances = softmax(models["policy"])
        state["tokens"] = np.stack([draws.choice(3, size=400, p=row) for row in chances], axis=1)
        state["old"] = logs(models["policy"], state["tokens"])

    def score(state: State, _: str) -> None:
        state["score"] = worth[state["tokens"]].mean(axis=1)
        state["base"] = logs(models["reference"], state["tokens"])

    def reward(state: State, _: str) -> None:
        state["rewards"] = -0.1 * (state["old"] - state["base"])
        state["rewards"][:, -1] += state["score"]

    def advantage(state: State, _: str) -> None:
        state["returns"] = state["rewards"][:, ::-1].cumsum(axis=1)[:, ::-1]
        state["advantages"] = state["returns"] - models["value"]

    def update(state: State, _: str) -> None:
        state["advantages"] = state["advantages"] - state["advantages"].mean(axis=0)
        for _epoch in range(3):
            ratio = np.exp(logs(models["policy"], state["tokens"]) - state["old"])
            free = np.where(state["advantages"] > 0, ratio < 1.2, ratio > 0.8)
            pull = ratio * free * state["advantages"]
            hot = np.eye(3)[state["tokens"]] - softmax(models["policy"])
            models["policy"] = models["policy"] + (pull[..., None] * hot).mean(axis=0)
        for key in ("tokens", "old"):
            del state[key]

    def replace(state: State, _: str) -> None:
        models["reference"] = models["policy"].copy()

    actions = {
        "Sample": sample,
        "Score them": score,
        "Form per-token": reward,
        "value model": advantage,
        "clipped updates": update,
        "Replace": replace,
    }
    state = run_steps(card.steps, actions)
    grown = softmax(models["policy"]) @ worth - softmax(logits) @ worth
    assert (grown > 0.02).all() and "tokens" not in state
    assert close(models["reference"], logits)


@proof("lt.ppo-rlhf-05")
def no_gradient(card: Claim) -> None:
    """Differences of the objective at each sample."""
    objective = card.formulas("front")[0]
    clip, low, high = re.findall(r"(\\operatorname\{clip\}\(\\rho,([\d.]+),([\d.]+)\))", objective)[0]

    def slope(option: str) -> float:
        rho, advantage = (float(number) for number in re.findall(r"=([-+]?[\d.]+)", option))

        def value(rho: float) -> float:
            clipped = min(max(rho, float(low)), float(high))
            return value_of(objective.replace(clip, f"({clipped:.12f})"), rho=rho, A=advantage)

        return (value(rho + 1e-6) - value(rho - 1e-6)) / 2e-6

    assert card.key == only(card.options, lambda option: abs(slope(option)) < 1e-6)
