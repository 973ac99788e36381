"""A card as an Anki note: the HTML of each field, a guid that stays, tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from recall.anki.html import Media, code_html, plain_html, to_cloze_html, to_html
from recall.anki.notetypes import FIELDS, Notetype, card_notetype, cloze_notetype
from recall.core.bodies import (
    LANGUAGES,
    Basic,
    Body,
    Choice,
    Cloze,
    Code,
    DrillBody,
    Interview,
    Language,
    Numeric,
    Order,
    Output,
    Text,
    Typed,
    parts_of,
)
from recall.core.exercise import Exercise, Line, seed_of
from recall.core.faces import items_of
from recall.core.item_names import cloze_item, cloze_number, reverse_item
from recall.core.model import Card, CardId, ItemId
from recall.i18n import N_, translated

GUID = "recall:"
"""What the guids of our notes begin with; the card's id follows."""
DRAWS = 5
"""Instances of a drill that a note holds; one a day is shown."""

_WORDS = {
    "must": N_("must"),
    "flags": N_("Red flags"),
    "next": N_("Follow-up questions"),
    "checks": N_("Checks"),
    "multiple": N_("several may be right"),
    "minutes": N_("{n} minutes"),
    "tolerance": N_("tolerance {size}"),
    "unit": N_("in {unit}"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A note of one of our notetypes; its cards stand for the items in order."""

    card: CardId
    notetype: Notetype
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    items: tuple[tuple[int, ItemId], ...]
    """Number of the template, or of the deletion less one; and the item it asks."""

    @property
    def guid(self) -> str:
        return GUID + self.card


@dataclass(frozen=True, slots=True)
class NoteWriter:
    """Writes notes in some languages, the first of which is shown first."""

    languages: Sequence[Language]
    written_out: Callable[[Card, str], str] = lambda _card, text: text
    """A text of a card with the macros of its formulas written out."""
    media: Callable[[Card], Media] = lambda _card: lambda _address: None
    source: Callable[[str], str] = plain_html
    """What a card cites, as HTML."""

    def note(self, card: Card, tags: Iterable[str] = ()) -> Note:
        """Raises ClozeError, DrillError: a card that no deck file could hold."""
        languages = self.languages if speaks_both(card) else self.languages[:1]
        values = {"Id": card.id, "Language": languages[0], "Kind": card.kind.value}
        values["Source"] = "<br>".join(map(self.source, card.source))
        for language in languages:
            values.update(_Side(self, card, language).fields())
        values.update(_answer(card))
        notetype = cloze_notetype() if isinstance(card.body, Cloze) else card_notetype()
        content = tuple(values.get(name, "").replace("\x1f", "") for name in FIELDS)
        return Note(card.id, notetype, content, _tags((*card.tags, *tags)), tuple(_numbered(card)))


def item_of(card: str, template: int, is_cloze: bool) -> ItemId:
    """The item that a card of one of our notes asks; the inverse of `Note.items`."""
    if is_cloze:
        return cloze_item(card, template + 1)
    return reverse_item(card) if template else ItemId(card)


def speaks_both(card: Card) -> bool:
    """Whether a card says anything in one language that it does not say in the other."""
    return isinstance(card.body, DrillBody) or any(
        text.in_language("zh") != text.in_language("en") for text in parts_of((card.body, card.back, card.more), Text)
    )


def _numbered(card: Card) -> Iterator[tuple[int, ItemId]]:
    for place, item in enumerate(items_of(card)):
        yield (cloze_number(item) - 1 if isinstance(card.body, Cloze) else place), item


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys("-".join(tag.split()) for tag in tags if tag.strip()))


def _answer(card: Card) -> dict[str, str]:
    match card.body:
        case Typed(_, answers):
            return {"Answer": plain_answer(answers[0])} if answers else {}
        case Numeric(_, answer):
            return {"Answer": plain_answer(answer)}
        case Basic(reverse=True):
            return {"Reverse": "1"}
        case _:
            return {}


def plain_answer(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True)
class _Side:
    """A card in one language."""

    writer: NoteWriter
    card: Card
    language: Language

    def fields(self) -> dict[str, str]:
        front, back = self._front_and_back(self.card.body)
        texts = {"Front": front, "Back": back, "Explanation": self._html(self.card.back)}
        texts["More"] = self._html(self.card.more)
        assert self.language in LANGUAGES
        return {f"{name} {self.language}": html for name, html in texts.items()}

    def _front_and_back(self, body: Body) -> tuple[str, str]:
        match body:
            case Basic(front, back):
                return self._html(front), self._html(back)
            case Cloze(text):
                return to_cloze_html(self._source(text), self._media), ""
            case Choice():
                return self._choice(body)
            case Order():
                return self._order(body)
            case DrillBody():
                return self._drill(body)
            case Output(front, code, answer):
                return self._html(front) + code_html(code, "python"), code_html(answer)
            case Code():
                return self._code(body)
            case Interview():
                return self._interview(body)
            case _:
                return self._given(body)

    def _given(self, body: Typed | Numeric) -> tuple[str, str]:
        """The answer itself stands in a field of its own, to be typed."""
        front = self._html(body.front)
        if isinstance(body, Typed):
            return front, ""
        if body.unit:
            front += self._aside(self._word("unit").format(unit=plain_html(body.unit)))
        answer = f"{body.answer} {body.unit or ''}".strip()
        if body.tolerance is None:
            return front, plain_html(answer)
        size = f"{body.tolerance.size:.4g}" if not body.tolerance.relative else f"{body.tolerance.size:.4%}"
        said = self._word("tolerance").format(size=_short(size))
        return front, plain_html(answer) + self._aside(said)

    def _choice(self, body: Choice) -> tuple[str, str]:
        lines = Exercise(self.card, ItemId(self.card.id), seed_of(ItemId(self.card.id), None)).lines
        front = self._html(body.front)
        if body.multiple:
            front += self._aside(self._word("multiple"))
        asked = _list("ol", (f"<li>{self._html(line.text)}</li>" for line in lines), "options")
        return front + asked, _list("ol", map(self._judged, lines), "options")

    def _judged(self, line: Line) -> str:
        mark = "✓ " if line.correct else ""
        why = f'<span class="why">{self._html(line.why)}</span>' if line.why else ""
        look = "right" if line.correct else "wrong"
        return f'<li class="{look}"><span class="what">{mark}{self._html(line.text)}</span>{why}</li>'

    def _order(self, body: Order) -> tuple[str, str]:
        lines = Exercise(self.card, ItemId(self.card.id), seed_of(ItemId(self.card.id), None)).lines
        asked = _list("ul", (f"<li>{self._html(line.text)}</li>" for line in lines), "steps")
        return self._html(body.front) + asked, _list("ol", self._entries(body.steps), "steps")

    def _drill(self, body: DrillBody) -> tuple[str, str]:
        from recall.core.drills import answer_tex, make

        drawn = [make(body.name, dict(body.parameters), seed) for seed in range(DRAWS)]
        fronts = [self._html(one.question) for one in drawn]
        backs = [self._html(Text(f"${answer_tex(one.answer)}$")) + self._block(one.solution) for one in drawn]
        return _draws(fronts), _draws(backs)

    def _code(self, body: Code) -> tuple[str, str]:
        checks = f"<details><summary>{self._word('checks')}</summary>{code_html(body.checks, 'python')}</details>"
        front = self._html(body.front) + code_html(body.starter, "python")
        return front, code_html(body.solution, "python") + checks

    def _interview(self, body: Interview) -> tuple[str, str]:
        minutes = self._word("minutes").format(n=f"{body.minutes:g}")
        must = f' <span class="tag">{self._word("must")}</span>'
        points = (
            f"<li>{self._html(point.text)}{weight}{must if point.must else ''}</li>"
            for point in body.rubric
            for weight in [f" ×{point.weight}" if point.weight > 1 else ""]
        )
        back = _list("ul", points, "points")
        if body.red_flags:
            entries = (entry.replace("<li>", '<li class="flag">', 1) for entry in self._entries(body.red_flags))
            back += f"<h4>{self._word('flags')}</h4>" + _list("ul", entries, "points")
        if body.follow_up:
            back += f"<h4>{self._word('next')}</h4>" + _list("ul", self._entries(body.follow_up), "points")
        return self._html(body.front) + self._aside(minutes), back

    def _entries(self, texts: Iterable[Text]) -> Iterator[str]:
        return (f"<li>{self._html(text)}</li>" for text in texts)

    def _html(self, text: Text | None) -> str:
        return to_html(self._source(text), self._media) if text else ""

    def _block(self, text: Text) -> str:
        return f'<div class="explanation">{self._html(text)}</div>'

    def _aside(self, html: str) -> str:
        return f'<div class="aside">{html}</div>'

    def _source(self, text: Text) -> str:
        return self.writer.written_out(self.card, text.in_language(self.language))

    @property
    def _media(self) -> Media:
        return self.writer.media(self.card)

    def _word(self, name: str) -> str:
        return translated(_WORDS[name], self.language)


def _list(kind: str, entries: Iterable[str], look: str) -> str:
    return f'<{kind} class="{look}">{"".join(entries)}</{kind}>'


def _draws(shown: Iterable[str]) -> str:
    draws = "".join(f'<div class="draw">{html}</div>' for html in shown)
    return f'<div class="draws">{draws}</div>'


def _short(size: str) -> str:
    """`2.0000%` as `2%`."""
    number, percent = size.rstrip("%"), "%" if size.endswith("%") else ""
    return (number.rstrip("0").rstrip(".") if "." in number else number) + percent
