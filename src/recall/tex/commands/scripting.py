"""Subscripts, superscripts and primes."""

from __future__ import annotations

from dataclasses import replace

from recall.tex.commands.registry import special
from recall.tex.errors import TexError
from recall.tex.fonts import styled
from recall.tex.lexer import Token
from recall.tex.literals import is_digit
from recall.tex.parser import CLOSERS, OVERS, UNFIT_SCRIPTS, Parser
from recall.tex.scripts import primes
from recall.tex.state import Frame
from recall.tex.tree import (
    Classed,
    Cls,
    Group,
    Newline,
    Node,
    Op,
    Scripts,
    Space,
    Stack,
    Stretched,
    Symbol,
    class_of,
)


@special("^", "_")
def _script(parser: Parser, token: Token) -> None:
    """Read a subscript or superscript and attach it to the atom before it."""
    raised = token.text == "^"
    base = _script_base(parser)
    if base.sup if raised and not base.open_prime else base.sub if not raised else None:
        kind = "exponent" if raised else "subscript"
        raise TexError(f"Double {kind}: add braces", token.position)
    if _is_occupied(base.base, raised):
        raise TexError(f"{token.text} after something set there already: add braces", token.position)
    content, rest = _script_argument(parser, token, base.base)
    if raised:
        prime = base.sup.items if base.sup else ()
        parser.push(replace(base, sup=Group(prime + content.items), open_prime=False))
    else:
        parser.push(replace(base, sub=content, open_prime=False))
    parser.frame.items.extend(rest)


def _script_base(parser: Parser) -> Scripts:
    items = parser.frame.items
    if not items or isinstance(items[-1], Space | Newline):
        return Scripts(Group())
    base = items.pop()
    return base if isinstance(base, Scripts) else Scripts(base)


def _script_argument(parser: Parser, script: Token, base: Node) -> tuple[Group, list[Node]]:
    outer = parser.frame
    parser.frame = inner = Frame("script", outer.font, outer.words)
    while not inner.items:
        _script_step(parser, script, base)
    parser.frame = outer
    first, *rest = inner.items
    return first if isinstance(first, Group) else Group((first,)), rest


def _script_step(parser: Parser, script: Token, base: Node) -> None:
    token = parser.next()
    if token is None:
        raise TexError(f"Missing argument of {script.text}", script.position)
    text = token.text
    known = text[1:] in parser.shared.macros
    if text in CLOSERS or text in OVERS or text in "^_'’":
        raise TexError(f"Missing argument of {script.text}: found {text}", token.position)
    if text[0] == "\\" and text[1:] in UNFIT_SCRIPTS and not known:
        raise TexError(f"{text} needs braces in a script", token.position)
    if is_digit(text):
        parser.push(Symbol(styled(text, parser.frame.font)))
    elif text not in ("\\limits", "\\nolimits") or class_of(base) != Cls.OP:
        parser.step(token)


@special("'", "’")
def _prime(parser: Parser, token: Token) -> None:
    """Read one or more primes."""
    count = 1
    while parser.peek() in ("'", "’") and parser.peek():
        parser.at += 1
        count += 1
    base = _script_base(parser)
    if base.sup and _has_limits(base.base):
        base = Scripts(base)
    if base.sup:
        raise TexError("A prime after an exponent: add braces", token.position)
    marks = Group((Symbol(primes(count)),))
    parser.push(replace(base, sup=marks, primes=count, open_prime=True))


def _is_occupied(base: Node, raised: bool) -> bool:
    """Whether `\\underset` has filled the place of a subscript (MathJax refuses a second one)."""
    if not isinstance(base, Stack) or base.under is None:
        return False
    return base.over is not None if raised else True


def _has_limits(base: Node) -> bool:
    """Whether scripts of a base go over and under it, so that a prime can still follow them."""
    if isinstance(base, Stretched):
        return base.kind in ("brace", "bracket", "paren")
    return isinstance(base, Op | Classed) and base.limits
