"""What the command line must not import before it knows that it needs it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"alembic", "fsrs", "msgspec", "rich", "sqlalchemy", "textual", "tomlkit", "yaml"}

IMPORT = "import recall.cli"
HELP = """
from recall.cli.app import run
try:
    run(["--help"])
except SystemExit as end:
    assert end.code == 0, end.code
"""
VERSION = HELP.replace("--help", "--version")
UNKNOWN_COMMAND = HELP.replace("--help", "nonsense").replace("end.code == 0", "end.code == 2")


@pytest.mark.parametrize("code", [IMPORT, HELP, VERSION, UNKNOWN_COMMAND], ids=["import", "help", "version", "typo"])
def test_nothing_heavy_is_imported(code: str) -> None:
    report = "import json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stdout.splitlines()[-1])
    assert "recall.cli" in modules
    assert HEAVY.isdisjoint(name.partition(".")[0] for name in modules)


def test_a_short_command_does_not_look_for_garbage() -> None:
    watched = """
import gc, sys
from recall.cli import main
before, sys.argv = sum(row["collections"] for row in gc.get_stats()), ["recall", "--help"]
try:
    main()
finally:
    print(sum(row["collections"] for row in gc.get_stats()) - before)
"""
    done = subprocess.run(
        [sys.executable, "-c", watched], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "0"
