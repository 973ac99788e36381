"""A quiz and an interview, as the screens and the command line drive them."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.core import sitting as core
from recall.core.bodies import Kind
from recall.core.model import EventKind, Grade, ItemId, Phase, Review, Source
from recall.core.sitting import Feedback, What
from recall.errors import AnswerError, NotFoundError
from recall.sittings.drafts import Draft, discard_draft, load_draft, save_draft
from recall.sittings.plan import Plan
from recall.sittings.results import markdown, result_of, score_of
from recall.sittings.sitting import Sitting, begin, find, sittings, unfinished
from recall.workspace import Workspace
from tests.support_decks import House, cards, folded_states, state_of, stored_states

CHOICE = """\
- id: {id}
  front: {{zh: 哪一个是 {n}？, en: Which is {n}?}}
  choices:
  - {{text: "{n}", correct: true, why: It is the number asked for.}}
  - {{text: "{other}", why: That is one more.}}
"""
NUMERIC = "- {{id: {id}, front: What is {n} + {n}?, answer: {double}, back: Count on.}}\n"
INTERVIEW = """\
- id: {id}
  kind: interview
  front: Why {n}?
  minutes: 3
  difficulty: {level}
  rubric:
  - {{point: because, weight: 3, must: true}}
  - {{point: therefore, weight: 1}}
  red_flags: [never]
  follow_up: [And then?]
  back: It is so.
"""


def deck(head: str, template: str, names: str, start: int = 0) -> str:
    filled = (
        template.format(id=f"{name}", n=n, other=n + 1, double=2 * n, level=1 + n % 5)
        for n, name in enumerate(names.split(), start)
    )
    return f"{head}cards:\n{''.join(filled)}"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Two topics that mark themselves, of which the second is not open, and a deck of flashcards."""
    found = House(tmp_path, monkeypatch)
    found.bundle("one.yaml", deck("topic: a.one\n", CHOICE, "c0 c1 c2 c3"))
    found.bundle("two.yaml", deck("topic: a.two\n", NUMERIC, "n4 n5 n6", 4))
    found.own("flash.yaml", cards("f1", "f2", head="deck: flash\n"))
    return found


def items(sitting: Sitting) -> list[str]:
    return [item for item, _seed in sitting.questions]


def answer(sitting: Sitting, *, is_right: bool = True, ms: int = 1000) -> str:
    """Answer the next question, rightly or not; its item."""
    asked = sitting.next()
    assert asked is not None
    right = asked.exercise.right_response()
    wrong = {"1": "2", "2": "1"}.get(right, "-1")
    marked = sitting.mark(asked, right if is_right else wrong, ms)
    sitting.answer(asked, marked, ms)
    return asked.item


def reviews(workspace: Workspace) -> list[Review]:
    with workspace.store.read() as tx:
        return list(tx.log.reviews())


def take(workspace: Workspace, plan: Plan, rights: str = "1") -> Sitting:
    """Begin, answer all (`1` rightly, `0` not, over and over), and end."""
    sitting = begin(workspace, plan)
    for n in range(len(sitting.questions)):
        answer(sitting, is_right=rights[n % len(rights)] == "1")
    sitting.finish()
    return sitting


# Drawing.


def test_a_quiz_says_why_it_asks_fewer_questions_than_were_wished_for(house: House) -> None:
    with house.open() as workspace:
        assert begin(workspace, Plan()).remarks == ["4 questions: no others of these kinds are open yet."]
        assert begin(workspace, Plan(names=("a.two",))).remarks == [
            "3 questions: there are no others of these kinds here."
        ]
        assert begin(workspace, Plan(number=4)).remarks == []


def test_a_quiz_asks_what_marks_itself_of_topics_that_are_open(house: House) -> None:
    with house.open() as workspace:
        assert sorted(items(begin(workspace, Plan()))) == ["c0", "c1", "c2", "c3"]


def test_what_was_seen_is_asked_though_its_topic_is_not_open(house: House) -> None:
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("n5"), Grade.GOOD, house.clock())
        assert "n5" in items(begin(workspace, Plan()))


