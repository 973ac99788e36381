"""One entry of a deck file to a card, with a problem for everything that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any, Literal, TypeVar

import msgspec

from recall.core import cloze
from recall.core.model import Basic, Body, Card, CardId, Cloze, Kind, Text
from recall.decks.schema import BILINGUAL, LATER_KINDS, Bilingual, CardFields, DeckFields, TextField
from recall.decks.yaml_tree import Path, Place, Tree
from recall.i18n import _

Report = Callable[[str, str, Place], None]
Refer = Callable[[Iterable["Reference"]], None]
Keep = Callable[[Iterable["Passage"]], None]
Fields = TypeVar("Fields", CardFields, DeckFields)

_ID = re.compile(r"\w[\w.\-]{0,99}")
MAX_HINTED = 50
"""Fields a card may have for its unknown ones to be compared with the known."""
_TRUTH = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_AS_OF = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Reference:
    """A name a deck file uses that must exist elsewhere: a topic of the curriculum, or a key of the sources."""

    kind: Literal["topic", "source"]
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a card as it was read, with the place of its value and the macros its formulas may use."""

    text: str
    place: Place
    macros: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DeckDefaults:
    """What the head of a file says for its cards."""

    topic: str | None = None
    deck: str | None = None
    source: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    macros: tuple[tuple[str, str], ...] = ()


def passages(entry: dict[str, Any], tree: Tree, path: Path, macros: tuple[tuple[str, str], ...]) -> Iterator[Passage]:
    """The texts of a card's fields that a reader sees, in each language."""
    for name in BILINGUAL & entry.keys():
        value = entry[name]
        by_language = value if isinstance(value, dict) else {None: value}
        for language, text in by_language.items():
            if isinstance(text, str):
                place = tree.place((*path, name) if language is None else (*path, name, language))
                yield Passage(text, place, macros)


def read_defaults(tree: Tree, report: Report, refer: Refer) -> DeckDefaults:
    """The head of a deck file; what is wrong there is reported and left out."""
    head = {key: value for key, value in tree.value.items() if key != "cards"}
    fields = _typed(head, DeckFields, tree, (), report) or DeckFields()
    refer(references(fields, tree, ()))
    return DeckDefaults(
        fields.topic, fields.deck, _words(fields.source), _words(fields.tags), tuple((fields.macros or {}).items())
    )


def references(fields: CardFields | DeckFields, tree: Tree, path: Path) -> Iterator[Reference]:
    """The topic and sources that these fields name, with their places."""
    if fields.topic is not None:
        yield Reference("topic", fields.topic, tree.place((*path, "topic")))
    for n, name in enumerate(_words(fields.source)):
        yield Reference("source", name.partition("#")[0], tree.place((*path, "source", n)))


@dataclass(frozen=True, slots=True)
class CardBuilder:
    """Makes cards of one file."""

    defaults: DeckDefaults
    report: Report
    refer: Refer
    keep: Keep

    def build(self, entry: Any, tree: Tree, path: Path) -> Card | None:
        """The card, or None when its question or answer can't be had."""
        place = tree.place(path)
        if not isinstance(entry, dict):
            self.report("not-a-card", _("a card is a mapping such as `front: ...` and `back: ...`"), place)
            return None
        fields = _typed(entry, CardFields, tree, path, self.report)
        body = self._body(fields, tree, path) if fields else None
        if fields is None or body is None:
            return None
        self.refer(references(fields, tree, path))
        self.keep(passages(entry, tree, path, self.defaults.macros))
        return Card(
            id=self._id(fields, body, tree, path),
            body=body,
            topic=fields.topic or self.defaults.topic,
            deck=self.defaults.deck,
            back=None if isinstance(body, Basic) else _text(fields.back),
            more=_text(fields.more),
            source=_words(fields.source) or self.defaults.source,
            difficulty=self._difficulty(fields, tree, path),
            tags=_words(fields.tags) or self.defaults.tags,
            as_of=self._as_of(fields, tree, path),
            macros=self.defaults.macros,
            has_own_id=fields.id is not None,
        )

    def _body(self, fields: CardFields, tree: Tree, path: Path) -> Body | None:
        place = tree.place(path)
        body = self._cloze(fields, tree, path) if fields.cloze is not None else self._basic(fields, place)
        kind = Kind.CLOZE if fields.cloze is not None else Kind.BASIC
        if body is not None and fields.kind not in (None, kind):
            misfit = _("`kind: {given}` does not fit; its fields make it `{kind}`")
            unknown = _("`kind: {given}` does not fit; kinds are: {kinds}")
            message = misfit if fields.kind in list(Kind) else unknown
            message = message.format(given=fields.kind, kind=kind, kinds=", ".join(Kind))
            self.report("kind", message, tree.place((*path, "kind")))
        return body

    def _basic(self, fields: CardFields, place: Place) -> Basic | None:
        front, back = _text(fields.front), _text(fields.back)
        if front is None:
            self.report("no-question", _("the card asks nothing: give it `front:` (or `cloze:`)"), place)
            return None
        if back is None:
            self.report("no-answer", _("the card has no answer: give it `back:`"), place)
            return None
        return Basic(front, back, fields.reverse)

    def _cloze(self, fields: CardFields, tree: Tree, path: Path) -> Cloze | None:
        place = tree.place((*path, "cloze"))
        text = _text(fields.cloze)
        if text is None or fields.front is not None:
            self.report("no-question", _("a cloze card has its text in `cloze:` and no `front:`"), place)
            return None
        try:
            found = {cloze.numbers(source) for source in (text.zh, text.en) if source}
        except cloze.ClozeError as error:
            self.report("cloze", _cloze_message(error), place)
            return None
        if len(found) > 1:
            self.report("cloze", _("zh and en hide different numbers; both need the same c1, c2, ..."), place)
            return None
        if not any(found):
            message = _("nothing is hidden: put {example} round what is to be recalled")
            self.report("cloze", message.format(example="{{c1::...}}"), place)
            return None
        return Cloze(text)

    def _id(self, fields: CardFields, body: Body, tree: Tree, path: Path) -> CardId:
        if fields.id is not None:
            if _ID.fullmatch(fields.id):
                return CardId(fields.id)
            message = _("id {id!r} can't be used; use letters, digits, `.`, `-` and `_`, at most 100")
            self.report("id", message.format(id=fields.id[:40]), tree.place((*path, "id")))
        return fingerprint(body)

    def _difficulty(self, fields: CardFields, tree: Tree, path: Path) -> int | None:
        if fields.difficulty is None or 1 <= fields.difficulty <= 5:
            return fields.difficulty
        self.report("bad-value", _("difficulty goes from 1 to 5"), tree.place((*path, "difficulty")))
        return None

    def _as_of(self, fields: CardFields, tree: Tree, path: Path) -> str | None:
        if fields.as_of is None or _AS_OF.fullmatch(fields.as_of):
            return fields.as_of
        self.report("bad-value", _("as_of is a month such as 2026-11"), tree.place((*path, "as_of")))
        return None


