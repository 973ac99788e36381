"""Keys that come faster than the app looks at them."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Input, TextArea

from recall.tui.widgets.typing import Line, Page

BURST = ("t", "e", "h", "backspace", "backspace", "h", "e", "home", "delete", "T")


class Typed(App[None]):
    """One place to type in."""

    def __init__(self, place: Input | TextArea) -> None:
        super().__init__()
        self.place = place

    def compose(self) -> ComposeResult:
        yield self.place


async def typed_at_once(place: Input | TextArea) -> str:
    app = Typed(place)
    async with app.run_test() as pilot:
        place.focus()
        await pilot.pause()
        for key in BURST:
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        return place.value if isinstance(place, Input) else place.text


@pytest.mark.parametrize("place", [Line, Page])
async def test_keys_act_in_the_order_they_were_pressed(place: type[Line | Page]) -> None:
    assert await typed_at_once(place()) == "The"


@pytest.mark.parametrize("place", [Input, TextArea])
async def test_textual_still_lets_letters_overtake(place: type[Input | TextArea]) -> None:
    """When this fails, `recall.tui.widgets.typing` can go."""
    assert await typed_at_once(place()) != "The"
