"""What is searched for: words, fields with values, and how they are put together.

A query is a row of terms that must all hold: `eigen topic:la -is:new (tag:exam OR lapses:>3)`. A term is a word, a
phrase in quotes, `field:value`, or a group in parentheses; `-` before it negates it, and `OR` stands between rows of
terms. Parentheses inside a word belong to the word, so that `f(x)` can be typed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

NUMBERS = frozenset({"lapses", "reps", "stability", "difficulty", "level", "due", "added", "seen", "r"})
"""Fields that are compared as numbers; `due`, `added` and `seen` in days from today."""
TEXTS = frozenset({"stage", "topic", "tag", "kind", "id", "deck", "source"})
"""Fields that are compared as texts."""
STATES = frozenset({"due", "new", "learning", "review", "suspended", "buried", "flagged", "leech"})
"""What may stand behind `is:`."""
FIELDS = (*sorted(TEXTS), "is", *sorted(NUMBERS))

_NAME = re.compile(r"([A-Za-z]+)[:：]")
_MINUS = re.compile(r"-+(?=[^\s-])")
_OPERATOR = re.compile(r"[<＜][=＝]?|[>＞][=＝]?|[≤≥=＝]|")
_QUOTES = {'"': '"', "“": "”", "「": "」"}


class Fault(StrEnum):
    """How a query can be wrong."""

    NO_FIELD = "no such field"
    NO_VALUE = "no value"
    NOT_A_NUMBER = "not a number"
    NOT_COMPARED = "not compared"
    NO_STATE = "no such state"
    NOT_CLOSED = "not closed"
    NOT_OPENED = "not opened"
    TOO_DEEP = "too deep"


class QueryError(ValueError):
    """A query can't be read; `word` is the part that is wrong."""

    def __init__(self, fault: Fault, word: str) -> None:
        super().__init__(f"{word}: {fault}")
        self.fault, self.word = fault, word


class Op(StrEnum):
    """How a field is compared with a value."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IS = "="


@dataclass(frozen=True, slots=True)
class Words:
    """A text that the card holds."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A text field that has a value, or begins with it."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A number that is less or more than another."""

    field: str
    op: Op
    number: float


@dataclass(frozen=True, slots=True)
class Is:
    """A state that an item is in."""

    state: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Query


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; without parts, anything does."""

    parts: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple[Query, ...]


Query = Words | Named | Compared | Is | Not | Every | Some


def parse(text: str) -> Query:
    """The query that a text means. Raises QueryError."""
    reader = _Reader(text)
    query = reader.alternatives()
    if reader.rest():
        raise QueryError(Fault.NOT_OPENED, ")")
    return query


@dataclass(slots=True)
class _Reader:
    """Reads a query from the left; `at` is the offset of what comes next."""

    text: str
    at: int = 0
    depth: int = 0

    def rest(self) -> str:
        """What is left, spaces skipped."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.text[self.at :]

    def alternatives(self) -> Query:
        rows = [self._row()]
        while self._take_or():
            rows.append(self._row())
        rows = [row for row in rows if row != Every()] or [Every()]
        return rows[0] if len(rows) == 1 else Some(tuple(rows))

    def _row(self) -> Query:
        parts = []
        while (rest := self.rest()) and not (rest[0] == ")" and self.depth) and not _begins_with_or(rest):
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _take_or(self) -> bool:
        found = _begins_with_or(self.rest())
        self.at += 2 * found
        return found

    def _term(self) -> Query:
        rest = self.rest()
        if minus := _MINUS.match(rest):
            self.at += minus.end()
            part = self._term()
            return Not(part) if minus.end() % 2 else part
        if rest[0] == "(":
            return self._group()
        if rest[0] == ")":
            raise QueryError(Fault.NOT_OPENED, ")")
        if rest[0] in _QUOTES:
            return Words(self._quoted())
        if name := _NAME.match(rest):
            self.at += name.end()
            return self._field(name[1].lower())
        return Words(self._word())

    def _group(self) -> Query:
        if self.depth > 50:
            raise QueryError(Fault.TOO_DEEP, "(")
        self.at, self.depth = self.at + 1, self.depth + 1
        query = self.alternatives()
        if not self.rest():
            raise QueryError(Fault.NOT_CLOSED, "(")
        self.at, self.depth = self.at + 1, self.depth - 1
        return query

    def _field(self, name: str) -> Query:
        if name not in FIELDS:
            raise QueryError(Fault.NO_FIELD, name)
        operator = _OPERATOR.match(self.text, self.at)
        assert operator is not None
        self.at = operator.end()
        value = self._value(name)
        if name in NUMBERS:
            return Compared(name, _op(operator[0]), _number(name, value))
        if operator[0]:
            raise QueryError(Fault.NOT_COMPARED, name)
        if name != "is":
            return Named(name, value)
        if value.lower() not in STATES:
            raise QueryError(Fault.NO_STATE, value)
        return Is(value.lower())

    def _value(self, name: str) -> str:
        is_quoted = self.text[self.at : self.at + 1] in _QUOTES and self.at < len(self.text)
        value = self._quoted() if is_quoted else self._word()
        if not value:
            raise QueryError(Fault.NO_VALUE, name)
        return value

    def _quoted(self) -> str:
        opening = self.text[self.at]
        end = self.text.find(_QUOTES[opening], self.at + 1)
        if end < 0:
            raise QueryError(Fault.NOT_CLOSED, opening)
        start, self.at = self.at + 1, end + 1
        return self.text[start:end]

    def _word(self) -> str:
        """Up to a space, or to a parenthesis that closes a group around the word."""
        start, inside = self.at, 0
        while self.at < len(self.text) and not (character := self.text[self.at]).isspace():
            inside += (character == "(") - (character == ")")
            if inside < 0 and self.depth:
                break
            self.at += 1
        return self.text[start : self.at]


def _begins_with_or(rest: str) -> bool:
    return rest[:2] == "OR" and (not rest[2:] or rest[2].isspace() or rest[2] in "()")


def _op(sign: str) -> Op:
    """The operator of a sign, which a Chinese keyboard may have typed."""
    plain = unicodedata.normalize("NFKC", sign)
    return Op({"": "=", "≤": "<=", "≥": ">="}.get(plain, plain))


def _number(name: str, value: str) -> float:
    try:
        number = float(value.removesuffix("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise QueryError(Fault.NOT_A_NUMBER, f"{name}:{value}")
    return number
