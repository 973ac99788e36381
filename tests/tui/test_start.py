"""The way in and out: what ends the program before it begins, and what is imported before the first picture."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import partialmethod
from pathlib import Path

import pytest

from recall.environment import Options
from recall.errors import RecallError, StoreError
from recall.tui.app import RecallApp
from recall.tui.start import start
from tests.support_tui import Learner, basic


@pytest.fixture(autouse=True)
def _headless(monkeypatch: pytest.MonkeyPatch) -> None:
    """`app.run()` without a terminal; it ends by itself, or the test hangs."""
    monkeypatch.setattr(RecallApp, "run", partialmethod(RecallApp.run, headless=True))


def reason(learner: Learner, home: Path | None = None, first: Callable[[RecallApp], object] | None = None) -> str:
    """Why the program ended at once."""
    with pytest.raises(RecallError) as caught:
        start(Options(home=home or learner.home, language="en"), first)
    return str(caught.value)


def is_one_line(text: str) -> bool:
    return bool(text) and "\n" not in text and "Traceback" not in text


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which not even root may write")
def test_a_home_that_cannot_be_made_ends_with_a_line_that_says_what_to_do(learner: Learner) -> None:
    said = reason(learner, Path("/proc/recall/home"))
    assert is_one_line(said)
    assert "--home" in said
    assert "/proc/recall/home" in said


def test_a_home_below_a_file_ends_with_a_line_that_names_it(learner: Learner) -> None:
    (learner.home / "file").write_text("")
    said = reason(learner, learner.home / "file" / "home")
    assert is_one_line(said)
    assert str(learner.home / "file") in said


def test_a_database_of_a_newer_version_is_left_alone(learner: Learner) -> None:
    with learner.workspace():
        pass
    database = learner.home / "recall.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = database.read_bytes()
    said = reason(learner)
    assert is_one_line(said)
    assert "newer" in said
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(learner: Learner) -> None:
    learner.file("recall.db", "my diary, " * 1000)
    said = reason(learner)
    assert is_one_line(said)
    assert "not a database" in said
    assert (learner.home / "recall.db").read_text() == "my diary, " * 1000


def test_a_config_file_that_is_no_toml_ends_with_its_line(learner: Learner) -> None:
    learner.config("theme = \n")
    said = reason(learner)
    assert is_one_line(said)
    assert "config.toml" in said
    assert "line 1" in said


def test_a_stage_that_does_not_exist_ends_with_a_near_name(learner: Learner) -> None:
    learner.deck("lines", [basic("line-0", "Line 0?")], bundled=True, topic="sh.lines")
    said = reason(learner, first=lambda app: app.start_review(("shaeps",)))
    assert is_one_line(said)
    assert "did you mean shapes?" in said


def test_a_named_deck_folder_that_does_not_exist_ends_with_its_name(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECALL_DECKS", str(learner.home / "nowhere"))
    said = reason(learner)
    assert is_one_line(said)
    assert str(learner.home / "nowhere") in said


def test_the_exit_code_of_a_failure_is_1(learner: Learner) -> None:
    learner.config("theme = \n")
    app = learner.app()
    app.run()
    assert app.return_code == 1
    assert app.failure is not None


def test_a_clock_that_cannot_be_read_ends_with_how_to_write_it(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECALL_NOW", "yesterday")
    assert "2026-11-21T09:00:00+08:00" in reason(learner)


async def test_a_database_that_fails_while_home_is_read_is_told_not_a_crash(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise StoreError("disk I/O error")

    async with learner.at_home() as eyes:
        monkeypatch.setattr("recall.study.overview.today_counts", fail)
        await eyes.press("comma", "q")
        assert "disk I/O error" in f"{eyes.app.failure} {eyes.message()}"


@pytest.fixture
def locked(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    """Another program can hold the database; recall does not wait for it."""
    monkeypatch.setattr("recall.store.engines.BUSY_SECONDS", 0)
    learner.deck("own", [basic(f"card-{n}", f"Question {n}?", f"Answer {n}.") for n in range(3)])
    learner.answered(("2026-11-20T09:00:00+08:00", "card-2", "easy"))
    return sqlite3.connect(learner.home / "recall.db", isolation_level=None, check_same_thread=False)


@pytest.mark.parametrize("keys", [["space", "3"], ["u"], ["s"], ["b"], ["f"]])
async def test_a_database_held_by_another_program_is_told_and_the_question_stays(
    learner: Learner, locked: sqlite3.Connection, keys: list[str]
) -> None:
    async with learner.in_review() as eyes:
        locked.execute("BEGIN IMMEDIATE")
        await eyes.press(*keys)
        locked.execute("ROLLBACK")
        locked.close()
        assert "another program holds it" in eyes.message()
        assert eyes.sees("Question 0?")
        await eyes.press("space", "space", "4")
    assert ("card-0", "good") in learner.grades() or ("card-0", "easy") in learner.grades()


BEFORE_THE_FIRST_PICTURE = '''
import sys
from recall.environment import Options
from recall.i18n import set_language

set_language("en")
from recall.tui.app import RecallApp


def first_picture(app):
    """Called when the first picture is on the screen, instead of opening the workspace."""
    strips = app.screen._compositor.render_strips()
    assert any("opening" in strip.text for strip in strips), "home is not on the screen"
    heavy = {"sqlalchemy", "fsrs", "yaml", "alembic", "rapidfuzz", "tomlkit", "msgspec", "markdown_it"}
    print("loaded:", *sorted(heavy & set(sys.modules)), file=sys.__stderr__)
    app.exit()


RecallApp._open = first_picture
RecallApp(Options()).run(headless=True)
'''


def test_the_first_picture_comes_before_the_heavy_imports(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", BEFORE_THE_FIRST_PICTURE],
        env={**os.environ, "RECALL_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.stderr.strip().endswith("loaded:"), run.stderr
