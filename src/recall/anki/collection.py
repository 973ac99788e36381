"""What a collection of Anki's holds: notetypes, notes, cards and the review log, of schema 11 or 18."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recall.anki.protobuf import read_number, read_text

MAX_FIELD = 500_000
"""Characters of one field that are read."""


@dataclass(frozen=True, slots=True)
class ForeignTemplate:
    """How one card of a notetype is asked and answered, as HTML with fields in braces."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class ForeignNotetype:
    """A notetype of any kind."""

    id: int
    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[ForeignTemplate, ...]


@dataclass(frozen=True, slots=True)
class ForeignCard:
    """One card of a note. `due` is read as `type` and `queue` say; `mod` is seconds."""

    id: int
    place: int
    deck: str
    mod: int
    type: int
    queue: int
    due: int
    ivl: int
    flags: int


@dataclass(frozen=True, slots=True)
class ForeignAnswer:
    """A row of the review log; `id` is its time in milliseconds, `ivl` days, or seconds below zero."""

    id: int
    ease: int
    ivl: int
    factor: int
    time: int
    type: int


@dataclass(frozen=True, slots=True)
class ForeignNote:
    """A note with its cards; `mod` is seconds."""

    guid: str
    notetype: ForeignNotetype
    mod: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]
    cards: tuple[ForeignCard, ...]

    @property
    def named(self) -> dict[str, str]:
        return dict(zip(self.notetype.fields, self.fields, strict=False))


@dataclass(frozen=True, slots=True)
class ForeignCollection:
    """`begins` is `col.crt`, in seconds; `answers` are by card. The first scheduler had other buttons for steps."""

    begins: int
    notes: tuple[ForeignNote, ...]
    answers: Mapping[int, tuple[ForeignAnswer, ...]]
    has_first_scheduler: bool = False


def read_collection(database: sqlite3.Connection) -> ForeignCollection:
    """Raises sqlite3.Error, and ValueError for what Anki would not write."""
    database.text_factory = lambda content: content.decode("utf-8", "replace")
    found = database.execute("SELECT crt, models, decks, conf FROM col").fetchone()
    begins, models, decks, settings = found or (0, "{}", "{}", "{}")
    has_tables = database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'notetypes'").fetchone()
    if has_tables:
        notetypes, names = dict(_notetypes_of_tables(database)), _decks_of_table(database)
    else:
        notetypes, names = dict(_notetypes_of_json(models)), _decks_of_json(decks)
    is_first = not has_tables and json.loads(settings or "{}").get("schedVer", 1) == 1
    return ForeignCollection(int(begins), tuple(_notes(database, notetypes, names)), _answers(database), is_first)


def _notetypes_of_json(models: str) -> Iterator[tuple[int, ForeignNotetype]]:
    for number, given in json.loads(models).items():
        templates = tuple(
            ForeignTemplate(str(each["name"]), str(each["qfmt"]), str(each["afmt"])) for each in given["tmpls"]
        )
        fields = tuple(str(field["name"]) for field in sorted(given["flds"], key=lambda field: int(field["ord"])))
        yield int(number), ForeignNotetype(int(number), str(given["name"]), given["type"] == 1, fields, templates)


def _decks_of_json(decks: str) -> dict[int, str]:
    return {int(number): str(given["name"]) for number, given in json.loads(decks).items()}


def _notetypes_of_tables(database: sqlite3.Connection) -> Iterator[tuple[int, ForeignNotetype]]:
    fields: defaultdict[int, list[str]] = defaultdict(list)
    for number, name in database.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields[number].append(name)
    templates: defaultdict[int, list[ForeignTemplate]] = defaultdict(list)
    for number, name, config in database.execute("SELECT ntid, name, config FROM templates ORDER BY ntid, ord"):
        templates[number].append(ForeignTemplate(name, read_text(config, 1), read_text(config, 2)))
    for number, name, config in database.execute("SELECT id, name, config FROM notetypes"):
        is_cloze = read_number(config, 1) == 1
        yield number, ForeignNotetype(number, name, is_cloze, tuple(fields[number]), tuple(templates[number]))


def _decks_of_table(database: sqlite3.Connection) -> dict[int, str]:
    return {number: name.replace("\x1f", "::") for number, name in database.execute("SELECT id, name FROM decks")}


def _notes(
    database: sqlite3.Connection, notetypes: Mapping[int, ForeignNotetype], decks: Mapping[int, str]
) -> Iterator[ForeignNote]:
    cards = _cards(database, decks)
    for number, guid, notetype, mod, tags, fields in database.execute(
        "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"
    ):
        if notetype in notetypes and number in cards:
            values = tuple(str(value)[:MAX_FIELD] for value in str(fields).split("\x1f"))
            found = tuple(cards[number])
            yield ForeignNote(str(guid), notetypes[notetype], int(mod), tuple(str(tags).split()), values, found)


def _cards(database: sqlite3.Connection, decks: Mapping[int, str]) -> dict[int, list[ForeignCard]]:
    """Cards by note. One in a filtered deck counts for the deck and the due it came from."""
    cards: defaultdict[int, list[ForeignCard]] = defaultdict(list)
    for row in database.execute(
        "SELECT id, nid, did, ord, mod, type, queue, due, ivl, odue, odid, flags FROM cards ORDER BY nid, ord"
    ):
        number, note, deck, place, *values = (int(value) for value in row)
        mod, kind, queue, due, interval, original_due, original_deck, flags = values
        name = decks.get(original_deck or deck, "Default")
        due = original_due if original_deck else due
        cards[note].append(ForeignCard(number, place, name, mod, kind, queue, due, interval, flags))
    return cards


def _answers(database: sqlite3.Connection) -> dict[int, tuple[ForeignAnswer, ...]]:
    answers: defaultdict[int, list[ForeignAnswer]] = defaultdict(list)
    query = "SELECT cid, id, ease, ivl, factor, time, type FROM revlog ORDER BY id"
    for card, *values in database.execute(query):
        answers[card].append(ForeignAnswer(*(_whole(value) for value in values)))
    return {card: tuple(rows) for card, rows in answers.items()}


def _whole(value: Any) -> int:
    return int(value)
