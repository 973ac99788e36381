"""Packages from anywhere: one clear line each, and nothing written."""

from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from recall.anki.archive import PackageError
from recall.exchange.exporting import export_anki
from recall.exchange.importing import import_anki
from tests.support_decks import House, cards, log_ids


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of two cards."""
    (tmp_path / "giver").mkdir()
    house = House(tmp_path / "giver", monkeypatch)
    house.own("deck.yaml", cards("one", "two"))
    with house.open() as workspace:
        export_anki(workspace, tmp_path / "good.apkg")
    return tmp_path / "good.apkg"


@pytest.fixture
def house(good: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    root = good.parent / "taker"
    root.mkdir()
    return House(root, monkeypatch)


def database(good: Path) -> bytes:
    with zipfile.ZipFile(good) as package:
        return package.read("collection.anki21")


def pack(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name.replace("__", "."), content)
    return path


def bomb(good: Path, path: Path) -> Path:
    return pack(path, collection__anki21=bytes(300_000_000))


def zstd_bomb(good: Path, path: Path) -> Path:
    return pack(path, collection__anki21b=zstandard.compress(bytes(300_000_000), 19))


def climbing_media(good: Path, path: Path) -> Path:
    names = json.dumps({"0": "../../config.toml"}).encode()
    return pack(path, collection__anki21=database(good), media=names, **{"0": b"x"})


def climbing_entry(good: Path, path: Path) -> Path:
    pack(path, collection__anki21=database(good))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("../evil", b"x")
    return path


def broken_database(good: Path, path: Path) -> Path:
    content = bytearray(database(good))
    content[3000:20_000] = b"\xff" * 17_000
    return pack(path, collection__anki21=bytes(content))


def no_database(good: Path, path: Path) -> Path:
    return pack(path, collection__anki21=b"not a database at all" * 100)


def other_database(good: Path, path: Path) -> Path:
    other = path.with_suffix(".db")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE VIEW notes AS SELECT 1")
    return pack(path, collection__anki21=other.read_bytes())


def odd_values(good: Path, path: Path) -> Path:
    other = path.with_suffix(".db")
    other.write_bytes(database(good))
    with sqlite3.connect(other) as connection:
        connection.execute("UPDATE col SET models = '[1, 2'")
    return pack(path, collection__anki21=other.read_bytes())


def cut_short(good: Path, path: Path) -> Path:
    path.write_bytes(good.read_bytes()[:-200])
    return path


def damaged(good: Path, path: Path) -> Path:
    content = bytearray(good.read_bytes())
    content[300:600] = b"\x00" * 300
    path.write_bytes(content)
    return path


def two_gigabytes(good: Path, path: Path) -> Path:
    """The size that the directory of the zip claims, changed by hand."""
    pack(path, collection__anki21=database(good))
    content = bytearray(path.read_bytes())
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 2_100_000_000)
    path.write_bytes(content)
    return path


def empty(good: Path, path: Path) -> Path:
    path.write_bytes(b"")
    return path


HOSTILE: list[Callable[[Path, Path], Path]] = [
    bomb,
    zstd_bomb,
    climbing_media,
    climbing_entry,
    broken_database,
    no_database,
    other_database,
    odd_values,
    cut_short,
    damaged,
    two_gigabytes,
    empty,
]


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_package_is_refused_in_one_line(good: Path, house: House, make: Callable[[Path, Path], Path]) -> None:
    package = make(good, good.parent / "bad.apkg")
    with house.open() as workspace:
        with pytest.raises(PackageError) as refused:
            import_anki(workspace, package)
        assert "\n" not in str(refused.value) and "nothing was changed" in str(refused.value)
        assert log_ids(workspace.store) == []
    assert not (house.home / "decks").exists()


def test_missing_media_and_scripts_do_no_harm(good: Path, house: House) -> None:
    content = good.parent / "c.db"
    content.write_bytes(database(good))
    with sqlite3.connect(content) as connection:
        fields = "one\x1f<script>alert(1)</script>ask <img src=x.png>\x1f\x1ftell"
        connection.execute("UPDATE notes SET guid = 'stranger', flds = ? WHERE guid = 'recall:one'", (fields,))
    names = json.dumps({"0": "x.png"}).encode()
    package = pack(good.parent / "odd.apkg", collection__anki21=content.read_bytes(), media=names)
    with house.open() as workspace:
        came = import_anki(workspace, package)
        assert came.media == 0 and len(came.new) == 2
        assert not workspace.library.problems()
    written = "".join(path.read_text("utf-8") for path in (house.home / "decks").rglob("*.yaml"))
    assert "alert" not in written and "ask ![x.png](media/x.png)" in written


def test_when_the_log_cannot_be_written_the_decks_are_as_they_were(
    good: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = house.own("mine.yaml", cards("three"))
    with house.open() as workspace:

        def fail(*_arguments: object) -> None:
            raise OSError("no")

        monkeypatch.setattr(type(workspace.ledger), "receive", fail)
        with pytest.raises(PackageError, match="imported: no;"):
            import_anki(workspace, good)
    assert [found for found in (house.home / "decks").rglob("*") if found.is_file()] == [path]
