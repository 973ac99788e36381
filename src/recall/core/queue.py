"""What to show next.

Learning cards that are due come first, then reviews, then new cards; when nothing else is left, learning cards
that fall due soon come early. A queue is made for one study day and one scope, and changes only by its methods.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b

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


class Queue:
    """Today's work in order: made once a session, then changed by what the learner does."""

    def __init__(
        self,
        reviews: Iterable[Waiting] = (),
        new: Iterable[Waiting] = (),
        learning: Iterable[tuple[datetime, Waiting]] = (),
        learn_ahead: timedelta = timedelta(minutes=20),
    ) -> None:
        self.reviews = OrderedDict((waiting.item, waiting) for waiting in reviews)
        self.new = OrderedDict((waiting.item, waiting) for waiting in new)
        self.learning = sorted(learning)
        self.returned: list[Waiting] = []
        self.learn_ahead = learn_ahead

    @property
    def counts(self) -> Counts:
        back = Counter(waiting.phase for waiting in self.returned)
        in_steps = back[Phase.LEARNING] + back[Phase.RELEARNING]
        return Counts(
            len(self.new) + back[Phase.NEW], len(self.learning) + in_steps, len(self.reviews) + back[Phase.REVIEW]
        )

    def counts_by(self, group: Callable[[str], str]) -> dict[str, Counts]:
        """The counts of each group that `group` puts a topic in."""
        phases: defaultdict[str, Counter[Phase]] = defaultdict(Counter)
        for waiting in self._all():
            phases[group(waiting.topic)][waiting.phase] += 1
        return {
            name: Counts(n[Phase.NEW], n[Phase.LEARNING] + n[Phase.RELEARNING], n[Phase.REVIEW])
            for name, n in phases.items()
        }

    def next(self, now: datetime) -> Waiting | None:
        """The item to ask at `now`; asking does not take it out of the queue."""
        if self.returned:
            return self.returned[-1]
        if self.learning and self.learning[0][0] <= now:
            return self.learning[0][1]
        for waiting in (self.reviews, self.new):
            if waiting:
                return next(iter(waiting.values()))
        if self.learning and self.learning[0][0] <= now + self.learn_ahead:
            return self.learning[0][1]
        return None

    def remove(self, item: ItemId) -> None:
        """Take one item out: it was answered, suspended or buried."""
        self.reviews.pop(item, None)
        self.new.pop(item, None)
        self.returned = [waiting for waiting in self.returned if waiting.item != item]
        self.learning = [entry for entry in self.learning if entry[1].item != item]

    def bring_back(self, waiting: Waiting, due: datetime) -> None:
        """Ask an item in learning steps again at `due`, within the day."""
        insort(self.learning, (due, waiting))

    def put_back(self, waiting: Waiting) -> None:
        """Ask this item first: its last answer was undone. Its siblings wait."""
        siblings = [other.item for other in self._all() if other.card == waiting.card]
        for item in siblings:
            self.remove(item)
        self.returned.append(waiting)

    def keep_first(self, limit: int, always: Collection[ItemId] = ()) -> None:
        """Let all but `limit` items, and the ones in `always`, wait for another session."""
        others = [waiting.item for waiting in self._all() if waiting.item not in always]
        for item in others[limit:]:
            self.remove(item)

    def _all(self) -> Iterator[Waiting]:
        yield from self.returned
        yield from (waiting for _due, waiting in self.learning)
        yield from self.reviews.values()
        yield from self.new.values()


def order_reviews(due: Iterable[Waiting], day: date, limit: int) -> list[Waiting]:
    """The reviews of the day in the order they are asked.

    Lowest retrievability first, equal ones in a stable shuffle, neighbours from different topics. When more are
    due than `limit`, the day goes to those most worth saving: the ones still most likely to be remembered, since
    an hour spent on them keeps more memories than one spent on what is already lost.
    """
    if limit <= 0:
        return []
    ordered = sorted(due, key=lambda w: (round(w.retrievability, 2), _shuffle(w.item, day)))
    return interleave(list(one_per_card(ordered))[-limit:])


def one_per_card(ordered: Iterable[Waiting], taken: Iterable[CardId] = ()) -> Iterator[Waiting]:
    """The first item of each card that is not taken; its siblings wait for another day."""
    cards = set(taken)
    for waiting in ordered:
        if waiting.card not in cards:
            cards.add(waiting.card)
            yield waiting


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


def _shuffle(item: ItemId, day: date) -> bytes:
    return blake2b(f"{day.toordinal()}/{item}".encode(), digest_size=8).digest()
