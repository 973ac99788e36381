"""`history`: every answer and decision about an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from recall.cli.complete import complete_item
from recall.cli.output import clear_due, due_text, emit, json_option, say, workspace
from recall.cli.table import one_line, table
from recall.core.model import Event, Review
from recall.environment import Options
from recall.i18n import _
from recall.names import row_name

if TYPE_CHECKING:
    from recall.study.item_history import Past
    from recall.workspace import Workspace

SHOWN_RESPONSE = 24
"""Cells of an answer in the table."""


@click.command(
    "history",
    help=_("Every answer and decision about an item."),
    epilog=_("Example: recall history la.rank-01"),
)
@click.argument("item", metavar=_("ITEM"), shell_complete=complete_item)
@click.option("--asked", "with_asked", is_flag=True, help=_("Show what was asked each time, numbers and all."))
@json_option
@click.pass_obj
def history_command(options: Options, item: str, with_asked: bool, as_json: bool) -> None:
    from recall.study.item_history import past_of

    with workspace(options) as opened:
        past = past_of(opened, opened.resolve_logged_item(item))
        if as_json:
            emit(_data(past))
            return
        say(_table(opened, past))
        for row in past.reviews if with_asked else ():
            if row.id in past.asked:
                say(f"\n{opened.calendar.clock_text(row.at)}\n{past.asked[row.id]}")


def _data(past: Past) -> dict[str, Any]:
    return {
        "item": past.item,
        "reviews": [
            {
                "id": row.id,
                "at": due_text(row.at),
                "grade": row.grade.word,
                "ms": row.ms,
                "source": row.source.value,
                "due": due_text(row.due),
                "undone": row.id in past.undone,
                **_marked_data(row, past),
            }
            for row in past.reviews
        ],
        "events": [
            {
                "id": row.id,
                "at": due_text(row.at),
                "kind": row.kind.value,
                "target": row.target,
                "payload": row.payload,
                "undone": row.id in past.undone,
            }
            for row in past.events
        ],
    }


def _marked_data(row: Review, past: Past) -> dict[str, Any]:
    """What an answer that a program marked has besides."""
    if row.seed is None:
        return {}
    return {"response": row.response, "score": row.score, "seed": row.seed, "asked": past.asked.get(row.id)}


def _table(opened: Workspace, past: Past) -> str:
    head = [_("time"), _("what"), _("took"), _("due"), _("answer"), ""]
    rows = [_cells(opened, past, row) for row in past.rows]
    if all(row.response is None for row in past.reviews):
        head, *rows = [[*cells[:4], *cells[5:]] for cells in (head, *rows)]
    return table(head, rows)


def _cells(opened: Workspace, past: Past, row: Review | Event) -> list[str]:
    took = due = response = ""
    if isinstance(row, Review):
        took, due = _seconds(row.ms), clear_due(row.due, opened)
        response = one_line(row.response or "", SHOWN_RESPONSE)
    mark = _("taken back") if row.id in past.undone else ""
    return [opened.calendar.clock_text(row.at), row_name(row), took, due, response, mark]


def _seconds(ms: int | None) -> str:
    return f"{ms / 1000:.1f} s" if ms is not None else ""
