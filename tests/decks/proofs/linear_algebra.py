"""Proofs of the cards on linear algebra: what their formulas say is computed with random matrices."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import gradient
from tests.decks.proving import Claim, matrices_of, matrix_of, only, proof, run_code

Array = npt.NDArray[Any]
Value = Any
"""A number, or a matrix with two axes."""

_SIZES = re.compile(
    r"\\(?:left|right|[bB]ig+[lrm]?)(?![A-Za-z])|\\[,;:! ]|\\(?:operatorname|mathrm|mathbf)(?=\s*(?:\{[A-Za-z]+\}))"
)
_TOKEN = re.compile(r"\\[A-Za-z]+|\\[|]|\d+(?:\.\d+)?|\.\d+|\S")
_ACCENT = re.compile(r"\\(hat|delta|Delta|tilde)\s*\{?([A-Za-z])\}?")
_RELATIONS = {
    "=": "=",
    "\\le": "<=",
    "\\ge": ">=",
    "<": "<",
    ">": ">",
    "\\ne": "!=",
    "\\approx": "~",
}
_FUNCTIONS: Mapping[str, Callable[[Value], Value]] = {
    "\\det": lambda m: np.linalg.det(m),
    "\\tr": lambda m: np.trace(m),
    "\\rank": lambda m: float(np.linalg.matrix_rank(m)),
    "\\diag": lambda m: np.diag(np.ravel(m)),
    "\\log": lambda z: math.log(z),
    "\\kappa": lambda m: float(np.linalg.cond(m, 2)),
    "\\arccos": lambda z: math.acos(z),
    "\\cos": lambda z: math.cos(z),
    "\\bar": lambda z: np.conj(z),
}
_REDUCTIONS: Mapping[str, Callable[[list[Value]], Value]] = {
    "\\sum": lambda values: sum(values[1:], values[0]),
    "\\prod": lambda values: math.prod(values),
    "\\max": lambda values: max(values),
}


def evaluate(tex: str, **symbols: Value) -> Value:
    """What an expression of matrices makes; columns are matrices with one column, and 1 by 1 is a number.

    Names are those of TeX without the backslash, `lambda`; `\\hat x` is `hatx`, an index belongs to it, `b_1`. An
    index that a sum runs through picks an entry, from 1; `sizes` says how far. `order` is that of `\\|x\\|`.
    Raises ValueError for what it does not understand or cannot compute.
    """
    sides, _ = _chain(tex, symbols)
    if len(sides) != 1:
        raise ValueError(f"{tex!r} is a relation")
    return sides[0]


def sides(tex: str, **symbols: Value) -> list[Value]:
    """The values on the sides of an equation or inequality."""
    return _chain(tex, symbols)[0]


def holds(tex: str, **symbols: Value) -> bool:
    """Whether an equation, an inequality or a chain of them is true. What makes no sense is not."""
    try:
        values, relations = _chain(tex, symbols)
    except ValueError:
        return False
    if not relations:
        raise ValueError(f"{tex!r} says nothing")
    return all(_is_true(one, how, other) for one, how, other in zip(values, relations, values[1:], strict=False))


def same(one: Value, other: Value) -> bool:
    """Equal up to rounding, and of the same shape; 0 is every zero matrix."""
    is_zero = any(np.ndim(value) == 0 and value == 0 for value in (one, other))
    if np.shape(one) != np.shape(other) and not (is_zero and np.ndim(one) != np.ndim(other)):
        return False
    return bool(np.allclose(one, other, rtol=1e-7, atol=1e-8))


def tex_of(text: str) -> list[str]:
    """The formulas of a line."""
    return re.findall(r"\$([^$]+)\$", text)


def spd(rng: np.random.Generator, n: int, spread: float = 1.0) -> Array:
    """A random symmetric positive definite matrix; its eigenvalues lie within `spread` powers of ten of 1."""
    q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    matrix: Array = q @ np.diag(10 ** rng.uniform(-spread, spread, n)) @ q.T
    return (matrix + matrix.T) / 2


def close(one: Value, other: Value, tolerance: float = 1e-6) -> bool:
    """Near enough for finite differences, and of the same shape."""
    return np.shape(one) == np.shape(other) and bool(np.allclose(one, other, rtol=tolerance, atol=tolerance))


def _is_true(one: Value, how: str, other: Value) -> bool:
    if how in ("=", "!="):
        return same(one, other) == (how == "=")
    if np.ndim(one) or np.ndim(other) or np.iscomplex(one) or np.iscomplex(other):
        return False
    one, other = np.real(one), np.real(other)
    slack = 1e-9 * max(1.0, abs(one), abs(other))
    return bool(
        {
            "<=": one <= other + slack,
            ">=": one >= other - slack,
            "<": one < other,
            ">": one > other,
            "~": math.isclose(one, other, rel_tol=0.01),
        }[how]
    )


def _chain(tex: str, symbols: Mapping[str, Value]) -> tuple[list[Value], list[str]]:
    text = _ACCENT.sub(r"\\\1\2 ", tex.replace("−", "-"))
    text = re.sub(r"\\mathbf\s*1", r"\\ones ", text)
    text = re.sub(r"\\(?:operatorname|mathrm)\s*\{([A-Za-z]+)\}", r"\\\1 ", _SIZES.sub(" ", text).replace("\\{", "{"))
    text = re.sub(r"(?<!\\)\{([a-z]{2,})\}(?=\s*[(A-Z])", r"\\\1 ", text)
    reader = _Reader(_TOKEN.findall(text), symbols)
    try:
        values, relations = [reader.sum()], []
        while reader.next in _RELATIONS:
            relations.append(_RELATIONS[reader.pop()])
            values.append(reader.sum())
    except (ArithmeticError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"{tex!r}: {error}") from error
    if reader.next:
        raise ValueError(f"{reader.next!r} is not understood in {tex!r}")
    return values, relations


class _Reader:
    """Recursive descent over tokens, computing as it goes."""

    def __init__(self, tokens: list[str], symbols: Mapping[str, Value]) -> None:
        self._tokens = tokens
        self._at = 0
        self._symbols = symbols
        self._bound: dict[str, int] = {}
        self._open: list[str] = []

    @property
    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def pop(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def sum(self) -> Value:
        value = self._product()
        while self.next in ("+", "-"):
            is_plus = self.pop() == "+"
            other = self._product()
            if np.ndim(value) != np.ndim(other):
                raise ValueError("a number and a matrix are added")
            value = value + other if is_plus else value - other
        return value

    def _product(self) -> Value:
        if self.next in ("+", "-"):
            return self._product() if self.pop() == "+" else -self._product()
        value = self._power()
        while True:
            if self.next in ("\\cdot", "\\times", "*", "·", "@"):
                self.pop()
                value = _times(value, self._power())
            elif self.next in ("/", "÷"):
                self.pop()
                value = value / _number(self._power())
            elif self._begins():
                value = _times(value, self._power())
            else:
                return value

    def _begins(self) -> bool:
        token = self.next
        if token in ("|", "\\|"):
            return token not in self._open[-1:]
        ends = ("", ")", "}", "]", ",", "+", "-", "^", "_", "\\rangle", *_RELATIONS)
        return token not in ends

    def _power(self) -> Value:
        value = self._atom()
        while self.next in ("^", "'"):
            if self.pop() == "'":
                value = value.T
                continue
            start = self._at
            token = self.pop()
            inner = token
            if token == "{":
                end = self._tokens.index("}", self._at)
                inner = "".join(self._tokens[self._at : end])
                self._at = end + 1
            if inner in ("\\top", "T", "t", "⊤"):
                value = value.T
            elif inner == "*":
                value = np.conj(value.T)
            elif inner == "+":
                value = np.linalg.pinv(value)
            elif inner == "-\\top":
                value = np.linalg.inv(value).T
            else:
                self._at = start
                exponent = self._argument()
                value = np.linalg.matrix_power(value, int(exponent)) if np.ndim(value) else value**exponent
        return value

    def _argument(self) -> Value:
        """A group in braces, or one token."""
        if self.next == "{":
            self.pop()
            value = self.sum()
            self._expect("}")
            return value
        if self.next[:1].isdigit() and len(self.next) > 1 and "." not in self.next:
            digits = self.pop()
            self._tokens[self._at : self._at] = [digits[1:]]
            return float(digits[0])
        return self._atom()

    def _atom(self) -> Value:
        token = self.pop()
        if token[0].isdigit() or token[0] == ".":
            return float(token)
        if token in ("(", "[", "{"):
            return self._grouped({"(": ")", "[": "]", "{": "}"}[token])
        if token in ("|", "\\|"):
            return self._bars(token)
        if token == "\\langle":
            one = self._inside(",")
            return _times(one.T, self._inside("\\rangle"))
        if token == "\\frac":
            above = self._argument()
            return above / self._argument()
        if token == "\\sqrt":
            return math.sqrt(self._argument())
        if token in _REDUCTIONS:
            return self._reduced(token)
        if token in _FUNCTIONS and token.removeprefix("\\") not in self._symbols:
            if token == "\\kappa" and self.next == "_":
                self._index()
            return _FUNCTIONS[token](self._argument() if token == "\\bar" else self._power())
        return self._symbol(token.removeprefix("\\"))

    def _symbol(self, name: str) -> Value:
        if self.next == "_":
            index = self._index()
            if f"{name}_{index}" in self._symbols:
                return self._symbols[f"{name}_{index}"]
            letters = list(index)
            if not letters or any(letter not in self._bound for letter in letters):
                raise ValueError(f"{name}_{index} is unknown")
            places = [self._bound[letter] - 1 for letter in letters]
            array = np.asarray(self._symbols[name])
            return array.ravel()[places[0]] if len(places) == 1 else array[tuple(places)]
        if name in self._bound:
            return float(self._bound[name])
        return self._symbols[name]

    def _grouped(self, closing: str) -> Value:
        return self._inside(closing)

    def _inside(self, closing: str) -> Value:
        self._open.append("")
        value = self.sum()
        self._open.pop()
        self._expect(closing)
        return value

    def _bars(self, bar: str) -> Value:
        self._open.append(bar)
        value = self.sum()
        self._open.pop()
        self._expect(bar)
        if bar == "|":
            return abs(_number(value))
        kind = self._index() if self.next == "_" else str(self._symbols.get("order", 2))
        singular = np.linalg.svd(np.atleast_2d(value), compute_uv=False)
        if kind == "F":
            return float(np.linalg.norm(value))
        if kind == "*":
            return float(singular.sum())
        if kind == "2":
            return float(singular.max())
        return float(np.linalg.norm(value, float(kind)))

    def _reduced(self, token: str) -> Value:
        below = ""
        if self.next == "_":
            below = self._index()
        above = None
        if self.next == "^":
            self.pop()
            above = int(self._argument())
        start, values = self._at, []
        for places in self._places(below, above):
            self._at = start
            outer, self._bound = self._bound, self._bound | places
            values.append(self._body())
            self._bound = outer
        return _REDUCTIONS[token](values)

    def _body(self) -> Value:
        self._open.append(self._open[-1] if self._open else "")
        value = self._power()
        while self._begins():
            value = _times(value, self._power())
        self._open.pop()
        return value

    def _places(self, below: str, above: int | None) -> Iterator[dict[str, int]]:
        sizes: Mapping[str, int] = self._symbols.get("sizes", {})
        if match := re.fullmatch(r"([a-z])(=|>|\\ge)(\w+)", below):
            bound = int(match[3]) if match[3].isdigit() else int(self._symbols[match[3]])
            first = bound + (match[2] == ">")
            return ({match[1]: n} for n in range(first, (above or sizes[match[1]]) + 1))
        names = below.split(",")
        return (
            dict(zip(names, places, strict=True)) for places in product(*(range(1, sizes[name] + 1) for name in names))
        )

    def _index(self) -> str:
        self._expect("_")
        if self.next != "{":
            token = self.pop()
            if len(token) > 1 and token[0].isdigit():
                self._tokens[self._at : self._at] = [token[1:]]
                return token[0]
            return token
        end = self._tokens.index("}", self._at)
        index = "".join(self._tokens[self._at + 1 : end])
        self._at = end + 1
        return index

    def _expect(self, token: str) -> None:
        if self.pop() != token:
            raise ValueError(f"{token!r} is missing")


def _times(one: Value, other: Value) -> Value:
    if np.ndim(one) == 0 or np.ndim(other) == 0:
        return one * other
    result = one @ other
    return result.item() if result.shape == (1, 1) else result


def _number(value: Value) -> Value:
    if np.ndim(value):
        raise ValueError("a matrix where a number belongs")
    return value


# ---- numbers


@proof("la.change-of-basis-03")
def _(card: Claim) -> None:
    """Solves for the coordinates of v in random basis vectors of R^5."""
    old, new = [tex for tex in card.formulas("front") if "b_" in tex]
    match = re.search(r"\$\((-?\d+),(-?\d+)\)\$", card.front)
    assert match
    b = {f"b_{n}": card.rng.normal(size=(5, 1)) for n in (1, 2)}
    v = int(match[1]) * evaluate(old.split(",")[0], **b) + int(match[2]) * evaluate(old.split(",")[1], **b)
    basis = np.hstack([evaluate(tex, **b) for tex in new.split(",")])
    assert np.isclose(np.linalg.lstsq(basis, v)[0][1, 0], card.value)


@proof("la.low-rank-04")
def _(card: Claim) -> None:
    """Counts the entries of the factors for each inner dimension."""
    m, n = map(int, card.formulas("front")[0].split(r"\times"))
    assert card.formulas("back")[0] == rf"r({m}+{n})<{m}\times {n}"
    saving = [
        r for r in range(1, min(m, n) + 1) if np.broadcast_to(0, (m, r)).size + np.broadcast_to(0, (r, n)).size < m * n
    ]
    assert card.value == max(saving)


@proof("la.matrix-calculus-04")
def _(card: Claim) -> None:
    """Builds the Jacobian by differences of a linear map, column by column."""
    (a, b), (c, d) = [tuple(map(int, tex.split(r"\times"))) for tex in card.formulas("front") if r"\times" in tex]
    assert b == c
    w = card.rng.uniform(1, 2, size=(c, d))
    columns = []
    for place in range(a * b):
        x = np.zeros(a * b)
        x[place] = 1
        columns.append((x.reshape(a, b) @ w).ravel())
    jacobian = np.array(columns).T
    assert jacobian.shape == tuple(map(int, re.findall(r"\$(\d+)\\times (\d+)\$", card.more)[0]))
    assert np.count_nonzero(jacobian) == card.value
    assert f"the other {np.sum(jacobian == 0)} entries" in card.more


@proof("la.pca-04")
def _(card: Claim) -> None:
    """Centres random samples and counts the singular values above zero."""
    samples, dimension = map(int, card.numbers("front"))
    x = card.rng.normal(size=(samples, dimension))
    assert np.linalg.matrix_rank(x - x.mean(axis=0)) == card.value


@proof("la.pinv-conditioning-02")
def _(card: Claim) -> None:
    """Builds such a matrix and computes the condition number with the answer for lambda."""
    top, kappa = (float(tex.rpartition("=")[2]) for tex in card.formulas("front") if "=" in tex)
    u, _ = np.linalg.qr(card.rng.normal(size=(6, 6)))
    v, _ = np.linalg.qr(card.rng.normal(size=(4, 4)))
    a = u[:, :4] @ np.diag([top, 0.6 * top, 1.0, 0.0]) @ v.T
    (tex,) = (tex.rpartition("=")[0] for tex in card.formulas("front") if r"\kappa" in tex)
    assert math.isclose(evaluate(tex, A=a, I=np.eye(4), **{"lambda": card.value}), kappa, rel_tol=1e-6)


@proof("la.positive-definite-03")
def _(card: Claim) -> None:
    """Looks for the least correlation at which the smallest eigenvalue is not negative."""
    (given,) = (float(tex.rpartition("=")[2]) for tex in card.formulas("front") if "=" in tex)
    grid = np.linspace(-1, 1, 20001)
    matrices = np.array([[[1, given, given], [given, 1, r], [given, r, 1]] for r in grid])
    allowed = grid[np.linalg.eigvalsh(matrices)[:, 0] >= -1e-9]
    assert abs(allowed.min() - card.value) < 2e-4


@proof("la.rank-05")
def _(card: Claim) -> None:
    """Takes random points and computes the rank."""
    points = int(card.numbers("front")[0])
    dimension = int(card.formulas("front")[0].removeprefix("R^"))
    x = card.rng.normal(size=(points, dimension))
    squared = ((x[:, None] - x[None]) ** 2).sum(axis=2)
    assert card.formulas("front")[2] == rf"{points}\times {points}"
    assert np.linalg.matrix_rank(squared, tol=1e-8) == card.value
    a = (x**2).sum(axis=1, keepdims=True)
    assert holds(card.formulas("back")[0], D=squared, a=a, ones=np.ones((points, 1)), X=x)
    assert np.linalg.matrix_rank(np.sqrt(squared), tol=1e-8) == points


@proof("la.tensors-04")
def _(card: Claim) -> None:
    """Contracts one axis at a time and counts."""
    shape = tuple(map(int, card.formulas("front")[1].split(r"\times")))
    whole = card.rng.normal(size=shape)
    vectors = [card.rng.normal(size=n) for n in shape]
    left, count = whole, 0
    for vector in reversed(vectors):
        count += left.size
        left = left @ vector
    assert np.isclose(left, np.einsum("ijk,i,j,k->", whole, *vectors))
    assert card.value == count


@proof("la.vector-spaces-04")
def _(card: Claim) -> None:
    """Takes two random subspaces; their intersection is the null space of the two bases side by side."""
    width = int(card.formulas("front")[0].removeprefix("R^").strip("{}"))
    one, other = (int(n) for n in re.findall(r"(?<![\d^{])\d+(?!\})", card.front))
    bases = card.rng.normal(size=(width, one + other))
    assert one + other - np.linalg.matrix_rank(bases) == card.value


@proof("la.vectors-04")
def _(card: Claim) -> None:
    """Averages rows of a random orthogonal matrix by the softmax of equal scores."""
    count = int(card.numbers("front")[0])
    values, _ = np.linalg.qr(card.rng.normal(size=(count, count)))
    scores = np.exp(np.full(count, 0.3))
    output = scores / scores.sum() @ values
    assert math.isclose(np.linalg.norm(output), card.value, rel_tol=1e-9)


# ---- programs and typed answers


@proof("la.numpy-linalg-01", "la.numpy-linalg-02")
def _(card: Claim) -> None:
    """Runs the program."""
    assert run_code(card.code) == card.output


@proof("la.linear-maps-03")
def _(card: Claim) -> None:
    """Multiplies the matrices; the line is what stays fixed."""
    turn, mirror = np.array([[0, -1], [1, 0]]), np.diag([1, -1])
    values, vectors = np.linalg.eig(mirror @ turn)
    assert sorted(values.real.round(9)) == [-1, 1]
    fixed, flipped = vectors[:, np.argmax(values)], vectors[:, np.argmin(values)]
    for answer in card.answers:
        equation = re.sub(r"[^-−+=xy0]", "", answer.replace("the line", ""))
        assert holds(equation, x=fixed[0], y=fixed[1])
        assert not holds(equation, x=flipped[0], y=flipped[1])


@proof("la.linear-systems-03")
def _(card: Claim) -> None:
    """Counts the operations of LU and of the two triangular systems, and divides."""
    factorization = [2 * sum((n - k) ** 2 for k in range(1, n)) + n * (n - 1) // 2 for n in (1000, 2000)]
    solution = [2 * n * n - n for n in (1000, 2000)]
    written = [tex for tex in card.formulas("front") if tex.startswith("2n")]
    for n, lu, solve in zip((1000, 2000), factorization, solution, strict=True):
        assert math.isclose(evaluate(written[0], n=n), lu, rel_tol=0.01)
        assert math.isclose(evaluate(written[1], n=n), solve, rel_tol=0.01)
        for answer in card.answers:
            if re.fullmatch(r"[$k=n/3()1*÷{}\\frac]+", answer):
                tex = answer.strip("$").removeprefix("k=")
                assert math.isclose(evaluate(tex, n=n), lu / solve, rel_tol=0.01)


@proof("la.matrix-ops-05")
def _(card: Claim) -> None:
    """Raises a block matrix with a random block to the power."""
    (tex,) = (tex for tex in card.formulas("front") if re.match(r"M\^", tex))
    block, zero, one = card.rng.normal(size=(3, 3)), np.zeros((3, 3)), np.eye(3)
    power = evaluate(tex, M=np.block([[one, block], [zero, one]]))
    for answer in card.answers:
        assert same(evaluate(answer.strip("$"), B=block), power[:3, 3:])


@proof("la.orthogonal-qr-03")
def _(card: Claim) -> None:
    """Compares the entry of R with the distance found by least squares."""
    a = card.rng.normal(size=(6, 4))
    _, r = np.linalg.qr(a)
    match = re.search(r"from \$a_(\d)\$ to the plane spanned by \$a_(\d),a_(\d)\$", card.front)
    assert match
    off, *plane = (int(n) - 1 for n in match.groups())
    nearest = np.linalg.lstsq(a[:, plane], a[:, off])[0]
    distance = np.linalg.norm(a[:, off] - a[:, plane] @ nearest)
    for answer in card.answers:
        if re.search(r"\d", answer):
            row, column = (int(n) - 1 for n in re.findall(r"\d", answer))
            assert math.isclose(abs(r[row, column]), distance)


@proof("la.svd-05")
def _(card: Claim) -> None:
    """Finds the polar factor by Newton's iteration, and tries other orthogonal matrices."""
    a = card.rng.normal(size=(4, 4))
    u, _, vt = np.linalg.svd(a)
    q = a
    for _ in range(60):
        q = (q + np.linalg.inv(q).T) / 2
    rivals = [np.linalg.qr(card.rng.normal(size=(4, 4)))[0] for _ in range(200)]
    assert all(np.linalg.norm(a - q) <= np.linalg.norm(a - rival) for rival in rivals)
    for answer in card.answers:
        if answer == "UVT":
            continue
        tex = answer.strip("$").removeprefix("Q=").replace(".T", "^T").replace("⊤", "^T").replace("^^", "^")
        assert same(evaluate(tex.replace("^-1", "^{-1}"), U=u, V=vt.T), q), answer


