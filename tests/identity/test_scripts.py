"""Whatever a learner does to the decks, each card keeps its own history, gets no other's, and doubts are listed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recall.core.model import CardId, Grade, ItemId
from recall.core.settings import ReviewPolicy
from recall.core.study_day import StudyCalendar
from recall.identity.following import Identity
from recall.ledger import Ledger
from recall.library import BUNDLED_RANK, DeckFolder, Library
from recall.store import Transaction
from tests.support_decks import assert_states_follow_the_log, opened

THINGS = ("rank", "trace", "kernel", "determinant", "spectrum", "image")
OWNERS = (
    "a projection",
    "a rotation",
    "a shear map",
    "an orthogonal matrix",
    "a nilpotent matrix",
    "$A^T A$",
    "$A A^T$",
)
WORDINGS = (
    "What is the {thing} of {owner}?",
    "How is the {thing} of {owner} defined?",
    "Say what the {thing} of {owner} is.",
    "Explain: the {thing} of {owner}",
)
SLIPS = ("  front: : [\n", "  'unclosed\n", "\tback: x\n", "  back: {{\n")
EXAMPLES = int(os.environ.get("RECALL_EDIT_SCRIPTS", "60"))


@dataclass
class Card:
    """A card as the learner means it; `truth` is which one it is, whatever it looks like."""

    truth: int
    wording: int = 0
    shouted: bool = False
    languages: tuple[str, ...] = ("en",)
    id: str | None = None

    @property
    def names(self) -> tuple[str, str]:
        return THINGS[self.truth % len(THINGS)], OWNERS[self.truth // len(THINGS) % len(OWNERS)]

    @property
    def question(self) -> str:
        thing, owner = self.names
        text = WORDINGS[self.wording].format(thing=thing, owner=owner)
        return text.replace("the ", "THE ").replace("is", "IS") if self.shouted else text

    @property
    def answer(self) -> str:
        """Every third is short, and the same for several cards; the others differ by little."""
        return f"{self.truth % 2}" if self.truth % 3 == 0 else f"See number {self.truth} of the great list of answers."

    def entry(self) -> str:
        thing, owner = self.names
        texts = {"en": self.question, "zh": f"{owner} 的 {thing} 是什么（第 {self.truth} 题）？"}
        front = "".join(f"    {language}: '{texts[language]}'\n" for language in self.languages)
        name = f"  id: {self.id}\n" if self.id else ""
        return f"- front:\n{front}{name}  back: '{self.answer}'\n"


@dataclass
class Decks:
    """The learner's decks: what is in each file, and what was deleted. One operation is one edit."""

    files: dict[str, list[Card]]
    deleted: list[Card] = field(default_factory=list)
    broken: dict[str, tuple[int, int]] = field(default_factory=dict)
    truths: int = 0
    reworded: set[int] = field(default_factory=set)
    """What was given other words since the files were last read: once, and never a card that has just come back."""

    returned: set[int] = field(default_factory=set)
    read: dict[int, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """What each card asked when the files were last read. One that asks something else is not brought back when it is
    deleted before anybody has read that: it would come back as a card that never was.
    """

    def do(self, what: str, a: int, b: int) -> None:
        getattr(self, f"_{what}")(a, b)

    def _card(self, a: int) -> Card | None:
        cards = [card for cards in self.files.values() for card in cards]
        return cards[a % len(cards)] if cards else None

    def _take(self, a: int) -> Card | None:
        card = self._card(a)
        for cards in self.files.values():
            if card in cards:
                cards.remove(card)
        return card

    def _file(self, b: int) -> list[Card]:
        return self.files[sorted(self.files)[b % len(self.files)]]

    def _add(self, a: int, b: int) -> None:
        if self.truths < len(THINGS) * len(OWNERS):
            languages = (("en",), ("zh",), ("en", "zh"))[b % 3]
            card = Card(self.truths, a % len(WORDINGS), languages=languages, id=f"new-{self.truths}" if a % 2 else None)
            cards = self._file(b)
            cards.insert(a % (len(cards) + 1), card)
            self.truths += 1

    def _reword(self, a: int, b: int) -> None:
        card = self._card(a)
        if card and card.truth not in self.reworded and "en" in card.languages:
            self.reworded.add(card.truth)
            card.wording = (card.wording + 1 + b % (len(WORDINGS) - 1)) % len(WORDINGS)

    def _shout(self, a: int, b: int) -> None:
        if (card := self._card(a)) and card.truth not in self.returned:
            card.shouted = not card.shouted

    def _translate(self, a: int, b: int) -> None:
        card = self._card(a)
        if card and card.truth not in self.reworded:
            self.reworded.add(card.truth)
            card.languages = ("en", "zh")

    def _name(self, a: int, b: int) -> None:
        if card := self._card(a):
            card.id = None if card.id and b % 3 == 0 else f"id-{card.truth}-{b % 4}"

    def _move(self, a: int, b: int) -> None:
        if card := self._take(a):
            cards = self._file(b)
            cards.insert(a % (len(cards) + 1), card)

    def _split(self, a: int, b: int) -> None:
        cards = self._file(a)
        half = len(cards) // 2
        self.files[f"part{len(self.files)}"] = cards[half:]
        del cards[half:]

    def _reorder(self, a: int, b: int) -> None:
        cards = self._file(a)
        cards[:] = cards[b % (len(cards) or 1) :] + cards[: b % (len(cards) or 1)]

    def _delete(self, a: int, b: int) -> None:
        card = self._take(a)
        if card and self.read.get(card.truth) == (card.question, card.languages):
            self.deleted.append(card)

    def _bring_back(self, a: int, b: int) -> None:
        if self.deleted:
            card = self.deleted.pop(a % len(self.deleted))
            self.reworded.add(card.truth)
            self.returned.add(card.truth)
            self._file(b).append(card)

    def _break(self, a: int, b: int) -> None:
        self.broken[sorted(self.files)[a % len(self.files)]] = a, b

    def text(self, name: str) -> str:
        entries = [card.entry() for card in self.files[name]]
        if name in self.broken and entries:
            a, b = self.broken[name]
            entries[a % len(entries)] += SLIPS[b % len(SLIPS)]
        topic = "topic: a.one\n" if name != "other" else "topic: a.two\n"
        return f"{topic}cards:\n" + "".join(entries)


OPERATIONS = """
add add reword reword reword shout translate name name move split reorder delete delete bring_back bring_back break
"""
EDIT = st.tuples(st.sampled_from(OPERATIONS.split()), st.integers(0, 40), st.integers(0, 40))
SCRIPT = st.lists(st.lists(EDIT, min_size=1, max_size=4), min_size=1, max_size=7)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "recall.db"
    with opened(path):
        pass
    return path


@dataclass
class Learner:
    """Syncs after every change of the files, and answers; the time an answer took is the truth of its card."""

    ledger: Ledger
    library: Library
    folder: Path
    now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)
    answers: dict[int, int] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        return Identity(self.ledger, lambda: self.now)

    def sync(self, decks: Decks) -> None:
        for path in self.folder.glob("*.yaml"):
            path.unlink()
        for name in decks.files:
            (self.folder / f"{name}.yaml").write_text(decks.text(name), "utf-8")
        self.now += timedelta(days=1)
        self.library.sync()
        decks.read = {card.truth: (card.question, card.languages) for cards in decks.files.values() for card in cards}

    def answer_all(self, decks: Decks, but: int) -> None:
        with self.ledger.store.read() as tx:
            there = self.present(tx, decks)
        for name, truth in there.items():
            if truth % 4 != but % 4:
                self.ledger.answer(ItemId(name), Grade.GOOD, self.now, truth)
                self.answers[truth] = self.answers.get(truth, 0) + 1

    def present(self, tx: Transaction, decks: Decks) -> dict[CardId, int]:
        """Which card each of the catalogue is."""
        by_name = {
            (card.id, card.question, card.languages, name): card.truth
            for name, cards in decks.files.items()
            for card in cards
        }
        found: dict[CardId, int] = {}
        for placed in tx.catalogue.cards():
            found_card = placed.card
            own = found_card.id if found_card.has_own_id else None
            matching = [
                truth
                for (name, question, languages, file), truth in by_name.items()
                if file == placed.path.stem and name == own and _asks(found_card.body, question, languages, truth)
            ]
            assert len(matching) == 1, (found_card, matching)
            found[found_card.id] = matching[0]
        return found


