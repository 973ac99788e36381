"""Samples of one row, and what the table says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

from benchmarks.limits import GOAL, LIMITS


@dataclass(frozen=True, slots=True)
class Samples:
    """Figures of recall and, where it has a counterpart, of Anki: seconds, or MB for memory."""

    ours: Sequence[float]
    peer: Sequence[float] = field(default=())


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table. Times in ms, memory in MB."""

    name: str
    title: str
    unit: str
    times: int
    p50: float
    p99: float
    peer_p50: float | None = None
    peer_p99: float | None = None

    @classmethod
    def of(cls, name: str, title: str, unit: str, samples: Samples) -> Result:
        scale = 1000.0 if unit == "ms" else 1.0
        figures = [value * scale for values in (samples.ours, samples.peer) if values for value in quantiles(values)]
        return cls(name, title, unit, len(samples.ours), *figures)

    @property
    def ratio(self) -> float | None:
        """Median to Anki's median."""
        return self.p50 / self.peer_p50 if self.peer_p50 else None

    @property
    def limit(self) -> float | None:
        return LIMITS.get(self.name)

    @property
    def is_over(self) -> bool:
        return self.ratio is not None and self.limit is not None and self.ratio > self.limit

    @property
    def meets_goal(self) -> bool:
        return self.ratio is not None and self.ratio <= GOAL


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile (nearest rank: of fewer than 100 values the largest)."""
    ordered = sorted(values)
    return median(ordered), ordered[ceil(0.99 * len(ordered)) - 1]
