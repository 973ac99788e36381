"""Formulas as text, and what is shown when one cannot be set: its source.

The only place of the interface that knows the renderer (`recall.tex`), which is imported when the
first formula is met. Without the renderer the source is shown as it is.
"""

from dataclasses import dataclass
from enum import Enum, auto

from recall.tui.sanitise import sanitise


class Look(Enum):
    """How a formula came out."""

    TYPESET = auto()
    """Set by the renderer."""

    SOURCE = auto()
    """There is no renderer: the source."""

    ERROR = auto()
    """The renderer refused it: the source and the reason."""


@dataclass(frozen=True, slots=True)
class MathText:
    """A formula as lines of text."""

    lines: tuple[str, ...]
    """At least one line, without control characters."""

    look: Look
    """How the lines came to be."""


def typeset_inline(tex: str) -> MathText:
    """Return the formula `tex` on one line; never raises."""
    return _typeset(" ".join(tex.split()), display=False, width=None)


def typeset_display(tex: str, width: int) -> MathText:
    """Return the formula `tex` as a display for `width` cells, which it may exceed; never raises."""
    return _typeset(tex.strip(), display=True, width=max(width, 1))


def inline_math(tex: str) -> str:
    """Return the formula `tex` on one line of text; what cannot be set is its source and the reason."""
    return typeset_inline(tex).lines[0]


def display_math(tex: str, width: int) -> list[str]:
    """Return the lines of the formula `tex` in display style for `width` cells.

    A line is wider only where the formula cannot be broken. What cannot be set is the lines of its
    source and then the reason.
    """
    return list(typeset_display(tex, width).lines)


def _typeset(tex: str, *, display: bool, width: int | None) -> MathText:
    """Return the lines of a formula, in whichever look is possible."""
    try:
        from recall.tex import TexError, render
    except ImportError:
        return MathText(_source_lines(tex), Look.SOURCE)
    try:
        lines = render(tex, display=display, width=width).lines
    except TexError as error:
        return _refused(tex, error.message, display=display)
    # A defect of the renderer must not end a review; the message says that it is one.
    except Exception as error:
        return _refused(tex, f"{type(error).__name__}: {error}", display=display)
    return MathText(tuple(sanitise(line) for line in lines) or ("",), Look.TYPESET)


def _refused(tex: str, reason: str, *, display: bool) -> MathText:
    """Return the source of a formula with the reason why it is not set."""
    note = f"({sanitise(' '.join(reason.split()))})"
    lines = _source_lines(tex)
    return MathText((*lines, note) if display else (f"{lines[0]} {note}",), Look.ERROR)


def _source_lines(tex: str) -> tuple[str, ...]:
    """Return the lines of the source of a formula, at least one."""
    return tuple(line.rstrip() for line in sanitise(tex).split("\n"))
