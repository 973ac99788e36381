"""Which of the cards that are new may be one that vanished, changed: by its question, its answer and its place.

What is sure is said to be; what looks alike is named with its reason, for the learner to decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import zip_longest

from recall.core import cloze
from recall.core.bodies import LANGUAGES, Cloze, DrillBody, Language, Text
from recall.core.faces import face, items_of
from recall.core.model import Card, CardId

ALIKE, NEARLY_THE_SAME = 0.6, 0.8
"""Similarities from 0 to 1: from which cards may be one, and from which a text says the same."""
MARGIN = 0.2
"""How much better than any other a pair is that is sure, of scores from 0 to 2 and a bit."""
TELLING = 12
"""Letters of an answer that hardly two cards share; a Chinese character counts as three."""
NEAREST, MOST_ALIKE, OF_ONE_TEXT = 300, 8, 20
"""Among how many cards of its topic, the nearest, the likest to one that vanished are sought; how many of them are
looked at closely, and how many of the same question or answer.
"""
ELSEWHERE = 20_000
"""Up to how many pairs cards of different topics are compared."""

_FORMULA = re.compile(r"(\$+[^$]*\$+|`[^`]*`)")
_SIGN = re.compile(r"\\\w+|[^\s{}$`]")
_NUMBER_OR_NAME = re.compile(r"\d+|\b[A-Z]+\b")
_WORDS = re.compile(r"[^\W_]+")


class Why(StrEnum):
    """What speaks for two cards being one, or what makes it doubtful."""

    SAME = "same-question"
    EDITED = "edited"
    ALIKE = "alike"
    SEVERAL = "several"
    TOPIC = "other-topic"
    ANSWER = "other-answer"
    IDS = "both-have-ids"
    KIND = "other-kind"


SURE = frozenset({Why.SAME, Why.EDITED})


@dataclass(frozen=True)
class Side:
    """A card as one side of a pair, with where it stands or stood."""

    card: Card
    topic: str
    gap: Hashable = None
    """The cards before and after it that were there before and after the change; None when that is not known."""
    place: Hashable = None
    """The gap, and which of how many in it."""
    line: int = 0

    @property
    def id(self) -> CardId:
        return self.card.id

    @cached_property
    def questions(self) -> tuple[str, str]:
        return _folded(asked_texts(self.card))

    @cached_property
    def answers(self) -> tuple[str, str]:
        return _folded(_answer(self.card))

    @cached_property
    def signs(self) -> tuple[Counter[str], Counter[str]]:
        """Formulas, numbers and names of the question, which a change of words leaves."""
        zh, en = asked_texts(self.card)
        return _signs(zh), _signs(en)

    @property
    def is_telling(self) -> bool:
        """Whether the answer is long enough to tell the card."""
        return max(map(_weight, self.answers)) >= TELLING


@dataclass(frozen=True, slots=True)
class Pair:
    """A card that vanished and one that is new; `score` goes from 0 to 2 and a bit."""

    old: Side
    new: Side
    why: Why
    score: float

    @property
    def is_sure(self) -> bool:
        return self.why in SURE


def match(vanished: Sequence[Side], new: Sequence[Side]) -> list[Pair]:
    """The pairs that are sure, each card in one at most, and after them the doubtful ones, likeliest first."""
    sure = list(_perfect(vanished, new))
    olds, news = {pair.old.id for pair in sure}, {pair.new.id for pair in sure}
    pairs = list(_pairs([v for v in vanished if v.id not in olds], [n for n in new if n.id not in news]))
    clear = list(_clear(pairs))
    olds, news = {pair.old.id for pair in clear}, {pair.new.id for pair in clear}
    rest = [pair for pair in pairs if pair.old.id not in olds and pair.new.id not in news]
    doubtful = [Pair(p.old, p.new, Why.SEVERAL if p.is_sure else p.why, p.score) for p in rest]
    return sure + clear + sorted(doubtful, key=lambda pair: -pair.score)


def _perfect(vanished: Iterable[Side], new: Iterable[Side]) -> Iterator[Pair]:
    """Cards whose question and answer are those of exactly one new card."""
    by_text = [defaultdict[Hashable, list[Side]](list) for _side in range(2)]
    for sides, found in zip((vanished, new), by_text, strict=True):
        for side in sides:
            found[side.questions, side.answers].append(side)
    for text, olds in by_text[0].items():
        news = by_text[1].get(text, [])
        if len(olds) == len(news) == 1:
            yield Pair(olds[0], news[0], Why.SAME, 2.0)


def _pairs(vanished: Sequence[Side], new: Sequence[Side]) -> Iterator[Pair]:
    if not vanished or not new:
        return
    candidates = _Candidates(new, len(vanished))
    for old in vanished:
        for side in candidates.of(old):
            if pair := _pair(old, side):
                yield pair


class _Candidates:
    """The new cards that a vanished one is compared with."""

    def __init__(self, new: Sequence[Side], vanished: int) -> None:
        by_topic: defaultdict[str, list[Side]] = defaultdict(list)
        self._by_text: defaultdict[str, list[Side]] = defaultdict(list)
        for side in new:
            by_topic[side.topic].append(side)
            for text in _texts(side):
                self._by_text[text].append(side)
        self._topics = {topic: _Shelf.of(sides) for topic, sides in by_topic.items()}
        self._all = _Shelf.of(new if vanished * len(new) <= ELSEWHERE else ())

    def of(self, old: Side) -> Iterable[Side]:
        found = {side.id: side for text in _texts(old) for side in self._by_text.get(text, ())[:OF_ONE_TEXT]}
        for shelf in (self._topics.get(old.topic, self._all), self._all):
            found |= {side.id: side for side in shelf.like(old)}
        return found.values()


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Cards in the order they stand, to be looked through for like questions."""

    sides: Sequence[Side]
    lines: Sequence[int]
    questions: Sequence[tuple[str, ...]]
    """In each language."""

    @classmethod
    def of(cls, sides: Iterable[Side]) -> _Shelf:
        ordered = sorted(sides, key=lambda side: side.line)
        questions = [tuple(side.questions[n] for side in ordered) for n in range(len(LANGUAGES))]
        return cls(ordered, [side.line for side in ordered], questions)

    def like(self, old: Side) -> Iterator[Side]:
        """Those nearest to where a card stood whose questions are like its own."""
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extract

        start = max(bisect_left(self.lines, old.line) - NEAREST // 2, 0)
        for asked, questions in zip(old.questions, self.questions, strict=True):
            near = questions[start : start + NEAREST]
            for _question, _score, n in extract(asked, near, scorer=ratio, score_cutoff=100 * ALIKE, limit=MOST_ALIKE):
                yield self.sides[start + n]


def _texts(side: Side) -> set[str]:
    """The texts by which a card is found wherever it stands."""
    return {f"q {text}" for text in side.questions if text} | {f"a {text}" for text in side.answers if side.is_telling}


def _pair(old: Side, new: Side) -> Pair | None:
    """What there is to say for the two being one card; None when there is nothing."""
    question, language = _similarity(old.questions, new.questions)
    if question < ALIKE:
        return None
    answer, _language = _similarity(old.answers, new.answers)
    is_near = old.gap is not None and old.gap == new.gap
    score = question + answer + 0.1 * is_near + 0.15 * (is_near and old.place == new.place)
    why = _why(old, new, question, answer, is_near, old.signs[language] == new.signs[language])
    return Pair(old, new, why, score) if why else None


def _why(old: Side, new: Side, question: float, answer: float, is_near: bool, same_signs: bool) -> Why | None:
    both_named = old.card.has_own_id and new.card.has_own_id
    if isinstance(old.card.body, Cloze) is not isinstance(new.card.body, Cloze):
        return Why.KIND
    if question == 1:
        return Why.SAME if answer >= ALIKE or (is_near and not both_named) else Why.ANSWER
    if both_named:
        return Why.IDS if answer >= NEARLY_THE_SAME else None
    if old.topic != new.topic:
        return Why.TOPIC
    return Why.EDITED if answer == 1 and old.is_telling and (same_signs or is_near) else Why.ALIKE


def _clear(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The sure pairs neither card of which could as well belong to another."""
    rivals: defaultdict[tuple[str, CardId], list[Pair]] = defaultdict(list)
    for pair in pairs:
        rivals["old", pair.old.id].append(pair)
        rivals["new", pair.new.id].append(pair)
    for pair in pairs:
        others = (*rivals["old", pair.old.id], *rivals["new", pair.new.id])
        if pair.is_sure and all(other is pair or pair.score - other.score >= MARGIN for other in others):
            yield pair


def _similarity(one: tuple[str, str], other: tuple[str, str]) -> tuple[float, int]:
    """How alike two texts are in the language in which they are most, and which one that is."""
    from rapidfuzz.fuzz import ratio

    alike = [ratio(mine, yours) / 100 for mine, yours in zip(one, other, strict=True)]
    return max(alike), alike.index(max(alike))


def asked_texts(card: Card) -> tuple[str, str]:
    """What a card asks, in Chinese and in English, or in the other where one is missing."""
    if isinstance(card.body, Cloze):
        zh, en = (cloze.filled(card.body.text.in_language(language)) for language in LANGUAGES)
    else:
        zh, en = (face(card, items_of(card)[0], language).front for language in LANGUAGES)
    return zh, en


def _answer(card: Card) -> tuple[str, str]:
    match card.body:
        case Cloze(text):
            zh, en = (_hidden(text, language) for language in LANGUAGES)
        case DrillBody(_, parameters):
            zh = en = " ".join(f"{key}={value}" for key, value in sorted(parameters))
        case _:
            zh, en = (face(card, items_of(card)[0], language).back for language in LANGUAGES)
    return zh, en


def _hidden(text: Text, language: Language) -> str:
    return " / ".join(deletion.text for deletion in cloze.parse(text.in_language(language)))


def _folded(texts: tuple[str, str]) -> tuple[str, str]:
    zh, en = texts
    return _fold(zh), _fold(en)


def _fold(text: str) -> str:
    """Words without case and punctuation, formulas and code as they are."""
    parts = _FORMULA.split(text)
    words = (" ".join(_WORDS.findall(part.casefold())) for part in parts[::2])
    signs = ("".join(part.split()) for part in parts[1::2])
    folded = [part for pair in zip_longest(words, signs, fillvalue="") for part in pair]
    return " ".join(part for part in folded if part)


def _signs(text: str) -> Counter[str]:
    parts = _FORMULA.split(text)
    found = (_SIGN.findall(part) if n % 2 else _NUMBER_OR_NAME.findall(part) for n, part in enumerate(parts))
    return Counter(sign for signs in found for sign in signs)


def _weight(text: str) -> int:
    return sum(3 if character > "\u2e7f" else 1 for character in text if not character.isspace())
