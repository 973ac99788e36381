"""Numbers as people type them: `1,024 MiB`, `2/3`, `1.5×10^8`, `50 %`, `2 sqrt 3`, `\\frac{\\pi}{4}`, `３。５`.

    quantity  = [name "=" | "≈"] sum [unit]
    sum       = product {("+" | "-") product}
    product   = factor {("*" | "/") factor | power}
    factor    = {"+" | "-"} power
    power     = atom [("^" | "**") factor]
    atom      = literal | constant | function power | "frac" argument argument | "(" sum ")" | "{" sum "}"

A product without a sign (`2pi`) is refused as ambiguous where people read it in two ways: after a division (`1/2pi`),
and after an argument or an exponent without brackets (`√2π`, `e^2pi`). A comma, a space or an underscore separates
thousands; a comma is never a decimal point. `log` is the natural logarithm. `%` is a unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from recall.core.exact_arithmetic import CONSTANTS, FUNCTIONS, Real, applied, bounded, raised
from recall.core.number_fault import NumberFault, NumberTextError
from recall.core.plain_text import plain

_MAX_DEPTH = 40
_MAX_DIGITS = 300
_MAX_EXPONENT = 300
_PREFIX = re.compile(r"(?:[^,;<>!=≈]*[=≈])*\s*~?\s*")

_LITERAL = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?:,\d{3})+(?!\d)|[1-9]\d{0,2}(?: \d{3})+(?!\d)|\d+(?:_\d+)*)?"
    r"(?:\.(?P<decimals>\d*))?(?:[eE](?P<exponent>[+-]?\d+))?",
    re.ASCII,
)
_SCIENTIFIC = re.compile(
    r"[+\- ]*(?P<literal>[\d.,_ ]+(?:[eE][+-]?\d+)?)"
    r"(?: ?\* ?10 ?(?:\^|\*\*) ?[({]?(?P<power>[+-]?\d{1,3})[)}]?)?"
)
_LOGARITHM = re.compile(r"log(?: ?_ ?\{?(2|10)\}?|(2|10)(?= ?\(| +\d))", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+|[π√∞]")
_TIMES = re.compile(r"\*(?!\*)|[xX](?=[ \d.(√])")
_POWER = re.compile(r"\^|\*\*")
_UNIT = re.compile(r"(?=.{1,40}$)(?:[^\W\d_]|[%‰°])(?:[^\W\d_]|[ /*%-]|\^-?\d)*")

_NOT_FINITE = {"nan", "inf", "infinity", "∞"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that was typed: exact unless a root, a logarithm, pi or e is in it. `unit` is as typed, or empty."""

    value: Real
    unit: str = ""
    last_digit: Fraction | None = None
    """For a number typed as one decimal, what its last digit counts: 1/1000 in `0.333` and in `3.33e-1`."""


def read_number(text: str) -> Quantity:
    """The number that a text says. Raises NumberTextError, and nothing else, for any other text."""
    line = _PREFIX.sub("", plain(text).replace("\n", " "), count=1)
    if not line:
        raise NumberTextError(NumberFault.EMPTY)
    parser = _Parser(line)
    try:
        value = parser.sum()
    except ZeroDivisionError:
        raise NumberTextError(NumberFault.NOT_FINITE) from None
    except OverflowError:
        raise NumberTextError(NumberFault.TOO_BIG) from None
    number, unit = line[: parser.position].strip(), line[parser.position :].strip()
    if unit and not _UNIT.fullmatch(unit):
        raise NumberTextError(NumberFault.SYNTAX)
    return Quantity(value, unit, _last_digit(number))


