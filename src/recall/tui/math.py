"""Formulas as text, and what is shown when one cannot be set: its source.

The only place of the interface that knows the renderer (`recall.tex`), which is imported when the
first formula is met.
"""

from dataclasses import dataclass

from rich.cells import cell_len

from recall.core.sanitise import sanitise

BOLD_START, BOLD_END = "\ue007", "\ue008"
"""Private characters round letters that are to be bold, where the terminal's font lacks letters for mathematics."""


@dataclass
class _Fonts:
    are_plain: bool = False


_fonts = _Fonts()


def use_plain_fonts(are_plain: bool) -> None:
    """Show letters of math alphabets as bold plain ones from now on, or as they are."""
    _fonts.are_plain = are_plain


@dataclass(frozen=True, slots=True)
class MathText:
    """A formula as lines of text."""

    lines: tuple[str, ...]
    """At least one line, without control characters."""

    is_refused: bool = False
    """Whether the renderer refused it: then the lines are the source, and the reason."""


def typeset_inline(tex: str) -> MathText:
    """The formula `tex` on one line; never raises."""
    return _typeset(" ".join(tex.split()), display=False, width=None)


def typeset_display(tex: str, width: int) -> MathText:
    """The formula `tex` as a display for `width` cells, which it may exceed; never raises."""
    return _typeset(tex.strip(), display=True, width=max(width, 1))


def _typeset(tex: str, *, display: bool, width: int | None) -> MathText:
    """The lines of a formula, or of its source where the renderer refuses it."""
    from recall.tex import TexError, render

    try:
        shown = render(tex, display=display, width=width, plain_fonts=_fonts.are_plain)
    except TexError as error:
        return _refused(tex, error.message, display=display)
    # A defect of the renderer must not end a review; the message says that it is one.
    except Exception as error:
        return _refused(tex, f"{type(error).__name__}: {error}", display=display)
    lines = (sanitise(line) for line in shown.lines)
    bold = [[span[1:] for span in shown.bold if span[0] == row] for row in range(len(shown.lines))]
    return MathText(tuple(_marked(line, spans) for line, spans in zip(lines, bold, strict=True)))


def _marked(line: str, spans: list[tuple[int, int]]) -> str:
    """Return `line` with marks round the columns of each span, which are to be bold."""
    for start, end in reversed(spans):
        before, after = split_at_cell(line, start), split_at_cell(line, end)
        line = f"{before[0]}{BOLD_START}{line[len(before[0]) : len(after[0])]}{BOLD_END}{after[1]}"
    return line


def split_at_cell(line: str, column: int) -> tuple[str, str]:
    """Return what stands before a column of `line`, accents of the last letter with it, and the rest."""
    width = 0
    for index, character in enumerate(line):
        cells = cell_len(character)
        if cells and width >= column:
            return line[:index], line[index:]
        width += cells
    return line, ""


def _refused(tex: str, reason: str, *, display: bool) -> MathText:
    """The source of a formula with the reason why it is not set."""
    lines = [line.rstrip() for line in sanitise(tex).split("\n")]
    note = f"({sanitise(' '.join(reason.split()))})"
    return MathText((*lines, note) if display else (f"{lines[0]} {note}",), is_refused=True)
