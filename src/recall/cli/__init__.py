"""The command line. Importing this is cheap; each command imports what it needs when it runs."""

from __future__ import annotations


def main() -> None:
    """The entry point `recall`."""
    from recall.cli.app import run

    run()
