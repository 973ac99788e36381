"""Dollar signs that stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.core.formulas import masked
from recall.decks.formula_lint import without_clozes
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.scalar_place import place_in_file
from recall.i18n import _

_MONEY = re.compile(r"\$\d[\d.,]*(?![\w\\^{=+*]|\s*[\\^{=+*])|\$\d[\d.,]*(?:k|K|M|B|bn)\b")
_MARK = re.compile(r"\\.|\$", re.DOTALL)


def loose_dollars(deck: DeckFile) -> Iterator[Problem]:
    """The first dollar of each text that belongs to no formula and is not money."""
    for passage in deck.passages:
        if "$" not in passage.text:
            continue
        text, origins = without_clozes(passage.text)
        if (offset := _first_loose(text)) is not None:
            place = place_in_file(deck.text, passage, origins[offset])
            message = _("this `$` begins or ends no formula; close it, leave no space inside, or write `{escaped}`")
            yield Problem(deck.path, *place, "dollar", message.format(escaped=r"\$"))


def _first_loose(text: str) -> int | None:
    """Where the first such dollar stands; None when there is none."""
    words = masked(text, " ")
    marks = (match for match in _MARK.finditer(words) if match[0] == "$")
    return next((mark.start() for mark in marks if not _MONEY.match(words, mark.start())), None)
