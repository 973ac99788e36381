"""The library keeps the catalogue in step with the deck files, and reads only what changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recall.core.model import EventKind, Grade, ItemId
from recall.decks.curriculum import load_curriculum
from recall.decks.load import DeckFile, parse_deck
from recall.decks.yaml_tree import Tree, read_tree
from recall.errors import ConfigError, DeckError, RecallError
from recall.library import DeckFolder, Library, deck_folders
from tests.support_decks import CURRICULUM, House, card_front, cards, decide, library, opened, state_of, write


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are parsed from now on."""
    names: list[str] = []

    def counted(path: Path, content: bytes) -> DeckFile:
        names.append(path.name)
        return parse_deck(path, content)

    monkeypatch.setattr("recall.decks.load.parse_deck", counted)
    return names


def items(found: Library) -> list[str]:
    with found.store.read() as tx:
        return list(tx.catalogue.item_ids())


def test_an_unchanged_file_is_not_parsed_again(tmp_path: Path, read_files: list[str]) -> None:
    write(tmp_path / "own" / "one.yaml", cards("a"))
    with library(tmp_path) as found:
        assert (found.sync(), found.sync()) == (1, 0)
    with library(tmp_path) as found:
        assert found.sync() == 0
    assert read_files == ["one.yaml"]


def test_of_many_files_only_the_changed_one_is_parsed(tmp_path: Path, read_files: list[str]) -> None:
    for name in ("one", "two", "three"):
        write(tmp_path / "own" / f"{name}.yaml", cards(name))
    with library(tmp_path) as found:
        found.sync()
        read_files.clear()
        write(tmp_path / "own" / "two.yaml", cards("two", "more"))
        found.sync()
        assert read_files == ["two.yaml"]
        assert items(found) == ["more", "one", "three", "two"]


def test_a_change_that_keeps_the_size_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "own" / "one.yaml", cards("a"))
    with library(tmp_path) as found:
        found.sync()
        write(path, cards("b"))
        os.utime(path, ns=(1, 1))
        found.sync()
        assert items(found) == ["b"]


def test_an_edited_file_is_read_again_whatever_its_stamp(tmp_path: Path) -> None:
    path = write(tmp_path / "own" / "one.yaml", cards("a"))
    stamp = path.stat()
    with library(tmp_path) as found:
        found.sync()
        write(path, cards("b"))
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        found.sync({path})
        assert items(found) == ["b"]


def test_rereading_a_file_that_is_gone_forgets_its_cards(tmp_path: Path) -> None:
    path = write(tmp_path / "own" / "one.yaml", cards("a"))
    with library(tmp_path) as found:
        found.sync()
        path.unlink()
        found.sync({path})
        assert items(found) == []


def test_files_in_subfolders_are_decks_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("sub/a.yaml", "sub/deeper/b.yml", ".git/c.yaml", ".d.yaml", "e.txt", "f.yaml~"):
        write(tmp_path / "own" / name, cards(Path(name).name.strip(".")[0]))
    with library(tmp_path) as found:
        found.sync()
        assert items(found) == ["a", "b"]


def test_a_linked_folder_of_decks_is_read(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "one.yaml", cards("a"))
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "linked").symlink_to(tmp_path / "elsewhere")
    with library(tmp_path) as found:
        found.sync()
        assert items(found) == ["a"]


@pytest.mark.parametrize("name", ["深 度.yaml", "a'b.yaml", "%41.yaml", os.fsdecode(b"caf\xe9.yaml")])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    write(tmp_path / "own" / name, cards("a"))
    with library(tmp_path) as found:
        found.sync()
        assert items(found) == ["a"]


def test_files_that_are_hardly_files_are_problems_beside_the_good_ones(tmp_path: Path) -> None:
    own = tmp_path / "own"
    write(own / "good.yaml", cards("a"))
    os.mkfifo(own / "pipe.yaml")
    (own / "loop.yaml").symlink_to(own / "loop.yaml")
    (own / "gone.yaml").symlink_to(own / "nowhere")
    (own / "folder.yaml").mkdir()
    with library(tmp_path) as found:
        found.sync()
        assert items(found) == ["a"]
        assert [(p.path.name, p.code) for p in found.problems()] == [
            (name, "unreadable") for name in ("gone.yaml", "loop.yaml", "pipe.yaml")
        ]
        assert found.sync() == 0


def test_problems_of_unchanged_files_are_still_told(tmp_path: Path) -> None:
    path = write(tmp_path / "own" / "one.yaml", "cards:\n- front: q\n")
    with library(tmp_path) as found:
        found.sync()
        found.sync()
        assert [(p.path, p.line, p.column, p.code) for p in found.problems()] == [(path, 2, 3, "no-answer")]


