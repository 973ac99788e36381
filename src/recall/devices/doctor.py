"""Everything that can be checked of the learner's data, and the repair of what is derived."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from recall.core import history
from recall.core.finding import Finding
from recall.core.history import LogRow
from recall.core.links import links_of
from recall.core.model import Event, EventKind, ItemState, Review
from recall.devices.merging import CLOCK_TOLERANCE, checked_rows
from recall.errors import StoreError
from recall.i18n import _, ngettext
from recall.names import counted, enumerated
from recall.store import Transaction
from recall.store.append_only import missing_triggers, protect_log, unprotect_log
from recall.store.backups import Backups, back_up_before
from recall.store.copies import PARTIAL, content_of
from recall.store.soundness import complaints, is_of_indexes, remake_indexes
from recall.workspace import Workspace

BACKUP_AGE = timedelta(days=14)
CLOCK_STEP = timedelta(minutes=1)
"""How far a device's clock may go back between two rows."""
SHOWN_NAMES = 3


def file_findings(path: Path) -> list[Finding]:
    """What is wrong with the database as a file. Until it is mended, nothing else can be looked at.

    Raises StoreError when it can't be read now.
    """
    if not path.is_file():
        return []
    found = complaints(path)
    if found and is_of_indexes(found):
        message = _("an index is damaged ({reason}); `recall doctor --repair` makes it anew")
        return [Finding("index", message.format(reason=found[0]))]
    message = _("the database is damaged ({reason}); `recall restore` saves what can be read of it and adds a backup")
    return [Finding("damaged", message.format(reason=text)) for text in found[:1]]


def repair_file(backups: Backups) -> None:
    """Make indexes anew, after a backup. Raises StoreError."""
    try:
        remake_indexes(backups.database)
    except sqlite3.Error as error:
        raise StoreError(f"{backups.database}: {error}") from None


def examine(workspace: Workspace) -> list[Finding]:
    """Log, states, decks and backups of an open home folder."""
    now = workspace.now()
    with workspace.store.read() as tx:
        rows, findings = checked_rows(tx)
        findings += _trigger_findings(tx)
        findings += _state_findings(tx, rows, workspace.ledger.weights)
        findings += _log_findings(rows)
        findings += _orphans(tx, rows)
    findings += _doubt_findings(workspace)
    findings += _clock_findings(rows, now)
    findings += _deck_findings(workspace)
    findings += _backup_findings(workspace, now, bool(rows))
    if lost := workspace.lost_log():
        findings.append(Finding("lost", lost))
    return findings


def repair(workspace: Workspace) -> Path | None:
    """Make anew what is derived: triggers, states, catalogue. Says where the backup made before is.

    Raises StoreError.
    """
    backup = back_up_before(workspace.store, workspace.home, "repair")
    with workspace.store.write() as tx:
        unprotect_log(tx.connection)
        protect_log(tx.connection)
        tx.catalogue.distrust()
    workspace.library.sync()
    workspace.ledger.rebuild()
    return backup


def _trigger_findings(tx: Transaction) -> Iterator[Finding]:
    if missing := missing_triggers(tx.connection):
        message = _("the log could be changed: {names} is missing; `recall doctor --repair` puts it back")
        yield Finding("trigger", message.format(names=enumerated(missing)))


def _state_findings(tx: Transaction, rows: Iterable[LogRow], weights: tuple[float, ...]) -> Iterator[Finding]:
    reviews = [row for row in rows if isinstance(row, Review)]
    events = [row for row in rows if isinstance(row, Event)]
    folded = history.fold(reviews, events, weights)
    stored = {state.item: state for state in tx.states.all()}
    items = sorted(folded.keys() | stored.keys())
    wrong = [item for item in items if stored.get(item, ItemState(item)) != folded.get(item, ItemState(item))]
    if wrong:
        message = ngettext(
            "{count} item stands elsewhere than the log says ({names}); `recall doctor --repair` mends it",
            "{count} items stand elsewhere than the log says ({names}); `recall doctor --repair` mends it",
            len(wrong),
        )
        yield Finding("state", message.format(count=len(wrong), names=_some(wrong)))


