"""Where an answer is given on the screen: one widget for each way of answering."""

from __future__ import annotations

from collections.abc import Callable

from recall.core.bodies import Kind, Language
from recall.core.exercise import Exercise
from recall.tui.answers.aloud import AloudBox
from recall.tui.answers.box import AnswerBox
from recall.tui.answers.choice import ChoiceBox
from recall.tui.answers.code import CodeBox
from recall.tui.answers.order import OrderBox
from recall.tui.answers.typed import TypedBox

__all__ = ["AnswerBox", "CodeBox", "box_for"]


def box_for(exercise: Exercise, language: Language, written_out: Callable[[str], str]) -> AnswerBox | None:
    """The widget that takes the answer to an exercise; None for a card the learner grades alone.

    `written_out` writes out the macros of the card's formulas.
    """
    if not exercise.marks_itself:
        return None
    return _class_for(exercise)(exercise, language, written_out)


def _class_for(exercise: Exercise) -> type[AnswerBox]:
    if exercise.is_order:
        return OrderBox
    if exercise.lines:
        return ChoiceBox
    return {Kind.INTERVIEW: AloudBox, Kind.CODE: CodeBox}.get(exercise.kind, TypedBox)
