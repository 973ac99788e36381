"""Fuzzes what reads a stranger's text, guided by coverage: `python -m tests.fuzz [TARGET...] --seconds 600`.

Needs atheris (`make fuzz` installs it; Linux and macOS). Each target runs in a process of its own, on a corpus kept in
`.cache/fuzz`, begun from `tests/fuzz/corpus` and, for decks, the bundled ones. An input that raises, takes over ten
seconds or two gigabytes is kept as `.cache/fuzz/TARGET-crash-...`: mend it and put it into `tests/fuzz/corpus/TARGET`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from recall.core.formulas import formulas
from recall.decks.folders import deck_files
from recall.environment import bundled_decks
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
KEPT = Path(__file__).parent / "corpus"
CACHE = ROOT / ".cache" / "fuzz"
LIMITS = ("-timeout=10", "-rss_limit_mb=2048", "-max_len=2048", "-print_final_stats=1")


def seeds(target: str) -> Path:
    """The folder a target begins with: what was kept, and pieces of the bundled decks."""
    folder = CACHE / f"{target}-seeds"
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((KEPT / target).glob("*")):
        (folder / path.name).write_bytes(path.read_bytes())
    for path in deck_files(bundled_decks()):
        for number, piece in enumerate(pieces(target, path.read_text("utf-8"))):
            (folder / f"{path.stem}-{number}").write_text(piece, "utf-8")
    return folder


def pieces(target: str, deck: str) -> list[str]:
    """What of a deck file is like the input of a target."""
    head, *cards = deck.split("\n- ")
    if target == "tex":
        return [formula.tex for formula in formulas(deck)][:5]
    if target == "loader":
        return [f"{head}\n- {card}" for card in cards[:3]]
    return [line for card in cards[:3] for line in card.splitlines()[:4]]


def fuzz(target: str, seconds: int) -> bool:
    """Run one target; whether it held."""
    corpus = CACHE / target
    corpus.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.fuzz.run", target, f"-max_total_time={seconds}", *LIMITS]
    command += [f"-artifact_prefix={CACHE}/{target}-", str(corpus), str(seeds(target))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    coverage = re.findall(r"cov: (\d+)", done.stderr)
    held = done.returncode == 0
    print(
        f"{target:10} {seconds:6} s {int(runs[1]) if runs else 0:10} runs {coverage[-1] if coverage else '?':>6} edges"
        f"  {'no crash' if held else 'CRASH'}",
        flush=True,
    )
    if not held:
        print(done.stderr[-4000:], file=sys.stderr)
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all without")
    parser.add_argument("--seconds", type=int, default=520, help="for each target (520: an hour for all)")
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    return int(sum(not fuzz(target, arguments.seconds) for target in arguments.targets or TARGETS) > 0)


if __name__ == "__main__":
    sys.exit(main())
