"""Backups: whole, verified, once a day and before anything risky, and not kept for ever."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from recall.core.model import Grade, ItemId
from recall.core.study_day import StudyCalendar
from recall.devices.doctor import examine
from recall.devices.restoring import restore
from recall.errors import NotFoundError, StoreError
from recall.store import Store
from recall.store.backups import DAILY, Backup, Backups, backups_of, kept
from recall.store.copies import PARTIAL, content_of, copy_database
from tests.support_decks import House, cards

CALENDAR = StudyCalendar(ZoneInfo("UTC"))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A home with one answer."""
    house = House(tmp_path, monkeypatch)
    house.own("d.yaml", cards("a", "b"))
    answer(house, "a")
    return house


def answer(house: House, item: str) -> None:
    with house.open() as workspace:
        workspace.ledger.answer(ItemId(item), Grade.GOOD, workspace.now())


def backups(house: House) -> Backups:
    return Backups(house.home / "recall.db", house.home / "backups")


def daily(day: datetime) -> Backup:
    return Backup(Path(f"{day:%Y%m%d}.db"), day, DAILY)


def test_a_backup_holds_the_whole_log_and_opens_by_itself(house: House) -> None:
    backup, content = backups(house).make("manual")
    assert content == content_of(backup.path)
    assert content.rows == 1
    assert [path.name for path in backup.path.parent.iterdir()] == [backup.path.name]


def test_a_backup_is_made_while_another_process_writes(house: House) -> None:
    with closing(sqlite3.connect(house.home / "recall.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO meta VALUES ('half', '1')")
        backup, _content = backups(house).make("manual")
        other.execute("COMMIT")
    with closing(sqlite3.connect(backup.path)) as copy:
        assert copy.execute("SELECT count(*) FROM meta WHERE key = 'half'").fetchone() == (0,)


def test_a_day_of_use_has_one_backup(house: House) -> None:
    assert backups(house).make_daily(CALENDAR) is not None
    answer(house, "b")
    assert backups(house).make_daily(CALENDAR) is None


def test_a_day_without_an_answer_needs_no_backup(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = backups(house).make_daily(CALENDAR)
    assert first is not None
    yesterday = datetime.now(UTC) - timedelta(1)
    first.path.rename(first.path.with_name(f"recall-{yesterday:%Y%m%dT%H%M%S%fZ}-daily.db"))
    assert backups(house).make_daily(CALENDAR) is None
    answer(house, "b")
    assert backups(house).make_daily(CALENDAR) is not None


def test_an_empty_log_needs_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    with house.open() as workspace:
        assert workspace.back_up_daily() is None
    assert not (house.home / "backups").exists()


@pytest.mark.parametrize("left", [None, b""], ids=["deleted", "emptied"])
def test_a_database_that_was_lost_is_told_until_its_backup_is_taken_back(house: House, left: bytes | None) -> None:
    with house.open() as workspace:
        assert workspace.back_up_daily() is workspace.lost_log() is None
    for path in house.home.glob("recall.db*"):
        path.unlink()
    if left is not None:
        (house.home / "recall.db").write_bytes(left)
    with house.open() as workspace:
        assert "recall restore" in (workspace.lost_log() or "")
        assert [finding.code for finding in examine(workspace) if finding.is_problem] == ["lost"]
    restore(backups(house), backups(house).find(None), datetime.now(UTC))
    with house.open() as workspace:
        assert workspace.lost_log() is None
    (house.home / "recall.db").unlink()
    with house.open() as workspace:
        assert workspace.lost_log() is not None
    restore(backups(house), backups(house).find(None), datetime.now(UTC))  # and not the empty one of before
    with house.open() as workspace:
        assert workspace.lost_log() is None


def test_a_backup_of_the_day_that_cannot_be_made_is_a_warning_and_no_error(house: House) -> None:
    (house.home / "backups").write_text("in the way")
    with house.open() as workspace:
        warning = workspace.back_up_daily()
    assert warning is not None
    assert "backup" in warning


def test_seven_days_four_weeks_and_twelve_months_are_kept() -> None:
    start = datetime(2026, 3, 31, 12, tzinfo=UTC)
    every = [daily(start - timedelta(n)) for n in range(800)]
    days = sorted((backup.at.date() for backup in every if backup.path in kept(every)), reverse=True)
    assert [(start.date() - day).days for day in days[:9]] == [0, 1, 2, 3, 4, 5, 6, 9, 16]
    assert {(day.year, day.month) for day in days} == {(2025, month) for month in range(4, 13)} | {
        (2026, month) for month in (1, 2, 3)
    }
    assert len(days) == 7 + 2 + 11


def test_backups_made_by_hand_are_never_taken_away(house: House) -> None:
    made = [backups(house).make("manual")[0] for _ in range(12)]
    assert all(backup.path.exists() for backup in made)


def test_the_ten_newest_of_those_made_before_something_risky_are_kept(house: House) -> None:
    made = [backups(house).make("before-merge")[0] for _ in range(12)]
    assert [backup.path.exists() for backup in made] == [False] * 2 + [True] * 10


def test_the_backups_of_another_database_in_the_folder_are_left_alone(house: House) -> None:
    other = house.home / "other.db"
    copy_database(house.home / "recall.db", other)
    made = [Backups(other, house.home / "backups").make("before-merge")[0] for _ in range(9)]
    for _ in range(9):
        backups(house).make("before-merge")
    assert all(backup.path.exists() for backup in made)
    assert len(backups(house).all()) == 9


def test_a_damaged_backup_is_passed_over_for_the_newest_sound_one(house: House) -> None:
    sound = backups(house).make("manual")[0]
    damaged = backups(house).make("manual")[0]
    damaged.path.write_bytes(damaged.path.read_bytes()[:9000])
    assert backups(house).find(None) == sound.path
    with pytest.raises(StoreError):
        backups(house).find(damaged.path.name)


def test_a_backup_that_is_not_there_is_an_error(house: House) -> None:
    with pytest.raises(NotFoundError, match="--list"):
        backups(house).find("nothing")


def test_a_copy_of_a_damaged_database_is_refused_and_leaves_nothing(house: House) -> None:
    path = house.home / "recall.db"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 20] = b"\xa5" * (4096 * 17)
    path.write_bytes(content)
    with pytest.raises(StoreError):
        backups(house).make("manual")
    assert list((house.home / "backups").iterdir()) == []


def test_what_a_crash_left_of_a_copy_is_taken_away_later(house: House) -> None:
    left = house.home / "backups" / f"{PARTIAL}recall-x.db"
    left.parent.mkdir()
    left.touch()
    backups(house).make("manual")
    assert left.exists()  # it may still be written
    import os

    os.utime(left, (0, 0))
    backups(house).make("manual")
    assert not left.exists()


def test_a_server_is_backed_up_by_its_own_tools(tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    store = Store(create_engine("sqlite://"))
    with pytest.raises(StoreError, match="pg_dump"):
        backups_of(store.path, tmp_path)
    store.close()
