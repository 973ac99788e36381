"""`add`, `edit`, `diff`, `fmt`, and `import` of somebody's text, as scripts use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.decks.load import load_deck
from tests.cli.program import Program


def test_a_card_is_added_from_options_and_asked(small: Program) -> None:
    (added,) = small.json(
        "add", "--topic", "mine", "--front", "Was?", "--front-en", "What is $x$?", "--back", "2", "--tag", "why"
    )
    path = Path(added["path"])
    assert path == small.decks / "mine.yaml"
    front = "  front:\n    zh: Was?\n    en: 'What is $x$?'\n"
    assert path.read_text().endswith(f"- id: {added['id']}\n{front}  back: 2\n  tags:\n  - why\n")
    assert small.call("history", added["id"]).status == 0


def test_a_new_deck_is_made_by_name_and_a_mistyped_topic_is_not(empty: Program) -> None:
    assert empty.call("add", "--deck", "Zoo", "--front", "Lion?", "--back", "Cat.").status == 0
    assert (empty.decks / "zoo.yaml").exists()
    wrong = empty.call("add", "--topic", "Zooo", "--front", "a", "--back", "b")
    assert (wrong.status, wrong.out) == (1, "")
    assert "did you mean Zoo?" in wrong.err


def test_a_typed_answer_makes_a_card_that_is_marked(empty: Program) -> None:
    empty.call("add", "--deck", "d", "--front", "2+2?", "--answer", "4", "--back", "Count.")
    assert [located.card.kind for located in load_deck(empty.decks / "d.yaml").cards] == ["numeric"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("front: a\nback: b\n", 1),
        ("- front: a\n  back: b\n- cloze: '{{c1::x}} y'\n", 2),
        ("deck: d\ncards:\n- {front: a, back: b}\n- {front: c, back: d}\n", 2),
    ],
)
def test_cards_are_added_from_stdin(empty: Program, text: str, count: int) -> None:
    done = empty.call("add", "--deck", "d", stdin=text)
    assert (done.status, len(done.out.splitlines())) == (0, count)
    assert len(load_deck(empty.decks / "d.yaml").cards) == count


def test_a_chinese_card_is_added_through_a_pipe(empty: Program) -> None:
    done = empty.run("add", "--deck", "d", stdin="front: 水\nback: H₂O\n", environment={"LC_ALL": "C"})
    assert done.status == 0, done.err
    assert "水" in (empty.decks / "d.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "text", ["", "just words", "front: a\n", "front: : [\n", "- front: a\n  back: b\n- front: c\n"]
)
def test_of_cards_with_a_mistake_none_is_written(empty: Program, text: str) -> None:
    done = empty.call("add", "--deck", "d", stdin=text)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("recall: ")
    assert not (empty.decks / "d.yaml").exists()


def test_a_card_without_a_place_is_a_usage_error(empty: Program) -> None:
    assert empty.call("add", "--front", "a", "--back", "b").status == 2


def test_a_like_question_is_told_on_stderr(small: Program) -> None:
    done = small.call("add", "--topic", "mine", "--front", "What is the square of 33?", "--back", "1089")
    assert done.status == 0
    assert "is like square" in done.err


def test_a_field_is_edited_and_the_rest_of_the_file_stays(small: Program) -> None:
    before = (small.decks / "mine.yaml").read_text()
    done = small.call("edit", "water", "--field", "front.en", "Water: what is it?", "--field", "tags", "why, x")
    assert (done.status, done.err) == (0, "")
    after = (small.decks / "mine.yaml").read_text()
    assert after != before
    assert after.splitlines()[:4] == before.splitlines()[:4]
    card = load_deck(small.decks / "mine.yaml").cards[1].card
    assert card.tags == ("why", "x")
    assert small.call("edit", "water", "--field", "tags", "").status == 0
    assert load_deck(small.decks / "mine.yaml").cards[1].card.tags == ()


def test_an_edit_that_would_break_the_card_changes_nothing(small: Program) -> None:
    before = (small.decks / "mine.yaml").read_text()
    done = small.call("edit", "square", "--field", "back", "")
    assert done.status == 1
    assert "no answer" in done.err
    assert (small.decks / "mine.yaml").read_text() == before


def test_a_version_of_a_bundled_card_is_shown_and_given_back(bundled: Program) -> None:
    bundled.json("answer", "la.rank-01", "good")
    assert bundled.call("edit", "la.rank-01", "--field", "front.en", "Mine?").status == 0
    (version,) = bundled.json("diff")
    assert [(change["field"], change["own"]) for change in version["changes"]] == [("front.en", "Mine?")]
    shown = bundled.call("diff", "la.rank-01").out
    assert "  front.en\n  - An $m" in shown
    assert "  + Mine?\n" in shown
    assert bundled.call("diff", "la.rank-01", "--give-back").status == 0
    assert not (bundled.decks / "edited").exists()
    assert bundled.json("diff") == []
    assert len(bundled.json("history", "la.rank-01")) > 0
    assert bundled.call("diff", "la.rank-01").status == 1


def test_one_of_several_versions_is_given_back_alone(bundled: Program) -> None:
    for name in ("la.rank-01", "la.rank-03"):
        bundled.call("edit", name, "--field", "difficulty", "5")
    assert bundled.call("diff", "la.rank-01", "--give-back").status == 0
    assert [version["id"] for version in bundled.json("diff")] == ["la.rank-03"]


def test_a_remark_of_the_learner_outlives_the_last_version(bundled: Program) -> None:
    bundled.call("edit", "la.rank-01", "--field", "difficulty", "5")
    (path,) = (bundled.decks / "edited").rglob("*.yaml")
    path.write_text(f"# my remark\n{path.read_text('utf-8')}", "utf-8")
    assert bundled.call("diff", "la.rank-01", "--give-back").status == 0
    assert path.read_text("utf-8").startswith("# my remark\n")
    assert bundled.json("diff") == []
    assert bundled.call("check").status == 0


def test_fmt_writes_ids_and_a_card_that_was_answered_keeps_its_history(empty: Program) -> None:
    path = empty.deck("deck: Zoo\ncards:\n- front: a\n  back: b   \n- {front: c, back: d}\n")
    first = load_deck(path).cards[0].card.id
    empty.json("answer", first, "good")
    assert empty.call("fmt", "--check").status == 1
    assert "back: b   " in path.read_text()
    done = empty.call("fmt")
    assert (done.status, done.out) == (0, f"{path}\n")
    ids = [located.card.id for located in load_deck(path).cards]
    assert ids[0] == first
    assert ids[1].startswith("zoo-")
    assert path.read_text() == (
        f"deck: Zoo\ncards:\n- id: {first}\n  front: a\n  back: b\n- {{id: {ids[1]}, front: c, back: d}}\n"
    )
    assert (empty.call("fmt", "--check").status, empty.call("fmt").out) == (0, "")


def test_fmt_leaves_bundled_decks_alone_and_tells_a_broken_file(bundled: Program, tmp_path: Path) -> None:
    assert bundled.call("fmt").out == ""
    path = bundled.deck("cards:\n- front: : [\n")
    done = bundled.call("fmt")
    assert done.status == 1
    assert f"{path}:2:" in done.err


def test_the_text_of_another_program_is_imported_once(empty: Program, tmp_path: Path) -> None:
    file = tmp_path / "Zoo.md"
    file.write_text("Q: Lion?\nA: Cat.\n---\nC: A [bat] flies.\n---\nQ: None?\n")
    would = empty.call("import", file, "--dry-run")
    assert (would.status, empty.decks.exists()) == (0, False)
    assert "2 new cards, 0 known" in would.err
    assert "Zoo.md:6: " in would.err
    came = empty.json("import", file, "--to", "Animals")
    assert len(came["cards"]) == 2
    assert empty.json("import", file)["known"] == 2
    assert len(load_deck(empty.decks / "animals.yaml").cards) == 2
    assert empty.call("check").status == 0


def test_what_recall_exported_is_not_taken_for_another_programs(small: Program, tmp_path: Path) -> None:
    for form, name in (("csv", "x.csv"), ("markdown", "x.md"), ("json", "x.json")):
        assert small.call("export", form, tmp_path / name).status == 0
        done = small.json("import", tmp_path / name)
        assert (done["cards"], done["known"]) == ([], 3)
