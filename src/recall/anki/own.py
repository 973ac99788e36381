"""Notes that recall wrote, read again: the card of another learner's recall, and what was edited in Anki."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from recall.anki.collection import ForeignNote
from recall.anki.text import to_markdown, to_plain
from recall.core.bodies import Basic, Body, Cloze, Kind, Numeric, Text, Typed
from recall.core.model import Card, CardId


def own_card(note: ForeignNote, name: CardId, topics: Collection[str]) -> Card:
    """The card that a note of ours shows. Kinds that are composed for Anki come as basic cards."""
    fields = note.named
    topic = next((tag for tag in note.tags if tag in topics), None)
    return Card(
        id=name,
        body=_body(fields),
        topic=topic,
        deck=None if topic else note.cards[0].deck.removeprefix("recall::"),
        back=_text(fields, "Explanation"),
        more=_text(fields, "More"),
        source=(to_plain(fields["Source"]),) if fields.get("Source") else (),
        tags=tuple(tag for tag in note.tags if tag != topic),
    )


def _body(fields: dict[str, str]) -> Body:
    front, back = _text(fields, "Front") or Text(), _text(fields, "Back")
    if fields.get("Kind") == Kind.CLOZE:
        return Cloze(front)
    if fields.get("Answer"):
        return Typed(front, (to_plain(fields["Answer"]),))
    return Basic(front, back or Text("…", "…"), bool(fields.get("Reverse")))


def _text(fields: dict[str, str], name: str) -> Text | None:
    zh, en = (to_markdown(fields.get(f"{name} {language}", "")) for language in ("zh", "en"))
    if not zh and not en:
        return None
    return Text(zh or None, en or None) if zh and en else Text(zh or en, zh or en)


def editable(card: Card, field: str) -> bool:
    """Whether a field of the note is one text of the card, and nothing composed of several."""
    name = field.rpartition(" ")[0] or field
    if name in ("Explanation", "More"):
        return True
    if name == "Back":
        return isinstance(card.body, Basic)
    if name == "Answer":
        return isinstance(card.body, Typed | Numeric)
    is_plain = isinstance(card.body, Basic | Cloze | Typed) or (isinstance(card.body, Numeric) and not card.body.unit)
    return name == "Front" and is_plain


def text_of(card: Card, field: str) -> str:
    """The text that a field of the note stands for."""
    name, _space, language = field.rpartition(" ")
    if field == "Answer":
        return card.body.answers[0] if isinstance(card.body, Typed) else getattr(card.body, "answer", "")
    text = _text_named(card, name)
    return (text.in_language("zh" if language == "zh" else "en")) if text else ""


def with_text(card: Card, field: str, value: str, *, both: bool) -> Card:
    """The card with one of its texts changed, in one language or in both."""
    name, _space, language = field.rpartition(" ")
    body = card.body
    if field == "Answer":
        if isinstance(body, Typed):
            return replace(card, body=replace(body, answers=(value, *body.answers[1:])))
        assert isinstance(body, Numeric)
        return replace(card, body=replace(body, answer=value))
    old = _text_named(card, name) or Text()
    text = Text(value, value) if both else replace(old, **{language: value})
    if name == "Explanation":
        return replace(card, back=text)
    if name == "More":
        return replace(card, more=text)
    if isinstance(body, Cloze):
        return replace(card, body=Cloze(text))
    if isinstance(body, Basic) and name == "Back":
        return replace(card, body=replace(body, back=text))
    assert isinstance(body, Basic | Typed | Numeric)
    return replace(card, body=replace(body, front=text))


def _text_named(card: Card, name: str) -> Text | None:
    match name, card.body:
        case "Explanation", _:
            return card.back
        case "More", _:
            return card.more
        case "Back", Basic(_, back):
            return back
        case "Front", Cloze(text):
            return text
        case _:
            front = getattr(card.body, "front", None)
            return front if isinstance(front, Text) else None
