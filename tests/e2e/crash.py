"""Kills recall at random instants, and looks for what was lost: `python -m tests.e2e.crash`.

Each round forks a process that does one kind of work and says aloud what it was told is done; it is killed by SIGKILL
at a random instant, and then everything is opened again as a learner would, without repair. What was acknowledged has
to be there, and no file may be corrupt.

`--share 0.01` makes a hundredth of the kills, `--only answers` one kind of work. A further kind is one more class.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import alembic.command  # imported here, so that no round waits for it
import alembic.config
import fsrs  # noqa: F401
from sqlalchemy import create_engine

import recall.store.migrate
from recall.core.finding import Finding
from recall.core.model import Grade, ItemId
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.decks.folders import deck_files
from recall.decks.load import load_deck
from recall.devices.merging import fingerprints, merge_database
from recall.devices.syncing import sync
from recall.environment import Options
from recall.exchange.exporting import export_anki
from recall.exchange.importing import import_anki
from recall.files import write_atomically
from recall.ledger import Ledger
from recall.library import DeckFolder, Library
from recall.store import Store, open_store
from recall.store.backups import Backups
from recall.store.copies import content_of
from recall.store.tables import HEAD
from recall.workspace import Workspace, open_workspace
from tests.support_decks import assert_states_follow_the_log, cards, write

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ITEMS = "abcdefgh"
Say = Callable[[str], None]


@dataclass
class Tally:
    """What came of the rounds of one kind of work."""

    rounds: int = 0
    cut_short: int = 0
    """Rounds killed before the work had ended: only these count towards what was asked for."""
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    corrupt: list[str] = field(default_factory=list)
    seconds: float = 0


class Work:
    """One kind of work: `prepare` a folder, `do` it in a process of its own, `check` what is left."""

    name: str
    kills = 200
    longest = 0.08
    """Seconds after which the process is killed at the latest."""
    speaks_early = True
    """Whether something is acknowledged long before the end. Every other round is then killed after the first word."""
    fresh_every = 1
    """Rounds after which a new folder is prepared."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        raise NotImplementedError

    def do(self, say: Say) -> None:
        """Work, and say what was acknowledged."""
        raise NotImplementedError

    def check(self, said: list[str], tally: Tally) -> None:
        raise NotImplementedError


class Answers(Work):
    """Answers, as fast as they go."""

    name, kills, fresh_every = "answers", 1000, 100

    def prepare(self) -> None:
        prepare_database(self.folder)

    def do(self, say: Say) -> None:
        store = open_store(self.folder / "recall.db", self.folder / "backups")
        own = ledger(store)
        for n in range(10_000):
            say(own.answer(ItemId(ITEMS[n % 8]), Grade(1 + n % 4), NOW + timedelta(hours=n)).review.id)

    def check(self, said: list[str], tally: Tally) -> None:
        store = open_store(self.folder / "recall.db", self.folder / "backups")
        try:
            with store.read() as tx:
                there = {row for _table, row in fingerprints(tx)}
            tally.lost += [row for row in said if row not in there]
            assert_states_follow_the_log(ledger(store))
        except AssertionError:
            tally.corrupt.append("states")
        finally:
            store.close()
        check_database(self.folder / "recall.db", tally)


class Migration(Work):
    """An older database is opened, and so backed up and migrated."""

    name, longest, speaks_early = "migration", 0.2, False

    def prepare(self) -> None:
        path = self.folder / "recall.db"
        template = self.folder.parent / "old.db"
        if not template.exists():
            old_database(template)
        shutil.copyfile(template, path)

    def do(self, say: Say) -> None:
        open_store(self.folder / "recall.db", self.folder / "backups").close()
        say("migrated")

    def check(self, said: list[str], tally: Tally) -> None:
        check_backups(self.folder / "backups", tally)
        store = open_store(self.folder / "recall.db", self.folder / "backups")
        with store.read() as tx:
            missing = 500 - len(list(tx.log.reviews()))
            ahead = recall.store.migrate.revision(tx.connection) == HEAD
        tally.lost += ["row"] * missing
        tally.corrupt += [] if ahead else ["revision"]
        store.close()
        check_database(self.folder / "recall.db", tally)


