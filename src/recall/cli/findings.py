"""Findings about decks as text, as JSON, and as the commands that GitHub turns into remarks on a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from recall.cli.output import emit, say, tell
from recall.i18n import _, ngettext

if TYPE_CHECKING:
    from recall.decks.problems import Problem

_GITHUB = {"error": "error", "warning": "warning", "advice": "notice"}
_ESCAPES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_ESCAPES_IN_VALUES = {**_ESCAPES, ":": "%3A", ",": "%2C"}


def show_text(problems: Iterable[Problem]) -> None:
    """A line for each, in the form that editors read: place, severity, code, message."""
    for problem in problems:
        place = f"{problem.path}:{problem.line}:{problem.column}"
        say(f"{place}: {problem.severity}: {problem.code}: {problem.message}")


def show_json(problems: Iterable[Problem]) -> None:
    """All of them as one list."""
    emit([_data(problem) for problem in problems])


def show_github(problems: Iterable[Problem]) -> None:
    """A workflow command for each, as GitHub Actions documents them."""
    for problem in problems:
        values = {"file": problem.path, "line": problem.line, "col": problem.column, "title": problem.code}
        given = ",".join(f"{name}={_escaped(str(value), _ESCAPES_IN_VALUES)}" for name, value in values.items())
        say(f"::{_GITHUB[problem.severity]} {given}::{_escaped(problem.message, _ESCAPES)}")


FORMATS: Mapping[str, Callable[[Iterable[Problem]], None]] = {
    "text": show_text,
    "json": show_json,
    "github": show_github,
}


def tell_total(problems: Sequence[Problem], files: int) -> None:
    """How many there are, advice counted apart, on stderr."""
    counts = Counter(problem.severity.value for problem in problems)
    advice, wrong = counts["advice"], len(problems) - counts["advice"]
    found = ngettext("{count} problem", "{count} problems", wrong).format(count=wrong)
    read = ngettext("{count} file", "{count} files", files).format(count=files)
    if advice:
        advised = ngettext("{count} piece of advice", "{count} pieces of advice", advice).format(count=advice)
        tell(_("{found}, {advised} in {read}.").format(found=found, advised=advised, read=read))
    else:
        tell(_("{found} in {read}.").format(found=found, read=read))


def _data(problem: Problem) -> dict[str, str | int]:
    return {
        "path": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
    }


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(char, char) for char in text)
