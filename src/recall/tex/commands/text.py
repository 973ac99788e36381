"""Text inside math: `\\text{...}` with its spaces, and `$...$` inside it. Registers its commands."""

from __future__ import annotations

from recall.tex.commands.registry import command
from recall.tex.errors import TexError
from recall.tex.fonts import styled
from recall.tex.lexer import Token, source_of
from recall.tex.parser import Parser
from recall.tex.symbols import SYMBOLS
from recall.tex.tree import Boxed, Group, Node, Space, Text
from recall.tex.width import printable

_FONTS = {"\\textbf": "bold", "\\textsf": "sans-serif", "\\texttt": "monospace"}


_TEXTS = "text textrm textup textnormal textit textbf textsf texttt mbox hbox textllap textrlap textclap clap"


@command(_TEXTS)
def _text(parser: Parser, token: Token) -> None:
    nodes = text_nodes(parser, parser.argument(token.text), _FONTS.get(token.text, ""))
    if parser.frame.kind == "script" and nodes:
        nodes = [Group(tuple(nodes))]
    for node in nodes:
        parser.push(node)


@command("fbox framebox")
def _fbox(parser: Parser, token: Token) -> None:
    if token.text == "\\framebox":
        parser.bracket(token.text)
        parser.bracket(token.text)
    parser.push(Boxed(Group(tuple(text_nodes(parser, parser.argument(token.text), "")))))


@command("colorbox")
def _colorbox(parser: Parser, token: Token) -> None:
    parser.argument(token.text)
    _fbox(parser, token)


@command("fcolorbox")
def _fcolorbox(parser: Parser, token: Token) -> None:
    parser.argument(token.text)
    _colorbox(parser, token)


@command("verb")
def _verb(parser: Parser, token: Token) -> None:
    mark = parser.next()
    start = parser.at
    while parser.at < len(parser.tokens) and mark and parser.tokens[parser.at].text != mark.text:
        parser.at += 1
    if mark is None or parser.at >= len(parser.tokens):
        raise TexError("\\verb lacks its closing mark", token.position)
    text = source_of(parser.tokens[start : parser.at])
    parser.at += 1
    parser.push(Text(_clean(text)))


def text_nodes(parser: Parser, tokens: list[Token], font: str) -> list[Node]:
    """Text as nodes: words, spaces at both ends, and the math between dollar signs."""
    parts = _parts(parser, tokens, font)
    leading = isinstance(parts[0], Space) if parts else False
    trailing = isinstance(parts[-1], Space) if len(parts) > 1 else False
    core = parts[leading : len(parts) - trailing]
    nodes: list[Node] = core if len(core) < 2 else [Group(tuple(core))]
    return parts[:leading] + nodes + (parts[-1:] if trailing else [])


def _parts(parser: Parser, tokens: list[Token], font: str) -> list[Node]:
    parts: list[Node] = []
    words: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.text not in ("$", "\\("):
            words.append(token)
            continue
        close = _closing(tokens, at, "$" if token.text == "$" else "\\)")
        if close is None:
            raise TexError(f"Math started by {token.text} does not end in this text", token.position)
        parts += _words(words, font)
        words = []
        parts.append(parser.sub(tokens[at:close], font="", words=False))
        at = close + 1
    return parts + _words(words, font)


def _closing(tokens: list[Token], at: int, mark: str) -> int | None:
    depth = 0
    for index in range(at, len(tokens)):
        text = tokens[index].text
        if text == mark and depth == 0:
            return index
        depth = max(0, depth + (text == "{") - (text == "}"))
    return None


def _words(tokens: list[Token], font: str) -> list[Node]:
    text = " ".join("".join(_shown(token) for token in tokens).replace("\u00a0", " ").split(" "))
    words = " ".join(text.split())
    if not words:
        return [Space(6, hard=True)] if text else []
    nodes: list[Node] = [Text("".join(styled(char, font) for char in words))]
    if text[0].isspace():
        nodes.insert(0, Space(6, hard=True))
    if text[-1].isspace():
        nodes.append(Space(6, hard=True))
    return nodes


def _shown(token: Token) -> str:
    """What a token is in text: the sign of a symbol command; of other commands, nothing."""
    text = token.text
    if text in ("{", "}"):
        return ""
    if token.is_space or text in ("~", "\\\\", "\\,", "\\;", "\\:", "\\quad", "\\qquad", "\\"):
        return " "
    if token.is_command:
        symbol = SYMBOLS.get(text[1:])
        return symbol.text if symbol else text[1:] if not text[1:].isalpha() else ""
    return _clean(text)


def _clean(text: str) -> str:
    return "".join(map(printable, text))
