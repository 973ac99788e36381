"""Cards as JSON in the catalogue, so that a review needs no YAML."""

from __future__ import annotations

import json
from typing import Any

from recall.core.model import Basic, Body, Card, CardId, Cloze, Text


def to_json(card: Card) -> str:
    """Every field of a card; what is empty is left out."""
    fields: dict[str, Any] = {
        "id": card.id,
        **_body_fields(card.body),
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
    kept = {key: value for key, value in fields.items() if value not in (None, [])}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Card:
    fields = json.loads(text)
    return Card(
        id=CardId(fields["id"]),
        body=_body(fields),
        topic=fields.get("topic"),
        deck=fields.get("deck"),
        back=_text(fields.get("back")),
        more=_text(fields.get("more")),
        source=tuple(fields.get("source", ())),
        difficulty=fields.get("difficulty"),
        tags=tuple(fields.get("tags", ())),
        as_of=fields.get("as_of"),
        macros=tuple((name, body) for name, body in fields.get("macros", ())),
        has_own_id=fields["has_own_id"],
    )


def _body_fields(body: Body) -> dict[str, Any]:
    match body:
        case Basic(front, back, reverse):
            return {"front": _pair(front), "answer": _pair(back), "reverse": reverse or None}
        case Cloze(text):
            return {"cloze": _pair(text)}


def _body(fields: dict[str, Any]) -> Body:
    if "cloze" in fields:
        return Cloze(Text(*fields["cloze"]))
    return Basic(Text(*fields["front"]), Text(*fields["answer"]), fields.get("reverse", False))


def _pair(text: Text | None) -> list[str | None] | None:
    return [text.zh, text.en] if text else None


def _text(pair: list[str | None] | None) -> Text | None:
    return Text(*pair) if pair else None
