"""What was read elsewhere, taken in: cards into deck files and answers into the log, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from recall.core.history import LogRow
from recall.core.model import Review
from recall.decks.changes import Changes, all_or_nothing
from recall.exchange.importing.edits import accept
from recall.exchange.importing.files import add_cards
from recall.exchange.importing.result import Imported
from recall.store.backups import back_up_before
from recall.workspace import Workspace


def count_rows(result: Imported, rows: Sequence[LogRow]) -> None:
    """Say how many answers and decisions would come."""
    result.reviews = sum(isinstance(row, Review) for row in rows)
    result.decisions = len(rows) - result.reviews


def take_in(
    workspace: Workspace,
    result: Imported,
    rows: Sequence[LogRow],
    folder: Path,
    *,
    accept_edits: bool,
    first: Callable[[Changes], None] = lambda _changes: None,
) -> None:
    """Write the new cards of a result into a folder, its edits where they are accepted, and rows of the log.

    `first` is done before, and taken back with the rest. Raises RecallError; then nothing was changed.
    """
    if rows:
        back_up_before(workspace.store, workspace.home, "import")
    with all_or_nothing() as changes:
        first(changes)
        result.files = add_cards(changes, folder, result.new)
        if accept_edits:
            result.files += accept(workspace, changes, result.changed)
        with workspace.store.write() as tx:
            workspace.ledger.receive(tx, rows)
    workspace.library.take_in(result.files)
