"""Pictures of every screen, in the two sizes of the design. `pytest --snapshot-update` takes them anew.

English ones are SVG, Chinese ones text, drawn in a process of their own (see draw.py).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.pilot import Pilot

from recall.tui.screens.review import ReviewScreen
from tests.support_tui import LARGE, NOW, SMALL, Eyes, Learner, basic, make_learner
from tests.tui.draw import NEXT, screens_of

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
Compare = Callable[..., bool]

LINES = [
    basic(
        "ln-eigen",
        {"zh": "什么是特征向量 (eigenvector)？举一个例子。", "en": "What is an **eigenvector**? Give an example."},
        {
            "zh": "非零向量 $v$ 满足\n\n$$A v=\\lambda v,$$\n\n即 $A$ 只把它伸缩 $\\lambda$ 倍，方向不变。",
            "en": "A nonzero vector $v$ with\n\n$$A v=\\lambda v,$$\n\nso that `A` only stretches it, by $\\lambda$.",
        },
        more={"zh": "特征值可以是负数，也可以是复数。", "en": "Eigenvalues may be negative, or complex."},
    ),
    basic("ln-1", "In code, what does `dp[i][j]` hold?", "- the best of `dp[i-1][j]`\n- and of `dp[i][j-1]`"),
    basic("ln-2", {"zh": "两点之间最短的线？", "en": "The shortest line between two points?"}, "A segment."),
    basic("ln-3", "A line has how many ends?", "None."),
]
CIRCLES = [basic(f"ci-{n}", f"Circle {n}?", "Round.") for n in range(6)]
PRIMES = [basic(f"pr-{n}", f"Prime {n}?", "Odd.") for n in range(4)]


@pytest.fixture(scope="session")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after some weeks of learning: every kind of day in the heat map, cards of every phase."""
    folder = tmp_path_factory.mktemp("studied")
    with pytest.MonkeyPatch.context() as patch:
        learner = make_learner(folder, patch)
        learner.deck("lines", LINES, bundled=True, topic="sh.lines")
        learner.deck("circles", CIRCLES, bundled=True, topic="sh.circles")
        learner.deck("primes", PRIMES, bundled=True, topic="nu.primes")
        learner.deck("own", [basic("own-1", "My question?", "My answer."), basic("own-2", "Another?", "Yes.")])
        start = datetime.fromisoformat(NOW) - timedelta(days=40)
        answers = [((start + timedelta(days=20, hours=n)).isoformat(), f"ci-{n}", "easy") for n in range(1, 4)]
        for day in range(40):
            at = start + timedelta(days=day)
            for n in range((0, 2, 12, 30, 65)[day % 5] if day % 7 else 0):
                card = ("ln-1", "ln-2", "ci-0", "pr-0")[n % 4]
                answers.append(((at + timedelta(minutes=n)).isoformat(), card, "good" if n > 3 else "hard"))
        learner.answered(*answers)
    return folder


