"""`check`: every finding about the decks, in one run; mended where that is safe, and again as files change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recall.cli.findings import FORMATS, tell_total
from recall.cli.output import emit, say, settings_of, tell
from recall.cli.watch import Stamp, stamp, watch
from recall.environment import Options, bundled_decks, is_bundled
from recall.errors import RecallError
from recall.i18n import _, ngettext

if TYPE_CHECKING:
    from recall.decks.load import DeckFile
    from recall.decks.problems import Problem
    from recall.library import DeckFolder


@click.command(
    "check",
    help=_(
        "Check deck files or folders; without any, all decks in use. Errors and warnings end with status 1, advice "
        "does not. The decks that come with recall are held to their standard: short texts, both languages, fair "
        "choices."
    ),
    epilog=_("Example: recall check decks/01-linear-algebra"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar=_("[PATHS]..."))
@click.option("--standard", is_flag=True, help=_("Hold every deck to the standard of those that come with recall."))
@click.option("--strict", is_flag=True, help=_("Let advice count as well."))
@click.option("--run", is_flag=True, help=_("Run the programs of output and code cards, in decks that are trusted."))
@click.option("--fix", is_flag=True, help=_("Mend what can be mended safely, and show it."))
@click.option("--watch", "watched", is_flag=True, help=_("Check again whenever a file changes; ctrl+c ends it."))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help=_("How findings are printed."))
@click.option("--json", "form", flag_value="json", help=_("The same as --format json."))
@click.option("--list-codes", is_flag=True, help=_("List every code, how much it weighs and what it says."))
@click.pass_obj
def check_command(
    options: Options,
    paths: tuple[Path, ...],
    standard: bool,
    strict: bool,
    run: bool,
    fix: bool,
    watched: bool,
    form: str,
    list_codes: bool,
) -> None:
    if list_codes:
        _list_codes(form)
        return
    if fix and watched:
        raise click.UsageError(_("--fix and --watch do not go together: your editor has the file"))
    check = _Check(options, paths, standard, run)
    if watched:
        watch(check.stamps, lambda: _report_or_tell(check, form))
        return
    if fix:
        _fix(check)
    problems = _report(check, form)
    if any(strict or problem.severity != "advice" for problem in problems):
        raise SystemExit(1)


@dataclass(frozen=True, slots=True)
class _Check:
    """What is to be checked, and how."""

    options: Options
    paths: tuple[Path, ...]
    standard: bool
    run: bool

    def folders(self) -> Sequence[Path]:
        return self.paths or [folder.path for folder in _folders_in_use(self.options) if folder.is_there()]

    def problems(self) -> tuple[list[Problem], list[DeckFile]]:
        """Every finding, and the files that were read. Raises RecallError."""
        from recall.decks.checking import check_decks
        from recall.decks.curriculum import load_curriculum, load_source_keys
        from recall.decks.folders import CURRICULUM_FILE, SOURCES_FILE, deck_files
        from recall.decks.load import load_deck

        bundled = bundled_decks()
        folders = [[load_deck(file) for file in deck_files(path)] for path in self.folders()]
        decks = [deck for folder in folders for deck in folder]
        problems = check_decks(
            folders,
            load_curriculum(bundled / CURRICULUM_FILE),
            load_source_keys(bundled / SOURCES_FILE),
            held={deck.path for deck in decks if self.standard or is_bundled(deck.path)},
            run=_trusted(self.options, [deck.path for deck in decks]) if self.run else (),
        )
        return problems, decks

    def stamps(self) -> Mapping[Path, Stamp]:
        """The state of every file that a finding can depend on; none while the settings can't be read."""
        from recall.decks.folders import CURRICULUM_FILE, SOURCES_FILE, deck_files

        try:
            files = [file for folder in self.folders() for file in deck_files(folder)]
        except RecallError:
            return {}
        files += [bundled_decks() / name for name in (CURRICULUM_FILE, SOURCES_FILE)]
        return {file: found for file in files if (found := stamp(file))}


def _report(check: _Check, form: str) -> list[Problem]:
    """Print every finding, and tell how many there are."""
    problems, decks = check.problems()
    FORMATS[form](problems)
    if form == "text":
        tell_total(problems, len(decks))
    return problems


def _report_or_tell(check: _Check, form: str) -> None:
    """The same while files are being edited: what can't be read now can be in a moment."""
    try:
        _report(check, form)
    except RecallError as error:
        tell(f"recall: {error}")


def _fix(check: _Check) -> None:
    """Mend each file that has something to mend, and show on stderr what changed; bundled decks only if named."""
    from recall.decks.codes import CODES
    from recall.decks.mending import mend
    from recall.files import alone_in, real_path, write_atomically

    problems, decks = check.problems()
    changed = 0
    for path in dict.fromkeys(deck.path for deck in decks):
        codes = {problem.code for problem in problems if problem.path == path and CODES[problem.code].is_mended}
        if not codes or (is_bundled(path) and not check.paths):
            continue
        with alone_in(real_path(path).parent):
            mended = mend(path, codes)
            if mended:
                write_atomically(path, mended.after)
        if mended:
            tell(_difference(path, mended.before, mended.after))
            changed += 1
    tell(ngettext("{count} file changed.", "{count} files changed.", changed).format(count=changed))


def _difference(path: Path, before: str, after: str) -> str:
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(), after.splitlines(), str(path), str(path), lineterm="", n=0)
    return "\n".join(lines)


def _list_codes(form: str) -> None:
    from recall.cli.table import table
    from recall.decks.codes import CODES

    rows = [(name, code.severity.value, _(code.says)) for name, code in CODES.items()]
    head = (_("code"), _("severity"), _("says"))
    if form == "json":
        emit([{"code": name, "severity": severity, "says": says} for name, severity, says in rows])
    else:
        say(table(head, rows, words=len(head)))


def _trusted(options: Options, paths: Iterable[Path]) -> set[Path]:
    """Those files whose code may be run: bundled ones, and those that the setting `trusted` names."""
    from recall.workspace import untrusted_name

    folders, settings = _folders_in_use(options), settings_of(options)
    return {path for path in paths if untrusted_name(path.absolute(), folders, settings) is None}


def _folders_in_use(options: Options) -> Sequence[DeckFolder]:
    from recall.environment import home_folder
    from recall.workspace import folders_in_use

    return folders_in_use(options, home_folder(options), settings_of(options))
