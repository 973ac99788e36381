"""Histories follow their cards through what is done to the deck files, one case at a time."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from random import Random

import pytest

from recall.core.links import Link
from recall.core.model import CardId, EventKind, Grade, ItemId
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.devices.merging import merge
from recall.identity.following import Doubt
from recall.ledger import Ledger
from recall.workspace import Workspace
from tests.support_decks import WALKED_DECK, House, Walk, assert_states_follow_the_log, library, write

RANK, RANK_EDITED = "What is the rank of a matrix?", "How is the rank of a matrix defined?"
TRACE, KERNEL = "What is the trace of a matrix?", "What is the kernel of a linear map?"
ANSWERS = {
    RANK: "The dimension of its column space.",
    TRACE: "The sum of its eigenvalues.",
    KERNEL: "Whatever it sends to nothing.",
}
ANSWERS[RANK_EDITED] = ANSWERS[RANK]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


def card(question: str, answer: str | None = None, **fields: str) -> str:
    more = "".join(f"  {name}: {value}\n" for name, value in fields.items())
    return f"- front: {question!r}\n  back: {answer or ANSWERS[question]!r}\n{more}"


def deck(*entries: str, head: str = "") -> str:
    return f"{head}cards:\n" + "".join(entry if entry.startswith("- ") else card(entry) for entry in entries)


def item_of(workspace: Workspace, question: str) -> ItemId:
    """The first item of the card that asks this."""
    with workspace.store.read() as tx:
        found = [item for item, _topic, card in tx.catalogue.items() if question in repr(card.body)]
    assert found, f"no card asks {question}"
    return found[0]


def answer(house: House, question: str, times: int = 1) -> None:
    with house.open() as workspace:
        for _ in range(times):
            house.clock.move(days=3)
            workspace.ledger.answer(item_of(workspace, question), Grade.GOOD, house.clock())


def reps(house: House, question: str) -> int:
    """Answers that count for a card."""
    with house.open() as workspace:
        assert_states_follow_the_log(workspace.ledger)
        with workspace.store.read() as tx:
            known = tx.states.known(item_of(workspace, question))
    assert known is not None
    return known[1].reps


def doubts(house: House) -> list[Doubt]:
    with house.open() as workspace:
        return workspace.identity.doubts()


def links(house: House) -> int:
    """Rows of the log that link cards."""
    with house.open() as workspace, workspace.store.read() as tx:
        return len(list(tx.log.events_of_kind(EventKind.LINK)))


def learnt(house: House, *entries: str, head: str = "") -> None:
    """A deck with these cards, the rank answered twice."""
    house.own("a.yaml", deck(*entries, head=head))
    answer(house, RANK, 2)


EDITS = {
    "reworded": card(RANK_EDITED),
    "in another case": card(RANK.upper(), ANSWERS[RANK]),
    "with an id": card(RANK, id="rank-1"),
    "in two languages": f"- front: {{en: {RANK!r}, zh: '矩阵的秩是什么？'}}\n  back: {ANSWERS[RANK]!r}\n",
    "to be typed": f"- front: {RANK.upper()!r}\n  answer: {ANSWERS[RANK]!r}\n",
    "as a choice": (
        f"- front: {RANK.upper()!r}\n  choices: [{{text: {ANSWERS[RANK]!r}, correct: true}}, {{text: 'no'}}]\n"
    ),
    "asked both ways": card(RANK_EDITED, reverse="true"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_card_keeps_its_history(house: House, edit: str) -> None:
    learnt(house, TRACE, RANK, KERNEL)
    house.own("a.yaml", deck(TRACE, EDITS[edit], KERNEL))
    question = "RANK" if "RANK" in EDITS[edit] else "rank"
    assert reps(house, question) == 2
    assert doubts(house) == []


def test_a_card_that_is_edited_again_and_again_keeps_its_history(house: House) -> None:
    learnt(house, RANK, TRACE)
    once_more = f"Well, {RANK_EDITED}"
    for question in (RANK_EDITED, f"{RANK_EDITED} (Hint: columns)", RANK, once_more, RANK_EDITED):
        house.own("a.yaml", deck(card(question, ANSWERS[RANK]), TRACE))
        answer(house, question)
    assert reps(house, RANK_EDITED) == 7


def test_a_changed_id_and_one_taken_away_leave_the_history(house: House) -> None:
    learnt(house, card(RANK, id="one"), TRACE)
    for name in ({"id": "two"}, {}, {"id": "three"}, {"id": "one"}):
        house.own("a.yaml", deck(card(RANK, **name), TRACE))
        assert reps(house, RANK) == 2


def test_a_card_moved_to_another_file_and_reworded_there_keeps_its_history(house: House) -> None:
    learnt(house, RANK, TRACE, head="deck: mine\n")
    house.own("a.yaml", deck(TRACE, head="deck: mine\n"))
    house.own("b.yaml", deck(RANK_EDITED, head="deck: mine\n"))
    assert reps(house, RANK_EDITED) == 2


def test_the_items_of_a_cloze_go_with_it(house: House) -> None:
    text = "The rank of a matrix is {{c1::the dimension}} of its {{c2::column space}}"
    house.own("a.yaml", f"cards:\n- cloze: '{text}.'\n")
    answer(house, "The rank")
    house.own("a.yaml", f"cards:\n- cloze: '{text}, as of any linear map.'\n  id: rank\n")
    with house.open() as workspace, workspace.store.read() as tx:
        assert (tx.states.get(ItemId("rank#c1")).reps, tx.states.get(ItemId("rank#c2")).reps) == (1, 0)


def test_a_deleted_card_has_its_history_when_it_comes_back_without_its_id(house: House) -> None:
    learnt(house, card(RANK, id="rank"), TRACE)
    house.own("a.yaml", deck(TRACE))
    with house.open():
        house.clock.move(days=40)
    house.own("b.yaml", deck(RANK))
    assert reps(house, RANK) == 2


def test_a_new_card_does_not_get_the_history_of_one_that_was_deleted_with_a_like_question(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", deck(TRACE))
    assert reps(house, TRACE) == 0
    (doubt,) = doubts(house)
    assert (doubt.why, doubt.reviews) == ("alike", 2)


def test_a_changed_formula_is_not_taken_for_a_changed_word(house: House) -> None:
    house.own("a.yaml", deck(TRACE, card("What is $x^2$ at one?", "It is one, of course."), KERNEL))
    answer(house, "$x^2$")
    house.own("a.yaml", deck(TRACE, KERNEL, card("What is $x^3$ at one?", "It is one, of course.")))
    assert reps(house, "$x^3$") == 0
    assert len(doubts(house)) == 1


def test_of_two_cards_that_fit_none_is_guessed(house: House) -> None:
    learnt(house, RANK)
    other = "What, then, is the rank of a matrix, please?"
    house.own("a.yaml", deck(RANK_EDITED, card(other, ANSWERS[RANK])))
    assert (reps(house, RANK_EDITED), reps(house, other)) == (0, 0)
    assert [doubt.why for doubt in doubts(house)] == ["several", "several"]


def test_a_like_card_of_another_topic_is_not_guessed(house: House) -> None:
    learnt(house, RANK, head="deck: mine\n")
    house.own("a.yaml", deck(RANK_EDITED, head="deck: other\n"))
    assert reps(house, RANK_EDITED) == 0
    assert [doubt.why for doubt in doubts(house)] == ["other-topic"]


def test_a_cloze_made_of_a_question_is_not_guessed_but_can_be_accepted(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", "cards:\n- cloze: 'What is the rank of a matrix? {{c1::A dimension}}'\n")
    (doubt,) = doubts(house)
    assert doubt.why == "other-kind"
    with house.open() as workspace:
        workspace.identity.accept([doubt])
    assert reps(house, "A dimension") == 2


def test_an_accepted_doubt_is_gone_with_its_history_kept(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", deck(TRACE))
    answer(house, TRACE)
    with house.open() as workspace:
        workspace.identity.accept(workspace.identity.doubts())
    assert reps(house, TRACE) == 3
    assert doubts(house) == []


def test_a_refused_doubt_is_not_told_again_and_the_old_card_keeps_its_history(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", deck(TRACE))
    (doubt,) = doubts(house)
    with house.open() as workspace:
        workspace.identity.refuse(*doubt.names)
    assert doubts(house) == []
    house.own("a.yaml", deck(TRACE, RANK))
    assert (reps(house, TRACE), reps(house, RANK)) == (0, 2)


def test_a_wrong_link_can_be_taken_back(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", deck(RANK_EDITED))
    with house.open() as workspace:
        (made,) = workspace.identity.links()
        assert (made.why, made.was) == ("edited", RANK)
        workspace.identity.refuse(*made.names)
    assert reps(house, RANK_EDITED) == 0
    house.own("a.yaml", deck(RANK_EDITED, RANK))
    assert (reps(house, RANK_EDITED), reps(house, RANK)) == (0, 2)


def test_a_doubt_goes_with_the_new_card_when_it_is_edited_again(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", deck(card(TRACE, "Nothing that one could put into words.")))
    assert len(doubts(house)) == 1
    house.own("a.yaml", deck(card("How is the trace of a matrix defined?", "Nothing that one could put into words.")))
    (doubt,) = doubts(house)
    assert "How is the trace" in repr(doubt.new.card.body)


def test_a_card_that_takes_the_old_question_of_another_begins_anew(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", deck(RANK_EDITED))
    with house.open():
        pass
    house.own("a.yaml", deck(RANK_EDITED, RANK))
    assert (reps(house, RANK_EDITED), reps(house, RANK)) == (2, 0)
    answer(house, RANK)
    answer(house, RANK_EDITED)
    assert (reps(house, RANK_EDITED), reps(house, RANK)) == (3, 1)


SLIPS = {
    "one entry": ("front: 'What", "front: : ['What"),
    "an open quote": ("rank of a matrix?'", "rank of a matrix?"),
    "no answer": ("back: 'The dimension", "bakc: 'The dimension"),
    "a lost dash": ("- front: 'What is the rank", "  front: 'What is the rank"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_a_file_links_nothing_and_its_cards_come_back_untouched(house: House, slip: str) -> None:
    learnt(house, TRACE, RANK)
    whole = deck(TRACE, RANK)
    house.own("a.yaml", whole.replace(*SLIPS[slip]) + card(RANK_EDITED, "The number of its pivots."))
    assert links(house) == 0
    house.own("a.yaml", whole)
    assert reps(house, RANK) == 2
    assert (links(house), doubts(house)) == (0, [])


def test_a_card_reworded_while_its_file_was_broken_keeps_its_history(house: House) -> None:
    learnt(house, TRACE, RANK)
    house.own("a.yaml", deck(TRACE, RANK_EDITED) + "  'unclosed\n")
    with house.open():
        pass
    house.own("a.yaml", deck(TRACE, RANK_EDITED))
    assert reps(house, RANK_EDITED) == 2


def test_a_card_pasted_into_a_broken_file_keeps_its_history(house: House) -> None:
    learnt(house, TRACE, RANK, head="deck: mine\n")
    house.own("a.yaml", deck(TRACE, head="deck: mine\n"))
    house.own("b.yaml", deck(RANK_EDITED, head="deck: mine\n") + "  'unclosed\n")
    with house.open():
        pass
    house.own("b.yaml", deck(RANK_EDITED, head="deck: mine\n"))
    assert reps(house, RANK_EDITED) == 2


def test_a_card_that_may_be_in_either_of_two_broken_files_is_waited_for(house: House) -> None:
    learnt(house, TRACE, RANK, head="deck: mine\n")
    moved = deck(RANK_EDITED, head="deck: mine\n")
    house.own("a.yaml", deck(TRACE, head="deck: mine\n"))
    for name in ("b.yaml", "c.yaml"):
        house.own(name, moved + "  'unclosed\n")
    for name, text in (("c.yaml", deck(KERNEL)), ("b.yaml", moved)):
        with house.open():
            pass
        house.own(name, text)
    assert reps(house, RANK_EDITED) == 2


def test_a_file_that_is_not_text_for_a_while_links_nothing(house: House) -> None:
    learnt(house, RANK)
    path = house.own("a.yaml", "")
    path.write_bytes(b"\xff\xfe\x00")
    house.own("b.yaml", deck(RANK_EDITED))
    assert links(house) == 0
    house.own("a.yaml", deck(RANK))
    assert (reps(house, RANK), reps(house, RANK_EDITED)) == (2, 0)


def test_decks_out_of_use_are_not_taken_for_deleted(house: House, tmp_path: Path) -> None:
    learnt(house, RANK)
    other = write(tmp_path / "other" / "a.yaml", deck(RANK_EDITED))
    with house.open(decks=[other.parent]) as workspace, workspace.store.read() as tx:
        assert list(tx.log.events_of_kind(EventKind.LINK)) == []
    assert reps(house, RANK) == 2


def test_the_learners_version_of_a_bundled_card_is_no_new_card(house: House) -> None:
    house.bundle("b.yaml", deck(card(RANK, id="rank"), head="topic: a.one\n"))
    answer(house, RANK)
    mine = house.own("mine.yaml", deck(card(RANK_EDITED, id="rank"), head="topic: a.one\n"))
    assert reps(house, RANK_EDITED) == 1
    mine.unlink()
    assert reps(house, RANK) == 1
    assert links(house) == 0


def test_nothing_is_written_when_nothing_vanished(house: House) -> None:
    learnt(house, RANK)
    house.own("a.yaml", deck(RANK, TRACE, RANK_EDITED))
    house.own("b.yaml", deck(KERNEL))
    assert (reps(house, RANK), links(house)) == (2, 0)


def test_rows_of_a_device_that_still_had_the_old_card_count_for_the_new_one(house: House) -> None:
    house.own("a.yaml", deck(RANK, TRACE))
    with house.open() as workspace:
        old = item_of(workspace, RANK)
        elsewhere = Ledger(workspace.store, workspace.calendar, ReviewPolicy(), lambda topic: None, "phone")
        late = elsewhere.answer(old, Grade.EASY, house.clock()).review
        workspace.ledger.undo(house.clock())
        with workspace.store.write() as tx:
            workspace.ledger.replace(tx, [])
    house.own("a.yaml", deck(RANK_EDITED, TRACE))
    with house.open() as workspace:
        merge(workspace.ledger, [late], house.clock())
    assert reps(house, RANK_EDITED) == 1


def test_a_device_whose_decks_lag_behind_the_log_shows_the_history_under_the_old_name(house: House) -> None:
    learnt(house, RANK)
    with house.open() as workspace:
        old = item_of(workspace, RANK)
        with workspace.store.write() as tx:
            workspace.ledger.link(tx, [Link(CardId(old), CardId("not-here-yet"))], house.clock())
    assert reps(house, RANK) == 2
    answer(house, RANK)
    with house.open() as workspace, workspace.store.read() as tx:
        assert [known.state.item for known in tx.states.learning(workspace.today)] in ([], [old])
        assert tx.states.get(ItemId("not-here-yet")).reps == tx.states.get(old).reps == 3
    house.own("a.yaml", deck(card(RANK, id="not-here-yet"), RANK_EDITED))
    assert (reps(house, RANK), reps(house, RANK_EDITED)) == (3, 0)
    assert links(house) == 1


@pytest.mark.parametrize("seed", range(4))
def test_after_any_steps_between_links_the_states_are_what_the_log_says(tmp_path: Path, seed: int) -> None:
    write(tmp_path / "own" / "deck.yaml", WALKED_DECK)
    with library(tmp_path) as found:
        found.sync()
        ledger = Ledger(found.store, StudyCalendar(UTC), ReviewPolicy(), lambda topic: None, "here")
        walk, random = Walk(ledger, Random(seed)), Random(seed)
        for n in range(60):
            walk.step()
            if n % 6 == 0:
                ends = [CardId(random.choice("abcd")) for _ in range(2)]
                with found.store.write() as tx:
                    ledger.link(tx, [Link(ends[0], ends[1], random.random() < 0.8)], walk.now)
                assert_states_follow_the_log(ledger)
        assert_states_follow_the_log(ledger)
