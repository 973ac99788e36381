"""One entry of a deck file as text: taken out, found, and added to another file."""

from __future__ import annotations

import re
from pathlib import Path

from recall.decks.load import parse_deck


def head_text(path: Path) -> str:
    """What stands before `cards:` in a deck file, and `cards:` itself."""
    head, mark, _cards = path.read_text("utf-8").partition("\ncards:")
    return f"{head}\ncards:\n" if mark else "cards:\n"


def entry_line(text: str, card_id: str) -> int | None:
    """The line (from 1) on which the card of that id begins in a file's text."""
    deck = parse_deck(Path(), text.encode())
    found = next((located for located in deck.cards if located.card.id == card_id), None)
    if found is not None:
        return found.line
    broken = re.search(rf"^\s*(?:- )?id: *['\"]?{re.escape(card_id)}['\"]?\s*$", text, re.MULTILINE)
    return text.count("\n", 0, broken.end()) + 1 if broken else None
