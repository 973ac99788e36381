"""`check`: every problem of the decks, in one run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recall.cli.output import emit, json_option, say, tell
from recall.environment import Options
from recall.i18n import _, ngettext

if TYPE_CHECKING:
    from recall.decks.problems import Problem


@click.command(
    "check",
    help=_(
        "Check deck files or folders; without any, all decks in use. The decks that come with recall are held to their "
        "standard: short texts, both languages, fair choices."
    ),
    epilog=_("Example: recall check decks/01-linear-algebra"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar=_("[PATHS]..."))
@click.option("--standard", is_flag=True, help=_("Hold every deck to the standard of those that come with recall."))
@json_option
@click.pass_obj
def check_command(options: Options, paths: tuple[Path, ...], standard: bool, as_json: bool) -> None:
    problems, files = _check(paths or _folders_in_use(options), standard)
    if as_json:
        emit([_data(problem) for problem in problems])
    else:
        for problem in problems:
            say(str(problem))
        found = ngettext("{count} problem", "{count} problems", len(problems)).format(count=len(problems))
        read = ngettext("{count} file", "{count} files", files).format(count=files)
        tell(_("{found} in {read}.").format(found=found, read=read))
    if problems:
        raise SystemExit(1)


def _check(paths: Iterable[Path], standard: bool) -> tuple[list[Problem], int]:
    from recall.decks.curriculum import load_curriculum, load_source_keys
    from recall.decks.folders import CURRICULUM_FILE, SOURCES_FILE, deck_files
    from recall.decks.lint import lint
    from recall.decks.load import load_deck
    from recall.decks.standard import standard_problems
    from recall.environment import bundled_decks

    bundled = bundled_decks()
    folders = [[load_deck(file) for file in deck_files(path)] for path in paths]
    curriculum = load_curriculum(bundled / CURRICULUM_FILE)
    problems = lint(folders, curriculum, load_source_keys(bundled / SOURCES_FILE))
    decks = [deck for folder in folders for deck in folder]
    held = [deck for deck in decks if standard or deck.path.resolve().is_relative_to(bundled.resolve())]
    return sorted([*problems, *standard_problems(held)]), len(decks)


def _folders_in_use(options: Options) -> Sequence[Path]:
    from recall.config import load_settings
    from recall.environment import home_folder
    from recall.workspace import folders_in_use

    home = home_folder(options)
    folders = folders_in_use(options, home, load_settings(home))
    return [folder.path for folder in folders if folder.is_there()]


def _data(problem: Problem) -> dict[str, str | int]:
    return {
        "path": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
    }
