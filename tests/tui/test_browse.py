"""Browse: search as one types, sort, mark, decide about many at once, and look at one item's past."""

from __future__ import annotations

import csv
import json
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from recall.core.model import EventKind
from recall.ledger import Ledger
from recall.search import Inventory
from recall.tui.screens.browse import BrowseScreen, SearchLine
from recall.tui.screens.home import HomeScreen
from recall.tui.screens.item import ItemScreen
from recall.tui.screens.review import ReviewScreen
from recall.tui.widgets.item_table import ItemTable
from tests.support_tui import LARGE, SMALL, Eyes, Learner, basic

CARDS = [
    basic(
        "ln-norm",
        {"zh": "范数 $\\|x\\|_2$ 是什么？", "en": "What is the norm $\\|x\\|_2$?"},
        "A length.",
        tags=["exam"],
    ),
    basic("ln-rank", {"zh": "矩阵的秩？", "en": "The rank of a matrix?"}, {"zh": "线性无关列的数目", "en": "Columns."}),
    basic("ln-code", "In `dp[i][j]`, what is [/] and [b]?", "Brackets."),
]
OWN = [basic(f"own-{n}", f"Question {n}?", f"Answer {n}.") for n in range(40)]


@pytest.fixture
def reader(learner: Learner) -> Learner:
    learner.deck("lines", CARDS, bundled=True, topic="sh.lines")
    learner.deck("own", OWN, deck="Mine")
    learner.answered(
        ("2026-11-01T09:00:00+08:00", "ln-rank", "easy"),
        ("2026-11-10T09:00:00+08:00", "ln-rank", "again"),
        ("2026-11-10T09:10:00+08:00", "ln-rank", "easy"),
        ("2026-11-15T09:00:00+08:00", "own-3", "easy"),
    )
    return learner


@asynccontextmanager
async def browsing(reader: Learner, query: str = "", size: tuple[int, int] = LARGE) -> AsyncIterator[Eyes]:
    app = reader.app(lambda app: app.browse(query))
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        eyes = Eyes(app, pilot)
        await eyes.until(lambda: isinstance(app.screen, BrowseScreen) and app.screen.inventory is not None)
        await eyes.settle()
        yield eyes


def screen(eyes: Eyes) -> BrowseScreen:
    assert isinstance(eyes.app.screen, BrowseScreen)
    return eyes.app.screen


def listed(eyes: Eyes) -> list[str]:
    return [entry.item for entry in screen(eyes).entries]


async def type_line(eyes: Eyes, text: str) -> None:
    """Type into the prompt on the screen, and give it."""
    eyes.app.screen.query_one(Input).value = text
    await eyes.press("enter")


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_the_list_is_narrowed_with_every_key(reader: Learner, size: tuple[int, int]) -> None:
    async with reader.at_home(size) as eyes:
        await eyes.press("slash")
        assert isinstance(eyes.app.focused, SearchLine)
        assert eyes.sees("43/43")
        await eyes.press("r", "a", "n", "k")
        assert listed(eyes) == ["ln-rank"]
        assert eyes.sees("The rank of a matrix?", "1/43")
        await eyes.press(*["backspace"] * 4, "矩", "阵")
        assert listed(eyes) == ["ln-rank"]


async def test_only_the_lines_in_sight_are_made(reader: Learner) -> None:
    async with browsing(reader, size=SMALL) as eyes:
        assert len(eyes.app.screen.query("*")) < 30
        lines = screen(eyes).lines
        assert lines is not None
        assert len(lines._fronts) < 25
        await eyes.press("G")
        assert eyes.sees("dp[i][j], what is [/] and [b]?") or eyes.sees("`dp[i][j]`, what is [/] and [b]?")
        assert screen(eyes).current is screen(eyes).entries[-1]
        await eyes.press("g")
        assert eyes.sees("Question 0?")


