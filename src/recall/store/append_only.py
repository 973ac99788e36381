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
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql(_REFUSE_POSTGRES)
    for table in LOG:
        for change in ("UPDATE", "DELETE"):
            name = f"{table.name}_refuses_{change.lower()}"
            what = "SELECT RAISE(ABORT, 'the log is append-only');"
            body = f"BEGIN {what} END" if is_sqlite else "FOR EACH ROW EXECUTE FUNCTION recall_refuse()"
            connection.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE {change} ON {table.name} {body}")