def test_a_mended_file_has_no_problems_left(tmp_path: Path) -> None:
    path = write(tmp_path / "own" / "one.yaml", "cards:\n- front: q\n")
    with library(tmp_path) as found:
        found.sync()
        write(path, cards("mended"))
        found.sync()
        assert found.problems() == []


def test_two_cards_of_one_id_in_one_folder_stop_nothing(tmp_path: Path) -> None:
    write(tmp_path / "own" / "one.yaml", cards("a", "a", extra="  reverse: true\n"))
    write(tmp_path / "own" / "two.yaml", cards("a", "b"))
    with library(tmp_path) as found:
        found.sync()
        assert items(found) == ["a", "a#reverse", "b"]


def test_the_learners_card_stands_in_for_the_bundled_one_of_its_id(tmp_path: Path) -> None:
    write(tmp_path / "bundled" / "one.yaml", "cards:\n- {id: x, front: bundled, back: b}\n")
    mine = tmp_path / "own" / "zz.yaml"
    with library(tmp_path) as found:
        found.sync()
        write(mine, "cards:\n- {id: x, front: mine, back: b}\n")
        found.sync()
        assert card_front(found.store, "x") == "mine"


def test_the_bundled_card_returns_when_the_learners_goes(tmp_path: Path) -> None:
    write(tmp_path / "bundled" / "one.yaml", "cards:\n- {id: x, front: bundled, back: b, reverse: true}\n")
    mine = write(tmp_path / "own" / "zz.yaml", "cards:\n- {id: x, front: mine, back: b}\n")
    with library(tmp_path) as found:
        found.sync()
        assert items(found) == ["x"]
        mine.unlink()
        found.sync()
        assert card_front(found.store, "x") == "bundled"
        assert items(found) == ["x", "x#reverse"]


def test_the_bundled_card_returns_when_the_learners_becomes_unreadable(tmp_path: Path) -> None:
    write(tmp_path / "bundled" / "one.yaml", "cards:\n- {id: x, front: bundled, back: b}\n")
    mine = write(tmp_path / "own" / "one.yaml", "cards:\n- {id: x, front: mine, back: b}\n")
    with library(tmp_path) as found:
        found.sync()
        write(mine, "cards:\n- {id: x, front: mine: broken, back: [}\n")
        found.sync()
        assert card_front(found.store, "x") == "bundled"


def test_of_the_learners_folders_the_first_named_counts(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "d.yaml", f"cards:\n- {{id: x, front: {name}, back: b}}\n")
    with opened(tmp_path / "recall.db") as store:
        folders = deck_folders(tmp_path, [tmp_path / "two", tmp_path / "one"], [], None)
        Library(store, folders, tmp_path).sync()
        assert card_front(store, "x") == "two"


def test_a_changed_order_of_folders_is_seen(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "d.yaml", f"cards:\n- {{id: x, front: {name}, back: b}}\n")
    with opened(tmp_path / "recall.db") as store:
        for order in (["one", "two"], ["two", "one"]):
            folders = deck_folders(tmp_path, [tmp_path / name for name in order], [], None)
            Library(store, folders, tmp_path).sync()
        assert card_front(store, "x") == "two"


def test_a_named_folder_that_is_missing_is_a_settings_error(tmp_path: Path) -> None:
    with opened(tmp_path / "recall.db") as store:
        missing = Library(store, deck_folders(tmp_path, [tmp_path / "none"], [], None), tmp_path)
        with pytest.raises(ConfigError, match=r"none.*--decks"):
            missing.sync()


def test_a_configured_folder_that_is_missing_is_a_settings_error(house: House, tmp_path: Path) -> None:
    house.config(f'decks = ["{tmp_path / "none"}"]\n')
    with pytest.raises(ConfigError, match="none"), house.open():
        pass


def test_a_configured_folder_of_an_unknown_user_is_an_error_told_in_a_line(house: House) -> None:
    house.config('decks = ["~no-such-user-here/decks"]\n')
    with pytest.raises(RecallError), house.open():
        pass


def test_a_missing_folder_in_the_home_is_no_error(tmp_path: Path) -> None:
    with opened(tmp_path / "recall.db") as store:
        assert Library(store, deck_folders(tmp_path, [], [], None), tmp_path).sync() == 0


def test_a_named_folder_stands_in_for_the_one_in_the_home(house: House, tmp_path: Path) -> None:
    house.own("mine.yaml", cards("mine"))
    other = write(tmp_path / "other" / "o.yaml", cards("other"))
    with house.open(decks=[other.parent]) as workspace:
        assert items(workspace.library) == ["other"]


def test_one_file_can_be_named_for_a_folder(house: House, tmp_path: Path) -> None:
    path = write(tmp_path / "single.yaml", cards("single"))
    with house.open(decks=[path]) as workspace:
        assert items(workspace.library) == ["single"]