def test_naming_a_topic_or_a_stage_opens_it(house: House) -> None:
    with house.open() as workspace:
        assert sorted(items(begin(workspace, Plan(names=("a.two",))))) == ["n4", "n5", "n6"]
        assert len(items(begin(workspace, Plan(names=("first",))))) == 7


def test_flashcards_come_only_when_they_are_asked_for(house: House) -> None:
    with house.open() as workspace:
        assert sorted(items(begin(workspace, Plan(kinds=frozenset({Kind.BASIC}))))) == ["f1", "f2"]


def test_suspended_and_buried_items_are_not_asked(house: House) -> None:
    with house.open() as workspace:
        workspace.ledger.decide(EventKind.SUSPEND, [ItemId("c0")], house.clock())
        workspace.ledger.decide(EventKind.BURY, [ItemId("c1")], house.clock())
        assert sorted(items(begin(workspace, Plan()))) == ["c2", "c3"]


def test_nothing_to_ask_is_an_error_and_writes_nothing(house: House) -> None:
    with house.open() as workspace:
        with pytest.raises(NotFoundError, match="no card of these kinds"):
            begin(workspace, Plan(names=("flash",)))
        with pytest.raises(NotFoundError, match="no stage, topic or deck"):
            begin(workspace, Plan(names=("nonsense",)))
        assert sittings(workspace, What.QUIZ) == []


def test_the_same_seed_asks_the_same_questions_with_the_same_numbers(house: House) -> None:
    with house.open() as workspace:
        first, second = (begin(workspace, Plan(names=("first",), number=4, seed=7)) for _ in range(2))
        assert first.questions == second.questions
        assert begin(workspace, Plan(names=("first",), number=4, seed=8)).questions != first.questions


def test_a_repeated_quiz_asks_the_very_questions_whatever_was_learnt_since(house: House) -> None:
    with house.open() as workspace:
        first = take(workspace, Plan(names=("first",), number=4), "10")
        again = begin(workspace, Plan(repeats="last"))
        assert again.questions == first.questions
        assert again.plan.names == ("first",)
        with pytest.raises(NotFoundError, match="no quiz 9"):
            begin(workspace, Plan(repeats="9"))


# The schedule.


def test_the_first_answer_of_a_day_counts_and_says_what_was_answered(house: House) -> None:
    with house.open() as workspace:
        sitting = begin(workspace, Plan(number=2))
        first, second = answer(sitting, ms=900), answer(sitting, is_right=False)
        rows = reviews(workspace)
        assert [(row.item, row.grade, row.source, row.score) for row in rows] == [
            (first, Grade.EASY, Source.QUIZ, 1.0),
            (second, Grade.AGAIN, Source.QUIZ, 0.0),
        ]
        assert [row.seed for row in rows] == [seed for _item, seed in sitting.questions]
        assert rows[0].response == sitting.attempts[0].response
        assert state_of(workspace, first).phase is not Phase.NEW


def test_an_item_answered_today_is_asked_but_does_not_count_again(house: House) -> None:
    with house.open() as workspace:
        for item in ("c0", "c1", "c2", "c3"):
            workspace.ledger.answer(ItemId(item), Grade.GOOD, house.clock())
        take(workspace, Plan(names=("a.one",)), "0")
        assert len(reviews(workspace)) == 4


def test_the_next_day_counts_again(house: House) -> None:
    with house.open() as workspace:
        take(workspace, Plan(names=("a.one",)))
        house.clock.move(days=1)
        take(workspace, Plan(names=("a.one",)))
        assert len(reviews(workspace)) == 8


def test_practice_leaves_the_schedule_alone(house: House) -> None:
    with house.open() as workspace:
        before = state_of(workspace, "c0")
        sitting = take(workspace, Plan(practice=True))
        assert reviews(workspace) == []
        assert state_of(workspace, "c0") == before
        assert score_of(sitting) == 1


