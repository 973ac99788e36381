"""Writes an `.apkg`: a zip with a SQLite database of schema 11, which every Anki reads."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b, sha1
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from recall.anki.notes import Note
from recall.anki.notetypes import card_notetype, cloze_notetype
from recall.anki.progress import Answered, CardState, Progress, Scale
from recall.core.model import ItemId
from recall.core.settings import ReviewSettings
from recall.errors import RecallError
from recall.i18n import _

_TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL, scm integer NOT NULL,
  ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL, ls integer NOT NULL, conf text NOT NULL,
  models text NOT NULL, decks text NOT NULL, dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL, mod integer NOT NULL,
  usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL, sfld integer NOT NULL, csum integer NOT NULL,
  flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL, ord integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL, queue integer NOT NULL, due integer NOT NULL,
  ivl integer NOT NULL, factor integer NOT NULL, reps integer NOT NULL, lapses integer NOT NULL,
  left integer NOT NULL, odue integer NOT NULL, odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL, ease integer NOT NULL,
  ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL, time integer NOT NULL,
  type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""
_TAG = re.compile(r"<[^>]*>")
_ID_SPACE, _ID_BITS = 1_600_000_000_000, 36
"""Ids of notes, decks and presets follow from what they stand for: this number and a hash."""


@dataclass(frozen=True, slots=True)
class Preset:
    """The options of some decks; `name` tells one from another for ever."""

    name: str
    settings: ReviewSettings
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """A note with the deck it goes to, and the second at which its content became what it is."""

    note: Note
    deck: str
    mod: int


@dataclass(frozen=True, slots=True)
class Content:
    """All that goes into a package. `preset_of` names the preset of a deck that has one."""

    notes: Sequence[Placing]
    scale: Scale
    now: datetime
    progress: Mapping[ItemId, Progress] = field(default_factory=dict)
    presets: Sequence[Preset] = ()
    preset_of: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, Path] = field(default_factory=dict)


def write_package(path: Path, content: Content) -> None:
    """Write the package in one step: what stood there before stays until it is whole. Raises RecallError."""
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            database, archive = Path(folder, "collection"), Path(folder, "package")
            with closing(sqlite3.connect(database)) as connection:
                _fill(connection, content)
            _pack(archive, database, content.media)
            archive.replace(path)
    except OSError as error:
        message = _("{path} can't be written: {reason}; nothing was changed")
        raise RecallError(message.format(path=path, reason=error.strerror)) from None


def number_of(kind: str, name: str) -> int:
    """An id for what has a name, the same each time."""
    digest = blake2b(f"{kind}/{name}".encode(), digest_size=8).digest()
    return _ID_SPACE + (int.from_bytes(digest) >> (64 - _ID_BITS))


def _pack(archive: Path, database: Path, media: Mapping[str, Path]) -> None:
    """Entries carry no times, so that the same content is the same package."""
    with ZipFile(archive, "w", ZIP_DEFLATED) as package:
        package.writestr(ZipInfo("collection.anki21"), database.read_bytes(), ZIP_DEFLATED)
        names = {str(number): name for number, name in enumerate(media)}
        package.writestr(ZipInfo("media"), json.dumps(names, ensure_ascii=False))
        for number, name in names.items():
            package.writestr(ZipInfo(number), media[name].read_bytes())
    with archive.open("rb") as file:
        os.fsync(file.fileno())


def _fill(connection: sqlite3.Connection, content: Content) -> None:
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
    connection.execute("INSERT INTO col VALUES (1,?,?,?,11,0,0,0,?,?,?,?,'{}')", _collection(content))
    note_ids = _free_ids("note", (placing.note.card for placing in content.notes))
    card_ids = _free_ids("card", (item for placing in content.notes for _number, item in placing.note.items))
    connection.executemany("INSERT INTO notes VALUES (?,?,?,?,-1,?,?,?,?,0,'')", _notes(content, note_ids))
    connection.executemany(
        "INSERT INTO cards VALUES (?,?,?,?,?,-1,?,?,?,?,?,?,?,?,0,0,?,?)", _cards(content, note_ids, card_ids)
    )
    connection.executemany("INSERT INTO revlog VALUES (?,?,-1,?,?,?,?,?,?)", _answers(content, card_ids))
    connection.commit()


def _free_ids(kind: str, names: Iterable[str]) -> dict[str, int]:
    """An id for each name; one that is taken moves on."""
    ids: dict[str, int] = {}
    taken: set[int] = set()
    for name in names:
        number = number_of(kind, name)
        while number in taken:
            number += 1
        taken.add(number)
        ids[name] = number
    return ids


def _collection(content: Content) -> tuple[int | str, ...]:
    now = int(content.now.timestamp())
    models = {str(each.id): each.as_json() for each in (card_notetype(), cloze_notetype())}
    decks = {str(number): value for number, value in _decks(content, now)}
    presets = {"1": _preset(1, "Default", ReviewSettings(), (), now)}
    for preset in content.presets:
        number = number_of("preset", preset.name)
        presets[str(number)] = _preset(number, preset.name, preset.settings, preset.weights, now)
    documents = (_configuration(content.scale, content.now), models, decks, presets)
    return (content.scale.begins, now * 1000, now * 1000, *(json.dumps(each, ensure_ascii=False) for each in documents))


def _configuration(scale: Scale, now: datetime) -> dict[str, Any]:
    return {
        "schedVer": 2,
        "sched2021": True,
        "fsrs": True,
        "creationOffset": _minutes_west(scale, datetime.fromtimestamp(scale.begins, UTC)),
        "localOffset": _minutes_west(scale, now),
        "rollover": scale.calendar.day_start.hour,
        "curDeck": 1,
        "activeDecks": [1],
        "newSpread": 0,
        "collapseTime": 1200,
        "timeLim": 0,
        "estTimes": True,
        "dueCounts": True,
        "curModel": card_notetype().id,
        "nextPos": 1,
        "sortType": "noteFld",
        "sortBackwards": False,
        "addToCur": True,
        "dayLearnFirst": False,
    }


def _minutes_west(scale: Scale, at: datetime) -> int:
    offset = scale.calendar.local(at).utcoffset()
    assert offset is not None
    return -int(offset.total_seconds() // 60)


def _decks(content: Content, now: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every deck and those above it; Anki asks for a default one besides."""
    yield 1, _deck(1, "Default", 1, now)
    names = {"::".join(parts[:depth]) for parts in _paths(content) for depth in range(1, len(parts) + 1)}
    for name in sorted(names):
        preset = content.preset_of.get(name)
        number = number_of("deck", name)
        yield number, _deck(number, name, number_of("preset", preset) if preset else 1, now)


