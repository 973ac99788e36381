"""The state of items: derived from the log, kept so that nothing has to be replayed to start."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, func, or_, select

from recall.core.item_names import card_of
from recall.core.model import CardId, Due, ItemId, ItemState, Memory, Phase
from recall.store import times
from recall.store.chunks import chunks
from recall.store.tables import item, item_state


@dataclass(frozen=True, slots=True)
class Known:
    """An item of the catalogue with its state."""

    card: CardId
    topic: str
    state: ItemState


class DueReview(NamedTuple):
    """A review that is due, with what orders it: stability in days, and days since its last answer."""

    item: ItemId
    card: CardId
    topic: str
    stability: float
    elapsed: int


class TopicMemory(NamedTuple):
    """One seen item, as mastery needs it: stability in days, and days since its last answer."""

    topic: str
    stability: float
    elapsed: int


_KNOWN = select(item.c.id, item.c.card, item.c.topic, item_state).join(item_state, item_state.c.item == item.c.known_as)
_MAY_BE_ASKED = and_(
    item_state.c.suspended.is_(False),
    or_(item_state.c.buried_on.is_(None), item_state.c.buried_on < bindparam("today")),
)
_ACTIVE = func.coalesce(item_state.c.suspended, False).is_(False)
_WITH_STATE = item.outerjoin(item_state, item_state.c.item == item.c.known_as)

# Statements are made once: building one costs more than running it.
_NAME = select(item.c.known_as).where(item.c.id == bindparam("item")).scalar_subquery()
_GET = select(item_state).where(item_state.c.item == func.coalesce(_NAME, bindparam("item")))
_UPDATE = item_state.update().where(item_state.c.item == bindparam("old"))
_LEARNING = _KNOWN.where(item_state.c.due_at.is_not(None), _MAY_BE_ASKED).order_by(item_state.c.due_at, item.c.id)
_DUE = (
    select(item.c.id, item.c.card, item.c.topic, item_state.c.stability, item_state.c.last_day)
    .join(item_state, item_state.c.item == item.c.known_as)
    .where(item_state.c.due_day <= bindparam("today"), _MAY_BE_ASKED)
)
_KNOWN_ITEM = (
    select(item.c.topic, item.c.known_as, item_state).select_from(_WITH_STATE).where(item.c.id == bindparam("item"))
)
_NEW = (
    select(item.c.id, item.c.card)
    .select_from(_WITH_STATE)
    .where(item.c.topic == bindparam("topic"))
    .where(or_(item_state.c.item.is_(None), and_(item_state.c.phase == Phase.NEW, _MAY_BE_ASKED)))
    .order_by(item.c.order_path, item.c.order_ordinal, item.c.id)
)
_LOAD = (
    select(item_state.c.due_day, func.count())
    .where(item_state.c.due_day.between(bindparam("first"), bindparam("last")), item_state.c.suspended.is_(False))
    .group_by(item_state.c.due_day)
)
_CARDS_ANSWERED = (
    select(item.c.card)
    .join(item_state, item_state.c.item == item.c.known_as)
    .where(item_state.c.last_day == bindparam("day"))
)
_INTRODUCED = (
    select(item.c.topic)
    .join(item_state, item_state.c.item == item.c.known_as)
    .where(item_state.c.first_day == bindparam("day"))
)
_REVIEWED = select(func.count()).where(
    item_state.c.last_day == bindparam("day"), item_state.c.first_day < bindparam("day")
)
_DUE_COUNT = (
    select(func.count())
    .select_from(item.join(item_state, item_state.c.item == item.c.known_as))
    .where(item_state.c.due_day <= bindparam("day"), item_state.c.suspended.is_(False))
)
_NEXT_TIME = (
    select(func.min(item_state.c.due_at))
    .select_from(item.join(item_state, item_state.c.item == item.c.known_as))
    .where(_MAY_BE_ASKED)
)
_sibling, _sibling_state = item.alias("sibling"), item_state.alias("sibling_state")
_PUT_OFF = (
    select(item.c.id)
    .join(item_state, item_state.c.item == item.c.known_as)
    .where(item_state.c.suspended.is_(False))
    .where(or_(item_state.c.due_day <= bindparam("today"), item_state.c.due_at.is_not(None)))
    .where(
        or_(
            item_state.c.buried_on == bindparam("today"),
            select(_sibling.c.id)
            .join(_sibling_state, _sibling_state.c.item == _sibling.c.known_as)
            .where(_sibling.c.card == item.c.card, _sibling.c.id != item.c.id)
            .where(_sibling_state.c.last_day == bindparam("today"))
            .exists(),
        )
    )
    .limit(1)
)
_NEXT_DAY = (
    select(func.min(item_state.c.due_day))
    .select_from(item.join(item_state, item_state.c.item == item.c.known_as))
    .where(item_state.c.suspended.is_(False), item_state.c.due_day > bindparam("day"))
)
_SIZES = select(item.c.topic, func.count()).select_from(_WITH_STATE).where(_ACTIVE).group_by(item.c.topic)
_SIZE = select(func.count()).select_from(_WITH_STATE).where(_ACTIVE, item.c.topic == bindparam("topic"))
_UNSEEN = (
    select(item.c.topic)
    .select_from(_WITH_STATE)
    .where(or_(item_state.c.item.is_(None), item_state.c.phase == Phase.NEW))
    .distinct()
)
_MEMORIES = (
    select(item.c.topic, item_state.c.stability, item_state.c.last_day)
    .join(item_state, item_state.c.item == item.c.known_as)
    .where(item_state.c.stability.is_not(None), item_state.c.suspended.is_(False))
)
_MEMORIES_OF_TOPIC = _MEMORIES.where(item.c.topic == bindparam("topic"))


@dataclass(frozen=True, slots=True)
class States:
    """Reads and writes item states within one transaction."""

    connection: Connection

    def get(self, item_id: ItemId) -> ItemState:
        """The state of an item; a fresh one when the log has nothing of it."""
        row = self.connection.execute(_GET, {"item": item_id}).first()
        return state_of(row) if row else ItemState(item_id)

    def known(self, item_id: ItemId) -> tuple[str, ItemState] | None:
        """The topic and state of an item of the catalogue, None when no deck has it.

        The state has the name under which it is kept.
        """
        row = self.connection.execute(_KNOWN_ITEM, {"item": item_id}).first()
        if row is None:
            return None
        return row.topic, state_of(row) if row.phase is not None else ItemState(ItemId(row.known_as))

    def all(self) -> Iterator[ItemState]:
        return (state_of(row) for row in self.connection.execute(select(item_state)))

    def save(self, state: ItemState) -> None:
        values = _values(state)
        if self.connection.execute(_UPDATE, {**values, "old": state.item}).rowcount == 0:
            self.connection.execute(item_state.insert(), values)

    def replace_all(self, states: Iterable[ItemState]) -> None:
        self.connection.execute(item_state.delete())
        if rows := [_values(state) for state in states]:
            self.connection.execute(item_state.insert(), rows)

    def items(self, cards: Collection[CardId]) -> set[ItemId]:
        """The items of some cards that have a state, under the name it is kept under."""
        names = self.connection.scalars(select(item_state.c.item))
        return {ItemId(name) for name in names if card_of(name) in cards}

    def remove(self, items: Collection[ItemId]) -> None:
        for chunk in chunks(items):
            self.connection.execute(item_state.delete().where(item_state.c.item.in_(chunk)))

    def learning(self, today: date) -> Iterator[Known]:
        """Items in learning steps that may be asked today, soonest first."""
        rows = self.connection.execute(_LEARNING, {"today": today.isoformat()})
        return (Known(CardId(row.card), row.topic, replace(state_of(row), item=ItemId(row.id))) for row in rows)

    def due(self, today: date) -> Iterator[DueReview]:
        """Items on day intervals that are due on study day `today` or before."""
        elapsed = _Elapsed(today)
        rows = self.connection.execute(_DUE, {"today": today.isoformat()})
        for found, card, topic, stability, last_day in rows:
            yield DueReview(found, card, topic, stability, elapsed[last_day])

    def topics_with_new(self) -> set[str]:
        """Topics and own decks that have an unseen item."""
        return set(self.connection.scalars(_UNSEEN))

    def new(self, topic: str, today: date) -> Iterator[tuple[ItemId, CardId]]:
        """Unseen items of a topic in the order of its files."""
        rows = self.connection.execute(_NEW, {"topic": topic, "today": today.isoformat()})
        return ((ItemId(found), CardId(card)) for found, card in rows)

    def load(self, first: date, last: date) -> Mapping[date, int]:
        """How many items fall due on each day from `first` to `last`."""
        rows = self.connection.execute(_LOAD, {"first": first.isoformat(), "last": last.isoformat()})
        return {date.fromisoformat(day): count for day, count in rows}

    def cards_answered_on(self, day: date) -> set[CardId]:
        return {CardId(card) for card in self.connection.scalars(_CARDS_ANSWERED, {"day": day.isoformat()})}

    def introduced_on(self, day: date) -> list[str]:
        """The topic of each item first seen on a study day."""
        return list(self.connection.scalars(_INTRODUCED, {"day": day.isoformat()}))

    def reviewed_on(self, day: date) -> int:
        """How many items seen on an earlier day were answered on this one."""
        return self.connection.scalar(_REVIEWED, {"day": day.isoformat()}) or 0

    def due_on(self, day: date) -> int:
        """How many items on day intervals are due on a study day or before."""
        return self.connection.scalar(_DUE_COUNT, {"day": day.isoformat()}) or 0

    def next_due(self, after: date) -> Due | None:
        """When the next item comes that is not due on study day `after`: a learning time or a day.

        What was buried, or whose sibling was answered, comes the day after.
        """
        today = {"today": after.isoformat()}
        at = self.connection.scalar(_NEXT_TIME, today)
        if at is not None:
            return times.from_text(at)
        if self.connection.execute(_PUT_OFF, today).first():
            return after + timedelta(1)
        day = self.connection.scalar(_NEXT_DAY, {"day": after.isoformat()})
        return date.fromisoformat(day) if day else None

    def topic_sizes(self) -> dict[str, int]:
        """Items of each topic, suspended ones aside."""
        return {topic: int(size) for topic, size in self.connection.execute(_SIZES)}

    def topic_size(self, topic: str) -> int:
        """Items of one topic, suspended ones aside."""
        return self.connection.scalar(_SIZE, {"topic": topic}) or 0

    def topic_memories(self, today: date, topic: str | None = None) -> Iterator[TopicMemory]:
        """Every seen item of the catalogue, or of one topic, suspended ones aside."""
        elapsed = _Elapsed(today)
        query = _MEMORIES if topic is None else _MEMORIES_OF_TOPIC
        for name, stability, last_day in self.connection.execute(query, {"topic": topic} if topic else {}):
            yield TopicMemory(name, stability, elapsed[last_day])


class _Elapsed(dict[str, int]):
    """Days from a date, as the database writes it, to `today`; each date is worked out once."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    def __missing__(self, day: str) -> int:
        self[day] = (self.today - date.fromisoformat(day)).days
        return self[day]


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


def state_of(row: Row[Any]) -> ItemState:
    """The state in a row that has the columns of `item_state`."""
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
