"""Macros written out, so that a source can be shown by whoever does not know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from recall.tex.errors import TexError
from recall.tex.lexer import Token, tokenize
from recall.tex.macros import MAX_EXPANSIONS, MAX_TOKENS, substitute, user_macros
from recall.tex.reader import Reader


def expand(tex: str, macros: Mapping[str, str]) -> str:
    """The source with every call of these macros replaced by what it stands for, calls inside it too.

    Raises TexError for a macro that calls itself for ever, grows too large or lacks an argument.
    """
    table = user_macros(macros)
    reader = Reader(tokenize(tex), len(tex))
    written: list[Token] = []
    calls = 0
    while reader.at < len(reader.tokens):
        token = reader.tokens[reader.at]
        reader.at += 1
        macro = table.get(token.text[1:]) if token.is_command else None
        if macro is None:
            written.append(token)
            continue
        calls += 1
        if calls > MAX_EXPANSIONS or len(reader.tokens) > MAX_TOKENS:
            raise TexError(f"{token.text} expands without end; does it call itself?", token.position)
        arguments = [reader.argument(token.text) for _ in range(macro.arguments)]
        reader.tokens[: reader.at] = substitute(macro, arguments, token)
        reader.at = 0
    return _joined(written)


def _joined(tokens: Iterable[Token]) -> str:
    """The tokens as source; a space keeps a command apart from a letter that has come to stand behind it."""
    source = ""
    for token in tokens:
        if token.text[:1].isalpha() and _ends_with_word(source):
            source += " "
        source += token.text
    return source


def _ends_with_word(source: str) -> bool:
    name = source[source.rfind("\\") + 1 :] if "\\" in source else ""
    return name.isascii() and name.isalpha()
