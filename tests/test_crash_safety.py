"""Whatever happens to disk, files and processes: what was acknowledged is there, and what can't be done is told."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import recall.store.engines
from recall.core.model import Grade, ItemId
from recall.decks.changes import Changes
from recall.decks.folders import deck_files
from recall.devices.segments import append_lines
from recall.editing.bulk import move
from recall.editing.cards import find_card
from recall.editing.undoing import Edits
from recall.errors import RecallError, StoreError
from recall.files import write_atomically
from recall.store.copies import copy_database
from recall.study.session import ReviewSession
from recall.workspace import Workspace
from tests.e2e.crash import WORK
from tests.store import test_log
from tests.store.test_log import WRITER, start, writer
from tests.support_decks import House, asked, assert_states_follow_the_log, cards, library, log_ids, opened, write

ROOT = Path(__file__).parents[1]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House(tmp_path, monkeypatch)
    house.own("d.yaml", cards(*"abcdefgh"))
    return house


def answer(workspace: Workspace, item: str = "a") -> str:
    return workspace.ledger.answer(ItemId(item), Grade.GOOD, workspace.now()).review.id


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A file system with little room; skips the test where none can be mounted."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(["mount", *options], check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def told_in_a_line(error: RecallError) -> bool:
    return len(str(error).splitlines()) == 1


# Kill -9.


def test_a_few_kills_of_every_kind_of_work_lose_nothing() -> None:
    """The whole of it is `python -m tests.e2e.crash`."""
    command = [sys.executable, "-m", "tests.e2e.crash", "--share", "0.01", "--seed", str(time.time_ns() % 10**6)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^[a-z ]+ +\d+ +\d+ +\d+ +0 +0 ", done.stdout, re.MULTILINE)) == len(WORK), done.stdout


# Power loss: what is not synced is gone.


def test_every_commit_is_synced_to_the_disk(house: House) -> None:
    with house.open() as workspace, workspace.store.read() as tx:
        assert tx.connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@pytest.mark.parametrize("torn", [1, 24, 500, 4000, 4120])
def test_a_transaction_half_written_at_power_loss_leaves_those_before(house: House, tmp_path: Path, torn: int) -> None:
    with house.open() as workspace:
        acknowledged = [answer(workspace) for _ in range(5)]
        log = house.home / "recall.db-wal"
        before = log.stat().st_size
        answer(workspace)
        copy = tmp_path / "copy.db"
        shutil.copyfile(house.home / "recall.db", copy)
        copy.with_name("copy.db-wal").write_bytes(log.read_bytes()[: before + torn])
    with opened(copy) as store:
        assert log_ids(store) == acknowledged


def test_a_file_is_synced_before_it_takes_the_place_of_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "deck.yaml", "old")
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def noting_sync(handle: int) -> None:
        steps.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112 - a link
        real_sync(handle)

    def noting_replace(self: Path, target: Path) -> Path:
        steps.append("replace")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", noting_sync)
    monkeypatch.setattr(Path, "replace", noting_replace)
    write_atomically(path, "new")
    assert steps == ["file", "replace", "folder"]
    steps.clear()
    append_lines(tmp_path, "device", [("id", b"content")])
    assert steps[0] == "file"
    assert "folder" in steps


# A full disk.


def test_a_full_disk_is_told_and_the_session_goes_on_when_there_is_room_again(house: House, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 900) as disk:
        house.home = Path(shutil.move(house.home, disk / "home"))
        with house.open() as workspace:
            session = ReviewSession(workspace)
            assert asked(session) == "a"
            acknowledged = [session.answer(Grade.EASY).review.id]
            ballast = disk / "ballast"
            with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="space"):
                while True:
                    file.write(b"x" * 4096)
            assert asked(session) == "b"
            with pytest.raises(StoreError, match="disk is full") as told:
                for _ in range(200):
                    acknowledged.append(session.answer(Grade.EASY).review.id)
                    session.next()
            assert told_in_a_line(told.value)
            ballast.unlink()
            waiting = asked(session)
            assert waiting is not None
            acknowledged.append(session.answer(Grade.EASY).review.id)
            assert log_ids(workspace.store) == acknowledged
            assert_states_follow_the_log(workspace.ledger)


def test_a_database_that_cannot_grow_says_so_and_keeps_what_it_has(house: House) -> None:
    with house.open() as workspace:
        kept = [answer(workspace)]
        with workspace.store.read() as tx:
            pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar()
            tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="disk is full") as told:
            for _ in range(200):
                kept.append(answer(workspace))
        assert told_in_a_line(told.value)
        assert log_ids(workspace.store) == kept
        assert_states_follow_the_log(workspace.ledger)


def test_on_a_full_disk_no_file_is_half_written(house: House, tmp_path: Path) -> None:
    with house.open() as workspace:
        answer(workspace)
    with small_disk(tmp_path / "disk", 100) as disk:
        path = write(disk / "deck.yaml", "old")
        for write_it in (
            lambda: write_atomically(path, "x" * 500_000),
            lambda: copy_database(house.home / "recall.db", disk / "copy.db"),
        ):
            with pytest.raises(RecallError) as told:
                write_it()
            assert told_in_a_line(told.value)
        assert path.read_text() == "old"
        assert [found.name for found in disk.iterdir()] == ["deck.yaml"]


def test_a_sync_onto_a_full_disk_is_told_and_goes_on_when_there_is_room_again(house: House, tmp_path: Path) -> None:
    from recall.devices.syncing import sync

    with small_disk(tmp_path / "disk", 60) as disk, house.open() as workspace:
        for _ in range(400):
            answer(workspace)
        with pytest.raises(RecallError, match="space") as told:
            sync(workspace, disk)
        assert told_in_a_line(told.value)
        subprocess.run(["mount", "-o", "remount,size=2m", str(disk)], check=True)
        done = sync(workspace, disk)
        assert 0 < done.sent < 400
        assert sync(workspace, disk).sent == 0


# A folder that can't be written, files that vanish.


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder mounted read-only: not even root writes there."""
    if os.geteuid() != 0 or subprocess.run(["mount", "--bind", folder, folder], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_home_that_turned_read_only_is_told_in_a_line(house: House) -> None:
    with house.open() as workspace:
        kept = answer(workspace)
    with read_only(house.home), pytest.raises(RecallError) as told, house.open() as workspace:
        answer(workspace)
    assert told_in_a_line(told.value)
    with house.open() as workspace:
        assert log_ids(workspace.store) == [kept]


def test_an_edit_that_cannot_be_taken_back_now_can_be_later(house: House) -> None:
    source = house.own("sub/from.yaml", cards("x", "y", head="deck: from\n"))
    target = house.own("new.yaml", cards("z", head="deck: new\n"))
    before = source.read_bytes(), target.read_bytes()
    edits = Edits()
    with house.open() as workspace:
        path, done = move(workspace, [find_card(workspace, "x")], "new")
        assert path == target
        after = source.read_bytes(), target.read_bytes()
        edits.remember(workspace, done)
        with read_only(source.parent), pytest.raises(RecallError):
            edits.take_back(workspace)
        assert (source.read_bytes(), target.read_bytes()) == after
        assert edits.take_back(workspace) == 2
    assert (source.read_bytes(), target.read_bytes()) == before


def test_of_several_files_all_are_taken_back_or_none(tmp_path: Path) -> None:
    stays, first = tmp_path / "held" / "new.yaml", tmp_path / "old.yaml"
    stays.parent.mkdir()
    changes = Changes()
    changes.rewrite(stays, lambda _text: "new")
    first.write_text("before")
    changes.rewrite(first, lambda _text: "after")
    with read_only(stays.parent), pytest.raises(RecallError) as told:
        changes.undoable().take_back()
    assert told_in_a_line(told.value)
    assert (stays.read_text(), first.read_text()) == ("new", "after")


def test_a_deck_in_a_read_only_folder_is_told_and_stays(house: House) -> None:
    path = house.own("d.yaml", cards("a"))
    with read_only(path.parent), pytest.raises(RecallError, match="nothing was changed"):
        write_atomically(path, "new")
    assert path.read_text() == cards("a")


@pytest.mark.parametrize("comes_back", [False, True])
def test_an_answer_is_not_written_into_a_database_that_was_moved_away(
    house: House, tmp_path: Path, comes_back: bool
) -> None:
    path = house.home / "recall.db"
    with house.open() as workspace:
        answer(workspace)
        path.rename(tmp_path / "elsewhere.db")
        if comes_back:
            shutil.copyfile(tmp_path / "elsewhere.db", path)
        with pytest.raises(StoreError, match="moved away or replaced") as told:
            answer(workspace)
        assert told_in_a_line(told.value)


def test_an_answer_is_not_written_where_nobody_reads_when_the_write_ahead_log_was_taken_away(house: House) -> None:
    with house.open() as workspace:
        answer(workspace)
        for end in ("-wal", "-shm"):
            (house.home / f"recall.db{end}").unlink()
        with pytest.raises(StoreError, match="moved away or replaced") as told:
            answer(workspace)
        assert told_in_a_line(told.value)
        with ThreadPoolExecutor(1) as other, pytest.raises(StoreError, match="moved away or replaced"):
            other.submit(answer, workspace).result()  # over a connection of its own
    with house.open() as workspace:
        assert len(log_ids(workspace.store)) == 1
        answer(workspace)


def test_a_deck_file_that_vanishes_during_a_session_ends_nothing(house: House) -> None:
    with house.open() as workspace:
        session = ReviewSession(workspace)
        assert asked(session) == "a"
        (house.home / "decks" / "d.yaml").unlink()
        session.answer(Grade.EASY)
        assert asked(session) == "b"
        assert session.reload() is None


# Several processes.


def test_a_locked_database_is_waited_for_and_then_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert recall.store.engines.BUSY_SECONDS == 15
    monkeypatch.setattr("recall.store.engines.BUSY_SECONDS", 0.3)
    with house.open() as workspace, closing(sqlite3.connect(house.home / "recall.db", isolation_level=None)) as other:
        session = ReviewSession(workspace)
        assert asked(session) == "a"
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(StoreError, match="another program"):
            session.answer(Grade.EASY)
        assert time.monotonic() - began > 0.25
        other.execute("COMMIT")
        session.answer(Grade.EASY)
        assert asked(session) == "b"


def test_four_processes_lose_no_answer_and_write_none_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = int(os.environ.get("RECALL_ANSWERS", "1000")) // 4
    write(tmp_path / "own" / "deck.yaml", cards(*"abcdefgh"))
    with library(tmp_path) as found:
        found.sync()
    database = tmp_path / "recall.db"
    monkeypatch.setattr(test_log, "WRITER", WRITER.replace("now + timedelta(hours=n)", "datetime.now(UTC)"))
    writers = [writer(database, f"device{n}", count) for n in range(4)]
    for process in writers:
        start(process)
    with ThreadPoolExecutor(4) as pool:
        said = [
            row
            for rows in pool.map(lambda process: process.communicate(timeout=900)[0].split(), writers)
            for row in rows
        ]
    assert len(set(said)) == len(said) == 4 * count
    with opened(database) as store:
        assert sorted(said) == log_ids(store)
        from tests.store.test_open import ledger

        assert_states_follow_the_log(ledger(store))


def test_two_sessions_and_a_command_on_one_database_ask_nothing_twice(house: House) -> None:
    with house.open() as first, house.open() as second, house.open() as command:
        one, two = ReviewSession(first), ReviewSession(second)
        answered: list[str] = []
        for _ in range(3):
            for session in (one, two):
                item = asked(session)
                assert item is not None
                assert item not in answered
                session.answer(Grade.EASY)
                answered.append(item)
        left = sorted(set("abcdefgh") - set(answered))
        answer(command, left[0])
        command.ledger.answer(ItemId(left[0]), Grade.EASY, command.now())
        for session in (one, two):
            assert asked(session) == left[1]
        assert len(log_ids(first.store)) == 8
        assert_states_follow_the_log(first.ledger)


def test_what_a_crash_leaves_of_a_deck_is_no_deck(tmp_path: Path) -> None:
    write(tmp_path / "d.yaml", cards("a"))
    write(tmp_path / ".d.yaml.x1y2z3", "cards: [")
    assert [path.name for path in deck_files(tmp_path)] == ["d.yaml"]


def test_a_first_start_by_several_at_once_loses_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(home / "config.toml", 'bundled_decks = false\ntimezone = "UTC"\n')
    program = str(Path(sys.executable).with_name("recall"))
    command = [program, "--home", str(home), "add", "--deck", "own", "--back", "yes", "--front"]
    running = [
        subprocess.Popen([*command, f"Is {n} a number?"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(6)
    ]
    ended = [(process.communicate(timeout=120), process.returncode) for process in running]
    assert [status for _said, status in ended] == [0] * 6, ended
    assert (home / "decks" / "own.yaml").read_text("utf-8").count("front:") == 6
