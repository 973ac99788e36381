"""What an import brought, or would bring."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from recall.anki.foreign import Plan
from recall.core.model import Card, CardId


@dataclass(frozen=True, slots=True)
class Edit:
    """A text of a card that was changed elsewhere. `is_taken` is False where no text of the deck file stands for it."""

    card: CardId
    field: str
    before: str
    after: str
    is_taken: bool = True


@dataclass(slots=True)
class Imported:
    """What came of an import; with a dry run, what would come."""

    new: list[Card] = field(default_factory=list)
    known: int = 0
    """Cards that are in the decks already."""
    reviews: int = 0
    decisions: int = 0
    media: int = 0
    edits: list[Edit] = field(default_factory=list)
    changed: dict[CardId, Card] = field(default_factory=dict)
    """Cards of the decks as they would be with the edits that can be taken over."""
    left_out: list[str] = field(default_factory=list)
    """What could not be read, and why."""
    plans: dict[Plan, int] = field(default_factory=dict)
    """What becomes of each foreign notetype, and how many notes it has."""
    files: list[Path] = field(default_factory=list)
    """Deck files that were written."""
