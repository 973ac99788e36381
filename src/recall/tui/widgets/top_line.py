"""The top of a screen that asks: where the question belongs, and how much is done."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from recall.core.curriculum import Curriculum
from recall.core.model import Language


class TopLine(Vertical):
    """Two lines: words, and a thin bar of how much is done."""

    DEFAULT_CSS = """
    TopLine { dock: top; height: 2; padding: 0 2; }
    TopLine > Horizontal { height: 1; }
    TopLine #top-right { width: auto; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Place()
            yield Static(id="top-right")
        yield Bar()

    def show_place(self, curriculum: Curriculum, topic: str, language: Language) -> None:
        """Show a topic, and the stage it belongs to."""
        stage = curriculum.stage_of(topic)
        title = curriculum.title_of(stage, language) if stage else ""
        self.query_one(Place).show(title, curriculum.title_of(topic, language))

    def show_right(self, content: Content) -> None:
        self.query_one("#top-right", Static).update(content)


class Place(Widget):
    """Stage and topic of the item; the topic alone where both have no room."""

    DEFAULT_CSS = """
    Place { width: 1fr; height: 1; margin-right: 2; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.stage, self.topic = "", ""

    def show(self, stage: str, topic: str) -> None:
        self.stage, self.topic = stage, topic
        self.refresh()

    def render(self) -> Content:
        prefix = f"{self.stage} › "
        if not self.stage or cell_len(prefix + self.topic) > self.size.width:
            return Content(self.topic)
        return Content.assemble((prefix, "$foreground 55%"), self.topic)


class Bar(Widget):
    """How much is done."""

    DEFAULT_CSS = """
    Bar { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.done, self.left = 0, 0

    def show(self, done: int, left: int) -> None:
        self.done, self.left = done, left
        self.refresh()

    def render(self) -> Content:
        width, total = self.size.width, self.done + self.left
        filled = round(width * self.done / total) if total else width
        return Content.assemble(("━" * filled, "$success"), ("─" * (width - filled), "$foreground 20%"))
