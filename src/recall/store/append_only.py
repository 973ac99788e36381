"""Triggers that refuse to change or delete a row of the log, whoever asks."""

from __future__ import annotations

from sqlalchemy import Connection, inspect

from recall.store.tables import LOG

_NAMES_IN_SQLITE = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_NAMES_IN_POSTGRES = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
_REFUSE_POSTGRES = """
CREATE OR REPLACE FUNCTION recall_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
"""


def protect_log(connection: Connection) -> None:
    """Install the triggers on the log's tables (SQLite and PostgreSQL)."""
    protect = _protect_in_sqlite if connection.dialect.name == "sqlite" else _protect_in_postgres
    for table in LOG:
        protect(connection, table.name)


def unprotect_log(connection: Connection) -> None:
    """Take the triggers away, as far as they are there."""
    on = "" if connection.dialect.name == "sqlite" else " ON {table}"
    for name, table in _triggers(connection):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}" + on.format(table=table))


def missing_triggers(connection: Connection) -> list[str]:
    """Names of the triggers that should be there and are not."""
    found = inspect(connection).get_table_names()
    names = _NAMES_IN_SQLITE if connection.dialect.name == "sqlite" else _NAMES_IN_POSTGRES
    there = set(connection.exec_driver_sql(names).scalars())
    return [name for name, table in _triggers(connection) if table in found and name not in there]


def _triggers(connection: Connection) -> list[tuple[str, str]]:
    """Names of the triggers with their tables."""
    changes = ("update", "delete", "replace" if connection.dialect.name == "sqlite" else "truncate")
    return [(f"{table.name}_refuses_{change}", table.name) for table in LOG for change in changes]


def _protect_in_sqlite(connection: Connection, table: str) -> None:
    """REPLACE deletes without asking the trigger for DELETE, so an id that is taken is refused at the door."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    taken = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    connection.exec_driver_sql(f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} {refuse}")
    connection.exec_driver_sql(f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refuse}")
    connection.exec_driver_sql(f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} {taken} {refuse}")


def _protect_in_postgres(connection: Connection, table: str) -> None:
    connection.exec_driver_sql(_REFUSE_POSTGRES)
    for change, scope in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
            f"FOR EACH {scope} EXECUTE FUNCTION recall_refuse()"
        )
