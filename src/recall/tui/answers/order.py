"""Putting lines in their order."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from recall.core.bodies import Language
from recall.core.exercise import numbers_text
from recall.i18n import _
from recall.study.answering import Marked
from recall.tui.answers.box import AnswerBox
from recall.tui.answers.rows import Row


class OrderBox(AnswerBox, can_focus=True):
    """Numbers pick the lines one after the other; `enter` ends it, with the wrong lines left out."""

    shows_answer = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"pick({n - 1})", _("next line"), show=False) for n in range(1, 10)),
        Binding("j,down", "move(1)", _("down"), show=False),
        Binding("k,up", "move(-1)", _("up"), show=False),
        Binding("backspace,h,left", "take_back", _("take the last one back"), show=False),
        Binding("space", "take", _("next line"), show=False),
        Binding("enter", "finish", _("answer"), show=False),
    ]

    def on_mount(self) -> None:
        self.picked: list[int] = []
        self.here: int | None = None
        self._sign()

    def compose(self) -> ComposeResult:
        for n in range(len(self.exercise.lines)):
            yield Row(n, self._text(n))

    @property
    def hint(self) -> str:
        return _("pick the lines in their order by number; backspace takes back, enter ends")

    def action_pick(self, index: int) -> None:
        """Put a line next; one that is there already is taken out."""
        if self.is_open and index < len(self.exercise.lines):
            self.here = index
            if index in self.picked:
                self.picked.remove(index)
            else:
                self.picked.append(index)
            self._sign()

    def action_take_back(self) -> None:
        if self.is_open and self.picked:
            self.picked.pop()
            self._sign()

    def action_move(self, step: int) -> None:
        if self.is_open:
            start = self.here if self.here is not None else (-1 if step > 0 else 0)
            self.here = (start + step) % len(self.exercise.lines)
            self._sign()

    def action_take(self) -> None:
        if self.here is None:
            self.give_up()
        else:
            self.action_pick(self.here)

    def action_finish(self) -> None:
        self.submit(numbers_text(self.picked))

    def on_row_clicked(self, message: Row.Clicked) -> None:
        self.action_pick(message.index)

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

    async def translate(self, language: Language) -> None:
        await super().translate(language)
        for row in self.query(Row):
            await row.set_texts(self._text(row.index))

    def _text(self, n: int) -> str:
        return self.say(self.exercise.lines[n].text.in_language(self.language))

    def _sign(self) -> None:
        """The number of each line, and the place it was given."""
        for row in self.query(Row):
            row.set_here(row.index == self.here)
            place = f"→{self.picked.index(row.index) + 1}" if row.index in self.picked else ""
            row.sign(
                "▸" if row.index == self.here else " ",
                (f"{row.index + 1}", "bold $text-primary"),
                (place, "bold $text-success"),
            )
