"""What `make bench` asserts: how many times Anki's median a row may take.

The goal is a ratio of at most `GOAL` on every row, and the table prints it beside each ratio.
`LIMITS` is where recall stands today with some air for a busy machine: it is there to catch what gets slower. When a
row gets faster, lower its limit; none may be raised without saying why. Rows without a limit have no counterpart in
Anki.
"""

from __future__ import annotations

GOAL = 1.0

LIMITS = {
    "due": 1.8,
    "next": 2.0,
    "open": 11.0,
    "answer": 7.0,
    "answer-work": 7.5,
    "counts": 14.0,
    "export": 8.0,
    "import": 40.0,
    "memory": 0.6,
}

P95_LIMITS = {"browse-key": 50.0}
"""Rows without a counterpart in Anki that a person waits for: what the 95th percentile may take, in ms."""

FORMULA_LIMITS = {
    "tex-median": 1.0,
    "tex-worst": 10.0,
    "tex-cached-median": 20.0,
    "tex-cached-worst": 20.0,
    "overflow-corpus-80": 0.0,
    "overflow-corpus-60": 2.0,
    "overflow-decks-80": 0.0,
    "overflow-decks-60": 2.0,
}
"""Setting a formula in ms, from the cache in µs; the percentage of displays that stay wider than so many columns."""
