"""Keeps the catalogue in step with the deck files: only files that changed are read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from recall.core.curriculum import Curriculum, Stage, Topic
from recall.core.model import CardId, Text
from recall.core.sanitise import sanitise
from recall.decks.codes import Severity
from recall.decks.folders import CURRICULUM_FILE, deck_files
from recall.decks.problems import Problem
from recall.errors import ConfigError, StoreError
from recall.i18n import _
from recall.names import enumerated
from recall.store import Store, Transaction
from recall.store.catalogue import FileContent, FileStamp, Placed

HARMLESS = frozenset({"bidi", "control-character", "id", "kind", "unknown-field", "unused-field"})
"""Problems that no card of a file is missing for."""
EDITED = "edited"
"""The folder, in the learner's own, of their versions of bundled cards; new cards go elsewhere."""
BUNDLED_RANK = 1000
"""The learner's own folders rank before the bundled decks: 0, 1, 2, ... in the order they are named."""

_NAMED = 3
"""How many files a message names."""
_CURRICULUM_KEY = "curriculum/1"
"""Raise the number when what is kept changes its form."""


@dataclass(frozen=True, slots=True)
class DeckFolder:
    """A folder of decks; of cards with one id, the folder of lowest rank has the one that counts."""

    path: Path
    rank: int
    must_exist: bool = False

    def is_there(self) -> bool:
        """Whether the folder exists. Raises ConfigError when it does not, but was asked for by name."""
        if not self.path.exists() and self.must_exist:
            message = _("there is no deck folder {path}; make it, or name another with --decks")
            raise ConfigError(message.format(path=self.path))
        return self.path.exists()


@dataclass(frozen=True, slots=True)
class Change:
    """What reading some files again has changed in the catalogue."""

    vanished: Sequence[Placed]
    """Cards that no file has any more, as far as files could be read."""
    new: Sequence[Placed]
    """Cards that no file had before."""
    before: Mapping[Path, Sequence[CardId]]
    """The cards of each of the files as they stood there."""
    after: Mapping[Path, Sequence[CardId]]
    unread: Mapping[Path, str]
    """The text of files that were read in part only: empty where nothing was, or where a file is out of use."""


