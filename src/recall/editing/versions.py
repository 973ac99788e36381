"""The learner's versions of bundled cards: how they differ, and giving one back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recall.core.item_names import card_of
from recall.core.model import Card, CardId, ItemId
from recall.decks.entries import remove_card
from recall.decks.rewrite import rewrite_file, without_cards
from recall.decks.source import card_index, entries
from recall.decks.write import entry_fields
from recall.decks.yaml_text import as_read
from recall.errors import NotFoundError
from recall.i18n import _
from recall.library import BUNDLED_RANK, EDITED
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
    """Every version that stands in for a bundled card, in the order of the decks."""
    with workspace.store.read() as tx:
        pairs = tx.catalogue.replaced(BUNDLED_RANK)
    return [
        Version(own.card.id, own.path, own.line, bundled.path, tuple(_changes(bundled.card, own.card)))
        for bundled, own in pairs
    ]


def version_of(workspace: Workspace, name: str) -> Version:
    """The version of a card. Raises NotFoundError when the learner has none."""
    found = next((version for version in versions(workspace) if version.id == card_of(ItemId(name))), None)
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
        rest = remove_card(text, card_index(text, version.id, version.path))
        is_copy = not entries(rest) and folder.name == EDITED and _has_head_of(rest, version.bundled)
        return None if is_copy else rest

    rewrite_file(version.path, without)
    with suppress(OSError):  # other versions are kept there
        folder.rmdir()
    workspace.library.take_in([version.path])


def _has_head_of(rest: str, bundled: Path) -> bool:
    """Whether a text without cards says what a bundled file says before its cards: nothing of it is the learner's."""
    return rest.split() == without_cards(bundled).split()


def _changes(bundled: Card, own: Card) -> Iterator[Change]:
    before, after = (dict(_texts(as_read(entry_fields(card)), "")) for card in (bundled, own))
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
