"""What a card of each kind has to have."""

from __future__ import annotations

from collections.abc import Iterator

from recall.core.bodies import Interview, Order, Output
from recall.decks.problems import Problem
from recall.decks.standard.rules import Held
from recall.i18n import _

STEPS = range(3, 7)
MAX_CODE_LINES = 8
MIN_POINTS = 3
WEIGHTS = range(1, 4)


def whole(held: Held) -> Iterator[Problem]:
    """A card says where its claim comes from, how hard it is and what it is about."""
    card = held.card
    for name, given in (("source", card.source), ("difficulty", card.difficulty), ("tags", card.tags)):
        if not given:
            yield held.problem("incomplete", _("the card has no `{field}:`; give it one").format(field=name))
    prefix, _dash, number = card.id.rpartition("-")
    if prefix != card.topic or not number.isdecimal():
        message = _("the id is not `<topic>-<number>`; call it {example}")
        yield held.problem("id-form", message.format(example=f"{card.topic}-01"))


def steps(held: Held) -> Iterator[Problem]:
    """What is put in order can be held in mind at once."""
    body = held.card.body
    if isinstance(body, Order) and len(body.steps) not in STEPS:
        message = _("{count} steps; an order has {least} to {most}")
        yield held.problem("steps", message.format(count=len(body.steps), least=STEPS[0], most=STEPS[-1]))


def programs(held: Held) -> Iterator[Problem]:
    """A program whose output is asked for fits into the head."""
    body = held.card.body
    if isinstance(body, Output) and (lines := len(body.code.strip().splitlines())) > MAX_CODE_LINES:
        message = _("{count} lines of code; at most {most} can be followed in the head")
        yield held.problem("code-lines", message.format(count=lines, most=MAX_CODE_LINES))


def interviews(held: Held) -> Iterator[Problem]:
    """A rubric tells a good answer from a middling one."""
    body = held.card.body
    if not isinstance(body, Interview):
        return
    points = body.rubric
    if len(points) < MIN_POINTS or not any(point.must for point in points):
        message = _("a rubric has at least {least} points, and one that `must` be made")
        yield held.problem("thin-rubric", message.format(least=MIN_POINTS))
    if any(point.weight not in WEIGHTS for point in points):
        message = _("the weight of a point goes from {least} to {most}")
        yield held.problem("thin-rubric", message.format(least=WEIGHTS[0], most=WEIGHTS[-1]))
