"""`edit` and `diff`: changing a card, and seeing what of the bundled ones was changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from recall.cli.complete import complete_item
from recall.cli.output import emit, has_terminal, json_option, say, tell, workspace
from recall.environment import Options
from recall.i18n import _, ngettext

if TYPE_CHECKING:
    from recall.decks.yaml_text import Value
    from recall.editing.versions import Version
    from recall.workspace import Workspace

LISTS = frozenset({"tags", "source"})


@click.command(
    "edit",
    help=_("Change a card: in your editor, or a field at a time. Of a bundled card you get a version of your own."),
    epilog=_("Example: recall edit la.rank-01 --field difficulty 4"),
)
@click.argument("card", metavar=_("CARD"), shell_complete=complete_item)
@click.option(
    "--field",
    "fields",
    type=(str, str),
    multiple=True,
    metavar=_("FIELD TEXT"),
    help=_("Give a field this text: front, front.zh, tags (with commas); an empty text takes it away."),
)
@json_option
@click.pass_obj
def edit_command(options: Options, card: str, fields: tuple[tuple[str, str], ...], as_json: bool) -> None:
    from recall.editing.cards import edit_placed, fields_of, find_card, set_card_fields
    from recall.editing.editor import ask_again

    with workspace(options) as opened:
        placed = find_card(opened, card)
        if fields:
            path = set_card_fields(opened, placed, _changes(fields_of(placed), fields))
        elif opened.settings.edit_in == "form" and has_terminal():
            path = None
        else:
            path = edit_placed(opened, placed, ask_again)
            opened.library.take_in([path])
            _tell_problems(opened, path)
    if path is None:
        from recall.tui.start import start

        start(options, lambda app: app.edit_card_only(placed.card.id))
    elif as_json:
        emit({"id": placed.card.id, "path": str(path)})
    else:
        say(f"{placed.card.id}  {path}")


def _changes(entry: dict[str, Value], fields: tuple[tuple[str, str], ...]) -> dict[str, Value]:
    """Whole fields, made of the texts given for them or for a language of them."""
    changed: dict[str, Any] = {}
    for name, text in fields:
        field, _dot, language = name.partition(".")
        if language:
            before = changed.get(field, entry.get(field))
            both = dict(before) if isinstance(before, dict) else {"zh": before, "en": before}
            changed[field] = {key: part for key, part in {**both, language: text or None}.items() if part} or None
        elif field in LISTS:
            changed[field] = [word.strip() for word in text.split(",") if word.strip()] or None
        else:
            changed[field] = text or None
    return changed


def _tell_problems(opened: Workspace, path: Path) -> None:
    for problem in opened.library.problems():
        if problem.path == path:
            tell(str(problem))


@click.command(
    "diff",
    help=_("Show how your versions of bundled cards differ from them."),
    epilog=_("Example: recall diff la.rank-01"),
)
@click.argument("card", metavar=_("[CARD]"), required=False, shell_complete=complete_item)
@click.option(
    "--give-back", is_flag=True, help=_("Take your version away: the bundled card is asked, history and all.")
)
@json_option
@click.pass_obj
def diff_command(options: Options, card: str | None, give_back: bool, as_json: bool) -> None:
    from recall.editing import versions

    if give_back and card is None:
        raise click.UsageError(_("--give-back needs a card"))
    with workspace(options) as opened:
        found = [versions.version_of(opened, card)] if card is not None else versions.versions(opened)
        if give_back:
            versions.give_back(opened, found[0])
    if as_json:
        emit([_data(version) for version in found])
        return
    for version in found:
        _print(version)
    if give_back:
        tell(_("Your version of {card} is gone; the bundled one is asked now.").format(card=card))
    elif card is None:
        count = len(found)
        tell(ngettext("{n} version of your own.", "{n} versions of your own.", count).format(n=count))


def _print(version: Version) -> None:
    say(f"{version.id}  {version.path}:{version.line}")
    for change in version.changes:
        say(f"  {change.field}")
        for sign, text in (("-", change.bundled), ("+", change.own)):
            for line in (text or "").split("\n") if text is not None else ():
                say(f"  {sign} {line}")


def _data(version: Version) -> dict[str, Any]:
    return {
        "id": version.id,
        "path": str(version.path),
        "line": version.line,
        "bundled": str(version.bundled),
        "changes": [
            {"field": change.field, "bundled": change.bundled, "own": change.own} for change in version.changes
        ],
    }
