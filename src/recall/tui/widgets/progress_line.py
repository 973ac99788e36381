"""The top of the review: where the item belongs, how far the session is, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from recall.core.model import Language, Phase
from recall.i18n import _
from recall.tui.durations import time_taken

if TYPE_CHECKING:
    from recall.study.session import Question, ReviewSession


class ProgressLine(Vertical):
    """Two lines: words, and a thin bar of how much of the session is done."""

    DEFAULT_CSS = """
    ProgressLine { dock: top; height: 2; padding: 0 2; }
    ProgressLine #progress-words { height: 1; }
    ProgressLine #progress-left { width: auto; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal(id="progress-words"):
            yield Place()
            yield Static(id="progress-left")
        yield Bar()

    def show(self, session: ReviewSession, question: Question | None, language: Language) -> None:
        self.query_one(Place).show(*_place(session, question, language))
        self.query_one("#progress-left", Static).update(_left(session, question))
        self.query_one(Bar).show(session.tally.items, session.counts.total)


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
    """How much of the session is done."""

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


def _place(session: ReviewSession, question: Question | None, language: Language) -> tuple[str, str]:
    """Titles of the stage and the topic."""
    if question is None:
        return "", "recall"
    curriculum = session.workspace.curriculum
    topic = curriculum.topics.get(question.topic)
    stage = next((stage.title for stage in curriculum.stages if stage.id == question.stage), None)
    return (
        stage.in_language(language) if stage else "",
        topic.title.in_language(language) if topic else question.topic,
    )


def _left(session: ReviewSession, question: Question | None) -> Content:
    """Counts of what is left, that of the item on the screen underlined, and the time spent."""
    counts = session.counts
    phase = question.state.phase if question else None
    parts = [
        (counts.new, _("new"), "$text-primary", phase is Phase.NEW),
        (counts.learning, _("learning"), "$text-warning", phase in (Phase.LEARNING, Phase.RELEARNING)),
        (counts.review, _("to review"), "$text-success", phase is Phase.REVIEW),
    ]
    words = [
        Content.assemble((str(count), f"bold {style}" + (" underline" if here else "")), f" {name}")
        for count, name, style, here in parts
    ]
    return Content("  ").join([*words, Content.styled(time_taken(session.tally.milliseconds), "$foreground 55%")])
