"""`fmt`: deck files in normal form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recall.cli.output import say, tell, workspace
from recall.environment import Options
from recall.i18n import _, ngettext

if TYPE_CHECKING:
    from recall.core.model import Card
    from recall.workspace import Workspace


@click.command(
    "fmt",
    help=_(
        "Write ids into cards that have none, and tidy ends of lines; nothing else changes. Without a path: all decks "
        "of your own. A card that was answered keeps its history: it gets the id that the history has."
    ),
    epilog=_("Example: recall fmt --check"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar=_("[PATHS]..."))
@click.option("--check", is_flag=True, help=_("Change nothing; name the files that would be, and exit with 1."))
@click.pass_obj
def fmt_command(options: Options, paths: tuple[Path, ...], check: bool) -> None:
    from recall.errors import DeckError

    changed, failed = 0, 0
    with workspace(options) as opened:
        name = _namer(opened)
        for path in _files(opened, paths):
            try:
                has_changed = _format(path, name, check)
            except DeckError as error:
                tell(str(error))
                failed += 1
            else:
                changed += has_changed
                if has_changed:
                    say(str(path))
        if changed and not check:
            opened.library.sync()
    _summarise(changed, check)
    if failed or (changed and check):
        raise SystemExit(1)


def _summarise(changed: int, check: bool) -> None:
    would = ngettext("{n} file would be changed.", "{n} files would be changed.", changed)
    was = ngettext("{n} file changed.", "{n} files changed.", changed)
    tell((would if check else was).format(n=changed))


def _files(opened: Workspace, paths: tuple[Path, ...]) -> Iterator[Path]:
    from recall.decks.folders import deck_files

    own = [folder.path for folder in opened.library.folders if folder.path != opened.library.bundled]
    for folder in paths or own:
        yield from deck_files(folder) if folder.exists() else ()


def _format(path: Path, name: Callable[[Card, Path], str], check: bool) -> bool:
    """Whether a file is, or would be, changed. Raises DeckError."""
    from recall.decks.normal_form import normal_form
    from recall.decks.rewrite import read_text, rewrite_file
    from recall.errors import DeckError

    def change(text: str) -> str:
        return normal_form(text, lambda card: name(card, path))

    if not check:
        return rewrite_file(path, change)
    text = read_text(path)
    try:
        return change(text) != text
    except DeckError as error:
        raise DeckError(error.message, path, error.line, error.column) from None


def _namer(opened: Workspace) -> Callable[[Card, Path], str]:
    """Names cards; no id is given twice, and none that a deck in use has."""
    from recall.core.faces import items_of
    from recall.decks.card_ids import new_id

    with opened.store.read() as tx:
        taken: set[str] = {*tx.catalogue.card_ids()}

    def name(card: Card, path: Path) -> str:
        with opened.store.read() as tx:
            is_known = any(tx.log.knows(item) for item in items_of(card))
        given = card.id if is_known else new_id(card.body, card.topic or card.deck or path.stem, taken)
        taken.add(given)
        return given

    return name
