"""Cards and progress on their way in: Anki's packages, and what recall itself wrote."""

from __future__ import annotations

from recall.exchange.importing.anki import import_anki
from recall.exchange.importing.own import READERS, import_own
from recall.exchange.importing.result import Imported

__all__ = ["READERS", "Imported", "import_anki", "import_own"]
