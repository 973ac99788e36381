"""Which characters of a YAML file belong to the text of a value, so that what stands there is no comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from recall.decks.places import Place


@dataclass(frozen=True, slots=True)
class Span:
    """From the first character of a value to the one behind its last."""

    start: Place
    end: Place
    is_block: bool
    """Whether it is a block (`|` or `>`), whose lines keep the spaces at their end."""

    def __contains__(self, place: Place) -> bool:
        """Whether a character there is text of the value. The first line of a block is its header."""
        begins = (self.start[0] + 1, 1) if self.is_block else self.start
        return begins <= place < self.end


def spans(text: str) -> Iterator[Span]:
    """Where the values of a YAML text stand; of a text that is not YAML, those before the mistake."""
    loader: Any = yaml.CSafeLoader(text)  # its marks are always there, which its types do not say
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.ScalarEvent):
                yield Span(_place(event.start_mark), _place(event.end_mark), event.style in ("|", ">"))
    except yaml.YAMLError:
        return


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1
