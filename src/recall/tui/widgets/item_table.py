"""A table of items that draws only the lines in sight, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from recall.core.sanitise import sanitise
from recall.i18n import _
from recall.tui.cells import right, shortened


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what is asked, a sign of the item's state with its colour, and figures at the right."""

    front: str
    sign: str
    tone: str
    figures: Sequence[str]
    is_faint: bool = False


class ItemTable(ScrollView, can_focus=True):
    """Lines with a cursor, some of them marked. `row_of` makes a line when it comes in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", _("down"), id="scroll.down", show=False),
        Binding("up,k", "move(-1)", _("up"), id="scroll.up", show=False),
        Binding("pagedown,ctrl+d", "page(1)", _("page down"), id="table.page-down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", _("page up"), id="table.page-up", show=False),
        Binding("g,home", "go(0)", _("to the top"), id="scroll.top", show=False),
        Binding("G,end", "go(-1)", _("to the end"), id="scroll.bottom", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--cursor", "table--faint", "table--head", "table--mark", "table--new", "table--learning", "table--review",
        "table--off",
    }  # fmt: skip
    """Colours: the line of the cursor, figures, the head, marks, and the signs of states."""
    DEFAULT_CSS = """
    ItemTable {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .table--cursor { background: $panel; text-style: bold; }
        & > .table--faint { color: $foreground 55%; }
        & > .table--head { color: $foreground 55%; }
        & > .table--mark { color: $text-accent; text-style: bold; }
        & > .table--new { color: $text-primary; }
        & > .table--learning { color: $text-warning; }
        & > .table--review { color: $text-success; }
        & > .table--off { color: $foreground 40%; }
    }
    """

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor is on another item."""

    class Chosen(Message):
        """An item was clicked that the cursor was on already."""

    def __init__(self, row_of: Callable[[int], Row]) -> None:
        super().__init__()
        self.row_of = row_of
        self.head: Sequence[str] = ()
        """What stands over the figures."""
        self.count = 0
        self.marked: Callable[[int], bool] = lambda _n: False
        self._drawn: dict[int, Row] = {}
        self._styles: dict[tuple[str, bool], Style] = {}
        """Styles of the classes of colour, off the cursor's line and on it; looking one up is slow."""

    def show(self, count: int, head: Sequence[str], cursor: int = 0) -> None:
        """Show other items, with the cursor on one of them."""
        self.count, self.head = count, head
        self.virtual_size = Size(self.size.width, count + 1)
        self.cursor = min(max(cursor, 0), max(count - 1, 0))
        self.redraw()
        self._keep_in_sight()
        self.post_message(self.Moved())

    def redraw(self) -> None:
        """Make the lines again."""
        self._drawn.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, self.count + 1)
        self.redraw()
        self._keep_in_sight()

    def action_move(self, step: int) -> None:
        self._move_to(self.cursor + step)

    def action_page(self, pages: int) -> None:
        self._move_to(self.cursor + pages * max(self.size.height - 2, 1))

    def action_go(self, place: int) -> None:
        self._move_to(place if place >= 0 else self.count - 1)

    def on_click(self, event: Click) -> None:
        line = self.scroll_offset.y + event.y - 1
        if event.y < 1 or line >= self.count:
            return
        if line == self.cursor:
            self.post_message(self.Chosen())
        self._move_to(line)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y == 0:
            return self._strip([(self._head_text(width), "table--head")], width)
        line = self.scroll_offset.y + y - 1
        if line >= self.count:
            return Strip.blank(width, self._style())
        row = self._drawn.get(line)
        if row is None:
            row = self._drawn[line] = self.row_of(line)
        return self._strip(self._parts(line, row, width), width, is_current=line == self.cursor)

    def _parts(self, line: int, row: Row, width: int) -> Iterator[tuple[str, str]]:
        """Pieces of a line, each with the class of its colour."""
        is_marked = self.marked(line)
        yield "›" if line == self.cursor else " ", "table--mark"
        yield "● " if is_marked else "  ", "table--mark"
        yield f"{row.sign} ", f"table--{row.tone}"
        figures = "".join(right(text, size) for text, size in zip(row.figures, self._sizes, strict=True))
        room = max(width - 5 - cell_len(figures) - 1, 4)
        front = sanitise(row.front).replace("\n", " ")
        yield set_cell_size(shortened(front, room), room), "table--faint" if row.is_faint else ""
        yield f"{figures} ", "table--faint"

    def _head_text(self, width: int) -> str:
        figures = "".join(right(text, size) for text, size in zip(self.head, self._sizes, strict=True))
        return right(f"{figures} ", width)

    @property
    def _sizes(self) -> list[int]:
        """Cells for each figure: its head's, and a gap."""
        return [max(cell_len(head), 7) + 2 for head in self.head]

    def _strip(self, parts: Iterable[tuple[str, str]], width: int, *, is_current: bool = False) -> Strip:
        segments = [Segment(text, self._style(name, is_current)) for text, name in parts]
        return Strip(segments).adjust_cell_length(width, self._style("", is_current))

    def _style(self, name: str = "", is_current: bool = False) -> Style:
        """How a class of colour looks."""
        style = self._styles.get((name, is_current))
        if style is None:
            style = self.rich_style
            for part in ["table--cursor"] * is_current + [name] * bool(name):
                style += self.get_component_rich_style(part, partial=True)
            self._styles[name, is_current] = style
        return style

    def _move_to(self, line: int) -> None:
        before, self.cursor = self.cursor, min(max(line, 0), max(self.count - 1, 0))
        if self.cursor != before:
            self._keep_in_sight()
            self.post_message(self.Moved())

    def _keep_in_sight(self) -> None:
        """The head takes the first line, so that the line of the cursor must be one below the top."""
        height = max(self.size.height - 1, 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    def watch_cursor(self, before: int, after: int) -> None:
        for line in (before, after):
            self.refresh(Region(0, line + 1 - self.scroll_offset.y, self.size.width, 1))
