"""Histories follow their cards: through edits, moves, deletion and return, whatever becomes of their ids.

A card that vanished and one that is new are matched by id, question, answer and place when the catalogue changes, in
the same transaction. What is sure is linked in the log; what is not waits for the learner.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from recall.core.bodies import Cloze
from recall.core.faces import items_of
from recall.core.item_names import card_of
from recall.core.links import Link, Links
from recall.core.model import Card, CardId
from recall.identity.matching import Pair, Side, Why, asked_texts, match
from recall.ledger import Ledger
from recall.library import Change
from recall.store import Transaction
from recall.store.absent import AbsentCard
from recall.store.catalogue import Placed

CANDIDATES = 3
"""How many cards are named for one that vanished."""
_DOUBTS_KEY = "doubts"
_EARLY_KEY = "early"
_SHOWN = 200
"""Characters of an old question that a link keeps."""
_NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A card that vanished, and one that may be it."""

    old: Placed
    new: Placed
    why: str
    """One of `matching.Why`."""
    reviews: int
    """Answers to the old card."""

    @property
    def names(self) -> tuple[CardId, CardId]:
        return self.old.card.id, self.new.card.id


@dataclass(frozen=True, slots=True)
class Identity:
    """Which card is which."""

    ledger: Ledger
    now: Callable[[], datetime]

    def follow(self, tx: Transaction, change: Change) -> None:
        """Let histories follow their cards through a change of the catalogue."""
        links, nothing_absent = tx.log.links(), tx.absent.is_empty()
        if links:
            tx.catalogue.follow(links)
        if nothing_absent and not links and not change.vanished:
            return
        _Following(self, tx, links, change).run()

    def doubts(self) -> list[Doubt]:
        """Cards with a history that may be others now, the likeliest first."""
        with self.ledger.store.read() as tx:
            return list(_standing_doubts(tx))

    def links(self) -> list[Link]:
        """The links that hold, the oldest first."""
        with self.ledger.store.read() as tx:
            return tx.log.links().standing()

    def accept(self, doubts: Iterable[Doubt]) -> None:
        """Let the histories of some cards go on with those that they may be. Raises StoreError."""
        doubts = list(doubts)
        with self.ledger.store.write() as tx:
            links = tx.log.links()
            accepted = [_link(links, doubt.old.card, doubt.new.card, "accepted") for doubt in doubts]
            self.ledger.link(tx, accepted, self.now())
            tx.absent.forget({doubt.old.card.id for doubt in doubts})

    def refuse(self, old: CardId, new: CardId) -> None:
        """Say that two cards are different ones; a link from one to the other holds no longer. Raises StoreError."""
        with self.ledger.store.write() as tx:
            self.ledger.link(tx, [Link(old, new, same=False)], self.now())


@dataclass(frozen=True, slots=True)
class _Missing:
    """Cards that are in no file, as far as files could be read."""

    hidden: list[AbsentCard]
    """Those that may stand in a part that could not be read."""
    waiting: list[AbsentCard]
    """Those that were, and may have, when their file was read before."""
    lost: list[AbsentCard]
    former: list[AbsentCard]
    """Those that vanished earlier and asked what a new card does."""


