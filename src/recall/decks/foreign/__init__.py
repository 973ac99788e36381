"""Cards that other programs keep as plain text: tables, Markdown, JSON."""

from __future__ import annotations

from pathlib import Path

from recall.decks.foreign.deck import ForeignCard, ForeignDeck, Misread, ReadOptions
from recall.decks.foreign.json_list import read_json
from recall.decks.foreign.markdown import read_markdown
from recall.decks.foreign.table import read_table
from recall.decks.hostile import decode
from recall.decks.yaml_tree import TreeError
from recall.errors import DeckError
from recall.i18n import _

__all__ = ["FORMATS", "ForeignCard", "ForeignDeck", "Misread", "ReadOptions", "read_cards"]

FORMATS = ("table", "markdown", "json")
_BY_SUFFIX = {
    ".csv": "table",
    ".tsv": "table",
    ".txt": "table",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
}
_READERS = {"table": read_table, "markdown": read_markdown, "json": read_json}
MAX_BYTES = 50_000_000


def read_cards(path: Path, options: ReadOptions | None = None) -> ForeignDeck:
    """The cards of somebody's file. What is not understood is listed, never a reason to stop.

    Raises DeckError when the file can't be read at all, or its suffix says nothing and no format is given.
    """
    options = options or ReadOptions()
    form = options.format or _BY_SUFFIX.get(path.suffix.lower())
    if form not in _READERS:
        message = _("what is in it can't be told from its name; say it with --format: {formats}")
        raise DeckError(message.format(formats=", ".join(FORMATS)), path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DeckError(_("larger than {size} MB; split it").format(size=MAX_BYTES // 1_000_000), path)
        text = decode(path.read_bytes())
    except OSError as error:
        raise DeckError(error.strerror or str(error), path) from None
    except TreeError as error:
        raise DeckError(error.message, path, *error.place) from None
    return _READERS[form](text.replace("\r\n", "\n").replace("\r", "\n"), path.stem, options)
