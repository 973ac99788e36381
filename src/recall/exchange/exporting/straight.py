"""Cards and progress straight into a collection of Anki's."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from recall.anki.engine import write_collection
from recall.anki.package import write_package
from recall.core.bodies import Language
from recall.exchange.exporting import Selection, anki_content
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Delivered:
    """How much went into a collection. `ahead` are cards with answers in Anki that are not here yet."""

    notes: int
    items: int
    reviews: int
    updated: int
    ahead: int
    backup: Path


def export_to_collection(
    workspace: Workspace, path: Path, selection: Selection, languages: Sequence[Language]
) -> Delivered:
    """Write the selection with its progress into a closed collection, which is copied to `backups` first.

    Raises RecallError: Anki's engine is not installed, or Anki has the collection open.
    """
    content = anki_content(workspace, selection, languages, with_progress=True)
    with tempfile.TemporaryDirectory(prefix="recall-") as folder:
        package = Path(folder, "out.apkg")
        write_package(package, content)
        written = write_collection(path, package, content.progress, content.scale, workspace.home / "backups")
    items = sum(len(placing.note.items) for placing in content.notes)
    reviews = sum(len(known.log) for known in content.progress.values())
    return Delivered(len(content.notes), items, reviews, written.updated, written.ahead, written.backup)
