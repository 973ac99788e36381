"""Changing a deck file by its entries: only the lines of what is changed are written anew.

Comments, order, blank lines, line ends and the writing of everything else stay byte for byte. Each change is read
again before it counts; where the file would not say exactly what was meant, it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from recall.decks.hostile import harmless
from recall.decks.load import DeckFile, parse_deck
from recall.decks.places import Place, line_at, offset_of
from recall.decks.schema import CardFields
from recall.decks.yaml_text import Value, as_read, bracketed, entry_lines, field_lines
from recall.decks.yaml_tree import Path as TreePath
from recall.decks.yaml_tree import Tree, TreeError, read_tree
from recall.errors import DeckError
from recall.files import alone_in, write_atomically
from recall.i18n import _

BOM = "\ufeff"
Fields = Mapping[str, Value]
_ORDER = {name: n for n, name in enumerate(CardFields.__struct_fields__)}
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_BEFORE_FLOW = re.compile(r"(?:[&!]\S*\s+)*[\[{]")
"""A value in braces or brackets, after its anchor and tag."""


def rewrite_file(path: Path, change: Callable[[str], str | None]) -> bool:
    """Let `change` make a file's text anew; says whether that wrote anything. A file that is not there is empty.

    With None for a text the file is taken away. One process at a time, so that of two that add a card neither loses it.

    Raises DeckError with the place when the change can't be made, RecallError when it can't be written.
    """
    with alone_in(path.parent):
        text = read_text(path)
        try:
            after = change(text)
        except DeckError as error:
            raise DeckError(error.message, path, error.line, error.column) from None
        if after == text:
            return False
        if after is None:
            path.unlink()
        else:
            write_atomically(path, after)
    return True


def read_text(path: Path) -> str:
    """The file's text, byte for byte; empty when there is no file. Raises DeckError when it can't be read."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DeckError(_("not UTF-8; save the file as UTF-8"), path, line) from None
    except OSError as error:
        raise DeckError(error.strerror or str(error), path) from None


def card_index(text: str, card_id: str, path: Path) -> int:
    """Which entry of a file's text, from 0, the card of that id is. Raises DeckError when it is not there any more."""
    places = entry_places(text)
    for located in parse_deck(path, text.encode()).cards:
        if located.card.id == card_id:
            return places.index((located.line, located.column))
    raise DeckError(_("the card {card} is not here any more").format(card=card_id), path)


def entries(text: str) -> list[Any]:
    """What each entry says, every scalar a text. Raises DeckError when the file is no list of cards."""
    return list(_Source(text).entries)


def head(text: str) -> dict[str, Any]:
    """What stands besides the cards. Raises DeckError."""
    value = _Source(text).tree.value or {}
    return {key: part for key, part in value.items() if key != "cards"}


def entry_places(text: str) -> list[Place]:
    """Line and column of each entry, as a reader of the file reports them. Raises DeckError."""
    source = _Source(text)
    return [source.tree.place(("cards", n)) for n in range(len(source.entries))]


def insert_card(text: str, fields: Fields, after: int | None = None) -> str:
    """The text with one more entry, after entry `after` or at the end, laid out as the others are. Raises DeckError."""
    return insert_cards(text, [fields], after)


def insert_cards(text: str, cards: Sequence[Fields], after: int | None = None) -> str:
    """The text with more entries, after entry `after` or at the end, laid out as the others are. Raises DeckError."""
    source = _Source(text)
    if source.is_flow(("cards",)) and source.entries:
        message = _("the cards stand in brackets here; write each on a line of its own that begins with `- `")
        raise source.refusal(message, ("cards",))
    position = len(source.entries) if after is None else after + 1
    blocks = [_entry_block(source, fields) for fields in cards]
    gap = [""] if _has_gaps(source) else []
    block = [line for n, lines in enumerate(blocks) for line in (*(gap if n else ()), *lines)]
    expected = [*source.entries[:position], *map(as_read, cards), *source.entries[position:]]
    return source.checked(_with_block(source, block, position), source.value_with_cards(expected))


