"""What the surroundings say: the home folder, the clock, the locale, and where the bundled decks are."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from recall.core.model import Language
from recall.errors import ConfigError
from recall.i18n import _

_YEARS = range(1970, 2300)


@dataclass(frozen=True, slots=True)
class Options:
    """The global options of the command line; None where an environment variable or the default decides."""

    home: Path | None = None
    decks: tuple[Path, ...] = ()
    db: str | None = None
    language: Language | None = None


def home_folder(options: Options) -> Path:
    """Where the learner's data lives: `--home`, RECALL_HOME, or the platform's data folder."""
    if options.home is not None:
        return absolute(options.home)
    if named := os.environ.get("RECALL_HOME"):
        return absolute(Path(named))
    import platformdirs

    return Path(platformdirs.user_data_dir("recall", appauthor=False))


def database_url(options: Options, home: Path) -> str | Path:
    """`--db`, RECALL_DB, or a SQLite file in the home folder."""
    return options.db or os.environ.get("RECALL_DB") or home / "recall.db"


def absolute(path: Path) -> Path:
    """The path made absolute, `~` followed. Raises ConfigError for the home of nobody."""
    try:
        return path.expanduser().absolute()
    except RuntimeError:
        raise ConfigError(_("{path}: there is no such user").format(path=path)) from None


def named_deck_folders(options: Options) -> tuple[Path, ...]:
    """`--decks` or RECALL_DECKS, made absolute; empty when neither is given."""
    named = os.environ.get("RECALL_DECKS", "").split(os.pathsep)
    folders = options.decks or tuple(Path(name) for name in named if name)
    return tuple(absolute(folder) for folder in folders)


def bundled_decks() -> Path:
    """The decks that come with recall: inside the installed package, or beside `src` in a checkout."""
    package = Path(__file__).parent
    installed = package / "bundled"
    return installed if installed.is_dir() else package.parents[1] / "decks"


def is_bundled(path: Path) -> bool:
    """Whether a file is among the decks that come with recall, by whatever path it is named."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(bundled_decks()))


def machine() -> str:
    """What tells this machine from another, hashed: its id where the system keeps one, else its name and address."""
    for name in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        with suppress(OSError):
            if text := Path(name).read_text("ascii", "replace").strip():
                return _hashed(text)
    import platform
    import uuid

    return _hashed(f"{platform.node()} {uuid.getnode():x}")


def _hashed(text: str) -> str:
    return blake2b(f"recall {text}".encode(), digest_size=8).hexdigest()


def language_of_locale() -> Language:
    """Chinese when the locale is, else English."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").startswith("zh") else "en"


def check_environment() -> None:
    """Raises ConfigError for an environment variable that can't be used."""
    named = os.environ.get("RECALL_LANG")
    if named not in (None, "", "zh", "en"):
        message = _("RECALL_LANG={value!r} is not a language of recall; use zh or en")
        raise ConfigError(message.format(value=named))
    fixed_now()


def fixed_now() -> datetime | None:
    """RECALL_NOW as an aware instant, None when unset. Raises ConfigError when it can't be read, or lies in a year
    that no log has.
    """
    text = os.environ.get("RECALL_NOW")
    if not text:
        return None
    try:
        now = datetime.fromisoformat(text)
    except ValueError:
        now = None
    if now is None or now.tzinfo is None or now.year not in _YEARS:
        message = _("RECALL_NOW={value!r} is not a time with offset such as 2026-11-21T09:00:00+08:00")
        raise ConfigError(message.format(value=text))
    return now


def system_now() -> datetime:
    """The clock: RECALL_NOW if set, else the system's."""
    return fixed_now() or datetime.now(UTC)
