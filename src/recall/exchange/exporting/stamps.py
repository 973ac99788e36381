"""Since when each exported card says what it says, so that only what changed later counts as changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from recall.anki.notes import Note
from recall.store import Transaction

CONTENT_KEY = "anki/content"
"""What the database remembers of each exported card: a digest of its note, and since when it is that (seconds)."""
Stamps = Mapping[str, Sequence[str | int]]


def remembered_stamps(tx: Transaction) -> Stamps:
    """The stamp of each card that was exported, or imported from another recall."""
    return dict(tx.catalogue.remembered(CONTENT_KEY) or {})


def remember_stamps(tx: Transaction, stamps: Stamps) -> None:
    tx.catalogue.remember(CONTENT_KEY, {**remembered_stamps(tx), **stamps})


def stamped(notes: Iterable[Note], known: Stamps, now: int) -> dict[str, tuple[str, int]]:
    """For each card its note's digest and since when it is that: now, unless it was exported as it is before."""
    stamps: dict[str, tuple[str, int]] = {}
    for note in notes:
        content = digest(note.fields, note.tags)
        before = known.get(note.card)
        if before is None:
            stamps[note.card] = (content, now)
        elif before[0] == content:
            stamps[note.card] = (content, int(before[1]))
        else:
            stamps[note.card] = (content, max(now, int(before[1]) + 1))
    return stamps


def digest(fields: Iterable[str], tags: Iterable[str] = ()) -> str:
    """What tells whether a note's content has changed."""
    return blake2b("\x1f".join((*fields, *tags)).encode(), digest_size=9).hexdigest()
