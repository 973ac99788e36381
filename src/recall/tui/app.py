"""The app: opens the workspace in a thread after the first paint, and knows which screens there are."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from recall.config import load_settings
from recall.environment import Options
from recall.errors import RecallError
from recall.i18n import _
from recall.tui.keymap import Screenful, checked_keymap, screenful
from recall.tui.math import use_plain_fonts
from recall.tui.screens.home import HomeScreen
from recall.tui.themes import BY_SETTING, DARK, LIGHT

if TYPE_CHECKING:
    from recall.session import ReviewSession
    from recall.workspace import Workspace


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
        """The workspace can't be opened, or the session can't be made."""

        def __init__(self, error: RecallError) -> None:
            super().__init__()
            self.error = error

    def __init__(
        self, options: Options, *, review: bool = False, names: Sequence[str] = (), limit: int | None = None
    ) -> None:
        super().__init__()
        self.options = options
        self.workspace: Workspace | None = None
        self.failure: RecallError | None = None
        self.farewell = ""
        self._start_review = review
        self._names, self._limit = tuple(names), limit

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self.push_screen(HomeScreen())
        self._end_when_told()
        self.call_after_refresh(self._open)

    def _end_when_told(self) -> None:
        """Leave the terminal as it was when the process is told to end or its window is closed."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            with suppress(AttributeError, NotImplementedError, RuntimeError):  # not on Windows, not off the main thread
                loop.add_signal_handler(getattr(signal, name), self.exit)

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
        for screen in self.screen_stack:
            if isinstance(screen, HomeScreen):
                screen.show(message.workspace)
        if self._start_review:
            self.start_review(self._names, self._limit)

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

    def start_review(self, names: Sequence[str] = (), limit: int | None = None) -> None:
        """Review the stages, topics or decks named, or all of today."""
        from recall.session import ReviewSession
        from recall.today import resolve_scope
        from recall.tui.screens.review import ReviewScreen

        assert self.workspace is not None
        try:
            with self.workspace.store.read() as tx:
                scope = resolve_scope(self.workspace, tx, names)
            session: ReviewSession = ReviewSession(self.workspace, scope, limit)
        except RecallError as error:
            self.post_message(self.Failed(error))
            return
        self.push_screen(ReviewScreen(session))

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: object) -> None:
        """Clashes were told when the settings were read; Textual would tell them at every key."""

    def complain(self, error: RecallError) -> None:
        """Tell what could not be done; it stays long enough to be read."""
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
    """The actions of every screen, for the learner's keys to be checked against."""
    from recall.tui.screens.help import HelpScreen
    from recall.tui.screens.review import ReviewScreen
    from recall.tui.screens.settings import SettingsScreen
    from recall.tui.widgets.stage_list import StageList

    everywhere = RecallApp.BINDINGS
    return [
        screenful(HomeScreen.BINDINGS, StageList.BINDINGS, everywhere),
        *(screenful(screen.BINDINGS, everywhere) for screen in (ReviewScreen, SettingsScreen, HelpScreen)),
    ]
