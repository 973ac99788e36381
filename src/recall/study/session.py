"""A review session: next, answer, undo, suspend. The TUI and the command line both drive this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from recall.core.exercise import Exercise, seed_of
from recall.core.model import (
    Due,
    EventKind,
    Grade,
    ItemId,
    ItemState,
    LogId,
    Phase,
    Source,
)
from recall.core.queue import Counts, Queue, Waiting
from recall.errors import RecallError
from recall.i18n import N_, _
from recall.ledger import Answer, Decision, Given
from recall.store import Transaction
from recall.study.answering import Marked, mark
from recall.study.asked import Asked
from recall.study.today import Scope, todays_queue
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Question(Asked):
    """An item of the queue as it is asked, with what a screen may want to say about it."""

    waiting: Waiting
    stage: str | None
    state: ItemState
    asked_at: datetime
    preview: Mapping[Grade, Due]
    """When the item would come back after each grade, given at `asked_at`."""
    is_leech: bool

    @property
    def retrievability(self) -> float:
        return self.waiting.retrievability


@dataclass(slots=True)
class Tally:
    """What a session has done so far."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def items(self) -> int:
        return len({answer.review.item for answer in self.answers})

    @property
    def introduced(self) -> int:
        return sum(answer.before.phase is Phase.NEW for answer in self.answers)

    @property
    def milliseconds(self) -> int:
        return sum(answer.review.ms or 0 for answer in self.answers)

    @property
    def grades(self) -> Counter[Grade]:
        return Counter(answer.review.grade for answer in self.answers)

    @property
    def recalled(self) -> tuple[int, int]:
        """Of the reviews of items on day intervals: how many were recalled, and how many there were."""
        reviews = [answer for answer in self.answers if answer.before.phase is Phase.REVIEW]
        return sum(answer.review.grade is not Grade.AGAIN for answer in reviews), len(reviews)


class ElsewhereError(RecallError):
    """Another program wrote about the item that is being asked."""

    title = N_("Card")


