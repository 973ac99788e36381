"""New cards in the learner's own decks."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from recall.core.model import ItemId
from recall.decks.load import load_deck
from recall.editing.adding import Questions, add_cards, deck_file, existing_place, places, trial
from recall.errors import DeckError, NotFoundError, RecallError, StoreError
from tests.support_decks import House, asked, session, upcoming, write

CARD = {"front": "What is $\\rank A$?", "back": "The dimension of its image."}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House(tmp_path, monkeypatch)
    house.bundle(
        "01-first/a.one.yaml",
        "topic: a.one\ncards:\n- id: a.one-01\n  front: What is a vector space?\n  back: A set.\n",
    )
    return house


def test_a_first_card_makes_the_file_of_its_topic(house: House) -> None:
    with house.open() as workspace:
        (added,) = add_cards(workspace, "a.one", [CARD])
    path = house.home / "decks" / "a.one.yaml"
    assert path.read_text() == (
        f"topic: a.one\ncards:\n- id: {added.id}\n  front: 'What is $\\rank A$?'\n  back: The dimension of its image.\n"
    )
    assert (added.path, added.place) == (path, "a.one")
    assert load_deck(path).problems == []


def test_a_card_of_a_deck_of_ones_own_makes_a_file_of_that_name(house: House) -> None:
    with house.open() as workspace:
        (added,) = add_cards(workspace, "My notes", [CARD])
        assert "My notes" in [place.name for place in places(workspace)]
    assert added.path.read_text().startswith("deck: My notes\ncards:\n- id: my-notes-")


def test_the_next_card_goes_behind_the_first_and_leaves_the_rest_as_it_is(house: House) -> None:
    text = "# mine\ntopic: a.one   # topic\ncards:\n  - {id: x, front: q, back: a}\n# end\n"
    path = house.own("whatever.yaml", text)
    with house.open() as workspace:
        add_cards(workspace, "a.one", [CARD, {"front": "Other?", "back": "Yes."}])
    after = path.read_text()
    assert after.startswith(text.removesuffix("# end\n"))
    assert after.endswith("# end\n")
    assert [located.card.topic for located in load_deck(path).cards] == ["a.one"] * 3


def test_in_a_file_of_several_topics_it_goes_behind_the_last_of_its_topic(house: House, tmp_path: Path) -> None:
    cards = "".join(f"- id: {n}\n  topic: {t}\n  front: q{n}\n  back: a\n" for n, t in (("x", "a.one"), ("y", "a.two")))
    path = write(tmp_path / "all.yaml", f"cards:\n{cards}")
    with house.open(decks=[path]) as workspace:
        (added,) = add_cards(workspace, "a.one", [CARD])
    found = [(located.card.id, located.card.topic) for located in load_deck(path).cards]
    assert found == [("x", "a.one"), (added.id, "a.one"), ("y", "a.two")]


def test_a_new_card_is_asked_in_a_session_that_is_open(house: House) -> None:
    with house.open() as workspace:
        current = session(workspace, "a.one")
        assert asked(current) == "a.one-01"
        (added,) = add_cards(workspace, "a.one", [CARD])
        current.refresh()
        assert added.id in upcoming(current)


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"front": "q"}, "no answer"),
        ({"front": "a {{c1::b", "back": "c"}, None),
        ({"cloze": "a {{c1::b"}, "not closed"),
        ({"front": "q", "back": "a", "colour": "red"}, "colour"),
        ({"id": "a.one-01", "front": "q", "back": "a"}, "taken"),
    ],
)
def test_a_card_with_a_mistake_is_refused_and_nothing_is_written(
    house: House, card: dict[str, str], words: str | None
) -> None:
    with house.open() as workspace:
        if words is None:
            assert add_cards(workspace, "a.one", [card])
            return
        with pytest.raises(DeckError, match=words):
            add_cards(workspace, "a.one", [CARD, card])
    assert not (house.home / "decks" / "a.one.yaml").exists()


def test_a_file_that_cannot_be_changed_is_named_and_left_alone(house: House) -> None:
    path = house.own("a.one.yaml", "cards: [{front: q, back: a}]\n")
    with house.open() as workspace, pytest.raises(RecallError, match=r"a\.one\.yaml:1:"):
        add_cards(workspace, "a.one", [CARD])
    assert path.read_text() == "cards: [{front: q, back: a}]\n"


def test_what_a_terminal_would_obey_is_not_written(house: House) -> None:
    with house.open() as workspace:
        (added,) = add_cards(workspace, "a.one", [{"front": "a\x1b[2Jb\u202e", "back": "c\r\nd "}])
    assert load_deck(added.path).problems == []
    assert "\x1b" not in added.path.read_text()


def test_a_like_question_is_found_with_its_place(house: House) -> None:
    with house.open() as workspace:
        known = Questions(workspace)
        (alike,) = known.like(trial({"front": "What is a vector space over R?", "back": "A set."}))
        assert known.like(trial({"front": "Prove Bayes' theorem.", "back": "..."})) == []
    assert (alike.id, alike.path.name, alike.line) == ("a.one-01", "a.one.yaml", 3)


def test_a_place_is_named_exactly_or_the_nearest_one_is_told(house: House) -> None:
    with house.open() as workspace:
        assert existing_place(workspace, "a.two", "") == "a.two"
        with pytest.raises(NotFoundError, match=r"a\.one"):
            existing_place(workspace, "a.onee", "--deck makes one")


@pytest.mark.parametrize("name", ["sources", "Curriculum"])
def test_a_deck_may_have_the_name_of_a_file_that_is_passed_over(house: House, name: str) -> None:
    with house.open() as workspace:
        (added,) = add_cards(workspace, name, [CARD])
        assert workspace.resolve_items(added.id) == [ItemId(added.id)]


def test_decks_whose_names_differ_in_what_a_file_name_can_not_hold_stay_apart(house: House) -> None:
    names = ["My notes", "my notes", "my/notes", "???", "!!!"]
    with house.open() as workspace:
        for name in names * 2:
            add_cards(workspace, name, [{**CARD, "back": f"{name} {len(places(workspace))}"}])
        assert {place.name for place in places(workspace)} >= set(names)
    assert len(list((house.home / "decks").iterdir())) == len(names)


def test_one_question_may_be_added_again_and_again(house: House) -> None:
    with house.open() as workspace:
        added = [add_cards(workspace, "mine", [CARD])[0].id for _ in range(9)]
    assert len(set(added)) == 9


@pytest.mark.parametrize("place", ["mine", "a.one"])
def test_a_card_that_was_written_when_the_database_could_not_be_is_not_written_again(
    house: House, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr("recall.store.engines.BUSY_SECONDS", 0.1)
    with house.open() as workspace:
        with closing(sqlite3.connect(house.home / "recall.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match=r"\.yaml: written, once is enough.*locked"):
                add_cards(workspace, place, [CARD])
        written = deck_file(workspace, place).read_text()
        (added,) = add_cards(workspace, place, [CARD])
        assert added.path.read_text() == written
        assert workspace.library.problems() == []
        assert [located.card.id for located in load_deck(added.path).cards] == [added.id]
