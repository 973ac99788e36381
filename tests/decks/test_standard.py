"""What a program can hold of the standard of the bundled cards; the rest is read (decks/REVIEWS.md)."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from recall.core import cloze
from recall.core.formulas import Formula, formulas, replace_formulas
from recall.core.model import Basic, Card, Text
from recall.decks.folders import deck_files
from recall.decks.load import load_deck

DECKS = Path(__file__).parents[2] / "decks"
CARDS = [
    pytest.param(located.card, id=located.card.id) for path in deck_files(DECKS) for located in load_deck(path).cards
]
LIMITS = {"front": (60, 40), "back": (60, 45), "cloze": (90, 70), "more": (160, 160)}
"""Chinese characters and English words that a text may have, a formula counting as four or one."""
LISTS = re.compile(r"列出|列举|有哪些|哪几种|name the|list the", re.IGNORECASE)


def texts(card: Card) -> dict[str, Text]:
    body = {"front": card.body.front, "back": card.body.back} if isinstance(card.body, Basic) else {}
    if not isinstance(card.body, Basic):
        body = {"cloze": card.body.text}
    return body | {"more": card.more} if card.more else body


def filled(text: str) -> str:
    for deletion in reversed(cloze.parse(text)):
        text = text[: deletion.start] + deletion.text + text[deletion.end :]
    return text


def mathematics(text: str) -> list[str]:
    return sorted(re.sub(r"\s", "", formula.tex) for formula in formulas(filled(text)))


def with_formulas_as(stand_in: str, text: str) -> str:
    def replaced(_formula: Formula) -> str:
        return stand_in

    return replace_formulas(filled(text), replaced)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_is_whole(card: Card) -> None:
    assert card.id.rpartition("-")[0] == card.topic
    assert card.source
    assert card.difficulty
    assert card.tags
    assert all(text.zh and text.en for text in texts(card).values())


@pytest.mark.parametrize("card", CARDS)
def test_both_languages_have_the_same_mathematics(card: Card) -> None:
    for text in texts(card).values():
        assert mathematics(text.zh or "") == mathematics(text.en or "")


@pytest.mark.parametrize("card", CARDS)
def test_no_text_is_longer_than_can_be_graded_at_a_glance(card: Card) -> None:
    for name, text in texts(card).items():
        most_characters, most_words = LIMITS[name]
        assert len(re.sub(r"\s", "", with_formulas_as("MMMM", text.zh or ""))) <= most_characters, name
        assert len(with_formulas_as(" M ", text.en or "").split()) <= most_words, name


@pytest.mark.parametrize("card", CARDS)
def test_no_question_asks_for_a_list(card: Card) -> None:
    if isinstance(card.body, Basic):
        assert not LISTS.search(f"{card.body.front.zh} {card.body.front.en}")


def test_each_first_class_stage_has_forty_cards() -> None:
    stages = Counter(path.parent.name for path in deck_files(DECKS) for _card in load_deck(path).cards)
    assert {stage: count >= 40 for stage, count in stages.items()} == {
        "01-linear-algebra": True,
        "02-probability": True,
        "08-attention-math": True,
        "13-llm-interview": True,
    }


def test_every_topic_asks_why() -> None:
    for path in deck_files(DECKS):
        assert any("why" in located.card.tags for located in load_deck(path).cards), path.name
