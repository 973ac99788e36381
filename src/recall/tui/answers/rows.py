"""Numbered lines of a choice, an order or a rubric, and walking through them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from recall.core.bodies import Language
from recall.i18n import _
from recall.tui.answers.box import AnswerBox
from recall.tui.widgets.card_text import CardText


class Row(Vertical):
    """A line with a sign before it, and a remark under it."""

    DEFAULT_CSS = """
    Row { height: auto; }
    Row > Horizontal { height: auto; }
    Row Static.row-sign { width: 5; height: 1; }
    Row CardText { width: 1fr; height: auto; background: transparent; }
    Row .row-remark { display: none; margin: 0 0 1 5; color: $text-muted; }
    Row.-remarked .row-remark { display: block; }
    Row.-here Static.row-sign { background: $primary 25%; }
    Row.-right CardText.row-text { color: $text-success; }
    Row.-wrong CardText.row-text { color: $text-error; }
    Row.-dim CardText.row-text { color: $text-muted; }
    """

    class Clicked(Message):
        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, index: int, text: str, remark: str = "") -> None:
        super().__init__()
        self.index, self._text, self._remark = index, text, remark

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(classes="row-sign")
            yield CardText(self._text, classes="row-text")
        yield CardText(self._remark, classes="row-remark")

    def sign(self, *parts: Content | str | tuple[str, str]) -> None:
        """What stands before the line, at most four cells."""
        self.query_one(".row-sign", Static).update(Content.assemble(*parts))

    def set_here(self, is_here: bool) -> None:
        """Say whether the cursor is on this line; then it is brought into sight."""
        if is_here and not self.has_class("-here"):
            self.scroll_visible(animate=False)
        self.set_class(is_here, "-here")

    def show_remark(self) -> None:
        self.set_class(bool(self._remark), "-remarked")

    async def set_texts(self, text: str, remark: str = "") -> None:
        self._text, self._remark = text, remark
        await self.query_one(".row-text", CardText).set_text(text)
        await self.query_one(".row-remark", CardText).set_text(remark)

    def on_click(self) -> None:
        self.post_message(self.Clicked(self.index))


class RowsBox(AnswerBox, can_focus=True):
    """Rows to pick from, by number or with a cursor; `enter` ends it."""

    shows_answer = True
    SIGN_STYLE: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"pick({n - 1})", _("pick"), id=f"answer.{n}", show=False) for n in range(1, 10)),
        Binding("j,down", "move(1)", _("down"), id="scroll.down", show=False),
        Binding("k,up", "move(-1)", _("up"), id="scroll.up", show=False),
        Binding("space", "take", _("pick"), id="answer.take", show=False),
        Binding("enter", "finish", _("answer"), id="answer.finish", show=False),
    ]

    picked: list[int]
    """The rows that are picked, in the order in which they were."""
    here: int | None = None
    """The row of the cursor, once there is one."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.exercise.lines)

    def texts(self, index: int) -> tuple[str, str]:
        """The text of a row, and a remark that is shown with the mark."""
        raise NotImplementedError

    def sign_of(self, index: int) -> str:
        """What stands behind the number of a row, at most two cells."""
        return " ■" if index in self.picked else " □"

    def action_finish(self) -> None:
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        for index in range(self.count):
            yield Row(index, *self.texts(index))

    def on_mount(self) -> None:
        self.picked = []
        self.sign_rows()

    def action_pick(self, index: int) -> None:
        """Pick a row; one that is picked already is taken back."""
        if self.is_open and index < self.count:
            self.here = index
            if index in self.picked:
                self.picked.remove(index)
            else:
                self.picked.append(index)
            self.sign_rows()

    def action_move(self, step: int) -> None:
        """Walk through the rows; beyond the last comes the first."""
        if self.is_open:
            start = self.here if self.here is not None else (-1 if step > 0 else 0)
            self.here = (start + step) % self.count
            self.sign_rows()

    def action_take(self) -> None:
        if self.here is None:
            self.give_up()
        else:
            self.action_pick(self.here)

    def on_row_clicked(self, message: Row.Clicked) -> None:
        self.action_pick(message.index)

    async def translate(self, language: Language) -> None:
        await super().translate(language)
        for row in self.query(Row):
            await row.set_texts(*self.texts(row.index))

    def sign_rows(self) -> None:
        """Say which row the cursor is on, and which are picked."""
        for row in self.query(Row):
            is_here = row.index == self.here
            row.set_here(is_here)
            number = (f"{row.index + 1}", "bold $text-primary")
            row.sign("▸" if is_here else " ", number, (self.sign_of(row.index), self.SIGN_STYLE))
