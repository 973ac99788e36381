"""Where new cards go."""

from __future__ import annotations

from pathlib import Path

from recall.workspace import Workspace


def own_folder(workspace: Workspace) -> Path:
    """The learner's first deck folder; a file that is named in its place has one beside it."""
    path = workspace.library.folders[0].path
    return path.parent if path.is_file() else path
