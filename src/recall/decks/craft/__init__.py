"""What makes a card a poor one in any deck: it can't be recalled, gives itself away, or says less than it means to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from recall.core.model import CardId
from recall.decks.craft.answers import long_answer, long_list
from recall.decks.craft.giveaways import answer_in_question, shown_cloze, telling_length
from recall.decks.craft.layout import layout
from recall.decks.craft.mathematics import loose_dollars
from recall.decks.craft.questions import yes_no
from recall.decks.craft.tags import rare_tags
from recall.decks.craft.translations import untranslated, wrong_language
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.standard.alike import near_duplicates
from recall.decks.standard.rules import Held, of_decks

_CARD_RULES = (yes_no, answer_in_question, shown_cloze, long_answer, long_list, wrong_language)
_DECK_RULES = (layout, loose_dollars)


def craft_problems(decks: Sequence[DeckFile], held: Collection[Path] = ()) -> Iterator[Problem]:
    """Where cards could be better ones. Files that are `held` to the standard have stricter rules for some of it.

    Of cards with one id the first counts: the learner's decks come before those they replace cards of.
    """
    for deck in decks:
        for deck_rule in _DECK_RULES:
            yield from deck_rule(deck)
        for card in of_decks([deck]):
            for card_rule in _CARD_RULES:
                yield from card_rule(card)
        if deck.path not in held:
            yield from untranslated(deck)
            for card in of_decks([deck]):
                yield from telling_length(card)
    yield from rare_tags(decks)
    yield from near_duplicates(_in_use(decks, held))


def _in_use(decks: Sequence[DeckFile], held: Collection[Path]) -> list[Held]:
    """The cards that count, those of the standard first: what is like them is found at the learner's card."""
    first: dict[CardId, Held] = {}
    for card in of_decks(decks):
        first.setdefault(card.card.id, card)
    return sorted(first.values(), key=lambda card: card.deck.path not in held)
