"""The pictures that exported cards show."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from recall.anki.html import Media
from recall.core.model import Card, CardId


class MediaShelf:
    """The pictures that cards show, each under a name that no other has. `taken` are those that were asked for."""

    def __init__(self, folder_of: Mapping[CardId, Path]) -> None:
        self.folder_of = folder_of
        self.taken: dict[str, Path] = {}

    def of(self, card: Card) -> Media:
        """What knows the pictures of a card, which stand beside its deck file or below."""

        def name_of(address: str) -> str | None:
            folder = self.folder_of[card.id].resolve()
            path = (folder / address).resolve()
            if "://" in address or not path.is_relative_to(folder) or not path.is_file():
                return None
            name = f"recall-{blake2b(str(path).encode(), digest_size=4).hexdigest()}-{path.name}"
            self.taken[name] = path
            return name

        return name_of
