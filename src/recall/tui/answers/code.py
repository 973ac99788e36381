"""Writing a program in the editor, and seeing what the card's checks say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from recall.errors import RecallError
from recall.i18n import _
from recall.study.answering import Marked, outcome_lines
from recall.tui.answers.box import AnswerBox


class CodeBox(AnswerBox, can_focus=True):
    """`e` opens the editor, again and again until the learner is content; `enter` ends it."""

    DEFAULT_CSS = """
    CodeBox Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "write", _("write the answer"), id="answer.write", show=False),
        Binding("space,enter", "finish", _("answer"), id="answer.finish", show=False),
    ]

    class WriteWanted(Message):
        """The learner wants to write or go on writing."""

    def on_mount(self) -> None:
        self.tried: Marked | None = None

    def compose(self) -> ComposeResult:
        yield Static()

    @property
    def hint(self) -> str:
        if self.tried is None:
            return _("e opens your editor; enter shows the solution")
        return _("e goes on writing; enter takes this answer")

    def action_write(self) -> None:
        if self.is_open:
            self.post_message(self.WriteWanted())

    def action_finish(self) -> None:
        if self.is_open:
            self.post_message(self.Submitted(self.tried.response if self.tried else "", self.tried))

    async def try_out(self, mark: Callable[[], Marked]) -> None:
        """Mark the answer so far in a thread, as its checks take a while; show what they say. Raises RecallError."""
        self._show(Content.styled(_("running the checks …"), "$text-muted"))
        try:
            self.tried = await asyncio.to_thread(mark)
        except RecallError:
            self._show(_outcome(self.tried))
            raise
        self._show(_outcome(self.tried))
        self.post_message(self.HintChanged())

    async def show_mark(self, marked: Marked) -> None:
        await super().show_mark(marked)
        self.query_one(Static).update(_outcome(marked))

    def _show(self, content: Content) -> None:
        if self.is_attached:  # the learner may have gone on while the checks ran
            self.query_one(Static).update(content)
            self.call_after_refresh(self.scroll_visible, animate=False)


def _outcome(marked: Marked | None) -> Content:
    """What the checks say; nothing when they have not run."""
    if marked is None:
        return Content("")
    style = "$text-success" if marked.is_right else "$text-error"
    lines = [Content.styled(line, style if n == 0 else "") for n, line in enumerate(outcome_lines(marked))]
    return Content("\n").join(lines)
