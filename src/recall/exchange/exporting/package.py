"""Cards and progress as an Anki package."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from recall.anki.html import Media, plain_html
from recall.anki.notes import NoteWriter
from recall.anki.package import Content, Placing, Preset, write_package
from recall.anki.progress import Progress, Scale, progress_of
from recall.core.bodies import Language
from recall.core.model import Card, ItemId
from recall.decks.curriculum import Citation, load_citations
from recall.decks.folders import SOURCES_FILE
from recall.exchange.exporting.media import MediaShelf
from recall.exchange.exporting.selection import EVERYTHING, Selection, select_cards
from recall.exchange.exporting.stamps import remember_stamps, remembered_stamps, stamped
from recall.store.catalogue import Placed
from recall.text.typeset import expand_macros
from recall.workspace import Workspace

ROOT = "recall"
"""The deck that all others are under."""


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written."""

    notes: int
    items: int
    reviews: int = 0


def export_anki(
    workspace: Workspace,
    path: Path,
    selection: Selection = EVERYTHING,
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
        known = remembered_stamps(tx)
    shelf = MediaShelf({placed.card.id: placed.path.parent for placed in cards})
    writer = note_writer(workspace, languages, shelf.of)
    notes = [(writer.note(placed.card, _topic_tag(workspace, placed)), placed) for placed in cards]
    stamps = stamped([note for note, _placed in notes], known, int(workspace.now().timestamp()))
    if any(known.get(card) != stamp for card, stamp in stamps.items()):
        with workspace.store.write() as tx:
            remember_stamps(tx, stamps)
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

    def written_out(card: Card, text: str) -> str:
        return expand_macros(text, workspace.macros_of(card))

    return NoteWriter(languages, written_out, media, lambda source: _source_html(source, citations))


def deck_name(workspace: Workspace, topic: str, language: Language) -> str:
    """`recall::01 线性代数::特征值`; the learner's own decks stand under the first."""
    found = workspace.curriculum.topics.get(topic)
    if found is None:
        return f"{ROOT}::{topic.strip(':') or '?'}"
    stage = next(stage for stage in workspace.curriculum.stages if stage.id == found.stage)
    titles = (f"{stage.order:02d} {stage.title.in_language(language)}", found.title.in_language(language))
    return "::".join((ROOT, *(title.replace("::", ":") for title in titles)))


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
