"""The answer that is being given in an interview, kept in the home folder so that a crash loses seconds at most."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from recall.core.model import LogId
from recall.files import write_atomically


@dataclass(frozen=True, slots=True)
class Draft:
    """What there is so far of the answer to question `n`, counted from 0."""

    n: int
    notes: str = ""
    ms: int = 0
    """Time taken."""
    follow_ups: int = 0
    """How many follow-up questions have been asked."""


def load_draft(home: Path, sitting: LogId, n: int) -> Draft:
    """The draft of a question, an empty one if there is none that can be read."""
    draft = _kept(home, sitting)
    return draft if draft is not None and draft.n == n else Draft(n)


def is_newer(home: Path, sitting: LogId, known: Draft) -> bool:
    """Whether another terminal has kept something in place of what is known, or of a later question."""
    draft = _kept(home, sitting)
    return draft is not None and draft != known and draft.n >= known.n


def save_draft(home: Path, sitting: LogId, draft: Draft) -> None:
    """Keep a draft in place of the one before; on disk when this returns. Raises RecallError."""
    write_atomically(_path(home, sitting), json.dumps(asdict(draft), ensure_ascii=False))


def discard_draft(home: Path, sitting: LogId) -> None:
    _path(home, sitting).unlink(missing_ok=True)


def _kept(home: Path, sitting: LogId) -> Draft | None:
    try:
        return Draft(**json.loads(_path(home, sitting).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _path(home: Path, sitting: LogId) -> Path:
    return home / "answers" / f"interview-{sitting}.json"
