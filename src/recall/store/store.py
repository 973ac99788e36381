"""Opening the database, and its transactions."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from recall.errors import StoreError
from recall.i18n import _
from recall.store import migrate
from recall.store.absent import Absent
from recall.store.backups import Backups
from recall.store.catalogue import Catalogue
from recall.store.log import Log
from recall.store.search import Search
from recall.store.states import States
from recall.store.tables import HEAD

BUSY_SECONDS = 15
"""How long a write waits for another process's."""

WRITE_LOCK = 0x7265_6361
"""The PostgreSQL advisory lock that a writer holds."""

_PAUSE = 0.004
"""Seconds between two tries of a writer, at most."""
_WRITES = "recall_writes"
_FILE = "recall_file"


@dataclass(frozen=True)
class Transaction:
    """One transaction, seen as the kinds of data there are."""

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

    @cached_property
    def absent(self) -> Absent:
        return Absent(self.connection)

    @cached_property
    def search(self) -> Search:
        return Search(self.connection)


@dataclass(frozen=True)
class Store:
    """An open database. Safe to use from several threads and beside other processes."""

    engine: Engine

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database; None for one in memory or on a server."""
        return _file_of(self.engine.url)

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


def open_store(database: str | Path, backups: Path) -> Store:
    """Open a database, a SQLite file or a SQLAlchemy URL, making or migrating it as needed.

    An older SQLite database is copied to `backups` before it is migrated. Raises StoreError when it can't be
    opened, is damaged, or was written by a newer recall; then nothing of it was changed.
    """
    store = Store(_engine(database))
    try:
        _bring_up_to_date(store, backups)
    except BaseException:
        store.close()
        raise
    return store


def database_file(database: str | Path) -> Path | None:
    """The file of a database, which need not be there; None for one in memory or on a server. Raises StoreError."""
    if isinstance(database, Path):
        return database
    with suppress(ArgumentError):
        return _file_of(make_url(database))
    _engine(database)  # it says what is wrong with the URL
    return None


def _file_of(url: URL) -> Path | None:
    is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(url.database or "") if is_file else None


def _engine(database: str | Path) -> Engine:
    try:
        parsed = URL.create("sqlite", database=str(database)) if isinstance(database, Path) else make_url(database)
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        shown = re.sub(r":[^:@/]*@", ":***@", str(database))
        message = _("database URL {url!r} can't be used: {reason}")
        raise StoreError(message.format(url=shown, reason=type(error).__name__)) from None
    if engine.dialect.name == "sqlite":
        path = Store(engine).path
        event.listen(engine, "connect", partial(_configure_sqlite, path=path))
        beside = _Beside(path)
        event.listen(engine, "connect", beside.opened)
        event.listen(engine, "close", beside.closed)
        event.listen(engine, "begin", partial(_begin_sqlite, path=path, beside=beside))
        _make_folder(parsed.database)
    else:
        event.listen(engine, "begin", _begin_server)
    return engine


def _bring_up_to_date(store: Store, backups: Path) -> None:
    with store.read() as transaction:
        revision = migrate.revision(transaction.connection)
    migrate.check_known(revision)
    if revision != HEAD:
        if revision is not None and store.path is not None:
            Backups(store.path, backups).make_before(f"migration-from-{revision}")
        with store.write() as transaction:
            migrate.bring_up_to_date(transaction.connection)
    if store.engine.dialect.name == "sqlite":
        with _explained(store.engine), store.engine.connect() as connection:
            plain = connection.connection  # outside of a transaction
            _patiently(lambda: plain.execute("PRAGMA journal_mode = WAL"))


def _configure_sqlite(connection: Any, record: Any, path: Path | None) -> None:
    """Every commit on disk before it is acknowledged, and transactions that begin when we say so."""
    record.info[_FILE] = _file_at(path)
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection, path: Path | None, beside: _Beside) -> None:
    """What is written to a file that was moved away or replaced would be lost without a word."""
    if not _is_write(connection):
        connection.exec_driver_sql("BEGIN")
        return
    if connection.info.get(_FILE) != _file_at(path):
        message = _("{path}: the database was moved away or replaced; nothing was written, start recall again")
        raise StoreError(message.format(path=path))
    _begin_write(connection)
    if beside.were_taken_away():  # other programs read and write new ones by now
        connection.exec_driver_sql("ROLLBACK")
        message = _("{path}: the database was moved away or replaced; nothing was written, start recall again")
        raise StoreError(message.format(path=beside.paths[0]))


def _begin_write(connection: Connection) -> None:
    """Wait for the other writers, asking often: SQLite's own waiting, a tenth of a second at a time, can starve."""
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        _patiently(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _patiently(ask: Callable[[], object]) -> None:
    """Ask again while the database is busy, as long as SQLite itself would wait."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            ask()
            return
        except (OperationalError, sqlite3.OperationalError) as error:
            reason = getattr(error, "orig", error)
            is_busy = getattr(reason, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > patience:
                raise
        time.sleep(random.uniform(0, _PAUSE))


def _file_at(path: Path | None) -> tuple[int, int] | None:
    """Which file is at a path: device and inode. None when there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


class _Beside:
    """The files that SQLite keeps beside a database, its write-ahead log and the index of that, while one is open."""

    def __init__(self, path: Path | None) -> None:
        self.paths = [path.with_name(path.name + end) for end in ("-wal", "-shm")] if path is not None else []
        self.first: list[tuple[int, int] | None] | None = None
        """Those that the connections of this process have open."""
        self.connections: set[int] = set()

    def opened(self, connection: Any, _record: Any) -> None:
        self.connections.add(id(connection))

    def closed(self, connection: Any, _record: Any) -> None:
        """With the last connection they go, and the next makes new ones."""
        self.connections.discard(id(connection))
        if not self.connections:
            self.first = None

    def were_taken_away(self) -> bool:
        """Whether, in the middle of a write, others stand there than this process writes to, or none."""
        found = [_file_at(path) for path in self.paths]
        if self.first is None and all(found):  # a database that is being made has none
            self.first = found
        return self.first is not None and found != self.first


def _begin_server(connection: Connection) -> None:
    """One writer at a time, as SQLite has it; a reader sees one state throughout."""
    if _is_write(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _is_write(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITES))


def _make_folder(database: str | None) -> None:
    if not database or database == ":memory:":
        return
    folder = Path(database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = _("can't make the folder {folder} ({reason}); choose another with --home")
        raise StoreError(message.format(folder=folder, reason=error.strerror)) from None


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(_explain(str(error.orig), engine)) from error


def _explain(reason: str, engine: Engine) -> str:
    """The database's own words, which are English, and what to do."""
    is_file = engine.dialect.name == "sqlite"
    database = engine.url.database if is_file else engine.url.render_as_string(hide_password=True)
    reason = " ".join(reason.split())
    advice = {
        "unable to open": _("check that its folder exists and can be written, or choose another with --home"),
        "readonly": _("it can't be written; check its permissions, or choose another with --home"),
        "not a database": _("it is not a recall database; move it away, or restore a backup"),
        "malformed": _("it is damaged; restore the newest file of the `backups` folder beside it"),
        "locked": _("another program holds it; close that program and try again"),
        "disk I/O error": _("the disk may be full or failing; free some space and try again"),
        "full": _("the disk is full; free some space and try again"),
    }
    found = next((text for sign, text in advice.items() if sign in reason), "")
    return f"{database}: {reason}" + (f"; {found}" if found else "")
