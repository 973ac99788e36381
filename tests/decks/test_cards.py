"""What the loader makes of well-formed cards."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.core.faces import items_of
from recall.core.model import Basic, Card, Cloze, Text
from recall.decks.load import load_deck
from tests.support_decks import parsed


def only(text: str | bytes) -> Card:
    """The one card of a deck that has no problem."""
    deck = parsed(text)
    assert deck.problems == []
    (located,) = deck.cards
    return located.card


def basic(text: str | bytes) -> Basic:
    body = only(text).body
    assert isinstance(body, Basic)
    return body


def test_a_card_needs_no_more_than_front_and_back() -> None:
    assert basic("cards:\n- front: q\n  back: a\n") == Basic(Text("q", "q"), Text("a", "a"))


def test_a_text_in_two_languages_keeps_both() -> None:
    assert basic("cards:\n- front: {zh: 问, en: q}\n  back: {en: a}\n") == Basic(Text("问", "q"), Text(None, "a"))


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "off", "true", "3", "1e5", "0x10", "012", "2024-01-01", "1:30", ".inf"]
)
def test_a_plain_scalar_stays_the_text_that_was_typed(word: str) -> None:
    assert basic(f"cards:\n- front: q\n  back: {word}\n").back == Text(word, word)


@pytest.mark.parametrize("word", ["null", "~", "''"])
def test_a_quoted_null_is_a_text_and_an_empty_one_is_none(word: str) -> None:
    assert basic("cards:\n- front: q\n  back: 'null'\n").back.en == "null"
    assert [problem.code for problem in parsed(f"cards:\n- front: q\n  back: {word}\n").problems] == ["no-answer"]


@pytest.mark.parametrize("word", ["true", "True", "yes", "on"])
def test_reverse_takes_every_word_for_true(word: str) -> None:
    assert basic(f"cards:\n- front: q\n  back: a\n  reverse: {word}\n").reverse


@pytest.mark.parametrize("word", ["false", "no", "off"])
def test_reverse_takes_every_word_for_false(word: str) -> None:
    assert not basic(f"cards:\n- front: q\n  back: a\n  reverse: {word}\n").reverse


def test_a_reversed_card_yields_two_items() -> None:
    assert items_of(only("cards:\n- {id: x, front: q, back: a, reverse: true}\n")) == ("x", "x#reverse")


def test_each_number_of_a_cloze_is_an_item() -> None:
    card = only("cards:\n- {id: x, cloze: '{{c3::a}} {{c1::b::hint}} {{c3::c}}', back: why}\n")
    assert items_of(card) == ("x#c1", "x#c3")
    assert card.back == Text("why", "why")


@pytest.mark.parametrize(
    "source",
    [
        r"{{c1::$\frac{a}{b}$}}",
        r"{{c1::$e^{x_{1} }$}} and {{c2::$\sqrt{\frac{a}{b} }$}}",
        r"$A = {{c1::\frac{1}{2}}} B$",
        r"{{c1::\{x\}}}",
        r"{{c1::$\left\{ x \right\}$}}",
    ],
)
def test_braces_of_tex_inside_a_cloze_are_kept(source: str) -> None:
    assert only(f"cards:\n- cloze: '{source}'\n").body == Cloze(Text(source, source))


def test_fields_of_the_head_hold_for_cards_that_have_none_of_their_own() -> None:
    text = (
        "topic: la.eigen\nsource: [s#1]\ntags: [t]\ncards:\n"
        "- {front: q, back: a}\n- {front: r, back: a, topic: la.svd, source: u#2, tags: v}\n"
    )
    first, second = (located.card for located in parsed(text).cards)
    assert (first.topic, first.source, first.tags) == ("la.eigen", ("s#1",), ("t",))
    assert (second.topic, second.source, second.tags) == ("la.svd", ("u#2",), ("v",))


def test_a_byte_order_mark_is_passed_over() -> None:
    assert only(b"\xef\xbb\xbfcards:\n- front: q\n  back: a\n").id


def test_line_ends_of_windows_are_read_with_the_right_lines() -> None:
    deck = parsed(
        "cards:\r\n- front: |\r\n    one\r\n    two\r\n  back: a\r\n- front: q\r\n  back: b\r\n  difficulty: 9\r\n"
    )
    assert [(problem.line, problem.column) for problem in deck.problems] == [(8, 15)]
    assert [located.line for located in deck.cards] == [2, 6]
    assert deck.cards[0].card.body == Basic(Text("one\ntwo\n", "one\ntwo\n"), Text("a", "a"))


def test_an_alias_stands_for_what_it_names() -> None:
    text = "source: &s [axler#5A]\ncards:\n- {front: q, back: a, source: *s}\n"
    assert only(text).source == ("axler#5A",)


def test_a_merge_key_is_no_field() -> None:
    deck = parsed("cards:\n- {front: q, back: a, <<: {more: m}}\n")
    assert [problem.code for problem in deck.problems] == ["unknown-field"]


def test_the_first_of_two_equal_keys_counts() -> None:
    (located,) = parsed("cards:\n- front: first\n  back: a\n  front: second\n").cards
    assert isinstance(located.card.body, Basic)
    assert located.card.body.front.en == "first"


def fingerprint_of(front: str) -> str:
    card = only(f"cards:\n- front: {front}\n  back: a\n")
    assert not card.has_own_id
    return card.id


def test_a_card_without_id_is_known_by_its_question_whatever_its_answer() -> None:
    assert fingerprint_of("q") == only("cards:\n- front: q\n  back: another\n  more: m\n").id


def test_white_space_does_not_change_what_a_card_is_known_by() -> None:
    assert fingerprint_of("a b") == fingerprint_of("'a   b '") == fingerprint_of("|\n    a\n    b\n")


@pytest.mark.parametrize(("one", "other"), [(r"\sigma", r"\Sigma"), ("x^2", "x_2"), ("$a$", "a"), ("a?", "a")])
def test_case_and_symbols_change_what_a_card_is_known_by(one: str, other: str) -> None:
    assert fingerprint_of(one) != fingerprint_of(other)


def test_composed_and_decomposed_letters_are_the_same_question() -> None:
    assert fingerprint_of("caf\u00e9") == fingerprint_of("cafe\u0301")


def test_an_unusable_id_leaves_the_card_known_by_its_question() -> None:
    (located,) = parsed("cards:\n- {id: 'a b', front: q, back: a}\n").cards
    assert located.card.id == fingerprint_of("q")


def test_markup_braces_and_emoji_come_through_as_typed() -> None:
    front = "[/] dp[i][j] vector<int> $5 $unclosed 🦉 [b]x[/b]"
    assert basic(f"cards:\n- front: '{front}'\n  back: a\n").front.en == front


def test_a_card_of_four_thousand_characters_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(f"cards:\n- front: q\n  back: {'长' * 4000}\n", "utf-8")
    (located,) = load_deck(path).cards
    assert isinstance(located.card.body, Basic)
    assert located.card.body.back.in_language("zh") == "长" * 4000
