"""Drills: parametric questions with fresh numbers each time, marked by a program.

>>> drawn = make("matrix-product", {}, seed=1)
>>> len(drawn.distractors) >= 3
True
"""

from __future__ import annotations

from collections.abc import Mapping

from recall.core.drills import attention, linear_algebra, llm, probability
from recall.core.drills.drill import Distractor, Drill, DrillError, Instance, Parameters, make_instance
from recall.core.drills.tex import answer_tex, answer_text

__all__ = [
    "DRILLS",
    "Distractor",
    "Drill",
    "DrillError",
    "Instance",
    "Parameters",
    "answer_tex",
    "answer_text",
    "make",
]

DRILLS: Mapping[str, Drill] = {
    drill.name: drill for module in (linear_algebra, probability, attention, llm) for drill in module.DRILLS
}


def make(name: str, parameters: Parameters, seed: int) -> Instance:
    """The instance of the drill `name` that `seed` draws, the same each time.

    Raises DrillError: unknown-drill, unknown-parameter, parameter-type, parameter-range, no-draw.
    """
    if name not in DRILLS:
        raise DrillError("unknown-drill", name)
    return make_instance(DRILLS[name], parameters, seed)
