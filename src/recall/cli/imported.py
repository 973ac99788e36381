"""What an import came to, told alike whatever kind of file it read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from recall.cli.output import say, tell
from recall.i18n import _, ngettext
from recall.names import enumerated

SHOWN = 20
"""Edits, and what could not be read, that are told in full."""
SAMPLE, SHOWN_FILES = 3, 3


def show_sample(entries: Iterable[str]) -> None:
    """The first of the cards that would come, as a deck file has them."""
    for _n, entry in zip(range(SAMPLE), entries, strict=False):
        say(entry)


def tell_left_out(lines: Sequence[str]) -> None:
    """What was not understood: the first of it, and how much more there is."""
    for line in lines[:SHOWN]:
        tell(line)
    if (more := len(lines) - SHOWN) > 0:
        tell(_("{count} more of these").format(count=more))


def new_and_known(new: int, known: int) -> str:
    """How many cards came, and how many were here."""
    cards = ngettext("{n} new card", "{n} new cards", new).format(n=new)
    return _("{cards}, {known} known").format(cards=cards, known=known)


def tell_result(counts: str, files: Iterable[Path], *, dry_run: bool) -> None:
    """How much came, or would come, and the deck files that were written: the first of them by name."""
    tell(_("Would come: {what}.").format(what=counts) if dry_run else _("Imported: {what}.").format(what=counts))
    names = list(dict.fromkeys(map(str, files)))
    if names:
        more = len(names) - SHOWN_FILES
        written = _("Written: {files} and {n} more") if more > 0 else _("Written: {files}")
        tell(written.format(files=enumerated(names[:SHOWN_FILES]), n=more))
