"""The fields of a deck file, as types. msgspec checks values against them."""

from __future__ import annotations

import msgspec


class Bilingual(msgspec.Struct, forbid_unknown_fields=True):
    """A text in two languages; one may be missing."""

    zh: str | None = None
    en: str | None = None


TextField = str | Bilingual
Words = str | list[str]


class OptionFields(msgspec.Struct, forbid_unknown_fields=True):
    """One of `choices:`."""

    text: TextField
    why: TextField | None = None
    correct: bool = False


class PointFields(msgspec.Struct, forbid_unknown_fields=True):
    """One of `rubric:`."""

    point: TextField
    weight: int = 1
    must: bool = False


class CardFields(msgspec.Struct, forbid_unknown_fields=True):
    """One entry under `cards:`."""

    id: str | None = None
    topic: str | None = None
    kind: str | None = None
    front: TextField | None = None
    back: TextField | None = None
    reverse: bool = False
    cloze: TextField | None = None
    choices: list[OptionFields] | None = None
    multiple: bool = False
    answer: Words | None = None
    pattern: str | None = None
    tolerance: str | None = None
    unit: str | None = None
    steps: list[TextField] | None = None
    decoys: list[TextField] | None = None
    code: str | None = None
    minutes: float | None = None
    rubric: list[PointFields] | None = None
    red_flags: list[TextField] | None = None
    follow_up: list[TextField] | None = None
    drill: dict[str, str] | None = None
    starter: str | None = None
    tests: str | None = None
    solution: str | None = None
    more: TextField | None = None
    source: Words | None = None
    difficulty: int | None = None
    tags: Words | None = None
    as_of: str | None = None
    verify: str | None = None
    """How the claim of a card without a proof is held: `source` or `review`."""


BILINGUAL = frozenset({"front", "back", "cloze", "more"})
"""Fields of a card that may be given by language."""

READ = (*sorted(BILINGUAL), "choices", "steps", "decoys", "rubric", "red_flags", "follow_up")
"""Fields whose texts a reader sees, themselves or in what they hold."""


class DeckFields(msgspec.Struct, forbid_unknown_fields=True):
    """The head of a deck file: what holds for the cards below."""

    topic: str | None = None
    deck: str | None = None
    source: Words | None = None
    tags: Words | None = None
    macros: dict[str, str] | None = None


_OLDER_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


def truth_word(word: str) -> str:
    """A word for true or false as msgspec reads it: YAML's older ones spelt so, others as they are."""
    return _OLDER_WORDS.get(word.lower(), word)


def is_true(word: str) -> bool:
    """Whether a field with this value is true; one that is neither true nor false is not."""
    try:
        return msgspec.convert(truth_word(word), bool, strict=False)
    except msgspec.ValidationError:
        return False
