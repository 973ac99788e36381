"""A package of Anki's, taken in: foreign notes become cards of a deck, and every answer goes to the log."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from recall.anki.archive import Medium, OpenPackage, PackageError, open_package
from recall.anki.collection import ForeignCard, ForeignCollection, ForeignNote, read_collection
from recall.anki.foreign import Mapped, cards_of, known_items, plan
from recall.anki.notes import GUID, item_of
from recall.anki.notetypes import CARD_ID, CLOZE_ID
from recall.anki.own import own_card
from recall.core.cloze import ClozeError
from recall.core.history import LogRow
from recall.core.model import Card, CardId, ItemId
from recall.decks.changes import Changes
from recall.decks.load import parse_deck
from recall.decks.write import deck_text
from recall.exchange.exporting.stamps import remember_stamps
from recall.exchange.importing.edits import find_edits
from recall.exchange.importing.result import Imported
from recall.exchange.importing.rows import Known, RowReader, upgraded
from recall.exchange.importing.taking import count_rows, take_in
from recall.i18n import _
from recall.workspace import Workspace

FOLDER = "anki"
"""Below the learner's first deck folder: the decks that came from Anki, and `media` with their pictures."""
MEDIA = "media"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What one card of Anki's stands for."""

    key: str
    card: ForeignCard
    item: ItemId


def import_anki(workspace: Workspace, path: Path, *, dry_run: bool = False, accept_edits: bool = False) -> Imported:
    """Take in an `.apkg` or `.colpkg`. What is here already is passed over, so a second import adds only what is new.

    Cards that were exported from here are known by their guids: of them the answers come, and texts that were edited
    in Anki are told, or taken over with `accept_edits`. Raises RecallError; then nothing was changed.
    """
    with open_package(path) as package:
        try:
            collection = read_collection(package.database)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError) as error:
            message = _("{path} can't be imported: its database is not one of Anki's; nothing was changed")
            raise PackageError(message.format(path=path)) from error
        return _take_in(workspace, package, collection, dry_run, accept_edits)


def _take_in(
    workspace: Workspace, package: OpenPackage, collection: ForeignCollection, dry_run: bool, accept_edits: bool
) -> Imported:
    result = Imported()
    own = [note for note in collection.notes if is_own(note)]
    foreign = [note for note in collection.notes if not is_own(note)]
    with workspace.store.read() as tx:
        known = Known.of([*tx.log.reviews(), *tx.log.events()], tx.states.all())
        items = frozenset(tx.catalogue.item_ids())
        found = [*_own(own, items, workspace.curriculum.topics.keys()), *_foreign(foreign, items, result)]
        find_edits(workspace, tx, own, result)
    arrivals = _sorted_out(found, result)
    first = workspace.calendar.day_of(_instant(collection.begins))
    rows = _rows(RowReader(workspace.calendar, first, known), collection, arrivals)
    count_rows(result, rows)
    media = _media_of(package, result.new)
    result.media = len(media)
    if not dry_run:
        folder = workspace.library.own_folder / FOLDER
        copy = partial(_copy_media, package, folder / MEDIA, media)
        take_in(workspace, result, rows, folder, accept_edits=accept_edits, first=copy)
        _remember(workspace, own, result)
    return result


def is_own(note: ForeignNote) -> bool:
    """Whether a note was exported from recall."""
    return note.guid.startswith(GUID) and note.notetype.id in (CARD_ID, CLOZE_ID)


@dataclass(frozen=True, slots=True)
class _Found:
    """A card of a note with what came of its cards in Anki; `card` is None when it is here already."""

    note: ForeignNote
    card: Card | None
    arrivals: tuple[_Arrival, ...]


def _own(notes: Iterable[ForeignNote], here: Collection[ItemId], topics: Collection[str]) -> Iterator[_Found]:
    """Cards that come back, and those of another recall, which are new here."""
    for note in notes:
        name = CardId(note.guid.removeprefix(GUID))
        is_cloze = note.notetype.id == CLOZE_ID
        items = {card.place: item_of(name, card.place, is_cloze) for card in note.cards}
        is_here = any(item in here for item in items.values())
        yield _Found(note, None if is_here else own_card(note, name, topics), _arrivals(note, items))


