"""click's own words ("Usage:", "No such command ...") in the language of the screens.

click asks Python's `gettext`, which goes by the locale alone: not by `--lang`, RECALL_LANG or the setting. It could
be told otherwise only through environment variables, and an editor started from here would inherit those. So the
modules of click are given functions that ask our catalogue of click's words instead.
"""

from __future__ import annotations

from importlib import import_module

import click
from click import formatting

from recall.cli.table import cell_width
from recall.i18n import _, texts

DOMAIN = "messages"
"""What click's words are filed under: the domain it asks Python's `gettext` for."""

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "shell_completion", "termui", "types", "utils")
"""The modules of click that have texts, those of progress bars and of Windows' console aside."""


def speak() -> None:
    """Let click speak the language that is set, whatever the locale, and count Chinese as wide in its tables."""
    words = texts(DOMAIN)
    translations = {"_": words.gettext, "ngettext": words.ngettext}
    for module in (import_module(f"click.{name}") for name in MODULES):
        for name, function in translations.items():
            if hasattr(module, name):
                setattr(module, name, function)
    vars(formatting)["term_len"] = lambda text: cell_width(click.unstyle(text))


def name_options(command: click.Command) -> click.Command:
    """The command with `[OPTIONS]`, for which click has no translation, in the language that is set."""
    command.options_metavar = _("[OPTIONS]")
    return command
