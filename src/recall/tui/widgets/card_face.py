"""A whole card to be read: its question, a line, its answer and explanation."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Rule

from recall.core.faces import Face
from recall.tui.widgets.card_text import CardText


class CardFace(Vertical):
    """Both sides of a card, one below the other; it grows with them."""

    DEFAULT_CSS = """
    CardFace { height: auto; }
    CardFace > CardText { height: auto; background: transparent; }
    CardFace > Rule { color: $foreground 25%; margin: 1 0; }
    CardFace > .explanation { color: $foreground 85%; margin-top: 1; }
    """

    def compose(self) -> ComposeResult:
        yield CardText(classes="front")
        yield Rule(line_style="solid")
        yield CardText(classes="back")
        yield CardText(classes="explanation")

    async def show(self, face: Face) -> None:
        """Show a card; the line stands only between two sides that are there."""
        for name in ("front", "back", "explanation"):
            await self.query_one(f".{name}", CardText).set_text(getattr(face, name))
        self.query_one(Rule).display = bool(face.front and face.back)
