"""Changes of deck files that can be taken back, in their order among the rows of the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recall.core.model import LogId
from recall.decks.changes import Undoable
from recall.errors import DeckError

if TYPE_CHECKING:
    from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Edits:
    """What was changed, each with the newest row that the log had then."""

    made: list[tuple[LogId | None, Undoable]] = field(default_factory=list)

    def remember(self, workspace: Workspace, done: Undoable) -> None:
        with workspace.store.read() as tx:
            self.made.append((tx.log.newest_id(), done))

    def take_back(self, workspace: Workspace) -> int:
        """Take the last one back, unless the log has something that came later and could be taken back; of how many
        files that was.

        Raises DeckError when one of them was changed since: then the one before it is the last. Raises RecallError
        when they can't be written.
        """
        if not self.made or _has_come_since(workspace, self.made[-1][0]):
            return 0
        done = self.made[-1][1]
        try:
            done.take_back()
        except DeckError:  # it never can be any more; what came before it may
            self.made.pop()
            raise
        self.made.pop()
        workspace.library.take_in(done.before)
        return len(done.before)


def _has_come_since(workspace: Workspace, newest: LogId | None) -> bool:
    row = workspace.ledger.undoable()
    return row is not None and (newest is None or row.id > newest)
