"""Home: where the learner stands, and the one next thing to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from recall.errors import RecallError
from recall.i18n import _, ngettext
from recall.tui.widgets.heat_map import HeatMap
from recall.tui.widgets.hints import Hints, key_of
from recall.tui.widgets.stage_list import StageLine, StageList

if TYPE_CHECKING:
    from recall.study.overview import Habit, StageProgress, TodayCounts
    from recall.tui.app import RecallApp
    from recall.workspace import Workspace


LOOK_AGAIN_SECONDS = 30
"""How often the figures are read again: a learning card falls due, the day turns, another recall writes."""


class HomeScreen(Screen[None]):
    """Mastery of each stage, today's counts, heat map and streak."""

    app: RecallApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "review", _("review"), id="home.review"),
        Binding("z", "quiz", _("quiz"), id="home.quiz"),
        Binding("i", "interview", _("interview"), id="home.interview"),
        Binding("slash", "browse(True)", _("search"), id="home.search", show=False),
        Binding("B", "browse(False)", _("browse"), id="home.browse"),
        Binding("a", "add", _("add"), id="home.add"),
        Binding("comma", "settings", _("settings"), id="home.settings"),
        Binding("q", "app.quit", _("quit"), id="home.quit"),
    ]

    class Loaded(Message):
        """The figures of the screen have been read."""

        def __init__(self, today: TodayCounts, stages: list[StageProgress], habit: Habit, problems: int) -> None:
            super().__init__()
            self.today, self.stages, self.habit, self.problems = today, stages, habit, problems

    def __init__(self) -> None:
        super().__init__()
        self._wanted: Callable[[], None] | None = None
        """What a key asked for before the workspace was open."""

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="home", can_focus=False):
            yield Static(id="home-title")
            yield Static(_("opening …"), id="home-next")
            yield Static(id="home-problems")
            with Horizontal(id="home-body"):
                yield StageList(id="home-stages")
                with Vertical(id="home-habit"):
                    yield HeatMap()
                    yield Static(id="home-streak")
        yield Hints()

    def on_mount(self) -> None:
        self.query_one("#home-title", Static).update(Content.styled("recall", "bold $text-primary"))
        self.query_one(StageList).focus()
        self.set_interval(LOOK_AGAIN_SECONDS, self._look_again)

    def opened(self, workspace: Workspace) -> None:
        """Show the figures, and do what a key asked for before there were any."""
        self.show(workspace)
        if self._wanted is not None:
            self._when_open(self._wanted)

    def _when_open(self, do: Callable[[], None]) -> None:
        """Do it now, or as soon as the workspace is open."""
        if self.app.workspace is None:
            self._wanted = do
            return
        with self.app.complaining():
            do()

    def on_screen_resume(self) -> None:
        if self.app.workspace is not None:
            self.show(self.app.workspace)

    def _look_again(self) -> None:
        if self.is_current and self.app.workspace is not None:
            self.show(self.app.workspace)

    @work(thread=True, exclusive=True, group="home")
    def show(self, workspace: Workspace) -> None:
        """Read the figures, then show them."""
        from recall.study.overview import habit, stage_progress, today_counts

        try:
            today, stages, days = today_counts(workspace), stage_progress(workspace), habit(workspace)
            problems = workspace.library.problem_count()
        except RecallError as error:
            self.app.call_from_thread(self.app.complain, error)
        else:
            if not get_current_worker().is_cancelled:  # newer figures are on their way
                self.post_message(self.Loaded(today, stages, days, problems))

    def on_home_screen_loaded(self, message: Loaded) -> None:
        workspace = self.app.workspace
        assert workspace is not None
        due = {stage.id: stage.counts.total for stage in message.today.stages}
        self.query_one(StageList).lines = tuple(
            StageLine(
                stage.id,
                stage.title.in_language(workspace.language),
                stage.mastery.items,
                stage.mastery.seen,
                stage.mastery.mastery,
                due.get(stage.id, 0),
            )
            for stage in message.stages
        )
        self.query_one("#home-title", Static).update(_title(message.habit))
        key = key_of(self, "home.review")
        self.query_one("#home-next", Static).update(_next_thing(workspace, message.today, key))
        self._show_problems(message.problems)
        self.query_one(HeatMap).show(message.habit.answers, message.habit.today)
        self.query_one("#home-streak", Static).update(_habit_text(message.habit))

    def _show_problems(self, count: int) -> None:
        """A quiet line when decks have problems; it takes no room when they have none."""
        line = self.query_one("#home-problems", Static)
        line.display = bool(count)
        text = ngettext("{n} problem in the decks", "{n} problems in the decks", count).format(n=count)
        line.update(Content(_("{problems}; `recall check` says where").format(problems=text)))

    def on_stage_list_chosen(self, message: StageList.Chosen) -> None:
        self._when_open(lambda: self.app.start_review((message.stage,)))

    def action_review(self) -> None:
        self._when_open(self.app.start_review)

    def action_quiz(self) -> None:
        from recall.sittings.plan import Plan

        self._when_open(lambda: self.app.set_up_sitting(Plan()))

    def action_interview(self) -> None:
        from recall.core.sitting import INTERVIEW_MINUTES, What
        from recall.sittings.plan import Plan

        self._when_open(lambda: self.app.set_up_sitting(Plan(What.INTERVIEW, minutes=INTERVIEW_MINUTES)))

    def action_browse(self, is_typing: bool) -> None:
        self._when_open(lambda: self.app.browse(is_typing=is_typing))

    def action_add(self) -> None:
        self._when_open(self.app.add_card)

    def action_settings(self) -> None:
        self._when_open(self.app.change_settings)


def _title(habit: Habit) -> Content:
    return Content.assemble(("recall", "bold $text-primary"), (f"   {habit.today.isoformat()}", "$foreground 55%"))


def _next_thing(workspace: Workspace, today: TodayCounts, review_key: str) -> Content:
    """What to do now, and the key that does it."""
    total = today.total
    if today.is_ready:
        parts = [
            (total.review, _("to review"), "$text-success"),
            (total.learning, _("learning"), "$text-warning"),
            (total.new, _("new"), "$text-primary"),
        ]
        counts = [Content.assemble((str(count), f"bold {style}"), f" {name}") for count, name, style in parts if count]
        key = Content.assemble((f" {review_key} ", "bold reverse"), " ", _("starts the review"))
        return Content("   ").join([*counts, key])
    if today.next_due is None and _is_empty(workspace):
        return Content(_("No cards yet. Put a deck in {folder}.").format(folder=workspace.home / "decks"))
    if today.next_due is None:
        return Content(_("Done for today."))
    return Content(_("Done for today. Next: {due}.").format(due=due_words(workspace, today)))


def due_words(workspace: Workspace, today: TodayCounts) -> str:
    """When the next item comes, on the learner's clock."""
    from datetime import datetime

    due = today.next_due
    return workspace.calendar.local(due).strftime("%H:%M") if isinstance(due, datetime) else str(due)


def _is_empty(workspace: Workspace) -> bool:
    with workspace.store.read() as tx:
        return tx.catalogue.count() == 0


def _habit_text(habit: Habit) -> Content:
    days, answers = habit.streak, habit.answers.get(habit.today, 0)
    streak = ngettext("{n} day in a row", "{n} days in a row", days).format(n=days)
    done = ngettext("{n} answer today", "{n} answers today", answers).format(n=answers)
    lines = [Content.styled(done, "$foreground 55%")]
    return Content("\n").join([Content.styled(streak, "bold"), *lines] if days else lines)
