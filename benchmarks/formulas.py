"""How fast formulas are set, and how many do not fit: the figures the renderer was decided on.

No counterpart in Anki, whose formulas are pictures made by a browser; so the limits are absolute.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.limits import FORMULA_LIMITS
from recall.core import cloze
from recall.core.formulas import formulas
from recall.decks.curriculum import load_curriculum
from recall.decks.folders import CURRICULUM_FILE, deck_files
from recall.decks.load import load_deck
from recall.environment import bundled_decks
from recall.tex import api, render
from recall.text.typeset import expand_macros

CORPUS = Path(__file__).parents[1] / "tests" / "tex" / "data" / "corpus.tex.txt"
WIDTHS = (80, 60, 40)
TIMES = 7
"""Runs over the corpus; of each expression the best one counts, since the others measured the machine."""
CACHED_CALLS = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `name` is what `benchmarks.limits` calls it."""

    name: str
    title: str
    value: float
    unit: str
    note: str = ""

    @property
    def limit(self) -> float | None:
        return FORMULA_LIMITS.get(self.name)

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.value > self.limit


def figures() -> Iterator[Figure]:
    """Speed over the corpus, then the share of displays that stay wider than a pane."""
    corpus = _corpus()
    uncached = [value * 1e3 for value in _best(corpus, uncached=True)]
    cached = [value * 1e6 for value in _best(corpus, uncached=False)]
    count = f"of {len(corpus)} expressions"
    yield Figure("tex-median", "formula, median", median(uncached), "ms", count)
    yield Figure("tex-worst", "formula, worst", max(uncached), "ms", count)
    yield Figure("tex-cached-median", "the same, cached, median", median(cached), "µs", count)
    yield Figure("tex-cached-worst", "the same, cached, worst", max(cached), "µs", count)
    displayed = [tex for tex, display in corpus if display]
    for name, sources in (("corpus", displayed), ("decks", _decks())):
        for width in WIDTHS:
            wide = sum(render(tex, display=True, width=width).width > width for tex in sources)
            share = 100 * wide / max(len(sources), 1)
            title = f"wider than {width} columns, {name}"
            yield Figure(f"overflow-{name}-{width}", title, share, "%", f"{wide} of {len(sources)}")


def _corpus() -> list[tuple[str, bool]]:
    """TeX of each expression, and whether it is displayed."""
    lines = CORPUS.read_text("utf-8").splitlines()
    parts = [line.split("\t", 2) for line in lines if line and not line.startswith("#")]
    return [(tex, mode == "D") for _name, mode, tex in parts]


@cache
def _decks() -> Sequence[str]:
    """Every formula of the bundled decks once, its macros written out and its clozes filled in."""
    shared = dict(load_curriculum(bundled_decks() / CURRICULUM_FILE).macros)
    found: dict[str, None] = {}
    for path in sorted(deck_files(bundled_decks())):
        for passage in load_deck(path).passages:
            text = cloze.question(passage.text, 0)  # no deletion has this number: all are filled in
            written_out = expand_macros(text, {**shared, **dict(passage.macros)})
            found.update(dict.fromkeys(formula.tex for formula in formulas(written_out)))
    return list(found)


def _best(corpus: Sequence[tuple[str, bool]], *, uncached: bool) -> list[float]:
    """Seconds of processor time that each expression takes."""
    calls = 1 if uncached else CACHED_CALLS
    gc.collect()
    runs = []
    for _ in range(TIMES):
        runs.append([_seconds(tex, display, calls, uncached=uncached) for tex, display in corpus])
    return [min(times) for times in zip(*runs, strict=True)]


def _seconds(tex: str, display: bool, calls: int, *, uncached: bool) -> float:
    if uncached:
        api._render.cache_clear()
    else:
        render(tex, display=display, width=80)
    start = process_time()
    for _ in range(calls):
        render(tex, display=display, width=80)
    return (process_time() - start) / calls
