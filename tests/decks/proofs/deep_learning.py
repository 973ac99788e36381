"""Proofs of stage 06, deep learning."""

from __future__ import annotations

import ast
import itertools
import math
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import array_of, gradient, logistic, slope, softmax
from tests.decks.proving import Claim, matrix_of, only, proof, run_code, value_of
from tests.decks.reading import found, option_that, tex_in, worth

Array = npt.NDArray[np.float64]
RELATION = r"=|<|>|\\(?:leq?|geq?|approx|to)(?![A-Za-z])"


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return [side.strip() for side in re.split(RELATION, tex)]


def holds(tex: str, notes: Mapping[str, float], **symbols: float) -> bool:
    """Whether each relation of a chain is true."""
    values = [worth(side, notes, **symbols) for side in sides(tex)]
    true: dict[str, Callable[[float, float], bool]] = {
        "=": lambda one, two: math.isclose(one, two, abs_tol=1e-9),
        "<": lambda one, two: one < two,
        ">": lambda one, two: one > two,
        r"\le": lambda one, two: one <= two + 1e-12,
        r"\ge": lambda one, two: one >= two - 1e-12,
    }
    pairs = [*zip(re.findall(RELATION, tex), itertools.pairwise(values), strict=True)]
    assert pairs, f"{tex} claims nothing"
    return all(true[relation](one, two) for relation, (one, two) in pairs)


def settings(tex: Sequence[str]) -> dict[str, float]:
    """The numbers given to names: `w_1=1.5`; other formulas are passed over."""
    given = {}
    for formula in tex:
        if re.fullmatch(r"\\?\w+=-?[\d.]+(?:\^\{-?\d+\})?", formula):
            name, value = formula.split("=")
            given[name.removeprefix("\\")] = value_of(value)
    return given


def computed(tex: str, names: Mapping[str, Any]) -> Any:
    """The value of a formula of arrays, brackets of any size."""
    return array_of(re.sub(r"\\[bB]ig(?![A-Za-z])", "", tex), names)


def is_close(one: Any, other: Any, atol: float = 1e-7) -> bool:
    """Of equal shape and values."""
    return bool(np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-6, atol=atol))


def relu(z: float) -> float:
    return max(z, 0.0)


def cross_entropy(scores: Array, y: Array) -> float:
    """The mean over the rows, from logits."""
    return -float((y * np.log(softmax(scores))).sum()) / len(y)


def size_of(*shapes: tuple[int, ...]) -> int:
    """How many numbers arrays of these shapes hold."""
    return sum(np.broadcast_to(np.int8(0), shape).size for shape in shapes)


def arrays_in(code: str) -> dict[str, Array]:
    """The `X = np.array([...])` of a program."""
    found_arrays = re.findall(r"^(\w+) = np\.array\((.*)\)$", code, re.MULTILINE)
    return {name: np.array(ast.literal_eval(entries), dtype=float) for name, entries in found_arrays}


# ---------------------------------------------------------------- activations


@proof("dl.activations-01")
def dead_unit(card: Claim) -> None:
    """The slopes of a dead unit by differences, and a hundred steps on them."""
    x, y, w, b = np.array([0.5, 1.0, 2.0]), np.array([1.0, -1.0, 3.0]), 0.4, -3.0

    def loss(w: float, b: float) -> float:
        return float(((np.maximum(w * x + b, 0) - y) ** 2).mean())

    assert (w * x + b < 0).all()
    sign, of_relu, of_loss, _ = card.formulas("back")
    assert holds(sign, {}, z=float(w * x[0] + b))
    assert value_of(sides(of_relu)[1]) == slope(relu, -1.0)
    assert value_of(sides(of_loss)[1]) == slope(lambda z: (relu(z) - y[0]) ** 2, -1.0)
    start = (w, b)
    for _ in range(100):
        w, b = w - 0.5 * slope(lambda w: loss(w, start[1]), w), b - 0.5 * slope(lambda b: loss(start[0], b), b)
    assert (w, b) == start


@proof("dl.activations-02")
def tanh_by_the_logistic_function(card: Claim) -> None:
    for x in (-1.7, 0.4, 2.3):
        assert all(
            2 * logistic(value_of(answer.split("=")[-1], x=x)) - 1 == approx(math.tanh(x)) for answer in card.answers
        )


@proof("dl.activations-03")
def slope_of_gelu(card: Claim) -> None:
    """By differences of the error function, and the minimum on a grid."""

    def gelu(x: float) -> float:
        return x * (1 + math.erf(x / math.sqrt(2))) / 2

    for x in (-1.4, 0.3, 2.0):
        density = math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
        assert worth(card.cloze(1), {r"\varphi(x)": density}, x=x) == approx(slope(gelu, x))
    assert value_of(card.cloze(2)) == approx(slope(gelu, 0))
    grid = [-3 + n / 1000 for n in range(3000)]
    at = min(grid, key=gelu)
    least, place = card.formulas("more")
    assert [value_of(least), value_of(sides(place)[1])] == approx([gelu(at), at], abs=0.005)
    direction = {"strictly decreasing": -1, "strictly increasing": 1}[card.cloze(3)]
    assert all(direction * (gelu(two) - gelu(one)) > 0 for one, two in itertools.pairwise(x for x in grid if x < at))


@proof("dl.activations-04")
def one_sign(card: Claim) -> None:
    h, w, t = np.array([0.2, 0.9, 0.5]), np.array([1.0, -2.0, 0.3]), 0.7

    def loss(z: float) -> float:
        return (math.tanh(z) - t) ** 2

    def of_weights(b: float, w: Array) -> float:
        return loss(float(h @ w) + b)

    for b in (-1.0, 3.0):
        slopes = gradient(partial(of_weights, b), w)
        delta = slope(loss, float(h @ w) + b)
        right = sides(card.formulas("back")[0])[1]
        assert [value_of(right, delta=delta, h_i=entry) for entry in h] == approx(list(slopes))
        assert len({*np.sign(slopes)}) == 1 and holds(card.formulas("back")[3], {}, h_i=float(h.min()))


@proof("dl.activations-05")
def variance_after_relu(card: Claim) -> None:
    """By integration of the density."""
    z = np.linspace(-12, 12, 240_001)
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    first, second = (float(np.trapezoid(np.maximum(z, 0) ** power * density, z)) for power in (1, 2))
    assert card.value == approx(second - first**2, abs=0.005)


# ---------------------------------------------------------------- automatic differentiation


@proof("dl.autodiff-01")
def dual_numbers(card: Claim) -> None:
    """The program, and its function on plain numbers."""
    assert run_code(card.code) == card.output
    function = compile(found(r"\ny = (.*)\n", card.code), "<card>", "eval")
    at, seed = (float(number) for number in re.findall(r"x = Dual\((\d+), (\d+)\)", card.code)[0])

    def f(x: float) -> float:
        return float(eval(function, {"x": x}))

    assert [float(word) for word in card.output.split()] == approx([f(at), seed * slope(f, at)])


@proof("dl.autodiff-02")
def assigning_engine(card: Claim) -> None:
    """Runs both engines on the graph of the front."""
    products = {}
    for tex in card.formulas("front"):
        if match := re.fullmatch(r"(\w)=(\w)\\cdot (\w)", tex):
            products[match[1]] = (match[2], match[3])
    values = settings(card.formulas("front"))
    for name, (one, two) in products.items():
        values[name] = values[one] * values[two]
    assigned, added = ({**dict.fromkeys(values, 0.0), name: 1.0} for _ in range(2))
    for name, (one, two) in reversed(products.items()):
        for node, other in ((one, two), (two, one)):
            assigned[node] = assigned[name] * values[other]
            added[node] += added[name] * values[other]
    assert card.value == assigned["x"] and card.numbers("back")[-1] == added["x"]


@proof("dl.autodiff-03")
def passes(card: Claim) -> None:
    """Collects a Jacobian pass by pass."""
    for m, n in ((2, 5), (4, 3)):
        whole = card.rng.normal(size=(m, n))
        forward = [whole @ v for v in np.eye(n)]
        reverse = [u @ whole for u in np.eye(m)]
        assert is_close(np.array(forward).T, whole) and is_close(np.array(reverse), whole)
        assert (value_of(card.cloze(1), m=m, n=n), value_of(card.cloze(2), m=m, n=n)) == (len(forward), len(reverse))


@proof("dl.autodiff-04")
def adjoint_sums_over_users(card: Claim) -> None:
    """Slopes of a node with three users."""
    v = 0.7
    users: list[Callable[[float], float]] = [math.sin, math.exp, lambda v: v**3]

    def loss(w: Sequence[float]) -> float:
        return w[0] * w[1] + math.cos(w[2]) + w[1] ** 2

    values = np.array([user(v) for user in users])
    adjoints = gradient(lambda w: loss([float(entry) for entry in w]), values)
    terms = [
        {r"\bar w_j": adjoint, r"\partial w_j/\partial v": slope(user, v)}
        for adjoint, user in zip(adjoints, users, strict=True)
    ]
    name, body = sides(card.formulas("back")[0])
    assert name == r"\bar v"
    assert float(computed(body, {r"\sum_j": terms})) == approx(slope(lambda v: loss([user(v) for user in users]), v))


