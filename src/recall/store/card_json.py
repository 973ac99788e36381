"""Cards as JSON in the catalogue, so that a review needs no YAML."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from recall.core.answers import Tolerance
from recall.core.bodies import (
    KINDS,
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
from recall.core.model import Card, CardId

Json = Any
Pair = list[str | None]


def to_json(card: Card) -> str:
    """Every field of a card; what is empty is left out."""
    given: dict[str, Json] = {
        "id": card.id,
        "kind": KINDS[type(card.body)],
        "body": _body_fields(card.body),
        "topic": card.topic,
        "deck": card.deck,
        "back": _pair(card.back),
        "more": _pair(card.more),
        "source": list(card.source),
        "difficulty": card.difficulty,
        "tags": list(card.tags),
        "as_of": card.as_of,
        "macros": [list(macro) for macro in card.macros],
        "has_own_id": card.has_own_id,
    }
    kept = {key: value for key, value in given.items() if value not in (None, [])}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Card:
    given = json.loads(text)
    return Card(
        id=CardId(given["id"]),
        body=_READERS[given["kind"]](*given["body"]),
        topic=given.get("topic"),
        deck=given.get("deck"),
        back=_text(given.get("back")),
        more=_text(given.get("more")),
        source=tuple(given.get("source", ())),
        difficulty=given.get("difficulty"),
        tags=tuple(given.get("tags", ())),
        as_of=given.get("as_of"),
        macros=tuple((name, body) for name, body in given.get("macros", ())),
        has_own_id=given["has_own_id"],
    )


def _body_fields(body: Body) -> list[Json]:
    """The fields of a body, in the order they are declared in and its reader takes them."""
    return [_plain(getattr(body, field.name)) for field in fields(body)]


def _plain(value: Any) -> Json:
    """Texts as pairs, parts of a body as lists of their fields."""
    if isinstance(value, Text):
        return _pair(value)
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return [_plain(getattr(value, field.name)) for field in fields(value)] if is_dataclass(value) else value


def _basic(front: Pair, back: Pair, reverse: bool) -> Basic:
    return Basic(Text(*front), Text(*back), reverse)


def _cloze(text: Pair) -> Cloze:
    return Cloze(Text(*text))


def _choice(front: Pair, options: list[Json], multiple: bool) -> Choice:
    read = tuple(Option(Text(*text), _text(why), correct) for text, why, correct in options)
    return Choice(Text(*front), read, multiple)


def _typed(front: Pair, answers: list[str], pattern: str | None) -> Typed:
    return Typed(Text(*front), tuple(answers), pattern)


def _numeric(front: Pair, answer: str, tolerance: list[Json] | None, unit: str | None) -> Numeric:
    return Numeric(Text(*front), answer, Tolerance(*tolerance) if tolerance else None, unit)


def _order(front: Pair, steps: list[Pair], decoys: list[Pair]) -> Order:
    return Order(Text(*front), _texts(steps), _texts(decoys))


def _output(front: Pair, code: str, answer: str) -> Output:
    return Output(Text(*front), code, answer)


def _interview(
    front: Pair, minutes: float, points: list[Json], red_flags: list[Pair], follow_up: list[Pair]
) -> Interview:
    rubric = tuple(Point(Text(*text), weight, must) for text, weight, must in points)
    return Interview(Text(*front), minutes, rubric, _texts(red_flags), _texts(follow_up))


def _drill(name: str, parameters: list[Json], as_choice: bool) -> DrillBody:
    return DrillBody(name, tuple((key, value) for key, value in parameters), as_choice)


def _code(front: Pair, starter: str, checks: str, solution: str) -> Code:
    return Code(Text(*front), starter, checks, solution)


_READERS: dict[Kind, Callable[..., Body]] = {
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


def _pair(text: Text | None) -> Pair | None:
    return [text.zh, text.en] if text else None


def _text(pair: Pair | None) -> Text | None:
    return Text(*pair) if pair else None


def _texts(pairs: list[Pair]) -> tuple[Text, ...]:
    return tuple(Text(*pair) for pair in pairs)
