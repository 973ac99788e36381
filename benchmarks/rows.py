"""The rows of the table, and how each is measured."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, islice, permutations
from time import perf_counter, process_time
from typing import Literal

from benchmarks import processes
from benchmarks.anki_collection import export_collection, import_into, new_collection, scheduler_of
from benchmarks.ground import STARTS, Ground
from benchmarks.material import grades
from benchmarks.processes import child, run, timed_process
from benchmarks.recall_home import open_empty
from benchmarks.result import Samples
from benchmarks.terminal import time_keys
from benchmarks.timing import alternate, timed
from recall.core.model import Grade
from recall.exchange.exporting import export_anki
from recall.exchange.importing import import_anki
from recall.search import Inventory
from recall.study.overview import stage_progress, today_counts
from recall.study.session import ReviewSession

OPENINGS = 60
CALLS = 300
ANSWERS = 400
WARM_UP = 20
SITTINGS = 5
ANSWERS_OF_SITTING = 50
MILLISECONDS = 4000
SEARCHES = 100
SIGNS = "矩阵向量空间的秩与零化度"
SEARCHED = ("矩阵", "kernel", "正交", "gradient token", "秩 -norm", "空间 entropy", "limit")
"""Texts that are searched; each key of them finds fewer cards, or others."""
CLEAR = b"\x15"
PACKAGES = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `name` is what `--rows` and `benchmarks.limits` call it."""

    name: str
    title: str
    measure: Callable[[Ground], Samples]
    unit: Literal["ms", "MB"] = "ms"


def help_process(ground: Ground) -> Samples:
    return _processes(ground, "--help")


def version_process(ground: Ground) -> Samples:
    return _processes(ground, "--version")


def due_process(ground: Ground) -> Samples:
    return _processes(ground, "due", peer=child("anki_due", ground.collection))


def next_process(ground: Ground) -> Samples:
    return _processes(ground, "next", "--json", peer=child("anki_next", ground.collection))


def search_process(ground: Ground) -> Samples:
    return _processes(ground, "search", SEARCHED[0])


def search_text(ground: Ground) -> Samples:
    """From a text to the cards that hold it, in an open program; each time another text of two characters."""
    workspace, collection = ground.open_recall(), ground.open_anki()
    ours, theirs = ((a + b for a, b in permutations(SIGNS, 2)) for _program in range(2))
    try:
        inventory = Inventory(workspace)
        recall, anki = timed(lambda: inventory.find(next(ours))), timed(lambda: collection.find_cards(next(theirs)))
        return alternate(recall, anki, SEARCHES, warm_up=WARM_UP)
    finally:
        workspace.close()
        collection.close()


def browse_key(ground: Ground) -> Samples:
    """On a terminal, from a key in the line of the query until the terminal shows how many cards it found."""
    workspace = ground.open_recall()
    keys: list[tuple[bytes, bytes | None]] = [(b"/", None)]
    inventory = Inventory(workspace)
    everything = before = len(inventory.entries)
    for text in SEARCHED:
        for end in range(1, len(text) + 1):
            found = len(inventory.find(text[:end]))
            keys.append((text[end - 1].encode(), f"{found}/{everything}".encode() if found != before else None))
            before = found
        keys.append((CLEAR, f"{everything}/{everything}".encode() if before != everything else None))
        before = everything
    workspace.close()
    ready = re.compile(f"{everything}/{everything}".encode())
    return Samples(time_keys([processes.RECALL, "browse"], ground.environment, ready, [*keys, *keys[1:]]))


def first_frame(ground: Ground) -> Samples:
    return Samples([first for first, _figures in ground.screen_starts])


def home_figures(ground: Ground) -> Samples:
    return Samples([figures for _first, figures in ground.screen_starts])


def open_first(ground: Ground) -> Samples:
    """From a closed database to the first card; closing it again is not counted."""

    def recall() -> float:
        start = perf_counter()
        workspace = ground.open_recall()
        question = ReviewSession(workspace).next()
        elapsed = perf_counter() - start
        assert question is not None
        workspace.close()
        return elapsed

    def anki() -> float:
        start = perf_counter()
        collection = ground.open_anki()
        card = scheduler_of(collection).getCard()
        elapsed = perf_counter() - start
        assert card is not None
        collection.close()
        return elapsed

    return alternate(recall, anki, OPENINGS, warm_up=3, batch=1)


def answer_next(ground: Ground) -> Samples:
    """One answer, on disk, and the next card, as the learner waits for them."""
    return _answers(ground, perf_counter)


def answer_next_work(ground: Ground) -> Samples:
    """The same without the wait for the disk, which on a busy machine is most of it."""
    return _answers(ground, process_time)


def counts_today(ground: Ground) -> Samples:
    workspace, collection = ground.open_recall(), ground.open_anki()
    try:
        recall, anki = timed(lambda: today_counts(workspace)), timed(collection.sched.deck_due_tree)
        return alternate(recall, anki, CALLS, warm_up=WARM_UP)
    finally:
        workspace.close()
        collection.close()


