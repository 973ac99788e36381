"""Units of answers: which can be converted into which, and by what factor.

A unit that the table lacks is a noun, such as `tokens` or `层`. A noun fits only itself, its plural and a noun in
another script, which cannot be compared; but it fits a pure number: 12 heads are 12.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from recall.core.typed_text import normalised


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a unit can mean: `factor` of the base unit of its `dimension`, which is empty for pure numbers."""

    dimension: str
    factor: Fraction
    is_noun: bool = False


_INFORMATION, _TIME, _WORK, _ANGLE = "bit", "second", "flop", "radian"
_DECIMAL = {"": 0, "k": 3, "K": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "Z": 21}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_PREFIXES = {prefix: Fraction(10**power) for prefix, power in _DECIMAL.items()} | {
    prefix: Fraction(2**power) for prefix, power in _BINARY.items()
}

_COUNTS = {
    **dict.fromkeys(("%", "percent", "per cent"), Fraction(1, 100)),
    **dict.fromkeys(("百分点", "percentage point", "percentage points", "pp"), Fraction(1, 100)),
    **dict.fromkeys(("‰", "per mille", "permille"), Fraction(1, 1000)),
    **dict.fromkeys(("x", "times", "倍", "个"), Fraction(1)),
    **dict.fromkeys(("K", "k", "thousand", "千"), Fraction(10**3)),
    **dict.fromkeys(("M", "million", "百万"), Fraction(10**6)),
    **dict.fromkeys(("B", "G", "bn", "billion", "十亿"), Fraction(10**9)),
    **dict.fromkeys(("T", "trillion", "万亿"), Fraction(10**12)),
    "百": Fraction(10**2),
    "万": Fraction(10**4),
    "十万": Fraction(10**5),
    "千万": Fraction(10**7),
    "亿": Fraction(10**8),
    "百亿": Fraction(10**10),
    "千亿": Fraction(10**11),
}
_TIMES = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "秒"), Fraction(1)),
    **dict.fromkeys(("ms", "millisecond", "milliseconds", "毫秒"), Fraction(1, 10**3)),
    **dict.fromkeys(("us", "μs", "microsecond", "microseconds", "微秒"), Fraction(1, 10**6)),
    **dict.fromkeys(("ns", "nanosecond", "nanoseconds", "纳秒"), Fraction(1, 10**9)),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分钟"), Fraction(60)),
    **dict.fromkeys(("h", "hour", "hours", "小时"), Fraction(3600)),
    **dict.fromkeys(("day", "days", "天"), Fraction(86400)),
}
_ANGLES = {
    **dict.fromkeys(("rad", "radian", "radians", "弧度"), Fraction(1)),
    **dict.fromkeys(("°", "deg", "degree", "degrees", "度"), Fraction(math.pi / 180)),
}


def _table() -> dict[str, list[Reading]]:
    """Every reading of each unit as it is written, case and all."""
    rows = [(name, Reading("", factor)) for name, factor in _COUNTS.items()]
    rows += [(name, Reading(_TIME, factor)) for name, factor in _TIMES.items()]
    rows += [(name, Reading(_ANGLE, factor)) for name, factor in _ANGLES.items()]
    rows += [(name, Reading(_INFORMATION, Fraction(1 / math.log(2)))) for name in ("nat", "nats")]
    for prefix, factor in _PREFIXES.items():
        rows += [(prefix + name, Reading(_INFORMATION, factor * 8)) for name in ("B", "byte", "bytes", "字节")]
        rows += [(prefix + name, Reading(_INFORMATION, factor)) for name in ("b", "bit", "bits", "比特")]
        rows += [(prefix + name, Reading(_WORK, factor)) for name in ("FLOP", "FLOPs", "FLOPS")]
        rows += [(prefix + name, Reading(f"{_WORK}/{_TIME}", factor)) for name in ("FLOPS", "FLOPs")]
        rows.append((f"{prefix}bps", Reading(f"{_INFORMATION}/{_TIME}", factor)))
        if prefix:
            rows.append((prefix, Reading(_INFORMATION, factor * 8)))  # "16 G" of memory
    table: dict[str, list[Reading]] = {}
    for name, reading in rows:
        table.setdefault(name, []).append(reading)
    return table


def _any_case(table: dict[str, list[Reading]]) -> dict[str, list[Reading]]:
    folded: dict[str, list[Reading]] = {}
    for name, rows in table.items():
        folded.setdefault(name.casefold(), []).extend(rows)
    return folded


_EXACT = _table()
_FOLDED = _any_case(_EXACT)
_MULTIPLIERS = {prefix.casefold() for prefix in _PREFIXES}
_LOOSE = ("b", "kb")
"""Bits to the letter, but people also write bytes so, and the size of a model: 7b."""
_MULTIPLIER = re.compile(
    r"(?P<multiplier>[十百千]?[万亿]|[百千个]|(?:[KMBGT]|thousand|million|billion|trillion)(?= ))\s*(?P<rest>\S.*)",
    re.IGNORECASE,
)


def conversions(given: str, expected: str | None) -> tuple[Fraction, ...]:
    """Factors, each of which may take a number in the `given` unit to the `expected` one; none when they do not fit.

    A missing unit is taken for the expected one. Where none is expected, a pure number is one (50 % is 1/2), and any
    other unit may be what the question asked for.
    """
    if not given:
        return (Fraction(1),)
    readings = _readings(given)
    if not expected:
        is_multiplier = given.casefold() in _MULTIPLIERS or not any(reading.dimension for reading in readings)
        bare = () if is_multiplier else (Fraction(1),)
        return (*dict.fromkeys(reading.factor for reading in readings), *bare)
    pairs = product(readings, _readings(expected))
    return tuple(dict.fromkeys(got.factor / asked.factor for got, asked in pairs if _fit(got, asked)))


def base_factor(unit: str) -> Fraction:
    """How many of the base unit one `unit` is, by its first reading: 1/100 for `%`."""
    return _readings(unit)[0].factor


def _fit(got: Reading, asked: Reading) -> bool:
    if got.dimension == asked.dimension:
        return True
    if got.is_noun and asked.is_noun:
        return got.dimension.isascii() != asked.dimension.isascii()
    return (got.is_noun and not asked.dimension) or (asked.is_noun and not got.dimension)


def _readings(unit: str) -> tuple[Reading, ...]:
    """What a unit can mean; `GB/s` and `tokens per second` are quotients."""
    numerator, *denominators = re.split(r" ?/ ?| per (?!cent|mille)", normalised(unit).strip())
    readings = _simple(numerator)
    for denominator in denominators:
        readings = [
            Reading(f"{over.dimension}/{under.dimension}", over.factor / under.factor)
            for over, under in product(readings, _simple(denominator))
        ]
    return tuple(readings)


def _simple(unit: str) -> list[Reading]:
    known = (None if unit in _LOOSE else _EXACT.get(unit)) or _FOLDED.get(unit.casefold())
    if known:
        return known
    if match := _MULTIPLIER.fullmatch(unit):
        [multiplier, *_] = _FOLDED[match["multiplier"].casefold()]
        return [
            Reading(reading.dimension, reading.factor * multiplier.factor, reading.is_noun)
            for reading in _simple(match["rest"])
        ]
    noun = re.sub(r"\s+", "", unit.casefold())
    return [Reading(noun[:-1] if len(noun) > 3 and noun.endswith("s") else noun, Fraction(1), is_noun=True)]
