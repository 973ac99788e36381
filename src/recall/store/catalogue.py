"""The catalogue: what the deck files hold, kept so that unchanged files are not read again.

Several files may hold a card of the same id; the one of the lowest rank (the learner's own before the bundled)
is the card, and comes back to the next when it goes away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, select

from recall.core.faces import items_of
from recall.core.model import Card, CardId, ItemId
from recall.store.card_json import from_json, to_json
from recall.store.tables import card, deck_file, item, meta


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells whether a deck file has changed."""

    rank: int
    mtime_ns: int
    size: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A card with the place of its entry."""

    card: Card
    topic: str
    """Topic of the curriculum, or the deck's name."""
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class FileContent:
    """One deck file as it was read. Problems are rows of (line, column, code, message)."""

    path: Path
    stamp: FileStamp
    cards: Sequence[Placed]
    problems: Sequence[tuple[int, int, str, str]]


_BYTES = "bytes:"
_TOPIC_OF = select(item.c.topic).where(item.c.id == bindparam("item"))
_CARD_OF = (
    select(card)
    .join(item, and_(item.c.path == card.c.path, item.c.ordinal == card.c.ordinal))
    .where(item.c.id == bindparam("item"))
)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Reads and writes the catalogue within one transaction."""

    connection: Connection

    def stamps(self) -> dict[Path, FileStamp]:
        rows = self.connection.execute(
            select(deck_file.c.path, deck_file.c.rank, deck_file.c.mtime_ns, deck_file.c.size)
        )
        return {path_from(row.path): FileStamp(row.rank, row.mtime_ns, row.size) for row in rows}

    def problems(self) -> Iterator[tuple[Path, int, int, str, str]]:
        """Problems of every file as it was last read."""
        query = select(deck_file.c.path, deck_file.c.problems).where(deck_file.c.problems != "[]")
        for row in self.connection.execute(query.order_by(deck_file.c.path)):
            for line, column, code, message in json.loads(row.problems):
                yield path_from(row.path), line, column, code, message

    def replace(self, changed: Iterable[FileContent], gone: Collection[Path]) -> None:
        """Put the new content of some files in place of the old, and forget files that are gone."""
        touched = self._ids_in(gone)
        self._forget(gone)
        for content in changed:
            touched |= self._ids_in([content.path])
            self._forget([content.path])
            self._add(content)
            touched |= {placed.card.id for placed in content.cards}
        self._renew_items(touched)

    def card(self, card_id: CardId) -> Placed | None:
        """The card of this id that counts."""
        query = select(card).where(card.c.id == card_id).order_by(card.c.rank, card.c.path, card.c.ordinal)
        row = self.connection.execute(query.limit(1)).first()
        return _placed(row) if row else None

    def card_of(self, item_id: ItemId) -> Placed | None:
        """The card that yields an item."""
        row = self.connection.execute(_CARD_OF, {"item": item_id}).first()
        return _placed(row) if row else None

    def items(self) -> Iterator[tuple[ItemId, str, Card]]:
        """Every item with its topic or own deck, and its card."""
        same = and_(item.c.path == card.c.path, item.c.ordinal == card.c.ordinal)
        query = select(item.c.id, card.c.topic, card.c.fields).join(card, same).order_by(item.c.id)
        for item_id, topic, fields in self.connection.execute(query):
            yield ItemId(item_id), topic, from_json(fields)

    def topic_of(self, item_id: ItemId) -> str | None:
        """The topic or own deck of an item, None when no deck has it."""
        return self.connection.scalar(_TOPIC_OF, {"item": item_id})

    def items_of(self, card_id: CardId) -> list[ItemId]:
        rows = self.connection.execute(select(item.c.id).where(item.c.card == card_id).order_by(item.c.id))
        return [ItemId(found) for (found,) in rows]

    def item_ids(self) -> list[ItemId]:
        return [ItemId(found) for found in self.connection.scalars(select(item.c.id).order_by(item.c.id))]

    def topics(self) -> list[str]:
        """Topics and own decks that have items."""
        return list(self.connection.scalars(select(item.c.topic).distinct().order_by(item.c.topic)))

    def count(self) -> int:
        return self.connection.scalar(select(func.count()).select_from(item)) or 0

    def remembered(self, key: str) -> Any:
        """A derived value kept under `key`, or None."""
        value = self.connection.scalar(select(meta.c.value).where(meta.c.key == key))
        return json.loads(value) if value is not None else None

    def remember(self, key: str, value: Any) -> None:
        self.connection.execute(meta.delete().where(meta.c.key == key))
        self.connection.execute(meta.insert(), {"key": key, "value": json.dumps(value, ensure_ascii=False)})

    def _ids_in(self, paths: Collection[Path]) -> set[CardId]:
        names = [path_text(path) for path in paths]
        return {CardId(found) for found in self.connection.scalars(select(card.c.id).where(card.c.path.in_(names)))}

    def _forget(self, paths: Collection[Path]) -> None:
        names = [path_text(path) for path in paths]
        for table in (card, deck_file):
            self.connection.execute(delete(table).where(table.c.path.in_(names)))

    def _add(self, content: FileContent) -> None:
        stamp, path = content.stamp, path_text(content.path)
        file = {"path": path, "rank": stamp.rank, "mtime_ns": stamp.mtime_ns, "size": stamp.size}
        problems = json.dumps(content.problems, ensure_ascii=False)
        self.connection.execute(deck_file.insert(), {**file, "problems": problems})
        rows = [
            {
                "path": path,
                "ordinal": ordinal,
                "id": placed.card.id,
                "rank": stamp.rank,
                "topic": placed.topic,
                "line": placed.line,
                "fields": to_json(placed.card),
            }
            for ordinal, placed in enumerate(content.cards)
        ]
        if rows:
            self.connection.execute(card.insert(), rows)

    def _renew_items(self, ids: set[CardId]) -> None:
        """List the items of these cards anew, of the file that counts for each."""
        for chunk in _chunks(sorted(ids), 500):
            self.connection.execute(delete(item).where(item.c.card.in_(chunk)))
            query = select(card).where(card.c.id.in_(chunk))
            rows = self.connection.execute(query.order_by(card.c.rank, card.c.path, card.c.ordinal))
            counting: dict[str, Any] = {}
            original: dict[str, Any] = {}
            for row in rows:
                counting.setdefault(row.id, row)
                original[row.id] = row
            if values := [value for row in counting.values() for value in _item_values(row, original[row.id])]:
                self.connection.execute(item.insert(), values)


def path_text(path: Path) -> str:
    """A path as the database keeps it; a name that is not UTF-8 in hexadecimal."""
    text = str(path)
    return text if _is_unicode(text) else _BYTES + os.fsencode(path).hex()


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def path_from(text: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(text.removeprefix(_BYTES))) if text.startswith(_BYTES) else text)


def _placed(row: Any) -> Placed:
    return Placed(from_json(row.fields), row.topic, path_from(row.path), row.line)


def _item_values(row: Any, original: Any) -> Iterator[dict[str, Any]]:
    """The items of a card. Among new ones they keep the place of the card that this one replaces."""
    for item_id in items_of(from_json(row.fields)):
        yield {
            "id": item_id,
            "card": row.id,
            "path": row.path,
            "ordinal": row.ordinal,
            "topic": row.topic,
            "order_path": original.path,
            "order_ordinal": original.ordinal,
        }


def _chunks(ids: Sequence[CardId], size: int) -> Iterator[Sequence[CardId]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
