"""Markdown as cards use it: math between dollars, Chinese, highlighted answers, and no HTML."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, linkify
from markdown_it.token import Token
from mdit_py_plugins.dollarmath.index import math_block_dollar

from recall.core.cloze import HIGHLIGHT_END, HIGHLIGHT_START
from recall.core.formulas import DISPLAY, INLINE
from recall.core.sanitise import sanitise
from recall.text.emphasis import CHINESE, let_chinese_flank
from recall.tui.math import typeset_inline
from recall.tui.widgets.cjk import NBSP
from recall.tui.widgets.marks import (
    MATH_END,
    MATH_SPACE,
    MATH_START,
    REFUSED_START,
    highlight_depth,
    without_highlight,
)

_MATH_IN_LINE = re.compile(rf"\\.|{INLINE.pattern}")
_PIPE = "\ue00f"
"""Stands for a pipe in a formula while a table is split into cells."""
_HIDDEN = "source with hidden pipes"

_PRIVATE = re.compile("[\ue000-\ue00f]")
_CHINESE_OR_QUOTE = re.compile(f"{CHINESE.pattern}|[“”‘’…—]")
_WIDE_PUNCTUATION = re.compile("[\u3001-\u3003\u3008-\u301f！-／：-＠［-\uff40｛-\uff60]")

_dollars_on_lines = math_block_dollar(allow_labels=False, allow_blank_lines=False)


def card_parser() -> MarkdownIt:
    """Return a new parser of GitHub's Markdown without HTML, with math; not to be shared by threads.

    Link definitions and underlined headings are off: the first would vanish from the screen, and
    the second turn a line above dashes into a heading.
    """
    parser = MarkdownIt("gfm-like", {"html": False}).disable(["reference", "lheading"])
    parser.core.ruler.disable("linkify")  # it takes `train.py` for an address
    parser.inline.ruler.at("linkify", _link)
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("fence", "math_block", _math_block)
    parser.inline.ruler.before("escape", "math", _math)
    let_chinese_flank(parser)
    parser.core.ruler.push("card", _finish)
    return parser


def _math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read the lines of one displayed formula; none or several on a line are left to the paragraph."""
    line = state.line
    found = _dollars_on_lines(state, start_line, end_line, silent)
    if found and ("$$" in state.tokens[-1].content or not state.tokens[-1].content.strip()):
        state.tokens.pop()
        state.line = line
        return False
    return found


def _math(state: StateInline, silent: bool) -> bool:
    """Read `$$...$$` or `$...$` at the place of `state`, by the rules of `recall.core.formulas`.

    The rule of mdit-py-plugins has the same convention, but at the start of a text looks at its last character.
    """
    for kind, pattern in (("math_inline_double", DISPLAY), ("math_inline", INLINE)):
        if match := pattern.match(state.src, state.pos, state.posMax):
            if not silent:
                state.push(kind, "math", 0).content = match[1]
            state.pos = match.end()
            return True
    return False


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table without breaking its cells at the pipes of formulas."""
    source, known = state.src, len(state.tokens)
    if _HIDDEN not in state.env:
        state.env[_HIDDEN] = _hide_pipes(source)
    state.src = state.env[_HIDDEN]
    try:
        found = table(state, start_line, end_line, silent)
    finally:
        state.src = source
    for token in state.tokens[known:]:
        token.content = token.content.replace(_PIPE, "|")
    return found


def _hide_pipes(source: str) -> str:
    """Return `source` with the pipes of formulas, each within a line, replaced by a stand-in."""
    if "|" not in source or "$" not in source:
        return source
    lines = source.split("\n")
    return "\n".join(_MATH_IN_LINE.sub(lambda match: _hide(match[0]), line) for line in lines)


def _hide(piece: str) -> str:
    return piece.replace("|", _PIPE) if piece.startswith("$") else piece


def _link(state: StateInline, silent: bool) -> bool:
    """Read the rest of an address after its scheme; Chinese text or punctuation ends it."""
    source = state.src
    if not source.startswith("://", state.pos):
        return False
    if end := _CHINESE_OR_QUOTE.search(source, state.pos):
        state.src = source[: end.start()]
    try:
        return linkify(state, silent)
    finally:
        state.src = source


def _finish(state: StateCore) -> None:
    """Turn the tokens into those that Textual's Markdown shows, formulas into text."""
    tokens = list(_with_displays(state.tokens))
    for token in tokens:
        if token.children:
            token.children = [shown for child in token.children for shown in _shown(child)]
            _join_lines(token.children)
    _carry_highlight(tokens)
    state.tokens = list(_without_empty(tokens))


