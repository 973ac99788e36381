"""Review: the question, its answer under it, and what each key writes into the log."""

from __future__ import annotations

import pytest

from recall.tui.screens import review as review_module
from recall.tui.screens.home import HomeScreen
from recall.tui.screens.review import LONGEST_ANSWER_MS
from recall.tui.widgets.grade_bar import GradeButton
from tests.support_tui import LARGE, SMALL, Learner, basic


@pytest.fixture
def five(learner: Learner) -> Learner:
    """Five new cards, asked in order."""
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?", f"Answer {n}.") for n in range(5)])
    return learner


async def test_a_card_answered_in_another_terminal_makes_room_for_the_next(learner: Learner) -> None:
    learner.deck("own", [basic("one", "First?", "Yes."), basic("two", "Second?", "Yes.")])
    async with learner.in_review(names=["own"]) as eyes:
        await eyes.press("space")
        learner.answered(("2026-11-21T09:00:30+08:00", "one", "easy"))
        await eyes.press("3")
        assert "answered or put off elsewhere" in eyes.message()
        assert eyes.sees("Second?")
    assert learner.grades() == [("one", "easy")]


async def test_the_question_is_asked_without_its_answer(five: Learner) -> None:
    async with five.in_review() as eyes:
        assert eyes.sees("Question 0?", "space", "show the answer")
        assert not eyes.sees("Answer 0.")


@pytest.mark.parametrize("key", ["space", "enter"])
async def test_the_question_stays_when_the_answer_shows(five: Learner, key: str) -> None:
    async with five.in_review() as eyes:
        await eyes.press(key)
        assert eyes.sees("Question 0?", "Answer 0.")
        assert five.grades() == []


async def test_the_four_grades_have_a_key_a_word_and_an_interval(five: Learner) -> None:
    async with five.in_review(SMALL) as eyes:
        await eyes.press("space")
        bar = next(line for line in eyes.lines() if "Again" in line)
        assert [word for word in bar.split() if word.isalpha()] == ["Again", "Hard", "Good", "Easy"]
        assert [word for word in bar.split() if word.isdigit()] == ["1", "2", "3", "4"]
        assert "1m" in bar
        assert "10m" in bar
        assert bar.split()[-1].endswith("d")


@pytest.mark.parametrize(("key", "grade"), [("1", "again"), ("2", "hard"), ("3", "good"), ("4", "easy")])
async def test_a_grade_writes_its_row_and_asks_the_next(five: Learner, key: str, grade: str) -> None:
    async with five.in_review() as eyes:
        five.clock.forward(seconds=2.5)
        await eyes.press("space", key)
        assert eyes.sees("Question 1?")
        assert not eyes.sees("Answer 1.")
        reviews, events = five.log()
        assert [(row.item, row.grade.word, row.ms, row.source) for row in reviews] == [
            ("card-0", grade, 2500, "review")
        ]
        assert events == []


@pytest.mark.parametrize("key", ["space", "enter"])
async def test_the_show_key_grades_good_once_the_answer_is_shown(five: Learner, key: str) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", key)
        assert eyes.sees("Question 1?")
        assert five.grades() == [("card-0", "good")]


@pytest.mark.parametrize("key", ["1", "2", "3", "4"])
async def test_a_grade_key_before_the_answer_only_shows_it(five: Learner, key: str) -> None:
    async with five.in_review() as eyes:
        await eyes.press(key)
        assert eyes.sees("Question 0?", "Answer 0.")
        assert five.grades() == []


async def test_the_time_of_a_learner_who_went_away_is_capped(five: Learner) -> None:
    async with five.in_review() as eyes:
        five.clock.forward(hours=2)
        await eyes.press("space", "3")
        assert five.log()[0][0].ms == LONGEST_ANSWER_MS


async def test_the_progress_line_counts_down_and_the_time_up(five: Learner) -> None:
    async with five.in_review() as eyes:
        assert eyes.sees("5 new  0 learning  0 to review", "0:00")
        five.clock.forward(seconds=65)
        await eyes.press("space", "4")
        assert eyes.sees("4 new  0 learning  0 to review", "1:05")
        assert "━" in eyes.lines()[1]


