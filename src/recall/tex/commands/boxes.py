"""Frames, phantoms and boxes without width."""

from __future__ import annotations

from recall.tex.commands.registry import command
from recall.tex.lexer import Token, source_of
from recall.tex.parser import Parser
from recall.tex.tree import (
    Boxed,
    Group,
    Phantom,
    Scripts,
    Strike,
)


@command("boxed")
def _boxed(parser: Parser, token: Token) -> None:
    parser.push(Boxed(parser.arg(token)))


@command("bbox")
def _bbox(parser: Parser, token: Token) -> None:
    parser.bracket(token.text)
    parser.push(parser.arg(token))


@command("enclose")
def _enclose(parser: Parser, token: Token) -> None:
    notation = source_of(parser.argument(token.text))
    parser.bracket(token.text)
    body = parser.arg(token)
    parser.push(Strike(body) if "strike" in notation else Boxed(body))


@command("phantom hphantom vphantom")
def _phantom(parser: Parser, token: Token) -> None:
    name = token.text[1:]
    body = parser.arg(token)
    parser.push(Phantom(body, horizontal=name != "vphantom", vertical=name != "hphantom"))


@command("smash")
def _smash(parser: Parser, token: Token) -> None:
    parser.bracket(token.text)
    parser.push(parser.arg(token))


_LAPS = "llap rlap mathllap mathrlap mathclap crampedllap crampedrlap crampedclap"


@command(f"{_LAPS} cramped mathmbox mathmakebox")
def _body(parser: Parser, token: Token) -> None:
    for _ in range(2):
        parser.bracket(token.text)
    parser.push(parser.arg(token))


@command("strut")
def _strut(parser: Parser, token: Token) -> None:
    parser.push(Group())


@command("mathtip")
def _mathtip(parser: Parser, token: Token) -> None:
    parser.push(parser.arg(token))
    parser.arg(token)


@command("texttip")
def _texttip(parser: Parser, token: Token) -> None:
    parser.push(parser.arg(token))
    parser.argument(token.text)


@command("prescript")
def _prescript(parser: Parser, token: Token) -> None:
    sup, sub = parser.arg(token), parser.arg(token)
    parser.push(Scripts(Group(), sub, sup))
    parser.push(parser.arg(token))