def _asks(body: object, question: str, languages: tuple[str, ...], truth: int) -> bool:
    front = body.front  # type: ignore[attr-defined]
    in_english = front.en == (question if "en" in languages else None)
    in_chinese = (front.zh or "").endswith(f"（第 {truth} 题）？") if "zh" in languages else front.zh is None
    return in_english and in_chinese


@contextmanager
def learner(template: Path) -> Iterator[Learner]:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        shutil.copy(template, root / "recall.db")
        (root / "own").mkdir()
        with opened(root / "recall.db") as store:
            ledger = Ledger(store, StudyCalendar(UTC), ReviewPolicy(), lambda topic: None, "here")
            ledger.ensure_states()
            folders = [DeckFolder(root / "own", 0), DeckFolder(root / "none", BUNDLED_RANK)]
            someone = Learner(ledger, Library(store, folders, root), root / "own")
            follow = someone.identity.follow
            someone.library = Library(store, folders, root, follow)
            yield someone


def first_decks(with_ids: bool) -> Decks:
    decks = Decks({"one": [], "two": [], "other": []})
    for n in range(9):
        decks._add(2 * n + with_ids, n)
    return decks


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(with_ids=st.booleans(), script=SCRIPT)
def test_each_card_keeps_its_history_and_gets_no_other(
    template: Path, with_ids: bool, script: list[list[tuple[str, int, int]]]
) -> None:
    decks = first_decks(with_ids)
    with learner(template) as someone:
        someone.sync(decks)
        someone.answer_all(decks, 3)
        for n, edits in enumerate(script):
            decks.reworded.clear()
            decks.returned.clear()
            for edit in edits:
                decks.do(*edit)
            someone.sync(decks)
            if decks.broken:
                check(someone, decks, whole=False)
                decks.broken.clear()
                someone.sync(decks)
            check(someone, decks, whole=True)
            someone.answer_all(decks, n)
            check(someone, decks, whole=True)
        assert_states_follow_the_log(someone.ledger)


