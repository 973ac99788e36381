"""A real browser that shows cards as Anki does: the notetype's style and script, and MathJax as Anki sets it up."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

_PAGE = """<!doctype html><html class="{mode}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<style>{style}</style>
<script>MathJax = {{
  tex: {{ inlineMath: [["\\\\(", "\\\\)"]], displayMath: [["\\\\[", "\\\\]"]], processEscapes: false,
    processEnvironments: false, processRefs: false, packages: {{ "[-]": ["noerrors", "noundefined"] }} }},
  options: {{ renderActions: {{ addMenu: [] }} }}
}};</script>
<script src="{mathjax}"></script></head>
<body class="card {mode}" id="page">{cards}</body></html>
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page once it stands still, and what the browser's console said."""

    dom: str
    console: tuple[str, ...]


def page(path: Path, cards: Iterable[str], style: str, *, dark: bool = False) -> Path:
    """Write a page with the cards below each other."""
    shown = "\n".join(f'<div class="shown">{card}</div>' for card in cards)
    mode = "nightMode" if dark else ""
    path.write_text(_PAGE.format(mode=mode, style=style, mathjax=_mathjax(), cards=shown), "utf-8")
    return path


def show(path: Path) -> Shown:
    """Open a page and wait until its formulas are set."""
    done = _chromium("--dump-dom", "--virtual-time-budget=20000", path.as_uri(), profile=path.parent / "profile")
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Shown(done.stdout, tuple(said))


def picture(path: Path, to: Path, width: int, height: int = 900) -> Path:
    """A picture of a page at a width in pixels."""
    size = f"--window-size={width},{height}"
    _chromium(f"--screenshot={to}", size, "--virtual-time-budget=8000", path.as_uri(), profile=path.parent / "profile")
    return to


def _chromium(*arguments: str, profile: Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("chromium")
    if program is None:
        _give_up("chromium is not installed")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files")
    log = ("--enable-logging=stderr", "--v=0", f"--user-data-dir={profile}", "--no-first-run")
    return subprocess.run(
        [program, *options, *log, *arguments], capture_output=True, encoding="utf-8", check=True, timeout=120
    )


def _mathjax() -> str:
    for place in (os.environ.get("MJ_DIR"), "."):
        script = Path(place or ".", "node_modules", "mathjax-full", "es5", "tex-chtml-full.js").resolve()
        if script.is_file():
            return script.as_uri()
    return _give_up("mathjax-full is neither in $MJ_DIR/node_modules nor in ./node_modules")


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("RECALL_CI") == "1":
        pytest.fail(f"{reason}, and RECALL_CI=1 lets nothing be skipped")
    pytest.skip(reason)
