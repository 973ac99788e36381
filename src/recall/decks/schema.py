"""The fields of a deck file, as types. msgspec checks values against them."""

from __future__ import annotations

import msgspec


class Bilingual(msgspec.Struct, forbid_unknown_fields=True):
    """A text in two languages; one may be missing."""

    zh: str | None = None
    en: str | None = None


TextField = str | Bilingual


class CardFields(msgspec.Struct, forbid_unknown_fields=True):
    """One entry under `cards:`."""

    id: str | None = None
    topic: str | None = None
    kind: str | None = None
    front: TextField | None = None
    back: TextField | None = None
    reverse: bool = False
    cloze: TextField | None = None
    more: TextField | None = None
    source: str | list[str] | None = None
    difficulty: int | None = None
    tags: str | list[str] | None = None
    as_of: str | None = None


BILINGUAL = frozenset({"front", "back", "cloze", "more"})
"""Fields of a card that may be given by language."""


class DeckFields(msgspec.Struct, forbid_unknown_fields=True):
    """The head of a deck file: what holds for the cards below."""

    topic: str | None = None
    deck: str | None = None
    source: str | list[str] | None = None
    tags: str | list[str] | None = None
    macros: dict[str, str] | None = None


LATER_KINDS = frozenset(
    {
        *("choices", "answer", "pattern", "tolerance", "unit", "steps", "decoys", "code", "minutes", "rubric"),
        *("red_flags", "follow_up", "drill", "starter", "tests", "solution"),
    }
)
"""Fields of kinds of card that this version does not ask yet."""
