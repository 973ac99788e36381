"""What a query asks of an item: a test for each part of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cached_property
from operator import eq, ge, gt, le, lt
from typing import TypeVar

from recall.core.folding import fold
from recall.core.model import Kind, Phase
from recall.core.query import Compared, Every, Is, Named, Not, Op, Query, Some, Words
from recall.errors import SearchError
from recall.i18n import _
from recall.search.figures import COMPARED, Figures
from recall.store.catalogue import path_text
from recall.store.search import Entry, Place
from recall.workspace import Workspace

Test = Callable[[Entry], bool]
Name = TypeVar("Name")

_OPERATORS = {Op.LESS: lt, Op.AT_MOST: le, Op.MORE: gt, Op.AT_LEAST: ge, Op.IS: eq}


class Conditions:
    """Makes tests of queries; `holding` says which cards hold a text."""

    def __init__(self, workspace: Workspace, figures: Figures, holding: Callable[[str], Collection[Place]]) -> None:
        self.workspace, self.figures, self.holding = workspace, figures, holding

    def of(self, wanted: Query) -> Test:
        """What tells whether an entry is found."""
        match wanted:
            case Words(text):
                places = self.holding(text)
                return lambda entry: entry.place in places
            case Named(field, value):
                return self._named(field, fold(value))
            case Compared(field, op, number):
                return self._compared(field, op, number)
            case Is(state):
                return self._is(state)
            case Not(part):
                test = self.of(part)
                return lambda entry: not test(entry)
            case Every(parts):
                tests = [self.of(part) for part in parts]
                return lambda entry: all(test(entry) for test in tests)
            case Some(parts):
                tests = [self.of(part) for part in parts]
                return lambda entry: any(test(entry) for test in tests)

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
        figure, holds, figures = COMPARED[field], _OPERATORS[op], self.figures

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


def _is_called(value: str, name: str, *titles: str | None) -> bool:
    return fold(name).startswith(value) or any(value in fold(title) for title in titles if title)


def _found(field: str, value: str, names: Collection[Name]) -> Collection[Name]:
    """The names, if there are any."""
    if not names:
        raise SearchError(_("no {field} is called {value}").format(field=field, value=value))
    return names
