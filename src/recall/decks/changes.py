"""Several deck files changed as one: all of them or, when something fails, none; and taken back later."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from recall.decks.rewrite import rewrite_file
from recall.errors import DeckError, RecallError
from recall.files import remove_file, write_atomically
from recall.i18n import _

Contents = Mapping[Path, bytes | None]
"""What files hold; None where there is no file."""


@dataclass(slots=True)
class Changes:
    """Files that were written, with what they held before."""

    before: dict[Path, bytes | None] = field(default_factory=dict)

    def rewrite(self, path: Path, change: Callable[[str], str | None]) -> None:
        """As `rewrite_file`. Raises DeckError, RecallError."""
        self._keep(path)
        rewrite_file(path, change)

    def move(self, source: Path, path: Path) -> None:
        """Put a finished file in its place."""
        self._keep(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, path)

    def undoable(self) -> Undoable:
        """What was changed, for a later undo."""
        return Undoable(self.before, {path: content_of(path) for path in self.before})

    def take_back(self) -> None:
        """Give the files what they held before, the one written last first. Raises RecallError."""
        for path, content in reversed(self.before.items()):
            if content_of(path) != content:
                put_back(path, content)

    def _keep(self, path: Path) -> None:
        self.before.setdefault(path, content_of(path))


@dataclass(frozen=True, slots=True)
class Undoable:
    """Changes that were made: what the files held before and after."""

    before: Contents
    after: Contents

    def __bool__(self) -> bool:
        return self.before != self.after

    def take_back(self) -> None:
        """Give the files what they held before.

        Raises DeckError for a file that was changed since, RecallError; nothing is taken back then.
        """
        for path, content in self.after.items():
            if content_of(path) != content:
                raise DeckError(_("it was changed since; nothing was taken back"), path)
        try:
            Changes(dict(self.before)).take_back()
        except RecallError:
            Changes(dict(self.after)).take_back()
            raise


@contextmanager
def all_or_nothing() -> Iterator[Changes]:
    """Changes that are taken back when the block fails."""
    changes = Changes()
    try:
        yield changes
    except BaseException:
        changes.take_back()
        raise


def content_of(path: Path) -> bytes | None:
    """What a file holds, None where there is none. Raises RecallError."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise RecallError(f"{path}: {error.strerror}") from None


def put_back(path: Path, content: bytes | None) -> None:
    """Give a file what it held before; a folder that is empty then goes too. Raises RecallError."""
    if content is not None:
        write_atomically(path, content)
        return
    remove_file(path)
    with suppress(OSError):  # other files are kept there
        path.parent.rmdir()
