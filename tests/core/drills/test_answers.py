"""Every drill, computed again from what its question says; the modules beside this one say how."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest

from recall.core.answers import Exact, Matrix, Number, Numbers, Words
from recall.core.drills import DRILLS, DrillError, Instance, Parameters, answer_tex, make
from recall.core.drills.distributions import FAMILIES
from recall.core.formulas import formulas
from recall.tex import render
from tests.core.drills import attention, language_models, linear_algebra, probability

SEEDS = 1_000
CHECKS: Mapping[str, Callable[[str], object]] = {
    **linear_algebra.CHECKS,
    **probability.CHECKS,
    **attention.CHECKS,
    **language_models.CHECKS,
}

VARIANTS: list[tuple[str, Parameters]] = [
    ("matrix-product", {"rows": 3, "inner": 3, "columns": 3}),
    ("matrix-product", {"rows": 2, "inner": 3, "columns": 2}),
    ("matrix-product", {"rows": 3, "inner": 2, "columns": 2}),
    ("matrix-vector", {"rows": 2}),
    ("matrix-vector", {"rows": 4}),
    ("determinant-2", {"bound": 20}),
    ("determinant-3", {"bound": 6}),
    ("inverse-2", {"bound": 9}),
    ("linear-system", {"size": 3}),
    ("rank", {"columns": 3}),
    ("rank", {"columns": 5}),
    ("null-space", {"columns": 3}),
    ("null-space", {"columns": 4}),
    ("eigenvalues-triangular", {"size": 2}),
    ("eigenvalues-triangular", {"size": 4}),
    ("eigenvector", {"size": 2}),
    ("matrix-norms", {"rows": 3}),
    ("projection", {"size": 2}),
    ("least-squares", {"points": 4}),
    ("gram-schmidt", {"size": 2}),
    ("gram-schmidt", {"size": 4}),
    ("least-squares-gradient", {"rows": 2}),
    *(("moments", {"family": family}) for family in FAMILIES),
    *(("mle", {"family": family}) for family in ("bernoulli", "poisson", "exponential", "normal")),
    *(("zero-memory", {"stage": stage}) for stage in (1, 2, 3)),
]


def test_every_drill_is_checked() -> None:
    assert set(CHECKS) == set(DRILLS)


def test_every_parameter_has_a_variant() -> None:
    tried = {(name, parameter) for name, parameters in VARIANTS for parameter in parameters}

    assert tried == {(drill.name, parameter) for drill in DRILLS.values() for parameter in drill.defaults}


@pytest.mark.parametrize("name", DRILLS)
def test_the_answer_is_what_the_question_says_and_three_distractors_have_other_values(name: str) -> None:
    for one in (make(name, {}, seed) for seed in range(SEEDS)):
        assert agrees(one.answer, recomputed(name, one)), one
        answers = [value(one.answer), *(value(distractor.answer) for distractor in one.distractors)]
        assert len(answers) >= 4, one
        assert len(set(answers)) == len(answers), one


def value(answer: Exact) -> object:
    """What an answer is worth: equal for answers that are the same but for floating point and order."""
    if isinstance(answer, Number):
        return answer.value if isinstance(answer.value, Fraction) else Fraction(f"{answer.value:.9g}")
    if isinstance(answer, Matrix):
        return tuple(tuple(map(value, row)) for row in answer.rows)
    parts: list[object] = list(map(value, answer.values)) if isinstance(answer, Numbers) else list(answer.words)
    return tuple(parts) if answer.ordered else frozenset((part, parts.count(part)) for part in parts)


@pytest.mark.parametrize(("name", "parameters"), VARIANTS)
def test_it_is_so_for_other_parameters_too(name: str, parameters: Parameters) -> None:
    for seed in range(100):
        one = make(name, parameters, seed)

        assert agrees(one.answer, recomputed(name, one)), one
        assert render(answer_tex(one.answer), display=True).width <= 60


@pytest.mark.parametrize("name", DRILLS)
def test_no_distractor_is_what_the_question_says(name: str) -> None:
    for one in (make(name, {}, seed) for seed in range(20)):
        expected = recomputed(name, one)

        assert not any(agrees(distractor.answer, expected) for distractor in one.distractors), one


def recomputed(name: str, one: Instance) -> object:
    return CHECKS[name](one.question.in_language("en"))


def agrees(answer: Exact, expected: object) -> bool:
    if isinstance(answer, Words):
        assert isinstance(expected, tuple)
        return set(answer.words) == set(expected)
    got, wanted = as_array(answer), np.asarray(expected, dtype=float)
    if isinstance(answer, Numbers) and not answer.ordered:
        got, wanted = np.sort(got), np.sort(wanted)
    return got.shape == wanted.shape and bool((np.abs(got - wanted) <= 1e-10 + 1e-8 * np.abs(wanted)).all())


def as_array(answer: Number | Numbers | Matrix) -> npt.NDArray[np.float64]:
    """The answer as an array of its own shape."""
    if isinstance(answer, Number):
        return np.array(float(answer.value))
    if isinstance(answer, Numbers):
        return np.array([float(number.value) for number in answer.values])
    return np.array([[float(number.value) for number in row] for row in answer.rows])


@pytest.mark.parametrize("name", DRILLS)
def test_the_arithmetic_of_a_solution_is_right(name: str) -> None:
    for one in (make(name, {}, seed) for seed in range(50)):
        for formula in formulas(one.solution.in_language("en")):
            for equation in re.split(r",|\\quad|\\ |\\\\", formula.tex):
                sides = [value for side in re.split(r"=|\\approx", equation) if (value := arithmetic(side)) is not None]
                assert sides == pytest.approx(sides[:1] * len(sides), rel=0.006, abs=1e-9), formula.tex


def arithmetic(tex: str) -> float | None:
    """The value of a formula that has nothing but numbers in it; none for a part of a tuple."""
    code = tex.replace(r"\cdot", "*").replace("^", "**")
    code = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", code)
    code = re.sub(r"\\sqrt\{([^{}]*)\}", r"((\1)**0.5)", code).strip()
    code = re.sub(r"(?<=[0-9])\(", "*(", code)
    if not re.fullmatch(r"[-+*/(). 0-9]*[0-9)]", code) or code.count("(") != code.count(")"):
        return None
    return float(eval(code))


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_the_stage_of_zero_can_be_chosen(stage: int) -> None:
    for seed in range(20):
        assert f"ZeRO-{stage} " in make("zero-memory", {"stage": stage}, seed).question.in_language("en")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_family_of_moments_can_be_chosen(family: str) -> None:
    questions = (make("moments", {"family": family}, seed).question.in_language("en") for seed in range(20))

    assert set(map(probability.family_of, questions)) == {family}


@pytest.mark.parametrize(
    ("name", "parameters"), [("zero-memory", {"stage": 4}), ("moments", {"family": "cauchy"}), ("mle", {"family": "t"})]
)
def test_a_choice_that_there_is_not_is_refused(name: str, parameters: Parameters) -> None:
    with pytest.raises(DrillError, match="parameter-range"):
        make(name, parameters, 0)
