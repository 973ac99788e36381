"""The little that is made of a deck file, and that nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.core.model import Card
from recall.decks.folders import deck_files
from recall.decks.normal_form import normal_form
from recall.decks.source import entries
from recall.errors import DeckError

BUNDLED = sorted(deck_files(Path(__file__).parents[2] / "decks"))


def numbered(card: Card) -> str:
    return f"n-{card.id[-4:]}"


def test_missing_ids_are_written_and_nothing_else_changes() -> None:
    text = "# head\ncards:\n\n- front: a   # one\n  back: b\n  # remark\n- {front: c, back: d}\n"
    text += "-   id: mine\n    front: e\n    back: f\n"
    changed = normal_form(text, numbered)
    ids = [entry["id"] for entry in entries(changed)]
    assert changed == text.replace("- front: a", f"- id: {ids[0]}\n  front: a").replace(
        "{front", f"{{id: {ids[1]}, front"
    )
    assert ids[2] == "mine"


def test_blanks_at_ends_of_lines_go_unless_they_are_part_of_a_text() -> None:
    text = "cards:  \r\n- id: a \r\n  front: |\r\n    hard  \r\n    break\r\n  back: 'two  \r\n    lines'\t\r\n\r\n\r\n"
    expected = "cards:\r\n- id: a\r\n  front: |\r\n    hard  \r\n    break\r\n  back: 'two  \r\n    lines'\t\r\n"
    assert normal_form(text, numbered) == expected


def test_a_last_line_break_is_added() -> None:
    assert normal_form("cards:\n- {id: a, front: b, back: c}", numbered).endswith("c}\n")


def test_a_card_that_cannot_be_read_gets_no_id() -> None:
    text = "cards:\n- front: no answer\n- id: a\n  front: b\n  back: c\n"
    assert normal_form(text, numbered) == text


def test_a_file_that_is_not_yaml_is_refused_with_its_line() -> None:
    with pytest.raises(DeckError) as caught:
        normal_form("cards:\n- front: : [\n", numbered)
    assert caught.value.line == 2


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_the_bundled_files_are_in_normal_form(path: Path) -> None:
    text = path.read_bytes().decode()
    assert normal_form(text, numbered) == text
