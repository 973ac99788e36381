"""Rows of Anki's log as rows of ours; their ids follow from what they say, so that none comes twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from recall.anki.collection import ForeignAnswer, ForeignCard
from recall.anki.progress import FORGOTTEN, NEW, REVIEW, SUSPENDED, anki_ids, milliseconds
from recall.core.history import LogRow
from recall.core.model import Due, Event, EventKind, Grade, ItemId, ItemState, LogId, Review, Source
from recall.core.study_day import StudyCalendar
from recall.store.uuid7 import uuid7_of

DEVICE = "anki"
LONGEST = 36_500
"""Days; the longest interval of Anki."""
_FIRST, _LAST = 946_684_800_000, 4_102_444_800_000
"""2000 and 2100 in milliseconds: rows of other times are no answers."""
_FILTERED = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What our log has already. `times` are those of an item's rows, as Anki numbers them."""

    ids: frozenset[LogId]
    times: Mapping[ItemId, frozenset[int]]
    states: Mapping[ItemId, ItemState]

    @classmethod
    def of(cls, rows: Iterable[LogRow], states: Iterable[ItemState]) -> Known:
        rows = list(rows)
        counted = [row for row in rows if isinstance(row, Review) or row.kind is EventKind.RESET]
        ids = anki_ids(counted)
        times: dict[ItemId, set[int]] = {}
        for row in counted:
            assert row.item is not None
            times.setdefault(row.item, set()).update((ids[row.id], milliseconds(row.at)))
        found = {item: frozenset(numbers) for item, numbers in times.items()}
        return cls(frozenset(row.id for row in rows), found, {state.item: state for state in states})


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the log of one collection; `first` is the study day it counts from."""

    calendar: StudyCalendar
    first: date
    known: Known

    def rows(self, key: str, card: ForeignCard, item: ItemId, answers: Sequence[ForeignAnswer]) -> list[LogRow]:
        """What is new of a card; `key` names it for ever."""
        times = self.known.times.get(item, frozenset())
        read = [row for answer in answers if answer.id not in times for row in self._row(key, item, answer)]
        last = answers[-1].id if answers else 0
        if read and last not in times and last > max(times, default=0):
            read += self._as_it_stands(key, card, read)
        elif not answers and not times and card.type == REVIEW:
            read = [self._without_log(key, card, item)]
        return [*read, *self._decisions(key, card, item)]

    def _row(self, key: str, item: ItemId, answer: ForeignAnswer) -> Iterator[LogRow]:
        """The answer as a row; nothing for one that says nothing of the memory."""
        if not _FIRST < answer.id < _LAST:
            return
        at = _instant(answer.id)
        name, day = uuid7_of(answer.id, key), self.calendar.day_of(at)
        if answer.type == FORGOTTEN and answer.factor == 0 and answer.ease == 0:
            yield Event(name, at, day, EventKind.RESET, item, DEVICE)
        elif 1 <= answer.ease <= 4 and not (answer.type == _FILTERED and answer.factor == 0):
            taken = max(0, min(answer.time, 2**31 - 1))
            due = self._due(at, day, answer.ivl)
            yield Review(name, item, at, day, Grade(answer.ease), taken, Source.IMPORT, due, DEVICE)

    def _due(self, at: datetime, day: date, interval: int) -> Due:
        if interval > 0:
            return day + timedelta(min(interval, LONGEST))
        return at + timedelta(seconds=min(-interval, LONGEST * 86_400))

    def _as_it_stands(self, key: str, card: ForeignCard, read: list[LogRow]) -> list[LogRow]:
        """Let the newest answer lead to where the card stands now, whatever rescheduled it since."""
        newest = read[-1]
        if card.type == NEW and isinstance(newest, Review):
            at = newest.at + timedelta(milliseconds=1)
            return [Event(uuid7_of(milliseconds(at), key), at, newest.day, EventKind.RESET, newest.item, DEVICE)]
        due = self._due_of(card)
        if isinstance(newest, Review) and due is not None:
            read[-1] = replace(newest, due=due)
        return []

    def _due_of(self, card: ForeignCard) -> Due | None:
        if card.type == NEW:
            return None
        if card.type != REVIEW and card.due > _FIRST // 1000:
            return datetime.fromtimestamp(min(card.due, _LAST // 1000), UTC)
        day = self.first + timedelta(max(-LONGEST, min(card.due, LONGEST)))
        return day if card.type == REVIEW else self.calendar.start_of(day)

    def _without_log(self, key: str, card: ForeignCard, item: ItemId) -> Review:
        """One answer that stands for a history that was not kept."""
        due = self._due_of(card)
        assert due is not None and not isinstance(due, datetime)
        day = due - timedelta(max(1, min(card.ivl, LONGEST)))
        at = self.calendar.start_of(day) + timedelta(hours=8)
        name = uuid7_of(max(milliseconds(at), 0), key)
        return Review(name, item, at, day, Grade.GOOD, None, Source.IMPORT, due, DEVICE)

    def _decisions(self, key: str, card: ForeignCard, item: ItemId) -> Iterator[Event]:
        """What was suspended or flagged there and is not here; nothing is taken back."""
        state = self.known.states.get(item, ItemState(item))
        if card.queue == SUSPENDED and not state.suspended:
            yield self._decision(key, card, item, EventKind.SUSPEND)
        if card.flags & 7 and not state.flagged:
            yield self._decision(key, card, item, EventKind.FLAG, on=True)

    def _decision(self, key: str, card: ForeignCard, item: ItemId, kind: EventKind, **payload: bool) -> Event:
        number = max(_FIRST, min(card.mod * 1000, _LAST))
        at = _instant(number)
        payload_of: dict[str, object] = dict(payload)
        name: LogId = uuid7_of(number, f"{key}/{kind}")
        return Event(name, at, self.calendar.day_of(at), kind, item, DEVICE, payload=payload_of)


def upgraded(answers: Sequence[ForeignAnswer]) -> tuple[ForeignAnswer, ...]:
    """The rows of Anki's first scheduler, whose steps had three buttons: the second was good, the third easy."""
    return tuple(
        replace(answer, ease=answer.ease + 1) if answer.type in (0, 2) and answer.ease in (2, 3) else answer
        for answer in answers
    )


def _instant(number: int) -> datetime:
    return datetime.fromtimestamp(number // 1000, UTC) + timedelta(milliseconds=number % 1000)
