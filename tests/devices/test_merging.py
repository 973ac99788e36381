"""Logs joined: nothing is lost, nothing overwritten, and the order makes no difference."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from recall.core.model import Event, EventKind, Grade, ItemId, Review
from recall.devices.merging import Merged, merge, merge_database, rows_of_database
from recall.errors import StoreError
from recall.study.session import ReviewSession
from tests.store.test_open import old_database
from tests.support_devices import Machine, Machines


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(tmp_path, monkeypatch)


def merged(here: Machine, other: Path, *, dry_run: bool = False) -> Merged:
    with here.open() as workspace:
        return merge_database(workspace.ledger, other, workspace.now(), dry_run=dry_run)


def received(here: Machine, *rows: Review | Event) -> Merged:
    with here.open() as workspace:
        return merge(workspace.ledger, rows, workspace.now())


def log(machine: Machine) -> list[Review | Event]:
    return rows_of_database(machine.home / "recall.db")[0]


def walk(machine: Machine, seed: int, steps: int = 25) -> None:
    """Answers, decisions and undos, the clock moving both ways."""
    chance = random.Random(seed)
    with machine.open() as workspace:
        for _ in range(steps):
            machine.clock.move(hours=chance.uniform(-5, 40))
            item = ItemId(chance.choice("ab"))
            what = chance.random()
            if what < 0.6:
                workspace.ledger.answer(item, chance.choice(list(Grade)), workspace.now())
            elif what < 0.8:
                workspace.ledger.undo(workspace.now())
            else:
                kind = chance.choice([EventKind.SUSPEND, EventKind.UNSUSPEND, EventKind.BURY, EventKind.RESET])
                workspace.ledger.decide(kind, [item], workspace.now())


def test_the_answers_of_another_database_are_added_once(machines: Machines) -> None:
    here, other = machines.machine("here"), machines.machine("other")
    mine, theirs = here.answer("a"), other.answer("b")
    first = merged(here, other.home / "recall.db")
    assert (first.reviews, first.events, first.items, first.findings) == (1, 0, 1, ())
    assert here.ids == {mine, theirs}
    again = merged(here, other.home / "recall.db")
    assert (again.added, again.known) == (0, 1)
    assert here.states[ItemId("b")].reps == 1


def test_a_dry_run_says_what_would_come_and_changes_nothing(machines: Machines) -> None:
    here, other = machines.machine("here"), machines.machine("other")
    mine, _theirs = here.answer("a"), other.answer("b")
    assert merged(here, other.home / "recall.db", dry_run=True).reviews == 1
    assert here.ids == {mine}


@pytest.mark.parametrize("seed", range(4))
def test_rows_lead_to_the_same_states_in_whatever_order_they_arrive(machines: Machines, seed: int) -> None:
    one, two = machines.machine("one"), machines.machine("two")
    walk(one, seed)
    walk(two, seed + 100)
    rows = [*log(one), *log(two)]
    chance = random.Random(seed)
    results = []
    for name in ("x", "y"):
        third = machines.machine(name)
        chance.shuffle(rows)
        with third.open() as workspace:
            for row in rows:
                merge(workspace.ledger, [row], workspace.now())
        results.append(third.states)
    merged(one, two.home / "recall.db")
    merged(two, one.home / "recall.db")
    assert results[0] == results[1] == one.states == two.states


def test_an_undo_that_comes_before_what_it_takes_back_holds_when_that_comes(machines: Machines) -> None:
    other, here = machines.machine("other"), machines.machine("here")
    other.answer("a")
    other.undo()
    answer, undo = log(other)
    received(here, undo)
    received(here, answer)
    assert here.states[ItemId("a")].reps == 0


def test_an_undo_that_names_another_item_counts_the_same_whichever_comes_first(machines: Machines) -> None:
    other = machines.machine("other")
    other.answer("a")
    other.undo()
    answer, undo = log(other)
    astray = replace(undo, item=ItemId("b"))
    one, two = machines.machine("one"), machines.machine("two")
    for machine, rows in ((one, (answer, astray)), (two, (astray, answer))):
        for row in rows:
            received(machine, row)
    assert one.states == two.states
    assert one.states[ItemId("a")].reps == 0


def test_a_row_of_a_known_id_with_another_content_is_told_and_changes_nothing(machines: Machines) -> None:
    here = machines.machine("here")
    here.answer("a", Grade.GOOD)
    (row,) = log(here)
    assert isinstance(row, Review)
    found = received(here, replace(row, grade=Grade.AGAIN))
    assert [finding.code for finding in found.findings] == ["contradiction"]
    assert log(here) == [row]


def test_an_attempt_and_the_answer_it_counts_as_share_an_id(machines: Machines) -> None:
    here, other = machines.machine("here"), machines.machine("other")
    with other.open() as workspace:
        workspace.ledger.attempt(ItemId("a"), workspace.now(), {"sitting": "x"}, Grade.GOOD)
    assert merged(here, other.home / "recall.db").added == 2
    assert here.states[ItemId("a")].reps == 1


def test_an_older_database_is_read_and_left_as_it_is(machines: Machines, tmp_path: Path) -> None:
    here, old = machines.machine("here"), old_database(tmp_path / "old.db")
    before = old.read_bytes()
    assert merged(here, old).added == 4
    assert old.read_bytes() == before
    assert [path.name for path in tmp_path.glob("old*")] == ["old.db"]


def test_what_another_program_has_not_written_back_yet_is_read(machines: Machines) -> None:
    here, other = machines.machine("here"), machines.machine("other")
    with other.open() as workspace:
        workspace.ledger.answer(ItemId("a"), Grade.GOOD, workspace.now())
        assert (other.home / "recall.db-wal").exists()
        assert merged(here, other.home / "recall.db").reviews == 1


@pytest.mark.parametrize("name", ["missing.db", "noise.db", "folder.db"])
def test_what_is_no_database_is_an_error_and_changes_nothing(machines: Machines, tmp_path: Path, name: str) -> None:
    here = machines.machine("here")
    mine = here.answer("a")
    (tmp_path / "noise.db").write_bytes(random.Random(1).randbytes(9000))
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreError):
        merged(here, tmp_path / name)
    assert here.ids == {mine}


def test_rows_that_are_none_are_told_and_left_out(machines: Machines) -> None:
    here, other = machines.machine("here"), machines.machine("other")
    good = other.answer("a")
    row = ["x" * 36, "a", "never", "2026-03-02", 3, None, "review", "2026-03-05", "d", None, None, None]
    kind = ["01900000-0000-7000-8000-00000000000b", "2026-03-02T01:00:00.000Z", "2026-03-02", "hatch", "a", None]
    with closing(sqlite3.connect(other.home / "recall.db")) as plain, plain:
        plain.execute(f"INSERT INTO review VALUES ({','.join('?' * 12)})", row)
        plain.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", [*kind, "{}", "d"])
    found = merged(here, other.home / "recall.db")
    assert sorted(finding.code for finding in found.findings) == ["bad-row", "newer-row"]
    assert here.ids == {good}


def test_a_clock_that_is_ahead_is_told_and_its_rows_are_kept(machines: Machines) -> None:
    here, other = machines.machine("here"), machines.machine("other", "2026-03-02T10:30:00+08:00")
    late = other.answer("a")
    early = here.answer("a", Grade.AGAIN)
    found = merged(here, other.home / "recall.db")
    assert [(finding.code, finding.is_problem) for finding in found.findings] == [("clock-ahead", False)]
    assert here.ids == {late, early}


def test_a_running_session_does_not_ask_what_was_answered_elsewhere(machines: Machines) -> None:
    here, other = machines.machine("here"), machines.machine("other")
    other.answer("a", Grade.EASY)
    here.answer("b", Grade.EASY)  # so that the row to come is older than the newest
    with here.open() as workspace:
        session = ReviewSession(workspace)
        question = session.next()
        assert question is not None
        assert question.item == "a"
        merged(here, other.home / "recall.db")
        question = session.next()
        assert question is not None
        assert question.item != "a"


def test_what_does_not_fit_leaves_the_log_as_it_was(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    here, other = machines.machine("here"), machines.machine("other")
    mine = here.answer("a")
    other.answer("b")

    def fails(*_arguments: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr("recall.store.states.States.save", fails)
    with pytest.raises(StoreError):
        merged(here, other.home / "recall.db")
    monkeypatch.undo()
    assert here.ids == {mine}
