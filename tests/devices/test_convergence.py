"""Two machines used at random: states always follow the log, and after a round of syncs both have the same."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from recall.core.links import Link
from recall.core.model import CardId, EventKind, Grade, ItemId
from recall.devices.merging import fingerprints, merge_database
from recall.devices.segments import LOG_FOLDER
from recall.devices.syncing import sync
from recall.environment import Options
from recall.ledger import Ledger
from recall.workspace import Workspace, open_workspace
from tests.support_decks import WALKED, WALKED_DECK, folded_states, stored_states, write

DEVICES = st.sampled_from([0, 1])
ITEMS = st.sampled_from(WALKED)
KINDS = st.sampled_from([EventKind.SUSPEND, EventKind.UNSUSPEND, EventKind.BURY, EventKind.RESET])
FLAT = 'bundled_decks = false\ntimezone = "UTC"\n'


class TwoMachines(RuleBasedStateMachine):
    """Each machine has its own clock, which moves both ways. A row that was acknowledged is never missing."""

    @initialize()
    def set_up(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="recall-two-"))
        self.shared = self.root / "shared"
        self.shared.mkdir()
        self.now = [datetime.fromisoformat("2026-03-02T09:00:00+00:00")] * 2
        self.acknowledged: list[set[str]] = [set(), set()]
        self.open: list[Workspace] = []
        for n in (0, 1):
            write(self.root / str(n) / "config.toml", FLAT)
            write(self.root / str(n) / "decks" / "d.yaml", WALKED_DECK)
            self.open.append(self._opened(n))

    def teardown(self) -> None:
        if hasattr(self, "root"):
            for _ in range(2):
                for n in (0, 1):
                    sync(self.open[n], self.shared)
            first, second = (self._log(n) for n in (0, 1))
            assert first == second
            assert self._states(0) == self._states(1)
            for n in (0, 1):
                self.open[n].close()
            shutil.rmtree(self.root)

    def _opened(self, n: int) -> Workspace:
        return open_workspace(Options(home=self.root / str(n)), lambda: self.now[n])

    def _ledger(self, n: int) -> Ledger:
        return self.open[n].ledger

    def _log(self, n: int) -> set[tuple[str, str]]:
        with self.open[n].store.read() as tx:
            return set(fingerprints(tx))

    def _states(self, n: int) -> object:
        with self.open[n].store.read() as tx:
            return stored_states(tx)

    @rule(n=DEVICES, item=ITEMS, grade=st.sampled_from(Grade))
    def answer(self, n: int, item: ItemId, grade: Grade) -> None:
        self.acknowledged[n].add(self._ledger(n).answer(item, grade, self.now[n]).review.id)

    @rule(n=DEVICES, items=st.lists(ITEMS, min_size=1, max_size=2, unique=True), kind=KINDS)
    def decide(self, n: int, items: list[ItemId], kind: EventKind) -> None:
        self.acknowledged[n] |= {each.event.id for each in self._ledger(n).decide(kind, items, self.now[n])}

    @rule(n=DEVICES)
    def undo(self, n: int) -> None:
        self._ledger(n).undo(self.now[n])

    @rule(n=DEVICES, cards=st.permutations(["a", "b", "c"]), same=st.booleans())
    def link(self, n: int, cards: list[str], same: bool) -> None:
        with self.open[n].store.write() as tx:
            self._ledger(n).link(tx, [Link(CardId(cards[0]), CardId(cards[1]), same)], self.now[n])

    @rule(n=DEVICES, seconds=st.sampled_from([1, 60, 3600, 86_400, 30 * 86_400, -60, -3600, -86_400]))
    def move_clock(self, n: int, seconds: int) -> None:
        self.now[n] += timedelta(seconds=seconds)

    @rule(n=DEVICES)
    def restart(self, n: int) -> None:
        self.open[n].close()
        self.open[n] = self._opened(n)

    @rule(n=DEVICES)
    def merge(self, n: int) -> None:
        merge_database(self._ledger(n), self.root / str(1 - n) / "recall.db", self.now[n])
        self.acknowledged[n] |= self.acknowledged[1 - n]

    @rule(n=DEVICES)
    def sync(self, n: int) -> None:
        sync(self.open[n], self.shared)
        self.restart(n)  # a device that took a new name goes on under it

    @rule(share=st.floats(0, 1))
    @precondition(lambda self: (self.shared / LOG_FOLDER).exists())
    def cut_a_file_short(self, share: float) -> None:
        """As if it had been carried over by half."""
        path = max((self.shared / LOG_FOLDER).rglob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns, default=None)
        if path is not None:
            path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    @invariant()
    def states_follow_the_log(self) -> None:
        for n in (0, 1) if hasattr(self, "open") else ():
            with self.open[n].store.read() as tx:
                assert stored_states(tx) == folded_states(tx)

    @invariant()
    def nothing_acknowledged_is_missing(self) -> None:
        for n in (0, 1) if hasattr(self, "open") else ():
            assert self.acknowledged[n] <= {row for _table, row in self._log(n)}


TwoMachines.TestCase.settings = settings(max_examples=6, stateful_step_count=20, deadline=None)
TestTwoMachines = TwoMachines.TestCase
