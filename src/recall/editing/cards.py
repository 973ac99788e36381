"""Editing a card: in the learner's editor, or field by field.

A bundled card is never edited in place: its entry is copied to the learner's own deck, where it stands in for the
bundled one. A copy that was not changed is taken away again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from recall.core.item_names import card_of
from recall.core.model import CardId, ItemId
from recall.decks.changes import content_of, put_back
from recall.decks.entries import copy_card
from recall.decks.fields import set_fields
from recall.decks.load import DeckFile, load_deck, parse_deck
from recall.decks.problems import Problem
from recall.decks.rewrite import read_text, rewrite_file, without_cards
from recall.decks.source import card_index, entries, entry_line
from recall.decks.yaml_text import Value
from recall.editing.editor import open_editor
from recall.errors import DeckError, NotFoundError, RecallError
from recall.files import alone_in, real_path, write_atomically
from recall.i18n import N_, _
from recall.store.catalogue import Placed
from recall.study.session import Question, ReviewSession
from recall.workspace import Workspace

Ask = Callable[[str], bool]
"""Tells what is wrong with an edited file, and says whether the editor is to be opened again."""


class ChangedMeanwhileError(RecallError):
    """Somebody else changed a field of a card after it was read for an edit."""

    title = N_("Card")


def edit_question(session: ReviewSession, question: Question, again: Ask | None = None) -> str | None:
    """Open the question's card in the editor and read it again; says what is wrong with the file afterwards.

    Raises RecallError when there is no editor or the file can't be read or written; then nothing is changed.
    """
    path = edit_placed(session.workspace, question.placed, again)
    session.reload()
    return _first_problem(session.workspace, path)


def edit_placed(workspace: Workspace, placed: Placed, again: Ask | None = None) -> Path:
    """Open a card in the editor; the file it is in then. With `again`, a file with a mistake is opened at its line.

    Raises RecallError as `edit_question` does.
    """
    if workspace.library.is_bundled(placed.path):
        return _edit_own_version(workspace, placed, again)
    if placed.card.has_own_id:
        _edit_until_right(workspace, placed.path, placed.line, again)
    else:
        _edit_with_id(workspace, placed, again)
    return placed.path


def find_card(workspace: Workspace, name: str) -> Placed:
    """A card by its id, or that of one of its items. Raises NotFoundError."""
    with workspace.store.read() as tx:
        placed = tx.catalogue.card(card_of(ItemId(name)))
    if placed is None:
        workspace.resolve_items(name)
        raise NotFoundError(_("no card or item is called {name}").format(name=name))
    return placed


def fields_of(placed: Placed) -> dict[str, Value]:
    """What the card's entry says now. Raises DeckError."""
    text = read_text(placed.path)
    return dict(entries(text)[card_index(text, placed.card.id, placed.path)])


def set_card_fields(
    workspace: Workspace, placed: Placed, fields: Mapping[str, Value], seen: Mapping[str, Value] | None = None
) -> Path:
    """Give a card other fields; the file it is in then, and the library knows the change when this returns.

    Raises as `field_change` does, and then nothing has changed; RecallError when the file can't be written.
    """
    path, change = field_change(workspace, placed, fields, seen)
    rewrite_file(path, change)
    workspace.library.take_in([path])
    return path


def field_change(
    workspace: Workspace, placed: Placed, fields: Mapping[str, Value], seen: Mapping[str, Value] | None = None
) -> tuple[Path, Callable[[str], str]]:
    """The file in which a card gets other fields (None takes one away), and what changes its text.

    A bundled card gets a version in the learner's decks. Raises DeckError for an id that another card has. The change
    raises DeckError when the card would have a mistake, ChangedMeanwhileError when one of the fields does not say any
    more what the caller has `seen` there.
    """
    if fields.get("id") not in (None, placed.card.id):
        _check_is_free(workspace, CardId(str(fields["id"])))
    is_bundled = workspace.library.is_bundled(placed.path)
    path = workspace.library.own_version_of(placed.path) if is_bundled else placed.path
    named = fields if placed.card.has_own_id else {"id": placed.card.id, **fields}

    def change(text: str) -> str:
        if is_bundled:
            text = _with_entry(text or without_cards(placed.path), placed)
        n = card_index(text, placed.card.id, path)
        if seen is not None and any(entries(text)[n].get(name) != seen.get(name) for name in fields):
            raise ChangedMeanwhileError(_("{card} was changed elsewhere meanwhile").format(card=placed.card.id))
        after = set_fields(text, n, named)
        _check(parse_deck(path, after.encode()), placed.card.id)
        return after

    return path, change