def _with_displays(tokens: list[Token]) -> Iterator[Token]:
    """Yield `tokens` with paragraphs split round the displayed formulas in them."""
    rest = iter(tokens)
    for token in rest:
        if token.type == "paragraph_open":
            yield from _pieces(token, next(rest), next(rest))
        else:
            yield token


def _pieces(opening: Token, inline: Token, closing: Token) -> Iterator[Token]:
    """Yield the tokens of a paragraph, as several round its displayed formulas."""
    for is_display, group in groupby(inline.children or [], _is_display):
        if is_display:
            yield from (_display(token.content, inline) for token in group)
        else:
            yield opening
            yield Token("inline", "", 0, children=_trimmed(list(group)), map=inline.map, level=inline.level)
            yield closing


def _is_display(token: Token) -> bool:
    """Tell whether a token is a displayed formula outside bold text and links, which cannot be split."""
    return token.type == "math_inline_double" and token.level == 0


def _display(tex: str, inline: Token) -> Token:
    return Token("math_block", "math", 0, content=tex, map=inline.map, level=inline.level - 1, block=True)


def _trimmed(children: list[Token]) -> list[Token]:
    """Return `children` without white space at either end."""
    if children[0].type == "text":
        children[0].content = children[0].content.lstrip()
    if children[-1].type == "text":
        children[-1].content = children[-1].content.rstrip()
    return children


def _shown(token: Token) -> Iterator[Token]:
    """Yield what is shown of an inline token."""
    if token.type in ("math_inline", "math_inline_double"):
        yield _text(_marked_math(token.content))
    elif token.type == "image":
        yield Token("em_open", "em", 1)
        yield _text(_alternative(token))
        yield Token("em_close", "em", -1)
    else:
        # Entities may have become characters that sanitising the source could not see.
        token.content = sanitise(token.content, keep_highlight=True)
        yield token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _alternative(image: Token) -> str:
    """Return the text that stands for an image: its description, else the name of its file."""
    description = sanitise(image.content).strip()
    return f"▣ {description or str(image.attrGet('src')).rpartition('/')[2]}"


def _marked_math(tex: str) -> str:
    """Return a formula as text with marks of its look, inside the highlight that begins or ends in it."""
    shown = typeset_inline(without_highlight(tex))
    text = shown.lines[0]
    if not shown.is_refused:
        text = text.replace(" ", MATH_SPACE).replace(NBSP, MATH_SPACE)
    starts, ends = (mark * tex.count(mark) for mark in (HIGHLIGHT_START, HIGHLIGHT_END))
    return f"{starts}{REFUSED_START if shown.is_refused else MATH_START}{text}{MATH_END}{ends}"


def _join_lines(children: list[Token]) -> None:
    """Remove the line ends in `children` that Chinese text does not show as a space."""
    for index, child in enumerate(children):
        if child.type == "softbreak":
            before = _edge((children[place] for place in range(index - 1, -1, -1)), -1)
            after = _edge((children[place] for place in range(index + 1, len(children))), 0)
            if not before or not after or _joins(before, after):
                child.type = "text"


def _edge(tokens: Iterable[Token], index: int) -> str:
    """Return the first character shown of `tokens`, or the last if they come reversed and `index` is -1."""
    for token in tokens:
        if visible := _PRIVATE.sub("", token.content):
            return visible[index]
        if token.type == "hardbreak":
            break
    return ""


def _joins(before: str, after: str) -> bool:
    """Tell whether two lines that end and begin so are joined without a space."""
    if _WIDE_PUNCTUATION.match(before) or _WIDE_PUNCTUATION.match(after):
        return True
    both = _CHINESE_OR_QUOTE.match(before) and _CHINESE_OR_QUOTE.match(after)
    return bool(both and (CHINESE.match(before) or CHINESE.match(after)))


def _carry_highlight(tokens: list[Token]) -> None:
    """Close the highlights open at the end of each block of text, and open them anew in the next."""
    depth = 0
    for token in tokens:
        text = "".join(child.content for child in token.children or []) or token.content
        start, depth = HIGHLIGHT_START * depth, highlight_depth(text, depth)
        end = HIGHLIGHT_END * depth
        if token.children:
            token.children = [_text(start), *token.children, _text(end)]
        elif token.type in ("fence", "code_block"):
            token.content = start + token.content.rstrip("\n") + end
        elif token.type == "math_block":
            token.content = without_highlight(text)
            token.meta["highlight"] = bool(start) or token.content != text


def _without_empty(tokens: list[Token]) -> Iterator[Token]:
    """Yield `tokens` but those of paragraphs that show nothing."""
    rest = iter(tokens)
    for token in rest:
        if token.type != "paragraph_open":
            yield token
            continue
        inline, closing = next(rest), next(rest)
        if _edge(inline.children or [], 0):
            yield from (token, inline, closing)