async def test_the_intervals_on_the_buttons_are_those_the_grades_lead_to(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space")
        easy = next(line for line in eyes.lines() if "Easy" in line).split()[-1]
        await eyes.press("4")
        row = five.log()[0][0]
        assert f"{row.due.toordinal() - row.day.toordinal()}d" == easy


async def test_thinking_long_does_not_shorten_the_intervals_on_the_buttons(five: Learner) -> None:
    async with five.in_review() as eyes:
        five.clock.forward(minutes=5)
        await eyes.press("space")
        bar = next(line for line in eyes.lines() if "Again" in line)
        assert "Again 1m" in bar
        assert "Good 10m" in bar


async def test_a_click_grades_as_its_key_does(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space")
        hard = eyes.app.screen.query(GradeButton)[1]
        await eyes.pilot.click(hard, offset=(2, 0))
        await eyes.settle()
        assert five.grades() == [("card-0", "hard")]


async def test_a_click_on_the_hint_shows_the_answer(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.pilot.click("#grade-show", offset=(3, 0))
        await eyes.settle()
        assert eyes.sees("Answer 0.")


async def test_leaving_in_the_middle_keeps_what_was_answered(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", "4", "space", "4", "q")
        assert isinstance(eyes.app.screen, HomeScreen)
    async with five.in_review() as eyes:
        assert eyes.sees("Question 2?", "3 new")


async def test_escape_leaves_as_q_does(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("escape")
        assert isinstance(eyes.app.screen, HomeScreen)


async def test_the_limit_ends_the_session_early(five: Learner) -> None:
    async with five.in_review(limit=2) as eyes:
        await eyes.press("space", "4", "space", "4")
        assert eyes.sees("2 answers")
        assert not eyes.sees("Question 2?")


async def test_a_scope_asks_only_what_was_named(learner: Learner) -> None:
    learner.deck("one", [basic("one", "One?")])
    learner.deck("two", [basic("two", "Two?")])
    async with learner.in_review(names=("two",)) as eyes:
        assert eyes.sees("Two?", "1 new")


async def test_a_learning_card_comes_back_when_its_step_has_passed(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", "1")
        assert eyes.sees("Question 1?", "1 learning")
        five.clock.forward(minutes=2)
        await eyes.press("space", "4")
        assert eyes.sees("Question 0?")
        await eyes.press("space")
        assert eyes.sees("Answer 0.")


async def test_learning_cards_come_early_when_nothing_else_is_left(learner: Learner) -> None:
    learner.deck("own", [basic("only", "Only?")])
    async with learner.in_review() as eyes:
        await eyes.press("space", "1")
        assert eyes.sees("Only?", "show the answer")


async def test_the_end_tells_grades_time_and_tomorrow(five: Learner) -> None:
    async with five.in_review(LARGE) as eyes:
        for key in "4444":
            five.clock.forward(seconds=10)
            await eyes.press("space", key)
        five.clock.forward(seconds=10)
        await eyes.press("space", "1", "space", "4")
        assert eyes.sees("Done for today.", "6 answers · 5 cards · 5 of them new · in 0:50")
        assert eyes.sees("Again 1   Hard 0   Good 0   Easy 5")
        assert eyes.sees("due tomorrow")
        assert not eyes.sees("Again 1m")


async def test_the_end_counts_what_is_due_tomorrow(learner: Learner) -> None:
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?") for n in range(3)])
    learner.config("[review]\nmaximum_interval = 1\n")
    async with learner.in_review() as eyes:
        await eyes.press("space", "4", "space", "4", "space", "4")
        assert eyes.sees("3 reviews due tomorrow.")


async def test_the_end_tells_the_share_of_reviews_recalled(learner: Learner) -> None:
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?") for n in range(4)])
    for n in range(4):
        learner.answered((f"2026-11-01T09:0{n}:00+08:00", f"card-{n}", "easy"))
    async with learner.in_review() as eyes:
        assert eyes.sees("4 to review")
        await eyes.press("space", "1", "space", "3", "space", "3", "space", "3", "space", "4")
        assert eyes.sees("Recalled 3 of 4 reviews (75%).")


async def test_the_end_of_one_deck_does_not_announce_cards_of_another(learner: Learner) -> None:
    learner.config('[review]\nlearning_steps = ["2h"]\n')
    learner.deck("one", [basic("one", "One?")])
    learner.deck("two", [basic("two", "Two?")])
    learner.answered(("2026-11-21T08:59:00+08:00", "one", "again"))
    async with learner.in_review(names=("two",)) as eyes:
        await eyes.press("space", "4")
        assert eyes.sees("1 answer ")
        assert not eyes.sees("The next learning card comes")


@pytest.mark.parametrize("key", ["space", "enter", "q", "escape"])
async def test_the_end_leads_home(learner: Learner, key: str) -> None:
    learner.deck("own", [basic("only", "Only?")])
    async with learner.in_review() as eyes:
        await eyes.press("space", "4")
        assert eyes.sees("Done for today.")
        await eyes.press(key)
        assert isinstance(eyes.app.screen, HomeScreen)


async def test_keys_of_a_question_do_nothing_at_the_end(learner: Learner) -> None:
    learner.deck("own", [basic("only", "Only?")])
    async with learner.in_review() as eyes:
        await eyes.press("space", "4", "e", "t", "s", "b", "f", "m", "1", "3", "j", "G")
        assert eyes.sees("Done for today.")
    assert learner.grades() == [("only", "easy")]
    assert learner.decisions() == []


async def test_nothing_due_is_not_called_done(learner: Learner) -> None:
    learner.deck("own", [])
    async with learner.in_review() as eyes:
        assert eyes.sees("Nothing is due.")
        assert not eyes.sees("Done for today.", "answers")


async def test_the_end_finds_a_learning_card_that_has_fallen_due(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_module, "LOOK_AGAIN_SECONDS", 0.02)
    learner.config('[review]\nlearning_steps = ["1h"]\n')
    learner.deck("own", [basic("only", "Only?")])
    async with learner.in_review() as eyes:
        await eyes.press("space", "1")
        assert eyes.sees("The next learning card comes at 10:00.")
        learner.clock.forward(minutes=61)
        await eyes.until(lambda: eyes.sees("Only?", "show the answer"))


async def test_a_new_study_day_in_the_middle_of_a_session_brings_its_cards(learner: Learner) -> None:
    learner.config("[review]\nnew_per_day = 1\n")
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?") for n in range(3)])
    learner.clock.set("2026-11-21T23:59:00+08:00")
    async with learner.in_review() as eyes:
        assert eyes.sees("Question 0?", "1 new")
        learner.clock.set("2026-11-22T04:01:00+08:00")
        await eyes.press("space", "4")
        assert not eyes.sees("Question 0?")
    (row,) = learner.log()[0]
    assert row.day.isoformat() == "2026-11-22"


async def test_an_answer_from_another_window_is_not_asked_again(five: Learner) -> None:
    async with five.in_review() as eyes:
        five.answered(("2026-11-21T09:00:00+08:00", "card-1", "easy"))
        await eyes.press("space", "4")
        assert eyes.sees("Question 2?", "3 new")


async def test_good_is_underlined_because_space_gives_it(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space")
        segments = [segment for strip in eyes.app.screen._compositor.render_strips() for segment in strip]
        underlined = {segment.text.strip() for segment in segments if segment.style and segment.style.underline}
        assert underlined & {"Again", "Hard", "Good", "Easy"} == {"Good"}


@pytest.mark.parametrize("keys", [("space", "3"), ("s",), ("b",)])
async def test_a_card_that_went_while_it_was_shown_makes_room_for_the_next(
    learner: Learner, keys: tuple[str, ...]
) -> None:
    learner.deck("own", [basic("one", "First?"), basic("two", "Second?")])
    async with learner.in_review() as eyes:
        assert eyes.sees("First?")
        learner.deck("own", [basic("two", "Second?")])
        with learner.workspace():  # another recall reads the decks
            pass
        await eyes.press(*keys)
        assert eyes.sees("Second?") and not eyes.sees("First?")
        assert eyes.message() == "no deck has an item one"
