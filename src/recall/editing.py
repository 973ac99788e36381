"""Editing the card on the screen in the learner's editor.

A bundled card is never edited in place: its entry is copied to the learner's own deck, where it stands in for the
bundled one. A copy that was not changed is taken away again.
"""

from __future__ import annotations

from pathlib import Path

from recall.decks.entry import append_entry, entry_line, entry_text, head_text
from recall.editor import open_editor
from recall.environment import bundled_decks
from recall.errors import RecallError
from recall.files import write_atomically
from recall.session import Question, ReviewSession
from recall.workspace import Workspace


def edit_question(session: ReviewSession, question: Question) -> str | None:
    """Open the question's card in the editor and read it again; says what is wrong with the file afterwards.

    Raises RecallError when there is no editor or the file can't be written.
    """
    workspace = session.workspace
    path, line = question.path, question.line
    before: str | None = None
    if path.is_relative_to(bundled_decks()):
        path = _own_file(workspace, question)
        before = path.read_text("utf-8") if path.exists() else None
        line = _copy_entry(question, path)
    copied = path.read_text("utf-8")
    open_editor(workspace.settings.editor, path, line)
    if path != question.path and path.read_text("utf-8") == copied:
        _put_back(path, before)
    session.reload()
    return _first_problem(workspace, path)


def _own_file(workspace: Workspace, question: Question) -> Path:
    """Where the learner's versions of bundled cards of a topic are kept."""
    own = workspace.library.folders[0].path
    return (own if own.is_dir() else own.parent if own.suffix else own) / "edited" / question.path.name


def _copy_entry(question: Question, target: Path) -> int:
    """Put the card's entry into the learner's file, unless it is there already; its line."""
    text = target.read_text("utf-8") if target.exists() else head_text(question.path)
    line = entry_line(text, question.card.id)
    if line is None:
        text = append_entry(text, entry_text(question.path, question.line))
        write_atomically(target, text)
        line = entry_line(text, question.card.id)
    if line is None:
        raise RecallError(f"{target}: the card {question.card.id} could not be copied here; edit the file by hand")
    return line


def _put_back(path: Path, before: str | None) -> None:
    if before is None:
        path.unlink()
    else:
        write_atomically(path, before)


def _first_problem(workspace: Workspace, path: Path) -> str | None:
    return next((str(problem) for problem in workspace.library.problems() if problem.path == path), None)
