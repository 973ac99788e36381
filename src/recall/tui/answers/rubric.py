"""The points an interview question asks for, ticked off."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from recall.core.bodies import Interview
from recall.core.exercise import Exercise, ticks_text
from recall.i18n import _
from recall.study.answering import Marked
from recall.tui.answers.rows import Row, RowsBox


class RubricBox(RowsBox):
    """The points first, then the red flags; what was said is picked."""

    DEFAULT_CSS = """
    RubricBox #rubric-flags { height: 1; margin: 1 0 0 0; color: $text-warning; }
    """

    @property
    def body(self) -> Interview:
        return interview_of(self.exercise)

    @property
    def hint(self) -> str:
        return _("tick off what you said by number (★ must be said), then enter")

    @property
    def count(self) -> int:
        return len(self.body.rubric) + len(self.body.red_flags)

    def texts(self, index: int) -> tuple[str, str]:
        points = self.body.rubric
        text = points[index].text if index < len(points) else self.body.red_flags[index - len(points)]
        suffix = " ★" if index < len(points) and points[index].must else ""
        return self.say(text.in_language(self.language)) + suffix, ""

    def compose(self) -> ComposeResult:
        rows = list(super().compose())
        points = len(self.body.rubric)
        yield from rows[:points]
        if self.body.red_flags:
            yield Static(Content(_("Red flags: did you say this?")), id="rubric-flags")
        yield from rows[points:]

    def action_finish(self) -> None:
        points = len(self.body.rubric)
        made = frozenset(n for n in self.picked if n < points)
        self.submit(ticks_text(made, frozenset(n - points for n in self.picked if n >= points)))

    def give_up(self) -> None:
        """What is ticked off is the answer: only the rubric can say what it was worth."""
        self.action_finish()

    async def show_mark(self, marked: Marked) -> None:
        await super().show_mark(marked)
        points = len(self.body.rubric)
        for row in self.query(Row):
            is_flag, is_ticked = row.index >= points, row.index in self.picked
            row.remove_class("-here")
            row.set_class(is_ticked and not is_flag, "-right")
            row.set_class(is_flag is is_ticked and self._weighs(row.index), "-wrong")
            row.set_class(is_flag and not is_ticked, "-dim")

    def _weighs(self, index: int) -> bool:
        """Whether a missed point, or a raised flag, weighs heavily."""
        points = self.body.rubric
        return index >= len(points) or points[index].must


def interview_of(exercise: Exercise) -> Interview:
    """What an interview question asks for."""
    body = exercise.card.body
    assert isinstance(body, Interview)
    return body
