"""Tags that are slips of the pen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.i18n import _

RARE, OFTEN = 2, 8
"""A tag used at most, and at least, so many times."""
ALIKE = 0.85
"""Of difflib's ratio."""


def rare_tags(decks: Sequence[DeckFile]) -> Iterator[Problem]:
    """A tag that few cards have and that is nearly one that many have."""
    counts = Counter(reference.name for deck in decks for reference in deck.references if reference.kind == "tag")
    often = {_folded(tag): tag for tag, count in counts.items() if count >= OFTEN}
    meant = {tag: _meant(tag, often) for tag, count in counts.items() if count <= RARE} if often else {}
    for deck in decks:
        for reference in deck.references:
            if reference.kind == "tag" and (tag := meant.get(reference.name)):
                message = _("tag `{name}` is rare; did you mean `{near}`, as on {count} cards?")
                message = message.format(name=reference.name[:100], near=tag, count=counts[tag])
                yield Problem(deck.path, *reference.place, "rare-tag", message)


def _meant(tag: str, often: dict[str, str]) -> str | None:
    near = get_close_matches(_folded(tag)[:100], often, 1, ALIKE)
    return often[near[0]] if near else None


def _folded(tag: str) -> str:
    """Case, hyphens and an English plural left out of account."""
    return re.sub(r"[\s_-]", "", tag).casefold().removesuffix("s")
