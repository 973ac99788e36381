"""Instants and dates as the database keeps them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from recall.core.model import Due


def to_text(at: datetime) -> str:
    """`2026-11-21T13:00:00.000Z`; finer than milliseconds is cut off."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def due_to_text(due: Due) -> str:
    return to_text(due) if isinstance(due, datetime) else due.isoformat()


def due_from_text(text: str) -> Due:
    return from_text(text) if "T" in text else date.fromisoformat(text)


def whole_milliseconds(at: datetime) -> datetime:
    """The instant as it will be read back."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
