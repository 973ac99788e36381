"""A form of few lines, each with one of some values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from recall.i18n import _


@dataclass(slots=True)
class Line:
    """One line: a label, and the value chosen of its options. Without options it is something to do."""

    id: str
    label: str
    options: Sequence[tuple[Any, str]] = ()
    help: str = ""
    at: int = 0

    @property
    def value(self) -> Any:
        return self.options[self.at][0]

    @property
    def text(self) -> str:
        return self.options[self.at][1] if self.options else ""

    def choose(self, value: Any) -> None:
        """Choose a value; the first where it is none of the options."""
        self.at = next((n for n, (option, _text) in enumerate(self.options) if option == value), 0)


class Form(Widget, can_focus=True):
    """Up and down choose a line, left and right its value. The screen binds a key to `action_submit`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", _("down"), id="scroll.down", show=False),
        Binding("up,k", "move(-1)", _("up"), id="scroll.up", show=False),
        Binding("right,l", "change(1)", _("next value"), id="form.next", show=False),
        Binding("left,h", "change(-1)", _("value before"), id="form.previous", show=False),
    ]
    DEFAULT_CSS = """
    Form { height: auto; }
    """

    lines: reactive[Sequence[Line]] = reactive((), layout=True, always_update=True)
    cursor: reactive[int] = reactive(0)

    class Changed(Message):
        """A value was changed, or another line is looked at."""

        def __init__(self, line: Line) -> None:
            super().__init__()
            self.line = line

    class Submitted(Message):
        """The learner is content, or wants to do what the line says."""

        def __init__(self, line: Line) -> None:
            super().__init__()
            self.line = line

    @property
    def current(self) -> Line:
        return self.lines[self.cursor]

    def line(self, line_id: str) -> Line:
        return next(line for line in self.lines if line.id == line_id)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines)

    def render(self) -> Content:
        room = max((cell_len(line.label) for line in self.lines if line.options), default=0) + 3
        return Content("\n").join([self._row(n, line, room) for n, line in enumerate(self.lines)])

    def action_move(self, step: int) -> None:
        """Another line; beyond the last comes the first."""
        self.cursor = (self.cursor + step) % len(self.lines)
        self.post_message(self.Changed(self.current))

    def action_change(self, step: int) -> None:
        """Another value of this line; where there is none, do what it says."""
        line = self.current
        if not line.options:
            self.action_submit()
            return
        line.at = (line.at + step) % len(line.options)
        self.refresh()
        self.post_message(self.Changed(line))

    def action_submit(self) -> None:
        self.post_message(self.Submitted(self.current))

    def on_click(self, event: Click) -> None:
        if 0 <= event.y < len(self.lines):
            self.cursor = event.y
            self.action_change(1)

    def _row(self, n: int, line: Line, room: int) -> Content:
        is_here = n == self.cursor
        label = set_cell_size(line.label, room)
        cursor = ("› " if is_here else "  ", "bold $text-primary")
        if not line.options:
            return Content.assemble(cursor, (line.label, "bold $text-primary" if is_here else "$foreground"))
        arrows = "$text-primary" if is_here else "$foreground 25%"
        return Content.assemble(
            cursor,
            (label, "bold $text-primary" if is_here else "$foreground"),
            ("‹ ", arrows),
            (line.text, "bold $text-accent" if line.at else "$foreground"),
            (" ›", arrows),
        )
