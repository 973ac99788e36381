"""The line at the bottom: the keys that matter now, in the order they are bound, as far as there is room."""

from __future__ import annotations

from typing import Any

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from recall.i18n import _


class Hints(Static):
    """The shown bindings of the screen, whatever keys they are mapped to, and `?` for the rest."""

    DEFAULT_CSS = """
    Hints { dock: bottom; height: 1; padding: 0 2; color: $text-muted; }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh())

    def render(self) -> Content:
        shown = [active for active in self.screen.active_bindings.values() if active.binding.show and active.enabled]
        first_keys: dict[str, Binding] = {}
        for active in shown:
            if active.node is not self.app:
                first_keys.setdefault(active.binding.action, active.binding)
        parts = [
            Content.assemble((self.app.get_key_display(binding), "bold"), f" {binding.description}")
            for binding in first_keys.values()
        ]
        return _fitted(parts, self._help(), self.content_size.width)

    def _help(self) -> Content | None:
        """The key that shows all others; none while an answer is being typed."""
        key = key_of(self.screen, "app.help")
        return Content.assemble((key, "bold"), " ", _("help")) if key else None


def _fitted(parts: list[Content], last: Content | None, width: int) -> Content:
    """As many parts as there is room for, and the last one always."""
    line = Content("   ").join([*parts, *([last] if last else [])])
    return line if line.cell_length <= width or not parts else _fitted(parts[:-1], last, width)


def key_of(screen: Screen[Any], binding_id: str) -> str:
    """The key a binding of the screen has now, as it is written on the screen; empty when it has none."""
    for active in screen.active_bindings.values():
        if active.binding.id == binding_id:
            return screen.app.get_key_display(active.binding)
    return ""
