"""Cards half written in the form, kept in the home folder so that a crash loses a second of typing at most."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from recall.core.model import CardId
from recall.decks.sheet import Sheet
from recall.files import write_atomically

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class CardDraft:
    """What stood in the form of a card, and was not saved."""

    kept_at: datetime
    sheet: Sheet
    place: str = ""
    """Where a new card was to go."""
    seen: dict[str, Any] | None = None
    """What the entry of a card that is there said when the form was opened."""


def load_draft(home: Path, card: CardId | None) -> CardDraft | None:
    """The draft of a card, or of a new one; None if there is none that can be read."""
    try:
        return msgspec.json.decode(_path(home, card).read_bytes(), type=CardDraft)
    except (OSError, msgspec.MsgspecError):
        return None


def save_draft(home: Path, card: CardId | None, draft: CardDraft) -> None:
    """Keep a draft in place of the one before; on disk when this returns, if the home folder is there.

    Raises RecallError.
    """
    if not home.is_dir():  # it was moved away; making it anew would hide that
        return
    write_atomically(_path(home, card), msgspec.json.encode(draft).decode())


def discard_draft(home: Path, card: CardId | None) -> None:
    with suppress(OSError):  # a draft that stays is shown again
        _path(home, card).unlink(missing_ok=True)


def _path(home: Path, card: CardId | None) -> Path:
    if card is None:
        return home / "drafts" / "new.json"
    name = quote(card, safe="")
    if len(name) > _LONGEST_NAME:  # a Chinese letter takes nine of these
        name = f"{name[:_LONGEST_NAME]}-{blake2b(card.encode(), digest_size=8).hexdigest()}"
    return home / "drafts" / f"card-{name}.json"
