"""Cards and log as JSON, CSV and Markdown, and back without loss: JSON wholly, the other two the cards.

What a card says is what its entry in a deck file would say. CSV has a column for each field that a person edits, and
the rest as JSON in the last; Markdown a section for each text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recall.core.faces import fenced
from recall.core.history import LogRow, undone_rows
from recall.core.model import Card, Event, Review
from recall.decks.load import parse_deck
from recall.decks.write import Fields, entry_fields, head_fields
from recall.errors import RecallError
from recall.i18n import N_, _
from recall.store.catalogue import Placed
from recall.store.row_lines import RowError, line_of, row_of_line
from recall.store.times import due_to_text, to_text

FORMAT = "recall"
_MARK = "<!-- recall -->"
VERSION = 1
_BATCH = 500
"""Cards that are read as one deck file."""
_BILINGUAL = ("front", "back", "more", "cloze")
_LISTS = ("source", "tags")
_PLAIN = ("id", "kind", "deck", "topic", "difficulty", "answer", "as_of")
_CODE = ("code", "starter", "tests", "solution")
_REST = "rest"
COLUMNS = (
    *_PLAIN[:4],
    *(f"{name}_{code}" for name in _BILINGUAL for code in ("zh", "en")),
    *_PLAIN[4:],
    *_LISTS,
    _REST,
)
_SIGNS = (_MARK, ",".join(COLUMNS[:3]), f'"format": "{FORMAT}"')
"""What is found at the beginning of a file, whichever its format."""
LOG_COLUMNS = ("at", "item", "grade", "ms", "source", "due", "day", "response", "score", "undone", "id")
_HEADING = re.compile(r"(\\*)(#{2,3} )")
_BREAKS = re.compile("[\x85\u2028\u2029]")
"""Line breaks that only YAML knows; as escapes they stay what they are."""


class InterchangeError(RecallError):
    """A file of cards can't be read."""

    title = N_("Import")


@dataclass(frozen=True, slots=True)
class Read:
    """What a file held: cards, rows of the log, and what was not understood."""

    cards: Sequence[Card]
    rows: Sequence[LogRow] = ()
    left_out: Sequence[str] = ()


def as_json(cards: Iterable[Placed], rows: Iterable[LogRow]) -> str:
    """Everything: `cards` as entries of deck files, `log` as rows of the database."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "cards": [_fields(placed) for placed in cards],
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
    cards, left_out = _cards(entry for entry in given if isinstance(entry, dict))
    rows: list[LogRow] = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(row_of_line(json.dumps(line, ensure_ascii=False).encode("utf-8", "surrogatepass")))
        except RowError as error:
            left_out.append(_("row {n} of the log is none ({column})").format(n=number, column=error))
    return Read(cards, rows, left_out)


def as_csv(cards: Iterable[Placed]) -> str:
    """One card a line, in UTF-8 with the mark that spreadsheets look for."""
    return _table(COLUMNS, (_row(_fields(placed)) for placed in cards))


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
    cards, left_out = _cards(entries)
    return Read(cards, (), left_out)


def log_as_csv(reviews: Iterable[Review], events: Iterable[Event]) -> str:
    """Every answer, one a line; `undone` says which were taken back."""
    undone = undone_rows(events)
    return _table(LOG_COLUMNS, (_log_row(row, row.id in undone) for row in reviews))


def as_markdown(cards: Iterable[Placed]) -> str:
    """A section a card, a subsection a text."""
    return "".join((f"{_MARK}\n", *(_section(_fields(placed)) for placed in cards)))


def read_markdown(path: Path, text: str) -> Read:
    """Raises InterchangeError."""
    if not text.removeprefix("\ufeff").startswith(_MARK):
        message = _("{path} can't be imported: it is no Markdown that recall wrote; nothing was changed")
        raise InterchangeError(message.format(path=path))
    cards, left_out = _cards(_sections(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")[1:]))
    return Read(cards, (), left_out)


def is_own(beginning: bytes) -> bool:
    """Whether `recall export` wrote a file of cards that begins so."""
    return any(sign.encode() in beginning for sign in _SIGNS)


def log_as_markdown(reviews: Iterable[Review], events: Iterable[Event]) -> str:
    """The same as a table."""
    undone = undone_rows(events)
    rows = [LOG_COLUMNS, ("---",) * len(LOG_COLUMNS), *(_log_row(row, row.id in undone).values() for row in reviews)]
    return "".join(f"| {' | '.join(_cell(value) for value in row)} |\n" for row in rows)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _fields(placed: Placed) -> Fields:
    """A card with what the head of its file says; one of a nameless deck gets its file's name."""
    card = placed.card
    nameless = {} if card.topic or card.deck else {"deck": placed.topic}
    return {**nameless, **head_fields(card), **entry_fields(card)}


