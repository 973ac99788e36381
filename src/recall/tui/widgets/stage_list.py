"""The stages, one a line: title, mastery as a bar and a number, how much is seen, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from rich.cells import set_cell_size
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from recall.i18n import _
from recall.tui.cells import right, shortened

ROOMY = 64
"""Cells from which the bars are long."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_PERCENT_WIDTH, _SEEN_WIDTH, _DUE_WIDTH = 5, 8, 6


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage as it is listed."""

    id: str
    title: str
    items: int
    seen: int
    mastery: float
    due: int


class StageList(Widget, can_focus=True):
    """A list with a cursor; `enter` chooses a stage."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", _("down"), id="scroll.down", show=False),
        Binding("up,k", "move(-1)", _("up"), id="scroll.up", show=False),
        Binding("enter", "choose", _("review this stage"), id="home.stage", show=False),
    ]
    DEFAULT_CSS = """
    StageList { height: auto; width: 1fr; }
    """

    cursor: reactive[int | None] = reactive(None)
    lines: reactive[Sequence[StageLine]] = reactive((), layout=True)

    class Chosen(Message):
        """A stage was chosen."""

        def __init__(self, stage: str) -> None:
            super().__init__()
            self.stage = stage

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines) + 1

    def render(self) -> Content:
        width = self.size.width
        head = right(_("seen"), _SEEN_WIDTH) + right(_("today"), _DUE_WIDTH)
        rows = [Content.styled(right(head, width), "$foreground 55%")]
        rows += [self._row(line, n == self.cursor, width) for n, line in enumerate(self.lines)]
        return Content("\n").join(rows)

    def action_move(self, step: int) -> None:
        if self.lines:
            start = -1 if self.cursor is None and step > 0 else self.cursor or 0
            self.cursor = min(max(start + step, 0), len(self.lines) - 1)
            self._keep_in_sight()

    def action_choose(self) -> None:
        if self.cursor is not None and self.cursor < len(self.lines):
            self.post_message(self.Chosen(self.lines[self.cursor].id))

    def _keep_in_sight(self) -> None:
        """Keep the line under the cursor on the screen, by scrolling whatever it is in."""
        line, widget = (self.cursor or 0) + 1, cast(Widget, self)
        while isinstance(above := widget.parent, Widget):
            line += widget.virtual_region.y
            if above.allow_vertical_scroll:
                above.scroll_to_region(Region(0, line, 1, 1), animate=False)
                return
            widget = above

    def _row(self, line: StageLine, is_current: bool, width: int) -> Content:
        bar_width = 12 if width >= ROOMY else 6
        room = max(width - bar_width - _PERCENT_WIDTH - _SEEN_WIDTH - _DUE_WIDTH - 2, 8)
        title_style = "bold $text-primary" if is_current else "$foreground" if line.items else "$foreground 55%"
        title = set_cell_size(shortened(line.title, room - 1), room)
        name = ("› " if is_current else "  ", "bold $text-primary"), (title, title_style)
        if not line.items:
            return Content.assemble(*name, (_("no cards to ask"), "$foreground 40%"))
        return Content.assemble(
            *name,
            *_bar(line.mastery, bar_width),
            (f"{line.mastery:.0%}".rjust(_PERCENT_WIDTH), "$foreground" if line.seen else "$foreground 55%"),
            (f"{line.seen}/{line.items}".rjust(_SEEN_WIDTH), "$foreground 55%"),
            (str(line.due or "").rjust(_DUE_WIDTH), "bold $text-accent"),
        )


def _bar(fraction: float, width: int) -> tuple[tuple[str, str], tuple[str, str]]:
    """A bar of `width` cells in eighths, its empty part drawn faintly."""
    eighths = round(min(max(fraction, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    done = "█" * full + (_EIGHTHS[rest] if rest else "")
    return (done, "$success"), ("·" * (width - len(done)), "$foreground 25%")
