"""Macros: those a user defines, those a source defines with `\\newcommand`, and a few of TeX's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from recall.tex.errors import TexError
from recall.tex.lexer import Token, tokenize, tokens_at

MAX_EXPANSIONS = 1000
"""Macro calls one source may make, as in MathJax."""
MAX_TOKENS = 20_000
"""Tokens that expansion may grow a source to."""


class Macro(NamedTuple):
    """A macro: number of arguments, default of the first one (None: it is not optional), replacement."""

    arguments: int
    default: str | None
    body: str


_PARAMETER = re.compile(r"#([1-9])")


def _own(table: dict[str, str]) -> dict[str, Macro]:
    return {name: macro_of(body) for name, body in table.items()}


def macro_of(body: str) -> Macro:
    """A macro from its replacement text; it has as many arguments as the highest `#n` in it."""
    count = max((int(number) for number in _PARAMETER.findall(body)), default=0)
    return Macro(count, None, body)


def user_macros(macros: Mapping[str, str]) -> dict[str, Macro]:
    """Macros of a mapping from name (with or without the backslash) to replacement text."""
    return {name.removeprefix("\\"): macro_of(body) for name, body in macros.items()}


def substitute(macro: Macro, arguments: list[list[Token]], call: Token) -> list[Token]:
    """The tokens a call stands for. Raises TexError for a `#` that names no argument of the macro."""
    result: list[Token] = []
    body = iter(tokens_at(macro.body, call.position))
    for token in body:
        if token.text != "#":
            result.append(token)
            continue
        number = next(body, Token("", call.position)).text
        if number == "#":
            result.append(token)
        elif number.isascii() and number.isdigit() and 1 <= int(number) <= len(arguments):
            result.extend(arguments[int(number) - 1])
        else:
            raise TexError(f"{call.text} uses parameter #{number}, but has {len(arguments)}", call.position)
    return result


def default_argument(macro: Macro, call: Token) -> list[Token]:
    """The tokens of the default of an optional first argument."""
    return [Token(token.text, call.position) for token in tokenize(macro.default or "")]


OWN_MACROS: dict[str, Macro] = _own(
    {
        "iff": r"\;\Longleftrightarrow\;",
        "implies": r"\;\Longrightarrow\;",
        "impliedby": r"\;\Longleftarrow\;",
        "pmod": r"\quad(\operatorname{mod} #1)",
        "mod": r"\quad\operatorname{mod} #1",
        "pod": r"\quad(#1)",
        "substack": r"\begin{subarray}{c}#1\end{subarray}",
        "crampedsubstack": r"\begin{subarray}{c}#1\end{subarray}",
        "stackbin": r"\mathbin{\overset{#1}{#2}}",
        "bra": r"{\langle {#1} \rvert}",
        "ket": r"{\lvert {#1} \rangle}",
        "ketbra": r"{\lvert {#1} \rangle\langle {#2} \rvert}",
        "Bra": r"{\left\langle {#1} \right\vert}",
        "Ket": r"{\left\vert {#1} \right\rangle}",
        "Ketbra": r"{\left\vert {#1} \right\rangle\left\langle {#2} \right\vert}",
        "braket": r"{\langle {#1} \rangle}",
        "Braket": r"{\left\langle {#1} \right\rangle}",
        "set": r"{\{ {#1} \}}",
        "Set": r"{\left\{ {#1} \right\}}",
        "varliminf": r"\mathop{\underline{\mathrm{lim}}}",
        "varlimsup": r"\mathop{\overline{\mathrm{lim}}}",
        "varinjlim": r"\mathop{\underrightarrow{\mathrm{lim}}}",
        "varprojlim": r"\mathop{\underleftarrow{\mathrm{lim}}}",
        "idotsint": r"\int\cdots\int",
        "centernot": r"\not{#1}",
        "mathstrut": r"\vphantom{(}",
        "TeX": r"\mathrm{TeX}",
        "LaTeX": r"\mathrm{LaTeX}",
        "skew": r"{#2{#3}}",
        "splitfrac": r"\genfrac{}{}{0pt}{}{#1}{#2}",
        "splitdfrac": r"\genfrac{}{}{0pt}{}{#1}{#2}",
        "vdotswithin": r"\vdots{#1}",
        "MoveEqLeft": r"\hspace{2em}&\hspace{-2em}",
        "bigtimes": r"\mathop{\times}",
    }
)
"""Commands that are defined by what they stand for."""
