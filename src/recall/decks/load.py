"""A deck file to cards. Every problem is reported; a bad card never hides the good ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recall.core.model import Card
from recall.decks.build import CardBuilder, DeckDefaults, Passage, Reference, read_defaults
from recall.decks.hostile import decode, harmless, scalar_problems, text_problems
from recall.decks.ignoring import Ignored, read_ignored
from recall.decks.places import Place
from recall.decks.problems import Problem
from recall.decks.yaml_tree import Tree, TreeError, read_tree
from recall.i18n import _

_DOCUMENT_MARK = re.compile(r"(---|\.\.\.)\s")

MAX_BYTES = 4_000_000
"""Size limit of one deck file."""


@dataclass(frozen=True, slots=True)
class LocatedCard:
    """A card and the place of its entry in the file."""

    card: Card
    index: int
    """Which entry of the file it is, from 0; those that are no card count."""
    line: int
    column: int


@dataclass(slots=True)
class DeckFile:
    """What one file holds."""

    path: Path
    cards: list[LocatedCard] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    """The first line of each entry, also of one that is no card."""
    ignored: Ignored = field(default_factory=Ignored)
    text: str = ""
    """The file as it was read, empty when it could not be."""

    def report(self, code: str, message: str, place: Place = (1, 1)) -> None:
        self.problems.append(Problem(self.path, *place, code, message))


def load_deck(path: Path) -> DeckFile:
    """Read one deck file. Raises nothing: what can't be read is a problem of the result."""
    deck = DeckFile(path)
    try:
        content = _read(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        deck.report("unreadable", _("{reason}; the file is left out").format(reason=reason or error))
        return deck
    return parse_deck(path, content)


def parse_deck(path: Path, content: bytes) -> DeckFile:
    """The cards and problems of a file's content."""
    deck = DeckFile(path)
    try:
        text = decode(content)
    except TreeError as error:
        deck.report(error.code, error.message, error.place)
        return deck
    for code, message, place in text_problems(text):
        deck.report(code, message, place)
    text = deck.text = harmless(text)
    try:
        _read_whole(deck, read_tree(text))
    except TreeError as error:
        is_one_broken = _read_in_pieces(deck, text)
        told = {(problem.code, problem.line) for problem in deck.problems}
        if not (is_one_broken and error.code == "yaml") and (error.code, error.place[0]) not in told:
            deck.report(error.code, error.message, error.place)
    _ignore(deck)
    deck.problems.sort()
    return deck


def _ignore(deck: DeckFile) -> None:
    """Leave out what comments of the file ignore, and report those that ignore nothing."""
    deck.ignored = read_ignored(deck.text, deck.entries)
    for message, place in deck.ignored.findings():
        deck.report("unknown-code", message, place)
    deck.problems = [problem for problem in deck.problems if problem not in deck.ignored]


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise ValueError(_("not a regular file"))
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(_("larger than {size} MB; split it into several files").format(size=MAX_BYTES // 1_000_000))
    return path.read_bytes()


def _read_whole(deck: DeckFile, tree: Tree) -> None:
    _report_oddities(deck, tree)
    if tree.value is None:
        return
    if not isinstance(tree.value, dict):
        deck.report("no-cards", _("a deck file is a mapping with `cards:`, each card an entry under it"))
        return
    defaults = read_defaults(tree, deck.report, deck.references.extend)
    entries = tree.value.get("cards")
    if entries is None:
        if "cards" not in tree.value:
            deck.report("no-cards", _("no `cards:` in this file; put each card as an entry under it"))
        return
    if not isinstance(entries, list):
        deck.report("no-cards", _("`cards:` holds a list; begin each card with `- `"), tree.place(("cards",)))
        return
    builder = _builder(deck, defaults)
    for n, entry in enumerate(entries):
        _add(deck, builder, entry, tree, ("cards", n))


def _builder(deck: DeckFile, defaults: DeckDefaults) -> CardBuilder:
    return CardBuilder(defaults, deck.report, deck.references.extend, deck.passages.extend)


def _add(deck: DeckFile, builder: CardBuilder, entry: Any, tree: Tree, path: tuple[str | int, ...]) -> None:
    place = tree.place(path)
    deck.entries.append(place[0])
    card = builder.build(entry, tree, path)
    if card is not None:
        deck.cards.append(LocatedCard(card, len(deck.entries) - 1, *place))


def _read_in_pieces(deck: DeckFile, text: str) -> bool:
    """The file as a whole is not YAML: read each card alone, so that only a broken one is missing.

    Says whether one is: then the place of the mistake is known better than from the whole.
    """
    head, pieces = _split(text)
    builder = _builder(deck, _defaults_of(head, deck))
    is_one_broken = False
    for line, piece in pieces:
        try:
            tree = read_tree(piece, line)
        except TreeError as error:
            deck.entries.append(line)
            deck.report(error.code, error.message, error.place)
            is_one_broken = True
            continue
        _report_oddities(deck, tree)
        if isinstance(tree.value, list):
            for n, entry in enumerate(tree.value):
                _add(deck, builder, entry, tree, (n,))
    return is_one_broken


def _defaults_of(head: str, deck: DeckFile) -> DeckDefaults:
    try:
        tree = read_tree(head)
    except TreeError:
        return DeckDefaults()
    return read_defaults(tree, deck.report, deck.references.extend) if isinstance(tree.value, dict) else DeckDefaults()


def _split(text: str) -> tuple[str, list[tuple[int, str]]]:
    """What stands before `cards:`, and each `- ` entry under it with the number of its first line."""
    lines = [f"{line}\n" for line in text.split("\n")]
    start = next((n for n, line in enumerate(lines) if re.match(r"cards\s*:", line)), None)
    if start is None:
        return "", []
    return "".join(lines[:start]), list(_pieces(lines, start + 1))


def _pieces(lines: list[str], start: int) -> Iterator[tuple[int, str]]:
    end = next((n for n in range(start, len(lines)) if _DOCUMENT_MARK.match(lines[n])), len(lines))
    indents = [len(m[1]) for line in lines[start:end] if (m := re.match(r"( *)-\s", line))]
    if not indents:
        return
    entry = re.compile(rf" {{{min(indents)}}}-\s")
    starts = [n for n in range(start, end) if entry.match(lines[n])]
    for first, after in zip(starts, [*starts[1:], end], strict=True):
        yield first + 1, "".join(lines[first:after])


def _report_oddities(deck: DeckFile, tree: Tree) -> None:
    known = {(problem.code, problem.line) for problem in deck.problems}
    for code, message, place in scalar_problems(tree.scalars):
        if (code, place[0]) not in known:
            deck.report(code, message, place)
    for key, place in tree.duplicate_keys:
        message = _("`{key}` is given twice here; the first one counts").format(key=key)
        deck.report("duplicate-key", message, place)
