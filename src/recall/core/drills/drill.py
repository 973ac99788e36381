"""What a drill is: a parametric question, and the fresh instance that a seed draws from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from recall.core.answers import Exact, Matrix, Number, Numbers, Words
from recall.core.model import Text

Parameters = Mapping[str, int | float | str]

DRAWS = 200
"""How often an unpleasant draw is drawn again."""


@dataclass(frozen=True, slots=True)
class Distractor:
    """A wrong answer, and the typical mistake that leads to it."""

    answer: Exact
    why: Text


@dataclass(frozen=True, slots=True)
class Instance:
    """A question with its numbers, its answer and its solution; at least 3 distractors, all wrong and distinct."""

    question: Text
    answer: Exact
    solution: Text
    distractors: tuple[Distractor, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Drill:
    """A parametric question on a topic of the curriculum; `generate` may raise `Redraw`."""

    name: str
    topic: str
    title: Text
    defaults: Parameters
    generate: Callable[..., Instance]
    """Takes the source of chance, and the parameters by name."""

    def draw(self, parameters: Parameters, seed: int) -> Instance:
        """The instance that `seed` draws; raises DrillError for a parameter that does not fit or draws nothing."""
        merged = self._merged(parameters)
        random = Random(f"{self.name}:{seed}")
        for _ in range(DRAWS):
            try:
                return self.generate(random, **merged)
            except Redraw:
                continue
        raise DrillError("no-draw", self.name)

    def _merged(self, parameters: Parameters) -> Parameters:
        for name, value in parameters.items():
            if name not in self.defaults:
                raise DrillError("unknown-parameter", name)
            if not _fits(value, self.defaults[name]):
                raise DrillError("parameter-type", name)
        return {**self.defaults, **parameters}


def drill(name: str, topic: str, zh: str, en: str) -> Callable[[Callable[..., Instance]], Drill]:
    """Makes a drill of the function that draws it, with its title in both languages.

    Keyword-only arguments of the function are the parameters of the drill; each needs a default.
    """

    def of(generate: Callable[..., Instance]) -> Drill:
        return Drill(name, topic, Text(zh, en), generate.__kwdefaults__ or {}, generate)

    return of


class DrillError(ValueError):
    """A drill that cannot be made; `code` is unknown-drill, unknown-parameter, parameter-type, parameter-range
    or no-draw, and `subject` the name it is about."""

    def __init__(self, code: str, subject: str) -> None:
        super().__init__(f"{code}: {subject}")
        self.code = code
        self.subject = subject


class Redraw(Exception):
    """The numbers drawn are unpleasant; draw again."""


def within(low: int, high: int, **parameters: int) -> None:
    """Raises DrillError parameter-range for a parameter that is not from `low` to `high`."""
    for name, value in parameters.items():
        if not low <= value <= high:
            raise DrillError("parameter-range", name)


def instance(question: Text, answer: Exact, solution: Text, *distractors: Distractor) -> Instance:
    """An instance without the distractors that happen to be right or to repeat one; raises Redraw below 3."""
    seen = [answer]
    kept = []
    for distractor in distractors:
        if not any(same(distractor.answer, other) for other in seen):
            seen.append(distractor.answer)
            kept.append(distractor)
    if len(kept) < 3:
        raise Redraw
    return Instance(question, answer, solution, tuple(kept))


def same(one: Exact, other: Exact) -> bool:
    """Whether both are one answer by value: numbers within either's tolerance, a multiset in any order."""
    if isinstance(one, Number) and isinstance(other, Number):
        return _same_number(one, other)
    if isinstance(one, Numbers) and isinstance(other, Numbers):
        return _same_numbers(_in_order(one), _in_order(other))
    if isinstance(one, Matrix) and isinstance(other, Matrix):
        return len(one.rows) == len(other.rows) and all(map(_same_numbers, one.rows, other.rows))
    if isinstance(one, Words) and isinstance(other, Words):
        return _words(one) == _words(other)
    return False


def _fits(value: object, default: int | float | str) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) if isinstance(default, float) else isinstance(value, type(default))


def _same_number(one: Number, other: Number) -> bool:
    if one.value == other.value:
        return True
    slack = max(_slack(one), _slack(other))
    return slack > 0 and abs(float(one.value) - float(other.value)) <= slack


def _slack(number: Number) -> float:
    if number.tolerance is None:
        return 1e-3 * abs(number.value) if isinstance(number.value, float) else 0.0
    return number.tolerance.size * (abs(float(number.value)) if number.tolerance.relative else 1.0)


def _same_numbers(one: tuple[Number, ...], other: tuple[Number, ...]) -> bool:
    return len(one) == len(other) and all(map(_same_number, one, other))


def _in_order(numbers: Numbers) -> tuple[Number, ...]:
    return numbers.values if numbers.ordered else tuple(sorted(numbers.values, key=lambda number: float(number.value)))


def _words(words: Words) -> list[str]:
    folded = [word.casefold() for word in words.words]
    return folded if words.ordered else sorted(folded)
