"""Draws one screen in a process of its own: `python -m tests.tui.draw LANGUAGE COLUMNS ROWS FOLDER [KEY ...]`.

The texts of key bindings are made when their classes are, in the language that is set then; so one process can't
show two languages. Writes the screen as text on stdout, or as SVG where RECALL_DRAW=svg. The folder is one that
`make_learner` made; RECALL_NOW says when it is.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from recall.i18n import set_language

PAUSE = "pause"
"""Among keys: wait for what comes a moment after the last one."""


async def draw(language: Any, size: tuple[int, int], folder: Path, keys: list[str]) -> str:
    set_language(language)
    import recall.tui.stopwatch
    from recall.environment import Options
    from recall.tui.app import RecallApp
    from tests.support_tui import Eyes, use_bundled

    use_bundled(folder / "bundled", setattr)
    setattr(recall.tui.stopwatch, "monotonic", float)  # noqa: B010 - no time passes
    app = RecallApp(Options(home=folder / "home", language=language))
    async with app.run_test(size=size) as pilot:
        eyes = Eyes(app, pilot)
        await eyes.until_loaded()
        for key in keys:
            await (pilot.pause(0.6) if key == PAUSE else eyes.press(key))
        if os.environ.get("RECALL_DRAW") == "svg":
            return app.export_screenshot()
        return "\n".join(eyes.lines()) + "\n"


if __name__ == "__main__":
    named, columns, rows, where, *pressed = sys.argv[1:]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(asyncio.run(draw(named, (int(columns), int(rows)), Path(where), pressed)))
