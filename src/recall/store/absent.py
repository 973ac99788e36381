"""Cards that were in the decks and are in none any more: to know them when they come back."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from recall.core.model import CardId
from recall.store.card_json import from_json, to_json
from recall.store.catalogue import Placed, path_from, path_text
from recall.store.chunks import chunks
from recall.store.tables import absent_card


@dataclass(frozen=True, slots=True)
class AbsentCard:
    """A card as it last was."""

    placed: Placed
    fingerprint: CardId
    """What its id would be if it had none of its own."""
    awaits: frozenset[Path]
    """Files that could not be read whole, so that it may be in there."""

    @property
    def id(self) -> CardId:
        return self.placed.card.id


@dataclass(frozen=True, slots=True)
class Absent:
    """Reads and writes absent cards within one transaction."""

    connection: Connection

    def is_empty(self) -> bool:
        return self.connection.execute(select(absent_card.c.id).limit(1)).first() is None

    def get(self, ids: Collection[CardId]) -> list[AbsentCard]:
        return list(self._where(absent_card.c.id, ids))

    def awaiting(self) -> list[AbsentCard]:
        """Cards that may be in a file that could not be read whole."""
        query = select(absent_card).where(absent_card.c.awaits != "[]").order_by(absent_card.c.id)
        return list(map(_absent, self.connection.execute(query)))

    def with_fingerprints(self, fingerprints: Collection[CardId]) -> list[AbsentCard]:
        return list(self._where(absent_card.c.fingerprint, fingerprints))

    def keep(self, cards: Collection[AbsentCard]) -> None:
        self.forget({card.id for card in cards})
        if rows := [_values(card) for card in cards]:
            self.connection.execute(absent_card.insert(), rows)

    def forget(self, ids: Collection[CardId]) -> None:
        for chunk in chunks(ids):
            self.connection.execute(delete(absent_card).where(absent_card.c.id.in_(chunk)))

    def _where(self, column: Any, values: Iterable[str]) -> Iterator[AbsentCard]:
        for chunk in chunks(values):
            query = select(absent_card).where(column.in_(chunk)).order_by(absent_card.c.id)
            for row in self.connection.execute(query):
                yield _absent(row)


def _absent(row: Any) -> AbsentCard:
    placed = Placed(from_json(row.fields), row.topic, path_from(row.path), row.line)
    return AbsentCard(placed, CardId(row.fingerprint), frozenset(map(path_from, json.loads(row.awaits))))


def _values(card: AbsentCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "fingerprint": card.fingerprint,
        "path": path_text(card.placed.path),
        "line": card.placed.line,
        "topic": card.placed.topic,
        "fields": to_json(card.placed.card),
        "awaits": json.dumps(sorted(map(path_text, card.awaits)), ensure_ascii=False),
    }
