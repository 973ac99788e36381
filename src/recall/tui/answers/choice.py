"""Choosing among lines."""

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


class ChoiceBox(AnswerBox, can_focus=True):
    """A number picks a line; where several may be right, `enter` ends it."""

    shows_answer = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"pick({n - 1})", _("pick"), show=False) for n in range(1, 10)),
        Binding("j,down", "move(1)", _("down"), show=False),
        Binding("k,up", "move(-1)", _("up"), show=False),
        Binding("space", "take", _("pick"), show=False),
        Binding("enter", "finish", _("answer"), show=False),
    ]

    def on_mount(self) -> None:
        self.picked: set[int] = set()
        self.here: int | None = None
        self._sign()

    def compose(self) -> ComposeResult:
        for n in range(len(self.exercise.lines)):
            yield Row(n, *self._texts(n))

    @property
    def hint(self) -> str:
        several = _("pick every right line, then enter")
        return several if self.exercise.allows_several else _("pick the right line by its number")

    def action_pick(self, index: int) -> None:
        if not self.is_open or index >= len(self.exercise.lines):
            return
        self.here = index
        if not self.exercise.allows_several:
            self.picked = {index}
            self._sign()
            self.submit(numbers_text([index]))
        else:
            self.picked ^= {index}
            self._sign()

    def action_move(self, step: int) -> None:
        """Walk through the lines; beyond the last comes the first."""
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
        if self.exercise.allows_several and self.picked:
            self.submit(numbers_text(sorted(self.picked)))
        else:
            self.action_take()

    def on_row_clicked(self, message: Row.Clicked) -> None:
        self.action_pick(message.index)

    async def show_mark(self, marked: Marked) -> None:
        await super().show_mark(marked)
        for row, line in zip(self.query(Row), self.exercise.lines, strict=True):
            is_picked = row.index in self.picked
            row.remove_class("-here")
            row.set_class(line.correct, "-right")
            row.set_class(is_picked and not line.correct, "-wrong")
            row.set_class(not is_picked and not line.correct, "-dim")
            sign = (
                ("✓", "bold $text-success")
                if line.correct
                else ("✗", "$text-error" if is_picked else "$foreground 40%")
            )
            row.sign(("▸" if is_picked else " ", "bold"), f"{row.index + 1} ", sign)
            row.show_remark()

    async def translate(self, language: Language) -> None:
        await super().translate(language)
        for row in self.query(Row):
            await row.set_texts(*self._texts(row.index))

    def _texts(self, n: int) -> tuple[str, str]:
        line = self.exercise.lines[n]
        why = line.why.in_language(self.language) if line.why else ""
        return self.say(line.text.in_language(self.language)), self.say(why)

    def _sign(self) -> None:
        """Numbers, and boxes where several may be picked."""
        for row in self.query(Row):
            row.set_here(row.index == self.here)
            box = (" ■" if row.index in self.picked else " □") if self.exercise.allows_several else ""
            row.sign("▸" if row.index == self.here else " ", (f"{row.index + 1}", "bold $text-primary"), box)
