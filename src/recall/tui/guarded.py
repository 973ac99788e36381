"""A screen that may hold what is not saved."""

from __future__ import annotations

from textual.screen import Screen, ScreenResultType


class GuardedScreen(Screen[ScreenResultType]):
    """Is asked before the app quits, also when another screen lies over it."""

    def may_leave(self) -> bool:
        """Whether nothing would be lost; where something would, it says so, and lets it go at the second time."""
        raise NotImplementedError
