"""What `recall fmt` makes of a deck file: an id on every card, no blanks at ends of lines, a last line break."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recall.core.model import Card
from recall.decks.load import parse_deck
from recall.decks.rewrite import add_ids, entries, entry_places, tidied


def normal_form(text: str, id_of: Callable[[Card], str]) -> str:
    """The text in normal form; `id_of` names a card that has no id. A card that can't be read gets none.

    Raises DeckError when the file is not one that can be changed.
    """
    tidy = tidied(text)
    cards = {(located.line, located.column): located.card for located in parse_deck(Path(), tidy.encode()).cards}
    ids = {}
    for n, (entry, place) in enumerate(zip(entries(tidy), entry_places(tidy), strict=True)):
        card = cards.get(place)
        if card is not None and "id" not in entry:
            ids[n] = id_of(card)
    return add_ids(tidy, ids)
