"""`suspend`, `unsuspend`, `bury`, `flag`, `reset`: decisions about an item, or about all items of a card."""

from __future__ import annotations

import click

from recall.cli.complete import complete_item
from recall.cli.output import emit, json_option, tell, workspace
from recall.core.model import EventKind
from recall.environment import Options
from recall.i18n import _
from recall.names import decision_name, enumerated


def _command(kind: EventKind, purpose: str, example: str) -> click.Command:
    @click.command(kind.value, help=purpose, epilog=example)
    @click.argument("item", metavar=_("ITEM"), shell_complete=complete_item)
    @json_option
    @click.pass_obj
    def command(options: Options, item: str, as_json: bool) -> None:
        _decide(options, kind, item, as_json)

    return command


suspend_command = _command(
    EventKind.SUSPEND,
    _("Never ask an item until it is unsuspended."),
    _("Example: recall suspend la.rank-01"),
)
unsuspend_command = _command(
    EventKind.UNSUSPEND,
    _("Ask a suspended or buried item again."),
    _("Example: recall unsuspend la.rank-01"),
)
bury_command = _command(EventKind.BURY, _("Put an item off until tomorrow."), _("Example: recall bury la.rank-01"))
reset_command = _command(
    EventKind.RESET,
    _("Make an item new again; its history stays."),
    _("Example: recall reset la.rank-01"),
)


@click.command("flag", help=_("Mark an item, to come back to it."), epilog=_("Example: recall flag la.rank-01"))
@click.argument("item", metavar=_("ITEM"), shell_complete=complete_item)
@click.option("--off", is_flag=True, help=_("Take the mark off."))
@json_option
@click.pass_obj
def flag_command(options: Options, item: str, off: bool, as_json: bool) -> None:
    _decide(options, EventKind.FLAG, item, as_json, on=not off)


def _decide(options: Options, kind: EventKind, name: str, as_json: bool, **payload: object) -> None:
    with workspace(options) as opened:
        items = opened.resolve_items(name)
        opened.ledger.decide(kind, items, opened.now(), **payload)
    if as_json:
        emit({"kind": kind.value, "items": items})
    else:
        message = _("Done: {what} {items}. `recall undo` takes it back.")
        tell(message.format(what=decision_name(kind), items=enumerated(items)))
