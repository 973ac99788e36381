"""Proofs of cards: functions that compute a claim anew from the card's own fields.

A proof is run on the card as it is, where it must pass, and on the card made wrong in every field that it read, where
it must fail. One that passes there too proves nothing: it is a sham.

    @proof("la.det-trace-03")
    def _(card: Claim) -> None:
        assert math.isclose(card.value, np.linalg.det(matrix_of(card.front)))

Proofs live in `proofs/<stage>.py`, the stage's name with underscores.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from recall.core.bodies import Kind
from recall.core.cloze import filled
from recall.core.formulas import formulas
from recall.core.model import Card
from tests.decks.closed_forms import matrices_of, matrix_of, value_of
from tests.decks.facts import Facts, deletion_of, facts_of
from tests.decks.wrong import NUMBER, Trial, trials

__all__ = ["Claim", "matrices_of", "matrix_of", "only", "proof", "run_code", "value_of"]

Field = Literal["front", "back", "more", "cloze"]
Proof = Callable[["Claim"], None]

_PROOFS: dict[str, Proof] = {}
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{\s*([^{}]+)\s*\}|(\d))\s*(?:\{\s*([^{}]+)\s*\}|(\d))")
_ANSWERS: dict[Kind, frozenset[str]] = {
    Kind.NUMERIC: frozenset({"value"}),
    Kind.CHOICE: frozenset({"key"}),
    Kind.ORDER: frozenset({"steps"}),
    Kind.OUTPUT: frozenset({"output"}),
    Kind.TYPED: frozenset({"answers", "back", "more"}),
    Kind.BASIC: frozenset({"back", "more"}),
    Kind.CODE: frozenset({"code"}),
    Kind.INTERVIEW: frozenset({"rubric", "back", "more"}),
}
"""Fields of which a proof reads one at least: the question alone claims nothing."""


class Claim:
    """The fields of a card, in English, with a note of which were read. A field the card lacks raises ValueError."""

    def __init__(self, card_id: str, facts: Facts) -> None:
        self.card_id = card_id
        self.rng = np.random.default_rng(zlib.crc32(card_id.encode()))
        """Random numbers that are the same at each run."""
        self._facts = facts
        self._read: set[str] = set()

    @property
    def fields_read(self) -> frozenset[str]:
        return frozenset(self._read)

    @property
    def value(self) -> float:
        """The answer of a numeric card."""
        if self._facts.value is None:
            raise ValueError(f"{self.card_id} has no number for an answer")
        self._read.add("value")
        return self._facts.value

    @property
    def unit(self) -> str:
        return self._text("unit")

    @property
    def key(self) -> str:
        """The text of the one right option."""
        (key,) = self.keys
        return key

    @property
    def keys(self) -> tuple[str, ...]:
        """The texts of the right options, in the order of the file."""
        self._given("options")
        self._read.add("key")
        return tuple(self._facts.options[n] for n in sorted(self._facts.right))

    @property
    def options(self) -> tuple[str, ...]:
        """The texts of all options, in the order of the file."""
        self._read.add("options")
        return self._given("options")

    @property
    def steps(self) -> tuple[str, ...]:
        """In the right order."""
        self._read.add("steps")
        return self._given("steps")

    @property
    def decoys(self) -> tuple[str, ...]:
        self._read.add("decoys")
        return self._facts.decoys

    @property
    def code(self) -> str:
        """The program of an output card, the solution of a code card."""
        return self._text("code")

    @property
    def checks(self) -> str:
        """The tests of a code card."""
        return self._text("checks")

    @property
    def output(self) -> str:
        """What the card says is printed."""
        return self._text("output")

    @property
    def answers(self) -> tuple[str, ...]:
        """What a typed card accepts; the first is the one it shows."""
        self._read.add("answers")
        return self._given("answers")

    @property
    def rubric(self) -> tuple[str, ...]:
        """The points of an interview card."""
        self._read.add("rubric")
        return self._given("rubric")

    @property
    def front(self) -> str:
        return self._text("front")

    @property
    def back(self) -> str:
        return self._text("back")

    @property
    def more(self) -> str:
        return self._text("more")

    def cloze(self, number: int) -> str:
        """What deletion `number` hides."""
        self._read.add(f"cloze {number}")
        return deletion_of(self._facts.cloze, number)

    def formulas(self, field: Field) -> list[str]:
        """The TeX of the formulas in a field; of a cloze with its deletions filled in."""
        return [formula.tex for formula in formulas(self._whole(field))]

    def numbers(self, field: Field) -> list[float]:
        """The numbers in a field, formulas included; a fraction of two numbers is one. Indices and names do not count.

        A minus is part of the number where nothing stands before it that it could be taken from.
        """
        return list(_numbers(self._whole(field)))

    def _whole(self, field: Field) -> str:
        return filled(self._text(field))

    def _text(self, field: str) -> str:
        self._read.add(field)
        text: str = getattr(self._facts, field)
        if not text:
            raise ValueError(f"{self.card_id} has no {field}")
        return text

    def _given(self, field: str) -> tuple[str, ...]:
        texts: tuple[str, ...] = getattr(self._facts, field)
        if not texts:
            raise ValueError(f"{self.card_id} has no {field}")
        return texts


def proof(*card_ids: str) -> Callable[[Proof], Proof]:
    """Says that the function proves these cards. Raises ValueError when one has a proof already."""

    def registered(function: Proof) -> Proof:
        for card_id in card_ids:
            if card_id in _PROOFS:
                raise ValueError(f"{card_id} has two proofs")
            _PROOFS[card_id] = function
        return function

    return registered


@cache
def proofs() -> dict[str, Proof]:
    """Every proof by the id of its card."""
    for path in sorted((Path(__file__).parent / "proofs").glob("*.py")):
        importlib.import_module(f"tests.decks.proofs.{path.stem}")
    return dict(sorted(_PROOFS.items()))


def is_proved(card: Card) -> bool:
    """Whether a proof holds the card, or the tests of its kind do.

    The drills are recomputed in tests/core/drills, the solutions of code cards run in test_code_cards.
    """
    return card.id in proofs() or card.kind in (Kind.DRILL, Kind.CODE)


def only(options: Iterable[str], predicate: Callable[[str], bool]) -> str:
    """The one option that fits. Raises ValueError when none does, or several."""
    fitting = [option for option in options if predicate(option)]
    if len(fitting) != 1:
        raise ValueError(f"{len(fitting)} options fit, not one: {fitting}")
    return fitting[0]


@cache
def run_code(code: str) -> str:
    """What a program prints, without the line end. What it raises is raised."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(), np.printoptions():
        warnings.simplefilter("ignore")
        exec(compile(code, "<card>", "exec"), {"__name__": "__main__"})
    return printed.getvalue().rstrip("\n")


