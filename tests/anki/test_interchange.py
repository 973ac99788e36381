"""Cards and log as JSON, CSV and Markdown, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core.bodies import Basic, Text
from recall.core.model import Card, CardId, Grade, ItemId
from recall.decks.folders import deck_files
from recall.decks.load import load_deck, parse_deck
from recall.decks.write import deck_text, head_fields
from recall.environment import bundled_decks
from recall.exchange.exporting import Selection, export_text
from recall.exchange.importing import import_own
from recall.exchange.interchange import Read, as_csv, as_json, as_markdown, read_csv, read_json, read_markdown
from recall.store.catalogue import Placed
from tests.support_decks import House, cards, stored_states

FORMS: list[tuple[Callable[..., str], Callable[[Path, str], Read]]] = [
    (lambda placed: as_json(placed, ()), read_json),
    (as_csv, read_csv),
    (as_markdown, read_markdown),
]
NAMES = ["json", "csv", "markdown"]
EVERY_KIND = Path(__file__).with_name("every_kind.yaml")


def all_cards() -> list[Placed]:
    """Every bundled card, and one of each kind."""
    paths = [*deck_files(bundled_decks()), EVERY_KIND]
    return [Placed(found.card, "", path, found.line) for path in paths for found in load_deck(path).cards]


@pytest.mark.parametrize(("write", "read"), FORMS, ids=NAMES)
def test_every_card_comes_back_as_it_was(write: Callable[..., str], read: Callable[[Path, str], Read]) -> None:
    placed = [each for each in all_cards() if each.card.topic or each.card.deck]
    back = read(Path("x"), write(placed))
    assert not back.left_out
    assert list(back.cards) == [each.card for each in placed]


def test_every_card_comes_back_from_a_deck_file() -> None:
    for placed in all_cards():
        text = deck_text(head_fields(placed.card), [placed.card])
        read = parse_deck(Path("x"), text.encode())
        assert ([found.card for found in read.cards], read.problems) == ([placed.card], [])


printable = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp")), min_size=1
)
texts = st.builds(
    "\n".join,
    st.lists(
        st.one_of(
            printable,
            st.sampled_from(
                ["", "## a", "### back (en)", "\\## b", "```", "- id: x", "# c", "a\u2028b", "a\u2029b", "a\x85b"]
            ),
        ),
        min_size=1,
    ),
).filter(lambda text: text.strip() != "")


@given(front=texts, back=texts)
@pytest.mark.parametrize(("write", "read"), FORMS, ids=NAMES)
def test_any_text_comes_back_as_it_was(
    write: Callable[..., str], read: Callable[[Path, str], Read], front: str, back: str
) -> None:
    card = Card(CardId("a"), Basic(Text(front, front), Text(back, "en")), deck="d")
    assert read(Path("x"), write([Placed(card, "d", Path("x"), 1)])).cards == [card]


def test_json_carries_the_whole_log(house: House, tmp_path: Path) -> None:
    path = house.own("deck.yaml", cards("one", "two"))
    with house.open() as workspace:
        for grade in (Grade.GOOD, Grade.AGAIN, Grade.EASY):
            workspace.ledger.answer(ItemId("one"), grade, workspace.now(), 1234)
        workspace.ledger.undo(workspace.now())
        text, report = export_text(workspace, "json")
        assert report == {"cards": 2, "reviews": 3}
        with workspace.store.read() as tx:
            before = ([*tx.log.reviews()], [*tx.log.events()], stored_states(tx))
    path.unlink()
    (house.home / "recall.db").unlink()
    exported = tmp_path / "out.json"
    exported.write_text(text, "utf-8")
    with house.open() as workspace:
        came = import_own(workspace, exported)
        assert (len(came.new), came.reviews, came.decisions) == (2, 3, 1)
        with workspace.store.read() as tx:
            assert ([*tx.log.reviews()], [*tx.log.events()], stored_states(tx)) == before
        again = import_own(workspace, exported)
        assert (again.new, again.known, again.reviews, again.decisions, again.edits) == ([], 2, 0, 0, [])


def test_a_card_that_was_changed_in_a_spreadsheet_is_shown_and_taken_over(house: House, tmp_path: Path) -> None:
    path = house.own("deck.yaml", "# kept\n" + cards("one", "two"))
    exported = tmp_path / "out.csv"
    with house.open() as workspace:
        text, _report = export_text(workspace, "csv")
        exported.write_text(text.replace("It is two.", "It is 2."), "utf-8")
        [edit] = import_own(workspace, exported).edits
        assert edit.card == "two" and "It is 2." in edit.after
        import_own(workspace, exported, accept_edits=True)
        assert "It is 2." in path.read_text("utf-8") and path.read_text("utf-8").startswith("# kept\n")
        assert import_own(workspace, exported).edits == []


def test_the_log_as_csv_has_a_line_for_every_answer(house: House) -> None:
    house.own("deck.yaml", cards("one", "two"))
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("one"), Grade.GOOD, workspace.now(), 1234)
        workspace.ledger.answer(ItemId("two"), Grade.HARD, workspace.now())
        workspace.ledger.undo(workspace.now())
        text, _report = export_text(workspace, "csv", only_log=True)
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        assert [(row["item"], row["grade"], row["ms"], row["undone"]) for row in rows] == [
            ("one", "good", "1234", ""),
            ("two", "hard", "", "yes"),
        ]
        shown, _report = export_text(workspace, "markdown", Selection(query="one"), only_log=True)
        assert shown.count("\n") == 3


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)
