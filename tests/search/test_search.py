"""Items found by text in either language, by what they are, and by how well they are known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from recall.core.model import EventKind, Grade, ItemId
from recall.errors import SearchError
from recall.search import Figures, Inventory, Order
from recall.store.tables import card_text
from recall.study.asked import front_of
from recall.workspace import Workspace
from tests.support_decks import House

DECK = r"""
topic: a.one
source: [strang#3.1]
cards:
- id: one-eigen
  front: {zh: 什么是特征向量？, en: "What is an Eigenvector, with $A v=\\lambda v$?"}
  back: {zh: "满足 $\\sigma(x) \\le \\frac{a}{b}$ 的非零向量。", en: A nonzero vector.}
  tags: [exam, linear]
  difficulty: 4
- id: one-cloze
  cloze: "{{c1::Paris::where}} is the capital of {{c2::France}}, 100% of it_all"
- id: one-multi
  front: Which are prime?
  choices:
  - {text: "2", correct: true}
  - {text: 质数以外的九, why: 它是三的平方}
"""
OWN = """
deck: My Deck
cards:
- {id: mine-1, front: 秩, back: rank, tags: [exam-old]}
- {id: mine-2, front: Ωmega, back: STRASSE Ｆull}
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    house = House(tmp_path, monkeypatch)
    house.bundle("one.yaml", DECK)
    house.own("own.yaml", OWN)
    with house.open() as opened:
        yield opened


def found(workspace: Workspace, query: str, order: Order = Order.DECK, descending: bool = False) -> list[str]:
    """The items that a query finds, which are the same for an inventory of everything and one made for the query."""
    hits = [entry.item for entry in Inventory(workspace).find(query, order, descending)]
    assert [entry.item for entry in Inventory(workspace, query).find(query, order, descending)] == hits
    return hits


def study(workspace: Workspace, item: str, *grades: str) -> None:
    """Answers at nine in the morning of each of the last days."""
    for ago, grade in zip(range(len(grades), 0, -1), grades, strict=True):
        at = workspace.now() - timedelta(ago)
        workspace.ledger.answer(ItemId(item), Grade.from_word(grade), at, 1000)


CLOZE = ["one-cloze#c1", "one-cloze#c2"]


@pytest.mark.parametrize(
    ("query", "items"),
    [
        ("特征", ["one-eigen"]),
        ("秩", ["mine-1"]),
        ("eigenvec", ["one-eigen"]),
        ("EIGEN", ["one-eigen"]),
        ('"paris is the capital"', CLOZE),
        ("where", []),
        ("平方", ["one-multi"]),
        ("strasse full", ["mine-2"]),
        ("ωmega", ["mine-2"]),
        ("100% it_all", CLOZE),
        ("a%b", []),
        (r"\lambda", ["one-eigen"]),
        (r'"A v=\lambda v"', ["one-eigen"]),
        ("λ", ["one-eigen"]),
        ('"A v = λ v"', ["one-eigen"]),
        ("σ(x)≤a/b", ["one-eigen"]),
        ("one-multi", ["one-multi"]),
    ],
)
def test_a_text_is_found_in_either_language_and_formulas_as_typed_and_as_shown(
    workspace: Workspace, query: str, items: list[str]
) -> None:
    assert found(workspace, query) == items


@pytest.mark.parametrize(
    ("query", "items"),
    [
        ("", ["mine-1", "mine-2", "one-eigen", *CLOZE, "one-multi"]),
        ("stage:fir", ["one-eigen", *CLOZE, "one-multi"]),
        ("stage:一 kind:choice", ["one-multi"]),
        ("topic:a.one eigen", ["one-eigen"]),
        ('topic:"my deck"', ["mine-1", "mine-2"]),
        ("deck:my -Ω", ["mine-1"]),
        ("deck:one", ["one-eigen", *CLOZE, "one-multi"]),
        ("tag:exam", ["mine-1", "one-eigen"]),
        ("tag:exam -tag:linear", ["mine-1"]),
        ("kind:clo", CLOZE),
        ("id:one-cloze#c2", ["one-cloze#c2"]),
        ("source:STRANG", ["one-eigen", *CLOZE, "one-multi"]),
        ("level:>3", ["one-eigen"]),
        ("秩 OR 特征", ["mine-1", "one-eigen"]),
        ("(秩 OR 特征) -tag:linear", ["mine-1"]),
        ("is:new kind:basic", ["mine-1", "mine-2", "one-eigen"]),
    ],
)
def test_fields_say_where_a_card_is_and_what_it_is(workspace: Workspace, query: str, items: list[str]) -> None:
    assert found(workspace, query) == items


def test_figures_of_the_memory_are_compared(workspace: Workspace) -> None:
    study(workspace, "mine-1", "easy", "again", "easy", "again", "easy")
    study(workspace, "mine-2", "easy")
    assert found(workspace, "lapses:2") == ["mine-1"]
    assert found(workspace, "reps:>0 lapses:<1") == ["mine-2"]
    assert found(workspace, "stability:>0") == ["mine-1", "mine-2"]
    assert found(workspace, "difficulty:>=5") == ["mine-1"]
    assert found(workspace, "r:<1.1 -r:<0.1") == ["mine-1", "mine-2"]
    assert found(workspace, "seen:1") == ["mine-1", "mine-2"]
    assert set(found(workspace, "due:>=0")) == {"mine-1", "mine-2"}
    assert found(workspace, "due:<=0") == []


def test_states_are_found(workspace: Workspace) -> None:
    now, ledger = workspace.now(), workspace.ledger
    study(workspace, "mine-1", "again")
    ledger.decide(EventKind.SUSPEND, [ItemId("one-multi")], now)
    ledger.decide(EventKind.BURY, [ItemId("mine-2")], now)
    ledger.decide(EventKind.FLAG, [ItemId("one-eigen")], now, on=True)
    assert found(workspace, "is:due") == ["mine-1"]
    assert found(workspace, "is:learning") == ["mine-1"]
    assert found(workspace, "is:review") == []
    assert found(workspace, "is:suspended") == ["one-multi"]
    assert found(workspace, "is:buried") == ["mine-2"]
    assert found(workspace, "is:flagged") == ["one-eigen"]
    assert found(workspace, "is:leech") == []


def test_a_leech_is_what_was_forgotten_as_often_as_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(tmp_path, monkeypatch)
    house.own("own.yaml", OWN)
    house.config("[review]\nleech_after = 1\n")
    with house.open() as workspace:
        study(workspace, "mine-1", "easy", "again")
        assert found(workspace, "is:leech") == ["mine-1"]


@pytest.mark.parametrize("order", Order)
def test_every_order_has_all_items_and_those_without_the_figure_last(workspace: Workspace, order: Order) -> None:
    study(workspace, "one-eigen", "easy", "again", "easy")
    study(workspace, "mine-2", "good", "good")
    up, down = found(workspace, "", order), found(workspace, "", order, True)
    assert set(up) == set(down) == set(found(workspace, ""))
    if order not in (Order.DECK, Order.ADDED):
        assert set(up[:2]) == set(down[:2]) == {"one-eigen", "mine-2"}


def test_items_are_sorted_by_how_long_they_last(workspace: Workspace) -> None:
    study(workspace, "one-eigen", "easy", "again", "hard")
    study(workspace, "mine-2", "easy", "easy")
    assert found(workspace, "", Order.STABILITY)[:2] == ["one-eigen", "mine-2"]
    assert found(workspace, "", Order.STABILITY, True)[:2] == ["mine-2", "one-eigen"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour:red", "colour"),
        ("is:blue", "suspended"),
        ("stage:nowhere", "nowhere"),
        ("topic:nothing", "nothing"),
        ("deck:nobody", "nobody"),
        ("kind:poem", "poem"),
        ("lapses:>many", "lapses:>3"),
        ("(a", "("),
    ],
)
def test_a_query_that_means_nothing_is_refused_in_one_line(workspace: Workspace, query: str, said: str) -> None:
    with pytest.raises(SearchError) as caught:
        Inventory(workspace).find(query)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_changed_card_is_found_by_what_it_says_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    path = house.own("own.yaml", OWN)
    with house.open() as workspace:
        assert found(workspace, "rank") == ["mine-1"]
        path.write_text(OWN.replace("back: rank", "back: nullity"), "utf-8")
        workspace.library.sync({path})
        assert found(workspace, "rank") == []
        assert found(workspace, "nullity") == ["mine-1"]
        path.unlink()
        workspace.library.sync()
        assert found(workspace, "") == []
        with workspace.store.read() as tx:
            assert tx.connection.execute(card_text.select()).all() == []