def shams(prove: Proof, card: Card) -> list[str]:
    """How a proof would let a wrong card through; empty for one that holds. Raises what it raises on the card as it is.

    A warning, such as NumPy's about an overflow, is raised too.
    """
    facts = facts_of(card)
    claim = Claim(card.id, facts)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prove(claim)
    needed = _ANSWERS.get(card.kind)
    if not claim.fields_read or (needed and not needed & claim.fields_read):
        return [f"it never reads the answer ({', '.join(sorted(needed or ['anything']))})"]
    return [survived for trial in trials(facts, claim.fields_read) for survived in _survived(prove, card.id, trial)]


def _survived(prove: Proof, card_id: str, trial: Trial) -> list[str]:
    survivors = []
    for wrong in trial.wrong:
        if not _passes(prove, Claim(card_id, wrong.facts)):
            if not trial.each:
                return []
        elif trial.each:
            survivors.append(f"it passes with another {trial.field} ({wrong.how})")
    if trial.each:
        return survivors
    return [f"it passes with every change of the {trial.field}"]


def _passes(prove: Proof, claim: Claim) -> bool:
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            prove(claim)
    except Exception:
        return False
    return True


def _numbers(text: str) -> Iterator[float]:
    position = 0
    while position < len(text):
        if fraction := _FRACTION.match(text, position):
            try:
                yield value_of(fraction[0]) * (-1 if _is_negative(text, position) else 1)
                position = fraction.end()
                continue
            except ValueError:
                pass
        match = NUMBER.match(text, position)
        if match and not re.search(r"(?:[A-Za-z_\d.]|_\{)$", text[max(0, position - 2) : position]):
            yield float(re.sub(r"[{},]", "", match[0])) * (-1 if _is_negative(text, position) else 1)
        position = match.end() if match else position + 1


def _is_negative(text: str, position: int) -> bool:
    """Whether a minus stands before the number at `position`, and nothing that it could be taken from."""
    return re.search(r"(?:^|[\s(\[{=,&<>:;$`*]|\\\\|[\u4e00-\u9fff：，（])[-−]$", text[:position]) is not None
