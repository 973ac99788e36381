"""The keys that scroll what a screen shows."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.screen import Screen, ScreenResultType

from recall.i18n import _

SCROLL_KEYS = (
    Binding("j,down", "scroll(1)", _("down"), id="scroll.down", show=False),
    Binding("k,up", "scroll(-1)", _("up"), id="scroll.up", show=False),
    Binding("g,home", "scroll_to(0)", _("to the top"), id="scroll.top", show=False),
    Binding("G,end", "scroll_to(1)", _("to the end"), id="scroll.bottom", show=False),
)


class ScrollingScreen(Screen[ScreenResultType]):
    """A screen with one pane to scroll; its bindings take up `SCROLL_KEYS`."""

    PANE: ClassVar[str]
    """The selector of the pane."""

    def action_scroll(self, lines: int) -> None:
        self.query_one(self.PANE).scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        pane = self.query_one(self.PANE)
        pane.scroll_relative(y=pages * (pane.size.height - 2), animate=False)

    def action_scroll_to(self, end: int) -> None:
        pane = self.query_one(self.PANE)
        pane.scroll_to(y=pane.max_scroll_y if end else 0, animate=False)
