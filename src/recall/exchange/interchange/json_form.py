"""Cards and log as JSON, and back wholly."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from recall.core.history import LogRow
from recall.exchange.interchange.entries import InterchangeError, Read, fields_of, read_cards
from recall.i18n import _
from recall.store.catalogue import Placed
from recall.store.row_lines import RowError, line_of, row_of_line

FORMAT = "recall"
VERSION = 1


def as_json(cards: Iterable[Placed], rows: Iterable[LogRow]) -> str:
    """Everything: `cards` as entries of deck files, `log` as rows of the database."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "cards": [fields_of(placed) for placed in cards],
        "log": [json.loads(line_of(row)) for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read_json(path: Path, text: str) -> Read:
    """Raises InterchangeError."""
    try:
        document = json.loads(text)
        given, lines, version = document["cards"], document.get("log", []), document["version"]
        if document["format"] != FORMAT or not isinstance(given, list) or not isinstance(lines, list):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        message = _("{path} can't be imported: it is no JSON that recall wrote; nothing was changed")
        raise InterchangeError(message.format(path=path)) from None
    if version != VERSION:
        raise InterchangeError(_("{path} was written by a newer recall; update this one").format(path=path))
    cards, left_out = read_cards(entry for entry in given if isinstance(entry, dict))
    rows: list[LogRow] = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(row_of_line(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass")))
        except RowError as error:
            left_out.append(_("row {n} of the log is none ({column})").format(n=number, column=error))
    return Read(cards, rows, left_out)
