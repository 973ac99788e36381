"""What the doctor finds, and what it mends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from recall.core.model import Event, EventKind, Grade, ItemId
from recall.devices.doctor import examine, file_findings, repair, repair_file
from recall.store.backups import Backups
from recall.store.uuid7 import uuid7
from recall.workspace import Workspace
from tests.support_decks import House, assert_states_follow_the_log, cards


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A home with two answers, backed up."""
    house = House(tmp_path, monkeypatch)
    house.own("d.yaml", cards("a", "b", "c"))
    with house.open() as workspace:
        for item in "ab":
            workspace.ledger.answer(ItemId(item), Grade.EASY, workspace.now())
    Backups(house.home / "recall.db", house.home / "backups").make("manual")
    return house


def found(house: House) -> dict[str, bool]:
    """Codes of what is found, and whether each wants mending."""
    with house.open() as workspace:
        return {finding.code: finding.is_problem for finding in examine(workspace)}


def run(house: House, *statements: str) -> None:
    with closing(sqlite3.connect(house.home / "recall.db")) as plain, plain:
        for statement in statements:
            plain.execute(statement)


def mended(house: House) -> dict[str, bool]:
    with house.open() as workspace:
        repair(workspace)
    return found(house)


def event(workspace: Workspace, kind: EventKind, target: str | None = None, item: str | None = "a") -> Event:
    at = workspace.now()
    row = Event(uuid7(), at, workspace.today, kind, ItemId(item) if item else None, workspace.ledger.device)
    return replace(row, target=None if target is None else uuid7(target))


def test_a_sound_home_has_no_finding(house: House) -> None:
    assert file_findings(house.home / "recall.db") == []
    assert found(house) == {}


def test_a_new_home_has_no_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(House(tmp_path, monkeypatch)) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE item_state SET due_day = '2030-01-01' WHERE item = 'a'",
        "DELETE FROM item_state WHERE item = 'a'",
        "UPDATE item_state SET stability = stability + 0.5",
        "INSERT INTO item_state SELECT 'z', phase, step, stability, difficulty, due_day, due_at, first_day, last_day, "
        "reps, lapses, suspended, buried_on, flagged, changed_at FROM item_state WHERE item = 'a'",
    ],
    ids=["changed", "lost", "shifted", "invented"],
)
def test_a_state_that_is_not_what_the_log_says_is_mended(house: House, statement: str) -> None:
    run(house, statement)
    assert found(house) == {"state": True}
    assert mended(house) == {}
    with house.open() as workspace:
        assert_states_follow_the_log(workspace.ledger)


def test_a_missing_trigger_is_put_back(house: House) -> None:
    run(house, "DROP TRIGGER review_refuses_delete")
    assert found(house) == {"trigger": True}
    assert mended(house) == {}
    with closing(sqlite3.connect(house.home / "recall.db")) as plain, pytest.raises(sqlite3.IntegrityError):
        plain.execute("DELETE FROM review")


def test_a_repair_is_backed_up_before(house: House) -> None:
    with house.open() as workspace:
        backup = repair(workspace)
    assert backup is not None
    assert "before-repair" in backup.name


def test_a_catalogue_that_lost_its_cards_is_made_anew(house: House) -> None:
    run(house, "DELETE FROM item", "DELETE FROM card")
    assert found(house) == {"orphan": False}
    assert mended(house) == {}


def test_an_index_that_lost_rows_is_made_anew(house: House) -> None:
    path = house.home / "recall.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA writable_schema = ON")
        plain.execute("UPDATE sqlite_master SET sql = replace(sql, '(item)', '(day)') WHERE name = 'review_by_item'")
        plain.commit()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA integrity_check")
    assert [finding.code for finding in file_findings(path)] == ["index"]
    repair_file(Backups(path, house.home / "backups"))
    assert file_findings(path) == []
    assert found(house) == {}


def test_a_damaged_file_is_told(house: House) -> None:
    path = house.home / "recall.db"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    (finding,) = file_findings(path)
    assert finding.code == "damaged"
    assert "recall restore" in finding.message


def test_a_history_without_a_card_is_noted(house: House) -> None:
    house.own("d.yaml", cards("b"))
    assert found(house) == {"orphan": False}


def test_an_undo_of_a_row_that_is_not_here_is_noted(house: House) -> None:
    with house.open() as workspace, workspace.store.write() as tx:
        tx.log.add(event(workspace, EventKind.UNDO, target="01900000-0000-7000-8000-000000000001"))
    assert found(house) == {"undo-target": False}


def test_an_id_of_an_answer_and_a_decision_is_a_problem(house: House) -> None:
    with house.open() as workspace, workspace.store.write() as tx:
        row = next(tx.log.reviews())
        tx.log.add(replace(event(workspace, EventKind.SITTING, item=None), id=row.id))
    assert found(house)["duplicate-id"]


def test_an_answer_within_a_quiz_shares_its_id_with_the_review(house: House) -> None:
    house.clock.move(days=40)
    with house.open() as workspace:
        workspace.ledger.attempt(ItemId("a"), workspace.now(), {"sitting": "x"}, Grade.GOOD)
        workspace.back_up_daily()
    assert "duplicate-id" not in found(house)


def test_rows_that_are_none_are_problems(house: House) -> None:
    kind = ["01900000-0000-7000-8000-00000000000b", "2026-03-02T01:00:00.000Z", "2026-03-02", "suspend", "a", None]
    with closing(sqlite3.connect(house.home / "recall.db")) as plain, plain:
        plain.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", [*kind, "no json", "d"])
    with house.open() as workspace:
        codes = {finding.code for finding in examine(workspace)}
    assert "bad-row" in codes


def test_a_clock_that_was_set_back_or_runs_ahead_is_noted(house: House) -> None:
    house.clock.move(hours=-1)
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("c"), Grade.GOOD, workspace.now())
    assert found(house) == {"clock-back": False, "clock-ahead": False}
    house.clock.move(hours=2)
    assert found(house) == {"clock-back": False}


def test_problems_of_the_decks_are_told(house: House) -> None:
    house.own("broken.yaml", "cards:\n- front: q\n")
    assert found(house) == {"decks": True}


def test_a_backup_that_cannot_be_used_is_told(house: House) -> None:
    (backup,) = (house.home / "backups").iterdir()
    backup.write_bytes(backup.read_bytes()[:5000])
    assert found(house) == {"backup": True}


def test_backups_that_are_missing_or_old_are_noted(house: House) -> None:
    house.clock.at = house.clock.at.replace(year=2099)
    assert found(house) == {"old-backup": False}
    (backup,) = (house.home / "backups").iterdir()
    backup.unlink()
    assert found(house) == {"no-backup": False}
    house.clock.at -= timedelta(1)
