"""config.toml: every setting, its default and its check. One table of options serves file, command line and TUI."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from recall.core.model import Language
from recall.core.settings import ReviewPolicy, ReviewSettings
from recall.errors import ConfigError
from recall.i18n import N_, _

CONFIG_FILE = "config.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked."""

    language: Language | None = None
    theme: str = "dark"
    timezone: str = ""
    day_start: time = time(4)
    bundled_decks: bool = True
    decks: tuple[str, ...] = ()
    trusted: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    editor: str = ""
    edit_in: str = "editor"
    vi_keys: bool = True
    plain_fonts: bool = False
    math_images: bool = False
    review: ReviewPolicy = field(default_factory=ReviewPolicy)
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.timezone) if self.timezone else None


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its TOML default, the check that turns it into what the program uses, and what it does."""

    default: Any
    parse: Callable[[Any], Any]
    help: str
    choices: tuple[str, ...] = ()
    """Its values, where there are few."""
    at_next_start: bool = False
    """Whether it is used only when the workspace is opened."""


def _fail(expected: str) -> NoReturn:
    raise ValueError(expected)


def _one_of(choices: tuple[str, ...], help_text: str) -> Option:
    """A setting that is one of a few words, the first when nothing is said."""

    def parse(value: Any) -> Any:
        return value if value in choices else _fail(" | ".join(word or '""' for word in choices))

    return Option(choices[0], parse, help_text, choices)


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def parse(value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        return _fail(f"{low} .. {high}")

    return parse


def _fraction(low: float, high: float) -> Callable[[Any], float]:
    def parse(value: Any) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        return _fail(f"{low} .. {high}")

    return parse


def _truth(value: Any) -> bool:
    return value if isinstance(value, bool) else _fail("true | false")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _fail('"..."')


def _texts(value: Any) -> tuple[str, ...]:
    is_list = isinstance(value, list) and all(isinstance(part, str) for part in value)
    return tuple(value) if is_list else _fail('["...", "..."]')


_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


def _duration(value: Any) -> timedelta:
    match = re.fullmatch(r"(\d{1,5})\s*([smh])", value) if isinstance(value, str) else None
    if match is None:
        return _fail('"30s" | "10m" | "2h"')
    length = int(match[1]) * _UNITS[match[2]]
    return length if timedelta() < length < timedelta(days=1) else _fail('"1s" .. "23h"')


def _steps(value: Any) -> tuple[timedelta, ...]:
    return tuple(_duration(part) for part in value) if isinstance(value, list) else _fail('["1m", "10m"]')


def _day_start(value: Any) -> time:
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    return time(int(match[1]), int(match[2])) if match else _fail('"04:00"')


def _zone(value: Any) -> str:
    if value == "":
        return ""
    try:
        return ZoneInfo(value).key
    except (OSError, ValueError, KeyError, TypeError):
        return _fail('"Asia/Shanghai"')


OPTIONS: dict[str, Option] = {
    "language": _one_of(("", "zh", "en"), N_("language of screens and cards; empty follows the locale")),
    "theme": _one_of(("dark", "light"), N_("colours of the screen")),
    "timezone": Option("", _zone, N_("time zone of study days; empty follows the system"), at_next_start=True),
    "day_start": Option("04:00", _day_start, N_("when a study day begins"), at_next_start=True),
    "bundled_decks": Option(True, _truth, N_("use the decks that come with recall"), at_next_start=True),
    "decks": Option(
        [], _texts, N_("folders of your own decks, besides the one in the home folder"), at_next_start=True
    ),
    "trusted": Option([], _texts, N_("your own deck files whose code may be run, as named in their folder")),
    "focus": Option([], _texts, N_("stages or topics whose new cards come first and wait for nothing")),
    "editor": Option("", _text, N_("command that opens a deck file; empty uses $VISUAL or $EDITOR")),
    "edit_in": _one_of(("editor", "form"), N_("where e edits a card; E takes the other of the two")),
    "vi_keys": Option(True, _truth, N_("j and k scroll, g and G go to the ends")),
    "plain_fonts": Option(
        False, _truth, N_("bold letters instead of mathematical ones, for fonts that lack them (recall tex --fonts)")
    ),
    "math_images": Option(
        False,
        _truth,
        N_("displayed formulas as pictures, where the terminal shows them; from the next start"),
        at_next_start=True,
    ),
    "review.desired_retention": Option(0.9, _fraction(0.7, 0.99), N_("probability of recall at which a card is due")),
    "review.learning_steps": Option(["1m", "10m"], _steps, N_("steps of a new card, shorter than a day")),
    "review.relearning_steps": Option(["10m"], _steps, N_("steps of a forgotten card")),
    "review.maximum_interval": Option(36500, _whole(1, 36500), N_("longest interval in days")),
    "review.new_per_day": Option(20, _whole(0, 9999), N_("new cards a day")),
    "review.reviews_per_day": Option(200, _whole(0, 9999), N_("reviews a day")),
    "review.leech_after": Option(8, _whole(0, 99), N_("lapses that make a card a leech; 0 never")),
    "review.learn_ahead": Option("20m", _duration, N_("learning cards due this soon may come early")),
}
"""Every setting by its dotted name. `stages.<stage>.<name>` sets a review setting for one stage, `keys.<binding>`
the keys of a binding."""

STAGE_OPTIONS = frozenset(
    {
        "desired_retention",
        "learning_steps",
        "relearning_steps",
        "maximum_interval",
        "new_per_day",
        "leech_after",
    }
)
"""Review settings a stage may have of its own."""


def load_settings(home: Path) -> Settings:
    """The settings of a home folder. Raises ConfigError with file, key and what is expected."""
    return check_settings(read_values(home), home / CONFIG_FILE)


def read_values(home: Path) -> dict[str, Any]:
    """What config.toml sets, by dotted name, unchecked. Raises ConfigError when it is not TOML."""
    path = home / CONFIG_FILE
    try:
        with path.open("rb") as file:
            return dict(_flatten(tomllib.load(file)))
    except (FileNotFoundError, NotADirectoryError):  # a home that can't be is told by whoever writes there
        return {}
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(_("{path}: not TOML: {reason}").format(path=path, reason=error)) from None


def check_settings(values: Mapping[str, Any], path: Path) -> Settings:
    """Settings from values by dotted name. Raises ConfigError for the first that does not fit."""
    checked = {name: _checked(name, value, path) for name, value in values.items()}
    plain = {name: value for name, value in checked.items() if "." not in name}
    plain["language"] = plain.get("language") or None
    default = replace(ReviewSettings(), **_part(checked, "review."))
    stages = {name.split(".")[1] for name in checked if name.startswith("stages.")}
    by_stage = {stage: replace(default, **_part(checked, f"stages.{stage}.")) for stage in stages}
    return Settings(**plain, review=ReviewPolicy(default, by_stage), keys=_part(checked, "keys."))


def option_of(name: str) -> Option | None:
    """The option behind a dotted name, None when there is no such setting."""
    if name in OPTIONS:
        return OPTIONS[name]
    if match := re.fullmatch(r"stages\.[\w-]+\.(\w+)", name):
        return OPTIONS[f"review.{match[1]}"] if match[1] in STAGE_OPTIONS else None
    return Option("", _text, N_("keys of a binding")) if re.fullmatch(r"keys\.[\w.-]+", name) else None


def write_value(home: Path, name: str, value: Any) -> None:
    """Set one setting, or unset it with None; the rest of the file stays as it is. Raises ConfigError."""
    import tomlkit

    from recall.files import alone_in, write_atomically

    path = home / CONFIG_FILE
    if value is not None:
        _checked(name, value, path)
    with alone_in(home):
        read_values(home)
        document = tomlkit.parse(path.read_bytes().decode()) if path.exists() else tomlkit.document()
        if _assign(document, _key_path(document, name), value):
            write_atomically(path, tomlkit.dumps(document))


def parse_word(name: str, word: str) -> Any:
    """A value typed on the command line: TOML if it is, else a plain text. `0.92`, `true`, `1m,10m`, `zh`."""
    option = option_of(name)
    if option is not None and isinstance(option.default, list) and not word.startswith("["):
        return [part.strip() for part in word.split(",") if part.strip()]
    if option is not None and isinstance(option.default, str):
        return word
    try:
        return tomllib.loads(f"value = {word}")["value"]
    except tomllib.TOMLDecodeError:
        return word


def as_toml(value: Any) -> str:
    """A value as config.toml writes it; what TOML can hold of a setting, it writes as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _checked(name: str, value: Any, path: Path) -> Any:
    option = option_of(name)
    if option is None:
        message = _("no setting is called {name}; `recall config` lists them").format(name=name)
        raise ConfigError(f"{path}: {message}")
    try:
        return option.parse(value)
    except ValueError as error:
        message = _("{path}: {name} = {value!r} is not allowed; expected {expected}")
        raise ConfigError(message.format(path=path, name=name, value=value, expected=error)) from None


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _part(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}


def _key_path(document: Mapping[str, Any], name: str) -> list[str]:
    """Where a setting stands in the file: `keys.grade.good` is one key of the table `keys`, if it is not nested."""
    path = name.split(".")
    if path[0] == "keys" and not isinstance(document.get("keys", {}).get(path[1]), dict):
        return name.split(".", 1)
    return path


def _assign(table: Any, path: list[str], value: Any) -> bool:
    """Set the value at a path of the document, or remove it; says whether anything changed. Raises ConfigError."""
    for key in path[:-1]:
        if key not in table and value is None:
            return False
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            message = _("`{key}` is a table of settings, but the file gives it a value; delete that line")
            raise ConfigError(message.format(key=key))
    if value is None:
        return table.pop(path[-1], None) is not None
    table[path[-1]] = value
    return True
