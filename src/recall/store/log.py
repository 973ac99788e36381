"""The log: every answer and every decision, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, select

from recall.core.history import UNDOABLE, LogRow
from recall.core.model import Event, EventKind, Grade, ItemId, LogId, Review, Source
from recall.errors import StoreError
from recall.i18n import _
from recall.store import times
from recall.store.tables import event, review

_NEWEST = select(select(func.max(review.c.id)).scalar_subquery(), select(func.max(event.c.id)).scalar_subquery())
_KINDS = frozenset(EventKind)
_ADD_REVIEW, _ADD_EVENT = review.insert(), event.insert()


@dataclass(frozen=True, slots=True)
class Log:
    """Reads and adds rows within one transaction."""

    connection: Connection

    def newest_id(self) -> LogId | None:
        """The id of the row that was written last; ids keep the order of writing."""
        newest = self.connection.execute(_NEWEST).one()
        return max((LogId(found) for found in newest if found), default=None)

    def add(self, row: LogRow) -> None:
        if isinstance(row, Review):
            self.connection.execute(_ADD_REVIEW, _review_values(row))
        else:
            self.connection.execute(_ADD_EVENT, _event_values(row))

    def reviews(self, item: ItemId | None = None) -> Iterator[Review]:
        """The answers to an item, or all, in the order they were written."""
        query = select(review).order_by(review.c.id)
        rows = self.connection.execute(query if item is None else query.where(review.c.item == item))
        return (_review(row) for row in rows)

    def events(self, item: ItemId | None = None) -> Iterator[Event]:
        query = select(event).order_by(event.c.id)
        rows = self.connection.execute(query if item is None else query.where(event.c.item == item))
        return (_event(row) for row in rows)

    def events_of_kind(self, kind: EventKind, after: LogId | None = None) -> Iterator[Event]:
        """The events of one kind in the order they were written, all or those after a row."""
        query = select(event).where(event.c.kind == kind).order_by(event.c.id)
        rows = self.connection.execute(query if after is None else query.where(event.c.id > after))
        return (_event(row) for row in rows)

    def event(self, row_id: LogId) -> Event | None:
        row = self.connection.execute(select(event).where(event.c.id == row_id)).first()
        return _event(row) if row else None

    def knows(self, item: ItemId) -> bool:
        """Whether any row speaks of the item."""
        tables = (review, event)
        return any(self.connection.execute(select(t.c.id).where(t.c.item == item).limit(1)).first() for t in tables)

    def last_review_id(self, item: ItemId) -> LogId | None:
        """The newest answer to an item that stands."""
        query = select(review.c.id).where(review.c.item == item, _stands(review))
        return self.connection.scalar(query.order_by(review.c.id.desc()).limit(1))

    def last_undoable(self, device: str) -> LogRow | None:
        """The newest answer or decision of this device that stands, imports aside."""
        answers = select(review).where(_stands(review), review.c.device == device)
        answers = answers.where(review.c.source != Source.IMPORT).order_by(review.c.id.desc()).limit(1)
        decisions = select(event).where(_stands(event), event.c.device == device)
        decisions = decisions.where(event.c.kind.in_(UNDOABLE)).order_by(event.c.id.desc()).limit(1)
        answer, decision = (
            self.connection.execute(answers).first(),
            self.connection.execute(decisions).first(),
        )
        rows = [_review(answer)] if answer else []
        found: list[LogRow] = [*rows, *([_event(decision)] if decision else [])]
        return max(found, key=lambda row: row.id, default=None)

    def answers_by_day(self) -> dict[date, int]:
        """How many answers count for each study day."""
        query = select(review.c.day, func.count()).where(_stands(review)).group_by(review.c.day)
        return {date.fromisoformat(day): count for day, count in self.connection.execute(query)}

    def grades_on(self, day: date) -> dict[Grade, int]:
        """How often each grade was given on a study day."""
        query = select(review.c.rating, func.count()).where(_stands(review), review.c.day == day.isoformat())
        rows = self.connection.execute(query.group_by(review.c.rating))
        return {Grade(rating): count for rating, count in rows}

    def count(self) -> int:
        return self.connection.scalar(select(func.count()).select_from(review)) or 0


def _stands(table: Any) -> Any:
    """Not taken back by an undo."""
    undo = event.alias("undo")
    return ~exists().where(and_(undo.c.target == table.c.id, undo.c.kind == EventKind.UNDO))


def _review_values(row: Review) -> dict[str, Any]:
    return {
        "id": row.id,
        "item": row.item,
        "at": times.to_text(row.at),
        "day": row.day.isoformat(),
        "rating": int(row.grade),
        "milliseconds": row.ms,
        "source": row.source.value,
        "due": times.due_to_text(row.due),
        "device": row.device,
        "seed": row.seed,
        "response": row.response,
        "score": row.score,
    }


def _review(row: Row[Any]) -> Review:
    return Review(
        id=LogId(row.id),
        item=ItemId(row.item),
        at=times.from_text(row.at),
        day=date.fromisoformat(row.day),
        grade=Grade(row.rating),
        ms=row.milliseconds,
        source=Source(row.source),
        due=times.due_from_text(row.due),
        device=row.device,
        seed=row.seed,
        response=row.response,
        score=row.score,
    )


def _event_values(row: Event) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": times.to_text(row.at),
        "day": row.day.isoformat(),
        "kind": row.kind.value,
        "item": row.item,
        "target": row.target,
        "payload": json.dumps(row.payload, ensure_ascii=False, sort_keys=True),
        "device": row.device,
    }


def _event(row: Row[Any]) -> Event:
    if row.kind not in _KINDS:
        message = _("row {id} of the log is of a kind ({kind}) that this recall does not know; update it")
        raise StoreError(message.format(id=row.id, kind=row.kind))
    return Event(
        id=LogId(row.id),
        at=times.from_text(row.at),
        day=date.fromisoformat(row.day),
        kind=EventKind(row.kind),
        item=ItemId(row.item) if row.item is not None else None,
        target=LogId(row.target) if row.target is not None else None,
        payload=json.loads(row.payload),
        device=row.device,
    )