def test_the_review_has_the_id_of_its_attempt_and_undo_leaves_the_attempt(house: House) -> None:
    with house.open() as workspace:
        item = answer(begin(workspace, Plan(number=1)))
        with workspace.store.read() as tx:
            (attempt,) = tx.log.events_of_kind(EventKind.ATTEMPT)
        assert [row.id for row in reviews(workspace)] == [attempt.id]
        assert [row.id for row in workspace.ledger.undo(house.clock())] == [attempt.id]
        assert state_of(workspace, item).phase is Phase.NEW
        assert workspace.ledger.undo(house.clock()) == []
        (sitting,) = sittings(workspace, What.QUIZ)
        assert sitting.attempts[0].score == 1


def test_the_states_stay_what_the_log_says(house: House) -> None:
    with house.open() as workspace:
        take(workspace, Plan(), "10")
        house.clock.move(days=3)
        take(workspace, Plan(names=("first",)), "110")
        workspace.ledger.undo(house.clock())
        assert stored_states_of(workspace) == folded_states_of(workspace)


def stored_states_of(workspace: Workspace) -> object:
    with workspace.store.read() as tx:
        return stored_states(tx)


def folded_states_of(workspace: Workspace) -> object:
    with workspace.store.read() as tx:
        return folded_states(tx)


def test_a_flashcard_is_judged_by_the_learner(house: House) -> None:
    with house.open() as workspace:
        sitting = begin(workspace, Plan(kinds=frozenset({Kind.BASIC})))
        for is_right in (True, False):
            asked = sitting.next()
            assert asked is not None
            sitting.judge(asked, is_right, 500)
        assert [row.grade for row in reviews(workspace)] == [Grade.GOOD, Grade.AGAIN]
        assert sitting.scores()[0].share == 0.5


def test_what_cannot_be_read_is_no_answer(house: House) -> None:
    with house.open() as workspace:
        sitting = begin(workspace, Plan())
        asked = sitting.next()
        assert asked is not None
        with pytest.raises(AnswerError):
            sitting.mark(asked, "9")
        assert sitting.next() == asked


# Cut short.


def test_a_quiz_that_was_cut_short_goes_on_with_the_first_open_question(house: House) -> None:
    with house.open() as workspace:
        sitting = begin(workspace, Plan(names=("first",), number=5, minutes=10))
        done = [answer(sitting, ms=20_000) for _ in range(2)]
        third = sitting.next()
    house.clock.move(days=2)
    with house.open() as workspace:
        found = unfinished(workspace, What.QUIZ)
        assert found is not None
        assert found.questions == sitting.questions
        assert (found.spent_ms, found.left_ms) == (40_000, 560_000), "the pause does not count"
        asked = found.next()
        assert asked is not None and third is not None
        assert (asked.n, asked.item, asked.exercise.seed) == (2, third.item, third.exercise.seed)
        rest = [answer(found) for _ in range(3)]
        assert [*done, *rest] == items(found)
        found.finish()
        assert unfinished(workspace, What.QUIZ) is None


def test_only_the_newest_on_this_device_is_gone_on_with(house: House) -> None:
    with house.open() as workspace:
        begin(workspace, Plan())
        newer = begin(workspace, Plan())
        found = unfinished(workspace, What.QUIZ)
        assert found is not None and found.id == newer.id
        newer.finish()
        assert unfinished(workspace, What.QUIZ) is None, "a newer one took its place"
        assert unfinished(workspace, What.INTERVIEW) is None


def test_a_question_whose_card_has_gone_is_left_out(house: House) -> None:
    with house.open() as workspace:
        sitting = begin(workspace, Plan())
        gone = items(sitting)[1]
    left = " ".join(item for item in ("c0", "c1", "c2", "c3") if item != gone)
    house.bundle("one.yaml", deck("topic: a.one\n", CHOICE, left))
    with house.open() as workspace:
        found = unfinished(workspace, What.QUIZ)
        assert found is not None and found.gone == 1
        assert gone not in [answer(found) for _ in range(3)]
        found.finish()
        assert score_of(found) == 1
        assert "1 question was left out" in markdown(result_of(found), "en")


