"""Source text to tokens with positions.

A token is one control sequence (`\\alpha`, `\\,`), one run of white space or one character. Comments stay
tokens: TeX finds the end of a braced argument before it looks at `%`, and MathJax does so too.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.|\Z)|[ \t\r\n\f\v\u00a0]+|.", re.DOTALL)


class Token(NamedTuple):
    """A piece of source. `position` is the 0-based offset of its first character."""

    text: str
    position: int

    @property
    def is_space(self) -> bool:
        """Whether it is white space (one token for a whole run)."""
        return self.text.isspace()

    @property
    def is_command(self) -> bool:
        """Whether it is a control sequence."""
        return self.text[0] == "\\"


def tokenize(source: str) -> list[Token]:
    """Split `source` into tokens; their texts joined give the source back. Never fails."""
    return [Token(match.group(), match.start()) for match in _TOKEN.finditer(source)]


def tokens_at(source: str, position: int) -> list[Token]:
    """Tokens of replacement text, all at the position of the call they replace."""
    return [Token(match.group(), position) for match in _TOKEN.finditer(source)]


def source_of(tokens: list[Token]) -> str:
    """The text that the tokens were made from."""
    return "".join(token.text for token in tokens)
