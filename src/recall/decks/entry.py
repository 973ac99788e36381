"""One entry of a deck file as text: taken out, found, and added to another file."""

from __future__ import annotations

import re
from pathlib import Path

from recall.decks.load import parse_deck


def entry_text(path: Path, line: int) -> str:
    """The lines of the card whose entry holds line `line` (from 1), without common indentation.

    Raises OSError when the file can't be read.
    """
    lines = path.read_text("utf-8").splitlines()
    start = next(n for n in range(line - 1, -1, -1) if re.match(r" *- ", lines[n]))
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][: indent + 1].isspace()):
        end += 1
    return "\n".join(text[indent:] for text in lines[start:end]).rstrip() + "\n"


def head_text(path: Path) -> str:
    """What stands before `cards:` in a deck file, and `cards:` itself."""
    head, mark, _cards = path.read_text("utf-8").partition("\ncards:")
    return f"{head}\ncards:\n" if mark else "cards:\n"


def append_entry(text: str, entry: str) -> str:
    """The file's text with one more card at the end of its list, indented as the others are.

    A file without a list gets one; an empty one written `cards: []` is written as a list.
    """
    text = re.sub(r"^cards:[ \t]*\[\s*\][ \t]*$", "cards:", text, flags=re.MULTILINE).rstrip("\n")
    head, mark, list_text = text.partition("cards:") if re.search(r"^cards:", text, re.MULTILINE) else (text, "", "")
    if not mark:
        text = f"{head}\ncards:" if head else "cards:"
    others = re.findall(r"^( *)-\s", list_text, re.MULTILINE)
    indent = min(others, key=len, default="")
    block = "".join(f"{indent}{line}\n" if line else "\n" for line in entry.splitlines())
    return text + ("\n\n" if others else "\n") + block


def entry_line(text: str, card_id: str) -> int | None:
    """The line (from 1) on which the card of that id begins in a file's text."""
    deck = parse_deck(Path(), text.encode())
    found = next((located for located in deck.cards if located.card.id == card_id), None)
    if found is not None:
        return found.line
    broken = re.search(rf"^\s*(?:- )?id: *['\"]?{re.escape(card_id)}['\"]?\s*$", text, re.MULTILINE)
    return text.count("\n", 0, broken.end()) + 1 if broken else None
