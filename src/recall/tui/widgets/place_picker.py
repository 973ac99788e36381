"""One line to choose a topic or a deck: what is typed finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus
from textual.fuzzy import Matcher
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from recall.editing.adding import Place
from recall.i18n import _
from recall.tui.widgets.typing import Line

MOST_SHOWN = 6


class PlacePicker(Vertical):
    """A line with the place that is chosen; while it has the focus, what fits the typed text stands under it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "next", _("down"), id="scroll.down", show=False),
        Binding("up", "previous", _("up"), id="scroll.up", show=False),
    ]
    DEFAULT_CSS = """
    PlacePicker { height: 1; width: 1fr; }
    PlacePicker Input, PlacePicker Input:focus { height: 1; border: none; padding: 0 1; background: $foreground 8%; }
    PlacePicker OptionList {
        display: none; overlay: screen; constrain: none inside; width: 100%; height: auto; max-height: 8;
        border: none; background: $panel;
    }
    """

    class Chosen(Message):
        """A place was chosen."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, places: Sequence[Place], chosen: str) -> None:
        super().__init__()
        self.places = list(places)
        self.chosen = chosen

    def compose(self) -> ComposeResult:
        yield Line(self._title(self.chosen), placeholder=_("topic, or a name for a deck of your own"))
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        self._offer("")

    def on_descendant_blur(self, _event: DescendantBlur) -> None:
        """Away from the line, the first place that fits what was typed is chosen."""
        listed = self.query_one(OptionList)
        typed = self.query_one(Input).value
        if typed.strip() and typed != self._title(self.chosen) and listed.highlighted is not None:
            self._choose(str(listed.get_option_at_index(listed.highlighted).id))
        listed.display = False
        with self.prevent(Input.Changed):
            self.query_one(Input).value = self._title(self.chosen)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.query_one(Input).has_focus:
            self._offer(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            self._choose(str(listed.get_option_at_index(listed.highlighted).id))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._choose(str(event.option.id))

    def action_next(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_previous(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def _offer(self, typed: str) -> None:
        """List the places that fit best; a name that no place has makes a new deck."""
        typed = "" if typed == self._title(self.chosen) else typed.strip()
        listed = self.query_one(OptionList)
        listed.set_options([Option(Content(self._title(name)), id=name) for name in self._fitting(typed)])
        if typed and typed not in {place.name for place in self.places}:
            listed.add_option(Option(Content(_("new deck: {name}").format(name=typed)), id=typed))
        listed.highlighted = 0
        listed.display = True

    def _fitting(self, typed: str) -> list[str]:
        if not typed:
            names = [place.name for place in self.places]
            return [self.chosen, *(name for name in names if name != self.chosen)][:MOST_SHOWN]
        matcher = Matcher(typed)
        scored = [(matcher.match(f"{place.name} {place.title} {place.stage}"), place.name) for place in self.places]
        return [name for score, name in sorted(scored, key=lambda found: -found[0]) if score > 0][:MOST_SHOWN]

    def _choose(self, name: str) -> None:
        self.chosen = name
        if name not in {place.name for place in self.places}:
            self.places.insert(0, Place(name, name))
        with self.prevent(Input.Changed):
            self.query_one(Input).value = self._title(name)
        self.query_one(OptionList).display = False
        self.post_message(self.Chosen(name))

    def _title(self, name: str) -> str:
        place = next((place for place in self.places if place.name == name), None)
        if place is None or place.title == place.name:
            return name
        return f"{place.stage} › {place.title}  {place.name}"
