"""Equation numbers, labels and references."""

from __future__ import annotations

from recall.tex.commands.registry import command
from recall.tex.errors import TexError
from recall.tex.lexer import Token, source_of
from recall.tex.parser import Parser
from recall.tex.tree import (
    Group,
    Symbol,
    Text,
)


@command("tag")
def _tag(parser: Parser, token: Token) -> None:
    scope = parser.shared.tags[-1]
    if scope.environment and not scope.taggable:
        raise TexError(f"\\tag is not allowed in {scope.environment}", token.position)
    if scope.used:
        raise TexError("A second \\tag for one line", token.position)
    scope.used = True
    star = parser.star()
    body = [Token(token.text, token.position) for token in parser.argument(token.text)]
    text = Text(source_of(body).strip().replace("$", "").replace("\\", ""))
    number = Group((text,) if star else (Symbol("("), text, Symbol(")")))
    if parser.frame.kind in TABLE_FRAMES:
        parser.frame.tag = number
    else:
        parser.shared.tag = number


TABLE_FRAMES: set[str] = set()
"""Kinds of frames that are cells of a table (filled by the environments)."""


@command("label")
def _label(parser: Parser, token: Token) -> None:
    parser.argument(token.text)


@command("ref eqref refeq")
def _ref(parser: Parser, token: Token) -> None:
    label = source_of(parser.argument(token.text)).strip()
    parser.push(Text(f"({label})" if token.text != "\\ref" else label))
