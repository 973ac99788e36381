"""Today's work: the queue of a study day, made from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from recall.core.mastery import Mastery, mastery
from recall.core.model import CardId, Phase
from recall.core.queue import Queue, Waiting, one_per_card, order_reviews
from recall.core.schedule import curve, retrievability
from recall.errors import NotFoundError, did_you_mean
from recall.i18n import _
from recall.store import Transaction
from recall.store.states import Known
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the decks that was asked for; None is all of it, in the order of the curriculum."""

    topics: frozenset[str] | None = None

    def __contains__(self, topic: str) -> bool:
        return self.topics is None or topic in self.topics


def resolve_scope(workspace: Workspace, tx: Transaction, names: Collection[str]) -> Scope:
    """The scope of some stages, topics or own decks. Raises NotFoundError."""
    if not names:
        return Scope()
    return Scope(frozenset(topic for name in names for topic in _topics_of(workspace, tx, name)))


def todays_queue(workspace: Workspace, tx: Transaction, scope: Scope, now: datetime) -> Queue:
    """What is left to do on the study day of `now`."""
    today = workspace.calendar.day_of(now)
    settings = workspace.settings.review.default
    answered = tx.states.cards_answered_on(today)
    learning = [
        (known.state.due, _waiting(workspace, known, today))
        for known in tx.states.learning(today)
        if known.topic in scope
        and isinstance(known.state.due, datetime)
        and workspace.calendar.day_of(known.state.due) <= today
    ]
    answered |= {waiting.card for _due, waiting in learning}
    recall_after = curve(workspace.ledger.weights)
    due = [
        Waiting(item, card, topic, Phase.REVIEW, recall_after(max(elapsed, 0), stability))
        for item, card, topic, stability, elapsed in tx.states.due(today)
        if topic in scope and card not in answered
    ]
    reviews = order_reviews(due, today, settings.reviews_per_day - tx.states.reviewed_on(today))
    taken = answered | {waiting.card for waiting in reviews}
    new = _new(workspace, tx, scope, today, taken)
    return Queue(reviews, new, learning, settings.learn_ahead)


def open_topics(workspace: Workspace, tx: Transaction, today: date) -> frozenset[str]:
    """Topics with cards that new ones may come from now: prerequisites met, in the focus, or an own deck."""
    known = _LazyMastery(workspace, tx, today)
    topics = _topics_in_order(workspace, known, Scope())
    return frozenset(topic for topic, waits in topics if not waits or workspace.curriculum.is_open(topic, known))


def _waiting(workspace: Workspace, known: Known, today: date) -> Waiting:
    state = known.state
    r = retrievability(state.memory, state.last_day, today, workspace.ledger.weights)
    return Waiting(state.item, known.card, known.topic, state.phase, r)


def _new(
    workspace: Workspace, tx: Transaction, scope: Scope, today: date, taken: Collection[CardId]
) -> Iterator[Waiting]:
    """New items in study order, as many as the limits of the day and of each stage leave.

    A topic whose prerequisites are met by cards that come earlier today is open too, so that the plan of the day
    does not grow while it is worked off.
    """
    policy, curriculum = workspace.settings.review, workspace.curriculum
    introduced = tx.states.introduced_on(today)
    left = policy.default.new_per_day - len(introduced)
    by_stage = Counter(curriculum.stage_of(topic) for topic in introduced)
    known = _LazyMastery(workspace, tx, today)
    with_new = tx.states.topics_with_new()
    for topic, waits in _topics_in_order(workspace, known, scope):
        if topic not in with_new:
            continue
        stage = curriculum.stage_of(topic)
        room = min(left, policy.for_stage(stage).new_per_day - by_stage[stage])
        if room <= 0 or (waits and not curriculum.is_open(topic, known)):
            continue
        asked = (Waiting(item, card, topic) for item, card in tx.states.new(topic, today))
        unseen = list(islice(one_per_card(asked, taken), room))
        yield from unseen
        left -= len(unseen)
        by_stage[stage] += len(unseen)
        known.plan(topic, len(unseen))


class _LazyMastery(Mapping[str, Mastery]):
    """Mastery by topic, worked out for a topic when it is asked for: opening a topic needs that of a few."""

    def __init__(self, workspace: Workspace, tx: Transaction, today: date) -> None:
        self.weights, self.tx, self.today = workspace.ledger.weights, tx, today
        self.topics = dict.fromkeys(tx.catalogue.topics())
        self.known: dict[str, Mastery] = {}

    def __getitem__(self, topic: str) -> Mastery:
        if topic not in self.topics:
            raise KeyError(topic)
        if topic not in self.known:
            memories = [(seen.stability, seen.elapsed) for seen in self.tx.states.topic_memories(self.today, topic)]
            self.known[topic] = mastery(self.tx.states.topic_size(topic), memories, self.weights)
        return self.known[topic]

    def __contains__(self, topic: object) -> bool:
        return topic in self.topics

    def __iter__(self) -> Iterator[str]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)

    def plan(self, topic: str, count: int) -> None:
        """Count items that come earlier today as seen."""
        self.known[topic] = self[topic] + Mastery(seen=count, recall_sum=float(count))


def _topics_in_order(workspace: Workspace, known: Collection[str], scope: Scope) -> Iterator[tuple[str, bool]]:
    """Topics that new cards may come from, and whether each waits for its prerequisites.

    Own decks come first, then the focus, then the curriculum. What was asked for by name, the focus and own decks
    wait for nothing.
    """
    curriculum = workspace.curriculum
    own = [topic for topic in known if topic not in curriculum.topics]
    focus = [topic for name in workspace.settings.focus for topic in _topics_named(workspace, known, name)]
    preferred = {*own, *focus}
    for topic in dict.fromkeys([*own, *focus, *curriculum.study_order]):
        if topic in known and topic in scope:
            yield topic, scope.topics is None and topic not in preferred


def _topics_of(workspace: Workspace, tx: Transaction, name: str) -> list[str]:
    topics = tx.catalogue.topics()
    found = _topics_named(workspace, topics, name)
    if not found:
        stages = [stage.id for stage in workspace.curriculum.stages]
        hint = did_you_mean(name, [*stages, *topics, *workspace.curriculum.topics])
        raise NotFoundError(_("no stage, topic or deck is called {name}").format(name=name) + hint)
    return found


def _topics_named(workspace: Workspace, known: Collection[str], name: str) -> list[str]:
    """The topics of a stage, or the one topic or own deck of that name."""
    for stage in workspace.curriculum.stages:
        if stage.id == name:
            return [topic.id for topic in stage.topics]
    return [name] if name in known or name in workspace.curriculum.topics else []
