"""Samples of one row, and what the table says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from statistics import median

from benchmarks.limits import GOAL, LIMITS, P95_LIMITS


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
    p95: float | None = None
    """Where it has a limit."""

    @classmethod
    def of(cls, name: str, title: str, unit: str, samples: Samples) -> Result:
        scale = 1000.0 if unit == "ms" else 1.0
        figures = [value * scale for values in (samples.ours, samples.peer) if values for value in quantiles(values)]
        p95 = percentile(samples.ours, 0.95) * scale if name in P95_LIMITS else None
        return replace(cls(name, title, unit, len(samples.ours), *figures), p95=p95)

    @property
    def ratio(self) -> float | None:
        """Median to Anki's median."""
        return self.p50 / self.peer_p50 if self.peer_p50 else None

    @property
    def limit(self) -> float | None:
        return LIMITS.get(self.name)

    @property
    def is_over(self) -> bool:
        if self.p95 is not None:
            return self.p95 > P95_LIMITS[self.name]
        return self.ratio is not None and self.limit is not None and self.ratio > self.limit

    @property
    def meets_goal(self) -> bool:
        return self.ratio is not None and self.ratio <= GOAL


def quantiles(values: Sequence[float]) -> tuple[float, float]:
    """Median and 99th percentile (nearest rank: of fewer than 100 values the largest)."""
    return median(values), percentile(values, 0.99)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    return sorted(values)[ceil(share * len(values)) - 1]
