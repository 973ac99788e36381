"""The command line. Importing this is cheap; each command imports what it needs when it runs."""

from __future__ import annotations

import gc

GARBAGE = 100_000
"""Objects made, less those freed, after which Python looks for garbage; by itself it does so at every 700."""


def main() -> None:
    """The entry point `recall`."""
    gc.set_threshold(GARBAGE)  # what is imported is none; looking for it there takes a tenth of a short command
    from recall.cli.app import run

    run()