def test_the_bundled_decks_can_be_turned_off(house: House) -> None:
    house.bundle("b.yaml", cards("bundled"))
    house.own("o.yaml", cards("own"))
    house.config("bundled_decks = false\n")
    with house.open() as workspace:
        assert items(workspace.library) == ["own"]


def test_the_cards_of_a_vanished_file_leave(house: House) -> None:
    path = house.own("o.yaml", cards("a"))
    with house.open() as workspace:
        path.unlink()
        workspace.library.sync()
        assert items(workspace.library) == []


def test_a_card_that_comes_back_has_its_history(house: House) -> None:
    path = house.own("o.yaml", cards("a"))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("a"), Grade.EASY, house.clock())
        decide(workspace, EventKind.FLAG, "a", on=True)
        before = state_of(workspace, "a")
        path.unlink()
    with house.open() as workspace:
        assert items(workspace.library) == []
    house.own("elsewhere/p.yaml", cards("a"))
    with house.open() as workspace:
        assert state_of(workspace, "a") == before
        assert before.reps == 1


def test_a_card_without_id_keeps_its_history_while_its_question_is_unchanged(house: House) -> None:
    house.own("o.yaml", "cards:\n- front: What  is $\\sigma$?\n  back: a\n")
    with house.open() as workspace:
        (item,) = items(workspace.library)
        workspace.ledger.answer(ItemId(item), Grade.GOOD, house.clock())
    house.own("o.yaml", "# moved\ncards:\n- front: new\n  back: n\n- back: better\n  front: What is $\\sigma$?\n")
    with house.open() as workspace:
        assert item in items(workspace.library)
        assert state_of(workspace, item).reps == 1


def test_a_card_is_known_with_the_line_it_stands_on(house: House) -> None:
    path = house.own("o.yaml", cards("a", "b", head="# head\n"))
    with house.open() as workspace, workspace.store.read() as tx:
        placed = tx.catalogue.card_of(ItemId("b"))
        assert placed is not None
        assert (placed.path, placed.line) == (path, 6)


def test_a_deck_outside_the_curriculum_goes_by_its_name_or_its_files(house: House) -> None:
    house.own("named.yaml", cards("a", head="deck: French\n"))
    house.own("plain.yaml", cards("b"))
    house.own("topical.yaml", cards("c", head="topic: a.one\n"))
    with house.open() as workspace, workspace.store.read() as tx:
        assert [tx.catalogue.topic_of(ItemId(item)) for item in "abc"] == ["French", "plain", "a.one"]


def test_a_hostile_deck_name_stops_nothing(house: House) -> None:
    house.own("x.yaml", cards("a", head='deck: "\\0\\e[2J\\u202e"\n'))
    with house.open() as workspace:
        assert items(workspace.library) == ["a"]


def test_the_curriculum_is_parsed_only_when_its_file_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []

    def counted(text: str) -> Tree:
        parsed.append(text)
        return read_tree(text)

    monkeypatch.setattr("recall.decks.curriculum.read_tree", counted)
    path = write(tmp_path / "bundled" / "curriculum.yaml", CURRICULUM)
    with library(tmp_path) as found:
        first = found.curriculum()
        assert found.curriculum() == first
        assert len(parsed) == 1
        assert first == load_curriculum(path)
        parsed.clear()
        write(path, CURRICULUM.replace("a.two", "a.second"))
        assert "a.second" in found.curriculum().topics
        assert len(parsed) == 1


def test_a_folder_without_curriculum_has_an_empty_one(tmp_path: Path) -> None:
    with library(tmp_path) as found:
        assert found.curriculum().stages == ()


def test_a_broken_curriculum_is_a_deck_error(tmp_path: Path) -> None:
    write(tmp_path / "bundled" / "curriculum.yaml", "stages: a: b")
    with library(tmp_path) as found, pytest.raises(DeckError, match=r"curriculum\.yaml:1"):
        found.curriculum()


def test_two_libraries_on_one_database_do_not_disturb_each_other(tmp_path: Path) -> None:
    path = write(tmp_path / "own" / "one.yaml", cards("a"))
    with library(tmp_path) as one, library(tmp_path) as two:
        one.sync()
        write(path, cards("a", "b"))
        assert two.sync() == 1
        assert one.sync() == 0
        assert items(one) == ["a", "b"]


def test_overlapping_folders_give_a_file_the_rank_of_the_first(tmp_path: Path) -> None:
    path = write(tmp_path / "own" / "one.yaml", cards("a"))
    with opened(tmp_path / "recall.db") as store:
        folders = [DeckFolder(tmp_path / "own", 0), DeckFolder(tmp_path, 1)]
        Library(store, folders, tmp_path).sync()
        with store.read() as tx:
            assert {name: stamp.rank for name, stamp in tx.catalogue.stamps().items()} == {path: 0}
