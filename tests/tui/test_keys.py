"""Keys: the help that lists them, and the settings that change them."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from inspect import getmembers, isclass

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import recall.tui
from recall.tui.app import _screens
from recall.tui.screens.help import HelpScreen
from recall.tui.screens.home import HomeScreen
from recall.tui.screens.review import ReviewScreen
from tests.support_tui import LARGE, SMALL, Eyes, Learner, basic


@pytest.fixture
def owner(learner: Learner) -> Learner:
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?", f"Answer {n}.") for n in range(5)])
    return learner


async def read_all(eyes: Eyes) -> str:
    """The text of the help, scrolled to its end."""
    seen = eyes.text()
    await eyes.press("end")
    return seen + eyes.text()


REVIEW_KEYS = {
    "space": "[Ss]how",
    "1": "[Aa]gain",
    "2": "[Hh]ard",
    "3": "[Gg]ood",
    "4": "[Ee]asy",
    "u": "undo",
    "e": "edit",
    "t": "language",
    "s": "suspend",
    "b": "until tomorrow",
    "f": "flag",
    "m": "more",
    "q": "home",
    "j": "[Dd]own",
    "k": "[Uu]p",
    "g": "[Tt]op",
    "G": "to the end",
}


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_help_of_the_review_lists_every_key(owner: Learner, size: tuple[int, int]) -> None:
    async with owner.in_review(size) as eyes:
        await eyes.press("question_mark")
        shown = await read_all(eyes)
        missing = [k for k, what in REVIEW_KEYS.items() if not re.search(rf"(?<!\S){re.escape(k)} .*{what}", shown)]
        assert missing == []
        assert "Mastery of a stage" in shown
        assert "[keys]" in shown


async def test_the_help_of_home_lists_its_keys(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await eyes.press("question_mark")
        shown = await read_all(eyes)
        for key, what in {"space": "review", ",": "settings", "q": "quit", "⏎": "review this stage"}.items():
            assert re.search(rf"(?<!\S){re.escape(key)}\S* .*{what}", shown), key


@pytest.mark.parametrize("key", ["escape", "q", "question_mark", "space"])
async def test_help_closes_and_the_question_is_as_it_was(owner: Learner, key: str) -> None:
    async with owner.in_review() as eyes:
        before = eyes.text()
        await eyes.press("question_mark")
        assert isinstance(eyes.app.screen, HelpScreen)
        await eyes.press(key)
        assert isinstance(eyes.app.screen, ReviewScreen)
        assert eyes.text() == before
    assert owner.grades() == []


async def test_no_key_of_the_review_works_through_the_help(owner: Learner) -> None:
    async with owner.in_review() as eyes:
        await eyes.press("space", "question_mark", "1", "2", "3", "4", "s", "b", "u", "f", "e")
        assert isinstance(eyes.app.screen, HelpScreen)
    assert (owner.grades(), owner.decisions()) == ([], [])


async def test_a_remapped_grade_works_and_is_named_on_the_button(owner: Learner) -> None:
    owner.config('[keys]\n"grade.easy" = "x"\n')
    async with owner.in_review() as eyes:
        await eyes.press("space")
        assert re.search(r"\bx +Easy", eyes.text())
        await eyes.press("4")
        assert owner.grades() == []
        await eyes.press("x")
        assert owner.grades() == [("card-0", "easy")]


async def test_the_keymap_of_the_help_text_works_as_it_says(owner: Learner) -> None:
    owner.config('[keys]\n"grade.good" = "space,3"\n')
    async with owner.in_review() as eyes:
        await eyes.press("space")
        assert eyes.sees("Answer 0.")
        assert owner.grades() == []
        await eyes.press("space")
        assert owner.grades() == [("card-0", "good")]
        await eyes.press("3", "3")
        assert owner.grades() == [("card-0", "good"), ("card-1", "good")]


async def test_a_remapped_key_is_listed_in_the_help(owner: Learner) -> None:
    owner.config('[keys]\n"review.undo" = "ctrl+z"\n')
    async with owner.in_review() as eyes:
        assert eyes.sees("^z undo")
        await eyes.press("question_mark")
        assert re.search(r"\^z +undo", eyes.text())
        assert not re.search(r"(?<!\S)u +undo", eyes.text())


async def test_the_key_of_the_help_itself_can_be_remapped_and_the_hint_follows(owner: Learner) -> None:
    owner.config('[keys]\n"app.help" = "f1"\n')
    async with owner.at_home() as eyes:
        assert "?" not in eyes.lines()[-1]
        assert "f1" in eyes.lines()[-1]
        await eyes.press("f1")
        assert isinstance(eyes.app.screen, HelpScreen)


async def test_a_key_taken_from_another_action_is_told(owner: Learner) -> None:
    owner.config('[keys]\n"review.flag" = "e"\n')
    async with owner.in_review() as eyes:
        assert "review.edit" in eyes.message()
        assert "review.flag" in eyes.message()


async def test_two_actions_set_to_one_key_are_told_once_and_the_first_keeps_it(owner: Learner) -> None:
    owner.config('[keys]\n"review.flag" = "x"\n"review.bury" = "x"\n')
    async with owner.in_review() as eyes:
        assert "review.bury" in eyes.message()
        await eyes.press("j", "k", "j", "space")
        assert eyes.message().count("same key") == 1


async def test_a_key_setting_for_no_action_is_told(owner: Learner) -> None:
    owner.config('[keys]\n"grade.goood" = "x"\n')
    app = owner.app()
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        eyes = Eyes(app, pilot)
        await eyes.until(lambda: app.failure is not None or app.workspace is not None)
        await eyes.settle()
        assert "grade.goood" in f"{app.failure} {eyes.message()}"


async def test_two_keys_may_be_written_with_a_space_after_the_comma(owner: Learner) -> None:
    owner.config('[keys]\n"grade.easy" = "x, y"\n')
    async with owner.in_review() as eyes:
        await eyes.press("space", "y")
        assert owner.grades() == [("card-0", "easy")]


@pytest.mark.parametrize(("vi_keys", "moves"), [("true", True), ("false", False)])
async def test_vi_keys_can_be_turned_off_and_arrows_stay(owner: Learner, vi_keys: str, moves: bool) -> None:
    owner.config(f"vi_keys = {vi_keys}\n")
    owner.deck("long", [basic("long", "\n\n".join(f"line {n}" for n in range(60)))])
    async with owner.in_review(SMALL, names=("long",)) as eyes:
        card = eyes.app.screen.query_one("QuestionPage")
        await eyes.press("j")
        assert (card.scroll_y > 0) is moves
        await eyes.press("G")
        assert (card.scroll_y == card.max_scroll_y) is moves
        await eyes.press("g", "up", "up", "home")
        assert card.scroll_y == 0
        await eyes.press("down")
        assert card.scroll_y == 1
        await eyes.press("end")
        assert card.scroll_y == card.max_scroll_y


async def test_vi_keys_off_turn_the_list_of_stages_off_too(owner: Learner) -> None:
    owner.config("vi_keys = false\n")
    async with owner.at_home() as eyes:
        await eyes.press("j")
        assert not eyes.sees("›")
        await eyes.press("down")
        assert eyes.sees("›")


async def test_a_changed_keymap_counts_from_the_next_key_after_settings(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        owner.config('[keys]\n"home.review" = "r"\n')
        await eyes.press("comma", "enter", "enter", "enter", "q", "r")  # language: three changes, back where it was
        assert isinstance(eyes.app.screen, ReviewScreen)


async def test_vi_keys_scroll_the_help_too(owner: Learner) -> None:
    async with owner.in_review(SMALL) as eyes:
        await eyes.press("question_mark")
        top = eyes.text()
        await eyes.press("j", "j")
        assert eyes.text() != top


@pytest.mark.parametrize("key", ["tab", "shift+tab"])
async def test_tab_does_not_take_the_keys_away(owner: Learner, key: str) -> None:
    async with owner.at_home() as eyes:
        await eyes.press(key, "down", "enter")
        assert eyes.sees("›") or isinstance(eyes.app.screen, ReviewScreen)
    async with owner.in_review() as eyes:
        await eyes.press(key, "space", "4")
        assert owner.grades() == [("card-0", "easy")]


@pytest.mark.parametrize("way", [[], ["question_mark"], ["ctrl+p"], ["q"], ["q", "comma"]])
async def test_ctrl_q_ends_from_anywhere(owner: Learner, way: list[str]) -> None:
    async with owner.in_review() as eyes:
        await eyes.press(*way, "ctrl+q")
        assert eyes.app.return_code == 0


async def test_ctrl_p_opens_the_palette_and_escape_comes_back(owner: Learner) -> None:
    async with owner.at_home() as eyes:
        await eyes.press("ctrl+p")
        assert not isinstance(eyes.app.screen, HomeScreen)
        await eyes.press("escape")
        assert isinstance(eyes.app.screen, HomeScreen)


def test_every_key_has_a_name_by_which_it_can_be_set() -> None:
    modules = [import_module(each.name) for each in pkgutil.walk_packages(recall.tui.__path__, "recall.tui.")]
    classes = {each for module in modules for _name, each in getmembers(module, isclass) if issubclass(each, DOMNode)}
    ours = [each for each in classes if each.__module__.startswith("recall.") and "BINDINGS" in vars(each)]
    bindings = [binding for each in ours for binding in Binding.make_bindings(each.BINDINGS)]
    assert [binding for binding in bindings if not binding.id] == []
    assert {binding.id for binding in bindings} == {name for screen in _screens() for name in screen}


@pytest.mark.parametrize(("vi_keys", "moves"), [("true", True), ("false", False)])
async def test_vi_keys_can_be_turned_off_where_lines_are_picked(owner: Learner, vi_keys: str, moves: bool) -> None:
    owner.config(f"vi_keys = {vi_keys}\n")
    owner.deck("own", [{"id": "pick", "front": "Which?", "choices": [{"text": "a", "correct": True}, {"text": "b"}]}])
    async with owner.in_review() as eyes:
        await eyes.press("j")
        assert eyes.sees("▸") is moves
        await eyes.press("down")
        assert eyes.sees("▸")


async def test_the_key_of_an_answer_can_be_set(owner: Learner) -> None:
    owner.config('[keys]\n"answer.1" = "a"\n')
    owner.deck("own", [{"id": "pick", "front": "Which?", "choices": [{"text": "a", "correct": True}, {"text": "b"}]}])
    async with owner.in_review() as eyes:
        assert eyes.message() == ""
        await eyes.press("a")
        assert eyes.review.page.marked is not None
        assert eyes.review.page.marked.response == "1"
