"""How the columns of a table share the width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from recall.tui.widgets.card_table import NARROWEST, Cell, Table, share
from recall.tui.widgets.cjk import CjkText

WISHES = st.lists(st.integers(0, 50), min_size=1, max_size=6)
TEXTS = st.text("汉字ab 。", max_size=30)
GRIDS = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.lists(TEXTS, min_size=columns, max_size=columns), min_size=1, max_size=4)
)


def table(*rows: list[str], aligns: str = "") -> Table:
    names = {"r": "right", "c": "center"}
    words = [names.get(letter, "left") for letter in aligns] or ["left"] * len(rows[0])
    return Table([[Cell(CjkText(text), word) for text, word in zip(row, words, strict=True)] for row in rows])


@given(WISHES, st.integers(-5, 200))
def test_nobody_gets_more_than_wished_and_nobody_less_than_another_who_wishes_more(
    wishes: list[int], total: int
) -> None:
    shares = share(wishes, total)
    assert all(0 <= got <= wish for got, wish in zip(shares, wishes, strict=True))
    assert sum(shares) == min(sum(wishes), max(total, 0))
    denied = [got for got, wish in zip(shares, wishes, strict=True) if got < wish]
    assert not denied or max(shares) <= min(denied) + 1


@given(GRIDS, st.integers(1, 60))
def test_a_table_fits_and_keeps_every_character(rows: list[list[str]], width: int) -> None:
    laid_out = table(*rows).at(width).plain
    lines = laid_out.split("\n")
    needed = NARROWEST * len(rows[0]) + 3 * (len(rows[0]) - 1)
    assert len({cell_len(line) for line in lines}) == 1
    assert cell_len(lines[0]) <= max(width, needed)
    for character in "汉字ab。":
        assert laid_out.count(character) == sum(text.count(character) for row in rows for text in row)


def test_rows_are_ruled_apart_only_if_one_is_wrapped() -> None:
    short = table(["a", "b"], ["c", "d"], ["e", "f"])
    assert short.at(80).plain.split("\n") == ["a │ b", "──┼──", "c │ d", "e │ f"]
    assert table(["a"], ["c c c c"], ["e"]).at(5).plain.split("\n") == [
        "a    ",
        "─────",
        "c c c",
        "c    ",
        "─────",
        "e    ",
    ]


@pytest.mark.parametrize(("aligns", "line"), [("l", "1   "), ("r", "   1"), ("c", " 1  ")])
def test_cells_are_aligned(aligns: str, line: str) -> None:
    assert table(["head"], ["1"], aligns=aligns).at(80).plain.split("\n")[-1] == line


def test_a_word_stays_whole_at_the_cost_of_longer_text() -> None:
    header = table(["backpropagation_step", "长" * 40, "短" * 40]).at(40).plain.split("\n")[0]
    assert header.split(" │ ")[0] == "backpropagation_step"
