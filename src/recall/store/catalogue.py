"""The catalogue: what the deck files hold, kept so that unchanged files are not read again.

Several files may hold a card of the same id; the one of the lowest rank (the learner's own before the bundled)
is the card, and comes back to the next when it goes away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, select

from recall.core.faces import items_of
from recall.core.folding import fold
from recall.core.links import Links
from recall.core.model import Card, CardId, ItemId
from recall.store import times
from recall.store.card_json import from_json, to_json
from recall.store.chunks import chunks
from recall.store.tables import card, card_since, card_text, deck_file, item, meta


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
    unread: str | None = None
    """The text of a file that could be read in part only, empty where nothing could; None for a whole one."""


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

    def follow(self, links: Links) -> None:
        """Name the item whose history each item goes on with."""
        self.connection.execute(item.update().where(item.c.known_as != item.c.id).values(known_as=item.c.id))
        for chunk in chunks(links.names()):
            found = self.connection.scalars(select(item.c.id).where(item.c.card.in_(chunk))).all()
            for name in map(ItemId, found):
                if (current := links.current(name)) != name:
                    self.connection.execute(item.update().where(item.c.id == name).values(known_as=current))

    def ids_in(self, paths: Iterable[Path]) -> dict[Path, list[CardId]]:
        """The cards of some files, in the order they stand there."""
        found: dict[Path, list[CardId]] = {}
        for chunk in chunks(map(path_text, paths)):
            query = select(card.c.path, card.c.id).where(card.c.path.in_(chunk))
            for path, name in self.connection.execute(query.order_by(card.c.path, card.c.ordinal)):
                found.setdefault(path_from(path), []).append(CardId(name))
        return found

    def known(self, ids: Iterable[CardId]) -> set[CardId]:
        """Those of some ids that a card has, in whatever file."""
        found: set[CardId] = set()
        for chunk in chunks(ids):
            query = select(card.c.id).where(card.c.id.in_(chunk))
            found.update(map(CardId, self.connection.scalars(query)))
        return found

    def placed(self, ids: Iterable[CardId]) -> dict[CardId, Placed]:
        """The cards of some ids that count."""
        found: dict[CardId, Placed] = {}
        for chunk in chunks(ids):
            query = select(card).where(card.c.id.in_(chunk))
            for row in self.connection.execute(query.order_by(card.c.rank, card.c.path, card.c.ordinal)):
                found.setdefault(CardId(row.id), placed_of(row))
        return found

    def card(self, card_id: CardId) -> Placed | None:
        """The card of this id that counts."""
        query = select(card).where(card.c.id == card_id).order_by(card.c.rank, card.c.path, card.c.ordinal)
        row = self.connection.execute(query.limit(1)).first()
        return placed_of(row) if row else None

    def replaced(self, rank: int) -> list[tuple[Placed, Placed]]:
        """Cards of the files of a rank for which another stands in, each with that one; in the order of the files."""
        instead = card.alias()
        has_another = exists().where(instead.c.id == card.c.id, instead.c.rank < card.c.rank)
        query = select(card).where(card.c.rank == rank, has_another).order_by(card.c.path, card.c.ordinal)
        replaced = [placed_of(row) for row in self.connection.execute(query)]
        here = self.placed(placed.card.id for placed in replaced)
        return [(placed, here[placed.card.id]) for placed in replaced]

    def card_of(self, item_id: ItemId) -> Placed | None:
        """The card that yields an item."""
        row = self.connection.execute(_CARD_OF, {"item": item_id}).first()
        return placed_of(row) if row else None

    def items(self) -> Iterator[tuple[ItemId, str, Card]]:
        """Every item with its topic or own deck, and its card."""
        same = and_(item.c.path == card.c.path, item.c.ordinal == card.c.ordinal)
        query = select(item.c.id, card.c.topic, card.c.fields).join(card, same).order_by(item.c.id)
        for item_id, topic, fields in self.connection.execute(query):
            yield ItemId(item_id), topic, from_json(fields)

    def cards(self) -> Iterator[Placed]:
        """Every card that counts, in the order new ones are asked within a topic."""
        entries = select(item.c.path, item.c.ordinal, item.c.order_path, item.c.order_ordinal).distinct().subquery()
        query = select(card).join(entries, and_(entries.c.path == card.c.path, entries.c.ordinal == card.c.ordinal))
        rows = self.connection.execute(query.order_by(entries.c.order_path, entries.c.order_ordinal))
        return (placed_of(row) for row in rows)

    def topic_of(self, item_id: ItemId) -> str | None:
        """The topic or own deck of an item, None when no deck has it."""
        return self.connection.scalar(_TOPIC_OF, {"item": item_id})

    def items_of(self, card_id: CardId) -> list[ItemId]:
        rows = self.connection.execute(select(item.c.id).where(item.c.card == card_id).order_by(item.c.id))
        return [ItemId(found) for (found,) in rows]

    def item_ids(self) -> list[ItemId]:
        return [ItemId(found) for found in self.connection.scalars(select(item.c.id).order_by(item.c.id))]

    def card_ids(self) -> set[CardId]:
        """The cards that have items."""
        return set(map(CardId, self.connection.scalars(select(item.c.card).distinct())))

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

    def distrust(self) -> None:
        """Let every deck file count as changed, and drop what belongs to none."""
        self.connection.execute(deck_file.update().values(size=-2))
        for table in (item, card, card_text):
            self.connection.execute(delete(table).where(table.c.path.not_in(select(deck_file.c.path))))

    def _ids_in(self, paths: Collection[Path]) -> set[CardId]:
        names = [path_text(path) for path in paths]
        return {CardId(found) for found in self.connection.scalars(select(card.c.id).where(card.c.path.in_(names)))}

    def _forget(self, paths: Collection[Path]) -> None:
        names = [path_text(path) for path in paths]
        for table in (card, card_text, deck_file):
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
            self.connection.execute(card_text.insert(), [_searched(path, n, c) for n, c in enumerate(content.cards)])
            self._date([placed.card.id for placed in content.cards], stamp.mtime_ns)

    def _date(self, ids: Collection[CardId], mtime_ns: int) -> None:
        """Remember since when there are cards that were never seen before."""
        unseen = set(ids)
        for chunk in chunks(ids):
            unseen -= set(
                map(CardId, self.connection.scalars(select(card_since.c.id).where(card_since.c.id.in_(chunk))))
            )
        if unseen:
            at = times.to_text(datetime.fromtimestamp(mtime_ns / 1e9, UTC))
            self.connection.execute(card_since.insert(), [{"id": card_id, "at": at} for card_id in sorted(unseen)])

    def _renew_items(self, ids: set[CardId]) -> None:
        """List the items of these cards anew, of the file that counts for each."""
        for chunk in chunks(ids):
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


def placed_of(row: Any) -> Placed:
    """The card in a row of the table of cards."""
    return Placed(from_json(row.fields), row.topic, path_from(row.path), row.line)


def _searched(path: str, ordinal: int, placed: Placed) -> dict[str, Any]:
    """What is searched of a card."""
    from recall.text.indexing import search_text  # it sets formulas, which an unchanged library needs not

    found = placed.card
    return {
        "path": path,
        "ordinal": ordinal,
        "kind": found.kind.value,
        "tags": "\n".join(map(fold, found.tags)),
        "sources": "\n".join(map(fold, found.source)),
        "level": found.difficulty,
        "text": search_text(found).replace("\0", ""),  # PostgreSQL keeps no NUL
    }


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
            "known_as": item_id,
        }
