"""Agreement with the MathJax that Anki bundles: what it accepts we accept, what it rejects we reject.

Needs node and mathjax-full: see `tests.tex.mathjax`.
"""

from __future__ import annotations

import pytest

from recall.tex import TexError, render
from tests.tex.golden import all_sources
from tests.tex.mathjax import verdicts
from tests.tex.mutations import mutations

pytestmark = pytest.mark.node

MUTATIONS = 3_000
AGREEMENT = 0.99


def our_error(source: str) -> str | None:
    """Our error message, None if the source is accepted."""
    try:
        render(source, display=True)
    except TexError as error:
        return str(error)
    return None


def test_mathjax_accepts_every_golden() -> None:
    sources = all_sources()
    judged = zip(sources, verdicts(sources), strict=True)
    refused = [(source, error) for source, error in judged if error is not None]
    assert refused == []


def test_accepting_and_rejecting_agrees_on_mutations() -> None:
    sources = [source for source in all_sources() if "\\newcommand" not in source]
    mutated = list(mutations(sources, MUTATIONS, seed=3_000))
    differing = [
        f"{source}\n    MathJax: {theirs}\n    here:    {ours}"
        for source, theirs in zip(mutated, verdicts(mutated), strict=True)
        if ((ours := our_error(source)) is None) != (theirs is None)
    ]
    agreement = 1 - len(differing) / MUTATIONS
    assert agreement >= AGREEMENT, f"agreement {agreement:.2%}\n" + "\n".join(differing[:20])
