"""A mock interview on the screen: notes, follow-ups, rubrics, report; nothing typed is lost."""

from __future__ import annotations

import pytest

from recall.core.sitting import What
from recall.sittings.drafts import Draft, load_draft, save_draft
from recall.sittings.plan import Plan
from recall.sittings.sitting import sittings
from recall.tui.screens.interview import InterviewScreen
from recall.tui.screens.result import ResultScreen
from recall.tui.screens.sitting_setup import SittingSetupScreen
from tests.support_tui import SMALL, Eyes, Learner
from tests.tui.sitters import give_cards, is_home, on

PLAN = Plan(What.INTERVIEW, minutes=45, seed=1)


@pytest.fixture
def sitter(learner: Learner) -> Learner:
    give_cards(learner)
    return learner


def notes_in_log(learner: Learner) -> list[str]:
    with learner.workspace() as opened:
        return [attempt.notes for attempt in sittings(opened, What.INTERVIEW)[-1].attempts.values()]


async def say(eyes: Eyes, words: str) -> None:
    """Take notes, then go on."""
    await eyes.press(*words, "escape", "enter")


async def test_i_sets_an_interview_up_and_enter_starts_it(sitter: Learner) -> None:
    async with sitter.at_home() as eyes:
        await eyes.press("i")
        assert isinstance(eyes.app.screen, SittingSetupScreen)
        assert eyes.sees("Mock interview", "45 minutes", "every stage")
        await eyes.press("enter")
        assert isinstance(eyes.app.screen, InterviewScreen)


async def test_from_the_warm_up_to_the_report(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        assert eyes.sees("What is overfitting", "1/2", "0:00 / 3:00", "45:00 left")
        assert not eyes.sees("And with little data?")
        sitter.clock.forward(seconds=60)
        await say(eyes, "watch")
        assert eyes.sees("Follow-up: And with little data?", "watch")
        sitter.clock.forward(seconds=30)
        await say(eyes, "more")
        assert eyes.sees("How much memory", "2/2", "0:00 / 3:00", "43:30 left")
        assert notes_in_log(sitter) == ["watchmore"]
        await say(eyes, "112")
        assert eyes.sees("1/2", "rubric", "What is overfitting", "watchmore", "1 □", "4 □", "Training error falls")
        await eyes.press("1", "2", "3", "enter")
        assert eyes.sees("2/2", "How much memory", "About 112 GB")
        await eyes.press("3", "4", "enter")
        assert isinstance(eyes.app.screen, ResultScreen)
        assert eyes.sees(
            "Mock interview, 2026-11-21 09:00", "1 of 2", "Strengths", "Gaps", "None: Says what is assumed"
        )
    assert sitter.grades() == [("iv-warm", "good"), ("iv-deep", "again")]
    assert not list((sitter.home / "answers").glob("interview-*"))


async def test_notes_are_saved_while_they_are_taken_and_found_again(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        await eyes.press(*"half")
        sitter.clock.forward(seconds=20)
        await eyes.press("escape", "q")
        assert is_home(eyes)
        assert "waits" in eyes.message()
    assert notes_in_log(sitter) == [], "the answer is not finished"
    async with on(sitter, PLAN, SittingSetupScreen) as eyes:
        assert eyes.sees("0 of 2 answered")
        await eyes.press("enter")
        assert eyes.sees("What is overfitting", "half", "0:20 / 3:00", "44:40 left")


async def test_notes_reach_the_disk_within_seconds(sitter: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recall.tui.screens.interview.SAVE_SECONDS", 0.05)
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        await eyes.press(*"kept")
        folder = sitter.home / "answers"
        await eyes.until(lambda: any('"kept"' in path.read_text() for path in folder.glob("interview-*.json")))


async def test_a_follow_up_that_was_asked_is_asked_no_second_time(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        await say(eyes, "x")
        await eyes.press("escape", "q")
    async with on(sitter, PLAN, SittingSetupScreen) as eyes:
        await eyes.press("enter")
        assert eyes.sees("Follow-up: And with little data?")
        await say(eyes, "y")
        assert eyes.sees("How much memory")


async def test_the_rubrics_go_on_where_they_were(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        for _ in range(3):
            await say(eyes, "x")
        await eyes.press("1", "enter")
        assert eyes.sees("2/2", "rubric")
        await eyes.press("q")
    async with on(sitter, PLAN, SittingSetupScreen) as eyes:
        await eyes.press("enter")
        assert eyes.sees("2/2", "rubric", "How much memory")


async def test_ticking_nothing_has_to_be_said_twice(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        for _ in range(3):
            await say(eyes, "x")
        await eyes.press("enter")
        assert eyes.sees("Nothing is ticked off.", "1/2")
        assert sitter.grades() == []
        await eyes.press("enter")
        assert eyes.sees("2/2")


async def test_when_its_time_is_over_the_rubrics_of_what_was_answered_come(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        sitter.clock.forward(minutes=46)
        await say(eyes, "x")
        await say(eyes, "y")
        assert eyes.sees("1/2", "rubric")
        assert "Time is up." in eyes.message()


async def test_a_letter_is_a_note_and_n_goes_back_to_the_notes(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen, SMALL) as eyes:
        await eyes.press(*"quit", "escape", "n", *"e")
        assert eyes.sees("quite", "What is overfitting")


async def test_the_other_language_keeps_the_notes(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        await eyes.press(*"mine", "escape", "t")
        assert eyes.sees("什么是过拟合", "mine")


async def test_a_terminal_where_nothing_is_typed_leaves_the_notes_of_another_alone(sitter: Learner) -> None:
    async with on(sitter, PLAN, InterviewScreen) as eyes:
        assert isinstance(eyes.app.screen, InterviewScreen)
        sitting = eyes.app.screen.sitting.id
        other = Draft(0, "written elsewhere", 5000, 1)
        save_draft(sitter.home, sitting, other)
        sitter.clock.forward(seconds=40)
        await eyes.press("escape", "q")
        assert load_draft(sitter.home, sitting, 0) == other
