"""Several devices, one log: each adds what the folder lacks to files of its own there, and reads everybody's.

Nothing is remembered between two runs but the settings last agreed on, so that any order, any number of runs and an
end at any instant lead to the same log everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

from recall import environment
from recall.config import option_of, read_values, write_value
from recall.core.finding import Finding
from recall.core.history import LogRow
from recall.core.model import EventKind
from recall.devices.merging import Merged, bad_row, fingerprints, grouped, merge
from recall.devices.segments import Fault, Line, append_lines, read_lines
from recall.errors import ConfigError
from recall.files import one_at_a_time
from recall.i18n import _
from recall.store import Transaction
from recall.store.backups import back_up_before
from recall.store.log import Key, key_of
from recall.store.row_lines import RowError, line_of, line_of_values, row_of_line
from recall.workspace import DEVICE_KEY, Workspace

MACHINE_KEY, AGREED_KEY, SYNCED_KEY = "machine", "agreed-settings", "synced"
LOCK_FILE = "sync.lock"
MENDED = frozenset({"unfinished", "checksum"})
"""Faults of the files that mend themselves."""
_SHARED = re.compile(r"(review|stages\.[\w-]+)\.\w+|day_start")
"""Settings that change when items come: they travel in the log, so that all devices schedule alike."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that another device changed; None is unset."""

    name: str
    before: Any
    after: Any
    device: str


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync did, or would do."""

    merged: Merged
    sent: int
    """Rows added to the folder."""
    device: str
    is_new_device: bool
    settings: tuple[Setting, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Folder:
    """What the devices' files hold."""

    there: set[tuple[Key, int]]
    """Key and fingerprint of every row that can be read."""
    rows: list[LogRow]
    """The rows that are not in the database."""
    has_strange_rows: bool
    """Whether this device's own files hold rows it has never written: another machine goes by its name."""
    findings: list[Finding]


def sync(workspace: Workspace, folder: Path, *, dry_run: bool = False) -> Synced:
    """Bring the log and the folder together. Raises ConfigError for a folder that is not there, StoreError, and
    RecallError when the folder can't be written; whatever was done stays done, and the next run goes on from there.
    """
    if not folder.is_dir():
        message = _("there is no folder {path}; make it, or plug in what it is on")
        raise ConfigError(message.format(path=folder))
    with one_at_a_time(workspace.home / LOCK_FILE):
        return _sync(workspace, folder, dry_run)


def _sync(workspace: Workspace, folder: Path, dry_run: bool) -> Synced:
    if not dry_run:
        _back_up_first(workspace, folder)
    found = _read(workspace, folder)
    workspace, is_new = _as_its_own_device(workspace, found, dry_run)
    merged = merge(workspace.ledger, found.rows, workspace.now(), dry_run=dry_run)
    settings, refused = _agree(workspace, dry_run)
    sent = _send(workspace, folder, found.there, dry_run)
    findings = (*found.findings, *merged.findings, *refused)
    return Synced(merged, sent, workspace.ledger.device, is_new, settings, findings)


def _back_up_first(workspace: Workspace, folder: Path) -> None:
    """A backup before the first sync with a folder."""
    with workspace.store.read() as tx:
        known = tx.catalogue.remembered(SYNCED_KEY) or []
        is_empty = tx.log.newest_id() is None
    if str(folder.absolute()) in known:
        return
    if not is_empty:
        back_up_before(workspace.store, workspace.home, "sync")
    with workspace.store.write() as tx:
        tx.catalogue.remember(SYNCED_KEY, [*known, str(folder.absolute())])


def _read(workspace: Workspace, folder: Path) -> _Folder:
    with workspace.store.read() as tx:
        known = {mark: key for key, mark in fingerprints(tx).items()}
    found = _Folder(set(), [], False, [])
    for line in read_lines(folder):
        if isinstance(line, Fault):
            found.findings.append(_fault(line))
            continue
        mark = hash(line.content)
        if mark in known:  # as it is here, to the byte
            found.there.add((known[mark], mark))
        else:
            _take(found, line, known, workspace.ledger.device)
    found.findings = grouped(found.findings)
    return found


def _take(found: _Folder, line: Line, known: Mapping[int, Key], device: str) -> None:
    try:
        row = row_of_line(line.content)
    except RowError as error:
        found.findings.append(bad_row(f"{line.path}:{line.number}", error))
        return
    mark = hash(line_of(row))
    found.there.add((key_of(row), mark))
    if mark not in known:
        found.rows.append(row)
        found.has_strange_rows |= line.device == device


