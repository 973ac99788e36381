"""What can still be read of a damaged SQLite database: every row of the log, found page by page.

SQL comes first, from both ends of each table. Then every page of the file, and of the write-ahead log's last complete
transaction over it, is looked at for itself, so that neither a broken index, nor a broken page, nor a lost header
hides the rows of the others. The format is that of https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import re
import sqlite3
import struct
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from recall.core.finding import Finding
from recall.core.history import LogRow
from recall.errors import StoreError
from recall.i18n import _
from recall.store.copies import copy_files
from recall.store.row_lines import RowError, row_of_values
from recall.store.tables import LOG

_TABLE_LEAF = 0x0D
_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
"""Bytes of a value by its serial type."""
_COLUMNS = {table.name: [column.name for column in table.columns] for table in LOG}
_OLD_REVIEW = 9
"""Columns of a review before answers were marked by programs; SQLite does not fill up the rows of then."""
_LOOKS_LIKE_AN_ID = re.compile("-".join(f".{{{n}}}" for n in (8, 4, 4, 4, 12)))
_LONGEST = 16_000_000
Values = dict[str, Any]


def salvaged_rows(path: Path) -> tuple[list[LogRow], list[Finding]]:
    """Every row that can be read, each once, and what could not be. Raises StoreError when the file can't be read."""
    found: dict[tuple[str, str], LogRow] = {}
    refused: dict[tuple[str, str], Finding] = {}
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        copy = Path(folder, "damaged.db")
        copy_files(path, copy)
        pages = _Pages(copy)
        for table, values in _all_values(copy, pages):
            key = table, str(values.get("id"))
            if key in found:
                continue
            try:
                found[key] = row_of_values(table, values)
            except RowError as error:
                message = _("row {id} of {table} can't be read ({column}); it is left out")
                text = message.format(id=str(values.get("id"))[:40], table=table, column=error)
                refused[key] = Finding("lost-row", text)
    lost = [finding for key, finding in refused.items() if key not in found]
    return sorted(found.values(), key=lambda row: row.id), lost


def _all_values(copy: Path, pages: _Pages) -> Iterator[tuple[str, Values]]:
    yield from _by_pages(pages)
    yield from _by_sql(copy)


def _by_sql(path: Path) -> Iterator[tuple[str, Values]]:
    """Rows as SQLite reads them: each table from its beginning and from its end, as far as either goes."""
    for table in _COLUMNS:
        for order in ("rowid", "rowid DESC", "id", "id DESC", "day", "day DESC"):
            with suppress(sqlite3.Error, ValueError), closing(sqlite3.connect(path)) as database:
                database.row_factory = sqlite3.Row
                database.text_factory = lambda raw: raw.decode("utf-8", "replace")
                for row in database.execute(f"SELECT * FROM {table} ORDER BY {order}"):
                    yield table, dict(row)


def _by_pages(pages: _Pages) -> Iterator[tuple[str, Values]]:
    for number in pages.numbers():
        for record in _records(pages, number):
            values = _values(record)
            if values is not None:
                yield values


def _values(record: list[Any]) -> tuple[str, Values] | None:
    """The table a record is of, by the number of its columns, with the values by column."""
    for table, columns in _COLUMNS.items():
        if len(record) in (len(columns), _OLD_REVIEW if table == "review" else len(columns)):
            values = dict(zip(columns, record, strict=False))
            if isinstance(values.get("score"), int):  # SQLite keeps a whole number small
                values["score"] = float(values["score"])
            is_row = isinstance(values["id"], str) and bool(_LOOKS_LIKE_AN_ID.fullmatch(values["id"]))
            return (table, values) if is_row else None
    return None


