"""Numbered lines of a choice, an order or a rubric."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from recall.tui.widgets.card_text import CardText


class Row(Vertical):
    """A line with a sign before it, and a remark under it."""

    DEFAULT_CSS = """
    Row { height: auto; }
    Row > Horizontal { height: auto; }
    Row Static.row-sign { width: 5; height: 1; }
    Row CardText { width: 1fr; height: auto; background: transparent; }
    Row .row-remark { display: none; margin: 0 0 1 5; color: $text-muted; }
    Row.-remarked .row-remark { display: block; }
    Row.-here Static.row-sign { background: $primary 25%; }
    Row.-right CardText.row-text { color: $text-success; }
    Row.-wrong CardText.row-text { color: $text-error; }
    Row.-dim CardText.row-text { color: $text-muted; }
    """

    class Clicked(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, index: int, text: str, remark: str = "") -> None:
        super().__init__()
        self.index, self._text, self._remark = index, text, remark

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(classes="row-sign")
            yield CardText(self._text, classes="row-text")
        yield CardText(self._remark, classes="row-remark")

    def sign(self, *parts: Content | str | tuple[str, str]) -> None:
        """What stands before the line, at most four cells."""
        self.query_one(".row-sign", Static).update(Content.assemble(*parts))

    def set_here(self, is_here: bool) -> None:
        """Say whether the cursor is on this line; then it is brought into sight."""
        if is_here and not self.has_class("-here"):
            self.scroll_visible(animate=False)
        self.set_class(is_here, "-here")

    def show_remark(self) -> None:
        self.set_class(bool(self._remark), "-remarked")

    async def set_texts(self, text: str, remark: str = "") -> None:
        self._text, self._remark = text, remark
        await self.query_one(".row-text", CardText).set_text(text)
        await self.query_one(".row-remark", CardText).set_text(remark)

    def on_click(self) -> None:
        self.post_message(self.Clicked(self.index))
