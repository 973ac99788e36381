"""`links`: cards that vanished and may be others now, and those whose history was let go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from recall.cli.output import emit, json_option, say, tell, workspace
from recall.cli.table import one_line
from recall.environment import Options
from recall.i18n import _, ngettext
from recall.names import counted

if TYPE_CHECKING:
    from recall.core.links import Link
    from recall.identity.following import Doubt
    from recall.store.catalogue import Placed

Row = TypeVar("Row")
SHOWN = 72
"""Cells of a question."""


@click.command(
    "links",
    help=_(
        "Cards that vanished from the decks with a history, and the new ones that may be them: accept, and the history "
        "goes on with the new card; refuse, and it waits for the old one. What is sure was linked when the decks were "
        "read: --made lists it, and --made --refuse takes a link back."
    ),
    epilog=_("Example: recall links"),
)
@click.option("--accept", "accepted", type=int, multiple=True, metavar="N", help=_("It is the same card."))
@click.option("--all", "accept_all", is_flag=True, help=_("Accept the likeliest for each card."))
@click.option("--refuse", "refused", type=int, multiple=True, metavar="N", help=_("It is another card."))
@click.option("--made", is_flag=True, help=_("The links that hold, instead of the doubtful cases."))
@json_option
@click.pass_obj
def links_command(
    options: Options, accepted: tuple[int, ...], accept_all: bool, refused: tuple[int, ...], made: bool, as_json: bool
) -> None:
    if made and (accepted or accept_all):
        raise click.UsageError(_("--made goes with --refuse only"))
    with workspace(options) as opened:
        identity = opened.identity
        doubts = [] if made else identity.doubts()
        rows: Sequence[Doubt | Link] = identity.links() if made else doubts
        no = _chosen([row.names for row in rows], refused)
        yes = [*_chosen(doubts, accepted), *(_likeliest(doubts) if accept_all else ())]
        for old, new in no:
            identity.refuse(old, new)
        if yes:
            identity.accept(yes)
        if yes or no:
            tell(_said(len(yes), len(no)))
            rows = identity.links() if made else identity.doubts()
    if as_json:
        emit([{"n": n, **_data(row)} for n, row in enumerate(rows, 1)])
        return
    for n, row in enumerate(rows, 1):
        say("\n".join(_lines(n, row)))
    if not rows:
        tell(_("There are no links.") if made else _("Nothing is doubtful."))


def _chosen(rows: Sequence[Row], numbers: Sequence[int]) -> list[Row]:
    for number in numbers:
        if not 1 <= number <= len(rows):
            raise click.UsageError(_("there is no number {n} in the list").format(n=number))
    return [rows[number - 1] for number in numbers]


def _likeliest(doubts: Sequence[Doubt]) -> list[Doubt]:
    """The first of those about each card, none for a new card that another one gets."""
    chosen: list[Doubt] = []
    for doubt in doubts:
        old, new = doubt.names
        if all(old != one and new != other for one, other in (each.names for each in chosen)):
            chosen.append(doubt)
    return chosen


def _said(accepted: int, refused: int) -> str:
    yes = ngettext("{n} history goes on", "{n} histories go on", accepted).format(n=accepted)
    no = ngettext("{n} refused", "{n} refused", refused).format(n=refused)
    return _("{yes}, {no}.").format(yes=yes, no=no)


def _lines(n: int, row: Doubt | Link) -> list[str]:
    from recall.identity.following import Doubt

    if not isinstance(row, Doubt):
        return [f"{n:>3}  {row.old} → {row.new}  {_reason(row.why)}", f"     {one_line(row.was, SHOWN)}"]
    answers = counted("reviews", row.reviews)
    return [
        f"{n:>3}  {_reason(row.why)} ({answers})",
        _("     was  {question}").format(question=one_line(_question(row.old), SHOWN)),
        _("     now  {question}").format(question=one_line(_question(row.new), SHOWN)),
        f"          {row.new.path}:{row.new.line}",
    ]


def _reason(why: str) -> str:
    return {
        "same-question": _("the same question"),
        "edited": _("the same answer, the question reworded"),
        "accepted": _("accepted by you"),
        "alike": _("a similar card"),
        "several": _("one of several that fit"),
        "other-topic": _("a similar card of another topic"),
        "other-answer": _("the same question with another answer"),
        "both-have-ids": _("a similar card with another id"),
        "other-kind": _("a similar card of another kind"),
    }.get(why, why)


def _data(row: Doubt | Link) -> dict[str, Any]:
    from recall.identity.following import Doubt

    if not isinstance(row, Doubt):
        return {"old": row.old, "new": row.new, "why": row.why, "was": row.was}
    old, new = row.names
    place = {"path": str(row.new.path), "line": row.new.line}
    questions = {"was": _question(row.old), "now": _question(row.new)}
    return {"old": old, "new": new, "why": row.why, "answers": row.reviews, **questions, **place}


def _question(placed: Placed) -> str:
    from recall.core.bodies import LANGUAGES
    from recall.i18n import language
    from recall.identity.matching import asked_texts

    return asked_texts(placed.card)[LANGUAGES.index(language())]
