"""Delimiters that grow: `\\left ... \\right` and `\\big`."""

from __future__ import annotations

from recall.tex.commands.registry import command
from recall.tex.lexer import Token
from recall.tex.parser import Parser
from recall.tex.tree import (
    BigDelimiter,
    Cls,
    Fence,
)


@command("left")
def _left(parser: Parser, token: Token) -> None:
    left = parser.delimiter(token.text)[0]
    bodies, middles = [], []
    closer = "\\middle"
    while closer == "\\middle":
        body, _, closer = parser.collect("left", frozenset({"\\middle", "\\right"}), token.position)
        bodies.append(body)
        delimiter = parser.delimiter(closer)[0]
        middles.append(delimiter)
    right = middles.pop()
    parser.push(Fence(left, tuple(bodies), tuple(middles), right))


_BIG_CLASS = {"l": Cls.OPEN, "r": Cls.CLOSE, "m": Cls.REL}


@command(" ".join(size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")))
def _big(parser: Parser, token: Token) -> None:
    char, cls = parser.delimiter(token.text, braces=True)
    parser.push(BigDelimiter(char, _BIG_CLASS.get(token.text[-1], cls)))
