"""Cards and progress on their way out: a selection of the decks as an Anki package, or as text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from html import escape
from pathlib import Path

from recall.anki.html import Media, plain_html
from recall.anki.notes import Note, NoteWriter
from recall.anki.package import Content, Placing, Preset, write_package
from recall.anki.progress import Progress, Scale, progress_of
from recall.core.bodies import Language
from recall.core.faces import items_of
from recall.core.model import Card, CardId, ItemId
from recall.decks.curriculum import Citation, load_citations
from recall.decks.folders import SOURCES_FILE
from recall.environment import absolute
from recall.errors import NotFoundError, RecallError
from recall.exchange.interchange import as_csv, as_json, as_markdown, log_as_csv, log_as_markdown
from recall.files import write_atomically
from recall.i18n import N_, _
from recall.names import enumerated
from recall.search import Inventory
from recall.store import Transaction
from recall.store.catalogue import Placed
from recall.study.today import resolve_scope
from recall.text.typeset import expand_macros
from recall.workspace import Workspace

ROOT = "recall"
"""The deck that all others are under."""
CONTENT_KEY = "anki/content"
"""What the database remembers of each exported card: a fingerprint of its note, and since when it is that (seconds)."""


FORMS = {".csv": "csv", ".json": "json", ".md": "markdown"}
"""Formats of text by the end of a file's name."""
PACKAGE = ".apkg"


class ExportError(RecallError):
    """Cards can't be written."""

    title = N_("Export")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cards: those of some stages, topics or own decks, and of them those that a query finds.

    With `cards` only these, whichever of them are there.
    """

    names: Collection[str] = ()
    query: str = ""
    cards: frozenset[CardId] | None = None

    @property
    def is_everything(self) -> bool:
        return not self.names and not self.query and self.cards is None


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written."""

    notes: int
    items: int
    reviews: int = 0


def select_cards(workspace: Workspace, tx: Transaction, selection: Selection) -> list[Placed]:
    """The cards in study order. Raises NotFoundError: no such stage, topic or deck, or no card at all; SearchError."""
    scope = resolve_scope(workspace, tx, selection.names)
    order = {topic: place for place, topic in enumerate(workspace.curriculum.study_order)}
    wanted = _wanted(workspace, selection)
    cards = (placed for placed in tx.catalogue.cards() if placed.topic in scope)
    found = [placed for placed in cards if wanted is None or placed.card.id in wanted]
    if not found:
        raise NotFoundError(_("there is no card to export; check --stage, --topic and --query"))
    return sorted(
        found, key=lambda placed: (order.get(placed.topic, -1), "" if placed.topic in order else placed.topic)
    )


def _wanted(workspace: Workspace, selection: Selection) -> frozenset[CardId] | None:
    """The cards that a selection leaves of its names; None for all. Raises SearchError."""
    if not selection.query:
        return selection.cards
    entries = Inventory(workspace, selection.query).find(selection.query)
    found = frozenset(CardId(entry.card) for entry in entries)
    return found if selection.cards is None else found & selection.cards


def export_target(path: Path) -> Path:
    """Where `export_file` writes. Raises ExportError: the end of the name tells no format."""
    if path.suffix.lower() in (PACKAGE, *FORMS):
        return absolute(path)
    raise ExportError(_("{path}: end its name in {ends}").format(path=path, ends=enumerated((PACKAGE, *FORMS))))


def export_file(workspace: Workspace, path: Path, selection: Selection, languages: Sequence[Language]) -> Path:
    """Write a selection with its progress in the format that the end of the file's name tells; where it is then.

    Raises RecallError: another format, nothing to export, or a file that can't be written.
    """
    target = export_target(path)
    if target.suffix.lower() == PACKAGE:
        export_anki(workspace, target, selection, languages, with_progress=True)
    else:
        write_atomically(target, export_text(workspace, FORMS[target.suffix.lower()], selection)[0])
    return target


