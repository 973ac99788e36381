"""Why a text is not read as a number, or as several."""

from __future__ import annotations

from enum import StrEnum


class NumberFault(StrEnum):
    """Why a text is not read as a number."""

    EMPTY = "empty"
    SYNTAX = "syntax"
    AMBIGUOUS = "ambiguous"
    TOO_LONG = "too-long"
    TOO_DEEP = "too-deep"
    TOO_BIG = "too-big"
    NOT_FINITE = "not-finite"
    UNDEFINED = "undefined"
    """The logarithm or the root of a number that has none among the reals."""


class NumberTextError(Exception):
    """A text is not a number."""

    def __init__(self, fault: NumberFault) -> None:
        super().__init__(fault.value)
        self.fault = fault
