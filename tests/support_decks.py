"""A home folder, bundled decks and a clock for tests of decks, store and sessions. All of it real files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from recall.core import history
from recall.core.model import CardId, EventKind, Grade, ItemId, ItemState, LogId
from recall.decks.load import DeckFile, parse_deck
from recall.environment import Options
from recall.ledger import Ledger
from recall.library import BUNDLED_RANK, DeckFolder, Library
from recall.store import Store, Transaction, open_store
from recall.study.session import ReviewSession
from recall.study.today import resolve_scope
from recall.workspace import Workspace, open_workspace

ENVIRONMENT = ("RECALL_HOME", "RECALL_DECKS", "RECALL_DB", "RECALL_LANG", "RECALL_NOW", "VISUAL", "EDITOR")
DECK_FILE = Path("deck.yaml")


def parsed(text: str | bytes) -> DeckFile:
    """A deck file's content, read without a file."""
    return parse_deck(DECK_FILE, text.encode() if isinstance(text, str) else text)


def findings(text: str | bytes) -> list[tuple[int, int, str]]:
    """(line, column, code) of every problem."""
    return [(problem.line, problem.column, problem.code) for problem in parsed(text).problems]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def cards(*names: str, extra: str = "", head: str = "") -> str:
    """A deck of basic cards with these ids; `extra` lines are added to each card."""
    entries = [f"- id: {name}\n  front: What is {name}?\n  back: It is {name}.\n{extra}" for name in names]
    return head + "cards:\n" + "".join(entries)


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """The store of a database file, closed again."""
    store = open_store(sqlite_url(path), path.parent / "backups")
    try:
        yield store
    finally:
        store.close()


@contextmanager
def library(root: Path) -> Iterator[Library]:
    """A library of the learner's decks `root/own` over bundled ones `root/bundled`."""
    for name in ("own", "bundled"):
        (root / name).mkdir(exist_ok=True)
    with opened(root / "recall.db") as store:
        folders = [DeckFolder(root / "own", 0), DeckFolder(root / "bundled", BUNDLED_RANK)]
        yield Library(store, folders, root / "bundled")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: str = "2026-03-02T09:00:00+08:00") -> None:
        self.at = datetime.fromisoformat(at)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)

    def set(self, at: str) -> None:
        self.at = datetime.fromisoformat(at)


CURRICULUM = """\
stages:
- id: first
  order: 1
  zh: 一
  en: First
  topics:
  - {id: a.one, zh: 甲, en: One, prerequisites: [], target_cards: 4}
  - {id: a.two, zh: 乙, en: Two, prerequisites: [a.one], target_cards: 4}
- id: second
  order: 2
  zh: 二
  en: Second
  topics:
  - {id: b.one, zh: 丙, en: Three, prerequisites: [a.two], target_cards: 4}
"""


