"""Writing cards on the screen: new ones, and ones that are there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from recall.decks.load import load_deck
from recall.decks.source import entries
from recall.tui.screens.add_card import AddScreen
from recall.tui.screens.card_form import CardFormScreen
from recall.tui.screens.edit_card import EditScreen
from recall.tui.screens.home import HomeScreen
from recall.tui.screens.review import ReviewScreen
from tests.support_tui import LARGE, SMALL, Eyes, Learner, basic


@pytest.fixture
def student(learner: Learner) -> Learner:
    learner.deck(
        "lines", [basic("ln-1", "What is a line through two points?", "Straight.")], bundled=True, topic="sh.lines"
    )
    learner.deck("own", [basic("mine", "Mine?", "Yes.", tags=["why"])])
    return learner


async def write(eyes: Eyes, front: str, back: str) -> None:
    """Put texts into the boxes as if they were pasted, and wait for the preview."""
    eyes.app.screen.query_one("#form-front", TextArea).insert(front)
    eyes.app.screen.query_one("#form-back", TextArea).insert(back)
    await eyes.pilot.pause(0.3)
    await eyes.settle()


def saved(learner: Learner, name: str) -> list[dict[str, object]]:
    return list(entries((learner.home / "decks" / name).read_text("utf-8")))


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_a_card_with_a_formula_is_typed_seen_and_saved(student: Learner, size: tuple[int, int]) -> None:
    async with student.at_home(size) as eyes:
        await eyes.press("a")
        assert isinstance(eyes.app.screen, AddScreen)
        await eyes.press(*"rank?", "tab", *"r $")
        await eyes.press("backslash", *"alpha$")
        await eyes.until(lambda: eyes.sees("r α"))
        assert eyes.sees("question and answer")
        await eyes.press("ctrl+s")
        assert eyes.app.screen.query_one("#form-front", TextArea).text == ""
        assert eyes.app.screen.query_one("#form-front").has_focus
        assert "own.yaml" in eyes.message()
        await eyes.press("escape")
        assert isinstance(eyes.app.screen, HomeScreen)
    assert saved(student, "own.yaml")[1] == {
        "id": saved(student, "own.yaml")[1]["id"],
        "front": "rank?",
        "back": "r $\\alpha$",
    }


async def test_the_kind_follows_from_what_is_typed(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a")
        for front, back, kind in (
            ("{{c1::Paris}} is a city", "", "cloze"),
            ("2+2?", "4", "numbers"),
            ("Which?\n- [ ] a\n- [x] b", "", "choice"),
        ):
            await write(eyes, front, back)
            assert eyes.sees(kind)
            await eyes.press("ctrl+s")
    kinds = [located.card.kind for located in load_deck(student.home / "decks" / "own.yaml").cards]
    assert kinds == ["basic", "cloze", "numeric", "choice"]


async def test_a_topic_is_found_by_letters_and_stays_for_the_next_card(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", "shift+tab", *"circl")
        assert eyes.sees("Shapes › Circles")
        await eyes.press("enter")
        await write(eyes, "Round?", "Yes.")
        await eyes.press("ctrl+s")
        await write(eyes, "Really?", "Yes.")
        await eyes.press("ctrl+s")
    path = student.home / "decks" / "sh.circles.yaml"
    assert path.read_text().startswith("topic: sh.circles\ncards:\n- id: sh.circles-")
    assert len(load_deck(path).cards) == 2


async def test_tab_takes_the_topic_that_fits_what_was_typed(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", "shift+tab", *"prim", "tab")
        assert isinstance(eyes.app.screen, AddScreen)
        assert eyes.app.screen.place == "nu.primes"


async def test_a_name_that_no_topic_has_makes_a_deck(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", "shift+tab", *"Zoo", "enter")
        await write(eyes, "Lion?", "Cat.")
        await eyes.press("ctrl+s")
    assert (student.home / "decks" / "zoo.yaml").read_text().startswith("deck: Zoo\n")


async def test_a_key_changes_the_language_that_is_typed(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a")
        await write(eyes, "Which?", "This.")
        await eyes.press("ctrl+t")
        assert eyes.sees("中文")
        await write(eyes, "哪个？", "")
        await eyes.press("ctrl+s")
    assert saved(student, "own.yaml")[1]["front"] == {"zh": "哪个？", "en": "Which?"}
    assert saved(student, "own.yaml")[1]["back"] == {"en": "This."}


async def test_tags_and_source_are_written(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a")
        await write(eyes, "Which?", "This.")
        eyes.app.screen.query_one("#form-tags", Input).value = "why, [b]old"
        eyes.app.screen.query_one("#form-source", Input).value = "axler#5"
        await eyes.press("ctrl+s")
    assert saved(student, "own.yaml")[1]["tags"] == ["why", "[b]old"]
    assert saved(student, "own.yaml")[1]["source"] == ["axler#5"]


async def test_a_card_without_an_answer_is_not_saved_and_stays_in_the_form(student: Learner) -> None:
    before = (student.home / "decks" / "own.yaml").read_text()
    async with student.at_home() as eyes:
        await eyes.press("a")
        await write(eyes, "Which?", "")
        await eyes.press("ctrl+s")
        assert "no answer" in eyes.message()
        assert eyes.app.screen.query_one("#form-front", TextArea).text == "Which?"
    assert (student.home / "decks" / "own.yaml").read_text() == before


async def test_what_is_not_saved_is_left_at_the_second_escape_only(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", *"abc", "escape")
        assert isinstance(eyes.app.screen, AddScreen)
        assert "Not saved yet" in eyes.message()
        await eyes.press("escape")
        assert isinstance(eyes.app.screen, HomeScreen)


async def test_a_like_question_is_shown(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a")
        await eyes.settle()
        await write(eyes, "What is a line through two points in [the] plane?", "Straight.")
        await eyes.until(lambda: eyes.sees("like ln-1: What is a line"))


async def test_a_card_added_in_the_review_is_in_the_queue(student: Learner) -> None:
    async with student.in_review() as eyes:
        assert eyes.sees("2 new")
        topic = eyes.review.question.topic if eyes.review.question else ""
        await eyes.press("a")
        assert isinstance(eyes.app.screen, AddScreen)
        assert eyes.app.screen.place == topic
        await write(eyes, "New?", "Yes.")
        await eyes.press("ctrl+s", "escape")
        assert isinstance(eyes.app.screen, ReviewScreen)
        assert eyes.sees("3 new")


async def test_time_in_the_form_is_not_time_to_answer(student: Learner) -> None:
    async with student.in_review() as eyes:
        student.clock.forward(seconds=2)
        await eyes.press("a")
        student.clock.forward(minutes=5)
        await eyes.press("escape", "space", "4")
    assert student.log()[0][0].ms == 2000


async def edit(eyes: Eyes, key: str, old: str, new: str) -> None:
    await eyes.press(key)
    assert isinstance(eyes.app.screen, EditScreen)
    area = eyes.app.screen.query_one("#form-front", TextArea)
    area.load_text(area.text.replace(old, new))
    await eyes.pilot.pause()
    await eyes.press("ctrl+s")


async def test_a_card_is_edited_in_the_form_with_the_other_key(student: Learner) -> None:
    async with student.in_review(names=["own"]) as eyes:
        await edit(eyes, "E", "Mine?", "Really mine?")
        assert isinstance(eyes.app.screen, ReviewScreen)
        assert eyes.sees("Really mine?")
    assert saved(student, "own.yaml") == [
        {"id": "mine", "front": "Really mine?", "back": "Yes.", "tags": ["why"]},
    ]


async def test_what_was_changed_elsewhere_meanwhile_is_written_over_at_the_second_save_only(student: Learner) -> None:
    async with student.in_review(names=["own"]) as eyes:
        deck = student.home / "decks" / "own.yaml"
        await eyes.press("E")
        deck.write_text(deck.read_text("utf-8").replace("Mine?", "Theirs?"), "utf-8")
        await eyes.press("end", *" Ours.", "ctrl+s")
        assert "mine was changed elsewhere meanwhile; ^s again" in eyes.message()
        assert saved(student, "own.yaml")[0]["front"] == "Theirs?"
        await eyes.press("ctrl+s")
        assert saved(student, "own.yaml")[0]["front"] == "Mine? Ours."


async def test_the_setting_gives_the_form_to_the_key_of_the_editor(student: Learner) -> None:
    student.config("edit_in = 'form'\n")
    async with student.in_review(names=["own"]) as eyes:
        await edit(eyes, "e", "Mine?", "Edited?")
        assert eyes.sees("Edited?")


async def test_a_bundled_card_is_edited_in_a_version_of_ones_own(student: Learner) -> None:
    before = (student.bundled / "lines.yaml").read_text()
    async with student.in_review(names=["sh.lines"]) as eyes:
        await edit(eyes, "E", "a line", "a straight line")
        assert eyes.sees("What is a straight line through two points?", "1 new")
    assert (student.bundled / "lines.yaml").read_text() == before
    assert saved(student, "edited/lines.yaml")[0]["front"] == "What is a straight line through two points?"


async def test_a_card_without_an_id_keeps_its_history(student: Learner) -> None:
    path = student.home / "decks" / "own.yaml"
    path.write_text("cards:\n- front: Old?\n  back: Yes.\n")
    made = load_deck(path).cards[0].card.id
    async with student.in_review(names=["own"]) as eyes:
        await edit(eyes, "E", "Old?", "New?")
        assert eyes.sees("New?")
    assert saved(student, "own.yaml") == [{"id": made, "front": "New?", "back": "Yes."}]


async def test_a_card_the_form_cannot_hold_goes_to_the_editor(
    student: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    student.deck("own", [{"id": "steps", "front": "Order?", "steps": ["a", "b"]}])
    async with student.in_review(names=["own"]) as eyes:
        eyes.app.screen.query_one("QuestionPage").focus()
        await eyes.press("E")
        assert not isinstance(eyes.app.screen, CardFormScreen)
        assert "editor" in eyes.message()


async def test_the_editor_opens_what_was_typed(
    student: Learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    seen: list[str] = []
    monkeypatch.setattr("recall.tui.app.RecallApp.suspend", lambda _app: nullcontext())
    monkeypatch.setattr("recall.editing.cards.open_editor", lambda _s, path, line: seen.append(f"{path.name}:{line}"))
    async with student.at_home() as eyes:
        await eyes.press("a")
        await write(eyes, "Typed?", "Yes.")
        await eyes.press("ctrl+e")
        assert isinstance(eyes.app.screen, AddScreen)
    assert saved(student, "own.yaml")[1]["front"] == "Typed?"
    assert seen == ["own.yaml:3"]


async def test_the_editor_opens_the_tags_that_were_typed(student: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    from contextlib import nullcontext

    monkeypatch.setattr("recall.tui.app.RecallApp.suspend", lambda _app: nullcontext())
    monkeypatch.setattr("recall.editing.cards.open_editor", lambda _s, _path, _line: None)
    async with student.in_review(names=["own"]) as eyes:
        await eyes.press("E", "tab", "tab", "end", *", exam", "ctrl+e")
    assert saved(student, "own.yaml")[0]["tags"] == ["why", "exam"]


FORMULA = {
    "front": "Why has a matrix of rank $r$ exactly $r$ nonzero singular values?",
    "back": "Its image is spanned by\n\n$$u_i=\\frac{A v_i}{\\sigma_i},\\quad i\\le r.$$",
}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_the_form_looks_like_this(student: Learner, snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    async def fill(pilot: Pilot[None]) -> None:
        eyes = Eyes(pilot.app, pilot)  # type: ignore[arg-type]
        await eyes.until_loaded()
        await eyes.press("a", "shift+tab", *"circl", "enter")
        await write(eyes, FORMULA["front"], FORMULA["back"])
        for area in eyes.app.screen.query(TextArea):
            area.cursor_blink = False

    assert snap_compare(student.app(), terminal_size=size, run_before=fill)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_choosing_a_topic_looks_like_this(
    student: Learner, snap_compare: Callable[..., bool], size: tuple[int, int]
) -> None:
    async def look(pilot: Pilot[None]) -> None:
        eyes = Eyes(pilot.app, pilot)  # type: ignore[arg-type]
        await eyes.until_loaded()
        await eyes.press("a", "shift+tab", *"ne")
        eyes.app.screen.query_one(Input).cursor_blink = False

    assert snap_compare(student.app(), terminal_size=size, run_before=look)


async def test_what_is_not_saved_is_not_lost_to_ctrl_q(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", *"abc", "ctrl+q")
        assert isinstance(eyes.app.screen, AddScreen)
        assert "Not saved yet" in eyes.message()
        await eyes.press("ctrl+q")
        assert eyes.app.return_code == 0


async def test_what_is_not_saved_is_not_lost_to_ctrl_q_over_the_palette(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", *"abc", "ctrl+p", "ctrl+q")
        assert eyes.app.return_code is None
        assert "Not saved yet" in eyes.message()
        await eyes.press("ctrl+q")
        assert eyes.app.return_code == 0


async def test_the_warning_names_the_keys_as_they_are_set(student: Learner) -> None:
    student.config('[keys]\n"form.save" = "f2"\n')
    async with student.at_home() as eyes:
        await eyes.press("a", *"abc", "escape")
        assert "Not saved yet: f2 saves, esc leaves" in eyes.message()


async def test_what_was_not_saved_is_here_again_after_a_crash(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", "shift+tab", *"circl", "enter", *"Half?")
        await eyes.until(lambda: any("Half?" in path.read_text() for path in student.home.glob("drafts/*.json")))
    async with student.at_home() as eyes:
        await eyes.press("a")
        assert "not saved yet" in eyes.message()
        assert eyes.app.screen.query_one("#form-front", TextArea).text == "Half?"
        assert eyes.sees("Circles")
        await eyes.press("tab", *"Whole.", "ctrl+s")
        assert list((student.home / "drafts").iterdir()) == []
    assert saved(student, "sh.circles.yaml")[0]["front"] == "Half?"


async def test_what_was_left_on_purpose_does_not_come_back(student: Learner) -> None:
    async with student.at_home() as eyes:
        await eyes.press("a", *"Half?")
        await eyes.until(lambda: any("Half?" in path.read_text() for path in student.home.glob("drafts/*.json")))
        await eyes.press("escape", "escape", "a")
        assert eyes.app.screen.query_one("#form-front", TextArea).text == ""


async def test_an_edit_that_was_not_saved_writes_over_no_later_one_unasked(student: Learner) -> None:
    async with student.in_review(names=["own"]) as eyes:
        await eyes.press("E", "tab", "end", *" Always.")
        await eyes.until(lambda: any("Always." in path.read_text() for path in student.home.glob("drafts/*.json")))
    student.deck("own", [basic("mine", "Mine?", "Written by hand.", tags=["why"])])
    async with student.in_review(names=["own"]) as eyes:
        await eyes.press("E")
        assert eyes.app.screen.query_one("#form-back", TextArea).text == "Yes. Always."
        await eyes.press("ctrl+s")
        assert saved(student, "own.yaml")[0]["back"] == "Written by hand."
        await eyes.press("ctrl+s")
    assert saved(student, "own.yaml")[0]["back"] == "Yes. Always."


async def test_a_draft_that_cannot_be_read_is_none(student: Learner) -> None:
    student.file("drafts/new.json", "{")
    async with student.at_home() as eyes:
        await eyes.press("a")
        assert eyes.app.screen.query_one("#form-front", TextArea).text == ""
