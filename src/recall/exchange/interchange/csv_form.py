"""Cards as CSV: a column for each field that a person edits, the rest as JSON in the last."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from recall.core.history import undone_rows
from recall.core.model import Event, Review
from recall.decks.write import Fields
from recall.exchange.interchange.entries import BILINGUAL, InterchangeError, Read, fields_of, read_cards
from recall.exchange.interchange.log import LOG_COLUMNS, log_row
from recall.i18n import _
from recall.store.catalogue import Placed

_LISTS = ("source", "tags")
_PLAIN = ("id", "kind", "deck", "topic", "difficulty", "answer", "as_of")
_REST = "rest"
COLUMNS = (
    *_PLAIN[:4],
    *(f"{name}_{code}" for name in BILINGUAL for code in ("zh", "en")),
    *_PLAIN[4:],
    *_LISTS,
    _REST,
)


def as_csv(cards: Iterable[Placed]) -> str:
    """One card a line, in UTF-8 with the mark that spreadsheets look for."""
    return _table(COLUMNS, (_row(fields_of(placed)) for placed in cards))


def read_csv(path: Path, text: str) -> Read:
    """Raises InterchangeError."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        if set(reader.fieldnames or ()) != set(COLUMNS):
            raise ValueError
        entries = [_entry(row) for row in reader]
    except (csv.Error, ValueError, TypeError, AttributeError, RecursionError):
        message = _("{path} can't be imported: it is no CSV that recall wrote; nothing was changed")
        raise InterchangeError(message.format(path=path)) from None
    cards, left_out = read_cards(entries)
    return Read(cards, (), left_out)


def log_as_csv(reviews: Iterable[Review], events: Iterable[Event]) -> str:
    """Every answer, one a line; `undone` says which were taken back."""
    undone = undone_rows(events)
    return _table(LOG_COLUMNS, (log_row(row, row.id in undone) for row in reviews))


def _table(columns: Sequence[str], rows: Iterable[Fields]) -> str:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, columns)
    writer.writeheader()
    writer.writerows(rows)
    return "\ufeff" + written.getvalue()


def _row(fields: Fields) -> Fields:
    """The columns of an entry; what has none is JSON in the last."""
    row: Fields = {}
    rest: Fields = {}
    for name, value in fields.items():
        if name in BILINGUAL:
            texts = value if isinstance(value, dict) else {"zh": value, "en": value}
            row.update({f"{name}_{code}": text for code, text in texts.items()})
        elif name in _PLAIN and not isinstance(value, list):
            row[name] = value
        elif name in _LISTS and all(";" not in part and part == part.strip() for part in value):
            row[name] = "; ".join(value)
        else:
            rest[name] = value
    return {**row, _REST: json.dumps(rest, ensure_ascii=False)} if rest else row


def _entry(row: Fields) -> Fields:
    """The inverse of `_row`."""
    entry: Fields = {name: row[name] for name in _PLAIN if row[name]}
    for name in BILINGUAL:
        texts = {code: row[f"{name}_{code}"] for code in ("zh", "en") if row[f"{name}_{code}"]}
        if texts:
            entry[name] = texts["zh"] if texts.get("zh") == texts.get("en") else texts
    entry.update({name: row[name].split("; ") for name in _LISTS if row[name]})
    return {**entry, **json.loads(row[_REST] or "{}")}