def fingerprint(body: Body) -> CardId:
    """The id of a card that has none: a hash of its question, white space folded, case and every symbol kept."""
    question = body.front if isinstance(body, Basic) else body.text
    texts = (question.zh or "", question.en or "")
    normal = "\0".join(" ".join(unicodedata.normalize("NFC", text).split()) for text in texts)
    return CardId("card-" + blake2b(normal.encode(), digest_size=6).hexdigest())


def _typed(values: dict[str, Any], fields: type[Fields], tree: Tree, path: Path, report: Report) -> Fields | None:
    """`values` as `fields`. Each value that does not fit is reported and left out, so that all are reported."""
    values = _readable(_known_only(values, fields, tree, path, report))
    while True:
        try:
            return msgspec.convert(values, fields, strict=False)
        except msgspec.ValidationError as error:
            message, name = _explain(error)
            report("bad-value", message, tree.place((*path, name)))
            if values.pop(name, None) is None:
                return None


def _known_only(values: dict[str, Any], fields: type[Any], tree: Tree, path: Path, report: Report) -> dict[str, Any]:
    """The values whose names are fields, and of texts by language the languages; others are reported."""
    known: dict[str, Any] = {}
    for name, value in values.items():
        if name not in fields.__struct_fields__:
            code, message = _unknown(name, fields, hint=len(values) <= MAX_HINTED)
            report(code, message, tree.key_place((*path, name)))
        elif isinstance(value, dict) and name in BILINGUAL:
            for language in value.keys() - Bilingual.__struct_fields__:
                place = tree.key_place((*path, name, language))
                message = _("`{name}` is not a language; give zh and en").format(name=language)
                report("unknown-field", message, place)
            known[name] = {key: text for key, text in value.items() if key in Bilingual.__struct_fields__}
        else:
            known[name] = value
    return known


def _readable(values: dict[str, Any]) -> dict[str, Any]:
    """YAML's older words for true and false spelt as msgspec reads them."""
    if isinstance(reverse := values.get("reverse"), str):
        return {**values, "reverse": _TRUTH.get(reverse.lower(), reverse)}
    return values


def _explain(error: msgspec.ValidationError) -> tuple[str, str]:
    """msgspec's message in our words, and the field that it is about: its path begins `$.field`."""
    said, _at, path = str(error).rpartition(" - at `$")
    name = re.match(r"\.(\w+)", path)
    found = re.fullmatch(r"Expected (`.+`), got (`.+`)", said)
    if found is None:  # msgspec's own words, which are English
        return said[:1].lower() + said[1:], name[1] if name else ""
    word = {"`object`": _("a mapping"), "`array`": _("a list")}
    expected, got = (word.get(kind, kind) for kind in found.groups())
    message = _("expected {expected}, got {got}").format(expected=expected, got=got)
    return message, name[1] if name else ""


def _cloze_message(error: cloze.ClozeError) -> str:
    return {
        cloze.Fault.NOT_CLOSED: _("cloze {cloze} is not closed: write {end} after it"),
        cloze.Fault.NESTED: _("cloze {cloze} holds another one: hide them one after the other"),
        cloze.Fault.EMPTY: _("cloze {cloze} hides nothing"),
    }[error.fault].format(cloze=error.opening, end="}}")


def _unknown(name: str, fields: type[Any], *, hint: bool) -> tuple[str, str]:
    if name in LATER_KINDS and fields is CardFields:
        return "kind", _("`{name}` belongs to a kind of card that this version does not ask").format(name=name)
    near = get_close_matches(name[:100], fields.__struct_fields__, 1) if hint else []
    advice = _("; did you mean `{near}`?").format(near=near[0]) if near else ""
    return "unknown-field", _("`{name}` is no field").format(name=name[:100]) + advice


def _text(value: TextField | None) -> Text | None:
    """None when there is nothing to read in it."""
    if value is None:
        return None
    text = Text(value, value) if isinstance(value, str) else Text(value.zh or None, value.en or None)
    return text if text.in_language("zh").strip() else None


def _words(value: str | list[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
