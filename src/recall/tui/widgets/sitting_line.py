"""The top of a quiz or an interview: where the question belongs, how far it is, and the time."""

from __future__ import annotations

from textual.content import Content

from recall.core.model import Language
from recall.sittings.sitting import Sitting, SittingQuestion
from recall.tui.widgets.top_line import Bar, TopLine


class SittingLine(TopLine):
    """At the right the number of the question, and the time."""

    def show(self, sitting: Sitting, asked: SittingQuestion, language: Language) -> None:
        """Show where a question belongs. The count and the time are set by `tick`."""
        self.show_place(sitting.workspace.curriculum, asked.topic, language)
        self.query_one(Bar).show(asked.n, len(sitting.questions) - asked.n)

    def tick(self, count: str, time: str, *, is_late: bool = False) -> None:
        """Show the number of the question and the time."""
        parts = [(count, "bold $text-primary")]
        if time:
            parts.append((f"   {time}", "$text-warning" if is_late else "$foreground 55%"))
        self.show_right(Content.assemble(*parts))
