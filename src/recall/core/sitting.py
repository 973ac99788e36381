"""Which questions a quiz or a mock interview asks: weak items first, spread over topics, repeatable by seed."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from itertools import islice
from math import log
from random import Random

from recall.core.bodies import PRODUCED_KINDS, Interview, Kind, Text
from recall.core.mastery import lasting
from recall.core.model import Card, CardId, ItemId

QUIZ_NUMBER = 10
INTERVIEW_MINUTES = 45
MARKED_KINDS = PRODUCED_KINDS - {Kind.CODE} | {Kind.CHOICE}
"""What a quiz asks unless told otherwise: kinds that a program marks at once."""
UNSEEN_WEAKNESS = 0.6
LEAST_WEAKNESS = 0.02
"""So that what is known well may still be asked, once in a while."""
USUAL_DIFFICULTY = 3
"""Of a card that says none."""
WARM_UP = 2
"""The hardest difficulty of a warm-up question."""
BANDS = ((WARM_UP, 0.2), (3, 0.5), (5, 1.0))
"""How an interview rises: the hardest difficulty of each part, and the share of the time gone at its end."""
FOLLOW_UP_MINUTES = 1
_FORGOTTEN_AFTER = 14
"""Days after which an interview question is half as welcome as one never asked."""


class What(StrEnum):
    """What the learner sits for."""

    QUIZ = "quiz"
    INTERVIEW = "interview"


class Feedback(StrEnum):
    """When the answers are shown."""

    END = "end"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be asked."""

    item: ItemId
    card: CardId
    topic: str
    weakness: float
    """How little of it is in the head, from 0 to 1."""
    difficulty: int = USUAL_DIFFICULTY
    minutes: float = 0
    """What an interview question takes, follow-ups included."""
    idle: int | None = None
    """Days since it was asked; None when it never was."""


def weakness(retrievability: float, stability: float) -> float:
    """How little of a seen item is in the head now and likely to stay: 1 less its share of mastery."""
    return 1 - lasting(retrievability, stability)


def question_seed(seed: int, item: ItemId) -> int:
    """What the numbers and the shuffling of a question are drawn from."""
    return int.from_bytes(blake2b(f"{seed}|{item}".encode(), digest_size=6).digest())


def draw_quiz(candidates: Iterable[Candidate], number: int, seed: int) -> list[ItemId]:
    """At most `number` items, of different cards; topic after topic, the weak ones more likely."""
    weighted = ((candidate, candidate.weakness) for candidate in candidates)
    return [candidate.item for candidate in islice(_by_turns(_drawn(weighted, seed)), number)]


def draw_interview(candidates: Iterable[Candidate], minutes: float, seed: int) -> list[ItemId]:
    """Questions that fill the minutes, the easy ones first; weak ones and those not asked lately are more likely.

    At least one question, if there is any.
    """
    weighted = ((candidate, candidate.weakness * _welcome(candidate.idle)) for candidate in candidates)
    waiting = _drawn(weighted, seed)
    chosen: list[Candidate] = []
    for hardest, share in BANDS:
        _fill(chosen, [each for each in waiting if each.difficulty <= hardest], minutes * share, minutes)
    _fill(chosen, waiting, minutes, minutes)
    return [candidate.item for candidate in sorted(chosen or waiting[:1], key=lambda each: each.difficulty)]


def follow_ups(card: Card) -> tuple[Text, ...]:
    """The follow-up questions that an interview asks: one after a warm-up, else two at most."""
    body = card.body
    most = 1 if (card.difficulty or USUAL_DIFFICULTY) <= WARM_UP else 2
    return body.follow_up[:most] if isinstance(body, Interview) else ()


def interview_minutes(card: Card) -> float:
    """How long an interview stays with a card."""
    body = card.body
    own = body.minutes if isinstance(body, Interview) else 0
    return own + FOLLOW_UP_MINUTES * len(follow_ups(card))


def _welcome(idle: int | None) -> float:
    return 1.0 if idle is None else (idle + 1) / (idle + 1 + _FORGOTTEN_AFTER)


def _drawn(weighted: Iterable[tuple[Candidate, float]], seed: int) -> list[Candidate]:
    """A weighted random order (Efraimidis and Spirakis 2006): by u^(1/w), the largest first.

    The number u of an item depends on nothing but the seed and the item, so that a new card moves no other.
    """

    def key(candidate: Candidate, weight: float) -> float:
        u = 1 - Random(f"{seed}|{candidate.item}").random()
        return log(u) / max(weight, LEAST_WEAKNESS)

    keyed = [(key(candidate, weight), candidate.item, candidate) for candidate, weight in weighted]
    return [candidate for _key, _item, candidate in sorted(keyed, reverse=True)]


def _by_turns(ranked: Sequence[Candidate]) -> Iterator[Candidate]:
    """One of each topic in turn, topics in the order of their first; of a card's items only the first."""
    topics: OrderedDict[str, deque[Candidate]] = OrderedDict()
    cards: set[CardId] = set()
    for candidate in ranked:
        if candidate.card not in cards:
            cards.add(candidate.card)
            topics.setdefault(candidate.topic, deque()).append(candidate)
    while topics:
        for topic in list(topics):
            yield topics[topic].popleft()
            if not topics[topic]:
                del topics[topic]


def _fill(chosen: list[Candidate], waiting: Sequence[Candidate], until: float, minutes: float) -> None:
    """Choose more questions as long as less than `until` minutes are taken, and all fit into `minutes`.

    Of those that fit, the next is the first of a topic that was chosen least.
    """
    while (taken := sum(each.minutes for each in chosen)) < until:
        fitting = [each for each in waiting if each not in chosen and taken + each.minutes <= minutes]
        if not fitting:
            return
        topics = Counter(each.topic for each in chosen)
        chosen.append(min(fitting, key=lambda each: topics[each.topic]))
