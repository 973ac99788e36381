"""The state of items: derived from the log, kept so that nothing has to be replayed to start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from recall.core.model import CardId, Due, ItemId, ItemState, Memory, Phase
from recall.store import times
from recall.store.tables import item, item_state


@dataclass(frozen=True, slots=True)
class Known:
    """An item of the catalogue with its state."""

    card: CardId
    topic: str
    state: ItemState


@dataclass(frozen=True, slots=True)
class TopicMemory:
    """One seen item, as mastery needs it: stability in days and the study day of the last answer."""

    topic: str
    stability: float
    last_day: date


@dataclass(frozen=True, slots=True)
class States:
    """Reads and writes item states within one transaction."""

    connection: Connection

    def get(self, item_id: ItemId) -> ItemState:
        """The state of an item; a fresh one when the log has nothing of it."""
        row = self.connection.execute(select(item_state).where(item_state.c.item == item_id)).first()
        return _state(row) if row else ItemState(item_id)

    def all(self) -> Iterator[ItemState]:
        return (_state(row) for row in self.connection.execute(select(item_state)))

    def save(self, state: ItemState) -> None:
        values = _values(state)
        update = item_state.update().where(item_state.c.item == state.item)
        if self.connection.execute(update, values).rowcount == 0:
            self.connection.execute(item_state.insert(), values)

    def replace_all(self, states: Iterable[ItemState]) -> None:
        self.connection.execute(item_state.delete())
        if rows := [_values(state) for state in states]:
            self.connection.execute(item_state.insert(), rows)

    def learning(self, today: date) -> Iterator[Known]:
        """Items in learning steps that may be asked today, soonest first."""
        query = _known().where(item_state.c.due_at.is_not(None), _asked(today))
        return _all_known(self.connection, query.order_by(item_state.c.due_at, item.c.id))

    def due(self, today: date) -> Iterator[Known]:
        """Items on day intervals that are due on study day `today` or before."""
        query = _known().where(item_state.c.due_day <= today.isoformat(), _asked(today))
        return _all_known(self.connection, query.order_by(item.c.id))

    def new(self, topic: str, today: date, limit: int) -> Iterator[tuple[ItemId, CardId]]:
        """Unseen items of a topic in the order of its files."""
        joined = item.outerjoin(item_state, item_state.c.item == item.c.id)
        unseen = or_(item_state.c.item.is_(None), and_(item_state.c.phase == Phase.NEW, _asked(today)))
        query = select(item.c.id, item.c.card).select_from(joined).where(item.c.topic == topic, unseen)
        rows = self.connection.execute(query.order_by(item.c.path, item.c.ordinal, item.c.id).limit(limit))
        return ((ItemId(found), CardId(card)) for found, card in rows)

    def load(self, first: date, last: date) -> Mapping[date, int]:
        """How many items fall due on each day from `first` to `last`."""
        query = select(item_state.c.due_day, func.count()).group_by(item_state.c.due_day)
        span = item_state.c.due_day.between(first.isoformat(), last.isoformat())
        rows = self.connection.execute(query.where(span, item_state.c.suspended.is_(False)))
        return {date.fromisoformat(day): count for day, count in rows}

    def cards_answered_on(self, day: date) -> set[CardId]:
        query = select(item.c.card).join(item_state, item_state.c.item == item.c.id)
        rows = self.connection.execute(query.where(item_state.c.last_day == day.isoformat()))
        return {CardId(card) for (card,) in rows}

    def introduced_on(self, day: date) -> list[str]:
        """The topic of each item first seen on a study day."""
        query = select(item.c.topic).join(item_state, item_state.c.item == item.c.id)
        rows = self.connection.execute(query.where(item_state.c.first_day == day.isoformat()))
        return [topic for (topic,) in rows]

    def reviewed_on(self, day: date) -> int:
        """How many items seen on an earlier day were answered on this one."""
        text = day.isoformat()
        query = select(func.count()).where(item_state.c.last_day == text, item_state.c.first_day < text)
        return self.connection.scalar(query) or 0

    def due_on(self, day: date) -> int:
        query = _known().where(item_state.c.due_day <= day.isoformat(), item_state.c.suspended.is_(False))
        return self.connection.scalar(select(func.count()).select_from(query.subquery())) or 0

    def next_due(self, after: date) -> Due | None:
        """When the next item comes that is not due on study day `after`: a learning time or a day."""
        known = _known().where(item_state.c.suspended.is_(False)).subquery()
        at = self.connection.scalar(select(func.min(known.c.due_at)))
        if at is not None:
            return times.from_text(at)
        later = select(func.min(known.c.due_day)).where(known.c.due_day > after.isoformat())
        day = self.connection.scalar(later)
        return date.fromisoformat(day) if day else None

    def topic_sizes(self) -> dict[str, int]:
        """Items of each topic, suspended ones aside."""
        joined = item.outerjoin(item_state, item_state.c.item == item.c.id)
        active = func.coalesce(item_state.c.suspended, False).is_(False)
        query = select(item.c.topic, func.count()).select_from(joined).where(active).group_by(item.c.topic)
        return dict(self.connection.execute(query).tuples().all())

    def topic_memories(self) -> Iterator[TopicMemory]:
        """Every seen item of the catalogue, suspended ones aside."""
        query = select(item.c.topic, item_state.c.stability, item_state.c.last_day)
        query = query.join(item_state, item_state.c.item == item.c.id)
        seen = item_state.c.stability.is_not(None), item_state.c.suspended.is_(False)
        for topic, stability, last_day in self.connection.execute(query.where(*seen)):
            yield TopicMemory(topic, stability, date.fromisoformat(last_day))


def _known() -> Select[Any]:
    return select(item.c.card, item.c.topic, item_state).join(item_state, item_state.c.item == item.c.id)


def _asked(today: date) -> Any:
    """Neither suspended nor buried for today."""
    buried = item_state.c.buried_on
    return and_(item_state.c.suspended.is_(False), or_(buried.is_(None), buried < today.isoformat()))


def _all_known(connection: Connection, query: Select[Any]) -> Iterator[Known]:
    return (Known(CardId(row.card), row.topic, _state(row)) for row in connection.execute(query))


def _values(state: ItemState) -> dict[str, Any]:
    due = state.due
    return {
        "item": state.item,
        "phase": state.phase.value,
        "step": state.step,
        "stability": state.memory.stability if state.memory else None,
        "difficulty": state.memory.difficulty if state.memory else None,
        "due_day": None if isinstance(due, datetime) else _day_text(due),
        "due_at": times.to_text(due) if isinstance(due, datetime) else None,
        "first_day": _day_text(state.first_day),
        "last_day": _day_text(state.last_day),
        "reps": state.reps,
        "lapses": state.lapses,
        "suspended": state.suspended,
        "buried_on": _day_text(state.buried_on),
        "flagged": state.flagged,
        "changed_at": times.to_text(state.changed_at) if state.changed_at else None,
    }


def _state(row: Row[Any]) -> ItemState:
    return ItemState(
        item=ItemId(row.item),
        phase=Phase(row.phase),
        step=row.step,
        memory=Memory(row.stability, row.difficulty) if row.stability is not None else None,
        due=times.from_text(row.due_at) if row.due_at else _day(row.due_day),
        first_day=_day(row.first_day),
        last_day=_day(row.last_day),
        reps=row.reps,
        lapses=row.lapses,
        suspended=bool(row.suspended),
        buried_on=_day(row.buried_on),
        flagged=bool(row.flagged),
        changed_at=times.from_text(row.changed_at) if row.changed_at else None,
    )


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
