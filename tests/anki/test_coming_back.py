"""Cards that were exported, reviewed and edited in Anki, and come back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from anki.collection import Collection

from recall.core.model import Grade, ItemId, Source
from recall.exchange.exporting import export_anki
from recall.exchange.importing import import_anki
from recall.workspace import Workspace
from tests.anki.test_import import export
from tests.support_anki import collection, in_zone, live, take_in
from tests.support_decks import House, assert_states_follow_the_log, card_front, cards, state_of


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    in_zone(monkeypatch, "Asia/Shanghai")
    house = House(tmp_path, monkeypatch)
    house.clock.at = datetime.now(UTC) - timedelta(hours=1)
    return house


def log(workspace: Workspace) -> Counter[tuple[str, int, int]]:
    """(item, time in ms, grade) of every answer."""
    with workspace.store.read() as tx:
        return Counter((str(row.item), round(row.at.timestamp() * 1000), int(row.grade)) for row in tx.log.reviews())


def anki_log(anki: Collection) -> Counter[tuple[str, int, int]]:
    assert anki.db is not None
    query = "select n.guid, r.id, r.ease from revlog r join cards c on c.id = r.cid join notes n on n.id = c.nid"
    return Counter((guid.removeprefix("recall:"), time, ease) for guid, time, ease in anki.db.all(query) if ease)


def answer_in_anki(anki: Collection, random: Random, count: int) -> None:
    anki.decks.set_current(anki.decks.id_for_name("recall") or 0)  # type: ignore[arg-type]
    for _ in range(count):
        card = anki.sched.getCard()
        assert card is not None
        anki.sched.answerCard(card, random.choice((1, 2, 3, 4)))


def test_no_answer_is_lost_or_counted_twice_however_often_cards_travel(house: House, tmp_path: Path) -> None:
    items, random = live(house, 60, days=60), Random(3)
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        export_anki(workspace, tmp_path / "out.apkg", with_progress=True)
        take_in(anki, tmp_path / "out.apkg")
        for round_ in range(3):
            expected = log(workspace)
            answer_in_anki(anki, random, 8)
            for item in random.sample(items, 6):
                house.clock.move(milliseconds=random.randint(1, 60_000))
                answer = workspace.ledger.answer(item, random.choice(list(Grade)), workspace.now(), 1000)
                expected[(item, round(answer.review.at.timestamp() * 1000), int(answer.review.grade))] += 1
            back = export(anki, tmp_path / f"{round_}.apkg")
            new = anki_log(anki) - expected
            came = import_anki(workspace, back)
            assert (came.reviews, came.edits, came.new) == (len(new), [], [])
            assert log(workspace) == expected + new
            assert import_anki(workspace, back).reviews == 0
            assert_states_follow_the_log(workspace.ledger)
            export_anki(workspace, tmp_path / "out.apkg", with_progress=True)
            take_in(anki, tmp_path / "out.apkg")


def test_an_answer_from_the_phone_decides_when_the_card_comes_next(house: House, tmp_path: Path) -> None:
    house.own("deck.yaml", cards("one"))
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        export_anki(workspace, tmp_path / "out.apkg")
        take_in(anki, tmp_path / "out.apkg")
        answer_in_anki(anki, Random(), 0)
        card = anki.sched.getCard()
        assert card is not None
        anki.sched.answerCard(card, 4)
        import_anki(workspace, export(anki, tmp_path / "back.apkg"))
        assert anki.db is not None
        [(due, kind)] = anki.db.all("select due, type from cards")
        state = state_of(workspace, "one")
        assert kind == 2 and state.reps == 1 and state.memory
        assert state.due == workspace.calendar.day_of(datetime.now(UTC)) + timedelta(due - anki.sched.today)
        with workspace.store.read() as tx:
            [row] = tx.log.reviews(ItemId("one"))
        assert row.source is Source.IMPORT


def test_many_answers_of_one_instant_come_back_as_themselves(house: House, tmp_path: Path) -> None:
    """As a script writes them, under a clock that stands still."""
    house.own("deck.yaml", cards("one", "two", "three"))
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        for item in ("one", "two", "three", "one", "one"):
            workspace.ledger.answer(ItemId(item), Grade.GOOD, workspace.now())
        workspace.ledger.undo(workspace.now())
        export_anki(workspace, tmp_path / "out.apkg", with_progress=True)
        take_in(anki, tmp_path / "out.apkg")
        assert anki.db is not None and anki.db.scalar("select count() from revlog") == 4
        came = import_anki(workspace, export(anki, tmp_path / "back.apkg"))
        assert (came.reviews, came.decisions) == (0, 0)


def edit(anki: Collection, guid: str, **fields: str) -> None:
    assert anki.db is not None
    note = anki.get_note(anki.db.scalar("select id from notes where guid = ?", guid))
    for name, value in fields.items():
        note[name.replace("_", " ")] = value
    note.mod += 1
    anki.update_note(note)


def test_an_edit_is_shown_and_taken_over_when_asked_for(house: House, tmp_path: Path) -> None:
    comment = "# my notes\n"
    path = house.own("deck.yaml", comment + "deck: d\n" + cards("one", "two", "three"))
    house.bundle("a.yaml", "topic: a.one\ncards:\n- {id: b, front: {zh: 问, en: ask}, back: {zh: 答, en: tell}}\n")
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        export_anki(workspace, tmp_path / "out.apkg")
        take_in(anki, tmp_path / "out.apkg")
        edit(anki, "recall:two", Back_zh="It is <b>2</b> and \\(x&lt;1\\)")
        edit(anki, "recall:b", Front_en="ask me")
        package = export(anki, tmp_path / "back.apkg")
        shown = import_anki(workspace, package)
        assert {(e.card, e.field, e.before, e.after) for e in shown.edits} == {
            ("two", "Back zh", "It is two.", "It is **2** and $x<1$"),
            ("b", "Front en", "ask", "ask me"),
        }
        assert path.read_text("utf-8").count("It is") == 3 and card_front(workspace.store, "b") == "ask"
        import_anki(workspace, package, accept_edits=True)
        assert path.read_text("utf-8").startswith(comment) and "**2**" in path.read_text("utf-8")
        assert card_front(workspace.store, "b") == "ask me"
        assert not workspace.library.problems()
        assert (house.home / "decks" / "edited" / "a.yaml").is_file()
        assert import_anki(workspace, package).edits == []


def test_a_change_here_since_the_export_is_no_edit_of_ankis(house: House, tmp_path: Path) -> None:
    path = house.own("deck.yaml", cards("one"))
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        export_anki(workspace, tmp_path / "out.apkg")
        take_in(anki, tmp_path / "out.apkg")
        path.write_text(path.read_text("utf-8").replace("It is", "It was"), "utf-8")
        workspace.library.sync({path})
        assert import_anki(workspace, export(anki, tmp_path / "back.apkg"), accept_edits=True).edits == []
        assert "It was" in path.read_text("utf-8")


def test_what_is_composed_is_shown_but_not_taken_over(house: House, tmp_path: Path) -> None:
    text = "cards:\n- id: pick\n  front: f\n  choices: [{text: a, correct: true}, {text: b}]\n"
    path = house.own("deck.yaml", text)
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        export_anki(workspace, tmp_path / "out.apkg")
        take_in(anki, tmp_path / "out.apkg")
        edit(anki, "recall:pick", Front_zh="g")
        [found] = import_anki(workspace, export(anki, tmp_path / "back.apkg"), accept_edits=True).edits
        assert not found.is_taken and path.read_text("utf-8") == text


def test_the_cards_of_another_recall_are_new_here(house: House, tmp_path: Path) -> None:
    house.own("every.yaml", Path(__file__).with_name("every_kind.yaml").read_text("utf-8"))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("gaps#c2"), Grade.EASY, workspace.now())
        export_anki(workspace, tmp_path / "out.apkg", with_progress=True)
    (house.home / "decks" / "every.yaml").unlink()
    (house.home / "recall.db").unlink()
    with house.open() as workspace:
        came = import_anki(workspace, tmp_path / "out.apkg")
        assert (len(came.new), came.reviews, came.left_out) == (11, 1, [])
        assert not workspace.library.problems()
        assert card_front(workspace.store, "plain") == "What is the rank of $A$?"
        assert state_of(workspace, "gaps#c2").reps == 1
        again = import_anki(workspace, tmp_path / "out.apkg")
        assert (again.new, again.edits, again.reviews) == ([], [], 0)
