"""Proofs of stage 05, machine learning."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import gradient, hessian, logistic, root, slope
from tests.decks.proving import Claim, matrix_of, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Function = Callable[[Array], float]

_RELATION = r"=|<|>|\\(?:leq?|geq?|neq?|approx|in|to)(?![A-Za-z])"
_SIGN = re.compile(r"\\operatorname\{sign\}\(([^()]*)\)")
_FACTOR = re.compile(
    r"\\(?:bar|hat) [A-Za-z]|\\[A-Za-z]+(?:_\w)?|[A-Za-z](?:_\w)?|\d+(?:\.\d+)?|\^\\top|\^\{-1\}|\^2|[-+()]"
)
_RAISED: dict[str, Callable[[Array], Array]] = {
    r"^\top": lambda m: m.T,
    "^{-1}": lambda m: np.asarray(np.linalg.inv(m)),
    "^2": lambda m: m**2,
}


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return re.split(_RELATION, tex)


def relations(tex: str) -> list[str]:
    return re.findall(_RELATION, tex)


def worth(tex: str, notes: Mapping[str, float] | None = None, **symbols: float) -> float:
    """The value of an expression in which notations, `f(x_0)`, stand for numbers; it may take signs of sums."""
    for note in sorted(notes or {}, key=len, reverse=True):
        tex = tex.replace(note, f"({(notes or {})[note]:.20f})")
    tex = _SIGN.sub(lambda match: f"({np.sign(value_of(match[1], **symbols))})", tex)
    return value_of(tex.replace(r"\,", " "), **symbols)


def holds(tex: str, notes: Mapping[str, float] | None = None, **symbols: float) -> bool:
    """Whether each relation of a chain is true."""
    values = [worth(side, notes, **symbols) for side in sides(tex)]
    true: dict[str, Callable[[float, float], bool]] = {
        "=": lambda one, two: math.isclose(one, two, rel_tol=1e-6, abs_tol=1e-9),
        "<": lambda one, two: one < two,
        ">": lambda one, two: one > two,
        r"\le": lambda one, two: one <= two + 1e-9,
        r"\ge": lambda one, two: one >= two - 1e-9,
    }
    pairs = zip(relations(tex), itertools.pairwise(values), strict=True)
    return all(true[relation](one, two) for relation, (one, two) in pairs)


def vector(tex: str) -> Array:
    """The numbers of a list, `(1,2)`, `[0,2]` or `1,2`."""
    return np.array([value_of(entry) for entry in tex.split("=")[-1].strip("()[] ").split(",")])


def of_matrices(tex: str, names: Mapping[str, Array | float]) -> Array:
    """A sum of products of named matrices and numbers, transposed, inverted, in brackets. Shapes have to fit."""
    text = tex.replace(r"\,", " ")
    tokens = _FACTOR.findall(text)
    assert "".join(tokens).replace(" ", "") == text.replace(" ", ""), f"{tex} is not understood"
    value, rest = _sum(tokens, names)
    assert not rest, f"{rest} is left over"
    return np.asarray(value, dtype=float)


def _sum(tokens: list[str], names: Mapping[str, Array | float]) -> tuple[Array, list[str]]:
    total: Array | None = None
    while total is None or (tokens and tokens[0] in "+-"):
        sign = -1 if tokens[0] == "-" else 1
        term, tokens = _product(tokens[1:] if tokens[0] in "+-" else tokens, names)
        assert total is None or total.shape == term.shape, "shapes of a sum differ"
        total = sign * term if total is None else total + sign * term
    return total, tokens


def _product(tokens: list[str], names: Mapping[str, Array | float]) -> tuple[Array, list[str]]:
    product: Array | None = None
    while tokens and tokens[0] not in "+-)":
        if tokens[0] == "(":
            factor, tokens = _sum(tokens[1:], names)
            assert tokens[0] == ")"
        else:
            name = tokens[0].removeprefix("\\") if tokens[0] not in names else tokens[0]
            factor = np.asarray(names[name] if name in names else float(name), dtype=float)
        tokens = tokens[1:]
        while tokens and tokens[0].startswith("^"):
            factor = _RAISED[tokens[0]](factor)
            tokens = tokens[1:]
        product = (
            factor if product is None else product * factor if 0 in (product.ndim, factor.ndim) else product @ factor
        )
    assert product is not None
    return product, tokens


def lowest(f: Callable[..., float], low: float, high: float, *given: float) -> float:
    """Where a function that falls and then rises is least, by its first argument."""
    for _ in range(90):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, two) if f(one, *given) <= f(two, *given) else (one, high)
    return (low + high) / 2


def least_squares(x: Array, y: Array) -> Array:
    return np.asarray(np.linalg.lstsq(x, y, rcond=None)[0])


def nearest(points: Array, centres: Array) -> Indices:
    return np.asarray(((points[:, None] - centres[None]) ** 2).sum(-1).argmin(1))


def two_means(points: Array, centres: Array) -> Array:
    """The centres of K-means after convergence."""
    for _ in range(100):
        label = nearest(points, centres)
        moved = np.array([points[label == n].mean(0) for n in range(len(centres))])
        if np.array_equal(moved, centres):
            break
        centres = moved
    return centres


def f_score(truth: Indices, called: Indices, label: int = 1) -> float:
    """The harmonic mean of precision and recall."""
    precision, recall = precision_recall(truth, called, label)
    return 2 / (1 / precision + 1 / recall)


def precision_recall(truth: Indices, called: Indices, label: int) -> tuple[float, float]:
    hits = int(((truth == label) & (called == label)).sum())
    return hits / int((called == label).sum()), hits / int((truth == label).sum())


def roc_area(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The area under the curve drawn threshold by threshold."""
    curve = [(0.0, 0.0)]
    for bound in sorted({*positives, *negatives}, reverse=True):
        shares = [sum(score >= bound for score in scores) / len(scores) for scores in (negatives, positives)]
        curve.append((shares[0], shares[1]))
    across, up = np.array(curve).T
    return float(np.trapezoid(up, across))


def shapley(value: Callable[[frozenset[int]], float], players: Sequence[int]) -> dict[int, float]:
    """The mean of the marginal gains over all orders."""
    gains = dict.fromkeys(players, 0.0)
    orders = list(itertools.permutations(players))
    for order in orders:
        for n, player in enumerate(order):
            gains[player] += (value(frozenset(order[: n + 1])) - value(frozenset(order[:n]))) / len(orders)
    return gains


def soft_margin(gram: Array, y: Array, bound: float, rounds: int = 400) -> tuple[Array, float]:
    """Multipliers and offset of a support vector machine, two multipliers at a time."""
    alpha = np.zeros(y.size)
    q = gram * np.outer(y, y)
    for _ in range(rounds):
        for i, j in itertools.combinations(range(y.size), 2):
            s = y[i] * y[j]
            curvature = q[i, i] + q[j, j] - 2 * s * q[i, j]
            slopes = 1 - q[[i, j]] @ alpha
            step = (slopes[0] - s * slopes[1]) / max(curvature, 1e-12)
            low = max(-alpha[i], alpha[j] - bound if s > 0 else -alpha[j])
            high = min(bound - alpha[i], alpha[j] if s > 0 else bound - alpha[j])
            step = min(max(step, low), high)
            alpha[i] += step
            alpha[j] -= s * step
    inside = (alpha > 1e-6 * bound) & (alpha < bound * (1 - 1e-6))
    return alpha, float((y - gram @ (alpha * y))[inside].mean())


# ---------------------------------------------------------------- bias and variance


@proof("ml.bias-variance-01")
def noise_bias_variance(card: Claim) -> None:
    """All outcomes of a finite noise and of a few training sets; some lines hold for dependent ones too."""
    expand, independent, insert, vanish, together = card.steps
    values, noises = np.array([1.0, 2.5, 4.0]), np.array([-1.0, 0.5])
    f, mean = 2.0, float(np.array([0.2, 0.5, 0.3]) @ values)
    free = np.outer([0.2, 0.5, 0.3], [1 / 3, 2 / 3])
    for joint in (free, np.array([[0.2, 0.0], [0.1, 0.4], [1 / 30, 4 / 15]])):

        def over(g: Callable[[Array, Array], Array], joint: Array = joint) -> float:
            return float((joint * g(values[:, None], noises[None])).sum())

        notes = {
            r"E(y-\hat f)^2": over(lambda h, e: (f + e - h) ** 2),
            r"E\varepsilon^2": over(lambda h, e: e**2 + 0 * h),
            r"E[\varepsilon(f-\hat f)]": over(lambda h, e: e * (f - h)),
            r"E(f-\hat f)^2": over(lambda h, e: (f - h) ** 2 + 0 * e),
            r"E[\bar f-\hat f]": over(lambda h, e: mean - h + 0 * e),
            r"E(\bar f-\hat f)^2": over(lambda h, e: (mean - h) ** 2 + 0 * e),
            r"\operatorname{Var}(\hat f)": over(lambda h, e: h**2 + 0 * e) - mean**2,
            r"(f-\bar f)^2": (f - mean) ** 2,
            r"(f-\bar f)": f - mean,
            r"\sigma^2": over(lambda h, e: e**2 + 0 * h),
        }
        whole = notes[r"E(y-\hat f)^2"]
        assert holds(tex_in(expand)[0], notes) and worth(sides(tex_in(expand)[0])[0], notes) == approx(whole)
        for line in (independent, together):
            assert (abs(worth(tex_in(line)[-1], notes) - whole) < 1e-9) == (joint is free)
        assert worth(tex_in(insert)[-1], notes) == approx(notes[r"E(f-\hat f)^2"])
        assert holds(tex_in(vanish)[0], notes)
    assert "E(" in tex_in(independent)[-1] and "Var" in tex_in(together)[-1]


@proof("ml.bias-variance-02")
def what_lowers_the_error(card: Claim) -> None:
    """Each remedy tried on a line fitted to a parabola, whose training and validation errors nearly agree."""

    def error(size: int, *, powers: int = 1, penalty: float = 0.0, bags: int = 0) -> tuple[float, float]:
        rng = np.random.default_rng(size)
        x, new = rng.uniform(-1, 1, size), np.linspace(-1, 1, 401)
        y = x**2 + rng.normal(0, 0.05, size)
        rows, seen = np.vander(x, powers + 1), np.vander(new, powers + 1)
        picks = [rng.integers(0, size, size) for _ in range(bags)] or [np.arange(size)]
        ridge = penalty * np.eye(powers + 1)
        fits = [np.linalg.solve(rows[p].T @ rows[p] + ridge, rows[p].T @ y[p]) for p in picks]
        w = np.mean(fits, axis=0)
        return float(((y - rows @ w) ** 2).mean()), float(((new**2 - seen @ w) ** 2).mean()) + 0.05**2

    train, validation = error(300)
    trained, validated, human = card.numbers("front")
    assert abs(validation - train) / train < 0.1 and (validated - trained) / (trained - human) < 0.1
    meanings = {
        "ten times more data": lambda: error(3000)[1] < validation / 2,
        "stronger regularisation": lambda: error(300, penalty=100)[1] < validation / 2,
        "bagging": lambda: error(300, bags=50)[1] < validation / 2,
        "larger capacity": lambda: error(300, powers=2)[1] < validation / 2,
    }
    assert card.key == option_that(card, meanings)


