"""Deck files read, and written anew in one go.

What is changed in one are its entries (`recall.decks.entries`) and their fields (`recall.decks.fields`). Comments,
order, blank lines, line ends and the writing of everything else stay byte for byte. Each change is read again before
it counts; where the file would not say exactly what was meant, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from recall.decks.load import MAX_BYTES
from recall.errors import DeckError
from recall.files import alone_in, real_path, remove_file, write_atomically
from recall.i18n import _


def rewrite_file(path: Path, change: Callable[[str], str | None]) -> bool:
    """Let `change` make a file's text anew; says whether that wrote anything. A file that is not there is empty.

    With None for a text the file is taken away. One process at a time, so that of two that add a card neither loses it.

    Raises DeckError with the place when the change can't be made, RecallError when it can't be written.
    """
    with alone_in(real_path(path).parent):  # where all who have a link to the file meet
        text = read_text(path)
        try:
            after = change(text)
        except DeckError as error:
            raise DeckError(error.message, path, error.line, error.column) from None
        if after == text:
            return False
        if after is None:
            remove_file(path)
        elif len(after.encode()) > max(MAX_BYTES, len(text.encode())):  # nothing of it would be read again
            message = _("larger than {size} MB; split it into several files")
            raise DeckError(message.format(size=MAX_BYTES // 1_000_000), path)
        else:
            write_atomically(path, after)
    return True


def read_text(path: Path) -> str:
    """The file's text, byte for byte; empty when there is no file. Raises DeckError when it can't be read."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DeckError(_("not UTF-8; save the file as UTF-8"), path, line) from None
    except OSError as error:
        raise DeckError(error.strerror or str(error), path) from None


def without_cards(path: Path) -> str:
    """A deck file's text without its cards: what stands before `cards:`, and `cards:` itself. Raises DeckError."""
    head, mark, _cards = read_text(path).partition("\ncards:")
    return f"{head}\ncards:\n" if mark else "cards:\n"
