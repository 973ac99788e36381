"""Lines of Chinese: where they may end, and that nothing is lost."""

from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

from recall.tui.widgets.cjk import NBSP, NO_END, NO_START, is_cjk, wrap

CHINESE = "秩为列空间的维数，矩阵可逆。设（甲）、「乙」；问：丙？答！……——“丁”《戊》"
LATIN = "rank of a matrix f(x), dp[i][j]; a.b:c {d} 3.14% e!=f?"
OTHER = f"🎉👩‍🔬❤️🇨🇳é x{NBSP}={NBSP}y ＡＢカーっ"
TEXTS = st.text(st.sampled_from(CHINESE + LATIN + OTHER), max_size=80)
WHOLE = st.text(st.sampled_from(CHINESE + LATIN + f"🎉 x{NBSP}={NBSP}y ＡＢカーっ"), max_size=80)
"""Without joiners and selectors, which alone are no characters and make a new one with any neighbour."""
WIDTHS = st.integers(1, 24)


def lines(text: str, width: int) -> list[str]:
    return [text[start:end].rstrip(" ") for start, end in pairwise([*wrap(text, width), len(text)])]


def breaks(text: str, width: int) -> list[tuple[int, list[int]]]:
    """Every place where a line ends, with all the places where it could have ended and fitted."""
    starts = [start for start, _, _ in split_graphemes(text)[0]]
    found = wrap(text, width)
    return [(end, [at for at in starts if begin < at <= end]) for begin, end in pairwise(found)]


def is_forbidden(text: str, place: int) -> bool:
    return text[place] in NO_START | {" ", NBSP} or text[:place].rstrip(" ")[-1:] in NO_END


def is_natural(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    return not is_forbidden(text, place) and (before == " " or is_cjk(before) or is_cjk(after)) and before != NBSP


@given(TEXTS, WIDTHS)
def test_no_character_is_lost(text: str, width: int) -> None:
    found = wrap(text, width)
    assert found[0] == 0
    assert all(start < end for start, end in pairwise(found))
    assert all(start < len(text) for start in found[1:])


@given(WHOLE, WIDTHS)
def test_no_line_is_wider_than_the_pane_unless_one_character_is(text: str, width: int) -> None:
    for line in lines(text, width):
        assert cell_len(line) <= width or len(split_graphemes(line)[0]) == 1


@given(WHOLE, WIDTHS)
@example("是。。。。。。", 4)
@example("abcdefghij。", 10)
def test_no_line_begins_or_ends_with_wrong_punctuation_unless_unavoidable(text: str, width: int) -> None:
    for end, possible in breaks(text, width):
        if is_forbidden(text, end):
            assert all(is_forbidden(text, place) for place in possible)


@given(WHOLE, WIDTHS)
def test_words_are_broken_only_if_longer_than_the_line(text: str, width: int) -> None:
    for end, possible in breaks(text, width):
        if not is_natural(text, end):
            assert not any(is_natural(text, place) for place in possible)


@given(st.integers(0, 15), st.text(st.sampled_from(CHINESE + LATIN), min_size=1, max_size=12), WIDTHS)
def test_a_whole_stretch_is_broken_only_if_longer_than_the_line(room: int, stretch: str, width: int) -> None:
    assume(stretch[0] not in NO_START | {" "} and stretch[-1] not in NO_END | {" "})
    start, text = room, f"{'汉' * room}{stretch}汉汉"
    broken = [at for at in wrap(text, width, [(start, start + len(stretch))]) if start < at < start + len(stretch)]
    assert not broken or cell_len(stretch) > width


def test_chinese_fills_every_line() -> None:
    assert [len(line) for line in lines("汉" * 100, 21)] == [10] * 10


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("甲乙丙丁。", 8, ["甲乙丙", "丁。"]),
        ("甲乙丙（丁）", 8, ["甲乙丙", "（丁）"]),
        ("见 rank(A) 的", 9, ["见", "rank(A)", "的"]),
        ("矩阵rank可逆", 5, ["矩阵", "rank", "可逆"]),
        ("a b  c", 3, ["a b", "c"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        (f"设 a{NBSP}={NBSP}b{NBSP}+{NBSP}c 是", 7, ["设", f"a{NBSP}={NBSP}b{NBSP}", f"+{NBSP}c 是"]),
        ("破折号——在此", 7, ["破折", "号——在", "此"]),
        ("", 5, [""]),
        ("汉", 1, ["汉"]),
        ("a汉b", 1, ["a", "汉", "b"]),
        ("🎉🎉🎉", 4, ["🎉🎉", "🎉"]),
    ],
)
def test_examples(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


def test_a_formula_with_chinese_in_it_is_not_broken() -> None:
    text = "已知秩(列)=秩(行)的"
    assert wrap(text, 16, [(2, 11)]) == [0, 2]
    assert wrap(text, 16) != [0, 2]
