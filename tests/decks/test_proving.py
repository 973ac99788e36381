"""The harness of the proofs: what it hands to a proof, and the shams it finds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recall.core.model import Card
from tests.decks.facts import facts_of
from tests.decks.proving import Claim, Proof, matrices_of, matrix_of, only, run_code, shams, value_of
from tests.support_decks import parsed

DETERMINANT = r"""
cards:
- id: x
  front: '$\det\begin{bmatrix}2&1\\1&3\end{bmatrix}$?'
  answer: 5
  tolerance: 0.1 absolute
"""
CHOICE = r"""
cards:
- id: x
  front: 'Of the odd numbers up to $9$, which is a square above $1$?'
  choices: [{text: $3$, why: w}, {text: $9$, why: w, correct: true}, {text: $7$, why: w}, {text: $5$, why: w}]
"""
ORDER = """
cards:
- {id: x, front: Ascending, steps: ['1', '2', '3'], decoys: ['2.5']}
"""
OUTPUT = """
cards:
- {id: x, front: What is printed?, code: 'print(2 ** 5, True)', answer: 32 True}
"""
CLOZE = r"""
cards:
- id: x
  cloze: 'Up to $n$ the numbers sum to ${{c1::\frac{n(n+1)}{2}}}$, their cubes to {{c2::its square}}.'
