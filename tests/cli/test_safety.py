"""`backup`, `restore`, `doctor`, `merge`, `sync` as they are typed."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.cli.program import SMALL_DECK, Program


@pytest.fixture
def other(tmp_path: Path) -> Program:
    """A second machine with the same decks."""
    program = Program(tmp_path / "other")
    program.configure("bundled_decks = false\n")
    program.deck(SMALL_DECK)
    return program


def backups(program: Program) -> list[str]:
    """What each backup was made for."""
    return [found["reason"] for found in program.json("backup", "--list")]


def test_a_backup_is_dated_on_the_learners_clock(small: Program) -> None:
    small.configure('bundled_decks = false\ntimezone = "Pacific/Auckland"\n')
    small.call("backup")
    made = datetime.fromisoformat(small.json("backup", "--list")[0]["at"])
    local = made.astimezone(ZoneInfo("Pacific/Auckland"))
    assert f"{local:%Y-%m-%d %H:%M}" in small.call("backup", "--list").out


def test_a_backup_is_made_and_listed(small: Program) -> None:
    small.json("answer", "square", "good")
    made = small.json("backup")
    assert made["rows"] == 1
    assert Path(made["path"]).is_file()
    assert backups(small) == ["manual", "daily"]
    assert Path(made["path"]).name in small.call("backup", "--list").out


def test_the_first_command_of_a_day_that_finds_answers_leaves_a_backup(small: Program) -> None:
    small.json("next")
    assert backups(small) == []
    small.json("answer", "square", "good")
    small.json("next")
    assert backups(small) == ["daily"]


def test_a_day_on_which_no_backup_can_be_made_is_told_and_ends_nothing(small: Program) -> None:
    (small.home / "backups").write_text("in the way")
    done = small.call("answer", "square", "good")
    assert done.status == 0
    assert "no backup could be made today" in done.err


def test_restore_says_what_it_did(small: Program) -> None:
    small.json("answer", "square", "good")
    small.json("backup")
    small.json("answer", "water", "good")
    would = small.json("restore", "--dry-run", "--replace")
    assert (would["only_here"], would["removed"], would["dry_run"]) == (1, 1, True)
    assert small.json("restore")["removed"] == 0
    assert len(small.json("history", "water")["reviews"]) == 1
    name = [Path(found["path"]).name for found in small.json("backup", "--list") if found["reason"] == "manual"]
    done = small.call("restore", *name, "--replace")
    assert "taken out" in done.err
    assert small.json("history", "square")["reviews"]
    assert small.call("history", "water").status == 0
    assert small.json("history", "water")["reviews"] == []


def test_a_damaged_database_is_found_saved_and_restored(small: Program, tmp_path: Path) -> None:
    small.json("answer", "square", "good")
    small.json("answer", "water", "good")
    content = bytearray(small.database.read_bytes())
    content[:100] = os.urandom(100)
    small.database.write_bytes(content)
    sick = small.call("doctor", "--json")
    assert (sick.status, '"damaged"' in sick.out) == (1, True)
    saved = small.call("doctor", "--salvage", tmp_path / "out.db")
    assert saved.status == 0
    assert "2 rows" in saved.err
    done = small.json("restore", tmp_path / "out.db")
    assert done["was_damaged"]
    assert small.call("doctor").status == 0
    assert len(small.json("history", "water")["reviews"]) == 1


def test_doctor_tells_a_problem_with_its_code_and_mends_it(small: Program) -> None:
    small.json("answer", "square", "good")
    with closing(sqlite3.connect(small.database)) as plain, plain:
        plain.execute("UPDATE item_state SET reps = 9")
    found = small.call("doctor")
    assert found.status == 1
    assert found.out.startswith("problem state: ")
    assert found.err == "1 problem.\n"
    assert small.call("doctor", "--repair").status == 0
    assert small.json("doctor") == []


def test_merge_adds_what_another_database_has(small: Program, other: Program) -> None:
    other.json("answer", "water", "good")
    assert small.json("merge", other.database, "--dry-run")["reviews"] == 1
    assert small.json("merge", other.database)["reviews"] == 1
    assert small.json("merge", other.database)["known"] == 1
    assert len(small.json("history", "water")["reviews"]) == 1


def test_merge_is_backed_up_before(small: Program, other: Program) -> None:
    other.json("answer", "water", "good")
    small.json("answer", "square", "good")
    small.json("merge", other.database)
    assert "before-merge" in backups(small)


def test_sync_brings_two_machines_together(small: Program, other: Program, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    small.json("answer", "square", "good")
    other.json("answer", "water", "good")
    assert small.json("sync", tmp_path / "stick")["sent"] == 1
    told = other.call("sync", tmp_path / "stick")
    assert (told.status, told.out) == (0, "")
    assert "received: 1" in told.err
    assert small.json("sync", tmp_path / "stick")["received"]["reviews"] == 1
    assert small.json("history", "water")["reviews"] == other.json("history", "water")["reviews"]


def test_what_came_is_told_in_the_singular_too(small: Program, other: Program) -> None:
    other.json("answer", "water", "good")
    assert small.call("merge", other.database).err == "new: 1 answer and 0 decisions of 1 item; here already: 0 rows\n"


def test_an_item_that_left_the_decks_is_told_in_the_singular(small: Program) -> None:
    small.json("answer", "square", "good")
    small.deck("deck: mine\ncards: []\n")
    assert "orphan: 1 item has a history but is in no deck (square)" in small.call("doctor").out


def test_a_setting_that_comes_by_sync_is_shown(small: Program, other: Program, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    small.call("config", "review.new_per_day", "7")
    small.call("sync", tmp_path / "stick")
    assert "review.new_per_day = 7 (was the default)" in other.call("sync", tmp_path / "stick").err
    assert other.json("config", "review.new_per_day") == {"review.new_per_day": 7}


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (("restore",), "there is no backup"),
        (("restore", "nothing"), "recall backup --list"),
        (("merge", "nothing.db"), "there is no such database"),
        (("sync", "/no/such/folder"), "plug in"),
        (("--db", "postgresql+psycopg://x@127.0.0.1:1/x", "restore"), "pg_restore"),
    ],
    ids=["no backup", "no such backup", "no such database", "no such folder", "a server"],
)
def test_what_cannot_be_done_is_told_in_a_line(small: Program, words: tuple[str, ...], fragment: str) -> None:
    done = small.call(*words)
    assert done.status == 1
    assert done.err.startswith("recall: ")
    assert len(done.err.splitlines()) == 1
    assert fragment in done.err


def test_findings_of_another_machine_end_with_one_and_are_data(small: Program, tmp_path: Path) -> None:
    folder = tmp_path / "stick" / "recall-log" / "x"
    folder.mkdir(parents=True)
    (folder / "link.jsonl").symlink_to("/etc/passwd")
    done = small.call("sync", tmp_path / "stick", "--json")
    assert done.status == 1
    assert '"not-a-file"' in done.out


def test_an_answer_given_while_the_clock_was_not_set_yet_is_a_row_as_others_are(small: Program) -> None:
    small.at("1970-01-01T00:05:00+00:00").json("answer", "square", "good")
    checked = small.at("2026-11-21T09:00:00+00:00").call("doctor")
    assert "bad-row" not in checked.out
    assert "problem state" not in checked.out
