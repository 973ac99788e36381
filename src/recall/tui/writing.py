"""Writing the answer of a code card in the learner's editor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recall.core.bodies import Code
from recall.core.exercise import Exercise
from recall.editing.editor import open_editor
from recall.errors import RecallError
from recall.files import write_atomically

if TYPE_CHECKING:
    from recall.tui.app import RecallApp
    from recall.workspace import Workspace


def write_answer(app: RecallApp, workspace: Workspace, exercise: Exercise) -> str | None:
    """The program as the editor left it; None when it is still the starter. Raises RecallError.

    It stays in the home folder until the next question of the item, so that nothing typed is lost on the way.
    """
    body = exercise.card.body
    assert isinstance(body, Code)
    path = workspace.home / "answers" / f"{exercise.item}-{exercise.seed:x}.py"
    try:
        if not path.exists():
            for old in path.parent.glob("*.py"):
                if re.fullmatch(rf"{re.escape(exercise.item)}-[0-9a-f]+\.py", old.name):  # and not those of x-2, of x
                    old.unlink()
            write_atomically(path, body.starter.rstrip("\n") + "\n")
        with app.handed_over():
            open_editor(workspace.settings.editor, path, 1)
        written = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RecallError(f"{path}: {error}") from None
    return None if written.strip() == body.starter.strip() else written
