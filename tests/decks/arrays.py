"""TeX of arrays read as NumPy, and the functions of arrays that the proofs of several stages share.

Formulas of matrices are read from the cards by `array_of`: a name is any piece of TeX that the proof gives a value,
`dO` or `\\phi(k_i)`; two matrices side by side are multiplied as matrices where their shapes fit, else by elements.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.decks.closed_forms import value_of

Array = npt.NDArray[np.float64]
Names = Mapping[str, Any]

_OPERATORS = {r"\odot": "odot", r"\cdot": "cdot", r"\times": "cdot"}


def array_of(tex: str, names: Names) -> Any:
    """The value of a TeX expression; `names` gives arrays, numbers, functions, and the terms of a sum as `\\sum_i`."""
    reader = _Reader(tex, names)
    value = reader.sum()
    if reader.rest:
        raise ValueError(f"{reader.rest!r} is not understood in {tex!r}")
    return value


class _Reader:
    """Recursive descent: sum > elementwise and dot products > products and quotients > powers > atoms."""

    def __init__(self, tex: str, names: Names) -> None:
        self.rest = tight(tex)
        self._names = {tight(name): value for name, value in names.items()}

    def sum(self) -> Any:
        value = self._signed()
        while self.rest[:1] in ("+", "-") and self.rest:
            value = value + self._dotted() if self._take(1) == "+" else value - self._dotted()
        return value

    def _signed(self) -> Any:
        if self.rest.startswith("-"):
            self._take(1)
            return -1 * self._dotted()
        return self._dotted()

    def _dotted(self) -> Any:
        value = self._product()
        while sign := next((sign for sign in _OPERATORS if self.rest.startswith(sign)), None):
            self._take(len(sign))
            other = self._product()
            if _OPERATORS[sign] == "cdot" and np.shape(value) == np.shape(other) != ():
                value = float(np.sum(value * other))
            else:
                value = value * other
        return value

    def _product(self) -> Any:
        value = self._power()
        while self.rest:
            if self.rest[0] == "/":
                self._take(1)
                value = value / self._power()
            elif self.rest[0] in "+-=,)}]<>" or self.rest.startswith(tuple(_OPERATORS)):
                break
            else:
                value = _times(value, self._power())
        return value

    def _power(self) -> Any:
        if self.rest.startswith("e^") and "e" not in self._names:
            self._take(2)
            return np.exp(self._argument())
        value = self._atom()
        while self.rest.startswith("^"):
            self._take(1)
            if match := re.match(r"\\top|\{\\top\}|T(?![A-Za-z])|\{T\}|T", self.rest):
                self._take(match.end())
                value = np.transpose(value)
            elif self.rest.startswith(r"{-\top}"):
                self._take(len(r"{-\top}"))
                value = np.linalg.inv(value).T
            else:
                value = value ** self._argument()
        return value

    def _atom(self) -> Any:
        if self.rest.startswith(r"\sum"):
            return self._series()
        for name in sorted(self._names, key=len, reverse=True):
            if self.rest.startswith(name):
                self._take(len(name))
                value = self._names[name]
                return value(*self._arguments()) if callable(value) else value
        if match := re.match(r"\d+(?:\.\d+)?", self.rest):
            return float(self._take(match.end()))
        if self.rest.startswith(r"\sqrt"):
            self._take(5)
            return np.sqrt(self._argument())
        if match := re.match(r"\\[td]?frac", self.rest):
            self._take(match.end())
            above = self._argument()
            return above / self._argument()
        if self.rest.startswith("("):
            return self._arguments()[0]
        raise ValueError(f"{self.rest!r} is not understood")

    def _series(self) -> Any:
        head = re.match(r"\\sum_(?:\{[^{}]*\}|.)(?:\^(?:\{[^{}]*\}|.))?", self.rest)
        if head is None or head[0] not in self._names:
            raise ValueError(f"no terms are given for {self.rest!r}")
        body = self.rest[head.end() :]
        total: Any = 0.0
        for term in self._names[head[0]]:
            reader = _Reader(body, {**self._names, **term})
            total = total + reader._dotted()
            self.rest = reader.rest
        return total

    def _arguments(self) -> list[Any]:
        """What a function is of: a list in brackets, or one atom."""
        if not self.rest.startswith("("):
            return [self._power()]
        self._take(1)
        values = [self.sum()]
        while self.rest.startswith(","):
            self._take(1)
            values.append(self.sum())
        if self._take(1) != ")":
            raise ValueError("a bracket is missing")
        return values

    def _argument(self) -> Any:
        """A group in braces, or one digit, or a name."""
        if self.rest.startswith("{"):
            self._take(1)
            value = self.sum()
            if self._take(1) != "}":
                raise ValueError("a brace is missing")
            return value
        return float(self._take(1)) if self.rest[:1].isdigit() else self._atom()

    def _take(self, count: int) -> str:
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken


def tight(tex: str) -> str:
    """TeX without its spaces and dollars."""
    return re.sub(r"\\[,;! ]|\s+|\$", "", tex)


def _times(left: Any, right: Any) -> Any:
    if np.ndim(left) == np.ndim(right) == 2 and left.shape[1] == right.shape[0]:
        return left @ right
    return left * right


def assigned(formula: str, names: dict[str, Any]) -> str:
    """Computes the right side of `lhs=rhs` or `lhs\\leftarrow rhs` into names, and gives the left side."""
    left, right = re.split(r"=|\\leftarrow", tight(formula))
    names[left] = array_of(right, names)
    return left


def softmax(scores: Array) -> Array:
    """By rows."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def attention(q: Array, k: Array, v: Array, *, causal: bool = False) -> Array:
    """One head, row by row, with the usual scaling."""
    rows = []
    for i, query in enumerate(q):
        seen = i + 1 if causal else len(k)
        weights = np.exp([float(query @ key) / math.sqrt(len(query)) for key in k[:seen]])
        rows.append(weights / weights.sum() @ v[:seen])
    return np.array(rows)


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def slope(f: Callable[..., float], x: float, *given: float, h: float = 1e-5) -> float:
    """By the first argument of a function; the others are given."""
    return (f(x + h, *given) - f(x - h, *given)) / (2 * h)


