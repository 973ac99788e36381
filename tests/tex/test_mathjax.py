"""Agreement with the MathJax that Anki bundles: what it accepts we accept, what it rejects we reject.

Needs node, and mathjax-full 3.2.2 in $MJ_DIR/node_modules or ./node_modules; skipped without them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from recall.tex import TexError, render
from tests.tex.golden import all_sources
from tests.tex.mutations import mutations

pytestmark = pytest.mark.node

MUTATIONS = 3_000
AGREEMENT = 0.99

_CHECK = r"""
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const load = createRequire(process.argv[1]);
const { mathjax } = load('mathjax-full/js/mathjax.js');
const { TeX } = load('mathjax-full/js/input/tex.js');
const { AllPackages } = load('mathjax-full/js/input/tex/AllPackages.js');
const { liteAdaptor } = load('mathjax-full/js/adaptors/liteAdaptor.js');
const { RegisterHTMLHandler } = load('mathjax-full/js/handlers/html.js');
const { STATE } = load('mathjax-full/js/core/MathItem.js');
RegisterHTMLHandler(liteAdaptor());
const drop = new Set(['noerrors', 'noundefined', 'textmacros', 'bussproofs']);
const tex = new TeX({
  packages: [...new Set([...AllPackages, 'mathtools'])].filter(p => !drop.has(p)),
  formatError: (_jax, err) => { throw err; },
});
const doc = mathjax.document('', { InputJax: tex });
const results = JSON.parse(readFileSync(0, 'utf8')).map(source => {
  try { doc.convert(source, { display: true, end: STATE.COMPILED }); return null; }
  catch (err) { return String(err.message); }
});
console.log(JSON.stringify(results));
"""


def modules() -> Path | None:
    """The directory whose node_modules has MathJax."""
    for place in (os.environ.get("MJ_DIR"), "."):
        if place and (Path(place) / "node_modules" / "mathjax-full").is_dir():
            return Path(place).resolve()
    return None


def verdicts(sources: list[str]) -> list[str | None]:
    """MathJax's error message for each source, None where it accepts; one node process for all."""
    place = modules()
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if place is None:
        pytest.skip("mathjax-full is neither in $MJ_DIR/node_modules nor in ./node_modules")
    done = subprocess.run(
        ["node", "-e", _CHECK, str(place / "x.js")],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    results: list[str | None] = json.loads(done.stdout)
    return results


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
