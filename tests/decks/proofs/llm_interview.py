"""Proofs of the interview cards: estimates recomputed from the configuration, derivations tried on random instances."""

from __future__ import annotations

import contextlib
import itertools
import math
import re
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import softmax
from tests.decks.proving import Claim, only, proof, value_of

Array = npt.NDArray[np.float64]

_NUMBER = r"(\d[\d,]*(?:\.\d+)?(?:\s*\\times\s*10\^(?:\{\d+\}|\d))?)"


def found(text: str, template: str) -> list[str]:
    """The numbers, as written, that stand where the template has #. Raises ValueError when it does not fit once."""
    matches = re.findall(_NUMBER.join(map(re.escape, template.split("#"))), text)
    if len(matches) != 1:
        raise ValueError(f"{template!r} fits {len(matches)} times in {text!r}")
    return [matches[0]] if isinstance(matches[0], str) else list(matches[0])


def number(written: str) -> float:
    mantissa, _, power = written.replace(",", "").partition(r"\times")
    return float(mantissa) * 10.0 ** int(re.sub(r"[{}\s]", "", power).removeprefix("10^") or 0)


def given(text: str, template: str) -> list[float]:
    """The numbers that stand where the template has #."""
    return [number(written) for written in found(text, template)]


def rounded(written: str, value: float) -> bool:
    """Whether the written number is the value, rounded to its last digit that is not a zero before the point."""
    mantissa = written.replace(",", "").partition(r"\times")[0].strip()
    if "." in mantissa:
        unit = 10.0 ** -len(mantissa.partition(".")[2])
    else:
        unit = 10.0 ** (len(mantissa) - len(mantissa.rstrip("0")))
    return abs(number(written) - value) <= 0.501 * unit * number(written) / float(mantissa)


def says(text: str, template: str, *values: float) -> None:
    """The text holds the template with these values, rounded as it writes them, where the template has #."""
    written = found(text, template)
    assert len(written) == len(values)
    for stated, value in zip(written, values, strict=True):
        assert rounded(stated, value), f"{stated} is not {value}"


def hold(text: str) -> None:
    """Where a formula says that a closed expression makes a number, it does, rounded as written."""
    for formula, after in re.findall(r"\$([^$]+)\$( points|M\b)?", text):
        *sides, written = re.split(r"=|\\approx", formula)
        scale = {"": 1.0, " points": 0.01, "M": 1e6}[after] * (0.01 if written.endswith(r"\%") else 1.0)
        if not re.fullmatch(_NUMBER, written.removesuffix(r"\%").strip()):
            continue
        for side in sides:
            with contextlib.suppress(ValueError):
                value = value_of(side)
                assert rounded(written.removesuffix(r"\%").strip(), value / scale), f"{side} is not {written}"


def point(card: Claim, *words: str) -> str:
    """The one point of the rubric that holds all of the words; its closed formulas are checked on the way."""
    text = only(card.rubric, lambda text: all(word in text for word in words))
    hold(text)
    return text


def maths(text: str) -> list[str]:
    """The formulas of a text."""
    return re.findall(r"\$([^$]+)\$", text)


def right_side(formula: str) -> str:
    return formula.rpartition("=")[2]


