"""A quiz or a mock interview: begun, answered, left and gone on with, ended. Everything stands in the log.

A row of kind `sitting` begins it and holds the questions drawn, a row of kind `attempt` stands for each answer, and
another of kind `sitting` ends it. So it can be cut short at any time, and goes on with the first open question.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from recall.core import sitting as core
from recall.core.bodies import Interview
from recall.core.exercise import Exercise
from recall.core.model import Event, EventKind, Grade, ItemId, Language, LogId
from recall.core.sitting import INTERVIEW_MINUTES, What
from recall.errors import NotFoundError
from recall.i18n import _, ngettext
from recall.ledger import Given
from recall.sittings.candidates import interview_candidates, quiz_candidates
from recall.sittings.plan import Plan
from recall.store import Transaction
from recall.study.answering import Marked, mark
from recall.study.asked import Asked
from recall.workspace import Workspace

JUDGED = {True: Grade.GOOD, False: Grade.AGAIN}
"""The grade of a card the learner judges."""


@dataclass(frozen=True, slots=True)
class SittingQuestion(Asked):
    """A question of a sitting; `n` counts from 0."""

    n: int

    @property
    def interview(self) -> Interview:
        assert isinstance(self.card.body, Interview)
        return self.card.body

    def follow_ups(self, language: Language) -> tuple[str, ...]:
        """The further questions of an interview."""
        return tuple(self.written_out(text.in_language(language)) for text in core.follow_ups(self.card))


@dataclass(frozen=True, slots=True)
class Attempt:
    """The answer to a question. An interview's has no response until its rubric is ticked off."""

    response: str | None = None
    score: float | None = None
    ms: int = 0
    notes: str = ""


@dataclass(slots=True)
class Scores:
    """Scores of some questions."""

    points: float = 0.0
    questions: int = 0

    @property
    def share(self) -> float:
        return self.points / self.questions if self.questions else 0.0


