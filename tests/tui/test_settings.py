"""Settings: every option, changed in place and written to config.toml; and what they do to the screen."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from recall.config import OPTIONS
from recall.errors import RecallError
from recall.tui.screens.home import HomeScreen
from recall.tui.screens.settings import SettingsScreen
from tests.support_tui import LARGE, SMALL, Eyes, Learner, basic


@pytest.fixture
def owner(learner: Learner) -> Learner:
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?", f"Answer {n}.") for n in range(5)])
    return learner


async def go_to(eyes: Eyes, name: str) -> None:
    """Open the settings with the cursor on a name."""
    await eyes.press("comma")
    eyes.app.screen.query_one(OptionList).highlighted = list(OPTIONS).index(name)
    await eyes.settle()


async def type_over(eyes: Eyes, text: str) -> None:
    eyes.app.screen.query_one(Input).value = ""
    await eyes.press(*text, "enter")


def written(learner: Learner) -> dict[str, object]:
    return tomllib.loads((learner.home / "config.toml").read_text("utf-8"))


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_every_setting_can_be_reached(owner: Learner, size: tuple[int, int]) -> None:
    async with owner.at_home(size) as eyes:
        await eyes.press("comma")
        seen = eyes.text()
        await eyes.press("end")
        seen += eyes.text()
        assert [name for name in OPTIONS if name not in seen] == []


async def test_the_help_of_the_setting_under_the_cursor_is_shown(owner: Learner) -> None:
    async with owner.at_home(SMALL) as eyes:
        await go_to(eyes, "review.leech_after")
        assert eyes.sees("lapses that make a card a leech; 0 never", "default: 8")


async def test_enter_turns_a_truth_value_round(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "vi_keys")
        await eyes.press("enter")
        assert written(owner) == {"vi_keys": False}
        await eyes.press("enter")
        assert written(owner) == {"vi_keys": True}


async def test_enter_takes_the_next_of_few_values_and_the_theme_changes_at_once(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        assert eyes.app.theme == "recall-dark"
        await go_to(eyes, "theme")
        await eyes.press("enter")
        assert written(owner) == {"theme": "light"}
        assert eyes.app.theme == "recall-light"
        await eyes.press("enter")
        assert eyes.app.theme == "recall-dark"


async def test_a_number_is_typed(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "review.new_per_day")
        await eyes.press("enter")
        assert eyes.app.screen.query_one(Input).has_focus
        await type_over(eyes, "2")
        assert written(owner) == {"review": {"new_per_day": 2}}
        assert not eyes.app.screen.query_one(Input).display
        await eyes.press("q")
        assert eyes.sees("2 new")


async def test_what_is_being_changed_stays_in_sight(owner: Learner) -> None:
    async with owner.at_home(SMALL) as eyes:
        await go_to(eyes, "review.leech_after")
        await eyes.press("enter")
        assert eyes.sees("review.leech_after")


async def test_a_list_is_typed_with_commas(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "review.learning_steps")
        await eyes.press("enter")
        await type_over(eyes, "5m, 30m")
        assert written(owner) == {"review": {"learning_steps": ["5m", "30m"]}}
        await eyes.press("q", "space", "space")
        assert eyes.sees("Again 5m", "Good 30m")


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("review.desired_retention", "2", "0.7 .. 0.99"),
        ("review.new_per_day", "many", "0 .. 9999"),
        ("review.learning_steps", "[/]", "10m"),
        ("day_start", "25:00", "04:00"),
        ("timezone", "Mars", "Asia/Shanghai"),
    ],
)
async def test_a_bad_value_is_refused_with_what_is_expected(
    owner: Learner, name: str, typed: str, expected: str
) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, name)
        await eyes.press("enter")
        await type_over(eyes, typed)
        assert name in eyes.message()
        assert expected in eyes.message()
        assert str(owner.home) not in eyes.message()
        assert eyes.app.screen.query_one(Input).has_focus
        assert not (owner.home / "config.toml").exists()


async def test_escape_leaves_the_typing_then_the_screen(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "review.new_per_day")
        await eyes.press("enter", "9", "escape")
        assert isinstance(eyes.app.screen, SettingsScreen)
        assert not eyes.app.screen.query_one(Input).display
        await eyes.press("escape")
        assert isinstance(eyes.app.screen, HomeScreen)
    assert not (owner.home / "config.toml").exists()


async def test_keys_of_the_screen_can_be_typed_into_a_value(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "editor")
        await eyes.press("enter")
        await type_over(eyes, "djq k?")
        assert written(owner) == {"editor": "djq k?"}


async def test_d_goes_back_to_the_default(owner: Learner) -> None:
    owner.config("[review]\nnew_per_day = 3\n")
    async with owner.at_home() as eyes:
        await go_to(eyes, "review.new_per_day")
        await eyes.press("d")
        assert "new_per_day" not in (owner.home / "config.toml").read_text()
        await eyes.press("q")
        assert eyes.sees("5 new")


async def test_the_cursor_stays_where_it_was_after_a_change(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "vi_keys")
        await eyes.press("enter")
        assert eyes.app.screen.query_one(OptionList).highlighted == list(OPTIONS).index("vi_keys")


async def test_comments_and_order_of_the_file_are_kept(owner: Learner) -> None:
    text = '# mine\ntheme = "dark" # calm\n\n[review]\n# a lot\nnew_per_day = 3\n\n[keys]\n"grade.good" = "x"\n'
    owner.config(text)
    async with owner.at_home() as eyes:
        await go_to(eyes, "review.new_per_day")
        await eyes.press("enter")
        await type_over(eyes, "4")
    assert (owner.home / "config.toml").read_text() == text.replace("= 3", "= 4")


async def test_a_file_that_cannot_be_written_is_told_and_nothing_changes(
    owner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _text: str) -> None:
        raise RecallError(f"{path} can't be written: Permission denied; nothing was changed")

    monkeypatch.setattr("recall.files.write_atomically", refuse)
    async with owner.at_home() as eyes:
        await go_to(eyes, "theme")
        await eyes.press("enter")
        assert "Permission denied" in eyes.message()
        assert eyes.app.theme == "recall-dark"


async def test_a_config_file_broken_by_hand_meanwhile_is_told_when_settings_open(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        owner.config("theme = \n")
        await eyes.press("comma")
        assert eyes.app.is_running
        assert "config.toml" in eyes.message()


async def test_a_config_file_broken_by_hand_while_settings_are_open_is_told(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "theme")
        owner.config("theme = \n")
        await eyes.press("enter")
        assert "not TOML" in eyes.message()


async def test_j_and_k_move_as_the_arrows_do(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await eyes.press("comma", "j", "j", "k", "down")
        assert eyes.app.screen.query_one(OptionList).highlighted == 2


async def test_the_language_is_said_to_change_with_the_next_start(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "language")
        await eyes.press("enter")
        assert written(owner) == {"language": "zh"}
        assert "next start" in eyes.message()


async def test_a_setting_that_only_counts_at_the_next_start_says_so(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await go_to(eyes, "bundled_decks")
        await eyes.press("enter")
        assert "next start" in eyes.message()


async def test_the_light_theme_is_used_from_the_start(owner: Learner) -> None:
    owner.config('theme = "light"\n')
    async with owner.at_home() as eyes:
        assert eyes.app.theme == "recall-light"
        assert not eyes.app.current_theme.dark


async def test_a_setting_that_became_wrong_ends_with_its_reason(owner: Learner) -> None:
    owner.config('theme = "pink"\n')
    app = owner.app()
    async with app.run_test() as pilot:
        await Eyes(app, pilot).until(lambda: app.failure is not None)
    assert app.return_code == 1
    assert "dark | light" in str(app.failure)
