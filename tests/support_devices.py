"""Several machines with homes of their own, and a folder between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from recall.core.finding import Finding
from recall.core.model import EventKind, Grade, ItemId, ItemState
from recall.devices.merging import fingerprints
from recall.devices.syncing import Synced, sync
from recall.environment import Options
from recall.workspace import Workspace, open_workspace
from tests.support_decks import ENVIRONMENT, WALKED_DECK, Clock, folded_states, stored_states, write


@dataclass
class Machine:
    """A home on a machine of its own."""

    home: Path
    shared: Path
    clock: Clock
    findings: list[Finding] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Workspace]:
        workspace = open_workspace(Options(home=self.home), self.clock)
        try:
            yield workspace
        finally:
            workspace.close()

    def answer(self, item: str, grade: Grade = Grade.GOOD) -> str:
        with self.open() as workspace:
            return workspace.ledger.answer(ItemId(item), grade, workspace.now()).review.id

    def decide(self, kind: EventKind, item: str, **payload: object) -> None:
        with self.open() as workspace:
            workspace.ledger.decide(kind, [ItemId(item)], workspace.now(), **payload)

    def undo(self) -> None:
        with self.open() as workspace:
            workspace.ledger.undo(workspace.now())

    def sync(self, *, dry_run: bool = False) -> Synced:
        with self.open() as workspace:
            return sync(workspace, self.shared, dry_run=dry_run)

    @property
    def ids(self) -> set[str]:
        with self.open() as workspace, workspace.store.read() as tx:
            return {row for _table, row in fingerprints(tx)}

    @property
    def states(self) -> dict[ItemId, ItemState]:
        """What every item has come to; states and log are held against each other on the way."""
        with self.open() as workspace, workspace.store.read() as tx:
            states = stored_states(tx)
            assert states == folded_states(tx)
        return states

    @property
    def device(self) -> str:
        with self.open() as workspace:
            return workspace.ledger.device

    def configure(self, text: str) -> None:
        write(self.home / "config.toml", f'timezone = "Asia/Shanghai"\nbundled_decks = false\n{text}')


class Machines:
    """Makes machines that share a folder."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.shared = root, root / "shared"
        self.shared.mkdir()
        for name in ENVIRONMENT:
            monkeypatch.delenv(name, raising=False)

    def machine(self, name: str, at: str = "2026-03-02T09:00:00+08:00") -> Machine:
        machine = Machine(self.root / name, self.shared, Clock(at))
        machine.configure("")
        write(machine.home / "decks" / "d.yaml", WALKED_DECK)
        return machine

    def segments(self) -> list[Path]:
        return sorted(path for path in self.shared.rglob("*") if path.is_file())
