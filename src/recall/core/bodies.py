"""What a card asks, by its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Literal, TypeVar

from recall.core.answers import Tolerance

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")
Part = TypeVar("Part", str, "Text")


def other_language(language: Language) -> Language:
    return "en" if language == "zh" else "zh"


class Kind(StrEnum):
    """Kinds of card; the kind follows from the fields that are given."""

    BASIC = "basic"
    CLOZE = "cloze"
    CHOICE = "choice"
    TYPED = "typed"
    NUMERIC = "numeric"
    ORDER = "order"
    OUTPUT = "output"
    INTERVIEW = "interview"
    DRILL = "drill"
    CODE = "code"


PRODUCED_KINDS = frozenset({Kind.TYPED, Kind.NUMERIC, Kind.ORDER, Kind.OUTPUT, Kind.DRILL, Kind.CODE})
"""Kinds whose answer is produced, not chosen, and then marked by the program."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in one or both languages, as Markdown with `$...$` mathematics."""

    zh: str | None = None
    en: str | None = None

    def in_language(self, language: Language) -> str:
        """The text in `language`, else in the other one, else empty."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or second or ""


@dataclass(frozen=True, slots=True)
class Basic:
    """A question and an answer; `reverse` asks both ways."""

    front: Text
    back: Text
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Cloze:
    """A text with deletions `{{c1::text::hint}}`; each number is an item."""

    text: Text


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers of a choice, with the reason why it is right or wrong."""

    text: Text
    why: Text | None = None
    correct: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with the answers to choose from; `multiple` when several may be right."""

    front: Text
    options: tuple[Option, ...]
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A question whose answer is typed: one of `answers` (the first is the one to show), or what `pattern` matches."""

    front: Text
    answers: tuple[str, ...]
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Numeric:
    """A question whose answer is a number, as it was written in the deck."""

    front: Text
    answer: str
    tolerance: Tolerance | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Steps to put in their order, among decoys that belong nowhere."""

    front: Text
    steps: tuple[Text, ...]
    decoys: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """A program, and what it prints."""

    front: Text
    code: str
    answer: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point that a good answer makes. One that `must` be made is missed by no good answer."""

    text: Text
    weight: int = 1
    must: bool = False


@dataclass(frozen=True, slots=True)
class Interview:
    """A question answered aloud or in writing, marked by a rubric; `minutes` is the time for it."""

    front: Text
    minutes: float
    rubric: tuple[Point, ...]
    red_flags: tuple[Text, ...] = ()
    follow_up: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class DrillBody:
    """A parametric question of `core.drills`, with fresh numbers each time it is asked."""

    name: str
    parameters: tuple[tuple[str, int | float | str], ...] = ()
    as_choice: bool = False
    """Whether it is asked with answers to choose from, made of typical mistakes."""


@dataclass(frozen=True, slots=True)
class Code:
    """A program to write: `checks` are asserts that run after the answer."""

    front: Text
    starter: str
    checks: str
    solution: str


Body = Basic | Cloze | Choice | Typed | Numeric | Order | Output | Interview | DrillBody | Code

KINDS: Mapping[type[Body], Kind] = {
    Basic: Kind.BASIC,
    Cloze: Kind.CLOZE,
    Choice: Kind.CHOICE,
    Typed: Kind.TYPED,
    Numeric: Kind.NUMERIC,
    Order: Kind.ORDER,
    Output: Kind.OUTPUT,
    Interview: Kind.INTERVIEW,
    DrillBody: Kind.DRILL,
    Code: Kind.CODE,
}


def parts_of(value: object, kind: type[Part]) -> Iterator[Part]:
    """Every text, or every string, in a body or another part of a card, in order."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from parts_of(part, kind)
    elif is_dataclass(value):
        for field in fields(value):
            yield from parts_of(getattr(value, field.name), kind)
