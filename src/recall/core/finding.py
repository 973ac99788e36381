"""What a check of the learner's data found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `code` is the same in every language; a problem wants mending, a note does not."""

    code: str
    message: str
    is_problem: bool = True

    @property
    def severity(self) -> str:
        return "problem" if self.is_problem else "note"
