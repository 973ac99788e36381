"""A quiz: one question after the other, and what is right at the end or after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from recall.core.bodies import other_language
from recall.core.model import Language
from recall.core.sitting import Feedback
from recall.i18n import _
from recall.sittings.results import clock
from recall.sittings.sitting import Sitting, SittingQuestion
from recall.study.answering import Marked
from recall.tui.answers import AnswerBox, CodeBox
from recall.tui.answers.typed import TypedBox
from recall.tui.scrolling import SCROLL_KEYS, ScrollingScreen
from recall.tui.stopwatch import Stopwatch
from recall.tui.widgets.hints import Hints, key_of
from recall.tui.widgets.question_page import QuestionPage
from recall.tui.widgets.sitting_line import SittingLine

if TYPE_CHECKING:
    from recall.tui.app import RecallApp

LONGEST_ANSWER_MS = 1_800_000
"""Time taken is not counted beyond this: the learner went away."""
SHORT_MS = 60_000
"""Time left from which the clock warns."""


class SittingScreen(ScrollingScreen[None]):
    """Drives one quiz; every rule is the sitting's."""

    app: RecallApp
    AUTO_FOCUS = PANE = "QuestionPage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "proceed", _("go on"), id="sitting.go-on", show=False),
        Binding("1", "judge(0)", _("wrong"), id="sitting.wrong", show=False),
        Binding("2", "judge(1)", _("right"), id="sitting.right", show=False),
        Binding("t", "translate", _("language"), id="sitting.language"),
        Binding("q,escape", "leave", _("leave, to go on later"), id="sitting.leave"),
        *SCROLL_KEYS,
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self.language: Language = sitting.workspace.language
        self.asked: SittingQuestion | None = None
        self.page = QuestionPage()
        self._is_sure = False
        self._watch = Stopwatch(longest=LONGEST_ANSWER_MS)

    def compose(self) -> ComposeResult:
        yield SittingLine()
        yield self.page
        yield Static(id="sitting-hint")
        yield Hints()

    async def on_mount(self) -> None:
        self.set_interval(1, self._tick)
        for remark in self.sitting.remarks:
            self.notify(remark)
        await self._ask_next()

    async def _ask_next(self) -> None:
        """The next open question, or what the quiz came to."""
        self.asked, self._is_sure = self.sitting.next(), False
        self._watch = Stopwatch(longest=LONGEST_ANSWER_MS)
        if self.asked is None:
            self._end()
            return
        await self.page.ask(self.asked, self.language)
        self._show_around(self.asked)
        self.refresh_bindings()

    def _end(self) -> None:
        from recall.tui.screens.result import ResultScreen

        with self.app.complaining():
            self.sitting.finish()
            self.app.switch_screen(ResultScreen(self.sitting))

    def _show_around(self, asked: SittingQuestion) -> None:
        """Say where the question belongs, how much time is left, and what to do now."""
        self.query_one(SittingLine).show(self.sitting, asked, self.language)
        self._tick()
        self._tell(self._hint())

    def _hint(self) -> Content:
        key = key_of(self, "sitting.go-on")
        box, is_shown = self.page.box, self.page.is_shown
        if box is not None and not is_shown:
            hint = _("type the answer, then enter") if isinstance(box, TypedBox) else box.hint
            return Content.styled(hint, "$text-muted")
        if box is None and is_shown:
            wrong, right = key_of(self, "sitting.wrong"), key_of(self, "sitting.right")
            keys = (f" {wrong} ", "$text-error reverse"), (f" {right} ", "$text-success reverse")
            return Content.assemble(keys[0], " ", _("wrong"), "   ", keys[1], " ", _("right"))
        words = _("next question") if is_shown else _("show the answer")
        return Content.assemble((f" {key} ", "bold reverse"), " ", words)

    def _tell(self, hint: Content) -> None:
        self.query_one("#sitting-hint", Static).update(hint)

    def _tick(self) -> None:
        """The number of the question and the time left; at the end of the time the quiz ends."""
        if self.asked is None or not self.is_current:
            return
        left = self.sitting.left_ms
        time, is_late = "", False
        if left is not None:
            left = max(left - (0 if self._is_recorded else self._watch.ms), 0)
            time, is_late = _("{time} left").format(time=clock(left)), left <= SHORT_MS
        count = f"{self.asked.n + 1}/{len(self.sitting.questions)}"
        self.query_one(SittingLine).tick(count, time, is_late=is_late)
        if left == 0 and not self.page.is_shown:
            self.notify(_("Time is up."))
            self.asked = None
            self._end()

    @property
    def _is_recorded(self) -> bool:
        return self.asked is not None and self.asked.n in self.sitting.attempts

    async def on_answer_box_submitted(self, message: AnswerBox.Submitted) -> None:
        """Mark the answer and take it; an empty one only when it comes twice."""
        asked, box = self.asked, self.page.box
        if asked is None or box is None or self.page.is_shown:
            return
        if not message.response.strip() and not self._is_sure:
            self._is_sure = True
            self._tell(
                Content.styled(_("Nothing is answered. Once more leaves it so; it counts as wrong."), "$text-warning")
            )
            return
        with self.app.complaining():
            taken = self._watch.ms
            marked = message.marked or self.sitting.mark(asked, message.response, taken)
            self.sitting.answer(asked, marked, taken)
            if self.sitting.plan.feedback is Feedback.EACH:
                await box.show_mark(marked)
                self._show_answer(asked, marked)
            else:
                await self._ask_next()

    def _show_answer(self, asked: SittingQuestion, marked: Marked | None) -> None:
        self.page.reveal(marked)
        self._show_around(asked)

    def on_descendant_focus(self) -> None:
        """The keys that count are those of what has the focus."""
        if self.asked is not None and not self._is_sure:
            self._tell(self._hint())

    def on_answer_box_hint_changed(self) -> None:
        if not self.page.is_shown:
            self._tell(self._hint())

    def on_code_box_write_wanted(self) -> None:
        """Write the program in the editor, and run it."""
        from recall.tui.writing import write_answer

        asked, box = self.asked, self.page.box
        if asked is None or not isinstance(box, CodeBox):
            return
        with self.app.complaining():
            response = write_answer(self.app, self.sitting.workspace, asked.exercise)
            if response is not None:
                self.run_worker(self._try_out(box, asked, response), exclusive=True)

    async def _try_out(self, box: CodeBox, asked: SittingQuestion, response: str) -> None:
        taken = self._watch.ms
        with self.app.complaining():
            await box.try_out(lambda: self.sitting.mark(asked, response, taken))

    async def action_proceed(self) -> None:
        """Show the answer of a card that the learner judges; else go on."""
        if self.asked is None:
            return
        if not self.page.is_shown and self.page.box is not None:
            self.page.box.give_up()
        elif not self.page.is_shown:
            self._watch.pause()
            self._show_answer(self.asked, None)
        elif self.page.box is not None:
            await self._ask_next()

    async def action_judge(self, is_right: int) -> None:
        if self.asked is not None and self.page.box is None and self.page.is_shown:
            with self.app.complaining():
                self.sitting.judge(self.asked, bool(is_right), self._watch.ms)
                await self._ask_next()

    async def action_translate(self) -> None:
        if self.asked is not None:
            self.language = other_language(self.language)
            await self.page.translate(self.language)
            self._show_around(self.asked)

    def action_leave(self) -> None:
        self.app.notify(_("The quiz waits: go on with it whenever you like."), markup=False)
        self.dismiss()
