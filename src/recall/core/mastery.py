"""Mastery: how much of a topic or stage is in the head now, and likely to stay. The one place that computes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recall.core.schedule import DEFAULT_WEIGHTS, curve

LASTING_STABILITY = 21.0
"""Days of stability from which a memory counts in full."""


@dataclass(frozen=True, slots=True)
class Mastery:
    """How well a set of items is known. Fractions from 0 to 1."""

    items: int = 0
    seen: int = 0
    recall_sum: float = 0.0
    lasting_sum: float = 0.0

    @property
    def coverage(self) -> float:
        return self.seen / self.items if self.items else 0.0

    @property
    def recall(self) -> float:
        """Mean retrievability of the items seen."""
        return self.recall_sum / self.seen if self.seen else 0.0

    @property
    def mastery(self) -> float:
        """Mean over all items of `r * min(1, S / 21)`."""
        return self.lasting_sum / self.items if self.items else 0.0

    def numbers(self) -> dict[str, int | float]:
        """What of it is told as data."""
        return {
            "items": self.items,
            "seen": self.seen,
            "coverage": self.coverage,
            "recall": self.recall,
            "mastery": self.mastery,
        }

    def __add__(self, other: Mastery) -> Mastery:
        return Mastery(
            self.items + other.items,
            self.seen + other.seen,
            self.recall_sum + other.recall_sum,
            self.lasting_sum + other.lasting_sum,
        )


def lasting(retrievability: float, stability: float) -> float:
    """What an item adds to mastery, 0 to 1: `r * min(1, S / 21)`."""
    return retrievability * min(1.0, stability / LASTING_STABILITY)


def mastery(items: int, memories: Iterable[tuple[float, int]], weights: tuple[float, ...] = DEFAULT_WEIGHTS) -> Mastery:
    """Mastery of `items` items, of which the seen ones have (stability in days, days since the last answer)."""
    seen, recall_sum, lasting_sum = 0, 0.0, 0.0
    recall_after = curve(weights)
    for stability, elapsed in memories:
        r = recall_after(max(elapsed, 0), stability)
        seen += 1
        recall_sum += r
        lasting_sum += lasting(r, stability)
    return Mastery(items, seen, recall_sum, lasting_sum)
