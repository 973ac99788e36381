"""A mock interview: questions with a clock and notes, then the rubrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from recall.core.bodies import other_language
from recall.core.model import Language
from recall.i18n import _
from recall.sittings.drafts import Draft, discard_draft, is_newer, load_draft, save_draft
from recall.sittings.results import clock
from recall.sittings.sitting import Sitting, SittingQuestion
from recall.tui.answers import AnswerBox
from recall.tui.answers.rubric import RubricBox
from recall.tui.scrolling import SCROLL_KEYS, ScrollingScreen
from recall.tui.stopwatch import Stopwatch
from recall.tui.widgets.card_text import CardText
from recall.tui.widgets.hints import Hints, key_of
from recall.tui.widgets.sitting_line import SittingLine
from recall.tui.widgets.typing import Page

if TYPE_CHECKING:
    from recall.tui.app import RecallApp

SAVE_SECONDS = 3
"""How often the notes are saved; a crash loses no more."""
CLOCK_SAVE_MS = 30_000
"""How often the time taken is saved while nothing is typed."""


class Notes(Page):
    """Where notes are taken; `esc` gives the keys back to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end_notes", _("end the notes"), id="interview.end-notes")
    ]

    def action_end_notes(self) -> None:
        self.blur()


class InterviewScreen(ScrollingScreen[None]):
    """First every question with its follow-ups, then every rubric; each answer is in the log at once."""

    app: RecallApp
    AUTO_FOCUS = None
    PANE = "#interview-card"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "proceed", _("go on"), id="interview.go-on", show=False),
        Binding("n,i", "note", _("notes"), id="interview.notes"),
        Binding("t", "translate", _("language"), id="interview.language"),
        Binding("q,escape", "leave", _("leave, to go on later"), id="interview.leave"),
        *SCROLL_KEYS,
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self.language: Language = sitting.workspace.language
        self.asked: SittingQuestion | None = None
        self.box: RubricBox | None = None
        """The rubric, once all questions are answered."""
        self.notes = Notes(id="interview-notes", soft_wrap=True, show_line_numbers=False)
        self.draft = Draft(0)
        self._watch = Stopwatch()
        self._is_sure = False

    def compose(self) -> ComposeResult:
        yield SittingLine()
        with VerticalScroll(id="interview-card", can_focus=True), Vertical(id="interview-page"):
            yield CardText(id="interview-front")
            yield CardText(id="interview-follow-ups")
            yield self.notes
            yield Vertical(id="interview-rubric")
            yield CardText(id="interview-answer")
        yield Static(id="interview-hint")
        yield Hints()

    async def on_mount(self) -> None:
        self.set_interval(1, self._tick)
        self.set_interval(SAVE_SECONDS, self._save)
        await self._ask_next()

    def on_unmount(self) -> None:
        """The app ends, or the screen is left: nothing is lost."""
        self._keep(self.draft.follow_ups)

    async def _ask_next(self) -> None:
        """The next question; after the last the rubrics, and after those the report."""
        self.asked = self.sitting.next()
        if self.asked is None:
            await self._ask_rubric()
            return
        self.draft = load_draft(self.sitting.workspace.home, self.sitting.id, self.asked.n)
        self._watch = Stopwatch(self.draft.ms)
        notes = self.notes
        notes.load_text(self.draft.notes)
        notes.move_cursor(notes.document.end)
        notes.display, notes.read_only = True, False
        notes.remove_class("-read")
        self.query_one("#interview-rubric").display = False
        self.query_one("#interview-answer").display = False
        await self._show_texts(self.asked)
        self.action_note()

    async def _ask_rubric(self) -> None:
        self.asked = self.sitting.next_to_tick()
        if self.asked is None:
            self._end()
            return
        asked, attempt = self.asked, self.sitting.attempts[self.asked.n]
        self._is_sure = False
        notes = self.notes
        notes.load_text(attempt.notes)
        notes.display, notes.read_only = bool(attempt.notes.strip()), True
        notes.add_class("-read")
        place = self.query_one("#interview-rubric")
        await place.remove_children()
        self.box = RubricBox(asked.exercise, self.language, asked.written_out)
        await place.mount(self.box)
        place.display = True
        await self._show_texts(asked)
        self.box.focus(scroll_visible=False)
        self.refresh_bindings()

    def _end(self) -> None:
        from recall.tui.screens.result import ResultScreen

        with self.app.complaining():
            self.sitting.finish()
            discard_draft(self.sitting.workspace.home, self.sitting.id)
            self.app.switch_screen(ResultScreen(self.sitting))

    async def _show_texts(self, asked: SittingQuestion) -> None:
        face = asked.face(self.language)
        await self.query_one("#interview-front", CardText).set_text(face.front)
        await self.query_one("#interview-answer", CardText).set_text(face.explanation)
        self.query_one("#interview-answer").display = self.box is not None and bool(face.explanation)
        await self._show_follow_ups(asked)
        self.query_one(SittingLine).show(self.sitting, asked, self.language)
        self.call_after_refresh(self.query_one("#interview-card").scroll_home, animate=False)
        self._tick()
        self._tell()

    async def _show_follow_ups(self, asked: SittingQuestion) -> None:
        """The follow-up questions asked so far; the rubric's explanation has them all."""
        shown = () if self.box is not None else asked.follow_ups(self.language)[: self.draft.follow_ups]
        follow_ups = self.query_one("#interview-follow-ups", CardText)
        follow_ups.display = bool(shown)
        await follow_ups.set_text("\n\n".join(_("Follow-up: {question}").format(question=text) for text in shown))

    def _tell(self) -> None:
        """What to do now."""
        hint = self.query_one("#interview-hint", Static)
        if self.box is not None:
            hint.update(Content.styled(self.box.hint, "$text-muted"))
        elif self.notes.has_focus:
            hint.update(Content.styled(_("answer aloud or in notes; esc ends the notes"), "$text-muted"))
        else:
            is_last = self.asked is None or self.draft.follow_ups >= len(self.asked.follow_ups(self.language))
            words = _("done with this question") if is_last else _("answered: what else is asked?")
            hint.update(Content.assemble((f" {key_of(self, 'interview.go-on')} ", "bold reverse"), " ", words))

    def on_descendant_focus(self) -> None:
        self._tell()

    def on_descendant_blur(self) -> None:
        self._tell()

    def on_answer_box_hint_changed(self) -> None:
        self._tell()

    def _tick(self) -> None:
        """The time of this question and of all of it; with the rubrics there is no hurry."""
        if self.asked is None or not self.is_current:
            return
        count = f"{self.asked.n + 1}/{len(self.sitting.questions)}"
        if self.box is not None:
            self.query_one(SittingLine).tick(count, _("rubric"))
            return
        taken, allowed = self._watch.ms, round(self.asked.interview.minutes * 60_000)
        time = f"{clock(taken)} / {clock(allowed)}"
        if self.sitting.left_ms is not None:
            left = clock(max(self.sitting.left_ms - taken, 0))
            time += "   " + _("{time} left").format(time=left)
        self.query_one(SittingLine).tick(count, time, is_late=taken > allowed)

    def _save(self) -> None:
        """Keep what was typed since the last time, and the clock now and then."""
        if self.notes.text != self.draft.notes or self._watch.ms - self.draft.ms >= CLOCK_SAVE_MS:
            self._keep(self.draft.follow_ups)

    def _keep(self, follow_ups: int) -> None:
        """Keep what there is of the answer in the home folder; a rubric is not kept.

        Where nothing was typed, what another terminal keeps of the same interview stays.
        """
        if self.asked is not None and self.box is None:
            home, before = self.sitting.workspace.home, self.draft
            self.draft = Draft(self.asked.n, self.notes.text, self._watch.ms, follow_ups)
            with self.app.complaining():
                if self.draft.notes != before.notes or not is_newer(home, self.sitting.id, before):
                    save_draft(home, self.sitting.id, self.draft)

    def action_note(self) -> None:
        if self.box is None and self.asked is not None:
            self.notes.focus()

    async def action_proceed(self) -> None:
        """The follow-up, then the next question."""
        asked = self.asked
        if asked is None:
            return
        if self.box is not None:
            self.box.action_finish()
        elif self.draft.follow_ups < len(asked.follow_ups(self.language)):
            self._keep(self.draft.follow_ups + 1)
            await self._show_follow_ups(asked)
            self.action_note()
        else:
            with self.app.complaining():
                self.sitting.take_notes(asked, self.notes.text, self._watch.ms)
                if self.sitting.left_ms == 0:
                    self.notify(_("Time is up."))
                await self._ask_next()

    async def on_answer_box_submitted(self, message: AnswerBox.Submitted) -> None:
        """The rubric was ticked off; that nothing was said has to be said twice."""
        if self.asked is None or self.box is None:
            return
        if not message.response and not self._is_sure:
            self._is_sure = True
            warning = _("Nothing is ticked off. Once more leaves it so.")
            self.query_one("#interview-hint", Static).update(Content.styled(warning, "$text-warning"))
            return
        with self.app.complaining():
            self.sitting.tick(self.asked, message.response)
            await self._ask_rubric()

    async def action_translate(self) -> None:
        if self.asked is not None:
            self.language = other_language(self.language)
            if self.box is not None:
                await self.box.translate(self.language)
            await self._show_texts(self.asked)

    def action_leave(self) -> None:
        self.app.notify(_("The interview waits: go on with it whenever you like."), markup=False)
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Notes are for questions, not for rubrics."""
        return self.box is None if action == "note" else True
