"""New cards, written into the learner's own decks."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from recall.core.cloze import filled
from recall.core.likeness import grams, likeness
from recall.core.model import Card, CardId
from recall.core.sanitise import sanitise
from recall.decks.build import fingerprint
from recall.decks.card_ids import new_id, slug
from recall.decks.entries import insert_cards, read_entry
from recall.decks.folders import REGISTRIES, deck_files
from recall.decks.foreign import ForeignDeck, Misread
from recall.decks.rewrite import read_text, rewrite_file
from recall.decks.source import entries, head
from recall.decks.standard.rules import question_of
from recall.decks.yaml_text import Value, as_read, field_lines
from recall.errors import DeckError, NotFoundError, did_you_mean
from recall.i18n import _
from recall.library import EDITED
from recall.workspace import Workspace

LIKE = 0.4
"""Likeness from which a question is told to be like another."""
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card may go: a topic of the curriculum, or a deck of the learner's own, and what it is called."""

    name: str
    title: str
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """A card that was written."""

    id: CardId
    path: Path
    place: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import of somebody's cards brings, or would bring."""

    new: tuple[dict[str, Value], ...]
    known: int
    """Cards whose question a deck in use asks already."""
    not_understood: tuple[Misread, ...]
    added: tuple[Added, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """A card whose question is like another."""

    id: CardId
    path: Path
    line: int
    question: str
    likeness: float


class Questions:
    """The questions of all cards, to be compared with. Making it takes a moment; do it in a thread."""

    def __init__(self, workspace: Workspace) -> None:
        with workspace.store.read() as tx:
            placed = list(tx.catalogue.cards())
        self._known: list[tuple[Alike, frozenset[str]]] = []
        for found in placed:
            question = question_of(found.card)
            for text in {question.zh, question.en} - {None} if question else ():
                shown = filled(text or "")
                self._known.append((Alike(found.card.id, found.path, found.line, shown, 0.0), grams(shown)))

    def like(self, card: Card) -> list[Alike]:
        """The cards whose questions are most like that of a card, itself left out; the most alike first."""
        question = question_of(card)
        wanted = [grams(filled(text)) for text in {question.zh, question.en} if text] if question else []
        best: dict[CardId, Alike] = {}
        for known, found in self._known:
            score = max((likeness(found, asked) for asked in wanted), default=0.0)
            if known.id != card.id and score >= max(LIKE, best[known.id].likeness if known.id in best else 0.0):
                best[known.id] = Alike(known.id, known.path, known.line, known.question, score)
        return sorted(best.values(), key=lambda alike: -alike.likeness)[:MOST_SHOWN]


def places(workspace: Workspace) -> list[Place]:
    """The learner's own decks, then the topics in the order of the curriculum."""
    curriculum, language = workspace.curriculum, workspace.language
    with workspace.store.read() as tx:
        own = [name for name in tx.catalogue.topics() if name not in curriculum.topics]
    topics = [
        Place(topic.id, topic.title.in_language(language), stage.title.in_language(language))
        for stage in curriculum.stages
        for topic in stage.topics
    ]
    return [*(Place(name, name) for name in own), *topics]


def existing_place(workspace: Workspace, name: str, otherwise: str) -> str:
    """A topic or own deck by its name. Raises NotFoundError with the nearest one and what to do `otherwise`."""
    names = [place.name for place in places(workspace)]
    if name in names:
        return name
    message = _("no topic or deck is called {name}; {otherwise}").format(name=name, otherwise=otherwise)
    raise NotFoundError(message + did_you_mean(name, names))


def trial(fields: Mapping[str, Value]) -> Card:
    """The card that fields make. Raises DeckError with the reason when they make none, or one with a mistake."""
    deck = read_entry(clean(fields))
    if deck.problems:
        raise DeckError(deck.problems[0].message)
    return deck.cards[0].card


def add_cards(workspace: Workspace, place: str, cards: Sequence[Mapping[str, Value]]) -> list[Added]:
    """Write cards into the learner's deck file of a topic or own deck; the library knows them when this returns.

    All of them or, with a DeckError, none: when one makes no card, has an id that is taken, or the file can't be
    changed. RecallError when it can't be written.
    """
    path = deck_file(workspace, place)
    with workspace.store.read() as tx:
        taken: set[str] = {*tx.catalogue.card_ids()}
    named = []
    for fields in cards:
        named.append(_named(fields, place, taken))
        taken.add(CardId(str(named[-1]["id"])))
    topic = place if place in workspace.curriculum.topics else None
    rewrite_file(path, lambda text: _with_cards(text or head_text(workspace, place), topic, named))
    workspace.library.take_in([path])
    return [Added(CardId(str(fields["id"])), path, place) for fields in named]


def take_in(workspace: Workspace, deck: ForeignDeck, place: str, *, dry_run: bool = False) -> Taken:
    """Write the cards of somebody's file into a deck of the learner's own, those left out whose question is there.

    A second time it brings nothing. All of them are written, or, with a RecallError, none.
    """
    with workspace.store.read() as tx:
        asked = {fingerprint(placed.card.body) for placed in tx.catalogue.cards()}
    new: list[dict[str, Value]] = []
    known, misread = 0, list(deck.not_understood)
    for foreign in deck.cards:
        try:
            question = fingerprint(trial(foreign.fields).body)
        except DeckError as error:
            misread.append(Misread(foreign.line, error.message))
            continue
        if question in asked:
            known += 1
        else:
            asked.add(question)
            new.append(clean(foreign.fields))
    added = add_cards(workspace, place, new) if new and not dry_run else []
    return Taken(tuple(new), known, tuple(sorted(misread)), tuple(added))


def deck_file(workspace: Workspace, place: str) -> Path:
    """The file in the first of the learner's folders that holds the cards of a topic or own deck, or would."""
    own = workspace.library.own
    if own.is_file():
        return own
    files = [path for path in deck_files(own) if not path.is_relative_to(own / EDITED)] if own.is_dir() else []
    return next((path for path in files if _is_of(path, place)), _new_file(own, place))


def head_text(workspace: Workspace, place: str) -> str:
    """The beginning of a new deck file for a topic or own deck."""
    return "\n".join(field_lines("topic" if place in workspace.curriculum.topics else "deck", place)) + "\n"


def clean(value: Any) -> Any:
    """A field without the characters that a terminal would obey, and without blanks at its ends."""
    if isinstance(value, str):
        return sanitise(value).strip()
    if isinstance(value, Mapping):
        return {key: clean(part) for key, part in value.items()}
    return [clean(part) for part in value] if isinstance(value, list | tuple) else value


def _named(fields: Mapping[str, Value], place: str, taken: Container[Any]) -> dict[str, Value]:
    """The fields with an id, their card tried."""
    card = trial(fields)
    if fields.get("id") in taken:
        raise DeckError(_("id {id} is taken").format(id=fields["id"]))
    return {"id": fields.get("id") or new_id(card.body, place, taken), **clean(fields)}


def _with_cards(text: str, topic: str | None, cards: Sequence[Mapping[str, Value]]) -> str:
    """The file's text with the cards after the last one of their topic; they name it where the head does not.

    One that is there to the letter is not written again: the file may have been written, and the database not.
    """
    there = entries(text)
    others: list[int] = []
    if topic is not None and head(text).get("topic") != topic:
        others = [n for n, entry in enumerate(there) if isinstance(entry, dict) and entry.get("topic") == topic]
        cards = [{"id": fields.get("id"), "topic": topic, **fields} for fields in cards]
    new = [fields for fields in cards if as_read(fields) not in there]
    return insert_cards(text, new, max(others, default=None))


def _new_file(own: Path, place: str) -> Path:
    """The file that a topic or own deck begins: not one that is passed over, nor that of another deck, whose name may
    differ in what a file's name can't hold. One that can't be read is named, for its mistake to be told.
    """
    names = (f"{slug(place)}{f'-{n}' if n > 1 else ''}.yaml" for n in count(1))
    return next(own / name for name in names if name not in REGISTRIES and not _is_of_another(own / name, place))


def _is_of_another(path: Path, place: str) -> bool:
    """Whether a file has a head of its own, or cards, and is of another deck; of a topic's, a card may say its own."""
    try:
        text = read_text(path)
        told = head(text)
    except DeckError:
        return False
    return bool(text.strip()) and "topic" not in told and (told.get("deck") or path.stem) != place


def _is_of(path: Path, place: str) -> bool:
    """Whether a file's head names the topic or deck, or, where it names none, its own name does."""
    try:
        told = head(read_text(path))
    except DeckError:
        return False
    return (told.get("topic") or told.get("deck") or path.stem) == place
