"""Texts of our cards that were edited in Anki: found by what was exported, taken over when the learner says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from recall.anki.collection import ForeignNote
from recall.anki.notes import GUID, speaks_both
from recall.anki.notetypes import FIELDS
from recall.anki.own import editable, text_of, with_text
from recall.anki.text import to_markdown, to_plain
from recall.core.bodies import Language, other_language
from recall.core.model import Card, CardId
from recall.decks.changes import Changes
from recall.decks.write import Fields, entry_fields
from recall.editing.cards import field_change
from recall.exchange.exporting.package import note_writer
from recall.exchange.exporting.stamps import remembered_stamps
from recall.exchange.importing.result import Edit, Imported
from recall.store import Transaction
from recall.workspace import Workspace

_TEXTS = FIELDS[1:10]


def find_edits(workspace: Workspace, tx: Transaction, notes: Iterable[ForeignNote], result: Imported) -> None:
    """What was changed in notes since they were exported; what was changed here since is no edit of theirs."""
    exported = remembered_stamps(tx)
    named = {CardId(note.guid.removeprefix(GUID)): note for note in notes}
    here = tx.catalogue.placed(named)
    for name, note in named.items():
        placed = here.get(name)
        if placed is None or note.mod <= int(exported.get(name, (0, 0))[1]):
            continue
        edits = _edits_of(workspace, placed.card, note)
        result.edits += edits
        if any(edit.is_taken for edit in edits):
            result.changed[name] = edited(placed.card, edits)


def _edits_of(workspace: Workspace, card: Card, note: ForeignNote) -> list[Edit]:
    fields = note.named
    ours = dict(zip(FIELDS, note_writer(workspace, _languages(fields)).note(card).fields, strict=True))
    changed = [name for name in _TEXTS if fields.get(name, "") != ours[name]]
    edits = []
    for name in changed:
        read = to_plain if name == "Answer" else to_markdown
        before, after = read(ours[name]), read(fields.get(name, ""))
        if before != after:
            taken = editable(card, name) and bool(after)
            edits.append(Edit(card.id, name, text_of(card, name) if taken else before, after, taken))
    return edits


def _languages(fields: dict[str, str]) -> Sequence[Language]:
    first: Language = "en" if fields.get("Language") == "en" else "zh"
    return (first, other_language(first)) if fields.get("Front zh") and fields.get("Front en") else (first,)


def edited(card: Card, edits: Iterable[Edit]) -> Card:
    """The card with those of its edits that can be taken over."""
    both = not speaks_both(card)
    for edit in edits:
        if edit.is_taken:
            card = with_text(card, edit.field, edit.after, both=both)
    return card


def accept(workspace: Workspace, changes: Changes, changed: Mapping[CardId, Card]) -> list[Path]:
    """Write what cards say now into the deck files they are in, of bundled ones into the learner's version of them."""
    with workspace.store.read() as tx:
        here = tx.catalogue.placed(changed)
    written = []
    for name, placed in here.items():
        path, change = field_change(workspace, placed, _differences(placed.card, changed[name]))
        changes.rewrite(path, change)
        written.append(path)
    return written


def _differences(before: Card, after: Card) -> Fields:
    """The fields that say something else, None for one that is gone; its place is no matter of what a card says."""
    old, new = ({**entry_fields(card), "id": None, "topic": None} for card in (before, after))
    return {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}