def export_anki(
    workspace: Workspace,
    path: Path,
    selection: Selection = Selection(),
    languages: Sequence[Language] = ("zh", "en"),
    with_progress: bool = False,
) -> Exported:
    """Write an Anki package. The first of `languages` is shown first and names the decks.

    Raises RecallError: nothing to export, or a file that can't be written.
    """
    content = anki_content(workspace, selection, languages, with_progress)
    write_package(path, content)
    items = [item for placing in content.notes for _number, item in placing.note.items]
    reviews = sum(len(content.progress[item].log) for item in items if item in content.progress)
    return Exported(len(content.notes), len(items), reviews)


def anki_content(
    workspace: Workspace, selection: Selection, languages: Sequence[Language], with_progress: bool
) -> Content:
    """What a package of the selection holds. Raises NotFoundError."""
    with workspace.store.read() as tx:
        cards = select_cards(workspace, tx, selection)
        known = tx.catalogue.remembered(CONTENT_KEY) or {}
    shelf = MediaShelf({placed.card.id: placed.path.parent for placed in cards})
    writer = note_writer(workspace, languages, shelf.of)
    notes = [(writer.note(placed.card, _topic_tag(workspace, placed)), placed) for placed in cards]
    stamps = _stamps([note for note, _placed in notes], known, int(workspace.now().timestamp()))
    if any(known.get(card) != stamp for card, stamp in stamps.items()):
        with workspace.store.write() as tx:
            tx.catalogue.remember(CONTENT_KEY, {**known, **stamps})
    placings = [
        Placing(note, deck_name(workspace, placed.topic, languages[0]), stamps[note.card][1]) for note, placed in notes
    ]
    return _content(workspace, cards, placings, shelf.taken, with_progress)


def note_writer(
    workspace: Workspace,
    languages: Sequence[Language],
    media: Callable[[Card], Media] = lambda _card: lambda _address: None,
) -> NoteWriter:
    """What writes the notes of this workspace's cards."""
    citations = load_citations(workspace.library.bundled / SOURCES_FILE)
    shared = dict(workspace.curriculum.macros)

    def written_out(card: Card, text: str) -> str:
        return expand_macros(text, {**shared, **dict(card.macros)})

    return NoteWriter(languages, written_out, media, lambda source: _source_html(source, citations))


def fingerprint(fields: Iterable[str], tags: Iterable[str] = ()) -> str:
    """What tells whether a note's content has changed."""
    return blake2b("\x1f".join((*fields, *tags)).encode(), digest_size=9).hexdigest()


def deck_name(workspace: Workspace, topic: str, language: Language) -> str:
    """`recall::01 线性代数::特征值`; the learner's own decks stand under the first."""
    found = workspace.curriculum.topics.get(topic)
    if found is None:
        return f"{ROOT}::{topic.strip(':') or '?'}"
    stage = next(stage for stage in workspace.curriculum.stages if stage.id == found.stage)
    titles = (f"{stage.order:02d} {stage.title.in_language(language)}", found.title.in_language(language))
    return "::".join((ROOT, *(title.replace("::", ":") for title in titles)))


class MediaShelf:
    """The pictures that cards show, each under a name that no other has. `taken` are those that were asked for."""

    def __init__(self, folder_of: Mapping[CardId, Path]) -> None:
        self.folder_of = folder_of
        self.taken: dict[str, Path] = {}

    def of(self, card: Card) -> Media:
        """What knows the pictures of a card, which stand beside its deck file or below."""

        def name_of(address: str) -> str | None:
            folder = self.folder_of[card.id].resolve()
            path = (folder / address).resolve()
            if "://" in address or not path.is_relative_to(folder) or not path.is_file():
                return None
            name = f"recall-{blake2b(str(path).encode(), digest_size=4).hexdigest()}-{path.name}"
            self.taken[name] = path
            return name

        return name_of


