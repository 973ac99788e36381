"""Entries put into a deck file, taken out of it, and carried from one to another; all others stay as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from recall.decks.fields import Fields
from recall.decks.load import DeckFile, parse_deck
from recall.decks.source import DeckSource
from recall.decks.yaml_text import as_read, entry_lines
from recall.errors import DeckError
from recall.i18n import _


def insert_card(text: str, fields: Fields) -> str:
    """The text with one more entry at its end, laid out as the others are. Raises DeckError."""
    return insert_cards(text, [fields])


def insert_cards(text: str, cards: Sequence[Fields], after: int | None = None) -> str:
    """The text with more entries, after entry `after` or at the end, laid out as the others are. Raises DeckError."""
    source = DeckSource(text)
    if not cards:
        return text
    if source.is_flow(("cards",)) and source.entries:
        raise source.in_brackets(("cards",))
    position = len(source.entries) if after is None else after + 1
    blocks = [_block(source, fields) for fields in cards]
    gap = [""] if _has_gaps(source) else []
    block = [line for n, lines in enumerate(blocks) for line in (*(gap if n else ()), *lines)]
    expected = [*source.entries[:position], *map(as_read, cards), *source.entries[position:]]
    return source.checked(_with_block(source, block, position), source.with_cards(expected))


def remove_card(text: str, n: int) -> str:
    """The text without entry `n`; comments round it stay. Raises DeckError."""
    source = DeckSource(text)
    start, end = source.extent(n)
    before, after = source.text[:start], source.text[end:]
    blank_after = re.match(r"(?:[ \t]*\r?\n)*", after)
    if n + 1 < len(source.entries) and blank_after and re.search(r"(?:\n[ \t]*|#.*|cards:.*)\r?\n$", before):
        after = after[blank_after.end() :]
    elif n + 1 == len(source.entries) and not after.strip():
        before, after = re.sub(r"(?:[ \t]*\r?\n)+$", source.newline, before), ""
    left = [*source.entries[:n], *source.entries[n + 1 :]] or None
    return source.checked(before + after, source.with_cards(left))


def copy_card(text: str, n: int, target: str) -> str:
    """The `target` with entry `n` of a text at its end. What the old head said of it goes with it. Raises DeckError."""
    source, into = DeckSource(text), DeckSource(target)
    if (source.head.get("macros") or {}).items() - (into.head.get("macros") or {}).items():
        raise source.refusal(_("the card may use `macros:` of this file, which the other file lacks"), ("macros",))
    entry = source.entry(n)
    told = ((name, source.head.get(name)) for name in ("topic", "source", "tags") if name not in entry)
    missing = {name: value for name, value in told if value is not None and value != into.head.get(name)}
    if missing or source.is_flow(("cards", n)) or (into.is_flow(("cards",)) and into.entries):
        return insert_card(target, {**entry, **missing})
    return _copied(source, n, into)


def read_entry(fields: Fields) -> DeckFile:
    """What a card of these fields would be, and what is wrong with it. Raises DeckError."""
    return parse_deck(Path(), insert_card("", fields).encode())


def _copied(source: DeckSource, n: int, into: DeckSource) -> str:
    """The target with the entry as it is written; written anew where it can't stand there so."""
    start, end = source.extent(n)
    lines = source.text[start:end].replace("\r\n", "\n").rstrip("\n").split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    dedented = [line[indent:] if line[:indent].isspace() or not indent else line for line in lines]
    block = [f"{' ' * into.dash_column()}{line}" if line else "" for line in dedented]
    try:
        changed = _with_block(into, block, len(into.entries))
        return into.checked(changed, into.with_cards([*into.entries, source.entry(n)]))
    except DeckError:
        return insert_card(into.mark + into.text, source.entry(n))


def _block(source: DeckSource, fields: Fields) -> list[str]:
    """The lines of a new entry, indented as the last one is."""
    dash, gap = 0, 2
    if source.entries:
        last = len(source.entries) - 1
        position = source.dash(last)
        dash = source.column(position)
        first = source.offset(source.tree.places["cards", last])
        on_its_line = "\n" not in source.text[position:first] and not source.is_flow(("cards", last))
        gap = first - position if on_its_line else 2
    lines = entry_lines(fields) or ["{}"]
    first_line = f"{' ' * dash}-{' ' * (gap - 1)}{lines[0]}"
    return [first_line, *(f"{' ' * (dash + gap)}{line}" if line else "" for line in lines[1:])]


def _with_block(source: DeckSource, block: Sequence[str], position: int) -> str:
    """The text with the lines of some entries put behind the first `position` of those it has."""
    nl = source.newline
    lines = nl.join(block)
    if not source.entries:
        return _into_empty(source, lines)
    end = source.line_end(source.span(("cards", position - 1))[1])
    gap = nl * (2 if _has_gaps(source) else 1)
    return source.text[:end] + gap + lines + (source.text[end:] or nl)


def _into_empty(source: DeckSource, lines: str) -> str:
    nl, text = source.newline, source.text
    if "cards" not in (source.tree.value or {}):
        joint = "" if not text or text.endswith("\n") else nl
        return f"{text}{joint}cards:{nl}{lines}{nl}"
    start, end = source.span(("cards",))
    stop = source.line_end(end)
    kept = text[:start].rstrip(" ") + text[end:stop] if source.is_flow(("cards",)) else text[:stop]
    return kept + nl + lines + (text[stop:] or nl)


def _has_gaps(source: DeckSource) -> bool:
    """Whether blank lines stand between the entries; where there are not two, one is put unless they are in braces."""
    last = len(source.entries) - 1
    if last < 1:
        return not source.is_flow(("cards", 0))
    end = source.line_end(source.span(("cards", last - 1))[1])
    return re.search(r"\n[ \t]*\r?\n", source.text[end : source.extent(last)[0] or None]) is not None
