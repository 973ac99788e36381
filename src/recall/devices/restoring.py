"""A backup taken back: its rows join those of the present database, or, if asked for, stand in their place.

A present database that is damaged is set aside, and every row that can still be read in it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from recall.core.finding import Finding
from recall.core.history import LogRow
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.devices.merging import grouped, merge, rows_of_database
from recall.errors import RecallError, StoreError
from recall.files import sync_folder
from recall.i18n import _
from recall.ledger import Ledger
from recall.store import Store, open_store
from recall.store.backups import Backups, back_up_before
from recall.store.copies import PARTIAL, DamagedError, content_of, copy_database, copy_files, remove_beside
from recall.store.log import Key, key_of
from recall.store.salvage import salvaged_rows


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did, or would do."""

    backup: Path
    added: int
    """Rows of the backup that the present database lacked."""
    only_here: int
    """Rows that only the present database has."""
    removed: int
    """How many of those were taken out; 0 unless the log was to be replaced."""
    kept_as: Path | None
    """Where the database was copied, or set aside, before."""
    was_damaged: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What could be read of a damaged database."""

    rows: int
    findings: tuple[Finding, ...]


def restore(
    backups: Backups, backup: Path, now: datetime, *, replace_all: bool = False, dry_run: bool = False
) -> Restored:
    """Take a backup back. Raises StoreError; then nothing was changed.

    A database that can't be read now is not taken for a damaged one: another program may be writing to it.
    """
    rows, findings = rows_of_database(backup)
    try:
        if backups.database.exists():
            content_of(backups.database)
    except DamagedError:
        return _restore_damaged(backups, backup, rows, findings, replace_all=replace_all, dry_run=dry_run)
    if dry_run and not backups.database.exists():
        return Restored(backup, len(rows), 0, 0, None, False, tuple(findings))
    with _ledger(backups) as ledger:
        return _restore_sound(ledger, backups, backup, rows, findings, now, replace_all=replace_all, dry_run=dry_run)


def salvage(database: Path, target: Path) -> Salvaged:
    """Write every row of a damaged database that can be read into a new one. Raises StoreError, RecallError."""
    if target.exists():
        raise RecallError(_("{path} is there already; name a file that is not").format(path=target))
    if not database.is_file():
        raise StoreError(_("{path}: there is no such database").format(path=database))
    rows, findings = salvaged_rows(database)
    _write_new(target, rows)
    return Salvaged(len(rows), tuple(grouped(findings)))


def _restore_sound(
    ledger: Ledger,
    backups: Backups,
    backup: Path,
    rows: list[LogRow],
    findings: list[Finding],
    now: datetime,
    *,
    replace_all: bool,
    dry_run: bool,
) -> Restored:
    with ledger.store.read() as tx:
        present = tx.log.keys()
    in_backup = {key_of(row) for row in rows}
    only_here, lacking = len(present - in_backup), len(in_backup - present)
    gone = only_here if replace_all else 0
    if dry_run:
        return Restored(backup, lacking, only_here, gone, None, False, tuple(findings))
    kept_as = back_up_before(ledger.store, backups.folder.parent, "restore")
    if replace_all:
        with ledger.store.write() as tx:
            ledger.replace(tx, rows)
        return Restored(backup, lacking, only_here, gone, kept_as, False, tuple(findings))
    merged = merge(ledger, rows, now)
    told = (*findings, *merged.findings)
    return Restored(backup, merged.added, only_here, 0, kept_as, False, told)


def _restore_damaged(
    backups: Backups, backup: Path, rows: list[LogRow], findings: list[Finding], *, replace_all: bool, dry_run: bool
) -> Restored:
    saved, _bad = salvaged_rows(backups.database)
    in_backup = {key_of(row) for row in rows}
    only_here = [row for row in saved if key_of(row) not in in_backup]
    gone = len(only_here) if replace_all else 0
    added = len(in_backup - {key_of(row) for row in saved})
    result = Restored(backup, added, len(only_here), gone, None, True, tuple(findings))
    if dry_run:
        return result
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    aside = backups.folder / f"{backups.database.stem}-damaged-{stamp}.db"
    copy_files(backups.database, aside)
    new = backups.database.with_name(f"{PARTIAL}{backups.database.name}")
    with suppress(StoreError):  # of a restore that was cut short in the next lines, when part of the old was gone
        only_here += [] if replace_all else rows_of_database(new)[0]
    _write_new(new, _once([*rows, *([] if replace_all else only_here)]))
    try:
        remove_beside(backups.database)
        new.replace(backups.database)
        sync_folder(new.parent)
    except OSError as error:
        raise StoreError(f"{backups.database}: {error.strerror}") from None
    return replace(result, kept_as=aside)


def _once(rows: list[LogRow]) -> list[LogRow]:
    """The first row of each id."""
    first: dict[Key, LogRow] = {}
    for row in rows:
        first.setdefault(key_of(row), row)
    return list(first.values())


def _write_new(target: Path, rows: list[LogRow]) -> None:
    """A new database that holds these rows, under another name until it is whole."""
    scratch = target.with_name(f"{PARTIAL}new-{target.name}")
    with suppress(OSError):
        remove_beside(scratch)
        scratch.unlink(missing_ok=True)
    with closing(open_store(scratch, scratch.parent)) as store, store.write() as tx:
        _plain_ledger(store).replace(tx, rows)
    try:
        copy_database(scratch, target)
    finally:
        with suppress(OSError):
            scratch.unlink()


@contextmanager
def _ledger(backups: Backups) -> Iterator[Ledger]:
    with closing(open_store(backups.database, backups.folder)) as store:
        yield _plain_ledger(store)


def _plain_ledger(store: Store) -> Ledger:
    """A ledger that only folds: nothing is scheduled by it."""
    return Ledger(store, StudyCalendar(), ReviewPolicy(), lambda topic: None, "restore")
