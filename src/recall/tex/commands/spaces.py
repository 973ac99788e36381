"""Explicit space, and commands that move things a little (which a terminal cannot)."""

from __future__ import annotations

from recall.tex.commands.registry import command, pusher
from recall.tex.errors import TexError
from recall.tex.lexer import Token
from recall.tex.parser import COMMANDS, Parser
from recall.tex.tree import (
    Space,
)

_SPACES = {
    ",": 3,
    ":": 4,
    ">": 4,
    ";": 5,
    "!": -3,
    "thinspace": 3,
    "negthinspace": -3,
    "negmedspace": -4,
    "negthickspace": -5,
    "enspace": 9,
    "quad": 18,
    "qquad": 36,
}
for _name, _mu in _SPACES.items():
    COMMANDS[_name] = pusher(Space(_mu))
for _name in (" ", "\n", "\t", "\r", "\u00a0", "space", "nobreakspace"):
    COMMANDS[_name] = pusher(Space(6, hard=True))


@command("hskip hspace kern mskip mspace mkern")
def _skip(parser: Parser, token: Token) -> None:
    parser.push(Space(parser.dimension(token.text)))


@command("raise lower moveleft moveright")
def _move(parser: Parser, token: Token) -> None:
    parser.dimension(token.text)
    if parser.peek() in ("", "}", "&", "\\\\", "\\end", "\\right", "\\middle", "\\cr"):
        raise TexError(f"{token.text} needs something to move", token.position)


@command("rule")
def _rule(parser: Parser, token: Token) -> None:
    parser.bracket(token.text)
    width = parser.dimension(token.text)
    parser.dimension(token.text)
    parser.push(Space(width))


@command("Rule Space")
def _rule3(parser: Parser, token: Token) -> None:
    width = parser.dimension(token.text)
    parser.dimension(token.text)
    parser.dimension(token.text)
    parser.push(Space(width))
