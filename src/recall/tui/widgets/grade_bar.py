"""The bottom of the review: how to show the answer, then the four grades with the interval each would give."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from recall.core.model import Grade
from recall.i18n import _
from recall.names import grade_name

STYLES = {
    Grade.AGAIN: "$text-error",
    Grade.HARD: "$text-warning",
    Grade.GOOD: "$text-success",
    Grade.EASY: "$text-primary",
}


class GradeButton(Static):
    """One grade: its key, its name, and when the item would come back."""

    def __init__(self, grade: Grade) -> None:
        super().__init__(classes="grade-button")
        self.grade = grade

    def on_click(self) -> None:
        self.post_message(GradeBar.Pressed(self.grade))


class ShowHint(Static):
    """Before the answer: the key that shows it."""

    def on_click(self) -> None:
        self.post_message(GradeBar.Pressed(None))


class GradeBar(Horizontal):
    """Shows one hint before the answer, and four grades after it."""

    DEFAULT_CSS = """
    GradeBar { height: 1; padding: 0 2; }
    GradeBar Static { width: 1fr; }
    GradeBar #grade-show { width: 1fr; }
    """

    class Pressed(Message):
        """A grade was clicked; None stands for showing the answer."""

        def __init__(self, grade: Grade | None) -> None:
            super().__init__()
            self.grade = grade

    def compose(self) -> ComposeResult:
        yield ShowHint(id="grade-show")
        for grade in Grade:
            yield GradeButton(grade)

    def ask(self, show_key: str) -> None:
        """Before the answer: the key that shows it."""
        hint = Content.assemble((f" {show_key} ", "bold reverse"), " ", _("show the answer"))
        self.query_one("#grade-show", Static).update(hint)
        self._switch(is_shown=False)

    def tell(self, hint: str) -> None:
        """Before the answer: how to give it."""
        self.query_one("#grade-show", Static).update(Content.styled(hint, "$text-muted"))
        self._switch(is_shown=False)

    def offer(self, keys: Mapping[Grade, str], intervals: Mapping[Grade, str], suggested: Grade) -> None:
        """After the answer: the grades, the suggested one underlined because `space` gives it."""
        for button in self.query(GradeButton):
            grade = button.grade
            name_style = f"bold {STYLES[grade]}" + (" underline" if grade is suggested else "")
            button.update(
                Content.assemble(
                    (f" {keys[grade]} ", f"{STYLES[grade]} reverse"),
                    " ",
                    (grade_name(grade).capitalize(), name_style),
                    (f" {intervals[grade]}", "$foreground 55%"),
                )
            )
        self._switch(is_shown=True)

    def _switch(self, is_shown: bool) -> None:
        self.query_one("#grade-show").display = not is_shown
        for button in self.query(GradeButton):
            button.display = is_shown