def _paths(content: Content) -> set[tuple[str, ...]]:
    return {tuple(placing.deck.split("::")) for placing in content.notes}


def _deck(number: int, name: str, preset: int, now: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "mod": now,
        "usn": -1,
        "lrnToday": [0, 0],
        "revToday": [0, 0],
        "newToday": [0, 0],
        "timeToday": [0, 0],
        "collapsed": False,
        "browserCollapsed": True,
        "desc": "",
        "dyn": 0,
        "conf": preset,
        "extendNew": 0,
        "extendRev": 0,
    }


def _preset(number: int, name: str, settings: ReviewSettings, weights: tuple[float, ...], now: int) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "mod": now,
        "usn": -1,
        "maxTaken": 60,
        "autoplay": True,
        "timer": 0,
        "replayq": True,
        "dyn": False,
        "new": {
            "bury": True,
            "delays": [step.total_seconds() / 60 for step in settings.learning_steps],
            "initialFactor": 2500,
            "ints": [1, 4, 0],
            "order": 1,
            "perDay": settings.new_per_day,
        },
        "rev": {
            "bury": True,
            "ease4": 1.3,
            "hardFactor": 1.2,
            "ivlFct": 1.0,
            "maxIvl": settings.maximum_interval,
            "perDay": settings.reviews_per_day,
        },
        "lapse": {
            "delays": [step.total_seconds() / 60 for step in settings.relearning_steps],
            "leechAction": 1,
            "leechFails": settings.leech_after or 9999,
            "minInt": 1,
            "mult": 0.0,
        },
        "buryInterdayLearning": False,
        "fsrsParams6": list(weights),
        "desiredRetention": settings.desired_retention,
    }


def _notes(content: Content, ids: Mapping[str, int]) -> Iterator[tuple[int | str, ...]]:
    for placing in content.notes:
        note = placing.note
        first, sorted_by = _stripped(note.fields[0]), _stripped(note.fields[1] or note.fields[2])
        checksum = int(sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        fields = "\x1f".join(note.fields)
        yield ids[note.card], note.guid, note.notetype.id, placing.mod, tags, fields, sorted_by, checksum


def _cards(
    content: Content, note_ids: Mapping[str, int], card_ids: Mapping[str, int]
) -> Iterator[tuple[int | str, ...]]:
    for position, placing in enumerate(content.notes, 1):
        for number, item in placing.note.items:
            known = content.progress.get(item)
            state = known.card if known else CardState()
            yield (
                card_ids[item],
                note_ids[placing.note.card],
                number_of("deck", placing.deck),
                number,
                known.log[-1].id // 1000 if known and known.log else placing.mod,
                state.type,
                state.queue,
                state.due if state.type else position,
                state.ivl,
                state.factor,
                state.reps,
                state.lapses,
                state.left,
                state.flags,
                state.data,
            )


def _answers(content: Content, card_ids: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    for item, number in card_ids.items():
        known = content.progress.get(ItemId(item))
        for row in known.log if known else ():
            yield _row(row, number)


def _row(row: Answered, card: int) -> tuple[int, ...]:
    return row.id, card, row.ease, row.ivl, row.last_ivl, row.factor, row.time, row.type


def _stripped(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()