@proof("la.tensors-01")
def _(card: Claim) -> None:
    """Runs einsum with the answer and compares with the product head by head."""
    match = re.search(r"`\"([a-z]+,[a-z]+->)\?\"`", card.front)
    assert match
    q, k = card.rng.normal(size=(2, 3, 5, 4)), card.rng.normal(size=(2, 3, 6, 4))
    expected = np.array([[q[b, h] @ k[b, h].T for h in range(3)] for b in range(2)])
    for answer in card.answers:
        given = np.einsum(match[1] + re.sub(r"[^a-z]", "", answer.rpartition(">")[2]), q, k)
        assert close(given, expected)


# ---- choices of formulas


@proof("la.change-of-basis-01")
def _(card: Claim) -> None:
    """Evaluates the quadratic form at random points in both coordinates."""
    a, p, y = spd(card.rng, 4) - np.eye(4), card.rng.normal(size=(4, 4)), card.rng.normal(size=(4, 1))
    x = p @ y

    def fits(option: str) -> bool:
        matrix = evaluate(tex_of(option)[0], A=a, P=p)
        return same(matrix, matrix.T) and same((y.T @ matrix @ y).item(), (x.T @ a @ x).item())

    assert only(card.options, fits) == card.key


@proof("la.low-rank-03")
def _(card: Claim) -> None:
    """Looks for a matrix of rank one that beats truncation, in the error that each option names."""
    a = np.diag([2.0, 1.0])
    truncated = np.diag([2.0, 0.0])
    grid = np.linspace(-1.5, 1.5, 31)
    rivals = [np.outer((s, t), (s, t)) for s in grid for t in grid]
    rivals += [np.outer(*card.rng.normal(size=(2, 2))) for _ in range(500)]

    def is_beaten(option: str) -> bool:
        (tex,) = tex_of(option)

        def error(matrix: Array) -> float:
            e = a - matrix
            return float(evaluate(tex, E=e, e=e, sizes={"i": 2, "j": 2}))

        return min(map(error, rivals)) < error(truncated) - 1e-6

    assert only(card.options, is_beaten) == card.key


