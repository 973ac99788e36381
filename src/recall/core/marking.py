"""Marks an answer: how much of it is right, and a code from which the caller can say why.

An answer of several parts that is not all right scores at most 0.9, so that only a perfect one scores 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise, zip_longest

from recall.core.answers import Exact, Matrix, Number, Numbers, Tolerance, Words
from recall.core.model import Grade
from recall.core.number_fault import NumberFault, NumberTextError
from recall.core.number_lists import read_numbers, read_rows, split_words
from recall.core.number_text import Quantity, read_number
from recall.core.typed_text import MAX_LENGTH, check_pattern, folded, matches, normalised, simplified
from recall.core.units import base_factor, conversions

_PARTLY_AT_MOST = 0.9
_OTHER_FORM = 0.75
"""The score of an output whose values are right and whose form is not."""
_WITHOUT_MUST_AT_MOST = 0.5
_RED_FLAG = 0.25

_FLOAT_TOLERANCE = Tolerance(1e-3, relative=True)
"""Of an answer that is a float and says no tolerance."""
_NOISE = Fraction(1, 10**9)
"""What floating point may add to a tolerance, relative to the answer."""
_NEAR = Fraction(1, 100)
_MIN_ROUNDED_DIGITS = 3

_NAMED = re.compile(r"\s*[^\W\d][\w']*(?:\([\w, ]*\))?\s*[=＝](?!=)\s*")
_ABOUT = re.compile(r"\s*(?:≈|(?:大约|约)(?![\u4e00-\u9fff])|(?:about|approximately|approx\.?)\s)\s*", re.IGNORECASE)
_SECONDS = {"choice": 20, "typed": 20, "numeric": 60, "order": 60, "output": 45, "drill": 90, "code": 600}
_OTHER_SECONDS = 20


class Verdict(StrEnum):
    """What there is to say of an answer."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    """Not a number, or not numbers, or longer than an answer can be."""
    UNIT = "unit"
    """The number would be right in another unit."""
    NEAR = "near"
    """Outside the tolerance, but within twice of it or 1 % of the answer: a matter of rounding, perhaps."""
    COUNT = "count"
    """Not as many numbers as the answer has, or a matrix of another shape."""
    FORMAT = "format"
    """Right but for blanks, quotation marks or width; with a lower score also but for brackets and commas."""
    PATTERN = "pattern"
    """The card's pattern cannot be used."""
    PATTERN_TIMEOUT = "pattern-timeout"


@dataclass(frozen=True, slots=True)
class Mark:
    """How much of an answer is right, from 0 to 1, and what there is to say of it."""

    score: float
    code: Verdict


_RIGHT, _WRONG, _EMPTY = Mark(1.0, Verdict.RIGHT), Mark(0.0, Verdict.WRONG), Mark(0.0, Verdict.EMPTY)


def mark_exact(given: str, expected: Exact) -> Mark:
    """Marks numbers, matrices and names; the share of the right ones counts, but a wrong count of numbers is wrong."""
    if isinstance(expected, Words):
        return _mark_words(given, expected)
    try:
        if isinstance(expected, Number):
            return _mark_number(read_number(given), expected)
        if isinstance(expected, Matrix):
            return _mark_matrix(given, expected)
        return _mark_numbers(given, expected)
    except NumberTextError as error:
        return _EMPTY if error.fault is NumberFault.EMPTY else Mark(0.0, Verdict.UNREADABLE)


def mark_typed(given: str, accepted: Sequence[str], pattern: str | None = None) -> Mark:
    """Right when it is one of the accepted answers, both folded, or when the whole of it matches the pattern.

    A name and an equals sign before it, `var = s/k`, do not count where no accepted answer has one; nor does a word
    that it is so about.
    """
    if not given.strip():
        return _EMPTY
    if len(given) > MAX_LENGTH:
        return Mark(0.0, Verdict.UNREADABLE)
    if folded(given) in {folded(answer) for answer in accepted}:
        return _RIGHT
    if (named := _NAMED.match(given)) and not any("=" in answer for answer in (*accepted, pattern or "")):
        return mark_typed(given[named.end() :], accepted, pattern)
    if about := _ABOUT.match(given):
        return mark_typed(given[about.end() :], accepted, pattern)
    if pattern is None:
        return _WRONG
    if check_pattern(pattern) is not None:
        return Mark(0.0, Verdict.PATTERN)
    try:
        return _RIGHT if matches(pattern, given) else _WRONG
    except TimeoutError:
        return Mark(0.0, Verdict.PATTERN_TIMEOUT)


