"""Asks whether the locked dependencies have known holes: `python -m tests.audit` (the net is needed).

pip-audit asks the index for a page of each release. An index that copies PyPI may keep only the page of each package,
which tells what is known of its newest release; what pip-audit was not told is looked up there.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from pip._internal.models.index import PyPI  # its address, as pip knows it

LOCK = Path("requirements.lock")
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)", re.MULTILINE)
SECONDS = 30


def main(pip_audit: str) -> int:
    """Print the known holes and what could not be asked; 1 if there is a hole, 2 if nothing was answered."""
    command = [pip_audit, "--disable-pip", "--require-hashes", "-r", str(LOCK), "-f", "json", "--progress-spinner=off"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    if not told.stdout:
        print(told.stderr, file=sys.stderr)
        return 2
    holes, answered = [], set()
    for dependency in json.loads(told.stdout)["dependencies"]:
        if "skip_reason" not in dependency:
            answered.add((dependency["name"], dependency["version"]))
            holes += [(dependency["name"], dependency["version"], hole["id"]) for hole in dependency["vulns"]]
    locked = {(pin["name"], pin["version"]) for pin in PINNED.finditer(LOCK.read_text())}
    unanswered = sorted(locked - answered)
    with ThreadPoolExecutor() as pool:
        for (name, version), known in zip(unanswered, pool.map(partial(ask_package), unanswered), strict=True):
            if known is not None:
                answered.add((name, version))
                holes += [(name, version, hole) for hole in known]
    for name, version, hole in holes:
        print(f"{name} {version}: {hole}")
    for name, version in sorted(locked - answered):
        print(f"{name} {version}: the index tells nothing of this release")
    print(f"{len(answered)} of {len(locked)} locked releases asked about, {len(holes)} known holes")
    return 1 if holes else 0 if answered else 2


def ask_package(release: tuple[str, str]) -> list[str] | None:
    """The ids of a release's known holes, if it is its package's newest and the index answers."""
    name, version = release
    try:
        with urllib.request.urlopen(f"{PyPI.pypi_url}/{name}/json", timeout=SECONDS) as answer:
            page = json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError):
        return None
    if page["info"]["version"] != version or "vulnerabilities" not in page:
        return None
    return [hole["id"] for hole in page["vulnerabilities"]]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
