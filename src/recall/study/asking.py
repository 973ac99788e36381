"""One item asked and answered outside of a session: the command line's way."""

from __future__ import annotations

from dataclasses import dataclass

from recall.core.exercise import Exercise, seed_of
from recall.core.model import Grade, ItemId
from recall.errors import NotFoundError
from recall.i18n import _
from recall.ledger import Answer, Given
from recall.study.answering import Marked, mark
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was written; `marked` where a program marked it."""

    answer: Answer
    exercise: Exercise
    marked: Marked | None


def answer_item(
    workspace: Workspace, item: ItemId, grade: Grade | None, response: str | None, ms: int | None
) -> Answered:
    """Mark the response, if there is one, and grade the item: as said, else as the mark suggests.

    Raises NotFoundError, AnswerError, StoreError.
    """
    with workspace.store.read() as tx:
        placed, last = tx.catalogue.card_of(item), tx.log.last_review_id(item)
    if placed is None:
        raise NotFoundError(_("no deck has an item {item}").format(item=item))
    exercise = Exercise(placed.card, item, seed_of(item, last))
    marked = given = None
    if response is not None:
        marked = mark(exercise, response, ms, workspace.untrusted_name(placed.path))
        given = Given(exercise.seed, marked.response, marked.score)
    chosen = grade or (marked.grade if marked else None)
    assert chosen is not None, "neither a grade nor a response"
    return Answered(workspace.ledger.answer(item, chosen, workspace.now(), ms, given=given), exercise, marked)
