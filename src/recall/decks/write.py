"""Cards as entries of a deck file, and what `parse_deck` makes cards of again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import yaml

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
from recall.core.model import Card
from recall.decks.kinds import DEFAULT_MINUTES, kind_of
from recall.decks.schema import CardFields

Fields = dict[str, Any]
"""One entry under `cards:`, as plain values in the order they are written."""


class _Dumper(yaml.CSafeDumper):
    """Lines of text as a block, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _as_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _as_text)


def deck_text(head: Fields, cards: Iterable[Card]) -> str:
    """A whole deck file; what `head` says for all cards is left out of each."""
    return (_dump(head) if head else "") + "cards:\n" + entries_text(cards, head)


def entries_text(cards: Iterable[Card], head: Fields | None = None) -> str:
    """The entries of some cards, a blank line between them."""
    return "\n".join(entry_text(card, head) for card in cards)


def entry_text(card: Card, head: Fields | None = None) -> str:
    """The entry of one card, from `- ` on."""
    return _dump([new_fields(card, head or {})])


def new_fields(card: Card, head: Fields) -> Fields:
    """A card's entry without what the head of its file says for all."""
    return {name: value for name, value in entry_fields(card).items() if head.get(name) != value}


def head_fields(card: Card) -> Fields:
    """What a card has from the head of its file alone."""
    deck: Fields = {"deck": card.deck} if card.deck else {}
    return {**deck, "macros": dict(card.macros)} if card.macros else deck


def entry_fields(card: Card) -> Fields:
    """A card as the entry of a deck file; `deck` and `macros`, which only a head can say, are not in it."""
    rest: Fields = {
        "id": card.id if card.has_own_id else None,
        "topic": card.topic,
        **_body_fields(card.body),
        "back" if not isinstance(card.body, Basic) else "": _text(card.back),
        "more": _text(card.more),
        "source": list(card.source),
        "difficulty": card.difficulty,
        "tags": list(card.tags),
        "as_of": card.as_of,
    }
    fields = {name: value for name, value in rest.items() if name and value not in (None, [], False)}
    return _with_kind(fields, card.kind)


def _with_kind(fields: Fields, kind: Kind) -> Fields:
    """`kind:` only where the fields would make another."""
    if kind not in (Kind.TYPED, Kind.NUMERIC):
        return fields
    asked = CardFields(answer=fields.get("answer"), pattern=fields.get("pattern"))
    asked.tolerance, asked.unit = fields.get("tolerance"), fields.get("unit")
    return fields if kind_of(asked) is kind else {**fields, "kind": kind.value}


def _body_fields(body: Body) -> Fields:
    match body:
        case Basic(front, back, reverse):
            return {"front": _text(front), "back": _text(back), "reverse": reverse}
        case Cloze(text):
            return {"cloze": _text(text)}
        case DrillBody(name, parameters, as_choice):
            given = {"name": name, **{key: str(value) for key, value in parameters}}
            return {"drill": {**given, "ask": "choice"} if as_choice else given}
        case _:
            return {"front": _text(body.front), **_particular(body)}


def _particular(body: Choice | Typed | Numeric | Order | Output | Interview | Code) -> Fields:
    """What a body has besides its question."""
    match body:
        case Choice(_, options, multiple):
            return {"choices": [_option(option) for option in options], "multiple": multiple}
        case Typed(_, answers, pattern):
            return {"answer": answers[0] if len(answers) == 1 else list(answers), "pattern": pattern}
        case Numeric(_, answer, tolerance, unit):
            return {"answer": answer, "tolerance": _tolerance(tolerance), "unit": unit}
        case Order(_, steps, decoys):
            return {"steps": _texts(steps), "decoys": _texts(decoys)}
        case Output(_, code, answer):
            return {"code": code, "answer": answer}
        case Interview(_, minutes, rubric, red_flags, follow_up):
            given = {"rubric": [_point(point) for point in rubric]}
            timed = {} if minutes == DEFAULT_MINUTES else {"minutes": f"{minutes:g}"}
            return {**timed, **given, "red_flags": _texts(red_flags), "follow_up": _texts(follow_up)}
        case Code(_, starter, checks, solution):
            return {"starter": starter, "tests": checks, "solution": solution}


def _option(option: Option) -> Fields:
    given = {"text": _text(option.text), "correct": option.correct, "why": _text(option.why)}
    return {name: value for name, value in given.items() if value}


def _point(point: Point) -> Fields:
    given = {"point": _text(point.text), "weight": str(point.weight) if point.weight != 1 else None, "must": point.must}
    return {name: value for name, value in given.items() if value}


def _tolerance(tolerance: Tolerance | None) -> str | None:
    if tolerance is None:
        return None
    return f"{tolerance.size!r} {'relative' if tolerance.relative else 'absolute'}"


def _text(text: Text | None) -> Any:
    """A text as it is given: one string for both languages, or those it has."""
    if text is None:
        return None
    if text.zh == text.en:
        return text.zh
    return {code: said for code, said in (("zh", text.zh), ("en", text.en)) if said}


def _texts(texts: Sequence[Text]) -> list[Any]:
    return [_text(text) for text in texts]


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9)