@proof("la.matrix-calculus-01")
def _(card: Claim) -> None:
    """Takes differences of a nonlinear function of Wx."""
    w, x = card.rng.normal(size=(3, 4)), card.rng.normal(size=(4, 1))
    g = np.cos(w @ x)
    slopes = gradient(lambda v: float(np.sin(v @ x).sum()), w)
    assert only(card.options, lambda o: close(evaluate(tex_of(o)[0], W=w, x=x, g=g), slopes)) == card.key


@proof("la.matrix-calculus-02")
def _(card: Claim) -> None:
    """Takes differences of the function on the card."""
    (tex,) = (tex.removeprefix("f(x)=") for tex in card.formulas("front") if tex.startswith("f(x)="))
    a, x = card.rng.normal(size=(4, 4)), card.rng.normal(size=(4, 1))
    slopes = gradient(lambda v: float(evaluate(tex, A=a, x=v)), x)
    assert only(card.options, lambda o: close(evaluate(tex_of(o)[0], A=a, x=x), slopes)) == card.key


@proof("la.matrix-calculus-06")
def _(card: Claim) -> None:
    """Takes differences of the function on the card."""
    (tex,) = (tex.removeprefix("F(t)=") for tex in card.formulas("front") if tex.startswith("F(t)="))
    a, b, h = card.rng.normal(size=(3, 3)) + 4 * np.eye(3), card.rng.normal(size=(3, 3)), 1e-5
    slope = (evaluate(tex, A=a, B=b, t=h) - evaluate(tex, A=a, B=b, t=-h)) / (2 * h)
    assert only(card.options, lambda o: close(evaluate(tex_of(o)[0], A=a, B=b), slope)) == card.key


