"""Fractions, binomials and roots."""

from __future__ import annotations

from recall.tex.commands.registry import command
from recall.tex.errors import TexError
from recall.tex.lexer import Token, source_of
from recall.tex.parser import Parser
from recall.tex.tree import (
    Classed,
    Cls,
    Fraction,
    Group,
    Root,
)


@command("frac dfrac tfrac")
def _frac(parser: Parser, token: Token) -> None:
    num = parser.arg(token)
    parser.push(Fraction(num, parser.arg(token)))


@command("cfrac")
def _cfrac(parser: Parser, token: Token) -> None:
    start = parser.here()
    if source_of(parser.bracket(token.text) or []).strip() not in ("", "l", "r"):
        raise TexError("\\cfrac takes [l] or [r] only", start)
    _frac(parser, token)


@command("binom dbinom tbinom")
def _binom(parser: Parser, token: Token) -> None:
    num = parser.arg(token)
    parser.push(Fraction(num, parser.arg(token), bar=False, left="(", right=")"))


@command("genfrac")
def _genfrac(parser: Parser, token: Token) -> None:
    left, right = parser.delimiter_argument(token.text), parser.delimiter_argument(token.text)
    thickness = source_of(parser.argument(token.text)).strip()
    start = parser.here()
    if source_of(parser.argument(token.text)).strip() not in ("", "0", "1", "2", "3"):
        raise TexError("The fourth argument of \\genfrac is a style from 0 to 3", start)
    num = parser.arg(token)
    bar = thickness.rstrip("ptemx") not in ("0", "0.0")
    parser.push(Fraction(num, parser.arg(token), bar=bar, left=left, right=right))


@command("sqrt")
def _sqrt(parser: Parser, token: Token) -> None:
    index = parser.optional(token)
    body = parser.argument(token.text)
    if source_of(body) == "\\frac":
        body = [*body, *_braced(parser, token), *_braced(parser, token)]
    parser.push(Root(parser.sub(body), index))


def _braced(parser: Parser, token: Token) -> list[Token]:
    return [Token("{", token.position), *parser.argument(token.text), Token("}", token.position)]


@command("root")
def _root(parser: Parser, token: Token) -> None:
    index: list[Token] = []
    while (found := parser.next()) and found.text != "\\of":
        index.append(found)
    if found is None:
        raise TexError("\\root needs \\of", token.position)
    content = parser.sub(index)
    parser.push(Root(parser.arg(token), content))


@command("sideset")
def _sideset(parser: Parser, token: Token) -> None:
    before, after, base = (parser.arg(token) for _ in range(3))
    parser.push(Classed(Group((*before.items, base, *after.items)), Cls.OP, limits=True))
