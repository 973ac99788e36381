"""Answering in the review: choosing, ordering, typing, ticking off, writing programs; and what the mark suggests."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, TextArea

from recall.core.model import Grade, Kind
from recall.core.sitting import Feedback
from recall.sandbox import run_checks
from recall.sittings.plan import Plan
from recall.tui.answers.code import CodeBox
from recall.tui.screens.sitting import SittingScreen
from tests.support_tui import LARGE, SMALL, Eyes, Learner
from tests.tui.sitters import on

CHOICE: dict[str, Any] = {
    "id": "pick",
    "front": "Which is even?",
    "choices": [
        {"text": "three", "why": "odd: $2+1$"},
        {"text": "four", "why": "two twos", "correct": True},
        {"text": "five", "why": "odd again"},
    ],
}
SIX = {"text": "six", "why": "three twos", "correct": True}
SEVERAL = {**CHOICE, "id": "several", "multiple": True, "choices": [*CHOICE["choices"], SIX]}
ORDER = {"id": "order", "front": "Put in order", "steps": ["first", "second", "third"], "decoys": ["never"]}
TYPED = {"id": "word", "front": "Which optimizer?", "answer": ["AdamW"], "back": "Decoupled decay."}
NUMERIC = {"id": "third", "kind": "numeric", "front": "1 - 2/3?", "answer": "1/3", "unit": "GiB"}
INTERVIEW = {
    "id": "talk",
    "front": "Why scale?",
    "minutes": 2,
    "rubric": [{"point": "variance grows", "weight": 2, "must": True}, {"point": "softmax saturates"}],
    "red_flags": ["says it is cosmetic"],
    "follow_up": ["And without it?"],
    "back": "The model answer.",
}
CODE = {
    "id": "program",
    "front": "Double it.",
    "starter": "def double(x):\n    ...\n",
    "tests": "assert double(2) == 4, 'two'\nassert double(0) == 0, 'zero'\n",
    "solution": "def double(x):\n    return 2 * x\n",
}


@pytest.fixture
def asked(learner: Learner) -> Callable[..., Learner]:
    """A learner who is asked one card after the other."""

    def ask(*cards: dict[str, Any]) -> Learner:
        learner.deck("own", cards)
        return learner

    return ask


def number_of(eyes: Eyes, text: str) -> str:
    """The key that stands before a line."""
    line = next(line for line in eyes.lines() if text in line)
    return next(word for word in line.split() if word.isdigit())


async def test_a_number_answers_a_choice_and_every_line_says_why(asked: Callable[..., Learner]) -> None:
    learner = asked(CHOICE)
    async with learner.in_review(SMALL) as eyes:
        assert eyes.sees("three", "four", "five")
        assert not eyes.sees("two twos")
        await eyes.press(number_of(eyes, "four"))
        assert eyes.sees("✓ right", "two twos", "odd again", "1  Again", "4  Easy")
        assert learner.grades() == []
        await eyes.press("space")
    (row,) = learner.log()[0]
    assert (row.score, row.item) == (1, "pick")
    assert row.response in ("1", "2", "3")
    assert row.seed is not None


async def test_a_wrong_choice_suggests_again_and_can_be_overruled(asked: Callable[..., Learner]) -> None:
    learner = asked(CHOICE)
    async with learner.in_review() as eyes:
        await eyes.press(number_of(eyes, "three"))
        assert eyes.sees("✗ wrong")
        assert eyes.review.suggested is Grade.AGAIN
        await eyes.press("2")
    assert learner.grades() == [("pick", "hard")]


async def test_arrows_walk_and_enter_takes_the_line(asked: Callable[..., Learner]) -> None:
    learner = asked(CHOICE)
    async with learner.in_review() as eyes:
        wanted = int(number_of(eyes, "four"))
        await eyes.press(*["j"] * wanted, "enter")
        assert eyes.sees("✓ right")


async def test_space_before_any_line_shows_the_answer_as_not_known(asked: Callable[..., Learner]) -> None:
    learner = asked(CHOICE)
    async with learner.in_review() as eyes:
        await eyes.press("space")
        assert eyes.sees("not answered", "two twos")
        await eyes.press("space")
    assert learner.grades() == [("pick", "again")]


async def test_several_right_lines_wait_for_enter(asked: Callable[..., Learner]) -> None:
    learner = asked(SEVERAL)
    async with learner.in_review() as eyes:
        await eyes.press(number_of(eyes, "four"), number_of(eyes, "six"))
        assert not eyes.sees("right", "two twos")
        await eyes.press("enter")
        assert eyes.sees("✓ right")


async def test_lines_are_put_in_order_and_shown_right(asked: Callable[..., Learner]) -> None:
    learner = asked(ORDER)
    async with learner.in_review(SMALL) as eyes:
        keys = [number_of(eyes, word) for word in ("first", "second", "third")]
        await eyes.press(keys[1], "backspace", *keys)
        assert eyes.sees(f"{keys[2]}→3")
        await eyes.press("enter")
        assert eyes.sees("✓ right", "✓ 1", "✓ 3", "–")
        await eyes.press("space")
    assert learner.log()[0][0].score == 1


@pytest.mark.parametrize(("typed", "score"), [("adamw", 1), ("SGD", 0), ("", 0)])
async def test_a_typed_answer_is_marked_and_explained(asked: Callable[..., Learner], typed: str, score: int) -> None:
    learner = asked(TYPED)
    async with learner.in_review(SMALL) as eyes:
        await eyes.press(*typed, "enter")
        assert eyes.sees("Decoupled decay.", "AdamW")
        await eyes.press("space")
    (row,) = learner.log()[0]
    assert (row.response, row.score) == (typed, score)


async def test_letters_go_into_the_line_and_escape_gives_the_keys_back(asked: Callable[..., Learner]) -> None:
    learner = asked(TYPED)
    async with learner.in_review() as eyes:
        await eyes.press(*"usebq")
        assert eyes.app.screen.query_one(Input).value == "usebq"
        await eyes.press("escape", "s")
    assert learner.decisions() == [("suspend", "word")]


async def test_an_answer_that_is_no_number_stays_to_be_mended(asked: Callable[..., Learner]) -> None:
    learner = asked(NUMERIC)
    async with learner.in_review() as eyes:
        await eyes.press(*"a third", "enter")
        assert "can't be read" in eyes.message()
        await eyes.press("ctrl+u", *"0.333 GiB", "enter")
        assert eyes.sees("✓ right")


async def test_an_interview_is_answered_then_ticked_off(asked: Callable[..., Learner]) -> None:
    learner = asked(INTERVIEW)
    async with learner.in_review(SMALL) as eyes:
        assert eyes.sees("0:00 / 2:00")
        assert not eyes.sees("variance grows")
        await eyes.press("n", *"my notes", "escape")
        assert eyes.app.screen.query_one(TextArea).text == "my notes"
        await eyes.press("enter")
        assert eyes.sees("variance grows ★", "Red flags")
        assert not eyes.sees("The model answer.")
        await eyes.press("1", "enter")
        assert eyes.sees("partly right: 67%")
        await eyes.press("G")
        assert eyes.sees("The model answer.", "→ And without it?")
        await eyes.press("space")
    (row,) = learner.log()[0]
    assert (row.response, row.grade) == ("1", Grade.HARD)


@contextmanager
def _no_suspend(_app: object) -> Iterator[None]:
    """A pilot has no terminal to hand over."""
    yield


def program_editor(folder: Path, text: str) -> str:
    path = folder / "editor"
    path.write_text(f"#!{sys.executable}\nimport sys\nopen(sys.argv[-1], 'w').write({text!r})\n")
    path.chmod(0o755)
    return str(path)


async def tried(eyes: Eyes) -> CodeBox:
    """The box once the checks have run."""
    box = eyes.app.screen.query_one(CodeBox)
    await eyes.until(lambda: box.tried is not None, seconds=30)
    await eyes.settle()
    return box


async def test_a_program_is_written_run_and_marked(
    asked: Callable[..., Learner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = asked(CODE)
    learner.config(f'trusted = ["own.yaml"]\neditor = "{program_editor(tmp_path, "def double(x): return 4")}"\n')
    async with learner.in_review() as eyes:
        monkeypatch.setattr(type(eyes.app), "suspend", _no_suspend)
        await eyes.press("e")
        await tried(eyes)
        assert eyes.sees("1 of 2 checks hold", "fails first: zero")
        program_editor(tmp_path, "def double(x): return x + x")
        await eyes.press("e")
        await eyes.until(lambda: eyes.sees("2 of 2 checks hold"), seconds=30)
        await eyes.press("enter")
        assert eyes.sees("✓ right")
        await eyes.press("3")
    (row,) = learner.log()[0]
    assert (row.response, row.score) == ("def double(x): return x + x", 1)


async def test_a_program_of_a_quiz_runs_once_and_the_screen_does_not_wait_for_it(
    asked: Callable[..., Learner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = asked(CODE)
    learner.config(f'trusted = ["own.yaml"]\neditor = "{program_editor(tmp_path, "def double(x): return x + x")}"\n')
    on_screen_thread: list[bool] = []

    def run(*given: Any) -> Any:
        on_screen_thread.append(threading.current_thread() is threading.main_thread())
        return run_checks(*given)

    monkeypatch.setattr("recall.sandbox.run_checks", run)
    plan = Plan(kinds=frozenset({Kind.CODE}), feedback=Feedback.EACH)
    async with on(learner, plan, SittingScreen) as eyes:
        monkeypatch.setattr(type(eyes.app), "suspend", _no_suspend)
        await eyes.press("e")
        await tried(eyes)
        await eyes.press("enter")
        assert eyes.sees("✓ right")
    assert on_screen_thread == [False]


async def test_a_program_of_an_untrusted_deck_is_not_run(
    asked: Callable[..., Learner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = asked(CODE)
    learner.config(f'editor = "{program_editor(tmp_path, "def double(x): return 4")}"\n')
    async with learner.in_review() as eyes:
        monkeypatch.setattr(type(eyes.app), "suspend", _no_suspend)
        await eyes.press("e")
        assert "recall config trusted own.yaml" in eyes.message()
        assert not eyes.sees("running")
        await eyes.press("enter", "space")
    assert learner.grades() == [("program", "again")]


async def test_the_language_of_an_answered_choice_can_be_changed(asked: Callable[..., Learner]) -> None:
    options = [{**option, "text": {"zh": f"数{option['text']}", "en": option["text"]}} for option in CHOICE["choices"]]
    both = {**CHOICE, "front": {"zh": "哪个是偶数？", "en": "Which is even?"}, "choices": options}
    async with asked(both).in_review() as eyes:
        await eyes.press(number_of(eyes, "four"), "t")
        assert eyes.sees("哪个是偶数？", "数four", "✓ right")


async def test_undo_takes_a_marked_answer_back_and_asks_the_same(asked: Callable[..., Learner]) -> None:
    drill = {"id": "fresh", "drill": {"name": "determinant-2"}}
    learner = asked(drill, TYPED)
    async with learner.in_review(LARGE) as eyes:
        question = eyes.review.question
        assert question is not None
        before = question.face("en").front
        await eyes.press(*"1000", "enter", "1", "escape", "u")
        again = eyes.review.question
        assert again is not None
        assert again.face("en").front == before
    assert learner.grades() == []