@proof("la.orthogonal-qr-04")
def _(card: Claim) -> None:
    """Tries each formula on random vectors and a random Q with orthonormal columns."""
    q, _ = np.linalg.qr(card.rng.normal(size=(5, 2)))
    tries = [(card.rng.normal(size=(2, 1)), card.rng.normal(size=(5, 1))) for _ in range(20)]
    assert only(card.options, lambda o: all(holds(tex_of(o)[0], Q=q, x=x, y=y) for x, y in tries)) == card.key


@proof("la.pinv-conditioning-03")
def _(card: Claim) -> None:
    """Tries each identity on random matrices of every rank."""
    tries = [card.rng.normal(size=(4, r)) @ card.rng.normal(size=(r, 4)) for r in (1, 2, 3, 4)]
    tries += [np.eye(4, k=1), np.zeros((4, 4))]
    assert only(card.options, lambda o: all(holds(tex_of(o)[0], A=a, I=np.eye(4)) for a in tries)) == card.key


@proof("la.positive-definite-04")
def _(card: Claim) -> None:
    """Tries each matrix on random positive definite ones of small and large condition."""
    tries = [(spd(card.rng, 3, 1.5), spd(card.rng, 3, 1.5)) for _ in range(100)]

    def fits(option: str) -> bool:
        matrices = (evaluate(tex_of(option)[0], A=a, B=b) for a, b in tries)
        return all(np.allclose(m, m.T) and np.linalg.eigvalsh((m + m.T) / 2)[0] > 0 for m in matrices)

    assert only(card.options, fits) == card.key


@proof("la.tensors-03")
def _(card: Claim) -> None:
    """Runs the einsum on the card."""
    match = re.search(r"einsum\(\"([a-z,>-]+)\", A, B\)", card.front)
    assert match
    a, b, ones = card.rng.normal(size=(4, 4)), card.rng.normal(size=(4, 4)), np.ones((4, 1))
    value = float(np.einsum(match[1], a, b))
    assert only(card.options, lambda o: same(evaluate(tex_of(o)[0], A=a, B=b, ones=ones), value)) == card.key


# ---- choices in words: what a word of the option stands for is computed


def named(options: tuple[str, ...], found: Mapping[str, bool]) -> str:
    """The one option with a word that was found true; each option has to have one of the words."""

    def word_of(option: str) -> str:
        (word,) = (word for word in found if word in option)
        return word

    return only(options, lambda option: found[word_of(option)])


@proof("la.numpy-linalg-03")
def _(card: Claim) -> None:
    """Solves ill-conditioned systems both ways, a singular one, and an indefinite one."""
    residuals = []
    for _ in range(20):
        u, _, vt = np.linalg.svd(card.rng.normal(size=(30, 30)))
        a = u @ np.diag(np.logspace(0, -8, 30)) @ vt
        b = card.rng.normal(size=30)
        residuals.append([np.linalg.norm(a @ x - b) for x in (np.linalg.solve(a, b), np.linalg.inv(a) @ b)])
    solved, inverted = np.median(residuals, axis=0)
    try:
        np.linalg.solve(np.ones((2, 2)), np.ones(2))
        is_least_squares = True
    except np.linalg.LinAlgError:
        is_least_squares = False
    indefinite = np.array([[0.0, 1.0], [1.0, 0.0]])
    is_cholesky = not np.allclose(np.linalg.solve(indefinite, np.array([1.0, 2.0])), [2, 1])
    hilbert = 1 / (1 + np.add.outer(np.arange(9), np.arange(9)))
    error = np.linalg.norm(np.linalg.solve(hilbert, hilbert @ np.ones(9)) - 1)
    found = {
        "residual": bool(solved < inverted),
        "condition number": bool(error < 1e-12),
        "least squares": is_least_squares,
        "Cholesky": is_cholesky,
    }
    assert named(card.options, found) == card.key


@proof("la.pca-01")
def _(card: Claim) -> None:
    """Compares the first singular vector of an uncentred cloud with each direction."""
    mean = np.array([30.0, -20.0, 10.0])
    x = mean + card.rng.normal(size=(400, 3)) * np.array([0.5, 1.0, 2.0])
    first = np.linalg.svd(x)[2][0]
    spread = np.linalg.svd(x - x.mean(axis=0))[2]
    farthest = x[np.argmax(np.linalg.norm(x - mean, axis=1))] - mean

    def is_first(direction: Array) -> bool:
        return bool(abs(first @ direction) > 0.99 * np.linalg.norm(direction))

    found = {
        "largest spread": is_first(spread[0]),
        "smallest spread": is_first(spread[-1]),
        "origin to the sample mean": is_first(x.mean(axis=0)),
        "farthest sample": is_first(farthest),
    }
    assert named(card.options, found) == card.key


@proof("la.pca-02")
def _(card: Claim) -> None:
    """Computes the scores before and after each change."""
    x = card.rng.normal(size=(60, 3)) @ card.rng.normal(size=(3, 3))

    def scores(data: Array) -> Array:
        u, s, _ = np.linalg.svd(data - data.mean(axis=0), full_matrices=False)
        sizes: Array = np.abs(u * s)
        return sizes

    orthogonal, _ = np.linalg.qr(card.rng.normal(size=(3, 3)))
    changed = {
        "orthogonal": x @ orthogonal.T,
        "invertible": x @ card.rng.normal(size=(3, 3)).T,
        "unit variance": x / x.std(axis=0),
        "centimetres": x * np.array([100.0, 1.0, 1.0]),
    }
    assert named(card.options, {word: close(scores(x), scores(y)) for word, y in changed.items()}) == card.key


@proof("la.pinv-conditioning-04")
def _(card: Claim) -> None:
    """Runs gradient descent from 0 and from elsewhere."""
    a, b = card.rng.normal(size=(3, 5)), card.rng.normal(size=3)
    null = np.eye(5) - np.linalg.pinv(a) @ a
    step = 0.4 / np.linalg.norm(a, 2) ** 2

    def path(x: Array) -> list[Array]:
        points = [x]
        for _ in range(3000):
            points.append(points[-1] - step * 2 * a.T @ (a @ points[-1] - b))
        return points

    least = np.linalg.pinv(a) @ b
    start = null @ card.rng.normal(size=5)
    home, away = path(np.zeros(5)), path(start)
    assert close(home[-1], least)
    found = {
        "never leave the row space": all(np.linalg.norm(null @ x) < 1e-9 for x in home),
        "keeps the norm of the solution low": close(away[-1], least),
        "strictly convex": bool(np.linalg.eigvalsh(a.T @ a)[0] > 1e-9),
        "null space decay": bool(np.linalg.norm(null @ away[-1]) < 0.5 * np.linalg.norm(start)),
    }
    assert named(card.options, found) == card.key


