"""Writing files so that a crash leaves either the old content or the new."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from recall.errors import RecallError
from recall.i18n import _

_SHOWN_NAME = 40
"""Letters of its name that a file has until it is whole: with all of them it may be too long."""


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace a file's content in one step, on disk when this returns; its mode is kept. A text is written as UTF-8.

    Raises RecallError.
    """
    path = real_path(path)
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_SHOWN_NAME]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        message = _("{path} can't be written: {reason}; nothing was changed")
        raise RecallError(message.format(path=path, reason=error.strerror)) from None


def remove_file(path: Path) -> None:
    """Take a file away, if it is there. Raises RecallError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise RecallError(f"{path}: {error.strerror}") from None


def real_path(path: Path) -> Path:
    """The path without links in it; one that leads in circles stays, and reading it says what is wrong."""
    return Path(os.path.realpath(path))


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait until no other process is in a block with this lock; where files can't be locked, go on."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("ab")
    except OSError as error:
        raise RecallError(f"{lock}: {error.strerror}") from None
    with file:
        with suppress(ImportError, OSError):
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process changes a file of a folder; where folders can't be locked, go on."""
    with suppress(OSError):  # who writes there says what is wrong with it
        folder.mkdir(parents=True, exist_ok=True)
    handle: int | None = None
    with suppress(ImportError, OSError, AttributeError):
        import fcntl

        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where folders can be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
