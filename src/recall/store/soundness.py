"""What SQLite itself says of a database file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from recall.errors import StoreError
from recall.store.copies import is_damage
from recall.store.engines import BUSY_SECONDS

SHOWN = 5
_OF_AN_INDEX = ("missing from index", "wrong # of entries in index", "non-unique entry in index")


def complaints(path: Path) -> list[str]:
    """What is wrong with the file, in SQLite's words; nothing when it is sound.

    Raises StoreError when it can't be read now.
    """
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
        ) as database:
            said = [str(text) for (text,) in database.execute(f"PRAGMA integrity_check({SHOWN})")]
            keys = [f"foreign key of {row[0]}, row {row[1]}" for row in database.execute("PRAGMA foreign_key_check")]
    except sqlite3.Error as error:
        reason = " ".join(str(error).split())
        if not is_damage(error):
            raise StoreError(f"{path}: {reason}") from None
        return [reason]
    return [] if said == ["ok"] and not keys else [" ".join(line.split()) for line in [*said, *keys] if line != "ok"]


def is_of_indexes(found: list[str]) -> bool:
    """Whether only indexes are wrong, which can be made anew from the tables."""
    return all(any(sign in line for sign in _OF_AN_INDEX) for line in found)


def remake_indexes(path: Path) -> None:
    """Make every index anew. Raises sqlite3.Error."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as database:
        database.execute("REINDEX")
        database.commit()
