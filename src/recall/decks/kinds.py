"""The fields of a card to what it asks, one function a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from recall.core import cloze
from recall.core.answers import Tolerance
from recall.core.bodies import (
    Basic,
    Body,
    Choice,
    Cloze,
    Code,
    DrillBody,
    Interview,
    Kind,
    Numeric,
    Option,
    Order,
    Output,
    Point,
    Text,
    Typed,
)
from recall.core.number_fault import NumberTextError
from recall.core.number_text import read_number
from recall.core.typed_text import PatternFault, check_pattern
from recall.decks.schema import CardFields, TextField, Words
from recall.i18n import _

if TYPE_CHECKING:
    from recall.core.drills import DrillError

_TOLERANCE = re.compile(r"\s*([0-9.eE+-]+)\s*(%?)\s*(relative|absolute)?\s*")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
DEFAULT_MINUTES = 2.0
MAX_LINES = 20
"""Answers of a choice, or steps and decoys of an order: each has a letter."""


class BodyError(ValueError):
    """A card asks nothing, or nothing that can be answered; `field` is where, the card itself when empty."""

    def __init__(self, code: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.field = code, message, field


def read_body(fields: CardFields) -> Body:
    """What the card asks. Raises BodyError."""
    return _READERS[kind_of(fields)](fields)


def kind_of(fields: CardFields) -> Kind:
    """The kind that the fields make; where they fit two, `kind:` says which."""
    for kind, given in _MARKS:
        if any(getattr(fields, name) is not None for name in given):
            return kind
    if fields.answer is None and fields.pattern is None:
        return Kind.BASIC
    if fields.kind in (Kind.NUMERIC, Kind.TYPED):
        return Kind(fields.kind)
    is_number = isinstance(fields.answer, str) and NUMBER.fullmatch(fields.answer.strip())
    return Kind.NUMERIC if is_number or fields.tolerance or fields.unit else Kind.TYPED


_MARKS = (
    (Kind.CLOZE, ("cloze",)),
    (Kind.CHOICE, ("choices",)),
    (Kind.ORDER, ("steps",)),
    (Kind.DRILL, ("drill",)),
    (Kind.CODE, ("tests", "starter", "solution")),
    (Kind.OUTPUT, ("code",)),
    (Kind.INTERVIEW, ("rubric",)),
)
"""Fields that only one kind has."""


_FIELDS = {
    Kind.BASIC: {"front", "reverse"},
    Kind.CLOZE: {"cloze"},
    Kind.CHOICE: {"front", "choices", "multiple"},
    Kind.TYPED: {"front", "answer", "pattern"},
    Kind.NUMERIC: {"front", "answer", "tolerance", "unit"},
    Kind.ORDER: {"front", "steps", "decoys"},
    Kind.OUTPUT: {"front", "code", "answer"},
    Kind.INTERVIEW: {"front", "minutes", "rubric", "red_flags", "follow_up"},
    Kind.DRILL: {"drill"},
    Kind.CODE: {"front", "starter", "tests", "solution"},
}
_COMMON = {"id", "topic", "kind", "back", "more", "source", "difficulty", "tags", "as_of", "verify"}


def unused_fields(fields: CardFields, kind: Kind) -> list[str]:
    """Fields that are given and say nothing on a card of this kind."""
    used = _COMMON | _FIELDS[kind]
    return [name for name in fields.__struct_fields__ if name not in used and getattr(fields, name)]


def text_of(value: TextField | None) -> Text | None:
    """None when there is nothing to read in it."""
    if value is None:
        return None
    text = Text(value, value) if isinstance(value, str) else Text(value.zh or None, value.en or None)
    return text if text.in_language("zh").strip() else None


def words_of(value: Words | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _basic(fields: CardFields) -> Basic:
    back = text_of(fields.back)
    front = _front(fields)
    if back is None:
        raise BodyError("no-answer", _("the card has no answer: give it `back:`"))
    return Basic(front, back, fields.reverse)


def _cloze(fields: CardFields) -> Cloze:
    text = text_of(fields.cloze)
    if text is None or fields.front is not None:
        raise BodyError("no-question", _("a cloze card has its text in `cloze:` and no `front:`"), "cloze")
    try:
        found = {cloze.numbers(source) for source in (text.zh, text.en) if source}
    except cloze.ClozeError as error:
        raise BodyError("cloze", _cloze_message(error), "cloze") from None
    if len(found) > 1:
        raise BodyError("cloze", _("zh and en hide different numbers; both need the same c1, c2, ..."), "cloze")
    if not any(found):
        message = _("nothing is hidden: put {example} round what is to be recalled")
        raise BodyError("cloze", message.format(example="{{c1::...}}"), "cloze")
    return Cloze(text)


def _choice(fields: CardFields) -> Choice:
    given = fields.choices or []
    options = tuple(Option(_needed(option.text, "choices"), text_of(option.why), option.correct) for option in given)
    _check_lines(len(options), "choices")
    right = sum(option.correct for option in options)
    if len(options) < 2 or right == len(options):
        raise BodyError("choice", _("a choice needs at least one right and one wrong answer"), "choices")
    if right == 0:
        raise BodyError("choice", _("no answer is right: mark it with `correct: true`"), "choices")
    if right > 1 and not fields.multiple:
        message = _("{n} answers are marked right; say `multiple: true` if that is meant")
        raise BodyError("choice", message.format(n=right), "choices")
    return Choice(_front(fields), options, fields.multiple)


def _typed(fields: CardFields) -> Typed:
    answers = tuple(answer for answer in words_of(fields.answer) if answer.strip())
    if not answers and not fields.pattern:
        raise BodyError("no-answer", _("the card has no answer: give it `answer:`"), "answer")
    if fields.pattern and (fault := check_pattern(fields.pattern)):
        raise BodyError("pattern", _pattern_message(fault), "pattern")
    return Typed(_front(fields), answers, fields.pattern)


def _numeric(fields: CardFields) -> Numeric:
    answers = words_of(fields.answer)
    if len(answers) != 1:
        raise BodyError("no-answer", _("a numeric card has one number in `answer:`"), "answer")
    try:
        read_number(answers[0])
    except NumberTextError:
        message = _("{answer!r} can't be read as a number").format(answer=answers[0][:40])
        raise BodyError("numeric", message, "answer") from None
    return Numeric(_front(fields), answers[0].strip(), _tolerance(fields.tolerance), fields.unit)


def _tolerance(given: str | None) -> Tolerance | None:
    if given is None:
        return None
    found = _TOLERANCE.fullmatch(given)
    try:
        size = float(found[1]) if found else -1.0
    except ValueError:
        size = -1.0
    if not found or not (found[2] or found[3]) or not 0 < size < float("inf"):
        message = _("tolerance is `0.02 relative`, `2 %` or `0.5 absolute`, more than 0")
        raise BodyError("bad-value", message, "tolerance")
    return Tolerance(size / 100 if found[2] else size, found[3] != "absolute")


def _order(fields: CardFields) -> Order:
    steps = _texts(fields.steps, "steps")
    if len(steps) < 2:
        raise BodyError("order", _("an order needs at least two steps"), "steps")
    decoys = _texts(fields.decoys, "decoys")
    _check_lines(len(steps) + len(decoys), "steps")
    return Order(_front(fields), steps, decoys)


def _output(fields: CardFields) -> Output:
    if not fields.code or not fields.code.strip() or fields.answer is None:
        raise BodyError("no-answer", _("an output card has its program in `code:` and what it prints in `answer:`"))
    return Output(_front(fields), fields.code.rstrip("\n"), "\n".join(words_of(fields.answer)).rstrip("\n"))


def _interview(fields: CardFields) -> Interview:
    points = tuple(Point(_needed(point.point, "rubric"), point.weight, point.must) for point in fields.rubric or [])
    if not points or any(point.weight < 1 for point in points):
        raise BodyError("rubric", _("a rubric has at least one point, each of weight 1 or more"), "rubric")
    minutes = DEFAULT_MINUTES if fields.minutes is None else fields.minutes
    if not 0 < minutes <= 60:
        raise BodyError("bad-value", _("minutes go from above 0 to 60"), "minutes")
    flags, follow_up = _texts(fields.red_flags, "red_flags"), _texts(fields.follow_up, "follow_up")
    return Interview(_front(fields), minutes, points, flags, follow_up)


def _drill(fields: CardFields) -> DrillBody:
    from recall.core.drills import DrillError, make

    parameters: dict[str, int | float | str] = {}
    given = dict(fields.drill or {})
    name, asked = given.pop("name", ""), given.pop("ask", "typed")
    for key, value in given.items():
        parameters[key] = _plain_value(value)
    if asked not in ("typed", "choice"):
        raise BodyError("drill", _("`ask:` is `typed` or `choice`"), "drill")
    try:
        make(name, parameters, seed=0)
    except DrillError as error:
        raise BodyError("drill", _drill_message(error), "drill") from None
    return DrillBody(name, tuple(parameters.items()), as_choice=asked == "choice")


def _code(fields: CardFields) -> Code:
    if not (fields.starter and fields.tests and fields.solution):
        raise BodyError("code", _("a code card has `starter:`, `tests:` and `solution:`"))
    return Code(_front(fields), fields.starter, fields.tests, fields.solution)


_READERS: dict[Kind, Callable[[CardFields], Body]] = {
    Kind.BASIC: _basic,
    Kind.CLOZE: _cloze,
    Kind.CHOICE: _choice,
    Kind.TYPED: _typed,
    Kind.NUMERIC: _numeric,
    Kind.ORDER: _order,
    Kind.OUTPUT: _output,
    Kind.INTERVIEW: _interview,
    Kind.DRILL: _drill,
    Kind.CODE: _code,
}


def _front(fields: CardFields) -> Text:
    front = text_of(fields.front)
    if front is None:
        raise BodyError("no-question", _("the card asks nothing: give it `front:` (or `cloze:`)"))
    return front


def _needed(value: TextField, field: str) -> Text:
    text = text_of(value)
    if text is None:
        raise BodyError("bad-value", _("an entry of `{field}` is empty").format(field=field), field)
    return text


def _check_lines(count: int, field: str) -> None:
    if count > MAX_LINES:
        raise BodyError("too-many-lines", _("more than {n} lines to choose from").format(n=MAX_LINES), field)


def _texts(values: Iterable[TextField] | None, field: str) -> tuple[Text, ...]:
    return tuple(_needed(value, field) for value in values or ())


def _plain_value(text: str) -> int | float | str:
    if re.fullmatch(r"[+-]?\d{1,12}", text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text


def _pattern_message(fault: PatternFault) -> str:
    return {
        PatternFault.SYNTAX: _("the pattern is not a regular expression"),
        PatternFault.TOO_LONG: _("the pattern is too long"),
        PatternFault.REPEATS: _("the pattern repeats too often"),
        PatternFault.RECURSION: _("the pattern refers to itself"),
    }[fault]


def _drill_message(error: DrillError) -> str:
    return {
        "unknown-drill": _("there is no drill {subject!r}; `recall drills` lists them"),
        "unknown-parameter": _("the drill has no parameter {subject!r}; `recall drills` lists them"),
        "parameter-type": _("the parameter {subject!r} of the drill has a value of the wrong kind"),
        "parameter-range": _("the parameter {subject!r} of the drill is out of range"),
    }.get(error.code, _("the drill {subject!r} draws nothing with these parameters")).format(subject=error.subject)


def _cloze_message(error: cloze.ClozeError) -> str:
    return {
        cloze.Fault.NOT_CLOSED: _("cloze {cloze} is not closed: write {end} after it"),
        cloze.Fault.NESTED: _("cloze {cloze} holds another one: hide them one after the other"),
        cloze.Fault.EMPTY: _("cloze {cloze} hides nothing"),
    }[error.fault].format(cloze=error.opening, end="}}")
