"""Blocks that are laid out for the width they get, and scroll sideways if even that is not enough."""

from abc import abstractmethod
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets import Static
from textual.widgets.markdown import MarkdownBlock


class Layout(Visual):
    """Lines that depend on the width and are not wrapped again."""

    def __init__(self) -> None:
        self._latest: tuple[int, Content] | None = None

    @abstractmethod
    def lay_out(self, width: int) -> Content:
        """Return the lines for `width` cells, which they may exceed."""

    def at(self, width: int) -> Content:
        """Return the lines for `width` cells, laid out anew only if the width changed."""
        if self._latest is None or self._latest[0] != width:
            self._latest = width, self.lay_out(width)
        return self._latest[1]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Return the width in cells of the lines for the container."""
        return self.at(container_width).get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the number of lines at `width` cells."""
        return self.at(width).plain.count("\n") + 1

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """Return the lines as strips."""
        return self.at(width).render_strips(width, height, style, options)


class LayoutLines(Static):
    """Shows a layout; its text can be selected."""

    DEFAULT_CSS = """
    LayoutLines {
        width: auto;
        min-width: 100%;
        text-wrap: nowrap;
        text-overflow: clip;
    }
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__(layout)
        self._shown = layout

    def get_selection(self, selection: Selection) -> tuple[str, str]:
        """Return the selected part of the lines shown, and the line end that follows it."""
        return selection.extract(self._shown.at(self.size.width).plain), "\n"

    async def action_link(self, href: str) -> None:
        """Hand the click on a link to the block."""
        if isinstance(self.parent, MarkdownBlock):
            await self.parent.action_link(href)


class Sideways(MarkdownBlock):
    """Takes the focus only while something of it is out of sight; the arrows then move it."""

    DEFAULT_CSS = """
    Sideways {
        overflow: auto hidden;
        scrollbar-size-horizontal: 1;
        scrollbar-color: $foreground 15%;
        scrollbar-color-hover: $foreground 30%;
        scrollbar-background: $foreground 4%;
        scrollbar-background-hover: $foreground 4%;
        &:focus {
            scrollbar-color: $accent;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "scroll_left", show=False, id="sideways.left"),
        Binding("right", "scroll_right", show=False, id="sideways.right"),
    ]

    def on_mount(self) -> None:
        """Follow whether the block fits."""
        self.watch(self, "show_horizontal_scrollbar", self._follow_overflow)

    def _follow_overflow(self, overflows: bool) -> None:
        self.can_focus = overflows


class LayoutBlock(Sideways):
    """A block of a Markdown document that shows one layout."""

    def make_layout(self) -> Layout:
        """Return what to show; called when the block is mounted."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Make the lines inside the pane that scrolls."""
        yield LayoutLines(self.make_layout())
