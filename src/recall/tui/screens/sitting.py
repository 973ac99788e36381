"""A quiz: one question after the other, and what is right at the end or after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Rule, Static

from recall.core.model import Language
from recall.core.sitting import Feedback
from recall.i18n import _
from recall.sittings.sitting import Asked, Sitting
from recall.study.answering import Marked, verdict_line
from recall.tui.answers import AnswerBox, CodeBox, box_for
from recall.tui.answers.typed import TypedBox
from recall.tui.durations import time_taken
from recall.tui.scrolling import SCROLL_KEYS, ScrollingScreen
from recall.tui.stopwatch import Stopwatch
from recall.tui.widgets.card_text import CardText
from recall.tui.widgets.hints import Hints, key_of
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
    AUTO_FOCUS = "#sitting-card"
    PANE = "#sitting-card"
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
        self.asked: Asked | None = None
        self.box: AnswerBox | None = None
        self.is_shown = False
        """Whether what is right is on the screen."""
        self._is_sure = False
        self._watch = Stopwatch(longest=LONGEST_ANSWER_MS)

    def compose(self) -> ComposeResult:
        yield SittingLine()
        with VerticalScroll(id="sitting-card"), Vertical(id="sitting-page"):
            yield CardText(id="sitting-front")
            yield Vertical(id="sitting-answer")
            yield Static(id="sitting-verdict")
            yield Rule(id="sitting-rule", line_style="solid")
            yield CardText(id="sitting-back")
            yield CardText(id="sitting-explanation")
        yield Static(id="sitting-hint")
        yield Hints()

    async def on_mount(self) -> None:
        self.set_interval(1, self._tick)
        if self.sitting.gone:
            self.notify(_("Questions whose card has gone are left out."))
        await self._ask_next()

    async def _ask_next(self) -> None:
        """The next open question, or what the quiz came to."""
        self.asked, self.box, self.is_shown, self._is_sure = self.sitting.next(), None, False, False
        self._watch = Stopwatch(longest=LONGEST_ANSWER_MS)
        if self.asked is None:
            self._end()
            return
        place = self.query_one("#sitting-answer")
        await place.remove_children()
        self.box = box_for(self.asked.exercise, self.language, self.asked.written_out)
        if self.box is not None:
            await place.mount(self.box)
        await self._show_texts(self.asked)
        self.query_one("#sitting-card").scroll_home(animate=False)
        if self.box is not None:
            self.box.take_focus()
        else:
            self.query_one("#sitting-card").focus()
        self.refresh_bindings()

    def _end(self) -> None:
        from recall.tui.screens.result import ResultScreen

        with self.app.complaining():
            self.sitting.finish()
            self.app.switch_screen(ResultScreen(self.sitting))

    async def _show_texts(self, asked: Asked) -> None:
        face = asked.face(self.language)
        await self.query_one("#sitting-front", CardText).set_text(face.front)
        await self.query_one("#sitting-back", CardText).set_text(face.back)
        await self.query_one("#sitting-explanation", CardText).set_text(face.explanation)
        self._lay_out(asked)

    def _lay_out(self, asked: Asked) -> None:
        """What is visible follows from the question and whether its answer is shown."""
        shown, is_cloze = self.is_shown, asked.card.kind == "cloze"
        answers_itself = self.box is not None and self.box.shows_answer
        self.query_one("#sitting-front").display = not (shown and is_cloze)
        self.query_one("#sitting-answer").display = self.box is not None
        self.query_one("#sitting-verdict").display = shown and self.box is not None
        self.query_one("#sitting-rule").display = shown and not is_cloze and not answers_itself
        self.query_one("#sitting-back").display = shown and not answers_itself
        has_more = bool(asked.face(self.language).explanation)
        self.query_one("#sitting-explanation").display = shown and has_more
        self.query_one(SittingLine).show(self.sitting, asked, self.language)
        self._tick()
        self._tell(self._hint())

    def _hint(self) -> Content:
        key = key_of(self, "sitting.go-on")
        if self.box is not None and not self.is_shown:
            is_typed = isinstance(self.box, TypedBox)
            hint = _("type the answer, then enter") if is_typed else self.box.hint
            return Content.styled(hint, "$text-muted")
        if self.box is None and self.is_shown:
            wrong, right = key_of(self, "sitting.wrong"), key_of(self, "sitting.right")
            keys = (f" {wrong} ", "$text-error reverse"), (f" {right} ", "$text-success reverse")
            return Content.assemble(keys[0], " ", _("wrong"), "   ", keys[1], " ", _("right"))
        words = _("next question") if self.is_shown else _("show the answer")
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
            time, is_late = _("{time} left").format(time=time_taken(left)), left <= SHORT_MS
        count = f"{self.asked.n + 1}/{len(self.sitting.questions)}"
        self.query_one(SittingLine).tick(count, time, is_late=is_late)
        if left == 0 and not self.is_shown:
            self.notify(_("Time is up."))
            self.asked = None
            self._end()

    @property
    def _is_recorded(self) -> bool:
        return self.asked is not None and self.asked.n in self.sitting.attempts

    async def on_answer_box_submitted(self, message: AnswerBox.Submitted) -> None:
        """Mark the answer and take it; an empty one only when it comes twice."""
        asked, box = self.asked, self.box
        if asked is None or box is None or self.is_shown:
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

    def _show_answer(self, asked: Asked, marked: Marked | None) -> None:
        self.is_shown = True
        if marked is not None:
            sign, style = ("✓ ", "$text-success") if marked.is_right else ("✗ ", "$text-error")
            verdict = Content.styled(sign + verdict_line(marked), f"bold {style}")
            self.query_one("#sitting-verdict", Static).update(verdict)
        self._lay_out(asked)
        self.query_one("#sitting-card").focus()
        self.call_after_refresh(self._scroll_to_answer)

    def _scroll_to_answer(self) -> None:
        """Bring the answer into sight where a long question has pushed it off the screen."""
        card, rule = self.query_one("#sitting-card"), self.query_one("#sitting-rule")
        if rule.display and rule.virtual_region.y > card.size.height - 4:
            card.scroll_to(y=rule.virtual_region.y - 2, animate=False)

    def on_descendant_focus(self) -> None:
        """The keys that count are those of what has the focus."""
        if self.asked is not None and not self._is_sure:
            self._tell(self._hint())

    def on_answer_box_hint_changed(self) -> None:
        if self.box is not None and not self.is_shown:
            self._tell(self._hint())

    def on_code_box_write_wanted(self) -> None:
        """Write the program in the editor, and run it."""
        from recall.tui.writing import write_answer

        asked, box = self.asked, self.box
        if asked is None or not isinstance(box, CodeBox):
            return
        with self.app.complaining():
            response = write_answer(self.app, self.sitting.workspace, asked.exercise)
            if response is not None:
                self.run_worker(self._try_out(box, asked, response), exclusive=True)

    async def _try_out(self, box: CodeBox, asked: Asked, response: str) -> None:
        taken = self._watch.ms
        with self.app.complaining():
            await box.try_out(lambda: self.sitting.mark(asked, response, taken))

    async def action_proceed(self) -> None:
        """Show the answer of a card that the learner judges; else go on."""
        if self.asked is None:
            return
        if self.box is not None and not self.is_shown:
            self.box.give_up()
        elif self.box is None and not self.is_shown:
            self._watch.pause()
            self._show_answer(self.asked, None)
        elif self.box is not None:
            await self._ask_next()

    async def action_judge(self, is_right: int) -> None:
        if self.asked is not None and self.box is None and self.is_shown:
            with self.app.complaining():
                self.sitting.judge(self.asked, bool(is_right), self._watch.ms)
                await self._ask_next()

    async def action_translate(self) -> None:
        if self.asked is not None:
            self.language = "en" if self.language == "zh" else "zh"
            if self.box is not None:
                await self.box.translate(self.language)
            await self._show_texts(self.asked)

    def action_leave(self) -> None:
        self.app.notify(_("The quiz waits: go on with it whenever you like."), markup=False)
        self.dismiss()