# ---------------------------------------------------------------- back-propagation


def one_hot(labels: Sequence[int], k: int) -> Array:
    return np.asarray(np.eye(k)[list(labels)])


@proof("dl.backprop-matrix-01")
def two_layers(card: Claim) -> None:
    """Runs the lines in order, each against differences of the loss in its variable."""
    x, w1, w2 = card.rng.normal(size=(5, 3)), card.rng.normal(size=(3, 4)), card.rng.normal(size=(4, 2))
    y = one_hot([0, 1, 1, 0, 1], 2)
    z1 = x @ w1
    h = np.maximum(z1, 0)
    names: dict[str, Any] = {"X": x, "W_1": w1, "W_2": w2, "Y": y, "P": softmax(h @ w2), "n": len(x), "H": h}
    names[r"\mathbf 1[Z_1>0]"] = (z1 > 0).astype(float)
    slopes = {
        "dZ_2": gradient(lambda z: cross_entropy(z, y), h @ w2),
        "dH": gradient(lambda h: cross_entropy(h @ w2, y), h),
        "dZ_1": gradient(lambda z: cross_entropy(np.maximum(z, 0) @ w2, y), z1),
        "dW_1": gradient(lambda w: cross_entropy(np.maximum(x @ w, 0) @ w2, y), w1),
    }
    lines = [tex_in(step)[0].split("=", 1) for step in card.steps]
    for name, body in lines:
        names[name] = computed(body, names)
        assert is_close(names[name], slopes[name])
    assert lines[-1][0] == "dW_1"


def as_typed(answer: str) -> str:
    """A product of matrices in the notation of formulas."""
    answer = re.sub(r"\.T\b|\^⊤|ᵀ|转置|'|\^T|\^\{T\}|\^\{\\top\}|\^\{\\mathsf T\}", r"^\\top", answer.split("=")[-1])
    return re.sub(r"\.dot|[@*·乘 ]", "", answer)


@proof("dl.backprop-matrix-02")
def gradient_of_the_input(card: Claim) -> None:
    x, w, g = card.rng.normal(size=(4, 3)), card.rng.normal(size=(3, 5)), card.rng.normal(size=(4, 5))
    slopes = gradient(lambda x: float((g * (x @ w)).sum()), x)
    assert all(is_close(computed(as_typed(answer), {"G": g, "W": w}), slopes) for answer in card.answers)


@proof("dl.backprop-matrix-03")
def rank_of_a_gradient(card: Claim) -> None:
    """Of a random batch at a width that is smaller but still above the batch size."""
    rows, *widths = (int(number) for number in card.numbers("front"))
    width = min(50, *widths)
    assert rows < width
    x, g = card.rng.normal(size=(rows, width)), card.rng.normal(size=(rows, width))
    assert card.value == np.linalg.matrix_rank(x.T @ g)


@proof("dl.backprop-matrix-04")
def gradient_of_a_stored_weight(card: Claim) -> None:
    x, w, g = card.rng.normal(size=(4, 3)), card.rng.normal(size=(5, 3)), card.rng.normal(size=(4, 5))
    slopes = gradient(lambda w: float((g * (x @ w.T)).sum()), w)

    def fits(option: str) -> bool:
        try:
            return is_close(computed(tex_in(option)[0], {"X": x, "G": g}), slopes)
        except ValueError:
            return False

    assert card.key == only(card.options, fits)


@proof("dl.backprop-matrix-05")
def gradients_of_a_layer(card: Claim) -> None:
    """The program, and differences of the sum of G times Y."""
    assert run_code(card.code) == card.output
    x, g = arrays_in(card.code).values()
    to_w, to_b = (np.array(part, dtype=float) for part in ast.literal_eval(card.output.replace("] [", "], [")))
    w, b = card.rng.normal(size=(x.shape[1], g.shape[1])), card.rng.normal(size=(g.shape[1],))
    assert is_close(to_w, gradient(lambda w: float((g * (x @ w + b)).sum()), w))
    assert is_close(to_b, gradient(lambda b: float((g * (x @ w + b)).sum()), b))


@proof("dl.backprop-matrix-06")
def gradient_by_traces(card: Claim) -> None:
    """Each side of the chain at a random step, and the gradient by differences."""
    x, w, g, step = (card.rng.normal(size=shape) for shape in ((4, 3), (3, 5), (4, 5), (3, 5)))
    names: dict[str, Any] = {"X": x, "G": g, "dW": step, r"\operatorname{tr}": np.trace}
    first, chain, _, _ = card.formulas("back")
    moved = x @ (w + step) - x @ w
    assert is_close(computed(sides(first)[1], names), moved)
    assert [float(computed(side, names)) for side in sides(chain)[1:]] == approx([float((g * moved).sum())] * 2)
    stated = sides(card.formulas("front")[-1])[1]
    assert is_close(computed(stated, names), gradient(lambda w: float((g * (x @ w)).sum()), w))


@proof("dl.backprop-01")
def two_layers_by_hand(card: Claim) -> None:
    """Differences of the loss that the front writes, in every parameter."""
    hidden, output, loss = (
        re.sub(r"\\operatorname\{relu\}\((.*)\)", r"\\max(\1,0)", tex.split("=", 1)[1]).replace(r"\hat y", "y")
        for tex in card.formulas("front")[:3]
    )
    given = settings(card.formulas("front"))

    def lost(name: str, value: float) -> float:
        names = {**given, name: value}
        names["h"] = value_of(hidden, **names)
        names["y"] = value_of(output, **names)
        return value_of(loss, **names)

    assert card.value == approx(slope(lambda w: lost("w_1", w), given["w_1"]))
    for tex in card.formulas("more"):
        name, value = found(r"partial (\w_\d)=", tex), value_of(tex.split("=")[1])
        assert value == approx(slope(partial(lost, name), given[name]))


@proof("dl.backprop-03")
def three_nodes(card: Claim) -> None:
    """Differences of g times each node."""
    a, b, g = 1.7, -0.6, 2.3
    slopes = [
        slope(lambda a: g * (a + b), a),
        slope(lambda a: g * (a * b), a),
        slope(lambda b: g * max(a, b), b),
    ]
    assert [value_of(card.cloze(n), a=a, b=b, g=g) for n in (1, 2, 3)] == approx(slopes, abs=1e-9)


@proof("dl.backprop-04")
def rescaled_unit(card: Claim) -> None:
    """Slopes of a unit before and after the scaling."""

    def slopes(w: float, b: float, v: float) -> tuple[float, float]:
        def loss(w: float, v: float) -> float:
            return (v * relu(1.3 * w + b) - 0.4) ** 2

        return slope(lambda w: loss(w, v), w), slope(lambda v: loss(w, v), v)

    def fits(option: str) -> bool:
        for c in (0.5, 3.0):
            before, after = slopes(0.8, 0.3, -1.1), slopes(0.8 * c, 0.3 * c, -1.1 / c)
            stated = [value_of(part, c=c) for part in tex_in(option)[0].split(",")]
            if stated != approx([two / one for one, two in zip(before, after, strict=True)]):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("dl.backprop-05")
def paths_and_products(card: Claim) -> None:
    """Counts paths and multiplications, and checks the recursion on a random net."""
    count, order = (tex for tex in card.formulas("front") if "^" in tex)
    for depth, n in ((3, 4), (5, 2)):
        paths = np.ones(n)
        for _ in range(depth - 1):
            paths = paths @ np.ones((n, n))
        assert value_of(count, n=n, L=depth) == paths.sum()
        products = [(n, n)] * (depth - 1) + [(n, 1)]
        assert 0 <= value_of(order.replace("O", ""), n=n, L=depth) - size_of(*products) < n * n
    w, above, z = card.rng.normal(size=(4, 3)), card.rng.normal(size=3), card.rng.normal(size=4)
    names = {r"\delta_{l+1}": above[None], "W_{l+1}": w, r"\varphi_l'": 1 - np.tanh(z)[None] ** 2}
    body = sides(card.formulas("back")[1])[1]
    assert is_close(computed(body, names)[0], gradient(lambda z: float(np.tanh(z) @ w @ above), z))


# ---------------------------------------------------------------- convolutional networks


def seen(kernels: Sequence[tuple[int, int]]) -> int:
    """How many inputs one output of layers of (width, stride) depends on, found by going back through them."""
    places = {0}
    for width, stride in reversed(kernels):
        places = {place * stride + n for place in places for n in range(width)}
    return len(places)


