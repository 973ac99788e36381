"""Which files of a folder are decks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

CURRICULUM_FILE = "curriculum.yaml"
SOURCES_FILE = "sources.yaml"
REGISTRIES = frozenset({CURRICULUM_FILE, SOURCES_FILE})
"""Files of a deck folder that hold no cards."""
SUFFIXES = frozenset({".yaml", ".yml"})


def deck_files(folder: Path) -> Iterator[Path]:
    """Every deck file below a folder (or the one file named), in a stable order; hidden files are passed over."""
    if folder.is_file():
        yield folder
        return
    for directory, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            is_registry = name in REGISTRIES and Path(directory) == folder
            if Path(name).suffix in SUFFIXES and not name.startswith(".") and not is_registry:
                yield Path(directory, name)
