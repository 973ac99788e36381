"""The log: every answer and every decision, only ever added to."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, select, union

from recall.core.history import UNDOABLE, LogRow
from recall.core.item_names import card_of
from recall.core.links import Links, links_of
from recall.core.model import CardId, Event, EventKind, Grade, ItemId, LogId, Review, Source
from recall.errors import StoreError
from recall.i18n import _
from recall.store import times
from recall.store.append_only import protect_log, unprotect_log
from recall.store.chunks import chunks
from recall.store.tables import LOG, event, meta, review

Key = tuple[str, str]
"""Table and id: an answer within a sitting and the review it counts as share an id."""
_NEWEST = select(select(func.max(review.c.id)).scalar_subquery(), select(func.max(event.c.id)).scalar_subquery())
_KINDS = frozenset(EventKind)
_ADD_REVIEW, _ADD_EVENT = review.insert(), event.insert()
_ARRIVALS_KEY = "arrivals"
_SET_ARRIVALS = meta.update().where(meta.c.key == _ARRIVALS_KEY).values(value=bindparam("new"))
_ARRIVALS = select(meta.c.value).where(meta.c.key == _ARRIVALS_KEY)
_undo = event.alias("undo")
_UNDONE = union(
    *(
        select(_undo.c.target)
        .join(table, table.c.id == _undo.c.target)
        .where(table.c.item == bindparam("item"), _undo.c.kind == EventKind.UNDO)
        for table in LOG
    )
)


@dataclass(frozen=True, slots=True)
class Log:
    """Reads and adds rows within one transaction."""

    connection: Connection

    def newest_id(self) -> LogId | None:
        """The id of the row that was written last; ids keep the order of writing."""
        newest = self.connection.execute(_NEWEST).one()
        return max((LogId(found) for found in newest if found), default=None)

    def add(self, row: LogRow) -> None:
        self.connection.execute(_ADD_REVIEW if isinstance(row, Review) else _ADD_EVENT, values_of(row))

    def add_all(self, rows: Iterable[LogRow]) -> None:
        """Add rows that were written elsewhere, ids and all, and let running sessions notice."""
        rows = list(rows)
        for statement, is_review in ((_ADD_REVIEW, True), (_ADD_EVENT, False)):
            if values := [values_of(row) for row in rows if isinstance(row, Review) is is_review]:
                self.connection.execute(statement, values)
        self._count_arrival()

    def remove_all(self) -> None:
        """Take every row out, for a backup to be put in the place of the whole log: the one case there is."""
        unprotect_log(self.connection)
        for table in LOG:
            self.connection.execute(table.delete())
        protect_log(self.connection)
        self._count_arrival()

    def arrivals(self) -> int:
        """How often rows of elsewhere were added; their ids may be older than the newest."""
        return int(self.connection.scalar(_ARRIVALS) or 0)

    def values(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every row as (table, values by column), as it is kept, unchecked, in the order of the ids."""
        for table in LOG:
            for row in self.connection.execute(select(table).order_by(table.c.id)).mappings():
                yield table.name, dict(row)

    def keys(self) -> set[Key]:
        """The keys of all rows."""
        return {(table.name, name) for table in LOG for name in self.connection.scalars(select(table.c.id))}

    def items_of(self, ids: Iterable[LogId]) -> set[ItemId]:
        """The items that some rows speak of."""
        found: set[ItemId] = set()
        for some in chunks(ids):
            for table in LOG:
                query = select(table.c.item).where(table.c.id.in_(some), table.c.item.is_not(None))
                found |= {ItemId(item) for item in self.connection.scalars(query)}
        return found

    def undone(self, item: ItemId) -> frozenset[LogId]:
        """Ids of an item's rows that undos took back, wherever those undos stand."""
        return frozenset(LogId(found) for found in self.connection.scalars(_UNDONE, {"item": item}))

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

    def links(self) -> Links:
        """Which cards' histories go on with others."""
        return links_of(self.events_of_kind(EventKind.LINK))

    def items(self, cards: Collection[CardId]) -> set[ItemId]:
        """The items of some cards that rows speak of."""
        found: set[ItemId] = set()
        for table in LOG:
            names = self.connection.scalars(select(table.c.item).where(table.c.item.is_not(None)).distinct())
            found |= {ItemId(name) for name in names if card_of(name) in cards}
        return found

    def history(self, item: ItemId) -> tuple[list[Review], list[Event]]:
        """The answers and events that count for an item, under whatever name they were written, in that order."""
        links = self.links()
        if card_of(item) not in links:
            return list(self.reviews(item)), list(self.events(item))
        names, current = self.items(links.related([card_of(item)])), links.current(item)
        reviews = [row for name in names for row in self.reviews(name) if links.item_of(row) == current]
        events = [row for name in names for row in self.events(name) if links.item_of(row) == current]
        return sorted(reviews, key=attrgetter("id")), sorted(events, key=attrgetter("id"))

    def knows(self, item: ItemId) -> bool:
        """Whether any row speaks of the item."""
        tables = (review, event)
        return any(self.connection.execute(select(t.c.id).where(t.c.item == item).limit(1)).first() for t in tables)

    def last_review_id(self, item: ItemId) -> LogId | None:
        """The newest answer to an item that stands."""
        return self.connection.scalar(_LAST_REVIEW, {"item": item})

    def last_undoable(self, device: str, number: int = 1) -> list[LogRow]:
        """The newest answers and decisions of this device that stand, imports aside; the newest first."""
        answers = select(review).where(_stands(review), review.c.device == device, review.c.source != Source.IMPORT)
        decisions = select(event).where(_stands(event), event.c.device == device, event.c.kind.in_(UNDOABLE))
        rows: list[LogRow] = [
            *map(_review, self.connection.execute(answers.order_by(review.c.id.desc()).limit(number))),
            *map(_event, self.connection.execute(decisions.order_by(event.c.id.desc()).limit(number))),
        ]
        return sorted(rows, key=attrgetter("id"), reverse=True)[:number]

    def answers_by_day(self) -> dict[date, int]:
        """How many answers count for each study day."""
        query = select(review.c.day, func.count()).where(_stands(review)).group_by(review.c.day)
        return {date.fromisoformat(day): count for day, count in self.connection.execute(query)}

    def _count_arrival(self) -> None:
        value = str(self.arrivals() + 1)
        if self.connection.execute(_SET_ARRIVALS, {"new": value}).rowcount == 0:
            self.connection.execute(meta.insert(), {"key": _ARRIVALS_KEY, "value": value})


def key_of(row: LogRow) -> Key:
    return (review.name if isinstance(row, Review) else event.name, row.id)


def values_of(row: LogRow) -> dict[str, Any]:
    """A row as the database keeps it, by column."""
    return _review_values(row) if isinstance(row, Review) else _event_values(row)


def _stands(table: Any) -> Any:
    """Not taken back by an undo."""
    undo = event.alias("undo")
    return ~exists().where(and_(undo.c.target == table.c.id, undo.c.kind == EventKind.UNDO))


_LAST_REVIEW = (
    select(review.c.id).where(review.c.item == bindparam("item"), _stands(review)).order_by(review.c.id.desc()).limit(1)
)
"""Made once: the newest answer is asked for with every question."""


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