def gradient(f: Callable[[Array], float], x: npt.ArrayLike, h: float = 1e-5) -> Array:
    """By central differences, in the shape of the variable."""
    at = np.asarray(x, dtype=float)
    slopes = np.empty_like(at)
    for index in np.ndindex(*at.shape):
        step = np.zeros_like(at)
        step[index] = h
        slopes[index] = (f(at + step) - f(at - step)) / (2 * h)
    return slopes


def hessian(f: Callable[[Array], float], x: npt.ArrayLike, h: float = 1e-4) -> Array:
    """By central differences of the gradient at a vector."""
    at = np.asarray(x, dtype=float)
    return np.array([(gradient(f, at + h * e, h) - gradient(f, at - h * e, h)) / (2 * h) for e in np.eye(at.size)])


def root(f: Callable[..., float], low: float, high: float, *given: float) -> float:
    """Where a function that grows through 0 does so, by its first argument."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle, *given) < 0 else (low, middle)
    return (low + high) / 2


def least(f: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is least, by thirds."""
    for _ in range(200):
        one, two = low + (high - low) / 3, high - (high - low) / 3
        low, high = (low, two) if f(one) < f(two) else (one, high)
    return (low + high) / 2


def jacobian(function: Callable[[Array], Array], at: Array) -> Array:
    """Of a map of vectors, by central differences."""
    columns = [(function(at + step) - function(at - step)) / 2e-5 for step in 1e-5 * np.eye(len(at))]
    return np.array(columns).T


def flops(*products: tuple[int, int, int]) -> int:
    """Of products of an a by b with a b by c matrix, a multiply-add counting twice."""
    return sum(2 * a * b * c for a, b, c in products)


def shape_of(tex: str, **symbols: float) -> tuple[float, ...]:
    """`n\\times d_v` or `5x12` as numbers."""
    return tuple(value_of(part, **symbols) for part in re.split(r"\\times|×|x|,", tex.strip("$()")))


def close(one: Any, other: Any, rel: float = 1e-6) -> bool:
    return bool(np.allclose(one, other, rtol=rel, atol=1e-6))


# --- cost and parameters ---
