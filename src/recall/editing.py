"""Editing the card on the screen in the learner's editor.

A bundled card is never edited in place: its entry is copied to the learner's own deck, where it stands in for the
bundled one. A copy that was not changed is taken away again.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from recall.decks.entry import append_entry, entry_line, entry_text, head_text
from recall.editor import open_editor
from recall.environment import bundled_decks
from recall.errors import RecallError
from recall.files import write_atomically
from recall.i18n import _
from recall.session import Question, ReviewSession
from recall.workspace import Workspace


def edit_question(session: ReviewSession, question: Question) -> str | None:
    """Open the question's card in the editor and read it again; says what is wrong with the file afterwards.

    Raises RecallError when there is no editor or the file can't be read or written; then nothing is changed.
    """
    workspace = session.workspace
    if question.path.is_relative_to(bundled_decks()):
        path = _edit_own_version(workspace, question)
    else:
        path = question.path
        open_editor(workspace.settings.editor, path, question.line)
    session.reload()
    return _first_problem(workspace, path)


def _edit_own_version(workspace: Workspace, question: Question) -> Path:
    """Edit a copy of a bundled card in the learner's decks; one that was not changed goes again."""
    path = _own_file(workspace, question)
    before = _content(path)
    line = _copy_entry(question, path, before)
    copied = _content(path)
    try:
        open_editor(workspace.settings.editor, path, line)
    finally:
        if _content(path) == copied:
            _put_back(path, before)
    return path


def _own_file(workspace: Workspace, question: Question) -> Path:
    """Where the learner's versions of bundled cards of a topic are kept."""
    own = workspace.library.folders[0].path
    return own if own.is_file() else own / "edited" / question.path.name


def _copy_entry(question: Question, target: Path, before: bytes | None) -> int:
    """Put the card's entry into the learner's file, unless it is there already; its line."""
    try:
        text = before.decode() if before is not None else head_text(question.path)
        line = entry_line(text, question.card.id)
        if line is None:
            text = append_entry(text, entry_text(question.path, question.line))
            line = entry_line(text, question.card.id)
            if line is not None:
                write_atomically(target, text)
    except (OSError, UnicodeDecodeError) as error:
        message = _("{path}: {reason}; the card could not be copied here")
        raise RecallError(message.format(path=target, reason=error)) from None
    if line is None:
        message = _("{path}: the card {card} could not be copied here; edit the file by hand")
        raise RecallError(message.format(path=target, card=question.card.id))
    return line


def _content(path: Path) -> bytes | None:
    """What is in a file, None when there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RecallError(f"{path}: {error.strerror}") from None


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
        with suppress(OSError):  # other versions are kept there
            path.parent.rmdir()
    else:
        write_atomically(path, before.decode())


def _first_problem(workspace: Workspace, path: Path) -> str | None:
    return next((str(problem) for problem in workspace.library.problems() if problem.path == path), None)