class House:
    """A home folder with its own bundled decks, so that no test depends on the real ones."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, zone: str = "Asia/Shanghai") -> None:
        self.home, self.bundled, self.clock = root / "home", root / "bundled", Clock()
        for name in ENVIRONMENT:
            monkeypatch.delenv(name, raising=False)
        self.home.mkdir()
        write(self.bundled / "curriculum.yaml", CURRICULUM)
        monkeypatch.setattr("recall.environment.bundled_decks", lambda: self.bundled)
        self._zone = zone
        self.config("")

    def config(self, text: str) -> None:
        write(self.home / "config.toml", f'timezone = "{self._zone}"\n{text}')

    def own(self, name: str, text: str) -> Path:
        return write(self.home / "decks" / name, text)

    def bundle(self, name: str, text: str) -> Path:
        return write(self.bundled / name, text)

    @contextmanager
    def open(self, decks: Iterable[Path] = (), db: str | None = None) -> Iterator[Workspace]:
        workspace = open_workspace(Options(home=self.home, decks=tuple(decks), db=db), self.clock)
        try:
            yield workspace
        finally:
            workspace.close()


def session(workspace: Workspace, *names: str, limit: int | None = None) -> ReviewSession:
    """A session of the stages, topics or decks named."""
    with workspace.store.read() as tx:
        scope = resolve_scope(workspace, tx, names)
    return ReviewSession(workspace, scope, limit)


def asked(current: ReviewSession) -> str | None:
    question = current.next()
    return question.item if question else None


def work_off(current: ReviewSession, grade: Grade = Grade.EASY, most: int = 200) -> list[str]:
    """Answer everything with one grade; the items in the order they were asked."""
    items: list[str] = []
    while len(items) < most and (item := asked(current)):
        items.append(item)
        current.answer(grade)
    return items


def upcoming(current: ReviewSession) -> set[str]:
    """Every item the session still means to ask."""
    queue = current.queue
    learning = {waiting.item for _due, waiting in queue.learning}
    return {*queue.reviews, *queue.new, *learning, *(waiting.item for waiting in queue.returned)}


def stored_states(tx: Transaction) -> dict[ItemId, ItemState]:
    return {state.item: state for state in tx.states.all()}


def folded_states(tx: Transaction) -> dict[ItemId, ItemState]:
    """What the log alone says."""
    return history.fold(tx.log.reviews(), tx.log.events())


def state_of(workspace: Workspace, item: str) -> ItemState:
    with workspace.store.read() as tx:
        return tx.states.get(ItemId(item))


def log_ids(store: Store) -> list[LogId]:
    with store.read() as tx:
        return [review.id for review in tx.log.reviews()]


def card_front(store: Store, card: str) -> str | None:
    """The English question of the card that counts, None when no deck has it."""
    with store.read() as tx:
        placed = tx.catalogue.card(CardId(card))
    if placed is None:
        return None
    front = getattr(placed.card.body, "front", None) or placed.card.body.text  # type: ignore[union-attr]
    return front.in_language("en")


def decide(workspace: Workspace, kind: EventKind, *items: str, **payload: object) -> None:
    workspace.ledger.decide(kind, [ItemId(item) for item in items], workspace.now(), **payload)


def due_day(state: ItemState) -> date:
    assert state.due is not None and not isinstance(state.due, datetime), state.due
    return state.due


WALKED = [ItemId(item) for item in ("a", "b", "c", "c#reverse", "d#c1", "d#c2")]
WALKED_DECK = cards("a", "b") + (
    "- {id: c, front: q, back: a, reverse: true}\n- {id: d, cloze: '{{c1::one}} and {{c2::two}}'}\n"
)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DECISIONS = (EventKind.SUSPEND, EventKind.UNSUSPEND, EventKind.BURY, EventKind.FLAG, EventKind.RESET)


@dataclass
class Walk:
    """Random use of a ledger: answers, decisions and undos, while the clock jumps forwards and back."""

    ledger: Ledger
    random: Random
    now: datetime = NOON

    def step(self) -> None:
        self._move_clock()
        item = self.random.choice(WALKED)
        what = self.random.random()
        if what < 0.62:
            self.ledger.answer(item, self.random.choice(list(Grade)), self.now, self.random.randrange(60_000))
        elif what < 0.82:
            self.ledger.undo(self.now)
        else:
            kind = self.random.choice(DECISIONS)
            items = self.random.sample(WALKED, self.random.choice([1, 1, 2]))
            payload = {"on": self.random.random() < 0.5} if kind is EventKind.FLAG else {}
            self.ledger.decide(kind, items, self.now, **payload)

    def _move_clock(self) -> None:
        seconds = self.random.choice(
            [0, 0, self.random.uniform(0, 1200), self.random.uniform(0, 90_000), self.random.uniform(0, 40 * 86_400)]
        )
        backwards = self.random.random() < 0.2
        self.now += timedelta(seconds=-seconds / 2 if backwards else seconds)


def assert_states_follow_the_log(ledger: Ledger) -> None:
    with ledger.store.read() as tx:
        assert stored_states(tx) == folded_states(tx)
