"""What is typed to search, as the terms it means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core.query import (
    Compared,
    Every,
    Fault,
    Is,
    Named,
    Not,
    Op,
    Query,
    QueryError,
    Some,
    Words,
    parse,
)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Every()),
        ("  eigen ", Words("eigen")),
        ("矩阵 秩", Every((Words("矩阵"), Words("秩")))),
        ('"orthogonal basis"', Words("orthogonal basis")),
        ("“正交 基”", Words("正交 基")),
        ("topic:la.rank", Named("topic", "la.rank")),
        ('Tag:"two words"', Named("tag", "two words")),
        ("tag：考试", Named("tag", "考试")),
        ("is:Due", Is("due")),
        ("lapses:3", Compared("lapses", Op.IS, 3)),
        ("lapses:>3", Compared("lapses", Op.MORE, 3)),
        ("difficulty:>=7", Compared("difficulty", Op.AT_LEAST, 7)),
        ("due:≤-2", Compared("due", Op.AT_MOST, -2)),
        ("r:＜80%", Compared("r", Op.LESS, 0.8)),
        ("-is:new", Not(Is("new"))),
        ("--is:new", Is("new")),
        ("-", Words("-")),
        ("a - b", Every((Words("a"), Words("-"), Words("b")))),
        ("a OR b c", Some((Words("a"), Every((Words("b"), Words("c")))))),
        ("a OR", Words("a")),
        ("ORacle or", Every((Words("ORacle"), Words("or")))),
        ("-(a OR b) c", Every((Not(Some((Words("a"), Words("b")))), Words("c")))),
        ("(tag:x)(tag:y)", Every((Named("tag", "x"), Named("tag", "y")))),
    ],
)
def test_a_query_is_read(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize("word", ["f(x)", r"\frac{a}{b}", r"A^{-1}", "x)", "λ₁", r"p(x|y)", "3.5%"])
def test_a_formula_is_a_word_as_it_is_typed(word: str) -> None:
    assert parse(word) == Words(word)
    assert parse(f"({word.removesuffix(')') if word == 'x)' else word} OR b)") == Some(
        (Words(word.removesuffix(")") if word == "x)" else word), Words("b"))
    )


@pytest.mark.parametrize(
    ("text", "fault", "word"),
    [
        ("colour:red", Fault.NO_FIELD, "colour"),
        ("a lapses:", Fault.NO_VALUE, "lapses"),
        ("tag: x", Fault.NO_VALUE, "tag"),
        ("lapses:>many", Fault.NOT_A_NUMBER, "lapses:many"),
        ("r:nan", Fault.NOT_A_NUMBER, "r:nan"),
        ("stage:>2", Fault.NOT_COMPARED, "stage"),
        ("is:blue", Fault.NO_STATE, "blue"),
        ('"open', Fault.NOT_CLOSED, '"'),
        ("(a OR b", Fault.NOT_CLOSED, "("),
        (")", Fault.NOT_OPENED, ")"),
        ("(" * 99, Fault.TOO_DEEP, "("),
    ],
)
def test_what_is_wrong_is_named(text: str, fault: Fault, word: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert (caught.value.fault, caught.value.word) == (fault, word)


@given(st.text('ab()-:" ORis<>=0矩“”\\', max_size=40))
def test_any_text_is_a_query_or_is_refused(text: str) -> None:
    try:
        query = parse(text)
    except QueryError:
        return
    assert all(word in text for word in words_of(query))


def words_of(query: Query) -> Iterator[str]:
    match query:
        case Words(text):
            yield text
        case Not(part):
            yield from words_of(part)
        case Every(parts) | Some(parts):
            for part in parts:
                yield from words_of(part)
