"""Numbers read back out of a question's English text."""

from __future__ import annotations

import re
from fractions import Fraction

FRACTION = r"-?\\frac\{\d+\}\{\d+\}|-?\d+(?:\.\d+)?"


def fraction(tex: str) -> Fraction:
    r"""`-3`, `0.25`, `-\frac{1}{2}`."""
    ratio = re.fullmatch(r"(-?)\\frac\{(\d+)\}\{(\d+)\}", tex.strip())
    return Fraction(f"{ratio[1]}{ratio[2]}/{ratio[3]}") if ratio else Fraction(tex.strip())


def after(text: str, label: str) -> Fraction:
    """The number that follows `label` at its first place."""
    found = re.search(re.escape(label) + rf"({FRACTION})", text)
    assert found, (label, text)
    return fraction(found[1])


def before(text: str, label: str) -> Fraction:
    """The number in front of `label` at its first place."""
    found = re.search(rf"({FRACTION}){re.escape(label)}", text)
    assert found, (label, text)
    return fraction(found[1])


def tuples(text: str) -> list[list[Fraction]]:
    """The tuples of numbers, in order."""
    found = re.findall(rf"\(((?:{FRACTION})(?:, ?(?:{FRACTION}))+)\)", text)
    return [[fraction(part) for part in inside.split(",")] for inside in found]


def rows(text: str) -> list[list[Fraction]]:
    """The first matrix of numbers."""
    found = re.search(r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", text)
    assert found, text
    return [[fraction(cell) for cell in row.split("&")] for row in found[1].split(r"\\")]


def logs(text: str) -> list[list[int]]:
    r"""The arguments in tuples of logarithms such as `(0, \ln 2)`."""
    found = re.findall(r"\(((?:0|\\ln \d+)(?:, (?:0|\\ln \d+))+)\)", text)
    return [[1 if part == "0" else int(part.removeprefix(r"\ln ")) for part in inside.split(", ")] for inside in found]
