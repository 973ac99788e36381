"""What a person writes for a card, two texts, and the fields it makes: the kind follows from what is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from recall.core import cloze
from recall.core.bodies import LANGUAGES, Kind, Language, Option, Text
from recall.decks.kinds import NUMBER
from recall.decks.schema import is_true
from recall.decks.yaml_text import Value
from recall.i18n import _

_OPTION = re.compile(r"[-*] \[([ xX])\] ?(.*)")
_OTHER_KINDS = frozenset({"steps", "drill", "tests", "starter", "solution", "code", "rubric", "pattern"})
"""Fields of cards that a sheet can't hold."""
_NOTHING = Text()
_OF_ONE_KIND = ("kind", "unit", "tolerance", "reverse")


class SheetError(ValueError):
    """What is written makes no card; the message is for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question and an answer as they were typed, each in one or both languages.

    `{{c1::...}}` in the front makes a cloze, lines `- [ ] ...` and `- [x] ...` a choice, a number alone at the
    beginning of the back a numeric card. Then what else is in the back is the explanation.
    """

    front: Text = _NOTHING
    back: Text = _NOTHING
    tags: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    is_basic: bool = False
    """Whether a number alone is no more than a text: so it was on the card that is being edited."""

    @property
    def kind(self) -> Kind:
        """The kind that the texts make."""
        if any(cloze.OPENING.search(text) for text in _given(self.front).values()):
            return Kind.CLOZE
        if any(_options(text)[1] for side in (self.front, self.back) for text in _given(side).values()):
            return Kind.CHOICE
        return Kind.NUMERIC if self._number() and not self.is_basic else Kind.BASIC

    def fields(self) -> dict[str, Value]:
        """The fields of its entry. Raises SheetError."""
        fields = {
            Kind.CLOZE: self._cloze,
            Kind.CHOICE: self._choice,
            Kind.NUMERIC: self._numeric,
        }.get(self.kind, self._basic)()
        if self.source:
            fields["source"] = list(self.source)
        if self.tags:
            fields["tags"] = list(self.tags)
        return {name: value for name, value in fields.items() if value is not None}

    def with_texts(self, front: str, back: str, language: Language | None) -> Sheet:
        """The sheet with other texts in one language; without a language they count for both."""
        return replace(self, front=_rewritten(self.front, front, language), back=_rewritten(self.back, back, language))

    def apart(self, language: Language) -> Sheet:
        """The sheet with what was written for both languages in one of them only."""
        front, back = (Text(**{language: in_language(side, language) or None}) for side in (self.front, self.back))
        return replace(self, front=front, back=back)

    def _basic(self) -> dict[str, Value]:
        return {"front": written(self.front), "back": written(self.back)}

    def _cloze(self) -> dict[str, Value]:
        return {"cloze": written(self.front), "back": written(self.back)}

    def _numeric(self) -> dict[str, Value]:
        back = _each(self.back, lambda text: text.strip().partition("\n")[2].strip())
        return {"front": written(self.front), "answer": self._number(), "back": written(back)}

    def _choice(self) -> dict[str, Value]:
        asks_below = not any(_options(text)[1] for text in _given(self.front).values())
        side = self.back if asks_below else self.front
        rest = _each(side, lambda text: _options(text)[0])
        lists = {language: _options(text)[1] for language, text in _given(side).items()}
        options = _merged(lists)
        fields: dict[str, Value] = {
            "front": written(self.front if asks_below else rest),
            "choices": [_option_fields(option) for option in options],
            "back": written(rest if asks_below else self.back),
        }
        if sum(option.correct for option in options) > 1:
            fields["multiple"] = True
        return fields

    def _number(self) -> str | None:
        """The number that all given answers begin with, alone on its line."""
        firsts = {text.strip().partition("\n")[0].strip() for text in _given(self.back).values()}
        number = firsts.pop() if len(firsts) == 1 else ""
        return number if NUMBER.fullmatch(number) else None


