"""Values as a person would write them in a deck file: block style, and single quotes or a block of lines for texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from recall.decks.hostile import BIDI

Value = str | bool | int | float | Sequence[Any] | Mapping[str, Any] | None
"""What a field may hold. Deck files know only texts, so that a number reads the same with quotes and without."""

_WORDS = frozenset({"", "~", "null", "yes", "no", "on", "off"})
"""Texts that YAML takes for something else when they stand without quotes."""
_PLAIN = re.compile(r"[^\W_][\w .,;()/+*=<>?!^~|\"'$\\-]*")
_PLAIN_IN_BRACKETS = re.compile(r"[^\W_][\w ./()+*-]*")
_UNREADABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff{BIDI}]")
"""What a file may not hold as itself, only by an escape of YAML's."""


def field_lines(key: str, value: Value) -> list[str]:
    """The lines of `key: value`, the first not indented."""
    first, *rest = _value_lines(value, is_item=False)
    head = f"{_scalar(key)}:"
    return [f"{head} {first}" if first else head, *rest]


def entry_lines(fields: Mapping[str, Value]) -> list[str]:
    """The lines of a mapping's fields, none indented."""
    return [line for key, value in fields.items() for line in field_lines(key, value)]


def bracketed(words: Sequence[str]) -> str | None:
    """Words as `[one, two]`, None when one of them has to stand on a line of its own."""
    fits = all(_PLAIN_IN_BRACKETS.fullmatch(word) and word == word.strip() and not _is_word(word) for word in words)
    return f"[{', '.join(words)}]" if fits else None


def as_read(value: Value) -> Any:
    """The value as it reads once it has been written: every scalar a text."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case Mapping():
            return {key: as_read(part) for key, part in value.items()}
        case _:
            return [as_read(part) for part in value]


def _value_lines(value: Value, *, is_item: bool) -> list[str]:
    """What stands after `key:` or `-`: the rest of that line, and the lines under it."""
    match value:
        case None:
            return [""]
        case str():
            return _text_lines(value)
        case bool() | int() | float():
            return [as_read(value)]
        case Mapping():
            lines = entry_lines(value)
            if not lines:
                return ["{}"]
            return [lines[0], *_indented(lines[1:])] if is_item else ["", *_indented(lines)]
        case _:
            return ["", *(line for part in value for line in _item_lines(part))] if value else ["[]"]


def _item_lines(value: Value) -> list[str]:
    first, *rest = _value_lines(value, is_item=True)
    return [f"- {first}" if first else "-", *rest]


def _text_lines(text: str) -> list[str]:
    if "\n" not in text or not _can_be_a_block(text):
        return [_scalar(text)]
    lines = text.removesuffix("\n").split("\n")
    indentation = "2" if lines[0].startswith(" ") or not lines[0] else ""
    return [f"|{indentation}{'' if text.endswith(chr(10)) else '-'}", *_indented(lines)]


def _can_be_a_block(text: str) -> bool:
    """Whether a block of lines says the text exactly."""
    lines = text.removesuffix("\n").split("\n")
    has_odd_blanks = any(line and not line.strip() for line in lines) or "\t" in lines[0][:1]
    return bool(lines[-1].strip()) and not has_odd_blanks and not _UNREADABLE.search(text)


def _scalar(text: str) -> str:
    """A text on one line."""
    if "\n" in text or "\t" in text or _UNREADABLE.search(text):
        escaped = json.dumps(text, ensure_ascii=False)
        return _UNREADABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped)
    is_plain = _PLAIN.fullmatch(text) and text == text.strip() and not _is_word(text)
    return text if is_plain and "\\" not in text and "$" not in text else "'" + text.replace("'", "''") + "'"


def _is_word(text: str) -> bool:
    return text.lower() in _WORDS


def _indented(lines: Sequence[str]) -> Iterator[str]:
    return (f"  {line}" if line else "" for line in lines)
