"""What was read of somebody's file."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from recall.decks.yaml_text import Value
from recall.i18n import _


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file, where it does not say so itself."""

    format: str | None = None
    """One of FORMATS; by the suffix of the file when None."""
    delimiter: str | None = None
    columns: tuple[str, ...] = ()
    """What the columns of a table hold: front, back, tags, source, more, or - for nothing."""
    has_header: bool | None = None
    bold_is_cloze: bool = False
    """Whether `**bold**` in Markdown hides something, as `==highlights==` do."""


@dataclass(frozen=True, slots=True)
class ForeignCard:
    """A card as the fields of an entry, and the line (from 1) on which it begins."""

    fields: dict[str, Value]
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Misread:
    """Something that is no card, or not wholly one, and why."""

    line: int
    reason: str


@dataclass(slots=True)
class ForeignDeck:
    """The cards of a file and what in it was not understood."""

    name: str
    cards: list[ForeignCard] = field(default_factory=list)
    not_understood: list[Misread] = field(default_factory=list)

    def add(self, line: int, fields: dict[str, Value]) -> None:
        """Take a card; a picture or a sound in it is told, for a terminal shows none."""
        given: dict[str, Value] = {name: value for name, value in fields.items() if value not in ("", None, [], False)}
        self.cards.append(ForeignCard(given, line))
        texts = " ".join(value for value in given.values() if isinstance(value, str))
        if _MEDIA.search(texts):
            self.not_understood.append(Misread(line, _("a picture or a sound is only named")))

    def misread(self, line: int, reason: str) -> None:
        self.not_understood.append(Misread(line, reason))


_MEDIA = re.compile(r"!\[[^\]]*\]\(|!\[\[|<img\b|\[sound:", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</?(?:div|p)[^>]*>", re.IGNORECASE)
_INLINE = ((re.compile(r"</?(?:b|strong)>", re.IGNORECASE), "**"), (re.compile(r"</?(?:i|em)>", re.IGNORECASE), "*"))
_REST = re.compile(r"</?(?:span|font|u|sub|sup|ul|ol|a)\b[^>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<li[^>]*>", re.IGNORECASE)
_CODE = re.compile(r"</?(?:code|tt)>", re.IGNORECASE)
_LATEX = re.compile(r"\[(latex|\$\$|\$)\](.*?)\[/\1\]", re.DOTALL)
_TEX = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)


def from_html(text: str) -> str:
    """Text of a table, which may be Anki's HTML, as Markdown; TeX in any of its brackets between dollars."""
    text = _LATEX.sub(lambda match: _formula(match[2].strip().strip("$"), shown=match[1] == "$$"), text)
    text = _TEX.sub(lambda match: _formula((match[1] or match[2]).strip(), shown=match[2] is not None), text)
    if "<" not in text and "&" not in text:
        return text.strip()
    text = _ITEM.sub("\n- ", re.sub(r"</li>", "", text, flags=re.IGNORECASE))
    text = _CODE.sub("`", _BREAK.sub("\n", text))
    for pattern, mark in _INLINE:
        text = pattern.sub(mark, text)
    text = html.unescape(_REST.sub("", text)).replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _formula(tex: str, *, shown: bool) -> str:
    return f"\n$$\n{tex}\n$$\n" if shown else f"${tex}$"