def _check_is_free(workspace: Workspace, card_id: CardId) -> None:
    """Raises DeckError when a card has this id: of two with one id only the first is asked."""
    with workspace.store.read() as tx:
        other = tx.catalogue.card(card_id)
    if other is not None:
        message = _("id {id} is taken at {place}; give this card another id")
        raise DeckError(message.format(id=card_id, place=f"{other.path}:{other.line}"))


def _check(deck: DeckFile, card_id: CardId) -> None:
    """Raises DeckError when a card has a mistake, or is none."""
    located = next((each for each in deck.cards if each.card.id == card_id), None)
    last = min((each.line for each in deck.cards if located and each.line > located.line), default=None)
    for problem in deck.problems:
        if located is None or (problem.line >= located.line and (last is None or problem.line < last)):
            raise DeckError(problem.message, None, problem.line, problem.column)


def _edit_until_right(workspace: Workspace, path: Path, line: int, again: Ask | None) -> None:
    """Open the editor, and again at the first mistake as long as there is one and `again` says so."""
    before = _problems(path)
    open_editor(workspace.settings.editor, path, line)
    while again is not None and (problem := next((p for p in _problems(path) if _is_new(p, before)), None)):
        if not again(str(problem)):
            return
        open_editor(workspace.settings.editor, path, problem.line)


def _problems(path: Path) -> list[Problem]:
    return load_deck(path).problems if path.exists() else []


def _is_new(problem: Problem, before: list[Problem]) -> bool:
    """Whether an edit made the problem; one that was there is not told again."""
    return (problem.code, problem.message) not in {(each.code, each.message) for each in before}


def _edit_own_version(workspace: Workspace, placed: Placed, again: Ask | None) -> Path:
    """Edit a copy of a bundled card in the learner's decks; one that was not changed goes again. Where the card is."""
    path = workspace.library.own_version_of(placed.path)
    with alone_in(real_path(path).parent):
        before = content_of(path)
        line = _copy_entry(placed, path, before)
        copied = content_of(path)
    try:
        _edit_until_right(workspace, path, line, again)
    finally:
        is_changed = not _put_back(path, copied, before)
    return path if is_changed else placed.path


def _edit_with_id(workspace: Workspace, placed: Placed, again: Ask | None) -> None:
    """Write the card's id into its entry, so that its history follows any edit; when there was none it goes again."""
    path, before = placed.path, content_of(placed.path)
    line: int | None = None
    with suppress(DeckError):  # of a file with a mistake the editor is the cure
        rewrite_file(
            path, lambda text: set_fields(text, card_index(text, placed.card.id, path), {"id": placed.card.id})
        )
        line = entry_line(read_text(path), placed.card.id)
    named = content_of(path)
    try:
        _edit_until_right(workspace, path, line or placed.line, again)
    finally:
        _put_back(path, named, before)


def _copy_entry(placed: Placed, target: Path, before: bytes | None) -> int:
    """Put the card's entry into the learner's file, unless it is there already; its line."""
    try:
        text = before.decode() if before is not None else without_cards(placed.path)
        line = entry_line(text, placed.card.id)
        if line is None:
            text = _with_entry(text, placed)
            line = entry_line(text, placed.card.id)
            if line is not None:
                write_atomically(target, text)
    except (OSError, UnicodeDecodeError) as error:
        message = _("{path}: {reason}; the card could not be copied here")
        raise RecallError(message.format(path=target, reason=error)) from None
    if line is None:
        message = _("{path}: the card {card} could not be copied here; edit the file by hand")
        raise RecallError(message.format(path=target, card=placed.card.id))
    return line


def _with_entry(text: str, placed: Placed) -> str:
    """The text with a bundled card's entry, unless it has it."""
    has_it = entry_line(text, placed.card.id) is not None
    if has_it:
        return text
    bundled = read_text(placed.path)
    return copy_card(bundled, card_index(bundled, placed.card.id, placed.path), text)


def _put_back(path: Path, expected: bytes | None, before: bytes | None) -> bool:
    """Give a file what it held before, if it holds what is expected; says whether it does."""
    with alone_in(real_path(path).parent):
        is_as_expected = content_of(path) == expected
        if is_as_expected:
            put_back(path, before)
    return is_as_expected


def _first_problem(workspace: Workspace, path: Path) -> str | None:
    return next((str(problem) for problem in workspace.library.problems() if problem.path == path), None)
