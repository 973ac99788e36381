"""An item as it is asked this time: options shuffled, numbers drawn, and the answer marked.

An answer is a text whatever the kind, the same on a screen, on the command line and in the log: the numbers of lines
for a choice (`2`, `1 3`) and an order (`3 1 2`), the numbers of the points made and `!` with those of the red flags
raised for an interview (`1 3 !2`), and what was typed for the others. Letters do for the numbers of lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from random import Random
from string import ascii_lowercase
from typing import TYPE_CHECKING

from recall.core import cloze, faces, marking
from recall.core.answers import Number, Tolerance
from recall.core.bodies import (
    Choice,
    Cloze,
    Code,
    DrillBody,
    Interview,
    Kind,
    Language,
    Numeric,
    Order,
    Output,
    Text,
    Typed,
)
from recall.core.faces import Face
from recall.core.item_names import cloze_number
from recall.core.marking import Mark, Verdict
from recall.core.model import Card, Grade, ItemId, LogId
from recall.core.number_text import read_number

if TYPE_CHECKING:
    from recall.core.drills import Instance

OFFERED_DISTRACTORS = 3
"""Wrong answers beside the right one when a drill is asked as a choice."""


@dataclass(frozen=True, slots=True)
class Line:
    """One of the numbered lines of a choice or an order. `place` is its place among the steps, from 0."""

    text: Text
    why: Text | None = None
    correct: bool = False
    place: int | None = None


def seed_of(item: ItemId, last_review: LogId | None) -> int:
    """What to draw from now: the same until the item is answered again, on every device, after any restart."""
    return int.from_bytes(blake2b(f"{item}|{last_review or ''}".encode(), digest_size=6).digest())


@dataclass(frozen=True)
class Exercise:
    """An item with what `seed` draws for it."""

    card: Card
    item: ItemId
    seed: int

    @property
    def kind(self) -> Kind:
        return self.card.kind

    @property
    def marks_itself(self) -> bool:
        """Whether a program marks it; a cloze may be typed, but is asked as a self-graded card."""
        return self.kind not in (Kind.BASIC, Kind.CLOZE)

    @cached_property
    def drawn(self) -> Instance | None:
        """The numbers of a drill."""
        if not isinstance(self.card.body, DrillBody):
            return None
        from recall.core.drills import make

        return make(self.card.body.name, dict(self.card.body.parameters), self.seed)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The answers of a choice, or the steps and decoys of an order, as they are shown."""
        body = self.card.body
        if isinstance(body, Choice):
            return self._shuffled([Line(o.text, o.why, o.correct) for o in body.options])
        if isinstance(body, Order):
            steps = [Line(step, place=n) for n, step in enumerate(body.steps)]
            return self._mixed([*steps, *map(Line, body.decoys)])
        if isinstance(body, DrillBody) and body.as_choice:
            return self._shuffled(self._drawn_options())
        return ()

    @property
    def allows_several(self) -> bool:
        """Whether more than one line of a choice may be picked."""
        return isinstance(self.card.body, Choice) and self.card.body.multiple

    @property
    def is_order(self) -> bool:
        return isinstance(self.card.body, Order)

    @property
    def right_order(self) -> tuple[int, ...]:
        """The lines of an order that are steps, as they follow each other."""
        placed = sorted((line.place, n) for n, line in enumerate(self.lines) if line.place is not None)
        return tuple(n for _place, n in placed)

    @property
    def expected_ms(self) -> int:
        """How long a good answer takes."""
        body = self.card.body
        minutes = body.minutes if isinstance(body, Interview) else None
        return marking.expected_ms(self.kind, minutes, self.card.difficulty)

    def face(self, language: Language) -> Face:
        return faces.face(self.card, self.item, language, self.drawn)

    def lines_named(self, response: str) -> list[Line]:
        """The lines that an answer names, in the order it names them."""
        return [self.lines[n] for n in self._picked(response) or ()]

    def right_response(self) -> str:
        """The answer that is marked right, as it would be given."""
        body = self.card.body
        if self.is_order:
            return numbers_text(self.right_order)
        if self.lines:
            return numbers_text(n for n, line in enumerate(self.lines) if line.correct)
        if isinstance(body, Interview):
            return numbers_text(range(len(body.rubric)))
        if isinstance(body, Code):
            return body.solution
        if self.drawn is not None:
            from recall.core.drills import answer_text

            return answer_text(self.drawn.answer)
        return body.answers[0] if isinstance(body, Typed) and body.answers else getattr(body, "answer", "")

    def mark(self, response: str) -> Mark:
        """What the answer is worth. A code answer has to be run to be marked; here it is only found empty."""
        body = self.card.body
        if self.is_order:
            return self._mark_order(response)
        if self.lines:
            return self._mark_choice(response)
        if self.drawn is not None:
            return marking.mark_exact(response, self.drawn.answer)
        match body:
            case Typed(_, answers, pattern):
                return marking.mark_typed(response, answers, pattern)
            case Numeric(_, answer, tolerance, unit):
                return marking.mark_exact(response, _number(answer, unit, tolerance))
            case Output(_, _, answer):
                return marking.mark_output(response, answer)
            case Interview():
                return self._mark_interview(body, response)
            case Cloze(text):
                return marking.mark_typed(response, self._hidden(text), None)
            case _:
                return Mark(0, Verdict.UNREADABLE)

    def suggest(self, mark: Mark, milliseconds: int | None) -> Grade:
        """The grade that a mark and the time taken speak for."""
        return marking.suggest_grade(mark, milliseconds, self.expected_ms)

    def _mark_choice(self, response: str) -> Mark:
        picked = self._picked(response)
        if picked is None or not picked:
            return Mark(0, Verdict.UNREADABLE if response.strip() else Verdict.EMPTY)
        if len(picked) > 1 and not self.allows_several:
            return Mark(0, Verdict.UNREADABLE)
        right = frozenset(n for n, line in enumerate(self.lines) if line.correct)
        return marking.mark_choice(frozenset(picked), right)

    def _mark_order(self, response: str) -> Mark:
        picked = self._picked(response)
        if picked is None or not picked:
            return Mark(0, Verdict.UNREADABLE if response.strip() else Verdict.EMPTY)
        return marking.mark_order(picked, self.right_order)

    def _mark_interview(self, body: Interview, response: str) -> Mark:
        ticks = read_ticks(response, len(body.rubric), len(body.red_flags))
        if ticks is None:
            return Mark(0, Verdict.UNREADABLE)
        points, flags = ticks
        musts = frozenset(n for n, point in enumerate(body.rubric) if point.must)
        return marking.mark_rubric(points, [point.weight for point in body.rubric], musts, len(flags))

    def _picked(self, response: str) -> list[int] | None:
        """The lines that letters or numbers name, in the order given; None when one of them names no line."""
        number = r"\d" if len(self.lines) < 10 else r"\d+"
        names = re.findall(rf"{number}|[^\W\d_]", unicodedata.normalize("NFKC", response).casefold())
        picked = [int(name) - 1 if name.isdecimal() else ascii_lowercase.find(name) for name in names]
        is_readable = all(0 <= n < len(self.lines) for n in picked) and len(set(picked)) == len(picked)
        return picked if is_readable else None

    def _hidden(self, text: Text) -> list[str]:
        """What the deletion of this item hides, in each language."""
        number = cloze_number(self.item)
        sources = [source for source in (text.zh, text.en) if source]
        return [found.text for source in sources for found in cloze.parse(source) if found.number == number]

    def _drawn_options(self) -> list[Line]:
        from recall.core.drills import answer_tex

        assert self.drawn is not None
        right = Line(_formula(answer_tex(self.drawn.answer)), self.drawn.solution, correct=True)
        wrong = [Line(_formula(answer_tex(d.answer)), d.why) for d in self.drawn.distractors]
        return [right, *Random(self.seed).sample(wrong, min(OFFERED_DISTRACTORS, len(wrong)))]

    def _shuffled(self, lines: list[Line]) -> tuple[Line, ...]:
        Random(self.seed).shuffle(lines)
        return tuple(lines)

    def _mixed(self, lines: list[Line]) -> tuple[Line, ...]:
        """Shuffled so that the steps do not stand in their right order already."""
        random = Random(self.seed)
        while True:
            random.shuffle(lines)
            places = [line.place for line in lines if line.place is not None]
            if places != sorted(places):
                return tuple(lines)


