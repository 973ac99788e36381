"""What is known of an item on one study day, and what items are sorted by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum

from recall.core.schedule import curve
from recall.core.settings import ReviewSettings
from recall.store import times
from recall.store.search import Entry
from recall.workspace import Workspace


class Order(StrEnum):
    """What items are sorted by."""

    DECK = "deck"
    DUE = "due"
    STABILITY = "stability"
    DIFFICULTY = "difficulty"
    LAPSES = "lapses"
    RECALL = "r"
    ADDED = "added"


class Figures:
    """What is known of an entry on one study day."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.today = workspace, workspace.today
        self._recall_after = curve(workspace.ledger.weights)
        self._days: dict[str, int] = {}
        self._settings: dict[str, ReviewSettings] = {}

    def due_in(self, entry: Entry) -> int | None:
        """Days until the item is due, less than 0 when it is late."""
        if entry.due_at is not None:
            return (self.workspace.calendar.day_of(times.from_text(entry.due_at)) - self.today).days
        return self._days_to(entry.due_day) if entry.due_day is not None else None

    def seen_ago(self, entry: Entry) -> int | None:
        """Days since the last answer."""
        return -self._days_to(entry.last_day) if entry.last_day is not None else None

    def added_ago(self, entry: Entry) -> int | None:
        """Days since the card was added."""
        return -self._days_to(entry.since[:10]) if entry.since is not None else None

    def retrievability(self, entry: Entry) -> float | None:
        """Probability of recall today; None for an item that was never answered."""
        if entry.stability is None or entry.last_day is None:
            return None
        return self._recall_after(max(-self._days_to(entry.last_day), 0), entry.stability)

    def is_buried(self, entry: Entry) -> bool:
        return entry.buried_on == self.today.isoformat()

    def is_due(self, entry: Entry) -> bool:
        """Whether the item may be asked today for its being due."""
        due = self.due_in(entry)
        return due is not None and due <= 0 and not entry.suspended and not self.is_buried(entry)

    def is_leech(self, entry: Entry) -> bool:
        settings = self._settings.get(entry.topic)
        if settings is None:
            settings = self._settings[entry.topic] = self.workspace.ledger.settings_of(entry.topic)
        return settings.is_leech(entry.lapses or 0)

    def _days_to(self, day: str) -> int:
        """Days from today to a date; each date is worked out once."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = (date.fromisoformat(day) - self.today).days
        return found


COMPARED: Mapping[str, Callable[[Figures, Entry], float | None]] = {
    "lapses": lambda _figures, entry: entry.lapses or 0,
    "reps": lambda _figures, entry: entry.reps or 0,
    "stability": lambda _figures, entry: entry.stability,
    "difficulty": lambda _figures, entry: entry.difficulty,
    "level": lambda _figures, entry: entry.level,
    "due": Figures.due_in,
    "added": Figures.added_ago,
    "seen": Figures.seen_ago,
    "r": Figures.retrievability,
}
SORTED_BY: Mapping[Order, Callable[[Figures, Entry], float | str | None]] = {
    Order.DUE: lambda _figures, entry: entry.due_at or entry.due_day,
    Order.STABILITY: COMPARED["stability"],
    Order.DIFFICULTY: COMPARED["difficulty"],
    Order.LAPSES: lambda _figures, entry: entry.lapses,
    Order.RECALL: Figures.retrievability,
    Order.ADDED: lambda _figures, entry: entry.since,
}


def due_of(entry: Entry) -> date | datetime | None:
    """When the item comes back."""
    if entry.due_at is not None:
        return times.from_text(entry.due_at)
    return date.fromisoformat(entry.due_day) if entry.due_day is not None else None
