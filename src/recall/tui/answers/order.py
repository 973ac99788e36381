"""Putting lines in their order."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from recall.core.exercise import numbers_text
from recall.i18n import _
from recall.study.answering import Marked
from recall.tui.answers.rows import Row, RowsBox


class OrderBox(RowsBox):
    """The lines are picked one after the other; `enter` ends it, with the wrong lines left out."""

    SIGN_STYLE = "bold $text-success"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace,h,left", "take_back", _("take the last one back"), id="answer.take-back", show=False),
    ]

    @property
    def hint(self) -> str:
        return _("pick the lines in their order by number; backspace takes back, enter ends")

    def texts(self, index: int) -> tuple[str, str]:
        return self.say(self.exercise.lines[index].text.in_language(self.language)), ""

    def sign_of(self, index: int) -> str:
        """The place that the line was given."""
        return f"→{self.picked.index(index) + 1}" if index in self.picked else ""

    def action_take_back(self) -> None:
        if self.is_open and self.picked:
            self.picked.pop()
            self.sign_rows()

    def action_finish(self) -> None:
        self.submit(numbers_text(self.picked))

    async def show_mark(self, marked: Marked) -> None:
        """The lines in their right order, with the place each was given; wrong lines last."""
        await super().show_mark(marked)
        right = self.exercise.right_order
        rows = {row.index: row for row in self.query(Row)}
        for row in rows.values():
            place = right.index(row.index) if row.index in right else None
            given = self.picked.index(row.index) if row.index in self.picked else None
            row.remove_class("-here")
            row.set_class(place is not None and place == given, "-right")
            row.set_class(place != given, "-wrong")
            row.set_class(place is None and given is None, "-dim")
            row.sign(("✓ " if place == given else "✗ "), (str(place + 1) if place is not None else "–", "bold"))
        for index in (*right, *(n for n in rows if n not in right)):
            self.move_child(rows[index], after=self.children[-1])
