"""Names a query asks for, not more at once than every database takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

Name = TypeVar("Name", bound=str)
_AT_ONCE = 500


def chunks(names: Iterable[Name]) -> Iterator[Sequence[Name]]:
    """The names in order, each once, some at a time."""
    ordered = sorted(set(names))
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))
