"""The table as people read it, and the same figures as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version

from benchmarks.formulas import Figure
from benchmarks.ground import Ground
from benchmarks.limits import GOAL, P95_LIMITS
from benchmarks.result import Result

_COLUMNS = "{:<35}{:>4}{:>10}{:>10}{:>11}{:>11}{:>8}{:>8}{:>7}"


def facts(ground: Ground) -> dict[str, str | int | None]:
    """What the figures depend on; no folder and no name of the machine."""
    return {
        "recall": version("recall-srs"),
        "anki": version("anki"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "items": ground.items,
        "reviews": ground.reviews,
        "due": ground.due,
    }


def header(ground: Ground) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts(ground).items())


def title_line() -> str:
    columns = ("row", "n", "p50", "p99", "Anki p50", "Anki p99", "ratio", "limit", "goal")
    return _COLUMNS.format(*columns)


def table_line(result: Result) -> str:
    line = _COLUMNS.format(
        f"{result.title} ({result.unit})",
        result.times,
        _figure(result.p50),
        _figure(result.p99),
        _figure(result.peer_p50),
        _figure(result.peer_p99),
        _figure(result.ratio),
        _figure(result.limit),
        "" if result.ratio is None else f"{GOAL:.1f} {'=' if result.meets_goal else '!'}",
    ).rstrip()
    return line if result.p95 is None else f"{line}  p95 {result.p95:.1f}, limit {P95_LIMITS[result.name]:g}"


def figure_line(figure: Figure) -> str:
    """A line of the table of formulas: figure, its limit, and of how many it was taken."""
    limit = "no limit" if figure.limit is None else f"limit {figure.limit:g}"
    return f"{figure.title:<35}{_figure(figure.value):>10} {figure.unit:<3}{limit:<12}{figure.note}"


def verdict(results: Sequence[Result], figures: Sequence[Figure] = ()) -> str:
    """Which limits were exceeded, and how many rows are where they should be."""
    compared = [result for result in results if result.ratio is not None]
    reached = sum(result.meets_goal for result in compared)
    lines = [f"{reached} of {len(compared)} rows with a counterpart take at most {GOAL:.1f} times what Anki takes."]
    lines += [f"Over its limit: {result.title}, {_excess(result)} allowed." for result in results if result.is_over]
    lines += [
        f"Over its limit: {figure.title}, {figure.value:.2f} {figure.unit}, {figure.limit:g} allowed."
        for figure in figures
        if figure.is_over
    ]
    return "\n".join(lines)


def _excess(result: Result) -> str:
    """What was measured, and what the limit is."""
    if result.p95 is not None:
        return f"{result.p95:.1f} {result.unit} at the 95th percentile, {P95_LIMITS[result.name]:g}"
    return f"{result.ratio:.2f} times Anki, {result.limit:.2f}"


def as_json(ground: Ground, results: Sequence[Result], figures: Sequence[Figure] = ()) -> str:
    rows = [{**asdict(result), "ratio": result.ratio, "limit": result.limit, "goal": GOAL} for result in results]
    tex = [{**asdict(figure), "limit": figure.limit} for figure in figures]
    return json.dumps({"facts": facts(ground), "rows": rows, "formulas": tex}, indent=2) + "\n"


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"