async def test_a_query_that_is_wrong_is_explained_and_the_list_stays(reader: Learner) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("slash", "end")
        eyes.app.screen.query_one(SearchLine).value = "rank lapses:>"
        await eyes.settle()
        assert eyes.sees("lapses: what? Give a value, such as lapses:>3")
        assert listed(eyes) == ["ln-rank"]
        await eyes.press("end", "0")
        assert listed(eyes) == ["ln-rank"]


async def test_enter_and_down_lead_from_the_query_to_the_list(reader: Learner) -> None:
    async with browsing(reader) as eyes:
        for key in ("enter", "down", "escape"):
            await eyes.press("slash")
            assert isinstance(eyes.app.focused, SearchLine)
            await eyes.press(key)
            assert isinstance(eyes.app.focused, ItemTable)


async def test_vi_keys_move_the_cursor(reader: Learner) -> None:
    async with browsing(reader) as eyes:
        await eyes.press("j", "j", "j", "k")
        assert eyes.app.screen.query_one(ItemTable).cursor == 2
        await eyes.press("ctrl+d")
        assert eyes.app.screen.query_one(ItemTable).cursor > 20


async def test_a_key_goes_through_the_orders_and_another_turns_them_round(reader: Learner) -> None:
    async with browsing(reader) as eyes:
        await eyes.press("o")
        assert (listed(eyes)[:2], eyes.sees("due ↑")) == (["ln-rank", "own-3"], True)
        await eyes.press("O")
        assert (listed(eyes)[:2], eyes.sees("due ↓")) == (["own-3", "ln-rank"], True)


async def test_the_card_under_the_cursor_is_shown_beside_with_its_formulas(reader: Learner) -> None:
    async with browsing(reader, "norm") as eyes:
        await eyes.until(lambda: eyes.sees("A length."))
        assert eyes.sees("‖x‖₂")
        await eyes.press("t")
        await eyes.until(lambda: eyes.text().count("范数") == 2)


async def test_at_eighty_columns_the_list_has_the_screen(reader: Learner) -> None:
    async with browsing(reader, "norm", SMALL) as eyes:
        await eyes.pilot.pause(0.3)
        assert not eyes.sees("A length.")
        await eyes.press("enter")
        assert eyes.sees("A length.", "ln-norm")


async def test_one_undo_takes_back_a_decision_about_all_that_is_marked(reader: Learner) -> None:
    async with browsing(reader, "id:own-1") as eyes:
        await eyes.press("space", "space", "s")
        assert "2 items" in eyes.message()
        assert [entry.item for entry in screen(eyes).entries if entry.suspended] == ["own-1", "own-10"]
        assert eyes.app.screen.query_one(ItemTable).cursor == 2
        await eyes.press("u")
        assert not any(entry.suspended for entry in screen(eyes).entries)
    assert reader.decisions()[-2:] == [("undo", "own-10"), ("undo", "own-1")]


async def test_a_star_marks_all_that_is_found_and_a_second_none(reader: Learner) -> None:
    async with browsing(reader, "id:own-1") as eyes:
        await eyes.press("asterisk")
        assert eyes.sees("11 marked")
        await eyes.press("asterisk")
        assert not eyes.sees("marked")


async def test_marks_go_with_what_is_not_found_any_more(reader: Learner) -> None:
    async with browsing(reader, "id:own-1") as eyes:
        await eyes.press("asterisk", "slash", "0", "escape", "f")
        assert [item for kind, item in reader.decisions() if kind == "flag"] == ["own-10"]


@pytest.mark.parametrize(
    ("key", "kind", "back"), [("s", "suspend", "unsuspend"), ("b", "bury", "unsuspend"), ("f", "flag", "flag")]
)
async def test_a_second_press_takes_the_decision_off(reader: Learner, key: str, kind: str, back: str) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press(key, key)
    assert reader.decisions() == [(kind, "ln-rank"), (back, "ln-rank")]


async def test_an_item_is_made_new_again(reader: Learner) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("R")
        assert screen(eyes).entries[0].phase == "new"


