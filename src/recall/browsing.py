"""What is done with a choice of items while browsing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from recall import environment
from recall.adding import deck_file, existing_place
from recall.adding import head_text as head_of
from recall.decks.rewrite import card_index, head, move_card, read_text, rewrite_file, set_fields
from recall.editing import set_card_fields
from recall.errors import DeckError, SearchError
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


def tag(workspace: Workspace, cards: Sequence[Placed], text: str) -> int:
    """Put words on cards as tags, or take those away that have `-` before them; how many cards that changed.

    A bundled card is changed in the learner's version of it. Raises RecallError at the first card that can't be
    changed.
    """
    wanted = text.replace(",", " ").split()
    gone = {word[1:] for word in wanted if word[0] == "-"}
    new = [word.removeprefix("+") for word in wanted if word[0] != "-"]
    changed = 0
    for placed in cards:
        tags = list(dict.fromkeys(each for each in (*placed.card.tags, *new) if each and each not in gone))
        if tags != list(placed.card.tags):
            set_card_fields(workspace, placed, {"tags": tags or None})
            changed += 1
    return changed


def move(workspace: Workspace, cards: Sequence[Placed], name: str) -> Path:
    """Move cards to a topic or a deck of the learner's, or to a new one (`+name`); the file they are in then.

    Of a bundled card the learner's version is put there. What was moved stays moved when a later card can't be.
    Raises NotFoundError, DeckError, RecallError.
    """
    place = name[1:].strip() if name.startswith("+") else existing_place(workspace, name)
    target = deck_file(workspace, place)
    for placed in cards:
        if placed.path != target:
            _move(workspace, placed, place, target)
    workspace.library.sync()
    for path in {target, *(placed.path for placed in cards)}:
        workspace.library.reread(path)
    return target


def _move(workspace: Workspace, placed: Placed, place: str, target: Path) -> None:
    """The new place is written first: a crash in between leaves the card twice, and never not at all."""
    source = read_text(placed.path)
    n = card_index(source, placed.card.id)
    if n is None:
        raise DeckError(_("the card {card} is not here any more").format(card=placed.card.id), placed.path)
    rest, moved = move_card(source, n, read_text(target) or head_of(workspace, place))
    told = head(moved)
    is_told = (told.get("topic") or told.get("deck")) == place
    topic = place if place in workspace.curriculum.topics and not is_told else None
    at = card_index(moved, placed.card.id)
    assert at is not None, "the card was put there"
    rewrite_file(target, lambda _text: set_fields(moved, at, {"id": placed.card.id, "topic": topic}))
    if not placed.path.is_relative_to(environment.bundled_decks()):
        rewrite_file(placed.path, lambda _text: rest)