class _Parser:
    """Recursive descent over `text`; `position` is where it stands, at the end the first character of the unit."""

    def __init__(self, text: str) -> None:
        self.position = 0
        self._text = text
        self._depth = 0
        self._open_end = -1
        """Where the latest argument or exponent without brackets ended."""

    def sum(self) -> Real:
        value = self._product()
        while sign := self._take("+") or self._take("-"):
            term = self._product()
            value = bounded(value + term if sign == "+" else value - term)
        return value

    def _product(self) -> Real:
        value = self._factor()
        is_quotient = False
        while True:
            if self._match(_TIMES):
                value, is_quotient = bounded(value * self._factor()), False
            elif self._take("/"):
                value, is_quotient = bounded(value / self._factor()), True
            elif self._stands_before_power():
                if is_quotient or self._open_end == self.position:
                    raise NumberTextError(NumberFault.AMBIGUOUS)
                value = bounded(value * self._power())
            else:
                return value

    def _factor(self) -> Real:
        is_negative = False
        while sign := self._take("+") or self._take("-"):
            is_negative ^= sign == "-"
        value = self._power()
        return -value if is_negative else value

    def _power(self) -> Real:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise NumberTextError(NumberFault.TOO_DEEP)
        value = self._atom()
        if self._match(_POWER):
            has_brackets = self._next() in ("(", "{")
            value = raised(value, self._factor())
            if not has_brackets:
                self._open_end = self.position
        self._depth -= 1
        return value

    def _atom(self) -> Real:
        character = self._next()
        if character in ("(", "{"):
            return self._group()
        if character.isdecimal() or character == ".":
            return self._literal()
        if logarithm := self._match(_LOGARITHM):
            return self._apply(math.log2 if "2" in (logarithm[1], logarithm[2]) else math.log10)
        word = self._match(_WORD)
        return self._named(_known(word[0]) if word else "")

    def _named(self, name: str) -> Real:
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in FUNCTIONS:
            index = self._index() if name == "sqrt" else Fraction(2)
            return self._apply(FUNCTIONS[name]) if index == 2 else self._apply(lambda value: raised(value, 1 / index))
        if name == "frac":
            return bounded(self._tex_argument() / self._tex_argument())
        raise NumberTextError(NumberFault.NOT_FINITE if name in _NOT_FINITE else NumberFault.SYNTAX)

    def _apply(self, function: Callable[[Real], Real]) -> Real:
        """The function of a group, or of the power that follows."""
        has_brackets = self._next() in ("(", "{")
        argument = self._group() if has_brackets else self._power()
        if not has_brackets:
            self._open_end = self.position
        return applied(function, argument)

    def _group(self) -> Real:
        closing = ")" if self._take("(") else "}"
        if closing == "}":
            self._expect("{")
        value = self.sum()
        self._expect(closing)
        return value

    def _index(self) -> Real:
        """The degree of a root, `[3]`; 2 when there is none."""
        if not self._take("["):
            return Fraction(2)
        value = self._literal()
        self._expect("]")
        return value

    def _tex_argument(self) -> Real:
        """A group, a single digit or a constant, as TeX takes them."""
        character = self._next()
        if character == "{":
            return self._group()
        if character.isdecimal() and character.isascii():
            self._expect(character)
            return Fraction(character)
        word = self._match(_WORD)
        name = _known(word[0]) if word else ""
        if name not in CONSTANTS:
            raise NumberTextError(NumberFault.SYNTAX)
        return CONSTANTS[name]

    def _literal(self) -> Real:
        literal = self._match(_LITERAL)
        if literal is None:
            raise NumberTextError(NumberFault.SYNTAX)
        return bounded(_value(literal))

    def _stands_before_power(self) -> bool:
        """Whether a constant, a function or a bracket follows: an implicit product, and not a unit."""
        if self._next() == "(":
            return True
        word = _WORD.match(self._text, self._skip_spaces())
        return word is not None and _known(word[0]) in (*CONSTANTS, *FUNCTIONS)

    def _next(self) -> str:
        """The next character that is not a space, or empty."""
        return self._text[self._skip_spaces() :][:1]

    def _take(self, character: str) -> str:
        """The character if it is next, and then it is passed over; else empty."""
        if self._next() != character:
            return ""
        self.position = self._skip_spaces() + 1
        return character

    def _expect(self, character: str) -> None:
        if not self._take(character):
            raise NumberTextError(NumberFault.SYNTAX)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._skip_spaces())
        if match is not None:
            self.position = match.end()
        return match

    def _skip_spaces(self) -> int:
        position = self.position
        while self._text[position : position + 1] == " ":
            position += 1
        return position


def _known(word: str) -> str:
    """A word as the tables have it: in any case, but `E` is not e."""
    return word if len(word) == 1 else word.lower()


def _value(literal: re.Match[str]) -> Fraction:
    whole, decimals = re.sub(r"\D", "", literal["whole"] or ""), literal["decimals"] or ""
    exponent = int(literal["exponent"] or 0)
    if not whole and not decimals:
        raise NumberTextError(NumberFault.SYNTAX)
    if len(whole + decimals) > _MAX_DIGITS or abs(exponent) > _MAX_EXPONENT:
        raise NumberTextError(NumberFault.TOO_BIG)
    return int(whole + decimals) * Fraction(10) ** (exponent - len(decimals))


def _last_digit(number: str) -> Fraction | None:
    """What the last digit of a decimal counts; None for a whole number and for anything computed."""
    match = _SCIENTIFIC.fullmatch(number)
    literal = _LITERAL.fullmatch(match["literal"].strip()) if match else None
    if match is None or literal is None or not (literal["decimals"] or literal["exponent"] or match["power"]):
        return None
    return Fraction(10) ** (int(literal["exponent"] or 0) + int(match["power"] or 0) - len(literal["decimals"] or ""))
