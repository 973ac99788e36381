"""Text wrapped as Chinese is set, for the terminal.

Textual breaks lines at spaces only, so a run of Chinese jumps to the next line as one word and a
line can begin with a full stop. Here a line may end between any two Chinese characters, except where
the rules of Chinese typesetting (GB/T 15834, "kinsoku" in Japanese) forbid it.
"""

from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size, split_graphemes
from rich.segment import Segment
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

NBSP = "\N{NO-BREAK SPACE}"

MATH_STYLE = ".card--math"
"""Style of a span that stays on one line if it fits on one."""

NO_START = frozenset(
    "。，、；：？！）」』】》〉〕〗〙〛］｝”’…—～·‧・％‰℃％.,;:?!)]}%"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮーゝゞヽヾ々〻｡､｣｠"
    "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
)
"""Characters that no line begins with: closing punctuation, small kana, skin tones of emoji."""

NO_END = frozenset("（「『【《〈〔〖〘〚［｛“‘([{｢｟￥＄￡")
"""Characters that no line ends with: opening punctuation."""

_CJK_THOUGH_NARROW = frozenset("—…")
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


class Break(IntEnum):
    """How good it is to end a line at a place; of those that fit, the last of the best is taken."""

    NEVER = 0
    """Before a space: spaces hang at the end of a line."""
    UGLY = 1
    """A line would begin with closing or end with opening punctuation."""
    INSIDE_WORD = 2
    """In a word or a formula, which is longer than the line."""
    INSIDE_FORMULA = 3
    """At a space of a formula that is longer than the line."""
    GOOD = 4


def is_cjk(character: str) -> bool:
    """Tell whether a line may end next to `character`: it is two cells wide, or a Chinese dash or dots."""
    return get_character_cell_size(character) == 2 or character in _CJK_THOUGH_NARROW


def wrap(text: str, width: int, whole: Sequence[tuple[int, int]] = ()) -> list[int]:
    """Return the offsets in `text` at which lines of at most `width` cells begin; the first is 0.

    `text` is one line without newlines. Spaces at the end of a line hang over and are for the caller
    to drop; they do not count for the width. `whole` are (start, end) offsets of stretches that are
    broken only if longer than a line. A line is wider than `width` only if one character is.
    """
    if cell_len(text.rstrip(" ")) <= width:
        return [0]
    graphemes, _ = split_graphemes(text)
    places = _places(text, [start for start, _, _ in graphemes], whole)
    lines, first = [0], 0
    while first := _line_end(text, graphemes, places, first, width):
        lines.append(graphemes[first][0])
    return lines


def _line_end(text: str, graphemes: list[tuple[int, int, int]], places: list[Break], first: int, width: int) -> int:
    """Return the index of the grapheme that begins the line after the one at `first`, 0 if none does."""
    best, used = first, 0
    for index in range(first, len(graphemes)):
        start, _, size = graphemes[index]
        if index > first and places[index] and (best == first or places[index] >= places[best]):
            best = index
        used += size
        if used > width and text[start] != " " and best > first:
            return best
    return 0


def _places(text: str, starts: list[int], whole: Sequence[tuple[int, int]]) -> list[Break]:
    """Return for every grapheme how good a break before it is."""
    inside = {offset for start, end in whole for offset in range(start + 1, end)}
    places = [Break.NEVER]
    before_spaces = text[:1]
    for previous, start in pairwise(starts):
        if text[previous] != " ":
            before_spaces = text[previous]
        places.append(_place(text[previous], text[start], before_spaces, start in inside))
    return places


def _place(previous: str, following: str, before_spaces: str, inside: bool) -> Break:
    """Return how good a break is between two characters; `before_spaces` is the last ink before it."""
    if following == " ":
        return Break.NEVER
    if following in NO_START or following == NBSP or before_spaces in NO_END:
        return Break.UGLY
    if previous == NBSP:
        return Break.INSIDE_FORMULA
    if inside or (ord(previous) in _FLAG_LETTERS and ord(following) in _FLAG_LETTERS):
        return Break.INSIDE_WORD
    if previous == " " or is_cjk(previous) or is_cjk(following):
        return Break.GOOD
    return Break.INSIDE_WORD


class CjkText(Content):
    """Styled text, wrapped as Chinese is set and aligned to the left.

    Spans of the style MATH_STYLE are kept on one line where possible. No-break spaces become spaces
    when the text is shown or selected.
    """

    def __str__(self) -> str:
        return self.plain.replace(NBSP, " ")

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the number of lines at `width` cells."""
        return sum(len(_wrap_content(line, width)) for line in self._paragraphs())

    def get_minimal_width(self, rules: RulesMap) -> int:
        """Return the width in cells of the longest stretch that should not be broken."""
        return max(_longest_word(line) for line in self._paragraphs())

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Return the lines as strips, each at most `width` cells wide."""
        strips: list[Strip] = []
        for y, line in enumerate(self._paragraphs() if width else []):
            starts = _wrap_content(line, width)
            line = _with_options(line, y, options)
            for start, part in zip(starts, line.divide(starts[1:]), strict=True):
                strips.append(_strip(part, start, y, style, options))
        return strips if height is None else strips[:height]

    def lines(self, width: int) -> list[Content]:
        """Return the lines at `width` cells, without spaces at their ends."""
        return [part.rstrip(" ") for line in self._paragraphs() for part in line.divide(_wrap_content(line, width)[1:])]

    def _paragraphs(self) -> list[Content]:
        return self.split(allow_blank=True)


def _math_ranges(line: Content) -> list[tuple[int, int]]:
    return [(start, end) for start, end, style in line.spans if style == MATH_STYLE]


def _wrap_content(line: Content, width: int) -> list[int]:
    return wrap(line.plain, width, _math_ranges(line))


def _longest_word(line: Content) -> int:
    """Return the width in cells of the longest part of `line` without a good place to break."""
    text = line.plain
    graphemes, _ = split_graphemes(text)
    starts = [start for start, _, _ in graphemes]
    places = _places(text, starts, _math_ranges(line)) if text else []
    cuts = [
        0,
        *(start for start, place in zip(starts, places, strict=True) if place is Break.GOOD),
        len(text),
    ]
    return max(cell_len(text[start:end].rstrip(" ")) for start, end in pairwise(cuts))


def _with_options(line: Content, y: int, options: RenderOptions) -> Content:
    """Return the line number `y` with the styles that rendering adds, among them the selection's."""
    if options.post_style is not None:
        line = line.stylize(options.post_style)
    span = options.selection.get_span(y) if options.selection is not None else None
    if span is not None and options.selection_style is not None:
        start, end = span
        line = line.stylize(options.selection_style, start, len(line) if end == -1 else end)
    return line


def _strip(part: Content, x: int, y: int, style: Style, options: RenderOptions) -> Strip:
    """Return one line of the screen, which begins at offset `x` of the text's line `y`."""
    part = part.rstrip(" ")
    segments = []
    for text, text_style in part.render(style, end="", parse_style=options.get_style):
        shown = (style + text_style).rich_style_with_offset(x, y)
        segments.append(Segment(text.replace(NBSP, " "), shown))
        x += len(text)
    return Strip(segments, part.cell_length)
