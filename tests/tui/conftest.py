"""The screens speak English in this process, whatever other tests choose.

The texts of key bindings are made when their classes are, in the language that is set then. So all screens are
imported here: this file is read while tests are collected, when none has run yet and the language is still the
source's. Chinese screens are drawn in a process of their own (`tests/tui/draw.py`).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

import recall.tui.screens.help
import recall.tui.screens.interview
import recall.tui.screens.result
import recall.tui.screens.settings
import recall.tui.screens.sitting
import recall.tui.screens.sitting_setup  # noqa: F401 - imported for their language
from recall.i18n import language, set_language
from tests.support_tui import Learner, make_learner

assert language() == "en"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Learner:
    return make_learner(tmp_path, monkeypatch)