@proof("dl.cnn-architectures-01")
def three_small_kernels(card: Claim) -> None:
    """Counts weights, and inputs that one output sees."""
    field, *_, fewer = card.numbers("back")
    small, large = card.formulas("back")
    assert field == seen([(3, 1)] * 3) == seen([(7, 1)])
    for c in (3, 8):
        counts = size_of(*[(3, 3, c, c)] * 3), size_of((7, 7, c, c))
        assert (value_of(small, C=c), value_of(large, C=c)) == counts
        assert fewer == approx(100 * (1 - counts[0] / counts[1]), abs=0.5)


@proof("dl.cnn-architectures-02")
def bottleneck(card: Claim) -> None:
    """Sizes of the kernels, and of the two plain ones of the remark."""
    layers = [tuple(map(int, layer)) for layer in re.findall(r"(\d)\\times(\d)\$ (\d+)→(\d+)", card.front)]
    assert len(layers) == 3
    assert card.value == size_of(*layers)
    *kernel, inputs, outputs, stated, times = (int(number) for number in re.findall(r"\d+", card.more)[:6])
    plain = size_of(*[(*kernel, inputs, outputs)] * 2)
    assert (stated, times) == (plain, round(plain / card.value))


def vgg16() -> dict[str, tuple[int, int]]:
    """Parameters and multiply-adds of the convolutions and of the dense layers."""
    side, channels, counts, dense = 224, 3, [0, 0], [0, 0]
    for repeats, width in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        for _ in range(repeats):
            weights = size_of((3, 3, channels, width))
            counts = [counts[0] + weights + width, counts[1] + weights * side * side]
            channels = width
        side //= 2
    inputs = side * side * channels
    for outputs in (4096, 4096, 1000):
        weights = size_of((inputs, outputs))
        dense = [dense[0] + weights + outputs, dense[1] + weights]
        inputs = outputs
    return {"convolution": (counts[0], counts[1]), "dense": (dense[0], dense[1])}


@proof("dl.cnn-architectures-03")
def where_vgg_has_its_weights(card: Claim) -> None:
    """Counts both over the layers."""
    counts = vgg16()

    def fits(option: str) -> bool:
        where = re.findall(r"(convolution|dense)", option)
        return all(counts[place][n] == max(count[n] for count in counts.values()) for n, place in enumerate(where))

    assert card.key == only(card.options, fits)
    first = card.formulas("more")[0]
    assert value_of(sides(first)[0]) == size_of((7 * 7 * 512, 4096)) == approx(value_of(sides(first)[1]), rel=0.01)


@proof("dl.cnn-01")
def places_of_a_kernel(card: Claim) -> None:
    """Counts where the kernel fits."""
    side, kernel, stride, padding = (int(number) for number in card.numbers("front"))
    assert card.value == len(range(0, side + 2 * padding - kernel + 1, stride))


@proof("dl.cnn-02")
def receptive_field(card: Claim) -> None:
    layers = []
    for times, kernel, stride in re.findall(r"(two )?\$(\d)\\times\d\$ (?:pooling \(stride (\d)\))?", card.front):
        layers += [(int(kernel), int(stride or 1))] * (2 if times else 1)
    assert len(layers) == 4
    assert card.value == seen(layers)


@proof("dl.cnn-03")
def multiply_adds(card: Claim) -> None:
    """Counts the products at one position."""
    for k, c, d in ((3, 4, 5), (5, 2, 3)):
        window = [*itertools.product(range(k), range(k))]
        standard = sum(1 for _ in itertools.product(window, range(c), range(d)))
        separable = sum(1 for _ in itertools.product(window, range(c))) + sum(
            1 for _ in itertools.product(range(c), range(d))
        )
        stated = [value_of(card.cloze(n), k=k, C=c, D=d) for n in (1, 2, 3)]
        assert stated == approx([standard, separable, separable / standard])


@proof("dl.cnn-04")
def shifted_by_one(card: Claim) -> None:
    """A periodic signal, so that there are no borders."""
    x, k = card.rng.normal(size=24), card.rng.normal(size=24)
    k[3:] = 0

    def convolved(x: Array) -> Array:
        return np.array([float(sum(k * np.roll(x, -n))) for n in range(len(x))])

    y = convolved(x)
    stride = int(card.numbers("back")[0])
    kept, moved = y[::stride], convolved(np.roll(x, 1))[::stride]
    assert is_close(np.roll(y, 1), convolved(np.roll(x, 1)))
    assert {*moved.round(9)} == {*y[1::2].round(9)}
    assert not any(np.allclose(moved, np.roll(kept, n)) for n in range(len(kept)))
    m = 3
    by, of = (value_of(tex, m=m) for tex in card.formulas("more"))
    assert is_close(convolved(np.roll(x, int(by)))[::stride], np.roll(kept, int(of)))


@proof("dl.cnn-05")
def correlated_and_convolved(card: Claim) -> None:
    """The program, and the sums written out."""
    assert run_code(card.code) == card.output
    x, k = arrays_in(card.code).values()
    sums = [
        [sum(a * b for a, b in zip(kernel, x[n:], strict=False)) for n in range(len(x) - len(k) + 1)]
        for kernel in (k, k[::-1])
    ]
    assert [float(word) for word in re.findall(r"-?\d+", card.output)] == [*sums[0], *sums[1]]


@proof("dl.cnn-06")
def gradient_of_a_convolution(card: Claim) -> None:
    """Each option against differences, at every place."""
    x, w, g = (dict(enumerate(card.rng.normal(size=size))) for size in (7, 3, 7))
    places = range(-10, 11)

    def loss(j: int, x_j: float) -> float:
        moved = {**x, j: x_j}
        return float(sum(g[i] * w[k] * moved.get(i + k, 0.0) for i in g for k in w))

    def fits(option: str) -> bool:
        for j in x:
            terms = {
                r"\sum_k": [
                    {"w_k": w.get(k, 0.0), "x_k": x.get(k, 0.0), "w_{j-k}": w.get(j - k, 0.0)}
                    | {"g_{j-k}": g.get(j - k, 0.0), "g_{j+k}": g.get(j + k, 0.0)}
                    for k in places
                ],
                r"\sum_i": [{"g_i": g.get(i, 0.0), "x_{i+j}": x.get(i + j, 0.0)} for i in places],
            }
            slope_j = slope(partial(loss, j), x[j])
            if not math.isclose(float(computed(tex_in(option)[0], terms)), slope_j, abs_tol=1e-6):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("dl.cnn-07")
def padding_that_keeps_the_length(card: Claim) -> None:
    """Tries paddings until the number of places is the length."""
    n = 40
    for d, k in ((1, 3), (2, 5), (3, 7)):
        (padding,) = [p for p in range(n) if len(range(n + 2 * p - d * (k - 1))) == n]
        for answer in card.answers:
            assert value_of(answer.split("=")[-1].replace("//", "/"), d=d, k=k) == padding


@proof("dl.cnn-08")
def flops_of_a_convolution(card: Claim) -> None:
    """Convolves ones with ones: each output is the number of its multiply-adds."""
    width, inputs, outputs, side, each = (int(number) for number in card.numbers("front"))
    ones = np.ones((width, width, inputs))
    assert card.value == approx(each * float(np.vdot(ones, ones)) * size_of((side, side, outputs)) / 1e9, abs=0.005)


# ---------------------------------------------------------------- detection


def cells(box: Sequence[float]) -> set[tuple[int, int]]:
    """The unit squares of a box with whole corners."""
    left, top, right, bottom = map(int, box)
    return {*itertools.product(range(left, right), range(top, bottom))}


def iou(one: Sequence[float], two: Sequence[float]) -> float:
    width, height = (max(0.0, min(one[n + 2], two[n + 2]) - max(one[n], two[n])) for n in (0, 1))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, two))
    return width * height / (areas - width * height)


@proof("dl.detection-01")
def overlap(card: Claim) -> None:
    """Counts unit squares."""
    one, two = (cells(ast.literal_eval(tex)) for tex in card.formulas("front")[1:])
    assert card.value == approx(len(one & two) / len(one | two))


@proof("dl.detection-02")
def suppressed(card: Claim) -> None:
    """Runs NMS on the overlaps of the front."""
    overlaps = {pair: float(size) for pair, size in re.findall(r"\b([A-D]{2}) ([\d.]+)", card.front)}
    threshold = float(found(r"threshold ([\d.]+)", card.front))
    kept: list[str] = []
    for box in found(r"Boxes (.*?) of", card.front).split(", "):
        if all(overlaps.get(other + box, 0.0) <= threshold for other in kept):
            kept.append(box)
    for answer in card.answers:
        assert re.fullmatch(r"[\[({]?[A-D](?: ?(?:[,、;/&+和与及]|and) ?| )?[A-D][\])}]?", answer), answer
        assert sorted(re.findall("[A-D]", answer)) == kept