@proof("ml.bias-variance-03")
def variance_of_neighbours(card: Claim) -> None:
    """The weight that each label has in the prediction."""
    x = card.rng.uniform(size=20)
    for k, s in ((3, 0.7), (8, 2.0)):
        order = np.argsort(abs(x - 0.4))[:k]
        weights = np.array([float(np.mean(np.eye(20)[n][order])) for n in range(20)])
        for answer in card.answers:
            assert value_of(answer, s=s, k=k) == approx(s * float(weights @ weights))


# ---------------------------------------------------------------- clustering


@proof("ml.clustering-01")
def mean_against_median(card: Claim) -> None:
    """Sums of distances of the kind that the answer names, from the mean and from the median."""
    points = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 2.0]])
    order = int(found(r"sum of \$L_(\d)\$ distances is minimised", card.back))
    assert "coordinatewise median" in card.back

    def total(centre: Array) -> float:
        return float((np.abs(points - centre) ** order).sum())

    median, mean = np.median(points, axis=0), points.mean(axis=0)
    grid = [np.array(pair) for pair in itertools.product(np.arange(0, 9.5, 0.5), np.arange(0, 2.5, 0.5))]
    assert total(median) <= min(map(total, grid)) and total(mean) > total(median)


@proof("ml.clustering-02")
def converged_centre(card: Claim) -> None:
    """Runs K-means."""
    data, *starts = card.formulas("front")
    centres = two_means(vector(data)[:, None], np.array([[value_of(start)] for start in starts]))
    assert card.value == approx(centres.min())


@proof("ml.clustering-03")
def groups_that_two_means_miss(card: Claim) -> None:
    """The best of many starts, compared with the true groups."""
    turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn)], 1)
    blob = np.random.default_rng(1).normal(size=(16, 2))
    blob /= np.linalg.norm(blob, axis=1).max()
    segment = np.stack([np.linspace(-0.5, 0.5, 16), np.zeros(16)], 1)
    sets = {
        "two round blobs ten radii apart": (blob, blob + np.array([10, 0])),
        "unequal variances": (0.3 * blob, 3 * blob + np.array([30, 0])),
        "two short parallel segments": (segment, segment + np.array([0, 10])),
        "two concentric rings, outer radius five times": (ring, 5 * ring),
    }

    def misses(one: Array, two: Array) -> bool:
        points = np.concatenate([one, two])
        starts = itertools.combinations(range(0, len(points), 3), 2)
        ends = [two_means(points, points[list(start)]) for start in starts]
        label = nearest(points, min(ends, key=lambda c: float(((points - c[nearest(points, c)]) ** 2).sum())))
        return not (label[:16].std() == 0 == label[16:].std() and label[0] != label[-1])

    assert card.key == option_that(card, {name: partial(misses, *pair) for name, pair in sets.items()})


@proof("ml.clustering-04")
def second_centre(card: Claim) -> None:
    """Draws second centres by rejection: a point is kept as often as its squared distance says."""
    data, first, second = card.formulas("front")
    points = vector(data)
    squared = (points - value_of(first)) ** 2
    tries = card.rng.integers(0, points.size, 200_000)
    kept = points[tries[card.rng.uniform(0, squared.max(), tries.size) < squared[tries]]]
    share = float((kept == value_of(second)).mean())
    assert abs(card.value - share) < 5 * math.sqrt(share * (1 - share) / kept.size)
    assert value_of(card.formulas("back")[-1]) == approx(card.value)


# ---------------------------------------------------------------- decision trees


def differing(*counts: float) -> float:
    """How likely two draws from a node differ."""
    total = sum(counts)
    return sum(a * b for n, a in enumerate(counts) for m, b in enumerate(counts) if n != m) / total**2


@proof("ml.decision-trees-02")
def fall_of_gini(card: Claim) -> None:
    """Pairs of draws that differ."""
    a, b, *children = card.numbers("front")[:6]
    nodes = [children[:2], children[2:]]
    after = sum(sum(node) / (a + b) * differing(*node) for node in nodes)
    assert card.value == approx(differing(a, b) - after)


@proof("ml.decision-trees-03")
def error_rate_and_gini(card: Claim) -> None:
    """Counts."""
    a, b, *children = card.numbers("front")
    nodes = [children[:2], children[2:]]
    errors = sum(min(node) for node in nodes)
    assert errors == min(a, b) == card.numbers("back")[0]
    before, share, impure, after = card.numbers("more")
    assert (before, impure) == approx((differing(a, b), differing(*nodes[1])))
    assert share == sum(nodes[1]) / (a + b) and after == approx(share * impure + (1 - share) * differing(*nodes[0]))


@cache
def predictions_by(kind: str, is_logged: bool) -> tuple[int, ...]:
    """What a model fitted to 24 samples with two features says of them; the first feature may be logged."""
    rng = np.random.default_rng(0)
    x = np.stack([np.exp(2 * rng.normal(size=24)), 2 * rng.normal(size=24)], 1)
    y = np.where(np.log(x[:, 0]) + x[:, 1] + 1.5 * rng.normal(size=24) > 0, 1.0, -1.0)
    x[:, 0] = np.log(x[:, 0]) if is_logged else x[:, 0]
    distance = ((x[:, None] - x[None]) ** 2).sum(-1)
    if kind == "tree":
        scores = _tree(x, y, 3)
    elif kind == "neighbours":
        scores = y[np.argsort(distance, axis=1)[:, :3]].mean(1)
    elif kind == "kernel":
        gram = np.exp(-distance)
        alpha, offset = soft_margin(gram, y, 1.0, 100)
        scores = gram @ (alpha * y) + offset
    else:
        rows = np.column_stack([x, np.ones(24)])
        w = np.zeros(3)
        for _ in range(4000):
            w += 0.1 * rows.T @ (y / (1 + np.exp(y * (rows @ w)))) / 24 / (1 + abs(x).max())
        scores = rows @ w
    return tuple(int(score > 0) for score in scores)


def _tree(x: Array, y: Array, depth: int) -> Array:
    """The mean label of the leaf of each sample, leaves split by the Gini index at the middle between samples."""
    splits = [(n, (a + b) / 2) for n in range(2) for a, b in itertools.pairwise(np.unique(x[:, n]))]
    if not depth or not splits or abs(y.mean()) == 1:
        return np.full(y.size, y.mean())
    feature, bound = min(splits, key=lambda split: sum(p.size * p.var() for p in _parts(x, y, *split)))
    left, result = x[:, feature] < bound, np.empty(y.size)
    for part in (left, ~left):
        result[part] = _tree(x[part], y[part], depth - 1)
    return result


def _parts(x: Array, y: Array, feature: int, bound: float) -> tuple[Array, Array]:
    left = x[:, feature] < bound
    return y[left], y[~left]


@proof("ml.decision-trees-04")
def model_that_sees_order_only(card: Claim) -> None:
    """Each model with the feature and with its logarithm."""
    kinds = {"k-nearest": "neighbours", "logistic": "logistic", "decision tree": "tree", "support vector": "kernel"}
    meanings = {p: (lambda k=kind: predictions_by(k, False) == predictions_by(k, True)) for p, kind in kinds.items()}
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- ensembles


@proof("ml.ensembles-01")
def coefficient_of_adaboost(card: Claim) -> None:
    """Each line on random weights and errors; the minimum by search."""
    loss, split, zero, solved, factor = (tex_in(step)[-1] for step in card.steps)
    w = card.rng.dirichlet(np.ones(9))
    margins = np.where(np.arange(9) < 3, -1.0, 1.0)
    epsilon = float(w[:3].sum())
    assert epsilon < 0.5

    def total(alpha: float) -> float:
        body = loss.split(r"=\sum_i")[1]
        parts = zip(w, margins, strict=True)
        return sum(worth(body, {"y_ih(x_i)": margin}, w_i=weight, alpha=alpha) for weight, margin in parts)

    for alpha in (-0.4, 0.3, 1.1):
        assert total(alpha) == approx(float((w * np.exp(-alpha * margins)).sum()))
        assert worth(sides(split)[1], epsilon=epsilon, alpha=alpha) == approx(total(alpha))
        one, two = (worth(side, epsilon=epsilon, alpha=alpha) for side in sides(zero))
        assert one - two == approx(slope(total, alpha), rel=1e-6)
    best = lowest(total, 0, 4)
    assert [sides(tex)[0].strip() for tex in (loss, split, solved)] == [r"L(\alpha)", r"L(\alpha)", r"\alpha"]
    assert worth(sides(solved)[1], epsilon=epsilon) == approx(best, abs=1e-6) and relations(solved) == ["=", ">"]
    assert worth(sides(factor)[0], epsilon=epsilon) == approx(total(best) / total(0))
    assert holds(factor, epsilon=epsilon)


@proof("ml.ensembles-02")
def weight_after_a_round(card: Claim) -> None:
    """Boosts with the coefficient found by search."""
    size, errors = (int(number) for number in card.numbers("front"))
    margins = np.where(np.arange(size) < errors, -1.0, 1.0)
    alpha = lowest(lambda a: float(np.exp(-a * margins).sum()), 0, 5)
    w = np.exp(-alpha * margins)
    assert card.value == approx(w[0] / w.sum(), rel=1e-6)


@proof("ml.ensembles-03")
def never_drawn(card: Claim) -> None:
    """The share for a large n, by counting the sequences that avoid a sample."""
    n = 10**6
    share = math.exp(n * (math.log(n - 1) - math.log(n)))
    for answer in card.answers:
        form = re.sub(r"^(?:math|np)\.", "", answer).replace("**", "^")
        assert value_of(re.sub(r"\\?exp", r"\\exp", form)) == approx(share, rel=1e-5)


@proof("ml.ensembles-05")
def newton_step_of_a_leaf(card: Claim) -> None:
    """One Newton step on the penalised loss of the leaf, its derivatives by differences."""
    labels, chance, _, penalty, _ = card.formulas("front")
    start = math.log(value_of(chance) / (1 - value_of(chance)))

    def loss(at: Array) -> float:
        v = float(at[0])
        losses = [math.log1p(math.exp(start + v)) - float(y) * (start + v) for y in vector(labels)]
        return sum(losses) + value_of(penalty, v=v)

    assert card.value == approx(-gradient(loss, [0.0])[0] / hessian(loss, [0.0])[0, 0], rel=1e-5)


@proof("ml.ensembles-06")
def negative_gradients(card: Claim) -> None:
    """Differences of the losses."""
    losses: list[Callable[[float, float], float]] = [
        lambda f, y: (y - f) ** 2 / 2,
        lambda f, y: abs(y - f),
        lambda f, y: math.log1p(math.exp(f)) - y * f,
    ]
    for number, loss in enumerate(losses, 1):
        (tex,) = tex_in(card.cloze(number))
        for y, f in itertools.product((0.0, 1.0), (-1.3, 0.4, 2.2)):
            expected = -slope(loss, f, y)
            assert worth(tex, y=y, f=f, p=logistic(f)) == approx(expected, abs=1e-6)


