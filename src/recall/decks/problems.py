"""Findings about deck files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recall.core.sanitise import sanitise
from recall.decks.codes import Severity, severity_of


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. `line` and `column` count from 1; `message` says what is wrong and how to mend it."""

    path: Path
    line: int
    column: int
    code: str
    message: str

    def __post_init__(self) -> None:
        """A message may quote the file: it is kept to one line that a terminal can be shown."""
        object.__setattr__(self, "message", " ".join(sanitise(self.message).split()))

    @property
    def severity(self) -> Severity:
        return severity_of(self.code)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code}: {self.message}"