@dataclass
class Sitting:
    """A quiz or an interview that has begun."""

    workspace: Workspace
    begun: Event
    ended: Event | None = None
    attempts: dict[int, Attempt] = field(default_factory=dict)

    @property
    def id(self) -> LogId:
        return self.begun.id

    @cached_property
    def plan(self) -> Plan:
        return Plan.of(self.begun.payload)

    @cached_property
    def questions(self) -> list[tuple[ItemId, int]]:
        """Items and seeds as they were drawn."""
        return [(ItemId(item), seed) for item, seed in self.begun.payload["questions"]]

    @cached_property
    def asked(self) -> list[SittingQuestion | None]:
        """The questions; None where the card has gone."""
        with self.workspace.store.read() as tx:
            return [self._asked(tx, n) for n in range(len(self.questions))]

    @property
    def gone(self) -> int:
        """Questions that can't be asked, because no deck has their card any more."""
        return sum(asked is None and n not in self.attempts for n, asked in enumerate(self.asked))

    @property
    def remarks(self) -> list[str]:
        """What is to be said before the first question, or before it goes on."""
        remarks = []
        if self.gone:
            remarks.append(_("Questions whose card has gone are left out."))
        is_first = self.plan.repeats is None and not self.attempts
        if self.plan.what is What.QUIZ and is_first and len(self.questions) < self.plan.number:
            remarks.append(_no_more(self.plan, len(self.questions)))
        return remarks

    @property
    def spent_ms(self) -> int:
        """Time taken by the answers so far; a pause between sessions does not count."""
        return sum(attempt.ms for attempt in self.attempts.values())

    @property
    def left_ms(self) -> int | None:
        """Time left; None without a limit."""
        return None if self.plan.minutes is None else max(round(self.plan.minutes * 60_000) - self.spent_ms, 0)

    def next(self) -> SittingQuestion | None:
        """The first question without an answer; None when there is none, or no time, or it has ended."""
        if self.ended is not None or self.left_ms == 0:
            return None
        return next((asked for asked in self.asked if asked and asked.n not in self.attempts), None)

    def next_to_tick(self) -> SittingQuestion | None:
        """The first interview question that was answered and whose rubric is not ticked off."""
        return next((asked for asked in self.asked if asked and self._waits_for_rubric(asked.n)), None)

    def mark(self, asked: SittingQuestion, response: str, ms: int | None = None) -> Marked:
        """What an answer is worth; nothing is written yet. Raises AnswerError when it can't be read as one."""
        return mark(asked.exercise, response, ms, self.workspace.untrusted_name(asked.placed.path))

    def answer(self, asked: SittingQuestion, marked: Marked, ms: int) -> None:
        """Take an answer that was marked; durable when this returns."""
        given = Given(asked.exercise.seed, marked.response, marked.score)
        notes = self.attempts.get(asked.n, Attempt()).notes
        self._write(asked, Attempt(marked.response, marked.score, ms, notes), marked.grade, given)

    def judge(self, asked: SittingQuestion, is_right: bool, ms: int) -> None:
        """Take the learner's own judgement of a card that no program marks; durable when this returns."""
        self._write(asked, Attempt("", float(is_right), ms), JUDGED[is_right], None)

    def take_notes(self, asked: SittingQuestion, notes: str, ms: int) -> None:
        """An interview question was answered; its rubric comes later. Durable when this returns."""
        self._write(asked, Attempt(None, None, ms, notes), None, None)

    def tick(self, asked: SittingQuestion, response: str) -> Marked:
        """Take the points made and red flags raised in an interview question. Raises AnswerError."""
        ms = self.attempts[asked.n].ms
        marked = self.mark(asked, response, ms)
        self.answer(asked, marked, ms)
        return marked

    def finish(self) -> None:
        """End it; what was not answered counts as wrong in a quiz, and not at all in an interview."""
        if self.ended is None:
            self._catch_up()
        if self.ended is not None:
            return
        total, topics = self.scores()
        payload = {
            "sitting": self.id,
            "ended": True,
            "score": total.share,
            "questions": total.questions,
            "topics": {topic: [scores.points, scores.questions] for topic, scores in topics.items()},
        }
        self.ended = self.workspace.ledger.note(EventKind.SITTING, self.workspace.now(), payload)

    def scores(self) -> tuple[Scores, dict[str, Scores]]:
        """Scores in all and by topic, in the order topics came."""
        total, topics = Scores(), dict[str, Scores]()
        for asked in filter(None, self.asked):
            attempt = self.attempts.get(asked.n)
            if attempt is None and self.plan.what is What.INTERVIEW:
                continue
            for scores in (total, topics.setdefault(asked.topic, Scores())):
                scores.points += (attempt.score or 0.0) if attempt else 0.0
                scores.questions += 1
        return total, topics

    def _waits_for_rubric(self, n: int) -> bool:
        attempt = self.attempts.get(n)
        return attempt is not None and attempt.score is None

    def _write(self, asked: SittingQuestion, attempt: Attempt, grade: Grade | None, given: Given | None) -> None:
        payload = {
            "sitting": self.id,
            "n": asked.n,
            "response": attempt.response,
            "score": attempt.score,
            "ms": attempt.ms,
            "notes": attempt.notes,
        }
        counting = None if self.plan.practice else grade
        self.workspace.ledger.attempt(asked.item, self.workspace.now(), payload, counting, attempt.ms, given)
        self._catch_up()

    def _catch_up(self) -> None:
        """Take in every answer that is in the log, those given in another terminal too, and whether it has ended."""
        with self.workspace.store.read() as tx:
            self.attempts = _attempts(tx, self.id).get(self.id, {})
            self.ended = _ends(tx.log.events_of_kind(EventKind.SITTING, self.id)).get(self.id)

    def _asked(self, tx: Transaction, n: int) -> SittingQuestion | None:
        item, seed = self.questions[n]
        placed = tx.catalogue.card_of(item)
        if placed is None:
            return None
        macros = self.workspace.macros_of(placed.card)
        return SittingQuestion(Exercise(placed.card, item, seed), placed, macros, n)


