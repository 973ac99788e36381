"""One entry of a deck file to a card, with a problem for everything that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal, TypeVar

import msgspec

from recall.core.bodies import KINDS, Basic, Body, Cloze, DrillBody, Kind, Output
from recall.core.model import Card, CardId
from recall.decks.kinds import BodyError, read_body, text_of, unused_fields, words_of
from recall.decks.places import Place
from recall.decks.schema import BILINGUAL, READ, Bilingual, CardFields, DeckFields, truth_word
from recall.decks.yaml_tree import Path, Tree
from recall.errors import did_you_mean
from recall.i18n import _

Report = Callable[[str, str, Place], None]
Refer = Callable[[Iterable["Reference"]], None]
Keep = Callable[[Iterable["Passage"]], None]
Fields = TypeVar("Fields", CardFields, DeckFields)

_ID = re.compile(r"\w[\w.\-]{0,99}")
MAX_HINTED = 50
"""Fields a card may have for its unknown ones to be compared with the known."""
_TRUTHS = frozenset({"reverse", "multiple", "correct", "must"})
_AS_OF = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Reference:
    """A name a deck file shares with others: a topic of the curriculum, a key of the sources, a tag."""

    kind: Literal["topic", "source", "tag"]
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
    for name in READ:
        for place, text in _texts_in(entry.get(name), (*path, name)):
            yield Passage(text, tree.place(place), macros)


def _texts_in(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The texts of a value and of what it holds, each with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts_in(part, (*path, key))


def read_defaults(tree: Tree, report: Report, refer: Refer) -> DeckDefaults:
    """The head of a deck file; what is wrong there is reported and left out."""
    head = {key: value for key, value in tree.value.items() if key != "cards"}
    fields = _typed(head, DeckFields, tree, (), report) or DeckFields()
    refer(references(fields, tree, ()))
    report_double_tags(fields, tree, (), report)
    return DeckDefaults(
        fields.topic, fields.deck, words_of(fields.source), words_of(fields.tags), tuple((fields.macros or {}).items())
    )


def references(fields: CardFields | DeckFields, tree: Tree, path: Path) -> Iterator[Reference]:
    """The topic, sources and tags that these fields name, with their places."""
    if fields.topic is not None:
        yield Reference("topic", fields.topic, tree.place((*path, "topic")))
    for n, name in enumerate(words_of(fields.source)):
        yield Reference("source", name.partition("#")[0], tree.place((*path, "source", n)))
    for n, name in enumerate(words_of(fields.tags)):
        yield Reference("tag", name, tree.place((*path, "tags", n)))


def report_double_tags(fields: CardFields | DeckFields, tree: Tree, path: Path, report: Report) -> None:
    """A finding for each tag that these fields name again."""
    tags = words_of(fields.tags)
    for n, name in enumerate(tags):
        if name in tags[:n]:
            message = _("tag `{name}` is given twice; delete one")
            report("duplicate-tag", message.format(name=name[:100]), tree.place((*path, "tags", n)))


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
        report_double_tags(fields, tree, path, self.report)
        self.keep(passages(entry, tree, path, self.defaults.macros))
        return Card(
            id=self._id(fields, body, tree, path),
            body=body,
            topic=fields.topic or self.defaults.topic,
            deck=self.defaults.deck,
            back=None if isinstance(body, Basic) else text_of(fields.back),
            more=text_of(fields.more),
            source=words_of(fields.source) or self.defaults.source,
            difficulty=self._difficulty(fields, tree, path),
            tags=words_of(fields.tags) or self.defaults.tags,
            as_of=self._as_of(fields, tree, path),
            macros=self.defaults.macros,
            has_own_id=fields.id is not None,
        )

    def _body(self, fields: CardFields, tree: Tree, path: Path) -> Body | None:
        try:
            body = read_body(fields)
        except BodyError as error:
            place = tree.place((*path, error.field)) if error.field else tree.place(path)
            self.report(error.code, error.message, place)
            return None
        kind = KINDS[type(body)]
        for name in unused_fields(fields, kind):
            message = _("`{name}` means nothing on a card of kind {kind}").format(name=name, kind=kind)
            self.report("unused-field", message, tree.key_place((*path, name)))
        if fields.kind not in (None, kind):
            misfit = _("`kind: {given}` does not fit; its fields make it `{kind}`")
            unknown = _("`kind: {given}` does not fit; kinds are: {kinds}")
            message = misfit if fields.kind in list(Kind) else unknown
            message = message.format(given=fields.kind, kind=kind, kinds=", ".join(Kind))
            self.report("kind", message, tree.place((*path, "kind")))
        return body

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
    normal = "\0".join(" ".join(unicodedata.normalize("NFC", text).split()) for text in _question(body))
    return CardId("card-" + blake2b(normal.encode(), digest_size=6).hexdigest())


def _question(body: Body) -> tuple[str, ...]:
    """What tells one question from another."""
    match body:
        case Cloze(text):
            return text.zh or "", text.en or ""
        case DrillBody(name, parameters):
            return name, *(f"{key}={value}" for key, value in sorted(parameters))
        case Output(front, code):
            return front.zh or "", front.en or "", code
        case _:
            return body.front.zh or "", body.front.en or ""


def _typed(values: dict[str, Any], fields: type[Fields], tree: Tree, path: Path, report: Report) -> Fields | None:
    """`values` as `fields`. Each value that does not fit is reported and left out, so that all are reported."""
    values = _readable(_known_only(values, fields, tree, path, report))
    while True:
        try:
            return msgspec.convert(values, fields, strict=False)
        except msgspec.ValidationError as error:
            misfit: _Misfit = _explain(error)
            report(misfit.code, misfit.message, tree.place((*path, *misfit.path)))
            if not misfit.path or values.pop(str(misfit.path[0]), None) is None:
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
    """YAML's older words for true and false spelt as msgspec reads them, in the values and in what they hold."""
    return {key: _with_truth(key, value) for key, value in values.items()}


def _with_truth(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_readable(part) if isinstance(part, dict) else part for part in value]
    return truth_word(value) if key in _TRUTHS and isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class _Misfit:
    """A value that its field does not take."""

    code: str
    message: str
    path: Path


def _explain(error: msgspec.ValidationError) -> _Misfit:
    """A misfit in our words; msgspec writes the path to the value as `$.field[1]`."""
    said, _at, trail = str(error).rpartition(" - at `$")
    path: Path = tuple(int(step) if step.isdigit() else step for step in re.findall(r"\w+", trail))
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", said):
        return _Misfit("unknown-field", _("`{name}` is no field").format(name=found[1][:100]), path)
    if found := re.fullmatch(r"Object missing required field `(.+)`", said):
        return _Misfit("bad-value", _("`{name}` is missing").format(name=found[1]), path)
    found = re.fullmatch(r"Expected (`.+`), got (`.+`)", said)
    if found is None:  # msgspec's own words, which are English
        return _Misfit("bad-value", said[:1].lower() + said[1:], path)
    word = {"`object`": _("a mapping"), "`array`": _("a list")}
    expected, got = (word.get(kind, kind) for kind in found.groups())
    return _Misfit("bad-value", _("expected {expected}, got {got}").format(expected=expected, got=got), path)


def _unknown(name: str, fields: type[Any], *, hint: bool) -> tuple[str, str]:
    advice = did_you_mean(name, fields.__struct_fields__) if hint else ""
    return "unknown-field", _("`{name}` is no field").format(name=name[:100]) + advice
