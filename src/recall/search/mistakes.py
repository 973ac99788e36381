"""Queries that can't be read: what is wrong with each, and what would be right."""

from __future__ import annotations

from recall.core import query
from recall.core.query import Fault, Query, QueryError
from recall.errors import SearchError
from recall.i18n import _
from recall.names import enumerated


def parsed(text: str) -> Query:
    """The query that a text means. Raises SearchError."""
    try:
        return query.parse(text)
    except QueryError as error:
        raise SearchError(_explained(error)) from None


def _explained(error: QueryError) -> str:
    """What is wrong with a query, and what would be right."""
    word = error.word
    match error.fault:
        case Fault.NO_FIELD:
            message = _("there is no field {word}; put a text with a colon in quotes; fields are {names}")
            return message.format(word=word, names=enumerated(query.FIELDS))
        case Fault.NO_STATE:
            return _("is:{word} is not known; it may be {names}").format(
                word=word, names=enumerated(sorted(query.STATES))
            )
        case Fault.NO_VALUE:
            return _("{word}: what? Give a value, such as {example}").format(word=word, example=_example(word))
        case Fault.NOT_A_NUMBER:
            return _("{word}: there should be a number, as in {example}").format(
                word=word, example=_example(word.partition(":")[0])
            )
        case Fault.NOT_COMPARED:
            return _("{word} is not a number and can't be compared; write {example}").format(
                word=word, example=_example(word)
            )
        case Fault.NOT_CLOSED:
            return _("{word} is not closed").format(word=word)
        case Fault.NOT_OPENED:
            return _("{word} closes nothing; put it in quotes to search for it").format(word=word)
        case Fault.TOO_DEEP:
            return _("there are too many parentheses in each other")


def _example(field: str) -> str:
    if field in query.NUMBERS:
        return f"{field}:<0.8" if field == "r" else f"{field}:>3"
    return "is:due" if field == "is" else {"kind": "kind:cloze", "id": "id:la.rank"}.get(field, f'{field}:"…"')
