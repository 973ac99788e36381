"""What Anki has of the progress that a package carries."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection

from recall.anki.progress import anki_ids
from recall.core.history import undone_rows
from recall.core.model import EventKind, ItemState, Phase
from recall.exchange.exporting import export_anki
from recall.workspace import Workspace
from tests.support_anki import collection, in_zone, live, take_in
from tests.support_decks import House

PHASES = {0: Phase.NEW, 1: Phase.LEARNING, 2: Phase.REVIEW, 3: Phase.RELEARNING}


def anki_states(anki: Collection, workspace: Workspace) -> dict[str, dict[str, Any]]:
    """Every card of ours by its item, in recall's words."""
    assert anki.db is not None
    first = workspace.calendar.day_of(datetime.fromtimestamp(anki.crt, UTC))
    rows = anki.db.all(
        "select n.guid, c.ord, c.type, c.queue, c.due, c.ivl, c.reps, c.lapses, c.flags, c.data "
        "from cards c join notes n on n.id = c.nid"
    )
    states = {}
    for guid, place, kind, queue, due, interval, reps, lapses, flags, data in rows:
        item = guid.removeprefix("recall:") + ("#reverse" if place else "")
        states[item] = {
            "phase": PHASES[kind],
            "suspended": queue == -1,
            "flagged": flags & 7 == 1,
            "due": _due(kind, due, first),
            "interval": interval if kind == 2 else None,
            "reps": reps,
            "lapses": lapses,
            "memory": json.loads(data or "{}"),
        }
    return states


def _due(kind: int, due: int, first: date) -> date | datetime | None:
    if kind in (1, 3):
        return datetime.fromtimestamp(due, UTC)
    return first + timedelta(due) if kind == 2 else None


def ours(state: ItemState) -> dict[str, Any]:
    due = state.due
    return {
        "phase": state.phase,
        "suspended": state.suspended,
        "flagged": state.flagged,
        "due": due.replace(microsecond=0) if isinstance(due, datetime) else due,
        "reps": state.reps,
        "lapses": state.lapses,
    }


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Auckland"])
def test_all_that_is_known_of_500_items_is_the_same_on_both_sides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    in_zone(monkeypatch, zone)
    house = House(tmp_path, monkeypatch, zone)
    live(house, 580)
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        exported = export_anki(workspace, tmp_path / "out.apkg", with_progress=True)
        take_in(anki, tmp_path / "out.apkg")
        theirs = anki_states(anki, workspace)
        with workspace.store.read() as tx:
            states = {str(state.item): state for state in tx.states.all()}
            reviews, events = list(tx.log.reviews()), list(tx.log.events())
    seen = {item: state for item, state in states.items() if state.memory}
    assert len(seen) > 450 and len(theirs) == 580 and len(states) > 500
    for item, state in states.items():
        assert {**theirs[item], **ours(state)} == theirs[item], item
    for item, state in seen.items():
        assert state.memory and state.last_day and state.changed_at
        memory = theirs[item]["memory"]
        assert memory["s"] == pytest.approx(state.memory.stability, abs=1e-4, rel=1e-4)
        assert memory["d"] == pytest.approx(state.memory.difficulty, abs=1e-3)
        if state.phase is Phase.REVIEW and isinstance(state.due, date):
            assert theirs[item]["interval"] == (state.due - state.last_day).days
    assert _answers_in(tmp_path / "anki") == _answers_of(reviews, events)
    assert exported.reviews == sum(map(len, _answers_of(reviews, events).values()))


def _answers_of(reviews: list[Any], events: list[Any]) -> dict[str, list[tuple[int, int, int]]]:
    """(id, grade, milliseconds) of each row that stands; a reset has grade 0."""
    undone = undone_rows(events)
    resets = [event for event in events if event.kind is EventKind.RESET]
    ids = anki_ids([*reviews, *resets])
    rows = defaultdict(list)
    for row in [*reviews, *resets]:
        if row.id not in undone:
            is_reset = row in resets
            rows[str(row.item)].append((ids[row.id], 0 if is_reset else int(row.grade), 0 if is_reset else row.ms))
    return {item: sorted(found) for item, found in rows.items()}


def _answers_in(folder: Path) -> dict[str, list[tuple[int, int, int]]]:
    rows = defaultdict(list)
    with collection(folder) as anki:
        assert anki.db is not None
        query = "select n.guid, r.id, r.ease, r.time from revlog r "
        query += "join cards c on c.id = r.cid join notes n on n.id = c.nid"
        for guid, number, ease, time in anki.db.all(query + " order by r.id"):
            rows[guid.removeprefix("recall:")].append((number, ease, time))
    return dict(rows)