class BackingUp(Work):
    """Backups, one after the other, while the database is in use."""

    name, fresh_every, longest = "backup", 20, 0.15

    def prepare(self) -> None:
        prepare_database(self.folder)
        fill(self.folder / "recall.db", 500)

    def do(self, say: Say) -> None:
        store = open_store(self.folder / "recall.db", self.folder / "backups")
        backups = Backups(self.folder / "recall.db", self.folder / "backups")
        for n in range(1000):
            say(ledger(store).answer(ItemId("a"), Grade.GOOD, NOW + timedelta(hours=n)).review.id)
            say(backups.make("manual")[0].path.name)

    def check(self, said: list[str], tally: Tally) -> None:
        there = {path.name for path in (self.folder / "backups").glob("*.db")} if said else set()
        tally.lost += [name for name in said if name.endswith(".db") and name not in there]
        check_backups(self.folder / "backups", tally)
        store = open_store(self.folder / "recall.db", self.folder / "backups")
        with store.read() as tx:
            rows = {row for _table, row in fingerprints(tx)}
        tally.lost += [row for row in said if not row.endswith(".db") and row not in rows]
        store.close()
        for path in (self.folder / "backups").glob("*.db"):
            path.unlink()


class Syncing(Work):
    """Two homes exchange their logs through a folder; one of them is killed."""

    name, fresh_every, longest = "sync", 10, 0.15

    def prepare(self) -> None:
        for name in ("one", "two"):
            home = self.folder / name
            write(home / "config.toml", 'bundled_decks = false\ntimezone = "UTC"\n')
            write(home / "decks" / "d.yaml", cards(*ITEMS))
            with closing(self._open(name)) as workspace:
                self._answer(workspace, 60)
        (self.folder / "shared").mkdir()

    def do(self, say: Say) -> None:
        workspace = self._open("one")
        for _n in range(1000):
            for row in self._answer(workspace, 3):
                say(row)
            sync(workspace, self.folder / "shared")
            say("synced")

    def check(self, said: list[str], tally: Tally) -> None:
        logs = []
        findings: list[Finding] = []
        for name in ("one", "two", "one"):
            with closing(self._open(name)) as workspace:
                findings += sync(workspace, self.folder / "shared").findings
        for name in ("one", "two"):
            with closing(self._open(name)) as workspace:
                with workspace.store.read() as tx:
                    logs.append(fingerprints(tx))
                assert_states_follow_the_log(workspace.ledger)
            check_database(self.folder / name / "recall.db", tally)
        rows = {row for _table, row in logs[0]}
        tally.lost += [row for row in said if row != "synced" and row not in rows]
        tally.corrupt += ["the devices differ"] if logs[0] != logs[1] else []
        tally.corrupt += [finding.message for finding in findings if finding.is_problem]

    def _open(self, name: str) -> Workspace:
        return open_workspace(Options(home=self.folder / name), lambda: NOW + timedelta(seconds=time.time() % 10**6))

    def _answer(self, workspace: Workspace, count: int) -> list[str]:
        items = random.choices(ITEMS, k=count)
        return [workspace.ledger.answer(ItemId(item), Grade.GOOD, workspace.now()).review.id for item in items]


class Merging(Work):
    """The rows of another database are added: all of them or none."""

    name, longest, speaks_early = "merge", 0.5, False

    def prepare(self) -> None:
        template = self.folder.parent / "merge"
        if not template.exists():
            for name, rows in (("here", 40), ("other", 700)):
                prepare_database(template / name)
                fill(template / name / "recall.db", rows)
        shutil.copytree(template, self.folder, dirs_exist_ok=True)

    def do(self, say: Say) -> None:
        store = open_store(self.folder / "here" / "recall.db", self.folder / "backups")
        merge_database(ledger(store), self.folder / "other" / "recall.db", NOW)
        say("merged")

    def check(self, said: list[str], tally: Tally) -> None:
        store = open_store(self.folder / "here" / "recall.db", self.folder / "backups")
        with store.read() as tx:
            count = len(list(tx.log.reviews()))
        tally.corrupt += [] if count in (40, 740) else [f"{count} rows: half a merge"]
        tally.lost += ["merged"] if said and count != 740 else []
        merge_database(ledger(store), self.folder / "other" / "recall.db", NOW)
        assert_states_follow_the_log(ledger(store))
        with store.read() as tx:
            tally.lost += ["row"] * (740 - len(list(tx.log.reviews())))
        store.close()
        check_database(self.folder / "here" / "recall.db", tally)
        check_database(self.folder / "other" / "recall.db", tally)


