"""The settings that rules depend on, with their defaults. Reading and writing them is `recall.config`'s work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """How items are scheduled and how many come a day."""

    desired_retention: float = 0.9
    """Probability of recall at which an item falls due, 0.7 to 0.99."""
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    maximum_interval: int = 36_500
    """Days."""
    new_per_day: int = 20
    reviews_per_day: int = 200
    leech_after: int = 8
    """Lapses after which an item counts as a leech; 0 turns leeches off."""
    learn_ahead: timedelta = timedelta(minutes=20)
    """Learning cards due within this come early when nothing else is left."""

    def is_leech(self, lapses: int) -> bool:
        return 0 < self.leech_after <= lapses


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """The review settings of every stage: the general ones, and a stage's own where it has some."""

    default: ReviewSettings = ReviewSettings()
    by_stage: Mapping[str, ReviewSettings] = field(default_factory=dict)

    def for_stage(self, stage: str | None) -> ReviewSettings:
        return self.by_stage.get(stage or "", self.default)
