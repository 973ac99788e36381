"""The MathJax that Anki bundles, as a judge of formulas: needs node, and mathjax-full 3.2.2.

It is looked for in $MJ_DIR/node_modules and ./node_modules. Where something is missing the test is skipped, or
fails if RECALL_CI=1.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

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
const results = JSON.parse(readFileSync(0, 'utf8')).map(([source, display]) => {
  try { doc.convert(source, { display, end: STATE.COMPILED }); return null; }
  catch (err) { return String(err.message); }
});
console.log(JSON.stringify(results));
"""


def verdicts(sources: Sequence[str | tuple[str, bool]]) -> list[str | None]:
    """MathJax's error message for each source, None where it accepts; one node process for all.

    A source is TeX, or TeX and whether it is displayed.
    """
    if shutil.which("node") is None:
        _give_up("node is not installed")
    place = _modules()
    if place is None:
        _give_up("mathjax-full is neither in $MJ_DIR/node_modules nor in ./node_modules")
    done = subprocess.run(
        ["node", "-e", _CHECK, str(place / "x.js")],
        input=json.dumps([(source, True) if isinstance(source, str) else source for source in sources]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=300,
    )
    results: list[str | None] = json.loads(done.stdout)
    return results


def _modules() -> Path | None:
    """The directory whose node_modules has MathJax."""
    for place in (os.environ.get("MJ_DIR"), "."):
        if place and (Path(place) / "node_modules" / "mathjax-full").is_dir():
            return Path(place).resolve()
    return None


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("RECALL_CI") == "1":
        pytest.fail(f"{reason}, and RECALL_CI=1 lets nothing be skipped")
    pytest.skip(reason)