class ReviewSession:
    """Today's review of a scope, one item at a time. `limit` caps how many items it asks."""

    def __init__(self, workspace: Workspace, scope: Scope | None = None, limit: int | None = None) -> None:
        self.workspace = workspace
        self.scope = scope or Scope()
        self.limit = limit
        self.tally = Tally()
        self.day: date
        self.queue: Queue
        self._due_on: Counter[Due]
        self.current: Question | None = None
        self._newest: LogId | None = None
        self._arrivals = 0
        self.refresh()

    @property
    def counts(self) -> Counts:
        return self.queue.counts

    @property
    def next_learning(self) -> datetime | None:
        """When the next item in learning steps comes back today."""
        return self.queue.learning[0][0] if self.queue.learning else None

    def refresh(self) -> None:
        """Make the queue anew from the store: the day has turned, or another program wrote."""
        with self.workspace.store.read() as tx:
            self._fill(tx, self.workspace.now())

    def _fill(self, tx: Transaction, now: datetime) -> None:
        self.day = self.workspace.calendar.day_of(now)
        self._newest, self._arrivals = tx.log.newest_id(), tx.log.arrivals()
        self._due_on = Counter(tx.states.load(self.day, date.max))
        self.queue = todays_queue(self.workspace, tx, self.scope, now)
        if self.limit is not None:
            answered = {answer.review.item for answer in self.tally.answers}
            self.queue.keep_first(max(self.limit - len(answered), 0), always=answered)

    def next(self) -> Question | None:
        """The item to ask now, None when nothing is left for the moment. Asking again gives the same item."""
        now = self.workspace.now()
        with self.workspace.store.read() as tx:
            seen = self.workspace.calendar.day_of(now), tx.log.newest_id(), tx.log.arrivals()
            if seen != (self.day, self._newest, self._arrivals):
                self._fill(tx, now)
            self.current = None
            while self.current is None and (waiting := self.queue.next(now)):
                self.current = self._question(tx, waiting, now)
                if self.current is None:
                    self.queue.remove(waiting.item)
        return self.current

    def mark(self, response: str, ms: int | None = None) -> Marked:
        """What an answer to the current item is worth, and the grade it speaks for. Nothing is written yet.

        Raises AnswerError when the answer can't be read as one.
        """
        question = self._asked()
        return mark(question.exercise, response, ms, self.workspace.untrusted_name(question.path))

    def answer(self, grade: Grade, ms: int | None = None, marked: Marked | None = None) -> Answer:
        """Grade the current item; durable when this returns. `ms`: time taken.

        Raises ElsewhereError when the item stands otherwise than when it was asked, NotFoundError when its card has
        gone, StoreError; then nothing is written.
        """
        question = self._asked()
        self._check_is_as_asked(question)
        workspace = self.workspace
        given = Given(question.exercise.seed, marked.response, marked.score) if marked else None
        now = workspace.now()
        answer = workspace.ledger.answer(question.item, grade, now, ms, Source.REVIEW, self._load, given)
        self.tally.answers.append(answer)
        self._due_on.update([answer.review.due])
        self.queue.remove(question.item)
        self._bring_back(question, answer.after)
        self._wrote(answer.review.id, answer.follows)
        return answer

    def undo(self) -> ItemId | None:
        """Take back the newest answer or decision, of this sitting or an earlier one, and ask that item next."""
        rows = self.workspace.ledger.undo(self.workspace.now())
        if not rows or rows[-1].item is None:
            return None
        item, gone = rows[-1].item, {row.id for row in rows}
        self.tally.answers = [answer for answer in self.tally.answers if answer.review.id not in gone]
        self.refresh()
        with self.workspace.store.read() as tx:
            placed, state = tx.catalogue.card_of(item), tx.states.get(item)
        if placed is not None and self._may_be_asked(state):
            self.queue.put_back(Waiting(item, placed.card.id, placed.topic, state.phase))
        return item

    def suspend(self) -> None:
        """Take the current item out of every review until it is unsuspended."""
        self._drop(EventKind.SUSPEND)

    def bury(self) -> None:
        """Put the current item off until tomorrow."""
        self._drop(EventKind.BURY)

    def flag(self) -> bool:
        """Mark the current item, or take the mark off; says whether it is marked now."""
        question = self._asked()
        on = not question.state.flagged
        decision = self._decide(EventKind.FLAG, on=on)
        self.current = replace(question, state=decision.after)
        return on

    def reload(self) -> Question | None:
        """Read the current card's file again after an edit; None when the item is gone."""
        question = self._asked()
        self.workspace.library.sync({question.path})
        with self.workspace.store.read() as tx:
            self.current = self._question(tx, question.waiting, self.workspace.now())
        if self.current is None:
            self.queue.remove(question.item)
        return self.current

    def _check_is_as_asked(self, question: Question) -> None:
        with self.workspace.store.read() as tx:
            if (tx.log.newest_id(), tx.log.arrivals()) == (self._newest, self._arrivals):
                return
            state = tx.states.get(question.item)
        if _standing(state) != _standing(question.state):
            raise ElsewhereError(_("{item} was answered or put off elsewhere meanwhile").format(item=question.item))

    def _drop(self, kind: EventKind) -> None:
        item = self._asked().item
        self._decide(kind)
        self.queue.remove(item)

    def _decide(self, kind: EventKind, **payload: object) -> Decision:
        item, now = self._asked().item, self.workspace.now()
        (decision,) = self.workspace.ledger.decide(kind, [item], now, **payload)
        self._wrote(decision.event.id, decision.follows)
        return decision

    def _wrote(self, row: LogId, follows: LogId | None) -> None:
        """This session wrote a row. Unless another program has written meanwhile, the queue is still right."""
        if follows == self._newest:
            self._newest = row

    def _bring_back(self, question: Question, after: ItemState) -> None:
        """An item in learning steps comes again today."""
        if isinstance(after.due, datetime) and self.workspace.calendar.day_of(after.due) <= self.day:
            self.queue.bring_back(replace(question.waiting, phase=after.phase), after.due)

    def _may_be_asked(self, state: ItemState) -> bool:
        """Whether an item whose last row was undone is to be asked today."""
        if state.suspended or state.buried_on == self.day:
            return False
        return isinstance(state.due, datetime) or state.due is None or state.due <= self.day

    def _asked(self) -> Question:
        assert self.current is not None, "nothing is being asked"
        return self.current

    def _question(self, tx: Transaction, waiting: Waiting, now: datetime) -> Question | None:
        """The item with its card and state, None when its card has gone."""
        workspace = self.workspace
        placed, known = tx.catalogue.card_of(waiting.item), tx.states.known(waiting.item)
        if placed is None or known is None:
            return None
        _topic, state = known
        settings = workspace.ledger.settings_of(placed.topic)
        return Question(
            Exercise(placed.card, waiting.item, seed_of(waiting.item, tx.log.last_review_id(waiting.item))),
            placed,
            workspace.macros_of(placed.card),
            waiting,
            stage=workspace.curriculum.stage_of(placed.topic),
            state=state,
            asked_at=now,
            preview=workspace.ledger.preview(state, settings, now, self._load),
            is_leech=settings.is_leech(state.lapses),
        )

    def _load(self, _first: date, _last: date) -> Mapping[date, int]:
        """How many items are due on each day, kept up while the session goes on."""
        return self._due_on


def _standing(state: ItemState) -> ItemState:
    """What decides whether, and how, an item is asked."""
    return replace(state, flagged=False, changed_at=None)