def numbers_text(lines: Iterable[int]) -> str:
    """Lines, counted from 0, as an answer names them."""
    return " ".join(str(n + 1) for n in lines)


def read_ticks(response: str, points: int, flags: int) -> tuple[frozenset[int], frozenset[int]] | None:
    """The points made and the red flags raised, from 0; None when a number names neither, or something else is said."""
    if re.fullmatch(r"[\s,，、;!！\d]*", response) is None:
        return None
    found = re.findall(r"([!！]?)\s*(\d+)", response)
    made = frozenset(int(n) - 1 for mark, n in found if not mark)
    raised = frozenset(int(n) - 1 for mark, n in found if mark)
    is_known = all(0 <= n < points for n in made) and all(0 <= n < flags for n in raised)
    return (made, raised) if is_known else None


def ticks_text(points: frozenset[int], flags: frozenset[int]) -> str:
    """The inverse of `read_ticks`."""
    raised = (f"!{n + 1}" for n in sorted(flags))
    return " ".join(filter(None, (numbers_text(sorted(points)), *raised)))


def _number(answer: str, unit: str | None, tolerance: Tolerance | None) -> Number:
    """The answer of a numeric card; one written with its unit, such as `16 GB`, asks for that unit."""
    quantity = read_number(answer)
    return Number(quantity.value, tolerance, unit or quantity.unit or None)


def _formula(tex: str) -> Text:
    return Text(f"${tex}$", f"${tex}$")
