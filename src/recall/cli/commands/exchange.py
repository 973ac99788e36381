"""`export`, `import`: cards and progress to and from Anki, and as JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recall.cli.foreign import foreign_options, import_foreign, is_foreign
from recall.cli.imported import SHOWN, new_and_known, show_sample, tell_left_out, tell_result
from recall.cli.output import emit, json_option, say, scope_options, tell, workspace
from recall.environment import Options
from recall.i18n import _, ngettext
from recall.names import counted, enumerated

if TYPE_CHECKING:
    from recall.core.model import Language
    from recall.exchange.exporting import Selection
    from recall.exchange.importing import Imported
    from recall.workspace import Workspace

FORMATS = ("anki", "json", "csv", "markdown")
ARCHIVE = b"PK\x03\x04"
"""The first bytes of a package."""


@click.command(
    "export",
    help=_(
        "Write cards, or their log, to a file; OUT is `-` for standard output.\n\n"
        "anki: a package that Anki and its phones open. Decks are named by stage and topic, formulas are set by "
        "MathJax, and a tap switches the language. With --progress it carries due dates, memory, suspension, flags "
        "and the whole log; tick these when you import it.\n\n"
        "json: cards of all kinds and the whole log, which `recall import` reads back without loss. csv, markdown: the "
        "cards, read back without loss too; with --log the answers instead."
    ),
    epilog=_("Example: recall export csv - --topic la.rank"),
)
@click.argument("form", metavar=_("FORMAT"), type=click.Choice(FORMATS))
@click.argument("out", metavar=_("OUT"), required=False, type=click.Path(path_type=Path, allow_dash=True))
@scope_options
@click.option("--query", default="", metavar=_("TEXT"), help=_("Only cards that this finds, as in `recall search`."))
@click.option("--lang", "shown", type=click.Choice(["zh", "en", "both"]), help=_("Languages of Anki's cards (both)."))
@click.option("--progress", is_flag=True, help=_("Anki: with due dates, memory, log and options."))
@click.option("--log", "only_log", is_flag=True, help=_("CSV, Markdown: the answers instead of the cards."))
@click.option(
    "--collection",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=_("Anki: straight into this closed collection, progress and all; needs recall-srs[anki]."),
)
@json_option
@click.pass_obj
def export_command(
    options: Options,
    form: str,
    out: Path | None,
    names: tuple[str, ...],
    query: str,
    shown: str | None,
    progress: bool,
    only_log: bool,
    collection: Path | None,
    as_json: bool,
) -> None:
    from recall.exchange.exporting import Selection

    if (out is None) == (collection is None) or (collection is not None and form != "anki"):
        raise click.UsageError(_("name the file to write, or for Anki a --collection"))
    if out == Path("-") and form == "anki":
        raise click.UsageError(_("a package can't go to standard output; name a file"))
    selection = Selection(names, query)
    with workspace(options) as opened:
        if form == "anki":
            report = _export_anki(opened, out, collection, selection, _languages(opened, shown), progress)
        else:
            assert out is not None
            report = _export_text(opened, form, out, selection, only_log)
    if as_json and out != Path("-"):
        emit(report)
    else:
        place = collection or out
        what = enumerated([counted(name, count) for name, count in report.items()])
        tell(_("Written to {path}: {what}.").format(path=place, what=what))


def _languages(opened: Workspace, shown: str | None) -> Sequence[Language]:
    """The languages to export; of both, that of the screens comes first."""
    if shown == "zh":
        return ("zh",)
    if shown == "en":
        return ("en",)
    return ("zh", "en") if opened.language == "zh" else ("en", "zh")


def _export_anki(
    opened: Workspace,
    out: Path | None,
    collection: Path | None,
    selection: Selection,
    languages: Sequence[Language],
    progress: bool,
) -> dict[str, int]:
    if collection is not None:
        from recall.exchange.exporting.straight import export_to_collection

        done = export_to_collection(opened, collection, selection, languages)
        tell(_("The collection as it was: {path}").format(path=done.backup))
        if done.ahead:
            message = ngettext(
                "{n} card has answers in Anki that are not here yet and was left alone; import its export first.",
                "{n} cards have answers in Anki that are not here yet and were left alone; import its export first.",
                done.ahead,
            )
            tell(message.format(n=done.ahead))
        return {"notes": done.notes, "cards": done.items, "reviews": done.reviews}
    from recall.exchange.exporting import export_anki

    assert out is not None
    written = export_anki(opened, out, selection, languages, progress)
    return {"notes": written.notes, "cards": written.items, "reviews": written.reviews}


def _export_text(opened: Workspace, form: str, out: Path, selection: Selection, only_log: bool) -> dict[str, int]:
    from recall.exchange.exporting import export_text
    from recall.files import write_atomically

    text, report = export_text(opened, form, selection, only_log=only_log)
    if out == Path("-"):
        click.echo(text.removeprefix("\ufeff"), nl=False)
    else:
        write_atomically(out, text)
    return report


@click.command(
    "import",
    help=_(
        "Take in a file: a package of Anki's (.apkg, .colpkg), or what `recall export` wrote (.json, .csv, .md).\n\n"
        "New cards go to your first deck folder, answers to the log. What is here already is passed over, so the same "
        "file can be imported again. Of cards that came from here, Anki's answers come back; texts that were edited "
        "there are shown, and taken over with --accept-edits.\n\n"
        "Cards of other programs are read from tables (.csv, .tsv, .txt), Markdown (Q:/A:/C: blocks, or Obsidian's "
        "front::back, ?, ==hidden==) and JSON, into a deck of their own; cards whose question is here are passed over."
    ),
    epilog=_("Example: recall import --help"),
)
@click.argument("file", metavar=_("FILE"), type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help=_("Show what would come, and change nothing."))
@click.option("--accept-edits", is_flag=True, help=_("Take over texts that were edited elsewhere."))
@foreign_options
@json_option
@click.pass_obj
def import_command(
    options: Options, /, file: Path, dry_run: bool, accept_edits: bool, as_json: bool, **foreign: Any
) -> None:
    with workspace(options) as opened:
        if is_foreign(file, foreign["form"]):
            import_foreign(opened, file, foreign, dry_run=dry_run, as_json=as_json)
            return
        came = _reader(file)(opened, file, dry_run=dry_run, accept_edits=accept_edits)
    if as_json:
        emit(_data(came))
    else:
        _tell(came, dry_run, accept_edits)


def _reader(file: Path) -> Callable[..., Imported]:
    """What reads a file: a package of Anki's, whatever its name, or what `recall export` wrote."""
    from recall.exchange.importing import READERS, import_anki, import_own

    with file.open("rb") as opened:
        is_archive = opened.read(len(ARCHIVE)) == ARCHIVE
    if is_archive or file.suffix.lower() in (".apkg", ".colpkg"):
        return import_anki
    if file.suffix.lower() in READERS:
        return import_own
    raise click.UsageError(_("{path} is no file that recall can read; see `recall import --help`").format(path=file))