def least(loss: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is least, by golden section on the logarithm."""
    a, b = math.log(low), math.log(high)
    for _ in range(200):
        c, d = b - (b - a) * 0.6180339887498949, a + (b - a) * 0.6180339887498949
        if loss(math.exp(c)) < loss(math.exp(d)):
            b = d
        else:
            a = c
    return math.exp((a + b) / 2)


# Numeric cards


@proof("iv.alignment-08")
def advantage(card: Claim) -> None:
    """The group of rewards is laid out and standardised."""
    size, right, reward, wrong, other, _ = given(
        card.front,
        "has # answers, # with reward # and # with #. Subtract the mean, "
        "divide by the standard deviation (the form that divides by #)",
    )
    rewards = np.array([reward] * int(right) + [other] * int(wrong))
    assert len(rewards) == size
    assert card.value == approx(((rewards - rewards.mean()) / rewards.std())[0], abs=0.01)


@proof("iv.debugging-05")
def initial_loss(card: Claim) -> None:
    """Whole vocabularies of logits are drawn; the loss is averaged over all labels."""
    (size, mean, deviation, _) = given(card.front, "Vocabulary #; initial logits are i.i.d. $N(#,#^#)$")
    z = card.rng.normal(mean, deviation, size=(20, int(size)))
    losses = np.log(np.exp(z).sum(axis=1)) - z.mean(axis=1)
    assert card.value == approx(losses.mean(), abs=0.06)


@proof("iv.estimation-05")
def utilisation(card: Claim) -> None:
    """Forward 2N and backward 4N FLOPs per token of one GPU against its peak."""
    gpus, billions, rate, peak, factor = given(
        card.front, "# GPUs train a dense #B model at # tokens a second in total; peak # TFLOP/s each, counting $#N$"
    )
    assert factor == 2 + 4
    spent = (2 + 4) * billions * 1e9 * (rate / gpus)
    assert card.unit == "%"
    assert card.value == approx(100 * spent / (peak * 1e12), rel=0.005)


@proof("iv.estimation-09")
def prefill_time(card: Claim) -> None:
    """FLOPs of the prompt over delivered FLOP/s, in units of the card."""
    billions, tokens, gpus, peak, share, factor = given(
        card.front,
        "Dense #B, a prompt of # tokens, # GPUs with # PFLOP/s peak in total at #% utilisation, counting $#N$",
    )
    per_gpu = peak * 1e15 / gpus * share / 100
    seconds = factor * billions * 1e9 * tokens / gpus / per_gpu
    assert card.unit == "ms"
    assert card.value == approx(1000 * seconds, rel=0.005)


@proof("iv.evaluation-04")
def pass_at_two(card: Claim) -> None:
    """Every pair of the samples is looked at."""
    size, passing, k = given(card.front, "sampled # times and # samples pass. What is the unbiased estimate of pass@#?")
    samples = [n < passing for n in range(int(size))]
    pairs = list(itertools.combinations(samples, int(k)))
    assert card.value == approx(sum(map(any, pairs)) / len(pairs), abs=0.0005)


@proof("iv.finetuning-06")
def lora_parameters(card: Claim) -> None:
    """The matrices A and B are made and their entries counted."""
    layers, _, rank, *shapes = given(
        card.front, r"# layers, $d=#$; LoRA of rank # on q ($#\times #$) and v ($#\times #$"
    )
    r = int(rank)
    sizes = [np.empty((int(m), r)).size + np.empty((r, int(n))).size for m, n in (shapes[:2], shapes[2:])]
    assert card.value == approx(layers * sum(sizes) / 1e6, abs=0.005)


@proof("iv.inference-07")
def speculation(card: Claim) -> None:
    """Each number of accepted drafts with its probability; the round yields one token more."""
    rate, length, cost = given(card.front, "acceptance #, draft length #; a draft forward takes #% of a target step")
    k = int(length)
    chances = [rate**n * (1 - rate) for n in range(k)] + [rate**k]
    assert sum(chances) == approx(1)
    tokens = sum(chance * (n + 1) for n, chance in enumerate(chances))
    assert card.value == approx(tokens / (1 + k * cost / 100), abs=0.005)


@proof("iv.ml-basics-08")
def smoothed_gap(card: Claim) -> None:
    """The cross-entropy with the smoothed target is minimised over the gap."""
    classes, weight, rest, shared = given(card.front, r"# classes; the smoothed target is $#\times$ one-hot $+#/#$")
    n = int(classes)
    assert weight + rest == approx(1)
    assert shared == n
    target = np.full(n, rest / n)
    target[0] += weight

    def loss(gap: float) -> float:
        z = np.zeros(n)
        z[0] = gap
        return float(-(target * np.log(softmax(z))).sum())

    assert card.value == approx(least(loss, 0.1, 100), abs=0.005)


@proof("iv.mock-02")
def experts_touched(card: Claim) -> None:
    """Tokens draw their experts at random, many times."""
    experts, chosen, tokens = (
        int(n)
        for n in given(
            card.front,
            "has # experts; each token picks # distinct ones uniformly and independently of other tokens. "
            "How many distinct experts do # tokens",
        )
    )
    draws = card.rng.random((400, tokens, experts)).argpartition(chosen, axis=-1)[..., :chosen]
    touched = [len(np.unique(draw)) for draw in draws]
    assert card.value == approx(np.mean(touched), abs=0.5 + 5 * np.std(touched) / math.sqrt(len(touched)))


@proof("iv.model-comparison-01")
def cache_ratio(card: Claim) -> None:
    """The cached arrays of one token are made for both models."""
    layers, heads, size, others, latent, rotary = (
        int(n)
        for n in given(card.front, "GQA: # layers, # KV heads, head size #. MLA: # layers, storing #+# dimensions")
    )
    keys, values = np.empty((layers, heads, size)), np.empty((layers, heads, size))
    compressed = np.empty((others, latent + rotary))
    assert card.value == approx((keys.nbytes + values.nbytes) / compressed.nbytes, abs=0.005)


@proof("iv.project-story-03")
def whole_speed(card: Claim) -> None:
    """The two parts are timed one by one."""
    total, share, factor = given(
        card.front, "takes # s, of which generation is #%. Speculative decoding makes generation # times"
    )
    generation = total * share / 100
    assert card.value == approx(total / (total - generation + generation / factor))


@proof("iv.puzzles-02")
def determinant(card: Claim) -> None:
    """The matrix is made and its determinant computed by elimination."""
    rows, columns, diagonal, rest = given(card.front, "A # by # matrix has # on the diagonal and # everywhere else")
    A = np.full((int(rows), int(columns)), rest)
    np.fill_diagonal(A, diagonal)
    assert card.value == approx(np.linalg.det(A), abs=0.4)


@proof("iv.rag-06")
def index_memory(card: Claim) -> None:
    """Bytes of arrays for one point."""
    millions, size, links, width = given(
        card.front, "over # million FP32 vectors of # dimensions; # links of # bytes per point"
    )
    one = np.empty(int(size), dtype=np.float32).nbytes + np.empty(int(links), dtype=f"i{int(width)}").nbytes
    assert card.unit == "GB"
    assert card.value == approx(millions * 1e6 * one / 1e9, abs=0.05)


@proof("iv.transformer-09")
def layer_parameters(card: Claim) -> None:
    """The shape of every weight matrix is written down."""
    d, heads, kv, size, width = (
        int(n) for n in given(card.front, "$d=#$, # query heads, # KV heads, head size #, SwiGLU width #.")
    )
    attention = [(d, heads * size), (d, kv * size), (d, kv * size), (heads * size, d)]
    ffn = [(d, width), (d, width), (width, d)]
    assert card.value == approx(sum(m * n for m, n in attention + ffn) / 1e6, abs=0.05)


# Choice cards


@proof("iv.finetuning-08")
def memory_under_lora(card: Claim) -> None:
    """Bytes of each item for a 7B model with and without LoRA; one keeps nine tenths."""
    d, width, layers, tokens, rank = 4096, 11008, 32, 4096, 16
    shapes = [(d, d)] * 4 + [(d, width)] * 2 + [(width, d)]
    full = layers * sum(m * n for m, n in shapes)
    lora = layers * sum(rank * (m + n) for m, n in shapes)
    inputs = layers * sum(m for m, _ in shapes) * tokens * 2.0
    extra = layers * len(shapes) * rank * tokens * 2.0  # what A puts out, needed for the gradient of B
    kept: Mapping[str, float] = {
        "moments": 8 * lora / (8 * full),
        "gradients": 2 * lora / (2 * full),
        "master": 4 * lora / (4 * full),
        "activations": (inputs + extra) / inputs,
    }

    def share(option: str) -> float:
        return kept[only(kept, lambda word: word in option)]

    assert card.key == only(card.options, lambda option: share(option) > 0.9)


@proof("iv.inference-08")
def paged_memory(card: Claim) -> None:
    """What blocks change for requests of random lengths: only the reserved memory falls."""
    longest, block, token = 4096, 16, 1000
    lengths = card.rng.integers(100, 1000, size=50)
    contiguous, paged = len(lengths) * longest * token, int((-(-lengths // block)).sum()) * block * token
    used = int(lengths.sum()) * token
    pairs = sum(int(n) * (int(n) + 1) // 2 for n in lengths)
    cost: Mapping[str, tuple[float, float]] = {
        "reserving": (contiguous - used, paged - used),
        "bandwidth": (used, used),
        "bytes each token": (token, token),
        "score computation": (pairs, pairs),
    }

    def falls(option: str) -> bool:
        before, after = cost[only(cost, lambda word: word in option)]
        return after < before / 2

    assert card.key == only(card.options, falls)


@proof("iv.model-comparison-04")
def mixtral_parameters(card: Claim) -> None:
    """Parameters under each explanation, from the configuration of Mistral 7B; one makes the stated total."""
    experts, size, stated, *_ = given(card.front, "Mixtral #x#B has about #B parameters in total, not #×#=#B")
    d, layers, kv, width, vocabulary = 4096, 32, 1024, 14336, 32000
    shared = layers * (2 * d * d + 2 * d * kv) + 2 * vocabulary * d
    ffn = layers * 3 * d * width
    assert (shared + ffn) / 1e9 == approx(size, abs=0.5)
    totals: Mapping[str, float] = {
        "only 2 of 8": shared + 2 * ffn,
        "attention is shared": shared + experts * ffn,
        "share the up-projection": shared + experts * ffn * 2 / 3 + ffn / 3,
        "narrower": experts * shared + experts * 0.9 * ffn,  # all replicated, each a tenth narrower
    }

    def fits(option: str) -> bool:
        return any(word in option and total / 1e9 == approx(stated, abs=0.5) for word, total in totals.items())

    assert card.key == only(card.options, fits)


@proof("iv.puzzles-04")
def cosine_deviation(card: Claim) -> None:
    """Random pairs of unit vectors."""
    (size,) = given(card.front, "$R^{#}$")
    u, v = card.rng.normal(size=(2, 4000, int(size)))
    cosines = (u * v).sum(axis=1) / np.linalg.norm(u, axis=1) / np.linalg.norm(v, axis=1)
    error = 5 * cosines.std() / math.sqrt(2 * len(cosines))
    assert card.key == only(card.options, lambda option: abs(value_of(option) - cosines.std()) < error)


# Order cards


@proof("iv.agents-05")
def tool_call(card: Claim) -> None:
    """A toy host and model go through the steps; each needs what the one before left."""
    state: dict[str, object] = {}

    def start() -> None:
        assert not state
        state["input"] = ["question", "schemas"]

    def emit() -> None:
        assert state.pop("input") == ["question", "schemas"]
        state["output"] = {"tool": "add", "arguments": (2, 3), "id": 7}

    def check() -> None:
        call = state.pop("output")
        assert isinstance(call, dict)
        assert call["tool"] == "add"
        state["valid"] = call

    def execute() -> None:
        call = state.pop("valid")
        assert isinstance(call, dict)
        state["result"] = (call["id"], sum(call["arguments"]))

    def append() -> None:
        state["history"] = ["question", state.pop("result")]

    def answer() -> None:
        history = state.pop("history")
        assert isinstance(history, list)
        state["answer"] = f"The sum is {history[-1][1]}"

    actions = {
        "user message": start,
        "emits a structured call": emit,
        "checks it": check,
        "executes the validated call": execute,
        "appends the result": append,
        "writes the answer": answer,
    }
    for step in card.steps:
        actions[only(actions, lambda words, step=step: words in step)]()  # type: ignore[misc]
    assert state == {"answer": "The sum is 5"}
    assert not any(words in decoy for decoy in card.decoys for words in actions)


@proof("iv.derivations-05")
def dpo_derivation(card: Claim) -> None:
    """Each step is checked on a small space of answers, with what the steps before it gave."""
    reference, reward, beta = softmax(card.rng.normal(size=4)), card.rng.normal(size=4), 0.7
    normaliser = float((reference * np.exp(reward / beta)).sum())
    known: dict[str, Array | Callable[[Array], float] | float] = {}

    def objective(_: str) -> None:
        known["J"] = lambda p: float((p * reward).sum() - beta * (p * np.log(p / reference)).sum())

    def optimum(_: str) -> None:
        value = known["J"]
        assert callable(value)
        best = reference * np.exp(reward / beta) / normaliser
        others = softmax(card.rng.normal(size=(200, 4)))
        assert best.sum() == approx(1)
        assert all(value(best) > value(other) for other in others)
        known["best"] = best

    def invert(text: str) -> None:
        best = known["best"]
        assert isinstance(best, np.ndarray)
        tex = right_side(maths(text)[0]).replace(r"\pi^*", "p").replace(r"\pi_{\text{ref} }", "q").replace("Z(x)", "Z")
        back = [value_of(tex, beta=beta, p=p, q=q, Z=normaliser) for p, q in zip(best, reference, strict=True)]
        assert back == approx(reward)
        known["reward"] = np.array(back)

    def compare(text: str) -> None:
        back, best = known["reward"], known["best"]
        assert isinstance(back, np.ndarray)
        assert isinstance(best, np.ndarray)
        assert r"\sigma(r_w-r_l)" in text
        gap = beta * (math.log(best[0] / reference[0]) - math.log(best[1] / reference[1]))
        assert back[0] - back[1] == approx(gap)
        known["gap"] = gap

    def likelihood(_: str) -> None:
        gap = known["gap"]
        assert isinstance(gap, float)
        known["loss"] = math.log1p(math.exp(-gap))

    actions = {
        "Objective:": objective,
        "Optimal policy:": optimum,
        "Take logs and solve": invert,
        "Bradley-Terry": compare,
        "negative log-likelihood": likelihood,
    }
    for step in card.steps:
        actions[only(actions, lambda words, step=step: words in step)](step)  # type: ignore[misc]
    assert known["loss"] == approx(-math.log(1 / (1 + math.exp(-(reward[0] - reward[1])))))
    assert not any(words in decoy for decoy in card.decoys for words in actions)


@proof("iv.system-design-05")
def machines(card: Claim) -> None:
    """The steps are carried out on a configuration; the result agrees with a simulation of arrivals."""
    layers, heads, size, tokens, memory, stay, rate = 80, 8, 128, 2250.0, 436e9, 25.0, 60.0
    known: dict[str, float] = {"n": tokens, "M": memory, "T": stay, r"\lambda": rate}

    def value(tex: str) -> float:
        return value_of(tex.replace(r"\lambda", "l"), **{k.strip("\\")[0]: v for k, v in known.items()})

    def kv(_: str) -> None:
        known["c"] = 2.0 * layers * heads * size * 2

    def share(text: str) -> None:
        known["x"] = value(maths(text)[1])

    def concurrency(text: str) -> None:
        whole, part, name = maths(text)
        assert known["x"] == value(part)
        known[name] = value(whole) / known["x"]

    def throughput(text: str) -> None:
        known["y"] = value(maths(text)[2])

    def count(text: str) -> None:
        requests, each = maths(text)
        assert known["y"] == value(each)
        known["z"] = math.ceil(value(requests) / known["y"])

    actions = {
        "KV bytes per token": kv,
        "tokens per request": share,
        "after weights": concurrency,
        "residence time": throughput,
        "round up": count,
    }
    for step in card.steps:
        actions[only(actions, lambda words, step=step: words in step)](step)  # type: ignore[misc]
    starts = np.arange(0, 200, 1 / rate)
    present = int(((starts <= 100) & (starts + stay > 100)).sum())
    assert known["z"] == math.ceil(present * known["c"] * tokens / memory)


@proof("iv.training-07")
def scaled_step(card: Claim) -> None:
    """A step of least squares is taken as said; the weights are those of a step without scaling."""
    X, y, master = card.rng.normal(size=(16, 3)), card.rng.normal(size=16), 3 * card.rng.normal(size=3)
    scale, limit, lr = 64.0, 1.0, 0.1
    state: dict[str, Array | float] = {}

    def gradient(w: Array) -> Array:
        return np.asarray(2 * X.T @ (X @ w - y) / len(y))

    def clipped(g: Array) -> Array:
        return g * min(1.0, limit / float(np.linalg.norm(g)))

    def forward() -> None:
        state["half"] = master.astype(np.float16).astype(float)
        state["loss"] = 1.0

    def enlarge() -> None:
        state["factor"] = state.pop("loss") * scale

    def backward() -> None:
        half = state["half"]
        assert isinstance(half, np.ndarray)
        state["large"] = (state.pop("factor") * gradient(half)).astype(np.float16)

    def unscale() -> None:
        large = state.pop("large")
        assert isinstance(large, np.ndarray)
        assert np.isfinite(large).all()
        state["gradient"] = np.asarray(large.astype(np.float32) / scale, dtype=float)

    def clip() -> None:
        g = state.pop("gradient")
        assert isinstance(g, np.ndarray)
        state["clipped"] = clipped(g)

    def update() -> None:
        state["new"] = master - lr * state.pop("clipped")

    actions = {
        "forward pass": forward,
        "by the scale": enlarge,
        "Backpropagate": backward,
        "divide by $s$": unscale,
        "by global norm": clip,
        "Update the FP32 master": update,
    }
    for step in card.steps:
        actions[only(actions, lambda words, step=step: words in step)]()  # type: ignore[misc]
    expected = gradient(master)
    assert np.linalg.norm(expected) > limit
    assert np.allclose(state["new"], master - lr * clipped(expected), atol=1e-3)
    assert not any(words in decoy for decoy in card.decoys for words in actions)


# Interviews: agents, alignment, code review


@proof("iv.agents-03")
def injection_odds(card: Claim) -> None:
    """The chance that all tries fail, multiplied out; the rate at which no hit in all runs has 5%, by bisection."""
    rate, tries, stated = given(point(card, "per try"), "at #% per try, # tries succeed at least once with over #%")
    fail = float(np.prod(np.full(int(tries), 1 - rate / 100)))
    assert stated < 100 * (1 - fail) < stated + 0.01
    text = point(card, "upper bound")
    hits, runs, level, _ = given(text, "# of # gives a #% upper bound of about #%")
    assert hits == 0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - middle) ** runs > 1 - level / 100 else (low, middle)
    says(text, "of about #%", 100 * low)


@proof("iv.agents-04")
def context_budget(card: Claim) -> None:
    """The agent is run step by step, with and without cache and compaction."""
    steps, added, window = given(card.front, "runs # steps, each adding about # tokens; the window is #k")
    window *= 1000
    contexts = list(itertools.takewhile(lambda size: size <= window, itertools.count(int(added), int(added))))
    text = point(card, "no longer fits")
    says(text, r"\approx #$: step # no longer fits", window / added, len(contexts) + 1)
    says(
        point(card, "Without caching"),
        r"the first # steps prefill $#\times #\times #/2\approx #$ tokens, with it only $#$",
        *(len(contexts), added, len(contexts), len(contexts) + 1, sum(contexts), contexts[-1]),
    )
    text = point(card, "Compaction: when full")
    (summary,) = given(text, "to about #k")
    size, count = 0.0, 0
    for _ in range(int(steps)):
        if size + added > window:
            size, count = 1000 * summary, count + 1
        size += added
    says(text, "# steps need about # of them", steps, count)


@proof("iv.alignment-06")
def nats_away(card: Claim) -> None:
    """The KL of best-of-n by quadrature at small n, then its formula is solved for the nats of the question."""
    (nats,) = given(card.front, "KL from 2 to # nats")
    text = point(card, "best-of-")
    formula = only(maths(text), lambda tex: r"\log" in tex)
    u = (np.arange(200_000) + 0.5) / 200_000
    for n in (2, 5, 9):
        density = n * u ** (n - 1)
        assert value_of(formula, n=n) == approx((density * np.log(density)).mean(), abs=1e-4)
    low, high = 1.0, 1e40
    for _ in range(400):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if value_of(formula, n=middle) < nats else (low, middle)
    says(text, r"$n\approx #$", low)
    says(text, "How far is # nats", nats)


@proof("iv.alignment-07")
def training_states(card: Claim) -> None:
    """Models with and without optimizer state, added up."""
    (billions,) = given(card.front, "A #B model")
    trained, frozen = given(card.front, "(# bytes a trainable parameter, # a frozen one)")

    def total(trainable: int, fixed: int) -> float:
        return billions * (trainable * trained + fixed * frozen)

    text = point(card, "PPO: ")
    says(text, r"$#\times #+#\times #=#$ GB", 2, total(1, 0), 2, total(0, 1), total(2, 2))
    says(text, "save the # GB of the reward model", total(2, 2) - total(2, 1))
    text = point(card, "GRPO with rule rewards")
    says(text, "$#+#=#$ GB", total(1, 0), total(0, 1), total(1, 1))
    says(text, "the reference goes too, # GB", total(1, 0))
    says(point(card, "is offline"), "takes # GB", total(1, 1))


@proof("iv.coding-01")
def sampler(card: Claim) -> None:
    """The faulty and the repaired sampler run in NumPy."""
    (threshold,) = given(card.front, "threshold #)")
    text = point(card, "nothing is left")
    crossing, top = given(text, "so the one that crosses # is dropped too: kept mass is at most") + given(
        text, "a top probability of #"
    )
    assert crossing == threshold
    s = np.array([top, 1 - top])
    assert not s[~(s.cumsum(-1) > threshold)].any()
    condition = re.findall(r"`(s\.cumsum[^`]*)`", point(card, "top token always stays"))[0]

    def kept(p: Array) -> Array:
        i = np.argsort(-p)
        s = p[i]
        return np.asarray(i[~eval(condition, {"s": s})])

    for _ in range(200):
        p = card.rng.dirichlet(np.ones(6))
        mass, smallest = p[kept(p)].sum(), p[kept(p)].min()
        assert mass >= threshold > mass - smallest
    one, two, answer = given(point(card, "Test:"), "$p=(#,#)$ must always return #")
    assert one + two == approx(1)
    assert kept(np.array([one, two])).tolist() == [answer]


@proof("iv.coding-02")
def shifted_labels(card: Claim) -> None:
    """Positions take the place of logits and labels, to see what each position is trained on."""
    inputs, targets = re.findall(r"`\w+\[(.*?)\]`", point(card, "Pair "))
    place = np.arange(10)[None]

    def part(index: str, x: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.asarray(eval(f"x[{index}]", {"x": x}))

    assert (part(targets, place) - part(inputs, place) == 1).all()
    twice = part(targets, part(targets, place)) - part(inputs, part(inputs, place))
    ahead = only(maths(point(card, "shifts `labels` internally")), lambda tex: "t" in tex)
    assert (twice == value_of(ahead, t=0)).all()
    size, tokens = 4, card.rng.integers(4, size=200_000)
    pairs = np.bincount(tokens[:-1] * size + tokens[1:], minlength=size**2).reshape(size, size) / (len(tokens) - 1)
    conditional = float(-(pairs * np.log(pairs / pairs.sum(axis=1, keepdims=True))).sum())
    floor = only(maths(point(card, "uniformly random tokens")), lambda tex: "V" in tex)
    assert conditional == approx(value_of(floor, V=size), abs=0.01)


@proof("iv.coding-03")
def cached_attention(card: Claim) -> None:
    """Attention with rotated keys in one pass and in a chunk with the mask and positions of the card."""
    text = point(card, "Row $r$")
    (diagonal,) = re.findall(r"diagonal=([^)]*)\)", text)
    last = maths(text)[1].rpartition(",")[2]
    first, final = (end.strip(",") for end in maths(point(card, "RoPE positions must be"))[0].split(r"\dots"))
    (column,) = (int(n) for n in given(point(card, "keeps only column"), "keeps only column #:"))
    X, V, turn = card.rng.normal(size=(9, 2)) @ np.array([1, 1j]), card.rng.normal(size=(9, 3)), 0.7

    def attend(positions: Array, rows: slice, mask: Array) -> Array:
        scores = np.real(
            np.conj(X[rows] * np.exp(1j * turn * positions))[:, None] * (X * np.exp(1j * turn * np.arange(9)))
        )
        return softmax(np.where(mask > 0, scores, -np.inf)) @ V

    full = attend(np.arange(9.0), slice(0, 9), np.tril(np.ones((9, 9))))
    for q in (1, 3):
        m = 9 - q
        assert (np.flatnonzero(np.tril(np.ones((1, m + 1)))[0]) == column).all()
        mask = np.tril(np.ones((q, 9)), k=int(value_of(diagonal, m=m)))
        assert [np.flatnonzero(row)[-1] for row in mask] == [value_of(last, m=m, r=r) for r in range(q)]
        positions = np.arange(value_of(first, m=m, q=q), value_of(final, m=m, q=q) + 1)
        assert np.allclose(attend(positions, slice(m, 9), mask), full[m:])


# Interviews: debugging, derivations


@proof("iv.debugging-07")
def lost_prefix(card: Claim) -> None:
    """Tokens left to prefill; the mean number in an M/M/1 system from its stationary distribution."""
    hit, now = given(card.front, "fell from #% to #")
    text = point(card, "prefilled tokens")
    says(text, "from #% to #%, # times", 100 - hit, 100 - now, (100 - now) / (100 - hit))
    text = point(card, "M/M/1")
    low, high = given(text, r"$\rho$ goes from # to # it")

    def waiting(load: float) -> float:
        chances = (1 - load) * load ** np.arange(5000)
        return float((np.arange(5000) * chances).sum())

    formula = only(maths(text), lambda tex: "/" in tex)
    assert value_of(formula, rho=low) == approx(waiting(low))
    says(text, "it goes from # to #", waiting(low), waiting(high))


@proof("iv.derivations-06")
def attention_gradients(card: Claim) -> None:
    """The formulas are turned into NumPy and compared with finite differences."""
    n, d = 4, 3
    Q, K, V, dO = card.rng.normal(size=(4, n, d))

    def output(Q: Array, K: Array, V: Array) -> Array:
        return softmax(Q @ K.T / math.sqrt(d)) @ V

    def slope(loss: Callable[[Array], float], at: Array) -> Array:
        out = np.zeros_like(at)
        for place in np.ndindex(at.shape):
            step = np.zeros_like(at)
            step[place] = 1e-6
            out[place] = (loss(at + step) - loss(at - step)) / 2e-6
        return out

    S = Q @ K.T / math.sqrt(d)
    P, out = softmax(S), output(Q, K, V)
    names: dict[str, Array | float] = {
        "Q": Q,
        "K": K,
        "V": V,
        "P": P,
        "O": out,
        "dO": dO,
        "one": np.ones((n, 1)),
        "root": math.sqrt(d),
    }
    names["D"] = (dO * out).sum(axis=1, keepdims=True)
    for words in ("$dV=", "$dS=", "$dQ="):
        for formula in maths(point(card, words)):
            name, _, tex = formula.partition("=")
            if name == "D_i":
                assert right_side(formula) == r"\sum_j P_{ij}dP_{ij}"
                assert np.allclose((P * names["dP"]).sum(axis=1, keepdims=True), names["D"])
                continue
            for old, new in (
                (r"^\top", ".T"),
                (r"\mathbf 1", " one"),
                (r"\,", " "),
                (r"\sqrt d", "root"),
                (r"\odot", "*"),
            ):
                tex = tex.replace(old, new)
            names[name] = np.asarray(eval(re.sub(r"(?<=\w)\s+(?=[A-Za-z])", " @ ", tex), dict(names)))
    assert np.allclose(names["dV"], slope(lambda Z: float((dO * output(Q, K, Z)).sum()), V), atol=1e-6)
    assert np.allclose(names["dQ"], slope(lambda Z: float((dO * output(Z, K, V)).sum()), Q), atol=1e-6)
    assert np.allclose(names["dK"], slope(lambda Z: float((dO * output(Q, Z, V)).sum()), K), atol=1e-6)
    assert np.allclose(names["dS"], slope(lambda Z: float((dO * (softmax(Z) @ V)).sum()), S), atol=1e-6)
    rebuilt = only(maths(point(card, "block by block")), lambda tex: tex.startswith("P_{ij}="))
    sums = np.log(np.exp(S).sum(axis=1))
    tex = right_side(rebuilt).replace("S_{ij}", "s").replace("L_i", "l")
    assert P[1, 2] == approx(value_of(tex, s=S[1, 2], l=sums[1]))


@proof("iv.derivations-07")
def baselines(card: Claim) -> None:
    """All groups of actions of a softmax policy are enumerated."""
    n = 3
    z, reward = card.rng.normal(size=4), card.rng.normal(size=4)
    pi = softmax(z)
    score = np.eye(4) - pi  # row a: the gradient of log pi(a)
    assert np.allclose(pi @ score, 0)
    true = (pi * reward) @ score
    shrunk, alone = np.zeros(4), np.zeros(4)
    factor = only(maths(point(card, "leave-one-out")), lambda tex: r"\frac" in tex).partition("=")[2].partition("(")[0]
    for group in itertools.product(range(4), repeat=n):
        actions = list(group)
        r, chance = reward[actions], float(np.prod(pi[actions]))
        gap = r - r.mean()
        shrunk += chance * (gap @ score[actions]) / n
        alone += chance * (value_of(factor, n=n) * gap @ score[actions]) / n
        assert np.allclose(value_of(factor, n=n) * gap, r - (r.sum() - r) / (n - 1))
    said = only(maths(point(card, "the expectation is")), lambda tex: tex.startswith("1"))
    assert np.allclose(shrunk, value_of(said, n=n) * true)
    assert np.allclose(alone, true)
    squares = (score**2).sum(axis=1)
    stated = right_side(only(maths(point(card, "differentiate")), lambda tex: tex.startswith("b^*")))
    means = {r"E[r\|g\|^2]": (pi * reward * squares).sum(), r"E[\|g\|^2]": (pi * squares).sum()}
    best = value_of(
        stated.replace(r"E[r\|g\|^2]", "p").replace(r"E[\|g\|^2]", "q"), p=means[r"E[r\|g\|^2]"], q=means[r"E[\|g\|^2]"]
    )
    trials = best + np.linspace(-1, 1, 21)
    spread = [(pi * (reward - b) ** 2 * squares).sum() for b in trials]
    assert int(np.argmin(spread)) == 10


@proof("iv.derivations-08")
def optimal_scaling(card: Claim) -> None:
    """The loss is minimised numerically at two amounts of compute."""
    alpha, beta = given(card.front, r"for $\alpha=#$, $\beta=#$")
    A, B = 406.0, 411.0

    def best(compute: float) -> tuple[float, float]:
        n = least(lambda size: A * size**-alpha + B * (compute / (6 * size)) ** -beta, 1e5, 1e14)
        return n, compute / (6 * n)

    (n1, d1), (n2, d2) = best(1e20), best(1e24)
    powers = [math.log(n2 / n1) / math.log(1e4), math.log(d2 / d1) / math.log(1e4)]
    stated = maths(point(card, r"\propto C^{\beta"))
    for formula, power in zip(stated, powers, strict=True):
        (exponent,) = re.findall(r"C\^\{(.*)\}", formula)
        assert value_of(exponent, alpha=alpha, beta=beta) == approx(power, abs=1e-4)
    says(point(card, "Numbers:"), r"$N\propto C^{#}$, $D\propto C^{#}$", *powers)
    left, right = maths(point(card, "differentiate"))[1].split("=")
    symbols = {"alpha": alpha, "beta": beta, "A": A, "B": B, "N": n1, "D": d1}
    assert value_of(left, **symbols) == approx(value_of(right, **symbols), rel=1e-3)


# Interviews: estimation, evaluation


@proof("iv.estimation-06")
def finetuning_memory(card: Claim) -> None:
    """Bytes per parameter and per activation, counted tensor by tensor."""
    billions, layers, width = given(card.front, "a #B model (# layers, $h=#$")
    gpus, _, tokens = given(card.front, "on # GPUs of # GB, one sequence of # tokens")
    weights, gradients, optimizer = 2, 2, 4 + 4 + 4
    total = billions * (weights + gradients + optimizer)
    says(point(card, "plain data"), "$#+#+#=#$ bytes a parameter, # GB", weights, gradients, optimizer, 16, total)
    whole, cut = billions * weights, billions * (gradients + optimizer)
    text = point(card, "ZeRO-3:")
    says(text, r"ZeRO-2: $#+#/#\approx #$ GB", whole, cut, gpus, whole + cut / gpus)
    says(text, "ZeRO-3: $#/#=#$ GB", total, gpus, total / gpus)
    attention = 2 + 2 * 2 + 2 + 2 + 1  # input, Q and K, V, input of the projection, dropout mask
    ffn = 2 + 4 * 2 + 4 * 2 + 1  # input, input of GELU, input of the second product, dropout mask
    norms = 2 * 2
    text = point(card, "scores not stored")
    per_layer = (attention + ffn + norms) * tokens * width / 1e9
    says(text, "about $#sbh$ bytes", attention + ffn + norms)
    says(text, "# GB at $b=1$, about # GB for # layers", per_layer, layers * per_layer, layers)
    text = point(card, "Full recomputation")
    says(text, "$#sbh$, about # GB", 2, layers * 2 * tokens * width / 1e9)
    one, three = given(text, "for about #/# more")
    assert one / three == approx((2 + 2 + 4) / (2 + 4) - 1)
    text = point(card, "logits")
    (vocabulary,) = given(text, "a vocabulary of #k")
    logits = vocabulary * 1000 * tokens * 4 / 1e9
    says(text, "logits of # tokens take about # GB", tokens, logits)
    says(point(card, "Choice:"), "about #+#+# GB", whole + cut / gpus, layers * per_layer, 2 * logits)


@proof("iv.estimation-07")
def pretraining(card: Claim) -> None:
    """Time from the compute; the interval by minimising the loss, whose form is checked by playing failures."""
    gpus, peak, share, billions, trillions = given(
        card.front, "# GPUs (peak # TFLOP/s, MFU #%) train a dense #B model on #T tokens"
    )
    hours, minutes = given(card.front, "a failure every # hours on average and # minutes")
    total = 6 * billions * 1e9 * trillions * 1e12
    text = only(card.rubric, lambda text: text.startswith(r"$6\times"))
    hold(text)
    says(text, "=#$ FLOPs", total)
    text = point(card, "GPU-hours")
    effective = peak * 1e12 * share / 100
    says(
        text,
        "delivers $#$: about # million GPU-hours, about # days",
        effective,
        total / effective / 3.6e9,
        total / effective / gpus / 86400,
    )
    failure, stall = hours * 3600, minutes * 60
    formula = maths(point(card, "At interval"))[1]

    def lost(interval: float, stall: float) -> float:
        return value_of(formula, c=stall, tau=interval, M=failure)

    interval, ends = 1000.0, card.rng.exponential(failure, size=400_000)
    redone = (ends % interval).sum() / ends.sum()
    assert lost(interval, 0) == approx(redone, rel=0.06)
    assert lost(interval, stall) - lost(interval, 0) == approx(stall / interval)
    best = least(lambda tau: lost(tau, stall), 10, 1e5)
    text = point(card, r"Best $\tau")
    says(text, r"\approx #$ s, about # minutes", best, best / 60)
    assert value_of(re.findall(r"(\\sqrt\{2\\times[^}]*\})", text)[0]) == approx(best, rel=1e-4)
    text = point(card, "asynchronous")
    (short,) = given(text, "with a # s stall")
    says(text, "about #%, before", 100 * lost(best, stall))
    says(text, "leaves about #%", 100 * lost(least(lambda tau: lost(tau, short), 10, 1e5), short))
    text = point(card, "A checkpoint")
    (size,) = given(text, "at # bytes a parameter")
    assert size == 2 + 4 + 4 + 4
    says(text, "about # TB", size * billions * 1e9 / 1e12)


@proof("iv.estimation-08")
def token_prices(card: Claim) -> None:
    """Seconds of the machine per million tokens, priced."""
    gpus, price, petaflops, billions = given(
        card.front, "An #-GPU machine costs # dollars an hour, delivers # PFLOP/s and runs a dense #B model"
    )
    assert gpus == 8
    batch, step, busy = given(card.front, "at batch #, # ms a step") + given(card.front, "busy only #%")
    second = price / 3600
    inward, outward = 2 * billions * 1e9 * 1e6 / (petaflops * 1e15) * second, 1e6 / batch * step / 1000 * second
    says(point(card, "Input:"), r"\approx #$ tokens/s, about # dollars", 1e6 * second / inward, inward)
    says(point(card, "Output:"), "=#$ tokens/s, about # dollars", 1e6 * second / outward, outward)
    says(point(card, "A factor"), "about #:", outward / inward)
    says(point(card, "Idle"), "by #: about # and # dollars", busy / 100, 100 / busy * inward, 100 / busy * outward)


@proof("iv.evaluation-05")
def judged(card: Claim) -> None:
    """Wins are drawn to find the standard error and the power; the judge is simulated on a known true rate."""
    share, prompts = given(card.front, "a win rate of #% on # prompts")
    (agreement,) = given(card.front, "agrees with humans on only #%")
    draws = card.rng.binomial(int(prompts), share / 100, size=200_000) / prompts * 100
    error = math.sqrt(share * (100 - share) / prompts)
    assert error == approx(draws.std(), rel=0.02)
    text = point(card, "Standard error")
    says(text, r"\approx #$ points", error)
    says(text, "about #% to #%, contains #%", share - 1.96 * error, share + 1.96 * error, 50)
    text = point(card, "whichever side wins")
    (true,) = given(text, r"$w\approx #$")
    says(text, "right with probability # whichever", agreement / 100)
    left, right = maths(text)[0].split("=")
    assert value_of(right, w=true) == approx(value_of(left), abs=0.0005)
    wins = card.rng.random(2_000_000) < true
    seen = np.where(card.rng.random(len(wins)) < agreement / 100, wins, ~wins)
    assert 100 * seen.mean() == approx(share, abs=0.2)
    text = point(card, "widens")
    ends = [agreement * w + (100 - agreement) * (1 - w) for w in (0.0, 1.0)]
    says(text, "by $1/#$", (ends[1] - ends[0]) / 100)
    text = point(card, "power")
    (needed,) = given(text, r"about $(1.96+0.84)^2\times 0.25/0.04^2\approx #$")
    counts = card.rng.binomial(int(needed), share / 100, size=200_000) / needed
    assert (counts > 0.5 + 1.96 * 0.5 / math.sqrt(needed)).mean() == approx(0.8, abs=0.025)


# Interviews: fine-tuning, inference


@proof("iv.finetuning-07")
def distillation(card: Claim) -> None:
    """The gradient of the soft loss by finite differences, then bytes of stored logits."""
    text = point(card, r"\partial L")
    gradient, approximate = maths(text)[0], maths(text)[1]
    n, temperature = 6, 50.0
    z, v = card.rng.normal(size=(2, n))
    z, v = z - z.mean(), v - v.mean()

    def loss(z: Array) -> float:
        return float(-(softmax(v / temperature) * np.log(softmax(z / temperature))).sum())

    step = 1e-4 * np.eye(n)
    slopes = np.array([(loss(z + s) - loss(z - s)) / 2e-4 for s in step])
    q, p = softmax(z / temperature), softmax(v / temperature)
    exact = [value_of(right_side(gradient), q_T=a, p_T=b, T=temperature) for a, b in zip(q, p, strict=True)]
    assert np.allclose(exact, slopes, atol=1e-8)
    rough = [
        value_of(approximate.partition(r"\approx")[2], z=a, v=b, n=n, T=temperature) for a, b in zip(z, v, strict=True)
    ]
    assert np.allclose(rough, q - p, rtol=0.1, atol=2e-4)
    tokens, vocabulary = given(card.front, "teacher logits for # billion tokens and a vocabulary of #")
    tokens *= 1e9
    whole = np.empty(int(vocabulary), dtype=np.float16).nbytes * tokens
    says(point(card, "All in FP16"), "bytes, about # TB", whole / 1e12)
    text = point(card, "Keep the top")
    top, identity, value = given(text, "Keep the top # only (#-byte id, #-byte value)")
    assert 2 ** (8 * identity) > vocabulary
    says(text, "about # GB", top * (identity + value) * tokens / 1e9)


@proof("iv.inference-06")
def stalls(card: Claim) -> None:
    """The prompt is processed chunk by chunk."""
    billions, step, limit = given(card.front, "A #B service decodes at # ms a step with a # ms limit")
    prompt, petaflops, kv = given(card.front, "an #-token prompt") + given(
        card.front, "(# PFLOP/s delivered, KV # MB a token)"
    )
    each = 2 * billions * 1e9 / (petaflops * 1e15) * 1000
    text = point(card, "Whole prefill")
    says(text, "about # ms", prompt * each)
    says(text, r"$#\times #$ GFLOPs", prompt, 2 * billions)
    text = point(card, "Carrying")
    (chunk,) = given(text, "say, # prefill")
    says(text, "at most about #)", (limit - step) / each)
    says(text, "adds about # ms, so a step takes about # ms, under # ms", chunk * each, step + chunk * each, limit)
    left, steps = prompt, 0
    while left > 0:
        left, steps = left - chunk, steps + 1
    text = point(card, "The price")
    says(text, "# steps, about # s", steps, steps * (step + chunk * each) / 1000)
    says(text, "the # s of an undisturbed", prompt * each / 1000)
    text = point(card, "Separation:")
    (link,) = given(text, "at # GB/s")
    says(text, "about # GB, ", prompt * kv / 1000)
    assert given(text, " GB, # ms at")[0] == approx(prompt * kv / link, rel=0.02)


@proof("iv.inference-09")
def bits(card: Claim) -> None:
    """Bits of a stored group, and the identity of SmoothQuant on random matrices."""
    text = point(card, "With groups of")
    group, scale, zero = given(text, "With groups of #, a #-bit scale and #-bit zero point")
    stored = 4 * group + scale + zero
    says(text, r"\approx #$ bits", stored / group)
    assert value_of(maths(text)[0].partition(r"\approx")[0]) == approx(stored / group)
    low, high = given(point(card, "(a)"), "fall to about #/#, at most")
    assert high / low == 16 / 4
    says(point(card, "(a)"), "at most about # times", 16 / 4)
    formula = only(maths(point(card, "SmoothQuant")), lambda tex: tex.startswith("Y="))
    X, W, S = card.rng.normal(size=(5, 3)), card.rng.normal(size=(3, 4)), np.diag(card.rng.random(3) + 0.5)
    left, right = re.fullmatch(r"Y=\((.*)\)\((.*)\)", formula).groups()  # type: ignore[union-attr]
    parts = {"XS^{-1}": X @ np.linalg.inv(S), "SW": S @ W, "XS": X @ S, "S^{-1}W": np.linalg.inv(S) @ W}
    assert np.allclose(parts[left] @ parts[right], X @ W)


# Interviews: basics, mock, comparison


@proof("iv.ml-basics-05")
def which_means(card: Claim) -> None:
    """Means over columns and rows of an array are counted."""
    X = card.rng.normal(size=(5, 3))
    sizes = {"n": X.shape[0], "d": X.shape[1]}
    text = point(card, "BatchNorm averages")
    batch, layer = re.findall(r"\$(\w)\$ means", text)
    assert text.index("column") < text.index("LayerNorm") < text.index("row")
    assert sizes[batch] == len(X.mean(axis=0))
    assert sizes[layer] == len(X.mean(axis=1))


@proof("iv.ml-basics-06")
def bias_correction(card: Claim) -> None:
    """Adam is run on a constant gradient."""
    one, two = given(card.front, r"$\beta_1=#$, $\beta_2=#$")
    text = point(card, "E[v_t]")
    formulas = maths(text)
    g, m, v = 0.37, 0.0, 0.0
    for t in range(1, 6):
        m, v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
        if t == 1:
            says(point(card, "Uncorrected"), r"=#/\sqrt{#}\approx #$", 1 - one, 1 - two, abs(m) / math.sqrt(v))
        assert m / g == approx(value_of(formulas[1], beta_1=one, t=t))
        assert v / g**2 == approx(value_of(formulas[2], beta_2=two, t=t))
        weight = re.findall(r"E\[m_t\]=\((.*)\)E\[g\]", point(card, "E[m_t]"))[0]
        assert m / g == approx(value_of(weight, beta_1=one, t=t))


@proof("iv.ml-basics-07")
def rank_sum(card: Claim) -> None:
    """All pairs are compared and set against the formula with ranks, ties sharing their mean rank."""
    formula = maths(point(card, "use ranks"))[0]
    for old, new in (("R_+", "R"), ("n_+", "p"), ("n_-", "m")):
        formula = formula.replace(old, new)
    half = re.findall(r"\\frac(\d)(\d)", point(card, "Ties"))[0]
    positive, negative = card.rng.integers(0, 9, size=40), card.rng.integers(0, 6, size=30)
    pairs = [float(a > b) + int(half[0]) / int(half[1]) * float(a == b) for a in positive for b in negative]
    together = np.concatenate([positive, negative])
    ranks = [(together < a).sum() + ((together == a).sum() + 1) / 2 for a in positive]
    assert np.mean(pairs) == approx(value_of(formula, R=float(sum(ranks)), p=len(positive), m=len(negative)))


@proof("iv.mock-01")
def decode_step(card: Claim) -> None:
    """Bytes and FLOPs of one step, from the shapes."""
    billions, layers, heads, kv, size = given(
        card.front, "A #B model (BF16, # layers, # query heads, # KV heads, head size #)"
    )
    batch, context, bandwidth, petaflops = given(
        card.front, "batch #, # tokens of context each, on a machine with # TB/s and # PFLOP/s"
    )
    weights, bandwidth = 2 * billions, bandwidth * 1000
    cache = 2 * layers * kv * size * 2 * context * batch / 1e9
    text = point(card, "Bytes:")
    says(text, "# GB of weights", weights)
    says(
        text,
        r"\approx #$ GB, about # GB in all, about # ms",
        cache,
        weights + cache,
        (weights + cache) / bandwidth * 1000,
    )
    linear = 2 * billions * 1e9 * batch
    scores = batch * layers * heads * (2 * size * context + 2 * context * size)
    text = point(card, "FLOPs: weights")
    seconds = (linear + scores) / (petaflops * 1e15)
    says(text, r"=#$, attention", linear)
    says(text, r"\approx #$, about # ms", scores, 1000 * seconds)
    says(point(card, "bandwidth-bound"), "about #", (weights + cache) / bandwidth / seconds)
    text = point(card, "4-bit weights")
    says(text, "4-bit weights: about # GB, # ms", weights / 4 + cache, (weights / 4 + cache) / bandwidth * 1000)
    says(text, "8-bit KV: about # GB, # ms", weights + cache / 2, (weights + cache / 2) / bandwidth * 1000)
    text = point(card, "throughput")
    (larger,) = given(text, "Batch #:")
    more = cache * larger / batch
    says(text, "KV # GB, about # ms a step", more, (weights + more) / bandwidth * 1000)
    says(text, "about # times", larger / batch * (weights + cache) / (weights + more))
    text = point(card, "all-reduces")
    says(text, "# in all; at # microseconds each, # ms", 2 * layers, 10, 2 * layers * 10 / 1000)


@proof("iv.model-comparison-02")
def dense_and_sparse(card: Claim) -> None:
    """Compute and bytes from the configuration; the experts touched by drawing them."""
    dense, tokens, total, active, fewer, chosen, experts = given(
        card.front,
        "A dense #B model trains on #T tokens; an MoE with #B total and #B active on #T, picking # of # routed",
    )
    one, two = 6 * dense * 1e9 * tokens * 1e12, 6 * active * 1e9 * fewer * 1e12
    says(point(card, "Training by"), "$#$ against $#$, about # times", one, two, one / two)
    says(point(card, "Memory follows"), "# GB against # GB", 2 * dense, 2 * total)
    says(point(card, "At batch 1"), "reads # GB against about # GB", 2 * dense, 2 * active)
    text = point(card, "In a large batch")
    (batch,) = given(text, "# uniform independent tokens")
    draws = card.rng.random((300, int(batch), int(experts))).argpartition(int(chosen), axis=-1)[..., : int(chosen)]
    touched = [len(np.unique(draw)) for draw in draws]
    (stated,) = given(text, r"\approx #$ of them")
    assert stated == approx(np.mean(touched), abs=0.5 + 5 * np.std(touched) / math.sqrt(len(touched)))
    formula = only(maths(text), lambda tex: r"\approx" in tex).partition(r"\approx")[0]
    assert value_of(formula) == approx(experts * (1 - (1 - chosen / experts) ** batch))


# Interviews: project stories, puzzles


@proof("iv.project-story-01")
def gain(card: Claim) -> None:
    """Scores are drawn to find the standard errors; the paired statistic from signs."""
    before, after, size = given(card.front, 'from #% to #%", on # test questions')
    n = int(size)
    first = card.rng.binomial(n, before / 100, size=400_000) / n
    second = card.rng.binomial(n, after / 100, size=400_000) / n
    text = point(card, "as independent samples")
    says(text, r"\approx #$ points", 100 * math.sqrt(before * (100 - before) / n) / 100)
    (stated, z) = given(text, r"standard error about #, $z\approx #$")
    assert stated == approx(100 * (second - first).std(), abs=0.07)
    assert z == approx((after - before) / stated, abs=0.05)
    text = point(card, "Pairing")
    net, differ = given(text, "a net gain of # questions; if # questions differ")
    assert net == approx((after - before) / 100 * n)
    says(text, r"$z=#/\sqrt{#}\approx #$", net, differ, net / math.sqrt(differ))
    signs = card.rng.choice([-1, 1], size=(100_000, int(differ))).sum(axis=1)
    assert net / signs.std() == approx(given(text, r"\approx #$")[0], abs=0.07)


@proof("iv.project-story-02")
def latency_cut(card: Claim) -> None:
    """The ratio, the cut and the difference of the two latencies; requests of a week counted by the second."""
    before, after = given(card.front, "from # s to # s")
    says(point(card, "Converts"), "$#/#=#$ times, a #% cut", before, after, before / after, 100 * (1 - after / before))
    says(point(card, "Breaks it down"), "adding up to # s", before - after)
    (rate,) = given(card.back, "At the same # requests a second")
    says(card.back, "over a week, about # million requests", rate * 7 * 24 * 3600 / 1e6)
    saved = given(card.back, "saving # s,") + given(card.back, "saving # s.")
    assert sum(saved) == approx(before - after)


@proof("iv.puzzles-01")
def gumbel(card: Claim) -> None:
    """The distribution of the noise by sampling, the last integral by quadrature, the claim by counting."""
    noise = -np.log(-np.log(card.rng.random((400_000, 3))))
    law = right_side(maths(point(card, r"P(u_i\le"))[0])
    for x in (-0.5, 0.3, 2.0):
        assert value_of(law, x=x) == approx((noise <= x).mean(), abs=0.003)
    z = np.array([0.3, -1.0, 1.1])
    total = float(np.exp(z).sum())
    integral = maths(point(card, "integrate"))[0]
    integrand, result = re.fullmatch(r"\\int (.*)\\,dx=(.*)", integral).groups()  # type: ignore[union-attr]
    grid = np.linspace(-6, 40, 4001)
    heights = [value_of(integrand, z_i=float(z[0]), x=float(x), Z=total) for x in grid]
    chance = value_of(result, z_i=float(z[0]), Z=total)
    assert float(np.trapezoid(heights, grid)) == approx(chance, abs=1e-4)
    assert ((z + noise).argmax(axis=1) == 0).mean() == approx(chance, abs=0.005)


@proof("iv.puzzles-03")
def reservoir(card: Claim) -> None:
    """Chances of each item are followed through the stream; the merges are tried out."""
    k, n = 3, 12
    accept = maths(point(card, "Keep the first"))[2]
    kept: list[float] = []
    for t in range(1, n + 1):
        chance = 1.0 if t <= k else value_of(accept, k=k, t=t)
        kept = [p * (1 - chance / k) if t > k else p for p in kept] + [chance]
    assert kept == approx([k / n] * n)
    left, right = maths(point(card, "survives"))[1].rpartition("=")[::2]
    assert value_of(left, k=k, t=9) == approx(value_of(right, k=k, t=9))
    text = point(card, "expected number")
    long = 200_000
    assert sum(50 / t for t in range(51, long + 1)) == approx(
        value_of(maths(text)[0].partition(r"\approx")[2], k=50, n=long), rel=0.01
    )
    one, two = 5, 9
    keys = card.rng.random((100_000, one + two))
    smallest = np.argsort(np.concatenate([np.sort(keys[:, :one])[:, :k], np.sort(keys[:, one:])[:, :k]], axis=1))[:, :k]
    from_one = (smallest < k).sum(axis=1)
    for count in range(k + 1):
        law = math.comb(one, count) * math.comb(two, k - count) / math.comb(one + two, k)
        assert (from_one == count).mean() == approx(law, abs=0.01)


# Interviews: retrieval, system design


@proof("iv.rag-04")
def split_errors(card: Claim) -> None:
    """A hundred questions are laid out one by one."""
    right, size, missed = given(card.front, "gets # of # questions right. For # the evidence")
    (gold,) = given(card.front, "the model gets #% right")
    hits = size - missed
    text = point(card, "retrieval misses")
    says(text, "Of # errors # are", size - right, missed)
    says(text, "of the # hits # are right, about #%", hits, right, 100 * right / hits)
    says(
        point(card, "generation alone"),
        r"reach #%, so at most $#\times #=#$",
        gold,
        hits,
        gold / 100,
        hits * gold / 100,
    )
    text = point(card, "retrieval alone")
    (recall,) = given(text, "at #% recall")
    says(text, r"about $#\times #=#$", recall, right / hits, recall * right / hits)
    text = point(card, "standard error")
    says(text, "from #% to #% is # questions", 100 * right / hits, gold, hits * gold / 100 - right)
    errors = card.rng.binomial(int(hits), right / hits, size=100_000) / hits
    says(text, "about # points on #", 100 * errors.std(), hits)


@proof("iv.rag-05")
def long_or_retrieved(card: Claim) -> None:
    """FLOPs of causal attention are summed over positions."""
    billions, layers, width, heads, size, petaflops = given(
        card.front, "A #B model (# layers, width #, # KV heads, head size #, # PFLOP/s delivered)"
    )
    everything, few = given(card.front, "all # tokens of material into the context, or retrieve #")

    def linear(n: float) -> float:
        return 2 * billions * 1e9 * n

    def attention(n: float) -> float:
        return float(4 * width * layers * np.arange(1, int(n) + 1, dtype=float).sum())

    def seconds(n: float) -> float:
        return (linear(n) + attention(n)) / (petaflops * 1e15)

    text = point(card, "All in:")
    says(text, r"$#$ for weights", linear(everything))
    says(text, r"\approx #$ FLOPs, about # s", attention(everything), seconds(everything))
    formula = only(maths(text), lambda tex: tex.startswith("2n")).partition(r"\approx")[0]
    assert value_of(formula, n=everything, d=width, L=layers) == approx(attention(everything), rel=1e-4)
    text = point(card, "Retrieval: about")
    says(
        text,
        "about $#$ FLOPs, # s; a factor of about #",
        linear(few) + attention(few),
        seconds(few),
        seconds(everything) / seconds(few),
    )
    kv = 2 * layers * heads * size * 2 / 1e6
    text = point(card, "cached prefix")
    says(text, r"about $#\times #$ MB $\approx #$ GB", everything, kv, everything * kv / 1000)


@proof("iv.system-design-01")
def fleet(card: Claim) -> None:
    """Compute, concurrency, memory and bandwidth, each from the question."""
    billions, gpus, memory, teraflops, terabytes, kv = given(
        card.front,
        "A dense #B model in BF16 runs on #-GPU machines (each GPU # GB, # TFLOP/s, # TB/s; KV # MB a token)",
    )
    inward, outward, rate, limit = given(
        card.front, "Requests have # input and # output tokens, peak # a second, at most # ms"
    )
    per_token = 2 * billions * 1e9
    load = rate * (inward + outward) * per_token
    text = point(card, "at 50% utilisation")
    says(text, r"$=#$ PFLOP/s", load / 1e15)
    machine = gpus * teraflops * 1e12 * 0.5
    says(text, "about # PFLOP/s, so at least #", machine / 1e15, math.ceil(load / machine))
    starts = np.arange(0, 200, 1 / rate)
    present = int(((starts < 100.001) & (starts + outward * limit / 1000 > 100.001)).sum())
    says(point(card, "Little"), "=#$ sequences", present)
    text = point(card, "Memory:")
    each, room = (inward + outward) * kv / 1000, gpus * memory * 0.9 - 2 * billions
    says(text, "# tokens take about # GB", inward + outward, each)
    says(text, "about # GB after #% slack", room, 10)
    says(text, "about # sequences", room / each)
    text = point(card, "Bandwidth:")
    half, mean = present / 2, inward + outward / 2
    says(text, "# sequences on each of two machines, mean context #", half, mean)
    stored, total = 2 * billions, gpus * terabytes
    says(text, "read # GB of weights", stored)
    (cache,) = given(text, "about # GB of KV")
    assert cache == approx(half * mean * kv / 1000, rel=0.01)
    says(text, "over # TB/s that is about # ms, under # ms", total, (stored + cache) / total, limit)
    says(point(card, "Prefill is"), "#% of the FLOPs", 100 * inward / (inward + outward))
    says(point(card, "headroom"), "at #% load", 100 * load / (2 * machine))


@proof("iv.system-design-02")
def permitted_search(card: Claim) -> None:
    """Permitted results are drawn; sizes from arrays of one vector."""
    millions, readable, daily = given(card.front, "over # million chunks") + given(
        card.front, "may read about #% of them, #% change daily"
    )
    chunks = millions * 1e6
    text = point(card, "Post-filtering")
    (top,) = given(text, "a top-# keeps")
    usable = (card.rng.random((20_000, int(top))) < readable / 100).sum(axis=1).mean()
    says(text, "keeps # usable chunk", round(float(usable), 1))
    text = point(card, "exact search works")
    says(text, "About # chunks are readable", chunks * readable / 100)
    count, power, size, _ = given(text, r"$#^#\times #$ dimensions is about # GFLOPs")
    assert count**power == chunks * readable / 100
    says(text, "is about # GFLOPs", 2 * count**power * size / 1e9)
    text = point(card, "Size:")
    one = np.empty(int(size), dtype=np.float16).nbytes
    says(text, "about # GB in FP16", chunks * one / 1e9)
    says(point(card, "re-embedded"), "About # chunks a day", chunks * daily / 100)


@proof("iv.system-design-03")
def rollouts(card: Claim) -> None:
    """Samples, tokens, FLOPs and seconds of one step."""
    billions, gpus, teraflops = given(card.front, "a #B model on # GPUs (# TFLOP/s delivered each)")
    prompts, samples, mean, longest, speed = given(
        card.front, "# prompts with # samples, # tokens on average and # at most, decoded at # tokens/s"
    )
    tokens = prompts * samples * mean
    flops = tokens * (2 + 4) * billions * 1e9
    text = point(card, "million tokens a step")
    says(text, "# samples, about # million tokens", prompts * samples, tokens / 1e6)
    says(text, r"\approx #$ FLOPs, about # s on # GPUs", flops, flops / (gpus * teraflops * 1e12), gpus)
    says(point(card, "The tail"), "# tokens take # s against # s", longest, longest / speed, mean / speed)
    assert longest / speed > 4 * flops / (gpus * teraflops * 1e12)
    says(point(card, "Broadcast"), "# GB of BF16", 2 * billions)


@proof("iv.system-design-04")
def many_loras(card: Claim) -> None:
    """Entries and multiply-adds of the low-rank factors."""
    customers, billions, layers, width, rank = given(
        card.front, "# customers each have a LoRA on a #B base: # layers, $d=#$, rank #, on"
    )
    d, r = int(width), int(rank)
    one = layers * 2 * (np.empty((d, r)).size + np.empty((r, d)).size)
    text = point(card, "Each LoRA")
    says(text, r"\approx #$M parameters, about # MB in BF16", one / 1e6, 2 * one / 1e6)
    says(text, "# take # GB", customers, customers * 2 * one / 1e9)
    says(
        point(card, "Merging per"), r"$#\times #$ GB $=#$ TB", customers, 2 * billions, customers * 2 * billions / 1000
    )
    text = point(card, "Mixed batch")
    says(text, r"\approx #\%", 100 * (d * r + r * d) / (d * d))
    text = point(card, "Keep hot ones")
    size, link, limit = given(text, "# MB at # GB/s takes under # ms")
    assert size / link < limit
    assert size == approx(2 * one / 1e6, rel=0.02)


# Interviews: training, transformer


@proof("iv.training-05")
def parallel_layout(card: Claim) -> None:
    """Traffic of ring all-reduces, memory and time from the question."""
    gpus, _, node, inside, across, billions = given(
        card.front, "# GPUs of # GB (# a node, # GB/s inside, # GB/s per GPU across) train #B"
    )
    layers, width, length, batch, teraflops = given(
        card.front, "# layers, $h=#$, sequence #, # sequences a step, # TFLOP/s"
    )

    def ring(size: float, ways: float) -> float:
        return 2 * (ways - 1) / ways * size

    message = 2 * length * width / 1e9
    text = point(card, "TP needs")
    says(text, "needs # all-reduces a layer each way, # MB each", 2, 1000 * message)
    moved = layers * 4 * ring(message, node)
    says(text, "an #-way ring each GPU moves about # GB", node, moved)
    one = 6 * billions * 1e9 * length / (node * teraflops * 1e12)
    text = point(card, "TP stays inside")
    says(text, "# GB takes # s inside a node and # s across", moved, moved / inside, moved / across)
    says(text, "# GPUs compute a sequence in about # s", node, one)
    assert moved / inside < one < moved / across
    text = point(card, "TP=8 alone, unsharded")
    says(text, r"$#\times #/#=#$ GB", 16, billions, node, 16 * billions / node)
    (pipeline, *rest) = given(text, "PP=#, so DP is $#/#=#$")
    assert rest == [gpus, node * pipeline, gpus / (node * pipeline)]
    replicas = rest[-1]
    (other,) = given(text, "(PP=# with ZeRO-1")
    more = gpus / (node * other)
    assert (4 + 12 / more) * billions / (node * other) < 40
    part = billions / (node * pipeline)
    text = point(card, "rest for activations")
    says(text, r"At PP=# a GPU has #B parameters", pipeline, part)
    says(text, r"\approx #$ GB", 4 * part + 12 * part / replicas)
    text = point(card, "Bubble")
    first, second = text.split("; at PP=")
    says(first, "at PP=# a replica has # micro-batches", pipeline, batch / replicas)
    says(second, "# it has #,", other, batch / more)
    for stages, micro, part_of_text in (pipeline, batch / replicas, first), (other, batch / more, second):
        slots = np.zeros((int(stages), int(stages + micro - 1)), dtype=bool)
        for stage in range(int(stages)):
            slots[stage, stage : stage + int(micro)] = True
        assert value_of(maths(text)[0], p=stages, m=micro) == approx((~slots).mean())
        says(part_of_text, r"\approx #\%", 100 * (~slots).mean())
    text = point(card, "goes outermost")
    traffic = ring(2 * part, replicas)
    whole = batch * length * 6 * billions * 1e9 / (gpus * teraflops * 1e12)
    says(text, "about # GB per GPU a step, # s across nodes against about # s", traffic, traffic / across, whole)


@proof("iv.training-06")
def recomputation(card: Claim) -> None:
    """The peak is minimised over all k."""
    text = point(card, "Count a checkpoint")
    formulas = maths(text)
    peak = only(formulas, lambda tex: "/" in tex)
    for layers in (16, 64, 144):
        best = min(range(1, layers + 1), key=lambda k, layers=layers: value_of(peak, L=layers, k=k))  # type: ignore[misc]
        assert best == approx(value_of(right_side(only(formulas, lambda tex: tex.startswith("k="))), L=layers))
        assert layers / best + best == approx(value_of(formulas[-1], L=layers))
    text = point(card, "units to")
    (depth,) = given(text, "$L=#$")
    size = {k: depth / k + k for k in range(1, int(depth) + 1)}
    says(text, "$k=#$: from # units to #", min(size, key=lambda k: size[k]), depth, min(size.values()))
    text = point(card, "One more forward")
    says(text, "$#N$ becomes $#N$ FLOPs per token, about #% more", 2 + 4, 2 + 2 + 4, 100 * (8 / 6 - 1))


@proof("iv.transformer-06")
def longer_context(card: Claim) -> None:
    """Wavelengths and new bases from the rotation frequencies."""
    base, size, trained, target = given(card.front, "base # and head size #, trained at length #, is to run at #.")
    d, factor = int(size), target / trained
    frequencies = base ** (-np.arange(0, d, 2) / d)
    text = point(card, "longest wavelength")
    says(text, r"\approx #$, far over #:", 2 * math.pi / frequencies[-1], trained)
    says(point(card, "PI:"), "divide positions by #, so", factor)
    text = point(card, "multiply the base")
    new = least(lambda b: abs(math.log(b ** (-(d - 2) / d) * factor / frequencies[-1])), base, 1e8)
    says(text, "about #;", new)
    says(text, "slows by exactly #", factor)
    multiplier, written = maths(text)[0].split(r"\approx")
    assert base * value_of(multiplier) == approx(new, rel=1e-4)
    assert value_of(written) == approx(new / base, abs=0.005)
    says(point(card, "YaRN:"), r"$#\ln #+#\approx #$", 0.1, factor, 1, 0.1 * math.log(factor) + 1)


@proof("iv.transformer-07")
def balance_loss(card: Claim) -> None:
    """The loss for uniform routing and for one expert that takes all."""
    text = point(card, "when uniform")
    loss, uniform, alone = maths(text)[:3]
    (factor,) = re.fullmatch(r"L=(.*)\\sum_i f_iP_i", loss).groups()  # type: ignore[union-attr]
    alpha, n = 0.01, 16

    def value(shares: Array, means: Array) -> float:
        return value_of(factor, alpha=alpha, N=n) * float(shares @ means)

    flat, one = np.full(n, 1 / n), np.eye(n)[0]
    assert value(flat, flat) == approx(value_of(uniform, alpha=alpha, N=n))
    assert value(flat, flat) == approx(alpha)
    assert value(one, one) == approx(value_of(alone, alpha=alpha, N=n))


@proof("iv.transformer-08")
def tied_embedding(card: Claim) -> None:
    """The size of the shared matrix; its gradient as a sum of two, by finite differences."""
    rows, width = given(card.front, "($V$ is # and $d$ is #)")
    says(point(card, "It saves"), r"\approx #$ parameters", rows * width)
    text = point(card, "small models")
    (share,) = given(text, "(say #% of 0.5B parameters)")
    assert rows * width / 0.5e9 * 100 == approx(share, abs=5)
    residual = only(maths(point(card, "sum of both uses")), lambda tex: "p" in tex)
    E, token, target = card.rng.normal(size=(5, 3)), 1, 3

    def loss(E: Array) -> float:
        return float(-np.log(softmax(E @ np.tanh(E[token])))[target])

    slopes = np.zeros_like(E)
    for place in np.ndindex(E.shape):
        step = np.zeros_like(E)
        step[place] = 1e-6
        slopes[place] = (loss(E + step) - loss(E - step)) / 2e-6
    h = np.tanh(E[token])
    p, y = softmax(E @ h), np.eye(5)[target]
    difference = np.array([value_of(residual, p=float(a), y=float(b)) for a, b in zip(p, y, strict=True)])
    expected = np.outer(difference, h)
    expected[token] += (1 - h**2) * (E.T @ difference)
    assert np.allclose(slopes, expected, atol=1e-6)
    cost = only(maths(point(card, "FLOPs do not change")), lambda tex: "V" in tex)
    assert value_of(cost, V=rows, d=width) == 2 * rows * width
