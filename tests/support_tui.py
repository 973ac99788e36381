"""A learner for tests of the screens: a home folder, decks and a curriculum of their own, a clock, and eyes.

The curriculum and decks are small and belong to the tests, so that no picture changes when a real card does.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from recall.core.model import Event, Grade, ItemId, Review
from recall.environment import Options
from recall.tui.app import RecallApp
from recall.tui.screens.home import HomeScreen
from recall.tui.screens.review import ReviewScreen
from recall.workspace import Workspace, open_workspace

NOW = "2026-11-21T09:00:00+08:00"
"""A Saturday morning in Shanghai."""

SMALL, LARGE = (80, 24), (120, 40)
"""Terminal sizes the design names, in columns and rows."""

CURRICULUM = {
    "stages": [
        {
            "id": "shapes",
            "order": 1,
            "zh": "形状",
            "en": "Shapes",
            "topics": [
                {"id": "sh.lines", "zh": "直线", "en": "Lines"},
                {"id": "sh.circles", "zh": "圆", "en": "Circles", "prerequisites": ["sh.lines"]},
            ],
        },
        {
            "id": "numbers",
            "order": 2,
            "zh": "数",
            "en": "Numbers, and what is done with them in a title too long for a narrow list",
            "topics": [{"id": "nu.primes", "zh": "素数", "en": "Primes"}],
        },
        {
            "id": "empty-stage",
            "order": 3,
            "zh": "还没有卡片的阶段",
            "en": "A stage without cards",
            "topics": [{"id": "em.none", "zh": "无", "en": "None"}],
        },
    ]
}

Card = dict[str, Any]


def as_yaml(value: Any) -> str:
    """JSON, which is YAML, with what YAML does not take as it is behind a backslash."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u202a-\u202e]", lambda match: f"\\u{ord(match[0]):04x}", text)


def basic(card_id: str, front: str | dict[str, str], back: str | dict[str, str] = "yes", **more: Any) -> Card:
    return {"id": card_id, "front": front, "back": back, **more}


@dataclass
class Clock:
    """RECALL_NOW, and the stopwatch of the review screen with it."""

    patch: pytest.MonkeyPatch
    at: datetime = field(default_factory=lambda: datetime.fromisoformat(NOW))

    def set(self, at: str | datetime) -> None:
        self.at = datetime.fromisoformat(at) if isinstance(at, str) else at
        self.patch.setenv("RECALL_NOW", self.at.isoformat())

    def forward(self, **wait: float) -> None:
        """Let time pass: `forward(minutes=10)`."""
        self.set(self.at + timedelta(**wait))

    def seconds(self) -> float:
        return self.at.timestamp()