@pytest.mark.parametrize(("typed", "due"), [("5", "2026-11-26"), ("0", "2026-11-21"), ("2027-01-02", "2027-01-02")])
async def test_what_was_answered_gets_another_date(reader: Learner, typed: str, due: str) -> None:
    async with browsing(reader, "rank") as eyes:
        stability = screen(eyes).entries[0].stability
        await eyes.press("r")
        await type_line(eyes, typed)
        await eyes.settle()
        entry = screen(eyes).entries[0]
        assert (entry.due_day, entry.stability) == (due, stability)
        await eyes.press("u")
        assert screen(eyes).entries[0].due_day != due or typed == "0"


@pytest.mark.parametrize("typed, reason", [("soon", "neither"), ("-3", "gone by"), ("2020-01-01", "gone by")])
async def test_a_date_that_can_not_be_stays_to_be_mended(reader: Learner, typed: str, reason: str) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("r")
        await type_line(eyes, typed)
        assert eyes.sees(reason) and reader.decisions() == []
        await type_line(eyes, "3")
        assert isinstance(eyes.app.screen, BrowseScreen)
    assert len(reader.decisions()) == 1


async def test_a_new_card_has_no_date_to_change(reader: Learner) -> None:
    async with browsing(reader, "norm") as eyes:
        await eyes.press("r")
        assert "never answered" in eyes.message()


async def test_the_page_of_an_item_has_its_card_its_curve_and_its_past(reader: Learner) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("f", "enter")
        assert isinstance(eyes.app.screen, ItemScreen)
        assert eyes.sees("The rank of a matrix?", "Columns.", "100%┤", "question and answer", "stability", "lapses")
        assert eyes.sees("2026-11-10 09:10  4 Easy", "2026-11-10 09:00  1 Again", "flag")
        await eyes.press("q")
        assert isinstance(eyes.app.screen, BrowseScreen)


async def test_what_was_taken_back_stands_in_the_past_and_says_so(reader: Learner) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("f", "u", "enter")
        assert eyes.sees("taken back")


async def test_the_page_goes_on_to_the_next_item_and_the_list_follows(reader: Learner) -> None:
    async with browsing(reader, "id:own-1") as eyes:
        await eyes.press("enter", "n", "n", "p", "q")
        assert eyes.app.screen.query_one(ItemTable).cursor == 1


