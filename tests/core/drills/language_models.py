"""The drills on language models, computed again from what their questions say: by simulation of what they describe."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from math import exp, log

import numpy as np

from tests.core.drills.reading import after, before, logs, tuples


def billions(text: str, unit: str = "parameters") -> float:
    return float(before(text, rf"\times 10^9$ {unit}")) * 1e9


def lora_parameters(text: str) -> int:
    """By counting the entries of A (r x in) and B (out x r)."""
    shapes = [(int(m), int(n)) for m, n in re.findall(r"\(\$(\d+)\\times (\d+)\$\)", text)]
    rank, layers = int(after(text, "$r=")), int(after(text, "each of $"))
    return layers * sum(np.broadcast_to(0, (m, rank)).size + np.broadcast_to(0, (rank, n)).size for m, n in shapes)


STATES = [("weights", 2), ("gradients", 2), ("optimiser", 4), ("optimiser", 4), ("optimiser", 4)]
"""What Adam keeps of a parameter in mixed precision, in bytes."""

SHARDED = {1: {"optimiser"}, 2: {"optimiser", "gradients"}, 3: {"optimiser", "gradients", "weights"}}


def training_memory(text: str) -> float:
    return sum(billions(text) * width for _, width in STATES) / 1e9


def zero_memory(text: str) -> float:
    stage, gpus = int(after(text, "ZeRO-")), int(before(text, "$ GPUs"))
    return sum(billions(text) * width / (gpus if kind in SHARDED[stage] else 1) for kind, width in STATES) / 1e9


def training_time(text: str) -> float:
    """Forward 2 FLOPs, backward 4 a parameter and token; the tokens of a day."""
    gpus, peak, mfu = before(text, "$ GPUs"), after(text, "peak at $"), after(text, "MFU of $")
    a_day = float(gpus * peak * mfu) * 1e12 * 60 * 60 * 24
    return float(before(text, r"\times 10^{12}$ tokens")) * 1e12 / (a_day / ((2 + 4) * billions(text)))


def ring_all_reduce(text: str) -> float:
    """By passing chunks around a ring until all GPUs hold all sums, and counting what the first one sends."""
    gpus, size = int(before(text, "$ GPUs")), float(before(text, "$ GB"))
    held = [[{gpu} for _ in range(gpus)] for gpu in range(gpus)]
    sent = 0.0
    for step in range(2 * (gpus - 1)):
        passed = [(gpu, (gpu - step) % gpus, set(held[gpu][(gpu - step) % gpus])) for gpu in range(gpus)]
        for gpu, chunk, summands in passed:
            held[(gpu + 1) % gpus][chunk] |= summands
        sent += size / gpus
    assert all(len(summands) == gpus for row in held for summands in row)
    return sent


def pipeline_bubble(text: str) -> Fraction:
    """By scheduling each micro-batch at the earliest step."""
    stages, batches = int(after(text, "has $")), int(before(text, "$ micro-batches"))
    steps = 1 + max(stage + batch for stage in range(stages) for batch in range(batches))
    return 1 - Fraction(stages * batches, stages * steps)


def matmul_intensity(text: str) -> float:
    (m, k), (_, n) = ((int(a), int(b)) for a, b in re.findall(r"of \$(\d+)\\times (\d+)\$", text))
    width = int(before(text, "$ bytes"))
    x, w = (np.broadcast_to(np.zeros((), dtype=f"V{width}"), shape) for shape in ((m, k), (k, n)))
    y = np.broadcast_to(np.zeros((), dtype=f"V{width}"), (m, n))
    return sum([k + k] * y.size) / (x.nbytes + w.nbytes + y.nbytes)


def decode_rate(text: str) -> float:
    batch = int(after(text, "batch $"))
    read = billions(text) * float(before(text, "$ bytes")) + batch * float(before(text, "$ GB a sequence")) * 1e9
    return batch / (read / (float(before(text, "$ GB/s")) * 1e9))


def quantised_size(text: str) -> float:
    """Groups times what a group takes."""
    group = float(after(text, "group of $"))
    group_bits = group * float(after(text, "quantised to $")) + float(after(text, "scale of $"))
    return billions(text, "weights") / group * group_bits / 8 / 1e9


def moe_active(text: str) -> int:
    width, hidden = int(after(text, "$d=")), int(after(text, "$f="))
    experts, active = int(before(text, "$ SwiGLU")), int(before(text, "$ of them"))
    used = [(width, hidden), (width, hidden), (hidden, width)] * active + [(width, experts)]
    return sum(np.broadcast_to(0, shape).size for shape in used)


def perplexity(text: str) -> float:
    return exp(-sum(log(p) for p in tuples(text)[0]) / len(tuples(text)[0]))


def next_token(text: str) -> dict[str, Fraction]:
    return {token: Fraction(p) for token, p in re.findall(r"`(\w+)` (0\.\d+)", text)}


def top_p(text: str) -> tuple[str, ...]:
    """The smallest set that reaches p, by looking at every set of tokens."""
    law, threshold = next_token(text), after(text, "$p=")

    def total(kept: tuple[str, ...]) -> Fraction:
        return sum((law[token] for token in kept), Fraction(0))

    size = next(size for size in range(1, 6) if any(total(kept) >= threshold for kept in combinations(law, size)))
    return max(combinations(law, size), key=total)


def top_k(text: str) -> Fraction:
    law = next_token(text)
    threshold = sorted(law.values())[-int(after(text, "$k="))]
    kept = {token: p for token, p in law.items() if p >= threshold}
    asked = re.findall(r"probability of `(\w+)`", text)[0]
    return kept[asked] / sum(kept.values())


def bleu(text: str) -> float:
    """Matching each n-gram of the candidate with one of the reference that is still free."""
    candidate, reference = (found.split() for found in re.findall("`([^`]*)`", text))
    logarithms = []
    for size in (1, 2):
        grams, free = ngrams(candidate, size), ngrams(reference, size)
        matched = 0
        for gram in grams:
            if gram in free:
                free.remove(gram)
                matched += 1
        logarithms.append(log(matched / len(grams)))
    return exp(min(0.0, 1 - len(reference) / len(candidate)) + sum(logarithms) / 2)


def ngrams(words: list[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(size)), strict=False))


def bpe_merge(text: str) -> int:
    """By writing the whole corpus out."""
    corpus = [word for word, count in re.findall(r"`(\w+)` (\d+)", text) for _ in range(int(count))]
    pairs = Counter(word[i : i + 2] for word in corpus for i in range(len(word) - 1))
    return max(pairs.values())


def speculative(text: str) -> Fraction:
    """By the law of the number of accepted drafts."""
    drafts, alpha = int(after(text, r"\gamma=")), after(text, r"\alpha=")
    stops = {accepted: alpha**accepted * (1 - alpha) for accepted in range(drafts)} | {drafts: alpha**drafts}
    assert sum(stops.values()) == 1
    return sum((p * (accepted + 1) for accepted, p in stops.items()), Fraction(0))


def logit_gradient(text: str) -> list[float]:
    """By a complex step on the loss itself."""
    logits = np.log(np.array(logs(text)[0], dtype=complex))
    target = int(after(text, "number $")) - 1
    steps = 1e-30j * np.eye(3)
    return [((np.log(np.exp(logits + step).sum()) - (logits + step)[target]).imag) / 1e-30 for step in steps]


def preference(text: str) -> float:
    one, other = (log(int(found)) for found in re.findall(r"\\ln (\d+)", text))
    return 1 / (1 + exp(other - one))


def dpo_margin(text: str) -> float:
    """As the difference of two implicit rewards."""
    beta = after(text, r"\beta=")
    reward = {
        y: beta * (after(text, rf"\ln\pi(y_{y})=") - after(text, rf"\ln\pi_{{\mathrm{{ref}}}}(y_{y})=")) for y in "wl"
    }
    return float(reward["w"] - reward["l"])


def ppo_clip(text: str) -> float:
    """As a bound on the gain: (1 + sign(A) eps) A is never passed."""
    advantage, clip = after(text, "$A="), after(text, r"\epsilon=")
    ratio = after(text, "action is $") / after(text, "old one $")
    bound = (1 + clip if advantage > 0 else 1 - clip) * advantage
    return float(min(ratio * advantage, bound))


def grpo_advantage(text: str) -> float:
    size, right = int(after(text, "group of $")), int(after(text, "answers $"))
    rewards = np.array([1.0] * right + [0.0] * (size - right))
    return float(((rewards - rewards.mean()) / rewards.std())[0 if text.split("reward ")[-1][0] == "1" else -1])


CHECKS: dict[str, Callable[[str], object]] = {
    "lora-parameters": lora_parameters,
    "training-memory": training_memory,
    "zero-memory": zero_memory,
    "training-time": training_time,
    "ring-all-reduce": ring_all_reduce,
    "pipeline-bubble": pipeline_bubble,
    "matmul-intensity": matmul_intensity,
    "decode-rate": decode_rate,
    "quantised-size": quantised_size,
    "moe-active": moe_active,
    "perplexity": perplexity,
    "top-p": top_p,
    "top-k": top_k,
    "bleu": bleu,
    "bpe-merge": bpe_merge,
    "speculative": speculative,
    "logit-gradient": logit_gradient,
    "preference": preference,
    "dpo-margin": dpo_margin,
    "ppo-clip": ppo_clip,
    "grpo-advantage": grpo_advantage,
}