class Importing(Work):
    """A package of Anki's with cards and answers is taken in."""

    name, longest, speaks_early = "import", 0.6, False
    cards, answers = 60, 300

    def prepare(self) -> None:
        template = self.folder.parent / "import"
        if not template.exists():
            for name, items in (("here", ITEMS), ("there", [f"new{n}" for n in range(self.cards)])):
                write(template / name / "config.toml", 'bundled_decks = false\ntimezone = "UTC"\n')
                write(template / name / "decks" / f"{name}.yaml", cards(*items, head=f"deck: {name}\n"))
                with closing(self._open(template / name)) as workspace:
                    for n in range(self.answers):
                        item = ItemId(items[n % len(items)])
                        workspace.ledger.answer(item, Grade.GOOD, NOW - timedelta(hours=self.answers - n))
                    if name == "there":
                        export_anki(workspace, template / "there.apkg", with_progress=True)
        shutil.copytree(template, self.folder, dirs_exist_ok=True)
        with closing(self._open(self.folder / "here")):
            pass  # the deck files are known under their new names, as in daily use

    def do(self, say: Say) -> None:
        import_anki(self._open(self.folder / "here"), self.folder / "there.apkg")
        say("imported")

    def check(self, said: list[str], tally: Tally) -> None:
        for path in deck_files(self.folder / "here" / "decks"):
            tally.corrupt += [f"{path.name}: {problem.message}" for problem in load_deck(path).problems]
        with closing(self._open(self.folder / "here")) as workspace:
            before = self._counts(workspace)
            all_of_it = (len(ITEMS) + self.cards, 2 * self.answers)
            tally.lost += [f"{before} after an import that was acknowledged"] if said and before != all_of_it else []
            tally.lost += [f"only {before}"] if before[0] < len(ITEMS) or before[1] < self.answers else []
            tally.corrupt += [f"{before[1]} rows: half a log"] if before[1] % self.answers else []
            import_anki(workspace, self.folder / "there.apkg")
            after = self._counts(workspace)
            tally.corrupt += [f"{after} when imported again"] if after != all_of_it else []
            assert_states_follow_the_log(workspace.ledger)
        check_backups(self.folder / "here" / "backups", tally)
        check_database(self.folder / "here" / "recall.db", tally)

    def _open(self, home: Path) -> Workspace:
        return open_workspace(Options(home=home), lambda: NOW)

    def _counts(self, workspace: Workspace) -> tuple[int, int]:
        """How many cards and answers there are."""
        with workspace.store.read() as tx:
            return sum(1 for _card in tx.catalogue.cards()), sum(1 for _review in tx.log.reviews())


class SavingDecks(Work):
    """A deck file is written again and again."""

    name, fresh_every, longest = "deck save", 50, 0.05

    def prepare(self) -> None:
        write(self.folder / "own.yaml", self._text(0))

    def do(self, say: Say) -> None:
        for n in range(1, 100_000):
            write_atomically(self.folder / "own.yaml", self._text(n))
            say(str(n))

    def check(self, said: list[str], tally: Tally) -> None:
        files = list(deck_files(self.folder))
        deck = load_deck(self.folder / "own.yaml")
        number = int(deck.text.partition("\n")[0].removeprefix("deck: n")) if deck.text else -1
        if files != [self.folder / "own.yaml"] or deck.problems or deck.text != self._text(number):
            tally.corrupt.append("deck")
        tally.lost += [text for text in said if int(text) > number]
        write(self.folder / "own.yaml", self._text(0))

    def _text(self, number: int) -> str:
        return cards(*(f"c{n}-{number}" for n in range(200)), head=f"deck: n{number}\n")


WORK: tuple[type[Work], ...] = (Answers, Migration, BackingUp, Syncing, Merging, Importing, SavingDecks)
"""Every kind of work that is cut short."""


def ledger(store: Store) -> Ledger:
    return Ledger(store, StudyCalendar(ZoneInfo("UTC")), ReviewPolicy(), lambda topic: None, "here")


