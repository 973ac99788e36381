"""Backups of the database: once a day of use and before anything risky, verified, and rotated.

Only a SQLite database is copied; a server has its own tools.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from recall.core.study_day import StudyCalendar
from recall.errors import NotFoundError, StoreError
from recall.i18n import _
from recall.store.copies import PARTIAL, Content, content_of, copy_database, newest_row

if TYPE_CHECKING:
    from recall.store.store import Store

DAILY, MANUAL = "daily", "manual"
KEPT_DAYS, KEPT_WEEKS, KEPT_MONTHS, KEPT_RISKY = 7, 4, 12, 10
_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"(.+)-(\d{8}T\d{12}Z)-(daily|manual|before-[\w.-]+)\.db")
_ABANDONED = 3600
"""Seconds after which a copy that was never finished is taken away."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy of the database. `reason`: daily, manual, or what it was made before."""

    path: Path
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Backups:
    """The backups of one database, in one folder."""

    database: Path
    folder: Path

    def all(self) -> list[Backup]:
        """Every backup, newest first."""
        try:
            found = [_backup(path, match) for path in self.folder.iterdir() if (match := _NAME.fullmatch(path.name))]
        except OSError:
            return []
        own = [backup for backup in found if backup and backup.path.name.startswith(f"{self.database.stem}-2")]
        return sorted(own, key=lambda backup: (backup.at, backup.path.name), reverse=True)

    def make(self, reason: str) -> tuple[Backup, Content]:
        """Copy the database as it is now and take away what is no longer kept. Raises StoreError."""
        at = datetime.now(UTC)
        path = self.folder / f"{self.database.stem}-{at.strftime(_STAMP)}-{reason}.db"
        content = copy_database(self.database, path)
        self._rotate()
        return Backup(path, at, reason), content

    def make_before(self, what: str) -> Path:
        """A backup before something risky. Raises StoreError: then it is not to be done."""
        try:
            return self.make(f"before-{what}")[0].path
        except StoreError as error:
            message = _("no backup could be made ({reason}); nothing was changed")
            raise StoreError(message.format(reason=error)) from None

    def make_daily(self, calendar: StudyCalendar) -> Backup | None:
        """Today's backup, if there is none yet and the log has grown since the last. Raises StoreError."""
        if not self.database.is_file():
            return None
        last = next((backup for backup in self.all() if backup.reason == DAILY), None)
        if last is not None and calendar.day_of(last.at) == calendar.day_of(datetime.now(UTC)):
            return None
        newest = newest_row(self.database)
        if newest is None or (last is not None and newest_row(last.path) == newest):
            return None
        return self.make(DAILY)[0]

    def newest_with_rows(self) -> Backup | None:
        """The newest backup that can be read and holds something."""
        return next((backup for backup in self.all() if newest_row(backup.path) is not None), None)

    def find(self, name: str | None) -> Path:
        """A backup by its name or path; without one the newest that can be read and, if there is such a one, has rows.

        Raises NotFoundError, StoreError.
        """
        if name is not None:
            path = next((path for path in (self.folder / name, Path(name)) if path.is_file()), None)
            if path is None:
                message = _("there is no backup {name}; `recall backup --list` names them")
                raise NotFoundError(message.format(name=name))
            content_of(path)
            return path
        empty: Path | None = None
        for backup in self.all():
            with suppress(StoreError):
                if content_of(backup.path).rows:
                    return backup.path
                empty = empty or backup.path
        if empty is not None:
            return empty
        raise NotFoundError(_("there is no backup in {folder}").format(folder=self.folder))

    def _rotate(self) -> None:
        keep = kept(self.all())
        for backup in self.all():
            if backup.path not in keep:
                with suppress(OSError):
                    backup.path.unlink()
        for path in self.folder.glob(f"{PARTIAL}*"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _ABANDONED:
                    path.unlink()


def backups_of(database: Path | None, home: Path) -> Backups:
    """The backups of a database's file. Raises StoreError for the database of a server, which has none."""
    if database is None:
        raise StoreError(
            _("this database is a server's; its own tools back it up and restore it (pg_dump, pg_restore)")
        )
    return Backups(database, home / "backups")


def back_up_before(store: Store, home: Path, what: str) -> Path | None:
    """A backup before something risky; None for a server's database. Raises StoreError: then it is not to be done."""
    if store.path is None or not store.path.is_file():
        return None
    return Backups(store.path, home / "backups").make_before(what)


def kept(backups: Sequence[Backup]) -> set[Path]:
    """Which backups, given newest first, are kept: all made by hand, the newest risky ones, and of the daily ones the
    newest of each of the last days, weeks and months that have one.
    """
    daily = [backup for backup in backups if backup.reason == DAILY]
    risky = [backup for backup in backups if backup.reason.startswith("before-")]
    keep = {backup.path for backup in backups if backup.reason == MANUAL}
    keep |= {backup.path for backup in risky[:KEPT_RISKY]}
    for count, period in ((KEPT_DAYS, _day), (KEPT_WEEKS, _week), (KEPT_MONTHS, _month)):
        keep |= _newest_of_each(daily, period, count)
    return keep


def _newest_of_each(backups: Iterable[Backup], period: Callable[[date], Hashable], count: int) -> set[Path]:
    newest: dict[Hashable, Path] = {}
    for backup in backups:
        newest.setdefault(period(backup.at.date()), backup.path)
    return set(list(newest.values())[:count])


def _day(day: date) -> Hashable:
    return day


def _week(day: date) -> Hashable:
    return day.isocalendar()[:2]


def _month(day: date) -> Hashable:
    return day.year, day.month


def _backup(path: Path, match: re.Match[str]) -> Backup | None:
    try:
        at = datetime.strptime(match[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(path, at, match[3])
