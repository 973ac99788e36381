"""Questions and answers short enough to be asked, given and graded at a glance."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.core.bodies import Kind
from recall.decks.problems import Problem
from recall.decks.standard.rules import Held, question_of, without_formulas, words_only
from recall.i18n import _

LIMITS = {
    "front": (60, 40),
    "cloze": (90, 70),
    "back": (60, 45),
    "more": (160, 160),
    "choices": (40, 30),
    "why": (60, 45),
    "steps": (60, 45),
    "decoys": (60, 45),
    "rubric": (60, 45),
    "red_flags": (60, 45),
    "follow_up": (60, 45),
}
"""Chinese characters and English words that a text may have; a formula counts as four or as one."""
_LONG_LIMITS = {"front": (120, 90), "back": (400, 300)}
_LONG = frozenset({Kind.INTERVIEW, Kind.ORDER, Kind.CODE, Kind.DRILL})
"""Kinds that have to set out more than one fact."""
_LISTS = re.compile(r"列出|列举|有哪些|哪几种|\b(?:name|list)\s+the\b", re.IGNORECASE)


def characters(text: str) -> int:
    """The length of a Chinese text: characters without white space, a formula counting as four."""
    return len(re.sub(r"\s", "", without_formulas(text, "MMMM")))


def words(text: str) -> int:
    """The length of an English text: words, a formula counting as one."""
    return len(without_formulas(text, " M ").split())


def lengths(held: Held) -> Iterator[Problem]:
    """No text is longer than its place allows."""
    limits = LIMITS | (_LONG_LIMITS if held.card.kind in _LONG else {})
    for named in held.texts():
        most_characters, most_words = limits[named.name]
        if (count := characters(named.text.zh or "")) > most_characters:
            message = _(
                "zh of `{field}` has {count} characters of at most {most}; shorten it, or move a part to `more`"
            )
            message = message.format(field=named.name, count=count, most=most_characters)
            yield held.problem("too-long", message, named.text)
        if (count := words(named.text.en or "")) > most_words:
            message = _("en of `{field}` has {count} words of at most {most}; shorten it, or move a part to `more`")
            message = message.format(field=named.name, count=count, most=most_words)
            yield held.problem("too-long", message, named.text)


def one_question(held: Held) -> Iterator[Problem]:
    """A card asks one thing; an interview may ask on."""
    question = question_of(held.card)
    if question is None or held.card.kind is Kind.INTERVIEW:
        return
    if any(len(re.findall("[?？]", words_only(text or ""))) > 1 for text in (question.zh, question.en)):
        message = _("more than one question mark; ask one thing, and make another card of the rest")
        yield held.problem("two-questions", message, question)


def enumerations(held: Held) -> Iterator[Problem]:
    """No card asks for a list."""
    question = question_of(held.card)
    found = _LISTS.search(f"{question.zh} {question.en}") if question else None
    if found is not None and held.card.kind not in (Kind.INTERVIEW, Kind.ORDER):
        message = _("`{words}` asks for a list; use clozes, contrasts or an order of at most 6 steps")
        yield held.problem("enumeration", message.format(words=found[0]), question)