def prepare_database(folder: Path) -> None:
    """A database that knows the items, and has no rows yet."""
    write(folder / "own" / "deck.yaml", cards(*ITEMS))
    store = open_store(folder / "recall.db", folder / "backups")
    Library(store, [DeckFolder(folder / "own", 0)], folder / "none").sync()
    store.close()


def fill(database: Path, count: int) -> None:
    store = open_store(database, database.parent / "backups")
    for n in range(count):
        ledger(store).answer(ItemId(ITEMS[n % 8]), Grade(1 + n % 4), NOW + timedelta(hours=n))
    store.close()


def old_database(path: Path) -> None:
    """A database of the first revision with five hundred answers."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(recall.store.migrate.__file__).with_name("migrations")))
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "0001")
    engine.dispose()
    at = "2026-03-02T01:00:00.000Z"
    rows = [
        (f"01900000-0000-7000-8000-{n:012x}", "a", at, "2026-03-02", 3, 900, "review", "2026-03-05", "d")
        for n in range(500)
    ]
    with closing(sqlite3.connect(path)) as plain, plain:
        plain.executemany("INSERT INTO review VALUES (?,?,?,?,?,?,?,?,?)", rows)


def check_database(path: Path, tally: Tally) -> None:
    with closing(sqlite3.connect(path)) as plain:
        (verdict,) = plain.execute("PRAGMA integrity_check").fetchone()
    tally.corrupt += [] if verdict == "ok" else [f"{path}: {verdict}"]


def check_backups(folder: Path, tally: Tally) -> None:
    """Every backup there is, is whole."""
    for path in folder.glob("recall-*.db") if folder.exists() else ():
        try:
            content_of(path)
        except Exception as error:
            tally.corrupt.append(f"{path}: {error}")


def killed(work: Work, chance: random.Random) -> tuple[list[str], bool]:
    """Do the work in a process that is killed; what it said, and whether it was cut short."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        with suppress(BaseException):
            work.do(partial(_say, writing))
            status = 0
        os._exit(status)
    os.close(writing)
    if work.speaks_early and chance.random() < 0.5:
        select.select([reading], [], [], 60)
    time.sleep(chance.uniform(0, work.longest))
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read().splitlines()
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError(f"{work.name} failed before it was killed")
    return said, os.WIFSIGNALED(status)


def _say(pipe: int, text: str) -> None:
    os.write(pipe, f"{text}\n".encode())


def run(kind: type[Work], kills: int, seed: int) -> Tally:
    """Rounds of one kind of work until so many were killed before it had ended."""
    tally, chance, started = Tally(), random.Random(seed), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="recall-crash-") as root:
        work = kind(Path(root, "0"))
        for number in itertools.count():
            if tally.cut_short >= kills:
                break
            if number % kind.fresh_every == 0:
                shutil.rmtree(work.folder, ignore_errors=True)
                work = kind(Path(root, str(number)))
                work.folder.mkdir()
                work.prepare()
            said, cut_short = killed(work, chance)
            tally.rounds += 1
            tally.cut_short += cut_short
            tally.acknowledged += len(said)
            work.check(said, tally)
    tally.seconds = time.monotonic() - started
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0, help="share of the kills to make")
    parser.add_argument("--only", choices=[kind.name for kind in WORK])
    parser.add_argument("--seed", type=int, default=20260302)
    arguments = parser.parse_args()
    is_bad = False
    print(f"{'work':12} {'rounds':>6} {'killed':>6} {'acknowledged':>12} {'lost':>5} {'corrupt':>7} {'seconds':>8}")
    for kind in WORK:
        if arguments.only not in (None, kind.name):
            continue
        tally = run(kind, max(int(kind.kills * arguments.share), 2), arguments.seed)
        print(
            f"{kind.name:12} {tally.rounds:6} {tally.cut_short:6} {tally.acknowledged:12} {len(tally.lost):5} "
            f"{len(tally.corrupt):7} {tally.seconds:8.1f}",
            flush=True,
        )
        for text in [*tally.lost[:5], *tally.corrupt[:5]]:
            print(f"  {text}")
        is_bad |= bool(tally.lost or tally.corrupt)
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
