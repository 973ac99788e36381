"""Two complete languages with the same mathematics, and Chinese set as Chinese is set."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from recall.core.bodies import Text
from recall.core.cloze import filled
from recall.core.formulas import formulas
from recall.decks.problems import Problem
from recall.decks.standard.rules import CJK, Held, mathematics, words_only
from recall.i18n import _

_CHINESE = re.compile(f"[{CJK}]")
_WORDS_IN_MATH = re.compile(r"\\(?:text|mathrm|operatorname)\s*\{[^{}]*\}")
_QUOTED = re.compile("[《「“].*?[》」”]")
_SPACELESS = re.compile(f"[{CJK}][A-Za-z0-9]|[A-Za-z0-9][{CJK}]")
_HALF_WIDTH = re.compile(rf"[{CJK}] ?[,;:?!](?!\w)|[,;:?!] ?[{CJK}]|[{CJK}]\.(?!\w)|[{CJK}]\(|\)[{CJK}]")
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.])(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)\s*"
    r"(?P<unit>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|(?:thousand|million|billion|trillion|[kKMB])(?![A-Za-z]))?"
)
_UNITS = {
    **{"千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8},
    **{"十亿": 1e9, "百亿": 1e10, "千亿": 1e11, "万亿": 1e12},
    **{"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12},
    **{"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9},
}
_SPELT = {
    0: "zero|none?|null|vanish|零|无",
    1: "one|a|an|once|single|first|一|首|单",
    2: "two|twice|double|second|both|pair|half|halves|二|两|双|半",
    3: "three|thrice|third|triple|三",
    4: "four|quarter|四",
    5: "five|fifth|五",
    6: "six|六",
    7: "seven|七",
    8: "eight|八",
    9: "nine|ninth|九",
    10: "ten|十|一成",
    20: "twenty|二十|两成",
    30: "thirty|三十|三成",
    40: "forty|四十|四成",
    50: "fifty|half|五十|五成|一半",
    60: "sixty|六十|六成",
    70: "seventy|七十|七成",
    80: "eighty|八十|八成",
    90: "ninety|九十|九成",
    100: "hundred|一百",
    1000: "thousand|一千",
}
"""Words that can say a number in the other language."""


def translations(held: Held) -> Iterator[Problem]:
    """Every text stands in both languages and says the same in numbers and formulas."""
    for named in held.texts():
        text = named.text
        if not (text.zh and text.en):
            message = _("`{field}` has no {language}; give both languages")
            missing = "zh" if text.en else "en"
            yield held.problem("translation", message.format(field=named.name, language=missing), text)
            continue
        if _CHINESE.search(_QUOTED.sub("", words_only(text.en))):
            message = _("there is Chinese in the English of `{field}`; give zh and en")
            yield held.problem("translation", message.format(field=named.name), text)
        yield from _same_mathematics(held, named.name, text.zh, text.en, text)


def _same_mathematics(held: Held, field: str, zh: str, en: str, text: Text) -> Iterator[Problem]:
    ours, theirs = (Counter(mathematics(language)) for language in (zh, en))
    if _CHINESE.search("".join(ours)):
        ours, theirs = (Counter(_WORDS_IN_MATH.sub("", tex) for tex in found) for found in (ours, theirs))
    if ours != theirs:
        message = _("the formulas of `{field}` differ: zh has {zh}, en has {en}; make them the same")
        only_ours, only_theirs = (", ".join(part) or "-" for part in (ours - theirs, theirs - ours))
        yield held.problem("mathematics", message.format(field=field, zh=only_ours, en=only_theirs), text)
    if alone := [*_numbers_missing(zh, en), *_numbers_missing(en, zh)]:
        message = _("a number of `{field}` stands in one language only: {numbers}; make them the same")
        yield held.problem("mathematics", message.format(field=field, numbers=", ".join(alone)), text)


def chinese(held: Held) -> Iterator[Problem]:
    """Chinese is simplified, has its own punctuation, and spaces round what is not Chinese."""
    for named in held.texts():
        text = named.text
        if text.zh is None or text.zh == text.en:
            continue
        words = words_only(text.zh)
        for pattern, code, message in (
            (_SPACELESS, "spacing", _("no space between Chinese and what is not, at `{near}`; put one there")),
            (_HALF_WIDTH, "punctuation", _("half-width punctuation in Chinese, at `{near}`; use the full-width one")),
        ):
            if found := pattern.search(words):
                near = words[max(0, found.start() - 8) : found.end() + 8]
                yield held.problem(code, message.format(near=near), text)
        yield from _characters(held, text)


def _characters(held: Held, text: Text) -> Iterator[Problem]:
    """Characters of the other script, and Chinese in formulas."""
    if others := sorted({char for char in _CHINESE.findall(text.zh or "") if not _is_simplified(char)}):
        message = _("not simplified: {characters}; use the simplified characters")
        yield held.problem("traditional", message.format(characters=" ".join(others)), text)
    for language in (text.zh, text.en):
        for formula in formulas(filled(language or "")):
            if _CHINESE.search(_WORDS_IN_MATH.sub("", formula.tex)):
                message = _("Chinese in the formula ${tex}$; put it into `\\text{{...}}`, or out of the formula")
                yield held.problem("chinese-in-math", message.format(tex=formula.tex[:60]), text)


def _is_simplified(char: str) -> bool:
    """Whether GB 2312 has the character, which knows next to no traditional ones."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _numbers_missing(there: str, here: str) -> Iterator[str]:
    """Numbers in the words of one text that the other has neither as digits nor spelt out."""
    others = {_value(found) for found in _NUMBER.finditer(filled(here))}
    for found in _NUMBER.finditer(words_only(there, "x")):
        value = _value(found)
        is_spelt = value in _SPELT and re.search(_SPELT[int(value)], here, re.IGNORECASE)
        if value not in others and not is_spelt:
            yield found[0].strip()


def _value(found: re.Match[str]) -> float:
    """The number with its unit, so that 12 万 is 120,000."""
    return round(float(found["number"].replace(",", "")) * _UNITS.get(found["unit"], 1), 6)
