"""How long, in words short enough for a button."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from recall.core.model import Due
from recall.i18n import _


def interval_text(due: Due, now: datetime, today: date) -> str:
    """The time until a due, such as `10m`, `3d`, `2.1mo`, `1.4y` in the language of the screen."""
    if isinstance(due, datetime):
        return _minutes(due - now)
    days = (due - today).days
    if days < 31:
        return _("{n}d").format(n=days)
    if days < 365:
        return _("{n}mo").format(n=f"{days / 30.44:.1f}")
    return _("{n}y").format(n=f"{days / 365.25:.1f}")


def _minutes(wait: timedelta) -> str:
    minutes = round(wait.total_seconds() / 60)
    if minutes < 1:
        return _("<1m")
    if minutes < 60:
        return _("{n}m").format(n=minutes)
    return _("{n}h").format(n=round(minutes / 60))