@dataclass(frozen=True, slots=True)
class Library:
    """The deck folders in use, and the store that knows what is in them."""

    store: Store
    folders: Sequence[DeckFolder]
    bundled: Path
    follow: Callable[[Transaction, Change], None] | None = None
    """Called within the transaction that changes the catalogue, for histories to follow their cards."""

    @property
    def own(self) -> Path:
        """Where the learner's new cards go: their first deck folder, or the file that was named in its place."""
        return self.folders[0].path

    @property
    def own_folder(self) -> Path:
        """The same; of a file, the folder it is in."""
        return self.own.parent if self.own.is_file() else self.own

    def is_bundled(self, path: Path) -> bool:
        """Whether a deck file came with recall: it is read, and never written."""
        return path.is_relative_to(self.bundled)

    def own_version_of(self, path: Path) -> Path:
        """The file with the learner's versions of the cards of a bundled one."""
        return self.own if self.own.is_file() else self.own / EDITED / path.name

    def sync(self, edited: Collection[Path] = ()) -> int:
        """Read new and changed files, forget vanished ones; says how many files that were. Raises ConfigError.

        Files that have just been `edited` are read whatever their stamps say: two changes may fall in one tick.
        """
        found = self._stamps_on_disk()
        with self.store.read() as tx:
            known = tx.catalogue.stamps()
        changed = [path for path, stamp in found.items() if known.get(path) != stamp or path in edited]
        gone = known.keys() - found.keys()
        if changed or gone:
            contents = [_read(path, found[path]) for path in changed]
            with self.store.write() as tx:
                self._replace(tx, contents, gone)
        return len(changed) + len(gone)

    def take_in(self, edited: Collection[Path]) -> None:
        """Read files that were just written. Raises StoreError when the database is not to be had; it says that the
        files are written all the same.
        """
        try:
            self.sync(edited)
        except StoreError as error:
            message = _("{files}: written, once is enough; recall reads it at its next start ({reason})")
            names = enumerated([path.name for path in edited][:_NAMED])
            raise StoreError(message.format(reason=error, files=names)) from None

    def problem_count(self) -> int:
        """How many errors there are, as of the last reading: cards that can't be asked, or lose something."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems())

    def problems(self) -> list[Problem]:
        """What was wrong with each file when it was last read."""
        with self.store.read() as tx:
            return [Problem(*row) for row in tx.catalogue.problems()]

    def curriculum(self) -> Curriculum:
        """The bundled curriculum, parsed only when its file has changed. Raises DeckError."""
        path = self.bundled / CURRICULUM_FILE
        if not path.is_file():
            return Curriculum()
        stat = path.stat()
        stamp = [str(path), stat.st_mtime_ns, stat.st_size]
        with self.store.read() as tx:
            kept = tx.catalogue.remembered(_CURRICULUM_KEY)
        if kept and kept["stamp"] == stamp:
            return _curriculum_from(**kept["curriculum"])
        from recall.decks.curriculum import load_curriculum

        curriculum = load_curriculum(path)
        with self.store.write() as tx:
            tx.catalogue.remember(_CURRICULUM_KEY, {"stamp": stamp, "curriculum": asdict(curriculum)})
        return curriculum

    def _replace(self, tx: Transaction, contents: Sequence[FileContent], gone: Collection[Path]) -> None:
        before = tx.catalogue.ids_in([*gone, *(content.path for content in contents)])
        after = {content.path: [placed.card.id for placed in content.cards] for content in contents}
        old, new = ({name for names in ids.values() for name in names} for ids in (before, after))
        known = tx.catalogue.known(new - old) | old
        left = tx.catalogue.placed(old - new)
        tx.catalogue.replace(contents, gone)
        if self.follow is None:
            return
        still = tx.catalogue.known(left)
        vanished = [placed for name, placed in left.items() if name not in still]
        added = {placed.card.id: placed for content in contents for placed in content.cards}
        unread = {content.path: content.unread for content in contents if content.unread is not None}
        unread |= {path: "" for path in gone if path.is_file()}
        self.follow(tx, Change(vanished, [added[name] for name in new - known], before, after, unread))

    def _stamps_on_disk(self) -> dict[Path, FileStamp]:
        stamps: dict[Path, FileStamp] = {}
        for folder in self.folders:
            for path in deck_files(folder.path) if folder.is_there() else ():
                stamps.setdefault(path, _stamp(path, folder.rank))
        return stamps


def deck_folders(
    home: Path, named: Iterable[Path], configured: Iterable[Path], bundled: Path | None
) -> list[DeckFolder]:
    """The folders in use, the learner's first. Named ones stand in for the home folder's and the configured ones."""
    own = [DeckFolder(path, rank, must_exist=True) for rank, path in enumerate(named)]
    if not own:
        own = [DeckFolder(home / "decks", 0)]
        own += [DeckFolder(path, rank, must_exist=True) for rank, path in enumerate(configured, 1)]
    return own + ([DeckFolder(bundled, BUNDLED_RANK)] if bundled else [])


def _stamp(path: Path, rank: int) -> FileStamp:
    try:
        stat = path.stat()
    except OSError:  # a broken link; reading it will say so
        return FileStamp(rank, 0, -1)
    return FileStamp(rank, stat.st_mtime_ns, stat.st_size)


def _read(path: Path, stamp: FileStamp) -> FileContent:
    """A deck file's cards under their topic: the curriculum's, else the name of the deck or of its file."""
    from recall.decks.load import load_deck  # yaml and msgspec, which an unchanged library needs not

    deck = load_deck(path)
    cards = [Placed(c.card, _one_line(c.card.topic or c.card.deck or path.stem), path, c.line) for c in deck.cards]
    problems = [(p.line, p.column, p.code, p.message) for p in deck.problems]
    is_whole = all(problem.code in HARMLESS for problem in deck.problems)
    return FileContent(path, stamp, cards, problems, None if is_whole else deck.text)


def _one_line(name: str) -> str:
    return " ".join(sanitise(name).split())


def _curriculum_from(stages: Iterable[dict[str, Any]], macros: Iterable[Iterable[str]]) -> Curriculum:
    """The inverse of `dataclasses.asdict` after a trip through JSON."""
    pairs = tuple((name, body) for name, body in macros)
    return Curriculum(tuple(_stage(**stage) for stage in stages), pairs)


def _stage(title: dict[str, str], topics: Iterable[dict[str, Any]], **fields: Any) -> Stage:
    return Stage(title=Text(**title), topics=tuple(_topic(**topic) for topic in topics), **fields)


def _topic(title: dict[str, str], prerequisites: Iterable[str], **fields: Any) -> Topic:
    return Topic(title=Text(**title), prerequisites=tuple(prerequisites), **fields)
