"""New cards into the deck files of a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from hashlib import blake2b
from pathlib import Path

from recall.core.model import Card
from recall.decks.changes import Changes
from recall.decks.entries import insert_cards
from recall.decks.load import MAX_BYTES
from recall.decks.write import Fields, deck_text, head_fields, new_fields

FULL = MAX_BYTES * 3 // 4
"""Bytes beyond which a file gets no more cards."""
CARDS_A_FILE = 2000


def add_cards(changes: Changes, folder: Path, cards: Iterable[Card]) -> list[Path]:
    """Add cards to the files of their decks in a folder, new ones where they are full; the files that were written."""
    groups: dict[str, list[Card]] = {}
    for card in cards:
        groups.setdefault(repr(_head(card)), []).append(card)
    written = []
    for group in groups.values():
        for start in range(0, len(group), CARDS_A_FILE):
            part = group[start : start + CARDS_A_FILE]
            path = _file_for(folder, part[0])
            changes.rewrite(path, partial(_with, cards=part))
            written.append(path)
    return written


def _head(card: Card) -> Fields:
    """What the head of the card's file says; a card of the curriculum has its topic there."""
    return {**({"topic": card.topic} if card.topic else {}), **head_fields(card)}


def _with(text: str, cards: list[Card]) -> str:
    """The text of a file with more cards, whose head it has."""
    head = _head(cards[0])
    return insert_cards(text, [new_fields(card, head) for card in cards]) if text else deck_text(head, cards)


def _file_for(folder: Path, card: Card) -> Path:
    """The file of the card's deck that has room; one that another deck has taken is passed over."""
    name = card.deck or card.topic or "cards"
    slug = re.sub(r"[^\w.-]+", "-", name.replace("::", "--")).strip("-.")[:80] or "deck"
    if card.macros or slug.casefold() != name.casefold():
        slug += "-" + blake2b(repr(_head(card)).encode(), digest_size=2).hexdigest()
    number = 1
    while (path := folder / f"{slug}{f'-{number}' if number > 1 else ''}.yaml").exists() and path.stat().st_size > FULL:
        number += 1
    return path
