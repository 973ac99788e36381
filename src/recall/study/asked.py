"""An item as it is asked: its exercise, where its card stands, and its texts with their macros written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from recall.core.exercise import Exercise, seed_of
from recall.core.faces import Face
from recall.core.model import Card, ItemId, Language
from recall.store.catalogue import Placed
from recall.text.typeset import expand_macros
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, whoever asks it."""

    exercise: Exercise
    placed: Placed
    macros: Mapping[str, str]

    @property
    def item(self) -> ItemId:
        return self.exercise.item

    @property
    def card(self) -> Card:
        return self.placed.card

    @property
    def topic(self) -> str:
        return self.placed.topic

    @property
    def path(self) -> Path:
        return self.placed.path

    def face(self, language: Language) -> Face:
        """Question and answer in a language, the macros of formulas written out."""
        return self.exercise.face(language).map(self.written_out)

    def written_out(self, text: str) -> str:
        """A text of the card with the macros of its formulas written out."""
        return expand_macros(text, self.macros)


def face_of(workspace: Workspace, placed: Placed, item: ItemId, language: Language) -> Face:
    """Both sides of an item that nobody is asked now; a drill with the numbers it begins with."""
    exercise = Exercise(placed.card, item, seed_of(item, None))
    return Asked(exercise, placed, workspace.macros_of(placed.card)).face(language)


def front_of(workspace: Workspace, placed: Placed, item: str, language: Language) -> str:
    """The question of an item."""
    return face_of(workspace, placed, ItemId(item), language).plain().front
