"""config.toml: read, checked, and written without touching what the learner wrote."""

from __future__ import annotations

import tomllib
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from recall.config import (
    CONFIG_FILE,
    OPTIONS,
    STAGE_OPTIONS,
    Settings,
    load_settings,
    parse_word,
    read_values,
    write_value,
)
from recall.core.settings import ReviewPolicy, ReviewSettings
from recall.errors import ConfigError
from recall.files import alone_in
from tests.support_decks import write

# A value of every option that is not its default, and what the program makes of it.
VALUES: dict[str, tuple[Any, Any]] = {
    "language": ("zh", "zh"),
    "theme": ("light", "light"),
    "timezone": ("Asia/Shanghai", "Asia/Shanghai"),
    "day_start": ("05:30", time(5, 30)),
    "bundled_decks": (False, False),
    "decks": (["~/cards", "/srv/数学"], ("~/cards", "/srv/数学")),
    "trusted": (["code.yaml"], ("code.yaml",)),
    "focus": (["probability"], ("probability",)),
    "editor": ("code -n", "code -n"),
    "edit_in": ("form", "form"),
    "vi_keys": (False, False),
    "plain_fonts": (True, True),
    "math_images": (True, True),
    "review.desired_retention": (0.85, 0.85),
    "review.learning_steps": (["30s", "1h"], (timedelta(seconds=30), timedelta(hours=1))),
    "review.relearning_steps": ([], ()),
    "review.maximum_interval": (365, 365),
    "review.new_per_day": (0, 0),
    "review.reviews_per_day": (9999, 9999),
    "review.leech_after": (4, 4),
    "review.learn_ahead": ("5m", timedelta(minutes=5)),
}

# Values that no option of that name takes.
BAD: list[tuple[str, Any]] = [
    ("language", "fr"),
    ("theme", 3),
    ("timezone", "Mars/Olympus"),
    ("timezone", "../../etc/passwd"),
    ("timezone", "Asia"),
    ("timezone", 8),
    ("day_start", "24:00"),
    ("day_start", "4"),
    ("bundled_decks", "yes"),
    ("bundled_decks", 1),
    ("decks", "one"),
    ("decks", [1]),
    ("focus", "probability"),
    ("editor", ["vi"]),
    ("review.desired_retention", 0.5),
    ("review.desired_retention", float("nan")),
    ("review.desired_retention", True),
    ("review.learning_steps", ["1d"]),
    ("review.learning_steps", "10m"),
    ("review.learning_steps", ["0s"]),
    ("review.learning_steps", ["24h"]),
    ("review.maximum_interval", 0),
    ("review.new_per_day", -1),
    ("review.new_per_day", 2.5),
    ("review.leech_after", True),
    ("review.learn_ahead", 20),
    ("stages.linear-algebra.new_per_day", "many"),
    ("keys.grade.good", 3),
]


def attribute(settings: Settings, name: str) -> Any:
    """The setting behind a dotted name."""
    section, _, last = name.rpartition(".")
    return getattr(settings.review.default if section else settings, last)


def text_of(home: Path) -> str:
    return (home / CONFIG_FILE).read_text("utf-8")


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize("name", OPTIONS)
def test_the_default_of_an_option_is_the_default_of_the_program(tmp_path: Path, name: str) -> None:
    write_value(tmp_path, name, OPTIONS[name].default)
    assert load_settings(tmp_path) == Settings()


def test_every_option_has_a_value_to_try() -> None:
    assert set(VALUES) == set(OPTIONS)


@pytest.mark.parametrize("name", VALUES)
def test_an_option_is_read_back_as_it_was_written(tmp_path: Path, name: str) -> None:
    value, meant = VALUES[name]
    write_value(tmp_path, name, value)
    assert read_values(tmp_path) == {name: value}
    assert attribute(load_settings(tmp_path), name) == meant


def test_all_options_together_are_read_back(tmp_path: Path) -> None:
    for name, (value, _meant) in VALUES.items():
        write_value(tmp_path, name, value)
    assert read_values(tmp_path) == {name: value for name, (value, _meant) in VALUES.items()}
    settings = load_settings(tmp_path)
    assert {name: attribute(settings, name) for name in VALUES} == {name: meant for name, (_v, meant) in VALUES.items()}


