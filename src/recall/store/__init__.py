"""The database: an append-only log of answers and decisions, and what is derived from it.

The only importer of sqlalchemy and alembic.
"""

from recall.store.store import Store, Transaction, database_file, open_store

__all__ = ["Store", "Transaction", "database_file", "open_store"]
