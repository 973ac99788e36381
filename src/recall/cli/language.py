"""Which language the command line speaks, found before any command is imported."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

from recall.core.model import Language
from recall.environment import Options, home_folder, language_of_locale


def language_of_command(arguments: Sequence[str]) -> Language:
    """`--lang`, RECALL_LANG, the setting `language`, else the locale's. Never fails: a bad value is reported later."""
    named = _option(arguments, "--lang") or os.environ.get("RECALL_LANG") or _setting(arguments)
    if named == "zh":
        return "zh"
    return "en" if named == "en" else language_of_locale()


def _option(arguments: Sequence[str], name: str) -> str | None:
    for place, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument == name and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
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
