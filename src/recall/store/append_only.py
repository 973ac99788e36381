"""Triggers that refuse to change or delete a row of the log, whoever asks."""

from __future__ import annotations

from sqlalchemy import Connection

from recall.store.tables import LOG

_REFUSE_POSTGRES = """
CREATE OR REPLACE FUNCTION recall_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log is append-only'; END $$
"""


def protect_log(connection: Connection) -> None:
    """Install the triggers on the log's tables (SQLite and PostgreSQL)."""
    protect = _protect_in_sqlite if connection.dialect.name == "sqlite" else _protect_in_postgres
    for table in LOG:
        protect(connection, table.name)


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
