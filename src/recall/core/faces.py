"""The two faces of an item: what is asked, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recall.core import cloze
from recall.core.bodies import (
    Basic,
    Body,
    Choice,
    Cloze,
    Code,
    DrillBody,
    Interview,
    Language,
    Numeric,
    Order,
    Output,
    Text,
    Typed,
)
from recall.core.item_names import cloze_item, cloze_number, is_reverse, reverse_item
from recall.core.model import Card, ItemId

if TYPE_CHECKING:
    from recall.core.drills import Instance

_BACKTICKS = re.compile(r"`+")
_NO_HIGHLIGHT = dict.fromkeys(map(ord, (cloze.HIGHLIGHT_START, cloze.HIGHLIGHT_END)))


@dataclass(frozen=True, slots=True)
class Face:
    """An item in one language, as Markdown. `explanation` and `more` may be empty."""

    front: str
    back: str
    explanation: str = ""
    more: str = ""

    def map(self, change: Callable[[str], str]) -> Face:
        """The face with every text changed."""
        return Face(*(change(text) for text in (self.front, self.back, self.explanation, self.more)))

    def plain(self) -> Face:
        """Without the characters that mark what a cloze revealed."""
        return self.map(lambda text: text.translate(_NO_HIGHLIGHT))


def items_of(card: Card) -> tuple[ItemId, ...]:
    """The items a card yields: itself, its reverse, or one for each cloze number."""
    match card.body:
        case Basic(reverse=True):
            return ItemId(card.id), reverse_item(card.id)
        case Cloze(text):
            return tuple(cloze_item(card.id, number) for number in _numbers(text))
        case _:
            return (ItemId(card.id),)


def face(card: Card, item: ItemId, language: Language, drawn: Instance | None = None) -> Face:
    """What to show of `item`, one of the items of `card`. Cloze answers are marked with highlight characters.

    `drawn` holds the numbers of a drill; without it, a drill shows nothing but its name.
    """
    explanation = _say(card.back, language)
    more = _say(card.more, language)
    front, back = _sides(card.body, item, language)
    if drawn is not None:
        from recall.core.drills import answer_tex

        front, back = drawn.question.in_language(language), f"${answer_tex(drawn.answer)}$"
        explanation = "\n\n".join(part for part in (drawn.solution.in_language(language), explanation) if part)
    if isinstance(card.body, Interview):
        further = [f"→ {question.in_language(language)}" for question in card.body.follow_up]
        explanation = "\n\n".join(part for part in (explanation, *further) if part)
    return Face(front, back, explanation, more)


def _sides(body: Body, item: ItemId, language: Language) -> tuple[str, str]:
    """Question and answer."""
    match body:
        case Basic(front, back):
            sides = front.in_language(language), back.in_language(language)
            asked, answered = reversed(sides) if is_reverse(item) else sides
            return asked, answered
        case Cloze(text):
            source, number = text.in_language(language), cloze_number(item)
            return cloze.question(source, number), cloze.answer(source, number)
        case DrillBody(name):
            return name, ""
        case Output(front, code) | Code(front, code):
            question = f"{front.in_language(language)}\n\n{fenced(code, 'python')}"
            return question, _answer(body, language)
        case _:
            return body.front.in_language(language), _answer(body, language)


def _answer(body: Choice | Typed | Numeric | Order | Output | Interview | Code, language: Language) -> str:
    match body:
        case Choice(_, options):
            return _lines(option.text.in_language(language) for option in options if option.correct)
        case Typed(_, answers):
            return answers[0] if answers else ""
        case Numeric(_, answer, _, unit):
            return f"{answer} {unit or ''}".rstrip()
        case Order(_, steps):
            return _lines(f"{n}. {step.in_language(language)}" for n, step in enumerate(steps, 1))
        case Output(_, _, answer):
            return fenced(answer)
        case Interview(_, _, rubric):
            return _lines(f"- {point.text.in_language(language)}" for point in rubric)
        case Code(_, _, _, solution):
            return fenced(solution, "python")


def fenced(code: str, syntax: str = "") -> str:
    """A block of code as Markdown, in a fence longer than any in it."""
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(code)), default=0))
    return f"{fence}{syntax}\n{code.rstrip()}\n{fence}"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _numbers(text: Text) -> tuple[int, ...]:
    return tuple(sorted({n for source in (text.zh, text.en) if source for n in cloze.numbers(source)}))


def _say(text: Text | None, language: Language) -> str:
    return text.in_language(language) if text else ""
