"""One line to be typed, over the screen that wants to know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from recall.errors import RecallError
from recall.i18n import _
from recall.tui.widgets.typing import Line

T = TypeVar("T")


class Prompt(ModalScreen[T | None], Generic[T]):
    """Asks for a line; gives what `read` makes of it, or None when the learner went back or typed nothing.

    A line that `read` refuses with a RecallError stays to be mended, the reason below it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", _("back"), id="prompt.leave")]
    DEFAULT_CSS = """
    Prompt { align: center middle; background: $background 60%; }
    Prompt > Vertical { width: 64; max-width: 100%; height: auto; padding: 1 2; background: $surface; }
    Prompt Input, Prompt Input:focus {
        border: none; height: 1; padding: 0 1; margin: 1 0; background: $foreground 8%;
    }
    Prompt #prompt-help { color: $text-muted; height: auto; }
    Prompt #prompt-help.-refused { color: $text-error; }
    """

    def __init__(self, title: str, read: Callable[[str], T], help_text: str = "", value: str = "") -> None:
        super().__init__()
        self._title, self._read, self._help, self._value = title, read, help_text, value

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content.styled(self._title, "bold $text-primary"))
            yield Line(self._value, id="prompt-input")
            yield Static(Content(self._help), id="prompt-help")

    def on_input_changed(self) -> None:
        self._tell(self._help, is_refused=False)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        line = message.value.strip()
        try:
            self.dismiss(self._read(line) if line else None)
        except RecallError as error:
            self._tell(str(error), is_refused=True)

    def _tell(self, text: str, *, is_refused: bool) -> None:
        told = self.query_one("#prompt-help", Static)
        told.update(Content(text))
        told.set_class(is_refused, "-refused")
