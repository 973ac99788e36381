"""Cloze deletions: `{{c1::text::hint}}`, several numbers, braces of TeX inside.

A deletion ends at the first `}}` that closes no brace opened inside it, so `{{c1::$\\frac{a}{b}$}}` and
`{{c2::$e^{x_{1} }$}}` are read as meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from recall.core.formulas import formulas

HIGHLIGHT_START, HIGHLIGHT_END = "\ue000", "\ue001"
"""Private characters round the text a cloze answer reveals; screens show what lies between with emphasis."""

OPENING = re.compile(r"\{\{c(\d{1,3})::")
"""How a deletion begins."""


class Fault(StrEnum):
    """How a deletion can be malformed."""

    NOT_CLOSED = "is not closed"
    NESTED = "holds another one"
    EMPTY = "hides nothing"


class ClozeError(ValueError):
    """A deletion is malformed; `opening` is how it begins, such as `{{c1::`, and `position` its offset in the text."""

    def __init__(self, fault: Fault, opening: str, position: int) -> None:
        super().__init__(f"cloze {opening} {fault}")
        self.fault, self.opening, self.position = fault, opening, position


@dataclass(frozen=True, slots=True)
class Deletion:
    """One `{{cN::text::hint}}`, at `start:end` of the source."""

    number: int
    text: str
    hint: str | None
    start: int
    end: int
    in_math: bool


def parse(source: str) -> list[Deletion]:
    """The deletions of a text in order. Raises ClozeError for one that is not closed or is empty."""
    return list(_deletions(source))


def numbers(source: str) -> tuple[int, ...]:
    """The cloze numbers a text uses, ascending. Raises ClozeError."""
    return tuple(sorted({deletion.number for deletion in parse(source)}))


def question(source: str, number: int) -> str:
    """The text with deletion `number` hidden (its hint in brackets, or dots) and the others filled in."""
    return _written(source, lambda deletion: _blank(deletion) if deletion.number == number else deletion.text)


def answer(source: str, number: int) -> str:
    """The whole text, with what deletion `number` hid between the highlight characters."""
    return _written(source, lambda deletion: _revealed(deletion) if deletion.number == number else deletion.text)


@lru_cache(maxsize=4096)
def filled(source: str) -> str:
    """The text with nothing hidden. Raises ClozeError."""
    return _written(source, lambda deletion: deletion.text)


def _written(source: str, form: Callable[[Deletion], str]) -> str:
    """The text with each deletion in another form."""
    parts, end = [], 0
    for deletion in parse(source):
        parts += [source[end : deletion.start], form(deletion)]
        end = deletion.end
    return "".join(parts) + source[end:]


def _blank(deletion: Deletion) -> str:
    label = f"[{deletion.hint or '…'}]"
    return f"\\text{{{label}}}" if deletion.in_math else label


def _revealed(deletion: Deletion) -> str:
    return f"{HIGHLIGHT_START}{deletion.text}{HIGHLIGHT_END}"


def _deletions(source: str) -> Iterator[Deletion]:
    position = 0
    while match := OPENING.search(source, position):
        end = _closing(source, match.end())
        if end is None:
            raise ClozeError(Fault.NOT_CLOSED, match[0], match.start())
        text, _, hint = source[match.end() : end].partition("::")
        if OPENING.search(source, match.end(), end):
            raise ClozeError(Fault.NESTED, match[0], match.start())
        if not text.strip():
            raise ClozeError(Fault.EMPTY, match[0], match.start())
        in_math = _is_in_math(source, match.start())
        yield Deletion(int(match[1]), text, hint or None, match.start(), end + 2, in_math)
        position = end + 2


def _closing(source: str, start: int) -> int | None:
    """Offset of the `}}` that ends a deletion whose text begins at `start`."""
    depth, position = 0, start
    while position < len(source):
        character = source[position]
        if character == "\\":
            position += 2
            continue
        if depth == 0 and source.startswith("}}", position):
            return position
        depth += (character == "{") - (character == "}" and depth > 0)
        position += 1
    return None


def _is_in_math(source: str, position: int) -> bool:
    return any(formula.start <= position < formula.end for formula in formulas(source))
