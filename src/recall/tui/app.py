"""The app: opens the workspace in a thread after the first paint, and knows which screens there are."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.message import Message
from textual.screen import Screen

from recall.config import load_settings
from recall.environment import Options
from recall.errors import RecallError
from recall.i18n import _
from recall.tui.guarded import GuardedScreen
from recall.tui.keymap import Screenful, checked_keymap, screenful
from recall.tui.math import use_plain_fonts
from recall.tui.screens.home import HomeScreen
from recall.tui.start import HUNG_UP
from recall.tui.themes import BY_SETTING, DARK, LIGHT

if TYPE_CHECKING:
    from textual.screen import ScreenResultCallbackType

    from recall.core.model import CardId
    from recall.editing.undoing import Edits
    from recall.sittings.plan import Plan
    from recall.sittings.sitting import Sitting
    from recall.workspace import Workspace


END_SECONDS = 3
"""How long the end may take once the process was told to end."""
BACKUP_SECONDS = 1800
"""How often an open app looks whether today's backup is there."""
WITHOUT_VI = {"scroll.down": "down", "scroll.up": "up", "scroll.top": "home", "scroll.bottom": "end"}
"""Keys of the bindings that have vi keys besides, when the learner wants none."""


class RecallApp(App[None]):
    """recall on the screen. `failure` is the error that ended it, to be told on the terminal."""

    TITLE = "recall"
    CSS_PATH = "recall.tcss"
    # Textual declares it for the instance, so it can't be a ClassVar.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", _("help"), id="app.help", show=False),
        Binding("ctrl+q", "quit", _("quit"), id="app.quit", show=False, priority=True),
    ]

    class Opened(Message):
        """The workspace is open."""

        def __init__(self, workspace: Workspace) -> None:
            super().__init__()
            self.workspace = workspace

    class Failed(Message):
        """The workspace can't be opened, or what is to be done first can't be done."""

        def __init__(self, error: RecallError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, options: Options, first: Callable[[RecallApp], object] | None = None) -> None:
        """`first`: what is done when the workspace is open; a RecallError of it ends the app."""
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self.options = options
        self._first = first
        self.workspace: Workspace | None = None
        self.failure: RecallError | None = None
        self._complaint = ""
        self.farewell = ""

    @cached_property
    def edits(self) -> Edits:
        """What was changed in deck files and can be taken back."""
        from recall.editing.undoing import Edits

        return Edits()

    def on_mount(self) -> None:
        self.push_screen(HomeScreen())
        self._end_when_told()
        self.call_after_refresh(self._open)

    def _end_when_told(self) -> None:
        """Leave the terminal as it was when the process is told to end or its window is closed."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            with suppress(AttributeError, NotImplementedError, RuntimeError):  # not on Windows, not off the main thread
                loop.add_signal_handler(getattr(signal, name), self._end)

    def _end(self) -> None:
        """Leave; without waiting for what a vanished terminal will never do. What was acknowledged is on disk."""
        fallback = threading.Timer(END_SECONDS, os._exit, [HUNG_UP])
        fallback.daemon = True
        fallback.start()
        self.exit()

    async def action_quit(self) -> None:
        """Quit; a form that holds what is not saved says so first."""
        if all(screen.may_leave() for screen in self.screen_stack if isinstance(screen, GuardedScreen)):
            self.exit()

    @work(thread=True)
    def _open(self) -> None:
        """Everything slow: sqlalchemy, fsrs, yaml, the database, changed decks."""
        from dataclasses import replace

        from recall.i18n import language
        from recall.workspace import open_workspace

        try:
            opened = open_workspace(replace(self.options, language=self.options.language or language()))
        except RecallError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Opened(opened))

    def on_recall_app_opened(self, message: Opened) -> None:
        self.workspace = message.workspace
        self.apply_settings()
        self.set_interval(BACKUP_SECONDS, self._back_up)
        if warning := self.workspace.lost_log():
            self.notify(warning, severity="warning", timeout=15, markup=False)
        for screen in self.screen_stack:
            if isinstance(screen, HomeScreen):
                screen.opened(message.workspace)
        if self._first is not None:
            try:
                self._first(self)
            except RecallError as error:
                self.post_message(self.Failed(error))

    @work(thread=True, exclusive=True)
    def _back_up(self) -> None:
        """The backup of the day, for an app that is left open for days; the usual one is made when it ends."""
        if self.workspace is not None and (warning := self.workspace.back_up_daily()):
            self.call_from_thread(self.notify, warning, severity="warning", markup=False)

    def on_recall_app_failed(self, message: Failed) -> None:
        self.failure = message.error
        self.exit(return_code=1)

    def reload_settings(self) -> None:
        """Use the settings as they are in the file now. Raises ConfigError."""
        assert self.workspace is not None
        self.workspace = self.workspace.with_settings(load_settings(self.workspace.home))
        self.apply_settings()

    def apply_settings(self) -> None:
        """Theme and keys as the settings say."""
        assert self.workspace is not None
        settings = self.workspace.settings
        self.theme = BY_SETTING[settings.theme]
        use_plain_fonts(settings.plain_fonts)
        plain = {} if settings.vi_keys else WITHOUT_VI
        keymap, complaints = checked_keymap(settings.keys, _screens())
        self.set_keymap({**plain, **keymap})
        for complaint in complaints:
            self.notify(complaint, severity="warning", markup=False)

    def change_settings(self) -> None:
        """Show the settings as they are in the file now. Raises ConfigError."""
        from recall.tui.screens.settings import SettingsScreen

        self.reload_settings()
        assert self.workspace is not None
        self.push_screen(SettingsScreen(self.workspace.home))

    def start_review(self, names: Sequence[str] = (), limit: int | None = None) -> None:
        """Review the stages, topics or decks named, or all of today. Raises RecallError."""
        from recall.study.session import ReviewSession
        from recall.study.today import resolve_scope
        from recall.tui.screens.review import ReviewScreen

        assert self.workspace is not None
        with self.workspace.store.read() as tx:
            scope = resolve_scope(self.workspace, tx, names)
        self.push_screen(ReviewScreen(ReviewSession(self.workspace, scope, limit)))

    def browse(
        self, query: str = "", *, is_typing: bool = False, then: ScreenResultCallbackType[None] | None = None
    ) -> None:
        """Look through the items that a query finds. `is_typing`: begin in the line of the query."""
        from recall.tui.screens.browse import BrowseScreen

        assert self.workspace is not None
        self.push_screen(BrowseScreen(self.workspace, query, is_typing=is_typing), then)

    def set_up_sitting(self, plan: Plan) -> None:
        """Choose what a quiz or an interview asks, or go on with the one that waits."""
        from recall.tui.screens.sitting_setup import SittingSetupScreen

        assert self.workspace is not None
        self.push_screen(SittingSetupScreen(self.workspace, plan))

    def begin_sitting(self, plan: Plan) -> None:
        """Draw the questions and ask them. Raises NotFoundError when there is nothing to ask."""
        from recall.sittings.sitting import begin

        assert self.workspace is not None
        self.go_on_with(begin(self.workspace, plan))

    def begin_or_go_on(self, plan: Plan) -> None:
        """Begin at once, unless one waits: then it is offered first. Raises RecallError."""
        from recall.sittings.sitting import unfinished

        assert self.workspace is not None
        if plan.repeats is None and unfinished(self.workspace, plan.what):
            self.set_up_sitting(plan)
        else:
            self.begin_sitting(plan)

    def go_on_with(self, sitting: Sitting) -> None:
        """Ask what is open of a quiz or an interview."""
        from recall.core.sitting import What
        from recall.tui.screens.interview import InterviewScreen
        from recall.tui.screens.sitting import SittingScreen

        is_interview = sitting.plan.what is What.INTERVIEW
        screen = InterviewScreen(sitting) if is_interview else SittingScreen(sitting)
        if isinstance(self.screen, HomeScreen):
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def add_card(self, place: str | None = None, then: ScreenResultCallbackType[CardId | None] | None = None) -> None:
        """Write new cards, to a topic or deck until another is chosen; `then` is told the last one, or None."""
        from recall.tui.screens.add_card import AddScreen

        if self.workspace is not None:
            self.push_screen(AddScreen(self.workspace, place), then)

    def edit_card(self, name: str, then: ScreenResultCallbackType[CardId | None] | None = None) -> bool:
        """Edit a card in the form; says whether the form can hold it. `then` is told the card, None when unchanged.

        Raises RecallError.
        """
        from recall.tui.screens.edit_card import edit_screen

        assert self.workspace is not None
        screen = edit_screen(self.workspace, name)
        if screen is not None:
            self.push_screen(screen, then)
        return screen is not None

    def edit_card_only(self, name: str) -> None:
        """Edit a card in the form, then end; end at once where the form can't hold it. Raises RecallError."""
        if not self.edit_card(name, lambda _card: self.exit()):
            self.exit()

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: object) -> None:
        """Clashes were told when the settings were read; Textual would tell them at every key."""

    @contextmanager
    def handed_over(self) -> Iterator[None]:
        """In here the terminal is the editor's. Raises RecallError where it can't be handed over."""
        try:
            with self.suspend():
                yield
        except SuspendNotSupported:
            raise RecallError(_("This terminal can't hand over to an editor.")) from None

    @contextmanager
    def complaining(self) -> Iterator[None]:
        """Tell what can't be done in here, and leave all as it is."""
        try:
            yield
        except RecallError as error:
            self.complain(error)

    def say(self, message: str) -> None:
        """A short message, in place of the one before: there is one line for it."""
        self.clear_notifications()
        self.notify(message, markup=False)

    def complain(self, error: RecallError) -> None:
        """Tell what could not be done; it stays long enough to be read, and once however often it is told."""
        if str(error) == self._complaint:
            self.clear_notifications()
        self._complaint = str(error)
        self.notify(str(error), title=_(error.title), severity="error", timeout=15, markup=False)

    async def action_help(self) -> None:
        from recall.tui.screens.help import HelpScreen

        screen: Screen[object] = self.screen
        if not isinstance(screen, HelpScreen):
            await self.push_screen(HelpScreen(screen))

    def on_unmount(self) -> None:
        if self.workspace is not None:
            self.workspace.close()


