"""The fields of one entry of a deck file given other values: only the lines of those are written anew."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from recall.decks.schema import CardFields
from recall.decks.source import COMMENT, DeckSource
from recall.decks.yaml_text import Value, as_read, bracketed, entry_lines, field_lines
from recall.decks.yaml_tree import Path as TreePath
from recall.i18n import _

Fields = Mapping[str, Value]
_ORDER = {name: n for n, name in enumerate(CardFields.__struct_fields__)}


def set_fields(text: str, n: int, fields: Fields) -> str:
    """The text with some fields of entry `n` given other values; None takes a field away. Raises DeckError."""
    for name, value in fields.items():
        source = DeckSource(text)
        entry = source.entry(n)
        if name not in entry and value is None:
            continue
        if source.is_flow(("cards", n)):
            if as_read(value) != entry.get(name):
                text = _unfolded(source, n, {**entry, name: value})
            continue
        text = _set(text, ("cards", n), name, value)
    return text


def _set(text: str, path: TreePath, name: str, value: Value) -> str:
    """One field of a block mapping given a value, added, or taken away."""
    source = DeckSource(text)
    mapping, wanted = source.value(path), as_read(value)
    if name in mapping and mapping[name] == wanted and value is not None:
        return text
    at = (*path, name)
    if name not in mapping:
        changed = _added(source, path, name, value)
    elif value is None:
        changed = _taken_out(source, path, name)
    elif isinstance(value, Mapping) and source.is_block_mapping(at):
        for key in [*value, *(mapping[name].keys() - value.keys())]:
            text = _set(text, at, key, value.get(key))
        return text
    else:
        changed = _replaced(source, at, value)
    return source.checked(changed, _with_value(source.tree.value, path, name, wanted))


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


def _replaced(source: DeckSource, at: TreePath, value: Value) -> str:
    key, end = source.key_offset(at), source.span(at)[1]
    stop = source.line_end(max(key, end))
    comments = list(source.comments(at, key, stop))
    if len(comments) > 1:
        raise source.refusal(_("comments stand inside of `{field}`; edit it by hand").format(field=at[-1]), at)
    lines = field_lines(str(at[-1]), value)
    words = as_read(value)
    if source.is_flow(at) and isinstance(words, list) and all(isinstance(word, str) for word in words):
        short = bracketed(words)
        lines = [f"{at[-1]}: {short}"] if short else lines
    if comments:
        lines[0] += f"  {comments[0]}"
    return source.text[:key] + _joined(source, lines, source.column(key)) + source.text[stop:]


def _added(source: DeckSource, path: TreePath, name: str, value: Value) -> str:
    """A field put after those that come before it in the usual order."""
    mapping = source.value(path)
    rank = _ORDER.get(name, len(_ORDER)) if path[-1] != "cards" else 0
    earlier = [key for key in mapping if _ORDER.get(key, len(_ORDER)) <= rank and key != name]
    first = source.key_offset((*path, next(iter(mapping))))
    block = _joined(source, field_lines(name, value), source.column(first))
    margin = source.newline + " " * source.column(first)
    if not earlier:
        return source.text[:first] + block + margin + source.text[first:]
    last = max(earlier, key=lambda key: source.tree.key_places[(*path, key)])
    end = source.line_end(source.span((*path, last))[1])
    return source.text[:end] + margin + block + source.text[end:]


def _taken_out(source: DeckSource, path: TreePath, name: str) -> str:
    at = (*path, name)
    mapping = source.value(path)
    key, end = source.key_offset(at), source.span(at)[1]
    line = key - source.column(key)
    if len(mapping) == 1:
        raise source.refusal(_("`{field}` is all there is; take the card away instead").format(field=name), at)
    if line == key or source.text[line:key].isspace():
        return source.text[:line] + source.text[source.next_line(end) :]
    later = (offset for other in mapping if (offset := source.key_offset((*path, other))) > key)
    following = min(later, default=end)
    if COMMENT.search(source.text[source.line_end(end) : following]):
        raise source.refusal(_("comments stand inside of `{field}`; edit it by hand").format(field=name), at)
    return source.text[:key] + source.text[following:]


def _unfolded(source: DeckSource, n: int, fields: Fields) -> str:
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
    block = _joined(source, lines, source.column(dash) + 2)
    changed = source.text[:dash] + "- " + block + source.text[source.line_end(end) :]
    return source.checked(changed, source.with_cards([*source.entries[:n], as_read(kept), *source.entries[n + 1 :]]))


def _in_order(fields: Fields) -> Fields:
    return dict(sorted(fields.items(), key=lambda field: _ORDER.get(field[0], len(_ORDER))))


def _joined(source: DeckSource, lines: Sequence[str], margin: int) -> str:
    """Lines of fields that begin in the same column, the first of them in its place already."""
    joined = f"{source.newline}{' ' * margin}".join(lines)
    return re.sub(r"\n[ ]+(?=\r?\n|$)", "\n", joined)
