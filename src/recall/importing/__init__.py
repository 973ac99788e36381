"""Cards and progress on their way in: Anki's packages, and what recall itself wrote."""

from __future__ import annotations

from recall.importing.anki import import_anki
from recall.importing.own import import_own
from recall.importing.result import Imported

__all__ = ["Imported", "import_anki", "import_own"]
