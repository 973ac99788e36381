"""Stages, topics and what must come first: which topics are open for new cards, and in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from recall.core.mastery import Mastery
from recall.core.model import Language, Text

OPEN_COVERAGE = 0.6
OPEN_RECALL = 0.8
"""A topic opens when each prerequisite has this share of its items seen, and recalls them this well."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A unit of the curriculum, such as `la.svd`."""

    id: str
    stage: str
    title: Text
    prerequisites: tuple[str, ...] = ()
    target_cards: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the way, such as `linear-algebra`, with its topics in reading order."""

    id: str
    order: int
    title: Text
    topics: tuple[Topic, ...] = ()


@dataclass(frozen=True)
class Curriculum:
    """The stages in order. Prerequisites must be acyclic; the deck loader reports a cycle and cuts it."""

    stages: tuple[Stage, ...] = ()
    macros: tuple[tuple[str, str], ...] = ()
    """TeX macros that every card may use: name and replacement."""

    @cached_property
    def topics(self) -> dict[str, Topic]:
        return {topic.id: topic for stage in self.stages for topic in stage.topics}

    @cached_property
    def study_order(self) -> tuple[str, ...]:
        """Every topic once, as the stages list them but never before its prerequisites."""
        ordered: dict[str, None] = {}
        for topic in self.topics:
            self._place(topic, ordered, frozenset())
        return tuple(ordered)

    def place_of(self, topic: str) -> tuple[int, str]:
        """Sorts topics and own decks: these first, by name, then the topics as they are studied."""
        place = self._places.get(topic, -1)
        return place, topic if place < 0 else ""

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {topic: place for place, topic in enumerate(self.study_order)}

    def title_of(self, name: str, language: Language) -> str:
        """The title of a topic or a stage; the name itself where it has none, as a deck of the learner's."""
        found = self.topics.get(name) or next((stage for stage in self.stages if stage.id == name), None)
        return found.title.in_language(language) if found else name

    def stage_of(self, topic: str) -> str | None:
        found = self.topics.get(topic)
        return found.stage if found else None

    def is_open(self, topic: str, mastery: Mapping[str, Mastery]) -> bool:
        """Whether new cards of `topic` may come; topics unknown to the curriculum always may."""
        return all(_is_known(mastery[needed]) for needed in self.required_topics(topic, mastery))

    def required_topics(self, topic: str, mastery: Mapping[str, Mastery]) -> Iterator[str]:
        """The nearest prerequisites that have cards; one without is looked through to its own."""
        yield from self._required(topic, mastery, set())

    def _required(self, topic: str, mastery: Mapping[str, Mastery], visited: set[str]) -> Iterator[str]:
        found = self.topics.get(topic)
        for needed in found.prerequisites if found else ():
            if needed in visited:
                continue
            visited.add(needed)
            if needed in mastery and mastery[needed].items:
                yield needed
            else:
                yield from self._required(needed, mastery, visited)

    def _place(self, topic: str, ordered: dict[str, None], path: frozenset[str]) -> None:
        found = self.topics.get(topic)
        if found is None or topic in ordered or topic in path:
            return
        for needed in found.prerequisites:
            self._place(needed, ordered, path | {topic})
        ordered[topic] = None


def _is_known(mastery: Mastery) -> bool:
    return mastery.coverage >= OPEN_COVERAGE and mastery.recall >= OPEN_RECALL