def _foreign(notes: Iterable[ForeignNote], here: Collection[ItemId], result: Imported) -> Iterator[_Found]:
    for note in notes:
        mapping = plan(note.notetype)
        result.plans[mapping] = result.plans.get(mapping, 0) + 1
        if items := known_items(note, here):
            yield _Found(note, None, _arrivals(note, items))
            continue
        for mapped in _mapped(note, result):
            is_here = any(item in here for item in mapped.items.values())
            yield _Found(note, None if is_here else mapped.card, _arrivals(note, mapped.items))


def _arrivals(note: ForeignNote, items: Mapping[int, ItemId]) -> tuple[_Arrival, ...]:
    cards = (card for card in note.cards if card.place in items)
    return tuple(_Arrival(f"{note.guid}/{card.place}", card, items[card.place]) for card in cards)


def _mapped(note: ForeignNote, result: Imported) -> list[Mapped]:
    try:
        found = list(cards_of(note, lambda name: f"{MEDIA}/{name}"))
    except (ClozeError, IndexError):
        found = []
    if not found:
        message = _("a note of {notetype} asks nothing that can be read: {text}")
        result.left_out.append(message.format(notetype=note.notetype.name, text=" ".join(note.fields)[:60]))
    return found


def _sorted_out(found: Sequence[_Found], result: Imported) -> list[_Arrival]:
    """The cards that can stand in a deck file, and what is known of them."""
    cards = [each.card for each in found if each.card is not None]
    are_sound = _can_stand(cards)
    arrivals: list[_Arrival] = []
    for each in found:
        if each.card is None:
            result.known += 1
        elif are_sound or _can_stand([each.card]):
            result.new.append(each.card)
        else:
            message = _("a note of {notetype} can't be written as a card: {text}")
            text = " ".join(each.note.fields)[:60]
            result.left_out.append(message.format(notetype=each.note.notetype.name, text=text))
            continue
        arrivals += each.arrivals
    return arrivals


def _can_stand(cards: Sequence[Card]) -> bool:
    """Whether some cards, written into deck files, are read again as they are."""
    for start in range(0, len(cards), _BATCH):
        batch = cards[start : start + _BATCH]
        read = parse_deck(Path(), deck_text({}, batch).encode("utf-8", "replace"))
        if [located.card.id for located in read.cards] != [card.id for card in batch]:
            return False
    return True


def _rows(reader: RowReader, collection: ForeignCollection, arrivals: Iterable[_Arrival]) -> list[LogRow]:
    rows: list[LogRow] = []
    for arrival in arrivals:
        answers = collection.answers.get(arrival.card.id, ())
        if collection.has_first_scheduler:
            answers = upgraded(answers)
        rows += reader.rows(arrival.key, arrival.card, arrival.item, answers)
    return list({row.id: row for row in rows if row.id not in reader.known.ids}.values())


def _media_of(package: OpenPackage, cards: Iterable[Card]) -> dict[str, Medium]:
    """The files of media that new cards show, by name."""
    text = "\n".join(repr(card) for card in cards)
    return {medium.name: medium for medium in package.media if f"{MEDIA}/{medium.name}" in text}


def _remember(workspace: Workspace, own: Iterable[ForeignNote], result: Imported) -> None:
    """Since when the notes of new cards say what they say: only what changes later is an edit of theirs."""
    new = {card.id for card in result.new}
    seen = {name: ("", note.mod) for note in own if (name := note.guid.removeprefix(GUID)) in new}
    if seen:
        with workspace.store.write() as tx:
            remember_stamps(tx, seen)


def _copy_media(package: OpenPackage, folder: Path, media: Mapping[str, Medium], changes: Changes) -> None:
    if not media:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".media.", dir=folder.parent) as temporary:
        for name, medium in media.items():
            finished = Path(temporary, "medium")
            package.copy_medium(medium, finished)
            changes.move(finished, folder / name)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(max(0, min(seconds, 4_102_444_800)), UTC)
