"""Home: where the learner stands, and the one next thing to do."""

from __future__ import annotations

import pytest

from recall.tui.screens.home import HomeScreen
from recall.tui.screens.review import ReviewScreen
from recall.tui.screens.settings import SettingsScreen
from recall.tui.screens.sitting_setup import SittingSetupScreen
from recall.tui.widgets.heat_map import shade
from recall.tui.widgets.stage_list import StageList
from tests.support_tui import LARGE, NOW, SMALL, Eyes, Learner, basic


@pytest.fixture
def started(learner: Learner) -> Learner:
    """Two stages and an own deck; some days of answers."""
    learner.deck("lines", [basic(f"line-{n}", f"Line {n}?") for n in range(4)], bundled=True, topic="sh.lines")
    learner.deck("primes", [basic(f"prime-{n}", f"Prime {n}?") for n in range(2)], bundled=True, topic="nu.primes")
    learner.deck("own", [basic("own-1", "Own?")])
    learner.answered(
        ("2026-11-18T09:00:00+08:00", "line-0", "easy"),
        ("2026-11-19T09:00:00+08:00", "line-1", "easy"),
        ("2026-11-20T09:00:00+08:00", "line-2", "good"),
        ("2026-11-20T09:20:00+08:00", "line-2", "good"),
    )
    return learner


def line_of(eyes: Eyes, title: str) -> str:
    return next(line for line in eyes.lines() if title in line)


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_counts_and_the_key_that_starts_are_on_one_line(started: Learner, size: tuple[int, int]) -> None:
    async with started.at_home(size) as eyes:
        shown = line_of(eyes, "starts the review")
        assert "4 new" in shown
        assert "space" in shown


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_each_stage_has_mastery_seen_and_due(started: Learner, size: tuple[int, int]) -> None:
    async with started.at_home(size) as eyes:
        shapes = line_of(eyes, "Shapes").split("Mo")[0]
        assert "3/4" in shapes
        assert "%" in shapes
        assert shapes.split()[-1].strip("·░▒▓█") in {"1", ""}
        assert "0/2" in line_of(eyes, "Numbers")
        assert "0/1" in line_of(eyes, "own")


async def test_a_stage_without_cards_is_listed_without_numbers(started: Learner) -> None:
    async with started.at_home(SMALL) as eyes:
        name = line_of(eyes, "A stage without cards")
        assert "/" not in name
        assert "%" not in name


async def test_mastery_is_a_share_between_0_and_100_percent(started: Learner) -> None:
    async with started.at_home() as eyes:
        lines = eyes.app.screen.query_one(StageList).lines
        assert all(0 <= line.mastery <= 1 for line in lines)
        assert lines[0].mastery > 0 == lines[1].mastery


async def test_the_streak_counts_days_up_to_yesterday_before_anything_is_answered(started: Learner) -> None:
    async with started.at_home() as eyes:
        assert eyes.sees("3 days in a row", "0 answers today")


async def test_the_streak_counts_today_once_something_was_answered(started: Learner) -> None:
    started.answered(("2026-11-21T08:59:00+08:00", "prime-0", "good"))
    async with started.at_home() as eyes:
        assert eyes.sees("4 days in a row", "1 answer today")


async def test_the_heat_map_shades_the_days_that_were_answered(started: Learner) -> None:
    async with started.at_home() as eyes:
        assert eyes.text().count("░") == 3


def test_shades_differ_without_colour_and_grow_with_answers() -> None:
    assert [shade(n) for n in (0, 1, 9, 10, 24, 25, 59, 60, 1000)] == [0, 1, 1, 2, 2, 3, 3, 4, 4]


async def test_space_starts_the_review(started: Learner) -> None:
    async with started.at_home() as eyes:
        await eyes.press("space")
        assert isinstance(eyes.app.screen, ReviewScreen)
        assert eyes.sees("show the answer")


async def test_leaving_the_review_shows_the_new_counts(started: Learner) -> None:
    async with started.at_home() as eyes:
        assert eyes.sees("4 new")
        await eyes.press("space", "space", "4", "q")
        assert isinstance(eyes.app.screen, HomeScreen)
        assert eyes.sees("3 new", "4 days in a row", "1 answer today")


async def test_the_cursor_chooses_a_stage_and_enter_reviews_only_it(started: Learner) -> None:
    async with started.at_home() as eyes:
        await eyes.press("down", "down")
        assert "›" in line_of(eyes, "Numbers")
        await eyes.press("enter")
        assert eyes.sees("Primes", "Prime 0?", "2 new")
        assert eyes.sees("0 to review")


async def test_vi_keys_move_the_cursor_and_it_stops_at_both_ends(started: Learner) -> None:
    async with started.at_home() as eyes:
        stages = eyes.app.screen.query_one(StageList)
        await eyes.press("k")
        assert stages.cursor == 0
        await eyes.press(*"jjjjjjj")
        assert stages.cursor == 3
        await eyes.press(*"kkkkkkk")
        assert stages.cursor == 0


async def test_enter_without_a_cursor_does_nothing_surprising(started: Learner) -> None:
    async with started.at_home() as eyes:
        await eyes.press("enter")
        assert isinstance(eyes.app.screen, HomeScreen | ReviewScreen)


