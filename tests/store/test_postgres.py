"""The same log and the same queue on PostgreSQL: a real server, started here on a socket of its own."""

from __future__ import annotations

import gc
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, inspect, text

import recall.store.migrate
from recall.core.model import EventKind, Grade, ItemId, Phase
from recall.core.queue import Counts
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.devices.doctor import examine, repair
from recall.devices.merging import merge_database
from recall.devices.syncing import sync
from recall.errors import StoreError
from recall.ledger import Ledger
from recall.library import DeckFolder, Library
from recall.search import Inventory
from recall.store import Store, open_store
from recall.store.tables import HEAD
from tests.support_decks import (
    NOON,
    WALKED,
    WALKED_DECK,
    House,
    Walk,
    asked,
    assert_states_follow_the_log,
    cards,
    log_ids,
    session,
    state_of,
    work_off,
    write,
)

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
ANSWERS = 100

# Answers one item again and again, beside another process that does the same.
WRITER = """
import sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from zoneinfo import ZoneInfo
from recall.core.model import Grade, ItemId
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.ledger import Ledger
from recall.store import open_store

url, device, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url, Path("/nonexistent"))
ledger = Ledger(store, StudyCalendar(ZoneInfo("UTC")), ReviewPolicy(), lambda topic: None, device)
print("ready", flush=True)
sys.stdin.readline()
for n in range(number):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(hours=n)
    print(ledger.answer(ItemId("a"), Grade(1 + n % 4), at).review.id)
"""


