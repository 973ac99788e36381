"""Straight into a closed collection, through Anki's own engine: the package `anki`, an extra, imported here only."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recall.anki.notes import GUID, item_of
from recall.anki.notetypes import CARD_ID, CLOZE_ID
from recall.anki.progress import CardState, Progress, Scale
from recall.core.model import ItemId
from recall.errors import RecallError
from recall.i18n import N_, _

if TYPE_CHECKING:
    from anki.collection import Collection  # isort: skip; anki.cards needs it to be there
    from anki.cards import Card

_OURS = f"""
SELECT c.id, n.guid, c.ord, n.mid = {CLOZE_ID}, (SELECT max(id) FROM revlog WHERE cid = c.id), c.odid
FROM cards c JOIN notes n ON n.id = c.nid WHERE n.mid IN ({CARD_ID}, {CLOZE_ID})
"""


class CollectionError(RecallError):
    """A collection of Anki's can't be written."""

    title = N_("Export")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a collection: cards whose progress was set, and those that have answers we do not know."""

    updated: int
    ahead: int
    backup: Path


def write_collection(
    path: Path, package: Path, progress: Mapping[ItemId, Progress], scale: Scale, backups: Path
) -> Written:
    """Import the package into the collection and set the progress of its cards, known ones too; a copy is made first.

    Cards that were answered in Anki since are left alone: their answers have to come here before. Raises
    CollectionError: Anki has it open, or it is none.
    """
    with _opened(path):
        pass  # nobody else has it, and what was pending is in the file
    backup = _back_up(path, backups)
    with _opened(path) as collection:
        _import(collection, package)
        updated, ahead = _set_progress(collection, progress, scale)
    return Written(updated, ahead, backup)


@contextmanager
def _opened(path: Path) -> Iterator[Collection]:
    try:
        from anki.collection import Collection
        from anki.errors import DBError
    except ImportError:
        message = _("this needs Anki's engine: pip install 'recall-srs[anki]'")
        raise CollectionError(message) from None
    try:
        collection = Collection(str(path))
    except DBError as error:
        reason = " ".join(str(error).split())
        message = _("{path} can't be opened: {reason}; close Anki and try again")
        raise CollectionError(message.format(path=path, reason=reason)) from None
    try:
        yield collection
    finally:
        collection.close()


def _back_up(path: Path, backups: Path) -> Path:
    name = f"anki-{datetime.now(UTC):%Y%m%d-%H%M%S}-{path.name}"
    try:
        backups.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy2(path, backups / name))
    except OSError as error:
        message = _("{path} can't be copied to {backups}: {reason}; nothing was changed")
        raise CollectionError(message.format(path=path, backups=backups, reason=error.strerror)) from None


def _import(collection: Collection, package: Path) -> None:
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))


def _set_progress(collection: Collection, progress: Mapping[ItemId, Progress], scale: Scale) -> tuple[int, int]:
    """Set the cards of ours, and add the rows of the log that are missing; how many were, and how many were not."""
    from anki.cards import CardId

    assert collection.db is not None
    shift = (scale.first - scale.calendar.day_of(datetime.fromtimestamp(collection.crt, UTC))).days
    changed, rows, ahead = [], [], 0
    for number, guid, place, is_cloze, newest, filtered in collection.db.all(_OURS):
        known = progress.get(item_of(str(guid).removeprefix(GUID), place, bool(is_cloze)))
        if known is None or filtered:
            continue
        if (newest or 0) > max((row.id for row in known.log), default=0):
            ahead += 1
            continue
        card = collection.get_card(CardId(number))
        if _set(card, known.card, shift):
            changed.append(card)
        rows += [(r.id, number, r.ease, r.ivl, r.last_ivl, r.factor, r.time, r.type) for r in known.log]
    collection.update_cards(changed, skip_undo_entry=True)
    collection.db.executemany("INSERT OR IGNORE INTO revlog VALUES (?,?,-1,?,?,?,?,?,?)", rows)
    return len(changed), ahead


def _set(card: Card, state: CardState, shift: int) -> bool:
    """Give a card of Anki's the progress; whether that changed it."""
    from anki.cards import FSRSMemoryState

    due = card.due if state.type == 0 else state.due + shift if state.type == 2 else state.due
    given = (state.type, state.queue, due, state.ivl, state.reps, state.lapses, state.left)
    had = (card.type, card.queue, card.due, card.ivl, card.reps, card.lapses, card.left)
    memory = json.loads(state.data)
    flags = (card.flags & ~7) | state.flags
    is_known = card.memory_state is not None and abs(card.memory_state.stability - memory.get("s", 0)) < 1e-3
    if given == had and flags == card.flags and (is_known or not memory):
        return False
    card.type, card.queue, card.due = state.type, state.queue, due  # type: ignore[assignment] # NewTypes of int
    card.ivl, card.reps, card.lapses, card.left, card.flags = state.ivl, state.reps, state.lapses, state.left, flags
    card.factor = state.factor
    if memory:
        card.memory_state = FSRSMemoryState(stability=memory["s"], difficulty=memory["d"])
        card.desired_retention, card.decay, card.last_review_time = memory["dr"], memory["decay"], memory["lrt"]
    else:
        card.memory_state = None
    return True