async def test_what_was_found_is_exported_in_the_format_its_name_tells(reader: Learner, tmp_path: Path) -> None:
    async with browsing(reader, "rank") as eyes:
        for name in ("cards.csv", "cards.json", "cards.apkg"):
            await eyes.press("x")
            await type_line(eyes, str(tmp_path / "out" / name))
            await eyes.settle()
    with (tmp_path / "out" / "cards.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["id"], row["front_en"]) == ("ln-rank", "The rank of a matrix?")
    log = json.loads((tmp_path / "out" / "cards.json").read_text("utf-8"))["log"]
    assert {answer["item"] for answer in log} == {"ln-rank"}
    assert zipfile.is_zipfile(tmp_path / "out" / "cards.apkg")


async def test_a_format_that_is_none_is_told(reader: Learner, tmp_path: Path) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("x")
        await type_line(eyes, str(tmp_path / "cards.docx"))
        await eyes.settle()
        await eyes.until(lambda: eyes.sees("end its name in .apkg"))


async def test_tags_are_written_into_the_deck_file(reader: Learner) -> None:
    async with browsing(reader, "id:own-3") as eyes:
        await eyes.press("asterisk", "T")
        await type_line(eyes, "exam hard")
        await eyes.settle()
        await eyes.press("T")
        await type_line(eyes, "-hard")
        await eyes.settle()
    with reader.workspace() as opened, opened.store.read() as tx:
        tagged = {placed.card.id: placed.card.tags for placed in tx.catalogue.cards() if placed.card.tags}
    assert {name: tags for name, tags in tagged.items() if name != "ln-norm"} == {
        f"own-3{n}": ("exam",) for n in ["", *range(10)]
    }


async def test_a_bundled_card_with_another_tag_is_the_learners_own_version(reader: Learner) -> None:
    before = (reader.bundled / "lines.yaml").read_bytes()
    async with browsing(reader, "rank") as eyes:
        await eyes.press("T")
        await type_line(eyes, "again")
        await eyes.settle()
        assert eyes.app.screen.query_one("#browse-query", Input).value == "rank"
        assert screen(eyes).entries[0].tags == "again"
        assert screen(eyes).entries[0].lapses == 1
    assert (reader.bundled / "lines.yaml").read_bytes() == before


async def test_cards_are_moved_to_a_new_deck_and_keep_their_past(reader: Learner) -> None:
    async with browsing(reader, "id:own-3 OR rank") as eyes:
        await eyes.press("asterisk", "M")
        await type_line(eyes, "+Hard ones")
        await eyes.settle()
        assert {entry.topic for entry in screen(eyes).entries} == {"Hard ones"}
        assert screen(eyes).entries[-1].item == "ln-rank" or "ln-rank" in listed(eyes)
    with reader.workspace() as opened, opened.store.read() as tx:
        assert tx.catalogue.items_of("ln-rank") == ["ln-rank"]  # type: ignore[arg-type]
        assert tx.states.get("own-3").reps == 1  # type: ignore[arg-type]
        assert opened.library.problems() == []


def deck_files(reader: Learner) -> dict[str, bytes]:
    folder = reader.home / "decks"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.yaml")}


async def test_edits_and_decisions_are_taken_back_one_by_one_the_newest_first(reader: Learner) -> None:
    before = deck_files(reader)
    async with browsing(reader, "id:own-3 OR rank") as eyes:
        await eyes.press("asterisk", "T")
        await type_line(eyes, "exam")
        await eyes.settle()
        assert "takes it back" in eyes.message()
        await eyes.press("f")
        await eyes.settle()
        await eyes.press("M")
        await type_line(eyes, "+Hard ones")
        await eyes.settle()
        moved = deck_files(reader)
        await eyes.press("u")
        await eyes.settle()
        assert "hard-ones.yaml" in moved
        assert "hard-ones.yaml" not in deck_files(reader)
        await eyes.press("u")
        await eyes.settle()
        assert not any(entry.flagged for entry in screen(eyes).entries)
        assert deck_files(reader) != before
        await eyes.press("u")
        await eyes.settle()
        assert deck_files(reader) == before
        assert {entry.tags for entry in screen(eyes).entries} == {""}
        assert screen(eyes).entries[-1].lapses == 1 or screen(eyes).entries[0].lapses == 1


async def test_an_edit_is_not_taken_back_over_a_later_one(reader: Learner) -> None:
    async with browsing(reader, "id:own-30") as eyes:
        await eyes.press("T")
        await type_line(eyes, "exam")
        await eyes.settle()
        path = reader.home / "decks" / "own.yaml"
        path.write_text(later := path.read_text() + "# a remark\n")
        await eyes.press("u")
        await eyes.settle()
        assert "changed since" in eyes.message()
    assert path.read_text() == later


async def test_of_an_edit_that_fails_half_way_nothing_stays(reader: Learner) -> None:
    before = deck_files(reader)
    (reader.bundled / "lines.yaml").write_text((reader.bundled / "lines.yaml").read_text() + "- {front: [\n")
    async with browsing(reader, "id:own-30 OR rank") as eyes:
        await eyes.press("asterisk", "T")
        await type_line(eyes, "exam")
        await eyes.settle()
        assert "lines.yaml" in eyes.message()
    assert deck_files(reader) == before


async def test_a_place_that_does_not_exist_is_refused(reader: Learner) -> None:
    before = (reader.home / "decks" / "own.yaml").read_bytes()
    async with browsing(reader, "id:own-3") as eyes:
        await eyes.press("M")
        await type_line(eyes, "Nowhere")
        assert eyes.sees("no topic or deck is called Nowhere; +Nowhere makes a new", "Nowhere")
        assert eyes.app.screen.query_one(Input).value == "Nowhere"
    assert (reader.home / "decks" / "own.yaml").read_bytes() == before


async def test_browse_is_a_key_away_from_home_and_from_a_review(reader: Learner) -> None:
    async with reader.at_home() as eyes:
        await eyes.press("B")
        assert isinstance(eyes.app.focused, ItemTable)
        await eyes.press("q")
        assert isinstance(eyes.app.screen, HomeScreen)
    async with reader.in_review() as eyes:
        await eyes.press("B")
        assert isinstance(eyes.app.screen, BrowseScreen)
        await eyes.press("q")
        assert isinstance(eyes.app.screen, ReviewScreen)


async def test_the_keys_are_the_learners(reader: Learner) -> None:
    reader.config('[keys]\n"browse.suspend" = "w"\n"home.browse" = "y"\n')
    async with reader.at_home() as eyes:
        await eyes.press("y", "w")
    assert [kind for kind, _item in reader.decisions()] == [EventKind.SUSPEND.value]


async def test_a_card_that_was_put_away_while_browsing_is_not_asked_on(reader: Learner) -> None:
    reader.config("bundled_decks = false\n")
    async with reader.in_review() as eyes:
        before = eyes.review.question
        assert before is not None
        await eyes.press("slash", *f"id:{before.item}", "enter", "asterisk", "s", "q")
        assert eyes.review.question is not None
        assert eyes.review.question.item != before.item


async def test_a_card_is_edited_in_the_form_and_stands_changed_in_the_list(reader: Learner) -> None:
    async with browsing(reader, "id:own-39") as eyes:
        await eyes.press("e")
        assert not isinstance(eyes.app.screen, BrowseScreen)
        await eyes.press("escape")
        assert isinstance(eyes.app.screen, BrowseScreen)


async def test_a_query_that_is_wrong_finds_nothing_and_may_be_sorted(reader: Learner) -> None:
    async with browsing(reader, "is:flaged") as eyes:
        assert eyes.app.screen.entries == []  # type: ignore[attr-defined]
        await eyes.press("o", "o", "asterisk", "s")
        assert eyes.sees("is:")


async def test_an_export_without_a_known_ending_stays_to_be_mended(reader: Learner, tmp_path: Path) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("x")
        await type_line(eyes, str(tmp_path / "cards.doc"))
        assert eyes.sees("end its name in")
        await type_line(eyes, str(tmp_path / "cards.md"))
        await eyes.until((tmp_path / "cards.md").exists)


async def test_what_a_prompt_is_told_is_seen(reader: Learner) -> None:
    async with browsing(reader, "rank") as eyes:
        await eyes.press("T", "e", "x", "a", "m")
        assert eyes.sees("exam")


async def test_decisions_that_come_while_one_is_written_are_written_too(
    reader: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = Ledger.decide

    def slowly(*given: Any, **more: Any) -> Any:
        time.sleep(0.2)
        return decide(*given, **more)

    monkeypatch.setattr(Ledger, "decide", slowly)
    async with browsing(reader) as eyes:
        await eyes.pilot.press("s", "j", "s", "j", "f", "q")
        await eyes.settle()
        await eyes.until(lambda: len(reader.decisions()) == 3)
    assert reader.decisions() == [("suspend", "own-0"), ("suspend", "own-1"), ("flag", "own-2")]


async def test_items_are_read_again_only_when_something_was_written(
    reader: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    times_read: list[object] = []
    read_texts = Inventory.read_texts

    def counted(inventory: Inventory) -> None:
        times_read.append(inventory)
        read_texts(inventory)

    monkeypatch.setattr(Inventory, "read_texts", counted)
    async with browsing(reader) as eyes:
        await eyes.press("question_mark", "escape")
        await eyes.press("enter", "q")
        assert len(times_read) == 1
        await eyes.press("T", *"exam", "enter")
        await eyes.settle()
        assert len(times_read) == 2
