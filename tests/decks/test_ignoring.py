"""Comments that ignore findings: where they count, and what is no comment."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.core.curriculum import Curriculum
from recall.decks.checking import check_decks
from recall.decks.load import load_deck
from tests.support_decks import findings, write

QUESTION = "- front: Is rank additive?\n  back: 'No.'\n"
FAULTY = f"cards:\n{QUESTION}- front: Does it hold?\n  back: 'Yes.'\n  kind: cloze\n"
"""Two questions for yes or no, on lines 2 and 4, and a kind that does not fit, on line 6."""


def found(folder: Path, text: str) -> list[tuple[int, str]]:
    """(line, code) of every finding of a deck."""
    deck = load_deck(write(folder / "deck.yaml", text))
    return [(problem.line, problem.code) for problem in check_decks([[deck]], Curriculum(), [])]


def test_without_a_comment_everything_is_found(tmp_path: Path) -> None:
    assert found(tmp_path, FAULTY) == [(2, "yes-no"), (4, "yes-no"), (6, "kind")]


@pytest.mark.parametrize(
    "text",
    [
        FAULTY.replace("additive?", "additive?  # recall: ignore yes-no"),
        FAULTY.replace("- front: Is", "# recall: ignore yes-no\n- front: Is"),
        FAULTY.replace("- front: Is", "# recall: ignore yes-no\n\n# another remark\n- front: Is"),
        FAULTY.replace("additive?", "additive?  #recall:ignore kind,yes-no # as the book has it"),
    ],
    ids=["its line", "the line before", "lines before", "among others"],
)
def test_a_finding_is_ignored_on_its_line_or_before_it(tmp_path: Path, text: str) -> None:
    assert [code for _line, code in found(tmp_path, text)] == ["yes-no", "kind"]


def test_a_comment_on_the_first_line_of_a_card_holds_for_the_card(tmp_path: Path) -> None:
    text = FAULTY.replace("hold?", "hold?  # recall: ignore kind, yes-no")
    assert found(tmp_path, text) == [(2, "yes-no")]


def test_a_card_that_can_not_be_read_has_a_first_line_too(tmp_path: Path) -> None:
    assert found(tmp_path, "cards:\n- id: x  # recall: ignore no-question\n  cloze:\n    hides nothing\n") == [
        (4, "cloze")
    ]
    assert found(tmp_path, "cards:\n- id: x  # recall: ignore cloze\n  cloze:\n    hides nothing\n") == []


def test_a_comment_in_the_head_holds_for_the_file(tmp_path: Path) -> None:
    assert found(tmp_path, f"# recall: ignore yes-no\n{FAULTY}") == [(7, "kind")]
    assert found(tmp_path, FAULTY.replace("cards:", "cards:  # recall: ignore yes-no")) == [(6, "kind")]


def test_a_comment_holds_for_no_other_line(tmp_path: Path) -> None:
    text = FAULTY.replace("back: 'No.'", "back: 'No.'  # recall: ignore yes-no")
    assert found(tmp_path, text) == found(tmp_path, FAULTY)


def test_a_code_that_does_not_exist_is_found_at_its_comment(tmp_path: Path) -> None:
    text = FAULTY.replace("additive?", "additive?  # recall: ignore yesno, yes-no")
    assert found(tmp_path, text)[0] == (2, "unknown-code")
    assert (2, 29, "unknown-code") in findings(text)


def test_a_comment_without_a_code_is_found(tmp_path: Path) -> None:
    assert (1, "unknown-code") in found(tmp_path, f"# recall: ignore\n{FAULTY}")


@pytest.mark.parametrize(
    "card",
    [
        "- back: 'x # recall: ignore yes-no'\n  front: Is it so?\n",
        "- back: |\n    # recall: ignore yes-no\n  front: Is it so?\n",
        '- back: "a\n    # recall: ignore yes-no\n    b"\n  front: Is it so?\n',
        "- back: x#recall:ignore yes-no\n  front: Is it so?\n",
    ],
)
def test_what_stands_in_a_text_is_no_comment(tmp_path: Path, card: str) -> None:
    assert [code for _line, code in found(tmp_path, f"cards:\n{card}")] == ["yes-no"]


def test_a_comment_behind_the_bar_of_a_block_is_one(tmp_path: Path) -> None:
    assert found(tmp_path, "cards:\n- front: |  # recall: ignore yes-no\n    Is it so?\n  back: x\n") == []


def test_a_broken_file_can_ignore_too(tmp_path: Path) -> None:
    text = "cards:\n- front: a: b: c\n- front: Is it so? # recall: ignore yes-no\n  back: x\n"
    assert found(tmp_path, text) == [(2, "yaml")]
