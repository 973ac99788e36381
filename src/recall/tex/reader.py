"""Reading arguments from a list of tokens, the way TeX does: by braces first, by meaning later."""

from __future__ import annotations

import re

from recall.tex.delimiters import DELIMITERS
from recall.tex.errors import TexError
from recall.tex.lexer import Token, source_of
from recall.tex.tree import Cls

_DIMENSION = re.compile(r"\s*([-+]?(?:[.,]\d+|\d+(?:[.,]\d*)?))\s*(pt|em|ex|mu|px|mm|cm|in|pc|)", re.ASCII)
# Units in mu, of which 18 make an em (10 pt).
_UNITS = {
    "pt": 1.8,
    "em": 18.0,
    "ex": 7.7,
    "mu": 1.0,
    "px": 1.4,
    "mm": 5.1,
    "cm": 51.2,
    "in": 130.0,
    "pc": 21.6,
}
_LONGEST_DIMENSION = 32


class Reader:
    """A cursor in a list of tokens; `end` is the source offset just after them."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self.tokens = tokens
        self.at = 0
        self.end = end

    def peek(self) -> str:
        """Text of the next token that is not white space, "" at the end; the cursor moves to it."""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if not token.is_space:
                return token.text
            self.at += 1
        return ""

    def text_at(self, offset: int) -> str:
        """Text of a token counted from the cursor, "" past the end; white space is not skipped."""
        index = self.at + offset
        return self.tokens[index].text if index < len(self.tokens) else ""

    def here(self) -> int:
        """Source offset of the next token that is not white space."""
        self.peek()
        return self.tokens[self.at].position if self.at < len(self.tokens) else self.end

    def next(self) -> Token | None:
        """The next token that is neither white space nor in a comment; None at the end."""
        while text := self.peek():
            if text != "%":
                self.at += 1
                return self.tokens[self.at - 1]
            self._skip_comment()
        return None

    def _skip_comment(self) -> None:
        while self.at < len(self.tokens) and "\n" not in self.tokens[self.at].text:
            self.at += 1

    def argument(self, name: str) -> list[Token]:
        """The tokens of the next argument, without its braces; one token if it has none."""
        match self.peek():
            case "":
                raise TexError(f"{name} lacks an argument", self.end)
            case "}":
                raise TexError(f"{name} lacks an argument: found a closing brace", self.here())
            case "{":
                return self._braced(name)
        self.at += 1
        return self.tokens[self.at - 1 : self.at]

    def _braced(self, name: str) -> list[Token]:
        start = self.here()
        self.at += 1
        first, depth = self.at, 1
        while self.at < len(self.tokens):
            text = self.tokens[self.at].text
            self.at += 1
            depth += (text == "{") - (text == "}")
            if depth == 0:
                return self.tokens[first : self.at - 1]
        raise TexError(f"Missing closing brace of the argument of {name}", start)

    def bracket(self, name: str) -> list[Token] | None:
        """The tokens of an optional argument `[...]`; None if the next token opens none."""
        if self.peek() != "[":
            return None
        start = self.here()
        self.at += 1
        first, depth = self.at, 0
        while self.at < len(self.tokens):
            text = self.tokens[self.at].text
            self.at += 1
            depth += (text == "{") - (text == "}")
            if depth < 0:
                position = self.tokens[self.at - 1].position
                raise TexError(f"Closing brace where ] of {name} was expected", position)
            if depth == 0 and text == "]":
                return self.tokens[first : self.at - 1]
        raise TexError(f"Missing ] of the optional argument of {name}", start)

    def delimiter(self, name: str, braces: bool = False) -> tuple[str, Cls]:
        """The delimiter after `\\left` and its kin: character ("" for the empty one) and class."""
        start, text = self.here(), self.peek()
        if text == "{" and braces:
            text = source_of(self.argument(name)).strip()
        elif text:
            self.at += 1
        if text not in DELIMITERS:
            raise TexError(f"{name} needs a delimiter, such as ( or \\langle", start)
        return DELIMITERS[text]

    def delimiter_argument(self, name: str) -> str:
        """A delimiter given as an argument, "" if the argument is empty."""
        start = self.here()
        text = source_of(self.argument(name)).strip()
        if text and text not in DELIMITERS:
            raise TexError(f"{name} needs a delimiter, such as ( or \\langle", start)
        return DELIMITERS[text][0] if text else ""

    def dimension(self, name: str) -> float:
        """A length such as `2pt` or `{1em}`, in mu."""
        start = self.here()
        if self.peek() == "{":
            match = _DIMENSION.fullmatch(source_of(self.argument(name)).rstrip())
        else:
            match = _DIMENSION.match(source_of(self.tokens[self.at : self.at + _LONGEST_DIMENSION]))
            self._skip_characters(len(match.group()) if match else 0)
        if match is None or not match.group(2):
            raise TexError(f"{name} needs a length, such as 2pt or 1em", start)
        return float(match.group(1).replace(",", ".")) * _UNITS[match.group(2)]

    def _skip_characters(self, count: int) -> None:
        while count > 0:
            count -= len(self.tokens[self.at].text)
            self.at += 1

    def star(self) -> bool:
        """Whether a `*` follows; it is skipped."""
        found = self.peek() == "*"
        self.at += found
        return found


def is_dimension(text: str) -> bool:
    """Whether a text is a length with its unit."""
    match = _DIMENSION.fullmatch(text.rstrip())
    return match is not None and bool(match.group(2))
