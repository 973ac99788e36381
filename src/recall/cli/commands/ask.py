"""`next`, `answer`, `undo`: a review by hand or by script."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from recall.cli.complete import complete_item
from recall.cli.output import clear_due, due_text, emit, json_option, say, scope_options, tell, typeset_text, workspace
from recall.core.model import Event, Review
from recall.environment import Options
from recall.i18n import _
from recall.names import enumerated, row_name

if TYPE_CHECKING:
    from recall.study.asking import Answered
    from recall.study.session import Question, ReviewSession
    from recall.workspace import Workspace


@click.command("next", help=_("Show the item to answer next."), epilog=_("Example: recall next --topic la.svd --json"))
@scope_options
@json_option
@click.pass_obj
def next_command(options: Options, names: tuple[str, ...], as_json: bool) -> None:
    from recall.study.session import ReviewSession
    from recall.study.today import resolve_scope

    with workspace(options) as opened:
        with opened.store.read() as tx:
            scope = resolve_scope(opened, tx, names)
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
    help=_("Grade an item: again, hard, good or easy; or answer it, where a program marks the answer."),
    epilog=_("Example: recall answer la.rank-01 good --ms 5200"),
)
@click.argument("item", metavar=_("ITEM"), shell_complete=complete_item)
@click.argument("grade", required=False, type=click.Choice(["again", "hard", "good", "easy"]))
@click.option("--response", metavar=_("TEXT"), help=_("The answer, to be marked; - reads it from standard input."))
@click.option("--ms", type=click.IntRange(0), metavar="N", help=_("Time taken, in milliseconds."))
@json_option
@click.pass_obj
def answer_command(
    options: Options, item: str, grade: str | None, response: str | None, ms: int | None, as_json: bool
) -> None:
    from recall.core.model import Grade
    from recall.study.answering import outcome_lines
    from recall.study.asking import answer_item

    if grade is None and response is None:
        raise click.UsageError(_("give a grade, or an answer with --response"))
    given = sys.stdin.read() if response == "-" else response
    with workspace(options) as opened:
        chosen = opened.resolve_item(item)
        answered = answer_item(opened, chosen, Grade.from_word(grade) if grade else None, given, ms)
        if as_json:
            emit(_answer_data(answered))
            return
        if answered.marked is not None:
            say("\n".join(outcome_lines(answered.marked)))
            if not answered.marked.is_right:
                say(_("right would be: {answer}").format(answer=answered.exercise.right_response()))
        due = clear_due(answered.answer.review.due, opened)
        tell(_("{item} comes back on {due}.").format(item=chosen, due=due))


def _answer_data(answered: Answered) -> dict[str, Any]:
    answer, marked = answered.answer, answered.marked
    memory = answer.after.memory
    assert memory is not None
    data = {
        "review": answer.review.id,
        "item": answer.review.item,
        "state": answer.after.phase.value,
        "due": due_text(answer.review.due),
        "stability": memory.stability,
        "difficulty": memory.difficulty,
    }
    if marked is None:
        return data
    right = answered.exercise.right_response()
    return {
        **data,
        "grade": answer.review.grade.word,
        "score": marked.score,
        "verdict": marked.mark.code,
        "right": right,
    }


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
            items = enumerated([row.item or "" for row in rows])
            tell(_("Taken back: {what} for {items}.").format(what=row_name(rows[0]), items=items))


def _word(row: Review | Event) -> str:
    """What the row says was done, as JSON has it in any language."""
    return row.kind.value if isinstance(row, Event) else row.grade.word


def _next_data(opened: Workspace, session: ReviewSession, question: Question | None) -> dict[str, Any]:
    with opened.store.read() as tx:
        next_due = tx.states.next_due(opened.today)
    return {
        "item": _question_data(opened, question) if question else None,
        "counts": asdict(session.counts),
        "next_due": due_text(next_due),
    }


def _question_data(opened: Workspace, question: Question) -> dict[str, Any]:
    face = question.face(opened.language).plain()
    lines = [line.text.in_language(opened.language) for line in question.exercise.lines]
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
        **({"lines": lines} if lines else {}),
    }


def _print_question(opened: Workspace, question: Question) -> None:
    def shown(text: str) -> str:
        return typeset_text(question.written_out(text), opened.settings)

    face = question.face(opened.language).plain().map(shown)
    tell(f"{question.item} · {question.topic}")
    answer = "\n\n".join(part.strip("\n") for part in (face.back, face.explanation, face.more) if part)
    lines = [line.text.in_language(opened.language) for line in question.exercise.lines]
    asked = [face.front.strip("\n"), "\n".join(f"{n}. {shown(line)}" for n, line in enumerate(lines, 1))]
    say("\n\n".join(filter(None, asked)) + f"\n\n---\n\n{answer}")
    how = _("Answer it with: recall answer {item} --response TEXT")
    if not question.exercise.marks_itself:
        how = _("Grade it with: recall answer {item} again|hard|good|easy")
    tell(how.format(item=question.item))