def remove_card(text: str, n: int) -> str:
    """The text without entry `n`; comments round it stay. Raises DeckError."""
    source = _Source(text)
    start, end = source.extent(n)
    before, after = source.text[:start], source.text[end:]
    blank_after = re.match(r"(?:[ \t]*\r?\n)*", after)
    if n + 1 < len(source.entries) and blank_after and re.search(r"(?:\n[ \t]*|#.*|cards:.*)\r?\n$", before):
        after = after[blank_after.end() :]
    elif n + 1 == len(source.entries) and not after.strip():
        before, after = re.sub(r"(?:[ \t]*\r?\n)+$", source.newline, before), ""
    left = [*source.entries[:n], *source.entries[n + 1 :]] or None
    return source.checked(before + after, source.value_with_cards(left))


def set_fields(text: str, n: int, fields: Fields) -> str:
    """The text with some fields of entry `n` given other values; None takes a field away. Raises DeckError."""
    for name, value in fields.items():
        source = _Source(text)
        entry = source.entry(n)
        if name not in entry and value is None:
            continue
        if source.is_flow(("cards", n)):
            if as_read(value) != entry.get(name):
                text = _unfolded(source, n, {**entry, name: value})
            continue
        text = _set(text, ("cards", n), name, value)
    return text


def read_entry(fields: Fields, head_text: str = "") -> DeckFile:
    """What a card of these fields would be under a head, and what is wrong with it. Raises DeckError."""
    return parse_deck(Path(), insert_card(head_text, fields).encode())


def add_ids(text: str, ids: Mapping[int, str]) -> str:
    """The text with ids written into entries that have none. Raises DeckError."""
    source, changed = _Source(text), text.removeprefix(BOM)
    for n in sorted(ids, reverse=True):
        entry = source.entry(n)
        if source.is_flow(("cards", n)):
            at = source.text.index("{", source.offset(source.tree.places["cards", n])) + 1
            block = f"id: {ids[n]}, "
        else:
            at = source.offset(source.tree.key_places["cards", n, next(iter(entry))])
            block = f"id: {ids[n]}{source.newline}{' ' * source.column(at)}"
        changed = changed[:at] + block + changed[at:]
    cards = [{**entry, "id": ids[n]} if n in ids else entry for n, entry in enumerate(source.entries)]
    return source.checked(changed, source.value_with_cards(cards)) if ids else text


def tidied(text: str) -> str:
    """The text without blanks at the ends of lines, where they say nothing, and with one line break at its end."""
    source = _Source(text)
    says_blanks: set[int] = set()
    for path, (line, _column) in source.tree.places.items():
        last = line_at(source.text, source.span(path)[1])
        if last > line and not isinstance(_at(source.tree.value, path), dict | list):
            says_blanks.update(range(line, last + 1))
    lines = [
        line if n in says_blanks else re.sub(r"[ \t]+(\r?)$", r"\1", line)
        for n, line in enumerate(source.text.split("\n"), 1)
    ]
    changed = "\n".join(lines)
    ended = changed.rstrip("\r\n") + source.newline if changed.strip() else changed
    return source.checked(ended if _says(ended, source.tree.value) else changed, source.tree.value)


def set_tags(text: str, n: int, tags: Sequence[str]) -> str:
    """The text with other tags on entry `n`. Raises DeckError."""
    return set_fields(text, n, {"tags": list(tags) or None})


def copy_card(text: str, n: int, target: str) -> str:
    """The `target` with entry `n` of a text at its end. What the old head said of it goes with it. Raises DeckError."""
    source = _Source(text)
    old_head, new_head = head(text), head(target)
    told = {
        name: old_head.get(name) for name in ("topic", "source", "tags") if old_head.get(name) != new_head.get(name)
    }
    if (old_head.get("macros") or {}).items() - (new_head.get("macros") or {}).items():
        raise source.refusal(_("the card may use `macros:` of this file, which the other file lacks"), ("macros",))
    entry = source.entry(n)
    missing = {name: value for name, value in told.items() if name not in entry and value is not None}
    if missing or source.is_flow(("cards", n)):
        return insert_card(target, {**entry, **missing})
    return _copied(source, n, target)


