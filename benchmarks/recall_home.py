"""recall's side of the material: deck files, settings and a log, written through recall's own API."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.material import Fact, Material
from recall.core.model import ItemId, ItemState
from recall.environment import Options
from recall.workspace import Workspace, open_workspace

SETTINGS = """bundled_decks = false
[review]
reviews_per_day = 9999
"""


def options(home: Path, decks: Path) -> Options:
    return Options(home=home, decks=(decks,), language="en")


def build_home(home: Path, decks: Path, material: Material) -> dict[ItemId, ItemState]:
    """Write decks and history; gives the states that follow from them."""
    decks.mkdir(parents=True)
    home.mkdir(parents=True)
    (home / "config.toml").write_text(SETTINGS, "utf-8")
    for topic, facts in material.decks.items():
        (decks / f"{topic}.yaml").write_text(_deck(topic, facts), "utf-8")
    workspace = open_workspace(options(home, decks))
    try:
        return _write_history(workspace, material)
    finally:
        workspace.close()


def open_empty(home: Path) -> Workspace:
    """A home folder without cards."""
    home.mkdir(parents=True)
    (home / "config.toml").write_text(SETTINGS, "utf-8")
    return open_workspace(Options(home=home, language="en"))


def _write_history(workspace: Workspace, material: Material) -> dict[ItemId, ItemState]:
    with workspace.store.write() as tx:
        for review in material.reviews:
            tx.log.add(review)
    workspace.ledger.rebuild()
    assert not workspace.library.problems()
    with workspace.store.read() as tx:
        return {state.item: state for state in tx.states.all()}


def _deck(topic: str, facts: Sequence[Fact]) -> str:
    """A deck file; JSON texts are YAML."""
    lines = [f"topic: {topic}", "cards:"]
    for fact in facts:
        lines += [f"- id: {fact.id}", f"  front: {_text(fact.front)}", f"  back: {_text(fact.back)}"]
    return "\n".join(lines) + "\n"


def _text(text: Mapping[str, str]) -> str:
    return json.dumps(text, ensure_ascii=False)
