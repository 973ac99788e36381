"""Answers that are too much for one card."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.core.bodies import LANGUAGES, Basic, Cloze, Order
from recall.core.formulas import Formula, replace_formulas
from recall.decks.problems import Problem
from recall.decks.standard.rules import Held, words_only
from recall.i18n import _
from recall.tex.width import text_width

ROWS, COLUMNS = 18, 76
"""What a terminal of 80 by 24 has for an answer, beside the lines round it."""
MOST_LISTED = 5
MOST_STEPS = 6
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,2}[.)、])[ \t]+\S", re.MULTILINE)
_NUMBERED = re.compile(r"[（(]\d{1,2}[)）]|[①-⑳]")
_RUN_ON = re.compile(r"(?:[^、，。；：,.;:\s]{1,12}、){5,}|(?:[\w-]+(?: [\w-]+){0,2}, ){5,}")


def long_answer(held: Held) -> Iterator[Problem]:
    """An answer that has to be scrolled can't be graded at a glance."""
    answer = held.card.body.back if isinstance(held.card.body, Basic) else held.card.back
    rows = max(_rows(answer.in_language(language)) for language in LANGUAGES) if answer else 0
    if rows > ROWS:
        message = _("the answer takes about {rows} lines of at most {most}; split the card, or move a part to `more`")
        yield held.problem("long-answer", message.format(rows=rows, most=ROWS), answer)


def long_list(held: Held) -> Iterator[Problem]:
    """A list of more than five is not recalled as one; an interview names its points itself."""
    body = held.card.body
    if isinstance(body, Order) and len(body.steps) > MOST_STEPS:
        message = _("{count} steps; more than {most} are not kept in mind at once, split them")
        yield held.problem("long-list", message.format(count=len(body.steps), most=MOST_STEPS))
        return
    text = body.back if isinstance(body, Basic) else body.text if isinstance(body, Cloze) else None
    if text is not None and (count := max(_listed(text.in_language(language)) for language in LANGUAGES)):
        message = _("a list of {count}; ask for one of them, or use clozes, at most {most} on a card")
        yield held.problem("long-list", message.format(count=count, most=MOST_LISTED), text)


def _rows(text: str) -> int:
    """About how many lines of the terminal a text takes."""
    lines = replace_formulas(text, _as_wide).rstrip().split("\n")
    return sum(max(1, -(-text_width(line) // COLUMNS)) for line in lines)


def _as_wide(formula: Formula) -> str:
    """A stand-in about as wide or as high as a formula: commands and braces take no room."""
    lines = formula.tex.split(r"\\")
    if formula.is_display:
        return "\n" * (2 * len(lines) + 1)
    return "M" * len(re.sub(r"\\[a-zA-Z]+|[{}^_\s]", "", formula.tex))


def _listed(text: str) -> int:
    """How many a text lists, when that is too many."""
    words = words_only(text)
    run_on = max((len(re.findall("[、,]", found[0])) + 1 for found in _RUN_ON.finditer(words)), default=0)
    count = max(len(_ITEM.findall(words)), len(set(_NUMBERED.findall(words))), run_on)
    return count if count > MOST_LISTED else 0
