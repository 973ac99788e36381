"""Several numbers or names on a line, and matrices, as people type them.

Commas, semicolons, line ends, `、`, `and` and `和` separate; blanks and `×` do where those give the wrong count. So a
comma never separates thousands here. Brackets round the whole, names (`x1 =`) and a transpose mark are passed over.
"""

from __future__ import annotations

import re

from recall.core.number_fault import NumberFault, NumberTextError
from recall.core.number_text import Quantity, read_number
from recall.core.plain_text import plain

_MARKS = re.compile(r"[,;\n]|\b(?:and|or)\b|[和与或]", re.IGNORECASE)
_MARKS_OR_SPACES = re.compile(rf"{_MARKS.pattern}|\s", re.IGNORECASE)
_CROSSES = re.compile(r"(?<=[\d) ])[*xX](?=[\d( -])")
_ROW_ENDS = re.compile(r"[;\n]")
_NAME = re.compile(r"(?:[^\W\d]|\\)[\w\\{}()\[\]']{0,30} ?[=≈] ?")
_NAME_MARKS = re.compile(r"[,;\n]|[-=]?>")
_NAME_MARKS_OR_AND = re.compile(rf"{_NAME_MARKS.pattern}|\band\b", re.IGNORECASE)
_NAME_MARKS_OR_SPACES = re.compile(rf"{_NAME_MARKS.pattern}|\s")
_TRANSPOSE = re.compile(r"(?<=[\])}]) ?(?:\^ ?\{? ?(?:T|\\top) ?\}?|T|')$")


def read_numbers(text: str, count: int) -> list[Quantity]:
    """The numbers of a text, separated so that there are `count` of them if that can be.

    Raises NumberTextError when no way to separate them leaves numbers.
    """
    line = _unwrapped(_bare(text))
    readable: list[list[Quantity]] = []
    faults: list[NumberFault] = []
    for separator in (_MARKS, _MARKS_OR_SPACES, _CROSSES):
        try:
            readable.append([read_number(piece) for piece in split(line, separator)])
        except NumberTextError as error:
            faults.append(error.fault)
    for numbers in readable:
        if len(numbers) == count:
            return numbers
    if not readable:
        raise NumberTextError(faults[0])
    return readable[0]


def read_rows(text: str, columns: int) -> list[list[Quantity]]:
    """The rows of a matrix, each separated so that it has `columns` numbers if that can be. Raises NumberTextError."""
    inside = _without_brackets(_bare(text))
    pieces = split(inside, _MARKS_OR_SPACES)
    if all(_is_bracketed(piece) for piece in pieces):
        rows = [row for piece in pieces for row in split(_without_brackets(piece), _ROW_ENDS)]
    else:
        rows = split(inside, _ROW_ENDS)
    return [read_numbers(row, columns) for row in rows]


def split_words(text: str, count: int) -> list[str]:
    """The names of a simplified text.

    Commas, semicolons, line ends and arrows separate them, or `and` and blanks where that gives `count` of them.
    """
    line = _unwrapped(text)
    separations = [split(line, marks) for marks in (_NAME_MARKS, _NAME_MARKS_OR_AND, _NAME_MARKS_OR_SPACES)]
    return next((words for words in separations if len(words) == count), separations[0])


def split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The pieces between separators that stand outside all brackets; no piece is empty."""
    pieces, start, depth, position = [], 0, 0, 0
    while position < len(text):
        depth = max(0, depth + (text[position] in "([{") - (text[position] in ")]}"))
        match = separator.match(text, position) if depth == 0 else None
        if match is not None:
            pieces.append(text[start : match.start()])
            start = match.end()
        position = match.end() if match is not None else position + 1
    return [piece.strip() for piece in (*pieces, text[start:]) if piece.strip()]


def _bare(text: str) -> str:
    """The text written plainly, without names and the mark of a transpose, and with no blanks round operators."""
    line = plain(text)
    if not line:
        raise NumberTextError(NumberFault.EMPTY)
    return re.sub(r" ?([*/^]) ?", r"\1", _TRANSPOSE.sub("", _NAME.sub("", line)))


def _unwrapped(text: str) -> str:
    while _is_bracketed(text):
        text = text[1:-1].strip()
    return text


def _without_brackets(text: str) -> str:
    return text[1:-1].strip() if _is_bracketed(text) else text


def _is_bracketed(text: str) -> bool:
    """Whether the first character is a bracket that the last one closes."""
    if text[:1] not in ("(", "[", "{") or text[-1] not in ")]}":
        return False
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return position == len(text) - 1
    return False
