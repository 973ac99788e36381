"""Which language the command line speaks, found before any command is imported."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

from recall.core.model import Language
from recall.environment import Options, home_folder, language_of_locale

WITH_VALUE = frozenset({"--home", "--decks", "--db", "--lang"})
"""Options of `recall` itself that take a value."""


def language_of_command(arguments: Sequence[str]) -> Language:
    """`--lang`, RECALL_LANG, the setting `language`, else the locale's. Never fails: a bad value is reported later."""
    named = _option(arguments, "--lang") or os.environ.get("RECALL_LANG") or _setting(arguments)
    if named == "zh":
        return "zh"
    return "en" if named == "en" else language_of_locale()


def _option(arguments: Sequence[str], name: str) -> str | None:
    """The value of an option of `recall` itself, so before the command: behind it the same name may mean another."""
    waiting = iter(arguments)
    for argument in waiting:
        given, sign, value = argument.partition("=")
        if not argument.startswith("-") or argument == "--":
            return None
        if given in WITH_VALUE and not sign:
            value = next(waiting, "")
        if given == name:
            return value
    return None


def _setting(arguments: Sequence[str]) -> str | None:
    home = _option(arguments, "--home")
    folder = home_folder(Options(home=Path(home) if home else None))
    try:
        with (folder / "config.toml").open("rb") as file:
            value = tomllib.load(file).get("language")
    except (OSError, ValueError):
        return None
    return value if isinstance(value, str) else None
