"""The two faces of an item: what is asked, and what is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recall.core import cloze
from recall.core.model import Basic, Card, Cloze, ItemId, Language, Text

REVERSE = "#reverse"
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
            return ItemId(card.id), ItemId(card.id + REVERSE)
        case Basic():
            return (ItemId(card.id),)
        case Cloze(text):
            return tuple(ItemId(f"{card.id}#c{number}") for number in _numbers(text))


def face(card: Card, item: ItemId, language: Language) -> Face:
    """What to show of `item`, one of the items of `card`. Cloze answers are marked with highlight characters."""
    explanation = _say(card.back, language)
    more = _say(card.more, language)
    match card.body:
        case Basic(front, back):
            sides = front.in_language(language), back.in_language(language)
            asked, answered = reversed(sides) if item.endswith(REVERSE) else sides
            return Face(asked, answered, explanation, more)
        case Cloze(text):
            source, number = text.in_language(language), int(item.rpartition("#c")[2])
            return Face(cloze.question(source, number), cloze.answer(source, number), explanation, more)


def _numbers(text: Text) -> tuple[int, ...]:
    return tuple(sorted({n for source in (text.zh, text.en) if source for n in cloze.numbers(source)}))


def _say(text: Text | None, language: Language) -> str:
    return text.in_language(language) if text else ""
