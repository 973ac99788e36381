"""`roadmap`: topics with their progress, and the coverage of the decks."""

from __future__ import annotations

from tests.cli.program import Program


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
    last = empty.run("roadmap", "--coverage", "--stage", "linear-algebra").out.splitlines()[-1].split()
    assert last[:3] == ["all", "154", "1"]


def test_a_stage_that_is_not_there_is_told(empty: Program) -> None:
    refused = empty.run("roadmap", "--stage", "lineal")
    assert refused.status == 1
    assert "linear-algebra" in refused.err
