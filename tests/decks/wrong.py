"""Facts of a card made wrong in many small ways: what a proof has to notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from recall.core import cloze
from tests.decks.facts import Facts

NUMBER = re.compile(r"(?:\d{1,3}(?:,|\{,\})\d{3}(?:(?:,|\{,\})\d{3})*(?!\d)|\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+")
"""An unsigned number in a text."""
_VARIABLE = re.compile(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])|\\(?:alpha|beta|lambda|mu|sigma|theta)(?![A-Za-z])")
_EXCHANGED = (
    (r"\+", "-"),
    (r"-", "+"),
    (r"\\leq?(?![A-Za-z])", r"\\ge "),
    (r"\\geq?(?![A-Za-z])", r"\\le "),
    (r"<", ">"),
    (r">", "<"),
    (r"\\max(?![A-Za-z])", r"\\min "),
    (r"\\min(?![A-Za-z])", r"\\max "),
    (r"\\sin(?![A-Za-z])", r"\\cos "),
    (r"\\cos(?![A-Za-z])", r"\\sin "),
    (r"\\log(?![A-Za-z])", r"\\exp "),
    (r"\\exp(?![A-Za-z])", r"\\log "),
    (r"\^(?:\\top|T|\{T\}|\{\\top\})", ""),
    (r"/", "*"),
    (r"\\neq?(?![A-Za-z])", "="),
    (r"\bTrue\b", "False"),
    (r"\bFalse\b", "True"),
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Facts with one of them made wrong, and how."""

    how: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Trial:
    """What a proof is tried on for one field: it has to fail on each of these facts, or else on one at least."""

    field: str
    each: bool
    wrong: Iterator[Wrong]


def trials(facts: Facts, read: frozenset[str]) -> Iterator[Trial]:
    """The trials for a proof that read these fields, `front` or `cloze 2`."""
    for field, marks, changes in _EACH:
        if read & marks:
            yield Trial(field, True, changes(facts))
    for field in sorted(read):
        if field.startswith("cloze "):
            yield Trial(field, False, _deletions(facts, int(field.removeprefix("cloze "))))
        elif field in ("answers", "rubric"):
            yield Trial(field, False, _lists(facts, field))
        elif field in ("front", "back", "more", "unit", "cloze"):
            yield Trial(field, False, _texts(facts, field))


def altered(text: str) -> Iterator[tuple[str, str]]:
    """How the text can be made wrong, and the wrong text: each number, each sign, letters; else a "not" before it."""
    changes = [*_other_numbers(text), *_other_signs(text), *_other_letters(text)]
    yield from changes or [("not", f"not {text}")]


def _other_numbers(text: str) -> Iterator[tuple[str, str]]:
    for match in NUMBER.finditer(text):
        for other in _near(match[0]):
            yield f"{match[0]} -> {other}", text[: match.start()] + other + text[match.end() :]


def _other_signs(text: str) -> Iterator[tuple[str, str]]:
    for pattern, other in _EXCHANGED:
        for match in re.finditer(pattern, text):
            yield f"{match[0]} -> {other}", text[: match.start()] + match.expand(other) + text[match.end() :]


def _other_letters(text: str) -> Iterator[tuple[str, str]]:
    """Two neighbouring variables exchanged."""
    for one, two in pairwise(_VARIABLE.finditer(text)):
        if one[0] != two[0]:
            exchanged = text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]
            yield f"{one[0]} and {two[0]} exchanged", exchanged


def _near(number: str) -> tuple[str, ...]:
    """The next whole number, and one a tenth greater where that is another."""
    plain = re.sub(r"[{},]", "", number)
    if not plain.isdigit():
        return (f"{float(plain) * 1.1 or 0.1:.10g}",)
    value = int(plain)
    return (str(value + 1), str(value * 11 // 10)) if value >= 20 else (str(value + 1),)


def _values(facts: Facts) -> Iterator[Wrong]:
    value = facts.value or 0.0
    for other in (1.1 * value, 0.9 * value, -value) if value else (0.1, -0.1, 1.0):
        yield Wrong(f"{value:g} -> {other:g}", replace(facts, value=other))


def _keys(facts: Facts) -> Iterator[Wrong]:
    """The key moved to each other option; where several are right, each option's mark changed."""
    everything = range(len(facts.options))
    if len(facts.right) == 1:
        marked = [frozenset({n}) for n in everything if n not in facts.right]
    else:
        marked = [facts.right ^ {n} for n in everything]
    for right in marked:
        yield Wrong("right: " + ", ".join(facts.options[n] for n in sorted(right)), replace(facts, right=right))


def _steps(facts: Facts) -> Iterator[Wrong]:
    """Neighbours exchanged; a step and a decoy exchanged."""
    for n in range(len(facts.steps) - 1):
        steps = [*facts.steps]
        steps[n], steps[n + 1] = steps[n + 1], steps[n]
        yield Wrong(f"steps {n + 1} and {n + 2} exchanged", replace(facts, steps=tuple(steps)))
    for n, step in enumerate(facts.steps):
        for m, decoy in enumerate(facts.decoys):
            steps, decoys = [*facts.steps], [*facts.decoys]
            steps[n], decoys[m] = decoy, step
            wrong = replace(facts, steps=tuple(steps), decoys=tuple(decoys))
            yield Wrong(f"decoy {m + 1} for step {n + 1}", wrong)


def _outputs(facts: Facts) -> Iterator[Wrong]:
    for how, text in altered(facts.output):
        if text.split() != facts.output.split():
            yield Wrong(how, replace(facts, output=text))
    yield Wrong("one more word", replace(facts, output=facts.output + " 0"))


def _texts(facts: Facts, field: str) -> Iterator[Wrong]:
    for how, text in altered(getattr(facts, field)):
        yield Wrong(how, _with(facts, field, text))


def _lists(facts: Facts, field: str) -> Iterator[Wrong]:
    texts: tuple[str, ...] = getattr(facts, field)
    for n, whole in enumerate(texts):
        for how, text in altered(whole):
            yield Wrong(how, _with(facts, field, (*texts[:n], text, *texts[n + 1 :])))


def _deletions(facts: Facts, number: int) -> Iterator[Wrong]:
    for deletion in cloze.parse(facts.cloze):
        if deletion.number == number:
            for how, text in altered(deletion.text):
                hint = f"::{deletion.hint}" if deletion.hint else ""
                hidden = f"{{{{c{number}::{text}{hint}}}}}"
                changed = facts.cloze[: deletion.start] + hidden + facts.cloze[deletion.end :]
                yield Wrong(how, replace(facts, cloze=changed))


def _code(facts: Facts) -> Iterator[Wrong]:
    if facts.starter:
        yield Wrong("the starter for the solution", replace(facts, code=facts.starter))


def _with(facts: Facts, field: str, value: Any) -> Facts:
    return replace(facts, **{field: value})


_EACH = (
    ("value", {"value"}, _values),
    ("key", {"key", "options"}, _keys),
    ("order", {"steps", "decoys"}, _steps),
    ("output", {"output"}, _outputs),
    ("code", {"code"}, _code),
)
"""Fields whose every change a proof has to notice: its name, what a proof has read of it, the changes."""