def stage_mastery(ground: Ground) -> Samples:
    workspace = ground.open_recall()
    try:
        return alternate(timed(lambda: stage_progress(workspace)), None, CALLS, warm_up=WARM_UP)
    finally:
        workspace.close()


def peak_memory(ground: Ground) -> Samples:
    """Of a process that opens everything and answers some cards."""
    copy = ground.copy("sittings")
    answers = str(min(ANSWERS_OF_SITTING, ground.due // SITTINGS - 1))
    recall = child("recall_sitting", copy.home, copy.decks, answers)
    anki = child("anki_sitting", copy.collection, answers)

    def megabytes(command: list[str]) -> float:
        return float(run(command, ground.environment))

    return alternate(lambda: megabytes(recall), lambda: megabytes(anki), SITTINGS, warm_up=0, batch=1)


def export_package(ground: Ground) -> Samples:
    """Everything with its history into a package, recall's and Anki's own of the same cards."""
    folder = ground.home.parent / "exports"
    folder.mkdir(exist_ok=True)
    workspace, collection = ground.copy("exporting").open_recall(), ground.open_anki()
    ours, theirs = folder / "ours.apkg", folder / "theirs.apkg"

    def recall() -> None:
        assert export_anki(workspace, ours, with_progress=True).items == ground.items

    def anki() -> None:
        export_collection(collection, theirs)

    try:
        return alternate(timed(recall), timed(anki), PACKAGES, warm_up=1, batch=1)
    finally:
        workspace.close()
        collection.close()


def import_package(ground: Ground) -> Samples:
    """A package of Anki's into an empty home, and into an empty collection."""
    folder = ground.home.parent / "imports"
    package = folder / "all.apkg"
    folder.mkdir(exist_ok=True)
    collection = ground.open_anki()
    export_collection(collection, package)
    collection.close()
    numbers = count()

    def recall() -> float:
        workspace = open_empty(folder / f"home-{next(numbers)}")
        start = perf_counter()
        assert len(import_anki(workspace, package).new) == ground.items
        elapsed = perf_counter() - start
        workspace.close()
        return elapsed

    def anki() -> float:
        collection = new_collection(folder / f"anki-{next(numbers)}")
        start = perf_counter()
        import_into(collection, package)
        elapsed = perf_counter() - start
        assert collection.card_count() == ground.items
        collection.close()
        return elapsed

    return alternate(recall, anki, PACKAGES, warm_up=0, batch=1)


ROWS = (
    Row("help", "recall --help", help_process),
    Row("version", "recall --version", version_process),
    Row("due", "recall due", due_process),
    Row("next", "recall next --json", next_process),
    Row("search-process", "recall search", search_process),
    Row("search", "search of a text", search_text),
    Row("browse-key", "browse: key to screen", browse_key),
    Row("first-frame", "recall, first frame", first_frame),
    Row("home", "recall, home with its figures", home_figures),
    Row("open", "open and first card", open_first),
    Row("answer", "answer and next card", answer_next),
    Row("answer-work", "the same, processor time", answer_next_work),
    Row("counts", "counts of today", counts_today),
    Row("mastery", "mastery of all stages", stage_mastery),
    Row("export", "export with history to .apkg", export_package),
    Row("import", "import of an .apkg with history", import_package),
    Row("memory", f"peak memory, {ANSWERS_OF_SITTING} answers", peak_memory, "MB"),
)


def _processes(ground: Ground, *arguments: str, peer: list[str] | None = None) -> Samples:
    env = ground.environment
    theirs = timed_process(peer, env) if peer else None
    return alternate(timed_process([processes.RECALL, *arguments], env), theirs, STARTS, warm_up=2, batch=1)


def _answers(ground: Ground, clock: Callable[[], float]) -> Samples:
    """On copies of both. The same grades go to both."""
    copy = ground.copy(f"answers-{clock.__name__}")
    workspace, collection = copy.open_recall(), copy.open_anki()
    session, scheduler = ReviewSession(workspace), scheduler_of(collection)
    times = min(ANSWERS, ground.due - WARM_UP)
    ours, theirs = islice(grades(), times + WARM_UP), islice(grades(), times + WARM_UP)
    card = scheduler.getCard()
    assert session.next() is not None

    def recall() -> None:
        session.answer(next(ours), MILLISECONDS)
        assert session.next() is not None

    def anki() -> None:
        nonlocal card
        assert card is not None
        scheduler.answerCard(card, _button(next(theirs)))
        card = scheduler.getCard()

    try:
        return alternate(timed(recall, clock), timed(anki, clock), times, warm_up=WARM_UP)
    finally:
        workspace.close()
        collection.close()


def _button(grade: Grade) -> Literal[1, 2, 3, 4]:
    """The same numbers, as Anki's types want them."""
    buttons: dict[Grade, Literal[1, 2, 3, 4]] = {Grade.AGAIN: 1, Grade.HARD: 2, Grade.GOOD: 3, Grade.EASY: 4}
    return buttons[grade]