def _cards(entries: Iterable[Fields]) -> tuple[list[Card], list[str]]:
    """The cards of some entries, read as deck files are; what is wrong with the others."""
    groups: dict[str, tuple[Fields, list[Fields]]] = {}
    for entry in entries:
        head = {name: entry[name] for name in ("deck", "macros") if entry.get(name)}
        rest = {name: value for name, value in entry.items() if name not in ("deck", "macros")}
        groups.setdefault(json.dumps(head, ensure_ascii=False), (head, []))[1].append(rest)
    cards: list[Card] = []
    left_out: list[str] = []
    for head, given in groups.values():
        for start in range(0, len(given), _BATCH):
            text = json.dumps({**head, "cards": given[start : start + _BATCH]}, ensure_ascii=False)
            escaped = _BREAKS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
            deck = parse_deck(Path(), escaped.encode("utf-8", "replace"))
            cards += [located.card for located in deck.cards]
            left_out += [problem.message for problem in deck.problems]
    return cards, left_out


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
        if name in _BILINGUAL:
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
    for name in _BILINGUAL:
        texts = {code: row[f"{name}_{code}"] for code in ("zh", "en") if row[f"{name}_{code}"]}
        if texts:
            entry[name] = texts["zh"] if texts.get("zh") == texts.get("en") else texts
    entry.update({name: row[name].split("; ") for name in _LISTS if row[name]})
    return {**entry, **json.loads(row[_REST] or "{}")}


def _log_row(row: Review, is_undone: bool) -> Fields:
    return {
        "at": to_text(row.at),
        "item": row.item,
        "grade": row.grade.word,
        "ms": "" if row.ms is None else row.ms,
        "source": row.source.value,
        "due": due_to_text(row.due),
        "day": row.day.isoformat(),
        "response": row.response or "",
        "score": "" if row.score is None else row.score,
        "undone": "yes" if is_undone else "",
        "id": row.id,
    }


def _section(fields: Fields) -> str:
    """A card: short values as a list, each text under a heading of its own, and what is neither as JSON."""
    short, long = [], []
    for name, value in fields.items():
        if name == "id":
            continue
        if isinstance(value, dict) and name in _BILINGUAL:
            long += [_subsection(f"{name} ({code})", text) for code, text in value.items()]
        elif name in _BILINGUAL:
            long.append(_subsection(name, value))
        elif name in _CODE:
            long.append(f"### {name}\n\n{_block(value, 'python')}\n")
        elif isinstance(value, str) and value == " ".join(value.split()):
            short.append(f"- {name}: {value}\n")
        else:
            long.append(f"### {name}\n\n{_as_json(value)}\n")
    return "\n".join((f"\n## {fields.get('id', '')}".rstrip() + "\n", "".join(short), *long))


def _subsection(heading: str, text: str) -> str:
    if text != text.strip() or text.startswith("```") or "\r" in text:
        return f"### {heading}\n\n{_as_json(text)}\n"
    lines = (_HEADING.sub(r"\\\g<0>", line, count=1) if _HEADING.match(line) else line for line in text.split("\n"))
    return f"### {heading}\n\n" + "\n".join(lines) + "\n"


def _as_json(value: Any) -> str:
    return fenced(json.dumps(value, ensure_ascii=False, indent=1), "json")


def _block(code: str, syntax: str) -> str:
    """A block whose content is the code to the last character, and a line end."""
    opening, *_rest, closing = fenced(code or " ", syntax).split("\n")
    return f"{opening}\n{code}\n{closing}"


def _sections(lines: Sequence[str]) -> Iterator[Fields]:
    """The entries of a Markdown file; the inverse of `_section`."""
    entry: Fields | None = None
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if line.startswith("## ") or line == "##":
            if entry is not None:
                yield entry
            entry = {"id": line[3:].strip()} if line[3:].strip() else {}
        elif entry is not None and line.startswith("### "):
            value, place = _content(lines, place)
            _put(entry, line[4:].strip(), value)
        elif entry is not None and (found := re.match(r"- (\w+): (.*)", line)):
            entry[found[1]] = found[2]
    if entry is not None:
        yield entry


def _put(entry: Fields, heading: str, value: Any) -> None:
    found = re.fullmatch(r"(\w+) \((zh|en)\)", heading)
    if found:
        entry.setdefault(found[1], {})[found[2]] = value
    else:
        entry[heading] = value


def _content(lines: Sequence[str], place: int) -> tuple[Any, int]:
    """What stands under a heading, and the place behind it."""
    start = place
    while start < len(lines) and not lines[start]:
        start += 1
    if start < len(lines) and (fence := re.match(r"(`{3,})(json|python)$", lines[start])):
        end = next((n for n in range(start + 1, len(lines)) if lines[n] == fence[1]), len(lines))
        inside = "\n".join(lines[start + 1 : end])
        return (_value(inside) if fence[2] == "json" else inside), end + 1
    end = next((n for n in range(start, len(lines)) if re.match(r"#{2,3}( |$)", lines[n])), len(lines))
    shown = (line[1:] if (found := _HEADING.match(line)) and found[1] else line for line in lines[start:end])
    return "\n".join(shown).strip(), end


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
