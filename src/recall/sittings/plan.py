"""What a learner wants of a quiz or a mock interview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recall.core.bodies import Kind
from recall.core.sitting import MARKED_KINDS, QUIZ_NUMBER, Feedback, What


@dataclass(frozen=True, slots=True)
class Plan:
    """What the learner wants."""

    what: What = What.QUIZ
    names: tuple[str, ...] = ()
    """Stages, topics or own decks; empty means those usual for it."""
    number: int = QUIZ_NUMBER
    """Questions of a quiz."""
    minutes: float | None = None
    """The time limit; of an interview, the time it fills."""
    kinds: frozenset[Kind] = MARKED_KINDS
    feedback: Feedback = Feedback.END
    practice: bool = False
    """Whether it leaves the schedule alone."""
    seed: int | None = None
    repeats: str | None = None
    """The sitting whose questions, numbers and all, are asked again: its id, its number, or `last`."""

    @property
    def scope(self) -> tuple[Any, ...]:
        """What two sittings have to share to be compared."""
        return self.what, frozenset(self.names), self.kinds if self.what is What.QUIZ else frozenset()

    def payload(self) -> dict[str, Any]:
        return {
            "what": self.what.value,
            "scope": list(self.names),
            "number": self.number,
            "minutes": self.minutes,
            "kinds": sorted(self.kinds),
            "feedback": self.feedback.value,
            "practice": self.practice,
            "repeats": self.repeats,
        }

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Plan:
        return cls(
            What(payload["what"]),
            tuple(payload["scope"]),
            payload["number"],
            payload["minutes"],
            frozenset(map(Kind, payload["kinds"])),
            Feedback(payload["feedback"]),
            payload["practice"],
            payload["seed"],
            payload["repeats"],
        )
