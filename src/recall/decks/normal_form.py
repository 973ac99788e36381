"""What `recall fmt` makes of a deck file: an id on every card, no blanks at ends of lines, a last line break."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from recall.core.model import Card
from recall.decks.load import parse_deck
from recall.decks.places import line_at
from recall.decks.source import DeckSource, entries, says


def normal_form(text: str, id_of: Callable[[Card], str]) -> str:
    """The text in normal form; `id_of` names a card that has no id. A card that can't be read gets none.

    Raises DeckError when the file is not one that can be changed.
    """
    tidy = _tidied(text)
    given = entries(tidy)
    cards = parse_deck(Path(), tidy.encode()).cards
    return _with_ids(
        tidy, {located.index: id_of(located.card) for located in cards if "id" not in given[located.index]}
    )


def _tidied(text: str) -> str:
    """The text without blanks at the ends of lines, where they say nothing, and with one line break at its end."""
    source = DeckSource(text)
    says_blanks: set[int] = set()
    for path, (line, _column) in source.tree.places.items():
        last = line_at(source.text, source.span(path)[1])
        if last > line and not isinstance(source.value(path), dict | list):
            says_blanks.update(range(line, last + 1))
    lines = [
        line if n in says_blanks else re.sub(r"[ \t]+(\r?)$", r"\1", line)
        for n, line in enumerate(source.text.split("\n"), 1)
    ]
    changed = "\n".join(lines)
    ended = changed.rstrip("\r\n") + source.newline if changed.strip() else changed
    return source.checked(ended if says(ended, source.tree.value) else changed, source.tree.value)


def _with_ids(text: str, ids: Mapping[int, str]) -> str:
    """The text with ids written into entries that have none. Raises DeckError."""
    source = DeckSource(text)
    changed = source.text
    for n in sorted(ids, reverse=True):
        entry = source.entry(n)
        if source.is_flow(("cards", n)):
            at = source.text.index("{", source.offset(source.tree.places["cards", n])) + 1
            block = f"id: {ids[n]}, "
        else:
            at = source.key_offset(("cards", n, next(iter(entry))))
            block = f"id: {ids[n]}{source.newline}{' ' * source.column(at)}"
        changed = changed[:at] + block + changed[at:]
    cards = [{**entry, "id": ids[n]} if n in ids else entry for n, entry in enumerate(source.entries)]
    return source.checked(changed, source.with_cards(cards)) if ids else text
