"""What is read of a damaged database: every row on a page that is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from recall.core.model import Event, EventKind, Grade, ItemId, LogId, Review, Source
from recall.devices.restoring import salvage
from recall.store.copies import content_of
from recall.store.salvage import salvaged_rows
from recall.store.uuid7 import uuid7
from tests.support_decks import opened

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
PAGE = 4096


def rows(count: int, response: str = "") -> list[Review | Event]:
    made: list[Review | Event] = []
    newest: LogId | None = None
    for n in range(count):
        newest, at = uuid7(newest), AT + timedelta(minutes=n)
        if n % 4 == 3:
            made.append(Event(newest, at, at.date(), EventKind.FLAG, ItemId(f"i{n}"), "here", payload={"on": True}))
        else:
            due = at.date() + timedelta(n)
            given = (7 - n, f"{response}{n}中", [0.0, 0.5, 1.0][n % 3]) if n % 2 else (None, None, None)
            made.append(
                Review(newest, ItemId(f"i{n}"), at, at.date(), Grade.GOOD, n, Source.REVIEW, due, "here", *given)
            )
    return made


def database(path: Path, content: list[Review | Event]) -> Path:
    with opened(path) as store:
        with store.write() as tx:
            tx.log.add_all(content)
        with closing(sqlite3.connect(path)) as plain:
            plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def damage(path: Path, *pages: int) -> None:
    """Overwrite pages, counted from 1, with noise."""
    content = bytearray(path.read_bytes())
    for page in pages:
        content[(page - 1) * PAGE : page * PAGE] = Random(page).randbytes(PAGE)
    path.write_bytes(content)


def test_a_sound_database_is_read_whole(tmp_path: Path) -> None:
    content = rows(400)
    assert salvaged_rows(database(tmp_path / "recall.db", content)) == (content, [])


def test_answers_longer_than_a_page_are_read_whole(tmp_path: Path) -> None:
    content = rows(40, "long answer " * 1600)
    path = database(tmp_path / "recall.db", content)
    damage(path, 1)  # so that SQL is of no help
    assert salvaged_rows(path) == (content, [])


def test_a_lost_header_loses_no_row(tmp_path: Path) -> None:
    content = rows(400)
    path = database(tmp_path / "recall.db", content)
    damage(path, 1)
    assert salvaged_rows(path)[0] == content


def test_a_damaged_page_costs_no_more_than_its_own_rows(tmp_path: Path) -> None:
    content = rows(2000)
    path = database(tmp_path / "recall.db", content)
    pages = path.stat().st_size // PAGE
    for page in Random(1).sample(range(2, pages), 5):
        spoilt = tmp_path / "spoilt.db"
        spoilt.write_bytes(path.read_bytes())
        damage(spoilt, page)
        assert len(salvaged_rows(spoilt)[0]) >= len(content) - 60, page


def test_a_database_cut_in_half_gives_what_is_left(tmp_path: Path) -> None:
    content = rows(2000)
    path = database(tmp_path / "recall.db", content)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found, _findings = salvaged_rows(path)
    assert 500 < len(found) < 2000
    assert set(map(str, found)) <= set(map(str, content))


def test_rows_that_are_still_in_the_write_ahead_log_are_read(tmp_path: Path) -> None:
    content = rows(300)
    path = tmp_path / "recall.db"
    with opened(path) as store:
        with store.write() as tx:
            tx.log.add_all(content)
        for name in ("recall.db", "recall.db-wal"):
            (tmp_path / f"copy-{name}").write_bytes((tmp_path / name).read_bytes())
    copy = tmp_path / "copy-recall.db"
    assert salvaged_rows(copy)[0] == content
    damage(copy, 1)
    assert salvaged_rows(copy)[0] == content


@pytest.mark.parametrize("seed", range(8))
def test_noise_never_makes_it_fail_nor_invent_rows(tmp_path: Path, seed: int) -> None:
    content = rows(200)
    path = database(tmp_path / "recall.db", content)
    chance, noisy = Random(seed), bytearray(path.read_bytes())
    for _ in range(400):
        noisy[chance.randrange(len(noisy))] = chance.randrange(256)
    path.write_bytes(noisy)
    found, _findings = salvaged_rows(path)
    ids = {row.id for row in content}
    assert len(found) > 20
    assert sum(row.id not in ids for row in found) < 8  # an id whose own letters were hit


def test_what_is_saved_is_a_new_database(tmp_path: Path) -> None:
    content = rows(200)
    path = database(tmp_path / "recall.db", content)
    damage(path, 1, 2)
    saved = salvage(path, tmp_path / "saved.db")
    assert content_of(tmp_path / "saved.db").rows == saved.rows >= 150
    assert sorted(tmp_path.glob("*.db*")) == [path, tmp_path / "saved.db"]