@dataclass
class _Following:
    """One change of the catalogue, as it is worked off."""

    identity: Identity
    tx: Transaction
    links: Links
    change: Change

    def run(self) -> None:
        new = {placed.card.id for placed in self.change.new}
        self.tx.absent.forget(new)
        returned = list(self._returned(new))
        missing, early = self._missing(), self._early()
        pairs = self._pairs(missing, early)
        followed = self._followed(pairs)
        if links := [*returned, *(_link(self.links, pair.old.card, pair.new.card, pair.why) for pair in followed)]:
            self.identity.ledger.link(self.tx, links, self.identity.now())
        self._keep(missing, {pair.old.id for pair in followed})
        joined = {(pair.old.id, pair.new.id) for pair in followed}
        _remember(self.tx, [pair for pair in pairs if (pair.old.id, pair.new.id) not in joined])
        settled = {pair.new.id for pair in followed}
        self._remember_early([placed.card.id for placed in (*self.change.new, *early) if placed.card.id not in settled])

    def _returned(self, new: Iterable[CardId]) -> Iterator[Link]:
        """What is to be said of new cards whose name a card had before that goes by another one now.

        Where that one is in the decks, the new card begins anew; else it is the card that was.
        """
        by_holder: defaultdict[CardId, list[CardId]] = defaultdict(list)
        for name in new:
            if name in self.links:
                by_holder[self.links.holder(name)].append(name)
        for holder, names in by_holder.items():
            known = self.tx.catalogue.known(self.links.related([holder])) - set(names)
            there = [name for name in sorted(known) if self.links.holder(name) == holder]
            keeper = there[0] if there else min(names, key=lambda name: (self.links.distance(name), name))
            if holder in names and keeper != holder:
                yield Link(holder, keeper)
            yield from (Link(name, name) for name in names if name != keeper)

    def _missing(self) -> _Missing:
        read = self.change.before.keys() | self.change.after.keys() | self.change.unread.keys()
        asked: set[CardId] = set() if self._is_plain() else {_fingerprint(placed) for placed in self.change.new}
        awaited = {card.id: card for card in self.tx.absent.awaiting() if card.awaits & read}
        missing = _Missing([], [], [], [])
        for placed in (*self.change.vanished, *(card.placed for card in awaited.values())):
            earlier = awaited[placed.card.id].awaits if placed.card.id in awaited else frozenset()
            card = AbsentCard(placed, _fingerprint(placed), self._awaits(placed, earlier - read))
            if card.fingerprint not in asked and self._is_hidden(card):
                missing.hidden.append(card)
            elif not self._has_gone_on(card.id):
                (missing.waiting if card.id in awaited else missing.lost).append(card)
        known = awaited.keys() | {placed.card.id for placed in self.change.vanished}
        missing.former.extend(
            card
            for card in self.tx.absent.with_fingerprints(asked)
            if card.id not in known and not card.awaits and not self._has_gone_on(card.id)
        )
        return missing

    def _awaits(self, placed: Placed, earlier: frozenset[Path]) -> frozenset[Path]:
        """The files that a card may be in: those not read whole, and its own where that is out of use."""
        unread = self.change.unread.keys()
        return earlier | (unread & self.change.after.keys()) | (unread & {placed.path})

    def _is_hidden(self, card: AbsentCard) -> bool:
        """Whether a file that was not read whole shows a card, or is its own and shows nothing."""
        texts = {path: self.change.unread.get(path, "") for path in card.awaits}
        own = self.change.unread.get(card.placed.path)
        return own == "" or any(text and _may_hold(text, card.placed) for text in texts.values())

    @cached_property
    def _held(self) -> set[CardId]:
        """Under what names the histories of cards in the decks are kept, as far as links speak of them."""
        return {self.links.holder(name) for name in self.tx.catalogue.known(self.links.names())}

    def _is_plain(self) -> bool:
        """Whether every file was read whole, and no card vanished earlier."""
        return not self.change.unread and self.tx.absent.is_empty()

    def _has_gone_on(self, card: CardId) -> bool:
        """Whether the history of a card is that of one in the decks already."""
        return card in self.links and self.links.holder(card) in self._held

    def _pairs(self, missing: _Missing, early: Sequence[Placed]) -> list[Pair]:
        """The cards that are missing with the new ones; those that waited also with what came in the meantime.

        A card that vanished earlier has come back in a new one that no other is, whatever that may be besides.
        """
        new = self._sides(self.change.new, self.change.after)
        pairs = match(self._sides((*missing.waiting, *missing.lost), self.change.before), new)
        same = {pair.new.id for pair in pairs if pair.why is Why.SAME}
        back = match(self._sides(missing.former, {}), [side for side in new if side.id not in same])
        settled = {pair.old.id for pair in pairs if pair.is_sure}
        waiting = [card for card in missing.waiting if card.id not in settled]
        return pairs + back + match(self._sides(waiting, {}), self._sides(early, {}))

    def _sides(self, cards: Iterable[AbsentCard | Placed], files: Mapping[Path, Sequence[CardId]]) -> list[Side]:
        """Cards with their places in some files."""
        found = [card.placed if isinstance(card, AbsentCard) else card for card in cards]
        places: dict[Path, dict[CardId, tuple[object, object]]] = {}
        for path in {placed.path for placed in found} & files.keys():
            both = set(self.change.before.get(path, ())) & set(self.change.after.get(path, ()))
            places[path] = _places(path, files[path], both)
        sides = []
        for placed in found:
            gap, place = places.get(placed.path, {}).get(placed.card.id, (None, None))
            sides.append(Side(placed.card, placed.topic, gap, place, placed.line))
        return sides

    def _followed(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The pairs that are linked: not those that were refused, or whose new card has a history of its own."""
        sure = [p for p in pairs if p.is_sure and not self.links.is_refused(p.old.id, p.new.id)]
        edited = {pair.new.id for pair in sure if pair.why is Why.EDITED}
        known = set(map(card_of, self.tx.log.items(edited))) if edited else set()
        known |= {pair.new.id for pair in sure if pair.why is Why.SAME}
        return [p for p in sure if p.why is Why.SAME or (p.new.id not in known and p.new.id not in self.links)]

    def _keep(self, missing: _Missing, followed: Collection[CardId]) -> None:
        self.tx.absent.forget(followed)
        cards = (*missing.hidden, *missing.waiting, *missing.lost)
        self.tx.absent.keep([card for card in cards if card.id not in followed])

    def _early(self) -> list[Placed]:
        """Cards that came while others may have stood in a part of a file that could not be read."""
        early = map(CardId, self.tx.catalogue.remembered(_EARLY_KEY) or ())
        return list(self.tx.catalogue.placed(set(early)).values())

    def _remember_early(self, names: Sequence[CardId]) -> None:
        early = sorted(names) if self.tx.absent.awaiting() else []
        if early or self.tx.catalogue.remembered(_EARLY_KEY):
            self.tx.catalogue.remember(_EARLY_KEY, early)


def _link(links: Links, old: Card, new: Card, why: str) -> Link:
    """The link from the name under which the history of the old card is kept."""
    was = max(asked_texts(old), key=len)[:_SHOWN]
    return Link(links.holder(old.id), new.id, parts=_parts(old, new), why=why, was=was)


def _parts(old: Card, new: Card) -> dict[str, str]:
    """The first deletion of a cloze is the one item of another kind."""
    if isinstance(old.body, Cloze) is isinstance(new.body, Cloze):
        return {}
    mine, yours = (items_of(card)[0][len(card.id) :] for card in (old, new))
    return {mine: yours}


def _remember(tx: Transaction, pairs: Iterable[Pair]) -> None:
    """Keep what is doubtful for the learner."""
    by_card: defaultdict[CardId, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_card[pair.old.id].append(pair)
    new = [[p.old.id, p.new.id, p.why.value] for found in by_card.values() for p in found[:CANDIDATES]]
    if new:
        names = [told[:2] for told in new]
        kept = [told for told in tx.catalogue.remembered(_DOUBTS_KEY) or [] if told[:2] not in names]
        tx.catalogue.remember(_DOUBTS_KEY, [*new, *kept])


def _standing_doubts(tx: Transaction) -> Iterator[Doubt]:
    """Doubts about cards that are still absent and have a history."""
    told = tx.catalogue.remembered(_DOUBTS_KEY) or []
    links = tx.log.links()
    olds = {card.id: card.placed for card in tx.absent.get({CardId(old) for old, _new, _why in told})}
    news = tx.catalogue.placed({links.holder(CardId(new)) for _old, new, _why in told})
    for old, new, why in _through(told, links, news.keys()):
        if old in olds and not links.is_refused(old, new):
            states = [tx.states.get(links.current(item)) for item in items_of(olds[old].card)]
            if any(state.changed_at for state in states):
                yield Doubt(olds[old], news[new], why, sum(state.reps for state in states))


def _through(
    told: Iterable[tuple[CardId, CardId, str]], links: Links, there: Collection[CardId]
) -> Iterator[tuple[CardId, CardId, str]]:
    """Doubts about cards that are there; through one that changed again, about what that may be now."""
    by_old: defaultdict[CardId, list[tuple[CardId, str]]] = defaultdict(list)
    for old, new, why in told:
        by_old[old].append((links.holder(new), why))
    for old in by_old:
        seen: set[CardId] = {old}
        waiting = by_old[old][::-1]
        while waiting:
            new, why = waiting.pop()
            if new in seen:
                continue
            seen.add(new)
            if new in there:
                yield old, new, why
            else:
                waiting += by_old.get(new, [])[::-1]


def _places(path: Path, ids: Sequence[CardId], both: set[CardId]) -> dict[CardId, tuple[object, object]]:
    """For each card of a file between which lasting ones it stands, and as which of how many."""
    places: dict[CardId, tuple[object, object]] = {}
    before: CardId | None = None
    between: list[CardId] = []
    for name in (*ids, None):
        if name is not None and name not in both:
            between.append(name)
            continue
        gap = (path, before, name)
        places |= {found: (gap, (gap, n, len(between))) for n, found in enumerate(between)}
        before, between = name, []
    return places


def _may_hold(text: str, placed: Placed) -> bool:
    """Whether a card may be in a file of which not everything was read."""
    if placed.card.has_own_id and re.search(rf"\bid: *['\"]?{re.escape(placed.card.id)}\b", text):
        return True
    letters = _letters(text)
    return any(_letters(question) in letters for question in asked_texts(placed.card))


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _fingerprint(placed: Placed) -> CardId:
    from recall.decks.build import fingerprint  # yaml and msgspec, which an unchanged library needs not

    card = placed.card
    return fingerprint(card.body) if card.has_own_id else card.id
