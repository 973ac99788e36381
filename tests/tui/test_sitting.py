"""A quiz on the screen: set up, answered, left and gone on with, ended, its result."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.core.bodies import Kind
from recall.core.sitting import Feedback, What
from recall.sittings.plan import Plan
from recall.sittings.sitting import Sitting, sittings
from recall.tui.screens.result import ResultScreen
from recall.tui.screens.sitting import SittingScreen
from recall.tui.screens.sitting_setup import SittingSetupScreen
from recall.tui.widgets.form import Form
from tests.support_tui import SMALL, Eyes, Learner
from tests.tui.sitters import give_cards, is_home, on

ALL = ("shapes", "numbers")
SEED = 1


@pytest.fixture
def sitter(learner: Learner) -> Learner:
    give_cards(learner)
    return learner


def quiz(**how: object) -> Plan:
    return Plan(names=ALL, seed=SEED, **how)  # type: ignore[arg-type]


def taken(learner: Learner) -> list[Sitting]:
    with learner.workspace() as opened:
        found = sittings(opened, What.QUIZ)
        for sitting in found:
            _ = sitting.asked  # read while the store is open
        return found


async def answer(eyes: Eyes, *, rightly: bool = True) -> str:
    """Answer the question on the screen by its keys; its item."""
    screen = eyes.app.screen
    assert isinstance(screen, SittingScreen) and screen.asked is not None
    item, exercise = screen.asked.item, screen.asked.exercise
    if exercise.is_order or exercise.lines:
        right = exercise.right_response().split()
        keys = right if rightly else (right[::-1] if exercise.is_order else [str(int(right[0]) % 3 + 1)])
        await eyes.press(*keys, *(["enter"] if exercise.is_order else []))
    else:
        await eyes.press(*(exercise.right_response() if rightly else "77"), "enter")
    return item


async def test_z_sets_a_quiz_up_and_enter_starts_it_at_once(sitter: Learner) -> None:
    async with sitter.at_home() as eyes:
        await eyes.press("z")
        assert isinstance(eyes.app.screen, SittingSetupScreen)
        assert eyes.sees("Quiz", "what is open", "‹ 10 ›", "no limit", "marked at once", "at the end")
        await eyes.press("enter")
        assert isinstance(eyes.app.screen, SittingScreen)
        assert eyes.app.screen.sitting.plan == Plan(seed=eyes.app.screen.sitting.plan.seed)


async def test_what_is_set_up_is_what_is_asked(sitter: Learner) -> None:
    async with sitter.at_home() as eyes:
        await eyes.press("z", "l", "j", "space", "j", "h", "j", "l", "l", "j", "j", "space", "j", "right", "enter")
        assert isinstance(eyes.app.screen, SittingScreen)
        plan = eyes.app.screen.sitting.plan
        assert (plan.names, plan.number, plan.minutes) == (("sh.lines",), 5, 10)
        assert (plan.feedback, plan.practice) == (Feedback.EACH, True)


async def test_the_topics_to_choose_are_those_of_the_stage(sitter: Learner) -> None:
    async with sitter.at_home() as eyes:
        await eyes.press("z")
        form = eyes.app.screen.query_one(Form)
        assert [value for value, _text in form.line("topic").options] == [()]
        await eyes.press("l")
        assert [value for value, _text in form.line("topic").options] == [(), ("sh.lines",), ("sh.circles",)]


async def test_a_quiz_without_a_question_is_told_and_the_form_stays(sitter: Learner) -> None:
    async with sitter.at_home() as eyes:
        await eyes.press("z", "h", "enter")
        assert isinstance(eyes.app.screen, SittingSetupScreen)
        assert "no card of these kinds" in eyes.message()


async def test_to_the_end_without_feedback_then_the_result(sitter: Learner) -> None:
    async with on(sitter, quiz(), SittingScreen) as eyes:
        wrong = ""
        for n in range(3):
            assert eyes.sees(f"{n + 1}/3")
            sitter.clock.forward(seconds=5)
            item = await answer(eyes, rightly=n > 0)
            wrong = wrong or item
        assert isinstance(eyes.app.screen, ResultScreen)
        assert eyes.sees("of 3", "0:15", "What was not right")
    (sitting,) = taken(sitter)
    assert sitting.ended is not None
    assert [attempt.ms for attempt in sitting.attempts.values()] == [5000] * 3
    assert len(sitter.grades()) == 3
    assert dict(sitter.grades())[wrong] == "again"


async def test_the_answer_is_not_shown_before_the_end(sitter: Learner) -> None:
    async with on(sitter, Plan(names=("sh.lines",), seed=SEED), SittingScreen) as eyes:
        assert not eyes.sees("That is the trace.")
        await answer(eyes, rightly=False)
        assert isinstance(eyes.app.screen, ResultScreen)


async def test_feedback_after_each_answer_goes_on_with_space(sitter: Learner) -> None:
    async with on(sitter, quiz(feedback=Feedback.EACH), SittingScreen) as eyes:
        for n in range(3):
            await answer(eyes, rightly=n != 1)
            assert eyes.sees("✗" if n == 1 else "✓ right", "next question", f"{n + 1}/3")
            assert len(sitter.grades()) == n + 1, "it is in the log before it is shown"
            await eyes.press("space")
        assert isinstance(eyes.app.screen, ResultScreen)


async def test_an_empty_answer_has_to_be_given_twice(sitter: Learner) -> None:
    async with on(sitter, Plan(names=("nu.primes",)), SittingScreen) as eyes:
        await eyes.press("enter")
        assert eyes.sees("Nothing is answered.", "1/1")
        assert sitter.grades() == []
        await eyes.press("enter")
        assert isinstance(eyes.app.screen, ResultScreen)
        assert eyes.sees("Your answer: none")


async def test_an_answer_that_cannot_be_read_is_told_and_the_question_stays(sitter: Learner) -> None:
    async with on(sitter, Plan(names=("nu.primes",)), SittingScreen) as eyes:
        await eyes.press(*"abc", "enter")
        assert "can't be read" in eyes.message()
        assert eyes.sees("1/1")
        assert sitter.grades() == []


async def test_a_flashcard_is_shown_then_judged(sitter: Learner) -> None:
    async with on(sitter, Plan(kinds=frozenset({Kind.BASIC})), SittingScreen) as eyes:
        await eyes.press("2")
        assert not eyes.sees("Flash answer."), "nothing to judge yet"
        await eyes.press("space")
        assert eyes.sees("Flash answer.", "wrong", "right")
        await eyes.press("space")
        assert sitter.grades() == [], "space says nothing about it"
        await eyes.press("2")
        assert isinstance(eyes.app.screen, ResultScreen)
        assert sitter.grades() == [("fl-1", "good")]


async def test_leaving_says_that_it_waits_and_it_goes_on_where_it_was(sitter: Learner) -> None:
    async with on(sitter, quiz(minutes=10), SittingScreen) as eyes:
        sitter.clock.forward(seconds=30)
        await answer(eyes)
        await eyes.press("escape", "q")
        assert is_home(eyes)
        assert "waits" in eyes.message()
        await eyes.press("z")
        assert eyes.sees("Go on with the one of 2026-11-21 09:00: 1 of 3 answered")
        await eyes.press("enter")
        assert eyes.sees("2/3", "9:30 left")


async def test_the_command_line_offers_the_one_that_waits_first(sitter: Learner) -> None:
    async with on(sitter, quiz(), SittingScreen) as eyes:
        await answer(eyes)
    async with on(sitter, quiz(), SittingSetupScreen) as eyes:
        assert eyes.sees("1 of 3 answered")
        await eyes.press("j", "enter")
        assert eyes.sees("1/3"), "on another line a new one starts"
    assert len(taken(sitter)) == 2


async def test_the_clock_ends_the_quiz(sitter: Learner) -> None:
    async with on(sitter, quiz(minutes=1), SittingScreen) as eyes:
        assert eyes.sees("1:00 left")
        sitter.clock.forward(seconds=61)
        await eyes.until(lambda: isinstance(eyes.app.screen, ResultScreen))
        await eyes.settle()
        assert "Time is up." in eyes.message()
        assert eyes.sees("0 of 3")


async def test_the_other_language_keeps_the_question_and_its_numbers(sitter: Learner) -> None:
    async with on(sitter, Plan(names=("sh.lines",)), SittingScreen) as eyes:
        before = eyes.lines()
        await eyes.press("t")
        assert eyes.sees("的行列式")
        await eyes.press("t")
        assert eyes.lines() == before


async def test_the_result_is_written_as_markdown(sitter: Learner) -> None:
    async with on(sitter, Plan(names=("sh.lines",)), SittingScreen) as eyes:
        await answer(eyes, rightly=False)
        await eyes.press("w")
        assert "quiz-2026-11-21-090000.md" in eyes.message()
    text = (Path(sitter.home) / "results" / "quiz-2026-11-21-090000.md").read_text("utf-8")
    assert text.startswith("# Quiz, 2026-11-21 09:00\n\n**0 of 1 · 0%**")
    assert "What is the determinant of $A=" in text


async def test_the_same_questions_can_be_asked_again_and_earlier_results_looked_at(sitter: Learner) -> None:
    async with on(sitter, Plan(names=("sh.lines",)), SittingScreen) as eyes:
        await answer(eyes, rightly=False)
        sitter.clock.forward(hours=1)
        await eyes.press("a")
        assert isinstance(eyes.app.screen, SittingScreen)
        await answer(eyes)
        assert eyes.sees("1 of 1", "last time 0%")
        await eyes.press("p")
        assert eyes.sees("0 of 1")
        await eyes.press("n")
        assert eyes.sees("1 of 1")
        await eyes.press("q")
        assert is_home(eyes)
    assert len(sitter.grades()) == 1, "the second answer of the day does not count"


async def test_the_newest_result_is_a_key_away_in_the_set_up(sitter: Learner) -> None:
    async with on(sitter, Plan(names=("sh.lines",)), SittingScreen) as eyes:
        await eyes.press("q", "z", "r")
        assert "None was taken yet." in eyes.message()
        await eyes.press("enter")
        await answer(eyes)
        await eyes.press("q", "z", "r")
        assert isinstance(eyes.app.screen, ResultScreen)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_line_fits_the_small_screen(sitter: Learner, language: str) -> None:
    async with on(sitter, quiz(feedback=Feedback.EACH, minutes=10), SittingScreen, SMALL) as eyes:
        for _ in range(3):
            if language == "zh":
                await eyes.app.screen.run_action("translate")
                await eyes.settle()
            await answer(eyes)
            assert eyes.sees("right", "next question")
            await eyes.press("space")


async def test_the_topics_of_a_stage_that_the_command_line_named_can_be_chosen_at_once(sitter: Learner) -> None:
    async with sitter.at_home() as eyes:
        eyes.app.set_up_sitting(Plan(names=("shapes",)))
        await eyes.settle()
        topics = [text for _value, text in eyes.app.screen.query_one(Form).line("topic").options]
    assert topics == ["all topics", "Lines", "Circles"]
