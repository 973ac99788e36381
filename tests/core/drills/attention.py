"""The drills of attention, computed again from what their questions say: with NumPy arrays of the sizes asked for."""

from __future__ import annotations

import cmath
import re
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from tests.core.drills.reading import after, before, logs, tuples

Array = npt.NDArray[np.float64]


def softmax(scores: Array) -> Array:
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def softmax_temperature(text: str) -> Array:
    return softmax(np.log(logs(text)[0]) / float(after(text, "$T=")))


def attention_two_keys(text: str) -> Array:
    q, first, second, *v = (np.array(row, dtype=float) for row in tuples(text))
    bases = [int(base) for base in re.findall(r"\\ln (\d+)", text)]
    keys = np.stack([np.log(bases[0]) * first, np.log(bases[1]) * second])
    return np.asarray(softmax(keys @ q / np.sqrt(len(q))) @ np.stack(v))


def causal_weights(text: str) -> Array:
    body = re.findall(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", text)[0]
    cells = [cell.strip().removeprefix(r"\ln ") for row in body.split(r"\\") for cell in row.split("&")]
    scores = np.log([1 if cell == "0" else int(cell) for cell in cells]).reshape(3, 3)
    return softmax(np.where(np.tri(3, dtype=bool), scores, -np.inf))


def layer_norm(text: str) -> Array:
    x = np.array(tuples(text)[0], dtype=float)
    gain, shift = float(after(text, r"\gamma=")), float(after(text, r"\beta="))
    return np.asarray(gain * (x - x.mean()) / x.std(ddof=0) + shift)


def rms_norm(text: str) -> Array:
    x = np.array(tuples(text)[0], dtype=float)
    return np.asarray(np.sqrt(len(x)) * x / np.linalg.norm(x))


def angle(text: str) -> float:
    return float(np.arctan2(float(after(text, r"\sin\theta=")), float(after(text, r"\cos\theta="))))


def turned(pair: list[float], by: float) -> complex:
    """The pair as a complex number, multiplied by e^{i by}."""
    return complex(*pair) * cmath.exp(1j * by)


def rope_rotation(text: str) -> list[float]:
    pair = [float(part) for part in tuples(text)[0]]
    rotated = turned(pair, float(after(text, "$m=")) * angle(text))
    return [rotated.real, rotated.imag]


def rope_score(text: str) -> float:
    """With both absolute positions."""
    q, k = ([float(part) for part in pair] for pair in tuples(text))
    m, n = (int(position) for position in re.findall(r"position \$(\d+)\$", text))
    theta = angle(text)
    return float((turned(q, m * theta).conjugate() * turned(k, n * theta)).real)


def head_shapes(text: str) -> tuple[int, ...]:
    """Shapes of an actual computation, on arrays that take no memory."""
    batch, tokens, width, heads = (int(after(text, label)) for label in ("$B=", r"\ n=", r"\ d=", r"\ h="))
    x = np.broadcast_to(0.0, (batch, tokens, width))
    q = x.reshape(batch, tokens, heads, width // heads).swapaxes(1, 2)
    if "split" in text.rpartition("shape of")[2]:
        return q.shape
    if "QK" in text:
        return (*q.shape[:-1], q.swapaxes(-1, -2).shape[-1])
    return q.swapaxes(1, 2).reshape(batch, tokens, -1).shape


def gqa_shape(text: str) -> tuple[int, ...]:
    batch, tokens = int(after(text, "batch $")), int(before(text, "$ tokens"))
    size = int(after(text, "d=")) // int(before(text, "$ query heads"))
    groups = int(before(text, "$ KV heads"))
    k = np.broadcast_to(0.0, (batch, tokens, groups * size))
    return k.reshape(batch, tokens, groups, size).swapaxes(1, 2).shape


def parameters(*layers: tuple[int, int], biased: bool = False) -> int:
    """Of linear layers (inputs, outputs), counted on arrays."""
    sizes = (np.broadcast_to(0, layer).size + (layer[1] if biased else 0) for layer in layers)
    return sum(sizes)


def block_parameters(text: str) -> int:
    d, f = int(after(text, "$d=")), int(after(text, "$f="))
    ffn = [(d, f), (d, f), (f, d)] if "SwiGLU" in text else [(d, f), (f, d)]
    return parameters(*[(d, d)] * 4, *ffn, biased="has a bias" in text)


def gqa_parameters(text: str) -> int:
    d, size = int(after(text, "$d=")), int(after(text, "$d_h="))
    heads, groups = int(before(text, "$ query heads")), int(before(text, "$ KV heads"))
    return parameters((d, heads * size), (d, groups * size), (d, groups * size), (heads * size, d))


def matmul_flops(m: int, k: int, n: int) -> int:
    """A multiplication and an addition for each term of each entry."""
    return m * n * (k + k)


def attention_flops(text: str) -> float:
    tokens, heads, size = int(after(text, "$n=")), int(before(text, "$ heads")), int(after(text, "size $"))
    return heads * (matmul_flops(tokens, size, tokens) + matmul_flops(tokens, tokens, size)) / 1e9


def forward_flops(text: str) -> float:
    """As if all parameters were one matrix that each token is multiplied with."""
    billions, tokens = int(before(text, r"\times 10^9$ parameters")), int(before(text, "$ tokens"))
    return matmul_flops(tokens, billions * 10**9, 1) / 1e12


def kv_cache(text: str) -> float:
    layers, groups = int(before(text, "$ layers")), int(before(text, "$ KV heads"))
    size, batch = int(after(text, "size $")), int(before(text, "$ sequences"))
    tokens, width = int(before(text, "$ tokens")), int(before(text, "$ bytes"))
    cache = np.broadcast_to(np.zeros((), dtype=f"V{width}"), (2, layers, batch, groups, tokens, size))
    return cache.nbytes / 1024**3


def embedding_parameters(text: str) -> int:
    vocabulary, width = int(after(text, "vocabulary is $")), int(after(text, "width $"))
    return parameters(*[(vocabulary, width)] * (2 if "do not share" in text else 1))


def score_memory(text: str) -> float:
    batch, heads = int(after(text, "batch $")), int(before(text, "$ heads"))
    tokens, width = int(before(text, "$ tokens")), int(before(text, "$ bytes"))
    return np.broadcast_to(np.zeros((), dtype=f"V{width}"), (batch, heads, tokens, tokens)).nbytes / 1024**3


CHECKS: dict[str, Callable[[str], object]] = {
    "softmax-temperature": softmax_temperature,
    "attention-two-keys": attention_two_keys,
    "causal-weights": causal_weights,
    "layer-norm": layer_norm,
    "rms-norm": rms_norm,
    "rope-rotation": rope_rotation,
    "rope-score": rope_score,
    "head-shapes": head_shapes,
    "gqa-shape": gqa_shape,
    "block-parameters": block_parameters,
    "gqa-parameters": gqa_parameters,
    "attention-flops": attention_flops,
    "forward-flops": forward_flops,
    "kv-cache": kv_cache,
    "embedding-parameters": embedding_parameters,
    "score-memory": score_memory,
}
