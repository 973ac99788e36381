"""Cards as entries of deck files, on their way to another form and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recall.core.history import LogRow
from recall.core.model import Card
from recall.decks.load import parse_deck
from recall.decks.write import Fields, entry_fields, head_fields
from recall.errors import RecallError
from recall.i18n import N_
from recall.store.catalogue import Placed

BILINGUAL = ("front", "back", "more", "cloze")
_BATCH = 500
"""Cards that are read as one deck file."""
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


def fields_of(placed: Placed) -> Fields:
    """A card with what the head of its file says; one of a nameless deck gets its file's name."""
    card = placed.card
    nameless = {} if card.topic or card.deck else {"deck": placed.topic}
    return {**nameless, **head_fields(card), **entry_fields(card)}


def read_cards(entries: Iterable[Fields]) -> tuple[list[Card], list[str]]:
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
