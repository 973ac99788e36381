"""A deck file's text, and where everything in it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recall.decks.hostile import harmless
from recall.decks.load import LocatedCard, parse_deck
from recall.decks.places import Place, line_at, offset_of
from recall.decks.yaml_tree import Path as TreePath
from recall.decks.yaml_tree import Tree, TreeError, read_tree
from recall.errors import DeckError
from recall.i18n import _

BOM = "\ufeff"
COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_BEFORE_FLOW = re.compile(r"(?:[&!]\S*\s+)*[\[{]")
"""A value in braces or brackets, after its anchor and tag."""


def entries(text: str) -> list[Any]:
    """What each entry says, every scalar a text. Raises DeckError when the file is no list of cards."""
    return list(DeckSource(text).entries)


def head(text: str) -> dict[str, Any]:
    """What stands besides the cards. Raises DeckError."""
    return DeckSource(text).head


def card_index(text: str, card_id: str, path: Path) -> int:
    """Which entry of a file's text, from 0, the card of that id is. Raises DeckError when it is not there any more."""
    if found := _located(text, card_id):
        return found.index
    entries(text)  # raises with what is wrong, where the file as a whole can't be read
    raise DeckError(_("the card {card} is not here any more").format(card=card_id), path)


def entry_line(text: str, card_id: str) -> int | None:
    """The line (from 1) on which the card of that id begins in a file's text."""
    if found := _located(text, card_id):
        return found.line
    broken = re.search(rf"^\s*(?:- )?id: *['\"]?{re.escape(card_id)}['\"]?\s*$", text, re.MULTILINE)
    return line_at(text, broken.end()) if broken else None


def _located(text: str, card_id: str) -> LocatedCard | None:
    return next((located for located in parse_deck(Path(), text.encode()).cards if located.card.id == card_id), None)


class DeckSource:
    """A text as it is written: what it says, the places of its values, and what stands round them.

    Raises DeckError when it is no deck file.
    """

    def __init__(self, text: str) -> None:
        self.mark = BOM if text.startswith(BOM) else ""
        self.text = text.removeprefix(BOM)
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        try:
            self.tree: Tree = read_tree(harmless(self.text))
        except TreeError as error:
            raise DeckError(error.message, None, *error.place) from None
        if self.tree.value is not None and not isinstance(self.tree.value, dict):
            raise DeckError(_("a deck file is a mapping with `cards:`, each card an entry under it"))
        cards = (self.tree.value or {}).get("cards") or []
        if not isinstance(cards, list):
            raise self.refusal(_("`cards:` holds a list; begin each card with `- `"), ("cards",))
        self.entries: list[Any] = cards

    @property
    def head(self) -> dict[str, Any]:
        """What stands besides the cards."""
        return {key: part for key, part in (self.tree.value or {}).items() if key != "cards"}

    def entry(self, n: int) -> dict[str, Any]:
        """Entry `n` as a mapping. Raises DeckError."""
        if not isinstance(self.entries[n], dict):
            raise self.refusal(_("a card is a mapping such as `front: ...` and `back: ...`"), ("cards", n))
        return dict(self.entries[n])

    def value(self, path: TreePath) -> Any:
        """What the value at `path` says."""
        value = self.tree.value
        for step in path:
            value = value[step]
        return value

    def with_cards(self, cards: list[Any] | None) -> dict[str, Any]:
        """What the whole file would say with other entries."""
        return {**(self.tree.value or {}), "cards": cards}

    def offset(self, place: Place) -> int:
        return offset_of(self.text, place)

    def span(self, path: TreePath) -> tuple[int, int]:
        """Where a value begins and ends, without what is blank after it."""
        start, end = self.offset(self.tree.places[path]), self.offset(self.tree.ends[path])
        return start, start + len(self.text[start:end].rstrip())

    def key_offset(self, path: TreePath) -> int:
        """Where the key of the value at `path` begins."""
        return self.offset(self.tree.key_places[path])

    def is_flow(self, path: TreePath) -> bool:
        """Whether a value stands in braces or brackets."""
        if path not in self.tree.places:
            return False
        return _BEFORE_FLOW.match(self.text, self.offset(self.tree.places[path])) is not None

    def is_block_mapping(self, path: TreePath) -> bool:
        start, _end = self.span(path)
        value = self.value(path)
        return isinstance(value, dict) and bool(value) and not self.is_flow(path) and self.text[start] != "*"

    def column(self, offset: int) -> int:
        """Characters before an offset on its line."""
        return offset - (self.text.rfind("\n", 0, offset) + 1)

    def line_end(self, offset: int) -> int:
        """Where the line ends, its line break not counted."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins, or the text ends."""
        end = self.line_end(offset)
        return end + (2 if self.text.startswith("\r\n", end) else self.text.startswith("\n", end))

    def dash(self, n: int) -> int:
        """Where the `-` of entry `n` stands. Raises DeckError when it has none to itself."""
        start = self.offset(self.tree.places["cards", n])
        found = re.search(r"(?:^|\n)[ \t]*(-)(?:[ \t]+|[ \t]*(?:#.*)?\r?\n[ \t]*)$", self.text[:start])
        if found is None or self.is_flow(("cards",)):
            raise self.in_brackets(("cards", n))
        return found.start(1)

    def dash_column(self) -> int:
        """Characters before the `-` of the last entry."""
        return self.column(self.dash(len(self.entries) - 1)) if self.entries else 0

    def extent(self, n: int) -> tuple[int, int]:
        """The whole lines of entry `n`."""
        dash = self.dash(n)
        return dash - self.column(dash), self.next_line(max(self.span(("cards", n))[1], dash))

    def comments(self, path: TreePath, start: int, end: int) -> Iterator[str]:
        """The comments in a part of the text that belongs to the value at `path`."""
        masked = list(self.text[start:end])
        for leaf, place in self.tree.places.items():
            if leaf[: len(path)] == path and not isinstance(self.value(leaf), dict | list):
                first, last = self.offset(place), self.span(leaf)[1]
                if self.text[first : first + 1] in ("|", ">"):
                    first = self.next_line(first)
                for n in range(max(first, start), min(last, end)):
                    masked[n - start] = "x"
        for line in "".join(masked).split("\n"):
            if found := COMMENT.search(line.rstrip("\r")):
                yield found[0]

    def refusal(self, message: str, path: TreePath) -> DeckError:
        return DeckError(message, None, *self.tree.place(path))

    def in_brackets(self, path: TreePath) -> DeckError:
        """The refusal to change a list that is written in brackets."""
        message = _("the cards stand in brackets here; write each on a line of its own that begins with `- `")
        return self.refusal(message, path)

    def checked(self, text: str, expected: Any) -> str:
        """The new text, if it says what is expected. Raises DeckError.

        A last line without its break may need one, or end a text that now has one more.
        """
        if not text.endswith("\n") and not says(text, expected):
            text += self.newline
        if not says(text, expected, is_exact=self.text.endswith("\n")):
            message = _("the file is written in a way that can't be changed here; edit it by hand (`recall edit`)")
            raise DeckError(message)
        return self.mark + text


def says(text: str, expected: Any, *, is_exact: bool = True) -> bool:
    """Whether a text reads as expected; when that need not be exact, but for line breaks at the ends of values."""
    try:
        value = read_tree(harmless(text)).value
    except TreeError:
        return False
    return bool(value == expected or (not is_exact and _unbroken(value) == _unbroken(expected)))


def _unbroken(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unbroken(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_unbroken(part) for part in value]
    return value.removesuffix("\n") if isinstance(value, str) else value
