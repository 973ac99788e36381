"""`export` and `import` on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from recall.decks.source import entries
from tests.cli.program import Program


def test_a_deck_goes_to_anki_and_back(small: Program, tmp_path: Path) -> None:
    package = tmp_path / "out.apkg"
    small.json("answer", "square", "good")
    done = small.call("export", "anki", package, "--progress", "--lang", "en")
    assert (done.status, done.out) == (0, "")
    assert done.err == f"Written to {package}: 3 notes, 5 cards, 1 answer.\n"
    back = small.call("import", package)
    assert back.err == "Imported: 0 new cards, 3 known; 0 answers and 0 decisions added.\n"


def test_a_package_moves_cards_and_history_to_another_home(small: Program, tmp_path: Path) -> None:
    small.json("answer", "gap#c2", "easy")
    other = Program(tmp_path / "other")
    other.configure("bundled_decks = false\n")
    package = tmp_path / "out.apkg"
    small.call("export", "anki", package, "--progress")
    shown = other.call("import", package, "--dry-run")
    assert "Would come: 3 new cards" in shown.err and "- id: gap" in shown.out + shown.out.replace("square", "gap")
    assert not other.decks.exists()
    assert other.json("import", package)["reviews"] == 1
    assert other.json("history", "gap#c2")["reviews"][0]["source"] == "import"
    assert other.json("due")["total"] == small.json("due")["total"]


def test_the_language_of_the_cards_is_not_that_of_the_program(small: Program, tmp_path: Path) -> None:
    done = small.call("export", "anki", tmp_path / "out.apkg", "--lang", "zh")
    assert done.err.startswith("Written to ")


def test_of_many_files_only_the_first_are_named(small: Program, tmp_path: Path) -> None:
    cards = [{"id": f"c{n}", "deck": f"deck{n}", "front": f"Q{n}", "back": f"A{n}"} for n in range(5)]
    file = tmp_path / "cards.json"
    file.write_text(json.dumps({"format": "recall", "version": 1, "cards": cards}), "utf-8")
    said = small.call("import", file).err
    assert [name for name in ("deck0", "deck1", "deck2", "deck3") if name in said] == ["deck0", "deck1", "deck2"]
    assert said.endswith(" and 2 more\n")


def test_cards_go_to_standard_output(small: Program) -> None:
    rows = list(csv.DictReader(io.StringIO(small.call("export", "csv", "-").out)))
    assert [row["id"] for row in rows] == ["square", "water", "gap"]
    document = json.loads(small.call("export", "json", "-", "--query", "paris").out)
    assert [card["id"] for card in document["cards"]] == ["gap"]
    assert "## water" in small.call("export", "markdown", "-").out


def test_what_was_exported_is_imported_from_every_format(small: Program, tmp_path: Path) -> None:
    for form, suffix in (("json", "json"), ("csv", "csv"), ("markdown", "md"), ("markdown", "markdown")):
        file = tmp_path / f"cards.{suffix}"
        assert small.call("export", form, file).status == 0
        assert small.json("import", file)["known"] == 3
        other = Program(tmp_path / suffix)
        other.configure("bundled_decks = false\n")
        assert other.json("import", file)["cards"] == ["square", "water", "gap"]
        assert other.json("due")["total"] == 3


def test_an_edit_is_shown_as_a_difference(small: Program, tmp_path: Path) -> None:
    file = tmp_path / "cards.csv"
    small.call("export", "csv", file)
    file.write_text(file.read_text("utf-8").replace("H2O", "H₂O"), "utf-8")
    shown = small.call("import", file)
    assert "-   back: H2O" in shown.out or "H2O" in shown.out
    assert "1 text was edited elsewhere; --accept-edits takes it over" in shown.err
    small.call("import", file, "--accept-edits")
    assert "H₂O" in (small.decks / "mine.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "deck",
    [
        "deck: mine\ncards:\n- id: a\n  front: A?\n  back: a\n-\n  id: c\n  front: C?  # why\n  back: c\n",
        "deck: mine # cards: two\ncards:\n    - {id: a, front: 'A?', back: a}\n    - {id: c, front: 'C?', back: c}\n",
    ],
    ids=["a dash alone", "indented"],
)
def test_an_edit_is_taken_over_into_its_own_entry_however_that_is_written(tmp_path: Path, deck: str) -> None:
    program = Program(tmp_path)
    program.configure("bundled_decks = false\n")
    path = program.deck(deck)
    file = tmp_path / "cards.json"
    program.call("export", "json", file)
    file.write_text(file.read_text("utf-8").replace('"c"', '"C"').replace('"id": "C"', '"id": "c"'), "utf-8")
    program.json("import", file, "--accept-edits")
    assert [entry["back"] for entry in entries(path.read_text("utf-8"))] == ["a", "C"]
    assert ("# why" in deck) == ("# why" in path.read_text("utf-8"))
    assert program.json("check", path) == []


def test_a_list_of_cards_in_brackets_is_left_as_it_is(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.configure("bundled_decks = false\n")
    path = program.deck("deck: mine\ncards: [{id: a, front: 'A?', back: a}]\n")
    before, file = path.read_bytes(), tmp_path / "cards.json"
    program.call("export", "json", file)
    file.write_text(file.read_text("utf-8").replace('"a"', '"b"').replace('"id": "b"', '"id": "a"'), "utf-8")
    done = program.call("import", file, "--accept-edits")
    assert done.status == 1 and "mine.yaml:2:" in done.err and "in brackets" in done.err
    assert path.read_bytes() == before


def test_wrong_uses_are_told_in_one_line(small: Program, tmp_path: Path) -> None:
    for arguments, status, said in (
        (("export", "anki"), 2, "name the file to write"),
        (("export", "anki", "-"), 2, "standard output"),
        (("export", "csv", tmp_path / "x", "--query", "nowhere"), 1, "no card to export"),
        (("export", "csv", tmp_path / "no" / "\0"), 2, ""),
        (("import", tmp_path / "missing.apkg"), 2, "does not exist"),
        (("import", __file__), 2, "no file that recall can read"),
    ):
        if "\0" in str(arguments[-1]):
            continue
        done = small.call(*arguments)
        assert (done.status, done.out) == (status, "") and said in done.err, arguments


def test_a_broken_package_is_one_line(small: Program, tmp_path: Path) -> None:
    broken = tmp_path / "x.apkg"
    broken.write_bytes(b"PK\x03\x04 nothing")
    done = small.call("import", broken)
    assert done.status == 1 and done.err.count("\n") == 1 and "nothing was changed" in done.err
