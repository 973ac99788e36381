"""Notes of any notetype as cards of recall: each template is rendered, and what it asks and answers is kept."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b

from recall.anki.collection import ForeignNote, ForeignNotetype, ForeignTemplate
from recall.anki.text import Address, to_markdown, to_plain
from recall.core import cloze
from recall.core.bodies import Basic, Body, Cloze, Text, Typed
from recall.core.item_names import cloze_item, reverse_item
from recall.core.model import Card, CardId, ItemId

_FIELD = re.compile(r"\{\{([^{}]+)\}\}")
_ANSWER = re.compile(r"<hr\s+id=['\"]?answer['\"]?\s*/?>", re.IGNORECASE)
_SPECIAL = frozenset({"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
NO_ANSWER = "…"
"""The answer of a card that has none."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A card made of a note, and the items that the note's cards stand for, by the number of their template."""

    card: Card
    items: Mapping[int, ItemId]


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the fields of a notetype, for a preview: names of fields, in order."""

    notetype: str
    kind: str
    front: tuple[str, ...]
    back: tuple[str, ...]


def card_id(guid: str) -> CardId:
    """The id of the card that a note of somebody else's becomes, the same each time."""
    return CardId("anki-" + blake2b(guid.encode("utf-8", "replace"), digest_size=8).hexdigest())


def plan(notetype: ForeignNotetype) -> Plan:
    """What becomes of a notetype's fields, read off its first template."""
    if not notetype.templates:
        return Plan(notetype.name, "basic", (), ())
    template = notetype.templates[0]
    front = tuple(dict.fromkeys(_fields_in(template.front)))
    back = tuple(name for name in dict.fromkeys(_fields_in(_after_rule(template.back))) if name not in front)
    kind = "cloze" if notetype.is_cloze else "typed" if "type:" in template.front else "basic"
    return Plan(notetype.name, kind, front, back)


def known_items(note: ForeignNote, here: Container[ItemId]) -> dict[int, ItemId]:
    """The items that a note's cards stand for, when all of them are here already; else nothing."""
    base = card_id(note.guid)
    items = {}
    for card in note.cards:
        first = cloze_item(base, card.place + 1) if note.notetype.is_cloze else base
        names = (first, reverse_item(base), f"{base}-{card.place + 1}") if card.place else (first,)
        found = next((ItemId(name) for name in names if (name != base or not card.place) and name in here), None)
        if found is None:
            return {}
        items[card.place] = found
    return items


def cards_of(note: ForeignNote, address: Address) -> Iterator[Mapped]:
    """The cards a note becomes; none for one that asks nothing. Raises ClozeError."""
    if note.notetype.is_cloze:
        yield from _cloze(note, address)
        return
    sides = {card.place: _sides(note, card.place, address) for card in note.cards}
    asked = {place: body for place, body in sides.items() if body is not None}
    base = Card(card_id(note.guid), Basic(Text(), Text()), deck=note.cards[0].deck, tags=note.tags)
    if _is_reverse(asked):
        first = asked[0]
        assert isinstance(first, Basic)
        items = {0: ItemId(base.id), 1: reverse_item(base.id)}
        yield Mapped(replace(base, body=replace(first, reverse=True)), items)
        return
    for place, body in asked.items():
        name = CardId(f"{base.id}-{place + 1}" if place else base.id)
        deck = next(card.deck for card in note.cards if card.place == place)
        yield Mapped(replace(base, id=name, body=body, deck=deck), {place: ItemId(name)})


def _cloze(note: ForeignNote, address: Address) -> Iterator[Mapped]:
    template = note.notetype.templates[0]
    asked = [name for name in _fields_in(template.front) if "{{c" in note.named.get(name, "")]
    text = "\n\n".join(to_markdown(note.named[name], address) for name in dict.fromkeys(asked))
    numbers = cloze.numbers(text)
    if not numbers:
        return
    rest = {name: "" if name in asked else value for name, value in note.named.items()}
    back = to_markdown(_rendered(template.back, rest), address)
    name = card_id(note.guid)
    card = Card(name, Cloze(_both(text)), deck=note.cards[0].deck, back=_both(back) if back else None, tags=note.tags)
    yield Mapped(card, {number - 1: cloze_item(name, number) for number in numbers})


def _sides(note: ForeignNote, place: int, address: Address) -> Body | None:
    """What one template asks of a note."""
    if place >= len(note.notetype.templates):
        return None
    template = note.notetype.templates[place]
    front = to_markdown(_rendered(template.front, note.named), address)
    back = to_markdown(_rendered(_after_rule(template.back), note.named), address)
    typed = to_plain(note.named.get(_typed_field(template) or "", ""))
    if not front:
        return None
    if typed:
        return Typed(_both(front), (typed,))
    return Basic(_both(front), _both(back or NO_ANSWER))


def _is_reverse(asked: Mapping[int, Body]) -> bool:
    """Whether two templates ask the same both ways."""
    if asked.keys() != {0, 1}:
        return False
    one, other = asked[0], asked[1]
    if not isinstance(one, Basic) or not isinstance(other, Basic):
        return False
    return one.front == other.back and one.back == other.front


def _both(text: str) -> Text:
    return Text(text, text)


def _after_rule(back: str) -> str:
    """What the answer adds to the question."""
    parts = _ANSWER.split(back, maxsplit=1)
    return parts[-1]


def _typed_field(template: ForeignTemplate) -> str | None:
    return next((name[5:] for name in _FIELD.findall(template.front) if name.startswith("type:")), None)


@cache
def _fields_in(template: str) -> tuple[str, ...]:
    """Names of the fields that a template shows."""
    names = (name.strip() for name in _FIELD.findall(template))
    shown = (name.rpartition(":")[2].strip() for name in names if name[:1] not in "#^/!")
    return tuple(name for name in shown if name and name not in _SPECIAL)


def _rendered(template: str, fields: Mapping[str, str]) -> str:
    """The template with its conditions decided and its fields filled in, those to be typed aside."""
    shown = _decided(template, fields)

    def value(match: re.Match[str]) -> str:
        name = match[1].strip()
        filters, _colon, field = name.rpartition(":")
        return "" if filters.startswith("type") else fields.get(field.strip(), "")

    return _FIELD.sub(value, shown)


def _decided(template: str, fields: Mapping[str, str]) -> str:
    """Sections `{{#F}}..{{/F}}` and `{{^F}}..{{/F}}` kept or dropped, from the inside out."""
    section = re.compile(r"\{\{([#^])([^{}]+)\}\}((?:(?!\{\{[#^]).)*?)\{\{/\2\}\}", re.DOTALL)

    def kept(match: re.Match[str]) -> str:
        is_filled = bool(fields.get(match[2].strip(), "").strip())
        return match[3] if is_filled == (match[1] == "#") else ""

    for _round in range(20):
        shown = section.sub(kept, template)
        if shown == template:
            break
        template = shown
    return template
