"""Writes answers and decisions to the log, and keeps state = fold(log) as it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from recall.core import history, schedule
from recall.core.history import LogRow
from recall.core.item_names import card_of
from recall.core.links import Link
from recall.core.model import Due, Event, EventKind, Grade, ItemId, ItemState, LogId, Review, Source
from recall.core.schedule import DueLoad
from recall.core.settings import ReviewPolicy, ReviewSettings
from recall.core.study_day import StudyCalendar
from recall.errors import NotFoundError
from recall.i18n import _
from recall.store import Store, Transaction
from recall.store.times import whole_milliseconds
from recall.store.uuid7 import uuid7

STATE_VERSION = 1
"""Raise it when the fold changes, so that stored states are made anew from the log."""
CLOCK_SLACK = timedelta(days=1)
"""How far the clock may have been set back since an item's last row for the next one still to follow it."""
MANY_ITEMS = 1000
"""From here on the whole log is folded at once rather than item by item."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was written, with the item's state before and after it."""

    review: Review
    before: ItemState
    after: ItemState
    follows: LogId | None
    """The row of the log that was the newest before."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that a program marked: what it was drawn from, what was said, and what that was worth (0 to 1)."""

    seed: int
    response: str
    score: float


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision as it was written, with the item's state after it."""

    event: Event
    after: ItemState
    follows: LogId | None
    """The row of the log that was the newest before."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer within a quiz or an interview as it was written; `answer` where it counts for the schedule."""

    event: Event
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The way into the log."""

    store: Store
    calendar: StudyCalendar
    policy: ReviewPolicy
    stage_of: Callable[[str], str | None]
    device: str
    weights: tuple[float, ...] = schedule.DEFAULT_WEIGHTS

    def answer(
        self,
        item: ItemId,
        grade: Grade,
        now: datetime,
        ms: int | None = None,
        source: Source = Source.REVIEW,
        load: DueLoad | None = None,
        given: Given | None = None,
    ) -> Answer:
        """Grade an item at the instant `now`, having taken `ms` milliseconds; durable when this returns.

        `load` says how many items are due on a day, for whoever knows it already; `given` is the answer, where a
        program marked it. Raises NotFoundError when no deck has the item, StoreError when it could not be written.
        """
        at = whole_milliseconds(now)
        with self.store.write() as tx:
            newest = tx.log.newest_id()
            return self._answer(tx, uuid7(newest), item, grade, at, ms, source, load, given, newest)

    def attempt(
        self,
        item: ItemId,
        now: datetime,
        payload: Mapping[str, object],
        grade: Grade | None = None,
        ms: int | None = None,
        given: Given | None = None,
    ) -> Attempt:
        """Write an answer within a sitting; durable when this returns.

        With a `grade` it also counts for the schedule, by a review row of the same id, if it is the first answer to
        the item on its study day. Raises NotFoundError when no deck has the item, StoreError.
        """
        at = whole_milliseconds(now)
        day = self.calendar.day_of(at)
        with self.store.write() as tx:
            newest = tx.log.newest_id()
            row = Event(uuid7(newest), at, day, EventKind.ATTEMPT, item, self.device, payload=dict(payload))
            _topic, before = self._known(tx, item)
            tx.log.add(row)
            if grade is None or before.last_day == day:
                return Attempt(row, None)
            answer = self._answer(tx, row.id, item, grade, at, ms, Source.QUIZ, None, given, newest)
        return Attempt(row, answer)

    def note(self, kind: EventKind, now: datetime, payload: Mapping[str, object]) -> Event:
        """Write a row that is about no item; durable when this returns. Raises StoreError."""
        at = whole_milliseconds(now)
        with self.store.write() as tx:
            row_id, day = uuid7(tx.log.newest_id()), self.calendar.day_of(at)
            row = Event(row_id, at, day, kind, None, self.device, payload=dict(payload))
            tx.log.add(row)
        return row

    def preview(self, state: ItemState, settings: ReviewSettings, now: datetime, load: DueLoad) -> Mapping[Grade, Due]:
        """When the item would come back after each grade."""
        at = whole_milliseconds(now)
        return schedule.preview(state, at, self.calendar.day_of(at), settings, load, self.weights)

    def decide(self, kind: EventKind, items: Sequence[ItemId], now: datetime, **payload: object) -> list[Decision]:
        """Write one decision about some items; durable when this returns. One undo takes it back for all of them.

        Raises NotFoundError, StoreError.
        """
        at = whole_milliseconds(now)
        if len(items) > 1:
            payload["count"] = len(items)
        decisions: list[Decision] = []
        with self.store.write() as tx:
            for item in items:
                newest = tx.log.newest_id()
                _topic, before = self._known(tx, item)
                follows = _not_before(before, at)
                day = self.calendar.day_of(follows)
                row = Event(uuid7(newest), follows, day, kind, item, self.device, payload=payload)
                decisions.append(Decision(row, self._add(tx, before, row), newest))
        return decisions

    def undo(self, now: datetime) -> list[LogRow]:
        """Take back the newest answer or decision of this device; the rows that were taken back, newest first."""
        at = whole_milliseconds(now)
        with self.store.write() as tx:
            rows = tx.log.last_undoable(self.device)
            if rows and (together := _rows_of_decision(rows[0])) > 1:
                rows = tx.log.last_undoable(self.device, together)
            self._take_back(tx, rows, at)
        return rows

    def undoable(self) -> LogRow | None:
        """The row that `undo` would take back first."""
        with self.store.read() as tx:
            return next(iter(tx.log.last_undoable(self.device)), None)

    def settings_of(self, topic: str) -> ReviewSettings:
        """The review settings of a topic's stage."""
        return self.policy.for_stage(self.stage_of(topic))

    def ensure_states(self) -> None:
        """Make the stored states anew when they were folded by other rules or weights."""
        stamp = [STATE_VERSION, *self.weights]
        with self.store.read() as tx:
            if tx.catalogue.remembered("states") == stamp:
                return
        self.rebuild()

    def rebuild(self) -> None:
        """Fold the whole log into states."""
        with self.store.write() as tx:
            self._fold_all(tx)

    def receive(self, tx: Transaction, rows: Sequence[LogRow]) -> None:
        """Add rows that were written elsewhere and are not here yet, and fold the items they speak of anew."""
        tx.log.add_all(rows)
        items = {row.item for row in rows if row.item is not None}
        items |= tx.log.items_of(row.target for row in rows if isinstance(row, Event) and row.target is not None)
        links = [Link.of(row) for row in rows if isinstance(row, Event) and row.kind is EventKind.LINK]
        self._refold(tx, items, links)

    def link(self, tx: Transaction, links: Sequence[Link], now: datetime) -> None:
        """Write which cards' histories go on with others, and let them."""
        at = whole_milliseconds(now)
        newest, day = tx.log.newest_id(), self.calendar.day_of(at)
        for link in links:
            newest = uuid7(newest)
            tx.log.add(Event(newest, at, day, EventKind.LINK, None, self.device, payload=link.payload()))
        self._refold(tx, set(), links)

    def replace(self, tx: Transaction, rows: Sequence[LogRow]) -> None:
        """Put other rows in the place of the whole log, for a backup to be restored; states and all."""
        tx.log.remove_all()
        tx.log.add_all(rows)
        self._fold_all(tx)

    def _answer(
        self,
        tx: Transaction,
        row_id: LogId,
        item: ItemId,
        grade: Grade,
        at: datetime,
        ms: int | None,
        source: Source,
        load: DueLoad | None,
        given: Given | None,
        newest: LogId | None,
    ) -> Answer:
        topic, before = self._known(tx, item)
        at = _not_before(before, at)
        day, settings = self.calendar.day_of(at), self.settings_of(topic)
        due = schedule.review(before, grade, at, day, settings, load or tx.states.load, self.weights).due
        row = Review(row_id, item, at, day, grade, ms, source, due, self.device)
        if given is not None:
            row = replace(row, seed=given.seed, response=given.response, score=given.score)
        return Answer(row, before, self._add(tx, before, row), newest)

    def _take_back(self, tx: Transaction, rows: Sequence[LogRow], at: datetime) -> None:
        newest, day = tx.log.newest_id(), self.calendar.day_of(at)
        for row in rows:
            newest = uuid7(newest)
            tx.log.add(Event(newest, at, day, EventKind.UNDO, row.item, self.device, target=row.id))
        self._refold(tx, {row.item for row in rows if row.item is not None})

    def _known(self, tx: Transaction, item: ItemId) -> tuple[str, ItemState]:
        known = tx.states.known(item)
        if known is None:
            raise NotFoundError(_("no deck has an item {item}").format(item=item))
        return known

    def _add(self, tx: Transaction, before: ItemState, row: LogRow) -> ItemState:
        """Write a row and the state it leads to. A row older than the newest one is folded in at its place."""
        tx.log.add(row)
        in_order = before.changed_at is None or row.at >= before.changed_at
        after = history.apply(before, row, self.weights) if in_order else self._fold_item(tx, before.item)
        tx.states.save(after)
        return after

    def _fold_all(self, tx: Transaction) -> None:
        states = history.fold(tx.log.reviews(), tx.log.events(), self.weights)
        tx.catalogue.follow(tx.log.links())
        tx.states.replace_all(states.values())
        tx.catalogue.remember("states", [STATE_VERSION, *self.weights])

    def _refold(self, tx: Transaction, items: set[ItemId], new: Sequence[Link] = ()) -> None:
        """Fold some items anew, and all that links, of which some are new, join with them."""
        links = tx.log.links()
        cards = {card_of(item) for item in items} | {card for link in new for card in (link.old, link.new)}
        if linked := [card for card in cards if card in links]:
            related = links.related(linked)
            items = items | tx.log.items(related) | tx.states.items(related)
        if len(items) > MANY_ITEMS:
            self._fold_all(tx)
            return
        if new:
            tx.catalogue.follow(links)
        rows: list[LogRow] = []
        for item in items:
            rows += [*tx.log.reviews(item), *tx.log.events(item)]
        undone = frozenset(row for item in items for row in tx.log.undone(item))
        tx.states.remove(items)
        for state in history.fold_linked(rows, links, undone, self.weights).values():
            tx.states.save(state)

    def _fold_item(self, tx: Transaction, item: ItemId) -> ItemState:
        reviews, events = tx.log.history(item)
        rows: list[LogRow] = [*reviews, *events]
        undone = frozenset(taken for name in {row.item for row in rows if row.item} for taken in tx.log.undone(name))
        return history.fold_item(item, rows, undone, self.weights)


def _not_before(before: ItemState, at: datetime) -> datetime:
    """When a row is written: not before the item's last one, where the clock was set back a little."""
    last = before.changed_at
    return last if last is not None and timedelta() < last - at <= CLOCK_SLACK else at


def _rows_of_decision(row: LogRow) -> int:
    """How many rows were written together with this one: one for each item of a decision about several."""
    if not isinstance(row, Event):
        return 1
    return row.payload.get("count") or len(row.payload.get("items", ())) or 1
