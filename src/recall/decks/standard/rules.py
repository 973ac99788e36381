"""What every rule sees: a card with its texts, and how a finding about one of them is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from recall.core.bodies import Basic, Choice, Cloze, DrillBody, Interview, Order, Text
from recall.core.cloze import filled
from recall.core.formulas import formulas, prose, replace_formulas
from recall.core.model import Card
from recall.decks.build import Passage
from recall.decks.load import DeckFile, LocatedCard
from recall.decks.places import Place
from recall.decks.problems import Problem

CJK = "\u3400-\u9fff"
"""Chinese characters, for use in brackets."""
STAND_IN = "M"
"""The letter that stands for a formula or for code where only the words round it count."""


@dataclass(frozen=True, slots=True)
class Named:
    """A text of a card, and what a reader calls it: `front`, `choices`, `steps`."""

    name: str
    text: Text


@dataclass(frozen=True, slots=True)
class Held:
    """A card that is held to the standard."""

    deck: DeckFile
    located: LocatedCard

    @property
    def card(self) -> Card:
        return self.located.card

    def problem(self, code: str, message: str, text: Text | None = None) -> Problem:
        """A finding at the card's entry, or where that text of it begins."""
        return Problem(self.deck.path, *self._place(text), code, message)

    def texts(self) -> Iterator[Named]:
        """Every text of the card that a reader sees."""
        yield from (Named(name, text) for name, text in _of_body(self.card))
        for name, text in (("back", self.card.back), ("more", self.card.more)):
            if text is not None:
                yield Named(name, text)

    def passage(self, text: str | None) -> Passage | None:
        """The first passage of the card with this text."""
        start = (self.located.line, self.located.column)
        found = (passage for passage in self.deck.passages if passage.text == text and passage.place >= start)
        return min(found, key=lambda passage: passage.place, default=None)

    def _place(self, text: Text | None) -> Place:
        found = filter(None, (self.passage(text.zh), self.passage(text.en))) if text else ()
        return min((passage.place for passage in found), default=(self.located.line, self.located.column))


def of_decks(decks: Iterable[DeckFile]) -> Iterator[Held]:
    """The cards of some files, in order."""
    return (Held(deck, located) for deck in decks for located in deck.cards)


def question_of(card: Card) -> Text | None:
    """What is asked; of a cloze the whole text. A drill asks something else each time."""
    match card.body:
        case Cloze(text):
            return text
        case DrillBody():
            return None
        case asked:
            return asked.front


def mathematics(text: str) -> list[str]:
    """The TeX of its formulas without white space, in order of the alphabet."""
    return sorted(re.sub(r"\s", "", formula.tex) for formula in formulas(filled(text)))


@lru_cache(maxsize=4096)
def words_only(text: str, stand_in: str = STAND_IN) -> str:
    """The text with a stand-in for each formula and each piece of code."""
    return prose(filled(text), lambda _found: stand_in)


@lru_cache(maxsize=4096)
def without_formulas(text: str, stand_in: str) -> str:
    """The text with a stand-in for each formula."""
    return replace_formulas(filled(text), lambda _formula: stand_in)


def _of_body(card: Card) -> Iterator[tuple[str, Text]]:
    question = question_of(card)
    if question is not None:
        yield "cloze" if isinstance(card.body, Cloze) else "front", question
    match card.body:
        case Basic(_, back):
            yield "back", back
        case Choice(_, options):
            for option in options:
                yield "choices", option.text
                if option.why is not None:
                    yield "why", option.why
        case Order(_, in_order, decoys):
            yield from (("steps", step) for step in in_order)
            yield from (("decoys", decoy) for decoy in decoys)
        case Interview(_, _, rubric, red_flags, follow_up):
            yield from (("rubric", point.text) for point in rubric)
            yield from (("red_flags", flag) for flag in red_flags)
            yield from (("follow_up", further) for further in follow_up)
