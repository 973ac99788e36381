"""Text of strangers: shown as it was typed, obeyed by nothing, and no reason to stop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest

from tests.support_tui import LARGE, SMALL, Card, Learner, basic

LONG = " ".join(f"word{n:03}" for n in range(500))
"""4,000 characters."""

SHOWN_AS_TYPED = [
    "[/]",
    "[b]bold[/b]",
    "dp[i][j]",
    "[$primary]red",
    "[@click=app.quit]leave[/]",
    "vector<int>",
    "<script>alert(1)</script>",
    "costs $5",
    "from $5 to",
    "an unclosed $x^2",
    "emoji 🎉 here",
    "👩‍👩‍👧 family",
    "100%s %d {0} {name}",
    "back\\slash",
]


def cards_of(texts: Sequence[str]) -> list[Card]:
    return [basic(f"x{n:02}", f"Q {text}", f"A {text}", more=f"M {text}") for n, text in enumerate(texts)]


async def test_text_is_shown_as_typed_as_question_answer_and_remark(learner: Learner) -> None:
    learner.deck("own", cards_of(SHOWN_AS_TYPED))
    async with learner.in_review(SMALL) as eyes:
        for text in SHOWN_AS_TYPED:
            assert eyes.sees(f"Q {text}")
            await eyes.press("space", "m")
            assert eyes.sees(f"Q {text}", f"A {text}", f"M {text}")
            await eyes.press("4")
        assert eyes.sees("Done for today.")


async def test_the_name_of_a_deck_is_shown_as_typed(learner: Learner) -> None:
    names = [f"Deck {text}" for text in ("[/]", "dp[i][j]", "[b]x[/b]", "[@click=app.quit]x[/]", "名字", "🎉")]
    for n, name in enumerate(names):
        learner.deck(f"own-{n}", [basic(f"x{n}", f"Question {n}?")], deck=name)
    async with learner.at_home(LARGE) as eyes:
        assert [name for name in names if name not in eyes.text()] == []
        await eyes.press("space")
        shown = []
        for _ in names:
            shown.append(next(name for name in names if name in eyes.text()))
            await eyes.press("space", "4")
        assert sorted(shown) == sorted(names)


CONTROLS = [
    *("\x1b[31mred", "\x1b]0;title\x07", "bell\x07", "back\x08space"),
    *("carriage\rreturn", "\x9b31m", "rtl\u202eoverride"),
]
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey instead of showing it."""


async def test_control_characters_of_a_card_never_reach_the_terminal(learner: Learner) -> None:
    learner.deck("own", cards_of(CONTROLS))
    async with learner.in_review(SMALL) as eyes:
        for _ in CONTROLS:
            await eyes.press("space", "m")
            assert eyes.sees("Q ", "A ", "M ")
            assert not OBEYED.search(eyes.text())
            await eyes.press("4")
        assert eyes.sees("Done for today.")


async def test_control_characters_of_a_deck_name_never_reach_the_terminal(learner: Learner) -> None:
    for n, text in enumerate(CONTROLS):
        learner.deck(f"own-{n}", [basic(f"x{n}", "Question?")], deck=f"Deck {text}")
    async with learner.at_home(LARGE) as eyes:
        assert eyes.text().count("Deck ") == len(CONTROLS)
        assert not OBEYED.search(eyes.text())
        await eyes.press("space")
        for _ in CONTROLS:
            assert eyes.sees("Question?", "Deck ")
            assert not OBEYED.search(eyes.text())
            await eyes.press("space", "4")


async def test_a_deck_name_with_line_ends_stays_on_its_line(learner: Learner) -> None:
    learner.deck("own", [basic("x", "Question?")], deck="one\ntwo\nthree")
    learner.deck("zzz", [basic("y", "Question?")])
    async with learner.at_home(SMALL) as eyes:
        rows = [line for line in eyes.lines() if " one" in line or " zzz" in line]
        assert ["0/1" in row for row in rows] == [True, True]


