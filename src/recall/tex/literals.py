"""Letters, numbers and signs typed as such."""

from __future__ import annotations

from dataclasses import replace

from recall.tex.fonts import styled
from recall.tex.lexer import source_of
from recall.tex.reader import Reader
from recall.tex.state import Frame
from recall.tex.symbols import CHARACTERS
from recall.tex.tree import Cls, Symbol
from recall.tex.width import printable


def in_font(text: str, font: str) -> str:
    """Text in a math alphabet ("" for none)."""
    return "".join(styled(char, font) for char in text) if font else text


def symbol_in_font(symbol: Symbol, font: str) -> Symbol:
    """A symbol in a math alphabet, if it is a letter."""
    if not font or symbol.cls != Cls.ORD or len(symbol.text) != 1:
        return symbol
    return replace(symbol, text=styled(symbol.text, font))


def letters(reader: Reader, first: str, frame: Frame) -> Symbol:
    """The letter just read, or the word that it starts in a font that has words."""
    text = first
    while frame.words and is_letter(reader.text_at(0)):
        text += reader.text_at(0)
        reader.at += 1
    return Symbol(in_font(text, frame.font), word=len(text) > 1 and frame.font in ("", "normal"))


def number(reader: Reader, first: str, frame: Frame) -> Symbol:
    """The number that starts with the digit or point just read: `12`, `3.5`, `.5`, `1{,}000`."""
    text = first + _digits(reader)
    if first != ".":
        while group := _thousands(reader):
            text += group
        if reader.text_at(0) == ".":
            reader.at += 1
            text += "." + _digits(reader)
    return Symbol(in_font(text, frame.font))


def character(char: str, frame: Frame) -> Symbol | None:
    """Any other character; None if it is invisible."""
    if symbol := CHARACTERS.get(char):
        return symbol
    shown = printable(char)
    return Symbol(styled(shown, frame.font)) if shown else None


def is_letter(text: str) -> bool:
    """Whether a token is one letter of the ASCII alphabet."""
    return text.isascii() and text.isalpha()


def is_digit(text: str) -> bool:
    """Whether a token is one ASCII digit."""
    return text.isascii() and text.isdigit()


def _digits(reader: Reader) -> str:
    start = reader.at
    while is_digit(reader.text_at(0)):
        reader.at += 1
    return source_of(reader.tokens[start : reader.at])


def _thousands(reader: Reader) -> str:
    """The next group of a number such as `1{,}000`, with its comma."""
    ahead = [reader.text_at(offset) for offset in range(6)]
    if ahead[:3] != ["{", ",", "}"] or not all(map(is_digit, ahead[3:])):
        return ""
    reader.at += 6
    return "," + "".join(ahead[3:])
