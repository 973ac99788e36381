"""Where a character of a text stands in its YAML file, whichever way YAML writes the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.decks.build import Passage
from recall.decks.places import Place, offset_of, place_at

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")
"""Anchor and tag, which may stand before a value."""
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = dict(zip('0abtnvfre "/\\N_LP\n', [*'\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', ""], strict=True))


def place_in_file(source: str, passage: Passage, offset: int) -> Place:
    """The place of the character at `offset` of a passage; where the passage begins, if that can't be told."""
    found = offset_in_file(source, passage, offset)
    return passage.place if found is None else place_at(source, found)


def offset_in_file(source: str, passage: Passage, offset: int) -> int | None:
    """Where in its file the character at `offset` of a passage stands; None if that can't be told.

    White space is left out of account, since YAML folds and indents it.
    """
    wanted = (char for char in passage.text[:offset] if not char.isspace())
    start = offset_of(source, passage.place)
    written = ((char, at) for char, at in _characters(source, start) if not char.isspace())
    if any(next(written, ("", 0))[0] != char for char in wanted):
        return None
    return next((at for _char, at in written), None)


def _characters(source: str, start: int) -> Iterator[tuple[str, int]]:
    """The characters of the scalar that starts there, each with its offset; and what stands behind a scalar."""
    properties = _PROPERTIES.match(source, start)
    start = properties.end() if properties else start
    style = source[start : start + 1]
    if style == '"':
        yield from _double_quoted(source, start + 1)
        return
    if style and style in "|>":
        start = source.find("\n", start)
    at = start + (style == "'")
    while at < len(source):
        yield source[at], at
        at += 2 if style == "'" and source.startswith("''", at) else 1


def _double_quoted(source: str, at: int) -> Iterator[tuple[str, int]]:
    while at < len(source):
        escape = _ESCAPE.match(source, at)
        if escape is None:
            yield source[at], at
            at += 1
            continue
        digits = escape[1] or escape[2] or escape[3]
        if char := chr(int(digits, 16)) if digits else _ESCAPED.get(escape[4], ""):
            yield char, at
        at = escape.end()