def _screens() -> list[Screenful]:
    """The actions of every screen, and of what takes the keys before it does, for the learner's keys to be checked."""
    from recall.tui.answers.aloud import AloudBox
    from recall.tui.answers.code import CodeBox
    from recall.tui.answers.order import OrderBox
    from recall.tui.answers.rows import RowsBox
    from recall.tui.answers.typed import TypedBox
    from recall.tui.screens.browse import BrowseScreen, SearchLine
    from recall.tui.screens.card_form import CardFormScreen
    from recall.tui.screens.help import HelpScreen
    from recall.tui.screens.interview import InterviewScreen, Notes
    from recall.tui.screens.item import ItemScreen
    from recall.tui.screens.result import ResultScreen
    from recall.tui.screens.review import ReviewScreen
    from recall.tui.screens.settings import SettingsList, SettingsScreen
    from recall.tui.screens.sitting import SittingScreen
    from recall.tui.screens.sitting_setup import SittingSetupScreen
    from recall.tui.widgets.form import Form
    from recall.tui.widgets.item_table import ItemTable
    from recall.tui.widgets.place_picker import PlacePicker
    from recall.tui.widgets.prompt import Prompt
    from recall.tui.widgets.sideways import Sideways
    from recall.tui.widgets.stage_list import StageList

    layers: tuple[tuple[type[DOMNode], ...], ...] = (
        (HomeScreen, StageList),
        (ReviewScreen,),
        (BrowseScreen, ItemTable),
        (SearchLine,),
        (ItemScreen,),
        (Prompt,),
        (CardFormScreen, PlacePicker),
        (SettingsScreen, SettingsList),
        (SittingSetupScreen, Form),
        (SittingScreen,),
        (InterviewScreen,),
        (Notes,),
        (ResultScreen,),
        (HelpScreen,),
        (RowsBox, OrderBox),
        (AloudBox,),
        (CodeBox,),
        (TypedBox,),
        (Sideways,),
    )
    return [screenful(RecallApp.BINDINGS, *(each.BINDINGS for each in layer)) for layer in layers]