"""


def card(text: str) -> Card:
    (located,) = parsed(text).cards
    return located.card


def claim(text: str) -> Claim:
    return Claim("x", facts_of(card(text)))


def determinant(card: Claim) -> None:
    assert math.isclose(card.value, np.linalg.det(matrix_of(card.front)))


def square(card: Claim) -> None:
    assert card.key == only(card.options, lambda option: math.sqrt(value_of(option)).is_integer())
    assert 9 in card.numbers("front")


def ascending(card: Claim) -> None:
    assert [*map(float, card.steps)] == [1, 2, 3]


def printed(card: Claim) -> None:
    assert run_code(card.code) == card.output


def arithmetic_series(card: Claim) -> None:
    for n in range(1, 9):
        assert value_of(card.cloze(1), n=n) == sum(range(n + 1))


@pytest.mark.parametrize(
    ("prove", "text"),
    [(determinant, DETERMINANT), (square, CHOICE), (ascending, ORDER), (printed, OUTPUT), (arithmetic_series, CLOZE)],
)
def test_a_proof_that_computes_the_claim_is_no_sham(prove: Proof, text: str) -> None:
    assert shams(prove, card(text)) == []


def nearly(card: Claim) -> None:
    assert abs(card.value - 5) < 1


def its_size(card: Claim) -> None:
    assert abs(card.value) == 5


def of_another_matrix(card: Claim) -> None:
    assert card.front
    assert card.value == 5


def nothing(card: Claim) -> None:
    assert 2 + 3 == 5


def the_question(card: Claim) -> None:
    assert matrix_of(card.front)[0, 0] == 2


def odd(card: Claim) -> None:
    assert value_of(card.key) % 2 == 1


def any_order(card: Claim) -> None:
    assert sorted(card.steps) == ["1", "2", "3"]


def any_output(card: Claim) -> None:
    assert card.output.endswith("True")


def any_cloze(card: Claim) -> None:
    assert card.cloze(1)


@pytest.mark.parametrize(
    ("prove", "text", "found"),
    [
        (nearly, DETERMINANT, "another value (5 -> 5.5)"),
        (its_size, DETERMINANT, "another value (5 -> -5)"),
        (of_another_matrix, DETERMINANT, "every change of the front"),
        (nothing, DETERMINANT, "never reads the answer"),
        (the_question, DETERMINANT, "never reads the answer"),
        (odd, CHOICE, "another key (right: $3$)"),
        (any_order, ORDER, "another order (steps 1 and 2 exchanged)"),
        (any_output, OUTPUT, "another output (32 -> 33)"),
        (any_cloze, CLOZE, "every change of the cloze 1"),
    ],
)
def test_a_proof_that_a_wrong_card_passes_is_a_sham(prove: Proof, text: str, found: str) -> None:
    assert found in shams(prove, card(text))[0]


def test_a_proof_that_rounds_what_it_reads_is_no_sham() -> None:
    def smallest_power(card: Claim) -> None:
        (items,) = card.numbers("front")
        assert card.value == math.ceil(math.log2(items))

    text = "cards:\n- {id: x, front: 'How many bits tell 1000 items apart?', answer: 10}\n"
    assert shams(smallest_power, card(text)) == []


def test_a_proof_that_fails_on_the_card_as_it_is_raises() -> None:
    with pytest.raises(AssertionError):
        shams(determinant, card(DETERMINANT.replace("answer: 5", "answer: 6")))


def test_random_numbers_are_the_same_at_each_run() -> None:
    assert claim(ORDER).rng.random() == claim(ORDER).rng.random()


def test_a_field_that_the_card_lacks_is_an_error() -> None:
    with pytest.raises(ValueError, match="x has no back"):
        assert claim(ORDER).back


def test_the_numbers_of_a_text_have_their_signs_and_a_fraction_is_one() -> None:
    text = r"From -2 to $-3$: $n-1$, $x_1=-4.5$, 0.1 %, GPT4, $-\frac{1}{4}$, 8,192, $10^{-3}$, `(5, -6)`"
    assert claim(f"cards:\n- {{id: x, front: '{text}', back: a}}\n").numbers("front") == [
        *[-2, -3, 1, -4.5, 0.1, -0.25, 8192, 10, -3, 5, -6]
    ]


def test_the_formulas_of_a_cloze_are_filled_in() -> None:
    assert claim(CLOZE).formulas("cloze") == ["n", r"\frac{n(n+1)}{2}"]


@pytest.mark.parametrize(
    ("tex", "value"),
    [
        (r"$-\tfrac12$", -0.5),
        (r"2\sqrt{3}", 2 * math.sqrt(3)),
        (r"\sqrt[3]{27}", 3),
        (r"\binom{5}{2}", 10),
        ("2^{-10}", 2**-10),
        ("-2^2", -4),
        ("8{,}192", 8192),
        (r"\ln 2", math.log(2)),
        (r"\log_2 8", 3),
        (r"\sin^2\frac{\pi}{6}", 0.25),
        (r"3|-2|", 6),
        (r"50\%", 0.5),
        ("4!", 24),
        (r"\lfloor 7/2\rfloor", 3),
        (r"\max(1,\,2)", 2),
        (r"\left(\frac{1}{3}\right)^2", 1 / 9),
        (r"\frac{1}{2}\log 4-1", math.log(2) - 1),
    ],
)
def test_a_closed_expression_has_a_value(tex: str, value: float) -> None:
    assert value_of(tex) == pytest.approx(value)


def test_letters_of_an_expression_can_be_given_values() -> None:
    assert value_of(r"\frac{\lambda d_k}{n_{12}}(\sigma+1)^2", lambda_=6, d_k=2, n_12=3, sigma=2) == 36


@pytest.mark.parametrize("tex", ["", "n", "1+", "(1", "1=1", r"\frac{1}{0}", "about 3", r"\sqrt{-1}", "(-8)^{1/3}"])
def test_what_is_no_closed_expression_is_refused(tex: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        value_of(tex)


@pytest.mark.parametrize(
    ("tex", "rows"),
    [
        (r"A=\begin{bmatrix}1&-2\\\frac{1}{2}&4\end{bmatrix}", [[1, -2], [0.5, 4]]),
        (r"v=\frac{1}{2}\begin{pmatrix}1\\-1\end{pmatrix}", [[0.5], [-0.5]]),
        (r"-\begin{vmatrix}1&2\end{vmatrix}^\top", [[-1], [-2]]),
        (r"u=(1,2)^\top", [[1], [2]]),
        (r"\operatorname{diag}(1,2)", [[1, 0], [0, 2]]),
    ],
)
def test_a_matrix_is_read_with_its_factor(tex: str, rows: list[list[float]]) -> None:
    assert matrix_of(tex).tolist() == rows


def test_several_matrices_are_read_in_order_and_are_not_one() -> None:
    tex = r"\begin{bmatrix}1\end{bmatrix}+2\begin{bmatrix}3\end{bmatrix}"
    assert [matrix.tolist() for matrix in matrices_of(tex)] == [[[1]], [[6]]]
    with pytest.raises(ValueError, match="2 matrices"):
        matrix_of(tex)


def test_only_refuses_none_and_several() -> None:
    for fits in (lambda option: False, lambda option: True):
        with pytest.raises(ValueError, match="options fit"):
            only(["a", "b"], fits)
