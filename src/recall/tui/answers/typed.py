"""Typing a word, a number, or what a program prints."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from recall.core.bodies import Kind, Numeric
from recall.i18n import _
from recall.study.answering import Marked
from recall.tui.answers.box import AnswerBox
from recall.tui.widgets.typing import Line


class TypedBox(AnswerBox):
    """One line to type in; `enter` on an empty one shows the answer."""

    DEFAULT_CSS = """
    TypedBox Input, TypedBox Input:focus { height: 1; border: none; background: $foreground 8%; padding: 0 1; }
    TypedBox Input.-right { color: $text-success; }
    TypedBox Input.-wrong { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave_line", _("leave the line"), id="answer.leave")]

    def compose(self) -> ComposeResult:
        yield Line(placeholder=self._placeholder(), max_length=2000)

    @property
    def hint(self) -> str:
        return _("type the answer, then enter; empty shows it")

    def take_focus(self) -> None:
        self.screen.set_focus(self.query_one(Input))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.submit(event.value.strip())

    def action_leave_line(self) -> None:
        """Back to the keys of the screen."""
        self.screen.set_focus(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "leave_line" or self.query_one(Input).has_focus

    async def show_mark(self, marked: Marked) -> None:
        await super().show_mark(marked)
        line = self.query_one(Input)
        line.disabled = True
        line.set_class(marked.is_right, "-right")
        line.set_class(not marked.is_right, "-wrong")

    def _placeholder(self) -> str:
        body = self.exercise.card.body
        if isinstance(body, Numeric) and body.unit:
            return _("a number, in {unit}").format(unit=body.unit)
        return {
            Kind.NUMERIC: _("a number: 0.25, 1/4, 25%, sqrt(2), 2e-3"),
            Kind.OUTPUT: _("what is printed; a space between lines will do"),
        }.get(self.exercise.kind, _("your answer"))
