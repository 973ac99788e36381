"""Home folders for the tests of the command line."""

from pathlib import Path

import pytest

from tests.cli.program import SMALL_DECK, Program


@pytest.fixture
def empty(tmp_path: Path) -> Program:
    """recall without any deck."""
    program = Program(tmp_path / "home")
    program.configure("bundled_decks = false\n")
    return program


@pytest.fixture
def small(empty: Program) -> Program:
    """recall with the five items of SMALL_DECK."""
    empty.deck(SMALL_DECK)
    return empty


@pytest.fixture
def bundled(tmp_path: Path) -> Program:
    """recall as it is installed, with the decks that come with it."""
    return Program(tmp_path / "home")