def begin(workspace: Workspace, plan: Plan) -> Sitting:
    """Draw the questions and begin. Raises NotFoundError when there is nothing to ask, StoreError."""
    seed = secrets.randbits(31) if plan.seed is None else plan.seed
    if plan.repeats is not None:
        earlier = find(workspace, plan.what, plan.repeats)
        questions = earlier.questions
        plan = replace(plan, names=earlier.plan.names, kinds=earlier.plan.kinds, repeats=earlier.id)
    else:
        with workspace.store.read() as tx:
            questions = [(item, core.question_seed(seed, item)) for item in _drawn(workspace, tx, plan, seed)]
    if not questions:
        raise NotFoundError(_nothing_to_ask(plan))
    payload = {**plan.payload(), "seed": seed, "questions": questions}
    return Sitting(workspace, workspace.ledger.note(EventKind.SITTING, workspace.now(), payload))


def unfinished(workspace: Workspace, what: What) -> Sitting | None:
    """The newest quiz or interview begun on this device, unless it has ended."""
    found = [each for each in sittings(workspace, what) if each.begun.device == workspace.ledger.device]
    return found[-1] if found and found[-1].ended is None else None


def sittings(workspace: Workspace, what: What) -> list[Sitting]:
    """Every quiz or interview, in the order they were begun."""
    with workspace.store.read() as tx:
        rows = list(tx.log.events_of_kind(EventKind.SITTING))
        ends = _ends(rows)
        begun = [row for row in rows if row.payload.get("what") == what]
        attempts = _attempts(tx, begun[0].id) if begun else {}
    return [Sitting(workspace, row, ends.get(row.id), attempts.get(row.id, {})) for row in begun]


def find(workspace: Workspace, what: What, name: str) -> Sitting:
    """The sitting of that id or number in the order they were begun, or the `last`. Raises NotFoundError."""
    found = sittings(workspace, what)
    numbers = {str(n): each for n, each in enumerate(found, 1)}
    named: dict[str, Sitting] = {each.id: each for each in found} | numbers
    if found:
        named["last"] = found[-1]
    if name not in named:
        message = {
            What.QUIZ: _("there is no quiz {name}; `recall quiz --list` lists them"),
            What.INTERVIEW: _("there is no interview {name}; `recall interview --list` lists them"),
        }
        raise NotFoundError(message[what].format(name=name))
    return named[name]


def _ends(rows: Iterable[Event]) -> dict[LogId, Event]:
    """The row that ended each sitting."""
    return {LogId(row.payload["sitting"]): row for row in rows if row.payload.get("ended")}


def _attempts(tx: Transaction, after: LogId) -> dict[LogId, dict[int, Attempt]]:
    """The answers of each sitting by question; a later row about a question says all there is to say."""
    found: dict[LogId, dict[int, Attempt]] = {}
    for row in tx.log.events_of_kind(EventKind.ATTEMPT, after):
        told = row.payload
        attempt = Attempt(told["response"], told["score"], told["ms"], told["notes"])
        found.setdefault(LogId(told["sitting"]), {})[told["n"]] = attempt
    return found


def _drawn(workspace: Workspace, tx: Transaction, plan: Plan, seed: int) -> list[ItemId]:
    if plan.what is What.INTERVIEW:
        interview = interview_candidates(workspace, tx, plan.names)
        return core.draw_interview(interview, plan.minutes or INTERVIEW_MINUTES, seed)
    return core.draw_quiz(quiz_candidates(workspace, tx, plan.names, plan.kinds), plan.number, seed)


def _nothing_to_ask(plan: Plan) -> str:
    if plan.what is What.INTERVIEW:
        return _("there is no interview question here; name another stage or topic")
    return _("there is no card of these kinds here; name another stage or topic, or other kinds")


def _no_more(plan: Plan, n: int) -> str:
    """Why a quiz has fewer questions than were wished for."""
    if plan.names:
        text = ngettext(
            "{n} question: there is no other of these kinds here.",
            "{n} questions: there are no others of these kinds here.",
            n,
        )
    else:
        text = ngettext(
            "{n} question: no other of these kinds is open yet.",
            "{n} questions: no others of these kinds are open yet.",
            n,
        )
    return text.format(n=n)