def _log_findings(rows: Iterable[LogRow]) -> Iterator[Finding]:
    reviews = {row.id for row in rows if isinstance(row, Review)}
    events = [row for row in rows if isinstance(row, Event)]
    ids = reviews | {row.id for row in events}
    twice = [row.id for row in events if row.id in reviews and row.kind is not EventKind.ATTEMPT]
    if twice:
        message = ngettext(
            "{count} row is both an answer and a decision ({names})",
            "{count} rows are both an answer and a decision ({names})",
            len(twice),
        )
        yield Finding("duplicate-id", message.format(count=len(twice), names=_some(twice)))
    lost = [row.id for row in events if row.kind is EventKind.UNDO and row.target not in ids]
    if lost:
        message = ngettext(
            "{count} undo takes back a row that is not here, perhaps not yet ({names})",
            "{count} undos take back rows that are not here, perhaps not yet ({names})",
            len(lost),
        )
        yield Finding("undo-target", message.format(count=len(lost), names=_some(lost)), is_problem=False)


def _orphans(tx: Transaction, rows: Iterable[LogRow]) -> Iterator[Finding]:
    links = links_of(row for row in rows if isinstance(row, Event))
    orphans = sorted({links.item_of(row) for row in rows if row.item is not None} - set(tx.catalogue.item_ids()))
    if orphans:
        message = ngettext(
            "{count} item has a history but is in no deck ({names}); it is kept for when it comes back",
            "{count} items have a history but are in no deck ({names}); it is kept for when they come back",
            len(orphans),
        )
        yield Finding("orphan", message.format(count=len(orphans), names=_some(orphans)), is_problem=False)


def _doubt_findings(workspace: Workspace) -> Iterator[Finding]:
    """Cards that vanished with a history and may be others now: one finding for each, with its likeliest."""
    seen = set()
    for number, doubt in enumerate(workspace.identity.doubts(), 1):
        old, new = doubt.names
        if old not in seen:
            message = _("{old} vanished with {answers} and may be {new} now; `recall links --accept {n}` joins them")
            told = message.format(old=old, answers=counted("reviews", doubt.reviews), new=new, n=number)
            yield Finding("doubt", told, is_problem=False)
        seen.add(old)


def _clock_findings(rows: Iterable[LogRow], now: datetime) -> Iterator[Finding]:
    by_device: defaultdict[str, list[LogRow]] = defaultdict(list)
    for row in rows:
        by_device[row.device].append(row)
    for device, own in sorted(by_device.items()):
        own.sort(key=lambda row: row.id)
        jumps = sum(before.at - after.at > CLOCK_STEP for before, after in pairwise(own))
        if jumps:
            message = ngettext(
                "the clock of device {device} was set back {count} time; answers are taken by their time",
                "the clock of device {device} was set back {count} times; answers are taken by their time",
                jumps,
            )
            yield Finding("clock-back", message.format(device=device, count=jumps), is_problem=False)
        ahead = sum(row.at - now > CLOCK_TOLERANCE for row in own)
        if ahead:
            message = ngettext(
                "{count} row of device {device} is in the future; set its clock right",
                "{count} rows of device {device} are in the future; set its clock right",
                ahead,
            )
            yield Finding("clock-ahead", message.format(device=device, count=ahead), is_problem=False)


def _deck_findings(workspace: Workspace) -> Iterator[Finding]:
    if count := workspace.library.problem_count():
        problems = ngettext("{n} problem in the decks", "{n} problems in the decks", count).format(n=count)
        yield Finding("decks", _("{problems}; `recall check` says where").format(problems=problems))


def _backup_findings(workspace: Workspace, now: datetime, has_rows: bool) -> Iterator[Finding]:
    if workspace.store.path is None:
        yield Finding("server", _("the database is a server's: back it up with the server's tools"), is_problem=False)
        return
    backups = Backups(workspace.store.path, workspace.home / "backups")
    found = backups.all()
    for backup in found:
        try:
            content_of(backup.path)
        except StoreError as error:
            yield Finding("backup", _("a backup can't be used: {reason}").format(reason=error))
    if has_rows and not found:
        yield Finding("no-backup", _("there is no backup yet; `recall backup` makes one"), is_problem=False)
    elif has_rows and now - found[0].at > BACKUP_AGE:
        message = _("the newest backup is {days} days old; `recall backup` makes one")
        yield Finding("old-backup", message.format(days=(now - found[0].at).days), is_problem=False)
    if backups.folder.is_dir() and (left := list(backups.folder.glob(f"{PARTIAL}*"))):
        message = ngettext(
            "{count} unfinished backup; it is taken away with the next one",
            "{count} unfinished backups; they are taken away with the next one",
            len(left),
        )
        yield Finding("unfinished", message.format(count=len(left)), is_problem=False)


def _some(names: Sequence[str]) -> str:
    """The first of some names."""
    return enumerated([*names[:SHOWN_NAMES], *(["…"] if len(names) > SHOWN_NAMES else [])])
