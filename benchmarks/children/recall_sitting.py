"""A sitting with recall: open a home folder, answer some cards; prints the peak memory in MB."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.children.peak_memory import peak_memory
from recall.core.model import Grade
from recall.environment import Options
from recall.study.session import ReviewSession
from recall.workspace import open_workspace

home, decks, answers = sys.argv[1:]
workspace = open_workspace(Options(home=Path(home), decks=(Path(decks),), language="en"))
session = ReviewSession(workspace)
for _ in range(int(answers)):
    assert session.next() is not None
    session.answer(Grade.GOOD, 4000)
workspace.close()
print(peak_memory())
