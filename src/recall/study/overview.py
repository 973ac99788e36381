"""Where the learner stands: today's counts, mastery by stage, streak and heat map."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from recall.core.mastery import Mastery
from recall.core.model import Due, Text
from recall.core.queue import Counts
from recall.study.today import resolve_scope, todays_queue
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StageCounts:
    """What is left today of one stage or own deck."""

    id: str
    title: Text
    counts: Counts


@dataclass(frozen=True, slots=True)
class TodayCounts:
    """What is left today, and when the next item comes after that."""

    total: Counts
    is_ready: bool
    """Whether something can be asked now; learning cards may still have to wait."""
    stages: tuple[StageCounts, ...]
    next_due: Due | None


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How well one stage or own deck is known."""

    id: str
    title: Text
    mastery: Mastery


@dataclass(frozen=True, slots=True)
class Habit:
    """Answers a day, and how long the learner has kept at it."""

    answers: Mapping[date, int]
    today: date

    @property
    def streak(self) -> int:
        """Study days in a row up to today; today counts once something was answered, and breaks nothing before."""
        day = self.today if self.today in self.answers else self.today - timedelta(1)
        length = 0
        while day in self.answers:
            length, day = length + 1, day - timedelta(1)
        return length


def today_counts(workspace: Workspace, names: Collection[str] = ()) -> TodayCounts:
    """Counts for the stages, topics or decks named, or for all. Raises NotFoundError."""
    with workspace.store.read() as tx:
        scope = resolve_scope(workspace, tx, names)
        queue = todays_queue(workspace, tx, scope, workspace.now())
        next_due = tx.states.next_due(workspace.today)
    by_group = queue.counts_by(workspace.group_of)
    stages = tuple(
        StageCounts(name, title, by_group[name]) for name, title in _groups(workspace, by_group) if name in by_group
    )
    return TodayCounts(queue.counts, queue.next(workspace.now()) is not None, stages, next_due)


def stage_progress(workspace: Workspace) -> list[StageProgress]:
    """Every stage of the curriculum in order, then the learner's own decks."""
    with workspace.store.read() as tx:
        by_topic = workspace.topic_mastery(tx, workspace.today)
    by_group: dict[str, Mastery] = {}
    for topic, known in by_topic.items():
        group = workspace.group_of(topic)
        by_group[group] = by_group.get(group, Mastery()) + known
    return [StageProgress(name, title, by_group.get(name, Mastery())) for name, title in _groups(workspace, by_group)]


def habit(workspace: Workspace) -> Habit:
    """The answers of every study day so far."""
    with workspace.store.read() as tx:
        return Habit(tx.log.answers_by_day(), workspace.today)


def due_tomorrow(workspace: Workspace) -> int:
    """How many reviews the next study day brings, as things stand."""
    with workspace.store.read() as tx:
        return tx.states.due_on(workspace.today + timedelta(1))


def _groups(workspace: Workspace, present: Collection[str]) -> Iterator[tuple[str, Text]]:
    stages = {stage.id: stage.title for stage in workspace.curriculum.stages}
    yield from stages.items()
    yield from ((name, Text(name, name)) for name in sorted(present) if name not in stages)