@pytest.fixture
def student(studied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Learner:
    shutil.copytree(studied, tmp_path, dirs_exist_ok=True)
    return make_learner(tmp_path, monkeypatch)


def showing(*keys: str) -> Callable[[Pilot[None]], Any]:
    """Waits for home, then presses the keys."""

    async def show(pilot: Pilot[None]) -> None:
        eyes = Eyes(pilot.app, pilot)  # type: ignore[arg-type]
        await eyes.until_loaded()
        for key in keys:
            await eyes.press(key)

    return show


@SIZES
def test_home(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(student.app(), terminal_size=size, run_before=showing("down"))


@SIZES
def test_home_light(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    student.config('theme = "light"\n')
    assert snap_compare(student.app(), terminal_size=size, run_before=showing("down"))


@SIZES
def test_home_of_a_beginner(learner: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    learner.deck("lines", LINES, bundled=True, topic="sh.lines")
    assert snap_compare(learner.app(), terminal_size=size, run_before=showing())


@SIZES
def test_question(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(student.app(), terminal_size=size, run_before=on_eigen())


@SIZES
def test_answer(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(student.app(), terminal_size=size, run_before=on_eigen("space"))


def test_answer_light(student: Learner, snap_compare: Compare) -> None:
    student.config('theme = "light"\n')
    assert snap_compare(student.app(), terminal_size=SMALL, run_before=on_eigen("space", "m", "f"))


@SIZES
def test_end(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    async def answer_all(pilot: Pilot[None]) -> None:
        await showing("space")(pilot)
        eyes = Eyes(pilot.app, pilot)  # type: ignore[arg-type]
        for n in range(40):
            if eyes.review.question is None:
                return
            student.clock.forward(seconds=7)
            await eyes.press("space", "1" if n == 1 else "4")

    student.config("[review]\nnew_per_day = 4\n")
    assert snap_compare(student.app(), terminal_size=size, run_before=answer_all)


@SIZES
def test_settings(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    student.config("[review]\nnew_per_day = 7\n")
    assert snap_compare(student.app(), terminal_size=size, run_before=showing("comma", "j", "j"))


@SIZES
def test_help(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(student.app(), terminal_size=size, run_before=showing("space", "question_mark"))


def browsing(query: str, *keys: str) -> Callable[[Pilot[None]], Any]:
    """Opens the list of what a query finds, presses the keys, and waits for the preview."""

    async def show(pilot: Pilot[None]) -> None:
        await showing("slash", *query, "enter", *keys)(pilot)
        await pilot.pause(0.4)

    return show


@SIZES
def test_browse(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = browsing("-tag:x", "f", "o", "space", "space", "j", "j", "j")
    assert snap_compare(student.app(), terminal_size=size, run_before=keys)


@SIZES
def test_browse_light_with_a_query_that_is_wrong(
    student: Learner, snap_compare: Compare, size: tuple[int, int]
) -> None:
    student.config('theme = "light"\n')
    assert snap_compare(student.app(), terminal_size=size, run_before=browsing("colour:"))


@SIZES
def test_item(student: Learner, snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = browsing("id:ln-1", "enter", *([] if size == LARGE else ["space"]))
    assert snap_compare(student.app(), terminal_size=size, run_before=keys)


def on_eigen(*keys: str) -> Callable[[Pilot[None]], Any]:
    """Opens the review on the card about eigenvectors, then presses the keys."""

    async def show(pilot: Pilot[None]) -> None:
        await showing()(pilot)
        eyes = Eyes(pilot.app, pilot)  # type: ignore[arg-type]
        eyes.app.start_review(("sh.lines",))
        await eyes.until(lambda: isinstance(eyes.app.screen, ReviewScreen) and eyes.app.screen.is_mounted)
        await eyes.settle()
        for _ in range(4):
            if eyes.review.question is None or eyes.review.question.card.id == "ln-eigen":
                break
            await eyes.press("b")
        eyes.app.clear_notifications()
        await eyes.settle()
        for key in keys:
            await eyes.press(key)

    return show


class ScreenText(SingleFileSnapshotExtension):
    """A screen as the text it shows."""

    _file_extension = "txt"
    _write_mode = WriteMode.TEXT


def drawn(learner: Learner, keys: tuple[str, ...], *sizes: tuple[int, int]) -> list[str]:
    """A Chinese screen as text in each size, after these keys at home."""
    named = ",".join(f"{columns}x{rows}" for columns, rows in sizes)
    run = subprocess.run(
        [sys.executable, "-m", "tests.tui.draw", "zh", named, str(learner.home.parent), *keys],
        cwd=Path(__file__).parents[2],
        env=os.environ,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.split(NEXT)


CHINESE = {
    "home": ("down",),
    "question": ("space",),
    "answer": ("space", "space"),
    "settings": ("comma",),
    "help": ("space", "question_mark"),
    "browse": ("slash", "i", "d", ":", "l", "n", "enter", "j", "pause"),
}


@pytest.mark.parametrize("screen", CHINESE)
def test_chinese(student: Learner, snapshot: SnapshotAssertion, screen: str) -> None:
    small, large = drawn(student, CHINESE[screen], SMALL, LARGE)
    assert small == snapshot(name="80x24", extension_class=ScreenText)
    assert large == snapshot(name="120x40", extension_class=ScreenText)


def test_chinese_end(learner: Learner, snapshot: SnapshotAssertion) -> None:
    learner.deck("lines", LINES[:2], bundled=True, topic="sh.lines")
    keys = ("space", "space", "4", "space", "4")
    assert drawn(learner, keys, SMALL) == [snapshot(extension_class=ScreenText)]


KINDS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "choice": (
        {
            "id": "ki-choice",
            "front": {"zh": "$A^\\top A$ 的特征值是什么？", "en": "What are the eigenvalues of $A^\\top A$?"},
            "choices": [
                {
                    "text": {"zh": "奇异值", "en": "the singular values"},
                    "why": {"zh": "还要平方。", "en": "Square them."},
                },
                {
                    "text": {"zh": "奇异值的平方", "en": "the squared singular values"},
                    "why": {"zh": "$A=U\\Sigma V^\\top$ 代入即得。", "en": "Put in $A=U\\Sigma V^\\top$."},
                    "correct": True,
                },
                {
                    "text": {"zh": "$A$ 的特征值", "en": "those of $A$"},
                    "why": {"zh": "$A$ 未必方。", "en": "$A$ may not be square."},
                },
            ],
        },
        ("2",),
    ),
    "order": (
        {
            "id": "ki-order",
            "front": {"zh": "排出训练一步的次序", "en": "Order a training step"},
            "steps": [
                {"zh": "前向", "en": "forward"},
                {"zh": "反向", "en": "backward"},
                {"zh": "更新", "en": "update"},
            ],
        },
        ("1", "2", "3", "enter"),
    ),
    "interview": (
        {
            "id": "ki-talk",
            "front": {"zh": "为什么除以 $\\sqrt{d_k}$？", "en": "Why divide by $\\sqrt{d_k}$?"},
            "minutes": 2,
            "rubric": [{"point": {"zh": "方差是 $d_k$", "en": "the variance is $d_k$"}, "weight": 2, "must": True}],
            "red_flags": [{"zh": "说是为了好看", "en": "says it looks nicer"}],
        },
        ("enter", "1"),
    ),
    "drill": ({"id": "ki-drill", "drill": {"name": "eigenvalues-2"}}, ("1", "comma", "2", "enter")),
}
"""A card of each way of answering, and the keys after which it is looked at."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_kinds(learner: Learner, snapshot: SnapshotAssertion, language: str, kind: str) -> None:
    card, keys = KINDS[kind]
    learner.deck("own", [card])
    if language == "zh":
        small, large = drawn(learner, ("space", *keys), SMALL, LARGE)
    else:
        small, large = asyncio.run(screens_of(learner.app(), (SMALL, LARGE), ("space", *keys)))
    assert small == snapshot(name="80x24", extension_class=ScreenText)
    assert large == snapshot(name="120x40", extension_class=ScreenText)
