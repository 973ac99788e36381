"""What a quiz or a mock interview may ask, as the store has it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from recall.core import sitting
from recall.core.bodies import Kind
from recall.core.model import Card, EventKind, ItemId, ItemState
from recall.core.schedule import retrievability
from recall.core.sitting import Candidate
from recall.store import Transaction
from recall.study.today import open_topics, resolve_scope
from recall.workspace import Workspace

INTERVIEW_STAGE = "llm-interview"
"""Where interview questions come from unless other stages or topics are named."""


def quiz_candidates(
    workspace: Workspace, tx: Transaction, names: Collection[str], kinds: Collection[Kind]
) -> list[Candidate]:
    """Items of these kinds: of the stages, topics or decks named, else what was seen and what is open.

    Raises NotFoundError for an unknown name.
    """
    scope, today = resolve_scope(workspace, tx, names), workspace.today
    opened = frozenset() if names else open_topics(workspace, tx, today)
    return [
        Candidate(item, card.id, topic, _weakness(workspace, state, today))
        for item, topic, card, state in _askable(tx, today)
        if card.kind in kinds and topic in scope and (names or state.memory or topic in opened)
    ]


def interview_candidates(workspace: Workspace, tx: Transaction, names: Collection[str]) -> list[Candidate]:
    """Interview questions of the stages, topics or decks named, else of the stage of interviews, if it has some.

    Raises NotFoundError for an unknown name.
    """
    scope, today = resolve_scope(workspace, tx, names), workspace.today
    asked_on = {row.item: row.day for row in tx.log.events_of_kind(EventKind.ATTEMPT)}
    found = [
        Candidate(
            item,
            card.id,
            topic,
            _weakness(workspace, state, today),
            card.difficulty or sitting.USUAL_DIFFICULTY,
            sitting.interview_minutes(card),
            _idle(today, state.last_day, asked_on.get(item)),
        )
        for item, topic, card, state in _askable(tx, today)
        if card.kind is Kind.INTERVIEW and topic in scope
    ]
    usual = [] if names else [each for each in found if workspace.group_of(each.topic) == INTERVIEW_STAGE]
    return usual or found


def groups_with_cards(workspace: Workspace, kinds: Collection[Kind]) -> dict[str, list[str]]:
    """Stages and own decks with cards of these kinds, each with its topics that have some, in study order."""
    with workspace.store.read() as tx:
        topics = {topic for _item, topic, card in tx.catalogue.items() if card.kind in kinds}
    order = [*workspace.curriculum.topics, *sorted(topics - set(workspace.curriculum.topics))]
    groups: dict[str, list[str]] = {}
    for topic in order:
        if topic in topics:
            groups.setdefault(workspace.group_of(topic), []).append(topic)
    return groups


def _askable(tx: Transaction, today: date) -> Iterator[tuple[ItemId, str, Card, ItemState]]:
    """Items with their topic, card and state; what is suspended or buried aside."""
    states = {state.item: state for state in tx.states.all()}
    for item, topic, card in tx.catalogue.items():
        state = states.get(item) or ItemState(item)
        if not state.suspended and state.buried_on != today:
            yield item, topic, card, state


def _weakness(workspace: Workspace, state: ItemState, today: date) -> float:
    if state.memory is None:
        return sitting.UNSEEN_WEAKNESS
    r = retrievability(state.memory, state.last_day, today, workspace.ledger.weights)
    return sitting.weakness(r, state.memory.stability)


def _idle(today: date, *days: date | None) -> int | None:
    """Days since the latest of some days, if there is one."""
    latest = max(filter(None, days), default=None)
    return max((today - latest).days, 0) if latest else None
