"""Many cards changed at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.editing.bulk import move
from recall.editing.cards import find_card
from tests.support_decks import House

BUNDLED = "topic: a.one\ncards:\n- id: a.one-01\n  front: What is a vector space?\n  back: A set.\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House(tmp_path, monkeypatch)
    house.bundle("01-first/a.one.yaml", BUNDLED)
    return house


@pytest.mark.parametrize("head", ["topic: a.one", "deck: mine"])
def test_a_card_moves_also_within_the_file_of_its_new_place(house: House, head: str) -> None:
    entries = "- id: x\n  topic: a.two   # for now\n  front: q\n  back: a\n- id: y\n  front: r\n  back: b\n"
    text = f"# mine\n{head}\ncards:\n{entries}"
    path = house.own("whatever.yaml", text)
    place = head.partition(": ")[2]
    with house.open() as workspace:
        assert move(workspace, [find_card(workspace, "x")], place)[0] == path
        assert find_card(workspace, "x").topic == place
    assert path.read_text() == text.replace("  topic: a.two   # for now\n", "")
