"""Golden texts: the corpus the renderer was decided on, and more of its kind."""

from __future__ import annotations

import pytest

from tests.tex.golden import DATA, Golden, goldens

CORPUS = goldens("corpus_expected.txt")
MORE = goldens("more.txt")


def difference(golden: Golden, got: tuple[str, ...]) -> str:
    """Expected and rendered text one above the other, differing rows marked."""
    rows = max(len(golden.expected), len(got))
    expected = [*golden.expected, *[""] * (rows - len(golden.expected))]
    lines = [*got, *[""] * (rows - len(got))]
    marks = ["  " if a == b else "> " for a, b in zip(expected, lines, strict=True)]
    return "\n".join(
        [
            f"{golden.name}  {golden.tex}",
            "expected:",
            *(mark + row for mark, row in zip(marks, expected, strict=True)),
            "rendered:",
            *(mark + row for mark, row in zip(marks, lines, strict=True)),
        ]
    )


def label(golden: Golden) -> str:
    """Name of a golden among the tests."""
    return golden.name + ("D" if golden.display else "I")


@pytest.mark.parametrize("golden", CORPUS + MORE, ids=label)
def test_an_expression_renders_as_expected(golden: Golden) -> None:
    got = golden.rendered()
    assert got == golden.expected, difference(golden, got)


def test_the_expected_file_has_every_expression_of_the_corpus() -> None:
    lines = (DATA / "corpus.tex.txt").read_text(encoding="utf-8").splitlines()
    sources = [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]
    expected = [(g.name, "D" if g.display else "I", g.tex) for g in CORPUS]
    assert expected == sources
    assert len(expected) == 120


def test_there_are_many_cases_beyond_the_corpus() -> None:
    assert len({golden.tex for golden in MORE} - {golden.tex for golden in CORPUS}) >= 80


def test_no_golden_shows_a_raw_command_or_a_question_mark() -> None:
    for golden in CORPUS + MORE:
        text = "".join(golden.rendered())
        assert "\\" not in text, golden.tex
        assert "?" not in text, golden.tex
