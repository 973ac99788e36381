"""Bringing an older database up to date. alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, select

from recall.errors import StoreError
from recall.i18n import _
from recall.store.append_only import protect_log
from recall.store.tables import HEAD, metadata, version

REVISIONS = ("0001", "0002", "0003", "0004", HEAD)
"""Every revision this version knows, oldest first."""


def revision(connection: Connection) -> str | None:
    """The revision of the database, or None when it is empty. Raises StoreError for another program's."""
    tables = inspect(connection).get_table_names()
    if version.name in tables and "review" in tables:
        return connection.scalar(select(version.c.version_num))
    if tables:
        message = _("the database holds tables of another program ({tables}); name another with --db")
        raise StoreError(message.format(tables=", ".join(tables[:3])))
    return None


def check_known(found: str | None) -> None:
    """Raises StoreError for a database of a newer recall."""
    if found is not None and found not in REVISIONS:
        message = _(
            "the database is of a newer recall (revision {found}, this one knows {known}); "
            "update recall, nothing was changed"
        )
        raise StoreError(message.format(found=found, known=HEAD))


def bring_up_to_date(connection: Connection) -> None:
    """Make the tables of an empty database, or run the migrations an older one lacks."""
    found = revision(connection)  # again, inside the write: another process may have been faster
    if found == HEAD:
        return
    if found is None:
        metadata.create_all(connection)
        protect_log(connection)
        connection.execute(version.insert(), {"version_num": HEAD})
        return
    _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
