"""One line to be typed, over the screen that wants to know it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from recall.i18n import _


class Prompt(ModalScreen[str | None]):
    """Asks for a line; gives what was typed, or None when the learner went back."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", _("back"), id="prompt.leave")]
    DEFAULT_CSS = """
    Prompt { align: center middle; background: $background 60%; }
    Prompt > Vertical { width: 64; max-width: 100%; height: auto; padding: 1 2; background: $surface; }
    Prompt Input, Prompt Input:focus {
        border: none; height: 1; padding: 0 1; margin: 1 0; background: $foreground 8%;
    }
    Prompt #prompt-help { color: $text-muted; height: auto; }
    """

    def __init__(self, title: str, help_text: str = "", value: str = "") -> None:
        super().__init__()
        self._title, self._help, self._value = title, help_text, value

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content.styled(self._title, "bold $text-primary"))
            yield Input(self._value, id="prompt-input")
            yield Static(Content(self._help), id="prompt-help")

    def on_input_submitted(self, message: Input.Submitted) -> None:
        self.dismiss(message.value.strip())

    def action_leave(self) -> None:
        self.dismiss(None)
