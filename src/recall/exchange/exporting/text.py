"""Cards or log as text."""

from __future__ import annotations

from recall.core.faces import items_of
from recall.exchange.exporting.selection import EVERYTHING, Selection, select_cards
from recall.exchange.interchange import as_csv, as_json, as_markdown, log_as_csv, log_as_markdown
from recall.workspace import Workspace


def export_text(
    workspace: Workspace, form: str, selection: Selection = EVERYTHING, *, only_log: bool = False
) -> tuple[str, dict[str, int]]:
    """Cards or log as `json`, `csv` or `markdown`, and how much of each there is. Raises NotFoundError."""
    with workspace.store.read() as tx:
        cards = select_cards(workspace, tx, selection)
        items = {item for placed in cards for item in items_of(placed.card)}
        reviews = [row for row in tx.log.reviews() if selection.is_everything or row.item in items]
        events = [row for row in tx.log.events() if selection.is_everything or row.item in items]
    if form == "json":
        return as_json(cards, [*reviews, *events]), {"cards": len(cards), "reviews": len(reviews)}
    if only_log:
        write_log = log_as_csv if form == "csv" else log_as_markdown
        return write_log(reviews, events), {"reviews": len(reviews)}
    write_cards = as_csv if form == "csv" else as_markdown
    return write_cards(cards), {"cards": len(cards)}