@proof("dl.detection-03")
def average_precision(card: Claim) -> None:
    """Integrates the largest precision at this recall or more, on a fine grid."""
    boxes = card.numbers("front")[0]
    hits, points = 0, []
    for rank, kind in enumerate(re.findall(r"\b(TP|FP)\b", card.front), 1):
        hits += kind == "TP"
        points.append((hits / boxes, hits / rank))
    recalls = [(n + 0.5) / 10_000 for n in range(10_000)]
    area = statistics.fmean(max((p for r, p in points if r >= recall), default=0.0) for recall in recalls)
    assert card.value == approx(area, abs=0.0005)


@proof("dl.detection-04")
def disjoint_boxes(card: Claim) -> None:
    """Moves a box beside the true one, and looks at GIoU too."""
    true, box = (0.0, 0.0, 2.0, 2.0), np.array([5.0, 3.0, 7.0, 6.0])

    def giou(box: Array) -> float:
        corners = [*np.minimum(box[:2], true[:2]), *np.maximum(box[2:], true[2:])]
        hull = (corners[2] - corners[0]) * (corners[3] - corners[1])
        union = 4 + (box[2] - box[0]) * (box[3] - box[1])
        return float(iou(true, [*box]) - (hull - union) / hull)

    overlap_here, overlap_near, loss, rate = card.numbers("back")
    near = box + card.rng.normal(scale=0.1, size=(50, 4))
    assert iou(true, [*box]) == overlap_here and all(iou(true, [*other]) == overlap_near for other in near)
    assert all(1 - iou(true, [*other]) == loss for other in near)
    assert (gradient(lambda box: 1 - iou(true, [*box]), box) == rate).all()
    assert giou(box - 0.1) > giou(box)


@proof("dl.detection-05")
def flipped_landmarks(card: Claim) -> None:
    """Labels a drawn face anew after the flip: point 0 is the eye that lies further right, and so on in pairs."""
    width = 9
    face = np.zeros((4, width), dtype=int)
    for row, columns in ((0, (3, 7)), (1, (2, 6)), (2, (5,)), (3, (4, 6))):
        face[row, list(columns)] = row + 1

    def labels(image: npt.NDArray[np.int_]) -> list[int]:
        return [int(column) for row in (1, 0, 3) for column in np.flatnonzero(image[row])[::-1]]

    before, after = labels(face), labels(face[:, ::-1])

    def fits(option: str) -> bool:
        becomes = re.search(r"\$x\$ becomes \$(.+?)\$", option)
        points = [round(value_of(becomes[1], x=x, w=width)) if becomes else x for x in before]
        if "pairs swap" in option:
            points = [points[n ^ 1] for n in range(len(points))]
        elif "renumbered by new abscissa" in option:
            points = sorted(points)
        else:
            assert "indices are kept" in option
        return points == after

    assert card.key == only(card.options, fits)


# ---------------------------------------------------------------- vanishing and exploding gradients


@proof("dl.gradient-problems-01")
def clipped_by_global_norm(card: Claim) -> None:
    """Scales back: what was clipped has the threshold for a norm, and the old proportions."""
    *entries, threshold, asked = card.numbers("front")
    assert asked == entries[-1] and card.value > 0
    clipped = [entry * card.value / entries[-1] for entry in entries]
    assert math.hypot(*clipped) == approx(threshold) and math.hypot(*entries) > threshold


@proof("dl.gradient-problems-02")
def powers_tend_to_zero(card: Claim) -> None:
    """Each condition against high powers of many matrices."""
    matrices = [card.rng.normal(size=(n, n)) * scale for n in (2, 3) for scale in (0.2, 0.5, 1.0) for _ in range(40)]
    matrices += [np.array([[0.0, 2.0], [0.0, 0.0]]), np.diag([2.0, 0.1]), np.full((2, 2), 0.9)]
    matrices = [w for w in matrices if abs(np.abs(np.linalg.eigvals(w)).max() - 1) > 0.02]
    with np.errstate(all="ignore"):
        vanishing = [bool(np.abs(np.linalg.matrix_power(w, 1000)).max() < 1e-3) for w in matrices]
    assert {*vanishing} == {True, False}
    meanings: dict[str, Callable[[Array], float]] = {
        "spectral radius": lambda w: float(np.abs(np.linalg.eigvals(w)).max()),
        "singular value": lambda w: float(np.linalg.norm(w, 2)),
        "determinant": lambda w: abs(float(np.linalg.det(w))),
        "entry": lambda w: float(np.abs(w).max()),
    }

    def fits(option: str) -> bool:
        (size,) = [size for phrase, size in meanings.items() if phrase in option]
        relation = re.sub(r"^.*(?=<)", "r", tex_in(option)[0])
        return [holds(relation, {}, r=size(w)) for w in matrices] == vanishing

    assert card.key == only(card.options, fits)


@proof("dl.gradient-problems-03")
def direction_of_a_clipped_gradient(card: Claim) -> None:
    before, after = (np.array(ast.literal_eval(tex)) for tex in card.formulas("back")[:2])
    c = value_of(sides(card.formulas("back")[2])[1])
    assert is_close(np.clip(before, -c, c), after.astype(float))
    assert abs(before[0] * after[1] - before[1] * after[0]) > 0.1
    by_norm = before * c / np.linalg.norm(before)
    assert abs(before[0] * by_norm[1] - before[1] * by_norm[0]) < 1e-9 and by_norm @ before > 0


@proof("dl.gradient-problems-04")
def decay_of_influence(card: Claim) -> None:
    """Moves the state of random recurrences a little."""
    differentiated, bounded, iterated, concluded = card.steps
    k = 5
    for sigma in (0.6, 0.9, 1.4):
        w = card.rng.normal(size=(4, 4))
        w *= sigma / np.linalg.norm(w, 2)
        before, inputs = 0.01 * card.rng.normal(size=4), 0.01 * card.rng.normal(size=(60, 4))

        def run(h: Array, steps: int, w: Array = w, inputs: Array = inputs) -> Array:
            for x in inputs[:steps]:
                h = np.tanh(h @ w + x)
            return h

        def moved(steps: int, before: Array = before, run: Callable[..., Array] = run) -> Array:
            step = 1e-6 * np.array([1.0, -2.0, 0.5, 1.5])
            return (run(before + step, steps) - run(before - step, steps)) / 2

        names: dict[str, Any] = {"dh_{t-1}": moved(0)[None], "W": w, "h_t": run(before, 1)[None]}
        name, body = tex_in(differentiated)[0].split("=")
        assert name == "dh_t" and np.allclose(computed(body, names)[0], moved(1), rtol=1e-5, atol=0)
        notes = {r"\|dh_t\|": float(np.linalg.norm(moved(1))), r"\|dh_{t-1}\|": float(np.linalg.norm(moved(0)))}
        range_of_slope, inequality, meaning = tex_in(bounded)
        assert all(holds(range_of_slope, {"h_t": float(h)}) for h in run(before, 1))
        assert holds(inequality, notes, sigma=sigma) and meaning == r"\sigma=\sigma_{\max}(W)"
        ends = {r"\|dh_{t+k}\|": float(np.linalg.norm(moved(k))), r"\|dh_t\|": float(np.linalg.norm(moved(0)))}
        assert holds(tex_in(iterated)[1], ends, sigma=sigma, k=k)
        if holds(tex_in(concluded)[0], {}, sigma=sigma):
            assert float(np.linalg.norm(moved(60))) <= sigma**60 * ends[r"\|dh_t\|"] and sigma**60 < 0.01
    (decoy,) = card.decoys
    matrix, stated, rest = card.formulas("more")[-3:]
    w = matrix_of(matrix)
    h, radius = np.array([1e-6, 0.0]), float(abs(np.linalg.eigvals(w)).max())
    growth = float(np.linalg.norm(np.tanh(h @ w)) / np.linalg.norm(h))
    assert growth == approx(card.numbers("more")[-1]) and rest == "h_t=0"
    assert holds(stated, {}, rho=radius)
    assert not holds(tex_in(decoy)[1], {r"\|dh_{t+k}\|": growth, r"\|dh_t\|": 1.0}, rho=radius, k=1)


# ---------------------------------------------------------------- GRU and LSTM


@proof("dl.gru-01")
def three_groups_of_four(card: Claim) -> None:
    """Sizes of the weights."""

    def layer(groups: int, d: int, n: int) -> int:
        return size_of(*[(d, n), (n, n), (n,)] * groups)

    for d, n in ((5, 7), (256, 256)):
        assert card.value == layer(3, d, n) / layer(4, d, n)
    assert card.numbers("more")[-2:] == [layer(3, 256, 256), layer(4, 256, 256)]


