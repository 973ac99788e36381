"""`config`: see, set and unset settings."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from recall.config import OPTIONS
from tests.cli.program import Program


def test_all_settings_are_shown_as_toml_that_can_be_read_back(empty: Program) -> None:
    shown = empty.call("config")
    assert (shown.status, shown.err) == (0, "")
    read = tomllib.loads(shown.out)
    assert (read["bundled_decks"], read["day_start"], read["review"]["new_per_day"]) == (False, "04:00", 20)
    assert {line.split(" = ")[0] for line in shown.out.splitlines()} == set(OPTIONS)


def test_all_settings_as_json_have_their_dotted_names(empty: Program) -> None:
    data = empty.call("config", "--json").data
    assert data.keys() == OPTIONS.keys()
    assert data["review.learning_steps"] == ["1m", "10m"]


def test_one_setting_is_data_on_stdout(empty: Program) -> None:
    assert empty.run("config", "review.desired_retention").out == "0.9\n"
    assert empty.call("config", "review.desired_retention", "--json").data == {"review.desired_retention": 0.9}


@pytest.mark.parametrize(
    ("name", "word", "value"),
    [
        ("review.desired_retention", "0.92", 0.92),
        ("review.new_per_day", "0", 0),
        ("review.learning_steps", "1m,15m", ["1m", "15m"]),
        ("language", "zh", "zh"),
        ("vi_keys", "false", False),
        ("timezone", "Asia/Shanghai", "Asia/Shanghai"),
        ("stages.linear-algebra.desired_retention", "0.95", 0.95),
        ("keys.grade.good", "space,3", "space,3"),
        ("focus", "la.svd,probability", ["la.svd", "probability"]),
        ("editor", "code --wait", "code --wait"),
    ],
)
def test_a_setting_is_set_kept_and_unset(empty: Program, name: str, word: str, value: object) -> None:
    before = empty.json("config", name)[name]
    done = empty.call("config", name, word)
    assert (done.status, done.out) == (0, "")
    assert name in done.err
    assert empty.json("config", name) == {name: value}
    assert empty.call("config", name, "--unset").status == 0
    assert empty.json("config", name) == {name: before}


def test_unsetting_what_a_stage_has_of_its_own_tells_what_counts_now(empty: Program) -> None:
    empty.call("config", "stages.probability.new_per_day", "3")
    done = empty.call("config", "stages.probability.new_per_day", "--unset")
    assert done.err == "stages.probability.new_per_day is now 20.\n"


def test_setting_one_keeps_the_comments_and_the_rest(empty: Program) -> None:
    empty.configure("# mine\nbundled_decks = false # really\n\n[review]\nnew_per_day = 3 # few\n")
    empty.call("config", "review.new_per_day", "4")
    empty.call("config", "theme", "light")
    text = (empty.home / "config.toml").read_text("utf-8")
    assert text.startswith("# mine\nbundled_decks = false # really\n")
    assert "new_per_day = 4 # few" in text
    assert tomllib.loads(text)["theme"] == "light"


@pytest.mark.parametrize(
    ("name", "word", "fragment"),
    [
        ("review.new_per_day", "many", "0 .. 9999"),
        ("review.desired_retention", "1.5", "0.7 .. 0.99"),
        ("theme", "blue", "dark | light"),
        ("day_start", "25:00", "04:00"),
        ("stages.linear-algebra.reviews_per_day", "3", "recall config"),
        ("no.such.setting", "3", "recall config"),
    ],
)
def test_a_value_that_is_not_allowed_changes_nothing(empty: Program, name: str, word: str, fragment: str) -> None:
    before = (empty.home / "config.toml").read_text("utf-8")
    refused = empty.call("config", name, word)
    assert (refused.status, refused.out) == (1, "")
    assert fragment in refused.err
    assert len(refused.err.splitlines()) == 1
    assert (empty.home / "config.toml").read_text("utf-8") == before


def test_a_setting_can_be_mended_on_the_command_line(empty: Program) -> None:
    empty.configure("theme = 'blue'\n")
    assert empty.call("due").status == 1
    assert empty.call("config", "theme", "dark").status == 0
    assert empty.call("due").status == 0


def test_a_home_folder_is_made_for_the_first_setting(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    assert program.call("config", "theme", "light").status == 0
    assert program.json("config", "theme") == {"theme": "light"}


def test_the_language_set_is_the_language_spoken(empty: Program) -> None:
    empty.call("config", "language", "zh")
    empty.language = ""
    assert "没有" in empty.run("due").out
    assert "Nothing" in empty.run("--lang", "en", "due").out