def _data(came: Imported) -> dict[str, Any]:
    return {
        "cards": [card.id for card in came.new],
        "known": came.known,
        "reviews": came.reviews,
        "decisions": came.decisions,
        "media": came.media,
        "edits": [
            {"card": edit.card, "field": edit.field, "before": edit.before, "after": edit.after, "taken": edit.is_taken}
            for edit in came.edits
        ],
        "left_out": came.left_out,
        "notetypes": [
            {"name": plan.notetype, "kind": plan.kind, "front": plan.front, "back": plan.back, "notes": count}
            for plan, count in came.plans.items()
        ],
        "files": [str(path) for path in came.files],
    }


def _tell(came: Imported, dry_run: bool, accept_edits: bool) -> None:
    """What came, in words; texts of edits are data."""
    from recall.decks.write import entry_text

    for plan, count in came.plans.items():
        front, back = enumerated(plan.front) or "?", enumerated(plan.back) or "?"
        fields = _("{front} -> question, {back} -> answer").format(front=front, back=back)
        message = _("{notetype} ({notes}): {kind}; {fields}")
        notes = counted("notes", count)
        tell(message.format(notetype=plan.notetype, notes=notes, kind=plan.kind, fields=fields))
    if dry_run:
        show_sample(map(entry_text, came.new))
    for edit in came.edits[:SHOWN]:
        mark = "" if edit.is_taken else " " + _("(can't be taken over)")
        say(f"{edit.card}, {edit.field}{mark}\n- {edit.before}\n+ {edit.after}\n")
    tell_left_out(came.left_out)
    counts = _("{cards}; {answers} and {decisions} added").format(
        cards=new_and_known(len(came.new), came.known),
        answers=counted("reviews", came.reviews),
        decisions=counted("decisions", came.decisions),
    )
    tell_result(counts, came.files, dry_run=dry_run)
    if came.edits and not accept_edits:
        count = len(came.edits)
        text = ngettext(
            "{n} text was edited elsewhere; --accept-edits takes it over.",
            "{n} texts were edited elsewhere; --accept-edits takes them over.",
            count,
        )
        tell(text.format(n=count))
