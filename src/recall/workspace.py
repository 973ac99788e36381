"""Everything a session needs, opened together: settings, clock, database, decks and curriculum."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex

from recall import environment
from recall.config import Settings, load_settings
from recall.core.curriculum import Curriculum
from recall.core.mastery import Mastery, mastery
from recall.core.model import Card, CardId, ItemId, Language
from recall.core.study_day import StudyCalendar
from recall.environment import Options
from recall.errors import NotFoundError, RecallError, did_you_mean
from recall.i18n import _
from recall.identity.following import Identity
from recall.ledger import Ledger
from recall.library import DeckFolder, Library, deck_folders
from recall.names import enumerated
from recall.store import Store, Transaction, open_store
from recall.store.backups import Backups

DEVICE_KEY = "device"


@dataclass(frozen=True)
class Workspace:
    """An open home folder."""

    home: Path
    settings: Settings
    language: Language
    now: Callable[[], datetime]
    calendar: StudyCalendar
    store: Store
    library: Library
    curriculum: Curriculum
    ledger: Ledger

    @property
    def today(self) -> date:
        return self.calendar.day_of(self.now())

    @property
    def identity(self) -> Identity:
        return Identity(self.ledger, self.now)

    def topic_mastery(self, tx: Transaction, today: date) -> dict[str, Mastery]:
        """Mastery of every topic and own deck that has items."""
        memories: dict[str, list[tuple[float, int]]] = {}
        for topic, stability, elapsed in tx.states.topic_memories(today):
            memories.setdefault(topic, []).append((stability, elapsed))
        sizes = tx.states.topic_sizes()
        return {topic: mastery(size, memories.get(topic, ()), self.ledger.weights) for topic, size in sizes.items()}

    def macros_of(self, card: Card) -> dict[str, str]:
        """The TeX macros a card may use: those of the curriculum and of its own deck."""
        return dict((*self.curriculum.macros, *card.macros))

    def group_of(self, topic: str) -> str:
        """The stage a topic is shown under; an own deck stands for itself."""
        return self.curriculum.stage_of(topic) or topic

    def resolve_items(self, name: str) -> list[ItemId]:
        """The item of that name, or the items of the card of that name. Raises NotFoundError."""
        with self.store.read() as tx:
            if tx.catalogue.topic_of(ItemId(name)) is not None:
                return [ItemId(name)]
            if items := tx.catalogue.items_of(CardId(name)):
                return items
            hint = did_you_mean(name, tx.catalogue.item_ids())
        raise NotFoundError(_("no card or item is called {name}").format(name=name) + hint)

    def resolve_item(self, name: str) -> ItemId:
        """The one item of that name. Raises NotFoundError, also for a card that yields several."""
        items = self.resolve_items(name)
        if len(items) > 1:
            message = _("card {name} has several items; name one of {items}")
            raise NotFoundError(message.format(name=name, items=enumerated(items)))
        return items[0]

    def resolve_logged_item(self, name: str) -> ItemId:
        """An item of the decks, or one that only the log still knows. Raises NotFoundError."""
        with self.store.read() as tx:
            if tx.log.knows(ItemId(name)):
                return ItemId(name)
        return self.resolve_item(name)

    def untrusted_name(self, path: Path) -> str | None:
        """The name by which the learner would trust a deck file to run code; None when they do, or it is bundled."""
        return untrusted_name(path, self.library.folders, self.settings)

    def with_settings(self, settings: Settings) -> Workspace:
        """The same workspace under other settings. Deck folders, time zone and language change at the next start."""
        ledger = replace(self.ledger, policy=settings.review)
        return replace(self, settings=settings, ledger=ledger)

    def lost_log(self) -> str | None:
        """What to say when the log is empty though there is a backup of one: the database was lost, and made anew."""
        with self.store.read() as tx:
            is_empty = tx.log.newest_id() is None
        if self.store.path is None or not is_empty:
            return None
        backup = Backups(self.store.path, self.home / "backups").newest_with_rows()
        if backup is None:
            return None
        message = _("the database holds no answers, but the backup of {time} does; `recall restore` takes it back")
        return message.format(time=self.calendar.clock_text(backup.at))

    def back_up_daily(self) -> str | None:
        """Copy the database once a day of use, off the path of the first card; says why it could not be done."""
        if self.store.path is None:
            return None
        try:
            Backups(self.store.path, self.home / "backups").make_daily(self.calendar)
        except RecallError as error:
            return _("no backup could be made today: {reason}").format(reason=error)
        return None

    def close(self) -> None:
        self.store.close()


def open_workspace(options: Options, now: Callable[[], datetime] | None = None) -> Workspace:
    """Open a home folder, reading what changed in the decks. Raises RecallError."""
    home = environment.home_folder(options)
    settings = load_settings(home)
    store = open_store(environment.database_url(options, home), home / "backups")
    try:
        return _open(options, home, settings, calendar_of(settings), store, now)
    except BaseException:
        store.close()
        raise


def calendar_of(settings: Settings) -> StudyCalendar:
    """The learner's days and clock: in the time zone of the settings, of RECALL_NOW, or of the system."""
    fixed = environment.fixed_now()
    return StudyCalendar(settings.zone or (fixed.tzinfo if fixed else None), settings.day_start)


def untrusted_name(path: Path, folders: Sequence[DeckFolder], settings: Settings) -> str | None:
    """The name by which the learner would trust a deck file to run code; None when they do, or it is bundled."""
    if environment.is_bundled(path):
        return None
    folder = next((f.path for f in folders if path.is_relative_to(f.path)), path.parent)
    name = path.name if folder == path else path.relative_to(folder).as_posix()
    return None if name in settings.trusted else name


def folders_in_use(options: Options, home: Path, settings: Settings) -> list[DeckFolder]:
    """The deck folders that options, environment and settings name, the learner's first."""
    configured = [environment.absolute(Path(name)) for name in settings.decks]
    bundled = environment.bundled_decks() if settings.bundled_decks else None
    return deck_folders(home, environment.named_deck_folders(options), configured, bundled)


def _open(
    options: Options,
    home: Path,
    settings: Settings,
    calendar: StudyCalendar,
    store: Store,
    now: Callable[[], datetime] | None,
) -> Workspace:
    library = Library(store, folders_in_use(options, home, settings), environment.bundled_decks())
    curriculum = library.curriculum()
    ledger = Ledger(store, calendar, settings.review, curriculum.stage_of, _device(store))
    ledger.ensure_states()
    library = replace(library, follow=Identity(ledger, now or environment.system_now).follow)
    library.sync()
    return Workspace(
        home=home,
        settings=settings,
        language=options.language or settings.language or environment.language_of_locale(),
        now=now or environment.system_now,
        calendar=calendar,
        store=store,
        library=library,
        curriculum=curriculum,
        ledger=ledger,
    )


def _device(store: Store) -> str:
    """The name under which this database writes its rows, made on first use."""
    with store.read() as tx:
        device = tx.catalogue.remembered(DEVICE_KEY)
    if device is None:
        with store.write() as tx:
            device = tx.catalogue.remembered(DEVICE_KEY) or token_hex(8)
            tx.catalogue.remember(DEVICE_KEY, device)
    return str(device)
