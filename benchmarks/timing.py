"""Repeating an operation of recall and its counterpart in Anki in turns, so that both meet the same weather."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import perf_counter

from benchmarks.result import Samples

Timed = Callable[[], float]
"""Does something once and says how many seconds the part that counts took."""

BATCH = 5
"""How often one side runs before it is the other's turn."""


def timed(operation: Callable[[], object], clock: Callable[[], float] = perf_counter) -> Timed:
    def measure() -> float:
        start = clock()
        operation()
        return clock() - start

    return measure


def alternate(ours: Timed, peer: Timed | None, times: int, *, warm_up: int, batch: int = BATCH) -> Samples:
    """`times` figures of each side, after `warm_up` that do not count."""
    for _ in range(warm_up):
        ours()
        if peer:
            peer()
    gc.collect()
    our_figures: list[float] = []
    peer_figures: list[float] = []
    while len(our_figures) < times:
        turns = min(batch, times - len(our_figures))
        our_figures += [ours() for _ in range(turns)]
        if peer:
            peer_figures += [peer() for _ in range(turns)]
    return Samples(our_figures, peer_figures)
