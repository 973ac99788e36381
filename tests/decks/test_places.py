"""Offsets and places of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recall.decks.places import line_at, offset_of, place_at


def test_places_count_from_one_and_a_line_break_ends_its_line() -> None:
    assert [place_at("a\r\nb\n", offset) for offset in range(6)] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1)]


@given(st.text(st.sampled_from("ab\n\r字"), max_size=20), st.data())
def test_a_place_leads_back_to_its_offset(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    assert offset_of(text, place_at(text, offset)) == offset
    assert line_at(text, offset) == text[:offset].count("\n") + 1


def test_a_place_behind_the_last_line_is_the_end_of_the_text() -> None:
    assert offset_of("a\nb", (9, 1)) == offset_of("a\nb", (2, 50)) == 3
