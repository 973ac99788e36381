"""Where texts are typed: keys take effect in the order they were pressed, however fast they come.

Textual hands a key that edits up to the app and back as an action, while a letter goes in at once: of `teh`, two
backspaces and `he` that arrive together, the letters would come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input, TextArea


def _actions(bindings: Iterable[BindingType]) -> dict[str, str]:
    """What each key does."""
    known = (binding for binding in bindings if isinstance(binding, Binding))
    return {key: binding.action for binding in known for key in binding.key.split(",")}


_LINE, _PAGE = _actions(Input.BINDINGS), _actions(TextArea.BINDINGS)


class Line(Input):
    """A text of one line."""

    async def on_key(self, event: Key) -> None:
        await _act_now(self, event, _LINE)


class Page(TextArea):
    """A text of many lines."""

    async def on_key(self, event: Key) -> None:
        await _act_now(self, event, _PAGE)


async def _act_now(widget: Widget, event: Key, actions: Mapping[str, str]) -> None:
    """Let a key act after those that came before it and before those that follow."""
    if (action := actions.get(event.key)) is not None:
        event.stop()
        event.prevent_default()
        await widget.run_action(action)
