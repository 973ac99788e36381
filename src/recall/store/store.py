"""Opening the database, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from recall.errors import StoreError
from recall.i18n import _
from recall.store import migrate
from recall.store.absent import Absent
from recall.store.backups import Backups
from recall.store.catalogue import Catalogue
from recall.store.engines import WRITES, engine_of, file_of, patiently
from recall.store.log import Log
from recall.store.search import Search
from recall.store.states import States
from recall.store.tables import HEAD


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
        return file_of(self.engine.url)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the database. Raises StoreError."""
        with _explained(self.engine), self.engine.connect() as connection, connection.begin():
            yield Transaction(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is durable when the block ends, or leaves no trace. Raises StoreError."""
        with _explained(self.engine), self.engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                yield Transaction(connection)

    def close(self) -> None:
        self.engine.dispose()


def open_store(database: str | Path, backups: Path) -> Store:
    """Open a database, a SQLite file or a SQLAlchemy URL, making or migrating it as needed.

    An older SQLite database is copied to `backups` before it is migrated. Raises StoreError when it can't be
    opened, is damaged, or was written by a newer recall; then nothing of it was changed.
    """
    store = Store(engine_of(database))
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
        return file_of(make_url(database))
    engine_of(database)  # it says what is wrong with the URL
    return None


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
            patiently(lambda: plain.execute("PRAGMA journal_mode = WAL"))


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
