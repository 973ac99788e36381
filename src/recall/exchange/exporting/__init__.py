"""Cards and progress on their way out: a selection of the decks as an Anki package, or as text."""

from recall.exchange.exporting.file import ExportError, export_file, export_target
from recall.exchange.exporting.package import Exported, anki_content, export_anki
from recall.exchange.exporting.selection import Selection
from recall.exchange.exporting.text import export_text

__all__ = [
    "ExportError",
    "Exported",
    "Selection",
    "anki_content",
    "export_anki",
    "export_file",
    "export_target",
    "export_text",
]
