"""Sizes, styles, colours and alphabets: only the alphabets make a difference here."""

from __future__ import annotations

from recall.tex.commands.registry import command
from recall.tex.lexer import Token
from recall.tex.parser import UNFIT_SCRIPTS, Parser
from recall.tex.tree import (
    Cls,
    Symbol,
    only_item,
)


@command(
    "displaystyle textstyle scriptstyle scriptscriptstyle tiny Tiny scriptsize small normalsize large Large"
    " LARGE huge Huge nonscript nonumber notag"
)
def _ignored(parser: Parser, token: Token) -> None:
    """Sizes and styles make no difference in a terminal."""


_UNFIT = (
    "displaystyle textstyle scriptstyle scriptscriptstyle tiny Tiny scriptsize small normalsize large Large"
    " LARGE huge Huge color raise lower moveleft moveright nonscript braket Braket set Set"
)
UNFIT_SCRIPTS.update(_UNFIT.split())


@command("color")
def _color(parser: Parser, token: Token) -> None:
    parser.bracket(token.text)
    parser.argument(token.text)


@command("textcolor")
def _textcolor(parser: Parser, token: Token) -> None:
    _color(parser, token)
    parser.push(parser.arg(token))


@command("href class style cssId")
def _html(parser: Parser, token: Token) -> None:
    parser.argument(token.text)
    parser.push(parser.arg(token))


@command("mathchoice")
def _mathchoice(parser: Parser, token: Token) -> None:
    display = parser.arg(token)
    for _ in range(3):
        parser.arg(token)
    parser.push(display)


_FONTS = {
    "mathrm": "normal",
    "mathup": "normal",
    "mathnormal": "",
    "mathit": "italic",
    "mathbf": "bold",
    "mathbfup": "bold",
    "mathbfit": "bold",
    "boldsymbol": "bold",
    "pmb": "bold",
    "mathbb": "double-struck",
    "Bbb": "double-struck",
    "mathfrak": "fraktur",
    "mathbffrak": "bold-fraktur",
    "mathscr": "script",
    "mathcal": "script",
    "mathbfscr": "bold-script",
    "mathbfcal": "bold-script",
    "mathsf": "sans-serif",
    "mathsfup": "sans-serif",
    "mathsfit": "sans-serif",
    "mathbfsf": "bold-sans-serif",
    "mathbfsfup": "bold-sans-serif",
    "mathbfsfit": "bold-sans-serif",
    "mathtt": "monospace",
}
_FONTS |= {"sym" + name[4:]: font for name, font in _FONTS.items() if name.startswith("math")}
_SWITCHES = {
    "rm": "normal",
    "mit": "italic",
    "it": "italic",
    "oldstyle": "normal",
    "cal": "script",
    "scr": "script",
    "bf": "bold",
    "bbFont": "double-struck",
    "frak": "fraktur",
    "sf": "sans-serif",
    "tt": "monospace",
}


@command(" ".join(_FONTS))
def _font(parser: Parser, token: Token) -> None:
    name = token.text[1:]
    words = name not in ("boldsymbol", "pmb", "mathnormal", "symnormal")
    body = parser.sub(parser.argument(token.text), font=_FONTS[name], words=words)
    item = only_item(body)
    parser.push(item if isinstance(item, Symbol) and item.cls == Cls.ORD else body)


@command(" ".join(_SWITCHES))
def _switch(parser: Parser, token: Token) -> None:
    parser.frame.font = _SWITCHES[token.text[1:]]
