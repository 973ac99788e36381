"""What a text file may not hold: other encodings, control characters, and characters that turn text round."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from recall.decks.places import Place
from recall.decks.yaml_tree import TreeError
from recall.i18n import _

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff{BIDI}]")
_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")


def decode(content: bytes) -> str:
    """UTF-8 text, a byte order mark taken off. Raises TreeError with the place of the first bad byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message = _("byte 0x{byte:02x} is not UTF-8; save the file as UTF-8")
        raise TreeError("encoding", message.format(byte=content[error.start]), (line, column)) from None


def text_problems(text: str) -> Iterator[tuple[str, str, Place]]:
    """Characters in a file that a terminal would obey instead of showing: one finding a line."""
    if not _CONTROL.search(text):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if finding := _finding(line):
            code, message, offset = finding
            yield code, message, (number, offset + 1)


def harmless(text: str) -> str:
    """The text as YAML can read it: such characters replaced, and line breaks that only YAML knows made spaces.

    Nothing moves, so that lines and columns stay what an editor shows.
    """
    return _BREAKS.sub(" ", _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def scalar_problems(scalars: Iterable[tuple[str, Place]]) -> Iterator[tuple[str, str, Place]]:
    """The same for values that got such characters by an escape of YAML's, like `"\\e[2J"`."""
    for text, place in scalars:
        if finding := _finding(text):
            code, message, _offset = finding
            yield code, message, place


def _finding(text: str) -> tuple[str, str, int] | None:
    """Code and message for the first such character, and its offset. It is never shown anyway."""
    match = _CONTROL.search(text)
    if match is None:
        return None
    code = "bidi" if match[0] in BIDI else "control-character"
    message = _("character U+{number:04X} may not stand in a deck; delete it").format(number=ord(match[0]))
    return code, message, match.start()