@pytest.mark.parametrize("name", VALUES)
def test_an_option_that_is_unset_has_its_default_again(tmp_path: Path, name: str) -> None:
    write_value(tmp_path, name, VALUES[name][0])
    write_value(tmp_path, name, None)
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize("name", sorted(STAGE_OPTIONS))
def test_a_stage_has_an_option_of_its_own(tmp_path: Path, name: str) -> None:
    value, meant = VALUES[f"review.{name}"]
    write_value(tmp_path, f"stages.linear-algebra.{name}", value)
    policy = load_settings(tmp_path).review
    assert getattr(policy.for_stage("linear-algebra"), name) == meant
    assert policy.for_stage("probability") == policy.default == ReviewSettings()


def test_a_stage_takes_the_general_settings_where_it_has_none_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / CONFIG_FILE, "[stages.one]\nnew_per_day = 3\n[review]\ndesired_retention = 0.8\nnew_per_day = 7\n")
    policy = load_settings(tmp_path).review
    one = policy.for_stage("one")
    assert (one.new_per_day, one.desired_retention) == (3, 0.8)
    assert policy.for_stage(None).new_per_day == 7


@pytest.mark.parametrize("name", ["reviews_per_day", "learn_ahead", "nonsense"])
def test_a_stage_has_no_option_that_makes_no_sense_for_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"stages\.one\.{name}"):
        write_value(tmp_path, f"stages.one.{name}", 5)


@pytest.mark.parametrize("binding", ["grade.good", "undo", "review.show-answer"])
def test_a_binding_has_its_keys(tmp_path: Path, binding: str) -> None:
    write_value(tmp_path, f"keys.{binding}", "space,3")
    assert load_settings(tmp_path).keys == {binding: "space,3"}
    write_value(tmp_path, f"keys.{binding}", None)
    assert load_settings(tmp_path).keys == {}


def test_keys_typed_by_hand_with_dots_are_read_and_can_be_unset(tmp_path: Path) -> None:
    write(tmp_path / CONFIG_FILE, '[keys]\ngrade.good = "3"\n')
    assert load_settings(tmp_path).keys == {"grade.good": "3"}
    write_value(tmp_path, "keys.grade.good", None)
    assert load_settings(tmp_path).keys == {}


def test_keys_typed_by_hand_with_dots_can_be_changed(tmp_path: Path) -> None:
    write(tmp_path / CONFIG_FILE, '[keys]\ngrade.good = "3"\n')
    write_value(tmp_path, "keys.grade.good", "space")
    assert load_settings(tmp_path).keys == {"grade.good": "space"}
    assert '"3"' not in text_of(tmp_path)


HAND_WRITTEN = """\
# 我的设置
theme = 'dark' # for the evening

[review]   # less is more
new_per_day   =   15
# desired_retention = 0.95

[stages.linear-algebra]
new_per_day = 5
"""


def test_comments_and_layout_stay_when_a_value_is_changed(tmp_path: Path) -> None:
    write(tmp_path / CONFIG_FILE, HAND_WRITTEN)
    write_value(tmp_path, "review.new_per_day", 25)
    assert text_of(tmp_path) == HAND_WRITTEN.replace("15", "25")


def test_what_was_there_stays_when_a_value_is_added(tmp_path: Path) -> None:
    write(tmp_path / CONFIG_FILE, HAND_WRITTEN)
    write_value(tmp_path, "stages.probability.new_per_day", 3)
    write_value(tmp_path, "language", "zh")
    lines = text_of(tmp_path).splitlines()
    assert [line for line in HAND_WRITTEN.splitlines() if line not in lines] == []
    assert load_settings(tmp_path).review.for_stage("probability").new_per_day == 3


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    (tmp_path / CONFIG_FILE).write_bytes(b"# mine\r\ntheme = 'dark'\r\n")
    write_value(tmp_path, "theme", "light")
    assert (tmp_path / CONFIG_FILE).read_bytes().startswith(b"# mine\r\n")


def test_the_permissions_of_the_file_stay(tmp_path: Path) -> None:
    path = write(tmp_path / CONFIG_FILE, HAND_WRITTEN)
    path.chmod(0o600)
    write_value(tmp_path, "theme", "light")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    real = write(tmp_path / "dotfiles" / "recall.toml", HAND_WRITTEN)
    (tmp_path / CONFIG_FILE).symlink_to(real)
    write_value(tmp_path, "theme", "light")
    assert (tmp_path / CONFIG_FILE).is_symlink()
    assert "light" in real.read_text("utf-8")