@proof("dl.gru-02")
def extremes_of_the_gates(card: Claim) -> None:
    """One step by the formulas of the card, the gates at their limits."""
    candidate, update = (tex.split("=", 1)[1].replace(r"\big", "") for tex in card.formulas("cloze")[:2])
    u, w, x, other_x = (card.rng.normal(size=(3, 3)) for _ in range(4))

    def step(x: Array, before: Array, z: float, r: float) -> Array:
        names: dict[str, Any] = {"U": u, "W": w, "x_t": x, "h_{t-1}": before, "z_t": z * np.ones((3, 3))}
        names |= {"r_t": r * np.ones((3, 3)), r"\tanh": np.tanh}
        names[r"\tilde h_t"] = computed(candidate, names)
        return np.asarray(computed(update, names))

    one, two = card.rng.normal(size=(3, 3)), card.rng.normal(size=(3, 3))
    (remembered,), (used,) = tex_in(card.cloze(1)), tex_in(card.cloze(2))
    assert is_close(step(x, one, 1.0, 0.4), {"h_{t-1}": one, "x_t": x}[remembered])
    runs = {"h_{t-1}": step(x, two, 0.0, 0.0), "x_t": step(other_x, one, 0.0, 0.0)}
    assert [name for name, run in runs.items() if not is_close(run, step(x, one, 0.0, 0.0))] == [used]


@proof("dl.gru-03")
def bounded_state(card: Claim) -> None:
    """Runs a GRU with wild gates, and an LSTM with open ones."""
    near, added = card.numbers("back")[-2:]
    h, c = card.rng.uniform(-1, 1, size=5), 0.0
    for _ in range(500):
        z = card.rng.uniform(size=5)
        h = z * h + (1 - z) * np.tanh(card.rng.normal(scale=5, size=5))
        assert np.abs(h).max() <= 1
    states = []
    for _ in range(20):
        c = 0.9999 * near * c + 0.9999 * near * math.tanh(6.0)
        states.append(c)
    assert [two - one for one, two in itertools.pairwise(states)] == approx([added] * 19, abs=0.01)


@proof("dl.gru-04")
def moving_average(card: Claim) -> None:
    """Runs the recursion."""
    z, candidate = (float(number) for number in re.findall(r"always ([\d.]+),", card.front))
    h = settings(card.formulas("front"))["h_0"]
    for _ in range(int(found(r"What is \$h_(\d)\$", card.front))):
        h = z * h + (1 - z) * candidate
    assert card.value == approx(h, abs=0.005)


@proof("dl.lstm-01")
def weights_of_an_lstm(card: Claim) -> None:
    d, n = (int(number) for number in card.numbers("front"))
    assert "four weight groups" in card.front
    assert card.value == size_of(*[(d, n), (n, n), (n,)] * 4)


@proof("dl.lstm-02")
def direct_path(card: Claim) -> None:
    """Slopes of the cell state by differences, gates held; and the steps counted."""
    first, last = re.findall(r"\\prod_\{k=(.+?)\}\^(\w)f_k", card.cloze(1))[0]
    t, end = 2, 6
    f, inputs = card.rng.uniform(size=(8, 3)), card.rng.normal(size=(8, 3))

    def state(c: Array) -> Array:
        for k in range(t + 1, end + 1):
            c = f[k] * c + inputs[k]
        return c

    at = card.rng.normal(size=3)
    columns = [(state(at + e) - state(at - e)) / 2 for e in np.eye(3)]
    steps = range(round(value_of(first, t=t)), round(value_of(last, T=end)) + 1)
    assert card.cloze(1).startswith(r"$\operatorname{diag}")
    assert is_close(np.diag(np.prod([f[k] for k in steps], axis=0)), np.array(columns).T)
    gate, percent, _ = card.numbers("cloze")[-3:]
    assert int(card.cloze(2)) == next(n for n in itertools.count(1) if gate**n < percent / 100)


@proof("dl.lstm-04")
def step_of_an_lstm(card: Claim) -> None:
    """Runs the lines in order against a step written unit by unit."""
    affine, cut, *lines = card.steps
    n = 3
    x, before, cell = (card.rng.normal(size=n) for _ in range(3))
    w, b = card.rng.normal(size=(2 * n, 4 * n)), card.rng.normal(size=4 * n)
    inputs, count, hidden = tex_in(affine)
    names: dict[str, Any] = {"x_t": x, "h_{t-1}": before, "c_{t-1}": cell, r"\tanh": np.tanh}
    pre = np.concatenate([names[name] for name in re.findall(r"\w_(?:t|\{t-1\})", inputs)]) @ w + b
    assert hidden == "n" and pre.size == value_of(count, n=n)
    _, gates, _, candidate = tex_in(cut)
    parts = np.split(pre, len([*gates.split(","), candidate]))
    for name, part in zip(gates.split(","), parts, strict=False):
        names[name] = 1 / (1 + np.exp(-part))
    names[candidate] = np.tanh(parts[-1])
    for line in lines:
        name, body = tex_in(line)[0].split("=")
        names[name] = computed(body, names)
    for unit in range(n):
        i, f, o = (logistic(float(part[unit])) for part in parts[:3])
        c = f * cell[unit] + i * math.tanh(parts[3][unit])
        assert [float(names[name][unit]) for name in ("c_t", "h_t")] == approx([c, o * math.tanh(c)])


@proof("dl.lstm-05")
def forget_bias(card: Claim) -> None:
    """Multiplies the gate step by step, for both biases."""
    steps = int(found(r"after (\d+) steps", card.back))
    _, *pairs = card.formulas("back")
    for bias, gate, left in (pairs[:3], pairs[3:]):
        f = logistic(value_of(sides(bias)[1]))
        assert value_of(sides(gate)[1]) == approx(f, abs=0.005)
        assert value_of(left) == approx(math.prod([f] * steps), rel=0.06)
    *_, length, bias = card.formulas("more")
    span = value_of(sides(length)[1])
    assert logistic(math.log(span / math.log(2))) ** span == approx(0.5, abs=0.01)
    assert value_of(sides(bias)[1]) == approx(math.log(span / math.log(2)), abs=0.05)


# ---------------------------------------------------------------- initialisation


def moments(w: Array, x: Array, z: Array) -> dict[str, float]:
    """Moments of y, x and z where each row of w meets each row of x with the same chance."""
    y = w @ x.T
    return {
        "E[y]": float(y.mean()),
        "E[y^2]": float((y**2).mean()),
        r"\operatorname{Var}(y)": float(y.var()),
        "E[x_i^2]": float((x**2).mean()),
        "E[z_i^2]": float((z**2).mean()),
    }


@proof("dl.initialization-01")
def he_initialisation(card: Claim) -> None:
    """Enumerates signs: each line holds where its own reason does, and not where only the earlier ones do."""
    n, v = 3, 2.5
    signs = np.array([*itertools.product((-1.0, 1.0), repeat=n)])
    z = math.sqrt(v) * signs
    together, shifted = np.array([[1.0] * n, [-1.0] * n]), z + 0.8

    def at(s: float, w: Array, x: Array) -> tuple[dict[str, float], float]:
        return moments(math.sqrt(s) * w, x, z), s

    cases = [
        at(0.4, together, np.abs(shifted)),
        at(0.4, signs, shifted),
        at(0.4, signs, np.maximum(z, 0)),
        at(2 / n, signs, np.maximum(z, 0)),
    ]
    for place, step in enumerate(card.steps):
        chains = [tex for tex in tex_in(step) if "=" in tex]
        for number, (notes, s) in enumerate(cases):
            assert all(holds(tex, notes, n=n, s=s, v=v) for tex in chains) == (number >= place), step


@proof("dl.initialization-02")
def xavier_uniform(card: Claim) -> None:
    """The variance of evenly spread weights against the two that it is between."""
    inputs, outputs = card.numbers("front")
    variance = float(np.linspace(-card.value, card.value, 100_001).var())
    assert 1 / variance == approx(statistics.fmean([inputs, outputs]), rel=0.001) and card.value > 0


@proof("dl.initialization-03")
def all_zero(card: Claim) -> None:
    """Differences in every parameter."""
    x, y = card.rng.normal(size=(6, 3)), one_hot([0, 1, 1, 1, 0, 1], 2)
    start = {"W_1": np.zeros((3, 4)), "b_1": np.zeros(4), "W_2": np.zeros((4, 2)), "b_2": np.zeros(2)}

    def loss(name: str, value: Array) -> float:
        at = {**start, name: value}
        return cross_entropy(np.tanh(x @ at["W_1"] + at["b_1"]) @ at["W_2"] + at["b_2"], y)

    moving = {name for name, value in start.items() if np.abs(gradient(partial(loss, name), value)).max() > 1e-6}

    def fits(option: str) -> bool:
        named = {*start} if option == "all four of them" else {*tex_in(option)[0].split(",")}
        assert option.startswith(("only", "all"))
        return named == moving

    assert card.key == only(card.options, fits)


@proof("dl.initialization-04")
def two_directions(card: Claim) -> None:
    """Sums the variances of the terms of an output, and of an entry of the gradient."""
    for inputs, outputs in ((3, 8), (6, 6)):
        forward, backward, both = (value_of(card.cloze(n), n_1=inputs, n_2=outputs) for n in (1, 2, 3))
        ones = np.ones((inputs, outputs))
        assert is_close(np.ones(inputs) @ (forward * ones), np.ones(outputs))
        assert is_close(np.ones(outputs) @ (backward * ones).T, np.ones(inputs))
        assert 1 / both == approx(statistics.fmean([1 / forward, 1 / backward]))


