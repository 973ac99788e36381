"""Finds items by text, by what they are and by how well they are known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, TypeVar

from recall.core import query
from recall.core.faces import Face, face
from recall.core.folding import fold, squeeze
from recall.core.model import ItemId, Kind, Language, Phase
from recall.core.query import Compared, Every, Fault, Is, Named, Not, Op, Query, QueryError, Some, Words
from recall.core.schedule import curve
from recall.errors import SearchError
from recall.i18n import _
from recall.names import enumerated
from recall.store import times
from recall.store.catalogue import Placed, path_text
from recall.store.search import Entry, Place, Word
from recall.workspace import Workspace

if TYPE_CHECKING:
    from recall.core.drills import Instance

Test = Callable[[Entry], bool]
Name = TypeVar("Name")

_OPERATORS = {Op.LESS: lt, Op.AT_MOST: le, Op.MORE: gt, Op.AT_LEAST: ge, Op.IS: eq}
_KEPT_WORDS = 200
"""How many words are remembered with the cards that hold them."""


class Order(StrEnum):
    """What items are sorted by."""

    DECK = "deck"
    DUE = "due"
    STABILITY = "stability"
    DIFFICULTY = "difficulty"
    LAPSES = "lapses"
    RECALL = "r"
    ADDED = "added"


class Figures:
    """What is known of an entry on one study day."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.today = workspace, workspace.today
        self._recall_after = curve(workspace.ledger.weights)
        self._days: dict[str, int] = {}
        self._leech_after: dict[str, int] = {}

    def due_in(self, entry: Entry) -> int | None:
        """Days until the item is due, less than 0 when it is late."""
        if entry.due_at is not None:
            return (self.workspace.calendar.day_of(times.from_text(entry.due_at)) - self.today).days
        return self._days_to(entry.due_day) if entry.due_day is not None else None

    def seen_ago(self, entry: Entry) -> int | None:
        """Days since the last answer."""
        return -self._days_to(entry.last_day) if entry.last_day is not None else None

    def added_ago(self, entry: Entry) -> int | None:
        """Days since the card was added."""
        return -self._days_to(entry.since[:10]) if entry.since is not None else None

    def retrievability(self, entry: Entry) -> float | None:
        """Probability of recall today; None for an item that was never answered."""
        if entry.stability is None or entry.last_day is None:
            return None
        return self._recall_after(max(-self._days_to(entry.last_day), 0), entry.stability)

    def is_buried(self, entry: Entry) -> bool:
        return entry.buried_on == self.today.isoformat()

    def is_due(self, entry: Entry) -> bool:
        """Whether the item may be asked today for its being due."""
        due = self.due_in(entry)
        return due is not None and due <= 0 and not entry.suspended and not self.is_buried(entry)

    def is_leech(self, entry: Entry) -> bool:
        bound = self._leech_after.get(entry.topic)
        if bound is None:
            bound = self._leech_after[entry.topic] = self.workspace.ledger.settings_of(entry.topic).leech_after
        return 0 < bound <= (entry.lapses or 0)

    def _days_to(self, day: str) -> int:
        """Days from today to a date; each date is worked out once."""
        found = self._days.get(day)
        if found is None:
            found = self._days[day] = (date.fromisoformat(day) - self.today).days
        return found


