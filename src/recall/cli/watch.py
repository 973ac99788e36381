"""Something done again whenever files change."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import click

Stamp = tuple[int, int]
"""When a file was changed, in nanoseconds, and its size in bytes."""

PAUSE = 0.5
"""Seconds between two looks. A look at 1,000 files takes a few milliseconds, so nothing has to tell us of changes."""


def watch(stamps: Callable[[], Mapping[Path, Stamp]], run: Callable[[], object]) -> None:
    """Run now, and again when a file has changed, come or gone, until ctrl+c; on a terminal with a clear screen."""
    with suppress(KeyboardInterrupt):
        while True:
            seen = stamps()
            click.clear()  # nothing, unless stdout is a terminal
            run()
            while stamps() == seen:
                time.sleep(PAUSE)


def stamp(path: Path) -> Stamp | None:
    """What tells one state of a file from another; None when there is no such file."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
