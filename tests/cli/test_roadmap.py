"""`roadmap`: topics with their progress, and the coverage of the decks."""

from __future__ import annotations

import pytest

from recall.cli.table import cell_width
from tests.cli.program import Program
from tests.cli.test_terminal import on_terminal


def topic(program: Program, name: str, *options: str) -> dict[str, object]:
    found = [row for row in program.json("roadmap", *options)["topics"] if row["topic"] == name]
    assert len(found) == 1
    return dict(found[0])


def test_a_topic_says_what_is_seen_and_whether_it_is_open(empty: Program) -> None:
    empty.deck("topic: la.vectors\ncards:\n- {id: a, front: q, back: a}\n- {id: b, front: r, back: b, reverse: true}\n")
    empty.json("answer", "a", "good")
    row = topic(empty, "la.vectors")
    assert (row["cards"], row["items"], row["seen"], row["open"]) == (2, 3, 1, True)
    empty.deck("topic: la.matrix-ops\ncards:\n- {id: c, front: s, back: c}\n", "more.yaml")
    assert topic(empty, "la.matrix-ops")["open"] is False


def test_coverage_counts_kinds_and_names_what_is_missing(empty: Program) -> None:
    empty.deck("topic: la.vectors\ncards:\n- {id: a, front: q, back: a, tags: [why]}\n- {id: b, front: r, answer: 3}\n")
    row = topic(empty, "la.vectors", "--coverage")
    assert row["kinds"] == {"basic": 1, "numeric": 1}
    assert row["missing"] == ["contrast"]
    assert topic(empty, "la.svd", "--coverage")["missing"] == ["cards"]


def test_coverage_for_people_sums_up_the_stage(empty: Program) -> None:
    empty.deck("topic: la.vectors\ncards:\n- {id: a, front: q, back: a}\n")
    last = empty.call("roadmap", "--coverage", "--stage", "linear-algebra").out.splitlines()[-1].split()
    assert last[:3] == ["all", "154", "1"]


def test_a_stage_that_is_not_there_is_told(empty: Program) -> None:
    refused = empty.call("roadmap", "--stage", "lineal")
    assert refused.status == 1
    assert "linear-algebra" in refused.err


def on_terminal_of(program: Program, columns: int, *arguments: str) -> list[str]:
    """The lines that a terminal of so many columns shows."""
    return on_terminal(program, [*arguments], COLUMNS=str(columns))[0].splitlines()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_row_takes_no_more_than_a_line_of_the_terminal(empty: Program, language: str) -> None:
    empty.language = language
    shown = on_terminal_of(empty, 80, "roadmap")
    assert max(map(cell_width, shown)) <= 80
    assert max(map(cell_width, on_terminal_of(empty, 100, "roadmap", "--coverage"))) <= 100


def test_what_fits_or_goes_into_a_pipe_is_not_shortened(empty: Program) -> None:
    piped = empty.run("roadmap").out
    assert "…" not in piped
    assert on_terminal_of(empty, 200, "roadmap") == piped.splitlines()
    assert "interview" in empty.call("roadmap", "--coverage").out.splitlines()[0]


def test_topics_stand_under_the_title_of_their_stage(empty: Program) -> None:
    lines = empty.call("roadmap").out.splitlines()
    head = lines.index("Probability and statistics · probability")
    assert lines[head - 1] == ""
    assert " pr.conditional " in lines[head + 1]


def test_mastery_is_shown_once_something_was_seen(empty: Program) -> None:
    empty.deck("topic: la.vectors\ncards:\n- {id: a, front: q, back: a}\n")
    stage = ("roadmap", "--stage", "linear-algebra")
    assert empty.call(*stage).out.split("\n")[0].split() == ["topic", "state", "cards", "items", "seen"]
    empty.json("answer", "a", "good")
    lines = empty.call(*stage).out.splitlines()
    assert lines[0].split()[-1] == "mastery"
    assert lines[3].endswith("%")
    assert lines[4].endswith(" -")


def test_coverage_names_kinds_and_gaps_in_chinese(empty: Program) -> None:
    empty.language = "zh"
    lines = empty.run("roadmap", "--coverage").out.splitlines()
    names = "主题 目标 卡片 问答 填空 选择 输入 数值 排序 输出 面试 变式题 编程 缺少"
    assert " ".join(lines[0].split()) == names
    assert lines[3].split()[-1] == "卡片"
