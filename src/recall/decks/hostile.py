"""What a text file may not hold: other encodings, control characters, and characters that turn text round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.decks.yaml_tree import Place, TreeError

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROL = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f{BIDI}]")


def decode(content: bytes) -> str:
    """UTF-8 text, a byte order mark taken off. Raises TreeError with the place of the first bad byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise TreeError("encoding", message, (line, column)) from None


def text_problems(text: str) -> Iterator[tuple[str, str, Place]]:
    """Characters a terminal would obey instead of showing: one finding a line. They are never shown anyway."""
    if not _CONTROL.search(text):
        return
    for number, line in enumerate(text.split("\n"), 1):
        if match := _CONTROL.search(line):
            code = "bidi" if match[0] in BIDI else "control-character"
            yield (
                code,
                f"character U+{ord(match[0]):04X} may not stand in a deck; delete it",
                (number, match.start() + 1),
            )
