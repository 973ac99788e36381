"""The command line: builds the material, measures the rows, prints the table. Exit 1 when a limit is exceeded."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import benchmarks
from benchmarks.formulas import Figure, figures
from benchmarks.ground import Ground
from benchmarks.report import as_json, figure_line, header, table_line, title_line, verdict
from benchmarks.result import Result
from benchmarks.rows import ROWS

TEX = "tex"
"""What `--rows` calls the figures of formulas, which need no cards."""


def main() -> int:
    arguments = _parser().parse_args()
    for name in [name for name in os.environ if name.startswith("RECALL_")]:
        del os.environ[name]  # the learner's own folders and clock have no place here
    results: list[Result] = []
    formula_figures = list(_print_formulas()) if not arguments.rows or TEX in arguments.rows else []
    if arguments.rows == [TEX]:
        return 1 if any(figure.is_over for figure in formula_figures) else 0
    with tempfile.TemporaryDirectory(prefix="recall-bench-", ignore_cleanup_errors=True) as folder:
        print(f"Building {arguments.items} items in recall and in Anki", file=sys.stderr)
        ground = Ground.build(Path(folder), arguments.items)
        print(header(ground), title_line(), sep="\n\n", flush=True)
        for row in ROWS:
            if not arguments.rows or row.name in arguments.rows:
                results.append(Result.of(row.name, row.title, row.unit, row.measure(ground)))
                print(table_line(results[-1]), flush=True)
    if arguments.json:
        arguments.json.write_text(as_json(ground, results, formula_figures), "utf-8")
    print(f"\n{verdict(results, formula_figures)}")
    return int(any(each.is_over for each in results) or any(each.is_over for each in formula_figures))


def _print_formulas() -> Iterator[Figure]:
    for figure in figures():
        print(figure_line(figure), flush=True)
        yield figure
    print()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=benchmarks.__doc__)
    names = [*(row.name for row in ROWS), TEX]
    parser.add_argument("--items", type=int, default=10_000, metavar="N", help="items in the decks (default 10000)")
    parser.add_argument(
        "--rows", nargs="+", choices=names, metavar="NAME", help=f"only some rows, of {', '.join(names)}"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures to this file as well")
    return parser


if __name__ == "__main__":
    sys.exit(main())
