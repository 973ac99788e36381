"""Rows of the log as lines of JSON, to travel between devices, and the strict reading of rows from elsewhere.

A line holds `log` (the table) and the columns as the database keeps them; what is empty is left out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from recall.core.history import UNDOABLE, LogRow
from recall.core.model import Event, EventKind, Grade, ItemId, LogId, Review, Source
from recall.store import times
from recall.store.log import values_of
from recall.store.tables import LOG, event, review

Values = Mapping[str, Any]
LONGEST_LINE = 4_000_000
"""Bytes."""
_COLUMNS = {table.name: [column.name for column in table.columns] for table in LOG}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_LAST_MILLISECOND = 7_258_118_400_000
"""2200-01-01. Ids keep growing from the newest, so one from the end of time would leave no room for the next."""
_YEARS = range(1969, 2401)
"""A clock that was never set says 1970, and its first hours are of the study day before."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INT32, _INT64 = 2**31 - 1, 2**63 - 1
_NEEDS_ITEM = UNDOABLE | {EventKind.UNDO}


class RowError(ValueError):
    """A row from elsewhere is not one; `str(error)` names the column at fault."""


class NewerRowError(RowError):
    """A row that a newer recall wrote: it has a column or a word this one does not know."""


def line_of(row: LogRow) -> bytes:
    """A row as its line, without the end of the line."""
    return line_of_values(review.name if isinstance(row, Review) else event.name, values_of(row))


def line_of_values(table: str, values: Values) -> bytes:
    kept = {name: values[name] for name in _COLUMNS[table] if values[name] is not None}
    text = json.dumps({"log": table, **kept}, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def row_of_line(line: bytes) -> LogRow:
    """The row of a line. Raises RowError, NewerRowError."""
    try:
        values = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise RowError("json") from error
    if not isinstance(values, dict):
        raise RowError("json")
    table = values.pop("log", None)
    if table not in _COLUMNS:
        raise NewerRowError("log") if isinstance(table, str) else RowError("log")
    return row_of_values(table, values)


def row_of_values(table: str, values: Values) -> LogRow:
    """The row that some values by column are. Raises RowError, NewerRowError."""
    if unknown := values.keys() - set(_COLUMNS[table]):
        raise NewerRowError(min(unknown))
    return _review(values) if table == review.name else _event(values)


def _review(values: Values) -> Review:
    milliseconds, score = values.get("milliseconds"), values.get("score")
    return Review(
        id=LogId(_read(values, "id", _id)),
        item=ItemId(_read(values, "item", _name)),
        at=times.from_text(_read(values, "at", _instant)),
        day=date.fromisoformat(_read(values, "day", _day)),
        grade=Grade(_read(values, "rating", _whole(1, 4))),
        ms=None if milliseconds is None else _read(values, "milliseconds", _whole(0, _INT32)),
        source=Source(_read(values, "source", _word(frozenset(Source)))),
        due=times.due_from_text(_read(values, "due", _due)),
        device=_read(values, "device", _device),
        seed=None if values.get("seed") is None else _read(values, "seed", _whole(-_INT64 - 1, _INT64)),
        response=None if values.get("response") is None else _read(values, "response", _text),
        score=None if score is None else _read(values, "score", _share),
    )


def _event(values: Values) -> Event:
    kind = EventKind(_read(values, "kind", _word(frozenset(EventKind))))
    item, target = values.get("item"), values.get("target")
    if (item is None and kind in _NEEDS_ITEM) or (target is None and kind is EventKind.UNDO):
        raise RowError("item" if item is None else "target")
    return Event(
        id=LogId(_read(values, "id", _id)),
        at=times.from_text(_read(values, "at", _instant)),
        day=date.fromisoformat(_read(values, "day", _day)),
        kind=kind,
        item=None if item is None else ItemId(_read(values, "item", _name)),
        device=_read(values, "device", _device),
        target=None if target is None else LogId(_read(values, "target", _id)),
        payload=_payload(kind, _read(values, "payload", _text)),
    )


def _payload(kind: EventKind, text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RowError("payload") from error
    if not isinstance(payload, dict):
        raise RowError("payload")
    if not _fits(kind, payload) or _SURROGATE.search(json.dumps(payload, ensure_ascii=False)):
        raise RowError("payload")
    return payload


def _fits(kind: EventKind, payload: dict[str, Any]) -> bool:
    """Whether what a decision says of itself is what the fold, and undo, will read."""
    says_how: bool | None
    match kind:
        case EventKind.FLAG:
            says_how = isinstance(payload.get("on"), bool)
        case EventKind.RESCHEDULE:
            says_how = _holds(_day, payload.get("due"))
        case EventKind.LINK:
            says_how = _is_link(payload)
        case _:
            says_how = True
    return bool(says_how and _holds(_whole(1, 100_000), payload.get("count", 1)) and _texts(payload.get("items", [])))


def _is_link(payload: dict[str, Any]) -> bool:
    cards = all(_name(payload.get(end)) and "#" not in payload[end] for end in ("from", "to"))
    parts = payload.get("parts", {})
    says_why = _texts([payload.get("why", ""), payload.get("was", "")])
    return (
        cards
        and says_why
        and isinstance(payload.get("same"), bool)
        and isinstance(parts, dict)
        and _texts(list(parts.values()))
    )


def _texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _read(values: Values, name: str, check: Callable[[Any], bool | None]) -> Any:
    """The value of a column. `check` says whether it may be, None when only a newer recall may know."""
    value = values.get(name)
    is_right = _holds(check, value)
    if is_right is None:
        raise NewerRowError(name)
    if not is_right:
        raise RowError(name)
    return value


def _holds(check: Callable[[Any], bool | None], value: Any) -> bool | None:
    try:
        return check(value)
    except (ValueError, TypeError, OverflowError):
        return False


def _id(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(_ID.fullmatch(value))
        and int(value[:13].replace("-", ""), 16) < (_LAST_MILLISECOND)
    )


def _text(value: Any) -> bool:
    return isinstance(value, str) and not _UNSTORABLE.search(value)


def _name(value: Any) -> bool:
    return _text(value) and 0 < len(value) <= 1000


def _device(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[A-Za-z0-9_.-]{1,36}", value))


def _instant(value: Any) -> bool:
    at = times.from_text(value)
    return at.tzinfo is not None and at.year in _YEARS and times.to_text(at) == value


def _day(value: Any) -> bool:
    day = date.fromisoformat(value)
    return day.year in _YEARS and day.isoformat() == value


def _due(value: Any) -> bool:
    return _instant(value) if "T" in value else _day(value)


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _share(value: Any) -> bool:
    return isinstance(value, float) and math.isfinite(value) and 0 <= value <= 1


def _word(known: frozenset[str]) -> Callable[[Any], bool | None]:
    def check(value: Any) -> bool | None:
        return isinstance(value, str) and (True if value in known else None)

    return check