def test_when_the_time_is_gone_nothing_more_is_asked_and_the_rest_is_wrong(house: House) -> None:
    with house.open() as workspace:
        sitting = begin(workspace, Plan(minutes=1))
        answer(sitting, ms=40_000)
        assert sitting.left_ms == 20_000
        answer(sitting, ms=40_000)
        assert (sitting.left_ms, sitting.next()) == (0, None)
        sitting.finish()
        assert score_of(sitting) == 0.5


def test_ending_twice_writes_one_row(house: House) -> None:
    with house.open() as workspace:
        sitting = take(workspace, Plan())
        sitting.finish()
        find(workspace, What.QUIZ, "last").finish()
        with workspace.store.read() as tx:
            assert len(list(tx.log.events_of_kind(EventKind.SITTING))) == 2


def test_two_terminals_with_one_quiz_count_what_was_answered_in_either(house: House) -> None:
    with house.open() as one, house.open() as two:
        here, there = begin(one, Plan(names=("a.two",))), unfinished(two, What.QUIZ)
        assert there is not None
        answer(here)
        answer(here)
        answer(there)
        answer(there)
        there.finish()
        here.finish()
        assert [score_of(each) for each in (here, there, find(one, What.QUIZ, "last"))] == [1, 1, 1]
        assert here.next() is None
        with one.store.read() as tx:
            assert len(list(tx.log.events_of_kind(EventKind.SITTING))) == 2


# Results.


def test_a_result_is_compared_with_earlier_ones_of_the_same_scope(house: House) -> None:
    with house.open() as workspace:
        take(workspace, Plan(names=("first",), number=4), "1000")
        take(workspace, Plan(names=("a.one",)), "1")
        house.clock.move(days=1)
        take(workspace, Plan(names=("first",), number=4), "1100")
        last = take(workspace, Plan(names=("first",), number=4), "1110")
        result = result_of(last)
        assert [score_of(each) for each in result.earlier] == [0.25, 0.5]
        text = markdown(result, "en")
        assert "3 of 4 · 75%" in text
        assert "last time 50%" in text
        assert "| 2026-03-02 09:00 | 25% |" in text


def test_the_report_explains_what_was_not_right_and_only_that(house: House) -> None:
    with house.open() as workspace:
        sitting = take(workspace, Plan(number=2), "01")
        text = markdown(result_of(sitting), "en")
        wrong, right = items(sitting)
        assert f"Which is {wrong[1]}?" in text
        assert f"Which is {right[1]}?" not in text
        assert "**Your answer**:\n\n- " in text
        assert "That is one more." in text
        assert "It is the number asked for." in text
        assert f"哪一个是 {wrong[1]}？" in markdown(result_of(sitting), "zh")


def test_the_report_is_by_topic_the_weakest_first(house: House) -> None:
    with house.open() as workspace:
        sitting = begin(workspace, Plan(names=("first",), number=6))
        while asked := sitting.next():
            answer(sitting, is_right=asked.topic == "a.one")
        sitting.finish()
        text = markdown(result_of(sitting), "en")
        assert text.index("| Two | 0/3 | 0% |") < text.index("| One | 3/3 | 100% |")


def test_a_quiz_without_a_mistake_says_so(house: House) -> None:
    with house.open() as workspace:
        assert "Every answer was right." in markdown(result_of(take(workspace, Plan())), "en")


def test_a_sitting_is_found_by_number_id_and_as_the_last(house: House) -> None:
    with house.open() as workspace:
        first, second = take(workspace, Plan()), begin(workspace, Plan(feedback=Feedback.EACH))
        assert find(workspace, What.QUIZ, "1").id == first.id
        assert find(workspace, What.QUIZ, "last").id == second.id
        assert find(workspace, What.QUIZ, second.id).plan == second.plan
        with pytest.raises(NotFoundError, match="no interview 1"):
            find(workspace, What.INTERVIEW, "1")


# Interviews.


@pytest.fixture
def asked_aloud(house: House) -> House:
    house.bundle("talk.yaml", deck("topic: b.one\n", INTERVIEW, "i0 i1 i2 i3 i4"))
    return house


TALK = Plan(What.INTERVIEW, minutes=12)


