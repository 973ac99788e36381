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
    """Every deck file below a folder (or the one file named), in a stable order; hidden files are passed over.

    Links to folders are followed, each folder once.
    """
    if folder.is_file():
        yield folder
        return
    visited: set[str] = set()
    for directory, names, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(directory)
        names[:] = () if real in visited else sorted(name for name in names if not name.startswith("."))
        if real in visited:
            continue
        visited.add(real)
        for name in sorted(files):
            is_registry = name in REGISTRIES and Path(directory) == folder
            if Path(name).suffix in SUFFIXES and not name.startswith(".") and not is_registry:
                yield Path(directory, name)