def test_a_card_is_as_old_as_its_file_was_when_it_was_first_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    house = House(tmp_path, monkeypatch)
    path = house.own("own.yaml", OWN)
    written = house.clock().timestamp() - 5 * 86_400
    os.utime(path, (written, written))
    with house.open() as workspace:
        assert found(workspace, "added:5") == ["mine-1", "mine-2"]
        path.write_text(OWN + "- {id: mine-3, front: new, back: card}\n", "utf-8")
        os.utime(path, (written + 3 * 86_400, written + 3 * 86_400))
        workspace.library.sync()
        assert found(workspace, "added:<3") == ["mine-3"]
        assert found(workspace, "added:5") == ["mine-1", "mine-2"]


def test_the_learners_own_version_of_a_card_is_the_one_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    house.bundle("one.yaml", DECK)
    house.own("own.yaml", "cards:\n- {id: one-multi, front: another text, back: x}\n")
    with house.open() as workspace:
        assert found(workspace, "prime") == []
        assert found(workspace, "another") == ["one-multi"]


def test_the_question_shown_is_that_of_the_item(workspace: Workspace) -> None:
    inventory = Inventory(workspace)
    entries = inventory.find("id:one-cloze")
    cards = inventory.cards(entries)
    shown = [front_of(workspace, cards[entry.place], entry.item, "en") for entry in entries]
    assert shown[0].startswith("[where] is the capital of France")
    assert shown[1].startswith("Paris is the capital of […]")


def test_what_falls_due_within_the_day_is_due_today(workspace: Workspace) -> None:
    workspace.ledger.answer(ItemId("mine-1"), Grade.AGAIN, workspace.now(), 1000)
    (entry,) = Inventory(workspace).find("id:mine-1")
    assert Figures(workspace).due_in(entry) == 0
