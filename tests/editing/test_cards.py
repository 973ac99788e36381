"""Editing the card on the screen with an editor that is a small shell script."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from recall.core.curriculum import Curriculum, Stage, Topic
from recall.core.model import Grade, ItemId, Text
from recall.decks.lint import lint
from recall.decks.load import load_deck
from recall.editing.cards import edit_placed, edit_question, find_card, set_card_fields
from recall.editing.editor import open_editor
from recall.errors import ConfigError, DeckError, RecallError
from recall.files import write_atomically
from recall.study.session import Question, ReviewSession
from tests.support_decks import House, asked, card_front, cards, session, state_of, write

BUNDLED = """\
# Vectors: not a list of cards: only a remark
topic: a.one
source: [axler#5A]
cards:
- id: a.one-01
  front: {zh: 什么是向量？, en: What is a vector?}
  back:
    zh: 向量空间的元素。
    en: |
      An element of a vector space.

      - with a list
      - in it
  tags: [why]

# a remark between
- id: a.one-02
  front: {zh: 第二？, en: Second?}
  back: {zh: 二, en: Two}
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House(tmp_path, monkeypatch)
    house.bundle("01-first/a.one.yaml", BUNDLED)
    return house


@pytest.fixture(autouse=True)
def editor(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """$EDITOR: does nothing until a test writes something else into it; notes the file it was given."""
    script = tmp_path / "bin" / "ed.sh"
    write(script, "#!/bin/sh\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(script))
    return script


def does(editor: Path, command: str) -> None:
    """What the editor does with the file `$1`."""
    editor.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{editor.parent / "arguments"}"\n{command}\n')


def replaces(editor: Path, old: str, new: str) -> None:
    does(editor, f"sed -i 's/{old}/{new}/' \"$1\"")


def current_question(current: ReviewSession) -> Question:
    question = current.next()
    assert question is not None
    return question


def edit(current: ReviewSession) -> str | None:
    return edit_question(current, current_question(current))


def edited_file(house: House) -> Path:
    return house.home / "decks" / "edited" / "a.one.yaml"


def english(current: ReviewSession) -> str:
    return current_question(current).face("en").front


ONE_TOPIC = Curriculum((Stage("a", 1, Text("a", "a"), (Topic("a.one", "a", Text("a", "a")),)),))


def test_an_own_card_is_edited_in_its_place(house: House, editor: Path) -> None:
    path = house.own("mine.yaml", cards("mine"))
    replaces(editor, "What is mine", "What is edited")
    with house.open() as workspace:
        current = session(workspace, "mine")
        assert edit(current) is None
        assert english(current) == "What is edited?"
    assert "edited" in path.read_text("utf-8")
    assert not edited_file(house).parent.exists()


def test_editing_a_bundled_card_makes_the_learners_own_version(house: House, editor: Path) -> None:
    replaces(editor, "What is a vector", "What makes a vector")
    with house.open() as workspace:
        current = session(workspace)
        assert edit(current) is None
        assert english(current) == "What makes a vector?"
        assert current_question(current).path == edited_file(house)
    assert (house.bundled / "01-first" / "a.one.yaml").read_text("utf-8") == BUNDLED


def test_the_learners_version_has_every_field_and_the_head_of_the_bundled_one(house: House, editor: Path) -> None:
    with house.open() as workspace:
        with workspace.store.read() as tx:
            before = tx.catalogue.card_of(ItemId("a.one-01"))
        replaces(editor, "tags: .why.", "tags: [why, edited]")
        assert edit(session(workspace)) is None
        with workspace.store.read() as tx:
            after = tx.catalogue.card_of(ItemId("a.one-01"))
    assert before is not None
    assert after is not None
    assert after.card.body == before.card.body
    assert (after.topic, after.card.source) == ("a.one", ("axler#5A",))
    assert after.card.tags == ("why", "edited")


def test_only_the_edited_card_is_copied(house: House, editor: Path) -> None:
    replaces(editor, "vector", "vektor")
    with house.open() as workspace:
        edit(session(workspace))
    assert [located.card.id for located in load_deck(edited_file(house)).cards] == ["a.one-01"]


def test_a_second_card_of_the_topic_goes_into_the_same_file(house: House, editor: Path) -> None:
    does(editor, "sed -i -e 's/What is a vector/One/' -e 's/Second/Zwei/' \"$1\"")
    with house.open() as workspace:
        current = session(workspace)
        edit(current)
        current.answer(Grade.EASY)
        assert edit(current) is None
        assert (english(current), card_front(workspace.store, "a.one-01")) == ("Zwei?", "One?")
    assert load_deck(edited_file(house)).problems == []


def test_the_learners_version_has_the_history_of_the_bundled_one(house: House, editor: Path) -> None:
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("a.one-01"), Grade.GOOD, house.clock())
        house.clock.move(minutes=10)
        replaces(editor, "vector", "vektor")
        current = session(workspace)
        edit(current)
        assert current_question(current).state.reps == 1


def test_the_learners_version_is_edited_in_its_place_the_next_time(house: House, editor: Path) -> None:
    with house.open() as workspace:
        current = session(workspace)
        replaces(editor, "What is a vector", "Once")
        edit(current)
        replaces(editor, "Once", "Twice")
        assert edit(current) is None
        assert english(current) == "Twice?"
    assert edited_file(house).read_text("utf-8").count("a.one-01") == 1


def test_the_learners_version_is_still_there_after_a_restart(house: House, editor: Path) -> None:
    replaces(editor, "What is a vector", "Mine")
    with house.open() as workspace:
        edit(session(workspace))
    with house.open() as workspace:
        assert card_front(workspace.store, "a.one-01") == "Mine?"


def test_the_learners_versions_are_no_finding(house: House, editor: Path) -> None:
    replaces(editor, "vector", "vektor")
    with house.open() as workspace:
        edit(session(workspace))
    curriculum = Curriculum((Stage("a", 1, Text("a", "a"), (Topic("a.one", "a", Text("a", "a")),)),))
    assert list(lint([[load_deck(edited_file(house))]], curriculum, ["axler"])) == []


def test_a_copy_that_was_not_changed_is_taken_away_again(house: House) -> None:
    with house.open() as workspace:
        current = session(workspace)
        bundled = house.bundled / "01-first" / "a.one.yaml"
        assert edit_placed(workspace, find_card(workspace, "a.one-01")) == bundled
        assert edit(current) is None
        assert current_question(current).path == bundled
    assert not edited_file(house).exists()


def test_a_second_copy_that_was_not_changed_leaves_the_first(house: House, editor: Path) -> None:
    with house.open() as workspace:
        current = session(workspace)
        replaces(editor, "What is a vector", "Mine")
        edit(current)
        before = edited_file(house).read_text("utf-8")
        current.answer(Grade.EASY)
        does(editor, "true")
        assert edit(current) is None
        assert english(current) == "Second?"
    assert edited_file(house).read_text("utf-8") == before


BREAKS = {
    "broken YAML": "sed -i 's/front: /front: : [/' \"$1\"",
    "no answer": "sed -i '/back:/,$d' \"$1\"",
    "half the file": 'head -c 60 "$1" > "$1.part" && mv "$1.part" "$1"',
    "not UTF-8": "printf '\\377\\376' >> \"$1\"",
    "a file of GBK": "printf 'cards:\\n- id: a.one-01\\n  front: \\316\\312\\314\\342\\n' > \"$1\"",
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_edit_is_reported_and_the_bundled_card_is_asked(house: House, editor: Path, name: str) -> None:
    does(editor, BREAKS[name])
    with house.open() as workspace:
        current = session(workspace)
        problem = edit(current)
        assert problem is not None
        assert problem.startswith(f"{edited_file(house)}:")
        assert english(current) == "What is a vector?"
    assert edited_file(house).exists(), "what the learner typed is kept"


def test_a_broken_edit_is_opened_again_to_be_mended(house: House, editor: Path) -> None:
    does(editor, BREAKS["broken YAML"])
    with house.open() as workspace:
        current = session(workspace)
        assert edit(current) is not None
        does(editor, "sed -i 's/front: : \\[/front: /' \"$1\"; sed -i 's/What is a vector/Mended/' \"$1\"")
        assert edit(current) is None
        assert english(current) == "Mended?"
    assert edited_file(house).read_text("utf-8").count("a.one-01") == 1


def test_a_broken_edit_of_one_card_leaves_the_learners_other_cards(house: House, editor: Path) -> None:
    with house.open() as workspace:
        current = session(workspace)
        replaces(editor, "What is a vector", "Mine")
        edit(current)
        current.answer(Grade.EASY)
        does(editor, "sed -i 's/front: {zh: 第二/front: : [/' \"$1\"")
        assert edit(current) is not None
        assert card_front(workspace.store, "a.one-01") == "Mine?"
        assert card_front(workspace.store, "a.one-02") == "Second?"


def test_a_broken_edit_loses_no_history(house: House, editor: Path) -> None:
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("a.one-01"), Grade.GOOD, house.clock())
        house.clock.move(minutes=10)
        before = state_of(workspace, "a.one-01")
        does(editor, BREAKS["no answer"])
        edit(session(workspace))
        assert state_of(workspace, "a.one-01") == before


def test_a_broken_edit_of_an_own_card_is_reported_and_the_next_card_asked(house: House, editor: Path) -> None:
    path = house.own("mine.yaml", cards("one", "two"))
    does(editor, "sed -i '0,/back/s/back/bakc/' \"$1\"")
    with house.open() as workspace:
        current = session(workspace, "mine")
        problem = edit(current)
        assert problem is not None
        assert problem.startswith(f"{path}:2:")
        assert asked(current) == "two"


def test_an_editor_that_deletes_the_file_loses_nothing(house: House, editor: Path) -> None:
    does(editor, 'rm "$1"')
    with house.open() as workspace:
        current = session(workspace)
        edit(current)
        assert english(current) == "What is a vector?"


def test_a_learners_file_of_another_encoding_is_told_and_left_alone(house: House, editor: Path) -> None:
    content = b"cards:\n- front: \xce\xca\xcc\xe2\n  back: a\n"
    edited_file(house).parent.mkdir(parents=True)
    edited_file(house).write_bytes(content)
    replaces(editor, "vector", "vektor")
    with house.open() as workspace, pytest.raises(RecallError, match=r"a\.one\.yaml"):
        edit(session(workspace))
    assert edited_file(house).read_bytes() == content


@pytest.mark.parametrize("head", ["topic: a.one\ncards: []\n", "# nothing yet\n", "topic: a.one\n", ""])
def test_a_learners_file_without_cards_takes_the_copy(house: House, editor: Path, head: str) -> None:
    write(edited_file(house), head)
    replaces(editor, "What is a vector", "Mine")
    with house.open() as workspace:
        current = session(workspace)
        assert edit(current) is None
        assert english(current) == "Mine?"


def test_a_learners_file_with_indented_cards_takes_the_copy(house: House, editor: Path) -> None:
    write(edited_file(house), "cards:\n  - id: other\n    front: q\n    back: a\n")
    replaces(editor, "What is a vector", "Mine")
    with house.open() as workspace:
        current = session(workspace, "a.one")
        assert edit(current) is None
        assert card_front(workspace.store, "a.one-01") == "Mine?"
        assert card_front(workspace.store, "other") == "q"


def test_the_first_named_folder_takes_the_learners_version(house: House, editor: Path, tmp_path: Path) -> None:
    folder = tmp_path / "git" / "decks"
    folder.mkdir(parents=True)
    replaces(editor, "What is a vector", "Mine")
    with house.open(decks=[folder]) as workspace:
        current = session(workspace)
        assert edit(current) is None
        assert english(current) == "Mine?"
    assert (folder / "edited" / "a.one.yaml").exists()


def test_an_edit_counts_when_a_single_file_was_named_for_a_folder(house: House, editor: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "git" / "single.yaml", cards("single"))
    replaces(editor, "What is a vector", "Mine")
    with house.open(decks=[path]) as workspace:
        current = session(workspace, "a.one")
        edit(current)
        assert english(current) == "Mine?"


def test_an_editor_that_ends_badly_stops_nothing(house: House, editor: Path) -> None:
    does(editor, "exit 3")
    with house.open() as workspace:
        assert edit(session(workspace)) is None
    assert not edited_file(house).exists()


@pytest.mark.parametrize("command", ["/no/such/editor", "vi 'unclosed"])
def test_an_editor_that_cannot_be_started_is_told_and_leaves_no_copy(
    house: House, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("EDITOR", command)
    with house.open() as workspace, pytest.raises(ConfigError, match="editor"):
        edit(session(workspace))
    assert not edited_file(house).exists()


def test_an_editor_that_cannot_be_started_changes_nothing_on_the_screen(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    with house.open() as workspace:
        current = session(workspace)
        with pytest.raises(ConfigError):
            edit(current)
        assert english(current) == "What is a vector?"


def test_a_folder_that_cannot_be_written_is_told(house: House) -> None:
    write(house.home / "decks" / "edited", "a file in the way\n")
    with house.open() as workspace, pytest.raises(RecallError, match="edited"):
        edit(session(workspace))


def test_the_setting_comes_before_the_environment(house: House, editor: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "bin" / "other.sh", f'#!/bin/sh\ntouch "{tmp_path / "mark"}"\n')
    other.chmod(0o755)
    house.config(f"editor = '{other}'\n")
    does(editor, "false")
    with house.open() as workspace:
        edit(session(workspace))
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("vim", ["+7", "f.yaml"]), ("hx", ["f.yaml:7"]), ("code", ["--wait", "--goto", "f.yaml:7"]), ("ed", ["f.yaml"])],
)
def test_an_editor_is_told_the_line_as_it_wants_it(
    tmp_path: Path, editor: Path, name: str, arguments: list[str]
) -> None:
    does(editor, "true")
    program = editor.rename(tmp_path / "bin" / name)
    open_editor(str(program), Path("f.yaml"), 7)
    assert (tmp_path / "bin" / "arguments").read_text().splitlines() == arguments


def test_the_editor_opens_at_the_line_of_the_card(house: House, editor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house.own("mine.yaml", cards("one", "two", head="# head\n"))
    does(editor, "true")
    program = editor.rename(editor.with_name("vim"))
    monkeypatch.setenv("EDITOR", f"'{program}' -n")
    with house.open() as workspace:
        current = session(workspace, "mine")
        current.next()
        current.answer(Grade.EASY)
        edit(current)
    path = house.home / "decks" / "mine.yaml"
    assert (editor.parent / "arguments").read_text().splitlines() == ["-n", "+6", str(path)]


def test_the_history_of_a_card_without_id_follows_it_through_the_editor(house: House, editor: Path) -> None:
    path = house.own("own.yaml", "deck: mine\ncards:\n- front: What is the capital of Peru?\n  back: Lima\n")
    with house.open() as workspace:
        current = session(workspace, "mine")
        question = current_question(current)
        current.answer(Grade.GOOD, 900)
        replaces(editor, "What is the capital of Peru?", "Name the seat of its government!")
        edit_placed(workspace, find_card(workspace, question.card.id))
        workspace.library.sync()
        assert card_front(workspace.store, question.card.id) == "Name the seat of its government!"
    assert f"id: {question.card.id}" in path.read_text()


def test_a_card_without_id_that_was_not_changed_gets_none(house: House, editor: Path) -> None:
    text = "deck: mine\ncards:\n- front: What is the capital of Peru?\n  back: Lima\n"
    path = house.own("own.yaml", text)
    with house.open() as workspace:
        edit_placed(workspace, find_card(workspace, current_question(session(workspace, "mine")).card.id))
    assert path.read_text() == text


def test_a_file_that_may_not_be_written_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "own.yaml", "cards: []\n")
    monkeypatch.setattr("os.access", lambda *_arguments: False)
    with pytest.raises(RecallError, match="Permission denied; nothing was changed"):
        write_atomically(path, "")
    assert path.read_text() == "cards: []\n"


@pytest.mark.parametrize("taken", ["a.one-01", "other"])
def test_a_card_does_not_get_the_id_of_another_one(house: House, taken: str) -> None:
    own = house.own("own.yaml", cards("mine"))
    house.own("other.yaml", cards("other"))
    before = own.read_text("utf-8")
    with house.open() as workspace, pytest.raises(DeckError, match=f"id {taken} is taken at .*yaml:"):
        set_card_fields(workspace, find_card(workspace, "mine"), {"id": taken})
    assert own.read_text("utf-8") == before