def binaries() -> Path:
    """The folder of the newest server's programs; skips the tests where there is none, and fails them in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parents[1].name))
    if found:
        return found[-1].parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    reason = "no PostgreSQL server here (apt-get install postgresql)"
    if os.environ.get("RECALL_CI") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def as_server_user(folder: Path) -> list[str]:
    """What goes before a command, since the server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def run(*command: str | Path, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    log = folder / "log"
    told = log.read_text() if log.exists() else ""
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}{told}"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The `host` of a running server's socket."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="recall-pg-", dir="/tmp"))
    before = as_server_user(folder)
    data, log = folder / "data", folder / "log"
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        init = ("-D", data, "-U", "recall", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(*before, programs / "initdb", *init, folder=folder)
        run(*before, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start", folder=folder)
        try:
            yield str(folder)
        finally:
            run(*before, programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop", folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


NUMBERS = count()


@pytest.fixture
def url(server: str) -> str:
    """A new, empty database."""
    name = f"recall{next(NUMBERS)}"
    engine = create_engine(f"postgresql+psycopg://recall@/postgres?host={server}", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"postgresql+psycopg://recall@/{name}?host={server}"


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Store]:
    """A store that knows the items of the deck."""
    write(tmp_path / "own" / "deck.yaml", WALKED_DECK)
    opened = open_store(url, tmp_path / "backups")
    try:
        Library(opened, [DeckFolder(tmp_path / "own", 0)], tmp_path).sync()
        yield opened
    finally:
        opened.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return Ledger(store, StudyCalendar(ZoneInfo("Europe/Berlin")), ReviewPolicy(), lambda topic: None, "here")


def test_a_database_is_made_and_opened_again(url: str, tmp_path: Path) -> None:
    for _ in range(2):
        store = open_store(url, tmp_path)
        with store.read() as tx:
            assert recall.store.migrate.revision(tx.connection) == HEAD
            assert len(list(tx.log.reviews())) == 0
        store.close()


def test_an_answer_is_written_and_taken_back(ledger: Ledger) -> None:
    answer = ledger.answer(WALKED[0], Grade.GOOD, NOON, 1200)
    with ledger.store.read() as tx:
        assert list(tx.log.reviews()) == [answer.review]
        assert tx.states.get(WALKED[0]) == answer.after
    assert ledger.undo(NOON) == [answer.review]
    with ledger.store.read() as tx:
        assert tx.states.get(WALKED[0]).phase is Phase.NEW
    assert ledger.undo(NOON) == []


def test_a_decision_is_written_and_read_back(ledger: Ledger) -> None:
    (decision,) = ledger.decide(EventKind.FLAG, [WALKED[0]], NOON, on=True)
    ledger.decide(EventKind.SUSPEND, [WALKED[1]], NOON)
    with ledger.store.read() as tx:
        assert list(tx.log.events(WALKED[0])) == [decision.event]
        assert tx.states.get(WALKED[0]).flagged
        assert tx.states.get(WALKED[1]).suspended


@pytest.mark.parametrize("seed", range(2))
def test_after_any_steps_the_states_are_what_the_log_says_to_the_bit(ledger: Ledger, seed: int) -> None:
    walk = Walk(ledger, Random(seed))
    for _ in range(150):
        walk.step()
    assert_states_follow_the_log(ledger)
    ledger.rebuild()
    assert_states_follow_the_log(ledger)


@pytest.mark.parametrize("change", ["UPDATE {} SET item = 'z'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["review", "event"])
def test_the_log_refuses_to_be_changed(ledger: Ledger, table: str, change: str) -> None:
    answer = ledger.answer(WALKED[0], Grade.GOOD, NOON)
    ledger.decide(EventKind.SUSPEND, [WALKED[0]], NOON)
    with pytest.raises(StoreError, match="append-only") as caught, ledger.store.write() as tx:
        tx.connection.execute(text(change.format(table)))
    assert len(str(caught.value).splitlines()) == 1
    assert log_ids(ledger.store) == [answer.review.id]


def test_the_log_refuses_to_be_emptied(ledger: Ledger) -> None:
    answer = ledger.answer(WALKED[0], Grade.GOOD, NOON)
    with pytest.raises(StoreError, match="append-only"), ledger.store.write() as tx:
        tx.connection.execute(text("TRUNCATE review"))
    assert log_ids(ledger.store) == [answer.review.id]


def test_two_processes_writing_at_once_lose_no_answer_and_keep_the_states(url: str, ledger: Ledger) -> None:
    writers = []
    for device in ("one", "two"):
        command = [sys.executable, "-c", WRITER, url, device, str(ANSWERS)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        writers.append(process)
    for process in writers:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60) for process in writers]
    assert [process.returncode for process in writers] == [0, 0], [errors[-300:] for _out, errors in told]
    assert sorted(told[0][0].split() + told[1][0].split()) == log_ids(ledger.store)
    assert_states_follow_the_log(ledger)


def test_a_write_waits_until_another_is_done(ledger: Ledger) -> None:
    answering = Thread(target=ledger.answer, args=(WALKED[0], Grade.GOOD, NOON))
    with ledger.store.write() as tx:
        before = tx.states.get(WALKED[0])
        answering.start()
        answering.join(0.5)
        assert tx.states.get(WALKED[0]) == before, "another's write came between the reads of this one"
        assert answering.is_alive()
    answering.join(10)
    assert len(log_ids(ledger.store)) == 1


def test_a_reader_sees_one_state_while_another_writes(ledger: Ledger) -> None:
    with ledger.store.read() as tx:
        assert len(list(tx.log.reviews())) == 0
        ledger.answer(WALKED[0], Grade.GOOD, NOON)
        assert len(list(tx.log.reviews())) == 0


def test_many_threads_writing_at_once_keep_the_states(ledger: Ledger) -> None:
    together = Barrier(4)

    def answers() -> None:
        together.wait()
        for n in range(15):
            ledger.answer(WALKED[n % 2], Grade.GOOD, NOON + timedelta(minutes=n))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(answers) for _ in range(4)]:
            done.result()
    assert len(log_ids(ledger.store)) == 60
    assert_states_follow_the_log(ledger)


def test_the_queue_of_the_day_is_worked_off_and_undone(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, monkeypatch)
    house.bundle("1.yaml", cards("a1", "a2", head="topic: a.one\n"))
    house.bundle("2.yaml", cards("b1", head="topic: b.one\n"))
    house.own("mine.yaml", cards("m", extra="  reverse: true\n") + "- {id: k, cloze: '{{c1::x}} {{c2::y}}'}\n")
    with house.open(db=url) as workspace:
        assert session(workspace).counts == Counts(new=5)
        assert work_off(session(workspace)) == ["m", "k#c1", "a1", "a2", "b1"]
        assert session(workspace).undo() == "b1"
        assert asked(session(workspace)) == "b1"
    house.clock.move(days=1)
    with house.open(db=url) as workspace:
        assert work_off(session(workspace, "mine")) == ["m#reverse", "k#c2"]
        assert state_of(workspace, "a1").reps == 1
    assert not (house.home / "recall.db").exists()


def test_a_vanished_file_and_its_cards_leave_and_come_back(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, monkeypatch)
    path = house.own("mine.yaml", cards("m"))
    with house.open(db=url) as workspace:
        workspace.ledger.answer(ItemId("m"), Grade.GOOD, house.clock())
        path.unlink()
        workspace.library.sync()
        assert session(workspace).counts == Counts()
        house.own("again.yaml", cards("m"))
        workspace.library.sync()
        assert session(workspace).counts == Counts(learning=1)


def test_text_of_every_kind_is_kept(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    house.own("x.yaml", 'deck: "a\\0b"\ncards:\n- {id: x, front: "中文 🦉 \\0", back: "\'; DROP TABLE review; --"}\n')
    with house.open(db=url) as workspace, workspace.store.read() as tx:
        placed = tx.catalogue.card_of(ItemId("x"))
        assert placed is not None


def test_cards_are_searched_as_they_are_in_a_file(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    deck = cards("a", "b", extra="  more: '矩阵 100% it_all $\\lambda$'\n")
    house.own("d.yaml", deck + "- {id: c, cloze: '{{c1::one}} {{c2::two}}'}\n")
    with house.open(db=url) as workspace:
        workspace.ledger.answer(ItemId("a"), Grade.EASY, workspace.now())
        for query, found in (
            ("阵", ["a", "b"]),
            ("λ 100% it_all", ["a", "b"]),
            ("IS -is:new", ["a"]),
            ("two OR reps:1", ["a", "c#c1", "c#c2"]),
            ("is:due", []),
            ("added:>-1 is:suspended", []),
        ):
            inventory = Inventory(workspace, query)
            entries = inventory.find(query)
            assert [entry.item for entry in entries] == found
            assert set(inventory.cards(entries)) == {entry.place for entry in entries}


def test_a_database_of_a_newer_recall_is_refused_and_its_connection_closed(url: str, tmp_path: Path) -> None:
    store = open_store(url, tmp_path)
    with store.write() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="newer recall"):
        open_store(url, tmp_path)
    engine = create_engine(url)
    with engine.connect() as connection:
        others = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        connected = connection.scalar(others)
    engine.dispose()
    gc.collect()  # a connection left open is told of here, not in some later test
    assert connected == 1


def test_an_older_database_is_migrated_to_the_schema_of_a_new_one(url: str, store: Store, tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    with store.write() as tx:
        tx.connection.execute(text("CREATE SCHEMA old; SET search_path TO old"))
        config = Config()
        config.set_main_option("script_location", str(Path(recall.store.migrate.__file__).with_name("migrations")))
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "0001")
    older = f"{url}&options=-csearch_path%3Dold"
    open_store(older, tmp_path / "backups").close()
    engine = create_engine(url)
    found = inspect(engine)

    def described(schema: str) -> dict[str, object]:
        return {
            name: (
                {
                    column["name"]: (str(column["type"]), column["nullable"])
                    for column in found.get_columns(name, schema)
                },
                sorted(str(index["name"]) for index in found.get_indexes(name, schema)),
            )
            for name in sorted(found.get_table_names(schema))
        }

    assert described("old") == described("public")
    assert "item_state" in described("old")
    engine.dispose()


def test_a_password_or_a_lost_server_is_told_in_one_line(server: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(f"postgresql+psycopg://recall:secret-word@/nowhere?host={server}", tmp_path)
    message = str(caught.value)
    assert "secret-word" not in message
    assert len(message.splitlines()) == 1


def test_two_servers_are_synced_and_a_file_is_merged(
    url: str, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, monkeypatch)
    house.own("d.yaml", WALKED_DECK)
    (tmp_path / "shared").mkdir()
    with house.open() as on_file:
        on_file.ledger.answer(ItemId("a"), Grade.GOOD, on_file.now())
    with house.open(db=url) as on_server:
        on_server.ledger.answer(ItemId("b"), Grade.EASY, on_server.now())
        assert merge_database(on_server.ledger, house.home / "recall.db", on_server.now()).reviews == 1
        assert sync(on_server, tmp_path / "shared").sent == 2
        assert sync(on_server, tmp_path / "shared").sent == 0
        assert_states_follow_the_log(on_server.ledger)
        assert [finding.code for finding in examine(on_server)] == ["server"]
        server_log = set(log_ids(on_server.store))
    with house.open() as on_file:
        assert sync(on_file, tmp_path / "shared").merged.reviews == 1
        assert set(log_ids(on_file.store)) == server_log


def test_a_server_that_lost_a_trigger_is_mended(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    with house.open(db=url) as workspace:
        with workspace.store.write() as tx:
            tx.connection.execute(text("DROP TRIGGER review_refuses_update ON review"))
        assert "trigger" in {finding.code for finding in examine(workspace)}
        repair(workspace)
        assert {finding.code for finding in examine(workspace)} == {"server"}
