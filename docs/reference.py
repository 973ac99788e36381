"""Makes the pages of `docs` that the program itself knows best: `make reference`."""

from __future__ import annotations

import json
from pathlib import Path

from recall.decks.codes import CODES, Scope, Severity
from recall.decks.json_schema import deck_schema

HERE = Path(__file__).parent
CHECKS, DECK_SCHEMA = "checks.md", "deck.schema.json"

SEVERITIES = {
    Severity.ERROR: "The card can't be asked, or something of it is lost. Ends with status 1.",
    Severity.WARNING: "The card is asked, and something about it is not right. Ends with status 1.",
    Severity.ADVICE: "The card could be a better one. Ends with status 1 only under `--strict`.",
}
SCOPES = {
    Scope.ANY: "",
    Scope.STANDARD: "with `--standard`",
    Scope.RUN: "with `--run`",
}


def pages() -> dict[str, str]:
    """The text of each page by its name."""
    return {CHECKS: checks_page(), DECK_SCHEMA: json.dumps(deck_schema(), ensure_ascii=False, indent=2) + "\n"}


def checks_page() -> str:
    """Every code of `recall check`, by severity."""
    lines = [
        "# What `recall check` finds",
        "",
        "Made by `make reference` from the program's own table; `recall check --list-codes` prints it.",
        "The decks that come with recall are always held to `--standard`; `--run` runs the programs of trusted decks.",
        "A finding that is meant to be so is ignored by a comment: `# recall: ignore CODE[, CODE]`.",
    ]
    for severity, means in SEVERITIES.items():
        lines += [
            "",
            f"## {severity.value}",
            "",
            means,
            "",
            "| code | says | looked for | `--fix` |",
            "|---|---|---|---|",
        ]
        for name, code in sorted(CODES.items()):
            if code.severity is severity:
                lines.append(
                    f"| `{name}` | {code.says} | {SCOPES[code.scope]} | {'mends it' if code.is_mended else ''} |"
                )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name, text in pages().items():
        (HERE / name).write_text(text, "utf-8")
