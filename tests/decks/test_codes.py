"""The table of findings is complete, and the pages made of it are current."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.reference import HERE, pages
from recall.decks.codes import CODES, Severity, severity_of

DECKS = Path(__file__).parents[2] / "src" / "recall" / "decks"
PLACES = {"Problem": 3, "report": 0, "TreeError": 0, "BodyError": 0, "problem": 0, "_Misfit": 0}
"""Where a call that makes a finding has its code."""
WORKED_OUT = {"unknown-topic", "unknown-source", "control-character", "bidi", "spacing", "punctuation"}
"""Codes that stand in a variable where the finding is made."""


def codes_used() -> Iterator[str]:
    for path in DECKS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                # `Problem(path, *place, code, message)`: the code is the last but one
                given = node.args[-2:-1] if name == "Problem" else node.args[:1] if name in PLACES else []
                yield from (arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def test_every_finding_is_in_the_table_and_the_table_has_no_other() -> None:
    assert {*codes_used(), *WORKED_OUT} - {"", "unknown-field"} == CODES.keys() - {"unknown-field"}


def test_a_finding_an_older_recall_kept_is_an_error() -> None:
    assert severity_of("no-longer-there") is Severity.ERROR


@pytest.mark.parametrize("name", pages())
def test_the_page_is_current(name: str) -> None:
    assert (HERE / name).read_text("utf-8") == pages()[name], "run `make reference`"