async def test_a_card_of_4000_characters_scrolls_to_its_end(learner: Learner) -> None:
    learner.deck("own", [basic("x", "Question?", LONG)])
    async with learner.in_review(SMALL) as eyes:
        await eyes.press("space")
        assert eyes.sees("Question?")
        assert not eyes.sees("word499")
        await eyes.press("G")
        assert eyes.sees("word499")
        await eyes.press("g")
        assert eyes.sees("Question?", "word000")


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up"), ("pagedown", "pageup")])
async def test_keys_scroll_a_long_card(learner: Learner, down: str, up: str) -> None:
    learner.deck("own", [basic("x", LONG, "Answer.")])
    async with learner.in_review(SMALL) as eyes:
        top = eyes.text()
        await eyes.press(down)
        assert eyes.text() != top
        await eyes.press(up)
        assert eyes.text() == top


async def test_the_answer_to_a_long_question_is_brought_into_sight(learner: Learner) -> None:
    learner.deck("own", [basic("x", LONG, "The answer.")])
    async with learner.in_review(SMALL) as eyes:
        await eyes.press("space")
        assert eyes.sees("The answer.")


async def test_the_beginning_of_a_long_answer_is_brought_into_sight(learner: Learner) -> None:
    learner.deck("own", [basic("x", LONG, f"ANSWER {LONG}")])
    async with learner.in_review(SMALL) as eyes:
        await eyes.press("space")
        assert eyes.sees("ANSWER word000")


async def test_the_next_card_begins_at_its_top(learner: Learner) -> None:
    learner.deck("own", [basic("x", f"FIRST {LONG}"), basic("y", f"SECOND {LONG}")])
    async with learner.in_review(SMALL) as eyes:
        await eyes.press("G", "space", "G", "4")
        assert eyes.sees("SECOND word000")


async def test_the_remark_of_a_long_card_is_brought_into_sight(learner: Learner) -> None:
    learner.deck("own", [basic("x", "Question?", LONG, more="THE REMARK")])
    async with learner.in_review(SMALL) as eyes:
        await eyes.press("space", "m")
        assert eyes.sees("THE REMARK")


async def test_a_word_without_an_end_does_not_break_the_screen(learner: Learner) -> None:
    learner.deck("own", [basic("x", "x" * 4000, "漢" * 4000)])
    async with learner.in_review(SMALL) as eyes:
        await eyes.press("space", "G")
        assert "漢" in eyes.text()
        await eyes.press("4")
        assert eyes.sees("Done for today.")


BROKEN = ["$$\\frac{1", "$$", "```\nunclosed code", "| a | b |\n|", "![x](y)", "{{c1::", "#", "---", "> > >"]


async def test_broken_markdown_is_no_reason_to_stop(learner: Learner) -> None:
    learner.deck("own", [basic(f"x{n}", f"Question?\n\n{text}", text) for n, text in enumerate(BROKEN)])
    async with learner.in_review(SMALL) as eyes:
        for _ in BROKEN:
            assert eyes.sees("Question?", "show the answer")
            await eyes.press("space", "t", "4")
        assert eyes.sees("Done for today.")


async def test_an_editor_mistake_with_markup_in_the_path_is_told_as_it_is(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "/no/[/]/editor")
    learner.deck("own", [basic("x", "Question?")])
    async with learner.in_review(LARGE) as eyes:
        await eyes.press("e")
        assert eyes.sees("Question?")


async def test_a_year_of_answers_fits_the_heat_map(learner: Learner) -> None:
    learner.deck("own", [basic("x", "Question?")])
    async with learner.at_home(LARGE) as eyes:
        heat = eyes.app.screen.query_one("HeatMap")
        heat.show({date(2026, 11, 2): 10**9, date(2026, 11, 22): 5}, date(2026, 11, 21))  # type: ignore[attr-defined]
        await eyes.pilot.pause()
        assert "█" in eyes.text()
