"""Engines for the databases there are: SQLite files, with durable commits and writers that wait, and servers."""

from __future__ import annotations

import random
import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from recall.errors import StoreError
from recall.i18n import _

BUSY_SECONDS = 15
"""How long a write waits for another process's."""
WRITES = "recall_writes"
"""The execution option of a connection that will write."""
WRITE_LOCK = 0x7265_6361
"""The PostgreSQL advisory lock that a writer holds."""

_PAUSE = 0.004
"""Seconds between two tries of a writer, at most."""
_FILE = "recall_file"


def engine_of(database: str | Path) -> Engine:
    """An engine for a SQLite file or a SQLAlchemy URL. Raises StoreError for one that can't be used."""
    try:
        parsed = URL.create("sqlite", database=str(database)) if isinstance(database, Path) else make_url(database)
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        shown = re.sub(r":[^:@/]*@", ":***@", str(database))
        message = _("database URL {url!r} can't be used: {reason}")
        raise StoreError(message.format(url=shown, reason=type(error).__name__)) from None
    if engine.dialect.name == "sqlite":
        _SqliteFiles(file_of(parsed)).listen(engine)
        _make_folder(parsed.database)
    else:
        event.listen(engine, "begin", _begin_server)
    return engine


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database; None for one in memory or on a server."""
    is_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(url.database or "") if is_file else None


def patiently(ask: Callable[[], object]) -> None:
    """Ask again while a SQLite database is busy, as long as SQLite itself would wait.

    Asking often: SQLite's own waiting, a tenth of a second at a time, can starve.
    """
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


class _SqliteFiles:
    """A SQLite database's file, and beside it the write-ahead log and its index, as this process found them.

    What is written to files that were moved away or replaced would be lost without a word, so it is refused.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.beside = [path.with_name(path.name + end) for end in ("-wal", "-shm")] if path is not None else []
        self.first: list[tuple[int, int] | None] | None = None
        """Those beside it that the connections of this process have open."""
        self.connections: set[int] = set()

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "connect", self._opened)
        event.listen(engine, "close", self._closed)
        event.listen(engine, "begin", self._begin)

    def _opened(self, connection: Any, record: Any) -> None:
        """Every commit on disk before it is acknowledged, and transactions that begin when we say so."""
        record.info[_FILE] = _file_at(self.path)
        self.connections.add(id(connection))
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA synchronous = FULL")

    def _closed(self, connection: Any, _record: Any) -> None:
        """With the last connection the files beside it go, and the next makes new ones."""
        self.connections.discard(id(connection))
        if not self.connections:
            self.first = None

    def _begin(self, connection: Connection) -> None:
        if not _is_write(connection):
            connection.exec_driver_sql("BEGIN")
            return
        if connection.info.get(_FILE) != _file_at(self.path):
            raise _replaced(self.path)
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            patiently(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if self._others_stand_beside():  # which other programs read and write by now
            connection.exec_driver_sql("ROLLBACK")
            raise _replaced(self.beside[0])

    def _others_stand_beside(self) -> bool:
        """Whether, in the middle of a write, others stand there than this process writes to, or none."""
        found = [_file_at(path) for path in self.beside]
        if self.first is None and all(found):  # a database that is being made has none
            self.first = found
        return self.first is not None and found != self.first


def _file_at(path: Path | None) -> tuple[int, int] | None:
    """Which file is at a path: device and inode. None when there is none."""
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _replaced(path: Path | None) -> StoreError:
    message = _("{path}: the database was moved away or replaced; nothing was written, start recall again")
    return StoreError(message.format(path=path))


def _begin_server(connection: Connection) -> None:
    """One writer at a time, as SQLite has it; a reader sees one state throughout."""
    if _is_write(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _is_write(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(WRITES))


def _make_folder(database: str | None) -> None:
    if not database or database == ":memory:":
        return
    folder = Path(database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = _("can't make the folder {folder} ({reason}); choose another with --home")
        raise StoreError(message.format(folder=folder, reason=error.strerror)) from None
