"""The screens speak English in this process, whatever other tests choose.

The texts of key bindings are made when their classes are, in the language that is set then. So all screens are
imported here: this file is read while tests are collected, when none has run yet and the language is still the
source's. Chinese screens are drawn in a process of their own (`tests/tui/draw.py`).
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

import recall.tui.screens.help
import recall.tui.screens.interview
import recall.tui.screens.result
import recall.tui.screens.settings
import recall.tui.screens.sitting
import recall.tui.screens.sitting_setup  # noqa: F401 - imported for their language
from recall.i18n import language, set_language
from tests.support_tui import Learner, make_learner

assert language() == "en"


@pytest.fixture(scope="session", autouse=True)
def _rules_are_read_once() -> Iterator[None]:
    """The style sheets of all apps keep what they read in one place: it is the same text in the same colours."""
    read: dict[Any, LRUCache[tuple[Any, ...], Any]] = defaultdict(lambda: LRUCache(4096))
    parse = Stylesheet.parse

    def parse_what_is_new(sheet: Stylesheet) -> None:
        sheet._parse_cache = read[frozenset(sheet._variables.items())]
        try:
            parse(sheet)
        finally:
            sheet._parse_cache = LRUCache(64)  # which new colours clear

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "parse", parse_what_is_new)
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Learner:
    return make_learner(tmp_path, monkeypatch)
