"""A whole session in a real terminal, and the ways it can be cut short."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import Open
from tests.e2e.terminal import PATIENCE, RECALL, Terminal

pytestmark = pytest.mark.terminal


def rows(home: Path) -> list[tuple[str, int]]:
    """The answers in the log, as item and rating, in the order they were given."""
    connection = sqlite3.connect(home / "recall.db")
    try:
        return [
            (str(item), int(rating))
            for item, rating in connection.execute("SELECT item, rating FROM review ORDER BY id")
        ]
    finally:
        connection.close()


def undone(home: Path) -> int:
    connection = sqlite3.connect(home / "recall.db")
    try:
        return int(connection.execute("SELECT count(*) FROM event WHERE kind = 'undo'").fetchone()[0])
    finally:
        connection.close()


def editor(folder: Path, old: str, new: str) -> Path:
    """An editor that replaces a text and notes whether it had the terminal."""
    path = folder / "editor"
    path.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys\n"
        f"pathlib.Path({str(folder / 'had-terminal')!r}).write_text(str(os.isatty(0) and os.isatty(1)))\n"
        "file = pathlib.Path(sys.argv[-1])\n"
        f"file.write_text(file.read_text('utf-8').replace({old!r}, {new!r}), 'utf-8')\n"
    )
    path.chmod(0o755)
    return path


def answer(window: Terminal, number: int, key: str) -> None:
    window.wait(f"Question {number:02}?", "show the answer")
    window.keys("Space")
    window.wait(f"Answer {number:02}.", "Again")
    window.keys(key)
    window.wait_gone(f"Answer {number:02}.")


def what_is_wrong(window: Terminal) -> list[str]:
    """What of the terminal is not as a shell wants it: its own screen, a cursor, no mouse reports, keys echoed."""
    modes = window.ask("stty -a").split()
    wanted = {"alternate_on": "0", "cursor_flag": "1", "mouse_any_flag": "0"}
    wrong = [name for name, value in wanted.items() if window.value(name) != value]
    return wrong + [f"-{mode}" for mode in ("echo", "icanon", "isig", "icrnl") if f"-{mode}" in modes]


def test_a_session_of_ten_cards_quit_in_the_middle_is_found_as_it_was_left(
    open_terminal: Open, home: Path, tmp_path: Path
) -> None:
    window = open_terminal(100, 32, EDITOR=str(editor(tmp_path, "Question 10?", "Edited question 10?")))
    window.recall()
    window.wait("15 new", "starts the review", "My deck")
    window.shot("home")
    window.keys("Space")
    window.wait("Question 00?")
    window.shot("question")

    for number, key in enumerate("1234143422"):
        answer(window, number, key)
    window.wait("Question 10?")
    window.shot("ten-answered")

    window.keys("u")
    window.wait("Question 09?", "show the answer")
    window.keys("u")
    window.wait("Question 08?", "show the answer")
    window.shot("two-undone")
    answer(window, 8, "4")
    answer(window, 9, "3")

    window.wait("Question 10?")
    window.keys("e")
    window.wait("Edited question 10?", "show the answer")
    assert (tmp_path / "had-terminal").read_text() == "True"
    window.shot("edited")
    left = window.seen

    window.keys("q")
    home_left = window.wait("starts the review", "10 answers today")
    window.shot("home-again")
    window.keys("q")
    window.until(lambda screen: window.value("alternate_on") == "0", "the shell")
    assert what_is_wrong(window) == []

    expected = [(f"card-{n:02}", int(key)) for n, key in enumerate("1234143422")]
    assert rows(home) == [*expected, ("card-08", 4), ("card-09", 3)]
    assert undone(home) == 2

    window.recall()
    assert window.wait("starts the review") == home_left
    window.keys("Space")
    window.wait("Edited question 10?", "show the answer")
    window.shot("opened-again")
    assert counts(window.seen) == counts(left)
    assert len(rows(home)) == 12


def counts(screen: str) -> list[str]:
    """What is left to do, as the first line of the review says."""
    return re.findall(r"\d+ (?:new|learning|to review)", screen.split("\n")[0])


def test_an_answer_survives_kill_9_once_the_next_card_is_on_the_screen(open_terminal: Open, home: Path) -> None:
    window = open_terminal(80, 24)
    window.recall("review")
    for number, key in enumerate("432"):
        answer(window, number, key)
    window.wait("Question 03?")
    pid = window.pid_of("bin/recall")
    os.kill(pid, signal.SIGKILL)
    window.until(lambda _screen: not Path(f"/proc/{pid}").exists(), "the end")
    assert rows(home) == [("card-00", 4), ("card-01", 3), ("card-02", 2)]
    for keys in (["C-j"], ["-l", "stty sane"], ["C-j"]):  # Enter means nothing in a terminal nobody put in order
        window.keys(*keys)
    assert " icanon" in window.ask("stty -a")
    window.recall("review")
    window.wait("Question 03?", "12 new")


def test_the_terminal_is_usable_after_quitting_from_the_review(open_terminal: Open) -> None:
    window = open_terminal(80, 24)
    window.recall("review")
    window.wait("Question 00?")
    window.keys("C-q")
    window.until(lambda _screen: window.value("alternate_on") == "0", "the shell")
    assert what_is_wrong(window) == []


def test_the_terminal_is_usable_after_the_program_was_told_to_end(open_terminal: Open) -> None:
    window = open_terminal(80, 24)
    window.recall("review")
    window.wait("Question 00?")
    pid = window.pid_of("bin/recall")
    os.kill(pid, signal.SIGTERM)
    window.until(lambda _screen: not Path(f"/proc/{pid}").exists(), "the end")
    flags = {name: window.value(name) for name in ("alternate_on", "mouse_any_flag")}
    assert flags == {"alternate_on": "0", "mouse_any_flag": "0"}
    assert what_is_wrong(window) == []


def test_a_home_that_cannot_be_opened_ends_with_one_line_and_code_1(open_terminal: Open, home: Path) -> None:
    (home / "config.toml").write_text("theme = 'pink'\n")
    window = open_terminal(120, 24)
    said = window.ask(f"{RECALL}; echo code=$?")
    assert said.split("\n")[-1] == "code=1"
    assert said.startswith("recall: ")
    assert "dark | light" in said
    assert "Traceback" not in said
    assert what_is_wrong(window) == []


def test_an_escape_in_the_name_of_a_deck_does_not_reach_the_terminal(open_terminal: Open, home: Path) -> None:
    (home / "decks" / "own.yaml").write_text(
        'deck: "\\e]2;HACKED\\aName\\e[2J"\ncards:\n- front: Question?\n  back: Answer.\n'
    )
    window = open_terminal(100, 40)
    window.recall()
    window.wait("starts the review", "Name")
    assert window.value("pane_title") != "HACKED"
    window.keys("Space")
    window.wait("Question?", "show the answer", "Name")
    assert window.value("pane_title") != "HACKED"


def test_a_smaller_window_in_the_middle_of_a_review(open_terminal: Open, home: Path) -> None:
    (home / "decks" / "own.yaml").write_text(
        "cards:\n- front: " + "long question " * 12 + "\n  back: " + "long answer " * 40 + "THE END\n"
    )
    window = open_terminal(120, 40)
    window.recall("review")
    window.wait("long question", "show the answer")
    window.shot("120x40-question")
    window.keys("Space")
    window.wait("THE END", "Easy")
    window.shot("120x40-answer")
    window.resize(80, 24)
    window.until(lambda screen: all(len(line) <= 80 for line in screen.split("\n")) and "? help" in screen, "80x24")
    screen = window.wait("1 new", "long question", "THE END", "Again", "Hard", "Good", "Easy", "? help")
    assert len(screen.split("\n")) <= 24
    window.shot("80x24-answer")
    window.resize(120, 40)
    window.wait("THE END", "Easy")
    window.keys("4")
    window.wait("Done for today.")


SHOWS_THE_ANSWER = {
    "显示答案": ("Space",),
    "留空则看答案": ("Enter",),
    "按编号选出正确的一行": ("1",),
    "选出所有正确的行": ("1", "Enter"),
    "按顺序选各行的编号": ("1", "Enter"),
    "回车看评分要点": ("Enter", "Enter"),
    "回车看解答": ("Enter",),
}
"""What each kind of question says of its keys, and keys that lead to the answer."""

CLOSING = "。，、；：！？）》」』”’"


def test_chinese_on_the_bundled_decks_at_80x24(open_terminal: Open, home: Path) -> None:
    (home / "config.toml").write_text("")
    (home / "decks" / "own.yaml").unlink()
    window = open_terminal(80, 24, RECALL_LANG="zh")
    window.recall()
    window.wait("开始复习", "线性代数")
    window.shot("home")
    window.keys("Space")
    for number in range(8):
        screen = window.until(lambda seen: any(hint in seen for hint in SHOWS_THE_ANSWER), "a question")
        window.shot(f"question-{number}")
        window.keys(*next(keys for hint, keys in SHOWS_THE_ANSWER.items() if hint in screen))
        shown = window.wait("忘记", "困难", "记得", "轻松")
        window.shot(f"answer-{number}")
        for line in (screen + "\n" + shown).split("\n"):
            assert not line.strip()[:1] or line.strip()[0] not in CLOSING, line
        window.keys("4")
        window.wait_gone("轻松")
    if "留空则看答案" in window.until(lambda seen: any(hint in seen for hint in SHOWS_THE_ANSWER), "a question"):
        window.wait("离开输入行")  # the hints follow the question a moment later
        window.keys("Escape")  # out of the line, or q would be typed
        window.wait_gone("离开输入行")
    window.keys("q")
    window.wait("今天作答 8 次")
    window.shot("home-again")


def test_two_windows_on_one_home_do_not_ask_the_same_card_again(open_terminal: Open, home: Path) -> None:
    first, second = open_terminal(80, 24), open_terminal(80, 24)
    first.recall("review")
    first.wait("Question 00?")
    second.recall("review")
    answer(second, 0, "4")
    second.wait("Question 01?")
    first.keys("q")
    first.wait("14 new")
    first.keys("Space")
    first.wait("Question 01?")
    assert rows(home) == [("card-00", 4)]


def test_a_terminal_that_goes_away_takes_the_program_with_it(open_terminal: Open) -> None:
    window = open_terminal(80, 24)
    window.recall("review")
    window.wait("Question 00?", "show the answer")
    process = Path("/proc") / str(window.pid_of("recall"))
    window.tmux("kill-server")
    end = time.monotonic() + PATIENCE
    while process.exists() and "State:\tZ" not in (process / "status").read_text():
        assert time.monotonic() < end, "the process lives on without a terminal"
        time.sleep(0.05)
