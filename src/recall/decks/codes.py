"""What `recall check` can find: every code, how much it weighs, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from recall.i18n import N_


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The card can't be asked, or something of it is lost."""
    WARNING = "warning"
    """The card is asked, and something about it is not right."""
    ADVICE = "advice"
    """The card could be a better one."""


class Scope(StrEnum):
    """Which decks a finding is looked for in."""

    ANY = "any"
    STANDARD = "standard"
    """The decks that come with recall, and all under `--standard`."""
    RUN = "run"
    """Decks whose code may be run, under `--run`."""


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `says` is translated where it is shown."""

    severity: Severity
    says: str
    scope: Scope = Scope.ANY
    is_mended: bool = False
    """Whether `--fix` can mend it."""


_ERRORS = {
    "bad-value": N_("a field has a value that it does not take"),
    "bidi": N_("a character turns the direction of the text round"),
    "choice": N_("a choice without a right or a wrong answer, or with two right ones"),
    "cloze": N_("a cloze hides nothing, is not closed, or differs between the languages"),
    "code": N_("a program to write lacks its starter, its tests or its solution"),
    "control-character": N_("a character that a terminal would obey"),
    "drill": N_("a drill that does not exist, or can't be drawn with these parameters"),
    "duplicate-id": N_("an id, or a question without an id, is there twice"),
    "duplicate-key": N_("a field is given twice"),
    "encoding": N_("the file is not UTF-8"),
    "id": N_("an id has characters that an id can't have"),
    "no-answer": N_("a card has no answer"),
    "no-cards": N_("the file has no list of cards"),
    "no-question": N_("a card asks nothing"),
    "not-a-card": N_("an entry is not a mapping of fields"),
    "numeric": N_("the answer of a numeric card is not a number"),
    "order": N_("an order has fewer than two steps"),
    "pattern": N_("a pattern is not a regular expression that can be used"),
    "rubric": N_("a rubric without points, or with a weight below one"),
    "tag": N_("a YAML tag asks for something else than text"),
    "tex": N_("a formula can't be set"),
    "too-deep": N_("values are nested too deep"),
    "too-large": N_("the file holds too much"),
    "too-many-lines": N_("there is too much to choose from or to order"),
    "unknown-field": N_("a field that no card has"),
    "unreadable": N_("the file can't be read"),
    "yaml": N_("the file is not YAML"),
}
_WARNINGS = {
    "cloze-shown": N_("what a cloze hides stands elsewhere in its text, or in its hint"),
    "dollar": N_("a dollar sign begins or ends no formula"),
    "duplicate-question": N_("two cards with different ids ask the very same"),
    "kind": N_("`kind:` does not fit the fields"),
    "unknown-code": N_("a comment ignores a code that does not exist"),
    "unknown-source": N_("a source is not in sources.yaml"),
    "unknown-topic": N_("a topic is not in curriculum.yaml"),
    "unused-field": N_("a field means nothing on a card of this kind"),
    "wrong-language": N_("a text in one language stands in the field of the other"),
}
_ADVICE = {
    "answer-in-question": N_("the question has the words of its answer"),
    "duplicate-tag": N_("a tag is given twice"),
    "final-newline": N_("the last line of the file has no end"),
    "long-answer": N_("the answer does not fit on a screen"),
    "long-list": N_("a list of more than five is to be recalled at once"),
    "near-duplicate": N_("two questions are nearly the same"),
    "rare-tag": N_("a tag is nearly that of many other cards"),
    "telling-length": N_("the right option is far longer or shorter than the others"),
    "trailing-space": N_("a line ends in spaces or tabs"),
    "untranslated": N_("a text is in one language only, in a deck that has two"),
    "yes-no": N_("the question can be answered by yes or no"),
}
_STANDARD = {
    "chinese-in-math": N_("Chinese stands in a formula"),
    "code-lines": N_("a program is too long to be followed in the head"),
    "enumeration": N_("the question asks for a list"),
    "id-form": N_("an id is not the topic and a number"),
    "incomplete": N_("a card lacks its source, its difficulty or its tags"),
    "key-length": N_("the length of the right option tells it from the others"),
    "mathematics": N_("the two languages differ in a formula or a number"),
    "options": N_("a choice has not four options, each with its reason and for itself"),
    "punctuation": N_("half-width punctuation in Chinese"),
    "spacing": N_("no space between Chinese and what is not"),
    "steps": N_("an order is too short or too long"),
    "thin-rubric": N_("a rubric does not tell a good answer from a middling one"),
    "too-long": N_("a text is longer than its place allows"),
    "topic": N_("no card of a topic asks why, or none has something produced"),
    "traditional": N_("characters that are not simplified"),
    "translation": N_("a text lacks a language, or has Chinese in its English"),
    "two-questions": N_("a card asks two things"),
}
_RUN_ERRORS = {
    "output": N_("a program prints something else than the answer"),
    "solution": N_("a solution fails a check of its card"),
}
_RUN_WARNINGS = {"starter": N_("a starter passes all checks of its card")}
_MENDED = frozenset(
    {"duplicate-tag", "final-newline", "kind", "punctuation", "spacing", "trailing-space"},
)


def _table(severity: Severity, says: Mapping[str, str], scope: Scope = Scope.ANY) -> dict[str, Code]:
    return {code: Code(severity, text, scope, code in _MENDED) for code, text in says.items()}


CODES: Mapping[str, Code] = {
    **_table(Severity.ERROR, _ERRORS),
    **_table(Severity.ERROR, _RUN_ERRORS, Scope.RUN),
    **_table(Severity.WARNING, _WARNINGS),
    **_table(Severity.WARNING, _RUN_WARNINGS, Scope.RUN),
    **_table(Severity.WARNING, _STANDARD, Scope.STANDARD),
    **_table(Severity.ADVICE, _ADVICE),
}
"""Every code by its name, the gravest first."""


def severity_of(code: str) -> Severity:
    """How much a finding of this code weighs; one that an older recall kept and this one lacks is an error."""
    return CODES[code].severity if code in CODES else Severity.ERROR
