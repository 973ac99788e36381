"""Before a quiz or an interview: what it asks, or going on with the one that waits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from recall.core.bodies import Kind
from recall.core.sitting import MARKED_KINDS, Feedback, What
from recall.errors import RecallError
from recall.i18n import _, ngettext
from recall.names import kind_name
from recall.sittings.candidates import INTERVIEW_STAGE, groups_with_cards
from recall.sittings.plan import Plan
from recall.sittings.sitting import Sitting, sittings, unfinished
from recall.tui.widgets.form import Form, Line
from recall.tui.widgets.hints import Hints
from recall.workspace import Workspace

if TYPE_CHECKING:
    from recall.tui.app import RecallApp

NUMBERS = (5, 10, 15, 20, 30, 50)
QUIZ_MINUTES_OFFERED = (None, 5, 10, 15, 20, 30, 45, 60)
INTERVIEW_MINUTES_OFFERED = (15, 30, 45, 60, 90)
FLASHCARDS = frozenset({Kind.BASIC, Kind.CLOZE})


class SittingSetupScreen(Screen[None]):
    """A form with defaults that do: `enter` starts at once."""

    app: RecallApp
    AUTO_FOCUS = "Form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", _("start"), id="setup.start"),
        Binding("space", "change", _("change"), id="setup.change"),
        Binding("r", "results", _("results"), id="setup.results"),
        Binding("q,escape", "dismiss", _("home"), id="setup.leave"),
    ]

    def __init__(self, workspace: Workspace, plan: Plan) -> None:
        super().__init__()
        self.workspace, self.plan = workspace, plan
        self.waiting: Sitting | None = None
        self.groups: dict[str, list[str]] = {}

    def compose(self) -> ComposeResult:
        title = _("Quiz") if self.plan.what is What.QUIZ else _("Mock interview")
        with VerticalScroll(id="setup", can_focus=False):
            yield Static(Content.styled(title, "bold $text-primary"), id="setup-title")
            yield Form()
            yield Static(id="setup-help")
        yield Hints()

    def on_mount(self) -> None:
        try:
            self._read()
        except RecallError as error:
            self.app.complain(error)
            self.dismiss()

    def _read(self) -> None:
        is_quiz = self.plan.what is What.QUIZ
        self.waiting = unfinished(self.workspace, self.plan.what)
        self.groups = groups_with_cards(self.workspace, frozenset(Kind) if is_quiz else {Kind.INTERVIEW})
        if not self.is_attached:
            return  # the program is ending
        form = self.query_one(Form)
        form.lines = [*self._going_on(), *(self._quiz_lines() if is_quiz else self._interview_lines())]
        form.cursor = 0
        self._show_help(form.current)

    def _going_on(self) -> list[Line]:
        """The line that goes on with the one that waits."""
        if self.waiting is None:
            return []
        done, all_of_it = len(self.waiting.attempts), len(self.waiting.questions)
        begun = self.workspace.calendar.clock_text(self.waiting.begun.at)
        label = _("Go on with the one of {time}: {done} of {n} answered").format(time=begun, done=done, n=all_of_it)
        return [Line("go-on", label, help=_("On any other line, enter starts a new one."))]

    def _quiz_lines(self) -> list[Line]:
        plan, stage = self.plan, self._stage_line(_("what is open"))
        lines = [
            stage,
            self._topic_line(stage.value),
            Line("number", _("Questions"), [(n, str(n)) for n in sorted({*NUMBERS, plan.number})]),
            Line("minutes", _("Time"), _minutes_options(QUIZ_MINUTES_OFFERED, plan.minutes)),
            Line("kinds", _("Kinds"), self._kinds_options(), _("Flashcards are judged by yourself.")),
            Line(
                "feedback",
                _("Feedback"),
                [(Feedback.END, _("at the end")), (Feedback.EACH, _("after each answer"))],
            ),
            self._practice_line(),
        ]
        for line in lines[2:]:
            line.choose(getattr(plan, line.id))
        return lines

    def _interview_lines(self) -> list[Line]:
        has_stage = any(stage.id == INTERVIEW_STAGE for stage in self.workspace.curriculum.stages)
        stage = self._stage_line(self._title(INTERVIEW_STAGE) if has_stage else _("every stage"))
        lines = [
            stage,
            self._topic_line(stage.value),
            Line("minutes", _("Time"), _minutes_options(INTERVIEW_MINUTES_OFFERED, self.plan.minutes)),
            self._practice_line(),
        ]
        for line in lines[2:]:
            line.choose(getattr(self.plan, line.id))
        return lines

    def _practice_line(self) -> Line:
        options = [(False, _("counts, once a day for each card")), (True, _("stays as it is: only practice"))]
        return Line("practice", _("Schedule"), options)

    def _stage_line(self, default: str) -> Line:
        """Stages and own decks that have cards; what the command line named stands first."""
        options = [((), default), *(((name,), self._title(name)) for name in self.groups)]
        if self.plan.names and (self.plan.names not in [value for value, _text in options]):
            options.insert(1, (self.plan.names, ", ".join(self.plan.names)))
        line = Line("stage", _("Stage"), options)
        line.choose(self.plan.names)
        return line

    def _topic_line(self, stage: tuple[str, ...]) -> Line:
        """The topics of a stage that have cards."""
        topics = [name for group in stage for name in self.groups.get(group, ())]
        return Line("topic", _("Topic"), [((), _("all topics")), *(((name,), self._title(name)) for name in topics)])

    def _title(self, name: str) -> str:
        return self.workspace.curriculum.title_of(name, self.workspace.language)

    def _kinds_options(self) -> list[tuple[frozenset[Kind], str]]:
        options = [
            (MARKED_KINDS, _("marked at once")),
            (MARKED_KINDS | FLASHCARDS, _("marked at once, and flashcards")),
            (FLASHCARDS, _("flashcards")),
            *((frozenset({kind}), kind_name(kind)) for kind in Kind if kind not in FLASHCARDS),
        ]
        if self.plan.kinds not in [value for value, _text in options]:
            options.insert(1, (self.plan.kinds, ", ".join(map(kind_name, sorted(self.plan.kinds)))))
        return options

    def on_form_changed(self, message: Form.Changed) -> None:
        """The topics follow the stage."""
        form = self.query_one(Form)
        if message.line.id == "stage":
            form.lines = [self._topic_line(message.line.value) if line.id == "topic" else line for line in form.lines]
        self._show_help(message.line)

    def on_form_submitted(self, message: Form.Submitted) -> None:
        with self.app.complaining():
            if message.line.id == "go-on" and self.waiting is not None:
                self.app.go_on_with(self.waiting)
            else:
                self.app.begin_sitting(self._chosen())

    def _chosen(self) -> Plan:
        form = self.query_one(Form)
        values = {line.id: line.value for line in form.lines if line.options}
        names = values.pop("topic") or values.pop("stage")
        values.pop("stage", None)
        return replace(self.plan, names=names, **values)

    def _show_help(self, line: Line) -> None:
        self.query_one("#setup-help", Static).update(Content(line.help))

    def action_start(self) -> None:
        self.query_one(Form).action_submit()

    def action_change(self) -> None:
        self.query_one(Form).action_change(1)

    def action_results(self) -> None:
        """The result of the one taken last."""
        from recall.tui.screens.result import ResultScreen

        taken = [each for each in sittings(self.workspace, self.plan.what) if each.ended is not None]
        if taken:
            self.app.push_screen(ResultScreen(taken[-1]))
        else:
            self.notify(_("None was taken yet."))


def _minutes_options(usual: tuple[int | None, ...], wanted: float | None) -> list[tuple[float | None, str]]:
    minutes = [*usual, *([wanted] if wanted is not None and wanted not in usual else [])]
    return [(n, _("no limit") if n is None else _minutes(n)) for n in minutes]


def _minutes(n: float) -> str:
    whole = int(n) if n == int(n) else n
    return ngettext("{n} minute", "{n} minutes", int(n)).format(n=whole)