def _copied(source: _Source, n: int, target: str) -> str:
    """The target with the entry as it is written; written anew where it can't stand there so."""
    start, end = source.extent(n)
    lines = source.text[start:end].replace("\r\n", "\n").rstrip("\n").split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip())
    dedented = [line[indent:] if line[:indent].isspace() or not indent else line for line in lines]
    into = _Source(target)
    if into.is_flow(("cards",)) and into.entries:
        return insert_card(target, source.entry(n))
    block = [f"{' ' * into.dash_column()}{line}" if line else "" for line in dedented]
    try:
        changed = _with_block(into, block, len(into.entries))
        return into.checked(changed, into.value_with_cards([*into.entries, source.entry(n)]))
    except DeckError:
        return insert_card(target, source.entry(n))


class _Source:
    """A deck file's text, and where everything in it stands."""

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

    def entry(self, n: int) -> dict[str, Any]:
        """Entry `n` as a mapping. Raises DeckError."""
        if not isinstance(self.entries[n], dict):
            raise self.refusal(_("a card is a mapping such as `front: ...` and `back: ...`"), ("cards", n))
        return dict(self.entries[n])

    def offset(self, place: Place) -> int:
        return offset_of(self.text, place)

    def span(self, path: TreePath) -> tuple[int, int]:
        """Where a value begins and ends, without what is blank after it."""
        start, end = self.offset(self.tree.places[path]), self.offset(self.tree.ends[path])
        return start, start + len(self.text[start:end].rstrip())

    def is_flow(self, path: TreePath) -> bool:
        """Whether a value stands in braces or brackets."""
        if path not in self.tree.places:
            return False
        return _BEFORE_FLOW.match(self.text, self.offset(self.tree.places[path])) is not None

    def is_block_mapping(self, path: TreePath) -> bool:
        start, _end = self.span(path)
        value = _at(self.tree.value, path)
        return isinstance(value, dict) and bool(value) and not self.is_flow(path) and self.text[start] != "*"

    def column(self, offset: int) -> int:
        """Characters before an offset on its line."""
        return offset - (self.text.rfind("\n", 0, offset) + 1)

    def line_end(self, offset: int) -> int:
        """Where the line ends, its line break not counted."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > offset and self.text[end - 1] == "\r" else end

    def dash(self, n: int) -> int:
        """Where the `-` of entry `n` stands. Raises DeckError when it has none to itself."""
        start = self.offset(self.tree.places["cards", n])
        found = re.search(r"(?:^|\n)[ \t]*(-)(?:[ \t]+|[ \t]*(?:#.*)?\r?\n[ \t]*)$", self.text[:start])
        if found is None or self.is_flow(("cards",)):
            message = _("the cards stand in brackets here; write each on a line of its own that begins with `- `")
            raise self.refusal(message, ("cards", n))
        return found.start(1)

    def extent(self, n: int) -> tuple[int, int]:
        """The whole lines of entry `n`."""
        dash = self.dash(n)
        end = self.line_end(max(self.span(("cards", n))[1], dash))
        return dash - self.column(dash), _after_break(self.text, end)

    def dash_column(self) -> int:
        return self.column(self.dash(len(self.entries) - 1)) if self.entries else 0

    def refusal(self, message: str, path: TreePath) -> DeckError:
        return DeckError(message, None, *self.tree.place(path))

    def value_with_cards(self, cards: list[Any] | None) -> dict[str, Any]:
        return {**(self.tree.value or {}), "cards": cards}

    def checked(self, text: str, expected: Any) -> str:
        """The new text, if it says what is expected. Raises DeckError.

        A last line without its break may need one, or end a text that now has one more.
        """
        if not text.endswith("\n") and not _says(text, expected):
            text += self.newline
        if not _says(text, expected, is_exact=self.text.endswith("\n")):
            message = _("the file is written in a way that can't be changed here; edit it by hand (`recall edit`)")
            raise DeckError(message)
        return self.mark + text

    def comments(self, path: TreePath, start: int, end: int) -> Iterator[str]:
        """The comments in a part of the text that belongs to the value at `path`."""
        masked = list(self.text[start:end])
        for leaf, place in self.tree.places.items():
            if leaf[: len(path)] == path and not isinstance(_at(self.tree.value, leaf), dict | list):
                first, last = self.offset(place), self.span(leaf)[1]
                if self.text[first : first + 1] in ("|", ">"):
                    first = self.line_end(first)
                for n in range(max(first, start), min(last, end)):
                    masked[n - start] = "x"
        for line in "".join(masked).split("\n"):
            if found := _COMMENT.search(line.rstrip("\r")):
                yield found[0]


def _says(text: str, expected: Any, *, is_exact: bool = True) -> bool:
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


def _at(value: Any, path: TreePath) -> Any:
    for step in path:
        value = value[step]
    return value


def _after_break(text: str, offset: int) -> int:
    return offset + len(re.match(r"(?:\r?\n)?", text[offset : offset + 2])[0])  # type: ignore[index]


def _set(text: str, path: TreePath, name: str, value: Value) -> str:
    """One field of a block mapping given a value, added, or taken away."""
    source = _Source(text)
    mapping, wanted = _at(source.tree.value, path), as_read(value)
    if name in mapping and mapping[name] == wanted and value is not None:
        return text
    at = (*path, name)
    if name not in mapping:
        changed = _added(source, path, name, value)
    elif value is None:
        changed = _taken_out(source, path, name)
    elif isinstance(value, Mapping) and source.is_block_mapping(at):
        for key in [*value, *(_at(source.tree.value, at).keys() - value.keys())]:
            text = _set(text, at, key, value.get(key))
        return text
    else:
        changed = _replaced(source, at, value)
    expected = _with_value(source.tree.value, path, name, wanted)
    return source.checked(changed, expected)


def _with_value(value: Any, path: TreePath, name: str, wanted: Any) -> Any:
    """A copy of the tree's value in which one field of the mapping at `path` is another, or is gone."""
    if not path:
        rest = {key: part for key, part in value.items() if key != name}
        return rest if wanted is None else {**rest, name: wanted}
    step = path[0]
    changed = _with_value(value[step], path[1:], name, wanted)
    if isinstance(value, list):
        return [changed if n == step else part for n, part in enumerate(value)]
    return {**value, step: changed}


