"""TeX of closed expressions and of matrices, read as numbers.

sum     = product {("+" | "-") product}
product = sign {("*" | "/" | nothing) sign}
sign    = {"-" | "+"} power
power   = atom {"!" | "%"} ["^" argument]
atom    = number | symbol | function power | frac argument argument | "(" sum ")" | "|" sum "|" | ...
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]

_ENVIRONMENT = re.compile(r"\\begin\{([bpvBV]?matrix|smallmatrix)\}(.*?)\\end\{\1\}", re.DOTALL)
_TUPLE = re.compile(r"[(\[]([^()\[\]]*,[^()\[\]]*)[)\]]\s*\^\s*\{?\s*(?:\\top|T|\\mathsf\{?T\}?)\s*\}?")
_DIAGONAL = re.compile(r"\\(?:operatorname|mathrm)\{diag\}\s*\(([^()]*)\)")
_SPACES = re.compile(
    r"\\(?:left|right|bigl|bigr|big|Big|Bigl|Bigr|displaystyle|quad|qquad|limits)(?![A-Za-z])|\\[,;:! ]|\$|`|~|\s+"
)
_THOUSANDS = re.compile(r"(?<=\d)(?:\{,\}|,)(?=\d{3}(?!\d))")
_TOKEN = re.compile(
    r"\\(?:text|mathrm|operatorname|mathbf|boldsymbol|mathit)\s*\{\s*([^{}]*)\s*\}"
    r"|\\([A-Za-z]+|[|%{}])|(\d+(?:\.\d+)?|\.\d+)|([A-Za-z]|[^\sA-Za-z])"
)
_FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "tanh": math.tanh,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "arctan": math.atan,
    "arcsin": math.asin,
    "arccos": math.acos,
    "ln": math.log,
    "log": math.log,
    "lg": math.log10,
    "exp": math.exp,
    "Phi": lambda x: (1 + math.erf(x / math.sqrt(2))) / 2,
}
_CONSTANTS = {"pi": math.pi, "e": math.e, "π": math.pi, "infty": math.inf}
_TIMES = {"*", "\\cdot", "\\times", "\\ast", "·", "×"}
_BY = {"/", "\\div", "÷"}
_MINUS = {"-", "−"}
_BRACKETS = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}
_ROUNDING = {"\\lfloor": "floor", "\\lceil": "ceil"}


def value_of(tex: str, **symbols: float) -> float:
    """The number that a closed expression makes, `\\tfrac{2}{3}\\sqrt{5}`; dollars round it are passed over.

    `symbols` give letters a value: `value_of("\\sigma^2/n", sigma=2, n=4)`. A name may carry its index, `d_k`; one
    that Python keeps for itself has an underscore behind it, `lambda_`. `log` is natural. `50\\%` is 0.5.
    Raises ValueError for anything else.
    """
    values = {name.rstrip("_"): value for name, value in symbols.items()}
    try:
        return float(_function_of(tex, frozenset(values))(values))
    except (ArithmeticError, IndexError, TypeError) as error:
        raise ValueError(f"{tex!r} has no value: {error}") from error


@cache
def _function_of(tex: str, names: frozenset[str]) -> Callable[[Mapping[str, float]], float]:
    """The expression as a function of its symbols: proofs put many numbers into one."""
    parser = _Parser(_tokens(tex), names)
    code = parser.sum()
    if parser.next:
        raise ValueError(f"{parser.next!r} is not understood in {tex!r}")
    function: Callable[[Mapping[str, float]], float] = eval(f"lambda symbols: {code}", _KNOWN)
    return function


def matrix_of(tex: str, **symbols: float) -> Matrix:
    """The one matrix in the TeX, always with two axes: a column is (n, 1). Raises ValueError."""
    found = matrices_of(tex, **symbols)
    if len(found) != 1:
        raise ValueError(f"{len(found)} matrices in {tex!r}, not one")
    return found[0]


def matrices_of(tex: str, **symbols: float) -> list[Matrix]:
    """The matrices in the TeX in order: the environments, `\\operatorname{diag}(1,2)`, and columns `(1,2)^\\top`.

    A number directly before a matrix multiplies it; a `^\\top` behind an environment transposes it.
    """
    marks = sorted(
        [(match.start(), match.end(), _environment(match, symbols)) for match in _ENVIRONMENT.finditer(tex)]
        + [(match.start(), match.end(), np.diag(_entries(match[1], symbols))) for match in _DIAGONAL.finditer(tex)]
        + [
            (m.start(), m.end(), np.array([_entries(m[1], symbols)]).T) for m in _TUPLE.finditer(tex) if "&" not in m[1]
        ],
        key=lambda mark: mark[0],
    )
    scaled, end_before = [], 0
    for start, end, matrix in marks:
        is_transposed = re.match(r"\s*\^\s*\{?\s*(\\top|T)(?![A-Za-z])", tex[end:]) is not None
        scaled.append(_factor(tex[end_before:start], symbols) * (matrix.T if is_transposed else matrix))
        end_before = end
    return scaled


def _environment(match: re.Match[str], symbols: Mapping[str, float]) -> Matrix:
    body = re.sub(r"\\\\\s*\[[^\]]*\]", r"\\\\", match[2])
    rows = [row for row in re.split(r"\\\\", body) if row.strip()]
    return np.array([[value_of(entry, **symbols) for entry in row.split("&")] for row in rows], dtype=float)


def _entries(text: str, symbols: Mapping[str, float]) -> list[float]:
    return [value_of(entry, **symbols) for entry in text.split(",")]


def _factor(before: str, symbols: Mapping[str, float]) -> float:
    """The number that ends the text before a matrix: after `=`, `,` or another sign that is no part of a product."""
    text = re.split(r"=|,|;|:|\\in|\\\\|\\end\{\w+\}|\^\s*\\top|\(|\[|[A-Za-z一-鿿]\s+(?=[-\d\\])", before)[-1].strip()
    if text.strip("$ ") in ("-", "−"):
        return -1.0
    try:
        return value_of(text, **symbols)
    except ValueError:
        return 1.0


def _tokens(tex: str) -> list[str]:
    """Commands keep their backslash; a word in `\\operatorname` becomes one."""
    text = _SPACES.sub(" ", _THOUSANDS.sub("", tex))
    tokens = []
    for match in _TOKEN.finditer(text):
        if match[1] is not None:
            tokens.append("\\" + match[1].strip())
        elif match[2] is not None:
            tokens.append("\\" + match[2])
        else:
            tokens.append(match[3] or match[4])
    return tokens


class _Parser:
    """Recursive descent over tokens to a Python expression; each part stands in brackets of its own."""

    def __init__(self, tokens: list[str], names: Collection[str]) -> None:
        self._tokens = tokens
        self._position = 0
        self._names = names
        self._bars = 0

    @property
    def next(self) -> str:
        """The token that comes, or empty at the end."""
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def sum(self) -> str:
        parts = [self._product()]
        while self.next == "+" or self.next in _MINUS:
            parts += ["+" if self._pop() == "+" else "-", self._product()]
        return f"({''.join(parts)})"

    def _product(self) -> str:
        parts = [self._signed()]
        while True:
            if self.next in _TIMES:
                self._pop()
                parts += ["*", self._signed()]
            elif self.next in _BY:
                self._pop()
                parts += ["/", self._signed()]
            elif self._begins_atom():
                parts += ["*", self._power()]
            else:
                return f"({''.join(parts)})"

    def _signed(self) -> str:
        if self.next == "+" or self.next in _MINUS:
            return self._signed() if self._pop() == "+" else f"(-{self._signed()})"
        return self._power()

    def _power(self) -> str:
        code = self._atom()
        while True:
            if self.next == "!":
                self._pop()
                code = f"factorial({code})"
            elif self.next in ("%", "\\%"):
                self._pop()
                code = f"({code}/100)"
            elif self.next == "^":
                self._pop()
                code = f"real({code}**{self._argument()})"
            else:
                return code

    def _atom(self) -> str:
        token = self._pop()
        if token[0].isdigit() or token[0] == ".":
            return repr(float(token))
        if token in _BRACKETS:
            return self._bracketed(token)
        if token in ("|", "\\|"):
            return self._absolute(token)
        name = token.removeprefix("\\")
        if name in ("frac", "tfrac", "dfrac", "binom", "tbinom", "sqrt", "min", "max"):
            return self._structure(name)
        if self.next == "_" and name not in ("log",) and name not in _CONSTANTS:
            name = f"{name}_{self._index()}"
        if name in self._names:
            return f"symbols[{name!r}]"
        if name in _FUNCTIONS:
            return self._function(name)
        if name in _CONSTANTS:
            return repr(_CONSTANTS[name])
        raise ValueError(f"{token!r} is not understood")

    def _structure(self, name: str) -> str:
        if name in ("min", "max"):
            return f"{name}([{','.join(self._list())}])"
        if name == "sqrt":
            degree = self._bracketed(self._pop()) if self.next == "[" else "2.0"
            return f"real({self._argument()}**(1/{degree}))"
        first, second = self._argument(), self._argument()
        return f"choose({first},{second})" if name.endswith("binom") else f"({first}/{second})"

    def _function(self, name: str) -> str:
        base = power = None
        while self.next in ("_", "^"):
            if self._pop() == "_":
                base = self._argument()
            else:
                power = self._argument()
        code = f"functions[{name!r}]({self._power() if self.next in _BRACKETS else self._open_argument()})"
        code = f"({code}/functions['log']({base}))" if base is not None else code
        return code if power is None else f"({code}**{power})"

    def _open_argument(self) -> str:
        """What a function without brackets is of: `\\ln 2n`, a product of atoms, up to a sign."""
        parts = [self._signed()]
        while self._begins_atom() and self.next.removeprefix("\\") not in _FUNCTIONS:
            parts += ["*", self._power()]
        return f"({''.join(parts)})"

    def _argument(self) -> str:
        """A group in braces, or a single digit or symbol, as TeX takes them."""
        if self.next and self.next[0].isdigit() and len(self.next) > 1:
            digits = self._tokens[self._position]
            self._tokens[self._position : self._position + 1] = [digits[0], digits[1:]]
        if self.next in _MINUS:
            self._pop()
            return f"(-{self._argument()})"
        return self._atom()

    def _index(self) -> str:
        self._pop()
        if self.next != "{":
            return self._pop().removeprefix("\\")
        end = self._tokens.index("}", self._position)
        index = "".join(token.removeprefix("\\") for token in self._tokens[self._position + 1 : end])
        self._position = end + 1
        return index

    def _bracketed(self, opening: str) -> str:
        bars, self._bars = self._bars, 0
        code = self.sum()
        self._bars = bars
        self._expect(_BRACKETS[opening])
        return f"float({_ROUNDING[opening]}({code}))" if opening in _ROUNDING else code

    def _absolute(self, bar: str) -> str:
        self._bars += 1
        code = f"abs({self.sum()})"
        self._bars -= 1
        self._expect(bar)
        return code

    def _list(self) -> list[str]:
        closing = _BRACKETS[self._pop()]
        parts = [self.sum()]
        while self.next == ",":
            self._pop()
            parts.append(self.sum())
        self._expect(closing)
        return parts

    def _begins_atom(self) -> bool:
        token = self.next
        if not token or token in ("|", "\\|"):
            return bool(token) and not self._bars
        name = token.removeprefix("\\")
        return (
            token[0].isalnum()
            or token in _BRACKETS
            or name in ("frac", "tfrac", "dfrac", "binom", "tbinom", "sqrt", "min", "max")
            or name in _FUNCTIONS
            or name in _CONSTANTS
            or (token[0] == "\\" and any(symbol.partition("_")[0] == name for symbol in self._names))
        )

    def _expect(self, token: str) -> None:
        if self._pop() != token:
            raise ValueError(f"{token!r} is missing")

    def _pop(self) -> str:
        token = self.next
        if not token:
            raise ValueError("the expression ends too early")
        self._position += 1
        return token


def _real(value: float | complex) -> float:
    if isinstance(value, complex):
        raise ValueError(f"{value} is not real")
    return value


def _factorial(value: float) -> float:
    return float(math.factorial(int(value))) if value == int(value) else math.gamma(value + 1)


_KNOWN = {
    "factorial": _factorial,
    "choose": lambda n, k: float(math.comb(int(n), int(k))),
    "functions": _FUNCTIONS,
    "real": _real,
    "floor": math.floor,
    "ceil": math.ceil,
    "inf": math.inf,
}
"""What the expression of a parser names, besides Python's own."""
