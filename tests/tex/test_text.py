"""The small parts: width of characters, tokens, small scripts, alphabets."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcwidth

from recall.tex.fences import arrow, brace
from recall.tex.fonts import is_styled, plain, styled
from recall.tex.lexer import source_of, tokenize
from recall.tex.scripts import subscript, superscript
from recall.tex.width import char_width, printable, text_width


@given(st.text())
def test_tokens_joined_are_the_source(source: str) -> None:
    tokens = tokenize(source)
    assert source_of(tokens) == source
    position = 0
    for token in tokens:
        assert token.position == position
        position += len(token.text)


@pytest.mark.parametrize(
    "block",
    [
        range(0x20, 0x7F),
        range(0xA1, 0xAD),
        range(0x300, 0x370),
        range(0x370, 0x400),
        range(0x1D00, 0x1DC0),
        range(0x2010, 0x2028),
        range(0x2070, 0x20D0),
        range(0x20D0, 0x20F0),
        range(0x2100, 0x2400),
        range(0x2500, 0x2600),
        range(0x27C0, 0x2B00),
        range(0x3000, 0x30FF),
        range(0x4E00, 0x9FFF),
        range(0xAC00, 0xD7A4),
        range(0xFF01, 0xFF61),
        range(0x1D400, 0x1D800),
    ],
    ids=lambda block: f"{block.start:04X}",
)
def test_widths_agree_with_wcwidth_where_math_and_chinese_live(block: range) -> None:
    differing = [
        f"{code:04X}"
        for code in block
        if unicodedata.category(chr(code)) != "Cn" and char_width(chr(code)) != wcwidth(chr(code))
    ]
    assert differing == []


def test_width_counts_cells_not_characters() -> None:
    assert text_width("后验 = X̄") == 8


@pytest.mark.parametrize("char", ["\n", "\u200b", "\ufe0f", "\ud800"])
def test_invisible_characters_are_left_out(char: str) -> None:
    assert printable(char) == ""


def test_characters_without_a_glyph_become_a_square() -> None:
    assert printable("\ue000") + printable("a") == "□a"


def test_scripts_have_no_stand_ins() -> None:
    assert superscript("i+1") == "ⁱ⁺¹"
    assert subscript("n−1") == "ₙ₋₁"
    assert [superscript(text) for text in ("X", "C", "q", "ϕ", "/", "")] == [None] * 6
    assert [subscript(text) for text in ("X", "b", "ij,", "ϕ", "*")] == [None] * 5


def test_small_characters_are_forms_of_the_large_ones() -> None:
    for char in string.ascii_letters + string.digits:
        for small in filter(None, (superscript(char), subscript(char))):
            assert unicodedata.normalize("NFKC", small) == char


@pytest.mark.parametrize("font", ["bold", "script", "double-struck", "fraktur", "sans-serif", "monospace"])
def test_letters_of_an_alphabet_go_back_to_plain_ones(font: str) -> None:
    for char in string.ascii_letters:
        assert is_styled(styled(char, font)) or styled(char, font) in "ℑℜ"
        assert plain(styled(char, font)) == char or styled(char, font) in "ℑℜ"


def test_bold_greek_has_its_own_letters() -> None:
    assert styled("μ", "bold") + styled("Σ", "bold") + styled("∇", "bold") == "𝛍𝚺𝛁"


@pytest.mark.parametrize("width", range(1, 9))
def test_braces_and_arrows_are_as_wide_as_asked(width: int) -> None:
    assert len(brace("╰", "┬", "╯", width)) == width
    for char in "→←↔⇒⇔↦=":
        assert len(arrow(char, width)) == width
