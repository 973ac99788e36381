"""`quiz` and `interview`: taken on the screen or line by line, listed, shown, and written to a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from recall.cli.output import (
    Command,
    emit,
    has_terminal,
    json_option,
    say,
    scope_options,
    tell,
    typeset_text,
    workspace,
)
from recall.cli.table import table
from recall.core.bodies import Kind
from recall.environment import Options
from recall.i18n import _

if TYPE_CHECKING:
    from recall.sittings.plan import Plan
    from recall.sittings.sitting import Sitting


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done besides drawing questions."""

    new: bool
    plain: bool
    listed: bool
    shown: str | None
    markdown: Path | None
    as_json: bool


def sitting_options(command: Command) -> Command:
    """What a quiz and an interview have in common, given to the command as one `wish`."""

    @wraps(command)
    def call(*arguments: Any, **given: Any) -> Any:
        wish = Wish(**{field.name: given.pop(field.name) for field in fields(Wish)})
        return command(*arguments, wish=wish, **given)

    decorated = json_option(call)
    for option in reversed(_common_options()):
        decorated = option(decorated)
    return cast(Command, decorated)


def _common_options() -> list[Callable[..., Any]]:
    return [
        click.option("--practice", is_flag=True, help=_("Only practice: the schedule stays as it is.")),
        click.option("--seed", type=click.IntRange(0), metavar="N", help=_("Draw by this number, to be repeatable.")),
        click.option("--new", is_flag=True, help=_("Begin anew, though another one waits to be gone on with.")),
        click.option("--plain", is_flag=True, help=_("Ask line by line instead of on a screen.")),
        click.option("--list", "listed", is_flag=True, help=_("List those taken so far.")),
        click.option(
            "--show", "shown", metavar=_("ID"), help=_("Show the result of one: its id, its number, or last.")
        ),
        click.option(
            "--markdown",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar=_("OUT"),
            help=_("With --show: write it to this file; - prints it."),
        ),
    ]


@click.command(
    "quiz",
    help=_("A quiz: questions drawn from what you know least. One that was cut short goes on."),
    epilog=_("Example: recall quiz --stage probability --number 10 && recall quiz --list"),
)
@scope_options
@click.option("--number", type=click.IntRange(1, 500), default=10, metavar="N", help=_("Questions; 10 unless given."))
@click.option("--minutes", type=click.FloatRange(0, min_open=True), metavar="M", help=_("The time for all of them."))
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in Kind]),
    help=_("Only this kind of card; unless given, those that a program marks at once."),
)
@click.option("--feedback", type=click.Choice(["end", "each"]), default="end", help=_("When to show what is right."))
@click.option("--repeat", metavar=_("ID"), help=_("Ask the questions of an earlier one again, numbers and all."))
@sitting_options
@click.pass_obj
def quiz_command(
    options: Options,
    names: tuple[str, ...],
    number: int,
    minutes: float | None,
    kinds: tuple[str, ...],
    feedback: str,
    repeat: str | None,
    practice: bool,
    seed: int | None,
    wish: Wish,
) -> None:
    from recall.core.sitting import MARKED_KINDS, Feedback, What
    from recall.sittings.plan import Plan

    wanted = frozenset(map(Kind, kinds)) or MARKED_KINDS
    _do(options, Plan(What.QUIZ, names, number, minutes, wanted, Feedback(feedback), practice, seed, repeat), wish)


@click.command(
    "interview",
    help=_("A mock interview: answer, then tick off what you said. One that was cut short goes on."),
    epilog=_("Example: recall interview --minutes 45 && recall interview --list"),
)
@scope_options
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True), default=45, metavar="M", help=_("How long; 45 unless given.")
)
@sitting_options
@click.pass_obj
def interview_command(
    options: Options,
    names: tuple[str, ...],
    minutes: float,
    practice: bool,
    seed: int | None,
    wish: Wish,
) -> None:
    from recall.core.sitting import What
    from recall.sittings.plan import Plan

    _do(options, Plan(What.INTERVIEW, names, minutes=minutes, practice=practice, seed=seed), wish)


def _do(options: Options, plan: Plan, wish: Wish) -> None:
    if wish.markdown is not None and wish.shown is None:
        raise click.UsageError(_("--markdown needs --show"))
    if wish.as_json and not wish.listed and wish.shown is None:
        raise click.UsageError(_("--json needs --list or --show"))
    if wish.listed:
        _list(options, plan, wish.as_json)
    elif wish.shown is not None:
        _show(options, plan, wish.shown, wish.markdown, wish.as_json)
    elif wish.plain or not has_terminal():
        _take(options, plan, is_new=wish.new)
    else:
        from recall.tui.start import start

        start(options, lambda app: app.begin_sitting(plan) if wish.new else app.begin_or_go_on(plan))


def _take(options: Options, plan: Plan, *, is_new: bool) -> None:
    """Ask line by line; one that was cut short first, unless a new one is wanted."""
    from recall.cli.dialogue import Dialogue
    from recall.sittings.sitting import begin, unfinished

    with workspace(options) as opened:
        waiting = None if is_new or plan.repeats else unfinished(opened, plan.what)
        if waiting is not None:
            tell(_("Going on where you left off; --new begins anew."))
        Dialogue(waiting or begin(opened, plan)).run()


def _list(options: Options, plan: Plan, as_json: bool) -> None:
    from recall.sittings.sitting import sittings

    with workspace(options) as opened:
        found = sittings(opened, plan.what)
        if as_json:
            emit({"sittings": [_line_data(n, each) for n, each in enumerate(found, 1)]})
        elif not found:
            tell(_("None was taken yet."))
        else:
            head = ["", _("when"), _("score"), _("questions"), _("took"), _("scope")]
            say(table(head, [_line(n, each) for n, each in enumerate(found, 1)]))


def _line(number: int, sitting: Sitting) -> list[str]:
    from recall.sittings.results import clock, scope_text, score_of, time_begun

    answered = f"{len(sitting.attempts)}/{len(sitting.questions)}"
    score = f"{score_of(sitting):.0%}" if sitting.ended else _("not ended")
    return [str(number), time_begun(sitting), score, answered, clock(sitting.spent_ms), scope_text(sitting)]


def _line_data(number: int, sitting: Sitting) -> dict[str, Any]:
    from recall.cli.output import due_text
    from recall.sittings.results import score_of

    return {
        "number": number,
        "id": sitting.id,
        "at": due_text(sitting.begun.at),
        "ended": sitting.ended is not None,
        "score": score_of(sitting),
        "answered": len(sitting.attempts),
        "questions": len(sitting.questions),
        "ms": sitting.spent_ms,
        "scope": list(sitting.plan.names),
        "practice": sitting.plan.practice,
    }


def _show(options: Options, plan: Plan, name: str, out: Path | None, as_json: bool) -> None:
    from recall.sittings.results import markdown, numbers, result_of
    from recall.sittings.sitting import find

    with workspace(options) as opened:
        result = result_of(find(opened, plan.what, name))
        if as_json:
            emit(numbers(result, opened.language))
        elif out is None:
            say(typeset_text(markdown(result, opened.language), opened.settings))
        elif str(out) == "-":
            say(markdown(result, opened.language))
        else:
            from recall.files import write_atomically

            write_atomically(out, markdown(result, opened.language))
            tell(_("Written to {path}.").format(path=out))
