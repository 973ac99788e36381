"""The words recall thinks in: cards and the items they yield, grades, the log, and an item's state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, NewType

from recall.core.bodies import KINDS, Basic, Body, Cloze, Kind, Language, Text

__all__ = [
    "Basic",
    "Body",
    "Card",
    "CardId",
    "Cloze",
    "Due",
    "Event",
    "EventKind",
    "Grade",
    "ItemId",
    "ItemState",
    "Kind",
    "Language",
    "LogId",
    "Memory",
    "Phase",
    "Review",
    "Source",
    "Text",
]

CardId = NewType("CardId", str)
ItemId = NewType("ItemId", str)
"""`card`, `card#c2` for a cloze deletion, `card#reverse` for the way back."""
LogId = NewType("LogId", str)
"""A UUIDv7; ids of one database grow in the order the rows were written."""

Due = date | datetime
"""When an item comes back: a study day, or (steps shorter than a day) an exact aware time.

`datetime` is a subclass of `date`; ask `isinstance(due, datetime)`, never `isinstance(due, date)`.
"""


class Grade(IntEnum):
    """How well an item was recalled; FSRS's four ratings."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> Grade:
        """Raises KeyError for anything but again, hard, good, easy."""
        return cls[word.upper()]


class Phase(StrEnum):
    """Where an item stands: unseen, in its first steps, on day intervals, or back in steps after a lapse."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


class Source(StrEnum):
    """What kind of session an answer came from."""

    REVIEW = "review"
    QUIZ = "quiz"
    PLACEMENT = "placement"
    IMPORT = "import"


class EventKind(StrEnum):
    """A decision about an item, or about an earlier row of the log."""

    UNDO = "undo"
    SUSPEND = "suspend"
    UNSUSPEND = "unsuspend"
    BURY = "bury"
    FLAG = "flag"
    RESET = "reset"
    RESCHEDULE = "reschedule"
    """Another due date, chosen by the learner; what is remembered stays as it is."""
    SITTING = "sitting"
    """A quiz or a mock interview began, or ended: what was asked for, and the questions drawn."""
    ATTEMPT = "attempt"
    """An answer within a sitting; whether it also counts for the schedule, a review row of the same id says."""
    LINK = "link"
    """The history of one card goes on with another, or does not; see `core.links`."""
    PARAMS = "params"
    """A setting that changes scheduling was given a value on one device, for all: its name and value (None: unset)."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the learner wrote, as one entry of a deck file."""

    id: CardId
    body: Body
    topic: str | None = None
    """A topic of the curriculum."""
    deck: str | None = None
    """The name of the learner's own deck, for cards outside the curriculum."""
    back: Text | None = None
    """The explanation shown after the answer; a basic card's `back` is its answer and stands in its body."""
    more: Text | None = None
    source: tuple[str, ...] = ()
    difficulty: int | None = None
    tags: tuple[str, ...] = ()
    as_of: str | None = None
    macros: tuple[tuple[str, str], ...] = ()
    """TeX macros of its deck: name and replacement."""
    has_own_id: bool = True
    """False when the id is a fingerprint of the question, because the file gives none."""

    @property
    def kind(self) -> Kind:
        return KINDS[type(self.body)]


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of an item: `stability` in days, `difficulty` from 1 to 10."""

    stability: float
    difficulty: float


@dataclass(frozen=True, slots=True)
class ItemState:
    """Everything the log says of one item. Derived: `history.fold_item` makes it from the log alone."""

    item: ItemId
    phase: Phase = Phase.NEW
    step: int = 0
    memory: Memory | None = None
    due: Due | None = None
    first_day: date | None = None
    last_day: date | None = None
    reps: int = 0
    lapses: int = 0
    suspended: bool = False
    buried_on: date | None = None
    """The study day the item was buried on; it stays hidden for that day."""
    flagged: bool = False
    changed_at: datetime | None = None
    """Time of the latest row that counts."""


@dataclass(frozen=True, slots=True)
class Review:
    """One answer: a row of the log."""

    id: LogId
    item: ItemId
    at: datetime
    """Aware; kept in UTC with milliseconds."""
    day: date
    """The study day it counted for, fixed when it was given."""
    grade: Grade
    ms: int | None
    """Time taken in milliseconds."""
    source: Source
    due: Due
    """The date or time it led to, as chosen then."""
    device: str
    seed: int | None = None
    """What the numbers and the shuffling of a question that marks itself were drawn from."""
    response: str | None = None
    """The answer as it was given."""
    score: float | None = None
    """What it was marked, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Event:
    """One decision: a row of the log."""

    id: LogId
    at: datetime
    day: date
    kind: EventKind
    item: ItemId | None
    device: str
    target: LogId | None = None
    """The row that an undo takes back."""
    payload: dict[str, Any] = field(default_factory=dict)
