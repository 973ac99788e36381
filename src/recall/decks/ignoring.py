"""Comments such as `# recall: ignore yes-no, long-list`, by which an author says that a finding is meant to be so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from recall.decks.codes import CODES
from recall.decks.places import Place, line_at, place_at
from recall.decks.problems import Problem
from recall.decks.value_spans import spans
from recall.i18n import _

_COMMENT = re.compile(r"(?:^|(?<=\s))#[ \t]*recall:[ \t]*ignore\b:?(?P<codes>[^#\n]*)", re.MULTILINE)
_CARDS = re.compile(r"^cards[ \t]*:", re.MULTILINE)
_NO_VALUE = re.compile(r"[ \t]*(?:#.*)?")
"""A line that is blank or a comment."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """The codes that comments of one file ignore."""

    in_file: frozenset[str] = frozenset()
    by_line: dict[int, set[str]] = field(default_factory=dict)
    entries: Sequence[int] = ()
    """The first line of each card, ascending: a comment there holds for the whole card."""
    unknown: tuple[tuple[str, Place], ...] = ()
    """Codes that do not exist, each with the place of its comment."""

    def __contains__(self, problem: Problem) -> bool:
        lines = {problem.line}
        if card := bisect_right(self.entries, problem.line):
            lines.add(self.entries[card - 1])
        return problem.code in self.in_file or any(problem.code in self.by_line.get(line, ()) for line in lines)

    def findings(self) -> Iterator[tuple[str, Place]]:
        """A message for each code that does not exist."""
        for code, place in self.unknown:
            message = _("there is no finding `{code}` to ignore; `recall check --list-codes` lists them")
            yield message.format(code=code[:40]), place


def read_ignored(text: str, entries: Sequence[int]) -> Ignored:
    """What the comments of a file say; `entries` are the first lines of its cards.

    A comment before `cards:` holds for the file, one on a card's first line for the card, one behind a value for its
    line, and one on a line of its own for the next line that has a value.
    """
    comments = list(_comments(text))
    if not comments:
        return Ignored()
    cards = _CARDS.search(text)
    lines = text.split("\n")
    head = line_at(text, cards.start()) if cards else len(lines) + 1
    in_file: set[str] = set()
    by_line: defaultdict[int, set[str]] = defaultdict(set)
    unknown: list[tuple[str, Place]] = []
    for (line, column), codes in comments:
        known = codes & CODES.keys()
        unknown += [(code, (line, column)) for code in sorted(codes - known)]
        if line <= head:
            in_file |= known
        else:
            by_line[_line_meant(lines, line)] |= known
    return Ignored(frozenset(in_file), dict(by_line), sorted(entries), tuple(unknown))


def _comments(text: str) -> Iterator[tuple[Place, set[str]]]:
    """The place of each comment, and the codes it names; one that names none has the empty code."""
    found = [(place_at(text, match.start()), match) for match in _COMMENT.finditer(text)]
    values = list(spans(text)) if found else []
    for place, match in found:
        if not any(place in span for span in values):
            yield place, {code.strip() for code in match["codes"].split(",")}


def _line_meant(lines: Sequence[str], line: int) -> int:
    """The line of a comment, or the next one with a value when it stands alone."""
    while line <= len(lines) and _NO_VALUE.fullmatch(lines[line - 1]):
        line += 1
    return line
