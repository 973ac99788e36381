"""What the rows stand on: a home folder and a collection with the same content, made once a run."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from anki.collection import Collection

from benchmarks import processes, terminal
from benchmarks.anki_collection import build_collection, scheduler_of
from benchmarks.material import DECKS, make_material
from benchmarks.recall_home import build_home, options
from recall.core.study_day import StudyCalendar
from recall.decks.curriculum import load_curriculum
from recall.decks.folders import CURRICULUM_FILE
from recall.environment import bundled_decks, system_now
from recall.study.overview import today_counts
from recall.workspace import Workspace, open_workspace

STARTS = 12
"""How often a program is started for a row."""


@dataclass(frozen=True)
class Ground:
    """The folders of one run, and how much is in them."""

    home: Path
    decks: Path
    collection: Path
    items: int
    reviews: int = 0
    due: int = 0

    @classmethod
    def build(cls, folder: Path, items: int) -> Ground:
        """Make both. Raises RuntimeError when they do not have the same reviews due: then nothing compares."""
        ground = cls(folder / "home", folder / "decks", folder / "anki" / "collection.anki2", items)
        calendar = StudyCalendar()
        material = make_material(items, _topics(), calendar, calendar.day_of(system_now()))
        states = build_home(ground.home, ground.decks, material)
        build_collection(ground.collection, material, states, calendar)
        due, in_anki = ground._due_in_recall(), ground._due_in_anki()
        if due != in_anki:
            raise RuntimeError(f"{due} reviews are due in recall, {in_anki} in Anki")
        return replace(ground, reviews=len(material.reviews), due=due)

    @property
    def environment(self) -> dict[str, str]:
        return processes.environment(self.home, self.decks)

    def open_recall(self) -> Workspace:
        return open_workspace(options(self.home, self.decks))

    def open_anki(self) -> Collection:
        return Collection(str(self.collection))

    def copy(self, name: str) -> Ground:
        """Both once more, to be written to. The decks stay one: recall knows a file by its path."""
        folder = self.home.parent / name
        shutil.copytree(self.home, folder / "home")
        shutil.copytree(self.collection.parent, folder / "anki")
        return replace(self, home=folder / "home", collection=folder / "anki" / self.collection.name)

    @cached_property
    def screen_starts(self) -> Sequence[Sequence[float]]:
        """Of each start of the screens: seconds to the first frame, and to the figures of the home screen."""
        marks = [terminal.FIRST_FRAME, terminal.FIGURES]
        return [terminal.time_marks([processes.RECALL], self.environment, marks) for _ in range(STARTS + 1)][1:]

    def _due_in_recall(self) -> int:
        workspace = self.open_recall()
        try:
            return today_counts(workspace).total.review
        finally:
            workspace.close()

    def _due_in_anki(self) -> int:
        collection = self.open_anki()
        try:
            return scheduler_of(collection).get_queued_cards().review_count
        finally:
            collection.close()


def _topics() -> list[str]:
    """Topics of the real curriculum, so that its order and its prerequisites are at work."""
    topics = load_curriculum(bundled_decks() / CURRICULUM_FILE).study_order
    return [*topics, *(f"own-{n}" for n in range(DECKS))]