class Inventory:
    """Every item of the catalogue as it is now, to be searched again and again.

    Made for one query, it holds only what that may find.
    """

    def __init__(self, workspace: Workspace, text: str = "") -> None:
        self.workspace, self.figures = workspace, Figures(workspace)
        self._words, due_by = self._narrowing(text)
        with workspace.store.read() as tx:
            self.entries = list(tx.search.entries(self._words, due_by))
        self._sorted: dict[tuple[Order, bool], list[Entry]] = {}
        self._holding: dict[Word, Collection[Place]] = {}

    def _narrowing(self, text: str) -> tuple[list[Word], str | None]:
        """What an item must have to be found by a query, as far as the database can tell."""
        wanted = _parsed(text)
        parts = wanted.parts if isinstance(wanted, Every) else (wanted,)
        words = [_word(part.text) for part in parts if isinstance(part, Words)]
        return words, self.figures.today.isoformat() if Is("due") in parts else None

    def find(self, text: str, order: Order = Order.DECK, descending: bool = False) -> list[Entry]:
        """The items that a query finds, sorted; those without the figure come last. Raises SearchError."""
        test = self._test(_parsed(text))
        return [entry for entry in self._in_order(order, descending) if test(entry)]

    def read_texts(self) -> None:
        """Read what is searched of each card now and not at the first word."""
        self._texts  # noqa: B018 - reading is the point

    def cards(self, entries: Iterable[Entry]) -> dict[Place, Placed]:
        """The cards of some items."""
        with self.workspace.store.read() as tx:
            return tx.search.cards({entry.place for entry in entries})

    def _in_order(self, order: Order, descending: bool) -> list[Entry]:
        found = self._sorted.get((order, descending))
        if found is None:
            found = self._sorted[order, descending] = self._sort(order, descending)
        return found

    def _sort(self, order: Order, descending: bool) -> list[Entry]:
        if order is Order.DECK:
            return sorted(self.entries, key=self._place_in_study, reverse=descending)
        figure = _SORT_FIGURES[order]
        figures = [(figure(self.figures, entry), entry) for entry in self._in_order(Order.DECK, False)]
        known = [(value, entry) for value, entry in figures if value is not None]
        known.sort(key=lambda pair: pair[0], reverse=descending)
        return [entry for _value, entry in known] + [entry for value, entry in figures if value is None]

    def _place_in_study(self, entry: Entry) -> tuple[int, str, str, int, str]:
        """Own decks first, then the topics in the order they are studied."""
        place = self._topic_places.get(entry.topic, -1)
        return place, entry.topic if place < 0 else "", entry.order_path, entry.order_ordinal, entry.item

    @cached_property
    def _topic_places(self) -> Mapping[str, int]:
        return {topic: place for place, topic in enumerate(self.workspace.curriculum.study_order)}

    def _test(self, wanted: Query) -> Test:
        """What tells whether an entry is found."""
        match wanted:
            case Words(text):
                places = self._places_holding(text)
                return lambda entry: entry.place in places
            case Named(field, value):
                return self._named(field, fold(value))
            case Compared(field, op, number):
                return self._compared(field, op, number)
            case Is(state):
                return self._is(state)
            case Not(part):
                test = self._test(part)
                return lambda entry: not test(entry)
            case Every(parts):
                tests = [self._test(part) for part in parts]
                return lambda entry: all(test(entry) for test in tests)
            case Some(parts):
                tests = [self._test(part) for part in parts]
                return lambda entry: any(test(entry) for test in tests)

    def _places_holding(self, text: str) -> Collection[Place]:
        """The cards that hold a text; what was looked for lately is remembered."""
        word = _word(text)
        places = self._holding.get(word)
        if places is None:
            if len(self._holding) >= _KEPT_WORDS:
                self._holding.clear()
            places = self._holding[word] = {
                place for form in word for place, held in self._texts.items() if form in held
            }
        return places

    @cached_property
    def _texts(self) -> Mapping[Place, str]:
        """What is searched of each card. In memory, as a key must not wait for the database: 1 kB a card."""
        with self.workspace.store.read() as tx:
            return tx.search.texts(self._words)

    def _named(self, field: str, value: str) -> Test:
        match field:
            case "stage":
                topics = self._topics_of_stages(value)
                return lambda entry: entry.topic in topics
            case "topic":
                topics = self._topics(value)
                return lambda entry: entry.topic in topics
            case "deck":
                names = self._decks(value)
                return lambda entry: entry.topic in names or entry.path in names
            case "kind":
                kinds = _found("kind", value, {kind.value for kind in Kind if kind.value.startswith(value)})
                return lambda entry: entry.kind in kinds
            case "tag":
                return lambda entry: f"\n{value}" in f"\n{entry.tags}"
            case "source":
                return lambda entry: value in entry.sources
            case _:
                return lambda entry: entry.item.casefold().startswith(value)

    def _topics_of_stages(self, value: str) -> Collection[str]:
        stages = [s for s in self.workspace.curriculum.stages if _is_called(value, s.id, s.title.zh, s.title.en)]
        _found("stage", value, stages)
        return {topic.id for stage in stages for topic in stage.topics}

    def _topics(self, value: str) -> Collection[str]:
        topics = self.workspace.curriculum.topics.values()
        found = {topic.id for topic in topics if _is_called(value, topic.id, topic.title.zh, topic.title.en)}
        own = {topic for topic in self._own_topics if fold(topic).startswith(value)}
        return _found("topic", value, found | own)

    def _decks(self, value: str) -> Collection[str]:
        """Own decks and deck files whose names begin so."""
        with self.workspace.store.read() as tx:
            paths = tx.catalogue.stamps()
        names = {topic for topic in self._own_topics if fold(topic).startswith(value)}
        files = {path_text(path) for path in paths if fold(path.stem).startswith(value)}
        return _found("deck", value, names | files)

    @cached_property
    def _own_topics(self) -> Collection[str]:
        """The learner's own decks."""
        with self.workspace.store.read() as tx:
            return set(tx.catalogue.topics()) - self.workspace.curriculum.topics.keys()

    def _compared(self, field: str, op: Op, number: float) -> Test:
        figure, holds, figures = _FIGURES[field], _OPERATORS[op], self.figures

        def test(entry: Entry) -> bool:
            value = figure(figures, entry)
            return value is not None and bool(holds(value, number))

        return test

    def _is(self, state: str) -> Test:
        figures = self.figures
        tests: dict[str, Test] = {
            "due": figures.is_due,
            "new": lambda entry: entry.phase in (None, Phase.NEW),
            "learning": lambda entry: entry.phase in (Phase.LEARNING, Phase.RELEARNING),
            "review": lambda entry: entry.phase == Phase.REVIEW,
            "suspended": lambda entry: bool(entry.suspended),
            "buried": figures.is_buried,
            "flagged": lambda entry: bool(entry.flagged),
            "leech": figures.is_leech,
        }
        return tests[state]


