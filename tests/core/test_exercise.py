"""An item as it is asked this time, and what an answer to it is worth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recall.core.answers import Tolerance
from recall.core.bodies import (
    Basic,
    Body,
    Choice,
    Cloze,
    DrillBody,
    Interview,
    Numeric,
    Option,
    Order,
    Output,
    Point,
    Text,
    Typed,
)
from recall.core.exercise import Exercise, read_ticks, seed_of, ticks_text
from recall.core.marking import Verdict
from recall.core.model import Card, CardId, Grade, ItemId, LogId

ITEM = ItemId("a")
CHOICE = Choice(Text(en="q"), (Option(Text(en="w1")), Option(Text(en="r"), correct=True), Option(Text(en="w2"))))
SEVERAL = Choice(
    Text(en="q"),
    (Option(Text(en="r1"), correct=True), Option(Text(en="r2"), correct=True), Option(Text(en="w"))),
    multiple=True,
)
ORDER = Order(Text(en="q"), tuple(Text(en=f"s{n}") for n in range(4)), (Text(en="decoy"),))
INTERVIEW = Interview(
    Text(en="q"), 2, (Point(Text(en="a"), 3, must=True), Point(Text(en="b"), 1)), red_flags=(Text(en="no"),)
)
DRILL = DrillBody("matrix-product", (("rows", 2),))


def exercise(body: Body, seed: int = 1, item: str = ITEM) -> Exercise:
    return Exercise(Card(CardId("a"), body), ItemId(item), seed)


@pytest.mark.parametrize(
    "body",
    [
        CHOICE,
        SEVERAL,
        ORDER,
        INTERVIEW,
        DRILL,
        replace(DRILL, as_choice=True),
        Typed(Text(en="q"), ("ZeRO-3", "3")),
        Numeric(Text(en="q"), "1/3", Tolerance(0.02, True)),
        Output(Text(en="q"), "print(1, 2)", "1 2"),
    ],
    ids=lambda body: type(body).__name__,
)
@pytest.mark.parametrize("seed", range(5))
def test_the_right_response_is_marked_right(body: Body, seed: int) -> None:
    asked = exercise(body, seed)
    if not isinstance(body, Interview):
        assert asked.mark(asked.right_response()).score == 1
    else:
        assert asked.mark("1 2").score == 1


def test_a_choice_is_shuffled_by_its_seed_and_by_nothing_else() -> None:
    orders = {tuple(line.text.en for line in exercise(CHOICE, seed).lines) for seed in range(50)}
    assert len(orders) == 6
    assert exercise(CHOICE, 7).lines == exercise(CHOICE, 7).lines


def test_an_order_is_never_shown_solved() -> None:
    for seed in range(200):
        places = [line.place for line in exercise(ORDER, seed).lines if line.place is not None]
        assert places != [0, 1, 2, 3]
        assert len(exercise(ORDER, seed).lines) == 5


def test_lines_may_be_named_by_number_or_letter() -> None:
    asked = exercise(SEVERAL, 3)
    right = [n for n, line in enumerate(asked.lines) if line.correct]
    for given in (
        " ".join(str(n + 1) for n in right),
        "".join(str(n + 1) for n in right),
        "、".join("abc"[n] for n in right),
        ",".join("ＡＢＣ"[n] for n in right),
    ):
        assert asked.mark(given).score == 1, given


@pytest.mark.parametrize("given", ["9", "1 9", "1 1", "乙", "0"])
def test_a_line_that_is_not_there_is_not_marked(given: str) -> None:
    assert exercise(SEVERAL).mark(given).code is Verdict.UNREADABLE


def test_a_single_choice_takes_one_line() -> None:
    assert exercise(CHOICE).mark("1 2").code is Verdict.UNREADABLE


def test_an_order_with_its_decoy_is_not_right() -> None:
    asked = exercise(ORDER, 4)
    decoy = next(n for n, line in enumerate(asked.lines) if line.place is None)
    assert asked.mark(f"{asked.right_response()} {decoy + 1}").score < 1


def test_a_point_that_must_be_made_and_a_red_flag_weigh() -> None:
    asked = exercise(INTERVIEW)
    assert asked.mark("1").score == pytest.approx(0.75)
    assert asked.mark("2").score == pytest.approx(0.25)
    assert asked.mark("1 2 !1").score == pytest.approx(0.75)
    assert asked.mark("").score == 0


@pytest.mark.parametrize("given", ["3", "!2", "one", "1; rm"])
def test_ticks_that_name_nothing_are_refused(given: str) -> None:
    assert read_ticks(given, 2, 1) is None


def test_ticks_read_back_what_was_written() -> None:
    assert read_ticks(ticks_text(frozenset({0, 2}), frozenset({1})), 3, 2) == (frozenset({0, 2}), frozenset({1}))


def test_a_numeric_answer_may_bring_its_unit_along() -> None:
    asked = exercise(Numeric(Text(en="q"), "16 GB"))
    assert asked.mark("16").score == 1
    assert asked.mark("16000 MB").score == 1
    assert asked.mark("16 GiB").score < 1


def test_a_typed_cloze_is_compared_with_what_it_hides_in_either_language() -> None:
    asked = exercise(Cloze(Text(zh="{{c1::秩}}与{{c2::零化度}}", en="{{c1::rank}} and {{c2::nullity}}")), item="a#c2")
    assert asked.mark("Nullity").score == 1
    assert asked.mark("零化度").score == 1
    assert asked.mark("rank").score == 0


def test_a_self_graded_card_is_not_marked() -> None:
    assert exercise(Basic(Text(en="q"), Text(en="a"))).mark("a").code is Verdict.UNREADABLE


def test_the_seed_changes_with_each_answer_and_with_the_item_only() -> None:
    first, after = seed_of(ITEM, None), seed_of(ITEM, LogId("0190"))
    assert first == seed_of(ITEM, None)
    assert len({first, after, seed_of(ItemId("b"), None)}) == 3


def test_a_drill_asks_fresh_numbers_and_explains_them() -> None:
    fronts = {exercise(DRILL, seed).face("en").front for seed in range(20)}
    assert len(fronts) > 15
    assert exercise(DRILL).face("zh").explanation


def test_a_drill_as_a_choice_has_one_right_line_and_three_reasons() -> None:
    asked = exercise(replace(DRILL, as_choice=True), 5)
    assert [line.correct for line in asked.lines].count(True) == 1
    assert len(asked.lines) == 4
    assert all(line.why for line in asked.lines)


def test_a_quick_right_answer_is_easy_and_a_slow_one_hard() -> None:
    asked = exercise(CHOICE)
    right = asked.mark(asked.right_response())
    expected = asked.expected_ms
    assert asked.suggest(right, expected // 4) is Grade.EASY
    assert asked.suggest(right, expected) is Grade.GOOD
    assert asked.suggest(right, 3 * expected) is Grade.HARD
    assert asked.suggest(asked.mark("1" if asked.right_response() != "1" else "2"), 1) is Grade.AGAIN
