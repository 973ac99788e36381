"""The union of logs: rows of another database or device are added, and none is ever changed.

The order in which rows arrive, and how often, makes no difference: states are folded by (time, id).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from recall.core.finding import Finding
from recall.core.history import LogRow
from recall.core.model import Review
from recall.i18n import _
from recall.ledger import Ledger
from recall.store import Transaction, open_store
from recall.store.copies import copied
from recall.store.log import Key, key_of
from recall.store.row_lines import NewerRowError, RowError, line_of, line_of_values, row_of_values

CLOCK_TOLERANCE = timedelta(minutes=2)
"""How far another device's clock may be ahead before it is told."""
SHOWN_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge added, or would add."""

    reviews: int
    events: int
    items: int
    known: int
    """Rows that were here already."""
    findings: tuple[Finding, ...]

    @property
    def added(self) -> int:
        return self.reviews + self.events


def merge_database(ledger: Ledger, path: Path, now: datetime, *, dry_run: bool = False) -> Merged:
    """Add the rows of another database of recall, of this revision or an older one. Idempotent; all or nothing.

    Raises StoreError when it can't be read.
    """
    rows, findings = rows_of_database(path)
    merged = merge(ledger, rows, now, dry_run=dry_run)
    return Merged(merged.reviews, merged.events, merged.items, merged.known, (*findings, *merged.findings))


def merge(ledger: Ledger, rows: Iterable[LogRow], now: datetime, *, dry_run: bool = False) -> Merged:
    """Add the rows that are not here yet. A row of a known id that says something else is a finding."""
    rows = list(rows)
    if not rows:  # the usual sync: no need to read the whole log, and to keep everybody from writing meanwhile
        return Merged(0, 0, 0, 0, ())
    with ledger.store.read() if dry_run else ledger.store.write() as tx:
        new, known, findings = _sorted_out(fingerprints(tx), rows)
        if new and not dry_run:
            ledger.receive(tx, new)
    reviews = sum(isinstance(row, Review) for row in new)
    items = len({row.item for row in new if row.item is not None})
    told = (*grouped(findings), *clock_findings(new, ledger.device, now))
    return Merged(reviews, len(new) - reviews, items, known, told)


def rows_of_database(path: Path) -> tuple[list[LogRow], list[Finding]]:
    """The rows of another database, read from a copy that is migrated if it is older. Raises StoreError."""
    with copied(path) as copy, closing(open_store(copy, copy.parent)) as store, store.read() as tx:
        return checked_rows(tx)


def checked_rows(tx: Transaction) -> tuple[list[LogRow], list[Finding]]:
    """The rows of a log, each checked as one from elsewhere is."""
    rows: list[LogRow] = []
    findings: list[Finding] = []
    for table, values in tx.log.values():
        try:
            rows.append(row_of_values(table, values))
        except RowError as error:
            findings.append(bad_row(f"{values['id']}", error))
    return rows, grouped(findings)


def fingerprints(tx: Transaction) -> dict[Key, int]:
    """A fingerprint of every row, for this process only."""
    return {(table, values["id"]): hash(line_of_values(table, values)) for table, values in tx.log.values()}


def bad_row(place: str, error: RowError) -> Finding:
    """A row that is left out."""
    if isinstance(error, NewerRowError):
        message = _("{place}: a row of a newer recall ({column}) is left out until this one is updated")
        return Finding("newer-row", message.format(place=place, column=error))
    message = _("{place}: this is no row of a log ({column}); it is left out")
    return Finding("bad-row", message.format(place=place, column=error))


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """The first findings of each code, and how many more there are."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return [told for group in by_code.values() for told in _first(group)]


def clock_findings(rows: Iterable[LogRow], device: str, now: datetime) -> Iterator[Finding]:
    """Devices whose clocks are ahead of this one's."""
    newest: dict[str, datetime] = {}
    for row in rows:
        if row.device != device:
            newest[row.device] = max(row.at, newest.get(row.device, row.at))
    for name, at in sorted(newest.items()):
        if at - now > CLOCK_TOLERANCE:
            minutes = round((at - now).total_seconds() / 60)
            message = _("device {device} has written a row {minutes} minutes in the future; set the clocks right")
            yield Finding("clock-ahead", message.format(device=name, minutes=minutes), is_problem=False)


def _sorted_out(known: dict[Key, int], rows: Iterable[LogRow]) -> tuple[list[LogRow], int, list[Finding]]:
    """The rows that are new, how many were known, and those that contradict one of the same id."""
    new: list[LogRow] = []
    findings: list[Finding] = []
    count = 0
    for row in rows:
        key, mark = key_of(row), hash(line_of(row))
        if key not in known:
            known[key] = mark
            new.append(row)
        elif known[key] == mark:
            count += 1
        else:
            message = _("row {id} is here with another content; the one that was here first stays")
            findings.append(Finding("contradiction", message.format(id=row.id)))
    return new, count, findings


def _first(group: list[Finding]) -> Iterator[Finding]:
    yield from group[:SHOWN_FINDINGS]
    if (more := len(group) - SHOWN_FINDINGS) > 0:
        yield Finding(group[0].code, _("{count} more of these").format(count=more), group[0].is_problem)
