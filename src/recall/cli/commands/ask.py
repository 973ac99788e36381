"""`next`, `answer`, `undo`: a review by hand or by script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from recall.cli.complete import complete_item
from recall.cli.names import row_name
from recall.cli.output import clear_due, due_text, emit, json_option, say, scope_options, tell, workspace
from recall.core.model import Event, Review
from recall.environment import Options
from recall.i18n import _

if TYPE_CHECKING:
    from recall.session import Question, ReviewSession
    from recall.workspace import Workspace


@click.command("next", help=_("Show the item to answer next."), epilog=_("Example: recall next --topic la.svd --json"))
@scope_options
@json_option
@click.pass_obj
def next_command(options: Options, stages: tuple[str, ...], topics: tuple[str, ...], as_json: bool) -> None:
    from recall.session import ReviewSession
    from recall.today import resolve_scope

    with workspace(options) as opened:
        with opened.store.read() as tx:
            scope = resolve_scope(opened, tx, (*stages, *topics))
        session = ReviewSession(opened, scope)
        question = session.next()
        if as_json:
            emit(_next_data(opened, session, question))
        elif question is None:
            tell(_("Nothing is due."))
        else:
            _print_question(opened, question)


@click.command(
    "answer",
    help=_("Grade an item: again, hard, good or easy."),
    epilog=_("Example: recall answer la.rank-01 good --ms 5200"),
)
@click.argument("item", metavar=_("ITEM"), shell_complete=complete_item)
@click.argument("grade", type=click.Choice(["again", "hard", "good", "easy"]))
@click.option("--ms", type=click.IntRange(0), metavar="N", help=_("Time taken, in milliseconds."))
@json_option
@click.pass_obj
def answer_command(options: Options, item: str, grade: str, ms: int | None, as_json: bool) -> None:
    from recall.core.model import Grade

    with workspace(options) as opened:
        chosen = opened.resolve_item(item)
        answer = opened.ledger.answer(chosen, Grade.from_word(grade), opened.now(), ms)
        memory = answer.after.memory
        assert memory is not None
        if as_json:
            emit(
                {
                    "review": answer.review.id,
                    "item": chosen,
                    "state": answer.after.phase.value,
                    "due": due_text(answer.review.due),
                    "stability": memory.stability,
                    "difficulty": memory.difficulty,
                }
            )
        else:
            due = clear_due(answer.review.due, opened)
            tell(_("{item} comes back on {due}.").format(item=chosen, due=due))


@click.command(
    "undo", help=_("Take back the last answer or decision."), epilog=_("Example: recall undo && recall undo")
)
@json_option
@click.pass_obj
def undo_command(options: Options, as_json: bool) -> None:
    from recall.errors import NotFoundError

    with workspace(options) as opened:
        rows = opened.ledger.undo(opened.now())
        if not rows:
            raise NotFoundError(_("there is nothing to undo"))
        if as_json:
            emit({"undone": [{"id": row.id, "item": row.item, "what": _word(row)} for row in rows]})
        else:
            items = ", ".join(row.item or "" for row in rows)
            tell(_("Taken back: {what} for {items}.").format(what=row_name(rows[0]), items=items))


def _word(row: Review | Event) -> str:
    """What the row says was done, as JSON has it in any language."""
    return row.kind.value if isinstance(row, Event) else row.grade.word


def _next_data(opened: Workspace, session: ReviewSession, question: Question | None) -> dict[str, Any]:
    counts = session.counts
    with opened.store.read() as tx:
        next_due = tx.states.next_due(opened.today)
    return {
        "item": _question_data(opened, question) if question else None,
        "counts": {"new": counts.new, "learning": counts.learning, "review": counts.review},
        "next_due": due_text(next_due),
    }


def _question_data(opened: Workspace, question: Question) -> dict[str, Any]:
    face = question.face(opened.language).plain()
    return {
        "id": question.item,
        "card": question.card.id,
        "kind": question.card.kind.value,
        "stage": question.stage,
        "topic": question.topic,
        "front": face.front,
        "back": face.back,
        "state": question.state.phase.value,
        "due": due_text(question.state.due),
        "retrievability": question.retrievability,
        "preview": {grade.word: due_text(due) for grade, due in question.preview.items()},
    }


WIDTH = 80
"""Cells that a displayed formula may take."""


def _print_question(opened: Workspace, question: Question) -> None:
    from recall.typeset import typeset

    plain_fonts = opened.settings.plain_fonts
    face = question.face(opened.language).plain().map(lambda text: typeset(text, WIDTH, plain_fonts=plain_fonts))
    tell(f"{question.item} · {question.topic}")
    answer = "\n\n".join(part.strip("\n") for part in (face.back, face.explanation, face.more) if part)
    say(face.front.strip("\n") + f"\n\n---\n\n{answer}")
    tell(_("Grade it with: recall answer {item} again|hard|good|easy").format(item=question.item))