def check(someone: Learner, decks: Decks, whole: bool) -> None:
    """No card has an answer of another's; and every answer is where its card is, or its card is listed as doubtful."""
    listed = {(truth_of(doubt.old.card.body), doubt.new.card.id) for doubt in someone.identity.doubts()}
    with someone.ledger.store.read() as tx:
        there, links = someone.present(tx, decks) if whole else {}, tx.log.links()
        answers = Counter((links.item_of(row), row.ms) for row in tx.log.reviews())
    for name, truth in there.items():
        item = links.current(ItemId(name))
        found = {ms: count for (answered, ms), count in answers.items() if answered == item}
        assert found.keys() <= {truth}, f"{name} has another card's answers"
        if found.get(truth, 0) < someone.answers.get(truth, 0):
            assert (truth, name) in listed, f"{name}, card {truth}, lost its history"
    assert sum(answers.values()) == sum(someone.answers.values())


def truth_of(body: object) -> int:
    """The card that asks this: its thing and owner say so."""
    front = body.front  # type: ignore[attr-defined]
    if front.zh:
        return int(front.zh.partition("第 ")[2].partition(" ")[0])
    text = front.en.lower()
    (thing,) = (n for n, word in enumerate(THINGS) if f" {word} " in text)
    (owner,) = (n for n, words in enumerate(OWNERS) if words.lower() in text)
    return owner * len(THINGS) + thing
