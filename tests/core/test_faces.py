"""The items of a card, and what each asks and answers."""

from typing import get_args

import pytest

from recall.core.cloze import HIGHLIGHT_END, HIGHLIGHT_START
from recall.core.faces import Face, face, items_of
from recall.core.model import Basic, Body, Card, CardId, Cloze, ItemId, Language, Text

CARD = CardId("la.eigen-01")
ITEM = ItemId(CARD)
REVERSE = ItemId("la.eigen-01#reverse")
LANGUAGES: tuple[Language, ...] = get_args(Language)


def card(body: Body, back: Text | None = None, more: Text | None = None) -> Card:
    return Card(CARD, body, back=back, more=more)


BASIC = Basic(Text("什么是秩？", "What is rank?"), Text("列空间的维数", "The dimension of the column space"))
REVERSED = Basic(BASIC.front, BASIC.back, reverse=True)
CLOZE = Cloze(Text("{{c2::秩}}与{{c1::零化度}}", "{{c1::nullity}} and {{c2::rank}}"))


def test_a_basic_card_is_one_item() -> None:
    assert items_of(card(BASIC)) == ("la.eigen-01",)


def test_a_reversible_card_is_two_items() -> None:
    assert items_of(card(REVERSED)) == ("la.eigen-01", "la.eigen-01#reverse")


def test_a_cloze_card_is_an_item_for_each_number() -> None:
    assert items_of(card(CLOZE)) == ("la.eigen-01#c1", "la.eigen-01#c2")


def test_a_number_used_twice_is_one_item() -> None:
    assert items_of(card(Cloze(Text(en="{{c1::a}} {{c1::b}}")))) == ("la.eigen-01#c1",)


def test_a_cloze_in_one_language_has_all_its_items() -> None:
    assert items_of(card(Cloze(Text(zh="{{c3::秩}}")))) == ("la.eigen-01#c3",)


@pytest.mark.parametrize(
    ("language", "front", "back"),
    [
        ("zh", "什么是秩？", "列空间的维数"),
        ("en", "What is rank?", "The dimension of the column space"),
    ],
)
def test_a_basic_card_asks_its_front(language: Language, front: str, back: str) -> None:
    assert face(card(BASIC), ITEM, language) == Face(front, back)


def test_the_reverse_asks_the_back() -> None:
    assert face(card(REVERSED), REVERSE, "en") == Face("The dimension of the column space", "What is rank?")


def test_the_way_forth_of_a_reversible_card_asks_the_front() -> None:
    assert face(card(REVERSED), ITEM, "en") == Face("What is rank?", "The dimension of the column space")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_in_the_other_language_is_better_than_none(language: Language) -> None:
    chinese_question = Basic(Text(zh="什么是秩？"), Text(en="A dimension"))

    assert face(card(chinese_question), ITEM, language) == Face("什么是秩？", "A dimension")


def test_a_cloze_item_hides_its_number_alone() -> None:
    shown = face(card(CLOZE), ItemId("la.eigen-01#c1"), "en")

    assert shown.front == "[…] and rank"
    assert shown.back == f"{HIGHLIGHT_START}nullity{HIGHLIGHT_END} and rank"


def test_a_cloze_item_hides_its_number_wherever_the_language_puts_it() -> None:
    assert face(card(CLOZE), ItemId("la.eigen-01#c2"), "zh").front == "[…]与零化度"


def test_numbers_of_two_digits_are_told_apart() -> None:
    source = " ".join(f"{{{{c{n}::word{n}}}}}" for n in (1, 10))

    assert face(card(Cloze(Text(en=source))), ItemId("la.eigen-01#c10"), "en").front == "word1 […]"


def test_the_explanation_and_more_are_shown_in_the_language_asked_for() -> None:
    explained = card(CLOZE, back=Text("秩零化度定理", "The rank theorem"), more=Text("另见", "See also"))

    shown = face(explained, ItemId("la.eigen-01#c1"), "en")

    assert (shown.explanation, shown.more) == ("The rank theorem", "See also")


def test_what_is_not_there_is_empty() -> None:
    shown = face(card(BASIC), ITEM, "en")

    assert (shown.explanation, shown.more) == ("", "")


def test_a_plain_face_bears_no_marks() -> None:
    plain = face(card(CLOZE, back=Text(en="Why")), ItemId("la.eigen-01#c1"), "en").plain()

    assert plain == Face("[…] and rank", "nullity and rank", "Why")
