"""What to show next.

Learning cards that are due come first, then reviews, then new cards; when nothing else is left, learning cards
that fall due soon come early. A queue is made for one study day and one scope, and changes only by its methods.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from heapq import heapify, heappush

from recall.core.model import CardId, ItemId, Phase

INTERLEAVE_WINDOW = 12
"""How far ahead an item of another topic may be fetched from, so that retrievability still rules the order."""


@dataclass(frozen=True, slots=True, order=True)
class Waiting:
    """An item that may be asked today."""

    item: ItemId
    card: CardId
    topic: str
    phase: Phase = Phase.NEW
    retrievability: float = 0.0
    """On this study day; 0 for a new item."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is still to come today."""

    new: int = 0
    learning: int = 0
    review: int = 0

    @property
    def total(self) -> int:
        return self.new + self.learning + self.review


@dataclass
class Queue:
    """Today's work in order. `learning` is a heap by due time."""

    reviews: deque[Waiting] = field(default_factory=deque)
    new: deque[Waiting] = field(default_factory=deque)
    learning: list[tuple[datetime, Waiting]] = field(default_factory=list)
    returned: deque[Waiting] = field(default_factory=deque)
    learn_ahead: timedelta = timedelta(minutes=20)

    def __post_init__(self) -> None:
        heapify(self.learning)

    @property
    def counts(self) -> Counts:
        return _count(self._all())

    def counts_by(self, group: Callable[[str], str]) -> dict[str, Counts]:
        """The counts of each group that `group` puts a topic in."""
        groups: defaultdict[str, list[Waiting]] = defaultdict(list)
        for waiting in self._all():
            groups[group(waiting.topic)].append(waiting)
        return {name: _count(members) for name, members in groups.items()}

    def keep_first(self, limit: int, always: Collection[ItemId] = ()) -> None:
        """Let all but `limit` items, and the ones in `always`, wait for another session."""
        learning = sorted(self.learning)
        kept = [entry for entry in learning if entry[1].item in always]
        others = [entry for entry in learning if entry[1].item not in always][:limit]
        self.learning = sorted([*kept, *others])
        limit -= len(others)
        self.reviews = deque(list(self.reviews)[:limit])
        self.new = deque(list(self.new)[: limit - len(self.reviews)])

    def next(self, now: datetime) -> Waiting | None:
        """The item to ask at `now`; asking does not take it out of the queue."""
        if self.returned:
            return self.returned[0]
        if self.learning and self.learning[0][0] <= now:
            return self.learning[0][1]
        for waiting in (self.reviews, self.new):
            if waiting:
                return waiting[0]
        if self.learning and self.learning[0][0] <= now + self.learn_ahead:
            return self.learning[0][1]
        return None

    def remove(self, item: ItemId) -> None:
        """Take one item out: it was answered, suspended or buried."""
        self.returned = deque(w for w in self.returned if w.item != item)
        self.reviews = _without(self.reviews, item)
        self.new = _without(self.new, item)
        self.learning = [entry for entry in self.learning if entry[1].item != item]
        heapify(self.learning)

    def _all(self) -> Iterator[Waiting]:
        yield from self.returned
        yield from (waiting for _, waiting in self.learning)
        yield from self.reviews
        yield from self.new

    def bury_siblings(self, card: CardId) -> None:
        """Other items of a card that was answered wait until tomorrow."""
        self.reviews = deque(w for w in self.reviews if w.card != card)
        self.new = deque(w for w in self.new if w.card != card)

    def learn(self, waiting: Waiting, due: datetime) -> None:
        """Bring an item back within the day."""
        heappush(self.learning, (due, waiting))

    def put_back(self, waiting: Waiting) -> None:
        """Ask this item first: its last answer was undone."""
        self.remove(waiting.item)
        self.returned.appendleft(waiting)


def order_reviews(due: Iterable[Waiting], day: date, limit: int) -> list[Waiting]:
    """The reviews of the day in the order they are asked.

    Lowest retrievability first, equal ones in a stable shuffle, neighbours from different topics. When more are
    due than `limit`, the day goes to those most worth saving: the ones still most likely to be remembered, since
    an hour spent on them keeps more memories than one spent on what is already lost.
    """
    if limit <= 0:
        return []
    ordered = sorted(due, key=lambda w: (round(w.retrievability, 2), _shuffle(w.item, day)))
    return interleave(one_per_card(ordered)[-limit:])


def one_per_card(ordered: Iterable[Waiting], taken: Iterable[CardId] = ()) -> list[Waiting]:
    """The first item of each card; its siblings wait for another day."""
    cards = set(taken)
    kept = []
    for waiting in ordered:
        if waiting.card not in cards:
            cards.add(waiting.card)
            kept.append(waiting)
    return kept


def interleave(ordered: Sequence[Waiting], window: int = INTERLEAVE_WINDOW) -> list[Waiting]:
    """Keep the order, but let no topic follow itself while another one is within `window` places."""
    rest = deque(ordered)
    mixed: list[Waiting] = []
    while rest:
        last_topic = mixed[-1].topic if mixed else None
        ahead = range(min(window, len(rest)))
        place = next((n for n in ahead if rest[n].topic != last_topic), 0)
        mixed.append(rest[place])
        del rest[place]
    return mixed


def _count(waiting: Iterable[Waiting]) -> Counts:
    phases = Counter(w.phase for w in waiting)
    return Counts(phases[Phase.NEW], phases[Phase.LEARNING] + phases[Phase.RELEARNING], phases[Phase.REVIEW])


def _without(waiting: deque[Waiting], item: ItemId) -> deque[Waiting]:
    if waiting and waiting[0].item == item:
        waiting.popleft()
        return waiting
    return deque(w for w in waiting if w.item != item)


def _shuffle(item: ItemId, day: date) -> bytes:
    return blake2b(f"{day.toordinal()}/{item}".encode(), digest_size=8).digest()
