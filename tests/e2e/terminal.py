"""A real terminal: tmux on a socket of its own, its keys pressed and its screen read."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PATIENCE = 30
"""Seconds after which a text that has not come never will."""

RECALL = shlex.quote(str(Path(sys.executable).with_name("recall")))
"""The command as it was installed beside this interpreter."""


@dataclass
class Terminal:
    """One window with a shell in it."""

    socket: str
    record: Path
    """The folder that `shot` writes to."""
    shots: int = 0
    seen: str = field(default="", repr=False)

    def tmux(self, *arguments: str) -> str:
        run = subprocess.run(
            ["tmux", "-L", self.socket, *arguments], capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def screen(self) -> str:
        self.seen = "\n".join(line.rstrip() for line in self.tmux("capture-pane", "-p").split("\n")).rstrip("\n")
        return self.seen

    def until(self, is_so: Callable[[str], bool], what: str) -> str:
        """Look at the screen again and again until it is so; the screen then."""
        end = time.monotonic() + PATIENCE
        while not is_so(screen := self.screen()):
            assert time.monotonic() < end, f"{what} never came; the screen shows:\n{screen}"
            time.sleep(0.02)
        return screen

    def wait(self, *texts: str) -> str:
        return self.until(lambda screen: all(text in screen for text in texts), f"{texts}")

    def wait_gone(self, text: str) -> str:
        return self.until(lambda screen: text not in screen, f"the end of {text!r}")

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names: `Space`, `Enter`, `Escape`, `q`."""
        self.tmux("send-keys", *keys)

    def type(self, line: str) -> None:
        """Type a line into the shell."""
        self.tmux("send-keys", "-l", line)
        self.keys("Enter")

    def recall(self, arguments: str = "") -> None:
        self.type(f"clear; {RECALL} {arguments}".rstrip())

    def ask(self, command: str) -> str:
        """What a command prints on an emptied screen."""
        mark = uuid.uuid4().hex[:8]
        self.type(f"clear; {command}; echo end''-{mark}")
        screen = self.wait(f"end-{mark}")
        return screen.partition(f"end-{mark}")[0].strip()

    def resize(self, columns: int, rows: int) -> None:
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def value(self, name: str) -> str:
        """A format variable of the pane, such as `alternate_on`."""
        return self.tmux("display-message", "-p", f"#{{{name}}}").strip()

    def pid_of(self, words: str) -> int:
        """The process started in the pane whose command line holds the words."""
        shell = int(self.value("pane_pid"))
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _parent(entry) == shell and words in _command(entry):
                return int(entry.name)
        raise AssertionError(f"no process below the shell runs {words!r}")

    def shot(self, name: str) -> str:
        """Keep the screen as a text file."""
        self.shots += 1
        self.record.mkdir(parents=True, exist_ok=True)
        (self.record / f"{self.shots:02}-{name}.txt").write_text(self.screen() + "\n", "utf-8")
        return self.seen


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return -1


def _command(entry: Path) -> str:
    try:
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


@contextmanager
def terminal(columns: int, rows: int, environment: Mapping[str, str], record: Path, folder: Path) -> Iterator[Terminal]:
    """A terminal of that size with a bare shell in it; the server ends with the block."""
    if shutil.which("tmux") is None:
        if os.environ.get("RECALL_CI") == "1":
            pytest.fail("tmux is not installed, and RECALL_CI=1 lets nothing be skipped")
        pytest.skip("tmux is not installed")
    socket = f"recall-{uuid.uuid4().hex[:12]}"
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV") if name in os.environ}
    outer = {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **environment}
    command = ["tmux", "-L", socket, "-f", "/dev/null", "-u", "new-session", "-d"]
    command += ["-x", str(columns), "-y", str(rows), "sh"]
    subprocess.run(command, env=outer, cwd=folder, check=True, timeout=PATIENCE)
    window = Terminal(socket, record)
    door = Path(window.value("socket_path"))
    try:
        window.until(bool, "the prompt of the shell")
        yield window
    finally:
        subprocess.run(["tmux", "-L", socket, "kill-server"], capture_output=True, check=False, timeout=PATIENCE)
        door.unlink(missing_ok=True)  # tmux leaves it behind
