"""What Browse writes, in words: decisions about items, and edits of deck files; the newest can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recall.core.model import EventKind, ItemId
from recall.editing.undoing import Edits
from recall.i18n import _, ngettext
from recall.names import decision_name
from recall.tui.browse_tasks import T, Task
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BrowseWriting:
    """Each method says what was done, and raises RecallError."""

    workspace: Workspace
    edits: Edits
    undo_key: Callable[[], str]

    def decide(self, kind: EventKind, items: Sequence[ItemId], **payload: object) -> str:
        """Write one decision about some items; one undo takes it back for all of them."""
        self.workspace.ledger.decide(kind, items, self.workspace.now(), **payload)
        count = ngettext("{n} item", "{n} items", len(items)).format(n=len(items))
        return self._undoable(_("Done: {what}, {items}.").format(what=decision_name(kind), items=count))

    def carry_out(self, task: Task[T], value: T) -> str:
        """Do what was asked for with the line that was typed."""
        done = task.do(value)
        if not done.changes:
            return done.text
        self.edits.remember(self.workspace, done.changes)
        return self._undoable(done.text)

    def undo(self) -> str:
        """Take back the edit or decision that came last."""
        if n := self.edits.take_back(self.workspace):
            return ngettext("Taken back in {n} file.", "Taken back in {n} files.", n).format(n=n)
        rows = self.workspace.ledger.undo(self.workspace.now())
        if not rows:
            return _("There is nothing to undo.")
        return ngettext("Taken back for {n} item.", "Taken back for {n} items.", len(rows)).format(n=len(rows))

    def _undoable(self, done: str) -> str:
        return _("{done} {key} takes it back.").format(done=done, key=self.undo_key())
