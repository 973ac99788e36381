"""An answer marked: read, run if it is a program, and a grade suggested."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recall.core import marking
from recall.core.bodies import Code, Interview, Kind
from recall.core.exercise import Exercise
from recall.core.marking import Mark, Verdict
from recall.core.model import Grade
from recall.errors import AnswerError
from recall.i18n import _

if TYPE_CHECKING:
    from recall.sandbox import Outcome, Problem

SHOWN_LINES = 6
"""Lines of what a program printed."""
LONGEST_RESPONSE = 20_000
"""Characters of an answer; a longer one is refused."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What an answer came to. `outcome` says how a program ran."""

    response: str
    mark: Mark
    grade: Grade
    outcome: Outcome | None = None

    @property
    def score(self) -> float:
        return self.mark.score

    @property
    def is_right(self) -> bool:
        return self.mark.score >= 1


def mark(exercise: Exercise, response: str, milliseconds: int | None, untrusted: str | None = None) -> Marked:
    """What `response` is worth; empty means the learner does not know.

    A code answer is run with the card's checks, unless its deck file is `untrusted`: the name to trust it by.
    Raises AnswerError when the response can't be read as an answer to this exercise.
    """
    if len(response) > LONGEST_RESPONSE:
        raise AnswerError(_("the answer is longer than {n} characters").format(n=LONGEST_RESPONSE))
    body = exercise.card.body
    if not response.strip() and not isinstance(body, Interview):
        return Marked("", Mark(0, Verdict.EMPTY), Grade.AGAIN)
    outcome = _run(body, response, untrusted) if isinstance(body, Code) else None
    found = marking.mark_tests(outcome.passed, outcome.total) if outcome else exercise.mark(response)
    if found.code in (Verdict.UNREADABLE, Verdict.EMPTY):
        raise AnswerError(_unreadable(exercise))
    return Marked(response, found, exercise.suggest(found, milliseconds), outcome)


def _run(body: Code, response: str, untrusted: str | None) -> Outcome:
    from recall.sandbox import run_checks

    if untrusted is not None:
        message = _("code of this deck is not run; if you trust it: recall config trusted {name}")
        raise AnswerError(message.format(name=shlex.quote(untrusted)))
    return run_checks(response, body.checks)


def _unreadable(exercise: Exercise) -> str:
    """How an answer to this exercise is written."""
    if exercise.is_order:
        return _("the answer can't be read; give the numbers of the lines in order, such as 3 1 2")
    if exercise.lines:
        return _("the answer can't be read; give the number of a line, such as 2")
    if exercise.kind in (Kind.BASIC, Kind.CODE):
        return _("this card is not marked by a program; grade it: again, hard, good or easy")
    if exercise.kind is Kind.INTERVIEW:
        return _("the answer can't be read; give the numbers of the points made, such as 1 3, and !1 for a red flag")
    return _("the answer can't be read as a number; such as 0.25, 1/4, 25%, 2.5e-1, sqrt(2), pi/4")


def verdict_line(marked: Marked) -> str:
    """How the answer was, in one line."""
    if marked.mark.code is Verdict.EMPTY:
        return _("not answered")
    if marked.is_right:
        return _("right")
    if marked.score > 0 and marked.mark.code is Verdict.FORMAT:
        return _("the values are right, the form is not")
    if marked.score > 0:
        return _("partly right: {share}").format(share=f"{marked.score:.0%}")
    return {
        Verdict.UNIT: _("wrong: the unit does not fit"),
        Verdict.NEAR: _("wrong, though near"),
        Verdict.COUNT: _("wrong: not as many values as asked"),
        Verdict.PATTERN: _("not marked: the pattern of this card can't be used"),
        Verdict.PATTERN_TIMEOUT: _("not marked: the pattern of this card takes too long"),
    }.get(marked.mark.code, _("wrong"))


def outcome_lines(marked: Marked) -> list[str]:
    """How a program ran: what its checks say, and what went wrong where."""
    outcome = marked.outcome
    if outcome is None:
        return [verdict_line(marked)]
    lines = [_("{passed} of {total} checks hold").format(passed=outcome.passed, total=outcome.total)]
    if outcome.problem is not None:
        where = _("line {line}: ").format(line=outcome.line) if outcome.line else ""
        lines.append(where + _problem_text(outcome.problem, outcome.error))
    if outcome.first_failure:
        lines.append(_("fails first: {check}").format(check=outcome.first_failure))
    if outcome.output.strip():
        lines += [_("it printed:"), *outcome.output.rstrip().splitlines()[:SHOWN_LINES]]
    return lines


def _problem_text(problem: Problem, error: str) -> str:
    from recall.sandbox import Problem

    return {
        Problem.SYNTAX: _("not Python: {error}"),
        Problem.RAISED: "{error}",
        Problem.TIMEOUT: _("it took too long and was stopped"),
        Problem.MEMORY: _("it needed too much memory and was stopped"),
        Problem.OUTPUT: _("it printed too much and was stopped"),
        Problem.FORBIDDEN: _("it reached outside its folder and was stopped ({error})"),
        Problem.CRASHED: _("it ended without a result"),
        Problem.NO_NUMPY: _("it needs NumPy, which is not installed; `pip install 'recall-srs[code]'` brings it"),
        Problem.CHECKS: _("the checks of this card are not Python: {error}"),
    }[problem].format(error=error)
