"""A learner's home and the terminal to use it in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal, terminal

NOW = "2026-11-21T09:00:00+08:00"

Open = Callable[..., Terminal]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with fifteen cards of the learner's own, and no others."""
    folder = tmp_path / "home"
    (folder / "decks").mkdir(parents=True)
    (folder / "config.toml").write_text("bundled_decks = false\n")
    cards = "".join(f"- id: card-{n:02}\n  front: Question {n:02}?\n  back: Answer {n:02}.\n" for n in range(15))
    (folder / "decks" / "own.yaml").write_text(f"deck: My deck\ncards:\n{cards}")
    return folder


@pytest.fixture
def open_terminal(home: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens terminals of a size; screens go to RECALL_RECORD, a folder a test, or to the test's own."""
    kept = os.environ.get("RECALL_RECORD")
    record = Path(kept).absolute() / request.node.name if kept else tmp_path / "screens"
    with ExitStack() as stack:

        def open_one(columns: int, rows: int, **environment: str) -> Terminal:
            around = {"RECALL_HOME": str(home), "RECALL_NOW": NOW, "RECALL_LANG": "en", **environment}
            return stack.enter_context(terminal(columns, rows, around, record, tmp_path))

        yield open_one
