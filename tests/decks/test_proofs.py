"""Every proof holds on its card and fails on the card made wrong; and enough cards have one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from recall.core.bodies import Choice, Kind, Order, Text
from recall.core.formulas import formulas
from recall.core.model import Card
from recall.environment import bundled_decks
from tests.decks.prove import cards_of, stage_of
from tests.decks.proving import is_proved, proofs, shams

CARDS = cards_of(bundled_decks())
COMPLETE: tuple[str, ...] = (
    "linear-algebra",
    "probability",
    "attention-math",
    "llm-interview",
    "optimization-information",
    "machine-learning",
    "deep-learning",
    "nlp",
    "llm-training",
    "generative-rl",
    "programming-tools",
    "llm-inference",
    "practice-career",
    "llm-apps",
)
"""Stages that are held to the shares below."""


def is_computed(card: Card) -> bool:
    """Whether the card's answer can be computed: a number, an output, an order or a choice of formulas or numbers."""
    match card.body:
        case Choice(options=options):
            return _has_mathematics(option.text for option in options)
        case Order(steps=steps):
            return _has_mathematics(steps)
        case _:
            return card.kind in (Kind.NUMERIC, Kind.OUTPUT)


def _has_mathematics(texts: Iterable[Text]) -> bool:
    return any(any(formulas(text)) or text.strip().isdecimal() for text in (text.in_language("en") for text in texts))


SHARES: tuple[tuple[str, float, Callable[[Card], bool]], ...] = (
    ("what can be computed", 0.9, is_computed),
    ("everything", 0.45, lambda card: True),
)
"""What part of the cards needs a proof."""


@pytest.mark.parametrize("card_id", [card_id for card_id in proofs() if card_id in CARDS])
def test_a_proof_holds_and_notices_a_wrong_card(card_id: str) -> None:
    assert shams(proofs()[card_id], CARDS[card_id]) == []


def test_no_proof_is_for_a_card_that_does_not_exist() -> None:
    assert [card_id for card_id in proofs() if card_id not in CARDS] == []


@pytest.mark.parametrize(("name", "share", "counts"), SHARES, ids=[name for name, _share, _counts in SHARES])
@pytest.mark.parametrize("stage", COMPLETE)
def test_enough_cards_of_a_stage_are_proved(
    stage: str, name: str, share: float, counts: Callable[[Card], bool]
) -> None:
    cards = [card for card in CARDS.values() if stage_of(card) == stage and counts(card)]
    missing = [card.id for card in cards if not is_proved(card)]
    assert len(missing) <= (1 - share) * len(cards), f"{name}: {missing}"
