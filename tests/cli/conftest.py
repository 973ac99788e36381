"""Home folders for the tests of the command line."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import SMALL_DECK, Outcome, Program

ALL_HELP = """
import io, json
from contextlib import redirect_stderr, redirect_stdout
from recall.cli.app import COMMANDS, run

shown = {}
for name in COMMANDS:
    out, err, status = io.StringIO(), io.StringIO(), None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            run([name, "--help"])
        except SystemExit as end:
            status = end.code
    shown[name] = status, out.getvalue(), err.getvalue()
print(json.dumps(shown))
"""


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without any deck in which recall ran once: its tables are made, and the curriculum is read."""
    program = Program(tmp_path_factory.mktemp("empty") / "home")
    program.configure("bundled_decks = false\n")
    return used(program)


@pytest.fixture(scope="session")
def bundled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which recall ran once: the decks that come with it are read."""
    return used(Program(tmp_path_factory.mktemp("bundled") / "home"))


def used(program: Program) -> Path:
    """A home to be copied. Its database has lost the name of its device: each copy is a device of its own."""
    assert program.call("due").status == 0
    with closing(sqlite3.connect(program.database)) as connection, connection:
        connection.execute("DELETE FROM meta WHERE key = 'device'")
    return program.home


@pytest.fixture
def empty(empty_home: Path, tmp_path: Path) -> Program:
    """recall without any deck."""
    return Program(shutil.copytree(empty_home, tmp_path / "home"))


@pytest.fixture
def small(empty: Program) -> Program:
    """recall with the five items of SMALL_DECK."""
    empty.deck(SMALL_DECK)
    return empty


@pytest.fixture
def bundled(bundled_home: Path, tmp_path: Path) -> Program:
    """recall as it is installed, with the decks that come with it."""
    return Program(shutil.copytree(bundled_home, tmp_path / "home"))


@pytest.fixture(scope="session")
def chinese_help(empty_home: Path) -> dict[str, Outcome]:
    """The help of each command in Chinese, in a locale that is English."""
    environment = Program(empty_home, language="zh").environment(
        LANG="en_US.UTF-8", LC_ALL="en_US.UTF-8", LANGUAGE="en"
    )
    command = [sys.executable, "-c", ALL_HELP]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return {name: Outcome(*shown) for name, shown in json.loads(done.stdout).items()}