def mark_output(given: str, expected: str) -> Mark:
    """Marks what a program prints, line by line; blanks at line ends and blank lines at the end do not count.

    Right with the code `format` when only the width of blanks, blanks beside punctuation, the kind of quotation marks
    or the width of characters differ; partly right with that code when the same values stand in other brackets, or
    between other commas. Otherwise the share of lines that are right in their place.
    """
    got, asked = _lines(given), _lines(expected)
    if got == asked:
        return _RIGHT
    if not got:
        return _EMPTY
    pairs = list(zip_longest(map(_loose_line, got), map(_loose_line, asked)))
    hits = sum(one == other for one, other in pairs)
    if hits == len(pairs):
        return Mark(1.0, Verdict.FORMAT)
    if _bare(got) == _bare(asked):
        return Mark(_OTHER_FORM, Verdict.FORMAT)
    return _share(hits, len(pairs))


def mark_choice(chosen: frozenset[int], right: frozenset[int]) -> Mark:
    """Each right choice counts for, each wrong one against; with a single right choice that is all or nothing."""
    if chosen == right:
        return _RIGHT
    if not chosen:
        return _EMPTY
    return _share(len(chosen & right) - len(chosen - right), len(right))


def mark_order(given: Sequence[int], right: Sequence[int]) -> Mark:
    """The share of neighbours in the right order that are neighbours, in that order, in the given one too."""
    if tuple(given) == tuple(right):
        return _RIGHT
    if not given:
        return _EMPTY
    kept = set(pairwise(given)) & set(pairwise(right))
    return _share(len(kept), len(right) - 1)


def mark_rubric(ticked: frozenset[int], weights: Sequence[int], musts: frozenset[int], red_flags: int) -> Mark:
    """The weighted share of the points ticked: at most 0.5 when a must is missing, 0.25 less for each red flag."""
    share = sum(weight for point, weight in enumerate(weights) if point in ticked) / max(1, sum(weights))
    capped = share if musts <= ticked else min(share, _WITHOUT_MUST_AT_MOST)
    score = max(0.0, capped - _RED_FLAG * red_flags)
    return Mark(score, Verdict.RIGHT if score == 1 else Verdict.PARTLY if score > 0 else Verdict.WRONG)


def mark_tests(passed: int, total: int) -> Mark:
    """The share of the tests that pass."""
    return _RIGHT if 0 < total == passed else _share(passed, total)


def expected_ms(kind: str, minutes: float | None = None, difficulty: int | None = None) -> int:
    """How long an answer of this kind of card takes, in milliseconds: its `minutes` if it says, else by constants.

    Difficulty 3, or none, is the constant; each step up or down is a fifth of it more or less.
    """
    if minutes is not None:
        return round(minutes * 60_000)
    steps = (difficulty or 3) - 3
    return _SECONDS.get(kind, _OTHER_SECONDS) * (1_000 + 200 * steps)


def suggest_grade(mark: Mark, milliseconds: int | None, expected_ms: int) -> Grade:
    """Easy for a right answer in under a third of the expected time, hard for one that took over twice as long."""
    if mark.score < 1:
        return Grade.HARD if mark.score >= 0.6 else Grade.AGAIN
    if milliseconds is None:
        return Grade.GOOD
    if milliseconds * 3 < expected_ms:
        return Grade.EASY
    return Grade.HARD if milliseconds > 2 * expected_ms else Grade.GOOD


def _share(hits: int, total: int) -> Mark:
    """A mark for an answer that is not all right."""
    if hits <= 0 or total <= 0:
        return _WRONG
    return Mark(min(_PARTLY_AT_MOST, hits / total), Verdict.PARTLY)


def _mark_number(given: Quantity, expected: Number) -> Mark:
    factors = conversions(given.unit, expected.unit)
    if any(_is_right(given, factor, expected) for factor in factors):
        return _RIGHT
    if any(_is_right(given, factor, expected) for factor in _other_factors(expected)):
        return Mark(0.0, Verdict.UNIT)
    return Mark(0.0, Verdict.NEAR) if any(_is_near(given, factor, expected) for factor in factors) else _WRONG


def _other_factors(expected: Number) -> tuple[Fraction, ...]:
    """What takes the bare number to the answer if its unit is wrong: none, or the base unit, such as 0.5 for 50 %."""
    return (Fraction(1), 1 / base_factor(expected.unit)) if expected.unit else (Fraction(1),)


