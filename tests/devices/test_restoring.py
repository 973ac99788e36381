"""A backup taken back: nothing is lost unless it is asked for, and even then there is a copy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from recall.core.model import Grade, ItemId
from recall.devices.doctor import file_findings
from recall.devices.merging import fingerprints
from recall.devices.restoring import Restored, restore, salvage
from recall.errors import RecallError, StoreError
from recall.store.backups import Backups
from recall.store.copies import content_of
from tests.store.test_open import old_database
from tests.support_decks import House, assert_states_follow_the_log, cards

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A home with a backup of one answer, and two answers."""
    house = House(tmp_path, monkeypatch)
    house.own("d.yaml", cards("a", "b", "c"))
    answer(house, "a")
    backups(house).make("manual")
    answer(house, "b")
    return house


def answer(house: House, *items: str) -> None:
    with house.open() as workspace:
        for item in items:
            workspace.ledger.answer(ItemId(item), Grade.GOOD, workspace.now())


def backups(house: House) -> Backups:
    return Backups(house.home / "recall.db", house.home / "backups")


def ids(house: House) -> set[str]:
    """Every row; states and log are held against each other on the way."""
    with house.open() as workspace:
        assert_states_follow_the_log(workspace.ledger)
        with workspace.store.read() as tx:
            return {row for _table, row in fingerprints(tx)}


def back(house: House, path: Path | None = None, *, replace_all: bool = False, dry_run: bool = False) -> Restored:
    return restore(backups(house), path or backups(house).find(None), NOW, replace_all=replace_all, dry_run=dry_run)


def damage(house: House) -> None:
    path = house.home / "recall.db"
    content = bytearray(path.read_bytes())
    content[:100] = Random(1).randbytes(100)
    path.write_bytes(content)


def test_what_only_the_present_database_has_is_kept(house: House) -> None:
    before = ids(house)
    done = back(house)
    assert (done.added, done.only_here, done.removed) == (0, 1, 0)
    assert ids(house) == before


def test_what_only_the_backup_has_is_added(house: House, tmp_path: Path) -> None:
    everything = ids(house)
    (house.home / "recall.db").unlink()
    answer(house, "c")
    done = back(house)
    assert (done.added, done.only_here) == (1, 1)
    assert len(ids(house) & everything) == 1
    assert len(ids(house)) == 2


def test_the_log_is_replaced_only_if_asked_for_and_can_be_had_again(house: House) -> None:
    before = ids(house)
    old = backups(house).find(None)
    done = back(house, old, replace_all=True)
    assert (done.only_here, done.removed) == (1, 1)
    assert len(ids(house)) == 1
    assert done.kept_as is not None
    back(house, done.kept_as)
    assert ids(house) == before


def test_a_replaced_log_is_append_only_again(house: House) -> None:
    back(house, replace_all=True)
    with (
        closing(sqlite3.connect(house.home / "recall.db")) as plain,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        plain.execute("DELETE FROM review")


@pytest.mark.parametrize("replace_all", [False, True])
def test_a_dry_run_changes_nothing(house: House, replace_all: bool) -> None:
    files = {path: path.stat().st_size for path in house.home.rglob("*")}
    before = ids(house)
    done = back(house, replace_all=replace_all, dry_run=True)
    assert done.removed == int(replace_all)
    assert ids(house) == before
    assert {path: path.stat().st_size for path in house.home.rglob("*")} == files


def test_a_session_that_is_open_meanwhile_goes_on(house: House) -> None:
    old = backups(house).find(None)
    with house.open() as workspace:
        back(house, old, replace_all=True)
        workspace.ledger.answer(ItemId("c"), Grade.GOOD, workspace.now())
    assert len(ids(house)) == 2


def test_a_lost_database_comes_back(house: House) -> None:
    (house.home / "recall.db").unlink()
    assert back(house, dry_run=True).added == 1
    assert not (house.home / "recall.db").exists()
    assert back(house).added == 1
    assert len(ids(house)) == 1


@pytest.mark.parametrize("replace_all", [False, True])
def test_of_a_damaged_database_what_can_be_read_is_kept(house: House, replace_all: bool) -> None:
    before = ids(house)
    damage(house)
    with pytest.raises(StoreError), house.open():
        pass
    assert back(house, dry_run=True).only_here == 1
    done = back(house, replace_all=replace_all)
    assert (done.was_damaged, done.only_here) == (True, 1)
    assert done.kept_as is not None
    assert done.kept_as.exists()
    assert len(ids(house)) == (1 if replace_all else len(before))
    content_of(house.home / "recall.db")


def test_a_restore_that_was_cut_short_is_made_up_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids(house)
    damage(house)

    def stops(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("recall.devices.restoring.remove_beside", stops)
    with pytest.raises(KeyboardInterrupt):
        back(house)
    monkeypatch.undo()
    monkeypatch.setattr("recall.environment.bundled_decks", lambda: house.bundled)
    back(house)
    assert ids(house) == before


def test_a_backup_of_an_older_recall_is_migrated_on_the_way(house: House, tmp_path: Path) -> None:
    old = old_database(tmp_path / "old.db")
    assert back(house, old).added == 4
    assert len(ids(house)) == 6


@pytest.mark.parametrize(
    "content", [b"", b"my diary", b"SQLite format 3\0" + b"x" * 9000], ids=["empty", "text", "cut"]
)
def test_what_is_no_backup_is_refused_and_changes_nothing(house: House, tmp_path: Path, content: bytes) -> None:
    before = ids(house)
    path = tmp_path / "no.db"
    path.write_bytes(content)
    with pytest.raises(StoreError):
        back(house, backups(house).find(str(path)))
    assert ids(house) == before


def test_without_room_for_a_backup_nothing_is_restored(house: House, tmp_path: Path) -> None:
    before = ids(house)
    old = backups(house).find(None).rename(tmp_path / "old.db")
    (house.home / "backups").rmdir()
    (house.home / "backups").touch()
    with pytest.raises(StoreError, match="nothing was changed"):
        back(house, old)
    assert ids(house) == before


def test_a_salvage_goes_over_no_file(house: House, tmp_path: Path) -> None:
    (tmp_path / "out.db").touch()
    with pytest.raises(RecallError, match="is there already"):
        salvage(house.home / "recall.db", tmp_path / "out.db")


def test_the_damaged_file_stays_as_it_was_beside_the_backups(house: House) -> None:
    damage(house)
    content = (house.home / "recall.db").read_bytes()
    done = back(house)
    assert done.kept_as is not None
    assert done.kept_as.read_bytes() == content
    assert sorted(path.name for path in house.home.iterdir()) == ["backups", "config.toml", "decks", "recall.db"]


def test_a_database_that_another_program_holds_is_not_taken_for_a_damaged_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("copies", "soundness"):
        monkeypatch.setattr(f"recall.store.{module}.BUSY_SECONDS", 0.1)
    path = house.home / "recall.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        before = path.stat().st_ino
        with pytest.raises(StoreError, match="locked"):
            back(house)
        with pytest.raises(StoreError, match="locked"):
            file_findings(path)
        assert path.stat().st_ino == before
