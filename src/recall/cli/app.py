"""The command group: global options, commands imported on use, errors as one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from recall import __version__
from recall.cli import click_words
from recall.cli.language import language_of_command
from recall.core.model import Language
from recall.core.sanitise import sanitise
from recall.environment import Options, check_environment
from recall.errors import RecallError
from recall.i18n import _, set_language

COMMANDS = {
    "review": "review",
    "next": "ask",
    "answer": "ask",
    "undo": "ask",
    "quiz": "quiz",
    "interview": "quiz",
    "due": "report",
    "stages": "report",
    "roadmap": "roadmap",
    "search": "search",
    "browse": "search",
    "history": "history",
    "suspend": "decide",
    "unsuspend": "decide",
    "bury": "decide",
    "flag": "decide",
    "reset": "decide",
    "add": "add",
    "edit": "edit",
    "diff": "edit",
    "fmt": "fmt",
    "backup": "safety",
    "restore": "safety",
    "doctor": "safety",
    "links": "links",
    "merge": "sync",
    "sync": "sync",
    "export": "exchange",
    "import": "exchange",
    "check": "check",
    "schema": "schema",
    "drills": "drills",
    "tex": "tex",
    "config": "config",
    "completion": "completion",
}
"""Each command and the module of `recall.cli.commands` that has it, in the order help lists them."""


class RecallGroup(click.Group):
    """A group whose commands are imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"recall.cli.commands.{COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return click_words.name_options(command)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RecallError as error:
            raise Failure(str(error)) from error


class Failure(click.ClickException):
    """A RecallError on its way to the user: one line on stderr, exit 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(sanitise(f"recall: {self.message}"), file=sys.stderr)


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 findings or failure, 2 usage."""
    _open_streams()
    arguments = sys.argv[1:] if arguments is None else arguments
    set_language(language_of_command(arguments))
    click_words.speak()
    try:
        group().main(args=list(arguments), prog_name="recall")
    except Exception as error:  # a defect: what happened in one line, where it happened only if asked for
        if os.environ.get("RECALL_DEBUG"):
            raise
        what = " ".join(f"{type(error).__name__}: {error}".split())
        hint = _("this is a defect of recall; RECALL_DEBUG=1 shows where it happened")
        click.echo(sanitise(f"recall: {what} ({hint})"), err=True)
        sys.exit(1)


def _open_streams() -> None:
    """Put the null device where stdin, stdout or stderr is closed, as cron and services have it: then it is empty."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 (open to the end)


def group() -> click.Group:
    """The `recall` group, its texts in the language that is set."""

    @click.group(
        cls=RecallGroup,
        invoke_without_command=True,
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("[COMMAND] [ARGS]..."),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        help=_("Spaced repetition in the terminal. Without a command: the home screen."),
        epilog=_("Example: recall review --stage linear-algebra"),
    )
    @click.option("--home", type=_folder(), help=_("Folder of your data (RECALL_HOME)."))
    @click.option("--decks", type=_folder(), multiple=True, help=_("Folder of your own decks (RECALL_DECKS)."))
    @click.option("--db", metavar="URL", help=_("Database URL (RECALL_DB)."))
    @click.option("--lang", type=click.Choice(["zh", "en"]), help=_("Language (RECALL_LANG)."))
    @click.version_option(__version__, message="recall %(version)s")
    @click.pass_context
    def recall(
        ctx: click.Context, home: Path | None, decks: tuple[Path, ...], db: str | None, lang: Language | None
    ) -> None:
        ctx.obj = Options(home, decks, db, lang)
        check_environment()
        if ctx.invoked_subcommand is None:
            from recall.cli.commands.review import open_home

            open_home(ctx.obj)

    return recall


def _folder() -> click.Path:
    return click.Path(path_type=Path)
