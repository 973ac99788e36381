"""The core is pure: importing it brings in neither a database, nor a parser, nor a screen."""

import json
import subprocess
import sys

IMPORT_ALL = """
import importlib, json, pkgutil, sys
import recall.core

modules = [module.name for module in pkgutil.walk_packages(recall.core.__path__, "recall.core.")]
for name in modules:
    importlib.import_module(name)
print(json.dumps([modules, sorted({name.partition(".")[0] for name in sys.modules})]))
"""

HEAVY = {"alembic", "click", "msgspec", "numpy", "rich", "sqlalchemy", "textual", "tomlkit", "torch", "yaml"}


def test_importing_all_of_the_core_loads_no_library_but_fsrs() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=True)
    modules, loaded = json.loads(done.stdout)

    assert {"recall.core.model", "recall.core.schedule", "recall.core.queue"} <= set(modules)
    assert "fsrs" in loaded
    assert not HEAVY & set(loaded)
