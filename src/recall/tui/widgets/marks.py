"""Private characters that carry styles through Markdown, which has no syntax for them.

Text is marked while it is parsed; when it becomes styled content the marks become spans and go.
"""

from bisect import bisect_left
from re import compile as regex

from textual.content import Content, Span

from recall.core.cloze import HIGHLIGHT_END, HIGHLIGHT_START
from recall.tui.math import BOLD_END, BOLD_START
from recall.tui.widgets.cjk import MATH_STYLE, NBSP, CjkText

HIGHLIGHT_STYLE = ".card--highlight"
MATH_SPACE = "\ue002"
"""A space of a formula: Textual merges all others, no-break spaces too."""

MATH_START, REFUSED_START, MATH_END = "\ue003", "\ue005", "\ue006"
REFUSED_STYLE = ".card--math-error"

_MARK = regex("[\ue000\ue001\ue003-\ue008]")
_STYLE_OF_START = {
    HIGHLIGHT_START: HIGHLIGHT_STYLE,
    BOLD_START: "bold",
    MATH_START: MATH_STYLE,
    REFUSED_START: REFUSED_STYLE,
}
_START_OF_END = {HIGHLIGHT_END: HIGHLIGHT_START, BOLD_END: BOLD_START, MATH_END: MATH_START + REFUSED_START}


def styled(content: Content) -> CjkText:
    """Return `content` with its marks made into spans of style, as text that wraps like Chinese."""
    text = content.plain.replace(MATH_SPACE, NBSP)
    marks = [(match.start(), match[0]) for match in _MARK.finditer(text)]
    if not marks:
        return CjkText(text, list(content.spans))
    gone = [position for position, _ in marks]

    def moved(offset: int) -> int:
        return offset - bisect_left(gone, offset)

    spans = [*content.spans, *_spans(marks, len(text))]
    kept = [Span(moved(start), moved(end), style) for start, end, style in spans]
    return CjkText(_MARK.sub("", text), [span for span in kept if span.end > span.start])


def _spans(marks: list[tuple[int, str]], length: int) -> list[Span]:
    """Return the spans between pairs of marks, outermost last; an open one reaches to `length`."""
    spans: list[Span] = []
    open_marks: list[tuple[int, str]] = []
    for position, mark in [*marks, (length, HIGHLIGHT_END)]:
        if mark in _STYLE_OF_START:
            open_marks.append((position, mark))
        elif open_marks and open_marks[-1][1] in _START_OF_END[mark]:
            start, opened = open_marks.pop()
            spans.append(Span(start, position, _STYLE_OF_START[opened]))
    return spans


def without_highlight(text: str) -> str:
    """Return `text` without the marks round the answer of a cloze."""
    return text.replace(HIGHLIGHT_START, "").replace(HIGHLIGHT_END, "")


def highlight_depth(text: str, depth: int) -> int:
    """Return how many highlights are open after `text` if `depth` are open before it."""
    for mark in _MARK.findall(text):
        depth += (mark == HIGHLIGHT_START) - (mark == HIGHLIGHT_END and depth > 0)
    return depth
