"""Operators: signs such as `\\sum`, function names, `\\limits`, forced classes, dots."""

from __future__ import annotations

from dataclasses import replace

from recall.tex.commands.registry import command, pusher
from recall.tex.errors import TexError
from recall.tex.lexer import Token
from recall.tex.parser import COMMANDS, UNFIT_SCRIPTS, Parser
from recall.tex.state import DOTS
from recall.tex.tree import (
    Classed,
    Cls,
    Group,
    Node,
    Op,
    Scripts,
    Space,
    Stretched,
    Symbol,
    Text,
    only_item,
)

_SIGNS = {
    "sum": "∑",
    "prod": "∏",
    "coprod": "∐",
    "bigvee": "⋁",
    "bigwedge": "⋀",
    "biguplus": "⨄",
    "bigcap": "⋂",
    "bigcup": "⋃",
    "bigotimes": "⨂",
    "bigoplus": "⨁",
    "bigodot": "⨀",
    "bigsqcup": "⨆",
}
_INTEGRALS = {
    "int": ("∫", 1),
    "intop": ("∫", 1),
    "smallint": ("∫", 1),
    "iint": ("∬", 2),
    "iiint": ("∭", 3),
    "iiiint": ("⨌", 4),
    "oint": ("∮", 1),
}
_NAMES = "arcsin arccos arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh"
_LIMIT_NAMES = {name: name for name in ["det", "gcd", "inf", "lim", "max", "min", "Pr", "sup"]} | {
    "liminf": "lim inf",
    "limsup": "lim sup",
    "injlim": "inj lim",
    "projlim": "proj lim",
}


for _name, _sign in _SIGNS.items():
    COMMANDS[_name] = pusher(Op(_sign, limits=True))
for _name, (_sign, _count) in _INTEGRALS.items():
    COMMANDS[_name] = pusher(Op(_sign, integral=_count))
for _name in _NAMES.split():
    COMMANDS[_name] = pusher(Op(_name, name=True))
for _name, _shown in _LIMIT_NAMES.items():
    COMMANDS[_name] = pusher(Op(_shown, limits=True, name=True))
UNFIT_SCRIPTS.update(_NAMES.split(), ("mathop", "dots"))


@command("operatorname")
def _operatorname(parser: Parser, token: Token) -> None:
    star = parser.star()
    body = parser.sub(parser.argument(token.text), font="normal", words=True)
    text = flat_text(body)
    if text is None:
        parser.push(Classed(body, Cls.OP, limits=star))
    else:
        parser.push(Op(text.replace("−", "-").strip(), limits=star, name=True))


@command("mathop")
def _mathop(parser: Parser, token: Token) -> None:
    body = parser.arg(token)
    text = flat_text(body)
    if text is None or not text.strip():
        parser.push(Classed(body, Cls.OP, limits=True))
    else:
        parser.push(Op(text.strip(), limits=True, name=len(text.strip()) > 1))


def flat_text(node: Node) -> str | None:
    """The text of a node that is only characters, words and spaces; None for anything else."""
    if isinstance(node, Symbol | Text):
        return node.text
    if isinstance(node, Space):
        return " " if node.mu > 0 else ""
    if isinstance(node, Op) and not node.integral:
        return node.text
    if not isinstance(node, Group):
        return None
    parts = [flat_text(item) for item in node.items]
    return None if None in parts else "".join(part or "" for part in parts)


@command("limits nolimits")
def _limits(parser: Parser, token: Token) -> None:
    items = parser.frame.items
    changed = _with_limits(items[-1], token.text == "\\limits") if items else None
    if changed is None:
        raise TexError(f"{token.text} is allowed only after an operator", token.position)
    items[-1] = changed


def _with_limits(node: Node, limits: bool) -> Node | None:
    if isinstance(node, Op):
        return replace(node, limits=limits)
    if isinstance(node, Classed) and node.cls == Cls.OP:
        return replace(node, limits=limits)
    if isinstance(node, Stretched) and node.kind in ("brace", "bracket", "paren"):
        return node
    if isinstance(node, Scripts):
        base = _with_limits(node.base, limits)
        return None if base is None else replace(node, base=base)
    if isinstance(node, Group) and (item := only_item(node)) is not None:
        return _with_limits(item, limits)
    return None


_CLASSES = {
    "mathord": Cls.ORD,
    "mathopen": Cls.OPEN,
    "mathclose": Cls.CLOSE,
    "mathbin": Cls.BIN,
    "mathrel": Cls.REL,
    "mathpunct": Cls.PUNCT,
    "mathinner": Cls.INNER,
    "vcenter": Cls.ORD,
}


@command(" ".join(_CLASSES))
def _classed(parser: Parser, token: Token) -> None:
    parser.push(Classed(parser.arg(token), _CLASSES[token.text[1:]]))


@command("dots")
def _dots(parser: Parser, token: Token) -> None:
    parser.push(DOTS)