# ---------------------------------------------------------------- losses


@proof("dl.losses-01")
def gradient_of_softmax_cross_entropy(card: Claim) -> None:
    """Each line on random numbers; before the sum of the targets is used, it is another than 1."""
    z = card.rng.normal(size=4)
    total = float(np.exp(z).sum())
    p = np.exp(z) / total
    logs, inserted, used, differentiated, recognised = card.steps
    name, body = sides(tex_in(logs)[0])
    assert name == r"\log p_i"
    for i in range(4):
        assert worth(body, {"z_i": z[i], r"\log\sum_ke^{z_k}": math.log(total)}) == approx(math.log(p[i]))
    for line, scale in ((inserted, 1.7), (used, 1.0)):
        y = scale * np.array([0.1, 0.2, 0.3, 0.4])
        notes = {r"\log\sum_ke^{z_k}": math.log(total), r"\sum_iy_iz_i": float(y @ z), r"\big(\sum_iy_i\big)": scale}
        name, body = sides(tex_in(line)[0])
        assert name == "L" and worth(body, notes) == approx(-float(y @ np.log(p)))
    slopes = gradient(lambda z: -float(y @ np.log(softmax(z))), z)
    assert r"\sum_iy_i\big" in tex_in(inserted)[0]
    name, body = sides(tex_in(differentiated)[-1])
    assert name == r"\partial L/\partial z_j"
    for j in range(4):
        notes = {"e^{z_j}": math.exp(z[j]), r"\sum_ke^{z_k}": total, "y_j": y[j], "p_j": p[j]}
        assert worth(body, notes) == approx(slopes[j])
    name, body = sides(tex_in(recognised)[0])
    assert name == r"\partial L/\partial z" and is_close(computed(body, {"p": p, "y": y}), slopes)


@proof("dl.losses-02")
def bounded_loss(card: Claim) -> None:
    """Values far out, and a chord below the curve."""

    def loss(z: float) -> float:
        return float((logistic(z) - 1) ** 2)

    ends = sorted([loss(-40.0), loss(40.0)])
    assert card.numbers("back") == approx(ends, abs=1e-9)
    assert all(ends[0] <= loss(z) <= ends[1] for z in np.linspace(-30, 30, 601))
    assert loss(-4.0) > (loss(-8.0) + loss(0.0)) / 2


@proof("dl.losses-03")
def best_prediction(card: Claim) -> None:
    """Minimises each loss over a grid, for an uneven distribution."""
    values, chances, tau = np.array([0.0, 1.0, 3.0, 7.0, 12.0]), np.array([0.15, 0.2, 0.3, 0.25, 0.1]), 0.8
    losses: list[Callable[[Array], Array]] = [
        lambda r: r**2,
        np.abs,
        lambda r: np.maximum(tau * r, (tau - 1) * r),
    ]
    grid = np.arange(0, 12.001, 0.01)
    heap = np.cumsum(chances)
    meanings = {
        r"conditional mean $E[Y\mid x]$": float(values @ chances),
        "conditional median": values[np.searchsorted(heap, 0.5)],
        r"conditional $\tau$-quantile": values[np.searchsorted(heap, tau)],
    }
    for n, loss in enumerate(losses, 1):
        best = grid[np.argmin([float(loss(values - at) @ chances) for at in grid])]
        assert meanings[card.cloze(n)] == approx(best, abs=0.006)


@proof("dl.losses-04")
def stable_logistic_loss(card: Claim) -> None:
    """Each option against the definition, and at logits of 1000."""

    def fits(option: str) -> bool:
        tex = tex_in(option)[0]
        for z, y in itertools.product((-3.0, -0.5, 0.0, 1.2, 4.0), (0, 1)):
            p = logistic(z)
            if not math.isclose(value_of(tex, z=z, y=y), -math.log(p if y else 1 - p), rel_tol=1e-9):
                return False
        try:
            return all(math.isfinite(value_of(tex, z=z, y=y)) for z in (-1000.0, 1000.0) for y in (0, 1))
        except ValueError:
            return False

    assert card.key == only(card.options, fits)


@proof("dl.losses-05")
def softmax_twice(card: Claim) -> None:
    """The loss of ten classes at confident logits, and that no others do better."""
    classes = 10

    def loss(z: Array) -> float:
        return -math.log(softmax(softmax(z))[0])

    logits = 60 * np.eye(classes)[0]
    assert card.value == approx(loss(logits), abs=0.005)
    assert [value_of(side) for side in sides(card.formulas("back")[1])] == approx([loss(logits)] * 2, abs=0.0005)
    assert all(loss(card.rng.normal(scale=8, size=classes)) >= loss(logits) - 1e-9 for _ in range(2000))


@proof("dl.losses-06")
def weighted_classes(card: Claim) -> None:
    """Minimises the expected loss on a grid."""
    chance, weight = card.numbers("front")
    p = np.linspace(0.0001, 0.9999, 9999)
    best = p[np.argmin(-weight * chance * np.log(p) - (1 - chance) * np.log(1 - p))]
    assert card.value == approx(best, abs=0.0002)


# ---------------------------------------------------------------- dense networks


@proof("dl.mlp-01")
def weights_of_a_dense_network(card: Claim) -> None:
    widths = [int(width) for width in found(r"((?:\d+–)+\d+)", card.front).split("–")]
    assert len(widths) == 4
    assert card.value == size_of(*[shape for a, b in itertools.pairwise(widths) for shape in ((a, b), (b,))])


@proof("dl.mlp-02")
def stack_of_linear_layers(card: Claim) -> None:
    """Layer by layer against the product as written."""
    weights = dict(
        zip(("1", "2", "k"), (card.rng.normal(size=shape) for shape in ((6, 5), (5, 2), (2, 6))), strict=True)
    )
    x = card.rng.normal(size=6)
    layer_by_layer = x
    for w in weights.values():
        layer_by_layer = layer_by_layer @ w
    product = np.linalg.multi_dot([weights[name] for name in re.findall(r"W_(\w)", card.formulas("back")[0])])
    assert card.formulas("back")[0].startswith("xW")
    assert is_close(layer_by_layer, x @ product)
    assert np.linalg.matrix_rank(product) == min(w.shape[1] for w in weights.values())


@proof("dl.mlp-04")
def linear_pieces(card: Claim) -> None:
    """Counts slopes: between random kinks, and of the tent map with exact fractions."""
    n = 6
    w, b, v = card.rng.normal(size=(3, n))
    kinks = sorted(-b / w)
    edges = [kinks[0] - 1, *kinks, kinks[-1] + 1]
    middles = [(one + two) / 2 for one, two in itertools.pairwise(edges)]
    slopes = {round(float(v @ (w * (w * x + b > 0))), 9) for x in middles}
    assert value_of(card.cloze(1), n=n) == len(slopes)

    def tent(x: Fraction) -> Fraction:
        return 2 * max(x, Fraction(0)) - 4 * max(x - Fraction(1, 2), Fraction(0))

    for k in (1, 3, 5):
        fine = 2 ** (k + 2)
        values = [Fraction(n, fine) for n in range(fine + 1)]
        for _ in range(k):
            values = [tent(x) for x in values]
        rises = [two - one for one, two in itertools.pairwise(values)]
        assert value_of(card.cloze(2), k=k) == 1 + sum(one != two for one, two in itertools.pairwise(rises))


# ---------------------------------------------------------------- normalisation


@proof("dl.normalization-01")
def step_of_batchnorm(card: Claim) -> None:
    """The program, and its numbers by the statistics of the standard library."""
    assert run_code(card.code) == card.output
    (x,) = arrays_in(card.code).values()
    mean, var, m = (float(number) for number in found(r"mean, var, m = (.*)", card.code).split(","))
    z = [(entry - statistics.fmean(x)) / statistics.pstdev(x) for entry in x]
    running = (1 - m) * mean + m * statistics.fmean(x), (1 - m) * var + m * statistics.variance(x)
    assert [float(number) for number in re.findall(r"-?[\d.]+", card.output)] == approx([*z, *running])
    stated = ast.literal_eval(card.formulas("more")[0])
    assert stated == approx([(entry - running[0]) / math.sqrt(running[1]) for entry in x], abs=0.005)


@proof("dl.normalization-02")
def backward_of_batchnorm(card: Claim) -> None:
    x, g, gamma, beta = card.rng.normal(size=6), card.rng.normal(size=6), 1.7, 0.4
    slopes = gradient(lambda x: float(g @ (gamma * (x - x.mean()) / x.std() + beta)), x)
    names = {r"\gamma": gamma, "s": x.std(), "g": g, r"\hat x": (x - x.mean()) / x.std(), "m": np.mean}
    assert card.key == only(card.options, lambda option: is_close(computed(tex_in(option)[0], names), slopes))


