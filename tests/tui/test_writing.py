"""The answer of a code card, written in the learner's editor."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from recall.core.bodies import Code, Text
from recall.tui.writing import write_answer


@pytest.mark.parametrize("left", ["sort-2-1f.py", "sort-1f-2.py", "resort-1f.py"])
def test_what_was_written_for_another_card_stays(tmp_path: Path, left: str) -> None:
    body = Code(Text("zh", "en"), "def sort(): ...", "", "")
    exercise: Any = SimpleNamespace(card=SimpleNamespace(body=body), item="sort", seed=0x2A)
    workspace: Any = SimpleNamespace(home=tmp_path, settings=SimpleNamespace(editor="true"))
    app: Any = SimpleNamespace(handed_over=nullcontext)
    folder = tmp_path / "answers"
    folder.mkdir()
    for name in (left, "sort-1f.py"):
        (folder / name).write_text("typed")
    assert write_answer(app, workspace, exercise) is None
    assert {path.name for path in folder.iterdir()} == {left, "sort-2a.py"}
