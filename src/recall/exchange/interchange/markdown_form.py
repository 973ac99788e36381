"""Cards as Markdown: a section a card, a subsection a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from recall.core.faces import fenced
from recall.core.history import undone_rows
from recall.core.model import Event, Review
from recall.decks.write import Fields
from recall.exchange.interchange.entries import BILINGUAL, InterchangeError, Read, fields_of, read_cards
from recall.exchange.interchange.log import LOG_COLUMNS, log_row
from recall.i18n import _
from recall.store.catalogue import Placed

_CODE = ("code", "starter", "tests", "solution")
_HEADING = re.compile(r"(\\*)(#{2,3} )")
MARK = "<!-- recall -->"


def as_markdown(cards: Iterable[Placed]) -> str:
    """A section a card, a subsection a text."""
    return "".join((f"{MARK}\n", *(_section(fields_of(placed)) for placed in cards)))


def read_markdown(path: Path, text: str) -> Read:
    """Raises InterchangeError."""
    if not text.removeprefix("\ufeff").startswith(MARK):
        message = _("{path} can't be imported: it is no Markdown that recall wrote; nothing was changed")
        raise InterchangeError(message.format(path=path))
    cards, left_out = read_cards(_sections(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")[1:]))
    return Read(cards, (), left_out)


def log_as_markdown(reviews: Iterable[Review], events: Iterable[Event]) -> str:
    """The same as a table."""
    undone = undone_rows(events)
    rows = [LOG_COLUMNS, ("---",) * len(LOG_COLUMNS), *(log_row(row, row.id in undone).values() for row in reviews)]
    return "".join(f"| {' | '.join(_cell(value) for value in row)} |\n" for row in rows)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _section(fields: Fields) -> str:
    """A card: short values as a list, each text under a heading of its own, and what is neither as JSON."""
    short, long = [], []
    for name, value in fields.items():
        if name == "id":
            continue
        if isinstance(value, dict) and name in BILINGUAL:
            long += [_subsection(f"{name} ({code})", text) for code, text in value.items()]
        elif name in BILINGUAL:
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