def sheet_of(entry: Mapping[str, Any]) -> Sheet | None:
    """The sheet that makes an entry's fields; None where the card is of a kind that no sheet makes."""
    if _OTHER_KINDS & entry.keys():
        return None
    back, front = _text(entry.get("back")), _text(entry.get("cloze", entry.get("front")))
    if "choices" in entry:
        front = _with_options(front, entry["choices"])
    if "answer" in entry:
        answer = entry["answer"][0] if isinstance(entry["answer"], list) and entry["answer"] else entry["answer"]
        if not isinstance(answer, str) or not NUMBER.fullmatch(answer.strip()):
            return None
        back = _each(back, lambda text: f"{answer}\n\n{text}") if back != _NOTHING else Text(answer, answer)
    is_basic = not entry.keys() & {"cloze", "choices", "answer"}
    return Sheet(front, back, _words(entry.get("tags")), _words(entry.get("source")), is_basic)


def changes(before: Sheet, after: Sheet) -> dict[str, Value]:
    """The fields that an edit changes, None for those that go. Raises SheetError."""
    old, new = before.fields(), after.fields()
    changed: dict[str, Value] = {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}
    if before.kind != after.kind:
        changed |= dict.fromkeys(_OF_ONE_KIND)
    return changed


def written(text: Text) -> Value:
    """A text as a field: by language, unless it is the same in both; None when there is none."""
    if text.zh == text.en:
        return text.zh or None
    return {str(language): part for language, part in _given(text).items()} or None


def _rewritten(text: Text, written: str, language: Language | None) -> Text:
    return replace(text, **{language: written or None}) if language else Text(written or None, written or None)


def in_language(text: Text, language: Language) -> str:
    """What is written in one language, empty when nothing is."""
    return (text.zh if language == "zh" else text.en) or ""


def _given(text: Text) -> dict[Language, str]:
    return {language: part for language in LANGUAGES if (part := in_language(text, language)).strip()}


def _each(text: Text, change: Any) -> Text:
    """The text with what is given in each language changed."""
    changed = {language: change(part) or None for language, part in _given(text).items()}
    return Text(**changed)


def _text(value: Any) -> Text:
    if isinstance(value, Mapping):
        return Text(value.get("zh") or None, value.get("en") or None)
    return Text(value, value) if isinstance(value, str) and value else Text()


def _words(value: Any) -> tuple[str, ...]:
    return () if not value else (value,) if isinstance(value, str) else tuple(map(str, value))


def _options(text: str) -> tuple[str, list[tuple[bool, str, str]]]:
    """The text without its options, and of each whether it is right, what it says, and why (the lines under it)."""
    rest: list[str] = []
    options: list[tuple[bool, str, str]] = []
    is_under_option = False
    for line in text.split("\n"):
        if match := _OPTION.match(line):
            options.append((match[1] != " ", match[2].strip(), ""))
            is_under_option = True
        elif is_under_option and line.startswith("  "):
            right, said, why = options[-1]
            options[-1] = (right, said, f"{why} {line.strip()}".strip())
        else:
            rest.append(line)
            is_under_option = False
    return "\n".join(rest).strip(), options


def _merged(lists: Mapping[Language, list[tuple[bool, str, str]]]) -> list[Option]:
    """The options of both languages as one list. Raises SheetError where they differ."""
    marks = {tuple(right for right, _said, _why in options) for options in lists.values()}
    if len(marks) > 1:
        raise SheetError(_("zh and en need the same options in the same order, the same ones right"))
    merged = []
    for n, right in enumerate(marks.pop()):
        said = {language: options[n][1] for language, options in lists.items()}
        why = {language: options[n][2] for language, options in lists.items() if options[n][2]}
        merged.append(Option(Text(**said), Text(**why) if why else None, right))
    return merged


def _option_fields(option: Option) -> dict[str, Value]:
    fields: dict[str, Value] = {"text": written(option.text) or ""}
    if option.why is not None:
        fields["why"] = written(option.why)
    return {**fields, "correct": True} if option.correct else fields


def _with_options(front: Text, choices: Any) -> Text:
    """The front with the options under it."""
    lines = {language: [in_language(front, language), ""] for language in LANGUAGES}
    for choice in choices or []:
        text, why = _text(choice.get("text")), _text(choice.get("why"))
        mark = "x" if is_true(str(choice.get("correct", ""))) else " "
        for language in LANGUAGES:
            lines[language] += _option_lines(mark, in_language(text, language), in_language(why, language))
    whole = {language: "\n".join(lines[language]) for language in LANGUAGES if in_language(front, language)}
    return Text(**whole)


def _option_lines(mark: str, text: str, why: str) -> Iterator[str]:
    yield f"- [{mark}] {text}"
    if why:
        yield f"  {why}"
