"""The program as the tests of the command line run it: in a process of its own, or, for speed, in this one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

RECALL = Path(sys.executable).with_name("recall")
NINE_IN_THE_MORNING = "2026-11-21T09:00:00+08:00"

SMALL_DECK = """\
deck: mine
cards:
- id: square
  front: What is the square of 3?
  back: "9"
- id: water
  front: {zh: 水, en: water}
  back: H2O
  reverse: true
- id: gap
  cloze: "{{c1::Paris}} is the capital of {{c2::France}}."
"""
"""Five items: square, water, water#reverse, gap#c1, gap#c2."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The JSON of a run that went well."""
        assert self.status == 0, self.err
        return json.loads(self.out)


@dataclass(slots=True)
class Program:
    """recall on a home folder, at a time that stands still until `now` is set."""

    home: Path
    now: str = NINE_IN_THE_MORNING
    language: str = "en"
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def decks(self) -> Path:
        return self.home / "decks"

    @property
    def database(self) -> Path:
        return self.home / "recall.db"

    def at(self, now: str | datetime) -> Program:
        """The same home at another time."""
        self.now = now if isinstance(now, str) else now.isoformat()
        return self

    def deck(self, text: str, name: str = "mine.yaml") -> Path:
        """Put a deck file into the home folder."""
        path = self.decks / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def configure(self, text: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "config.toml").write_text(text, "utf-8")

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("RECALL_", "_RECALL"))}
        ours = {"RECALL_HOME": str(self.home), "RECALL_NOW": self.now, "RECALL_LANG": self.language}
        return {**inherited, **ours, **self.variables, **more}

    def run(self, *arguments: str | Path, stdin: str = "", environment: Mapping[str, str] | None = None) -> Outcome:
        """Run the installed program in a process of its own, without a terminal."""
        done = subprocess.run(
            [RECALL, *arguments],
            env=self.environment(**(environment or {})),
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def call(self, *arguments: str | Path, stdin: str = "") -> Outcome:
        """Run the command line in this process, ten times as fast. Always in English."""
        from recall.cli.app import run
        from recall.i18n import set_language

        out, err, status = io.StringIO(), io.StringIO(), 0
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name in [name for name in os.environ if name.startswith("RECALL_")]:
                patch.delenv(name)
            for name, value in {**self.environment(), "RECALL_LANG": "en"}.items():
                patch.setenv(name, value)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8"))
            try:
                run([str(argument) for argument in arguments])
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            finally:
                set_language("en")
        return Outcome(status, out.getvalue(), err.getvalue())

    def json(self, *arguments: str | Path) -> Any:
        """What a command reports with `--json`."""
        return self.call(*arguments, "--json").data
