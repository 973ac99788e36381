"""Opens an `.apkg` or `.colpkg` of any age, from anywhere: what it claims and holds is checked before it is used."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

from recall.anki.protobuf import read_messages, read_text
from recall.errors import RecallError
from recall.i18n import N_, _

MAX_COLLECTION = 1_500_000_000
MAX_MEDIUM = 200_000_000
MAX_MEDIA = 4_000_000_000
"""Bytes: of the database, of one file of media, of all of them together."""
MAX_RATIO, SMALL = 250, 20_000_000
"""What is larger than `SMALL` bytes and was packed more tightly than this is no collection."""
_DATABASES = ("collection.anki21b", "collection.anki21", "collection.anki2")
_ZSTD = b"\x28\xb5\x2f\xfd"


class PackageError(RecallError):
    """A package of Anki's can't be read."""

    title = N_("Import")


@dataclass(frozen=True, slots=True)
class Medium:
    """A file of media: its name for the cards, and the entry that holds it."""

    name: str
    entry: str


@dataclass(frozen=True, slots=True)
class OpenPackage:
    """A package whose database was laid out as a file."""

    path: Path
    archive: ZipFile
    database: sqlite3.Connection
    media: tuple[Medium, ...]

    def copy_medium(self, medium: Medium, to: Path) -> int:
        """Lay out a file of media; its size in bytes. Raises PackageError, OSError."""
        with _entry(self.path, self.archive, medium.entry) as (source, packed), to.open("wb") as target:
            return _copy(self.path, source, packed, target, MAX_MEDIUM)


@contextmanager
def open_package(path: Path) -> Iterator[OpenPackage]:
    """The package, with its database in a temporary folder. Raises PackageError."""
    try:
        with ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="recall-") as folder:
            file = Path(folder, "collection")
            _lay_out_database(path, archive, file)
            address = f"{file.as_uri()}?mode=ro&immutable=1"
            with closing(sqlite3.connect(address, uri=True)) as database:
                _check(path, database)
                yield OpenPackage(path, archive, database, tuple(_media(path, archive)))
    except (BadZipFile, LargeZipFile, EOFError, NotImplementedError) as error:
        raise _unreadable(path, _("not a zip file, or cut short")) from error
    except sqlite3.Error as error:
        raise _unreadable(path, _("its database is damaged")) from error
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None


def _unreadable(path: Path, reason: str) -> PackageError:
    return PackageError(_("{path} can't be imported: {reason}; nothing was changed").format(path=path, reason=reason))


def _lay_out_database(path: Path, archive: ZipFile, file: Path) -> None:
    names = archive.namelist()
    found = next((name for name in _DATABASES if name in names), None)
    if found is None:
        raise _unreadable(path, _("there is no collection of Anki in it"))
    if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names):
        raise _unreadable(path, _("it has files that lead out of it"))
    with _entry(path, archive, found) as (source, packed), file.open("wb") as target:
        _copy(path, source, packed, target, MAX_COLLECTION)


@contextmanager
def _entry(path: Path, archive: ZipFile, name: str) -> Iterator[tuple[IO[bytes], int]]:
    """An entry's bytes, unpacked twice if need be, and how many there are in the zip."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        raise _unreadable(path, _("{name} is missing in it").format(name=name)) from None
    if info.file_size > MAX_COLLECTION:
        raise _unreadable(path, _("{name} claims to be {size} MB").format(name=name, size=info.file_size // 1_000_000))
    with archive.open(info) as peeked:
        is_zstd = peeked.read(4) == _ZSTD
    with archive.open(info) as plain:
        yield (_unpacked(plain) if is_zstd else plain), info.compress_size


def _unpacked(packed: IO[bytes]) -> IO[bytes]:
    if sys.version_info >= (3, 14):
        from compression import zstd

        return zstd.ZstdFile(packed)
    import zstandard

    reader: IO[bytes] = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed, read_across_frames=True)
    return reader


def _copy(path: Path, source: IO[bytes], packed: int, target: IO[bytes], most: int) -> int:
    """Copy what an entry holds; its size. Stops at what no honest package has."""
    size = 0
    while chunk := _read(path, source):
        size += len(chunk)
        if size > most or (size > SMALL and size > MAX_RATIO * packed):
            raise _unreadable(path, _("it unpacks to far more than it holds"))
        target.write(chunk)
    return size


def _read(path: Path, source: IO[bytes]) -> bytes:
    try:
        return source.read(1 << 20)
    except (OSError, BadZipFile, EOFError):
        raise
    except Exception as error:  # zlib's and zstd's own
        raise _unreadable(path, _("it is damaged")) from error


def _check(path: Path, database: sqlite3.Connection) -> None:
    """Only tables are read, and only a database that is whole."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.create_collation(
        "unicase", lambda one, other: (one.casefold() > other.casefold()) - (one.casefold() < other.casefold())
    )
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"col", "notes", "cards", "revlog"} <= tables:
        raise _unreadable(path, _("its database is not one of Anki's"))
    if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise _unreadable(path, _("its database is damaged"))


def _media(path: Path, archive: ZipFile) -> Iterator[Medium]:
    """The media map: JSON, or in newer packages a message of protobuf; names that are no plain names are refused."""
    if "media" not in archive.namelist():
        return
    with _entry(path, archive, "media") as (source, packed):
        content = _limited(path, source, packed)
    total = 0
    for entry, name in _media_names(path, content):
        if PurePosixPath(name).name != name or "\\" in name or name in ("", ".", "..") or "\x00" in name:
            raise _unreadable(path, _("it has files that lead out of it"))
        if entry in archive.NameToInfo:
            total += archive.getinfo(entry).file_size
            yield Medium(name, entry)
    if total > MAX_MEDIA:
        raise _unreadable(path, _("it unpacks to far more than it holds"))


def _limited(path: Path, source: IO[bytes], packed: int) -> bytes:
    with tempfile.SpooledTemporaryFile(SMALL) as target:
        _copy(path, source, packed, target, MAX_MEDIUM)
        target.seek(0)
        return target.read()


def _media_names(path: Path, content: bytes) -> Iterator[tuple[str, str]]:
    """Names of entries with the names of the files in them."""
    try:
        if content[:1] == b"{" or not content:
            names: dict[str, Any] = json.loads(content or b"{}")
            yield from ((str(entry), str(name)) for entry, name in names.items())
        else:
            for number, entry in enumerate(read_messages(content, 1)):
                yield str(number), read_text(entry, 1)
    except (ValueError, AttributeError, RecursionError) as error:
        raise _unreadable(path, _("it is damaged")) from error
