"""Starts the TUI and, when it has ended, says what could not be said on the screen."""

from __future__ import annotations

from collections.abc import Sequence

import click

from recall.config import load_settings
from recall.environment import Options, home_folder
from recall.errors import RecallError
from recall.i18n import _


def start(options: Options, *, review: bool = False, names: Sequence[str] = (), limit: int | None = None) -> None:
    """Run the TUI until the learner quits. `review`: begin with the review of the stages or topics named."""
    from recall.tui.app import RecallApp

    _look_for_images(options)
    app = RecallApp(options, review=review, names=names, limit=limit)
    app.run()
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
