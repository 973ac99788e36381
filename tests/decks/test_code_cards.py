"""Every code card of the bundled decks: its solution passes its own checks, and what learners get wrong does not."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from recall.decks.folders import deck_files
from recall.environment import bundled_decks
from recall.sandbox import Outcome, run_checks

FEWEST_CHECKS, MOST_CHECKS = 4, 7

WRONG: dict[str, dict[str, tuple[str, str]]] = {
    "dl.numpy-network-05": {
        "the mask of the rectifier forgotten": ("(dH * (H > 0))", "dH"),
        "gradients of the sum": ("    dZ /= n\n", ""),
        "labels not subtracted": ("    dZ[np.arange(n), y] -= 1\n", ""),
        "the maximum not subtracted": ("    Z = Z - Z.max(axis=1, keepdims=True)\n", ""),
    },
    "iv.coding-11": {
        "the norm for the eigenvalue loses the sign": ("return v @ A @ v, v", "return np.linalg.norm(A @ v), v"),
        "never normalised": ("v = y / length", "v = y"),
        "the zero vector divided by its length": ("        if length == 0:\n            break\n", ""),
    },
    "iv.coding-12": {
        "classical Gram-Schmidt": ("v = v - (q @ v) * q", "v = v - (q @ column) * q"),
        "dependent columns kept": ("> tol * np.linalg.norm(column)", ">= 0"),
        "an absolute tolerance of zero": ("> tol * np.linalg.norm(column)", "> 0"),
    },
    "iv.coding-13": {
        "the maximum not subtracted": ("np.exp(x - x.max(axis=axis, keepdims=True))", "np.exp(x)"),
        "the maximum of everything": ("x.max(axis=axis, keepdims=True)", "x.max()"),
        "the sum over everything": ("e.sum(axis=axis, keepdims=True)", "e.sum()"),
        "always the last axis": ("axis=axis", "axis=-1"),
    },
    "iv.coding-14": {
        "the mask after the softmax": (
            "weights = np.exp(scores - np.where(np.isfinite(top), top, 0.0))",
            "raw = Q @ K.T / np.sqrt(Q.shape[1])\n    e = np.exp(raw - raw.max(axis=1, keepdims=True))\n"
            "    return e / e.sum(axis=1, keepdims=True) * mask @ V",
        ),
        "not scaled": (" / np.sqrt(Q.shape[1])", ""),
        "masked scores set to zero": ("-np.inf)\n    top", "0.0)\n    top"),
        "a large negative number for minus infinity": ("-np.inf)\n    top", "-1e9)\n    top"),
        "NaN in a masked row": ("np.where(np.isfinite(top), top, 0.0)", "top"),
        "normalised over the queries": ("weights.sum(axis=1, keepdims=True)", "weights.sum(axis=0)[:, None]"),
    },
    "iv.coding-15": {
        "reshaped straight to the heads": (
            "np.swapaxes(X.reshape(*X.shape[:-1], h, X.shape[-1] // h), -3, -2)",
            "X.reshape(*X.shape[:-2], h, X.shape[-2], X.shape[-1] // h)",
        ),
        "merged without swapping back": ("X = np.swapaxes(H, -3, -2)", "X = H.reshape(*H.shape[:-3], H.shape[-2], -1)"),
        "interleaved heads": (
            "np.swapaxes(X.reshape(*X.shape[:-1], h, X.shape[-1] // h), -3, -2)",
            "np.moveaxis(X.reshape(*X.shape[:-1], X.shape[-1] // h, h), -1, -3)",
        ),
    },
    "iv.coding-16": {
        "over the batch": ("axis=-1", "axis=0"),
        "divided by d - 1": ("(centred**2).mean(axis=-1, keepdims=True)", "X.var(axis=-1, keepdims=True, ddof=1)"),
        "eps outside of the root": ("np.sqrt(var + eps)", "(np.sqrt(var) + eps)"),
        "the mean of squares less the square of the mean": (
            "(centred**2).mean(axis=-1, keepdims=True)",
            "(X**2).mean(axis=-1, keepdims=True) - X.mean(axis=-1, keepdims=True) ** 2",
        ),
    },
    "iv.coding-17": {
        "the bias averaged": ("G.sum(axis=0)", "G.mean(axis=0)"),
        "the weights averaged": ("X.T @ G", "X.T @ G / len(X)"),
        "the transpose of dW": ("X.T @ G", "G.T @ X"),
        "W not transposed": ("G @ W.T", "G @ W"),
    },
    "iv.coding-18": {
        "a sum for the mean": (" / len(y)", ""),
        "uphill": ("w - lr", "w + lr"),
        "in place": (
            "return w - lr * X.T @ (p - y) / len(y)",
            "w -= lr * X.T @ (p - y) / len(y)\n    return w",
        ),
        "a naive sigmoid": ("np.where(z >= 0, 1, e) / (1 + e)", "1 / (1 + np.exp(-z))"),
        "the other naive sigmoid": ("np.where(z >= 0, 1, e) / (1 + e)", "np.exp(z) / (1 + np.exp(z))"),
    },
    "iv.coding-19": {
        "the mean of an empty cluster": ("np.unique(labels)", "range(len(C))"),
        "centres kept whole numbers": ("C.astype(float)", "C.copy()"),
        "the centres changed in place": ("C.astype(float)", "C"),
        "ties to the higher index": ("distances.argmin(axis=1)", "len(C) - 1 - distances[:, ::-1].argmin(axis=1)"),
        "the city-block distance": ("(X[:, None] - C[None]) ** 2", "np.abs(X[:, None] - C[None])"),
    },
    "iv.coding-20": {
        "each word counted once": ("pairs[pair] += count", "pairs[pair] += 1"),
        "ties to the largest": (
            "min(pairs, key=lambda pair: (-pairs[pair], pair))",
            "max(pairs, key=lambda p: (pairs[p], p))",
        ),
        "ties to the first seen": ("min(pairs, key=lambda pair: (-pairs[pair], pair))", "pairs.most_common(1)[0][0]"),
        "equal words overwritten": ("merged[merge(word, best)] += count", "merged[merge(word, best)] = count"),
        "letters replaced": (
            "symbols, i = [], 0\n",
            "return tuple(' '.join(word).replace(' '.join(pair), ''.join(pair)).split(' '))\n    symbols, i = [], 0\n",
        ),
    },
    "iv.coding-21": {
        "without the token that crosses": ("np.count_nonzero(before < t)", "np.count_nonzero(before + p[order] <= t)"),
        "one token too many": ("before < t", "before <= t"),
        "not renormalised": (" / p[kept].sum()", ""),
        "not sorted": ('np.argsort(-p, kind="stable")', "np.arange(len(p))"),
        "ties from the end": ('np.argsort(-p, kind="stable")', 'np.argsort(p, kind="stable")[::-1]'),
        "in sorted order": ("out[kept] = p[kept]", "out[: len(kept)] = p[kept]"),
        "nothing left at zero": ("max(1, np.count_nonzero(before < t))", "np.count_nonzero(before < t)"),
    },
    "iv.coding-22": {
        "clockwise": ("even * c - odd * s, even * s + odd * c", "even * c + odd * s, odd * c - even * s"),
        "the two halves for pairs": ("X[:, 0::2], X[:, 1::2]", "X[:, : d // 2], X[:, d // 2 :]"),
        "twice the exponent": ("np.arange(0, d, 2) / d", "2 * np.arange(0, d, 2) / d"),
        "rows for positions": ("positions[:, None]", "np.arange(len(X))[:, None]"),
        "the base fixed": ("* base **", "* 10000.0 **"),
    },
    "iv.coding-23": {
        "alpha not divided by r": ("alpha / A.shape[1]", "alpha"),
        "divided by the wrong width": ("alpha / A.shape[1]", "alpha / A.shape[0]"),
        "merged in place": ("return W + alpha / A.shape[1] * A @ B", "W += alpha / A.shape[1] * A @ B\n    return W"),
        "the frozen part forgotten": ("X @ W + ", ""),
    },
    "iv.coding-24": {
        "the mean over everything": (".mean()", ".sum() / len(targets)"),
        "the log of a softmax": (
            "(log_sum - z[np.arange(len(t)), t]).mean()",
            "-np.log(np.exp(z)[np.arange(len(t)), t] / np.exp(z).sum(axis=1)).mean()",
        ),
        "the maximum not subtracted": ("z = z - z.max(axis=1, keepdims=True)", "z = z * 1.0"),
        "nothing ignored": ("targets != ignore_index", "targets == targets"),
        "only -100 ignored": ("targets != ignore_index", "targets >= 0"),
        "the mean of nothing": ("        return 0.0\n", "        pass\n"),
    },
}
"""For each card what learners get wrong: what it is, and what in the solution becomes what."""


@cache
def code_cards() -> dict[str, dict[str, Any]]:
    """The code cards by id, as they stand in the files."""
    texts = [path.read_text(encoding="utf-8") for path in deck_files(bundled_decks())]
    decks = [yaml.safe_load(text) for text in texts if "starter:" in text]
    return {card["id"]: card for deck in decks for card in deck["cards"] if "starter" in card}


def wrong_answers() -> list[tuple[str, str]]:
    return [(card, mistake) for card in code_cards() for mistake in WRONG.get(card, {})]


def run(card: str, answer: str) -> Outcome:
    return run_checks(answer, code_cards()[card]["tests"])


@pytest.mark.parametrize("card", code_cards())
def test_the_solution_passes_every_check(card: str) -> None:
    outcome = run(card, code_cards()[card]["solution"])
    assert outcome == Outcome(outcome.total, outcome.total)
    assert FEWEST_CHECKS <= outcome.total <= MOST_CHECKS


@pytest.mark.parametrize("card", code_cards())
def test_the_starter_passes_no_check(card: str) -> None:
    outcome = run(card, code_cards()[card]["starter"])
    assert outcome.passed == 0
    assert "NotImplementedError" in outcome.error


@pytest.mark.parametrize("card", code_cards())
def test_two_mistakes_are_known(card: str) -> None:
    assert len(WRONG.get(card, {})) >= 2


@pytest.mark.parametrize(("card", "mistake"), wrong_answers())
def test_a_mistake_is_found(card: str, mistake: str) -> None:
    before, after = WRONG[card][mistake]
    solution = code_cards()[card]["solution"]
    assert before in solution
    outcome = run(card, solution.replace(before, after))
    assert not outcome.solved
    assert outcome.first_failure
    assert outcome.problem is None or str(outcome.problem) == "raised"
