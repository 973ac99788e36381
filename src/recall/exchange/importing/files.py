"""New cards into deck files: all of them or none, and what was there before comes back when something fails."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from pathlib import Path

from recall.core.model import Card
from recall.decks.entries import insert_cards
from recall.decks.load import MAX_BYTES
from recall.decks.rewrite import rewrite_file
from recall.decks.write import Fields, deck_text, head_fields, new_fields

FULL = MAX_BYTES * 3 // 4
"""Bytes beyond which a file gets no more cards."""
CARDS_A_FILE = 2000


@dataclass(slots=True)
class Changes:
    """Files that were written, with what they held before."""

    before: dict[Path, bytes | None] = field(default_factory=dict)

    def rewrite(self, path: Path, change: Callable[[str], str]) -> None:
        """As `rewrite_file`. Raises DeckError, RecallError."""
        self._keep(path)
        rewrite_file(path, change)

    def move(self, source: Path, path: Path) -> None:
        """Put a finished file in its place."""
        self._keep(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, path)

    def take_back(self) -> None:
        for path, content in self.before.items():
            if content is None:
                path.unlink(missing_ok=True)
                if path.parent.is_dir() and not any(path.parent.iterdir()):
                    path.parent.rmdir()
            else:
                path.write_bytes(content)

    def _keep(self, path: Path) -> None:
        self.before.setdefault(path, path.read_bytes() if path.is_file() else None)


@contextmanager
def all_or_nothing() -> Iterator[Changes]:
    """Changes that are taken back when the block fails."""
    changes = Changes()
    try:
        yield changes
    except BaseException:
        changes.take_back()
        raise


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
