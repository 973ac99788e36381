"""Choices that knowledge answers and the wording does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.core.bodies import LANGUAGES, Choice, Language, Option
from recall.decks.problems import Problem
from recall.decks.standard.questions import characters
from recall.decks.standard.rules import Held, without_formulas
from recall.i18n import _

OPTIONS = 4
SHORTEST, LONGEST = 0.7, 1.4
"""The length of the key as a part of the mean distractor's."""
_CATCH_ALL = re.compile(
    r"(?:以上|上述|前面|前述|前三).{0,3}(?:都|皆|均|全)|^(?:都|全|均|皆)不?(?:对|是|正确|成立)$"
    r"|\b(?:all|none|both|any|neither)\s+of\s+(?:the\s+above|these|the\s+others)\b"
    r"|^(?:all|none|both|neither)\s+of\s+them\W*$",
    re.IGNORECASE,
)


def fair_choices(held: Held) -> Iterator[Problem]:
    """Four options, each with its reason, none of which gives the key away."""
    body = held.card.body
    if not isinstance(body, Choice):
        return
    if len(body.options) != OPTIONS:
        message = _("{count} options; give {wanted}, each wrong one a misconception you can name")
        yield held.problem("options", message.format(count=len(body.options), wanted=OPTIONS))
    for option in body.options:
        if option.why is None:
            yield held.problem("options", _("an option has no `why:`; say why it is right or wrong"), option.text)
        if any(_CATCH_ALL.search(text or "") for text in (option.text.zh, option.text.en)):
            message = _("an option stands for the others; replace it by a misconception of its own")
            yield held.problem("options", message, option.text)
    yield from _lengths(held, body)


def length(option: Option, language: Language) -> int:
    """The length of an option in characters, a formula counting as four; at least 1."""
    text = option.text.in_language(language)
    return max(1, characters(text) if language == "zh" else len(without_formulas(text, "MMMM")))


def _lengths(held: Held, body: Choice) -> Iterator[Problem]:
    right = [option for option in body.options if option.correct]
    wrong = [option for option in body.options if not option.correct]
    for language in LANGUAGES if len(right) == 1 else ():
        ratio = length(right[0], language) * len(wrong) / sum(length(option, language) for option in wrong)
        if not SHORTEST <= ratio <= LONGEST:
            message = _("the right option has {ratio} times the length of the others in {language}; {least} to {most}")
            message = message.format(ratio=f"{ratio:.2f}", language=language, least=SHORTEST, most=LONGEST)
            yield held.problem("key-length", message, right[0].text)
