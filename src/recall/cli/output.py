"""What the commands share: the open workspace, JSON on stdout, narration on stderr."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from recall.cli.complete import complete_stage, complete_topic
from recall.core.sanitise import sanitise
from recall.i18n import _, language, ngettext

if TYPE_CHECKING:
    from recall.config import Settings
    from recall.core.model import Due
    from recall.environment import Options
    from recall.workspace import Workspace

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
Command = TypeVar("Command", bound=Callable[..., Any])
FORMULA_WIDTH = 80
"""Cells that a displayed formula may take."""


@contextmanager
def workspace(options: Options) -> Iterator[Workspace]:
    """The learner's workspace, closed at the end; says on stderr when decks have problems."""
    from dataclasses import replace

    from recall.workspace import open_workspace

    opened = open_workspace(replace(options, language=language()))
    try:
        if count := opened.library.problem_count():
            text = ngettext("{n} problem in the decks", "{n} problems in the decks", count).format(n=count)
            tell(_("{problems}; `recall check` says where").format(problems=text))
        if warning := opened.lost_log():
            tell(warning)
        yield opened
    finally:
        opened.close()
    if warning := opened.back_up_daily():
        tell(warning)


def json_option(command: Command) -> Command:
    """`--json`, given to the command as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help=_("Print JSON."))(command)


def scope_options(command: Command) -> Command:
    """`--stage` and `--topic`, which may be repeated, given to the command as one `names`, none of them twice."""

    @wraps(command)
    def call(*arguments: Any, stages: tuple[str, ...], topics: tuple[str, ...], **given: Any) -> Any:
        return command(*arguments, names=tuple(dict.fromkeys((*stages, *topics))), **given)

    topic = click.option(
        "--topic",
        "topics",
        multiple=True,
        metavar="T",
        shell_complete=complete_topic,
        help=_("Only this topic, or this deck of yours."),
    )
    return cast(Command, stage_option(topic(call)))


def stage_option(command: Command) -> Command:
    """`--stage`, which may be repeated, given to the command as `stages`."""
    return click.option(
        "--stage", "stages", multiple=True, metavar="S", shell_complete=complete_stage, help=_("Only this stage.")
    )(command)


def emit(data: object) -> None:
    """Data as JSON on stdout; what a terminal would obey is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    click.echo(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))


def say(text: str) -> None:
    """Data as text on stdout, safe to show."""
    click.echo(sanitise(text))


def has_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def settings_of(options: Options) -> Settings:
    """The learner's settings, for what needs no workspace. Raises ConfigError."""
    from recall.config import load_settings
    from recall.environment import home_folder

    return load_settings(home_folder(options))


def terminal_width() -> int | None:
    """Cells in a line of the terminal that shows stdout; none where stdout is a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def typeset_text(text: str, settings: Settings) -> str:
    """Text of a card with its formulas set, as the font of the terminal can show them."""
    from recall.text.typeset import typeset

    return typeset(text, FORMULA_WIDTH, plain_fonts=settings.plain_fonts).strip("\n")


def tell(message: str) -> None:
    """Narration on stderr, safe to show."""
    click.echo(sanitise(message), err=True)


def due_text(due: Due | None) -> str | None:
    """A due as JSON has it: a date, or a time in UTC."""
    from recall.store.times import due_to_text

    return due_to_text(due) if due is not None else None


def clear_due(due: Due, opened: Workspace) -> str:
    """A due as a person reads it: the date, or the time on their clock."""
    from datetime import datetime

    return opened.calendar.clock_text(due) if isinstance(due, datetime) else due.isoformat()
