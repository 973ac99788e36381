"""The learner's versions of bundled cards: how they differ, and giving one back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recall.core.model import CardId
from recall.decks.entries import remove_card
from recall.decks.folders import deck_files
from recall.decks.load import load_deck
from recall.decks.rewrite import read_text, rewrite_file
from recall.decks.source import card_index, entries
from recall.errors import NotFoundError
from recall.i18n import _
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Change:
    """A text of a card that the learner's version has otherwise; None where one of the two has none."""

    field: str
    """Its name, the language or number of what is in it behind a dot: `front.zh`, `choices.2.text`."""
    bundled: str | None
    own: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """A bundled card of which the learner has a version."""

    id: CardId
    path: Path
    line: int
    bundled: Path
    changes: tuple[Change, ...]


def versions(workspace: Workspace) -> list[Version]:
    """Every version that stands in for a bundled card, in the order of the decks. Raises DeckError."""
    bundled = workspace.library.bundled
    with workspace.store.read() as tx:
        own = {found.card.id: found for found in tx.catalogue.cards() if not found.path.is_relative_to(bundled)}
    found = []
    for path in deck_files(bundled) if own else ():
        for located in load_deck(path).cards:
            if mine := own.get(located.card.id):
                changes = tuple(_changes(_entry(path, mine.card.id), _entry(mine.path, mine.card.id)))
                found.append(Version(mine.card.id, mine.path, mine.line, path, changes))
    return found


def version_of(workspace: Workspace, name: str) -> Version:
    """The version of a card. Raises NotFoundError when the learner has none, DeckError."""
    found = next((version for version in versions(workspace) if version.id == name.partition("#")[0]), None)
    if found is None:
        workspace.resolve_items(name)
        raise NotFoundError(_("there is no version of your own of {card}").format(card=name))
    return found


def give_back(workspace: Workspace, version: Version) -> None:
    """Take the learner's version away, so that the bundled card is asked again; its history stays.

    Raises RecallError, and then nothing has changed.
    """
    folder = version.path.parent

    def without(text: str) -> str | None:
        is_last = len(entries(text)) == 1 and folder.name == "edited"
        return None if is_last else remove_card(text, card_index(text, version.id, version.path))

    rewrite_file(version.path, without)
    with suppress(OSError):  # other versions are kept there
        folder.rmdir()
    workspace.library.sync({version.path})


def _entry(path: Path, card_id: CardId) -> dict[str, Any]:
    text = read_text(path)
    return dict(entries(text)[card_index(text, card_id, path)])


def _changes(bundled: Any, own: Any) -> Iterator[Change]:
    before, after = dict(_texts(bundled, "")), dict(_texts(own, ""))
    for field in {**before, **after}:
        if before.get(field) != after.get(field):
            yield Change(field, before.get(field), after.get(field))


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """The texts of a value by the names of the fields that lead to them."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value, 1):
            yield from _texts(part, f"{name}.{key}" if name else str(key))
    elif value is not None:
        yield name, str(value)
