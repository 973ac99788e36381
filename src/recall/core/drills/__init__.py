"""Drills: parametric questions with fresh numbers each time, marked by a program.

>>> drawn = make("matrix-product", {}, seed=1)
>>> len(drawn.distractors) >= 3
True
"""

from __future__ import annotations

from collections.abc import Mapping

from recall.core.drills import (
    attention,
    calculus,
    distributions,
    eigen,
    estimation,
    generation,
    geometry,
    information,
    joint,
    matrices,
    model_sizes,
    objectives,
    probability,
    serving,
    shapes,
    singular,
    symmetric,
    systems,
    training,
)
from recall.core.drills.drill import Distractor, Drill, DrillError, Instance, Parameters
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

_LINEAR_ALGEBRA = (matrices, systems, eigen, symmetric, singular, geometry, calculus, shapes)
_PROBABILITY = (probability, distributions, joint, estimation, information)
_TRANSFORMERS = (attention, model_sizes)
_LANGUAGE_MODELS = (training, serving, generation, objectives)

DRILLS: Mapping[str, Drill] = {
    value.name: value
    for module in (*_LINEAR_ALGEBRA, *_PROBABILITY, *_TRANSFORMERS, *_LANGUAGE_MODELS)
    for value in vars(module).values()
    if isinstance(value, Drill)
}
"""By name, in the order in which they are listed: by module, and as they stand in it."""


def make(name: str, parameters: Parameters, seed: int) -> Instance:
    """The instance of the drill `name` that `seed` draws, the same each time.

    Raises DrillError: unknown-drill, unknown-parameter, parameter-type, parameter-range, no-draw.
    """
    if name not in DRILLS:
        raise DrillError("unknown-drill", name)
    return DRILLS[name].draw(parameters, seed)
