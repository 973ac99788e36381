"""`drills`: the questions with fresh numbers that a card can ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from recall.cli.output import emit, json_option, say, settings_of, typeset_text
from recall.cli.table import table
from recall.environment import Options
from recall.i18n import _, language

if TYPE_CHECKING:
    from recall.core.drills import Drill


@click.command(
    "drills",
    help=_("The drills a card can ask for, or an instance of one with its solution."),
    epilog=_("Example: recall drills eigenvalues-2 --seed 7"),
)
@click.argument("name", required=False, metavar=_("[NAME]"))
@click.option("--seed", type=int, default=0, metavar="N", help=_("What the numbers are drawn from."))
@json_option
@click.pass_obj
def drills_command(options: Options, name: str | None, seed: int, as_json: bool) -> None:
    if name is None:
        _list(as_json)
    else:
        _show(options, name, seed, as_json)


def _list(as_json: bool) -> None:
    from recall.core.drills import DRILLS

    if as_json:
        emit(
            [
                {"name": drill.name, "topic": drill.topic, "title": _said(drill), "parameters": dict(drill.defaults)}
                for drill in DRILLS.values()
            ]
        )
        return
    rows = [
        [drill.name, drill.topic, _said(drill), " ".join(f"{name}={value}" for name, value in drill.defaults.items())]
        for drill in DRILLS.values()
    ]
    say(table([_("drill"), _("topic"), _("title"), _("parameters")], rows, words=4))


def _show(options: Options, name: str, seed: int, as_json: bool) -> None:
    from recall.core.drills import DRILLS, answer_text, make
    from recall.errors import NotFoundError

    if name not in DRILLS:
        raise NotFoundError(_("there is no drill {subject!r}; `recall drills` lists them").format(subject=name))
    drawn = make(name, {}, seed)
    question, solution = drawn.question.in_language(language()), drawn.solution.in_language(language())
    answer = answer_text(drawn.answer)
    if as_json:
        emit({"name": name, "seed": seed, "question": question, "answer": answer, "solution": solution})
        return
    settings = settings_of(options)
    say("\n\n".join((typeset_text(question, settings), "---", answer, typeset_text(solution, settings))))


def _said(drill: Drill) -> str:
    return drill.title.in_language(language())
