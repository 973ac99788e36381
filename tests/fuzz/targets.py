"""What is fuzzed: functions of some bytes that read what a stranger wrote. Each raises nothing, or it is a defect."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path

from recall.anki.html import to_cloze_html, to_html
from recall.anki.text import to_markdown, to_plain
from recall.core.answers import Exact, Matrix, Number, Numbers, Tolerance, Words
from recall.core.cloze import ClozeError
from recall.core.exercise import Exercise
from recall.core.faces import face, items_of
from recall.core.formulas import formulas
from recall.core.marking import mark_exact, mark_output, mark_typed
from recall.decks.foreign.deck import ReadOptions
from recall.decks.foreign.json_list import read_json as read_json_list
from recall.decks.foreign.markdown import read_markdown as read_foreign_markdown
from recall.decks.foreign.table import read_table
from recall.decks.load import parse_deck
from recall.environment import Options
from recall.errors import SearchError
from recall.exchange.interchange import InterchangeError, read_csv, read_json, read_markdown
from recall.search import Inventory
from recall.store.card_json import from_json, to_json
from recall.store.row_lines import RowError, line_of, row_of_line
from recall.tex import TexError, render
from recall.text.indexing import search_text
from recall.workspace import open_workspace
from tests.support_decks import cards, write

Target = Callable[[bytes], None]

_NOWHERE = Path("fuzz")
_ANSWERS: tuple[Exact, ...] = (
    Number(Fraction(2, 3)),
    Number(0.25, Tolerance(0.02, relative=True), "GB"),
    Numbers((Number(Fraction(1)), Number(Fraction(-1, 2)), Number(2**0.5, Tolerance(0.01, relative=False)))),
    Matrix(((Number(Fraction(1)), Number(Fraction(0))), (Number(Fraction(2)), Number(Fraction(-3))))),
    Words(("row space", "kernel")),
)
_PATTERNS = (None, r"(a|b)+c?", r"\d+(\.\d+)?")
_WIDTHS = (None, 20, 60)


def loader(data: bytes) -> None:
    """A deck file, and all that is done with its cards."""
    deck = parse_deck(_NOWHERE, data)
    for located in deck.cards:
        card = located.card
        assert from_json(to_json(card)) == card
        search_text(card)
        for item in items_of(card):
            face(card, item, "zh", Exercise(card, item, 1).drawn)


def tex(data: bytes) -> None:
    """A formula, displayed, in a line and as what a macro stands for, and a text with formulas in it."""
    text = data.decode("utf-8", "replace")
    for width in _WIDTHS:
        with suppress(TexError):
            rendered = render(text, display=width is not None, width=width)
            assert rendered.lines
    with suppress(TexError):
        render(r"\m \m{x}", display=False, macros={"m": text})
    list(formulas(text))


def marking(data: bytes) -> None:
    """An answer to every kind of question that is typed."""
    given = data.decode("utf-8", "replace")
    for expected in _ANSWERS:
        assert 0 <= mark_exact(given, expected).score <= 1
    for pattern in _PATTERNS:
        assert 0 <= mark_typed(given, ["kernel", "核"], pattern).score <= 1
    assert 0 <= mark_output(given, "[1, 2]\nNone").score <= 1


def search(data: bytes) -> None:
    """A query."""
    with suppress(SearchError):
        _inventory().find(data.decode("utf-8", "replace"))


def texts(data: bytes) -> None:
    """Text of other programs: tables, Markdown and lists in JSON."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for read in (read_table, read_foreign_markdown, read_json_list):
        for located in read(text, "fuzz", ReadOptions()).cards:
            assert located.fields


def exports(data: bytes) -> None:
    """Text that claims to be an export of ours, and rows of a log."""
    text = data.decode("utf-8", "replace")
    for read, beginning in ((read_json, ""), (read_csv, ""), (read_markdown, "<!-- recall -->\n")):
        with suppress(InterchangeError):
            read(_NOWHERE, beginning + text)
    with suppress(RowError):
        line_of(row_of_line(data))


def html(data: bytes) -> None:
    """A field of Anki's, and Markdown on its way there."""
    text = data.decode("utf-8", "replace")
    to_plain(text)
    to_html(to_markdown(text))
    with suppress(ClozeError):
        to_cloze_html(text)


TARGETS: Mapping[str, Target] = {
    target.__name__: target for target in (loader, tex, marking, search, texts, exports, html)
}


@cache
def _inventory() -> Inventory:
    """Three cards to be searched, for as long as the process lives."""
    folder = tempfile.TemporaryDirectory(prefix="recall-fuzz-")
    atexit.register(folder.cleanup)
    home = Path(folder.name)
    write(home / "config.toml", 'bundled_decks = false\ntimezone = "UTC"\n')
    write(home / "decks" / "own.yaml", cards("rank", "kernel", "秩"))
    workspace = open_workspace(Options(home=home))
    atexit.register(workspace.close)
    inventory = Inventory(workspace)
    inventory.read_texts()
    return inventory