@proof("la.tensors-02")
def _(card: Claim) -> None:
    """Reshapes an array whose entries tell token and feature."""
    n, h, d = 6, 3, 4
    match = re.search(r"`X\.reshape\((\w), (\w), (\w)\)`", card.front)
    assert match
    shape = [{"n": n, "h": h, "d": d}[name] for name in match.groups()]
    x = np.array([[100 * token + feature for feature in range(h * d)] for token in range(n)])
    is_error = x.size != math.prod(shape)
    block = x.reshape(shape)[0]
    right = x.reshape(n, h, d)[:, 0]
    found = {
        "raises an error": is_error,
        "swapped": bool(np.isin(block, right).all()),
        "multiple of $h$": bool((block % 100 % h == 0).all()),
        "first $n/h$ tokens": sorted(block.ravel()) == sorted(x[: n // h].ravel()),
    }
    assert named(card.options, found) == card.key


@proof("la.vector-spaces-05")
def _(card: Claim) -> None:
    """Adds members of each set."""
    n, rng = 3, card.rng

    def square_zero() -> Array:
        p = rng.normal(size=(n, n))
        return p @ np.diag([1.0, 0.0], k=1) @ np.linalg.inv(p)

    def traceless() -> Array:
        m = rng.normal(size=(n, n))
        m -= np.trace(m) / n * np.eye(n)
        return m

    sets: dict[str, tuple[Callable[[], Array], Callable[[Array], bool]]] = {
        "determinant zero": (
            lambda: rng.normal(size=(n, n - 1)) @ rng.normal(size=(n - 1, n)),
            lambda m: abs(np.linalg.det(m)) < 1e-9,
        ),
        "rank at most one": (
            lambda: rng.normal(size=(n, 1)) @ rng.normal(size=(1, n)),
            lambda m: np.linalg.matrix_rank(m, tol=1e-9) <= 1,
        ),
        "trace zero": (traceless, lambda m: abs(np.trace(m)) < 1e-9),
        "square is zero": (square_zero, lambda m: np.allclose(m @ m, 0)),
    }
    found = {}
    for word, (draw, belongs) in sets.items():
        members = [draw() for _ in range(10)]
        assert all(map(belongs, members))
        found[word] = all(belongs(2 * a - 3 * b) for a in members for b in members)
    assert named(card.options, found) == card.key


# ---- orders: each line is computed from the one before


@proof("la.det-trace-04")
def _(card: Claim) -> None:
    """Puts t=0 into the first line, and takes the sign out of the third, for even and odd n."""
    first, second, third, last = (tex_of(step)[-1] for step in card.steps)
    assert second == re.sub(r"tI-|t-(?=\\lambda)", "-", first)
    assert third.replace(last, "") == card.formulas("front")[-1]
    assert [side.startswith(last) for side in third.split("=")] == [True, True]
    for n in (3, 4):
        a = card.rng.normal(size=(n, n)) + 1j * card.rng.normal(size=(n, n))
        known = {"A": a, "I": np.eye(n), "lambda": np.linalg.eigvals(a), "n": n, "t": 1.7, "sizes": {"i": n}}
        assert holds(first, **known)
        assert holds(second, **known)
        assert holds(third, **known)
        assert same(sides(second, **known)[0], sides(third, **known)[0])
        assert [holds(tex_of(decoy)[-1], **known) for decoy in card.decoys] == [n % 2 == 1]


@proof("la.eigen-05")
def _(card: Claim) -> None:
    """Uses no name before it is introduced, and looks for models in which a premise holds but not what follows."""
    a, singular = card.rng.normal(size=(4, 4)), card.rng.normal(size=(4, 2)) @ card.rng.normal(size=(2, 4))
    values, vectors = np.linalg.eig(a @ singular)
    best = int(np.argmax(np.abs(values)))
    x, zero = vectors[:, [best]], np.zeros((4, 1))
    kernel = np.linalg.svd(singular)[2][-1:].T
    good = {"A": a, "B": singular, "lambda": values[best], "x": x, "y": singular @ x}
    models = [good, good | {"x": kernel, "y": zero}, good | {"y": zero}, good | {"x": zero, "y": zero}]

    def follows(line: str) -> bool:
        *premises, conclusion = tex_of(line)
        return all(holds(conclusion, **m) for m in models if all(holds(p, **m) for p in premises))

    start, name, nonzero, end = (tex_of(step) for step in card.steps)
    assert start[0] == r"x\ne 0"
    assert start[1] == r"ABx=\lambda x"
    assert name[0].startswith("y=")
    assert name[1] == start[1].replace(name[0].removeprefix("y="), "y")
    assert nonzero[1] == name[1]
    assert follows(card.steps[2])
    assert not any(map(follows, card.decoys))
    assert end[-1] == "BA"
    shown = nonzero[-1].removesuffix(r"\ne 0")
    assert f"nonzero ${shown}$" in card.steps[3]
    assert all(holds(tex, **good) for tex in (*start, *name, *nonzero, end[0]))


@proof("la.inner-product-norms-04")
def _(card: Claim) -> None:
    """Computes each line from the one before, with random vectors."""
    start, expanded, inserted, rearranged, roots = (tex_of(step) for step in card.steps)
    assert not roots
    assert start[-1].count(r"\|") == 2
    for _ in range(20):
        x, y = card.rng.normal(size=(3, 1)), card.rng.normal(size=(3, 1))

        def left(tex: str, t: float, x: Array = x, y: Array = y) -> Value:
            return sides(tex, x=x, y=y, t=t)[0]

        assert all(same(left(start[-1], t), left(expanded[-1], t)) for t in (-2.0, 0.3, 5.0))
        assert all(not same(left(start[-1], t), left(tex_of(card.decoys[0])[-1], t)) for t in (-2.0, 0.3, 5.0))
        name, least = inserted[0].split("=")
        t = evaluate(least, x=x, y=y)
        assert name == "t"
        assert left(expanded[-1], t) < min(left(expanded[-1], t + 0.1), left(expanded[-1], t - 0.1))
        assert same(left(inserted[-1], 0), left(expanded[-1], t))
        small, large = sides(rearranged[-1], x=x, y=y)
        assert same(large - small, left(inserted[-1], 0) * (y.T @ y).item())
        assert holds(rearranged[-1], x=x, y=y)
        assert same([math.sqrt(small), math.sqrt(large)], sides(card.formulas("front")[-1], x=x, y=y))


@proof("la.matrix-calculus-03")
def _(card: Claim) -> None:
    """Compares each line with the determinant of perturbed matrices, and the gradient with differences."""
    factored, expanded, logs, end = (tex_of(step)[-1] for step in card.steps)
    assert r"+o(\|H\|)" not in factored
    x, h = card.rng.normal(size=(3, 3)), card.rng.normal(size=(3, 3))
    x = x if np.linalg.det(x) > 0 else -x
    known = {"X": x, "I": np.eye(3)}
    assert holds(factored, **known, H=h)
    assert expanded.split("=")[0] == factored.split("=")[0]

    def gap(tex: str, size: float) -> float:
        left, right = sides(tex.replace(r"+o(\|H\|)", ""), **known, H=size * h)
        return float(abs(left - right)) / size

    for tex in (expanded, logs):
        assert r"+o(\|H\|)" in tex
        assert gap(tex, 1e-5) < 0.02 * gap(tex, 1e-3)
    small = known | {"H": 1e-6 * h}
    ratio = sides(expanded.replace(r"+o(\|H\|)", ""), **small)[0] / np.linalg.det(x)
    assert close(math.log(ratio), sides(logs.replace(r"+o(\|H\|)", ""), **small)[0], 1e-9)
    slopes = gradient(lambda m: float(np.linalg.slogdet(m)[1]), x)
    assert close(evaluate(end.removeprefix("G="), X=x), slopes)
    assert not close(evaluate(tex_of(card.decoys[0])[-1].removeprefix("G="), X=x), slopes)


@proof("la.pca-03")
def _(card: Claim) -> None:
    """Builds the Lagrangian from the problem, its gradient by differences, and the variance of eigenvectors."""
    (target, constraint), (lagrangian,), (_, stationary), (_, variance), end = (tex_of(step) for step in card.steps)
    s, w = spd(card.rng, 3), card.rng.normal(size=(3, 1))
    known = {"S": s, "w": w, "lambda": 0.7}
    left, right = sides(constraint, **known)
    assert same(evaluate(lagrangian, **known), evaluate(target, **known) - 0.7 * (left - right))
    one, other = sides(stationary, **known)
    assert close(gradient(lambda v: float(evaluate(lagrangian, **known | {"w": v})), w), 2 * (one - other))
    values, vectors = np.linalg.eigh(s)
    for value, vector in zip(values, vectors.T, strict=True):
        pair = {"S": s, "w": vector[:, None], "lambda": value}
        assert holds(constraint, **pair)
        assert holds(stationary, **pair)
        assert holds(variance, **pair)
        assert not holds(tex_of(card.decoys[0])[-1], **pair)
    assert variance.split("=")[0] == target
    assert end == [r"\lambda", "w"]
    assert "largest" in card.steps[-1]
    units = card.rng.normal(size=(3, 500))
    units /= np.linalg.norm(units, axis=0)
    assert (np.einsum("ik,ij,jk->k", units, s, units) <= values[-1]).all()


@proof("la.pinv-conditioning-01")
def _(card: Claim) -> None:
    """Computes each bound from the one before, in three norms."""
    subtracted, bounded, divided, enlarged, end = (tex_of(step) for step in card.steps)
    worst = 0.0
    for order in (1, 2, math.inf):
        for _ in range(20):
            a, x, dx = card.rng.normal(size=(3, 3)), card.rng.normal(size=(3, 1)), card.rng.normal(size=(3, 1))
            known = {"A": a, "x": x, "b": a @ x, "deltax": dx, "deltab": a @ dx, "order": order}
            for tex in (subtracted[-1], bounded[-1], divided[-1], *enlarged):
                assert holds(tex, **known)
            assert same(sides(subtracted[-1], **known)[0], a @ (x + dx) - a @ x)
            by = evaluate(divided[0], **known)
            assert same([side / by for side in sides(bounded[-1], **known)], sides(divided[-1], **known))
            small, large = sides(enlarged[0], **known)
            left, right = sides(divided[-1], **known)
            assert same([left, right / small * large], sides(enlarged[1], **known))
            factor = evaluate(end[0], **known)
            assert same(factor, sides(enlarged[1], **known)[1] / evaluate(r"\|\delta b\|/\|b\|", **known))
            assert same(factor, np.linalg.cond(a, order))
            one, other = sides(tex_of(card.decoys[0])[0], **known)
            worst = max(worst, one / other)
    assert worst > 1.1


@proof("la.projection-least-squares-04")
def _(card: Claim) -> None:
    """Rewrites each equation into the next, and tries each on the least squares solution."""
    normal, inserted, simplified, cancelled, end = (tex_of(step) for step in card.steps)
    a, b = card.rng.normal(size=(5, 3)), card.rng.normal(size=(5, 1))
    q, r = np.linalg.qr(a)
    solution = np.linalg.lstsq(a, b)[0]
    known = {"A": a, "Q": q, "R": r, "b": b, "I": np.eye(3), "hatx": solution}
    for tex in (*normal, *inserted, *simplified, cancelled[-1]):
        assert holds(tex, **known)
    assert inserted[0] == "A=QR"
    factors = normal[-1].replace(r"A^\top", r"R^\top Q^\top").replace("A", "QR").replace(" b", "b")
    assert inserted[-1].replace(" b", "b") == factors
    product_, one = simplified[0].split("=")
    assert one == "I"
    assert simplified[-1].replace(" ", "") == inserted[-1].replace(" ", "").replace(product_.replace(" ", ""), "")
    sides_left = [side.strip().removeprefix(cancelled[0]).strip() for side in simplified[-1].split("=")]
    assert "=".join(sides_left) == cancelled[-1]
    assert end == [r"\hat x"]
    assert np.allclose(np.triu(r), r)
    x = np.zeros((3, 1))
    for n in (2, 1, 0):
        x[n] = ((q.T @ b)[n] - r[n, n + 1 :] @ x[n + 1 :]) / r[n, n]
    assert same(x, solution)
    assert not any(holds(tex, **known | {"I": np.eye(5)}) for tex in tex_of(card.decoys[0])[1:])


@proof("la.spectral-theorem-04")
def _(card: Claim) -> None:
    """Tries each line on a matrix that is not symmetric, until the card uses symmetry."""
    start, multiplied, transposed, subtracted, end = (tex_of(step) for step in card.steps)
    a = np.array([[0.0, -2.0, 0.3], [1.0, 0.5, 0.0], [0.2, 0.0, 1.0]])
    values, vectors = np.linalg.eig(a)
    which = int(np.argmax(np.abs(values.imag)))
    known = {"A": a, "v": vectors[:, [which]], "lambda": values[which], "sizes": {"i": 3}}
    assert abs(values[which].imag) > 0.1
    assert holds(start[-1], **known)
    by = evaluate(multiplied[0], **known)
    assert same([(by @ side).item() for side in sides(start[-1], **known)], sides(multiplied[-1], **known))
    assert transposed[0] == "A^*=A"
    unused = transposed[-1].replace("A", "A^*")
    assert same([np.conj(side) for side in sides(multiplied[-1], **known)], sides(unused, **known))
    assert multiplied[-1].split("=")[0] == transposed[-1].split("=")[0]
    right = sides(multiplied[-1], **known)[1] - sides(transposed[-1], **known)[1]
    assert same([right, 0], sides(subtracted[-1], **known))
    assert holds(end[0], **known)
    assert end[-1] == r"\lambda=\bar\lambda"
    assert not holds(tex_of(card.decoys[0])[0].removesuffix(r"\ne 0"), v=np.array([[1], [1j]]))
    real = (a + a.T) / 2
    assert all(holds(end[-1], **{"lambda": value}) for value in np.linalg.eigvals(real))


@proof("la.transpose-inverse-04")
def _(card: Claim) -> None:
    """Adds up powers of a random matrix of norm 0.8, and tries each line with it."""
    partial, product_, limit, regular, end = (tex_of(step) for step in card.steps)
    a = card.rng.normal(size=(4, 4))
    a *= 0.8 / np.linalg.norm(a, 2)

    def known(k: int) -> dict[str, Value]:
        return {"A": a, "I": np.eye(4), "k": k, "S_k": sum(np.linalg.matrix_power(a, n) for n in range(k + 1))}

    for k in (3, 7, 200):
        terms = "+".join(f"A^{{{n}}}" for n in range(2, k))
        assert holds(partial[-1].replace(r"\cdots", terms), **known(k))
        assert holds(product_[-1], **known(k))
        assert holds(limit[0].split(r"\to")[0], **known(k))
        assert holds(end[-1].split(r"\to")[0], **known(k))
    size, zero = limit[0].split(r"\to")
    assert sides(size, **known(200))[1] < 1e-9
    assert float(zero) == 0
    assert same(sides(product_[-1], **known(200))[1], evaluate(limit[-1], **known(200)))
    assert product_[-1].split("=")[0] == regular[1]
    assert abs(np.linalg.det(evaluate(regular[1], **known(200)))) > 0.5
    assert f"({regular[-1]})^{{-1}}" in end[-1]
    assert same(known(200)["S_k"], evaluate(end[-1].split(r"\to")[1], **known(200)))
    assert not holds(tex_of(card.decoys[0])[0], **known(3))


# ---- reasons and clozes


@proof("la.change-of-basis-02")
def _(card: Claim) -> None:
    """Compares characteristic polynomials and conjugates the identity by a random matrix."""
    j, p, one = matrix_of(card.front), card.rng.normal(size=(2, 2)), np.eye(2)
    assert np.allclose(np.poly(j), np.poly(one))
    _, conjugated, differ = card.formulas("back")
    assert holds(conjugated, P=p, I=one)
    assert holds(differ, J=j, I=one)


@proof("la.matrix-calculus-05")
def _(card: Claim) -> None:
    """Takes differences of the trace, and adds up the double sum on the card."""
    a, x = card.rng.normal(size=(4, 3)), card.rng.normal(size=(3, 4))
    assert holds(card.formulas("back")[0], A=a, X=x, a=a, x=x, sizes={"i": 3, "j": 4})
    right, wrong = card.formulas("front")[-2:]
    slopes = gradient(lambda v: float(np.trace(a @ v)), x)
    assert close(evaluate(right, A=a), slopes)
    assert not close(evaluate(wrong, A=a), slopes)


@proof("la.pca-05")
def _(card: Claim) -> None:
    """Projects random data onto random subspaces."""
    for _ in range(10):
        basis, _ = np.linalg.qr(card.rng.normal(size=(5, 2)))
        assert holds(card.formulas("back")[0], P=basis @ basis.T, x=card.rng.normal(size=(5, 1)))


@proof("la.det-trace-01")
def _(card: Claim) -> None:
    """Computes both traces and the double sum on the card with rectangular matrices."""
    a, b = card.rng.normal(size=(3, 4)), card.rng.normal(size=(4, 3))
    known = {"A": a, "B": b, "a": a, "b": b, "m": 3, "n": 4}
    assert same(evaluate(card.formulas("back")[0], **known), np.trace(a @ b))
    assert same(evaluate(card.formulas("back")[0], **known), np.trace(b @ a))


@proof("la.det-trace-02")
def _(card: Claim) -> None:
    """Scales random matrices of two sizes."""
    for n in (3, 4):
        a = card.rng.normal(size=(n, n))
        for c in (-2.0, 0.5):
            known = {"A": a, "c": c, "n": n}
            assert same(evaluate(card.cloze(1).strip("$"), **known), np.linalg.det(c * a))
            assert same(evaluate(card.cloze(2).strip("$"), **known), np.trace(c * a))


@proof("la.det-trace-03")
def _(card: Claim) -> None:
    """Computes determinant and condition number of the matrix on the card."""
    size = int(card.numbers("front")[0])
    matrix = evaluate(card.formulas("back")[0], I=np.eye(size))
    assert math.isclose(np.linalg.det(matrix), evaluate(card.formulas("front")[0]), rel_tol=1e-9)
    assert math.isclose(np.linalg.cond(matrix), card.numbers("front")[-1])


@proof("la.eigen-01")
def _(card: Claim) -> None:
    """Computes both multiplicities of the matrix on the card."""
    matrix = matrix_of(card.back)
    value = card.numbers("front")[2]
    assert np.allclose(np.poly(matrix), np.poly(np.full(2, value)))
    assert 2 - np.linalg.matrix_rank(matrix - value * np.eye(2)) == 1
    assert np.allclose(matrix, np.triu(matrix))


@proof("la.eigen-02")
def _(card: Claim) -> None:
    """Takes high powers of Jordan blocks and rotations with eigenvalues on both sides of the bound."""
    tex = card.cloze(1).strip("$")
    for value in (0.0, 0.9, -0.9, 0.9j, 1.0, -1.0, 1j, 1.1, -1.1):
        for block in (np.array([[value]]), value * np.eye(3) + np.eye(3, k=1)):
            vanishes = np.abs(np.linalg.matrix_power(block, 2000)).max() < 1e-6
            assert holds(tex, **{"lambda": value}) == vanishes


@proof("la.inner-product-norms-01")
def _(card: Claim) -> None:
    """Looks for the largest ratio of the norms among random vectors and those of equal entries."""
    for n in (2, 5):
        c = evaluate(card.cloze(1).strip("$"), n=n)
        ratios = [np.linalg.norm(x, 1) / np.linalg.norm(x) for x in card.rng.normal(size=(2000, n))]
        assert max(ratios) <= c
        assert math.isclose(np.linalg.norm(np.array([1, -1] * n)[:n], 1) / np.sqrt(n), c)


@proof("la.inner-product-norms-03")
def _(card: Claim) -> None:
    """Tries the formula on random unit vectors."""
    for _ in range(10):
        u, v = (x[:, None] / np.linalg.norm(x) for x in card.rng.normal(size=(2, 5)))
        assert holds(card.formulas("back")[0], u=u, v=v)


@proof("la.linear-maps-02")
def _(card: Claim) -> None:
    """Appends the constant to a random vector."""
    w, b, x = card.rng.normal(size=(3, 4)), card.rng.normal(size=3), card.rng.normal(size=4)
    assert np.allclose(np.column_stack([w, b]) @ np.append(x, float(card.cloze(2))), w @ x + b)


@proof("la.linear-systems-01")
def _(card: Claim) -> None:
    """Counts the operations of forward and back substitution."""
    n = 1000
    forward = sum(2 * row for row in range(n))
    back = sum(2 * row + 1 for row in range(n))
    each = card.formulas("back")[-1]
    assert math.isclose(evaluate(each, n=n), forward, rel_tol=0.01)
    assert math.isclose(evaluate(each, n=n), back, rel_tol=0.01)
    assert math.isclose(evaluate(card.formulas("front")[-1], n=n), forward + back, rel_tol=0.01)


@proof("la.low-rank-01")
def _(card: Claim) -> None:
    """Truncates a random matrix."""
    a = card.rng.normal(size=(6, 5))
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    for k in (1, 2, 3):
        rest = a - (u[:, :k] * s[:k]) @ vt[:k]
        known = {"k": k, "sigma": s, "sizes": {"i": len(s)}, "sigma_k+1": s[k]}
        assert same(evaluate(card.cloze(1).strip("$"), **known), np.linalg.norm(rest, 2))
        assert same(evaluate(card.cloze(2).strip("$"), **known), np.linalg.norm(rest))


@proof("la.low-rank-02")
def _(card: Claim) -> None:
    """Truncates random orthogonal matrices."""
    for n in (4, 10):
        q, _ = np.linalg.qr(card.rng.normal(size=(n, n)))
        u, s, vt = np.linalg.svd(q)
        k = n // 2
        error = np.linalg.norm(q - (u[:, :k] * s[:k]) @ vt[:k]) / np.linalg.norm(q)
        values, relations = _chain(card.formulas("back")[-1], {"n": n})
        assert relations == ["=", "~"]
        assert np.allclose(values[:2], error)
        assert round(error, 2) == values[2]
        assert round(100 * error) == card.numbers("front")[-1]


@proof("la.matrix-ops-01")
def _(card: Claim) -> None:
    """Takes each column and row of a random product."""
    a, b = card.rng.normal(size=(3, 4)), card.rng.normal(size=(4, 5))
    for j in range(5):
        assert same(evaluate(card.cloze(1).strip("$"), A=a, B=b, b_j=b[:, [j]]), (a @ b)[:, [j]])
    for i in range(3):
        assert same(evaluate(card.cloze(2).strip("$"), A=a, B=b, r_i=a[[i]].T), (a @ b)[[i]])


@proof("la.matrix-ops-03")
def _(card: Claim) -> None:
    """Counts the multiplications and additions of each product."""
    n = 300
    cheap, dear = (tex for tex in card.formulas("back") if "n" in tex)
    vector, matrix = n * (2 * n - 1), n * n * (2 * n - 1)
    assert math.isclose(evaluate(cheap, n=n), 2 * vector, rel_tol=0.01)
    assert math.isclose(evaluate(dear, n=n), matrix, rel_tol=0.01)


@proof("la.matrix-ops-04")
def _(card: Claim) -> None:
    """Scales the columns of a random matrix."""
    x, g, w = card.rng.normal(size=(3, 4)), card.rng.normal(size=(4, 1)), card.rng.normal(size=(4, 5))
    (tex,) = (tex for tex in card.formulas("back") if "diag" in tex)
    assert same(x @ evaluate(tex, g=g, W=w), (x * g.T) @ w)


@proof("la.orthogonal-qr-02")
def _(card: Claim) -> None:
    """Tries the chain of equations on a random orthogonal matrix."""
    r, _ = np.linalg.qr(card.rng.normal(size=(4, 4)))
    q, k = card.rng.normal(size=(4, 1)), card.rng.normal(size=(4, 1))
    for m, n in ((2, 5), (4, 7), (5, 1)):
        for tex in card.formulas("back"):
            assert holds(tex, R=r, q=q, k=k, m=m, n=n)


@proof("la.positive-definite-01")
def _(card: Claim) -> None:
    """Computes the rank of a random Gram matrix, and both sides of the formula."""
    v, x = card.rng.normal(size=(3, 5)), card.rng.normal(size=(5, 1))
    gram = v.T @ v
    assert np.linalg.matrix_rank(gram) == int(card.formulas("front")[1].removeprefix("R^")) < 5
    assert holds(card.formulas("back")[1], G=gram, V=v, x=x)


@proof("la.positive-definite-02")
def _(card: Claim) -> None:
    """Computes the eigenvalues of the matrix on the card."""
    matrix = matrix_of(card.back)
    match = re.search(r"\$x=\((-?\d+),(-?\d+)\)\$", card.back)
    assert match
    x = np.array([[float(match[1])], [float(match[2])]])
    assert (matrix > 0).all()
    assert np.allclose(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix)[0] < 0
    assert holds(card.formulas("back")[2], A=matrix, x=x)


@proof("la.projection-least-squares-01")
def _(card: Claim) -> None:
    """Minimises by a solver and evaluates the equations on the card."""
    a, b = card.rng.normal(size=(6, 3)), card.rng.normal(size=(6, 1))
    assert holds(card.formulas("more")[0], A=a, b=b, hatx=np.linalg.lstsq(a, b)[0])


@proof("la.projection-least-squares-02")
def _(card: Claim) -> None:
    """Projects onto the columns by an orthonormal basis."""
    for m, n in ((6, 3), (5, 2)):
        a = card.rng.normal(size=(m, n))
        u = np.linalg.svd(a, full_matrices=False)[0]
        assert same(evaluate(card.cloze(1).strip("$"), A=a), u @ u.T)
        assert same(evaluate(card.cloze(2).strip("$"), n=n, m=m), np.trace(u @ u.T))


@proof("la.rank-02")
def _(card: Claim) -> None:
    """Counts the singular values that are zero."""
    for m, n, r in ((5, 4, 2), (3, 6, 3)):
        a = card.rng.normal(size=(m, r)) @ card.rng.normal(size=(r, n))
        for number, matrix in ((1, a), (2, a.T)):
            nullity = matrix.shape[1] - np.sum(np.linalg.svd(matrix, compute_uv=False) > 1e-9)
            assert evaluate(card.cloze(number).strip("$"), m=m, n=n, r=r) == nullity


@proof("la.rank-03")
def _(card: Claim) -> None:
    """Takes random updates of each rank, and the one that the card names."""
    n = 5
    w = card.rng.normal(size=(n, n))
    for r in range(1, n + 1):
        basis, _ = np.linalg.qr(card.rng.normal(size=(n, r)))
        least = evaluate(card.formulas("back")[0], n=n, r=r)
        update = evaluate(card.formulas("more")[0].partition("=")[2], W_0=w, P=basis @ basis.T)
        assert np.linalg.matrix_rank(update) == r
        assert np.linalg.matrix_rank(w + update, tol=1e-9) == least
        rivals = [card.rng.normal(size=(n, r)) @ card.rng.normal(size=(r, n)) for _ in range(50)]
        assert all(np.linalg.matrix_rank(w + rival) >= least for rival in rivals)


@proof("la.spectral-theorem-01")
def _(card: Claim) -> None:
    """Tries the chain on eigenvectors of random symmetric matrices."""
    a = spd(card.rng, 4)
    values, vectors = np.linalg.eigh(a)
    for one, other in ((0, 1), (3, 2)):
        known = {"A": a, "u": vectors[:, [one]], "v": vectors[:, [other]], "lambda": values[one], "mu": values[other]}
        for tex in card.formulas("back"):
            assert holds(tex, **known)
    x, y = card.rng.normal(size=(4, 1)), card.rng.normal(size=(4, 1))
    assert holds("(Au)^\\top v=u^\\top Av", A=a, u=x, v=y)
    assert holds(card.formulas("more")[0], A=a, u=x, v=y)


@proof("la.spectral-theorem-02")
def _(card: Claim) -> None:
    """Computes eigenvalues and eigenvectors of the matrix on the card."""
    matrix = matrix_of(card.back)
    values, vectors = np.linalg.eig(matrix)
    assert sorted(values) == card.numbers("front")[-2:]
    assert abs(vectors[:, 0] @ vectors[:, 1]) > 0.01
    assert not np.allclose(matrix @ matrix.T, matrix.T @ matrix)
    written = [np.array([[int(p)], [int(q)]]) for p, q in re.findall(r"\$\((\d),(\d)\)\$", card.back)]
    assert len(written) == 2
    assert all(np.linalg.matrix_rank(np.hstack([x, matrix @ x])) == 1 for x in written)


@proof("la.spectral-theorem-03")
def _(card: Claim) -> None:
    """Tries the condition on matrices with and without an orthonormal basis of eigenvectors."""
    tex = card.cloze(2).strip("$")
    assert card.cloze(1) == "symmetric"
    for _ in range(10):
        g = card.rng.normal(size=(3, 3)) + 1j * card.rng.normal(size=(3, 3))
        u, _ = np.linalg.qr(g)
        diagonal = np.diag(card.rng.normal(size=3) + 1j * card.rng.normal(size=3))
        assert holds(tex, A=u @ diagonal @ np.conj(u.T))
        assert not holds(tex, A=g @ diagonal @ np.linalg.inv(g))


@proof("la.svd-01")
def _(card: Claim) -> None:
    """Computes eigenvalues and singular values of the matrix on the card, and the bound for its corner."""
    matrix = matrix_of(card.back)
    bound = card.numbers("front")[-1]
    assert np.allclose(np.diag(matrix), 1)
    assert np.allclose(matrix, np.triu(matrix))
    assert np.linalg.norm(matrix, 2) > bound
    least = card.numbers("back")[-1]
    assert math.isclose(np.linalg.norm(np.array([[1, least], [0, 1]]), 2), bound, rel_tol=1e-6)
    (length,) = (tex for tex in card.formulas("back") if "sqrt" in tex)
    assert math.isclose(np.linalg.norm(matrix[:, 1]), evaluate(length))


@proof("la.svd-03")
def _(card: Claim) -> None:
    """Builds a matrix of that condition and forms its normal equations."""
    kappa = evaluate(card.formulas("front")[1].rpartition("=")[2])
    u, _ = np.linalg.qr(card.rng.normal(size=(6, 3)))
    a = u @ np.diag([1, 0.1, 1 / kappa])
    squared, epsilon, inverse = card.formulas("back")[-3:]
    assert math.isclose(np.linalg.cond(a.T @ a), evaluate(squared), rel_tol=1e-4)
    machine = float(np.finfo(np.float32).eps)
    assert any(math.isclose(evaluate(tex), machine) for tex in (epsilon, inverse))
    assert any(math.isclose(evaluate(tex), 1 / machine, rel_tol=0.05) for tex in (epsilon, inverse))


@proof("la.transpose-inverse-02")
def _(card: Claim) -> None:
    """Computes the ranks of both products."""
    a = card.rng.normal(size=(5, 3))
    rows, columns, rank = card.numbers("front")
    assert a.shape == (rows, columns)
    ranks = [np.linalg.matrix_rank(m) for m in (a, a.T @ a, a @ a.T)]
    assert ranks == [rank] * 3
    numbers = card.numbers("back")
    assert numbers[0] == rank
    assert numbers[1:] == [3, 3, 5, 5]


@proof("la.transpose-inverse-03")
def _(card: Claim) -> None:
    """Inverts random matrices."""
    for n in (2, 5):
        u, v = card.rng.normal(size=(n, 1)), card.rng.normal(size=(n, 1))
        c = evaluate(card.cloze(1).strip("$"), u=u, v=v)
        assert same(np.linalg.inv(np.eye(n) + u @ v.T), np.eye(n) - c * u @ v.T)


@proof("la.vectors-03")
def _(card: Claim) -> None:
    """Measures all distances between one-hot vectors."""
    vectors = np.eye(6)
    distance = evaluate(card.formulas("back")[0])
    assert all(math.isclose(np.linalg.norm(vectors[i] - vectors[j]), distance) for i in range(6) for j in range(i))


@proof("la.spectral-theorem-05")
def trace_from_the_rank(card: Claim) -> None:
    """A random symmetric matrix whose eigenvalues are roots of the equation, and the matrix of the remark."""
    size, rank = (int(re.findall(pattern, card.front)[0]) for pattern in (r"\$(\d)\\times", r"rank (\d)"))
    high, low = (int(power) for power in re.findall(r"\$A\^(\d)=A\^(\d)\$", card.front)[0])
    coefficients = np.zeros(high + 1)
    coefficients[0], coefficients[high - low] = 1, -1
    (root,) = {round(float(value.real), 9) for value in np.roots(coefficients) if abs(value) > 1e-6}
    turn, _ = np.linalg.qr(card.rng.normal(size=(size, size)))
    a = turn @ np.diag([root] * rank + [0.0] * (size - rank)) @ turn.T
    power = np.linalg.matrix_power
    assert np.allclose(power(a, high), power(a, low)) and np.linalg.matrix_rank(a) == rank
    assert card.value == approx(np.trace(a))
    blocks = [*matrices_of(card.more), np.zeros((1, 1))]
    other, start = np.zeros((size, size)), 0
    for block in blocks:
        other[start : start + len(block), start : start + len(block)] = block
        start += len(block)
    assert start == size and np.allclose(power(other, high), power(other, low))
    assert np.linalg.matrix_rank(other) == rank and np.trace(other) == card.numbers("more")[-1] != card.value
