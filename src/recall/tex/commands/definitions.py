"""Definitions inside a source: `\\newcommand`, `\\def`, `\\let`, `\\DeclareMathOperator`. Registers them."""

from __future__ import annotations

import re

from recall.tex.commands.registry import command
from recall.tex.errors import TexError
from recall.tex.lexer import Token, source_of
from recall.tex.macros import Macro
from recall.tex.parser import Parser


@command("newcommand renewcommand")
def _newcommand(parser: Parser, token: Token) -> None:
    start = parser.here()
    name = source_of(parser.argument(token.text)).strip().removeprefix("\\")
    if not re.fullmatch(r".|[A-Za-z]+", name):
        raise TexError(f"{token.text} needs the name of a command, such as \\foo", start)
    count = source_of(parser.bracket(token.text) or []).strip() or "0"
    if not (count.isascii() and count.isdigit()):
        raise TexError(f"{token.text} needs a number of arguments", start)
    default = parser.bracket(token.text)
    body = source_of(parser.argument(token.text))
    parser.shared.macros[name] = Macro(
        int(count[:2]), None if default is None or count == "0" else source_of(default), body
    )


@command("def")
def _def(parser: Parser, token: Token) -> None:
    name = _name(parser, token)
    count = 0
    while parser.peek() == "#":
        parser.at += 1
        count += 1
        if parser.peek() != str(count):
            raise TexError("Parameters of \\def are numbered #1, #2 and so on", parser.here())
        parser.at += 1
    if parser.peek() != "{":
        raise TexError("\\def needs its replacement in braces", parser.here())
    parser.shared.macros[name] = Macro(count, None, source_of(parser.argument(token.text)))


@command("let")
def _let(parser: Parser, token: Token) -> None:
    name = _name(parser, token)
    if parser.peek() == "=":
        parser.at += 1
    meaning = source_of(parser.argument(token.text))
    target = parser.shared.macros.get(meaning.removeprefix("\\"))
    if meaning != "\\" + name:
        parser.shared.macros[name] = target or Macro(0, None, meaning)


@command("DeclareMathOperator")
def _declare(parser: Parser, token: Token) -> None:
    star = "*" if parser.star() else ""
    name = source_of(parser.argument(token.text)).strip().removeprefix("\\")
    body = source_of(parser.argument(token.text))
    parser.shared.macros[name] = Macro(0, None, f"\\operatorname{star}{{{body}}}")


def _name(parser: Parser, token: Token) -> str:
    start = parser.here()
    found = parser.peek()
    if found[:1] != "\\":
        raise TexError(f"{token.text} needs the name of a command, such as \\foo", start)
    parser.at += 1
    return found[1:]
