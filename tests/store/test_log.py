"""The log: only ever added to, durable, and shared by several processes."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from recall.core.model import Event, EventKind, Grade, ItemId, LogId, Review, Source
from recall.errors import StoreError
from recall.store import Store
from recall.store.uuid7 import uuid7
from tests.support_decks import cards, folded_states, library, log_ids, opened, stored_states, write

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ANSWERS = 200
ROOT = Path(__file__).parents[2]

# Answers as fast as it can, and says each answer's id once it is acknowledged.
WRITER = f"""
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo
from recall.core.model import Grade, ItemId
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.ledger import Ledger
from recall.store import open_store

database, device, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store = open_store(f"sqlite:///{{database}}", database.parent / "backups")
ledger = Ledger(store, StudyCalendar(ZoneInfo("UTC")), ReviewPolicy(), lambda topic: None, device)
now = datetime({AT.year}, {AT.month}, {AT.day}, 9, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
for n in range(count):
    answer = ledger.answer(ItemId("abcdefgh"[n % 8]), Grade(1 + n % 4), now + timedelta(hours=n))
    print(answer.review.id, flush=True)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database that knows the items a to h."""
    write(tmp_path / "own" / "deck.yaml", cards(*"abcdefgh"))
    with library(tmp_path) as found:
        found.sync()
    return tmp_path / "recall.db"


def writer(database: Path, device: str, count: int) -> subprocess.Popen[str]:
    """A process that waits for a line and then writes answers."""
    command = [sys.executable, "-c", WRITER, str(database), device, str(count)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def answer(item: str = "a", identity: LogId | None = None, at: datetime = AT) -> Review:
    due = date(2026, 3, 5)
    return Review(identity or uuid7(), ItemId(item), at, at.date(), Grade.GOOD, 900, Source.REVIEW, due, "here")


def decision(kind: EventKind = EventKind.SUSPEND, **payload: object) -> Event:
    return Event(uuid7(), AT, AT.date(), kind, ItemId("a"), "here", payload=dict(payload))


def add(store: Store, *rows: Review | Event) -> None:
    with store.write() as tx:
        for row in rows:
            tx.log.add(row)


@pytest.mark.parametrize("table", ["review", "event"])
@pytest.mark.parametrize(
    "change", ["UPDATE {0} SET item = 'z'", "DELETE FROM {0}", "REPLACE INTO {0} SELECT * FROM {0}"]
)
def test_the_log_refuses_to_be_changed(database: Path, table: str, change: str) -> None:
    with opened(database) as store:
        add(store, answer(), decision())
        with pytest.raises(StoreError, match="append-only"), store.write() as tx:
            tx.connection.execute(text(change.format(table)))
        with store.read() as tx:
            items = [row.item for row in tx.log.reviews()], [row.item for row in tx.log.events()]
        assert items == (["a"], ["a"])


def test_the_log_refuses_another_program_too(database: Path) -> None:
    with opened(database) as store:
        add(store, answer())
    with closing(sqlite3.connect(database)) as plain, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain.execute("DELETE FROM review")


def test_an_id_is_written_once(database: Path) -> None:
    with opened(database) as store:
        row = answer()
        add(store, row)
        with pytest.raises(StoreError):
            add(store, row)


def test_a_write_that_fails_leaves_no_trace(database: Path) -> None:
    with opened(database) as store:
        with pytest.raises(ZeroDivisionError), store.write() as tx:
            tx.log.add(answer())
            _ = 1 // 0
        assert log_ids(store) == []


def test_a_row_written_by_one_store_is_read_at_once_by_another(database: Path) -> None:
    with opened(database) as one, opened(database) as two:
        assert log_ids(two) == []
        row = answer()
        add(one, row)
        with two.read() as tx:
            assert tx.log.newest_id() == row.id
        assert log_ids(two) == [row.id]


def test_a_reader_sees_one_state_while_another_program_writes(database: Path) -> None:
    with opened(database) as one, opened(database) as two, two.read() as tx:
        assert len(list(tx.log.reviews())) == 0
        add(one, answer())
        assert len(list(tx.log.reviews())) == 0


@pytest.mark.parametrize(
    "row",
    [
        answer(),
        Review(uuid7(), ItemId("é#c1"), AT, date(2026, 3, 1), Grade.AGAIN, None, Source.IMPORT, AT, "x"),
        decision(EventKind.FLAG, on=True),
        Event(uuid7(), AT, AT.date(), EventKind.UNDO, None, "x", target=LogId("t"), payload={"note": "中文 \0 🦉"}),
    ],
)
def test_a_row_is_read_back_as_it_was_written(database: Path, row: Review | Event) -> None:
    with opened(database) as store:
        add(store, row)
        with store.read() as tx:
            assert [*tx.log.reviews(), *tx.log.events()] == [row]


@settings(max_examples=50, deadline=None)
@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_instants_sort_as_text_and_keep_their_milliseconds(at: datetime) -> None:
    from recall.store import times

    whole = times.whole_milliseconds(at)
    assert times.from_text(times.to_text(whole)) == whole
    assert len(times.to_text(at)) == 24


def test_ids_grow_though_the_clock_goes_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([2_000_000_000, 1_000_000_000, 1_000_000_000, 3_000_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(clock) * 1_000)
    ids: list[LogId] = []
    for _ in range(4):
        ids.append(uuid7(ids[-1] if ids else None))
    assert ids == sorted(set(ids))


def test_an_id_is_a_uuid_of_version_seven() -> None:
    import uuid

    made = uuid.UUID(uuid7())
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


@pytest.mark.parametrize("last", ["00000000-0001-7fff-bfff-ffffffffffff", "fffffff0-0001-7fff-bfff-fffffffffffe"])
def test_the_id_after_the_last_of_a_millisecond_is_greater_and_of_version_seven(last: str) -> None:
    import uuid

    after = uuid7(last)
    assert after > last
    assert uuid.UUID(after).version == 7


def test_two_processes_writing_at_once_lose_no_answer(database: Path) -> None:
    writers = [writer(database, device, ANSWERS) for device in ("one", "two")]
    for process in writers:
        start(process)
    written = [process.communicate(timeout=60)[0].split() for process in writers]
    assert [process.returncode for process in writers] == [0, 0]
    assert [len(ids) for ids in written] == [ANSWERS, ANSWERS]
    with opened(database) as store:
        assert sorted(written[0] + written[1]) == log_ids(store)
        with store.read() as tx:
            assert stored_states(tx) == folded_states(tx)


@pytest.mark.parametrize("milliseconds", [20, 150])
def test_every_acknowledged_answer_survives_kill_nine(database: Path, milliseconds: int) -> None:
    """And no more than the one being written. `tests/e2e/crash.py` kills many more, at random instants."""
    process = writer(database, "killed", 100_000)
    start(process)
    time.sleep(milliseconds / 1000)
    process.send_signal(signal.SIGKILL)
    output = process.communicate(timeout=10)[0]
    acknowledged = output[: output.rfind("\n") + 1].split()
    with opened(database) as store:
        written = log_ids(store)
        assert written[: len(acknowledged)] == acknowledged
        assert len(written) <= len(acknowledged) + 1
        with store.read() as tx:
            assert stored_states(tx) == folded_states(tx)
            assert tx.connection.scalar(text("PRAGMA integrity_check")) == "ok"


def test_every_commit_is_on_disk_before_it_is_acknowledged(database: Path) -> None:
    with opened(database) as store, store.read() as tx:
        assert tx.connection.scalar(text("PRAGMA synchronous")) == 2
        assert tx.connection.scalar(text("PRAGMA journal_mode")) == "wal"


def test_a_write_waits_for_another_programs(database: Path) -> None:
    with opened(database) as store, closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        process = writer(database, "waiting", 1)
        start(process)
        time.sleep(0.3)
        assert log_ids(store) == []
        other.execute("COMMIT")
        (identity,) = process.communicate(timeout=20)[0].split()
        assert log_ids(store) == [identity]


def test_what_an_undo_names_no_longer_counts(database: Path) -> None:
    with opened(database) as store:
        first, second = answer("a"), answer("b")
        taken_back = Event(uuid7(), AT, AT.date(), EventKind.UNDO, second.item, "here", target=second.id)
        add(store, first, second, taken_back)
        with store.read() as tx:
            assert tx.log.answers_by_day() == {AT.date(): 1}
            assert [row.id for row in tx.log.last_undoable("here", 5)] == [first.id]


def test_only_the_rows_of_this_device_can_be_undone(database: Path) -> None:
    with opened(database) as store:
        add(store, answer())
        with store.read() as tx:
            assert tx.log.last_undoable("elsewhere") == []


def test_an_imported_answer_is_not_undone(database: Path) -> None:
    with opened(database) as store:
        add(store, Review(uuid7(), ItemId("a"), AT, AT.date(), Grade.GOOD, None, Source.IMPORT, AT, "here"))
        with store.read() as tx:
            assert tx.log.last_undoable("here") == []