def test_unsetting_what_was_never_set_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path / CONFIG_FILE, "# mine\n")
    write_value(tmp_path, "stages.one.new_per_day", None)
    assert text_of(tmp_path) == "# mine\n"


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_value_that_is_not_allowed_is_refused_with_file_and_name(tmp_path: Path, name: str, value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        write_value(tmp_path, name, value)
    message = str(caught.value)
    assert str(tmp_path / CONFIG_FILE) in message
    assert name in message
    assert "expected" in message
    assert len(message.splitlines()) == 1
    assert not (tmp_path / CONFIG_FILE).exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("theme = 3\n", "theme"),
        ("[review]\nnew_per_day = '5'\n", "review.new_per_day"),
        ("[stages.one]\nleech_after = -1\n", "stages.one.leech_after"),
        ("[stages.one]\ncolour = 1\n", "stages.one.colour"),
        ("colour = 'red'\n", "colour"),
        ("review = 3\n", "review"),
        ("[theme]\nname = 'dark'\n", "theme.name"),
        ("[keys]\nundo = ['u']\n", "keys.undo"),
    ],
)
def test_a_bad_value_in_the_file_is_told_with_file_and_name(tmp_path: Path, text: str, name: str) -> None:
    write(tmp_path / CONFIG_FILE, text)
    with pytest.raises(ConfigError, match=rf"config\.toml: .*{name}"):
        load_settings(tmp_path)


@pytest.mark.parametrize("content", [b"theme = ", b"\xff\xfe", b"a = 1\na = 2\n", "theme = '问".encode("gb18030")])
def test_a_file_that_is_not_toml_is_told_with_its_path(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CONFIG_FILE).write_bytes(content)
    for use in (lambda: load_settings(tmp_path), lambda: write_value(tmp_path, "theme", "light")):
        with pytest.raises(ConfigError, match=r"config\.toml"):
            use()
    assert (tmp_path / CONFIG_FILE).read_bytes() == content


def test_a_folder_in_place_of_the_file_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / CONFIG_FILE).mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml"):
        load_settings(tmp_path)


def test_a_value_where_a_table_should_be_is_an_error_not_a_crash(tmp_path: Path) -> None:
    write(tmp_path / CONFIG_FILE, "review = 3\n")
    with pytest.raises(ConfigError, match="review"):
        write_value(tmp_path, "review.new_per_day", 5)


def test_the_file_is_toml_that_others_read(tmp_path: Path) -> None:
    for name, (value, _meant) in VALUES.items():
        write_value(tmp_path, name, value)
    found = tomllib.loads(text_of(tmp_path))
    assert found["review"]["new_per_day"] == 0
    assert found["decks"] == VALUES["decks"][0]


@pytest.mark.parametrize(
    ("name", "word", "value"),
    [
        ("review.new_per_day", "12", 12),
        ("review.desired_retention", "0.92", 0.92),
        ("bundled_decks", "false", False),
        ("review.learning_steps", "1m, 10m", ["1m", "10m"]),
        ("review.learning_steps", '["1m"]', ["1m"]),
        ("review.relearning_steps", "", []),
        ("focus", "probability", ["probability"]),
        ("editor", "3", "3"),
        ("editor", "true", "true"),
        ("keys.undo", "1", "1"),
        ("day_start", "05:00", "05:00"),
        ("bundled_decks", "maybe", "maybe"),
    ],
)
def test_a_word_of_the_command_line_becomes_the_value_meant(name: str, word: str, value: Any) -> None:
    assert parse_word(name, word) == value


def test_an_empty_language_follows_the_locale() -> None:
    assert Settings().language is None


def test_the_policy_without_stages_is_the_general_one_for_all() -> None:
    assert ReviewPolicy().for_stage("anything") == ReviewSettings()


def test_two_that_set_something_wait_for_each_other(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        with alone_in(tmp_path):
            waiting = pool.submit(write_value, tmp_path, "theme", "light")
            assert not wait([waiting], timeout=0.2).done
        waiting.result()
    assert read_values(tmp_path) == {"theme": "light"}