def _as_its_own_device(workspace: Workspace, found: _Folder, dry_run: bool) -> tuple[Workspace, bool]:
    """A home folder that was copied goes on under the name of the device it was copied from, until it takes another:
    when it stands on another machine, or when rows turn up under its name that it has never written.
    """
    machine = environment.machine()
    with workspace.store.read() as tx:
        is_elsewhere = tx.catalogue.remembered(MACHINE_KEY) not in (None, machine)
    is_new = is_elsewhere or found.has_strange_rows
    if dry_run:
        return workspace, is_new
    device = token_hex(8) if is_new else workspace.ledger.device
    with workspace.store.write() as tx:
        tx.catalogue.remember(DEVICE_KEY, device)
        tx.catalogue.remember(MACHINE_KEY, machine)
    return replace(workspace, ledger=replace(workspace.ledger, device=device)), is_new


def _agree(workspace: Workspace, dry_run: bool) -> tuple[tuple[Setting, ...], list[Finding]]:
    """Tell the other devices what was set here since the last sync, and take over what was set there.

    A device that joins takes over what the others have; of two changes the later one wins.
    """
    here = _shared(read_values(workspace.home))
    with workspace.store.read() as tx:
        agreed = tx.catalogue.remembered(AGREED_KEY)
        winners = _winners(tx)
    for name in sorted({*here, *(agreed or {})}):
        was_set_here = here.get(name) != agreed.get(name) if agreed is not None else name not in winners
        if was_set_here and not dry_run:
            workspace.ledger.note(EventKind.PARAMS, workspace.now(), {"name": name, "value": here.get(name)})
    with workspace.store.read() as tx:
        winners = _winners(tx)
    changed, refused = [], []
    for name, (value, device) in sorted(winners.items()):
        if here.get(name) == value:
            continue
        try:
            if not dry_run:
                write_value(workspace.home, name, value)
            changed.append(Setting(name, here.get(name), value, device))
        except ConfigError as error:
            refused.append(Finding("setting", str(error)))
    if not dry_run:
        with workspace.store.write() as tx:
            tx.catalogue.remember(AGREED_KEY, _shared(read_values(workspace.home)))
    return tuple(changed), refused


def _shared(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if _is_shared(name)}


def _is_shared(name: object) -> bool:
    return isinstance(name, str) and bool(_SHARED.fullmatch(name)) and option_of(name) is not None


def _winners(tx: Transaction) -> dict[str, tuple[Any, str]]:
    """The latest value of each setting in the log, and the device that gave it."""
    rows = sorted(tx.log.events_of_kind(EventKind.PARAMS), key=lambda row: (row.at, row.id))
    shared = [row for row in rows if _is_shared(row.payload.get("name"))]
    return {row.payload["name"]: (row.payload.get("value"), row.device) for row in shared}


def _send(workspace: Workspace, folder: Path, there: set[tuple[Key, int]], dry_run: bool) -> int:
    """Add the rows that nobody's files hold."""
    with workspace.store.read() as tx:
        lines = list(_missing(tx, there))
    if lines and not dry_run:
        append_lines(folder, workspace.ledger.device, lines)
    return len(lines)


def _missing(tx: Transaction, there: set[tuple[Key, int]]) -> Iterator[tuple[str, bytes]]:
    rows: Iterable[tuple[str, Mapping[str, Any]]] = tx.log.values()
    for table, values in sorted(rows, key=lambda row: str(row[1]["id"])):
        line = line_of_values(table, values)
        if ((table, values["id"]), hash(line)) not in there:
            yield values["id"], line


def _fault(fault: Fault) -> Finding:
    place = f"{fault.path}:{fault.number}" if fault.number else f"{fault.path}"
    message = {
        "unfinished": _("{place}: the last line is not there yet; the next sync reads it"),
        "checksum": _("{place}: this line is damaged; the device that has the row writes it again"),
        "too-long": _("{place}: this line is too long; it is left out"),
        "not-a-file": _("{place}: this is a link or no regular file; it is left out"),
        "unreadable": _("{place}: {reason}; it is left out"),
    }[fault.code]
    return Finding(fault.code, message.format(place=place, reason=fault.reason), is_problem=fault.code not in MENDED)
