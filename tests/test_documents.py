"""What README.md and CONTRIBUTING.md say of the program is so."""

import re
import tomllib
from pathlib import Path

from recall.cli.app import COMMANDS

ROOT = Path(__file__).parents[1]


def test_the_readme_shows_every_command() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if not re.search(rf"\brecall {name}\b", text)] == []


def test_the_layers_explained_are_the_layers_held() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    held = next(c["layers"] for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    section = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Layers", 1)[1]
    assert re.findall(r"^ {4}(\w+(?: \| \w+)*)(?:  |$)", section, re.MULTILINE) == held
