"""Opening the database, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from recall.errors import StoreError
from recall.store import migrate
from recall.store.catalogue import Catalogue
from recall.store.log import Log
from recall.store.states import States
from recall.store.tables import HEAD

BUSY_SECONDS = 15
"""How long a write waits for another process's."""

_WRITES = "recall_writes"


@dataclass(frozen=True)
class Transaction:
    """One transaction, seen as the three kinds of data."""

    connection: Connection

    @cached_property
    def log(self) -> Log:
        return Log(self.connection)

    @cached_property
    def states(self) -> States:
        return States(self.connection)

    @cached_property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.connection)


@dataclass(frozen=True)
class Store:
    """An open database. Safe to use from several threads and beside other processes."""

    engine: Engine

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the database. Raises StoreError."""
        with _explained(self.engine), self.engine.connect() as connection, connection.begin():
            yield Transaction(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is durable when the block ends, or leaves no trace. Raises StoreError."""
        with _explained(self.engine), self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield Transaction(connection)

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, backups: Path) -> Store:
    """Open the database at a SQLAlchemy URL, making or migrating it as needed.

    An older SQLite database is copied to `backups` before it is migrated. Raises StoreError when it can't be
    opened, is damaged, or was written by a newer recall.
    """
    try:
        parsed = make_url(url)
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError(f"database URL {url!r} can't be used: {error}") from None
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        _make_folder(parsed.database)
    store = Store(engine)
    with store.read() as transaction:
        revision = migrate.revision(transaction.connection)
    if revision != HEAD:
        migrate.check_known(revision)
        if revision is not None:
            migrate.back_up(engine, backups, revision)
        with store.write() as transaction:
            migrate.bring_up_to_date(transaction.connection)
    return store


def _prepare_sqlite(engine: Engine) -> None:
    """WAL, every commit on disk before it is acknowledged, and explicit transactions."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_folder(database: str | None) -> None:
    if not database or database == ":memory:":
        return
    folder = Path(database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"can't make the folder {folder} ({error.strerror}); choose another with --home"
        raise StoreError(message) from None


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(_explain(str(error.orig), engine)) from error


def _explain(reason: str, engine: Engine) -> str:
    is_file = engine.dialect.name == "sqlite"
    database = engine.url.database if is_file else engine.url.render_as_string(hide_password=True)
    reason = " ".join(reason.split())
    advice = {
        "unable to open": "check that its folder exists and can be written, or choose another with --home",
        "readonly": "it can't be written; check its permissions, or choose another with --home",
        "not a database": "it is not a recall database; move it away, or restore a backup",
        "malformed": "it is damaged; restore the newest file of the `backups` folder beside it",
        "locked": "another program holds it; close that program and try again",
        "full": "the disk is full; free some space and try again",
    }
    found = next((text for sign, text in advice.items() if sign in reason), "")
    return f"{database}: {reason}" + (f"; {found}" if found else "")
