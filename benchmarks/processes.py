"""Programs started anew for every figure."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.timing import Timed, timed

RECALL = str(Path(sysconfig.get_path("scripts"), "recall"))
"""The command as a learner types it."""

_ROOT = Path(__file__).parents[1]


def child(name: str, *arguments: str | Path) -> list[str]:
    """The command line of a program in `benchmarks/children`."""
    return [sys.executable, str(_ROOT / "benchmarks" / "children" / f"{name}.py"), *map(str, arguments)]


def environment(home: Path, decks: Path) -> dict[str, str]:
    """The caller's environment, for a recall that knows these folders only."""
    own = {"RECALL_HOME": str(home), "RECALL_DECKS": str(decks), "RECALL_LANG": "en"}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return {**os.environ, **own, **terminal, "PYTHONPATH": str(_ROOT)}


def run(command: Sequence[str], env: Mapping[str, str]) -> str:
    """What the program prints. Raises CalledProcessError when it fails."""
    done = subprocess.run(command, env=env, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return done.stdout


def timed_process(command: Sequence[str], env: Mapping[str, str]) -> Timed:
    return timed(lambda: run(command, env))
