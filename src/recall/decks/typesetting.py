"""Chinese set as Chinese is set: where a deck file lacks a space, or has a half-width sign in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from recall.core.formulas import masked
from recall.decks.build import Passage
from recall.decks.formula_lint import without_clozes
from recall.decks.load import DeckFile
from recall.decks.places import Place
from recall.decks.scalar_place import offset_in_file
from recall.decks.standard.rules import CJK, STAND_IN, of_decks

Change = tuple[int, int, str]
"""The characters from the first to before the second offset of a file become the text."""
_Signs = Callable[[str], Iterator[tuple[int, str, str]]]

_SEAM = re.compile(f"(?<=[{CJK}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{CJK}])")
_STOP = re.compile(rf"(?<=[{CJK}])[,;:?!](?!\w)|[,;:?](?= ?[{CJK}])|(?<=[{CJK}])\.(?=\s|$)")
_BRACKETS = re.compile(rf"(?<=[{CJK}])\(([^()]*)\)|\(([^()]*)\)(?=[{CJK}])")
_FULL = dict(zip(",;:?!.()", "，；：？！。（）", strict=True))


def spacing(deck: DeckFile) -> Iterator[tuple[Change, Place]]:
    """A space for each seam of Chinese and what is not, code and formulas among it; and where its text begins."""
    return _changes(deck, _seams)


def punctuation(deck: DeckFile) -> Iterator[tuple[Change, Place]]:
    """The full-width sign for each half-width one beside Chinese; and where its text begins.

    Brackets without Chinese in them stay, with a space outside.
    """
    return _changes(deck, _signs)


def _seams(words: str) -> Iterator[tuple[int, str, str]]:
    yield from ((seam.start(), "", " ") for seam in _SEAM.finditer(words))


def _signs(words: str) -> Iterator[tuple[int, str, str]]:
    """Offset, what stands there, and what is to stand there."""
    for stop in _STOP.finditer(words):
        yield stop.start(), stop[0], _FULL[stop[0]]
    for brackets in _BRACKETS.finditer(words):
        start, end = brackets.start(), brackets.end()
        if re.search(f"[{CJK}]", brackets[0]):
            yield start, "(", _FULL["("]
            yield end - 1, ")", _FULL[")"]
        else:
            yield from ((at, "", " ") for at in (start, end) if _is_between_chinese(words, at))


def _is_between_chinese(words: str, at: int) -> bool:
    """Whether Chinese stands on one side of an offset and a bracket on the other."""
    return re.fullmatch(rf"[{CJK}]\(|\)[{CJK}]", words[max(0, at - 1) : at + 1]) is not None


def _changes(deck: DeckFile, signs: _Signs) -> Iterator[tuple[Change, Place]]:
    for passage in _chinese(deck):
        filled, origins = without_clozes(passage.text)
        for at, old, new in signs(masked(filled, STAND_IN)):
            offset = _as_written(deck.text, passage, _origin(passage.text, origins, at, old))
            if offset is None or not deck.text.startswith(old, offset):
                continue
            end = offset + len(old)
            if old and filled.startswith(" ", at + 1) and deck.text.startswith(" ", end) and new not in "（）":
                end += 1  # a full-width sign has its space in itself
            yield (offset, end, new), passage.place


def _chinese(deck: DeckFile) -> Iterator[Passage]:
    """The texts given in Chinese where there is an English one too, or could be."""
    for held in of_decks([deck]):
        for named in held.texts():
            text = named.text
            if text.zh and text.zh != text.en and (passage := held.passage(text.zh)):
                yield passage


def _origin(source: str, origins: Sequence[int], at: int, old: str) -> int:
    """Where the sign, or the seam before it, stands in a text with its clozes: outside of their braces."""
    if not old and at > 0 and source.startswith("{{", origins[at - 1] + 1):
        return origins[at - 1] + 1
    return origins[at]


def _as_written(source: str, passage: Passage, at: int) -> int | None:
    """The offset of a character of a passage in its file, None if it is not written there as it reads."""
    offset = offset_in_file(source, passage, at)
    return offset if offset is not None and source[offset] == passage.text[at] else None
