"""What `recall check --fix` mends: findings whose remedy is certain, in place, everything else byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from recall.core.model import Card
from recall.decks.craft.layout import trailing_spaces
from recall.decks.hostile import decode, harmless
from recall.decks.load import DeckFile, parse_deck
from recall.decks.places import Place, line_at, offset_of
from recall.decks.problems import Problem
from recall.decks.typesetting import Change, punctuation, spacing
from recall.decks.yaml_tree import TreeError

_WORD = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|[^\s,\[\]{}'\"#]+")
"""A tag or a kind as it is written, in quotation marks or without."""
_FULL_WIDTH = str.maketrans("，；：？！。（）", ",;:?!.()")


@dataclass(frozen=True, slots=True)
class Mended:
    """A file's text before and after."""

    path: Path
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Step:
    """One kind of mending: the changes of a file, and what of each card they have to leave as it is."""

    changes: Callable[[DeckFile], Iterator[Change]]
    kept: Callable[[Card], object]


def mend(path: Path, codes: Collection[str]) -> Mended | None:
    """The text of a deck file without its findings of these codes; None when nothing can be mended.

    What a step makes of the file is read again: a change that reaches further than it should, such as to the id of a
    card that takes it from its question, is left out. Raises OSError when the file can't be read.
    """
    content = path.read_bytes()
    try:
        text = decode(content)
    except TreeError:
        return None
    if harmless(text) != text:  # what is written back has to be what was read
        return None
    mark = "\ufeff" if content.startswith("\ufeff".encode()) else ""
    deck = parse_deck(path, content)
    for code, step in _STEPS.items():
        if code in codes:
            deck = _mended(deck, step)
    return Mended(path, mark + text, mark + deck.text) if deck.text != text else None


def _mended(deck: DeckFile, step: _Step) -> DeckFile:
    """The file after one step; change by change where all at once would reach too far."""
    changes = sorted(set(step.changes(deck)), reverse=True)
    together = _changed(deck, changes)
    if _is_safe(deck, together, step):
        return together
    for change in changes:
        alone = _changed(deck, [change])
        if _is_safe(deck, alone, step):
            deck = alone
    return deck


def _changed(deck: DeckFile, changes: Collection[Change]) -> DeckFile:
    """The file with all changes made; they come last first."""
    text = deck.text
    for start, end, new in changes:
        text = text[:start] + new + text[end:]
    return parse_deck(deck.path, text.encode()) if changes else deck


def _is_safe(before: DeckFile, after: DeckFile, step: _Step) -> bool:
    """Whether the file has the same cards, as far as the step has to leave them, and no new finding."""
    same = [step.kept(located.card) for located in before.cards] == [step.kept(located.card) for located in after.cards]
    return same and len(after.problems) <= len(before.problems)


def _line_ends(deck: DeckFile) -> Iterator[Change]:
    for place in trailing_spaces(deck.text):
        if not _is_ignored(deck, place, "trailing-space"):
            start = offset_of(deck.text, place)
            spaces = re.compile(r"[ \t]*").match(deck.text, start)
            yield start, spaces.end() if spaces else start, ""


def _last_line(deck: DeckFile) -> Iterator[Change]:
    if deck.text and not deck.text.endswith("\n"):
        yield len(deck.text), len(deck.text), "\r\n" if "\r\n" in deck.text else "\n"


def _double_tags(deck: DeckFile) -> Iterator[Change]:
    """Takes a repeated tag out of its list, whether that stands on one line or on several."""
    for start, word in _found(deck, "duplicate-tag"):
        line = deck.text.rfind("\n", 0, start) + 1
        item = re.compile(rf"[ \t]*-[ \t]+{re.escape(word)}[ \t]*\r?\n").match(deck.text, line)
        comma = re.search(r",\s*$", deck.text[:start])
        if item is not None:
            yield item.start(), item.end(), ""
        elif comma is not None:
            yield comma.start(), start + len(word), ""


def _kinds(deck: DeckFile) -> Iterator[Change]:
    """Writes the kind that the fields make."""
    for start, word in _found(deck, "kind"):
        line = line_at(deck.text, start)
        card = max((located for located in deck.cards if located.line <= line), key=lambda found: found.line)
        yield start, start + len(word), card.card.kind.value


def _found(deck: DeckFile, code: str) -> Iterator[tuple[int, str]]:
    """The offset and the text of each value that has such a finding."""
    for problem in deck.problems:
        if problem.code == code:
            start = offset_of(deck.text, (problem.line, problem.column))
            if word := _WORD.match(deck.text, start):
                yield start, word[0]


def _spacing(deck: DeckFile) -> Iterator[Change]:
    return (change for change, place in spacing(deck) if not _is_ignored(deck, place, "spacing"))


def _punctuation(deck: DeckFile) -> Iterator[Change]:
    return (change for change, place in punctuation(deck) if not _is_ignored(deck, place, "punctuation"))


def _is_ignored(deck: DeckFile, place: Place, code: str) -> bool:
    return Problem(deck.path, *place, code, "") in deck.ignored


def _as_it_is(card: Card) -> object:
    return card


def _but_for_spaces(card: Card) -> object:
    return re.sub(r"\\n|\s", "", repr(card))


def _but_for_tags(card: Card) -> object:
    return replace(card, tags=tuple(dict.fromkeys(card.tags)))


def _but_for_typesetting(card: Card) -> object:
    """The card with its programs and answers, which have to stay as they are, apart."""
    exact = [getattr(card.body, name, None) for name in ("code", "answer", "answers", "starter", "checks", "solution")]
    return re.sub(r"\\n|\s", "", repr(card)).translate(_FULL_WIDTH), repr(exact)


_STEPS = {
    "trailing-space": _Step(_line_ends, _as_it_is),
    "final-newline": _Step(_last_line, _but_for_spaces),
    "duplicate-tag": _Step(_double_tags, _but_for_tags),
    "kind": _Step(_kinds, _as_it_is),
    "punctuation": _Step(_punctuation, _but_for_typesetting),
    "spacing": _Step(_spacing, _but_for_typesetting),
}
"""How each code is mended, in this order: a bracket that becomes a full-width one needs no space."""
