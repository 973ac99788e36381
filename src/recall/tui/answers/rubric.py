"""A question answered aloud or in notes, then ticked off against its rubric."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static, TextArea

from recall.core.bodies import Interview, Language
from recall.core.exercise import ticks_text
from recall.i18n import _
from recall.study.answering import Marked
from recall.tui.answers.box import AnswerBox
from recall.tui.answers.rows import Row


class RubricBox(AnswerBox, can_focus=True):
    """First the answer, with a clock and room for notes; `enter` shows the rubric, numbers tick it off."""

    DEFAULT_CSS = """
    RubricBox #rubric-clock { height: 1; color: $text-muted; }
    RubricBox #rubric-clock.-late { color: $text-warning; }
    RubricBox TextArea, RubricBox TextArea:focus {
        display: none; height: auto; max-height: 10;
        border: none; padding: 0 1; margin-top: 1; background: $foreground 6%;
    }
    RubricBox.-noting TextArea, RubricBox.-noting TextArea:focus { display: block; }
    RubricBox #rubric-points { height: auto; margin-top: 1; display: none; }
    RubricBox.-ticking #rubric-points { display: block; }
    RubricBox #rubric-flags { height: 1; margin: 1 0 0 0; color: $text-warning; }
    """
    shows_answer = True
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"tick({n - 1})", _("tick off"), show=False) for n in range(1, 10)),
        Binding("n", "note", _("write notes"), show=False),
        Binding("escape", "end_note", _("end the notes"), show=False),
        Binding("j,down", "move(1)", _("down"), show=False),
        Binding("k,up", "move(-1)", _("up"), show=False),
        Binding("space", "proceed", _("tick off"), show=False),
        Binding("enter", "finish", _("rubric"), show=False),
    ]

    @property
    def body(self) -> Interview:
        body = self.exercise.card.body
        assert isinstance(body, Interview)
        return body

    def on_mount(self) -> None:
        self.ticked: set[int] = set()
        self.here: int | None = None
        self._started = monotonic()
        self._clock = self.set_interval(1, self._tick_clock)
        self._tick_clock()

    def compose(self) -> ComposeResult:
        yield Static(id="rubric-clock")
        yield TextArea(soft_wrap=True, show_line_numbers=False)
        with Vertical(id="rubric-points"):
            for n in range(len(self.body.rubric)):
                yield Row(n, self._text(n))
            if self.body.red_flags:
                yield Static(Content(_("Red flags: did you say this?")), id="rubric-flags")
            for n in range(len(self.body.rubric), self._count):
                yield Row(n, self._text(n))

    @property
    def hint(self) -> str:
        if self.has_class("-ticking"):
            return _("tick off what you said by number (★ must be said), then enter")
        return _("answer aloud, or n for notes (esc ends them); enter shows the rubric")

    @property
    def is_ticking(self) -> bool:
        return self.has_class("-ticking")

    def action_note(self) -> None:
        if not self.is_ticking:
            self.add_class("-noting")
            self.query_one(TextArea).focus()

    def action_end_note(self) -> None:
        self.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "end_note" or self.query_one(TextArea).has_focus

    def action_tick(self, index: int) -> None:
        if self.is_open and self.is_ticking and index < self._count:
            self.here = index
            self.ticked ^= {index}
            self._sign()

    def action_move(self, step: int) -> None:
        if self.is_open and self.is_ticking:
            start = self.here if self.here is not None else (-1 if step > 0 else 0)
            self.here = (start + step) % self._count
            self._sign()

    def action_proceed(self) -> None:
        if self.is_ticking and self.here is not None:
            self.action_tick(self.here)
        else:
            self.action_finish()

    def action_finish(self) -> None:
        if not self.is_ticking:
            self.show_rubric()
        else:
            points = len(self.body.rubric)
            made = frozenset(n for n in self.ticked if n < points)
            self.submit(ticks_text(made, frozenset(n - points for n in self.ticked if n >= points)))

    def give_up(self) -> None:
        """`space` shows the rubric first: only it can say what the answer was worth."""
        self.action_finish()

    def on_row_clicked(self, message: Row.Clicked) -> None:
        self.action_tick(message.index)

    def show_rubric(self) -> None:
        """The answer is over; the clock stops."""
        self._clock.stop()
        self.add_class("-ticking")
        self._sign()
        self.post_message(self.HintChanged())
        self.call_after_refresh(self.query_one("#rubric-points").scroll_visible, animate=False)

    async def show_mark(self, marked: Marked) -> None:
        await super().show_mark(marked)
        points = len(self.body.rubric)
        for row in self.query(Row):
            is_flag, is_ticked = row.index >= points, row.index in self.ticked
            row.remove_class("-here")
            row.set_class(is_ticked and not is_flag, "-right")
            row.set_class(is_flag is is_ticked and self._weighs(row.index), "-wrong")
            row.set_class(is_flag and not is_ticked, "-dim")

    async def translate(self, language: Language) -> None:
        await super().translate(language)
        for row in self.query(Row):
            await row.set_texts(self._text(row.index))

    @property
    def _count(self) -> int:
        return len(self.body.rubric) + len(self.body.red_flags)

    def _weighs(self, index: int) -> bool:
        """Whether a missed point, or a raised flag, weighs heavily."""
        points = self.body.rubric
        return index >= len(points) or points[index].must

    def _text(self, n: int) -> str:
        points = self.body.rubric
        text = points[n].text if n < len(points) else self.body.red_flags[n - len(points)]
        suffix = " ★" if n < len(points) and points[n].must else ""
        return self.say(text.in_language(self.language)) + suffix

    def _sign(self) -> None:
        for row in self.query(Row):
            row.set_here(row.index == self.here)
            here, box = "▸" if row.index == self.here else " ", " ■" if row.index in self.ticked else " □"
            row.sign(here, (f"{row.index + 1}", "bold $text-primary"), box)

    def _tick_clock(self) -> None:
        seconds, allowed = int(monotonic() - self._started), int(self.body.minutes * 60)
        clock = self.query_one("#rubric-clock", Static)
        clock.set_class(seconds > allowed, "-late")
        clock.update(Content(f"{_clock(seconds)} / {_clock(allowed)}"))


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
