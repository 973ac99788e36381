"""Marks over and under a body: accents, lines, braces, arrows, stacked text, strokes."""

from __future__ import annotations

from dataclasses import replace

from recall.tex.commands.registry import command
from recall.tex.errors import TexError
from recall.tex.lexer import Token
from recall.tex.parser import UNFIT_SCRIPTS, Parser
from recall.tex.symbols import NEGATED
from recall.tex.tree import (
    Accent,
    Arrow,
    Cls,
    Group,
    Scripts,
    Stack,
    Stretched,
    Strike,
    Symbol,
    class_of,
    only_item,
)

_ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "bar": "\u0304",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "dddot": "\u20db",
    "ddddot": "\u20dc",
    "acute": "\u0301",
    "grave": "\u0300",
    "breve": "\u0306",
    "check": "\u030c",
    "mathring": "\u030a",
}


@command(" ".join(_ACCENTS))
def _accent(parser: Parser, token: Token) -> None:
    name = token.text[1:]
    parser.push(Accent(parser.arg(token), _ACCENTS[name], wide=name.startswith("wide")))


_STRETCHED = {
    "line": "line",
    "brace": "brace",
    "paren": "paren",
    "bracket": "bracket",
    "rightarrow": "→",
    "leftarrow": "←",
    "leftrightarrow": "↔",
}


@command(" ".join(side + name for side in ("over", "under") for name in _STRETCHED))
def _stretched(parser: Parser, token: Token) -> None:
    over = token.text.startswith("\\over")
    kind = _STRETCHED[token.text[5 if over else 6 :]]
    if kind == "bracket":
        parser.bracket(token.text)
        parser.bracket(token.text)
    parser.push(Stretched(parser.arg(token), kind, over))


@command("overset underset stackrel overunderset")
def _stack(parser: Parser, token: Token) -> None:
    name = token.text[1:]
    first = parser.arg(token)
    second = parser.arg(token) if name == "overunderset" else None
    base = parser.arg(token)
    item = only_item(base)
    cls = Cls.REL if name == "stackrel" else class_of(item) if item else Cls.ORD
    over, under = (None, first) if name == "underset" else (first, second)
    parser.push(Stack(base, over, under, cls))


@command("buildrel")
def _buildrel(parser: Parser, token: Token) -> None:
    above: list[Token] = []
    while (found := parser.next()) and found.text != "\\over":
        above.append(found)
    if found is None:
        raise TexError("\\buildrel needs \\over", token.position)
    over = parser.sub(above)
    parser.push(Stack(parser.arg(token), over, None, Cls.REL))


_ARROWS = {
    "xrightarrow": "→",
    "xleftarrow": "←",
    "xleftrightarrow": "↔",
    "xRightarrow": "⇒",
    "xLeftarrow": "⇐",
    "xLeftrightarrow": "⇔",
    "xhookleftarrow": "↩",
    "xhookrightarrow": "↪",
    "xmapsto": "↦",
    "xrightharpoonup": "⇀",
    "xrightharpoondown": "⇁",
    "xleftharpoonup": "↼",
    "xleftharpoondown": "↽",
    "xrightleftharpoons": "⇌",
    "xleftrightharpoons": "⇋",
    "xtwoheadrightarrow": "↠",
    "xtwoheadleftarrow": "↞",
    "xlongequal": "=",
    "xtofrom": "⇄",
}


@command(" ".join(_ARROWS))
def _arrow(parser: Parser, token: Token) -> None:
    under = parser.bracket(token.text)
    over = parser.arg(token)
    parser.push(Arrow(_ARROWS[token.text[1:]], over, None if under is None else parser.sub(under)))


@command("cancel bcancel xcancel")
def _cancel(parser: Parser, token: Token) -> None:
    parser.bracket(token.text)
    parser.push(Strike(parser.arg(token)))


@command("cancelto")
def _cancelto(parser: Parser, token: Token) -> None:
    parser.bracket(token.text)
    value = parser.arg(token)
    parser.push(Scripts(Strike(parser.arg(token)), sup=value))


UNFIT_SCRIPTS.add("not")


@command("not")
def _not(parser: Parser, token: Token) -> None:
    if parser.peek() in ("", "}", "&", "^", "_", "\\\\", "\\end", "\\right", "\\middle", "\\cr"):
        parser.push(Symbol("⧸", Cls.REL))
        return
    items = parser.frame.items
    count = len(items)
    while len(items) == count and (found := parser.next()):
        parser.step(found)
    if len(items) == count:
        return
    item = items[count]
    if isinstance(item, Symbol) and len(item.text) == 1:
        items[count] = replace(item, text=NEGATED.get(item.text, item.text + "\u0338"))
    else:
        items[count] = Strike(item if isinstance(item, Group) else Group((item,)))
