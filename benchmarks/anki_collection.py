"""Anki's side of the material: a collection with the same cards, answers, memory and due dates, and FSRS on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from anki.collection import (  # isort: skip; anki.cards needs it to be there
    AddNoteRequest,
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)
from anki.cards import Card, CardId, FSRSMemoryState
from anki.consts import CARD_TYPE_REV, QUEUE_TYPE_REV
from anki.deck_config_pb2 import DeckConfig
from anki.decks import DeckConfigId, DeckId
from anki.scheduler.v3 import Scheduler

from benchmarks.material import DAYS_OF_STUDY, Fact, Material
from recall.core.model import ItemId, ItemState, Phase, Review
from recall.core.schedule import DEFAULT_WEIGHTS
from recall.core.study_day import StudyCalendar

PARENT = "Benchmark"
"""The decks are its subdecks, so that one session goes through all of them, as recall's does."""

_ADD_ANSWER = "INSERT INTO revlog (id, cid, usn, ease, ivl, lastIvl, factor, time, type) VALUES (?,?,?,?,?,?,?,?,?)"


def build_collection(
    path: Path, material: Material, states: Mapping[ItemId, ItemState], calendar: StudyCalendar
) -> None:
    """Make the collection. `states` are recall's, so that both start from the same memories."""
    path.parent.mkdir(parents=True)
    collection = Collection(str(path))
    assert collection.db is not None
    first = material.today - timedelta(DAYS_OF_STUDY + 30)
    collection.crt = int(calendar.start_of(first).timestamp())
    collection.close()
    collection = Collection(str(path))
    try:
        _configure(collection)
        cards = _add_cards(collection, material)
        _set_states(collection, cards, states, material.today, calendar)
        _add_answers(collection, cards, material.reviews)
    finally:
        collection.close()


def scheduler_of(collection: Collection) -> Scheduler:
    """The V3 scheduler, which is the only one that new collections have."""
    assert isinstance(collection.sched, Scheduler)
    return collection.sched


def new_collection(folder: Path) -> Collection:
    """An empty collection in a folder of its own."""
    folder.mkdir(parents=True)
    return Collection(str(folder / "collection.anki2"))


def export_collection(collection: Collection, path: Path) -> None:
    """Everything, with its history, as a package."""
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=True)
    collection.export_anki_package(out_path=str(path), options=options, limit=None)


def import_into(collection: Collection, path: Path) -> None:
    """Take in a package with its history."""
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))


def _configure(collection: Collection) -> None:
    """FSRS, load balancing, and the order and limits that recall is given."""
    collection.set_config("fsrs", True)
    assert collection.load_balancer_enabled
    config = collection.decks.get_config(DeckConfigId(1))
    assert config is not None
    config["rev"]["perDay"] = 9999
    config["reviewOrder"] = DeckConfig.Config.REVIEW_CARD_ORDER_RETRIEVABILITY_ASCENDING
    collection.decks.update_config(config)


def _add_cards(collection: Collection, material: Material) -> dict[ItemId, CardId]:
    notetype = collection.models.by_name("Basic")
    assert notetype is not None
    requests = []
    for topic, facts in material.decks.items():
        deck = DeckId(collection.decks.add_normal_deck_with_name(f"{PARENT}::{topic}").id)
        for fact in facts:
            note = collection.new_note(notetype)
            note["Front"], note["Back"] = _html(fact.front), _html(fact.back)
            requests.append(AddNoteRequest(note, deck))
    collection.add_notes(requests)
    parent = collection.decks.id_for_name(PARENT)
    assert parent is not None
    collection.decks.set_current(parent)
    return _cards_by_item(material.facts, requests, collection)


def _cards_by_item(
    facts: Iterator[Fact], requests: Sequence[AddNoteRequest], collection: Collection
) -> dict[ItemId, CardId]:
    assert collection.db is not None
    card_of = {note: CardId(card) for card, note in collection.db.all("SELECT id, nid FROM cards")}
    return {fact.id: card_of[request.note.id] for fact, request in zip(facts, requests, strict=True)}


def _html(text: Mapping[str, str]) -> str:
    return "<br>".join(text.values())


def _set_states(
    collection: Collection,
    cards: Mapping[ItemId, CardId],
    states: Mapping[ItemId, ItemState],
    today: date,
    calendar: StudyCalendar,
) -> None:
    changed = []
    for state in states.values():
        card = collection.get_card(cards[state.item])
        _set_state(card, state, collection.sched.today, today, calendar)
        changed.append(card)
    collection.update_cards(changed, skip_undo_entry=True)


def _set_state(card: Card, state: ItemState, anki_today: int, today: date, calendar: StudyCalendar) -> None:
    memory, due, last_day = state.memory, state.due, state.last_day
    assert memory and due and last_day and state.phase is Phase.REVIEW and not isinstance(due, datetime)
    card.type, card.queue = CARD_TYPE_REV, QUEUE_TYPE_REV
    card.due = anki_today + (due - today).days
    card.ivl = (due - last_day).days
    card.factor = 2500
    card.reps, card.lapses = state.reps, state.lapses
    card.memory_state = FSRSMemoryState(stability=memory.stability, difficulty=memory.difficulty)
    card.desired_retention = 0.9
    card.decay = DEFAULT_WEIGHTS[20]
    assert state.changed_at is not None
    card.last_review_time = int(state.changed_at.timestamp())


def _add_answers(collection: Collection, cards: Mapping[ItemId, CardId], reviews: Sequence[Review]) -> None:
    """The answers as rows of `revlog`, whose ids are milliseconds and must differ."""
    assert collection.db is not None
    rows: list[tuple[int, ...]] = []
    newest, intervals = 0, dict[ItemId, int]()
    for review in reviews:
        newest = max(newest + 1, int(review.at.timestamp() * 1000))
        before, after = intervals.get(review.item, 0), _interval(review)
        kind = 1 if before > 0 else 0
        rows.append((newest, cards[review.item], -1, int(review.grade), after, before, 2500, review.ms or 0, kind))
        intervals[review.item] = after
    collection.db.executemany(_ADD_ANSWER, rows)


def _interval(review: Review) -> int:
    """As `revlog` has it: days, or negative seconds."""
    if isinstance(review.due, datetime):
        return -int((review.due - review.at).total_seconds())
    return (review.due - review.day).days
