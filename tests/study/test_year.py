"""A year of daily reviews by an automatic learner whose memory follows FSRS, through the session API."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from recall.core import history
from recall.core.model import Grade, ItemId, Phase, Source
from recall.core.schedule import retrievability
from recall.decks.folders import CURRICULUM_FILE
from recall.environment import Options, bundled_decks
from recall.study.session import Question, ReviewSession
from recall.workspace import Workspace, open_workspace

START = datetime(2027, 1, 1, 8, tzinfo=UTC)
DAYS = 365
DESIRED_RETENTION = 0.9
STAGES = ("01-linear-algebra", "02-probability", "08-attention-math")


@dataclass
class Clock:
    """The learner's clock; an answer takes six seconds."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def tick(self, step: timedelta = timedelta(seconds=6)) -> None:
        self.now += step


@dataclass
class Learner:
    """Remembers an item with the probability that its memory state predicts: what FSRS says is true of them."""

    random: Random = field(default_factory=lambda: Random(20270101))

    def grade(self, question: Question, day: date) -> Grade:
        state = question.state
        r = retrievability(state.memory, state.last_day, day)
        if state.phase is Phase.REVIEW and self.random.random() > r:
            return Grade.AGAIN
        if state.phase is not Phase.REVIEW and self.random.random() < 0.1:
            return Grade.AGAIN
        return self.random.choices([Grade.HARD, Grade.GOOD, Grade.EASY], [15, 75, 10])[0]


@dataclass
class Year:
    """What happened, as the tests ask for it."""

    workspace: Workspace
    recalled: Counter[bool]
    shown: dict[date, Counter[ItemId]]
    graduated_today: dict[date, Counter[ItemId]]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """365 days on the bundled cards of the first stages: everything that is due is answered every day."""
    clock = Clock()
    home: Path = tmp_path_factory.mktemp("year")
    decks, bundled = home / "bundled", bundled_decks()
    for name in STAGES:
        shutil.copytree(bundled / name, decks / name)
    shutil.copy(bundled / CURRICULUM_FILE, decks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recall.environment.bundled_decks", lambda: decks)
        patch.setenv("RECALL_NOW", START.isoformat())
        workspace = open_workspace(Options(home=home, language="en"), clock)
    learner = Learner()
    seen = Year(workspace, Counter(), defaultdict(Counter), defaultdict(Counter))
    for n in range(DAYS):
        clock.now = START + timedelta(days=n, minutes=learner.random.randrange(600))
        _study(seen, learner, clock)
    return seen


def _study(seen: Year, learner: Learner, clock: Clock) -> None:
    session = ReviewSession(seen.workspace)
    while question := session.next():
        grade = learner.grade(question, session.day)
        seen.shown[session.day][question.item] += 1
        if question.state.phase is Phase.REVIEW:
            seen.recalled[grade is not Grade.AGAIN] += 1
        after = session.answer(grade, 6000).after
        seen.graduated_today[session.day][question.item] += after.phase is Phase.REVIEW
        clock.tick()


def test_true_retention_is_within_two_points_of_the_desired_one(year: Year) -> None:
    share = year.recalled[True] / year.recalled.total()
    assert year.recalled.total() > 1000
    assert abs(share - DESIRED_RETENTION) < 0.02


def test_no_item_is_lost(year: Year) -> None:
    with year.workspace.store.read() as tx:
        items = set(tx.catalogue.item_ids())
        seen = {state.item for state in tx.states.all() if state.reps}
    assert seen == items


def test_no_item_is_overdue_after_a_day_on_which_everything_was_answered(year: Year) -> None:
    last_day = max(year.shown)
    with year.workspace.store.read() as tx:
        assert tx.states.due_on(last_day) == 0


def test_none_is_shown_again_on_the_day_it_left_the_learning_steps(year: Year) -> None:
    for day, graduated in year.graduated_today.items():
        assert max(graduated.values()) <= 1, day


def test_no_card_shows_two_of_its_items_on_one_day(year: Year) -> None:
    for day, shown in year.shown.items():
        cards = Counter(item.partition("#")[0] for item in shown)
        assert max(cards.values()) == 1, day


def test_the_daily_limits_hold(year: Year) -> None:
    with year.workspace.store.read() as tx:
        first_days = Counter(state.first_day for state in tx.states.all())
    assert max(first_days.values()) <= 20


def test_replaying_the_log_gives_the_same_state_to_the_bit(year: Year) -> None:
    with year.workspace.store.read() as tx:
        replayed = history.fold(tx.log.reviews(), tx.log.events())
        kept = {state.item: state for state in tx.states.all()}
        assert all(row.source is Source.REVIEW for row in tx.log.reviews())
    assert replayed == kept
