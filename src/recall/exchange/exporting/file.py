"""A file in the format that its name tells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from recall.core.bodies import Language
from recall.environment import absolute
from recall.errors import RecallError
from recall.exchange.exporting.package import export_anki
from recall.exchange.exporting.selection import Selection
from recall.exchange.exporting.text import export_text
from recall.files import write_atomically
from recall.i18n import N_, _
from recall.names import enumerated
from recall.workspace import Workspace

FORMS = {".csv": "csv", ".json": "json", ".md": "markdown"}
"""Formats of text by the end of a file's name."""
PACKAGE = ".apkg"


class ExportError(RecallError):
    """Cards can't be written."""

    title = N_("Export")


def export_target(path: Path) -> Path:
    """Where `export_file` writes. Raises ExportError: the end of the name tells no format."""
    if path.suffix.lower() in (PACKAGE, *FORMS):
        return absolute(path)
    raise ExportError(_("{path}: end its name in {ends}").format(path=path, ends=enumerated((PACKAGE, *FORMS))))


def export_file(workspace: Workspace, path: Path, selection: Selection, languages: Sequence[Language]) -> Path:
    """Write a selection with its progress in the format that the end of the file's name tells; where it is then.

    Raises RecallError: another format, nothing to export, or a file that can't be written.
    """
    target = export_target(path)
    if target.suffix.lower() == PACKAGE:
        export_anki(workspace, target, selection, languages, with_progress=True)
    else:
        write_atomically(target, export_text(workspace, FORMS[target.suffix.lower()], selection)[0])
    return target
