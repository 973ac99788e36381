"""Opening a database: new, old, newer, damaged, or none at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

import recall.store.migrate
from recall.core.model import EventKind, Grade, ItemId, LogId, Phase
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.errors import RecallError, StoreError
from recall.ledger import Ledger
from recall.store import Store, open_store
from recall.store.append_only import protect_log
from recall.store.migrate import REVISIONS
from recall.store.tables import HEAD, metadata
from tests.support_decks import House, cards, folded_states, opened, sqlite_url, stored_states

MIGRATIONS = Path(recall.store.migrate.__file__).with_name("migrations")


def migrate_to(path: Path, revision: str) -> None:
    """A database as an older recall left it."""
    engine = create_engine(sqlite_url(path))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def old_database(path: Path) -> Path:
    """Revision 0001, with two answers of which one was taken back, and a suspended item."""
    migrate_to(path, "0001")
    at, rows = "2026-03-02T01:00:00.000Z", []
    for n, (item, due) in enumerate([("a", "2026-03-05"), ("b", "2026-03-02T01:10:00.000Z")]):
        rows.append((f"01900000-0000-7000-8000-00000000000{n}", item, at, "2026-03-02", 3, 1500, "review", due, "dev"))
    undo = ("01900000-0000-7000-8000-00000000000a", at, "2026-03-02", "undo", "b", rows[1][0], "{}", "dev")
    suspend = ("01900000-0000-7000-8000-00000000000b", at, "2026-03-02", "suspend", "c", None, "{}", "dev")
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.executemany("INSERT INTO review VALUES (?,?,?,?,?,?,?,?,?)", rows)
        plain.executemany("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", [undo, suspend])
    return path


def rows_of(path: Path, table: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as plain:
        return plain.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def ledger(store: Store) -> Ledger:
    return Ledger(store, StudyCalendar(ZoneInfo("UTC")), ReviewPolicy(), lambda topic: None, "dev")


@contextmanager
def refused(match: str) -> Iterator[None]:
    """A StoreError whose message is one line."""
    with pytest.raises(StoreError, match=match) as caught:
        yield
    assert len(str(caught.value).splitlines()) == 1


def test_a_new_database_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "recall.db"
    with opened(path) as store, store.read() as tx:
        assert len(list(tx.log.reviews())) == 0
    assert path.is_file()
    assert not (path.parent / "backups").exists()


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "recall.db").touch()
    with opened(tmp_path / "recall.db") as store, store.read() as tx:
        assert recall.store.migrate.revision(tx.connection) == HEAD


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "recall.db"
    with opened(path):
        pass
    before = path.read_bytes()
    with opened(path):
        pass
    assert path.read_bytes() == before


def test_an_older_database_keeps_its_rows(tmp_path: Path) -> None:
    path = old_database(tmp_path / "recall.db")
    before = [rows_of(path, table) for table in ("review", "event")]
    with opened(path):
        pass
    after = [rows_of(path, table) for table in ("review", "event")]
    assert [
        [row[: len(old)] for row, old in zip(*tables, strict=True)] for tables in zip(after, before, strict=True)
    ] == before
    assert rows_of(path, "alembic_version") == [(HEAD,)]


def test_an_older_database_is_backed_up_before_it_is_migrated(tmp_path: Path) -> None:
    path = old_database(tmp_path / "recall.db")
    before = rows_of(path, "review")
    with opened(path):
        pass
    (backup,) = (tmp_path / "backups").iterdir()
    assert "0001" in backup.name
    assert rows_of(backup, "alembic_version") == [("0001",)]
    assert rows_of(backup, "review") == before


def test_the_states_of_an_older_database_are_folded_from_its_log(tmp_path: Path) -> None:
    with opened(old_database(tmp_path / "recall.db")) as store:
        ledger(store).ensure_states()
        with store.read() as tx:
            states = stored_states(tx)
            assert states == folded_states(tx)
    assert states[ItemId("a")].due == date(2026, 3, 5)
    assert states[ItemId("b")].phase is Phase.NEW
    assert states[ItemId("c")].suspended


def test_a_migrated_log_is_still_append_only(tmp_path: Path) -> None:
    path = old_database(tmp_path / "recall.db")
    with opened(path):
        pass
    with closing(sqlite3.connect(path)) as plain, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain.execute("UPDATE review SET rating = 4")


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    path = old_database(tmp_path / "recall.db")
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("CREATE TABLE item_state (what TEXT)")  # in the way of the last table that revision 0002 makes
    with refused("item_state"), opened(path):
        pass
    assert rows_of(path, "alembic_version") == [("0001",)]
    with closing(sqlite3.connect(path)) as plain:
        assert not plain.execute("SELECT 1 FROM sqlite_master WHERE name = 'deck_file'").fetchall()


def test_no_migration_without_a_backup(tmp_path: Path) -> None:
    path = old_database(tmp_path / "recall.db")
    (tmp_path / "backups").touch()
    with refused("backup"), opened(path):
        pass
    assert rows_of(path, "alembic_version") == [("0001",)]


def test_a_backup_holds_what_is_still_in_the_write_ahead_log(tmp_path: Path) -> None:
    path = old_database(tmp_path / "recall.db")
    with closing(sqlite3.connect(path)) as busy:
        busy.execute("PRAGMA journal_mode = WAL")
        with busy:
            busy.execute("INSERT INTO meta VALUES ('late', '1')")
        with opened(path):
            pass
    (backup,) = (tmp_path / "backups").glob("*.db")
    assert ("late", "1") in rows_of(backup, "meta")


def schema_of(path: Path) -> dict[str, Any]:
    """Tables with their columns, keys and indexes, and the triggers, as a database tells them."""
    engine = create_engine(sqlite_url(path))
    tables = {}
    found = inspect(engine)
    for name in found.get_table_names():
        columns = {c["name"]: (str(c["type"]), c["nullable"]) for c in found.get_columns(name)}
        indexes = {i["name"]: (tuple(i["column_names"]), i["unique"]) for i in found.get_indexes(name)}
        tables[name] = columns, found.get_pk_constraint(name)["constrained_columns"], indexes
    engine.dispose()
    with closing(sqlite3.connect(path)) as plain:
        triggers = dict(plain.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    return {**tables, "triggers": triggers}


def test_a_migrated_database_has_the_schema_of_a_new_one(tmp_path: Path) -> None:
    new, migrated = tmp_path / "new.db", tmp_path / "migrated.db"
    with opened(new):
        pass
    migrate_to(migrated, HEAD)
    assert schema_of(migrated) == schema_of(new)
    assert schema_of(new)["triggers"]


def test_the_schema_of_the_tables_is_the_one_that_is_made(tmp_path: Path) -> None:
    plain = tmp_path / "plain.db"
    engine = create_engine(sqlite_url(plain))
    with engine.begin() as connection:
        metadata.create_all(connection)
        protect_log(connection)
    engine.dispose()
    with opened(tmp_path / "recall.db"):
        pass
    assert schema_of(plain) == schema_of(tmp_path / "recall.db")


def test_every_migration_is_a_revision_that_is_known() -> None:
    modules = sorted(path.stem for path in (MIGRATIONS / "versions").glob("r*.py"))
    assert [name[1:5] for name in modules] == list(REVISIONS)
    assert REVISIONS[-1] == HEAD


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_database_of_a_newer_recall_is_refused_and_left_as_it_is(tmp_path: Path, journal: str) -> None:
    path = tmp_path / "recall.db"
    with opened(path):
        pass
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(f"PRAGMA journal_mode = {journal}")
    before = path.read_bytes()
    with refused("newer recall"), opened(path):
        pass
    assert path.read_bytes() == before
    assert not (tmp_path / "backups").exists()


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "recall.db"
    path.write_text("my diary\n" * 500)
    with refused("not a recall database"), opened(path):
        pass
    assert path.read_text() == "my diary\n" * 500


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "recall.db"
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.execute("CREATE TABLE card (front TEXT)")
    with refused("card"), opened(path):
        pass
    with closing(sqlite3.connect(path)) as plain:
        assert [name for (name,) in plain.execute("SELECT name FROM sqlite_master")] == ["card"]


def test_a_damaged_database_is_an_error_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "recall.db"
    with opened(path):
        pass
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)
    with refused("malformed|damaged"), opened(path):
        pass


def test_a_database_cut_short_is_an_error_told_in_a_line(tmp_path: Path) -> None:
    path = tmp_path / "recall.db"
    with opened(path):
        pass
    path.write_bytes(path.read_bytes()[:4096])
    with refused("malformed|damaged"), opened(path) as store, store.read() as tx:
        list(tx.log.reviews())


def test_a_folder_in_place_of_the_database_is_an_error_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "recall.db").mkdir()
    with refused("unable to open.*--home"), opened(tmp_path / "recall.db"):
        pass


def test_a_home_that_cannot_be_made_is_an_error_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with refused("can't make the folder.*--home"), opened(tmp_path / "file" / "home" / "recall.db"):
        pass


def test_a_home_that_is_a_file_is_an_error_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with refused("--home"), opened(tmp_path / "file" / "recall.db"):
        pass


def test_a_folder_nobody_can_write_to_is_an_error_told_in_a_line() -> None:
    with refused("--home"), opened(Path("/proc/recall.db")):
        pass


@pytest.mark.parametrize("url", ["nonsense", "", "nosuch://x/y", "sqlite+nosuch:///x"])
def test_a_url_that_names_no_database_is_an_error_told_in_a_line(url: str, tmp_path: Path) -> None:
    with refused("database URL"):
        open_store(url, tmp_path)


def test_a_server_that_does_not_answer_is_an_error_told_in_a_line(tmp_path: Path) -> None:
    with refused("127.0.0.1|refused"):
        open_store("postgresql+psycopg://nobody:secret-word@127.0.0.1:1/none", tmp_path)


def test_a_password_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store("postgresql+psycopg://nobody:secret-word@127.0.0.1:1/", tmp_path)
    assert "secret-word" not in str(caught.value)


def test_a_url_with_a_password_that_cannot_be_used_does_not_tell_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store("nosuch://nobody:secret-word@127.0.0.1/x", tmp_path)
    assert "secret-word" not in str(caught.value)


def test_a_database_in_memory_works(tmp_path: Path) -> None:
    store = open_store("sqlite://", tmp_path)
    try:
        with store.read() as tx:
            assert len(list(tx.log.reviews())) == 0
    finally:
        store.close()


@pytest.mark.parametrize("name", ["with space", "问号", "a#b", "50%41", "what?", "a&b=c", "tab\there"])
def test_the_home_folder_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    house = House(tmp_path, monkeypatch)
    house.home = house.home.rename(tmp_path / name)
    house.own("d.yaml", cards("a"))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("a"), Grade.GOOD, house.clock())
    assert (tmp_path / name / "recall.db").is_file()
    assert len(rows_of(tmp_path / name / "recall.db", "review")) == 1


def test_a_workspace_that_fails_to_open_leaves_the_database_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, monkeypatch)
    house.bundle("curriculum.yaml", "stages: [")
    with pytest.raises(RecallError), house.open():
        pass
    assert not (house.home / "recall.db-wal").exists()


def test_states_folded_by_older_rules_are_made_anew(tmp_path: Path) -> None:
    with opened(old_database(tmp_path / "recall.db")) as store:
        ledger(store).ensure_states()
        with store.write() as tx:
            tx.states.replace_all([])
            tx.catalogue.remember("states", [0])
        ledger(store).ensure_states()
        with store.read() as tx:
            assert stored_states(tx) == folded_states(tx)


def test_states_of_the_current_rules_are_not_made_again(tmp_path: Path) -> None:
    with opened(old_database(tmp_path / "recall.db")) as store:
        ledger(store).ensure_states()
        with store.write() as tx:
            tx.states.replace_all([])
        ledger(store).ensure_states()
        with store.read() as tx:
            assert stored_states(tx) == {}


def test_an_unknown_kind_of_row_is_read_as_an_error_not_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "recall.db"
    with opened(path):
        pass
    with closing(sqlite3.connect(path)) as plain, plain:
        row = (LogId("x"), "2026-03-02T01:00:00.000Z", "2026-03-02", "task", "a", None, "{}", "other")
        plain.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?)", row)
    assert "task" not in set(EventKind)
    with opened(path) as store, pytest.raises(StoreError):
        ledger(store).rebuild()
