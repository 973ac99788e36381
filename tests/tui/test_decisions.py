"""Review: undo, suspend, bury, flag, the other language, the further remark, leeches."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support_tui import LARGE, SMALL, Learner, basic


@pytest.fixture
def five(learner: Learner) -> Learner:
    """Five new cards, asked in order."""
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?", f"Answer {n}.") for n in range(5)])
    return learner


async def test_undo_asks_the_card_again_and_the_log_keeps_both_rows(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", "1", "u")
        assert eyes.sees("Question 0?", "show the answer", "5 new  0 learning")
        assert not eyes.sees("Answer 0.")
        reviews, events = five.log()
        assert [row.item for row in reviews] == ["card-0"]
        assert [(event.kind, event.target) for event in events] == [("undo", reviews[0].id)]


async def test_undo_reaches_back_answer_by_answer(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", "4", "space", "3", "space", "4", "u", "u")
        assert eyes.sees("Question 1?")
        await eyes.press("space", "2")
        assert eyes.sees("Question 2?")
        assert five.grades() == [("card-0", "easy"), ("card-1", "hard")]


async def test_undo_with_the_answer_on_the_screen_takes_back_the_one_before(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", "4", "space", "u")
        assert eyes.sees("Question 0?", "show the answer")
        assert five.grades() == []


async def test_undo_reaches_into_an_earlier_session(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", "4", "space", "4", "q")
    five.clock.forward(hours=1)
    async with five.in_review() as eyes:
        assert eyes.sees("Question 2?")
        await eyes.press("u", "u")
        assert eyes.sees("Question 0?", "5 new")
        assert five.grades() == []


async def test_undo_reaches_back_to_yesterday(five: Learner) -> None:
    five.answered(("2026-11-20T09:00:00+08:00", "card-3", "easy"))
    async with five.in_review() as eyes:
        await eyes.press("u")
        assert eyes.sees("Question 3?")
        assert five.grades() == []


async def test_undo_at_the_end_takes_the_tally_back_too(learner: Learner) -> None:
    learner.deck("own", [basic("only", "Only?")])
    async with learner.in_review() as eyes:
        await eyes.press("space", "4")
        assert eyes.sees("1 answer ")
        await eyes.press("u")
        assert eyes.sees("Only?", "show the answer", "0:00")
        await eyes.press("space", "3", "space", "4")
        assert eyes.sees("2 answers · 1 card ")


async def test_undo_with_an_empty_log_says_so(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("u")
        assert "There is nothing to undo." in eyes.message()
        assert eyes.sees("Question 0?")
        assert five.decisions() == []


async def test_undo_of_a_card_that_was_deleted_goes_on(five: Learner) -> None:
    five.answered(("2026-11-21T08:00:00+08:00", "card-0", "easy"))
    five.deck("own", [basic("card-4", "Question 4?")])
    async with five.in_review() as eyes:
        await eyes.press("u")
        assert eyes.sees("Question 4?")


async def test_suspend_takes_the_card_out_for_good(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("s")
        assert eyes.sees("Question 1?", "4 new")
        assert "Suspended" in eyes.message()
    assert five.decisions() == [("suspend", "card-0")]
    five.clock.forward(days=30)
    async with five.in_review() as eyes:
        assert eyes.sees("Question 1?", "4 new")


async def test_undo_brings_a_suspended_card_back(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("s", "u")
        assert eyes.sees("Question 0?", "5 new")


async def test_bury_puts_the_card_off_until_tomorrow(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("b")
        assert eyes.sees("Question 1?", "4 new")
        assert "Until tomorrow" in eyes.message()
    five.clock.forward(hours=20)
    async with five.in_review() as eyes:
        assert eyes.sees("Question 0?", "5 new")


async def test_undo_brings_a_buried_card_back(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("b", "u")
        assert eyes.sees("Question 0?", "5 new")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_message_does_not_cover_the_grades(five: Learner, size: tuple[int, int]) -> None:
    async with five.in_review(size) as eyes:
        await eyes.press("s", "b", "space")
        assert eyes.sees("Answer 2.", "Again 1m", "Hard", "Good 10m", "Easy")


async def test_a_message_does_not_cover_the_question(learner: Learner) -> None:
    long = "A question so long that it goes from one side of the screen to the other side ends here."
    learner.deck("own", [basic(f"card-{n}", long) for n in range(3)])
    async with learner.in_review(SMALL) as eyes:
        before = eyes.lines()[:6]
        await eyes.press("s")
        assert eyes.sees("brings it back")
        assert eyes.lines()[3:6] == before[3:6]


async def test_suspending_the_last_card_ends_the_session(learner: Learner) -> None:
    learner.deck("own", [basic("only", "Only?")])
    async with learner.in_review() as eyes:
        await eyes.press("s")
        assert eyes.sees("due tomorrow")
        assert not eyes.sees("Only?")


async def test_flag_marks_the_card_and_takes_the_mark_off(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("f")
        assert eyes.sees("flagged", "Question 0?")
        await eyes.press("f")
        assert not eyes.sees("flagged")
    assert five.decisions() == [("flag", "card-0"), ("flag", "card-0")]


async def test_a_flag_survives_the_answer_and_the_next_session(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("f", "space", "4")
        assert not eyes.sees("flagged")
    five.clock.forward(days=30)
    async with five.in_review() as eyes:
        assert eyes.sees("Question 0?", "flagged")


async def test_flagging_keeps_the_answer_on_the_screen(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space", "f")
        assert eyes.sees("Answer 0.", "flagged", "Again 1m")


@pytest.fixture
def bilingual(learner: Learner) -> Learner:
    front = {"zh": "三角形有几条边？", "en": "How many sides has a triangle?"}
    back = {"zh": "三条。", "en": "Three."}
    more = {"zh": "四边形有四条。", "en": "A quadrangle has four."}
    learner.deck("lines", [basic("tri", front, back, more=more)], bundled=True, topic="sh.lines")
    return learner


async def test_t_shows_the_card_in_the_other_language_and_back(bilingual: Learner) -> None:
    async with bilingual.in_review(SMALL) as eyes:
        assert eyes.sees("How many sides", "Shapes › Lines")
        await eyes.press("t")
        assert eyes.sees("三角形有几条边？", "形状 › 直线")
        assert not eyes.sees("How many sides")
        await eyes.press("t")
        assert eyes.sees("How many sides")


async def test_t_keeps_the_answer_on_the_screen(bilingual: Learner) -> None:
    async with bilingual.in_review() as eyes:
        await eyes.press("space", "t")
        assert eyes.sees("三角形有几条边？", "三条。", "Again 1m")


async def test_a_card_of_one_language_is_shown_in_it_whatever_t_says(learner: Learner) -> None:
    learner.deck("own", [basic("zh", {"zh": "只有中文？"}, {"zh": "是。"})])
    async with learner.in_review() as eyes:
        assert eyes.sees("只有中文？")
        await eyes.press("t", "space")
        assert eyes.sees("只有中文？", "是。")


async def test_m_unfolds_the_further_remark_and_folds_it_again(bilingual: Learner) -> None:
    async with bilingual.in_review() as eyes:
        await eyes.press("m")
        assert not eyes.sees("A quadrangle has four.")
        await eyes.press("space")
        assert eyes.sees("m more")
        assert not eyes.sees("A quadrangle has four.")
        await eyes.press("m")
        assert eyes.sees("A quadrangle has four.")
        await eyes.press("m")
        assert not eyes.sees("A quadrangle has four.")
        assert eyes.sees("m more")


async def test_m_without_a_further_remark_does_nothing(five: Learner) -> None:
    async with five.in_review() as eyes:
        await eyes.press("space")
        before = eyes.text()
        await eyes.press("m")
        assert eyes.text() == before


async def test_a_cloze_hides_its_words_and_reveals_them_in_their_place(learner: Learner) -> None:
    learner.deck("own", [{"id": "cz", "cloze": "The sky is {{c1::blue::colour}}.", "back": "By day."}])
    async with learner.in_review() as eyes:
        assert eyes.sees("The sky is", "colour")
        assert not eyes.sees("blue")
        await eyes.press("space")
        assert eyes.sees("The sky is blue.", "By day.")
        assert eyes.text().count("The sky is") == 1


async def test_a_reversed_card_is_asked_both_ways_but_not_on_one_day(learner: Learner) -> None:
    learner.deck("own", [basic("rev", "Left", "Right", reverse=True)])
    async with learner.in_review() as eyes:
        assert eyes.sees("Left", "1 new")
        await eyes.press("space", "4")
        assert eyes.sees("Done for today.")
    learner.clock.forward(days=1)
    async with learner.in_review() as eyes:
        assert eyes.sees("Right")
        assert not eyes.sees("Left")


async def test_a_leech_is_named_with_what_can_be_done(learner: Learner) -> None:
    learner.config("[review]\nleech_after = 2\n")
    learner.deck("own", [basic("hard-one", "Hard one?", "Yes."), basic("other", "Other?")])
    at, answers = datetime.fromisoformat("2026-09-01T09:00:00+08:00"), [("hard-one", "easy")]
    answers += [("hard-one", "again"), ("hard-one", "good")] * 2
    rows = []
    for n, (item, grade) in enumerate(answers):
        rows.append(((at + timedelta(days=14 * n)).isoformat(), item, grade))
    learner.answered(*rows)
    async with learner.in_review(LARGE) as eyes:
        assert eyes.sees("Hard one?", "Leech: forgotten 2 times.")
        await eyes.press("s")
        assert eyes.sees("Other?")
        assert not eyes.sees("Leech")


async def test_leech_after_0_names_none(learner: Learner) -> None:
    learner.config("[review]\nleech_after = 0\n")
    learner.deck("own", [basic("hard-one", "Hard one?", "Yes.")])
    at = datetime.fromisoformat("2026-09-01T09:00:00+08:00")
    grades = ["easy", "again", "good", "again", "good"]
    learner.answered(*(((at + timedelta(days=14 * n)).isoformat(), "hard-one", g) for n, g in enumerate(grades)))
    async with learner.in_review(LARGE) as eyes:
        assert eyes.sees("Hard one?")
        assert not eyes.sees("Leech")