@proof("dl.normalization-03")
def batch_of_one(card: Claim) -> None:
    """Normalises single numbers."""
    beta, gamma, epsilon = 0.7, 1.3, 1e-5

    def output(x: float) -> tuple[float, float]:
        batch = np.array([x])
        normalised = (batch - batch.mean()) / np.sqrt(batch.var() + epsilon)
        return float(normalised[0]), float(gamma * normalised[0] + beta)

    normalised, rate = card.numbers("back")
    assert "the output is always $\\beta$" in card.back
    for x in (-3.0, 0.2, 11.0):
        assert output(x) == (normalised, beta) and slope(lambda x: output(x)[1], x) == rate


@proof("dl.normalization-04")
def folded_bias(card: Claim) -> None:
    """The normalised layer at 0."""
    layer, *_ = card.formulas("front")
    mean, variance = (float(number) for number in re.findall(r"(?:mean|variance) (\d+)", card.front))
    given = settings(card.formulas("front"))
    at_zero = (value_of(layer, x=0.0) - mean) / math.sqrt(variance + given["epsilon"])
    assert card.value == given["gamma"] * at_zero + given["beta"]


@proof("dl.normalization-05")
def numbers_in_a_mean(card: Claim) -> None:
    """Averages an array of that shape."""
    shape = tuple(int(side) for side in card.formulas("cloze")[0].split("=")[1].split(r"\times"))
    whole = np.zeros(shape)
    for n, axes in enumerate(((0, 2, 3), (1, 2, 3), (2, 3)), 1):
        assert int(card.cloze(n)) == whole.size / whole.mean(axis=axes).size


# ---------------------------------------------------------------- a network in NumPy


@proof("dl.numpy-network-01")
def divided_by_the_wrong_axis(card: Claim) -> None:
    """The program, and its sums entry by entry."""
    assert run_code(card.code) == card.output
    (e,) = arrays_in(card.code).values()
    sums = [sum(row) for row in e]
    rows = [sum(entry / total for entry, total in zip(row, sums, strict=True)) for row in e]
    assert ast.literal_eval(card.output) == approx(rows) and rows != approx([1.0] * len(rows))


@proof("dl.numpy-network-02")
def all_pairs(card: Claim) -> None:
    """The program, and the mean over all pairs."""
    assert run_code(card.code) == card.output
    pred, y = arrays_in(card.code).values()
    pairs = [(float(a) - float(b)) ** 2 for a in pred.ravel() for b in y]
    rows, columns, mean = (float(number) for number in re.findall(r"[\d.]+", card.output))
    assert (rows * columns, rows, columns) == (len(pairs), len(pred), len(y))
    assert mean == approx(statistics.fmean(pairs), abs=0.005)


@proof("dl.numpy-network-03")
def forgotten_mean(card: Claim) -> None:
    """The wrong backward pass of a random batch against differences."""
    n = int(card.numbers("front")[0])
    x, w = card.rng.normal(size=(n, 3)), card.rng.normal(size=(3, 4))
    y = one_hot(card.rng.integers(4, size=n).tolist(), 4)
    names: dict[str, Any] = {"P": softmax(x @ w), "Y": y}
    wrong = x.T @ computed(found(r"`dZ = (.*?)`", card.front), names)
    numerical = gradient(lambda w: cross_entropy(x @ w, y), w)
    assert np.allclose(wrong, card.value * numerical, rtol=1e-4, atol=1e-5)


# ---------------------------------------------------------------- perceptron


