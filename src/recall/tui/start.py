"""Starts the TUI and, when it has ended, says what could not be said on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from recall.config import load_settings
from recall.core.sanitise import sanitise
from recall.environment import Options, home_folder
from recall.errors import RecallError
from recall.i18n import _

if TYPE_CHECKING:
    from recall.tui.app import RecallApp

HUNG_UP = 129
"""Exit status of a process whose terminal has gone, as the shell has it: 128 and SIGHUP."""
FRAMES = "120"
"""Frames a second. An answer to a key waits for the next frame, up to two of them."""


def start(options: Options, first: Callable[[RecallApp], object] | None = None) -> None:
    """Run the TUI until the learner quits. `first`: what it begins with, Home when nothing is given."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    from recall.tui.app import RecallApp

    _look_for_images(options)
    app = RecallApp(options, first)
    had_terminal = sys.stdin.isatty()
    try:
        app.run()
    finally:
        if had_terminal and not sys.stdin.isatty():
            os._exit(HUNG_UP)  # Textual's input thread would read the end of the terminal for ever
    if app.workspace is not None and (warning := app.workspace.back_up_daily()):
        click.echo(sanitise(warning), err=True)
    if app.failure is not None:
        raise app.failure
    if app.return_code:
        raise RecallError(_("the screen could not be shown"))
    if app.farewell:
        click.echo(app.farewell, err=True)


def _look_for_images(options: Options) -> None:
    """Ask the terminal whether it shows pictures, if the learner wants some: once the app listens it is too late."""
    try:
        are_wanted = load_settings(home_folder(options)).math_images
    except RecallError:
        return  # the app meets it too, and tells it
    if are_wanted:
        from recall.tui.math_image import ask_terminal

        ask_terminal()