def _content(
    workspace: Workspace,
    cards: Sequence[Placed],
    placings: Sequence[Placing],
    media: Mapping[str, Path],
    with_progress: bool,
) -> Content:
    policy, ledger = workspace.settings.review, workspace.ledger
    scale = Scale(workspace.today, workspace.calendar, policy, ledger.weights)
    if not with_progress:
        return Content(placings, scale, workspace.now(), media=media)
    stage_of = {
        item: workspace.curriculum.stage_of(placed.topic)
        for placing, placed in zip(placings, cards, strict=True)
        for _number, item in placing.note.items
    }
    scale, progress = _progress(workspace, stage_of, scale)
    presets = {stage: Preset(f"{ROOT} {stage}", policy.for_stage(stage), ledger.weights) for stage in policy.by_stage}
    general = Preset(ROOT, policy.default, ledger.weights)
    preset_of = {
        placing.deck: presets.get(workspace.curriculum.stage_of(placed.topic) or "", general).name
        for placing, placed in zip(placings, cards, strict=True)
    }
    used = [preset for preset in (general, *presets.values()) if preset.name in preset_of.values()]
    return Content(placings, scale, workspace.now(), progress, used, preset_of, media)


def _progress(
    workspace: Workspace, stage_of: Mapping[ItemId, str | None], scale: Scale
) -> tuple[Scale, dict[ItemId, Progress]]:
    """The progress of the items, in a collection that begins before anything that is due."""
    with workspace.store.read() as tx:
        states = {state.item: state for state in tx.states.all()}
        reviews, events = list(tx.log.reviews()), list(tx.log.events())
    days = [
        day
        for state in states.values()
        for day in (state.first_day, state.due)
        if day and not isinstance(day, datetime)
    ]
    scale = Scale(min([scale.first, *days]), scale.calendar, scale.policy, scale.weights)
    return scale, progress_of(states, reviews, events, stage_of, scale)


def _stamps(notes: Iterable[Note], known: Mapping[str, Sequence[str | int]], now: int) -> dict[str, tuple[str, int]]:
    """For each card its note's fingerprint and since when it is that: now, unless it was exported as it is before."""
    stamps: dict[str, tuple[str, int]] = {}
    for note in notes:
        content = fingerprint(note.fields, note.tags)
        before = known.get(note.card)
        if before is None:
            stamps[note.card] = (content, now)
        elif before[0] == content:
            stamps[note.card] = (content, int(before[1]))
        else:
            stamps[note.card] = (content, max(now, int(before[1]) + 1))
    return stamps


def _topic_tag(workspace: Workspace, placed: Placed) -> tuple[str, ...]:
    return (placed.topic,) if placed.topic in workspace.curriculum.topics else ()


def _source_html(source: str, citations: Mapping[str, Citation]) -> str:
    """`key#place` as the title of the work, a link where it is on the web, and the place."""
    key, _mark, place = source.partition("#")
    if (citation := citations.get(key)) is None:
        return _link(source, source) if source.startswith(("https://", "http://")) else plain_html(source)
    said = citation.title + (f" ({citation.year})" if citation.year else "")
    return _link(said, citation.url) + (f" § {plain_html(place)}" if place else "")


def _link(said: str, url: str | None) -> str:
    return f'<a href="{escape(url)}">{plain_html(said)}</a>' if url else plain_html(said)


def export_text(
    workspace: Workspace, form: str, selection: Selection = Selection(), *, only_log: bool = False
) -> tuple[str, dict[str, int]]:
    """Cards or log as `json`, `csv` or `markdown`, and how much of each there is. Raises NotFoundError."""
    with workspace.store.read() as tx:
        cards = select_cards(workspace, tx, selection)
        items = {item for placed in cards for item in items_of(placed.card)}
        reviews = [row for row in tx.log.reviews() if selection.is_everything or row.item in items]
        events = [row for row in tx.log.events() if selection.is_everything or row.item in items]
    if form == "json":
        return as_json(cards, [*reviews, *events]), {"cards": len(cards), "reviews": len(reviews)}
    if only_log:
        write_log = log_as_csv if form == "csv" else log_as_markdown
        return write_log(reviews, events), {"reviews": len(reviews)}
    write_cards = as_csv if form == "csv" else as_markdown
    return write_cards(cards), {"cards": len(cards)}
