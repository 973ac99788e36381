"""Emphasis in Markdown where no space stands around it, as in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline, emphasis, strikethrough

InlineRule = Callable[[StateInline, bool], bool]

CHINESE = re.compile(
    "[\u2e80-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)
"""A Chinese character, or punctuation as wide as one."""
_STAND_IN = re.compile("[\ue000-\ue00f]")
"""Marks that stand in a text for something else while it is read."""


def let_chinese_flank(parser: MarkdownIt) -> None:
    """Let Chinese stand next to `**`, `*`, `_` and `~~`.

    CommonMark does not close `**定义（A）**是`, since punctuation is inside and a letter outside.
    Source of the remedy: github.com/tats-u/markdown-cjk-friendly, its specification.
    """
    parser.inline.ruler.at("emphasis", _flanked(emphasis.tokenize))
    parser.inline.ruler.at("strikethrough", _flanked(strikethrough.tokenize))


def _flanked(rule: InlineRule) -> InlineRule:
    """The rule for a kind of delimiter, with our own eyes for what stands on its two sides."""

    def tokenize(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.delimiters)
        if not rule(state, silent):
            return False
        before, after = _next_to(state.src, start - 1, -1), _next_to(state.src, state.pos, 1)
        for delimiter in state.delimiters[known:]:
            delimiter.open, delimiter.close = _flanking(before, after, state.src[start])
        return True

    return tokenize


def _next_to(source: str, position: int, step: int) -> str:
    """The first character from `position` on that stands for itself; a space outside of `source`."""
    while 0 <= position < len(source):
        if not _STAND_IN.match(source[position]):
            return source[position]
        position += step
    return " "


def _flanking(before: str, after: str, marker: str) -> tuple[bool, bool]:
    """Whether a run of `marker` between two characters can open and can close."""
    left, right = _leans(before, after), _leans(after, before)
    if marker == "_":
        return left and (not right or _is_mark(before)), right and (not left or _is_mark(after))
    return left, right


def _leans(outside: str, inside: str) -> bool:
    """Whether a delimiter belongs to the character `inside` it."""
    if isWhiteSpace(ord(inside)):
        return False
    if not _is_mark(inside) or CHINESE.match(inside):
        return True
    return bool(isWhiteSpace(ord(outside)) or _is_mark(outside) or CHINESE.match(outside))


def _is_mark(character: str) -> bool:
    """Whether `character` is punctuation for CommonMark."""
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
