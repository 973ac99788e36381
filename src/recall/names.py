"""Grades, phases, decisions, kinds of cards and counts in the language of the screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from recall.core.model import Event, EventKind, Grade, Kind, Phase, Review
from recall.i18n import _, ngettext


def row_name(row: Review | Event) -> str:
    """What a row of the log says was done."""
    return grade_name(row.grade) if isinstance(row, Review) else decision_name(row.kind)


def grade_name(grade: Grade) -> str:
    """A grade in one word."""
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
    """What a row of the log that is no answer did, in a word or two."""
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


def kind_head(kind: Kind) -> str:
    """A kind of card in one word, for the head of a column."""
    return {
        Kind.BASIC: _("basic"),
        Kind.CLOZE: _("cloze"),
        Kind.CHOICE: _("choice"),
        Kind.TYPED: _("typed"),
        Kind.NUMERIC: _("numeric"),
        Kind.ORDER: _("order"),
        Kind.OUTPUT: _("output"),
        Kind.INTERVIEW: _("interview"),
        Kind.DRILL: _("drill"),
        Kind.CODE: _("programs"),
    }[kind]


def counted(what: str, n: int) -> str:
    """So many of something that commands count: `1 card`, `2 cards`."""
    return {
        "cards": ngettext("{n} card", "{n} cards", n),
        "decisions": ngettext("{n} decision", "{n} decisions", n),
        "items": ngettext("{n} item", "{n} items", n),
        "notes": ngettext("{n} note", "{n} notes", n),
        "reviews": ngettext("{n} answer", "{n} answers", n),
        "rows": ngettext("{n} row", "{n} rows", n),
    }[what].format(n=n)


def enumerated(names: Sequence[str]) -> str:
    """Names one after the other, parted as the language of the screen does."""
    return reduce(lambda before, name: _("{names}, {name}").format(names=before, name=name), names) if names else ""
