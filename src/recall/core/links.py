"""Which card the history of another counts for, when a card has come to have another name.

A row of kind `link` says that the history of the card `from` goes on with the card `to`; with `same` false, that it
does not. From one card to itself it says that the name stands for a new card from there on. Rows are read in the
order of their ids, which has each row after those its device knew, whatever a clock does: devices with the same rows
have the same links.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from recall.core.item_names import card_of
from recall.core.model import CardId, Event, EventKind, ItemId, LogId, Review

Node = tuple[CardId, int]
"""A name and which of the cards it has stood for, one after the other."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a row of kind `link` says."""

    old: CardId
    new: CardId
    same: bool = True
    parts: Mapping[str, str] = field(default_factory=dict)
    """Items of the old card that are other ones of the new, by what follows the card's name: `{"": "#c1"}`."""
    why: str = ""
    """What spoke for it, in a word."""
    was: str = ""
    """The question of the old card."""

    @property
    def begins_anew(self) -> bool:
        """Whether a name stands for a new card from here on."""
        return self.old == self.new

    @property
    def names(self) -> tuple[CardId, CardId]:
        return self.old, self.new

    def payload(self) -> dict[str, object]:
        told = {"from": self.old, "to": self.new, "same": self.same}
        return told | {key: value for key in ("parts", "why", "was") if (value := getattr(self, key))}

    @classmethod
    def of(cls, row: Event) -> Link:
        told = row.payload
        parts, why, was = told.get("parts", {}), told.get("why", ""), told.get("was", "")
        return cls(CardId(told["from"]), CardId(told["to"]), told["same"], parts, why, was)


@dataclass(frozen=True, slots=True)
class Links:
    """All links of a log. False when there are none."""

    _next: dict[Node, tuple[Node, Link]] = field(default_factory=dict)
    _begun: dict[CardId, list[LogId]] = field(default_factory=dict)
    """Rows from which on a name stands for another card than before, ascending."""
    _neighbours: defaultdict[CardId, set[CardId]] = field(default_factory=lambda: defaultdict(set))
    _refused: set[tuple[CardId, CardId]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self._neighbours)

    def __contains__(self, card: CardId) -> bool:
        return card in self._neighbours

    def names(self) -> list[CardId]:
        """Every name that a link speaks of."""
        return sorted(self._neighbours)

    def item_of(self, row: Review | Event) -> ItemId:
        """The item a row counts for. The row has an item."""
        assert row.item is not None
        card = card_of(row.item)
        if card not in self._neighbours:
            return row.item
        return self._follow((card, bisect_left(self._begun.get(card, ()), row.id)), row.item)

    def current(self, item: ItemId) -> ItemId:
        """The item that an answer given now, under this name, counts for."""
        card = card_of(item)
        return self._follow(self._node(card), item) if card in self._neighbours else item

    def holder(self, card: CardId) -> CardId:
        """The card under whose name the history of a card is kept now."""
        return self._path(self._node(card))[-1][0]

    def distance(self, card: CardId) -> int:
        """How many links lead from a card to the holder of its history."""
        return len(self._path(self._node(card))) - 1

    def related(self, cards: Iterable[CardId]) -> set[CardId]:
        """These cards and all that links, standing or not, join with them."""
        found, waiting = set(), list(cards)
        while waiting:
            card = waiting.pop()
            if card not in found:
                found.add(card)
                waiting += self._neighbours.get(card, ())
        return found

    def is_refused(self, old: CardId, new: CardId) -> bool:
        """Whether the learner has said that these are different cards."""
        return (old, new) in self._refused

    def standing(self) -> list[Link]:
        """The links that hold now."""
        return [link for _node, link in self._next.values()]

    def _add(self, link: Link, row: LogId) -> None:
        self._neighbours[link.old].add(link.new)
        self._neighbours[link.new].add(link.old)
        old, new = self._node(link.old), self._node(link.new)
        if link.begins_anew:
            self._begun.setdefault(link.old, []).append(row)
        elif link.same:
            if old in self._path(new):  # back again: the later link holds
                del self._next[new]
            self._next[old] = new, link
            self._refused.discard((link.old, link.new))
        else:
            if old in self._next and self._next[old][0][0] == link.new:
                del self._next[old]
            self._refused.add((link.old, link.new))

    def _node(self, card: CardId) -> Node:
        return card, len(self._begun.get(card, ()))

    def _path(self, node: Node) -> list[Node]:
        path = [node]
        while path[-1] in self._next:
            path.append(self._next[path[-1]][0])
        return path

    def _follow(self, node: Node, item: ItemId) -> ItemId:
        part = item[len(node[0]) :]
        while node in self._next:
            node, link = self._next[node]
            part = link.parts.get(part, part)
        return ItemId(node[0] + part)


def links_of(events: Iterable[Event]) -> Links:
    """The links that the rows of a log make, whatever order they come in."""
    links = Links()
    for row in sorted((row for row in events if row.kind is EventKind.LINK), key=lambda row: row.id):
        links._add(Link.of(row), row.id)
    return links
