"""Copies of a SQLite database: made whole while it is in use, verified by opening them, read without changing them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from recall.errors import StoreError
from recall.files import sync_folder
from recall.i18n import _
from recall.store.engines import BUSY_SECONDS

PARTIAL = ".partial-"
"""How the name of a copy begins until it is whole."""
_NOT_NOW = frozenset(
    [
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
    ]
)
"""What keeps a sound database from being read: another program, the disk, permissions."""
_TABLES = ("review", "event")


@dataclass(frozen=True, slots=True)
class Content:
    """What a database holds: rows of the log, and the id of the newest."""

    rows: int
    newest: str | None


class DamagedError(StoreError):
    """What is in the file is no database of recall's, or not all of it."""


def copy_database(source: Path, target: Path) -> Content:
    """Copy a database as it is at one instant, in use or not; the copy is on disk, and verified, when this returns.

    Until then it has another name. Raises StoreError when it can't be made; then nothing of it is left.
    """
    partial = target.with_name(f"{PARTIAL}{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_beside(partial)
        partial.unlink(missing_ok=True)
        _copy(source, partial)
        content = content_of(partial)
        partial.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{target}: {_reason(error)}") from None
    finally:
        with suppress(OSError):
            remove_beside(partial)
            partial.unlink(missing_ok=True)
    return content


def content_of(path: Path) -> Content:
    """What a database holds, read whole. Raises DamagedError when it is damaged or none of recall's, StoreError when
    it can't be read now.
    """
    try:
        with closing(_open(path)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
            return _content(database)
    except sqlite3.Error as error:
        told = DamagedError if is_damage(error) else StoreError
        raise told(f"{path}: {_reason(error)}") from None


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says something of what is in a database, rather than that it can't be read now."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NOT_NOW


def newest_row(path: Path) -> str | None:
    """The id of the newest row of a database, None when it has none or can't be read."""
    try:
        with closing(_open(path)) as database:
            return _content(database, "max(rowid)").newest
    except (OSError, sqlite3.Error):
        return None


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy of somebody's database in a folder of its own, to be read and migrated there. Raises StoreError."""
    if not path.is_file():
        raise StoreError(_("{path}: there is no such database").format(path=path))
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        copy = Path(folder, "copy.db")
        try:
            _copy(path, copy)
        except sqlite3.OperationalError:  # a medium that can't be written: SQLite can't even read a WAL there
            _copy_files(path, copy)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{path}: {_reason(error)}") from None
        yield copy


def copy_files(path: Path, target: Path) -> None:
    """Copy a database that can't be opened, with what stands beside it, byte by byte. Raises StoreError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy_files(path, target)


def remove_beside(path: Path) -> None:
    """Take away what SQLite keeps beside a database, before another takes its place: it would be played into that."""
    for found in _beside(path):
        found.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with closing(_open(source)) as old, closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA synchronous = FULL")
        old.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _copy_files(path: Path, target: Path) -> None:
    try:
        for name, source in [(target, path), *zip(_beside(target), _beside(path), strict=True)]:
            if source.is_file() and not source.name.endswith("-shm"):
                shutil.copyfile(source, name)
                with name.open("rb+") as file:
                    os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{path}: {_reason(error)}") from None


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal", "-shm")]


def _open(path: Path) -> sqlite3.Connection:
    """Open a file that exists, without making one."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)


def _content(database: sqlite3.Connection, count: str = "count(*)") -> Content:
    there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found = [
        database.execute(f"SELECT {count}, max(id) FROM {table}").fetchone() for table in _TABLES if table in there
    ]
    if not found:
        raise sqlite3.DatabaseError(_("it is not a recall database"))
    return Content(
        sum(rows or 0 for rows, _id in found), max((newest for _rows, newest in found if newest), default=None)
    )


def _reason(error: OSError | sqlite3.Error) -> str:
    text = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return " ".join(text.split())
