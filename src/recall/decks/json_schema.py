"""JSON Schemas of the files in a deck folder, so that an editor can complete and check them while they are written.

A schema is looser than `recall check`: what an editor reads as a number or as true is a text in recall.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from recall.core.bodies import Kind
from recall.core.drills import DRILLS
from recall.decks.schema import CardFields, DeckFields
from recall.i18n import N_, _

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "Bilingual": {
        "zh": N_("the text in Chinese"),
        "en": N_("the text in English"),
    },
    "OptionFields": {
        "text": N_("what can be chosen"),
        "why": N_("why it is right or wrong, shown after the answer"),
        "correct": N_("whether it is right"),
    },
    "PointFields": {
        "point": N_("what a good answer says"),
        "weight": N_("how much the point counts, 1 or more"),
        "must": N_("whether no good answer misses it"),
    },
    "CardFields": {
        "id": N_("keeps the history when the question is reworded; letters, digits, `.`, `-` and `_`"),
        "topic": N_("a topic of the curriculum, instead of the one of the file"),
        "kind": N_("only where the fields fit two kinds: `typed` or `numeric`"),
        "front": N_("the question: Markdown with `$...$` and `$$...$$`"),
        "back": N_("the answer; on a card that marks itself the explanation after it"),
        "reverse": N_("ask both ways"),
        "cloze": N_("a text with deletions such as {{c1::hidden::hint}}; each number is asked on its own"),
        "choices": N_("the answers to choose from"),
        "multiple": N_("whether several choices are right"),
        "answer": N_("the answer that is typed, or several that are accepted; a number; what a program prints"),
        "pattern": N_("a regular expression that the typed answer has to match as a whole"),
        "tolerance": N_("how far a number may be off: `0.02 relative`, `2 %` or `0.5 absolute`"),
        "unit": N_("the unit of the number"),
        "steps": N_("the steps in their right order"),
        "decoys": N_("steps that belong nowhere"),
        "code": N_("a program; `answer` is what it prints"),
        "minutes": N_("the time for an interview answer, at most 60"),
        "rubric": N_("the points of a good interview answer"),
        "red_flags": N_("what a good interview answer does not say"),
        "follow_up": N_("what an interviewer asks next"),
        "drill": N_("a drill with fresh numbers each time: its name and parameters; `recall drills` lists them"),
        "starter": N_("what a program to write begins with"),
        "tests": N_("asserts that run after the program to write"),
        "solution": N_("a program that passes the tests"),
        "more": N_("a further remark, shown on request"),
        "source": N_("where the claim stands: keys of sources.yaml, each with its section as in `key#4.1`"),
        "difficulty": N_("from 1 to 5"),
        "tags": N_("words to find the card by"),
        "as_of": N_("the month the claim was checked, such as 2026-11"),
        "verify": N_("how the claim of a card without a proof is held: `source` or `review`"),
    },
    "DeckFields": {
        "topic": N_("the topic of the curriculum that the cards belong to"),
        "deck": N_("the name of a deck of your own, for cards outside the curriculum"),
        "source": N_("the source of cards that give none"),
        "tags": N_("the tags of cards that give none"),
        "macros": N_("TeX macros of this file: name and replacement"),
        "cards": N_("the cards"),
    },
    "Curriculum": {
        "stages": N_("the stages in the order of study"),
        "macros": N_("TeX macros of all decks: name and replacement"),
        "id": N_("the name used in decks and on the command line"),
        "order": N_("the place of the stage, from 1"),
        "zh": N_("the title in Chinese"),
        "en": N_("the title in English"),
        "topics": N_("the topics of the stage"),
        "prerequisites": N_("topics that have to be known first"),
        "target_cards": N_("how many cards are planned; 0 when it is not a topic for cards"),
    },
    "Sources": {
        "key": N_("the name that cards cite"),
        "title": N_("the title"),
        "year": N_("the year it appeared"),
        "arxiv": N_("its number on arXiv"),
        "url": N_("its address"),
        "sources": N_("papers"),
        "books": N_("books"),
        "docs": N_("documentation"),
    },
}
"""What each field is for, by the struct it belongs to; translated where a schema is made."""

_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
"""What YAML may take a text for."""
_BY_TYPE: Mapping[str, Schema] = {
    "string": _TEXT,
    "boolean": {"enum": [True, False, "yes", "no", "on", "off"]},
    "integer": {"type": ["integer", "string"]},
    "number": {"type": ["number", "string"]},
}
_NULL: Schema = {"type": "null"}


def deck_schema(topics: Collection[str] = ()) -> Schema:
    """The schema of a deck file; with `topics` only these can be named."""
    _refs, parts = msgspec.json.schema_components([DeckFields, CardFields], ref_template="#/$defs/{name}")
    parts = {name: _described(part, DESCRIPTIONS[name]) for name, part in parts.items()}
    deck, card = parts.pop("DeckFields"), parts["CardFields"]
    _narrow(
        card["properties"],
        id={**_TEXT, "pattern": r"^\w[\w.\-]{0,99}$"},
        kind={"enum": [kind.value for kind in Kind]},
        difficulty={"enum": [1, 2, 3, 4, 5]},
        as_of={"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"},
        drill={
            "type": "object",
            "properties": {"name": {"enum": sorted(DRILLS)}, "ask": {"enum": ["typed", "choice"]}},
            "required": ["name"],
            "additionalProperties": _TEXT,
        },
    )
    for fields in (deck["properties"], card["properties"]):
        _narrow(fields, **({"topic": {"enum": sorted(topics)}} if topics else {}))
    card["anyOf"] = [{"required": [asked]} for asked in ("front", "cloze", "drill")]
    cards = {"type": ["array", "null"], "items": {"$ref": "#/$defs/CardFields"}}
    deck["properties"]["cards"] = cards | {"description": _(DESCRIPTIONS["DeckFields"]["cards"])}
    return {"$schema": DIALECT, "title": _("A deck of recall"), **deck, "required": ["cards"], "$defs": parts}


def _narrow(fields: Schema, **narrower: Schema) -> None:
    """Give fields a schema of their own, and keep what is said of them."""
    for name, schema in narrower.items():
        fields[name] = {**schema, "description": fields[name]["description"]}


def curriculum_schema() -> Schema:
    """The schema of curriculum.yaml, as far as recall reads it; a curriculum may say more."""
    says = DESCRIPTIONS["Curriculum"]
    name, title = {"type": "string", "pattern": r"^[\w.\-]+$"}, {"type": "string"}
    words = {"type": "array", "items": name}
    topic = _object(
        says, ("id", "zh", "en"), id=name, zh=title, en=title, prerequisites=words, target_cards={"type": "integer"}
    )
    topics = {"type": "array", "items": topic}
    required = ("id", "order", "zh", "en", "topics")
    stage = _object(says, required, id=name, order={"type": "integer"}, zh=title, en=title, topics=topics)
    macros = {"type": "object", "additionalProperties": {"type": "string"}}
    whole = _object(says, ("stages",), stages={"type": "array", "items": stage}, macros=macros)
    return {"$schema": DIALECT, "title": _("A curriculum of recall"), **whole}


def sources_schema() -> Schema:
    """The schema of sources.yaml, as far as recall reads it; an entry may say more."""
    says = DESCRIPTIONS["Sources"]
    word: Schema = {"type": "string"}
    entry = _object(says, ("key", "title"), key=word, title=word, year={"type": "integer"}, arxiv=word, url=word)
    group = {"type": "array", "items": entry}
    whole = _object(says, ("sources", "books", "docs"), sources=group, books=group, docs=group)
    return {"$schema": DIALECT, "title": _("The sources of recall"), **whole}


def _object(says: Mapping[str, str], required: Collection[str], **fields: Schema) -> Schema:
    properties = {name: {**field, "description": _(says[name])} for name, field in fields.items()}
    return {"type": "object", "properties": properties, "required": list(required)}


def _described(part: Schema, says: Mapping[str, str]) -> Schema:
    """A struct's schema with our descriptions for its docstrings and fields, and with texts as YAML may read them."""
    fields = {name: {**_as_yaml(field), "description": _(says[name])} for name, field in part["properties"].items()}
    return {"type": "object", "properties": fields, "required": part["required"], "additionalProperties": False}


def _as_yaml(part: Any) -> Any:
    """A schema that takes what YAML makes of a text, and a text for a number, as recall does."""
    if isinstance(part, list):
        parts = [_as_yaml(inner) for inner in part]
        return [inner for inner in parts if inner != _NULL] if _TEXT in parts else parts
    if not isinstance(part, dict):
        return part
    if part.get("type") in _BY_TYPE:
        return _BY_TYPE[part["type"]]
    inner = {key: _as_yaml(value) for key, value in part.items() if key != "default"}
    match inner.get("anyOf"):
        case [alone]:
            return alone
        case [{"type": str(kind)} as value, {"type": "null"}]:  # said in one, so that a fault is shown where it is
            return {**value, "type": [kind, "null"]}
    return inner