_FIGURES: Mapping[str, Callable[[Figures, Entry], float | None]] = {
    "lapses": lambda _figures, entry: entry.lapses or 0,
    "reps": lambda _figures, entry: entry.reps or 0,
    "stability": lambda _figures, entry: entry.stability,
    "difficulty": lambda _figures, entry: entry.difficulty,
    "level": lambda _figures, entry: entry.level,
    "due": Figures.due_in,
    "added": Figures.added_ago,
    "seen": Figures.seen_ago,
    "r": Figures.retrievability,
}
_SORT_FIGURES: Mapping[Order, Callable[[Figures, Entry], float | str | None]] = {
    Order.DUE: lambda _figures, entry: entry.due_at or entry.due_day,
    Order.STABILITY: _FIGURES["stability"],
    Order.DIFFICULTY: _FIGURES["difficulty"],
    Order.LAPSES: lambda _figures, entry: entry.lapses,
    Order.RECALL: Figures.retrievability,
    Order.ADDED: lambda _figures, entry: entry.since,
}


def face_of(workspace: Workspace, placed: Placed, item: ItemId, language: Language) -> Face:
    """Both sides of an item, the macros of formulas written out; a drill with the numbers it begins with."""
    found = face(placed.card, item, language, _drawn(placed, item))
    macros = dict((*workspace.curriculum.macros, *placed.card.macros))
    if not macros:
        return found
    from recall.text.typeset import expand_macros

    return found.map(lambda text: expand_macros(text, macros))


def _drawn(placed: Placed, item: ItemId) -> Instance | None:
    """The first numbers of a drill."""
    if placed.card.kind is not Kind.DRILL:
        return None
    from recall.core.exercise import Exercise, seed_of

    return Exercise(placed.card, item, seed_of(item, None)).drawn


def front_of(workspace: Workspace, placed: Placed, item: str, language: Language) -> str:
    """The question of an item."""
    return face_of(workspace, placed, ItemId(item), language).plain().front


def due_of(entry: Entry) -> date | datetime | None:
    """When the item comes back."""
    if entry.due_at is not None:
        return times.from_text(entry.due_at)
    return date.fromisoformat(entry.due_day) if entry.due_day is not None else None


def _parsed(text: str) -> Query:
    """The query that a text means. Raises SearchError."""
    try:
        return query.parse(text)
    except QueryError as error:
        raise SearchError(_explained(error)) from None


def _word(text: str) -> Word:
    return frozenset({fold(text), squeeze(text)})


def _is_called(value: str, name: str, *titles: str | None) -> bool:
    return fold(name).startswith(value) or any(value in fold(title) for title in titles if title)


def _found(field: str, value: str, names: Collection[Name]) -> Collection[Name]:
    """The names, if there are any."""
    if not names:
        raise SearchError(_("no {field} is called {value}").format(field=field, value=value))
    return names


def _explained(error: QueryError) -> str:
    """What is wrong with a query, and what would be right."""
    word = error.word
    match error.fault:
        case Fault.NO_FIELD:
            message = _("there is no field {word}; put a text with a colon in quotes; fields are {names}")
            return message.format(word=word, names=enumerated(query.FIELDS))
        case Fault.NO_STATE:
            return _("is:{word} is not known; it may be {names}").format(
                word=word, names=enumerated(sorted(query.STATES))
            )
        case Fault.NO_VALUE:
            return _("{word}: what? Give a value, such as {example}").format(word=word, example=_example(word))
        case Fault.NOT_A_NUMBER:
            return _("{word}: there should be a number, as in {example}").format(
                word=word, example=_example(word.partition(":")[0])
            )
        case Fault.NOT_COMPARED:
            return _("{word} is not a number and can't be compared; write {example}").format(
                word=word, example=_example(word)
            )
        case Fault.NOT_CLOSED:
            return _("{word} is not closed").format(word=word)
        case Fault.NOT_OPENED:
            return _("{word} closes nothing; put it in quotes to search for it").format(word=word)
        case Fault.TOO_DEEP:
            return _("there are too many parentheses in each other")


def _example(field: str) -> str:
    if field in query.NUMBERS:
        return f"{field}:<0.8" if field == "r" else f"{field}:>3"
    return "is:due" if field == "is" else {"kind": "kind:cloze", "id": "id:la.rank"}.get(field, f'{field}:"…"')
