"""Formulas and code in the text of a card: what counts as such, and where each stands.

A single dollar opens before ink and not after a digit, and closes after ink and not before a digit, so that
`$5 and $6` is money and `$2\\times 3$` a formula. Two dollars enclose a displayed one. Code between backticks and
escaped dollars are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

_LINE_END = r"\n(?![ \t>]*\n)"
"""A line end that no blank line follows: paragraphs end there, and formulas with them."""
_BODY = rf"(?:[^$\\`\n]|\\.|{_LINE_END})+?"
INLINE = re.compile(rf"(?<![0-9])\$(?!\s)({_BODY})(?<!\s)\$(?![0-9])", re.DOTALL)
DISPLAY = re.compile(rf"\$\$((?:[^$\\`\n]|\\.|\$(?!\$)|{_LINE_END})+?)\$\$", re.DOTALL)
_MARK = re.compile(r"[$`~\\]")
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE)
_CODE = re.compile(rf"(`+)(?!`)(?:[^\n]|{_LINE_END})+?(?<!`)\1(?!`)")


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula: its TeX without the dollars, and the offset of that TeX in the text."""

    tex: str
    is_display: bool
    start: int
    end: int
    """Offset behind the closing dollars."""

    @property
    def dollars(self) -> str:
        return "$$" if self.is_display else "$"

    @property
    def begin(self) -> int:
        """Offset of the opening dollars."""
        return self.start - len(self.dollars)


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Code with its marks, a line's or a block: the offset where it begins, and the one behind it."""

    begin: int
    end: int


Part = TypeVar("Part", bound=Formula | CodeSpan)


def formulas(text: str) -> Iterator[Formula]:
    """The formulas of a Markdown text, in order."""
    return (found for found in _found(text) if isinstance(found, Formula))


def replace_formulas(text: str, typeset: Callable[[Formula], str]) -> str:
    """The text with every formula, dollars included, replaced by what `typeset` makes of it."""
    return _replaced(text, formulas(text), typeset)


def prose(text: str, stand_in: Callable[[Formula | CodeSpan], str]) -> str:
    """The text with a stand-in for every formula and all code."""
    return _replaced(text, _found(text), stand_in)


def masked(text: str, sign: str) -> str:
    """The text with every formula and all code made of one sign, as long as before."""
    return prose(text, lambda found: sign * (found.end - found.begin))


def _replaced(text: str, parts: Iterable[Part], by: Callable[[Part], str]) -> str:
    done, end = [], 0
    for part in parts:
        done += [text[end : part.begin], by(part)]
        end = part.end
    return "".join(done) + text[end:]


@lru_cache(maxsize=512)
def _found(text: str) -> tuple[Formula | CodeSpan, ...]:
    """All of them; a text is asked for its formulas many times on its way to the screen, and by the checks."""
    return tuple(_search(text))


def _search(text: str) -> Iterator[Formula | CodeSpan]:
    position = 0
    while found := _MARK.search(text, position):
        mark = found.start()
        if text[mark] == "\\":
            position = mark + 2
        elif code := _FENCE.match(text, mark) or _CODE.match(text, mark):
            yield CodeSpan(mark, code.end())
            position = code.end()
        elif match := DISPLAY.match(text, mark) or INLINE.match(text, mark):
            is_display = match.re is DISPLAY
            yield Formula(match[1], is_display, match.start(1), match.end())
            position = match.end()
        else:
            position = mark + 1
