"""Measures how long an answer takes."""

from __future__ import annotations

from time import monotonic


class Stopwatch:
    """Runs from the beginning on. `ms` is what it starts with, `longest` what it goes up to, in milliseconds."""

    def __init__(self, ms: int = 0, longest: int | None = None) -> None:
        self._before, self._longest = ms, longest
        self._since: float | None = monotonic()

    @property
    def ms(self) -> int:
        """Milliseconds so far, pauses left out."""
        running = 0 if self._since is None else int((monotonic() - self._since) * 1000)
        taken = self._before + running
        return taken if self._longest is None else min(taken, self._longest)

    def pause(self) -> None:
        self._before, self._since = self.ms, None

    def go_on(self) -> None:
        if self._since is None:
            self._since = monotonic()
