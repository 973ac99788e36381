"""What strangers write reaches the terminal as text and as nothing else."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core.sanitise import sanitise


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("plain 中文 $x^2$ 🎉", "plain 中文 $x^2$ 🎉"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b\x07", "a␀b␇"),
        ("a\x7f", "a␡"),
        ("\x9b31m", "�31m"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\tx\n\ty", "    x\n    y"),
        ("abc\u202edcba", "abcdcba"),
        ("\u2066a\u2069\u200e\u200f\ufeff", "a"),
        ("zero\u200bwidth\u00ad", "zerowidth"),
        ("\ud800!", "�!"),
        ("a\ufffe\ufdd0", "a��"),
        ("tag\U000e0041", "tag"),
        ("\ue000a\ue001\ue003b\ue00f", "ab"),
    ],
)
def test_dangerous_characters_go_or_become_visible(typed: str, shown: str) -> None:
    assert sanitise(typed) == shown


def test_a_joiner_stays_between_emoji_and_nowhere_else() -> None:
    assert sanitise("👩‍🔬 ❤️‍🔥") == "👩‍🔬 ❤️‍🔥"
    assert sanitise("a\u200d中") == "a中"


def test_highlight_marks_stay_on_request() -> None:
    assert sanitise("\ue000a\ue001\ue002", keep_highlight=True) == "\ue000a\ue001"


def test_no_character_of_unicode_gets_through_as_a_control() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    bad = {c for c in sanitise(everything) if unicodedata.category(c) in ("Cc", "Cs")} - {"\n"}
    assert not bad
    bidirectional = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN"}
    assert not {c for c in sanitise(everything) if unicodedata.bidirectional(c) in bidirectional} - {"\u200c"}


@given(st.text(st.characters()))
def test_what_is_safe_stays_as_it_is(text: str) -> None:
    assert sanitise(sanitise(text)) == sanitise(text)
