"""Whatever goes wrong: one line on stderr that says what and how to mend it, the right exit status, no traceback."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import Outcome, Program

FAILURE, USAGE = 1, 2


def assert_fails(outcome: Outcome, *fragments: str) -> None:
    assert outcome.status == FAILURE, outcome
    assert outcome.out == ""
    assert outcome.err.startswith("recall: ")
    assert len(outcome.err.splitlines()) == 1, outcome.err
    for fragment in fragments:
        assert fragment in outcome.err


def assert_usage_error(outcome: Outcome, *fragments: str) -> None:
    assert outcome.status == USAGE, outcome
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    for fragment in ("Usage: recall", "Error: ", *fragments):
        assert fragment in outcome.err


@pytest.mark.parametrize(
    "arguments",
    [("answer", "squaer", "good"), ("history", "squaer"), ("suspend", "squaer")],
    ids=" ".join,
)
def test_an_unknown_item_is_named_with_the_nearest_one(small: Program, arguments: tuple[str, ...]) -> None:
    assert_fails(small.call(*arguments), "squaer", "did you mean square?")


def test_an_unknown_item_like_no_other_gets_no_suggestion(small: Program) -> None:
    outcome = small.call("answer", "zzzzzz", "good")
    assert_fails(outcome, "zzzzzz")
    assert "did you mean" not in outcome.err


def test_a_card_with_several_items_asks_for_one_of_them(small: Program) -> None:
    assert_fails(small.call("answer", "gap", "good"), "gap#c1", "gap#c2")


@pytest.mark.parametrize("command", ["next", "due", "review"])
def test_an_unknown_stage_is_named_with_the_nearest_one(small: Program, command: str) -> None:
    assert_fails(small.call(command, "--stage", "linear-algbra"), "linear-algbra", "did you mean linear-algebra?")


def test_an_unknown_topic_is_named_with_the_nearest_one(small: Program) -> None:
    assert_fails(small.call("next", "--topic", "mien"), "did you mean mine?")


def test_a_grade_that_does_not_exist(small: Program) -> None:
    assert_usage_error(small.run("answer", "square", "great"), "great", "again", "hard", "good", "easy")
    assert small.json("history", "square")["reviews"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("learn",),
        ("answer", "square"),
        ("next", "--stag", "probability"),
        ("answer", "square", "good", "--ms", "-1"),
        ("answer", "square", "good", "--ms", "soon"),
        ("review", "--limit", "0"),
        ("--lang", "fr", "due"),
        ("completion", "tcsh"),
        ("check", "no-such-folder"),
        ("config", "--unset"),
    ],
    ids=" ".join,
)
def test_usage_errors_end_with_two(small: Program, arguments: tuple[str, ...]) -> None:
    assert_usage_error(small.call(*arguments))


@pytest.mark.parametrize(
    "now",
    [
        "tomorrow",
        "2026-11-21",
        "2026-11-21T09:00:00",
        "2026-13-01T09:00:00+08:00",
        "9999-12-31T23:59:59+00:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_clock_that_cannot_be_read(small: Program, now: str) -> None:
    assert_fails(small.at(now).call("due"), "RECALL_NOW", now, "+08:00")


def test_a_clock_that_cannot_be_read_in_a_real_process(small: Program) -> None:
    assert_fails(small.at("noon").run("next", "--json"), "RECALL_NOW", "noon")


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("language = ", ("not TOML",)),
        ("[review\n", ("not TOML", "line 1")),
        ("laguage = 'zh'", ("laguage", "recall config")),
        ("language = 'fr'", ("language", "fr", "zh", "en")),
        ("review.new_per_day = -3", ("review.new_per_day", "-3")),
        ("review.desired_retention = 2", ("review.desired_retention", "0.7")),
        ("timezone = 'Mars/Olympus'", ("timezone", "Mars/Olympus")),
        ("review.learning_steps = ['soon']", ("review.learning_steps", "10m")),
        ("decks = ['/no/such/folder']", ("/no/such/folder",)),
    ],
)
def test_a_broken_settings_file(small: Program, text: str, fragments: tuple[str, ...]) -> None:
    small.configure(text)
    assert_fails(small.call("due"), *fragments)


def test_a_broken_settings_file_is_named(small: Program) -> None:
    small.configure("language = ")
    assert_fails(small.run("due"), str(small.home / "config.toml"))


def test_a_settings_file_that_is_not_text(small: Program) -> None:
    (small.home / "config.toml").write_bytes(b"\xff\xfe\x00")
    assert_fails(small.call("due"), "config.toml", "TOML")


def test_help_works_with_a_broken_settings_file(small: Program) -> None:
    small.configure("language = ")
    assert small.run("--help").status == 0


@pytest.mark.parametrize("command", ["due", "next", "stages", "check"])
def test_a_deck_folder_that_was_named_must_exist(small: Program, tmp_path: Path, command: str) -> None:
    missing = tmp_path / "no-such-folder"
    assert_fails(small.call("--decks", missing, command), str(missing), "--decks")


def test_a_missing_deck_folder_in_a_real_process(small: Program) -> None:
    assert_fails(small.run("due", environment={"RECALL_DECKS": "/no/such/folder"}), "/no/such/folder")


def test_a_home_below_a_file_cannot_be_made(small: Program, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        assert_fails(small.call("--home", home, "due"), str(home))


def test_a_home_that_cannot_be_made_by_anyone(small: Program) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("needs Linux's /proc")
    assert_fails(small.run("--home", "/proc/recall", "due"), "/proc/recall", "--home")


def test_a_database_of_a_newer_recall_is_left_alone(small: Program) -> None:
    small.json("answer", "square", "good")
    with closing(sqlite3.connect(small.database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = small.database.read_bytes()
    for command in (("due",), ("next", "--json"), ("answer", "square", "easy")):
        assert_fails(small.call(*command), "newer", "9999", "update recall")
    assert small.database.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database", os.urandom(9000)], ids=["text", "noise"])
def test_a_file_that_is_no_database_is_left_alone(small: Program, content: bytes) -> None:
    small.database.write_bytes(content)
    assert_fails(small.run("due"), str(small.database), "not a recall database")
    assert small.database.read_bytes() == content


def test_a_damaged_database_is_reported(small: Program) -> None:
    small.json("answer", "square", "good")
    with closing(sqlite3.connect(small.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute("PRAGMA page_size").fetchone()[0]
    content = small.database.read_bytes()
    small.database.write_bytes(content[:page] + b"\xa5" * (len(content) - page))
    assert_fails(small.run("due"), str(small.database), "backup")


def test_a_cut_off_database_is_reported(small: Program) -> None:
    small.json("answer", "square", "good")
    with closing(sqlite3.connect(small.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = small.database.read_bytes()
    small.database.write_bytes(content[: len(content) // 2])
    assert_fails(small.run("due"), str(small.database))


def test_a_folder_in_the_place_of_the_database(small: Program) -> None:
    small.database.unlink()
    small.database.mkdir()
    assert_fails(small.call("due"), str(small.database))


def test_a_database_that_another_program_holds_is_reported_not_waited_for_ever(
    small: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recall.store.engines.BUSY_SECONDS", 0.05)
    small.json("next")
    with closing(sqlite3.connect(small.database)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        assert_fails(small.call("answer", "square", "good"), "another program")
    assert small.json("history", "square")["reviews"] == []


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://localhost/recall", "postgresql+psycopg://recall@localhost:1/recall"],
)
def test_a_database_url_that_cannot_be_used(small: Program, url: str) -> None:
    assert_fails(small.call("--db", url, "due"))
