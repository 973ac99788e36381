"""Choosing among lines."""

from __future__ import annotations

from recall.core.exercise import numbers_text
from recall.i18n import _
from recall.study.answering import Marked
from recall.tui.answers.rows import Row, RowsBox


class ChoiceBox(RowsBox):
    """Where one line is right, picking it is the answer; where several may be, `enter` ends it."""

    @property
    def hint(self) -> str:
        several = _("pick every right line, then enter")
        return several if self.exercise.allows_several else _("pick the right line by its number")

    def texts(self, index: int) -> tuple[str, str]:
        line = self.exercise.lines[index]
        why = line.why.in_language(self.language) if line.why else ""
        return self.say(line.text.in_language(self.language)), self.say(why)

    def sign_of(self, index: int) -> str:
        return super().sign_of(index) if self.exercise.allows_several else ""

    def action_pick(self, index: int) -> None:
        if self.exercise.allows_several:
            super().action_pick(index)
        elif self.is_open and index < self.count:
            self.here, self.picked = index, [index]
            self.sign_rows()
            self.submit(numbers_text(self.picked))

    def action_finish(self) -> None:
        if self.exercise.allows_several and self.picked:
            self.submit(numbers_text(sorted(self.picked)))
        else:
            self.action_take()

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