class _Pages:
    """The pages of a database file, with those of its write-ahead log's complete transactions over them."""

    def __init__(self, path: Path) -> None:
        try:
            self.content = path.read_bytes()
            wal = path.with_name(f"{path.name}-wal")
            log = wal.read_bytes() if wal.exists() else b""
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from None
        self.size = self._page_size(log)
        self.newer = self._pages_of_log(log)

    def numbers(self) -> range:
        """Every page, from 1."""
        return range(1, max(len(self.content) // self.size, max(self.newer, default=0)) + 1)

    def page(self, number: int) -> bytes:
        """A page, empty when there is none of that number."""
        if number < 1:
            return b""
        return self.newer.get(number) or self.content[(number - 1) * self.size : number * self.size]

    def _page_size(self, log: bytes) -> int:
        """From the header, else from that of the log, else the default."""
        candidates = [int.from_bytes(self.content[16:18], "big"), int.from_bytes(log[8:12], "big")]
        sizes = [65536 if size == 1 else size for size in candidates]
        return next((size for size in sizes if 512 <= size <= 65536 and size & (size - 1) == 0), 4096)

    def _pages_of_log(self, log: bytes) -> Mapping[int, bytes]:
        """The pages written since the last checkpoint: frames of the log's present round, up to its last commit."""
        salts, step = log[16:24], self.size + 24
        committed: dict[int, bytes] = {}
        pending: dict[int, bytes] = {}
        for start in range(32, len(log) - step + 1, step):
            number, size_after = struct.unpack(">II", log[start : start + 8])
            if log[start + 8 : start + 16] != salts:
                break
            pending[number] = log[start + 24 : start + step]
            if size_after:
                committed |= pending
                pending = {}
        return committed


def _records(pages: _Pages, number: int) -> Iterator[list[Any]]:
    """The records of a leaf page of a table, as far as they can be read; none for any other page."""
    page = pages.page(number)
    start = 100 if number == 1 else 0
    if len(page) < start + 8 or page[start] != _TABLE_LEAF:
        return
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    for n in range(min(count, (len(page) - start - 8) // 2)):
        place = start + 8 + 2 * n
        with suppress(ValueError, IndexError, struct.error):
            yield _record(_payload(pages, page, int.from_bytes(page[place : place + 2], "big")))


def _payload(pages: _Pages, page: bytes, offset: int) -> bytes:
    """The content of a cell, with what spilled over into other pages. Raises ValueError, IndexError."""
    length, offset = _varint(page, offset)
    _rowid, offset = _varint(page, offset)
    usable = pages.size
    if length > _LONGEST:
        raise ValueError("too long")
    if length <= usable - 35:
        return _exactly(page[offset : offset + length], length)
    least = (usable - 12) * 32 // 255 - 23
    local = least + (length - least) % (usable - 4)
    local = local if local <= usable - 35 else least
    content = page[offset : offset + local]
    following = int.from_bytes(page[offset + local : offset + local + 4], "big")
    while len(content) < length:
        further = pages.page(following)
        if len(further) < 5:
            raise ValueError("cut off")
        content += further[4:usable]
        following = int.from_bytes(further[:4], "big")
    return content[:length]


def _record(payload: bytes) -> list[Any]:
    """The values of a record. Raises ValueError, IndexError."""
    header, offset = _varint(payload, 0)
    types = []
    while offset < header:
        kind, offset = _varint(payload, offset)
        types.append(kind)
    if offset != header or len(types) > 40:
        raise ValueError("header")
    values = []
    for kind in types:
        size = _SIZES[kind] if kind < 10 else (kind - 12) // 2
        values.append(_value(kind, _exactly(payload[offset : offset + size], size)))
        offset += size
    return values


def _value(kind: int, raw: bytes) -> Any:
    if kind == 0:
        return None
    if kind in (8, 9):
        return kind - 8
    if kind == 7:
        return struct.unpack(">d", raw)[0]
    if kind < 7:
        return int.from_bytes(raw, "big", signed=True)
    return raw.decode("utf-8") if kind % 2 else raw


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    """An integer of one to nine bytes, and where the next value begins. Raises IndexError."""
    value = 0
    for n in range(9):
        byte = data[offset + n]
        if n == 8:
            return (value << 8) | byte, offset + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, offset + n + 1
    raise AssertionError


def _exactly(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise ValueError("cut off")
    return raw
