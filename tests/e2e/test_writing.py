"""Writing cards in a real terminal: a new one with a formula, and an edit with a slip."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from recall.decks.source import entries
from tests.e2e.conftest import Open

pytestmark = pytest.mark.terminal


def test_a_card_with_a_formula_is_added_in_chinese_and_asked_at_once(open_terminal: Open, home: Path) -> None:
    (home / "decks" / "own.yaml").write_text("deck: 我的\ncards: []\n")
    window = open_terminal(80, 24, RECALL_LANG="zh")
    started = time.monotonic()
    window.recall("add --deck 线性")
    window.wait("^s")
    window.keys("-l", "秩为 $r$ 的矩阵有几个非零奇异值？")
    window.keys("Tab")
    window.keys("-l", "$\\sigma_1,\\dots,\\sigma_r>0$，共 $r$ 个。")
    window.wait("σ₁")
    window.shot("typed")
    window.keys("C-s")
    window.wait_gone("σ₁")
    window.keys("Escape")
    window.until(lambda _screen: window.value("alternate_on") == "0", "the shell")
    assert time.monotonic() - started < 20
    (card,) = entries((home / "decks" / "线性.yaml").read_text("utf-8"))
    assert card["front"] == "秩为 $r$ 的矩阵有几个非零奇异值？"
    assert card["back"] == "$\\sigma_1,\\dots,\\sigma_r>0$，共 $r$ 个。"
    window.recall("review")
    window.wait("秩为 r 的矩阵")


def test_a_card_half_written_survives_the_end_of_the_program(open_terminal: Open, home: Path) -> None:
    window = open_terminal(80, 24)
    window.recall("add --deck own")
    window.wait("^s")
    window.keys("-l", "Half a question")
    deadline = time.monotonic() + 20
    while not (home / "drafts" / "new.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(window.pid_of("bin/recall"), signal.SIGKILL)
    again = open_terminal(80, 24)
    again.recall("add")
    again.wait("Half a question", "not saved yet")


def slipping_editor(folder: Path) -> Path:
    """An editor that spoils the file at its first call and mends it at the second; notes its arguments."""
    path = folder / "editor"
    path.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        f"log = pathlib.Path({str(folder / 'calls')!r})\n"
        "calls = log.read_text().splitlines() if log.exists() else []\n"
        "log.write_text('\\n'.join([*calls, ' '.join(sys.argv[1:])]) + '\\n')\n"
        "file = pathlib.Path(sys.argv[-1])\n"
        "text = file.read_text('utf-8')\n"
        "right, wrong = 'back: Typed.', 'back: \"[Typed.'\n"
        "text = text.replace(wrong, right) if calls else text.replace('back: Answer 00.', wrong)\n"
        "file.write_text(text, 'utf-8')\n"
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("command", ["review", "edit card-00"])
def test_a_slip_in_the_editor_is_told_and_opened_again_at_its_line(
    open_terminal: Open, home: Path, tmp_path: Path, command: str
) -> None:
    program = slipping_editor(tmp_path).rename(tmp_path / "nano")
    window = open_terminal(200, 24, EDITOR=str(program))
    window.recall(command)
    if command == "review":
        window.wait("Question 00?", "show the answer")
        window.keys("e")
    window.wait("enter: back to the editor")
    window.shot("slip")
    assert "own.yaml:" in window.seen
    window.keys("Enter")
    if command == "review":
        window.wait("Question 00?", "show the answer")
        window.keys("Space")
        window.wait("Typed.")
    else:
        window.wait("card-00  ")
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[0].split()[0] == "+3"
    assert len(calls) == 2
    assert "back: Typed." in (home / "decks" / "own.yaml").read_text("utf-8")


def test_a_slip_can_be_left_and_nothing_typed_is_lost(open_terminal: Open, home: Path, tmp_path: Path) -> None:
    window = open_terminal(80, 24, EDITOR=str(slipping_editor(tmp_path)))
    window.recall("edit card-00")
    window.wait("enter: back to the editor")
    window.keys("q", "Enter")
    window.wait("card-00  ")
    assert 'back: "[Typed.' in (home / "decks" / "own.yaml").read_text("utf-8")
    assert len((tmp_path / "calls").read_text().splitlines()) == 1
