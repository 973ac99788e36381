"""`check`: every problem of the decks in one run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.program import Program

KEYS = {"path", "line", "column", "code", "message"}

BROKEN = """\
cards:
- id: good-1
  front: first
  back: a
- front: no answer here
- id: good-2
  front: second
  back: {zh: 二, fr: deux}
- cloze: nothing is hidden
"""


def test_good_decks_give_no_finding(small: Program) -> None:
    checked = small.run("check")
    assert (checked.status, checked.out) == (0, "")
    assert "0 problems in 1 file." in checked.err
    assert small.json("check") == []


def test_the_bundled_decks_give_no_finding(bundled: Program) -> None:
    checked = bundled.call("check")
    assert (checked.status, checked.out) == (0, "")


def test_every_problem_is_reported_at_its_place(empty: Program) -> None:
    path = empty.deck(BROKEN)
    checked = empty.run("check")
    assert checked.status == 1
    lines = checked.out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{path}:5:3", f"{path}:8:17", f"{path}:9:10"]
    assert all(re.fullmatch(r".+:\d+:\d+: [a-z-]+: .+", line) for line in lines)
    assert "3 problems in 1 file." in checked.err


def test_decks_of_ones_own_can_be_held_to_the_standard(small: Program) -> None:
    checked = small.run("check", "--standard")
    assert checked.status == 1
    assert "incomplete: the card has no `source:`" in checked.out


def test_check_as_json_has_the_documented_keys(empty: Program) -> None:
    path = empty.deck(BROKEN)
    checked = empty.call("check", "--json")
    assert checked.status == 1
    found = json.loads(checked.out)
    assert all(problem.keys() == KEYS for problem in found)
    assert [(problem["path"], problem["line"], problem["column"]) for problem in found] == [
        (str(path), 5, 3),
        (str(path), 8, 17),
        (str(path), 9, 10),
    ]


def test_a_broken_card_hides_no_other(empty: Program) -> None:
    empty.deck(BROKEN)
    assert empty.json("due")["new"] == 2


def test_a_broken_file_hides_no_other(empty: Program) -> None:
    empty.deck("cards:\n- {front: a, back: b}\n", "a.yaml")
    empty.deck("cards: [", "b.yaml")
    empty.deck("cards:\n- front: x\n  back: y\n- front: 'not closed\n- front: p\n  back: q\n", "c.yaml")
    assert empty.call("check").status == 1
    assert empty.json("due")["new"] == 3


def test_files_and_folders_can_be_named(small: Program, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "bad.yaml").write_text("cards:\n- front: q\n", "utf-8")
    (elsewhere / "good.yaml").write_text("cards:\n- {front: q, back: a}\n", "utf-8")
    assert small.call("check", elsewhere / "good.yaml").status == 0
    assert small.call("check", elsewhere).status == 1
    assert "1 problem in 2 files." in small.call("check", elsewhere).err
    assert "1 problem in 3 files." in small.call("check", elsewhere, small.decks).err
    assert small.call("check").status == 0, "only the decks in use"


def test_an_id_given_twice_is_reported_with_the_first_place(small: Program) -> None:
    small.deck("cards:\n- {id: square, front: other, back: b}\n", "second.yaml")
    checked = small.call("check")
    assert checked.status == 1
    assert "second.yaml:2:3: duplicate-id: " in checked.out
    assert f"{small.decks / 'mine.yaml'}:3" in checked.out


def test_an_own_card_that_replaces_a_bundled_one_is_no_problem(bundled: Program) -> None:
    card = bundled.json("next")["item"]["id"]
    bundled.deck(f"topic: la.vectors\ncards:\n- {{id: {card}, front: mine, back: edited}}\n")
    assert bundled.json("next")["item"]["front"] == "mine"
    checked = bundled.call("check")
    assert (checked.status, checked.out) == (0, "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"cards:\n- front: \xff\n", "encoding"),
        (b"cards:\n- {front: a\x07, back: b}\n", "control-character"),
        ("cards:\n- {front: a\u202eb, back: b}\n".encode(), "bidi"),
        (b"cards:\n- !!python/object:os.system {front: a, back: b}\n", "tag"),
        (b"cards: " + b"[" * 100, "too-deep"),
        (b"just words\n", "no-cards"),
        (b"topic: la.nothing\ncards: []\n", "unknown-topic"),
    ],
)
def test_hostile_files_are_findings(empty: Program, content: bytes, code: str) -> None:
    empty.deck("").write_bytes(content)
    checked = empty.call("check")
    assert checked.status == 1
    assert f": {code}: " in checked.out
    assert empty.call("due").status == 0


def test_aliases_that_explode_are_a_finding(empty: Program) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    empty.deck(bomb + "cards: *a11\n")
    checked = empty.call("check")
    assert checked.status == 1
    assert ": too-large: " in checked.out


def test_files_that_are_no_decks_are_passed_over(small: Program) -> None:
    small.deck("not: a deck", ".hidden.yaml")
    small.deck("# notes", "notes.md")
    (small.decks / "image.png").write_bytes(b"\x89PNG")
    assert "0 problems in 1 file." in small.call("check").err
