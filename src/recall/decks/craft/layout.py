"""How the file itself is written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.decks.load import DeckFile
from recall.decks.places import Place, place_at
from recall.decks.problems import Problem
from recall.decks.value_spans import spans
from recall.i18n import _

_TRAILING = re.compile(r"[ \t]+(?=\r?$)", re.MULTILINE)


def layout(deck: DeckFile) -> Iterator[Problem]:
    """Spaces that nobody sees, and a last line without an end."""
    for place in trailing_spaces(deck.text):
        yield Problem(deck.path, *place, "trailing-space", _("spaces at the end of the line; delete them"))
    if deck.text and not deck.text.endswith("\n"):
        place = place_at(deck.text, len(deck.text))
        yield Problem(deck.path, *place, "final-newline", _("the last line has no end; end it with a new line"))


def trailing_spaces(text: str) -> Iterator[Place]:
    """Where spaces and tabs begin that end a line; not in a block, where they can break a line or be output."""
    found = list(_TRAILING.finditer(text))
    blocks = [span for span in spans(text) if span.is_block] if found else []
    for match in found:
        place = place_at(text, match.start())
        if not any(place in span for span in blocks):
            yield place
