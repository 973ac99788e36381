"""The public functions and their result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from recall.tex.box import Box, text_box
from recall.tex.breaking import display_box
from recall.tex.commands import parse
from recall.tex.errors import TexError
from recall.tex.fonts import is_styled, plain
from recall.tex.inline import line
from recall.tex.macros import user_macros
from recall.tex.tree import Group
from recall.tex.width import char_width

MAX_SOURCE = 20_000
"""Characters a source may have."""

Span = tuple[int, int, int]
"""Row, first column and the column after the last one."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A formula as lines of text, ready for the terminal."""

    lines: tuple[str, ...]
    """The rows, all of the same display width; an inline formula has exactly one, its spaces non-breaking."""
    baseline: int
    """Index of the row that stands on the line of the surrounding text."""
    width: int
    """Display width of every row, in cells."""
    bold: tuple[Span, ...] = ()
    """With `plain_fonts`: the spans to be shown bold."""


def render(
    tex: str,
    *,
    display: bool,
    width: int | None = None,
    macros: Mapping[str, str] = MappingProxyType({}),
    plain_fonts: bool = False,
) -> Rendered:
    """Render TeX math as text.

    `tex` is a source without dollar signs. `display` asks for the form of several rows, which is broken to
    `width` cells if that is given; what cannot be broken stays wider. Without `display` it is one line.
    `macros` maps command names (with or without backslash) to replacement text with parameters #1 to #9.
    `plain_fonts` shows letters of the math alphabets as plain ones and reports where they are, for terminals
    whose font lacks them.

    Results are cached. Raises TexError, and nothing else, for a source that is not valid TeX math (as MathJax
    3.2.2 sees it) or is too large.
    """
    return _render(tex, display, width, tuple(macros.items()), plain_fonts)


@lru_cache(maxsize=2048)
def _render(
    tex: str, display: bool, width: int | None, macros: tuple[tuple[str, str], ...], plain_fonts: bool
) -> Rendered:
    if len(tex) > MAX_SOURCE:
        raise TexError(f"Too long: {len(tex)} characters, at most {MAX_SOURCE} are allowed", MAX_SOURCE)
    try:
        tree = parse(tex, user_macros(dict(macros)))
        box = display_box(tree, width) if display else _inline_box(tree)
    except RecursionError:
        raise TexError("Nested too deep", 0) from None
    return _plain(box) if plain_fonts else Rendered(box.rows, box.base, box.width)


def _inline_box(tree: Group) -> Box:
    return text_box(line(tree.items).replace(" ", "\u00a0"))


def _plain(box: Box) -> Rendered:
    spans: list[Span] = []
    lines = []
    for number, row in enumerate(box.rows):
        spans += _styled_spans(row, number)
        lines.append("".join(map(plain, row)))
    return Rendered(tuple(lines), box.base, box.width, tuple(spans))


def _styled_spans(row: str, number: int) -> list[Span]:
    """Spans of letters of math alphabets in a row; neighbours, and their accents, are one span."""
    spans: list[Span] = []
    column = 0
    for char in row:
        end = column + char_width(char)
        if is_styled(char):
            start = spans.pop()[1] if spans and spans[-1][2] == column else column
            spans.append((number, start, end))
        column = end
    return spans
