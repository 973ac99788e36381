"""`history`: every answer and decision about an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from recall.cli.complete import complete_item
from recall.cli.output import clear_due, due_text, emit, json_option, say, workspace
from recall.cli.table import table
from recall.environment import Options
from recall.i18n import _
from recall.names import row_name

if TYPE_CHECKING:
    from recall.core.model import Event, ItemId, LogId, Review
    from recall.workspace import Workspace


SHOWN_RESPONSE = 24
"""Characters of an answer in the table."""


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
        found = opened.resolve_logged_item(item)
        past = past_of(opened, found)
        reviews, events, undone, asked = past.reviews, past.events, past.undone, past.asked
        if as_json:
            emit(_history_data(found, reviews, events, undone, asked))
            return
        say(_history_table(opened, reviews, events, undone))
        for row in reviews if with_asked else ():
            if row.id in asked:
                say(f"\n{clear_due(row.at, opened)}\n{asked[row.id]}")


def _history_data(
    item: ItemId,
    reviews: Sequence[Review],
    events: Sequence[Event],
    undone: frozenset[LogId],
    asked: Mapping[LogId, str],
) -> dict[str, Any]:
    return {
        "item": item,
        "reviews": [
            {
                "id": row.id,
                "at": due_text(row.at),
                "grade": row.grade.word,
                "ms": row.ms,
                "source": row.source.value,
                "due": due_text(row.due),
                "undone": row.id in undone,
                **_marked_data(row, asked),
            }
            for row in reviews
        ],
        "events": [
            {
                "id": row.id,
                "at": due_text(row.at),
                "kind": row.kind.value,
                "target": row.target,
                "payload": row.payload,
                "undone": row.id in undone,
            }
            for row in events
        ],
    }


def _marked_data(row: Review, asked: Mapping[LogId, str]) -> dict[str, Any]:
    """What an answer that a program marked has besides."""
    if row.seed is None:
        return {}
    return {"response": row.response, "score": row.score, "seed": row.seed, "asked": asked.get(row.id)}


def _history_table(
    opened: Workspace, reviews: Sequence[Review], events: Sequence[Event], undone: frozenset[LogId]
) -> str:
    def mark(row: LogId) -> str:
        return _("taken back") if row in undone else ""

    rows = [
        (
            row.at,
            [
                clear_due(row.at, opened),
                row_name(row),
                _seconds(row.ms),
                clear_due(row.due, opened),
                _shortened(row.response or ""),
                mark(row.id),
            ],
        )
        for row in reviews
    ]
    rows += [(row.at, [clear_due(row.at, opened), row_name(row), "", "", "", mark(row.id)]) for row in events]
    headings = [_("time"), _("what"), _("took"), _("due"), _("answer"), ""]
    if all(row.response is None for row in reviews):
        headings, rows = headings[:4] + headings[5:], [(at, cells[:4] + cells[5:]) for at, cells in rows]
    return table(headings, [cells for _at, cells in sorted(rows)])


def _shortened(response: str) -> str:
    words = " ".join(response.split())
    return words if len(words) <= SHOWN_RESPONSE else words[:SHOWN_RESPONSE] + "…"


def _seconds(ms: int | None) -> str:
    return f"{ms / 1000:.1f} s" if ms is not None else ""
