"""Draws one screen in a process of its own: `python -m tests.tui.draw LANGUAGE SIZES FOLDER [KEY ...]`.

The texts of key bindings are made when their classes are, in the language that is set then; so one process can't
show two languages. Writes the screen as text on stdout, or as SVG where RECALL_DRAW=svg; it is drawn in the first of
the sizes, such as `80x24,120x40`, then resized to the next, and a form feed stands between them. The folder is one
that `make_learner` made; RECALL_NOW says when it is.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recall.i18n import set_language

if TYPE_CHECKING:
    from recall.tui.app import RecallApp

PAUSE = "pause"
"""Among keys: wait for what comes a moment after the last one."""
NEXT = "\f"
"""Between two sizes."""


async def draw(language: Any, sizes: list[tuple[int, int]], folder: Path, keys: list[str]) -> list[str]:
    set_language(language)
    import recall.tui.stopwatch
    from recall.environment import Options
    from recall.tui.app import RecallApp
    from tests.support_tui import use_bundled

    use_bundled(folder / "bundled", setattr)
    setattr(recall.tui.stopwatch, "monotonic", float)  # noqa: B010 - no time passes
    return await screens_of(RecallApp(Options(home=folder / "home", language=language)), sizes, keys)


async def screens_of(app: RecallApp, sizes: Sequence[tuple[int, int]], keys: Sequence[str]) -> list[str]:
    """What an app shows after these keys, in each size."""
    from tests.support_tui import Eyes

    async with app.run_test(size=sizes[0]) as pilot:
        eyes = Eyes(app, pilot)
        await eyes.until_loaded()
        for key in keys:
            await (pilot.pause(0.6) if key == PAUSE else eyes.press(key))
        screens = []
        for size in sizes:
            if size != sizes[0]:
                await pilot.resize_terminal(*size)
                await (pilot.pause(0.6) if PAUSE in keys else eyes.settle())
            is_picture = os.environ.get("RECALL_DRAW") == "svg"
            screens.append(app.export_screenshot() if is_picture else "\n".join(eyes.lines()) + "\n")
        return screens


if __name__ == "__main__":
    named, every_size, where, *pressed = sys.argv[1:]
    every = [(int(columns), int(rows)) for columns, rows in (size.split("x") for size in every_size.split(","))]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(NEXT.join(asyncio.run(draw(named, every, Path(where), pressed))))
