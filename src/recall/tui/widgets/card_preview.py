"""A card beside a table, shown once the cursor rests on it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.timer import Timer

from recall.core.faces import Face
from recall.tui.widgets.card_face import CardFace


class CardPreview(VerticalScroll, can_focus=False):
    """`face` says which card is to be shown, None for no card; it is asked only where there is room for one."""

    def __init__(self, face: Callable[[], Face | None]) -> None:
        super().__init__()
        self.face = face
        self._wait: Timer | None = None

    def compose(self) -> ComposeResult:
        yield CardFace()

    def show_soon(self, seconds: float) -> None:
        """Show the card when this has not been called again for a while."""
        if self._wait is not None:
            self._wait.stop()
        self._wait = self.set_timer(seconds, self.show)

    async def show(self) -> None:
        if not self.display:
            return
        face = self.face()
        card = self.query_one(CardFace)
        card.display = face is not None
        if face is not None:
            await card.show(face)
            self.scroll_home(animate=False)
