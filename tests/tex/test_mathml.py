"""Differential test: math-core, an independent parser, sees the same symbols in the same structure."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from math_core import LatexError, LatexToMathML

from recall.tex import api
from recall.tex.parser import parse
from tests.tex.golden import all_sources
from tests.tex.structure import of_mathml, of_tree

assert api, "importing the interface registers the commands"
CONVERTER = LatexToMathML(fancy_error=False, allow_unreliable_rendering=True)


def mathml(source: str) -> str | None:
    """The structure math-core sees; None if it does not know a command."""
    try:
        markup = CONVERTER.convert_with_local_state(source, displaystyle=True)
    except LatexError:
        return None
    return of_mathml(fromstring(markup.replace("&ApplyFunction;", ""))).replace("···", "...")


COMPARED = [source for source in all_sources() if mathml(source) is not None]


@pytest.mark.parametrize("source", COMPARED)
def test_the_structure_is_the_same(source: str) -> None:
    assert of_tree(parse(source, {})) == mathml(source)


def test_nearly_every_expression_is_compared() -> None:
    assert len(COMPARED) >= 0.85 * len(all_sources())
