"""`search` and `browse`: items found by text, by what they are, and by how well they are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from recall.cli.output import clear_due, due_text, emit, has_terminal, json_option, say, tell, workspace
from recall.cli.table import shortened, table
from recall.environment import Options
from recall.i18n import _

if TYPE_CHECKING:
    from recall.search import Inventory
    from recall.store.search import Entry
    from recall.workspace import Workspace

FRONT_WIDTH = 48
"""Cells of a question in the table."""


@click.command(
    "search",
    help=_(
        "Find cards: words in either language, and fields such as stage: topic: tag: kind: is:due lapses:>3 r:<0.8; "
        "-term leaves out, quotes keep words together, OR and parentheses combine."
    ),
    epilog=_('Example: recall search "kind:cloze -is:suspended"'),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("query", nargs=-1, required=True, metavar=_("QUERY"))
@json_option
@click.pass_obj
def search_command(options: Options, query: tuple[str, ...], as_json: bool) -> None:
    from recall.search import Inventory

    with workspace(options) as opened:
        inventory = Inventory(opened, _as_typed(query))
        found = inventory.find(_as_typed(query))
        if as_json:
            emit({"items": _data(opened, inventory, found)})
        elif found:
            say(_table(opened, inventory, found))
        else:
            tell(_("Nothing was found."))


@click.command(
    "browse",
    help=_("Look through all cards: search, sort, suspend, flag, reschedule."),
    epilog=_("Example: recall browse is:leech"),
    context_settings={"ignore_unknown_options": True},
)
@click.argument("query", nargs=-1, metavar=_("[QUERY]"))
@click.pass_context
def browse_command(ctx: click.Context, query: tuple[str, ...]) -> None:
    if has_terminal():
        from recall.tui.start import start

        start(ctx.obj, lambda app: app.browse(_as_typed(query)))
    else:
        ctx.invoke(search_command, query=query or ("",), as_json=False)


def _as_typed(words: tuple[str, ...]) -> str:
    """The query of some words of the shell, which takes quotes away: a word with spaces was a phrase or a query."""
    return " ".join(words)


def _data(opened: Workspace, inventory: Inventory, found: list[Entry]) -> list[dict[str, Any]]:
    from recall.search import due_of
    from recall.study.asked import front_of

    cards = inventory.cards(found)
    return [
        {
            "item": entry.item,
            "card": entry.card,
            "kind": entry.kind,
            "stage": opened.curriculum.stage_of(entry.topic),
            "topic": entry.topic,
            "front": front_of(opened, cards[entry.place], entry.item, opened.language),
            "state": entry.phase or "new",
            "due": due_text(due_of(entry)),
            "path": str(cards[entry.place].path),
            "line": cards[entry.place].line,
        }
        for entry in found
    ]


def _table(opened: Workspace, inventory: Inventory, found: list[Entry]) -> str:
    from recall.search import due_of
    from recall.study.asked import front_of
    from recall.text.typeset import one_line

    cards, plain = inventory.cards(found), opened.settings.plain_fonts
    rows = []
    for entry in found:
        front = one_line(front_of(opened, cards[entry.place], entry.item, opened.language), plain_fonts=plain)
        due = due_of(entry)
        rows.append(
            [shortened(front, FRONT_WIDTH), entry.item, _state_name(entry), clear_due(due, opened) if due else ""]
        )
    return table([_("question"), _("item"), _("state"), _("due")], rows)


def _state_name(entry: Entry) -> str:
    from recall.names import phase_name

    return _("suspended") if entry.suspended else phase_name(entry.phase)
