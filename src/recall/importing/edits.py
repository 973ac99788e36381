"""Texts of our cards that were edited in Anki: found by what was exported, taken over when the learner says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from recall.anki.collection import ForeignNote
from recall.anki.notes import GUID, speaks_both
from recall.anki.notetypes import FIELDS
from recall.anki.own import editable, text_of, with_text
from recall.anki.text import to_markdown, to_plain
from recall.core.bodies import Language
from recall.core.model import Card, CardId
from recall.decks.entry import append_entry, head_text
from recall.decks.write import entry_text, replace_entry
from recall.exporting import CONTENT_KEY, note_writer
from recall.importing.files import Changes
from recall.importing.result import Edit, Imported
from recall.store import Transaction
from recall.store.catalogue import Placed
from recall.workspace import Workspace

_TEXTS = FIELDS[1:10]


def find_edits(workspace: Workspace, tx: Transaction, notes: Iterable[ForeignNote], result: Imported) -> None:
    """What was changed in notes since they were exported; what was changed here since is no edit of theirs."""
    exported = tx.catalogue.remembered(CONTENT_KEY) or {}
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
    other: Language = "zh" if first == "en" else "en"
    return (first, other) if fields.get("Front zh") and fields.get("Front en") else (first,)


def edited(card: Card, edits: Iterable[Edit]) -> Card:
    """The card with those of its edits that can be taken over."""
    both = not speaks_both(card)
    for edit in edits:
        if edit.is_taken:
            card = with_text(card, edit.field, edit.after, both=both)
    return card


def accept(workspace: Workspace, changes: Changes, changed: Mapping[CardId, Card]) -> list[Path]:
    """Write cards into the deck files they are in, bundled ones into the learner's own version of them."""
    written = []
    for name, card in changed.items():
        with workspace.store.read() as tx:
            placed = tx.catalogue.card(name)
        if placed is not None:
            written.append(_rewrite(workspace, changes, placed, card))
            workspace.library.reread(written[-1])  # the lines of the other cards in it have moved
    return written


def _rewrite(workspace: Workspace, changes: Changes, placed: Placed, card: Card) -> Path:
    """Replace the card's entry; a bundled one gets a version in the learner's decks."""
    if not placed.path.is_relative_to(workspace.library.bundled):
        text = placed.path.read_text("utf-8")
        changes.write(placed.path, replace_entry(text, placed.line, entry_text(card)))
        return placed.path
    own = workspace.library.folders[0].path
    path = own if own.is_file() else own / "edited" / placed.path.name
    text = path.read_text("utf-8") if path.is_file() else head_text(placed.path)
    changes.write(path, append_entry(text, entry_text(card)))
    return path
