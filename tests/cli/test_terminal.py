"""What reaches the terminal: no unwanted colour, nothing that commands it, no traceback for a closed pipe."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import RECALL, Program

ESC = "\x1b"


NEXT = "<<what the next command writes>>"
RUN_ALL = f"""
import json, sys
from recall.cli.app import run

for arguments in json.loads(sys.argv[1]):
    try:
        run(arguments)
    except SystemExit:
        pass
    sys.stdout.flush()
    print({NEXT!r}, flush=True)
"""


def on_terminal(program: Program, *commands: list[str], **more: str) -> list[str]:
    """What commands write when stdout and stderr are a terminal. Their stdin is none, so no screen opens."""
    if not hasattr(os, "openpty"):
        pytest.skip("needs pseudo-terminals")
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", RUN_ALL, json.dumps(commands)],
        env=program.environment(TERM="xterm-256color", **more),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    *shown, rest = written.decode("utf-8").split(f"{NEXT}\r\n")
    assert (len(shown), rest) == (len(commands), ""), rest
    return shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side has closed
        return b""


def test_commands_write_plain_text_to_a_terminal(small: Program) -> None:
    """So NO_COLOR has nothing to change here; on the screens Textual heeds it."""
    commands = [["--help"], ["due"], ["next"], ["nonsense"], ["answer", "nothing", "good"]]
    for shown in on_terminal(small, *commands):
        assert shown
        assert ESC not in shown


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["due"], ["stages", "--json"], ["next"], ["config"], ["completion", "zsh"], ["check", "BIG"]],
    ids=" ".join,
)
def test_a_pipe_that_nobody_reads_gives_no_traceback(small: Program, tmp_path: Path, arguments: list[str]) -> None:
    arguments = [_big_folder(tmp_path) if argument == "BIG" else argument for argument in arguments]
    ours, theirs = os.pipe()
    os.close(ours)
    done = subprocess.run(
        [RECALL, *arguments],
        env=small.environment(),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    os.close(theirs)
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
    assert "Broken pipe" not in done.stderr


def test_head_ends_a_long_check_quietly(small: Program, tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"'{RECALL}' check '{_big_folder(tmp_path)}' | head -1"],
        env=small.environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def _big_folder(tmp_path: Path) -> str:
    """A folder whose findings fill more than a pipe holds."""
    folder = tmp_path / "big"
    folder.mkdir()
    (folder / "big.yaml").write_text("cards:\n" + "- front: no answer\n" * 3000, "utf-8")
    return str(folder)


HOSTILE = r"""
deck: "own\e]0;title\a"
cards:
- id: hostile
  front: "before\e[2J\x9b2J\u202eafter"
  back: "a\b\b\b\x7f\u2066z"
  topic: "la.\e[31mred"
"""
"""YAML's own escapes make characters that the file itself does not hold."""

UNSAFE = set(map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])) - set("\r\n")


def test_nothing_in_a_deck_commands_the_terminal(empty: Program) -> None:
    empty.deck(HOSTILE)
    commands = [
        *(["next"], ["next", "--json"], ["due"], ["due", "--json"]),
        *(["stages"], ["check"], ["due", "--stage", "la."]),
    ]
    for command, shown in zip(commands, on_terminal(empty, *commands), strict=True):
        assert shown, command
        assert sorted(UNSAFE.intersection(shown)) == [], command


def test_check_finds_control_characters_that_yaml_escapes_make(empty: Program) -> None:
    path = empty.deck(HOSTILE)
    lines = empty.call("check").out.splitlines()
    assert any(line.startswith((f"{path}:5:", f"{path}:6:")) for line in lines), lines


CLOSED = [
    "recall <&-",
    "recall review <&-",
    "recall browse <&-",
    "recall quiz --kind basic <&-",
    "recall next <&-",
    "recall edit square <&-",
    "recall answer square --response - <&-",
    "recall roadmap >&-",
    "recall due <&- >&- 2>&-",
]


@pytest.mark.parametrize("line", CLOSED)
def test_a_stream_that_is_closed_counts_as_empty(small: Program, line: str) -> None:
    done = _in_shell(small, line)
    assert done.returncode == 0, done.stderr
    assert "defect" not in done.stderr


def test_add_with_a_closed_stdin_says_that_no_card_came(small: Program) -> None:
    done = _in_shell(small, "recall add <&-")
    assert done.returncode == 1
    assert done.stderr.startswith("recall: stdin holds no card")


def test_a_failure_with_a_closed_stderr_leaves_stdout_to_the_data(small: Program) -> None:
    done = _in_shell(small, "recall history nothing --json 2>&-")
    assert done.returncode == 1
    assert done.stdout == ""


def _in_shell(program: Program, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f"{RECALL}{line.removeprefix('recall')}"],
        env=program.environment(EDITOR="true"),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
