"""What a quiz or an interview came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from recall.core.bodies import other_language
from recall.core.model import Language
from recall.core.sitting import What
from recall.files import write_atomically
from recall.i18n import _
from recall.sittings.results import markdown, result_of
from recall.sittings.sitting import Sitting, sittings
from recall.tui.scrolling import SCROLL_KEYS, ScrollingScreen
from recall.tui.widgets.card_text import CardText
from recall.tui.widgets.hints import Hints

if TYPE_CHECKING:
    from recall.tui.app import RecallApp


class ResultScreen(ScrollingScreen[None]):
    """The report, which can be written to a file; earlier ones are a key away."""

    app: RecallApp
    AUTO_FOCUS = "#result"
    PANE = "#result"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter,q,escape", "dismiss", _("home"), id="result.leave"),
        Binding("a", "again", _("the same again"), id="result.again"),
        Binding("w", "write", _("write Markdown"), id="result.write"),
        Binding("p", "step(-1)", _("earlier"), id="result.earlier"),
        Binding("n", "step(1)", _("later"), id="result.later", show=False),
        Binding("t", "translate", _("language"), id="result.language", show=False),
        *SCROLL_KEYS,
        Binding("ctrl+d,pagedown", "page(1)", _("page down"), id="result.page-down", show=False),
        Binding("ctrl+u,pageup", "page(-1)", _("page up"), id="result.page-up", show=False),
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self.language: Language = sitting.workspace.language

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="result"), Vertical(id="result-page"):
            yield CardText(id="result-text")
        yield Hints()

    async def on_mount(self) -> None:
        await self._show()

    async def _show(self) -> None:
        await self.query_one(CardText).set_text(self._text())
        self.query_one("#result").scroll_home(animate=False)

    def _text(self) -> str:
        return markdown(result_of(self.sitting), self.language)

    def action_again(self) -> None:
        """Ask the same questions again, numbers and all."""
        from dataclasses import replace

        with self.app.complaining():
            self.app.begin_sitting(replace(self.sitting.plan, repeats=self.sitting.id, seed=None))

    def action_write(self) -> None:
        """Write the report into the home folder."""
        workspace = self.sitting.workspace
        at = workspace.calendar.local(self.sitting.begun.at).strftime("%Y-%m-%d-%H%M%S")
        path = workspace.home / "results" / f"{self.sitting.plan.what.value}-{at}.md"
        with self.app.complaining():
            write_atomically(path, self._text())
            self.app.say(_("Written to {path}.").format(path=path))

    async def action_step(self, step: int) -> None:
        """The result before or after this one."""
        ended = [s for s in sittings(self.sitting.workspace, self.sitting.plan.what) if s.ended is not None]
        here = next((n for n, each in enumerate(ended) if each.id == self.sitting.id), None)
        if here is not None and 0 <= here + step < len(ended):
            self.sitting = ended[here + step]
            await self._show()

    async def action_translate(self) -> None:
        self.language = other_language(self.language)
        await self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """An interview is drawn anew; only a quiz is repeated."""
        return self.sitting.plan.what is What.QUIZ if action == "again" else True
