"""`check`: every finding about the decks in one run, in several forms, mended, and again when a file changes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.program import RECALL, Program

PATIENCE = 60
"""Seconds for a process of recall to do what it is to do, however busy the machine is."""

KEYS = {"path", "line", "column", "severity", "code", "message"}

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
    checked = empty.call("check")
    assert checked.status == 1
    lines = checked.out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{path}:5:3", f"{path}:8:17", f"{path}:9:10"]
    assert all(re.fullmatch(r".+:\d+:\d+: error: [a-z-]+: .+", line) for line in lines)
    assert "3 problems in 1 file." in checked.err


def test_decks_of_ones_own_can_be_held_to_the_standard(small: Program) -> None:
    checked = small.call("check", "--standard")
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
    assert "second.yaml:2:3: error: duplicate-id: " in checked.out
    assert f"{small.decks / 'mine.yaml'}:3" in checked.out


def test_an_own_card_that_replaces_a_bundled_one_is_no_problem(
    empty: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _few_bundled(tmp_path, monkeypatch, "cards:\n- {id: c, front: What is q?, back: a}\n")
    empty.configure("")
    assert empty.json("next")["item"]["front"] == "What is q?"
    before = empty.call("check").out
    empty.deck("cards:\n- {id: c, front: What is mine?, back: edited}\n")
    assert empty.json("next")["item"]["front"] == "What is mine?"
    assert empty.call("check").out == before


def _few_bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Path:
    """A deck that stands in for the bundled ones."""
    decks = tmp_path / "bundled"
    decks.mkdir()
    (decks / "curriculum.yaml").write_text("stages: []\n", "utf-8")
    (decks / "sources.yaml").write_text("sources: []\nbooks: []\ndocs: []\n", "utf-8")
    path = decks / "deck.yaml"
    path.write_text(text, "utf-8")
    monkeypatch.setattr("recall.environment.bundled_decks", lambda: decks)
    return path


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


ADVISED = "cards:\n- {front: Is rank additive?, back: 'No.'}\n"
"""A deck with nothing but a piece of advice, on line 2."""
WARNED = "cards:\n- {front: q, back: a, kind: cloze}\n"


def test_advice_alone_is_no_failure(empty: Program) -> None:
    empty.deck(ADVISED)
    checked = empty.call("check")
    assert checked.status == 0
    assert ":2:11: advice: yes-no: " in checked.out
    assert checked.err == "0 problems, 1 piece of advice in 1 file.\n"


def test_advice_counts_when_that_is_asked_for(empty: Program) -> None:
    empty.deck(ADVISED)
    assert empty.call("check", "--strict").status == 1


def test_a_warning_is_a_failure(empty: Program) -> None:
    empty.deck(WARNED)
    checked = empty.call("check")
    assert (checked.status, checked.err) == (1, "1 problem in 1 file.\n")


def test_only_errors_are_told_of_elsewhere(empty: Program) -> None:
    empty.deck(WARNED)
    assert "problem" not in empty.call("due").err
    empty.deck(BROKEN)
    assert "3 problems in the decks" in empty.call("due").err


def test_github_is_told_the_file_the_place_and_the_code(empty: Program, tmp_path: Path) -> None:
    empty.deck(WARNED, "a,b: 100%.yaml")
    empty.deck(ADVISED)
    warning, advice = empty.call("check", "--format", "github").out.splitlines()
    folder = str(empty.decks).replace(":", "%3A")
    assert warning.startswith(f"::warning file={folder}/a%2Cb%3A 100%25.yaml,line=2,col=29,title=kind::`kind: cloze` ")
    assert advice.startswith(f"::notice file={folder}/mine.yaml,line=2,col=11,title=yes-no::can be answered")


def test_json_is_a_format_too(empty: Program) -> None:
    empty.deck(WARNED)
    assert empty.call("check", "--json").out == empty.call("check", "--format", "json").out != ""


def test_every_code_is_listed_with_its_severity(empty: Program) -> None:
    listed = empty.call("check", "--list-codes")
    assert listed.status == 0
    assert re.search(r"^yes-no +advice +the question can be answered by yes or no$", listed.out, re.MULTILINE)
    codes = empty.json("check", "--list-codes")
    assert {"code": "kind", "severity": "warning", "says": "`kind:` does not fit the fields"} in codes


def test_what_can_be_mended_is_mended_and_shown(empty: Program) -> None:
    path = empty.deck("# mine \ncards:\n- {front: q, back: a, kind: cloze}\n- front: no answer\n")
    path.chmod(0o600)
    checked = empty.call("check", "--fix")
    assert checked.status == 1
    assert [line.split(": ")[2] for line in checked.out.splitlines()] == ["no-answer"]
    assert "-- {front: q, back: a, kind: cloze}\n+- {front: q, back: a, kind: basic}\n" in checked.err
    assert "1 file changed." in checked.err
    assert path.read_text("utf-8") == "# mine\ncards:\n- {front: q, back: a, kind: basic}\n- front: no answer\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_bundled_decks_are_mended_only_when_they_are_named(
    bundled: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _few_bundled(tmp_path, monkeypatch, "cards: \n- {front: What is q?, back: a}\n")
    assert "0 files changed." in bundled.call("check", "--fix").err
    assert "1 file changed." in bundled.call("check", "--fix", path).err
    assert path.read_text("utf-8").startswith("cards:\n")


def test_programs_run_only_when_asked_and_only_in_trusted_decks(empty: Program) -> None:
    empty.deck("cards:\n- {front: What is printed?, code: print(6 * 7), answer: 41}\n")
    assert empty.call("check").status == 0
    assert empty.call("check", "--run").status == 0, "the deck is not trusted"
    empty.configure('bundled_decks = false\ntrusted = ["mine.yaml"]\n')
    checked = empty.call("check", "--run")
    assert checked.status == 1
    assert ":2:3: error: output: the program prints '42'" in checked.out
    assert empty.call("check", "--run", empty.decks / "mine.yaml").status == 1


def test_a_finding_can_be_ignored_by_a_comment(empty: Program) -> None:
    empty.deck(ADVISED.replace("\n- ", "  # recall: ignore yes-no\n- ", 1))
    assert empty.call("check").err == "0 problems in 1 file.\n"


def test_fixing_and_watching_do_not_go_together(empty: Program) -> None:
    assert empty.call("check", "--fix", "--watch").status == 2


def test_watching_checks_again_when_a_file_changes_comes_or_goes(small: Program, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with out.open("wb") as file:
        watching = subprocess.Popen([RECALL, "check", "--watch"], env=small.environment(), stdout=file, stderr=file)
    try:
        _wait_for(out, "0 problems in 1 file.")
        path = small.deck("cards:\n- front: no answer\n", "second.yaml")
        _wait_for(out, "1 problem in 2 files.")
        path.write_text("cards:\n- {front: an answer, back: here}\n", "utf-8")
        _wait_for(out, "0 problems in 2 files.")
        path.unlink()
        _wait_for(out, "0 problems in 1 file.", times=2)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(PATIENCE) == 0
    finally:
        watching.kill()
        watching.wait()
    assert "\x1b" not in out.read_text("utf-8"), "this is no terminal to be cleared"


def _wait_for(path: Path, text: str, times: int = 1) -> None:
    end = time.monotonic() + PATIENCE
    while path.read_text("utf-8").count(text) < times:
        assert time.monotonic() < end, path.read_text("utf-8")
        time.sleep(0.05)


def test_a_link_that_leads_in_circles_is_a_finding_among_the_others(small: Program) -> None:
    (small.decks / "circle.yaml").symlink_to("circle.yaml")
    checked = small.run("check")
    assert checked.status == 1
    assert re.search(r"circle\.yaml:1:1: error: unreadable", checked.out)
