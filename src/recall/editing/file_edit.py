"""An edit of deck files that is made as a whole, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from recall.core.model import LogId
from recall.decks.rewrite import read_text, rewrite_file
from recall.errors import DeckError, RecallError
from recall.i18n import _

if TYPE_CHECKING:
    from recall.workspace import Workspace

Texts = Mapping[Path, str | None]
"""What deck files hold; None where there is no file."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What some deck files held before and after an edit, in the order in which it wrote them."""

    before: Texts
    after: Texts

    @property
    def changes_something(self) -> bool:
        return self.before != self.after

    def take_back(self, workspace: Workspace) -> None:
        """Write what was there before, last file first.

        Raises DeckError for a file that was changed since, and then nothing is written; RecallError.
        """
        for path, text in self.after.items():
            if _text(path) != text:
                raise DeckError(_("it was changed since; nothing was taken back"), path)
        for path, text in reversed(list(self.before.items())):
            if self.after[path] != text:
                rewrite_file(path, _replacing(self.after[path], text))
        workspace.library.sync(set(self.before))


@dataclass(frozen=True, slots=True)
class Edits:
    """Edits that can be taken back, each with the newest row that the log had then."""

    made: list[tuple[LogId | None, FileEdit]] = field(default_factory=list)

    def remember(self, workspace: Workspace, edit: FileEdit) -> None:
        with workspace.store.read() as tx:
            self.made.append((tx.log.newest_id(), edit))

    def take_newest(self, workspace: Workspace) -> FileEdit | None:
        """The last edit, unless the log has something that came later and could be taken back; it is not kept here."""
        if not self.made:
            return None
        newest, _edit = self.made[-1]
        row = workspace.ledger.undoable()
        is_later = row is not None and (newest is None or row.id > newest)
        return None if is_later else self.made.pop()[1]


def edit_files(workspace: Workspace, paths: Iterable[Path], edit: Callable[[], object]) -> FileEdit:
    """Edit some deck files; where that fails half-way, what it wrote is taken back. Raises what `edit` raises."""
    before = {path: _text(path) for path in dict.fromkeys(paths)}
    try:
        edit()
    except RecallError:
        FileEdit(before, {path: _text(path) for path in before}).take_back(workspace)
        raise
    return FileEdit(before, {path: _text(path) for path in before})


def _replacing(expected: str | None, text: str | None) -> Callable[[str], str | None]:
    """A change to another text, of a file that holds what is expected."""

    def change(found: str) -> str | None:
        if found != (expected or ""):
            raise DeckError(_("it was changed since; nothing was taken back"))
        return text

    return change


def _text(path: Path) -> str | None:
    return read_text(path) if path.exists() else None
