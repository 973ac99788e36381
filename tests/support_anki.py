"""Anki's own engine as the judge of packages, and a home folder with a history to export."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest, ImportLogWithChanges

from recall.core import history, schedule
from recall.core.history import LogRow
from recall.core.model import Event, EventKind, Grade, ItemId, ItemState, LogId, Phase, Review, Source
from recall.core.settings import ReviewSettings
from recall.store.uuid7 import uuid7_of
from recall.workspace import Workspace
from tests.support_decks import House

DEVICE = "test"


@contextmanager
def collection(folder: Path, name: str = "anki") -> Iterator[Collection]:
    """A collection of Anki's, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = Collection(str(folder / f"{name}.anki2"))
    try:
        yield opened
    finally:
        opened.close()


def take_in(anki: Collection, package: Path, *, progress: bool = True) -> ImportLogWithChanges.Log:
    """Import a package as a learner does, progress and presets included."""
    options = ImportAnkiPackageOptions(with_scheduling=progress, with_deck_configs=progress)
    request = ImportAnkiPackageRequest(package_path=str(package.absolute()), options=options)
    return anki.import_anki_package(request).log


def counts(log: ImportLogWithChanges.Log) -> dict[str, int]:
    """How many notes were new, updated, as they were, or left out."""
    names = {"new": "new", "updated": "updated", "unchanged": "duplicate", "conflicting": "conflicting"}
    return {said: len(getattr(log, name)) for said, name in names.items()}


def in_zone(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """Let this process, and Anki in it, live in a time zone."""
    if os.environ.get("TZ") != zone:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        time.sleep(1.01)  # Anki's library for dates looks at the zone once a second only


def deck_of(count: int, topic: str = "a.one") -> str:
    """A deck of basic cards."""
    entries = [f"- {{id: item-{n:03d}, front: 'What is $x_{{{n}}}$?', back: 'It is {n}.'}}\n" for n in range(count)]
    return f"topic: {topic}\ncards:\n" + "".join(entries)


def past(items: list[ItemId], workspace: Workspace, days: int = 300) -> list[LogRow]:
    """A history of `days` up to yesterday: answers as they fell due, some suspended, flagged, reset or taken back."""
    rows: list[LogRow] = list(answers_of(items, workspace, days))
    return rows + _decisions(rows, items, workspace, Random(8))


def answers_of(items: list[ItemId], workspace: Workspace, days: int, least: int | None = None) -> list[Review]:
    """The answers in the order of time; of as many items as it takes to have at least so many."""
    random = Random(7)
    rows: list[Review] = []
    for item in items:
        if least is None or len(rows) < least:
            rows += _answers(item, workspace, random, days)
    rows.sort(key=lambda row: row.at)
    return [_with_id(row, random) for row in rows]


def _answers(item: ItemId, workspace: Workspace, random: Random, days: int) -> Iterator[Review]:
    calendar, settings, state = workspace.calendar, ReviewSettings(), ItemState(item)
    last = workspace.today - timedelta(1)
    at = _morning(workspace, last - timedelta(random.randint(0, days)), random)
    while (day := calendar.day_of(at)) <= last:
        grade = random.choices(list(Grade), (20, 12, 60, 8))[0] if state.phase is not Phase.NEW else Grade.GOOD
        due = schedule.review(state, grade, at, day, settings, lambda _first, _last: {}).due
        review = Review(LogId(""), item, at, day, grade, random.randint(900, 60_000), Source.REVIEW, due, DEVICE)
        state = history.apply(state, review)
        yield review
        if random.random() < 0.03:
            return  # so that some are still in their steps
        at = due if isinstance(due, datetime) else _morning(workspace, due + timedelta(random.randint(0, 4)), random)


def _morning(workspace: Workspace, day: date, random: Random) -> datetime:
    return workspace.calendar.start_of(day) + timedelta(hours=3, milliseconds=random.randint(0, 36_000_000))


def _with_id(row: Review, random: Random) -> Review:
    return replace(row, id=uuid7_of(round(row.at.timestamp() * 1000), f"{row.item}{random.random()}"))


def _decisions(rows: list[LogRow], items: list[ItemId], workspace: Workspace, random: Random) -> list[LogRow]:
    now, day = workspace.now(), workspace.today
    milliseconds = round(now.timestamp() * 1000)

    def decision(number: int, kind: EventKind, item: ItemId, target: LogId | None = None) -> Event:
        name = uuid7_of(milliseconds + number, f"{kind}{item}")
        payload = {"on": True} if kind is EventKind.FLAG else {}
        return Event(name, now, day, kind, item, DEVICE, target=target, payload=payload)

    made: list[LogRow] = []
    for number, item in enumerate(random.sample(items, len(items) // 5)):
        kind = (EventKind.SUSPEND, EventKind.FLAG, EventKind.RESET)[number % 3]
        made.append(decision(number, kind, item))
    for number, row in enumerate(random.sample(rows, len(rows) // 40), len(made)):
        assert row.item is not None
        made.append(decision(number, EventKind.UNDO, row.item, row.id))
    return made


def live(house: House, count: int, days: int = 300) -> list[ItemId]:
    """Give a house a deck of `count` cards, all but every tenth of them seen."""
    house.own("deck.yaml", deck_of(count))
    with house.open() as workspace:
        items = [ItemId(f"item-{n:03d}") for n in range(count)]
        with workspace.store.write() as tx:
            tx.log.add_all(past([item for n, item in enumerate(items) if n % 10], workspace, days=days))
        workspace.ledger.rebuild()
    return items
