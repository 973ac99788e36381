"""Proofs of stage 14, practice and career."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import root
from tests.decks.proving import Claim, proof, value_of
from tests.decks.reading import option_that

Array = npt.NDArray[np.float64]


def accuracy(truth: Sequence[int], said: Sequence[int]) -> float:
    return sum(one == other for one, other in zip(truth, said, strict=True)) / len(truth)


# ---------------------------------------------------------------- projects


@proof("px.chatbot-01")
def turns_that_fit(card: Claim) -> None:
    """Adds turn after turn while there is room."""
    window, *fixed, turn = map(int, card.numbers("front"))
    turns, used = 0, sum(fixed)
    while used + turn <= window:
        turns, used = turns + 1, used + turn
    assert card.value == turns


@proof("px.cv-projects-01")
def last_feature_map(card: Claim) -> None:
    """Halves the picture at each stride that is left; and at all of them for the remark."""
    total, first, side, _, new = map(int, card.numbers("front"))
    strides = [2] * round(math.log2(total))
    assert strides[:2] == [first, first]

    def last(strides: Sequence[int]) -> int:
        size = side
        for stride in strides:
            size = len(range(0, size, stride))
        return size

    assert card.value == last([new, new, *strides[2:]])
    _dataset, at_once, *_ = card.numbers("more")
    assert at_once == last(strides[:2]) and last(strides) == 1 and "ends with one cell" in card.more


@proof("px.deployment-01")
def tail_latency(card: Claim) -> None:
    """The percentiles of ten thousand requests."""
    usual, fast, cold, slow = card.numbers("front")
    requests = np.repeat([fast, slow], [int(100 * usual), int(100 * cold)])
    assert card.value == approx(np.percentile(requests, 99) / requests.mean(), abs=0.05)
    assert card.numbers("more")[0] == np.percentile(requests, 50)


@cache
def patients(seed: int) -> tuple[Array, Array]:
    """Scans and labels; a scan shows who the patient is and nothing of the label."""
    rng = np.random.default_rng(seed)
    who, labels = rng.normal(size=(60, 6)), rng.permutation(np.repeat([0, 1], 30)).astype(float)
    scans = who.repeat(10, axis=0) + 0.2 * rng.normal(size=(600, 6))
    return scans, labels.repeat(10)


def area(scores: Array, labels: Array) -> float:
    """The share of pairs in the right order."""
    differences = scores[labels == 1][:, None] - scores[labels == 0][None]
    return float((differences > 0).mean() + (differences == 0).mean() / 2)


@cache
def validated(folds: int, how: str, seed: int = 0) -> float:
    """AUC of the nearest scans in the other folds."""
    scans, labels = patients(1)
    rng = np.random.default_rng(seed)
    if how == "patients":
        fold = rng.permutation(60).repeat(10) % folds
    elif how == "stratified":
        fold = np.empty(600, int)
        for label in (0, 1):
            fold[labels == label] = rng.permutation(300) % folds
    else:
        fold = rng.permutation(600) % folds
    scores = np.empty(600)
    for n in range(folds):
        here, there = fold == n, fold != n
        distances = ((scans[here][:, None] - scans[there][None]) ** 2).sum(axis=2)
        nearest = np.argsort(distances, axis=1)[:, :3]
        scores[here] = labels[there][nearest].mean(axis=1)
    return area(scores, labels)


@proof("px.kaggle-01")
def leak_between_folds(card: Claim) -> None:
    """Random patients without any signal: which remedy brings the validated AUC down to that of new patients."""
    before = validated(5, "scans")

    def explains(after: float) -> bool:
        return before > 0.9 and after < 0.65

    meanings = {
        "four fifths": lambda: explains(validated(20, "scans")),
        "share of positives": lambda: explains(validated(5, "stratified")),
        "other scans of the validated patients": lambda: explains(validated(5, "patients")),
        "only one random split": lambda: explains(float(np.mean([validated(5, "scans", seed) for seed in range(4)]))),
    }
    assert card.key == option_that(card, meanings)


@cache
def best_of(models: int, items: int, rate: float) -> float:
    """The mean of the best score."""
    rng = np.random.default_rng(models + items)
    return float(rng.binomial(items, rate, size=(4000, models)).max(axis=1).mean() / items)


@proof("px.kaggle-02")
def best_on_the_public_board(card: Claim) -> None:
    """Draws the scores; and the mean of the greatest normal by integration."""
    models, rate, items, normals, mean = card.numbers("front")
    assert models == normals
    assert card.value == approx(100 * (best_of(int(models), int(items), rate) - rate), rel=0.04)
    x = np.linspace(-8, 8, 40_001)
    below = np.cumsum(np.exp(-(x**2) / 2)) * (x[1] - x[0]) / math.sqrt(2 * math.pi)
    greatest = below**normals
    assert mean == approx(float((x[1:] * np.diff(greatest)).sum()), abs=0.01)


@proof("px.movie-recommender-01")
def sampled_hits(card: Claim) -> None:
    """Counts the ranks that are hits, among all that are equally probable."""
    top, negatives, catalogue = map(int, card.numbers("front"))

    def hits(candidates: int) -> float:
        return sum(rank <= top for rank in range(1, candidates + 1)) / candidates

    assert card.value == approx(hits(negatives + 1) / hits(catalogue))


@proof("px.text-tools-01")
def always_positive(card: Claim) -> None:
    """Counts true and false positives for both classes over a hundred texts."""
    share = int(card.numbers("front")[0])
    truth, said = [1] * share + [0] * (100 - share), [1] * 100
    scores = []
    for label in (1, 0):
        right = sum(t == s == label for t, s in zip(truth, said, strict=True))
        precision = right / said.count(label) if label in said else 0.0
        recall = right / truth.count(label)
        scores.append(2 * precision * recall / (precision + recall) if right else 0.0)
    assert card.value == approx(sum(scores) / 2, abs=5e-4)
    assert card.numbers("more")[0] == accuracy(truth, said)


# ---------------------------------------------------------------- papers


@proof("px.reproduce-papers-01")
def one_sample_t(card: Claim) -> None:
    """Three numbers that have this mean and deviation; the bound from the law of t with two degrees of freedom."""
    paper, seeds, mean, deviation, *_ = card.numbers("front")
    scores = np.arange(seeds) - (seeds - 1) / 2
    scores = mean + scores * deviation / scores.std(ddof=1)
    t = (scores.mean() - paper) / (scores.std(ddof=1) / math.sqrt(scores.size))
    assert card.value == approx(abs(t), abs=0.005)
    degrees, percent, bound = card.numbers("more")
    assert degrees == scores.size - 1 == 2
    critical = root(lambda t: t / math.sqrt(2 + t * t) - (1 - percent / 100), 0, 100)
    assert bound == approx(critical, abs=0.005) and card.value < bound


@proof("px.reproduce-papers-02")
def ablations(card: Claim) -> None:
    """The differences between the four scores."""
    scores = dict(zip(("AB", "B", "A", ""), card.numbers("front"), strict=True))
    removed = [scores["AB"] - scores[left] for left in "AB"]
    each, together, both = card.numbers("back")
    assert removed == [each, each] and sum(removed) == together and scores["AB"] - scores[""] == both
    base, gain = card.numbers("more")
    assert base == scores[""] and [scores[left] - scores[""] for left in "AB"] == [gain, gain]
    assert each < gain


# ---------------------------------------------------------------- career


@proof("px.resume-01")
def relative_rise(card: Claim) -> None:
    """Counts the right answers out of a hundred."""
    before, after, drop = card.numbers("front")
    right = [sum(item >= wrong for item in range(100)) for wrong in (before, after)]
    assert card.unit == "%" and card.value == approx(100 * (right[1] - right[0]) / right[0], abs=0.05)
    assert drop == approx(100 * (before - after) / before)
    assert card.numbers("more") == [right[1] - right[0]]


@proof("px.resume-02")
def worth_of_an_accuracy(card: Claim) -> None:
    """Tries each reason on ten classes."""
    claimed = int(card.numbers("front")[0])
    skewed = [0] * claimed + [1 + n % 9 for n in range(100 - claimed)]
    even = [n % 10 for n in range(1000)]
    guesses = card.rng.integers(10, size=1000).tolist()
    points = card.rng.normal(size=(1000, 2)) + 100.0 * np.eye(10)[even][:, :2] + 50.0 * np.array(even)[:, None]
    centres = np.array([points[n:500:10].mean(axis=0) for n in range(10)])
    distances = ((points[500:, None] - centres[None]) ** 2).sum(axis=2)
    unseen = accuracy(even[500:], distances.argmin(axis=1).tolist())
    meanings = {
        "undefined for ten classes": lambda: not 0 <= accuracy(even, guesses) <= 1,
        "only come from leakage": lambda: unseen <= 0.95,
        "guessing among ten": lambda: accuracy(even, guesses) > 0.8,
        "a constant scores": lambda: accuracy(skewed, [0] * 100) == claimed / 100,
    }
    key = option_that(card, meanings)
    assert card.key == key and re.findall(r"(\d+)%", key) == [str(claimed)] * 2


@proof("px.spaced-review-01")
def longer_interval(card: Claim) -> None:
    """The moment at which the curve reaches each level, by bisection."""
    law, stability, *levels = card.formulas("front")
    assert stability == "S"
    for s in (3.0, 20.0):
        moments = []
        for level in levels:
            wanted = value_of(level.split("=")[1])
            moments.append(root(lambda t, s=s, r=wanted: r - value_of(law.split("=")[1], t=t, S=s), 0, 500))
        assert card.value == approx(moments[1] / moments[0], abs=0.005)


# ---------------------------------------------------------------- tables


@proof("px.tabular-01")
def mean_of_lognormal(card: Claim) -> None:
    """Integrates over the normal density."""
    names = {r"\exp": "exp", r"\sigma": "σ", "sigma": "σ", "**": "^", "倍": ""}

    def factor(answer: str, sigma: float) -> float:
        for name, other in names.items():
            answer = answer.replace(name, other)
        answer = re.sub(r"\be\^?\(|\bexp\(", r"\\exp(", answer).replace("σ", "s")
        return value_of(answer, s=sigma)

    for sigma in (0.4, 1.1):
        z = np.linspace(-12, 12, 48_001)
        density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        mean = float((np.exp(sigma * z) * density).sum() * (z[1] - z[0]))
        assert [factor(answer, sigma) for answer in card.answers] == approx([mean] * len(card.answers))
    sigma, percent = card.numbers("more")
    assert percent == approx(100 * (1 - 1 / factor(card.answers[0], sigma)), abs=0.5)