def _replaced(source: _Source, at: TreePath, value: Value) -> str:
    key, end = source.offset(source.tree.key_places[at]), source.span(at)[1]
    comments = list(source.comments(at, key, source.line_end(max(key, end))))
    if len(comments) > 1:
        raise source.refusal(_("comments stand inside of `{field}`; edit it by hand").format(field=at[-1]), at)
    lines = field_lines(str(at[-1]), value)
    words = as_read(value)
    if source.is_flow(at) and isinstance(words, list) and all(isinstance(word, str) for word in words):
        short = bracketed(words)
        lines = [f"{at[-1]}: {short}"] if short else lines
    if comments:
        lines[0] += f"  {comments[0]}"
    return source.text[:key] + _joined(source, lines, key) + source.text[source.line_end(max(key, end)) :]


def _added(source: _Source, path: TreePath, name: str, value: Value) -> str:
    """A field put after those that come before it in the usual order."""
    mapping = _at(source.tree.value, path)
    rank = _ORDER.get(name, len(_ORDER)) if path[-1] != "cards" else 0
    earlier = [key for key in mapping if _ORDER.get(key, len(_ORDER)) <= rank and key != name]
    first = source.offset(source.tree.key_places[(*path, next(iter(mapping)))])
    block = _joined(source, field_lines(name, value), first)
    margin = source.newline + " " * source.column(first)
    if not earlier:
        return source.text[:first] + block + margin + source.text[first:]
    last = max(earlier, key=lambda key: source.tree.key_places[(*path, key)])
    end = source.line_end(source.span((*path, last))[1])
    return source.text[:end] + margin + block + source.text[end:]


def _taken_out(source: _Source, path: TreePath, name: str) -> str:
    at = (*path, name)
    mapping = _at(source.tree.value, path)
    key, end = source.offset(source.tree.key_places[at]), source.span(at)[1]
    if len(mapping) == 1:
        raise source.refusal(_("`{field}` is all there is; take the card away instead").format(field=name), at)
    starts = source.text[key - source.column(key) : key].isspace() or source.column(key) == 0
    if starts:
        return source.text[: key - source.column(key)] + source.text[_after_break(source.text, source.line_end(end)) :]
    following = min(p for k in mapping if (p := source.offset(source.tree.key_places[(*path, k)])) > key)
    if _COMMENT.search(source.text[source.line_end(end) : following]):
        raise source.refusal(_("comments stand inside of `{field}`; edit it by hand").format(field=name), at)
    return source.text[:key] + source.text[following:]


