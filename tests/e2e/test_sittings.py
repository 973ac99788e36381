"""A quiz and a mock interview in a real terminal, in both languages: killed in the middle, gone on with, ended."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.e2e.conftest import Open
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.terminal

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])

DECK = """\
deck: Mine
cards:
- id: sum
  front: {zh: 二加二是多少？, en: What is two and two?}
  answer: 4
  back: {zh: 数一数。, en: Count on.}
- id: product
  front: {zh: 三乘三是多少？, en: What is three times three?}
  answer: 9
  back: {zh: 三个三相加。, en: Three threes added.}
- id: choice
  front: {zh: 哪一个是偶数？, en: Which is even?}
  choices:
  - {text: "8", correct: true, why: {zh: 能被二整除。, en: Two divides it.}}
  - {text: "7", why: {zh: 余一。, en: One is left over.}}
- id: talk
  kind: interview
  front: {zh: 为什么要做归一化？, en: Why normalise at all?}
  minutes: 3
  difficulty: 2
  rubric:
  - {point: {zh: 数值稳定, en: Numbers stay stable}, weight: 3, must: true}
  - {point: {zh: 收敛更快, en: It converges faster}, weight: 1}
  red_flags: [{zh: 只为了好看, en: Only for looks}]
  follow_up: [{zh: 有没有坏处？, en: And any harm?}]
  back: {zh: 尺度一致。, en: The scales agree.}
"""
QUESTIONS = {
    "sum": ("二加二是多少？", "What is two and two?"),
    "product": ("三乘三是多少？", "What is three times three?"),
    "choice": ("哪一个是偶数？", "Which is even?"),
}
REASONS = {
    "sum": ("数一数。", "Count on."),
    "product": ("三个三相加。", "Three threes added."),
    "choice": ("余一。", "One is left over."),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "decks").mkdir(parents=True)
    (folder / "config.toml").write_text("bundled_decks = false\n")
    (folder / "decks" / "own.yaml").write_text(DECK, "utf-8")
    return folder


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(home / "recall.db")
    try:
        return list(connection.execute(query))
    finally:
        connection.close()


def drawn(home: Path) -> list[str]:
    """The items of the newest sitting, in their order."""
    begun = [json.loads(str(row[0])) for row in rows(home, "SELECT payload FROM event WHERE kind = 'sitting'")]
    return [item for item, _seed in begun[-1]["questions"]]


def draft(home: Path) -> str:
    """What the home folder keeps of the answer that is being given."""
    return "".join(path.read_text("utf-8") for path in (home / "answers").glob("interview-*"))


def end_notes(window: Terminal) -> None:
    """`esc` leaves the notes; sent together with `enter` it would be another key."""
    window.keys("Escape")
    window.wait("⏎")
    window.keys("Enter")


def kill(window: Terminal) -> None:
    """SIGKILL, and a terminal put in order after it."""
    pid = window.pid_of("bin/recall")
    os.kill(pid, signal.SIGKILL)
    window.until(lambda _screen: not Path(f"/proc/{pid}").exists(), "the end")
    for keys in (["C-j"], ["-l", "stty sane"], ["C-j"]):
        window.keys(*keys)


def press_answer(window: Terminal, screen: str, item: str, *, rightly: bool = True) -> None:
    """Give the answer by its keys; the lines of the choice are shuffled, so its number is read off."""
    if item == "choice":
        wanted = "8" if rightly else "7"
        line = next(line.split() for line in screen.split("\n") if line.split()[1:] == [wanted])
        window.keys(line[0])
    else:
        window.keys("-l", {"sum": "4", "product": "9"}[item] if rightly else "5")
        window.keys("Enter")


@LANGUAGES
def test_a_quiz_killed_in_the_middle_goes_on_and_ends_with_its_result(
    open_terminal: Open, home: Path, language: str
) -> None:
    window = open_terminal(80, 24, RECALL_LANG=language)
    window.recall("quiz --feedback each --seed 5")
    window.wait("1/3")
    first, second, third = drawn(home)
    window.shot("first")
    screen = window.wait(QUESTIONS[first][language == "en"])
    press_answer(window, screen, first)
    window.wait("✓")
    window.shot("first-right")
    assert rows(home, "SELECT item, source, score FROM review") == [(first, "quiz", 1.0)]
    window.keys("Space")
    window.wait(QUESTIONS[second][language == "en"], "2/3")
    kill(window)

    window.recall("quiz")
    window.wait("› ", "09:00")
    window.shot("it-waits")
    window.keys("Enter")
    screen = window.wait(QUESTIONS[second][language == "en"], "2/3")
    press_answer(window, screen, second)
    window.wait("✓")
    window.keys("Space")
    screen = window.wait(QUESTIONS[third][language == "en"], "3/3")
    press_answer(window, screen, third, rightly=False)
    window.wait("✗")
    window.shot("third-wrong")
    window.keys("Space")
    window.wait("67%", "2026-11-21 09:00")
    window.shot("result")
    window.keys("G")
    window.wait(REASONS[third][language == "en"])
    window.keys("q")
    window.until(lambda shown: "67%" not in shown, "home")
    window.keys("q")
    window.until(lambda _screen: window.value("alternate_on") == "0", "the shell")
    assert [row[0] for row in rows(home, "SELECT item FROM review ORDER BY id")] == [first, second, third]


@LANGUAGES
def test_an_interview_killed_in_the_middle_keeps_its_notes_and_ends_with_its_report(
    open_terminal: Open, home: Path, language: str
) -> None:
    english = language == "en"
    question = ("为什么要做归一化？", "Why normalise at all?")[english]
    follow_up = ("有没有坏处？", "And any harm?")[english]
    window = open_terminal(80, 24, RECALL_LANG=language)
    window.recall("interview --minutes 10")
    window.wait(question, "1/1", "/ 3:00")
    window.keys("-l", "scale 尺度")
    window.wait("scale 尺度")
    window.until(lambda _screen: "尺度" in draft(home), "the draft")
    window.shot("notes")
    kill(window)

    window.recall("interview")
    window.wait("› ", "09:00")
    window.keys("Enter")
    window.wait(question, "scale 尺度")
    window.keys("-l", " drift")
    window.wait("drift")
    end_notes(window)
    window.wait(follow_up)
    window.shot("follow-up")
    window.keys("-l", " cost")
    window.wait("cost")
    end_notes(window)
    window.wait(("数值稳定", "Numbers stay stable")[english], "□")
    window.shot("rubric")
    kill(window)

    window.recall("interview")
    window.wait("› ", "1")
    window.keys("Enter")
    window.wait(("数值稳定", "Numbers stay stable")[english], "□")
    window.keys("1")
    window.wait("■")
    window.keys("Enter")
    window.wait("75%", "2026-11-21 09:00")
    window.shot("report")
    window.keys("G")
    window.wait(("尺度一致。", "The scales agree.")[english])
    assert rows(home, "SELECT item, source, response, score FROM review") == [("talk", "quiz", "1", 0.75)]
    attempts = rows(home, "SELECT payload FROM event WHERE kind = 'attempt'")
    (notes,) = {json.loads(str(row[0]))["notes"] for row in attempts}
    assert notes.split() == ["scale", "尺度", "drift", "cost"]
