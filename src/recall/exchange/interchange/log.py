"""The columns of an answer in the tables of the log."""

from __future__ import annotations

from recall.core.model import Review
from recall.decks.write import Fields
from recall.store.times import due_to_text, to_text

LOG_COLUMNS = ("at", "item", "grade", "ms", "source", "due", "day", "response", "score", "undone", "id")


def log_row(row: Review, is_undone: bool) -> Fields:
    return {
        "at": to_text(row.at),
        "item": row.item,
        "grade": row.grade.word,
        "ms": "" if row.ms is None else row.ms,
        "source": row.source.value,
        "due": due_to_text(row.due),
        "day": row.day.isoformat(),
        "response": row.response or "",
        "score": "" if row.score is None else row.score,
        "undone": "yes" if is_undone else "",
        "id": row.id,
    }
