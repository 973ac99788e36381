"""A terminal with nothing but the text of a card in it, and what can be read there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.style import Style
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.strip import Strip

from recall.tui.widgets.card_text import CardText


class Pane(App[None]):
    """Shows one card."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.opened: list[str] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield CardText(self.text)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url)

    @property
    def card(self) -> CardText:
        return self.query_one(CardText)

    def strips(self) -> list[Strip]:
        """What the terminal shows. (Textual has no public way to read the screen as text.)"""
        return self.screen._compositor.render_strips()

    def lines(self) -> list[str]:
        """The lines of the screen, without the empty ones at the end."""
        lines = [strip.text.rstrip() for strip in self.strips()]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def style_of(self, text: str) -> Style:
        """The style of the first stretch of one style that holds `text`."""
        segments = (segment for strip in self.strips() for segment in strip)
        return next(segment.style for segment in segments if text in segment.text and segment.style)


@asynccontextmanager
async def pane(text: str, width: int = 80, height: int = 24) -> AsyncIterator[tuple[Pane, Pilot[None]]]:
    """Run a terminal of `width` by `height` cells that shows `text`."""
    app = Pane(text)
    async with app.run_test(size=(width, height), tooltips=True) as pilot:
        await pilot.pause()
        yield app, pilot


async def lines_of(text: str, width: int = 80, height: int = 24) -> list[str]:
    """The lines that a terminal of `width` by `height` cells shows of `text`."""
    async with pane(text, width, height) as (app, _):
        return app.lines()
