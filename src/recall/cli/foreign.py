"""Cards of other programs that are plain text, for `import`: tables, Markdown, JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recall.cli.complete import complete_topic
from recall.cli.imported import new_and_known, show_sample, tell_left_out, tell_result
from recall.cli.output import Command, emit
from recall.i18n import _

if TYPE_CHECKING:
    from recall.editing.adding import Taken
    from recall.workspace import Workspace

FORMS = ("table", "markdown", "json")
SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".md", ".markdown", ".json"})


def foreign_options(command: Command) -> Command:
    """How to read a file of another program, and where its cards go."""
    decorators = [
        click.option(
            "--format", "form", type=click.Choice(FORMS), help=_("Read it as such a file of another program.")
        ),
        click.option(
            "--columns",
            metavar="C,...",
            help=_("Table: what its columns hold, such as front,back,tags; - for one that is left out."),
        ),
        click.option("--delimiter", metavar=_("CHAR"), help=_("Table: what stands between columns (found).")),
        click.option("--header/--no-header", default=None, help=_("Table: whether its first row names them (found).")),
        click.option("--bold", is_flag=True, help=_("Markdown: **bold** hides something, as ==this== does.")),
        click.option("--to", metavar="T", shell_complete=complete_topic, help=_("Topic or deck of yours (its name).")),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def is_foreign(file: Path, form: str | None) -> bool:
    """Whether a file is text of another program, and not what `recall export` wrote."""
    from recall.exchange.interchange import is_own

    if form is not None:
        return True
    if file.suffix.lower() not in SUFFIXES:
        return False
    with file.open("rb") as opened:
        return not is_own(opened.read(200))


def import_foreign(opened: Workspace, file: Path, given: dict[str, Any], *, dry_run: bool, as_json: bool) -> None:
    """Take in the cards of a file, or show what would come. Raises RecallError; then nothing has changed."""
    from recall.decks.foreign import ReadOptions, read_cards
    from recall.editing.adding import take_in

    delimiter = given["delimiter"]
    columns = tuple(word.strip() for word in (given["columns"] or "").split(",") if word.strip())
    how = ReadOptions(
        given["form"],
        "\t" if delimiter in ("\\t", "tab") else delimiter,
        columns,
        given["header"],
        bold_is_cloze=given["bold"],
    )
    deck = read_cards(file, how)
    taken = take_in(opened, deck, given["to"] or deck.name, dry_run=dry_run)
    if as_json:
        emit(_data(taken, file))
    else:
        _tell(taken, file, dry_run=dry_run)


def _data(taken: Taken, file: Path) -> dict[str, Any]:
    return {
        "cards": [one.id for one in taken.added] or [fields.get("front", fields.get("cloze")) for fields in taken.new],
        "known": taken.known,
        "left_out": _left_out(taken, file),
        "files": sorted({str(one.path) for one in taken.added}),
    }


def _tell(taken: Taken, file: Path, *, dry_run: bool) -> None:
    from recall.decks.yaml_text import field_lines

    if dry_run:
        show_sample("\n".join(field_lines("card", fields)[1:]) + "\n" for fields in taken.new)
    tell_left_out(_left_out(taken, file))
    counts = new_and_known(len(taken.new), taken.known)
    tell_result(counts, sorted(one.path for one in taken.added), dry_run=dry_run)


def _left_out(taken: Taken, file: Path) -> list[str]:
    return [f"{file}:{misread.line}: {misread.reason}" for misread in taken.not_understood]
