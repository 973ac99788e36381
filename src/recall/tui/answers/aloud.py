"""A question answered aloud or in notes, then ticked off against its rubric."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static, TextArea

from recall.core.bodies import Language
from recall.i18n import _
from recall.sittings.results import clock
from recall.study.answering import Marked
from recall.tui.answers.box import AnswerBox
from recall.tui.answers.rubric import RubricBox, interview_of
from recall.tui.stopwatch import Stopwatch
from recall.tui.widgets.typing import Page


class AloudBox(AnswerBox, can_focus=True):
    """First the answer, with a clock and room for notes; `enter` shows the rubric."""

    DEFAULT_CSS = """
    AloudBox #aloud-clock { height: 1; color: $text-muted; }
    AloudBox #aloud-clock.-late { color: $text-warning; }
    AloudBox TextArea, AloudBox TextArea:focus {
        display: none; height: auto; max-height: 10;
        border: none; padding: 0 1; margin-top: 1; background: $foreground 6%;
    }
    AloudBox.-noting TextArea, AloudBox.-noting TextArea:focus { display: block; }
    AloudBox RubricBox { display: none; }
    AloudBox.-ticking RubricBox { display: block; }
    """
    shows_answer = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "note", _("write notes"), id="answer.note", show=False),
        Binding("escape", "end_note", _("end the notes"), id="answer.end-note", show=False),
        Binding("space,enter", "finish", _("rubric"), id="answer.finish", show=False),
    ]

    def on_mount(self) -> None:
        self._watch = Stopwatch()
        self._clock = self.set_interval(1, self._tick_clock)
        self._tick_clock()

    def compose(self) -> ComposeResult:
        yield Static(id="aloud-clock")
        yield Page(soft_wrap=True, show_line_numbers=False)
        yield RubricBox(self.exercise, self.language, self.say)

    @property
    def hint(self) -> str:
        if self.is_ticking:
            return self.query_one(RubricBox).hint
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

    def action_finish(self) -> None:
        """The answer is over: the clock stops, and the rubric has the keys."""
        if self.is_ticking:
            return
        self._clock.stop()
        self.add_class("-ticking")
        rubric = self.query_one(RubricBox)
        rubric.focus(scroll_visible=False)
        self.post_message(self.HintChanged())
        self.call_after_refresh(rubric.scroll_visible, animate=False)

    def give_up(self) -> None:
        """Show the rubric first: only it can say what the answer was worth."""
        if self.is_ticking:
            self.query_one(RubricBox).give_up()
        else:
            self.action_finish()

    async def show_mark(self, marked: Marked) -> None:
        await super().show_mark(marked)
        await self.query_one(RubricBox).show_mark(marked)

    async def translate(self, language: Language) -> None:
        await super().translate(language)
        await self.query_one(RubricBox).translate(language)

    def _tick_clock(self) -> None:
        taken, allowed = self._watch.ms, round(interview_of(self.exercise).minutes * 60_000)
        line = self.query_one("#aloud-clock", Static)
        line.set_class(taken > allowed, "-late")
        line.update(Content(f"{clock(taken)} / {clock(allowed)}"))
