"""How far the decks cover the curriculum: cards by topic and kind against the targets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from recall.core.bodies import PRODUCED_KINDS, Kind, Text
from recall.core.model import Card
from recall.workspace import Workspace


@dataclass(slots=True)
class TopicCoverage:
    """The cards of one topic."""

    id: str
    stage: str
    title: Text
    target: int
    kinds: Counter[Kind] = field(default_factory=Counter)
    has_why: bool = False
    has_contrast: bool = False

    @property
    def cards(self) -> int:
        return self.kinds.total()

    @property
    def has_production(self) -> bool:
        return any(kind in PRODUCED_KINDS for kind in self.kinds)

    @property
    def missing(self) -> list[str]:
        """What a topic should have and this one has not: `cards` at all, or `why`, `production`, `contrast`."""
        if not self.cards:
            return ["cards"]
        has = {"why": self.has_why, "production": self.has_production, "contrast": self.has_contrast}
        return [name for name, is_there in has.items() if not is_there]

    def add(self, card: Card) -> None:
        self.kinds[card.kind] += 1
        self.has_why |= "why" in card.tags
        self.has_contrast |= "contrast" in card.tags


def coverage(workspace: Workspace) -> list[TopicCoverage]:
    """Every topic that is meant to have cards, in the order of the curriculum."""
    topics = {
        topic.id: TopicCoverage(topic.id, topic.stage, topic.title, topic.target_cards)
        for topic in workspace.curriculum.topics.values()
        if topic.target_cards
    }
    with workspace.store.read() as tx:
        for placed in tx.catalogue.cards():
            if placed.topic in topics:
                topics[placed.topic].add(placed.card)
    return list(topics.values())