async def test_a_stage_without_cards_has_nothing_to_review_and_says_so(started: Learner) -> None:
    async with started.at_home() as eyes:
        await eyes.press("down", "down", "down", "enter")
        assert eyes.sees("Nothing is due.")
        await eyes.press("space")
        assert isinstance(eyes.app.screen, HomeScreen)


async def test_comma_opens_settings_and_q_comes_back(started: Learner) -> None:
    async with started.at_home() as eyes:
        await eyes.press("comma")
        assert isinstance(eyes.app.screen, SettingsScreen)
        await eyes.press("q")
        assert isinstance(eyes.app.screen, HomeScreen)


async def test_q_ends_the_program(started: Learner) -> None:
    async with started.at_home() as eyes:
        await eyes.press("q")
        assert eyes.app.return_code == 0
        assert eyes.app.failure is None


async def test_when_all_is_done_home_says_when_the_next_card_comes(learner: Learner) -> None:
    learner.deck("own", [basic("own-1", "Own?")])
    learner.answered(("2026-11-21T08:00:00+08:00", "own-1", "easy"))
    async with learner.at_home() as eyes:
        due = learner.log()[0][0].due
        assert eyes.sees(f"Done for today. Next: {due}.")


async def test_a_learning_card_hours_away_is_announced_with_its_hour_not_offered_now(learner: Learner) -> None:
    learner.config('[review]\nlearning_steps = ["1m", "3h"]\n')
    learner.deck("own", [basic("own-1", "Own?")])
    learner.answered(
        ("2026-11-21T08:58:00+08:00", "own-1", "good"),  # due again at 11:58
    )
    async with learner.at_home() as eyes:
        assert eyes.sees("Next: 11:58.")


async def test_no_deck_at_all_says_where_to_put_one(learner: Learner) -> None:
    learner.config("bundled_decks = false\n")
    async with learner.at_home() as eyes:
        flat = " ".join(eyes.text().split())
        assert f"No cards yet. Put a deck in {learner.home / 'decks'}." in flat


@pytest.mark.parametrize(
    ("name", "text"),
    [("empty", ""), ("comments", "# nothing yet\n# and still nothing\n"), ("no cards", "deck: mine\ncards: []\n")],
)
async def test_an_empty_deck_is_no_reason_to_stop(learner: Learner, name: str, text: str) -> None:
    learner.config("bundled_decks = false\n")
    learner.file(f"decks/{name}.yaml", text)
    async with learner.at_home() as eyes:
        assert eyes.sees("No cards yet.")
        await eyes.press("space")
        assert eyes.sees("Nothing is due.")


async def test_a_broken_deck_does_not_hide_the_good_one(learner: Learner) -> None:
    learner.file("decks/broken.yaml", "cards:\n- front: [unclosed\n")
    learner.deck("own", [basic("own-1", "Own?")])
    async with learner.at_home() as eyes:
        assert eyes.sees("1 new")


async def test_a_broken_deck_is_mentioned_so_that_its_cards_are_not_missed_silently(learner: Learner) -> None:
    learner.file("decks/broken.yaml", "cards:\n- front: [unclosed\n")
    learner.deck("own", [basic("own-1", "Own?")])
    async with learner.at_home() as eyes:
        assert "recall check" in eyes.text() + eyes.message()


async def test_a_resize_keeps_every_stage_readable(started: Learner) -> None:
    async with started.at_home(LARGE) as eyes:
        await eyes.pilot.resize_terminal(*SMALL)
        await eyes.settle()
        assert "3/4" in line_of(eyes, "Shapes")
        assert all(len(line) <= 80 for line in eyes.lines())


async def test_the_list_of_many_stages_scrolls_with_the_cursor(learner: Learner) -> None:
    for n in range(40):
        learner.deck(f"own-{n:02}", [basic(f"own-{n:02}", "Own?")])
    async with learner.at_home(SMALL) as eyes:
        await eyes.press(*(["down"] * 43))
        assert eyes.sees("› own-39")


async def test_a_key_pressed_while_the_decks_are_opened_is_not_lost(learner: Learner) -> None:
    app = learner.app()
    async with app.run_test(size=(80, 24)) as pilot:
        assert app.workspace is None
        await pilot.press("z")
        await Eyes(app, pilot).until(lambda: isinstance(app.screen, SittingSetupScreen))


async def test_a_deck_that_has_gone_meanwhile_is_told_and_home_stays(learner: Learner) -> None:
    deck = learner.deck("own", [basic("mine", "Mine?")], deck="Mine")
    async with learner.at_home() as eyes:
        assert eyes.app.workspace is not None
        deck.unlink()
        eyes.app.workspace.library.sync()
        lines = eyes.app.screen.query_one(StageList).lines
        await eyes.press(*["j"] * (1 + [line.id for line in lines].index("Mine")), "enter")
        assert "Mine" in eyes.message()
        assert isinstance(eyes.app.screen, HomeScreen)
    assert eyes.app.failure is None


async def test_a_home_that_stays_open_goes_with_the_time(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recall.tui.screens.home.LOOK_AGAIN_SECONDS", 0.05)
    learner.deck("own", [basic("one", "First?")])
    learner.answered((NOW, "one", "easy"))
    async with learner.at_home() as eyes:
        assert eyes.sees("2026-11-21", "Done for today.")
        learner.clock.forward(days=40)
        await eyes.until(lambda: eyes.sees("2026-12-31", "1 to review"))