def test_an_interview_fills_its_time_with_questions_that_rise(asked_aloud: House) -> None:
    with asked_aloud.open() as workspace:
        sitting = begin(workspace, TALK)
        questions = [asked for asked in sitting.asked if asked]
        assert len(questions) == 3, "three minutes and one for the follow-up, each"
        levels = [asked.card.difficulty or 0 for asked in questions]
        assert levels == sorted(levels)
        assert questions[0].follow_ups("en") == ("And then?",)


def test_an_interview_asks_of_its_own_stage_unless_told_otherwise(
    asked_aloud: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_aloud.bundle("more.yaml", deck("topic: a.two\n", INTERVIEW, "j0 j1"))
    monkeypatch.setattr("recall.sittings.candidates.INTERVIEW_STAGE", "first")
    with asked_aloud.open() as workspace:
        assert sorted(items(begin(workspace, TALK))) == ["j0", "j1"]
        assert items(begin(workspace, Plan(What.INTERVIEW, ("second",), minutes=4)))[0].startswith("i")
        with pytest.raises(NotFoundError, match="no interview question here"):
            begin(workspace, Plan(What.INTERVIEW, ("flash",), minutes=12))


def test_notes_come_first_and_the_rubric_marks_them(asked_aloud: House) -> None:
    with asked_aloud.open() as workspace:
        sitting = begin(workspace, TALK)
        for n in range(3):
            asked = sitting.next()
            assert asked is not None
            sitting.take_notes(asked, f"note {n}", 60_000)
        assert sitting.next() is None
        assert reviews(workspace) == [], "nothing is marked yet"
    with asked_aloud.open() as workspace:
        found = unfinished(workspace, What.INTERVIEW)
        assert found is not None
        for response, score in (("1 2", 1.0), ("2", 0.25), ("1 2 !1", 0.75)):
            asked = found.next_to_tick()
            assert asked is not None
            assert found.tick(asked, response).score == pytest.approx(score)
        assert found.next_to_tick() is None
        assert [row.ms for row in reviews(workspace)] == [60_000] * 3
        assert [found.attempts[n].notes for n in range(3)] == ["note 0", "note 1", "note 2"]
        found.finish()
        text = markdown(result_of(found), "en")
        assert "## Strengths\n\n- Three · 100%" in text
        assert "- Three: because" in text, "a point that had to be made"
        assert "- Three: red flag: never" in text
        assert "recall review --topic b.one" in text
        assert "note 1" in text
        assert "- ✗ because ★" in text


def test_questions_of_an_interview_that_were_not_reached_do_not_count(asked_aloud: House) -> None:
    with asked_aloud.open() as workspace:
        sitting = begin(workspace, TALK)
        asked = sitting.next()
        assert asked is not None
        sitting.take_notes(asked, "", 12 * 60_000)
        assert sitting.next() is None, "the time is gone"
        sitting.tick(asked, "1 2")
        sitting.finish()
        assert score_of(sitting) == 1


def test_a_draft_is_kept_for_its_question_only(asked_aloud: House) -> None:
    with asked_aloud.open() as workspace:
        sitting = begin(workspace, TALK)
        save_draft(workspace.home, sitting.id, Draft(1, "half a 句子", 4000, 1))
        assert load_draft(workspace.home, sitting.id, 1) == Draft(1, "half a 句子", 4000, 1)
        assert load_draft(workspace.home, sitting.id, 2) == Draft(2)
        discard_draft(workspace.home, sitting.id)
        discard_draft(workspace.home, sitting.id)
        assert load_draft(workspace.home, sitting.id, 1) == Draft(1)


def test_a_draft_that_cannot_be_read_is_an_empty_one(asked_aloud: House) -> None:
    with asked_aloud.open() as workspace:
        sitting = begin(workspace, TALK)
        for text in ("", "[]", '{"n": "x", "more": 1}', "{"):
            path = workspace.home / "answers" / f"interview-{sitting.id}.json"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            assert load_draft(workspace.home, sitting.id, 0) == Draft(0)


def test_the_default_kinds_are_those_a_program_marks_at_once() -> None:
    assert frozenset(Kind) - core.MARKED_KINDS == {Kind.BASIC, Kind.CLOZE, Kind.CODE, Kind.INTERVIEW}
