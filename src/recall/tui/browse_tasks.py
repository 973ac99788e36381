"""What is done with the cards chosen in Browse once a line has been typed: reschedule, tag, move, export."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from recall.core.model import CardId, Language
from recall.decks.changes import Undoable
from recall.editing.bulk import Tags, move, place_named, read_due, tag
from recall.i18n import _, ngettext
from recall.store.catalogue import Placed
from recall.tui.widgets.prompt import Prompt
from recall.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and what it changed in deck files."""

    text: str
    changes: Undoable | None = None


@dataclass(frozen=True, slots=True)
class Task(Generic[T]):
    """A question for one line, and what is done with the answer."""

    prompt: Prompt[T]
    do: Callable[[T], Done]
    """Raises RecallError."""


def reschedule(workspace: Workspace, count: int, decide: Callable[[date], Done]) -> Task[date]:
    """Give `count` items another date; `decide` writes it."""
    items = ngettext("{n} item", "{n} items", count).format(n=count)
    prompt = Prompt(
        _("When shall it come back? ({items})").format(items=items),
        lambda line: read_due(line, workspace.today),
        _("In how many days, or on which date. What is remembered stays as it is."),
    )
    return Task(prompt, decide)


def change_tags(workspace: Workspace, cards: Sequence[Placed]) -> Task[Tags]:
    """Put tags on cards, or take some away."""
    prompt = Prompt(
        _("Tags for {cards}").format(cards=_cards(len(cards))),
        Tags.read,
        _("Words to add; a word with - before it is taken away. A bundled card becomes your version of it."),
    )

    def do(tags: Tags) -> Done:
        n, changed = tag(workspace, cards, tags)
        return Done(ngettext("{n} card has other tags now.", "{n} cards have other tags now.", n).format(n=n), changed)

    return Task(prompt, do)


def move_cards(workspace: Workspace, cards: Sequence[Placed]) -> Task[str]:
    """Move cards to another deck file of the learner's."""
    prompt = Prompt(
        _("Move {cards} where?").format(cards=_cards(len(cards))),
        lambda line: place_named(workspace, line),
        _("The name of a topic or of a deck of yours; +name makes a new deck."),
    )

    def do(place: str) -> Done:
        path, changed = move(workspace, cards, place)
        return Done(_("Moved to {path}.").format(path=path), changed)

    return Task(prompt, do)


def export_cards(workspace: Workspace, cards: Collection[CardId], language: Language) -> Task[Path]:
    """Write cards for Anki or as text, the texts of one language first."""
    from recall.exchange.exporting import Selection, export_file, export_target

    languages: Sequence[Language] = ("zh", "en") if language == "zh" else ("en", "zh")
    prompt = Prompt(
        _("Write {cards} to which file?").format(cards=_cards(len(cards))),
        lambda line: export_target(Path(line)),
        _(".apkg for Anki, progress and all; .csv, .md or .json, which `recall import` reads back."),
        str(workspace.home / "exports" / "cards.apkg"),
    )

    def do(path: Path) -> Done:
        export_file(workspace, path, Selection(cards=frozenset(cards)), languages)
        return Done(_("Written to {path}.").format(path=path))

    return Task(prompt, do)


def _cards(count: int) -> str:
    return ngettext("{n} card", "{n} cards", count).format(n=count)
