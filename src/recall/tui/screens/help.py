"""Help: every key of the screen below, and what the words mean."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from recall.i18n import _
from recall.tui.scrolling import SCROLL_KEYS, ScrollingScreen
from recall.tui.widgets.cjk import CjkText

KEYS_WIDTH = 14
"""Cells for the keys of an action, unless some need more."""


class HelpScreen(ModalScreen[None], ScrollingScreen[None]):
    """Lists the bindings of the screen it was opened on, under the keys they have now."""

    PANE = "#help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,space", "dismiss", _("close"), id="help.close"),
        *SCROLL_KEYS,
    ]

    def __init__(self, below: Screen[object]) -> None:
        super().__init__()
        self.below = below

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static(Content.styled(_("Keys"), "bold $text-primary"), id="help-title")
            yield Static(self._keys(), id="help-keys")
            yield Static(CjkText(_words()), id="help-words")

    def _keys(self) -> Content:
        rows: dict[str, list[str]] = {}
        for active in self.below.active_bindings.values():
            if active.binding.description and active.enabled and active.binding.id:
                keys = rows.setdefault(active.binding.description, [])
                keys.append(self.app.get_key_display(active.binding))
        keys_of = {description: " ".join(dict.fromkeys(keys)) for description, keys in rows.items()}
        room = max(KEYS_WIDTH, *map(len, keys_of.values()))
        lines = [
            Content.assemble((keys.rjust(room), "bold"), f"  {description}") for description, keys in keys_of.items()
        ]
        return Content("\n").join(lines)


def _words() -> str:
    return _(
        "Grades: again (forgotten), hard (recalled with effort), good, easy (at once). After the answer is shown, "
        "space means good, or the grade that a marked answer suggests.\n"
        "Mastery of a stage: over all its cards, the probability of recall now, counted in full once a memory "
        "lasts 21 days.\n"
        'Keys are set in config.toml under [keys], for example "grade.good" = "space,3".'
    )
