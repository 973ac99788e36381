"""Progress straight into a collection."""

from __future__ import annotations

import builtins
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from recall.anki.engine import CollectionError
from recall.core.model import Grade, ItemId
from recall.exchange.exporting import Selection
from recall.exchange.exporting.straight import export_to_collection
from recall.exchange.importing import import_anki
from tests.anki.test_coming_back import anki_log, answer_in_anki, log
from tests.anki.test_import import export
from tests.anki.test_progress import anki_states, ours
from tests.support_anki import collection, in_zone, live
from tests.support_decks import House, cards

EVERYTHING = Selection()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    in_zone(monkeypatch, "Asia/Shanghai")
    house = House(tmp_path, monkeypatch)
    house.clock.at = datetime.now(UTC) - timedelta(hours=1)
    return house


def test_progress_of_cards_that_are_there_already_follows(house: House, tmp_path: Path) -> None:
    items = live(house, 60, days=60)
    with collection(tmp_path / "anki"):
        pass
    path = tmp_path / "anki" / "anki.anki2"
    with house.open() as workspace:
        first = export_to_collection(workspace, path, EVERYTHING, ("en",))
        assert (first.notes, first.ahead) == (60, 0) and first.backup.is_file()
        for item in items[:20]:
            house.clock.move(seconds=5)
            workspace.ledger.answer(item, Grade.GOOD, workspace.now(), 1000)
        second = export_to_collection(workspace, path, EVERYTHING, ("en",))
        assert (second.updated, second.ahead) == (20, 0)
        with collection(tmp_path / "anki") as anki:
            theirs = anki_states(anki, workspace)
            assert set(anki_log(anki)) <= set(log(workspace))
            with workspace.store.read() as tx:
                for state in tx.states.all():
                    assert {**theirs[state.item], **ours(state)} == theirs[state.item]
        assert export_to_collection(workspace, path, EVERYTHING, ("en",)).updated == 0


def test_answers_in_anki_that_are_not_here_yet_are_left_alone(house: House, tmp_path: Path) -> None:
    house.own("deck.yaml", cards("one", "two"))
    path = tmp_path / "anki" / "anki.anki2"
    with collection(tmp_path / "anki"):
        pass
    with house.open() as workspace:
        workspace.ledger.answer(ItemId("one"), Grade.EASY, workspace.now())
        export_to_collection(workspace, path, EVERYTHING, ("en",))
        house.clock.move(seconds=5)
        workspace.ledger.answer(ItemId("two"), Grade.EASY, workspace.now())
        with collection(tmp_path / "anki") as anki:
            answer_in_anki(anki, Random(1), 1)
            before = anki_log(anki)
        assert export_to_collection(workspace, path, EVERYTHING, ("en",)).ahead == 1
        with collection(tmp_path / "anki") as anki:
            assert anki_log(anki) == before
            package = export(anki, tmp_path / "back.apkg")
        import_anki(workspace, package)
        done = export_to_collection(workspace, path, EVERYTHING, ("en",))
        assert done.ahead == 0
        with collection(tmp_path / "anki") as anki:
            assert anki_log(anki) == log(workspace)


def test_a_collection_that_anki_has_open_is_left_alone(house: House, tmp_path: Path) -> None:
    house.own("deck.yaml", cards("one"))
    with collection(tmp_path / "anki") as anki, house.open() as workspace:
        with pytest.raises(CollectionError, match="close Anki"):
            export_to_collection(workspace, tmp_path / "anki" / "anki.anki2", EVERYTHING, ("en",))
        assert anki.note_count() == 0
        assert not (house.home / "backups").exists()


def test_without_the_extra_it_says_what_to_install(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.own("deck.yaml", cards("one"))
    real = builtins.__import__

    def without_anki(name: str, *rest: object) -> object:
        if name.startswith("anki"):
            raise ImportError(name)
        return real(name, *rest)  # type: ignore[arg-type]

    with house.open() as workspace:
        monkeypatch.setattr(builtins, "__import__", without_anki)
        with pytest.raises(CollectionError, match=r"recall-srs\[anki\]"):
            export_to_collection(workspace, tmp_path / "x.anki2", EVERYTHING, ("en",))