def separable(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Points, labels and a unit vector that separates them with a margin."""
    u = np.array([0.6, 0.8])
    x = rng.uniform(-1, 1, size=(200, 2))
    x = x[np.abs(x @ u) > 0.15]
    return x, np.sign(x @ u), u


@proof("dl.perceptron-01")
def mistakes_are_bounded(card: Claim) -> None:
    """Runs a perceptron; each line is read with the quantities that have come up by then."""
    x, y, u = separable(card.rng)
    size, margin = float(np.linalg.norm(x, axis=1).max()), float((y * (x @ u)).min())
    defined, along, by_norm, squeezed, cancelled = card.steps
    w, updates = np.zeros(2), 0
    mistake, update = tex_in(defined)
    for point, label in [*zip(x, y, strict=True)] * 10:
        notes = {r"w_k^\top x": float(w @ point)}
        if holds(mistake, notes, y=float(label)):
            names = {"w_k": w, "y": label, "x": point}
            w, updates = np.asarray(computed(sides(update)[1], names)), updates + 1
            assert is_close(w, names["w_k"] + label * point)
            assert holds(f"c{tex_in(squeezed)[0]}", {}, c=float(label * (names["w_k"] @ point)))
    assert (y * (x @ w) > 0).all() and updates > 2
    symbols = {"M": updates, "gamma": margin, "R": size}
    norm = {r"\|w_M\|": float(np.linalg.norm(w))}
    assert holds(tex_in(along)[2], {r"u^\top w_M": float(u @ w)}, **symbols)
    assert holds(tex_in(by_norm)[0], norm, **symbols)
    assert holds(tex_in(squeezed)[1], norm, **symbols)
    assert holds(tex_in(cancelled)[1], {}, **symbols)


@proof("dl.perceptron-02")
def xor(card: Claim) -> None:
    """The identity for random planes, the signs that XOR asks for, and the two units of the remark."""
    points = [*itertools.product((0, 1), repeat=2)]
    for w1, w2, b in card.rng.normal(size=(5, 3)):
        notes = {f"f({one},{two})": float(w1 * one + w2 * two + b) for one, two in points}
        assert holds(card.formulas("back")[1], notes)
    for side, kind in zip(sides(card.formulas("back")[1]), (1, 0), strict=True):
        assert [int(one) ^ int(two) for one, two in re.findall(r"f\((\d),(\d)\)", side)] == [kind, kind]
    units = re.sub(r"\\operatorname\{relu\}\(([^()]*)\)", r"\\max(\1,0)", card.formulas("more")[1])
    assert [value_of(units, x_1=one, x_2=two) for one, two in points] == [one ^ two for one, two in points]


@proof("dl.perceptron-03")
def perceptron_and_logistic_regression(card: Claim) -> None:
    """Trains both on separable points, and finds the direction of the largest margin."""
    x, y, _ = separable(card.rng)
    signed = x * y[:, None]
    w, last_update = np.zeros(2), 0
    for epoch in range(200):
        for row in signed:
            if row @ w <= 0:
                w, last_update = w + row, epoch
    v, norms = np.zeros(2), []
    for step in range(6000):
        v = v + 1.0 * (signed / (1 + np.exp(signed @ v))[:, None]).mean(axis=0)
        if step % 2000 == 1999:
            norms.append(float(np.linalg.norm(v)))
    angles = np.linspace(0, 2 * math.pi, 20_001)
    margins = (signed @ np.array([np.cos(angles), np.sin(angles)])).min(axis=0)
    is_best = float((signed @ w).min() / np.linalg.norm(w)) > 0.999 * margins.max()
    stops, grows = last_update < 100, norms[2] - norms[1] > 0.3
    meanings = {
        "both converge to finite weights": lambda: stops and not grows and is_best,
        "the former stops changing, the norm of the latter tends to infinity": lambda: stops and grows,
        "both stop changing": lambda: stops and not grows,
        "the norm of the former tends to infinity, the latter converges": lambda: not stops and not grows,
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- regularisation


@proof("dl.regularization-01")
def variance_of_dropout(card: Claim) -> None:
    """A list of outcomes with the right shares."""
    dropped, activation = card.numbers("front")
    outcomes = [0.0] * round(1000 * dropped) + [activation / (1 - dropped)] * round(1000 * (1 - dropped))
    assert statistics.fmean(outcomes) == approx(activation)
    assert card.value == approx(statistics.pvariance(outcomes))


@proof("dl.regularization-02")
def penalty_and_decay(card: Claim) -> None:
    """The first step of both, by their updates."""
    given = settings(card.formulas("front"))
    w, eta, lam, epsilon = (given[name] for name in ("w", "eta", "lambda", "epsilon"))

    def moved(g: float, decay: float) -> float:
        m, v = 0.1 * g, 0.001 * g * g
        return eta * (m / (1 - 0.9)) / (math.sqrt(v / (1 - 0.999)) + epsilon) + eta * decay * w

    assert "loss gradient 0" in card.front
    assert card.value == approx(moved(0 + lam * w, 0.0) / moved(0.0, lam), rel=1e-5)


@proof("dl.regularization-03")
def stopped_early(card: Claim) -> None:
    """Runs gradient descent, minimises the penalised loss, and matches the two."""

    def reached(lam: float, eta: float, t: int) -> float:
        w = 0.0
        for _ in range(t):
            w -= eta * lam * (w - 1.0)
        return w

    def penalised(lam: float, alpha: float, w: float) -> float:
        return lam / 2 * (w - 1) ** 2 + alpha / 2 * w**2

    for lam, eta, t, alpha in ((0.7, 0.3, 4, 0.5), (2.0, 0.1, 9, 1.5)):
        assert value_of(card.cloze(1), lambda_=lam, eta=eta, t=t) == approx(reached(lam, eta, t))
        shrunk = value_of(card.cloze(2), lambda_=lam, alpha=alpha)
        assert slope(partial(penalised, lam, alpha), shrunk) == approx(0, abs=1e-9)
    lam, eta, t = 1e-4, 0.1, 50
    w = reached(lam, eta, t)
    assert value_of(card.cloze(3), eta=eta, t=t) == approx(lam * (1 - w) / w, rel=0.001)


@proof("dl.regularization-04")
def penalty_of_dropout(card: Claim) -> None:
    """Averages the squared loss over all masks."""
    w, x, y, q = card.rng.normal(size=3), card.rng.normal(size=3), 0.7, 0.8
    expected = 0.0
    for mask in itertools.product((0, 1), repeat=3):
        chance = math.prod(q if kept else 1 - q for kept in mask)
        expected += chance * (float(w @ (x * mask)) / q - y) ** 2
    terms = [{"w_j": one, "x_j": two} for one, two in zip(w, x, strict=True)]
    extra = float(computed(card.formulas("back")[0], {"q": q, r"\sum_j": terms}))
    assert extra == approx(expected - (float(w @ x) - y) ** 2)


# ---------------------------------------------------------------- residual networks


@proof("dl.residual-01")
def unrolled(card: Claim) -> None:
    """Runs blocks; the term without weights is what is left of the gradient when the weights are."""
    blocks, k = 6, 2
    weights = card.rng.normal(size=blocks)

    def states(x: float, scale: float) -> list[float]:
        run = [x]
        for w in weights[k:]:
            run.append(run[-1] + scale * w * math.sin(run[-1]))
        return run

    x = states(0.7, 1.0)
    first, last = re.findall(r"\\sum_\{i=(\w)\}\^\{(.+?)\}F_i\(x_i\)", card.cloze(1))[0]
    places = range(round(value_of(first, k=k)), round(value_of(last, L=blocks)) + 1)
    assert x[-1] == approx(x[0] + sum(weights[i] * math.sin(x[i - k]) for i in places))
    loss = math.exp
    without = slope(lambda start: loss(states(start, 0.0)[-1]), x[-1])
    slopes = {
        r"\partial E/\partial x_L": slope(loss, x[-1]),
        r"\partial E/\partial x_k": slope(lambda start: loss(states(start, 1.0)[-1]), x[0]),
    }
    assert slopes[tex_in(card.cloze(2))[0]] == approx(without)


@proof("dl.residual-03")
def growth_of_the_variance(card: Claim) -> None:
    """Adds uncorrelated branches, layer by layer."""
    layers, variance = 200_000, 1.0
    for _ in range(layers):
        variance += variance / layers
    assert value_of(card.answers[0]) == approx(variance, rel=1e-5)
    for answer in card.answers:
        if decimal := re.search(r"\d\.\d+", answer):
            assert float(decimal[0]) == approx(variance, abs=0.005)
    (factor,) = [tex for tex in card.formulas("back") if r"\to" in tex]
    assert value_of(sides(factor)[0], L=layers) == approx(variance)


# ---------------------------------------------------------------- recurrent networks


@proof("dl.rnn-01")
def shared_weight(card: Claim) -> None:
    """Differences of the last state."""
    at = value_of(sides(card.formulas("front")[-1])[1])
    inputs = found(r"(x_1(?:=x_\d)+)=1", card.front).count("x")

    def last(w: float) -> float:
        h = 0.0
        for _ in range(inputs):
            h = w * h + 1
        return h

    assert card.value == approx(slope(last, at))


@proof("dl.rnn-02")
def back_through_time(card: Claim) -> None:
    """Differences in each pre-activation, in one state and in the weights."""
    steps, n = 4, 3
    u, w, v = (card.rng.normal(size=(n, n)) for _ in range(3))
    x, aims, start = card.rng.normal(size=(steps, 1, n)), card.rng.normal(size=(steps, 1, n)), np.zeros((1, n))

    def run(w: Array, add: Array, at: int = -1, extra: Array = start) -> tuple[float, list[Array]]:
        """The loss and the states; `add` goes to the pre-activations, `extra` to what state `at` hands on."""
        h, lost, states = start, 0.0, [start]
        for t in range(steps):
            h = np.tanh(x[t] @ u + (h + (extra if t - 1 == at else 0)) @ w + add[t])
            lost += float(((h @ v - aims[t]) ** 2).sum())
            states.append(h)
        return lost, states

    still = np.zeros((steps, 1, n))
    deltas = gradient(lambda add: run(w, add)[0], still)
    states = run(w, still)[1]
    passed = gradient(lambda extra: run(w, still, 1, extra)[0], np.zeros((1, n)))
    assert is_close(computed(tex_in(card.cloze(1))[0], {r"\delta_{t+1}": deltas[2], "W": w}), passed, atol=1e-6)
    terms = [{"h_{t-1}": states[t], r"\delta_t": deltas[t]} for t in range(steps)]
    total = computed(tex_in(card.cloze(2))[0], {r"\sum_t": terms})
    assert is_close(total, gradient(lambda w: run(w, still)[0], w), atol=1e-6)


@proof("dl.rnn-03")
def truncated(card: Claim) -> None:
    """A linear recurrence in segments: what state and gradient depend on."""
    k, w, draws = 3, 0.8, card.rng.uniform(0.5, 1.5, size=(200, 9))

    def last(x: Array, w_before: float | None, w: float) -> float:
        """`w_before` is the weight of the earlier segments, held where the gradient stops."""
        h = 0.0
        for t, entry in enumerate(x):
            h = (w if w_before is None or t >= len(x) - k else w_before) * h + entry
        return h

    x = draws[0]
    full, cut = slope(partial(last, x, None), w), slope(partial(last, x, w), w)
    carries = last(x + np.eye(9)[0], w, w) != last(x, w, w)
    gaps = [slope(partial(last, draw, None), w) - slope(partial(last, draw, w), w) for draw in draws]
    is_unbiased = abs(statistics.fmean(gaps)) < 5 * statistics.stdev(gaps) / math.sqrt(len(gaps))
    meanings = {
        "neither the forward pass nor gradients": lambda: not carries and full != approx(cut),
        "the forward pass carries earlier information, gradients do not": lambda: carries and full != approx(cut),
        "an unbiased estimate": lambda: carries and is_unbiased,
        "are those of full BPTT": lambda: carries and full == approx(cut),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- training recipes, transfer


@proof("dl.training-recipes-03")
def standard_error(card: Claim) -> None:
    """The spread of a list of right and wrong answers."""
    images, percent = card.numbers("front")
    right = round(images * percent / 100)
    answers = np.repeat([1.0, 0.0], [right, round(images) - right])
    assert card.value == approx(100 * float(answers.std()) / math.sqrt(images), abs=0.0005)


@proof("dl.training-recipes-04")
def siblings_in_training(card: Claim) -> None:
    """Draws the other copies one by one, without putting them back."""
    copies, _, percent = card.numbers("front")
    others = int(found(r"The other (\d+) copies", card.back))
    assert others == copies - 1
    images = 10_000 * int(copies)
    places = images * percent / 100
    chance = math.prod((places - 1 - n) / (images - 1 - n) for n in range(others))
    assert [value_of(side) for side in sides(card.formulas("back")[0])] == approx([chance] * 2, rel=0.05)


@proof("dl.transfer-learning-02")
def gradient_into_the_backbone(card: Claim) -> None:
    """Differences of the loss of one sample."""
    h, w, y = card.rng.normal(size=(1, 4)), card.rng.normal(size=(4, 3)), one_hot([1], 3)
    name, body = sides(card.formulas("back")[0])
    slopes = gradient(lambda h: cross_entropy(h @ w, y), h)
    assert name == "dH" and is_close(computed(body, {"P": softmax(h @ w), "Y": y, "W": w}), slopes)


@proof("dl.transfer-learning-03")
def cost_of_frozen_layers(card: Claim) -> None:
    """Goes back through the layers and counts what is needed."""

    def cost(trained: Sequence[bool]) -> int:
        total = len(trained)
        for n in reversed(range(len(trained))):
            total += trained[n]
            if not any(trained[:n]):
                break
            total += 1
        return total

    layers, each, frozen = (int(number) for number in card.numbers("front"))
    free = layers - frozen
    assert card.value == each * cost([False] * frozen + [True] * free)
    stated = [value_of(sides(tex)[-1]) for tex in card.formulas("more")]
    assert stated == [cost([True] * layers), cost([True] * free + [False] * frozen)]