def _is_right(given: Quantity, factor: Fraction, expected: Number) -> bool:
    error = _error(given, factor, expected)
    return error <= _allowed(given, expected) or error <= _rounding(given, factor, expected)


def _is_near(given: Quantity, factor: Fraction, expected: Number) -> bool:
    reach = max(2 * _allowed(given, expected), _NEAR * abs(Fraction(expected.value)))
    return _error(given, factor, expected) <= reach


def _error(given: Quantity, factor: Fraction, expected: Number) -> Fraction:
    return abs(Fraction(given.value) * factor - Fraction(expected.value))


def _allowed(given: Quantity, expected: Number) -> Fraction:
    """How far from the answer a number may be; what is exact on both sides, not at all."""
    size = abs(Fraction(expected.value))
    tolerance = expected.tolerance or (_FLOAT_TOLERANCE if isinstance(expected.value, float) else None)
    if tolerance is None:
        return _NOISE * size if isinstance(given.value, float) else Fraction(0)
    return Fraction(tolerance.size) * (size if tolerance.relative else 1) + _NOISE * size


def _rounding(given: Quantity, factor: Fraction, expected: Number) -> Fraction:
    """How far a decimal may be from an exact answer that is no whole number: half its last digit, if it has three."""
    if expected.tolerance is not None or isinstance(expected.value, float) or given.last_digit is None:
        return Fraction(0)
    digits = len(str(abs(round(Fraction(given.value) / given.last_digit))))
    has_enough = expected.value.denominator > 1 and digits >= _MIN_ROUNDED_DIGITS
    return given.last_digit * factor / 2 if has_enough else Fraction(0)


def _mark_numbers(given: str, expected: Numbers) -> Mark:
    numbers = read_numbers(given, len(expected.values))
    if len(numbers) != len(expected.values):
        return Mark(0.0, Verdict.COUNT)
    return _mark_parts(numbers, expected.values, ordered=expected.ordered)


def _mark_matrix(given: str, expected: Matrix) -> Mark:
    rows = read_rows(given, len(expected.rows[0]))
    if [len(row) for row in rows] != [len(row) for row in expected.rows]:
        return Mark(0.0, Verdict.COUNT)
    entries = [entry for row in rows for entry in row]
    return _mark_parts(entries, [number for row in expected.rows for number in row], ordered=True)


def _mark_parts(given: Sequence[Quantity], expected: Sequence[Number], *, ordered: bool) -> Mark:
    def is_right(quantity: Quantity, number: Number) -> bool:
        return _mark_number(quantity, number).score == 1

    if ordered:
        hits = sum(map(is_right, given, expected))
    else:
        hits = _most_pairs([[is_right(quantity, number) for quantity in given] for number in expected])
    return _RIGHT if hits == len(expected) else _share(hits, len(expected))


def _most_pairs(fits: Sequence[Sequence[bool]]) -> int:
    """The size of a maximum matching between rows and columns (Kuhn's augmenting paths)."""
    row_of: dict[int, int] = {}

    def has_place(row: int, tried: set[int]) -> bool:
        for column, is_fit in enumerate(fits[row]):
            if is_fit and column not in tried:
                tried.add(column)
                if column not in row_of or has_place(row_of[column], tried):
                    row_of[column] = row
                    return True
        return False

    return sum(has_place(row, set()) for row in range(len(fits)))


def _mark_words(given: str, expected: Words) -> Mark:
    if not given.strip():
        return _EMPTY
    if len(given) > MAX_LENGTH:
        return Mark(0.0, Verdict.UNREADABLE)
    asked = [folded(word) for word in expected.words]
    got = [folded(word) for word in split_words(simplified(given), len(asked))]
    if expected.ordered:
        hits, total = sum(map(str.__eq__, got, asked)), max(len(asked), len(got))
    else:
        hits, total = len(set(got) & set(asked)), len(set(got) | set(asked))
    return _RIGHT if hits == total else _share(hits, total)


def _lines(text: str) -> list[str]:
    """The lines without blanks at their ends, and without the blank ones at the end."""
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n", text)]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _bare(lines: Sequence[str]) -> list[str]:
    """What is printed, without brackets, commas and quotation marks."""
    return re.sub(r"[\[\](){},;'\"]", " ", " ".join(map(_loose_line, lines))).split()


def _loose_line(line: str) -> str:
    """What a line of output is compared by when blanks and quotation marks matter little."""
    straight = re.sub('["`‘’“”]', "'", normalised(line))
    return re.sub(r" ?([^\w\s.+-]) ?", r"\1", re.sub(r"\s+", " ", straight)).strip()