@dataclass
class Learner:
    """One who uses recall in a folder of their own."""

    home: Path
    bundled: Path
    clock: Clock

    def deck(self, name: str, cards: Sequence[Card], *, bundled: bool = False, **head: Any) -> Path:
        """Write a deck (JSON is YAML) to the home folder, or to the bundled ones; a card a line."""
        folder = self.bundled if bundled else self.home / "decks"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.yaml"
        lines = [f"{key}: {as_yaml(value)}" for key, value in head.items()]
        lines += ["cards:", *(f"- {as_yaml(card)}" for card in cards)]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def file(self, name: str, text: str) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def config(self, text: str) -> Path:
        return self.file("config.toml", text)

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        opened = open_workspace(Options(home=self.home, language="en"))
        try:
            yield opened
        finally:
            opened.close()

    def answered(self, *answers: tuple[str, str, str]) -> None:
        """Put answers into the log: instant, item, grade."""
        with self.workspace() as opened:
            for at, item, grade in answers:
                opened.ledger.answer(ItemId(item), Grade.from_word(grade), datetime.fromisoformat(at), 5000)

    def log(self) -> tuple[list[Review], list[Event]]:
        with self.workspace() as opened, opened.store.read() as tx:
            return list(tx.log.reviews()), list(tx.log.events())

    def grades(self) -> list[tuple[str, str]]:
        """The answers in the log that were not taken back: item, grade."""
        reviews, events = self.log()
        undone = {event.target for event in events}
        return [(str(row.item), row.grade.word) for row in reviews if row.id not in undone]

    def decisions(self) -> list[tuple[str, str]]:
        """The events in the log: kind, item."""
        return [(row.kind.value, str(row.item)) for row in self.log()[1]]

    def app(self, first: Callable[[RecallApp], object] | None = None) -> RecallApp:
        return RecallApp(Options(home=self.home, language="en"), first)

    @asynccontextmanager
    async def at_home(self, size: tuple[int, int] = LARGE) -> AsyncIterator[Eyes]:
        """The app, its home screen loaded."""
        app = self.app()
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            eyes = Eyes(app, pilot)
            await eyes.until_loaded()
            yield eyes

    @asynccontextmanager
    async def in_review(self, size: tuple[int, int] = LARGE, **how: Any) -> AsyncIterator[Eyes]:
        """The app, its review begun as `recall review` does."""
        app = self.app(lambda app: app.start_review(**how))
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            eyes = Eyes(app, pilot)
            await eyes.until(lambda: isinstance(app.screen, ReviewScreen) and app.screen.is_mounted)
            await eyes.settle()
            yield eyes


@dataclass
class Eyes:
    """Reads the screen of a running app and presses its keys."""

    app: RecallApp
    pilot: Pilot[None]

    @property
    def review(self) -> ReviewScreen:
        assert isinstance(self.app.screen, ReviewScreen)
        return self.app.screen

    def lines(self) -> list[str]:
        """What the terminal shows. (Textual has no public way to read the screen as text.)"""
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    def text(self) -> str:
        return "\n".join(self.lines())

    def sees(self, *texts: str) -> bool:
        shown = self.text()
        return all(text in shown for text in texts)

    def message(self) -> str:
        """All that the toasts say, on one line."""
        return " ".join(" ".join(notice.message.split()) for notice in self.app._notifications)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Wait until threads have reported and the screen is drawn."""
        await self.pilot.pause()
        while self.app.workers:
            await self.app.workers.wait_for_complete()
            await self.pilot.pause()

    async def until(self, is_so: Callable[[], bool], seconds: float = 10) -> None:
        waited = 0.0
        while not is_so():
            assert waited < seconds, f"never came; the screen shows:\n{self.text()}"
            await self.pilot.pause(0.01)
            waited += 0.01

    async def until_loaded(self) -> None:
        await self.until(lambda: isinstance(self.app.screen, HomeScreen) and self.app.workspace is not None)
        await self.settle()
        await self.until(lambda: not self.sees("opening"))


def make_learner(folder: Path, patch: pytest.MonkeyPatch) -> Learner:
    """A learner with an empty home and no card, on a fixed morning."""
    home, bundled = folder / "home", folder / "bundled"
    home.mkdir(exist_ok=True)
    bundled.mkdir(exist_ok=True)
    (bundled / "curriculum.yaml").write_text(json.dumps(CURRICULUM), "utf-8")
    for name in ("RECALL_HOME", "RECALL_DECKS", "RECALL_DB", "RECALL_LANG", "VISUAL", "EDITOR", "NO_COLOR"):
        patch.delenv(name, raising=False)
    use_bundled(bundled, patch.setattr)
    clock = Clock(patch)
    clock.set(NOW)
    patch.setattr("recall.tui.stopwatch.monotonic", clock.seconds)
    return Learner(home, bundled, clock)


def use_bundled(folder: Path, replace: Callable[[Any, str, Any], None]) -> None:
    """Let a folder stand in for the decks and the curriculum that come with recall."""
    import recall.environment

    replace(recall.environment, "bundled_decks", lambda: folder)
