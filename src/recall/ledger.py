"""Writes answers and decisions to the log, and keeps state = fold(log) as it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from recall.core import history, schedule
from recall.core.history import LogRow
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


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was written, with the item's state before and after it."""

    review: Review
    before: ItemState
    after: ItemState
    follows: LogId | None
    """The row of the log that was the newest before."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision as it was written, with the item's state after it."""

    event: Event
    after: ItemState
    follows: LogId | None
    """The row of the log that was the newest before."""


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
    ) -> Answer:
        """Grade an item at the instant `now`, having taken `ms` milliseconds; durable when this returns.

        `load` says how many items are due on a day, for whoever knows it already. Raises NotFoundError when no
        deck has the item, StoreError when it could not be written.
        """
        at = whole_milliseconds(now)
        day = self.calendar.day_of(at)
        with self.store.write() as tx:
            topic, before = self._known(tx, item)
            settings = self.settings_of(topic)
            due = schedule.review(before, grade, at, day, settings, load or tx.states.load, self.weights).due
            newest = tx.log.newest_id()
            row = Review(uuid7(newest), item, at, day, grade, ms, source, due, self.device)
            after = self._add(tx, before, row)
        return Answer(row, before, after, newest)

    def preview(self, state: ItemState, settings: ReviewSettings, now: datetime, load: DueLoad) -> Mapping[Grade, Due]:
        """When the item would come back after each grade."""
        at = whole_milliseconds(now)
        return schedule.preview(state, at, self.calendar.day_of(at), settings, load, self.weights)

    def decide(self, kind: EventKind, items: Sequence[ItemId], now: datetime, **payload: object) -> list[Decision]:
        """Write one decision about some items; durable when this returns. One undo takes it back for all of them.

        Raises NotFoundError, StoreError.
        """
        at = whole_milliseconds(now)
        day = self.calendar.day_of(at)
        if len(items) > 1:
            payload["items"] = list(items)
        decisions: list[Decision] = []
        with self.store.write() as tx:
            for item in items:
                newest = tx.log.newest_id()
                row = Event(uuid7(newest), at, day, kind, item, self.device, payload=payload)
                _topic, before = self._known(tx, item)
                decisions.append(Decision(row, self._add(tx, before, row), newest))
        return decisions

    def undo(self, now: datetime) -> list[LogRow]:
        """Take back the newest answer or decision of this device; the rows that were taken back, newest first."""
        at = whole_milliseconds(now)
        taken_back: list[LogRow] = []
        with self.store.write() as tx:
            while row := tx.log.last_undoable(self.device):
                taken_back.append(row)
                self._take_back(tx, row, at)
                if len(taken_back) >= _rows_of_decision(row):
                    break
        return taken_back

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
            states = history.fold(tx.log.reviews(), tx.log.events(), self.weights)
            tx.states.replace_all(states.values())
            tx.catalogue.remember("states", [STATE_VERSION, *self.weights])

    def _take_back(self, tx: Transaction, row: LogRow, at: datetime) -> None:
        assert row.item is not None  # undos are never undone, and every other row has an item
        day = self.calendar.day_of(at)
        tx.log.add(Event(uuid7(tx.log.newest_id()), at, day, EventKind.UNDO, row.item, self.device, target=row.id))
        tx.states.save(self._fold_item(tx, row.item))

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

    def _fold_item(self, tx: Transaction, item: ItemId) -> ItemState:
        events = list(tx.log.events(item))
        rows: list[LogRow] = [*tx.log.reviews(item), *events]
        return history.fold_item(item, rows, history.undone_rows(events), self.weights)


def _rows_of_decision(row: LogRow) -> int:
    """How many rows were written together with this one: one for each item of a decision about several."""
    return len(row.payload.get("items", ())) or 1 if isinstance(row, Event) else 1
