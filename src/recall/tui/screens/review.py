"""Review: a question, its answer under it, and a grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from recall.core.bodies import other_language
from recall.core.model import CardId, Grade, Language
from recall.errors import NotFoundError
from recall.i18n import _
from recall.names import grade_name
from recall.study.answering import Marked
from recall.study.session import ElsewhereError, Question, ReviewSession
from recall.tui.answers import AnswerBox, CodeBox
from recall.tui.durations import interval_text
from recall.tui.scrolling import SCROLL_KEYS, ScrollingScreen
from recall.tui.stopwatch import Stopwatch
from recall.tui.widgets.grade_bar import GradeBar
from recall.tui.widgets.hints import Hints, key_of
from recall.tui.widgets.progress_line import ProgressLine
from recall.tui.widgets.question_page import QuestionPage

if TYPE_CHECKING:
    from recall.tui.app import RecallApp

LONGEST_ANSWER_MS = 600_000
"""Time taken is not counted beyond this: the learner went away."""
LOOK_AGAIN_SECONDS = 15
"""How often an ended session looks whether a learning card has fallen due."""


class ReviewScreen(ScrollingScreen[None]):
    """Drives one `ReviewSession`; every rule is the session's."""

    app: RecallApp
    AUTO_FOCUS = PANE = "QuestionPage"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "proceed", _("show the answer"), id="review.show", show=False),
        *(
            Binding(str(int(grade)), f"grade({int(grade)})", name.capitalize(), id=f"grade.{grade.word}", show=False)
            for grade, name in ((grade, grade_name(grade)) for grade in Grade)
        ),
        Binding("u", "undo", _("undo"), id="review.undo"),
        Binding("e", "edit", _("edit"), id="review.edit"),
        Binding("E", "edit_other", _("edit the other way"), id="review.edit_other", show=False),
        Binding("a", "add", _("add a card"), id="review.add", show=False),
        Binding("t", "translate", _("language"), id="review.language"),
        Binding("s", "suspend", _("suspend"), id="review.suspend"),
        Binding("b", "bury", _("bury until tomorrow"), id="review.bury", show=False),
        Binding("f", "flag", _("flag"), id="review.flag"),
        Binding("m", "more", _("more"), id="review.more", show=False),
        Binding("slash", "browse(True)", _("search"), id="review.search", show=False),
        Binding("B", "browse(False)", _("browse"), id="review.browse", show=False),
        Binding("q,escape", "leave", _("home"), id="review.leave"),
        *SCROLL_KEYS,
    ]

    def __init__(self, session: ReviewSession) -> None:
        super().__init__()
        self.session = session
        self.language: Language = session.workspace.language
        self.question: Question | None = None
        self.page = QuestionPage()
        self._watch = Stopwatch(longest=LONGEST_ANSWER_MS)

    def compose(self) -> ComposeResult:
        yield ProgressLine()
        yield self.page
        yield GradeBar()
        yield Hints()

    async def on_mount(self) -> None:
        self.set_interval(LOOK_AGAIN_SECONDS, self._look_again)
        await self._ask_next()

    async def _ask_next(self) -> None:
        """Show the next question, or what the session came to."""
        self.question = self.session.next()
        self._watch = Stopwatch(longest=LONGEST_ANSWER_MS)
        if self.question is None:
            self._show_end()
        else:
            await self.page.ask(self.question, self.language)
            self._show_around(self.question)
        self.refresh_bindings()

    def _show_around(self, question: Question) -> None:
        """Say what belongs to the question: how to answer or to grade it, where it stands, what is known of it."""
        self.page.offer_more(Content.assemble((self._key("review.more"), "bold"), " ", _("more …")))
        self.page.tell(self._note(question))
        self.query_one(ProgressLine).show(self.session, question, self.language)
        bar = self.query_one(GradeBar)
        bar.display = True
        if self.page.is_shown:
            bar.offer(self._grade_keys(), self._intervals(question), self.suggested)
        elif self.page.box is not None:
            bar.tell(self.page.box.hint)
        else:
            bar.ask(self._key("review.show"))

    @property
    def suggested(self) -> Grade:
        """The grade that `space` gives."""
        return self.page.marked.grade if self.page.marked else Grade.GOOD

    def _intervals(self, question: Question) -> dict[Grade, str]:
        day = self.session.day
        return {grade: interval_text(due, question.asked_at, day) for grade, due in question.preview.items()}

    def _grade_keys(self) -> dict[Grade, str]:
        return {grade: self._key(f"grade.{grade.word}") for grade in Grade}

    def _key(self, binding_id: str) -> str:
        return key_of(self, binding_id)

    def _note(self, question: Question) -> str:
        """What the learner should know of this item: a leech, a flag."""
        notes = []
        if question.is_leech:
            lapses = question.state.lapses
            keys = {"edit": self._key("review.edit"), "suspend": self._key("review.suspend")}
            notes.append(
                _("Leech: forgotten {n} times. {edit} rewrites it, {suspend} suspends it.").format(n=lapses, **keys)
            )
        if question.state.flagged:
            notes.append(_("⚑ flagged"))
        return "\n".join(notes)

    def _show_end(self) -> None:
        from recall.tui.session_end import end_text

        self.page.end(end_text(self.session, self._key("review.show"), self._key("review.undo")))
        self.query_one(GradeBar).display = False
        self.query_one(ProgressLine).show(self.session, None, self.language)

    async def _look_again(self) -> None:
        with self.app.complaining():
            if self.question is None and self.is_current and self.session.next() is not None:
                await self._ask_next()

    async def action_proceed(self) -> None:
        """Show the answer; once it is shown, `space` means good."""
        if self.question is None:
            self.action_leave()
        elif self.page.is_shown:
            await self.action_grade(int(self.suggested))
        elif self.page.box is not None:
            self.page.box.give_up()
        else:
            self._show_answer(self.question, None)

    async def on_answer_box_submitted(self, message: AnswerBox.Submitted) -> None:
        """Mark the answer and show what is right; the learner still chooses the grade."""
        question, box = self.question, self.page.box
        if question is None or box is None or self.page.is_shown:
            return
        with self.app.complaining():
            marked = message.marked or self.session.mark(message.response, self._watch.ms)
            await box.show_mark(marked)
            self._show_answer(question, marked)

    def on_answer_box_hint_changed(self) -> None:
        if self.page.box is not None and not self.page.is_shown:
            self.query_one(GradeBar).tell(self.page.box.hint)

    def on_code_box_write_wanted(self) -> None:
        """Write the answer in the editor, then run it."""
        from recall.tui.writing import write_answer

        if self.question is not None and isinstance(self.page.box, CodeBox):
            with self.app.complaining():
                response = write_answer(self.app, self.session.workspace, self.question.exercise)
                if response is not None:
                    self.run_worker(self._try_out(self.page.box, response), exclusive=True)

    async def _try_out(self, box: CodeBox, response: str) -> None:
        taken = self._watch.ms
        with self.app.complaining():
            await box.try_out(lambda: self.session.mark(response, taken))

    def _show_answer(self, question: Question, marked: Marked | None) -> None:
        self.page.reveal(marked)
        self._show_around(question)
        self.refresh_bindings()

    async def action_grade(self, grade: int) -> None:
        if self.question is None:
            return
        if not self.page.is_shown:
            await self.action_proceed()
            return
        taken, marked = self._watch.ms, self.page.marked
        await self._write(lambda: self.session.answer(Grade(grade), taken, marked))

    async def on_grade_bar_pressed(self, message: GradeBar.Pressed) -> None:
        if message.grade is None:
            await self.action_proceed()
        else:
            await self.action_grade(int(message.grade))

    async def action_undo(self) -> None:
        with self.app.complaining():
            if self.session.undo() is None:
                self.app.say(_("There is nothing to undo."))
            else:
                await self._ask_next()

    async def action_suspend(self) -> None:
        if self.question is not None:
            done = _("Suspended. {key} brings it back.").format(key=self._key("review.undo"))
            await self._write(self.session.suspend, done)

    async def action_bury(self) -> None:
        if self.question is not None:
            done = _("Until tomorrow. {key} brings it back.").format(key=self._key("review.undo"))
            await self._write(self.session.bury, done)

    async def _write(self, write: Callable[[], object], done: str = "") -> None:
        """Write about the question and ask the next one, also when it is not to be asked any more."""
        with self.app.complaining():
            try:
                write()
            except (ElsewhereError, NotFoundError) as error:
                self.app.complain(error)
            else:
                if done:
                    self.app.say(done)
            await self._ask_next()

    def action_flag(self) -> None:
        if self.question is not None:
            with self.app.complaining():
                self.session.flag()
                self.question = self.session.current or self.question
                self.page.tell(self._note(self.question))

    async def action_translate(self) -> None:
        if self.question is not None:
            self.language = other_language(self.language)
            await self.page.translate(self.language)
            self._show_around(self.question)

    def action_more(self) -> None:
        """Unfold the further remark, or fold it again."""
        self.page.turn_more()

    async def action_edit(self) -> None:
        """Edit the card as the setting `edit_in` says."""
        await self._edit(in_form=self.session.workspace.settings.edit_in == "form")

    async def action_edit_other(self) -> None:
        await self._edit(in_form=self.session.workspace.settings.edit_in != "form")

    async def _edit(self, *, in_form: bool) -> None:
        if self.question is None:
            return
        with self.app.complaining():
            if in_form and self.app.edit_card(self.question.card.id, self._edited_in_form):
                self._watch.pause()
            else:
                await self._edit_in_editor(self.question)

    async def _edit_in_editor(self, question: Question) -> None:
        from recall.editing.cards import edit_question
        from recall.editing.editor import ask_again

        self._watch.pause()
        try:
            with self.app.handed_over():
                problem = edit_question(self.session, question, ask_again)
        finally:
            self._watch.go_on()
        if problem:
            self.notify(problem, severity="error", timeout=15, markup=False)
        await self._ask_again()

    async def _edited_in_form(self, changed: CardId | None) -> None:
        self._watch.go_on()
        if changed is not None:
            self.session.reload()
            await self._ask_again()

    async def _ask_again(self) -> None:
        """Show the question as it is after an edit."""
        if self.session.current is None:
            await self._ask_next()
        else:
            self.question = self.session.current
            await self.page.ask(self.question, self.language, is_shown=self.page.is_shown)
            self._show_around(self.question)

    def action_add(self) -> None:
        """Write new cards to the topic that is being asked."""
        self._watch.pause()
        self.app.add_card(self.question.topic if self.question else None, self._added)

    async def _added(self, added: CardId | None) -> None:
        """New cards are in the queue of today from now on."""
        self._watch.go_on()
        if added is not None:
            self.session.refresh()
            if self.question is None:
                await self._ask_next()
            else:
                self.query_one(ProgressLine).show(self.session, self.question, self.language)

    def action_browse(self, is_typing: bool) -> None:
        """Look through all cards."""
        self._watch.pause()
        self.app.browse(is_typing=is_typing, then=self._browsed)

    async def _browsed(self, _nothing: None) -> None:
        """Ask on: the next item when the one on the screen was put away, the same one anew when it was edited."""
        self._watch.go_on()
        before, now = self.question, self.session.next()
        if before is None or now is None or now.item != before.item:
            await self._ask_next()
        elif now.exercise != before.exercise:
            await self._ask_again()
        else:
            self.question = now
            self.page.tell(self._note(now))

    def action_leave(self) -> None:
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """With no question on the screen, only leaving and undoing make sense."""
        if action in ("edit", "edit_other", "translate", "suspend", "bury", "flag", "more"):
            return self.question is not None
        return True
