"""How items are called after their cards: `card`, `card#c2` for a cloze deletion, `card#reverse` for the way back."""

from __future__ import annotations

from recall.core.model import CardId, ItemId

_CLOZE, _REVERSE = "#c", "#reverse"


def card_of(item: ItemId) -> CardId:
    """The card in an item's name; no card's id has a `#`."""
    return CardId(item.partition("#")[0])


def cloze_item(card: str, number: int) -> ItemId:
    """The item of the deletions of one number, which counts from 1."""
    return ItemId(f"{card}{_CLOZE}{number}")


def cloze_number(item: ItemId) -> int:
    """The number of the deletions that an item of a cloze asks."""
    return int(item.rpartition(_CLOZE)[2])


def reverse_item(card: str) -> ItemId:
    """The item that asks for the front of a card."""
    return ItemId(card + _REVERSE)


def is_reverse(item: ItemId) -> bool:
    return item.endswith(_REVERSE)
