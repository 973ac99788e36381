"""What the cards of a topic have to offer together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from recall.core.bodies import PRODUCED_KINDS
from recall.core.model import Card
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.standard.rules import Held, of_decks
from recall.i18n import _


def covered_topics(decks: Sequence[DeckFile]) -> Iterator[Problem]:
    """Each topic asks why and has something produced. Whether a pair needs setting apart, a reader has to judge."""
    by_topic: defaultdict[str, list[Held]] = defaultdict(list)
    for held in of_decks(decks):
        by_topic[held.card.topic or ""].append(held)
    offers: tuple[tuple[Callable[[Card], bool], str], ...] = (
        (lambda card: "why" in card.tags, _("no card of topic {topic} asks why; tag one `why`")),
        (_is_production, _("nothing is produced in topic {topic}; add a card that is typed, computed, ordered or run")),
    )
    for topic, cards in by_topic.items():
        for offered, message in offers:
            if not any(offered(held.card) for held in cards):
                yield cards[0].problem("topic", message.format(topic=topic))


def _is_production(card: Card) -> bool:
    return card.kind in PRODUCED_KINDS
