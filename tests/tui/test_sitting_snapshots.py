"""Pictures of quizzes and interviews, in the two sizes of the design. `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from recall.core.sitting import Feedback, What
from recall.sittings.plan import Plan
from recall.tui.screens.home import HomeScreen
from tests.support_tui import LARGE, SMALL, Eyes, Learner
from tests.tui.sitters import give_cards

Compare = Callable[..., bool]
Show = Callable[[Pilot[None]], Awaitable[None]]

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
QUIZ = Plan(names=("sh.lines",), number=1, minutes=10, seed=3)
ORDER = Plan(names=("sh.circles",), number=1, feedback=Feedback.EACH, seed=3)
INTERVIEW = Plan(What.INTERVIEW, minutes=45, seed=3)


@pytest.fixture
def sitter(learner: Learner) -> Learner:
    give_cards(learner)
    return learner


def showing(*keys: str) -> Show:
    """Waits until the screen that the app was started on is there, then presses the keys."""

    async def show(pilot: Pilot[None]) -> None:
        eyes = Eyes(pilot.app, pilot)  # type: ignore[arg-type]
        await eyes.until(lambda: not isinstance(eyes.app.screen, HomeScreen) and eyes.app.screen.is_mounted)
        await eyes.settle()
        for key in keys:
            await eyes.press(key)

    return show


def from_home(*keys: str) -> Show:
    async def show(pilot: Pilot[None]) -> None:
        eyes = Eyes(pilot.app, pilot)  # type: ignore[arg-type]
        await eyes.until_loaded()
        for key in keys:
            await eyes.press(key)

    return show


@SIZES
def test_quiz_set_up(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(sitter.app(), terminal_size=size, run_before=from_home("z", "l", "j", "j", "space"))


@SIZES
def test_interview_set_up(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(sitter.app(), terminal_size=size, run_before=from_home("i"))


@SIZES
def test_quiz_question(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(sitter.app(lambda app: app.begin_or_go_on(QUIZ)), terminal_size=size, run_before=showing())


@SIZES
def test_quiz_feedback(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ("1", "2", "3", "enter")
    assert snap_compare(
        sitter.app(lambda app: app.begin_or_go_on(ORDER)), terminal_size=size, run_before=showing(*keys)
    )


@SIZES
def test_quiz_result(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(
        sitter.app(lambda app: app.begin_or_go_on(ORDER)),
        terminal_size=size,
        run_before=showing("1", "2", "enter", "space"),
    )


@SIZES
def test_interview_question(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = (*"notes", "escape", "enter", "escape")
    assert snap_compare(
        sitter.app(lambda app: app.begin_or_go_on(INTERVIEW)), terminal_size=size, run_before=showing(*keys)
    )


ANSWERED = (*"notes", "escape", "enter", "escape", "enter", *"112", "escape", "enter")


@SIZES
def test_interview_rubric(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(
        sitter.app(lambda app: app.begin_or_go_on(INTERVIEW)),
        terminal_size=size,
        run_before=showing(*ANSWERED, "1", "j"),
    )


@SIZES
def test_interview_report(sitter: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = (*ANSWERED, "1", "2", "3", "enter", "2", "4", "enter")
    assert snap_compare(
        sitter.app(lambda app: app.begin_or_go_on(INTERVIEW)), terminal_size=size, run_before=showing(*keys)
    )


def test_interview_rubric_light(sitter: Learner, snap_compare: Compare) -> None:
    sitter.config('theme = "light"\n')
    assert snap_compare(
        sitter.app(lambda app: app.begin_or_go_on(INTERVIEW)),
        terminal_size=SMALL,
        run_before=showing(*ANSWERED, "1", "j"),
    )


def test_quiz_result_light(sitter: Learner, snap_compare: Compare) -> None:
    sitter.config('theme = "light"\n')
    assert snap_compare(
        sitter.app(lambda app: app.begin_or_go_on(ORDER)),
        terminal_size=SMALL,
        run_before=showing("1", "2", "enter", "space"),
    )
