"""Every drill: the same instance for a seed, answers that are marked right, two languages with one mathematics."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from random import Random

import pytest

from recall.core import drills
from recall.core.answers import Exact, Matrix, Number, Numbers, Tolerance, Words
from recall.core.drills import DRILLS, DrillError, Instance, answer_tex, answer_text, make
from recall.core.drills.drill import Distractor, Drill, Parameters, Redraw, drill, instance
from recall.core.formulas import Formula, formulas
from recall.core.marking import mark_exact
from recall.core.model import Text
from recall.tex import render

CURRICULUM = Path(__file__).parents[3] / "decks" / "curriculum.yaml"
WIDTH = 60


@dataclass(frozen=True, slots=True)
class Drawn:
    """The first hundred instances of a drill, by seed."""

    name: str
    instances: list[Instance]


@pytest.fixture(scope="module", params=DRILLS)
def drawn(request: pytest.FixtureRequest) -> Drawn:
    return Drawn(request.param, [make(request.param, {}, seed) for seed in range(100)])


DIGEST_ALL = """
import hashlib
from recall.core.drills import DRILLS, make
print(hashlib.sha256("".join(repr(make(name, {}, 7)) for name in DRILLS).encode()).hexdigest())
"""


def test_another_process_draws_the_same_instances() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST_ALL],
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1


def test_a_seed_draws_the_same_instance_again(drawn: Drawn) -> None:
    assert [make(drawn.name, {}, seed) for seed in range(50)] == drawn.instances[:50]


def test_a_hundred_seeds_draw_at_least_twenty_questions(drawn: Drawn) -> None:
    assert len({one.question for one in drawn.instances}) >= 20


def test_marking_accepts_the_answer_and_no_distractor(drawn: Drawn) -> None:
    for one in drawn.instances[:25]:
        assert mark_exact(answer_text(one.answer), one.answer).score == 1.0, one
        for distractor in one.distractors:
            assert mark_exact(answer_text(distractor.answer), one.answer).score < 1.0, one


def test_both_languages_have_the_same_mathematics(drawn: Drawn) -> None:
    for one in drawn.instances:
        for text in texts(one):
            assert text.zh and text.en
            assert mathematics(text.zh) == mathematics(text.en)


def texts(one: Instance) -> list[Text]:
    return [one.question, one.solution, *(distractor.why for distractor in one.distractors)]


def mathematics(text: str) -> list[str]:
    """The formulas and the code of a text; the languages may name them in different order."""
    return sorted([*(formula.tex for formula in formulas(text)), *re.findall("`[^`]*`", text)])


def test_no_dollar_is_left_outside_of_a_formula(drawn: Drawn) -> None:
    for one in drawn.instances:
        for text in (part.in_language(language) for part in texts(one) for language in ("zh", "en")):
            assert text.count("$") == sum(4 if formula.is_display else 2 for formula in formulas(text)), text


def test_every_formula_fits_the_terminal(drawn: Drawn) -> None:
    seen = set()
    for one in drawn.instances:
        for formula in shown_formulas(one):
            shape = (re.sub("[0-9]", "8", formula.tex), formula.is_display)
            if shape not in seen:
                seen.add(shape)
                assert render(shape[0], display=shape[1], width=WIDTH).width <= WIDTH, formula.tex


def shown_formulas(one: Instance) -> Iterator[Formula]:
    for text in texts(one):
        yield from formulas(text.in_language("en"))
    for answer in (one.answer, *(distractor.answer for distractor in one.distractors)):
        yield Formula(answer_tex(answer), True, 0, 0)


def test_a_solution_has_two_to_six_lines(drawn: Drawn) -> None:
    for one in drawn.instances:
        assert 2 <= len(one.solution.in_language("en").split("\n\n")) <= 6, one.solution


@pytest.mark.parametrize("drill", DRILLS.values(), ids=lambda drill: drill.name)
def test_a_drill_is_on_a_topic_of_the_curriculum(drill: Drill) -> None:
    topics = re.findall(r"^  - id: (\S+)$", CURRICULUM.read_text(encoding="utf-8"), re.MULTILINE)

    assert drill.topic in topics


def test_no_drill_is_left_out_of_the_list() -> None:
    modules = [import_module(f"{drills.__name__}.{found.name}") for found in iter_modules(drills.__path__)]
    written = {value.name for module in modules for value in vars(module).values() if isinstance(value, Drill)}

    assert written == set(DRILLS)


def test_names_are_not_used_twice() -> None:
    assert all(name == drill.name for name, drill in DRILLS.items())
    assert len({drill.title.en for drill in DRILLS.values()}) == len(DRILLS)


@pytest.mark.parametrize(
    ("name", "parameters", "code", "subject"),
    [
        ("matrix-produkt", {}, "unknown-drill", "matrix-produkt"),
        ("matrix-product", {"row": 2}, "unknown-parameter", "row"),
        ("matrix-product", {"rows": "two"}, "parameter-type", "rows"),
        ("matrix-product", {"rows": 2.5}, "parameter-type", "rows"),
        ("matrix-product", {"rows": True}, "parameter-type", "rows"),
        ("matrix-product", {"rows": 9}, "parameter-range", "rows"),
    ],
)
def test_a_drill_that_cannot_be_made_says_why(name: str, parameters: Parameters, code: str, subject: str) -> None:
    with pytest.raises(DrillError) as raised:
        make(name, parameters, 0)

    assert (raised.value.code, raised.value.subject) == (code, subject)


def test_an_unpleasant_draw_is_drawn_again() -> None:
    @drill("rare", "la.rank", "", "")
    def rare(random: Random) -> Instance:
        if random.random() < 0.9:
            raise Redraw
        return numbered(0, 1, 2, 3)

    assert rare.draw({}, 1).answer == Number(Fraction(0))


def test_a_drill_that_never_draws_anything_ends() -> None:
    @drill("never", "la.rank", "", "")
    def never(_: Random) -> Instance:
        raise Redraw

    with pytest.raises(DrillError, match="no-draw"):
        never.draw({}, 1)


def test_distractors_that_are_right_or_repeated_are_dropped() -> None:
    kept = numbered(0, 0, 1, 1, 2, 3).distractors

    assert [distractor.answer for distractor in kept] == [Number(Fraction(number)) for number in (1, 2, 3)]


def test_fewer_than_three_distractors_are_an_unpleasant_draw() -> None:
    with pytest.raises(Redraw):
        numbered(0, 0, 1, 2)


def numbered(answer: int, *wrongs: int) -> Instance:
    distractors = (Distractor(Number(Fraction(number)), Text("", "")) for number in wrongs)
    return instance(Text("", ""), Number(Fraction(answer)), Text("", ""), *distractors)


def test_a_distractor_within_the_tolerance_is_right() -> None:
    near = Number(1.004, Tolerance(0.005, relative=True))
    far = [Number(Fraction(number)) for number in (2, 3, 4)]

    kept = instance(
        Text("", ""), Number(Fraction(1)), Text("", ""), *(Distractor(wrong, Text("", "")) for wrong in (near, *far))
    ).distractors

    assert [distractor.answer for distractor in kept] == far


@pytest.mark.parametrize(
    ("answer", "text", "tex"),
    [
        (Number(Fraction(-3, 4)), "-3/4", r"-\frac{3}{4}"),
        (Number(0.000012), "0.000012", "0.000012"),
        (Number(2.2360679, tex=r"\sqrt{5}"), "2.23607", r"\sqrt{5}"),
        (Number(Fraction(24), unit="GB"), "24 GB", r"24\,\text{GB}"),
        (Numbers((Number(Fraction(1)), Number(Fraction(2)))), "1, 2", "(1, 2)"),
        (Numbers((Number(Fraction(1)), Number(Fraction(2))), ordered=False), "1, 2", r"\{1, 2\}"),
        (
            Matrix(((Number(Fraction(1)), Number(Fraction(1, 2))), (Number(Fraction(0)), Number(Fraction(-1))))),
            "[[1, 1/2], [0, -1]]",
            r"\begin{bmatrix}1 & \frac{1}{2} \\ 0 & -1\end{bmatrix}",
        ),
        (Words(("query", "key")), "query, key", r"\text{query, key}"),
    ],
)
def test_an_answer_as_text_and_as_tex(answer: Exact, text: str, tex: str) -> None:
    assert (answer_text(answer), answer_tex(answer)) == (text, tex)
