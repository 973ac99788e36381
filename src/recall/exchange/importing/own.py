"""Cards and log that recall itself wrote as JSON, CSV or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from recall.core.history import LogRow
from recall.core.model import Card, CardId
from recall.decks.write import entry_fields, entry_text
from recall.exchange.importing.result import Edit, Imported
from recall.exchange.importing.taking import count_rows, take_in
from recall.exchange.interchange import InterchangeError, Read, read_csv, read_json, read_markdown
from recall.i18n import _
from recall.store import Transaction
from recall.store.log import Key, key_of
from recall.workspace import Workspace

FOLDER = "imported"
MAX_BYTES = 500_000_000
READERS: dict[str, Callable[[Path, str], Read]] = {
    ".json": read_json,
    ".csv": read_csv,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
"""By the end of a file's name."""


def import_own(workspace: Workspace, path: Path, *, dry_run: bool = False, accept_edits: bool = False) -> Imported:
    """Take in what `recall export` wrote. Raises RecallError; then nothing was changed."""
    read = READERS[path.suffix.lower()](path, _text(path))
    result = Imported(left_out=list(read.left_out))
    with workspace.store.read() as tx:
        _sort(tx, read.cards, result)
        rows = _new_rows(tx, read.rows)
    count_rows(result, rows)
    if not dry_run:
        take_in(workspace, result, rows, workspace.library.own_folder / FOLDER, accept_edits=accept_edits)
    return result


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InterchangeError(_("{path} is larger than any export").format(path=path))
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InterchangeError(_("{path}: {reason}").format(path=path, reason=error.strerror)) from None
    except UnicodeDecodeError:
        message = _("{path} can't be imported: it is not UTF-8; nothing was changed")
        raise InterchangeError(message.format(path=path)) from None


def _sort(tx: Transaction, cards: Iterable[Card], result: Imported) -> None:
    """Which cards are new, and which say something else here."""
    first: dict[CardId, Card] = {}
    for card in cards:
        first.setdefault(card.id, card)
    here = tx.catalogue.placed(first)
    for card in first.values():
        placed = here.get(card.id)
        if placed is None:
            result.new.append(card)
            continue
        result.known += 1
        if _said(placed.card) != _said(card):
            result.changed[card.id] = card
            result.edits.append(Edit(card.id, "entry", entry_text(placed.card), entry_text(card)))


def _said(card: Card) -> object:
    return {name: value for name, value in entry_fields(card).items() if name not in ("id", "topic")}


def _new_rows(tx: Transaction, rows: Iterable[LogRow]) -> list[LogRow]:
    known = tx.log.keys()
    fresh: dict[Key, LogRow] = {}
    for row in rows:
        if key_of(row) not in known:
            fresh.setdefault(key_of(row), row)
    return list(fresh.values())
