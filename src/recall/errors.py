"""Errors a person can act on: what happened, where, and how to mend it.

A `RecallError` is raised at the place that knows the reason and printed once, by the command line or the TUI.
Everything else that reaches a user is a defect.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from recall.i18n import N_, _


class RecallError(Exception):
    """Base of every error shown to a user; `str(error)` is one line in the language of the screens.

    `title` is translated where it is shown.
    """

    title = N_("Error")


class DeckError(RecallError):
    """A deck file, or a place in it, can't be used. `line` and `column` count from 1."""

    title = N_("Deck")

    def __init__(self, message: str, path: Path | None = None, line: int = 1, column: int = 1) -> None:
        self.message, self.path, self.line, self.column = message, path, line, column
        super().__init__(f"{path}:{line}:{column}: {message}" if path else message)


class StoreError(RecallError):
    """The database can't be opened, read or written."""

    title = N_("Database")


class ConfigError(RecallError):
    """A setting, environment variable or settings file is not usable."""

    title = N_("Settings")


class NotFoundError(RecallError):
    """An item, card, stage or topic was named that does not exist."""

    title = N_("Not found")


class AnswerError(RecallError):
    """An answer can't be read as one to the question that was asked, or can't be marked here."""

    title = N_("Answer")


class SearchError(RecallError):
    """A search can't be read, or names something that does not exist."""

    title = N_("Search")


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """The end of a message about a name that does not exist: the nearest one that does, if any is near."""
    from difflib import get_close_matches  # only a mistake needs it

    near = get_close_matches(name[:100], names, 1)
    return _("; did you mean {near}?").format(near=near[0]) if near else ""