def _unfolded(source: _Source, n: int, fields: Fields) -> str:
    """Entry `n`, written in braces, written as a block with these fields."""
    at: TreePath = ("cards", n)
    start, end = source.span(at)
    if any(source.comments(at, start, end)):
        raise source.refusal(_("comments stand inside of this card; edit it by hand"), at)
    rest = source.text[end : source.line_end(end)]
    kept = {name: value for name, value in fields.items() if value is not None or source.entry(n).get(name, 0) is None}
    dash = source.dash(n)
    lines = entry_lines(_in_order(kept))
    lines[0] += rest.rstrip() if rest.strip() else ""
    block = f"{source.newline}{' ' * (source.column(dash) + 2)}".join(lines)
    changed = source.text[:dash] + "- " + _without_blank_margins(block) + source.text[source.line_end(end) :]
    cards = [*source.entries[:n], as_read(kept), *source.entries[n + 1 :]]
    return source.checked(changed, source.value_with_cards(cards))


def _in_order(fields: Fields) -> Fields:
    return dict(sorted(fields.items(), key=lambda field: _ORDER.get(field[0], len(_ORDER))))


def _entry_block(source: _Source, fields: Fields) -> list[str]:
    """The lines of a new entry, indented as the last one is."""
    dash, gap = 0, 2
    if source.entries:
        position = source.dash(len(source.entries) - 1)
        dash = source.column(position)
        first = source.offset(source.tree.places["cards", len(source.entries) - 1])
        on_its_line = "\n" not in source.text[position:first] and not source.is_flow(("cards", len(source.entries) - 1))
        gap = first - position if on_its_line else 2
    lines = entry_lines(fields) or ["{}"]
    first_line = f"{' ' * dash}-{' ' * (gap - 1)}{lines[0]}"
    return [first_line, *(f"{' ' * (dash + gap)}{line}" if line else "" for line in lines[1:])]


def _with_block(source: _Source, block: Sequence[str], position: int) -> str:
    """The text with the lines of an entry put before entry `position`, or at the end of the list."""
    nl = source.newline
    lines = nl.join(block)
    if not source.entries:
        return _into_empty(source, lines)
    end = source.line_end(source.span(("cards", max(position - 1, 0)))[1])
    gap = nl * (2 if _has_gaps(source) else 1)
    if position == 0:
        start = source.extent(0)[0]
        return source.text[:start] + lines + gap + source.text[start:]
    rest = source.text[end:]
    return source.text[:end] + gap + lines + (rest or nl)


def _into_empty(source: _Source, lines: str) -> str:
    nl, text = source.newline, source.text
    if "cards" not in (source.tree.value or {}):
        joint = "" if not text or text.endswith("\n") else nl
        return f"{text}{joint}cards:{nl}{lines}{nl}"
    start, end = source.span(("cards",))
    stop = source.line_end(end)
    kept = text[:start].rstrip(" ") + text[end:stop] if source.is_flow(("cards",)) else text[:stop]
    return kept + nl + lines + (text[stop:] or nl)


def _has_gaps(source: _Source) -> bool:
    """Whether blank lines stand between the entries; where there are not two, one is put unless they are in braces."""
    last = len(source.entries) - 1
    if last < 1:
        return not source.is_flow(("cards", 0))
    end = source.line_end(source.span(("cards", last - 1))[1])
    return re.search(r"\n[ \t]*\r?\n", source.text[end : source.extent(last)[0] or None]) is not None


def _joined(source: _Source, lines: Sequence[str], offset: int) -> str:
    """Lines of a field whose first begins at `offset`."""
    margin = " " * source.column(offset)
    return _without_blank_margins(f"{source.newline}{margin}".join(lines))


def _without_blank_margins(text: str) -> str:
    return re.sub(r"\n[ ]+(?=\r?\n|$)", "\n", text)
