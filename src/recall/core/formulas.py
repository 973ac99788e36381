"""Formulas in the text of a card: what counts as one, and where each stands.

A single dollar opens before ink and not after a digit, and closes after ink and not before a digit, so that
`$5 and $6` is money and `$2\\times 3$` a formula. Two dollars enclose a displayed one. Code between backticks and
escaped dollars are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

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


def formulas(text: str) -> Iterator[Formula]:
    """The formulas of a Markdown text, in order."""
    return iter(_found(text))


@lru_cache(maxsize=512)
def _found(text: str) -> tuple[Formula, ...]:
    """All of them; a text is asked for its formulas many times on its way to the screen, and by the checks."""
    return tuple(_search(text))


def _search(text: str) -> Iterator[Formula]:
    position = 0
    while (dollar := _next_mark(text, position)) is not None:
        if text[dollar] == "\\":
            position = dollar + 2
        elif (skipped := _FENCE.match(text, dollar) or _CODE.match(text, dollar)) is not None:
            position = skipped.end()
        elif match := DISPLAY.match(text, dollar) or INLINE.match(text, dollar):
            is_display = match.re is DISPLAY
            yield Formula(match[1], is_display, match.start(1), match.end())
            position = match.end()
        else:
            position = dollar + 1


def replace_formulas(text: str, typeset: Callable[[Formula], str]) -> str:
    """The text with every formula, dollars included, replaced by what `typeset` makes of it."""
    parts, end = [], 0
    for formula in formulas(text):
        parts += [text[end : formula.start - (2 if formula.is_display else 1)], typeset(formula)]
        end = formula.end
    return "".join(parts) + text[end:]


def _next_mark(text: str, position: int) -> int | None:
    """Offset of the next dollar, backtick, tilde or backslash."""
    match = _MARK.search(text, position)
    return match.start() if match else None
