"""Exported cards in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.environment import Options
from recall.exchange.exporting import export_anki
from recall.workspace import open_workspace
from tests.anki.browser import page, show
from tests.anki.judge import rendered
from tests.support_anki import collection, take_in

pytestmark = pytest.mark.browser
EVERY_KIND = Path(__file__).with_name("every_kind.yaml")


def sides(folder: Path, *, bundled: bool) -> tuple[list[str], str]:
    """Both sides of every card as Anki renders them, and the style."""
    decks = folder / "decks"
    decks.mkdir(parents=True)
    (decks / "every.yaml").write_text(EVERY_KIND.read_text("utf-8"), "utf-8")
    home = folder / "home"
    home.mkdir()
    (home / "config.toml").write_text(f"bundled_decks = {str(bundled).lower()}\n", "utf-8")
    workspace = open_workspace(Options(home=home, decks=(decks,)))
    try:
        export_anki(workspace, folder / "out.apkg")
    finally:
        workspace.close()
    with collection(folder / "anki") as anki:
        take_in(anki, folder / "out.apkg")
        notetype = anki.models.by_name("recall")
        assert notetype is not None
        return [side for pair in rendered(anki).values() for side in pair], notetype["css"]


def test_cards_of_every_deck_are_shown_without_an_error(tmp_path: Path) -> None:
    """One side in twenty; that MathJax accepts all formulas is shown in test_export."""
    cards, style = sides(tmp_path, bundled=True)
    shown = show(page(tmp_path / "page.html", cards[1::20], style))
    assert shown.console == ()
    assert shown.dom.count("<mjx-container") > 80
    assert "mjx-merror" not in shown.dom.partition("<body")[2]


def test_a_tap_switches_the_language_of_both_sides(tmp_path: Path) -> None:
    cards, style = sides(tmp_path, bundled=False)
    tap = '<script>document.querySelector(".switch").click()</script>'
    shown = show(page(tmp_path / "page.html", [*cards, tap], style))
    assert shown.console == ()
    assert shown.dom.count('data-show="en"') >= len(cards) - 4  # two cards speak one language
    assert shown.dom.count('class="draw now"') == 2 * 2 + 2


def test_a_formula_that_cannot_be_set_would_be_found(tmp_path: Path) -> None:
    shown = show(page(tmp_path / "page.html", [r"\(\nonsense\)", "<script>boom()</script>"], ""))
    assert "mjx-merror" in shown.dom.partition("<body")[2]
    assert len(shown.console) == 1
