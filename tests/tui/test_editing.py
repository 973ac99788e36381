"""Editing the card on the screen. The hand-over of a real terminal is in tests/e2e."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.widgets import TextArea

from recall.tui.app import RecallApp
from tests.support_tui import Learner, basic


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that can hand over, for a driver without one can't."""

    @contextmanager
    def suspend(_app: RecallApp) -> Iterator[None]:
        yield

    monkeypatch.setattr(RecallApp, "suspend", suspend)


def editor(folder: Path, monkeypatch: pytest.MonkeyPatch, change: str, name: str = "editor") -> Path:
    """An editor that runs `change` on `text`, and notes with which arguments it was called."""
    path = folder / name
    path.write_text(
        f"#!{sys.executable}\n"
        "import sys, pathlib\n"
        f"pathlib.Path({str(folder / 'called')!r}).write_text('\\n'.join(sys.argv[1:]))\n"
        "file = pathlib.Path(sys.argv[-1])\n"
        "text = file.read_text('utf-8')\n"
        f"{change}\n"
        "file.write_text(text, 'utf-8')\n",
        "utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("EDITOR", str(path))
    return path


@pytest.fixture
def two(learner: Learner) -> Learner:
    learner.deck("own", [basic("one", "Question one?", "Answer one."), basic("two", "Question two?", "Answer two.")])
    return learner


async def test_without_a_terminal_it_says_that_it_cannot_hand_over(two: Learner) -> None:
    async with two.in_review() as eyes:
        await eyes.press("e")
        assert "This terminal can't hand over to an editor." in eyes.message()
        assert eyes.sees("Question one?")


@pytest.mark.usefixtures("handed_over")
async def test_the_card_is_shown_as_it_was_rewritten(
    two: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "text = text.replace('Question one?', 'Question uno?')")
    async with two.in_review() as eyes:
        await eyes.press("e")
        assert eyes.sees("Question uno?", "show the answer", "2 new")
        await eyes.press("space", "4")
    assert two.grades() == [("one", "easy")]


@pytest.mark.usefixtures("handed_over")
async def test_the_answer_stays_on_the_screen_after_an_edit(
    two: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "text = text.replace('Answer one.', 'Answer uno.')")
    async with two.in_review() as eyes:
        await eyes.press("space", "e")
        assert eyes.sees("Question one?", "Answer uno.", "Again 1m")


@pytest.mark.usefixtures("handed_over")
async def test_a_known_editor_opens_at_the_line_of_the_card(
    two: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "", name="vim")
    async with two.in_review() as eyes:
        await eyes.press("space", "4", "e")
        deck = two.home / "decks" / "own.yaml"
        assert (tmp_path / "called").read_text().split("\n") == ["+3", str(deck)]
        assert '"two"' in deck.read_text().split("\n")[2]


@pytest.mark.usefixtures("handed_over")
async def test_a_card_deleted_in_the_editor_makes_room_for_the_next(
    two: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "text = '\\n'.join(line for line in text.split('\\n') if 'one' not in line)")
    async with two.in_review() as eyes:
        await eyes.press("e")
        assert eyes.sees("Question two?", "show the answer", "1 new")


@pytest.mark.usefixtures("handed_over")
async def test_a_mistake_in_the_file_is_told_with_its_line(
    two: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, 'text = text.replace(\'"back": "Answer one."\', \'"bakc": "Answer one."\')')
    async with two.in_review() as eyes:
        await eyes.press("e")
        assert "own.yaml:2:" in eyes.message()
        assert "Question two?" in eyes.text()


@pytest.mark.usefixtures("handed_over")
async def test_a_card_broken_by_an_edit_comes_back_in_the_next_session_once_it_is_mended(
    two: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "text = text.replace('back', 'bakc', 1)")
    async with two.in_review() as eyes:
        await eyes.press("e")
        assert eyes.sees("Question two?")
    deck = two.home / "decks" / "own.yaml"
    deck.write_text(deck.read_text().replace("bakc", "back"))
    async with two.in_review() as eyes:
        assert eyes.sees("Question one?", "2 new")


@pytest.mark.usefixtures("handed_over")
async def test_an_editor_that_does_not_exist_is_an_error_with_advice(
    two: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "/no/such/editor")
    async with two.in_review() as eyes:
        await eyes.press("e")
        assert "/no/such/editor" in eyes.message()
        assert "recall config editor" in eyes.message()
        assert eyes.sees("Question one?")


@pytest.mark.usefixtures("handed_over")
async def test_a_deck_that_cannot_be_written_is_still_shown(two: Learner) -> None:
    (two.home / "decks" / "own.yaml").chmod(0o400)
    async with two.in_review() as eyes:
        assert eyes.sees("Question one?")


@pytest.fixture
def bundled(learner: Learner) -> Learner:
    cards = [basic("b-one", "Bundled one?", "Yes."), basic("b-two", "Bundled two?", "Yes.")]
    learner.deck("lines", cards, bundled=True, topic="sh.lines")
    return learner


@pytest.mark.usefixtures("handed_over")
async def test_a_bundled_card_is_edited_in_a_copy_that_stands_in_for_it(
    bundled: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (bundled.bundled / "lines.yaml").read_text()
    editor(tmp_path, monkeypatch, "text = text.replace('Bundled one?', 'My one?')")
    async with bundled.in_review() as eyes:
        await eyes.press("e")
        assert eyes.sees("My one?", "Shapes › Lines", "2 new")
    assert (bundled.bundled / "lines.yaml").read_text() == before
    async with bundled.in_review() as eyes:
        assert eyes.sees("2 new")
        shown = eyes.text()
        await eyes.press("space", "4")
        assert "My one?" in shown + eyes.text()
        assert "Bundled one?" not in shown + eyes.text()


@pytest.mark.usefixtures("handed_over")
async def test_an_edited_bundled_card_keeps_its_place_among_the_new_ones(
    bundled: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "text = text.replace('Bundled one?', 'My one?')")
    async with bundled.in_review() as eyes:
        await eyes.press("e")
    async with bundled.in_review() as eyes:
        assert eyes.sees("My one?")


@pytest.mark.usefixtures("handed_over")
async def test_a_bundled_card_left_as_it_was_leaves_no_copy(
    bundled: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "")
    async with bundled.in_review() as eyes:
        await eyes.press("e")
        assert eyes.sees("Bundled one?")
    assert list(bundled.home.rglob("*.yaml")) == []


@pytest.mark.usefixtures("handed_over")
async def test_a_second_edit_changes_the_same_copy(
    bundled: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bundled.in_review() as eyes:
        editor(tmp_path, monkeypatch, "text = text.replace('Bundled one?', 'My one?')")
        await eyes.press("e")
        editor(tmp_path, monkeypatch, "text = text.replace('My one?', 'My very own?')")
        await eyes.press("e")
        assert eyes.sees("My very own?", "2 new")
        await eyes.press("space", "4")
        editor(tmp_path, monkeypatch, "text = text.replace('Bundled two?', 'My two?')")
        await eyes.press("e")
        assert eyes.sees("My two?", "1 new")
    assert len(list(bundled.home.rglob("*.yaml"))) == 1


@pytest.mark.usefixtures("handed_over")
async def test_time_in_the_editor_does_not_count_as_time_to_answer(
    two: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, monkeypatch, "")

    def slow(*_arguments: object) -> None:
        two.clock.forward(minutes=5)

    monkeypatch.setattr("recall.editing.cards.open_editor", slow)
    async with two.in_review() as eyes:
        two.clock.forward(seconds=3)
        await eyes.press("e", "space", "4")
    assert two.log()[0][0].ms == 3000


async def test_a_card_edited_in_browse_is_asked_as_it_is_now(two: Learner) -> None:
    async with two.in_review() as eyes:
        await eyes.press("B", "e")
        eyes.app.screen.query_one("#form-front", TextArea).insert("Now: ")
        await eyes.press("ctrl+s", "q")
        assert eyes.sees("Now: Question one?", "show the answer")
        await eyes.press("space", "4")
    assert two.grades() == [("one", "easy")]
