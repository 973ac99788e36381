"""Cards as a list of objects in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from recall.core import cloze
from recall.decks.foreign.deck import ForeignDeck, ReadOptions, from_html
from recall.decks.foreign.table import NAMES
from recall.decks.places import line_at
from recall.decks.yaml_text import Value
from recall.i18n import _

_LIST = re.compile(r"\s*\[|\s*\{.*?\"(?:cards|notes|flashcards|questions|items)\"\s*:\s*\[", re.DOTALL)
_SKIPPED = re.compile(r"[\s,]*")


def read_json(text: str, name: str, _options: ReadOptions) -> ForeignDeck:
    """The cards of a list, or of the list under `cards` and the like."""
    deck = ForeignDeck(name)
    for line, value in _objects(text, deck):
        if isinstance(value, dict):
            _add(deck, line, value)
        else:
            deck.misread(line, _("not an object with a question and an answer"))
    return deck


def _objects(text: str, deck: ForeignDeck) -> Iterator[tuple[int, Any]]:
    """Each value of the list with its line; at the first one that is not JSON it ends."""
    opening = _LIST.match(text)
    if opening is None:
        deck.misread(1, _("no list of cards"))
        return
    decoder, position = json.JSONDecoder(), opening.end()
    while True:
        skipped = _SKIPPED.match(text, position)
        position = skipped.end() if skipped else position
        line = line_at(text, position)
        if text[position : position + 1] == "]":
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            deck.misread(line, _("not JSON from here on"))
            return
        yield line, value


def _add(deck: ForeignDeck, line: int, value: dict[str, Any]) -> None:
    named = {str(key).lower(): part for key, part in value.items()}
    cells = {kind: next((named[key] for key in keys if named.get(key)), None) for kind, keys in NAMES.items()}
    front, back = cells["front"], cells["back"]
    rest: dict[str, Value] = {
        "tags": _words(cells["tags"]),
        "source": _text(cells["source"]),
        "more": _text(cells["more"]),
    }
    if isinstance(front, str) and cloze.OPENING.search(front):
        deck.add(line, {"cloze": _text(front), "back": _text(back), **rest})
    elif isinstance(front, str) and isinstance(back, str | int | float):
        deck.add(line, {"front": _text(front), "back": _text(back), **rest})
    else:
        found = ", ".join(sorted(named))[:100]
        deck.misread(line, _("no question and answer among {fields}").format(fields=found))


def _text(value: Any) -> str | None:
    return from_html(str(value)) if isinstance(value, str | int | float) else None


def _words(value: Any) -> list[str]:
    words = re.split(r"[\s,;]+", value) if isinstance(value, str) else value if isinstance(value, list) else []
    return [str(word) for word in words if str(word).strip()]
