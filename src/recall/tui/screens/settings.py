"""Settings: every option with its value, changed in place and written to config.toml."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as ListOption

from recall.config import CONFIG_FILE, OPTIONS, Option, parse_word, read_values, write_value
from recall.errors import RecallError
from recall.i18n import _
from recall.tui.widgets.hints import Hints
from recall.tui.widgets.typing import Line

if TYPE_CHECKING:
    from recall.tui.app import RecallApp


class SettingsList(OptionList):
    """The settings; the chosen one stays in sight when the line for typing takes room."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "cursor_down", _("down"), id="scroll.down", show=False),
        Binding("k,up", "cursor_up", _("up"), id="scroll.up", show=False),
    ]

    def on_resize(self) -> None:
        self.scroll_to_highlight()


class SettingsScreen(Screen[None]):
    """One line a setting; `enter` changes it: to the next of few values, or by typing."""

    app: RecallApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "change", _("change"), id="settings.change"),
        Binding("d", "default", _("default"), id="settings.default"),
        Binding("q,escape", "leave", _("back"), id="settings.leave"),
    ]

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home
        self.values: dict[str, Any] = {}

    def compose(self) -> ComposeResult:
        yield Static(Content.styled(_("Settings"), "bold $text-primary"), id="settings-title")
        yield SettingsList(id="settings-list", markup=False)
        yield Static(id="settings-help")
        yield Line(id="settings-input")
        yield Hints()

    def on_mount(self) -> None:
        self.query_one(Input).display = False
        self._fill()
        self.query_one(OptionList).focus()

    def _fill(self) -> None:
        self.values = read_values(self.home)
        listed = self.query_one(OptionList)
        at = listed.highlighted
        listed.set_options([ListOption(self._line(name, option), id=name) for name, option in OPTIONS.items()])
        listed.highlighted = at or 0

    def _line(self, name: str, option: Option) -> Content:
        is_set = name in self.values
        value = _as_typed(self.values.get(name, option.default))
        return Content.assemble(
            (f"{name:<28}", "$foreground"), (value or "—", "bold $text-accent" if is_set else "$foreground 55%")
        )

    def _selected(self) -> str:
        listed = self.query_one(OptionList)
        return str(listed.get_option_at_index(listed.highlighted or 0).id)

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        option = OPTIONS[str(message.option.id)]
        default = _("default: {value}").format(value=_as_typed(option.default) or "—")
        help_text = Content.assemble((_(option.help), "$foreground"), (f"   {default}", "$foreground 55%"))
        self.query_one("#settings-help", Static).update(help_text)

    def on_option_list_option_selected(self) -> None:
        self.action_change()

    def action_change(self) -> None:
        name = self._selected()
        option = OPTIONS[name]
        value = self.values.get(name, option.default)
        if isinstance(value, bool):
            self._write(name, not value)
        elif option.choices:
            self._write(name, option.choices[(option.choices.index(value) + 1) % len(option.choices)])
        else:
            typed = self.query_one(Input)
            typed.value, typed.display = _as_typed(value), True
            typed.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        name = self._selected()
        if self._write(name, parse_word(name, message.value.strip())):
            self._close_input()

    def action_default(self) -> None:
        self._write(self._selected(), None)

    def action_leave(self) -> None:
        if self.query_one(Input).display:
            self._close_input()
        else:
            self.dismiss()

    def _close_input(self) -> None:
        self.query_one(Input).display = False
        self.query_one(OptionList).focus()

    def _write(self, name: str, value: Any) -> bool:
        """Write one setting and use it from now on; says whether it was allowed."""
        try:
            write_value(self.home, name, value)
            self.app.reload_settings()
        except RecallError as error:
            message = str(error).removeprefix(f"{self.home / CONFIG_FILE}: ")
            self.notify(message, severity="error", markup=False)
            return False
        self._fill()
        if name == "language":
            self.notify(_("The language changes with the next start."))
        elif OPTIONS[name].at_next_start:
            self.notify(_("This counts from the next start."))
        return True


def _as_typed(value: Any) -> str:
    """A value as it is typed here: lists with commas, truth as true and false."""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, list) else str(value)
