"""README.md names every command."""

import re
from pathlib import Path

from recall.cli.app import COMMANDS

README = Path(__file__).parents[1] / "README.md"


def test_the_readme_shows_every_command() -> None:
    text = README.read_text("utf-8")
    assert [name for name in COMMANDS if not re.search(rf"\brecall {name}\b", text)] == []
