"""What is done with a choice of items while browsing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from recall.core.model import CardId
from recall.decks.changes import Changes, Undoable, all_or_nothing
from recall.decks.entries import copy_card, remove_card
from recall.decks.fields import set_fields
from recall.decks.rewrite import read_text
from recall.decks.source import card_index, head
from recall.editing.adding import deck_file, existing_place
from recall.editing.adding import head_text as head_of
from recall.editing.cards import field_change
from recall.errors import SearchError
from recall.i18n import _
from recall.store.catalogue import Placed
from recall.workspace import Workspace


def read_due(text: str, today: date) -> date:
    """The day that a number of days or a date means. Raises SearchError: anything else, or a day that has gone by."""
    try:
        day = today + timedelta(int(text)) if text.lstrip("+-").isdecimal() else date.fromisoformat(text)
    except (ValueError, OverflowError):
        message = _("{text!r} is neither a number of days nor a date such as {example}")
        raise SearchError(message.format(text=text, example=today.isoformat())) from None
    if day < today:
        raise SearchError(_("{day} has gone by; choose today or later").format(day=day.isoformat()))
    return day


@dataclass(frozen=True, slots=True)
class Tags:
    """Words to put on cards as tags, and those to take away."""

    new: tuple[str, ...]
    gone: frozenset[str]

    @classmethod
    def read(cls, line: str) -> Tags:
        """Words apart by spaces or commas; one with `-` before it is taken away."""
        words = line.replace(",", " ").replace("，", " ").split()
        new = (word.removeprefix("+") for word in words if word[0] != "-")
        return cls(tuple(filter(None, new)), frozenset(word[1:] for word in words if word[0] == "-"))

    def on(self, tags: Sequence[str]) -> list[str]:
        """What a card with `tags` has then, each once."""
        return [word for word in dict.fromkeys((*tags, *self.new)) if word not in self.gone]


def tag(workspace: Workspace, cards: Sequence[Placed], tags: Tags) -> tuple[int, Undoable]:
    """Change the tags of cards: how many that changed, and how to take it back.

    A bundled card is changed in the learner's version of it. Raises RecallError when one of them can't be changed; then
    none is.
    """
    after = {placed.card.id: tags.on(placed.card.tags) for placed in cards}
    changed = [placed for placed in cards if after[placed.card.id] != list(placed.card.tags)]
    with all_or_nothing() as changes:
        for placed in changed:
            changes.rewrite(*field_change(workspace, placed, {"tags": after[placed.card.id] or None}))
    workspace.library.take_in(changes.before)
    return len(changed), changes.undoable()


def place_named(workspace: Workspace, name: str) -> str:
    """A topic or a deck of the learner's, or with `+` before its name a new one. Raises NotFoundError."""
    if name.startswith("+"):
        return name[1:].strip()
    return existing_place(workspace, name, _("+{name} makes a new deck").format(name=name))


def move(workspace: Workspace, cards: Sequence[Placed], place: str) -> tuple[Path, Undoable]:
    """Move cards to a topic or a deck of the learner's: the file they are in then, and how to take it back.

    Of a bundled card the learner's version is put there. Raises DeckError, RecallError when one of them can't be moved;
    then none is.
    """
    target = deck_file(workspace, place)
    with all_or_nothing() as changes:
        for placed in cards:
            if placed.path != target or placed.topic != place:
                _move(workspace, changes, placed, place, target)
    workspace.library.take_in(changes.before)
    return target, changes.undoable()


def _move(workspace: Workspace, changes: Changes, placed: Placed, place: str, target: Path) -> None:
    """The new place is written first: a crash in between leaves the card twice, and never not at all."""
    card = placed.card.id
    if placed.path == target:
        changes.rewrite(target, lambda text: _told(workspace, text, card, place, target))
        return

    def put(text: str) -> str:
        source = read_text(placed.path)
        moved = copy_card(source, card_index(source, card, placed.path), text or head_of(workspace, place))
        return _told(workspace, moved, card, place, target)

    changes.rewrite(target, put)
    if not workspace.library.is_bundled(placed.path):
        changes.rewrite(placed.path, lambda text: remove_card(text, card_index(text, card, placed.path)))


def _told(workspace: Workspace, text: str, card: CardId, place: str, target: Path) -> str:
    """The file's text in which a card says its id, and its topic where the head says another."""
    told = head(text)
    is_told = (told.get("topic") or told.get("deck")) == place
    topic = place if place in workspace.curriculum.topics and not is_told else None
    return set_fields(text, card_index(text, card, target), {"id": card, "topic": topic})
