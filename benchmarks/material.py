"""The cards and the history that both programs get, made from one seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from recall.core import history, schedule
from recall.core.model import Grade, ItemId, ItemState, LogId, Phase, Review, Source
from recall.core.settings import ReviewSettings
from recall.core.study_day import StudyCalendar

SEED = 20_260_401
DECKS = 100
SEEN = 0.85
"""Share of each deck that has been seen; the rest is new."""
DAYS_OF_STUDY = 1500
DAYS_AWAY = 9
"""The learner was away for some days, so that there is a long session to measure."""
DEVICE = "benchmark"

_GRADES = (Grade.AGAIN, Grade.HARD, Grade.GOOD, Grade.EASY)
_WEIGHTS = (9, 12, 70, 9)
_WORDS = (
    "matrix",
    "vector",
    "kernel",
    "rank",
    "basis",
    "norm",
    "trace",
    "gradient",
    "token",
    "entropy",
    "prior",
    "limit",
)
_HANZI = "矩阵向量空间的秩与零化度在正交基下求迹梯度张量样本先验后验熵词元注意力方差极限测度凸对偶路径状态"


@dataclass(frozen=True, slots=True)
class Fact:
    """A basic card, in both languages."""

    id: ItemId
    topic: str
    front: Mapping[str, str]
    back: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Material:
    """Cards by topic, and every answer in the order of time."""

    decks: Mapping[str, Sequence[Fact]]
    reviews: Sequence[Review]
    today: date

    @property
    def facts(self) -> Iterator[Fact]:
        return (fact for deck in self.decks.values() for fact in deck)


def make_material(items: int, topics: Sequence[str], calendar: StudyCalendar, today: date) -> Material:
    """`items` cards spread evenly over `DECKS` of the topics, and a history that ends `DAYS_AWAY` days before today."""
    random = Random(SEED)
    sizes = [items // DECKS + (n < items % DECKS) for n in range(DECKS)]
    decks = {
        topic: [_fact(topic, n, random) for n in range(size)]
        for topic, size in zip(topics[:DECKS], sizes, strict=True)
        if size
    }
    seen = [fact.id for deck in decks.values() for fact in deck[: round(len(deck) * SEEN)]]
    reviews = [review for item in seen for review in _past(item, calendar, today, random)]
    reviews.sort(key=lambda review: (review.at, review.item))
    return Material(decks, [_with_id(review, random) for review in reviews], today)


def grades(seed: int = SEED) -> Iterator[Grade]:
    """Grades as a learner gives them, without end."""
    random = Random(seed)
    while True:
        yield _grade(random)


def _grade(random: Random) -> Grade:
    return random.choices(_GRADES, _WEIGHTS)[0]


def _fact(topic: str, number: int, random: Random) -> Fact:
    name = f"{topic}-b{number:03d}"
    words = " ".join(random.choices(_WORDS, k=12))
    formula = rf"$\operatorname{{rank}}(A_{{{number}}}) \le {random.randint(2, 99)}$"
    zh = "".join(random.choices(_HANZI, k=24))
    return Fact(
        ItemId(name),
        topic,
        {"zh": f"{name}：{zh}，{formula}？", "en": f"{name}: {words}, {formula}?"},
        {"zh": f"{zh}。{formula}", "en": f"{words.capitalize()} {words}. {formula}"},
    )


def _past(item: ItemId, calendar: StudyCalendar, today: date, random: Random) -> Iterator[Review]:
    """The answers to one item: its steps on the first day, then one about whenever it fell due."""
    settings, state = ReviewSettings(), ItemState(item)
    last = today - timedelta(DAYS_AWAY + 1)
    at = _first_time(calendar, last - timedelta(random.randint(0, DAYS_OF_STUDY)), random)
    while (day := calendar.day_of(at)) <= last:
        grade = _grade(random) if state.phase is Phase.REVIEW else Grade.GOOD
        due = schedule.review(state, grade, at, day, settings, lambda _first, _last: {}).due
        review = Review(LogId(""), item, at, day, grade, random.randint(1500, 20_000), Source.REVIEW, due, DEVICE)
        state = history.apply(state, review)
        yield review
        at = due if isinstance(due, datetime) else _first_time(calendar, due + timedelta(_lateness(random)), random)


def _first_time(calendar: StudyCalendar, day: date, random: Random) -> datetime:
    """Some time in the morning, far enough from the day's end for the steps to fit."""
    return calendar.start_of(day) + timedelta(hours=4, milliseconds=random.randint(0, 7_200_000))


def _lateness(random: Random) -> int:
    return random.choices((0, 1, 2), (90, 8, 2))[0]


def _with_id(review: Review, random: Random) -> Review:
    """The review under a UUIDv7 of its own time."""
    head, tail = random.getrandbits(12), random.getrandbits(62)
    number = int(review.at.timestamp() * 1000) << 80 | 0x7 << 76 | head << 64 | 0b10 << 62 | tail
    digits = f"{number:032x}"
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return replace(review, id=LogId("-".join(parts)))
