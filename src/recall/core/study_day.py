"""Study days: a day begins at 04:00 local time (configurable), whatever the clock or the time zone does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class StudyCalendar:
    """Turns instants into study days and back.

    `zone` None means the system's local time, with its own rules for summer time at each instant.
    """

    zone: tzinfo | None = None
    day_start: time = time(4)

    def day_of(self, at: datetime) -> date:
        """The study day of an aware instant; 03:59 belongs to the day before."""
        day = at.astimezone(self.zone).date()
        return day if at >= self.start_of(day) else day - timedelta(1)

    def start_of(self, day: date) -> datetime:
        """The instant (UTC) from which `day` counts."""
        wall = datetime.combine(day, self.day_start)
        local = wall.astimezone() if self.zone is None else wall.replace(tzinfo=self.zone)
        return local.astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        """The instant on the learner's wall clock."""
        return at.astimezone(self.zone)

    def clock_text(self, at: datetime) -> str:
        """The instant as the learner's wall clock shows it, to the minute."""
        return self.local(at).strftime("%Y-%m-%d %H:%M")
