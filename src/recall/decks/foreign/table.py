"""Tables of cards: CSV and TSV, with or without a header, also as Anki writes them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from recall.core import cloze
from recall.decks.foreign.deck import ForeignDeck, ReadOptions, from_html
from recall.decks.yaml_text import Value
from recall.i18n import _

NAMES = {
    "front": ("front", "question", "q", "prompt", "term", "word", "text", "正面", "问题", "题目"),
    "back": ("back", "answer", "a", "response", "definition", "meaning", "translation", "背面", "答案"),
    "more": ("more", "extra", "back extra", "explanation", "notes", "note", "hint", "备注"),
    "tags": ("tags", "tag", "标签"),
    "source": ("source", "来源"),
}
"""What a column may be called."""
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "colon": ":", "space": " "}
_DELIMITERS = ("\t", ",", ";", "|")
_DIRECTIVE = re.compile(r"#([a-z ]+):(.*)")
_TAGS = re.compile(r"[\w:./-]{1,40}(?:[ ,;][\w:./-]{1,40}){0,9}")
SAMPLE = 200
"""Rows that are looked at for the delimiter and the columns."""


def read_table(text: str, name: str, options: ReadOptions) -> ForeignDeck:
    """The cards of a table."""
    directives, body, skipped = _directives(text)
    deck = ForeignDeck(directives.get("deck") or name)
    rows = _rows(body, options.delimiter or _separator(directives) or _found_delimiter(body), skipped)
    if not rows:
        return deck
    header = _header(rows[0][1]) if options.has_header is not False else {}
    columns = _columns(options, directives, header, rows)
    for line, row in rows[1:] if header or options.has_header else rows:
        _add(deck, line, row, columns)
    return deck


def _directives(text: str) -> tuple[dict[str, str], str, int]:
    """Anki's `#key:value` lines at the beginning, the rest, and how many lines they are."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    n = 0
    while n < len(lines) and (match := _DIRECTIVE.fullmatch(lines[n].strip())):
        found[match[1]] = match[2].strip()
        n += 1
    return found, "\n".join(lines[n:]), n


def _separator(directives: dict[str, str]) -> str | None:
    word = directives.get("separator")
    return _SEPARATORS.get(word.lower(), word[:1]) if word else None


def _found_delimiter(body: str) -> str:
    """The delimiter under which most rows have the same number of columns, two at least."""
    sample = re.sub(r"&#?\w+;", "x", "\n".join(body.split("\n")[:SAMPLE]))

    def agreement(delimiter: str) -> int:
        widths = Counter(len(row) for _line, row in _rows(sample, delimiter, 0))
        return max((count for width, count in widths.items() if width > 1), default=0)

    return max(_DELIMITERS, key=agreement)


def _rows(body: str, delimiter: str, skipped: int) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, each with the line it begins on."""
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(body), delimiter=delimiter)
    rows, line = [], 1 + skipped
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append((line, row))
        line = reader.line_num + 1 + skipped
    return rows


def _header(row: Sequence[str]) -> dict[int, str]:
    """What each column holds, if this row says so for the front and the back."""
    kinds = {name: kind for kind, names in NAMES.items() for name in names}
    found = {n: kinds[cell.strip().lower()] for n, cell in enumerate(row) if cell.strip().lower() in kinds}
    return found if "front" in found.values() and len(found) > 1 else {}


def _columns(
    options: ReadOptions, directives: dict[str, str], header: dict[int, str], rows: list[tuple[int, list[str]]]
) -> dict[int, str]:
    """What each column holds: as given, as the file says, or as it looks."""
    if options.columns:
        return {n: name for n, name in enumerate(options.columns) if name in NAMES}
    if header:
        return header
    if "columns" in directives and (named := _header(re.split(r"[,\t;]", directives["columns"]))):
        return named
    columns = {0: "front", 1: "back"}
    if number := directives.get("tags column", ""):
        return {**columns, int(number) - 1: "tags"} if number.isdigit() else columns
    thirds = [row[2].strip() for _line, row in rows[:SAMPLE] if len(row) > 2 and row[2].strip()]
    if thirds:
        columns[2] = "tags" if all(_TAGS.fullmatch(cell) for cell in thirds) else "more"
    return columns


def _add(deck: ForeignDeck, line: int, row: list[str], columns: dict[int, str]) -> None:
    cells: dict[str, str] = {}
    for n, kind in columns.items():
        cell = from_html(row[n]) if n < len(row) else ""
        if cell and not cells.get(kind):
            cells[kind] = cell
    front, back = cells.get("front", ""), cells.get("back", "")
    rest: dict[str, Value] = {"more": cells.get("more"), "source": cells.get("source")}
    rest["tags"] = [word for word in re.split(r"[\s,;]+", cells.get("tags", "")) if word]
    if cloze.OPENING.search(front):
        deck.add(line, {"cloze": front, "back": back, **rest})
    elif front and back:
        deck.add(line, {"front": front, "back": back, **rest})
    else:
        deck.misread(line, _("this row has no answer") if front else _("this row has no question"))
