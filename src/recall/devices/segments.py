"""The files by which devices exchange their logs: lines that are only ever added, in segments that close when full.

`<folder>/recall-log/<device>/<first id>.jsonl`; each line is the CRC-32 of its content in hexadecimal, a space, and the
content. A device writes into its own folder alone, so whatever carries the files never has two versions to choose
from; where it has made a conflict copy all the same, that is read too.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from recall.errors import RecallError
from recall.files import sync_folder
from recall.i18n import _

LOG_FOLDER = "recall-log"
SUFFIX = ".jsonl"
FULL = 1_000_000
"""Bytes from which a segment is closed: it is never written again."""
LONGEST_LINE = 4_000_000
_CHECK = 9
"""Characters of the checksum and the space after it."""
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line whose checksum is right. `device` is the folder it stands in."""

    path: Path
    number: int
    content: bytes

    @property
    def device(self) -> str:
        return self.path.parent.name


@dataclass(frozen=True, slots=True)
class Fault:
    """What can't be read: `unfinished` (the last line, still on its way), `checksum`, `too-long`, `not-a-file`, or
    `unreadable` with the system's reason.
    """

    path: Path
    number: int
    code: str
    reason: str = ""


def read_lines(folder: Path) -> Iterator[Line | Fault]:
    """Every line of every device, in the order of the files' names. Links are not followed."""
    for path in _segments(folder / LOG_FOLDER):
        if isinstance(path, Fault):
            yield path
            continue
        try:
            handle = os.open(path, _READ)
        except OSError as error:
            yield Fault(path, 0, "not-a-file" if path.is_symlink() else "unreadable", error.strerror or "")
            continue
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            yield Fault(path, 0, "not-a-file")
            continue
        with os.fdopen(handle, "rb") as file:
            yield from _lines(path, file)


def append_lines(folder: Path, device: str, rows: Iterable[tuple[str, bytes]]) -> None:
    """Add lines, each with its id, to this device's newest segment and to new ones; on disk when this returns.

    An unfinished last line, left by a crash, is cut off first. Raises RecallError; what was added before stays.
    """
    own = folder / LOG_FOLDER / device
    try:
        own.mkdir(parents=True, exist_ok=True)
        _append(own, rows)
        for made in (own, own.parent, folder):
            sync_folder(made)
    except OSError as error:
        message = _("{path} can't be written: {reason}; run the command again when that is mended")
        raise RecallError(message.format(path=own, reason=error.strerror)) from None


def checked_line(content: bytes) -> bytes:
    """A line as it stands in a segment."""
    return b"%08x %s\n" % (crc32(content), content)


def _segments(root: Path) -> Iterator[Path | Fault]:
    try:
        devices = sorted(root.iterdir())
    except FileNotFoundError:
        return
    except OSError as error:
        yield Fault(root, 0, "unreadable", error.strerror or "")
        return
    for device in devices:
        if device.name.startswith(".") or not (device.is_dir() or device.is_symlink()):
            continue
        if device.is_symlink():
            yield Fault(device, 0, "not-a-file")
            continue
        try:
            yield from sorted(path for path in device.iterdir() if SUFFIX in path.name and path.name[0] != ".")
        except OSError as error:
            yield Fault(device, 0, "unreadable", error.strerror or "")


def _lines(path: Path, file: BinaryIO) -> Iterator[Line | Fault]:
    number = 0
    try:
        while line := file.readline(LONGEST_LINE):
            number += 1
            if not line.endswith(b"\n"):
                yield Fault(path, number, "too-long" if _skip_line(file) or len(line) == LONGEST_LINE else "unfinished")
                continue
            content = line[_CHECK:].rstrip(b"\r\n")
            if line[:_CHECK] == b"%08x " % crc32(content):
                yield Line(path, number, content)
            elif line.strip():
                yield Fault(path, number, "checksum")
    except OSError as error:
        yield Fault(path, number, "unreadable", error.strerror or "")


def _skip_line(file: BinaryIO) -> bool:
    """Read on to the end of an overlong line; says whether there was more of it."""
    there_was_more = False
    while more := file.readline(LONGEST_LINE):
        there_was_more = True
        if more.endswith(b"\n"):
            break
    return there_was_more


def _append(own: Path, rows: Iterable[tuple[str, bytes]]) -> None:
    file = _open_segment(own)
    try:
        for row_id, content in rows:
            if file is None or file.tell() >= FULL:
                _finish(file)
                file = _new_segment(own, row_id)
            file.write(checked_line(content))
    finally:
        _finish(file)


def _open_segment(own: Path) -> BinaryIO | None:
    """The newest segment if it is not full, without an unfinished last line."""
    files = (path for path in own.glob(f"*{SUFFIX}") if path.is_file() and not path.is_symlink())
    newest = max((path for path in files if path.name[0] != "."), default=None)
    if newest is None or newest.stat().st_size >= FULL:
        return None
    file = _open_to_append(newest)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - LONGEST_LINE, 0))
    tail = file.read()
    if unfinished := len(tail) - (tail.rfind(b"\n") + 1):
        file.truncate(size - unfinished)
    file.seek(0, os.SEEK_END)
    return file


def _new_segment(own: Path, row_id: str) -> BinaryIO:
    names = (own / f"{row_id}{ending}{SUFFIX}" for ending in ("", *(f"-{n}" for n in range(1, 1000))))
    return _open_to_append(next(path for path in names if not path.exists()))


def _open_to_append(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, _APPEND, 0o644), "rb+")


def _finish(file: BinaryIO | None) -> None:
    if file is not None:
        with file:
            file.flush()
            os.fsync(file.fileno())