@proof("ml.ensembles-07")
def what_in_sample_predictions_do(card: Claim) -> None:
    """Stacks one neighbour and a line on noisy data, with predictions on seen samples and on the other folds."""
    x = np.sort(card.rng.uniform(-1, 1, 200))
    y = x + card.rng.normal(0, 0.5, x.size)
    folds = np.arange(x.size) % 5

    def bases(seen: npt.NDArray[np.bool_], at: Array) -> Array:
        line = np.polyfit(x[seen], y[seen], 1)
        return np.stack([y[seen][abs(at[:, None] - x[seen][None]).argmin(1)], np.polyval(line, at)], 1)

    whole = bases(np.ones(x.size, bool), x)
    outside = np.empty_like(whole)
    for fold in range(5):
        outside[folds == fold] = bases(folds != fold, x[folds == fold])
    inside, honest = least_squares(whole, y), least_squares(outside, y)
    new = np.linspace(-1, 1, 301)

    def bias(seen: npt.NDArray[np.bool_]) -> float:
        smooth = np.polyfit(x[seen], x[seen], 1)
        return float(abs(np.polyval(smooth, new) - new).max())

    meanings = {
        "lowers its bias": lambda: bias(folds != 0) < bias(folds >= 0) - 1e-9,
        "has no solution": lambda: bool(np.linalg.matrix_rank(whole) < 2),
        "gets too much weight": lambda: inside[0] > 0.99 and honest[0] < 0.5,
        "different number of samples": lambda: len(outside) != len(whole),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- features


@proof("ml.feature-engineering-01")
def every_category_kept(card: Claim) -> None:
    """Two solutions of one regression, and one with the categories renamed."""
    category = np.arange(18) % 3
    y = card.rng.normal(size=18) + category
    x = np.column_stack([np.ones(18), np.eye(3)[category]])
    one = least_squares(x, y)
    two = one + np.array([1, -1, -1, -1])
    renamed = np.column_stack([np.ones(18), np.eye(3)[(category * 2 + 1) % 3]])
    is_best = abs(x.T @ (y - x @ two)).max() < 1e-9
    same_fit = np.allclose(x @ one, x @ two)
    meanings = {
        "coefficients not unique, fitted": lambda: is_best and same_fit,
        "coefficients unique": lambda: np.linalg.matrix_rank(x) == x.shape[1],
        "neither": lambda: is_best and not same_fit,
        "an order": lambda: not np.allclose(renamed @ least_squares(renamed, y), x @ one),
    }
    assert card.key == option_that(card, meanings)


def posterior_mean(ones: float, zeros: float, prior_ones: float, prior_zeros: float) -> float:
    """Of a probability with a beta prior, by integration."""
    at = (np.arange(400_000) + 0.5) / 400_000
    density = at ** (ones + prior_ones - 1) * (1 - at) ** (zeros + prior_zeros - 1)
    return float((at * density).sum() / density.sum())


@proof("ml.feature-engineering-02")
def smoothed_code(card: Claim) -> None:
    """The posterior mean by integration, with the prior of the remark."""
    total, ones, rate, size = card.numbers("front")
    prior = vector(card.formulas("more")[0].split("}")[1])
    assert list(prior) == approx([rate * size, (1 - rate) * size])
    assert card.value == approx(posterior_mean(ones, total - ones, *prior), abs=1e-5)


@proof("ml.feature-engineering-04")
def whose_statistics(card: Claim) -> None:
    """The program, and its lines by the definition of a deviation."""
    assert run_code(card.code) == card.output
    train, test = ([float(n) for n in part.split(",")] for part in re.findall(r"array\(\[(.*?)\]\)", card.code))
    for line, (one, two) in zip(card.output.splitlines(), (train, test), strict=True):
        middle, half = (one + two) / 2, (two - one) / 2
        assert [float(n) for n in line.strip("[]").split(",")] == [(value - middle) / half for value in test]


# ---------------------------------------------------------------- from scratch


@proof("ml.from-scratch-01")
def broadcast_residual(card: Claim) -> None:
    """The program, and the shapes by the rules."""
    assert run_code(card.code) == card.output
    rows, columns = (int(n) for n in found(r"X, y, w = np\.ones\(\((.*?)\)\)", card.code).split(","))
    shape = np.broadcast_shapes((rows,), (rows, 1))
    assert [int(n) for n in re.findall(r"\d+", card.output)] == [*shape, columns, shape[1]]


@proof("ml.from-scratch-02")
def one_step_of_k_means(card: Claim) -> None:
    """The program, and the step by loops."""
    assert run_code(card.code) == card.output
    points, centres = (
        [tuple(map(int, pair.split(","))) for pair in re.findall(r"\[(\d+, \d+)\]", line)]
        for line in card.code.splitlines()[1:3]
    )
    distances = [[math.dist(p, centre) for centre in centres] for p in points]
    label = [row.index(min(row)) for row in distances]
    second = [p for p, n in zip(points, label, strict=True) if n == 1]
    mean = [sum(p[n] for p in second) / len(second) for n in range(2)]
    assert card.output == f"({len(points)}, {len(centres)}) {label} {mean}"


@proof("ml.from-scratch-03")
def size_of_the_differences(card: Claim) -> None:
    """The bytes of the broadcast of two arrays."""
    n, k, d = (int(value_of(tex.split("=")[1])) for tex in card.formulas("front"))
    assert "float32" in card.front
    shape = np.broadcast_shapes((n, 1, d), (1, k, d))
    unit = {"GB": 1e9, "GiB": 2.0**30}[card.unit]
    size = np.dtype(np.float32).itemsize
    assert card.value == approx(math.prod(shape) * size / unit, rel=1e-3)
    assert card.numbers("more")[-2] == approx(n * k * size / unit)


@proof("ml.from-scratch-04")
def all_zero_weights(card: Claim) -> None:
    """Gradients by differences: of a logistic regression, and of a network with a hidden layer of tanh."""
    x = card.rng.normal(size=(8, 3))
    y = np.arange(8) % 2

    def log_loss(z: Array) -> float:
        return float((np.log1p(np.exp(z)) - y * z).sum())

    body = card.formulas("back")[0].split(r"\sum")[1]
    slopes = gradient(lambda w: log_loss(x @ w), np.zeros(3))
    for column, expected in zip(x.T, slopes, strict=True):
        parts = [value_of(body, p=0.5, y=float(b), x_j=float(a)) for a, b in zip(column, y, strict=True)]
        assert sum(parts) == approx(expected, abs=1e-6)
    assert len(set(np.round(slopes, 6))) == 3

    def network(w: Array) -> float:
        return log_loss(np.tanh(x @ w[:6].reshape(3, 2)) @ w[6:])

    w = np.zeros(8)
    for _ in range(3):
        w = w - 0.1 * gradient(network, w)
        assert abs(w[:6]).max() == card.numbers("back")[-1]


@proof("ml.from-scratch-05")
def descent_on_a_parabola(card: Claim) -> None:
    """The program, and the fall of the error in fractions of the slope by differences."""
    assert run_code(card.code).split() == card.output.split()
    w = 0.0
    for shown in card.output.split():
        w -= 0.1 * slope(lambda u: ((u - 2) ** 2 + (2 * u - 4) ** 2) / 2, w, h=0.5)
        assert float(shown) == approx(w)


# ---------------------------------------------------------------- generalisation


def runs(labels: Sequence[bool]) -> int:
    return sum(label and (not n or not labels[n - 1]) for n, label in enumerate(labels))


@proof("ml.generalization-01")
def two_intervals(card: Claim) -> None:
    """All labellings of up to 8 points."""

    def dimension(intervals: int) -> int:
        sizes = [n for n in range(9) if max(map(runs, itertools.product((False, True), repeat=n))) <= intervals]
        return max(sizes)

    assert card.value == dimension(
        {"two": 2, "three": 3}[found(r"^Classifiers on the real line: the union of (\w+) closed intervals", card.front)]
    )
    assert [value_of(card.formulas("more")[1], k=k) for k in (1, 2, 3)] == [dimension(k) for k in (1, 2, 3)]


@cache
def sine_shatters(n: int) -> bool:
    """Whether waves of many lengths give n points, each a tenth of the one before, all labels."""
    waves = np.arange(1, 200_002, 2) * np.pi / 2 + 0.05
    signs = np.sin(np.outer(waves, 10.0 ** -np.arange(n))) > 0
    return bool(np.unique(signs @ 2 ** np.arange(n)).size == 2**n)


@proof("ml.generalization-02")
def one_parameter_of_sine(card: Claim) -> None:
    """Looks for a parameter for every labelling of n points."""

    def fits(option: str) -> bool:
        if option == r"$\infty$":
            return all(map(sine_shatters, range(1, 6)))
        size = int(found(r"^\$(\d)\$$", option))
        return sine_shatters(size) and not sine_shatters(size + 1)

    assert card.key == only(card.options, fits)


@proof("ml.generalization-03")
def uniform_bound(card: Claim) -> None:
    """The first number of samples that is enough."""
    hypotheses, *_, sure, apart = card.numbers("front")
    n = next(n for n in range(1, 10**6) if 2 * hypotheses * math.exp(-2 * n * apart**2) <= 1 - sure)
    assert card.value == n


@proof("ml.generalization-04")
def fit_to_random_signs(card: Claim) -> None:
    """All signs of four points, against one function and against all functions."""
    signs = np.array(list(itertools.product((-1, 1), repeat=4)))
    for number, functions in ((1, signs[5:6]), (2, signs)):
        assert value_of(card.cloze(number)) == approx((signs @ functions.T).max(axis=1).mean() / 4)


@cache
def variance_of_fit(n: int, p: int) -> float:
    """Of the minimum-norm fit to noise of variance 1, averaged over random designs."""
    rng = np.random.default_rng(n)
    return float(np.mean([(np.linalg.pinv(rng.normal(size=(n, p))) ** 2).sum() for _ in range(4000)]))


@proof("ml.generalization-05")
def variance_on_both_sides(card: Claim) -> None:
    """Random designs with fewer features than samples, and with more."""
    few, many = [tex for tex in card.formulas("more") if r"\frac" in tex]
    for tex, n, p in ((few, 30, 10), (many, 10, 30)):
        assert worth(tex, {r"\sigma^2": 0.7}, n=n, p=p) == approx(0.7 * variance_of_fit(n, p), rel=0.03)
    assert "1/s" in card.formulas("back")


# ---------------------------------------------------------------- mixtures and EM


@proof("ml.gmm-em-01")
def never_lower(card: Claim) -> None:
    """Each line on random tables of x and z; the M step picks the best of many."""
    split, bounded, e_step, m_step, again = map(tex_in, card.steps)
    tables = card.rng.dirichlet(np.ones(4), size=30)[:, :3]
    posterior = tables / tables.sum(1, keepdims=True)

    def lower(q: Array, table: Array) -> float:
        return float((q * np.log(table / q)).sum())

    for table, after in zip(tables, posterior, strict=True):
        q = posterior[0]
        evidence, free = math.log(table.sum()), lower(q, table)
        divergence = float((q * np.log(q / after)).sum())
        notes = {r"\log p(x\mid\theta)": evidence, r"F(q,\theta)": free}
        notes |= {r"D_{\mathrm{KL}}(q\,\|\,p(z\mid x,\theta))": divergence}
        assert holds(split[1], notes) and relations(split[1]) == ["="]
        assert holds(bounded[0], notes) and relations(bounded[0]) == [r"\le"]
        for joint, conditional in zip(table, after, strict=True):
            notes = {r"p(x,z\mid\theta)": joint, r"p(z\mid x,\theta)": conditional, r"p(x\mid\theta)": table.sum()}
            assert holds(split[0], notes) and relations(split[0]) == ["="]
    assert e_step == [r"q=p(z\mid x,\theta_t)", r"\theta_t"] and "becomes an equality" in card.steps[2]
    q = posterior[0]
    best = max(tables, key=lambda table: lower(q, table))
    assert lower(q, tables[0]) == approx(math.log(tables[0].sum()))
    notes = {r"\log p(x\mid\theta_{t+1})": math.log(best.sum()), r"\log p(x\mid\theta_t)": math.log(tables[0].sum())}
    notes |= {r"F(q,\theta_{t+1})": lower(q, best), r"F(q,\theta_t)": lower(q, tables[0])}
    assert m_step[:2] == ["q", r"\theta_{t+1}"] and again[0] == r"\theta_{t+1}"
    assert holds(m_step[2], notes) and holds(again[1], notes)
    assert relations(m_step[2]) == [r"\ge", "="] and relations(again[1]) == [r"\ge", r"\ge"]


@proof("ml.gmm-em-02")
def weighted_variance(card: Claim) -> None:
    """The weights as numbers of copies."""
    one, two, *weights = card.numbers("front")
    copies = [round(100 * weight) for weight in weights]
    assert card.value == approx(np.var(np.repeat([one, two], copies)))


@proof("ml.gmm-em-03")
def likelihood_of_a_spike(card: Claim) -> None:
    """Both likelihoods as the variance goes where the answer says."""
    data = np.array([0.0, 1.0, 2.5])
    limit = found(r"let its variance tend to (\d)", card.back)

    def density(variance: float) -> Array:
        return np.asarray(np.exp(-((data - data[0]) ** 2) / (2 * variance)) / math.sqrt(variance))

    variances = [float(limit) + 10.0**-n for n in range(1, 9)]
    mixed = [float(np.log(density(v) / 2 + density(1.0) / 2).sum()) for v in variances]
    alone = [-float(((data - data[0]) ** 2).sum()) / (2 * v) - 1.5 * math.log(v) for v in variances]
    assert all(np.diff(mixed) > 0.5) and all(np.diff(alone) < 0)


@proof("ml.gmm-em-04")
def hard_assignment(card: Claim) -> None:
    """A round of EM with a tiny variance beside a round of the algorithm that is named, and the ratio of the remark."""
    points = card.rng.normal(size=(30, 2))
    means, weights = points[:2], np.array([0.9, 0.1])
    squared = ((points[:, None] - means[None]) ** 2).sum(-1)
    ratio = card.formulas("more")[0].replace(r"\pi", r"\rho")
    for d in np.sqrt(squared[:5]):
        names = {"d_j": d[0], "d_k": d[1], "rho_j": weights[0], "rho_k": weights[1], "epsilon": 0.7}
        densities = weights * np.exp(-(d**2) / (2 * 0.7))
        assert value_of(ratio, **names) == approx(densities[0] / densities[1])
    logs = np.log(weights) - squared / 2e-6
    share = np.exp(logs - logs.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    label = nearest(points, means)
    rounds = {
        "K-means": np.array([points[label == n].mean(0) for n in range(2)]),
        "K-medians": np.array([np.median(points[label == n], axis=0) for n in range(2)]),
    }
    assert card.cloze(1).startswith("hard") == bool((share.max(1) > 1 - 1e-9).all())
    assert share.T @ points / share.sum(0)[:, None] == approx(rounds[card.cloze(3)])


# ---------------------------------------------------------------- hyperparameters


@proof("ml.hyperparameter-search-01")
def enough_trials(card: Claim) -> None:
    """Counts trials until the chance is reached."""
    sure, best = (number / 100 for number in card.numbers("front"))
    trials, missed = 0, 1.0
    while 1 - missed < sure:
        trials, missed = trials + 1, missed * (1 - best)
    assert card.value == trials


@proof("ml.hyperparameter-search-02")
def distinct_values(card: Claim) -> None:
    """Both plans, seen on one of the dimensions."""
    trials, across, down = (int(number) for number in card.numbers("front"))
    grid = [pair[0] for pair in itertools.product(range(across), range(down))]
    drawn = card.rng.uniform(size=(trials, 2))[:, 0]
    assert len(grid) == trials
    counts = [len(set(grid)), grid.count(grid[0]), len(set(drawn))]
    assert card.numbers("back") == counts


@proof("ml.hyperparameter-search-03")
def two_scales(card: Claim) -> None:
    """Draws on an even net."""
    (low, high), (start, end) = (vector(tex) for tex in card.formulas("cloze")[:2])
    net = (np.arange(400_000) + 0.5) / 400_000
    for number, drawn in ((1, low + (high - low) * net), (2, low * (high / low) ** net)):
        share = float(((drawn >= start) & (drawn <= end)).mean())
        assert value_of(card.cloze(number)) == approx(share, abs=2e-4)


# ---------------------------------------------------------------- interpretation


@proof("ml.interpretability-01")
def three_players(card: Claim) -> None:
    """All orders."""
    worths: dict[frozenset[int], float] = {}
    for tex in card.formulas("front"):
        *groups, value = sides(tex)
        sets = [re.findall(r"\d", group) for group in groups if r"\{" in group]
        worths |= {frozenset(map(int, group)): float(value) for group in sets}
    gains = shapley(lambda players: worths.get(players, 0.0), (1, 2, 3))
    assert card.value == approx(gains[1]) and card.numbers("more")[1] == approx(gains[2])


@proof("ml.interpretability-02")
def additive_model(card: Claim) -> None:
    """All orders, with absent features averaged over independent values."""
    w, b, x = np.array([2.0, -1.0, 0.5]), 0.3, np.array([1.5, 2.0, -1.0])
    values = np.array([[0.0, 1.0], [1.0, 4.0], [-2.0, 2.0]])

    def value(known: frozenset[int]) -> float:
        rows = itertools.product(*(([x[n]] if n in known else values[n]) for n in range(3)))
        return float(np.mean([b + w @ np.array(row) for row in rows]))

    gains = shapley(value, (0, 1, 2))
    first = card.cloze(1).strip("$")
    for n, gain in gains.items():
        assert worth(first, {"E[x_j]": float(values[n].mean())}, w_j=w[n], x_j=x[n]) == approx(gain)
    notes = {"E[f(X)]": value(frozenset()), "E[X]": float(values.mean()), "f(x)": value(frozenset({0, 1, 2}))}
    assert notes["f(x)"] - worth(card.cloze(2).strip("$"), notes) == approx(sum(gains.values()))


@proof("ml.interpretability-03")
def weights_of_the_shapley_kernel(card: Claim) -> None:
    """A weighted regression over all coalitions, exact at both ends, gives the Shapley values of a random game."""
    d = 4
    kernel = card.formulas("more")[0]
    coalitions = [frozenset(c) for size in range(d + 1) for c in itertools.combinations(range(d), size)]
    game = dict(zip(coalitions, card.rng.normal(size=len(coalitions)), strict=True))
    base, whole = game[frozenset()], game[frozenset(range(d))]
    inner = [c for c in coalitions if 0 < len(c) < d]
    scale = np.sqrt([value_of(kernel, d=d, s=len(c)) for c in inner])
    member = np.array([[float(n in c) for n in range(d)] for c in inner])
    # The last coefficient is what the others leave of the whole.
    rows = member[:, :-1] - member[:, -1:]
    target = np.array([game[c] - base for c in inner]) - member[:, -1] * (whole - base)
    found_here = least_squares(rows * scale[:, None], target * scale)
    expected = shapley(game.__getitem__, range(d))
    assert list(found_here) == approx([expected[n] for n in range(d - 1)])
    for end in (0, d):
        try:
            value_of(kernel, d=d, s=end)
        except ValueError:
            continue
        raise AssertionError("the kernel is finite at an end")


@proof("ml.interpretability-04")
def reading_of_a_shap_value(card: Claim) -> None:
    """Each reading as a number, for a curved model of two features that share a hidden cause."""
    cause = np.repeat([-1.0, 0.0, 1.0, 2.0], 3)
    other = cause + np.tile([-0.5, 0.0, 0.5], 4)
    (asked,) = card.numbers("front")
    plain = [float(np.mean(a**2 + 0.5 * a * b)) for a, b in ((cause, other), (np.array(2.0), other), (cause, 1.5))]
    own = 4 + 0.5 * 2 * 1.5
    scale = asked / (((plain[1] - plain[0]) + (own - plain[2])) / 2)

    def model(a: Array | float, b: Array | float) -> Array:
        return np.asarray(scale * (np.asarray(a) ** 2 + 0.5 * np.asarray(a) * b))

    outputs = {
        frozenset[int](): float(model(cause, other).mean()),
        frozenset({0}): float(model(2.0, other).mean()),
        frozenset({1}): float(model(cause, 1.5).mean()),
        frozenset({0, 1}): float(model(2.0, 1.5)),
    }
    without = np.polyval(np.polyfit(other, model(cause, other), 2), 1.5)
    readings = {
        "raising $x_j$ by one unit": float(model(3.0, 1.5) - model(2.0, 1.5)),
        "retraining without": float(model(2.0, 1.5) - without),
        "averaged over orders": shapley(outputs.__getitem__, (0, 1))[0],
        "in reality": 0.0,  # the outcome hangs on the cause, which no change of the feature reaches
    }

    def fits(option: str) -> bool:
        (size,) = [size for phrase, size in readings.items() if phrase in option]
        return math.isclose(size, float(found(r"(?:by|adds) (\d+)", option)))

    assert card.key == only(card.options, fits)


# ---------------------------------------------------------------- linear regression


@proof("ml.linear-regression-01")
def from_noise_to_least_squares(card: Claim) -> None:
    """Each line on random data: the likelihood by the density, the gradient by differences, the end by lstsq."""
    model, likelihood, loss, slopes, normal, solved = map(tex_in, card.steps)
    x, y, (w, other) = card.rng.normal(size=(7, 2)), card.rng.normal(size=7), card.rng.normal(size=(2, 2))
    variance = 0.7
    assert len(model) == 2 and "N(0," in model[1] and "log-likelihood" in card.steps[1]
    drawn = of_matrices(sides(model[0])[1], {"X": x, "w": w, "varepsilon": y})
    assert drawn == approx(x @ w + y)

    def density(w: Array) -> float:
        residual = y - x @ w
        return float(np.log(np.exp(-(residual**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)).sum())

    def norm(tex: str, w: Array) -> float:
        return worth(tex, {r"\|y-Xw\|^2": float(((y - x @ w) ** 2).sum()), r"\sigma^2": variance})

    assert norm(likelihood[0], w) - norm(likelihood[0], other) == approx(density(w) - density(other))
    (name, body) = sides(loss[0])
    assert name == "L" and "minimises" in card.steps[2]
    (name, step) = sides(slopes[0])
    expected = gradient(lambda at: norm(body, at), w)
    assert name.strip() == r"\nabla L" and of_matrices(step, {"X": x, "w": w, "y": y}) == approx(expected, abs=1e-6)
    best = least_squares(x, y)
    names: dict[str, Array | float] = {"X": x, "y": y, r"\hat w": best}
    left, right = (of_matrices(side, names) for side in sides(normal[0]))
    assert left == approx(right) and normal[0].count("w") == 1
    assert of_matrices(sides(solved[1])[1], names) == approx(best)
    assert (np.linalg.eigvalsh(of_matrices(solved[0], names)) > 0).all()


@proof("ml.linear-regression-02")
def sum_and_difference(card: Claim) -> None:
    """The spread of refitted coefficients along both directions."""
    one = card.rng.normal(size=40)
    x = np.stack([one, one + 0.01 * card.rng.normal(size=40)], 1)
    fits = least_squares(x, card.rng.normal(size=(40, 4000)) * 0.5)
    formula, *directions = card.formulas("back")
    claimed = of_matrices(sides(formula)[1], {"sigma": 0.5, "X": x})
    assert np.cov(fits) == approx(claimed, rel=0.1)
    unstable, stable = (float(np.var(vector(tex) @ fits)) for tex in directions)
    assert unstable > 1000 * stable


@proof("ml.linear-regression-03")
def spread_of_the_estimate(card: Claim) -> None:
    """How noise passes through the fit and into the residual."""
    n, d, variance = 9, 4, 0.49
    x = card.rng.normal(size=(n, d))
    fit = least_squares(x, np.eye(n))
    claimed = of_matrices(card.cloze(1).strip("$"), {"sigma": math.sqrt(variance), "X": x})
    assert claimed == approx(variance * fit @ fit.T)
    residual = np.eye(n) - x @ fit
    expected = variance * float((residual**2).sum())
    assert value_of(card.cloze(2), S=expected, n=n, d=d) == approx(variance)


@proof("ml.linear-regression-04")
def worse_than_the_mean(card: Claim) -> None:
    """The share of the variance that is explained."""
    truth, said = (vector(tex) for tex in card.formulas("front")[:2])
    assert card.value == approx(1 - ((truth - said) ** 2).mean() / truth.var())


@proof("ml.linear-regression-05")
def one_more_column(card: Claim) -> None:
    """Adds random columns to random regressions."""
    changes = []
    for _ in range(200):
        x, y = np.column_stack([np.ones(15), card.rng.normal(size=(15, 2))]), card.rng.normal(size=15)
        more = np.column_stack([x, card.rng.normal(size=15)])
        before, after = (1 - ((y - z @ least_squares(z, y)) ** 2).mean() / y.var() for z in (x, more))
        changes.append(after - before)
    meanings = {
        "it always falls": lambda: max(changes) < 0,
        "stays exactly equal": lambda: max(map(abs, changes)) < 1e-12,
        "may rise or fall": lambda: min(changes) < -1e-12 < 1e-12 < max(changes),
        "never falls": lambda: min(changes) > -1e-12 and float(np.median(changes)) > 1e-6,
    }
    assert card.key == option_that(card, meanings)


@proof("ml.linear-regression-06")
def slope_without_z(card: Claim) -> None:
    """A regression on columns made orthogonal, so that the sample is its own limit."""
    columns, _ = np.linalg.qr(np.column_stack([np.ones(30), card.rng.normal(size=(30, 3))]))
    x, u, noise = columns.T[1:]
    b, c, d = 0.7, -1.3, 2.1
    z = d * x + u
    fitted = float(np.polyfit(x, b * x + c * z + noise, 1)[0])
    for answer in card.answers:
        assert value_of(answer, b=b, c=c, d=d) == approx(fitted)


# ---------------------------------------------------------------- logistic regression


@proof("ml.logistic-regression-01")
def convex_log_loss(card: Claim) -> None:
    """Each derivative by differences of the first line."""
    loss, inserted, by_z, chain, twice, form = (tex_in(step) for step in card.steps)
    for y in (0.0, 1.0):
        x, w, v = card.rng.normal(size=(3, 3))
        z = float(w @ x)
        p = logistic(z)

        def first(at: float, y: float = y) -> float:
            return worth(sides(loss[0])[1], p=logistic(at), y=y)

        names: dict[str, Array | float] = {"p": p, "y": y, "x": x[:, None]}
        assert first(z) == approx(-math.log(p if y else 1 - p))
        assert sides(inserted[1])[0] == sides(loss[0])[0] == r"\ell"
        assert worth(sides(inserted[1])[1], z=z, y=y) == approx(first(z))
        assert worth(sides(by_z[1])[1], {r"\sigma(z)": p}, y=y) == approx(slope(first, z), rel=1e-6)
        grad = gradient(lambda at: first(float(at @ x)), w)  # noqa: B023
        bend = hessian(lambda at: first(float(at @ x)), w)  # noqa: B023
        assert of_matrices(sides(chain[0])[1], names)[:, 0] == approx(grad, abs=1e-6)
        assert of_matrices(sides(twice[0])[1], names) == approx(bend, abs=1e-5)
        notes = {r"v^\top(\nabla_w^2\ell)v": float(v @ bend @ v), r"v^\top x": float(v @ x)}
        one, two, zero = (worth(side, notes, p=p) for side in sides(form[0]))
        assert one == approx(two, abs=1e-5) and two >= zero == 0 and relations(form[0]) == ["=", r"\ge"]


@proof("ml.logistic-regression-02")
def separable_data(card: Claim) -> None:
    """The loss of the answer on data that a line through 0 divides, for ever longer w."""
    x = card.rng.normal(size=(12, 2))
    w = np.array([1.0, -2.0])
    margins = abs(x @ w)
    body = next(tex for tex in card.formulas("back") if r"\log" in tex).split(r"\sum_i")[1]

    def total(c: float) -> float:
        return sum(worth(body, {r"y_iw^\top x_i": float(margin)}, c=c) for margin in margins)

    losses = [total(c) for c in (0, 1, 10, 100)]
    assert losses == approx([float(np.log1p(np.exp(-c * margins)).sum()) for c in (0, 1, 10, 100)])
    assert all(np.diff(losses) < 0) and 0 < losses[-1] < 0.05 * losses[0]


@proof("ml.logistic-regression-03")
def the_same_for_every_sample(card: Claim) -> None:
    """Each quantity before and after, for several samples."""
    coefficient, _, power, factor = card.numbers("front")
    assert power == coefficient and math.exp(coefficient) == approx(factor, abs=0.005)
    quantities: dict[str, Callable[[float], float]] = {
        "the odds": math.exp,
        "the probability": logistic,
        "the log-odds": lambda z: z,
    }

    def fits(option: str) -> bool:
        (quantity,) = [quantity for name, quantity in quantities.items() if option.startswith(name + " ")]
        number = float(found(r"by about ([\d.]+)", option))
        pairs = [(quantity(z), quantity(z + coefficient)) for z in (-4.0, -1.0, 0.3, 2.0)]
        changes = [after / before if "multiplied" in option else after - before for before, after in pairs]
        return all(abs(change - number) < 0.01 for change in changes)

    assert card.key == only(card.options, fits)


@proof("ml.logistic-regression-04")
def thinned_negatives(card: Claim) -> None:
    """Counts of samples that look alike."""
    kept, said = card.numbers("front")
    positives = 1000 * said
    negatives = 1000 * (1 - said) / (kept / 100)
    assert card.value == approx(positives / (positives + negatives), rel=1e-3)


@proof("ml.logistic-regression-05")
def far_positive(card: Claim) -> None:
    """Where both models put the boundary without and with the far sample, and the gradient of the answer."""
    body = card.formulas("back")[0]
    near = np.array([-3.0, -2.5, -1.0, 0.5, 1.0, 2.0, -0.2, 0.1])
    label = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0])

    def boundaries(x: Array, y: Array) -> tuple[float, float]:
        rows = np.column_stack([x, np.ones(x.size)])
        plain = least_squares(rows, y)
        w = np.array([1.0, 0.0])
        for _ in range(30):
            p = 1 / (1 + np.exp(-rows @ w))
            w -= np.linalg.solve((rows.T * (p * (1 - p))) @ rows, rows.T @ (p - y))
        for u in (0.5, 2.0, 30.0):
            p = logistic(w[0] * u)
            expected = slope(lambda v, u: math.log1p(math.exp(-v * u)), float(w[0]), u)
            assert value_of(body, p=p, x=u) == approx(expected, abs=1e-7)
            assert u < 30 or abs(expected) < 1e-6
        return float((0.5 - plain[1]) / plain[0]), float(-w[1] / w[0])

    before = boundaries(near, label)
    after = boundaries(np.append(near, 60.0), np.append(label, 1.0))
    assert abs(after[0] - before[0]) > 0.5 and abs(after[1] - before[1]) < 0.01


@proof("ml.logistic-regression-06")
def gradient_and_hessian(card: Claim) -> None:
    """Differences of the summed loss."""
    x, y, w = card.rng.normal(size=(6, 3)), np.arange(6) % 2, card.rng.normal(size=3)
    p = 1 / (1 + np.exp(-x @ w))

    def loss(at: Array) -> float:
        return float((np.log1p(np.exp(x @ at)) - y * (x @ at)).sum())

    claimed = of_matrices(card.cloze(1).strip("$"), {"X": x, "p": p, "y": y.astype(float)})
    assert claimed == approx(gradient(loss, w), abs=1e-6)
    middle = np.diag([value_of(card.cloze(2), p_i=float(one)) for one in p])
    assert x.T @ middle @ x == approx(hessian(loss, w), abs=1e-4)


# ---------------------------------------------------------------- metrics


@proof("ml.metrics-01")
def f_one(card: Claim) -> None:
    """Labels written out."""
    total, hits, false, missed = (int(number) for number in card.numbers("front"))
    truth, called = np.zeros(total, np.int64), np.zeros(total, np.int64)
    truth[: hits + missed] = 1
    called[:hits] = called[hits + missed : hits + missed + false] = 1
    assert card.value == approx(f_score(truth, called))
    right, none = card.numbers("more")
    assert (right, none) == approx(((truth == called).mean(), (truth == 0).mean()))


@proof("ml.metrics-02")
def area_with_a_tie(card: Claim) -> None:
    """The curve drawn threshold by threshold."""
    positives, negatives = (list(vector(tex)) for tex in card.formulas("front"))
    assert card.value == approx(roc_area(positives, negatives))


@proof("ml.metrics-03")
def random_scores(card: Claim) -> None:
    """Both areas for a random order of many samples."""
    share, *_ = card.numbers("cloze")
    truth = np.zeros(1_000_000)
    truth[: int(10_000 * share)] = 1
    hits = np.cumsum(truth := card.rng.permutation(truth))
    precision = hits / np.arange(1, truth.size + 1)
    misses = np.cumsum(1 - truth)
    assert value_of(card.cloze(1)) == approx(np.trapezoid(hits / hits[-1], misses / misses[-1]), abs=0.02)
    assert value_of(card.cloze(2)) == approx(precision[truth == 1].mean(), rel=0.05)


@proof("ml.metrics-04")
def macro_f_one(card: Claim) -> None:
    """Labels written out."""
    in_a, right_a, wrong_a, in_b, right_b, wrong_b = (int(number) for number in card.numbers("front"))
    truth = np.repeat([0, 1], [in_a, in_b])
    called = np.repeat([0, 1, 1, 0], [right_a, wrong_a, right_b, wrong_b])
    assert card.value == approx((f_score(truth, called, 0) + f_score(truth, called, 1)) / 2, abs=5e-4)
    precisions, recalls = zip(*(precision_recall(truth, called, label) for label in (0, 1)), strict=True)
    of_means = 2 / (1 / np.mean(precisions) + 1 / np.mean(recalls))
    assert card.numbers("more") == approx([float((truth == called).mean()), of_means], abs=5e-4)


@proof("ml.metrics-05")
def pooled_counts(card: Claim) -> None:
    """Random labels of four classes."""
    truth, called = card.rng.integers(0, 4, size=(2, 50))
    false = sum(int(((called == n) & (truth != n)).sum()) for n in range(4))
    missed = sum(int(((called != n) & (truth == n)).sum()) for n in range(4))
    hits = int((truth == called).sum())
    assert holds(card.formulas("back")[0], {r"\sum FP": false, r"\sum FN": missed})
    counts = {"correct": hits, "total": truth.size}
    above, below = found(r"micro recall = (.*)\.$", card.back).split(" / ")
    assert counts[above] / counts[below] == hits / (hits + false) == hits / (hits + missed)


@proof("ml.metrics-06")
def all_called_positive(card: Claim) -> None:
    """Labels written out."""
    for positives in (3, 10, 17):
        truth = np.repeat([1, 0], [positives, 20 - positives])
        for answer in card.answers:
            assert value_of(answer.removeprefix("F1="), p=positives / 20) == approx(
                f_score(truth, np.ones(20, np.int64))
            )


@proof("ml.metrics-07")
def cubed_scores(card: Claim) -> None:
    """The program, and its four numbers by the curve and by counting."""
    assert run_code(card.code) == card.output
    positives, negatives = ([float(n) for n in part.split(",")] for part in re.findall(r"\[([\d., ]+)\]", card.code))
    expected = []
    for power in (1, 3):
        high, low = ([score**power for score in scores] for scores in (positives, negatives))
        right = [score > 0.5 for score in high] + [score <= 0.5 for score in low]
        expected += [roc_area(high, low), sum(right) / len(right)]
    assert [float(word) for word in card.output.split()] == approx(expected)


@proof("ml.metrics-08")
def threshold_of_costs(card: Claim) -> None:
    """The probability at which both decisions cost the same."""
    for a, b in ((9.0, 1.0), (0.4, 2.2)):
        even = root(lambda p, a, b: p * a - (1 - p) * b, 0, 1, a, b)
        for answer in card.answers:
            assert value_of(answer.removeprefix("p>"), a=a, b=b) == approx(even)


# ---------------------------------------------------------------- model selection


@cache
def selected_on_noise(samples: int, features: int, kept: int) -> float:
    """The accuracy of cross-validation behind a selection that saw all labels, by the nearer centroid."""
    rng = np.random.default_rng(3)
    accuracies = []
    for _ in range(3):
        x, y = rng.normal(size=(samples, features)), rng.permutation(np.arange(samples) % 2)
        x = x[:, np.argsort(-abs((x - x.mean(0)).T @ (y - 0.5)))[:kept]]
        fold = rng.permutation(np.arange(samples) % 5)
        for n in range(5):
            seen = fold != n
            centres = np.array([x[seen & (y == c)].mean(0) for c in (0, 1)])
            accuracies.append(float((nearest(x[~seen], centres) == y[~seen]).mean()))
    return float(np.mean(accuracies))


@proof("ml.model-selection-01")
def selection_outside_the_folds(card: Claim) -> None:
    """Does it, with the numbers of the question; and without a selection."""
    accuracy = selected_on_noise(50, 5000, 100)
    meanings = {
        "about 50%, since": lambda: abs(accuracy - 0.5) < 0.1,
        "about 50%, only": lambda: abs(accuracy - 0.5) < 0.1,
        "far above 50%": lambda: accuracy > 0.75,
        "clearly below 50%": lambda: accuracy < 0.4,
    }
    assert card.key == option_that(card, meanings)
    assert selected_on_noise(50, 100, 100) < 0.7


class Workflow:
    """A ridge regression tuned step by step; a step that needs what none has made yet raises AttributeError."""

    penalties = (0.1, 1.0, 10.0, 1000.0)

    def __init__(self) -> None:
        rng = np.random.default_rng(6)
        self._x = rng.normal(3, 2, size=(60, 8))
        self._y = self._x[:, 0] + rng.normal(size=60)
        self.seen: list[set[int]] = []
        """The rows that each step has looked at."""

    def run(self, line: str) -> None:
        steps: dict[str, Callable[[], None]] = {
            "Hold out a test set": self._hold_out,
            "Split the remaining data": self._split,
            "on its training part only": self._score,
            "by the mean score over the folds": self._choose,
            "retrain on all non-test data": self._retrain,
            "once on the test set and report": self._evaluate,
            "test set included": lambda: self._look(np.arange(60)),
            "Compare the scores of all": lambda: self._look(self.test),
        }
        (step,) = [step for phrase, step in steps.items() if phrase in line]
        self.seen.append(set())
        step()

    def _look(self, rows: Indices) -> None:
        self.seen[-1] |= set(rows.tolist())

    def _hold_out(self) -> None:
        self.test, self.rest = np.arange(40, 60), np.arange(40)

    def _split(self) -> None:
        self.folds = np.array_split(self.rest, 5)

    def _score(self) -> None:
        self.scores = {
            penalty: [self._error(self._fit(np.setdiff1d(self.rest, fold), penalty), fold) for fold in self.folds]
            for penalty in self.penalties
        }

    def _choose(self) -> None:
        self.penalty = min(self.scores, key=lambda penalty: float(np.mean(self.scores[penalty])))

    def _retrain(self) -> None:
        self.model = self._fit(self.rest, self.penalty)

    def _evaluate(self) -> None:
        self.report = self._error(self.model, self.test)

    def _fit(self, rows: Indices, penalty: float) -> tuple[Array, Array, Array, float]:
        self._look(rows)
        x, y = self._x[rows], self._y[rows]
        mean, deviation = x.mean(0), x.std(0)
        z = (x - mean) / deviation
        return mean, deviation, np.linalg.solve(z.T @ z + penalty * np.eye(8), z.T @ (y - y.mean())), float(y.mean())

    def _error(self, model: tuple[Array, Array, Array, float], rows: Indices) -> float:
        self._look(rows)
        mean, deviation, w, offset = model
        return float(((self._y[rows] - (self._x[rows] - mean) / deviation @ w - offset) ** 2).mean())


@proof("ml.model-selection-02")
def workflow_without_leakage(card: Claim) -> None:
    """Runs it, and looks which step has seen the test set."""
    work = Workflow()
    for step in card.steps:
        work.run(step)
    assert work.report < 2 and work.penalty < 1000
    test = set(work.test.tolist())
    assert [bool(rows & test) for rows in work.seen] == [False] * 5 + [True]


@proof("ml.model-selection-03")
def left_out_residual(card: Claim) -> None:
    """Refits without the sample."""
    x, y = card.rng.normal(size=(9, 3)), card.rng.normal(size=9)
    fit = x @ least_squares(x, np.eye(9))
    for n in (0, 4):
        rest = np.arange(9) != n
        left_out = float(y[n] - x[n] @ least_squares(x[rest], y[rest]))
        for answer in card.answers:
            assert value_of(answer, e=float(y[n] - fit[n] @ y), h=float(fit[n, n])) == approx(left_out)


@proof("ml.model-selection-04")
def pessimistic_and_optimistic(card: Claim) -> None:
    """The share of a fold's training data, and the best of many equally good configurations."""
    (folds,) = card.numbers("front")
    parts = np.array_split(np.arange(1000), int(folds))
    assert card.numbers("back") == [100 * (1 - len(part) / 1000) for part in parts[:1]]
    scores = 0.7 + 0.02 * card.rng.normal(size=(200, 50))
    assert scores.max(axis=1).mean() > 0.7 + 0.02 and abs(scores.mean() - 0.7) < 0.002


@proof("ml.model-selection-05")
def two_criteria(card: Claim) -> None:
    """The optimism of a fit with known noise, the exact evidence of a normal mean, and the first n by search."""
    aic, bic = (card.cloze(number).strip("$") for number in (1, 2))
    x = card.rng.normal(size=(8, 3))
    hat = x @ least_squares(x, np.eye(8))
    seen, new = np.eye(8) - hat, np.eye(8) + hat @ hat.T
    assert value_of(aic) * 3 == approx(np.trace(new) - np.trace(seen @ seen.T))
    gaps = []
    for n in (10_000, 70_000):
        # -2 log of the evidence and of the likelihood, for n values with mean 0.8 and a standard normal prior
        gaps.append(math.log(1 + n) + n * 0.8**2 - (n * 0.8) ** 2 / (1 + n))
    assert value_of(bic, n=70_000) - value_of(bic, n=10_000) == approx(gaps[1] - gaps[0], abs=1e-3)
    assert value_of(card.cloze(3)) == next(n for n in range(1, 100) if value_of(bic, n=n) > value_of(aic))


# ---------------------------------------------------------------- naive Bayes, neighbours


@proof("ml.naive-bayes-knn-01")
def add_one(card: Claim) -> None:
    """The posterior mean by integration: one word against the rest under an even prior."""
    words, seen, hits = card.numbers("front")
    assert card.value == approx(posterior_mean(hits, seen - hits, 1, words - 1), abs=1e-5)


@proof("ml.naive-bayes-knn-02")
def from_one_to_all_neighbours(card: Claim) -> None:
    """Training and test errors on a line with noisy labels, for each k."""
    rng = np.random.default_rng(8)
    x = rng.uniform(size=101)
    y = (rng.uniform(size=101) < np.where(x < 0.4, 0.2, 0.8)).astype(int)
    new = np.linspace(0, 1, 400)
    truth = np.where(new < 0.4, 0.2, 0.8)

    def called(at: Array, k: int) -> Indices:
        return np.asarray((y[np.argsort(abs(at[:, None] - x[None]), axis=1)[:, :k]].mean(1) > 0.5).astype(int))

    sizes = (1, 5, 25, 101)
    train = [float((called(x, k) != y).mean()) for k in sizes]
    test = [float(np.where(called(new, k) == 1, 1 - truth, truth).mean()) for k in sizes]
    majority = int(y.mean() > 0.5)
    meanings = {
        "training error falls to 0": lambda: train == sorted(train, reverse=True) and train[-1] == 0,
        "majority wins everywhere": lambda: bool((called(new, 101) == majority).all()),
        "is best because": lambda: test[0] == min(test),
        "as large as possible": lambda: test[-1] == min(test),
    }
    assert card.key == option_that(card, meanings)
    assert train[0] == 0


@proof("ml.naive-bayes-knn-03")
def copied_evidence(card: Claim) -> None:
    """Multiplies the evidence copy by copy."""
    ratio, copies = card.numbers("front")[:2]
    once, thrice = (value_of(tex) for tex in card.formulas("front"))
    chances = np.array([ratio, 1.0]) / (1 + ratio)
    assert once == approx(chances[0])
    product = chances.copy()
    for _ in range(int(copies) - 1):
        product *= chances
    assert thrice == approx(product[0] / product.sum())
    assert [value_of(tex) for tex in card.formulas("back")] == approx(
        [chances[0] / chances[1], product[0] / product[1]]
    )


@proof("ml.naive-bayes-knn-04")
def shape_of_the_log_odds(card: Claim) -> None:
    """The degree by differences along a line."""

    def degree(deviations: tuple[float, float]) -> int:
        at = np.arange(6.0)
        logs = [-((at - mean) ** 2) / (2 * s**2) - math.log(s) for mean, s in zip((0.4, 2.0), deviations, strict=True)]
        odds = logs[0] - logs[1]
        return next(n for n in range(5) if abs(np.diff(odds, n + 1)).max() < 1e-9)

    names = {1: "linear", 2: "quadratic"}
    assert card.cloze(1) == names[degree((0.7, 0.7))] and card.cloze(3) == names[degree((0.7, 1.1))]


@proof("ml.naive-bayes-knn-05")
def edge_of_a_small_cube(card: Claim) -> None:
    """The edge by search on the volume, and how many of many points lie inside."""
    dimension, percent = card.numbers("front")
    edge = root(lambda e: math.prod([e] * int(dimension)) - percent / 100, 0, 1)
    assert card.value == approx(edge, abs=0.005)
    inside = (card.rng.uniform(size=(100_000, int(dimension))) < card.value).all(1).mean()
    assert inside == approx(percent / 100, rel=0.2)


# ---------------------------------------------------------------- paradigms


@proof("ml.paradigms-01")
def class_between(card: Claim) -> None:
    """The expected loss of each prediction on a grid."""
    first, last = (int(n) for n in re.findall(r"classes (\d) and (\d) each", card.front)[0])
    grid = np.linspace(0, 4, 401)
    best = float(grid[((grid - first) ** 2 / 2 + (grid - last) ** 2 / 2).argmin()])
    chain = card.formulas("back")[0]
    assert holds(chain) and value_of(sides(chain)[0]) == approx(best)
    assert int(found(r"class (\d) has probability 0", card.back)) == round(best)


@proof("ml.paradigms-02")
def best_constant(card: Claim) -> None:
    """The least expected loss over all predictions, for a skewed distribution."""
    values = np.array([0, 0, 0, 1, 2, 3, 3, 5, 9])
    named = {
        "mean": float(values.mean()),
        "median": float(np.median(values)),
        "mode": float(np.bincount(values).argmax()),
    }
    grid = np.arange(0, 901) / 90
    losses: list[Callable[[float], float]] = [
        lambda a: float(((values - a) ** 2).mean()),
        lambda a: float(abs(values - a).mean()),
        lambda a: float((values != a).mean()),
    ]
    for number, loss in enumerate(losses, 1):
        assert named[card.cloze(number)] == approx(min(grid, key=loss), abs=0.006)


@proof("ml.paradigms-03")
def bayes_error(card: Claim) -> None:
    """The best label of each of many cells."""
    share, *_ = (value_of(tex) for tex in card.formulas("front")[:1])
    ends = [vector(tex) for tex in card.formulas("front")[2:]]
    at = (np.arange(12_000) + 0.5) / 12_000 * max(map(max, ends))
    masses = [np.where((at > low) & (at < high), 1.0, 0.0) for low, high in ends]
    joint = [prior * mass / mass.sum() for prior, mass in zip((share, 1 - share), masses, strict=True)]
    assert card.value == approx(float(np.minimum(*joint).sum()), rel=1e-6)


# ---------------------------------------------------------------- recommenders


@proof("ml.recommender-01")
def step_on_both_factors(card: Claim) -> None:
    """The gradient by differences."""
    tex, *factors = card.formulas("front")[:3]
    start = np.concatenate([vector(factor) for factor in factors])
    half = start.size // 2

    def loss(at: Array) -> float:
        return worth(tex, {r"u^\top v": float(at[:half] @ at[half:])})

    moved = start - card.numbers("front")[-1] * gradient(loss, start)
    assert card.value == approx(float(moved[:half] @ moved[half:]), abs=1e-5)


@proof("ml.recommender-02")
def all_ones(card: Claim) -> None:
    """One constant vector for all, with the product that the answer asks for."""
    target = value_of(sides(card.formulas("front")[0])[1])
    product = value_of(sides(card.formulas("back")[0])[1])
    size = math.sqrt(product / 3)
    scores = np.full((4, 3), size) @ np.full((5, 3), size).T
    assert scores == approx(np.full((4, 5), target)) and np.ptp(scores) < 1e-12


@proof("ml.recommender-03")
def cosine_and_correlation(card: Claim) -> None:
    """Angles and correlations of the ratings."""
    one, two = (vector(tex) for tex in card.formulas("cloze")[:2])
    chord = float(np.linalg.norm(one / np.linalg.norm(one) - two / np.linalg.norm(two)))
    assert value_of(card.cloze(1)) == approx(1 - chord**2 / 2, abs=0.005)
    assert value_of(card.cloze(2)) == approx(np.corrcoef(one, two)[0, 1])


@proof("ml.recommender-04")
def factor_of_a_user(card: Claim) -> None:
    """The penalty as further rows of a plain least squares problem."""
    v, r, penalty = card.rng.normal(size=(5, 3)), card.rng.normal(size=(5, 1)), 0.7
    best = least_squares(np.vstack([v, math.sqrt(penalty) * np.eye(3)]), np.vstack([r, np.zeros((3, 1))]))

    def fits(option: str) -> bool:
        names: dict[str, Array | float] = {"V_i": v, "r_i": r, "lambda": penalty, "I": np.eye(3)}
        try:
            return np.allclose(of_matrices(option.strip("$"), names), best)
        except (ValueError, AssertionError):
            return False  # shapes that do not fit

    assert card.key == only(card.options, fits)


# ---------------------------------------------------------------- regularisation


@proof("ml.regularization-01")
def soft_threshold(card: Claim) -> None:
    """Each line at the minimum found by search."""
    optimal, other, signs, zero, both = map(tex_in, card.steps)
    lam = 0.8
    assert other[0] == r"w\ne 0" and zero[0] == "w=0" and "if and only if" in card.steps[3]
    for z in (-2.0, -0.9, -0.5, 0.0, 0.3, 1.7):
        w = lowest(lambda u, z: (u - z) ** 2 / 2 + lam * abs(u), -5, 5, z)
        w = 0.0 if abs(w) < 1e-6 else w
        names = {"w": w, "z": z, "lambda": lam}
        edges = (-1.0, 1.0) if not w else (float(np.sign(w)),) * 2
        zero_side, condition = sides(optimal[1])
        reach = [worth(condition, {r"\partial|w|": edge}, **names) for edge in edges]
        assert min(reach) - 1e-6 <= value_of(zero_side) <= max(reach) + 1e-6 and relations(optimal[1]) == [r"\in"]
        if w:
            assert all(holds(tex, None, **names) for tex in (other[1], signs[2], signs[3]))
            assert sides(other[1])[0] == "z" and signs[:2] == ["w", "z"] and np.sign(w) == np.sign(z)
        assert (w == 0) == holds(zero[1], None, **names)
        assert holds(both[0], None, **names) and "Both cases" in card.steps[4]


@proof("ml.regularization-02")
def both_shrinkages(card: Claim) -> None:
    """The minimum by search along one coefficient."""
    objectives: list[Callable[[float, float], float]] = [
        lambda w, z: (w - z) ** 2 / 2 + 0.8 * abs(w),
        lambda w, z: (w - z) ** 2 / 2 + 0.8 * w * w / 2,
    ]
    for number, objective in enumerate(objectives, 1):
        for z in (-2.0, -0.5, 0.3, 1.7):
            best = lowest(objective, -5, 5, z)
            assert worth(card.cloze(number).strip("$"), z=z, lambda_=0.8) == approx(best, abs=1e-6)


@proof("ml.regularization-03")
def all_zero_lasso(card: Claim) -> None:
    """Whether a step into any direction lowers the objective, by bisection on the penalty."""
    x = matrix_of(card.front)
    y = vector(found(r"\$y=(\(.*?\))\$", card.front))
    turn = np.linspace(0, 2 * np.pi, 3601)
    small = 1e-6 * np.stack([np.cos(turn), np.sin(turn)])
    losses = ((y[:, None] - x @ small) ** 2).sum(0) / 2 - float(y @ y) / 2

    def gain(penalty: float) -> float:
        return float((losses + penalty * abs(small).sum(0)).min())

    assert card.value == approx(root(gain, 0, 100), abs=1e-3)


@proof("ml.regularization-04")
def where_zero_is_best(card: Claim) -> None:
    """The minimum of a smooth loss plus each penalty, for many slopes of the loss at 0."""
    interval, square = [tex for tex in card.formulas("back") if r"\lambda" in tex][1:3]
    low, high = (value_of(end, lambda_=0.8) for end in interval.strip("[]").split(","))
    for g in (-1.2, -0.7, 0.1, 0.75, 0.9):
        absolute = lowest(lambda w, g: g * w + w * w / 2 + 0.8 * abs(w), -5, 5, g)
        squared = lowest(lambda w, g: g * w + w * w / 2 + value_of(square, w_j=w, lambda_=0.8), -5, 5, g)
        assert (abs(absolute) < 1e-6) == (low <= g <= high) and abs(squared) > 1e-3
    assert slope(lambda w: value_of(square, w_j=w, lambda_=0.8), 0.0) == approx(card.numbers("back")[-1], abs=1e-9)


@proof("ml.regularization-05")
def freedom_of_ridge(card: Claim) -> None:
    """How far each fitted value follows its own label, the penalty as further rows."""
    *singular, _, penalty, _ = card.formulas("front")[1:]
    left, right = (np.linalg.qr(card.rng.normal(size=(n, 2)))[0] for n in (5, 2))
    x = left @ np.diag([value_of(tex) for tex in singular]) @ right.T
    rows = np.vstack([x, math.sqrt(value_of(sides(penalty)[1])) * np.eye(2)])
    follows = [float(x[n] @ least_squares(rows, np.append(np.eye(5)[n], [0, 0]))) for n in range(5)]
    assert card.value == approx(sum(follows))


@proof("ml.regularization-06")
def laplace_prior(card: Claim) -> None:
    """The mode of the posterior of one weight: how far it falls behind the label."""
    density = card.formulas("front")[1]
    for v, b in ((0.5, 0.8), (1.3, 2.0)):

        def cost(w: float, v: float = v, b: float = b) -> float:
            return (4 - w) ** 2 / (2 * v) - math.log(value_of(density, w_j=w, b=b))

        behind = 4 - lowest(cost, -6, 6)
        for answer in card.answers:
            assert value_of(answer.split("=")[-1], v=v, b=b) == approx(behind, abs=1e-5)


@proof("ml.regularization-07")
def identical_columns(card: Claim) -> None:
    """Both objectives over a grid of pairs."""
    column = card.rng.normal(size=20)
    alone, _ = card.numbers("front")
    grid = np.arange(-40, 121) / 40
    one, two = np.meshgrid(grid, grid)
    square = ((alone - one - two) ** 2) * float(column @ column) / 2
    size = 0.05 * float(column @ column)
    solutions = []
    for objective in (square + size * (one**2 + two**2) / 2, square + size * (abs(one) + abs(two))):
        best = objective < objective.min() + 1e-9
        solutions.append(list(zip(one[best], two[best], strict=True)))
    ridge, lasso = solutions
    equal = len(ridge) == 1 and abs(ridge[0][0] - ridge[0][1]) < 1e-9 and abs(ridge[0][0] - alone / 2) < 0.1

    def single(pairs: list[tuple[float, float]]) -> bool:
        return all(min(map(abs, pair)) < 1e-9 for pair in pairs)

    meanings = {
        "ridge and lasso both keep one": lambda: single(ridge) and single(lasso),
        "lasso must split equally": lambda: equal and len(lasso) == 1 and not single(lasso),
        "ridge has many": lambda: len(ridge) > 1 and len(lasso) == 1,
        "lasso has many": lambda: equal and len(lasso) > 1,
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- support vector machines

SAMPLES = np.array([[3.0, 3.0], [1.0, 1.0], [5.0, 6.0], [0.0, -1.0]])
LABELS = np.array([1.0, -1.0, 1.0, -1.0])


@proof("ml.svm-01")
def dual_of_the_margin(card: Claim) -> None:
    """The Lagrangian by its parts, its derivatives by differences, and the two optimal values of a small problem."""
    primal, lagrangian, stationary, dual, solved = map(tex_in, card.steps)
    alpha = card.rng.uniform(0.1, 1, 4)
    double = r"\sum_{i,j}\alpha_i\alpha_jy_iy_jx_i^\top x_j"

    def limits(tex: str, w: Array, b: float) -> Array:
        return np.array(
            [worth(tex, {r"w^\top x_i": float(w @ x)}, y_i=y, b=b) for x, y in zip(SAMPLES, LABELS, strict=True)]
        )

    def first(at: Array, alpha: Array) -> float:
        """The objective and the constraints of the first line, each times its multiplier."""
        half, room = primal[0], sides(primal[1])
        short = limits(room[0], at[:2], float(at[2])) - value_of(room[1])
        return worth(half, {r"\|w\|^2": float(at[:2] @ at[:2])}) - float(alpha @ short)

    def dual_value(alpha: Array) -> float:
        signed = SAMPLES.T @ (alpha * LABELS)
        return worth(dual[0], {double: float(signed @ signed), r"\sum_i\alpha_i": float(alpha.sum())})

    at = card.rng.normal(size=3)
    half, rest = lagrangian[0].split(r"-\sum_i\alpha_i")
    inside = limits(re.sub(r"\\bigl\(|\\bigr\)", "", rest), at[:2], float(at[2]))
    value = worth(half, {r"\|w\|^2": float(at[:2] @ at[:2])}) - float(alpha @ inside)
    assert value == approx(first(at, alpha)) and "minimise" in card.steps[0] and relations(primal[1]) == [r"\ge"]
    assert lagrangian[1] == r"\alpha_i\ge 0" and stationary[:2] == ["w", "b"] and "derivatives" in card.steps[2]
    alpha[1] += alpha @ LABELS
    name, body = stationary[2].split(r"=\sum_i")
    terms = [
        [value_of(body, alpha_i=a, y_i=y, x_i=u) for u in x] for a, y, x in zip(alpha, LABELS, SAMPLES, strict=True)
    ]
    w = np.sum(terms, axis=0)
    body, zero = sides(stationary[3].removeprefix(r"\sum_i"))
    assert name == "w" and body == r"\alpha_iy_i"
    balance = sum(value_of(body, alpha_i=a, y_i=y) for a, y in zip(alpha, LABELS, strict=True))
    assert balance == approx(value_of(zero), abs=1e-12)
    assert list(w) == approx(list(SAMPLES.T @ (alpha * LABELS)))
    assert gradient(lambda u: first(u, alpha), [*w, 0.3]) == approx(np.zeros(3), abs=1e-6)
    assert dual_value(alpha) == approx(first(np.array([*w, 0.3]), alpha))
    best, offset = soft_margin(SAMPLES @ SAMPLES.T, LABELS, 1e3)
    w = SAMPLES.T @ (best * LABELS)
    assert dual_value(best) == approx(worth(primal[0], {r"\|w\|^2": float(w @ w)}), abs=1e-6)
    assert solved[1] == r"\alpha_i>0" and relations(solved[2]) == ["="] and "Maximise" in card.steps[4]
    short = limits(sides(solved[2])[0], w, offset) - value_of(sides(solved[2])[1])
    assert (short > -1e-6).all() and abs(short[best > 1e-6]).max() < 1e-6


@proof("ml.svm-02")
def multipliers_by_side(card: Claim) -> None:
    """A small problem that has samples of all three kinds, solved."""
    points = np.array([[0.0], [1.0], [2.6], [1.8], [3.0], [4.2], [3.4]])
    y = np.array([-1.0, -1, -1, 1, 1, 1, 1])
    bound = 1.0
    alpha, offset = soft_margin(points @ points.T, y, bound)
    margins = y * (points @ points.T @ (alpha * y) + offset)
    outside, within = margins > 1 + 1e-5, margins < 1 - 1e-5
    inner = (alpha > 1e-5) & (alpha < bound - 1e-5)
    assert outside.any() and within.any() and inner.any()
    assert alpha[outside] == approx(value_of(card.cloze(1)), abs=1e-6)
    assert alpha[within] == approx(value_of(card.cloze(2), C=bound))
    assert margins[inner] == approx(value_of(card.cloze(3)), abs=1e-5)


@proof("ml.svm-03")
def margin_of_two_points(card: Claim) -> None:
    """Solves the dual."""
    points = np.array([vector(tex) for tex in card.formulas("front")[:2]])
    y = np.array([1.0, -1.0])
    alpha, _ = soft_margin(points @ points.T, y, 1e3)
    w = points.T @ (alpha * y)
    assert card.value == approx(float(w @ w))
    assert card.numbers("more")[0] == approx(alpha[0])


@cache
def narrowed(body: str) -> tuple[bool, bool, bool, bool]:
    """What becomes of a machine as gamma grows, on classes of unequal size that overlap.

    Whether it errs on its samples; whether it does not and the offset decides elsewhere; whether the Gram matrix gets
    nearer to singular; whether fewer samples are support vectors.
    """
    rng = np.random.default_rng(4)
    x = rng.normal(size=(16, 2))
    y = np.where(np.arange(16) < 6, 1.0, -1.0)

    def kernel(one: Array, gamma: float) -> Array:
        squared = ((one[:, None] - x[None]) ** 2).sum(-1)
        return np.array([[worth(body, {r"\|x-z\|^2": float(d)}, gamma=gamma) for d in row] for row in squared])

    wide, gram = kernel(x, 0.3), kernel(x, 1e4)
    fewer, _ = soft_margin(wide, y, 100.0, 300)
    alpha, offset = soft_margin(gram, y, 100.0, 300)
    is_right = bool((np.sign(gram @ (alpha * y) + offset) == y).all())
    away = kernel(x + 0.5, 1e4) @ (alpha * y) + offset
    is_offset = np.allclose(away, offset) and abs(offset) > 0.1
    is_singular = bool(np.linalg.cond(gram) > np.linalg.cond(wide))
    return not is_right, is_right and is_offset, is_singular, int((alpha > 1e-4).sum()) < int((fewer > 1e-4).sum())


@proof("ml.svm-04")
def narrow_kernel(card: Claim) -> None:
    """Solves the problem for a small and a large gamma."""
    truths = narrowed(card.formulas("front")[0].split("=")[1])
    phrases = ("linear SVM", "the sign of $b$ decides", "becomes singular", "ever fewer")
    meanings = {phrase: (lambda is_true=is_true: is_true) for phrase, is_true in zip(phrases, truths, strict=True)}
    assert card.key == option_that(card, meanings)


@proof("ml.svm-05")
def removed_sample(card: Claim) -> None:
    """The slope of both losses, and a support vector machine with and without such a sample."""
    hinge, log = card.formulas("back")
    for y, f in ((1.0, 1.4), (-1.0, -2.5)):
        assert slope(lambda u, y: value_of(hinge, y=y, f=u), f, y) == value_of(hinge, y=y, f=f) == 0
        assert abs(slope(lambda u, y: value_of(log, y=y, f=u), f, y)) > 0.05
        assert value_of(log, y=y, f=f) == approx(-math.log(logistic(y * f)))
    assert value_of(hinge, y=1, f=0.3) == approx(0.7)
    solutions = []
    for kept in (range(4), range(2)):
        points, labels = SAMPLES[kept], LABELS[kept]
        alpha, offset = soft_margin(points @ points.T, labels, 10)
        solutions.append([*(points.T @ (alpha * labels)), offset])
    assert solutions[0] == approx(solutions[1], abs=1e-6)


@proof("ml.svm-06")
def features_of_a_kernel(card: Claim) -> None:
    """The rank of the Gram matrix of many random points."""
    space, kernel = card.formulas("front")
    size = int(found(r"R\^\{(\d+)\}", space))
    added, power = (int(n) for n in re.findall(r"^\(x\^\\top z\+(\d)\)\^(\d)$", kernel)[0])
    points = card.rng.normal(size=(80, size))
    assert card.value == np.linalg.matrix_rank((points @ points.T + added) ** power)
