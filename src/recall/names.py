"""Grades, phases, decisions and kinds of cards in the language of the screen."""

from __future__ import annotations

from recall.core.model import Event, EventKind, Grade, Kind, Phase, Review
from recall.i18n import _


def row_name(row: Review | Event) -> str:
    """What a row of the log says was done."""
    return grade_name(row.grade) if isinstance(row, Review) else decision_name(row.kind)


def grade_name(grade: Grade) -> str:
    return {
        Grade.AGAIN: _("again"),
        Grade.HARD: _("hard"),
        Grade.GOOD: _("good"),
        Grade.EASY: _("easy"),
    }[grade]


def phase_name(phase: str | None) -> str:
    """Where an item stands; one without a state is new."""
    return {
        Phase.NEW: _("new"),
        Phase.LEARNING: _("learning"),
        Phase.REVIEW: _("review"),
        Phase.RELEARNING: _("relearning"),
    }[Phase(phase or Phase.NEW)]


def kind_name(kind: Kind) -> str:
    """A kind of card, as one asks for cards of it."""
    return {
        Kind.BASIC: _("question and answer"),
        Kind.CLOZE: _("cloze"),
        Kind.CHOICE: _("choice"),
        Kind.TYPED: _("typed"),
        Kind.NUMERIC: _("numbers"),
        Kind.ORDER: _("order"),
        Kind.OUTPUT: _("output of programs"),
        Kind.INTERVIEW: _("interview questions"),
        Kind.DRILL: _("drills"),
        Kind.CODE: _("programs"),
    }[kind]


def decision_name(kind: EventKind) -> str:
    return {
        EventKind.UNDO: _("undo"),
        EventKind.SUSPEND: _("suspend"),
        EventKind.UNSUSPEND: _("unsuspend"),
        EventKind.BURY: _("bury"),
        EventKind.FLAG: _("flag"),
        EventKind.RESET: _("reset"),
        EventKind.RESCHEDULE: _("reschedule"),
        EventKind.SITTING: _("quiz"),
        EventKind.ATTEMPT: _("answer in a quiz"),
        EventKind.LINK: _("link"),
        EventKind.PARAMS: _("setting"),
    }[kind]
