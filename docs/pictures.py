"""Makes the pictures of the README from the real program: `make pictures`.

An automatic learner studies the bundled decks for some weeks in a temporary home, then the screens are drawn.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from rich.cells import cell_len
from textual.pilot import Pilot

from recall.config import write_value
from recall.core.model import Grade
from recall.environment import Options
from recall.i18n import set_language
from recall.study.session import ReviewSession
from recall.workspace import open_workspace

HERE = Path(__file__).parent
SIZE = (100, 30)
START = datetime.fromisoformat("2026-07-20T08:00:00+08:00")
DAYS = 125
NEW_PER_DAY = 1
"""Few, so that the home screen shows stages at different heights."""
SHOWN_TOPIC = "am.softmax"
CELL = 12.2
"""Width of a cell in the pictures; Textual's export takes Chinese characters for one cell."""


def study(home: Path) -> datetime:
    """Review every day but some Sundays, answering mostly well; the morning after."""
    random = Random(7)
    now = START
    write_value(home, "review.new_per_day", NEW_PER_DAY)
    workspace = open_workspace(Options(home=home, language="zh"), lambda: now)
    for day in range(DAYS):
        now = START + timedelta(days=day)
        if now.weekday() == 6 and random.random() < 0.5 and day < DAYS - 20:
            continue
        session = ReviewSession(workspace, limit=random.randint(8, 40))
        while session.next():
            grade = random.choices(list(Grade), [8, 12, 70, 10])[0]
            session.answer(grade, random.randint(2000, 15000))
            now += timedelta(seconds=12)
    workspace.close()
    write_value(home, "review.new_per_day", None)
    return START + timedelta(days=DAYS)


async def draw(home: Path, now: datetime) -> None:
    """Home, and a review with its answer shown."""
    os.environ["RECALL_NOW"] = now.isoformat()
    from recall.tui.app import RecallApp
    from recall.tui.screens.review import ReviewScreen
    from recall.tui.widgets.stage_list import StageList

    app = RecallApp(Options(home=home, language="zh"))
    async with app.run_test(size=SIZE) as pilot:
        while not app.screen.query_one(StageList).lines:
            await pilot.pause(0.1)
        await settle(pilot)
        save(app.export_screenshot(title="recall"), "home.svg")
        app.start_review((SHOWN_TOPIC,))
        while not isinstance(app.screen, ReviewScreen):
            await pilot.pause(0.1)
        for key in ("space", "3", "space", "4", "space"):
            await settle(pilot)
            await pilot.press(key)
        await settle(pilot)
        save(app.export_screenshot(title="recall review"), "review.svg")


async def settle(pilot: Pilot[None]) -> None:
    """Let what is under way come to the screen."""
    for _ in range(5):
        await pilot.pause(0.1)


def save(svg: str, name: str) -> None:
    """Write a picture with Chinese as wide as it is, and that fetches no font from anywhere."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    svg = re.sub(r'textLength="[\d.]+"([^>]*>)([^<]*)', _with_true_length, svg)
    (HERE / name).write_text(svg, "utf-8")


def _with_true_length(text: re.Match[str]) -> str:
    length = cell_len(html.unescape(text[2])) * CELL
    return f'textLength="{length:g}"{text[1]}{text[2]}'


def main() -> None:
    set_language("zh")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asyncio.run(draw(home, study(home)))


if __name__ == "__main__":
    main()
