"""The top of a quiz or an interview: where the question belongs, how far it is, and the time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from recall.core.model import Language
from recall.sittings.sitting import Sitting, SittingQuestion
from recall.tui.widgets.progress_line import Bar, Place


class SittingLine(Vertical):
    """Two lines: words, and a thin bar of how much is done."""

    DEFAULT_CSS = """
    SittingLine { dock: top; height: 2; padding: 0 2; }
    SittingLine #sitting-words { height: 1; }
    SittingLine #sitting-count { width: auto; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal(id="sitting-words"):
            yield Place()
            yield Static(id="sitting-count")
        yield Bar()

    def show(self, sitting: Sitting, asked: SittingQuestion, language: Language) -> None:
        """Show where a question belongs. The count and the time are set by `tick`."""
        curriculum = sitting.workspace.curriculum
        topic = curriculum.topics.get(asked.topic)
        stage = next((stage.title for stage in curriculum.stages if topic and stage.id == topic.stage), None)
        self.query_one(Place).show(
            stage.in_language(language) if stage else "", topic.title.in_language(language) if topic else asked.topic
        )
        self.query_one(Bar).show(asked.n, len(sitting.questions) - asked.n)

    def tick(self, count: str, time: str, *, is_late: bool = False) -> None:
        """Show the number of the question and the time."""
        parts = [(count, "bold $text-primary")]
        if time:
            parts.append((f"   {time}", "$text-warning" if is_late else "$foreground 55%"))
        self.query_one("#sitting-count", Static).update(Content.assemble(*parts))
