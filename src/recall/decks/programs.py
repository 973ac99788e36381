"""What the programs of cards do when they are run. Only for decks that the learner trusts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from recall.core.bodies import Code, Output
from recall.core.marking import mark_output
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.standard.rules import Held, of_decks
from recall.i18n import _
from recall.sandbox import Outcome, run_checks, run_program
from recall.sandbox import Output as Printed
from recall.sandbox import Problem as Failure


def program_problems(decks: Iterable[DeckFile]) -> Iterator[Problem]:
    """Programs that print something else, solutions that fail, starters that pass; as many run at once as can."""
    cards = [held for held in of_decks(decks) if isinstance(held.card.body, Code | Output)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(_findings, cards):
            yield from found


def _findings(held: Held) -> list[Problem]:
    match held.card.body:
        case Output(_, code, answer):
            return list(_of_output(held, _printed(code), answer))
        case Code(_, starter, checks, solution):
            return list(_of_code(held, _outcome(solution, checks), _outcome(starter, checks)))
    return []


def _of_output(held: Held, ran: Printed, answer: str) -> Iterator[Problem]:
    if ran.problem is Failure.NO_NUMPY:
        return
    if ran.problem is not None:
        where = _("line {line}: ").format(line=ran.line) if ran.line else ""
        message = _("the program does not come to its end: {reason}").format(reason=where + (ran.error or ran.problem))
        yield held.problem("output", message)
    elif mark_output(ran.stdout, answer).score < 1:
        message = _("the program prints {printed!r}, the answer is {answer!r}; mend one of them")
        yield held.problem("output", message.format(printed=ran.stdout.rstrip("\n")[:80], answer=answer[:80]))


def _of_code(held: Held, solution: Outcome, starter: Outcome) -> Iterator[Problem]:
    if Failure.NO_NUMPY in (solution.problem, starter.problem):
        return
    if not solution.solved:
        reason = solution.first_failure or solution.error or solution.problem or ""
        message = _("the solution passes {passed} of {total} checks: {reason}")
        message = message.format(passed=solution.passed, total=solution.total, reason=reason)
        yield held.problem("solution", message)
    if starter.solved:
        yield held.problem("starter", _("the starter passes all checks; leave something to write"))


@cache
def _printed(code: str) -> Printed:
    """What a program prints; asked again, as while a folder is watched, it is not run again."""
    return run_program(code)


@cache
def _outcome(answer: str, checks: str) -> Outcome:
    return run_checks(answer, checks)
