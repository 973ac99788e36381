"""What a card claims, in English and without its layout."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recall.core import cloze
from recall.core.bodies import Basic, Choice, Cloze, Code, Interview, Kind, Numeric, Order, Output, Text, Typed
from recall.core.model import Card
from recall.core.number_text import read_number


@dataclass(frozen=True, slots=True)
class Facts:
    """The fields of a card that a proof may read; what its kind does not have is empty."""

    kind: Kind
    front: str = ""
    back: str = ""
    more: str = ""
    value: float | None = None
    unit: str = ""
    options: tuple[str, ...] = ()
    right: frozenset[int] = frozenset()
    """Which options are right, counted from 0."""
    steps: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()
    code: str = ""
    starter: str = ""
    checks: str = ""
    output: str = ""
    answers: tuple[str, ...] = ()
    cloze: str = ""
    rubric: tuple[str, ...] = ()


def facts_of(card: Card) -> Facts:
    """The facts of a card."""
    common = Facts(card.kind, back=_en(card.back), more=_en(card.more))
    match card.body:
        case Basic(front, back):
            return replace(common, front=_en(front), back=_en(back))
        case Cloze(text):
            return replace(common, cloze=_en(text))
        case Choice(front, options):
            right = frozenset(n for n, option in enumerate(options) if option.correct)
            return replace(common, front=_en(front), options=tuple(_en(o.text) for o in options), right=right)
        case Typed(front, answers):
            return replace(common, front=_en(front), answers=answers)
        case Numeric(front, answer, _, unit):
            return replace(common, front=_en(front), value=float(read_number(answer).value), unit=unit or "")
        case Order(front, steps, decoys):
            return replace(common, front=_en(front), steps=tuple(map(_en, steps)), decoys=tuple(map(_en, decoys)))
        case Output(front, code, answer):
            return replace(common, front=_en(front), code=code, output=answer)
        case Interview(front, _, rubric):
            return replace(common, front=_en(front), rubric=tuple(_en(point.text) for point in rubric))
        case Code(front, starter, checks, solution):
            return replace(common, front=_en(front), code=solution, starter=starter, checks=checks)
        case _:
            return common


def deletion_of(text: str, number: int) -> str:
    """What deletion `number` hides; if there are several of it, joined by a space. Raises ValueError."""
    hidden = [deletion.text for deletion in cloze.parse(text) if deletion.number == number]
    if not hidden:
        raise ValueError(f"nothing is hidden by c{number}")
    return " ".join(hidden)


def _en(text: Text | None) -> str:
    return text.in_language("en") if text else ""
