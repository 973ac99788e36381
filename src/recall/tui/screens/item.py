"""An item: its card, how well it is remembered, and everything that happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from recall.core.bodies import other_language
from recall.core.model import Event, EventKind, ItemId, Kind, Language, Review
from recall.core.sanitise import sanitise
from recall.core.schedule import retrievability
from recall.i18n import _
from recall.names import decision_name, grade_name, kind_name
from recall.store.catalogue import Placed
from recall.store.search import Entry
from recall.study.asked import face_of
from recall.study.item_history import Past, past_of
from recall.text.typeset import one_line
from recall.tui.durations import interval_text
from recall.tui.scrolling import SCROLL_KEYS, ScrollingScreen
from recall.tui.widgets.card_face import CardFace
from recall.tui.widgets.cjk import CjkText
from recall.tui.widgets.grade_bar import STYLES
from recall.tui.widgets.hints import Hints
from recall.tui.widgets.memory_curve import MemoryCurve

if TYPE_CHECKING:
    from recall.core.model import ItemState
    from recall.tui.app import RecallApp
    from recall.workspace import Workspace


class ItemScreen(ScrollingScreen[int]):
    """One of the items that were found; gives the place of the one it was left on."""

    app: RecallApp
    AUTO_FOCUS = "#item"
    PANE = "#item"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right,l", "step(1)", _("next"), id="item.next"),
        Binding("p,left,h", "step(-1)", _("before"), id="item.before"),
        Binding("t", "translate", _("language"), id="item.language"),
        Binding("q,escape,enter", "leave", _("back"), id="item.leave"),
        *SCROLL_KEYS,
        Binding("ctrl+d,pagedown,space", "page(1)", _("page down"), id="item.page-down", show=False),
        Binding("ctrl+u,pageup", "page(-1)", _("page up"), id="item.page-up", show=False),
    ]

    def __init__(self, workspace: Workspace, entries: Sequence[Entry], place: int) -> None:
        super().__init__()
        self.workspace, self.entries, self.place = workspace, entries, place
        self.language: Language = workspace.language

    def compose(self) -> ComposeResult:
        yield Static(id="item-title")
        with VerticalScroll(id="item"), Container(id="item-body"):
            with Vertical(id="item-card"):
                yield CardFace()
                yield Static(id="item-facts")
            with Vertical(id="item-past"):
                yield MemoryCurve()
                yield Static(id="item-history")
        yield Hints()

    async def on_mount(self) -> None:
        await self._show()

    async def _show(self) -> None:
        item = ItemId(self.entries[self.place].item)
        past = past_of(self.workspace, item)
        with self.workspace.store.read() as tx:
            state = tx.states.get(item)
        self.query_one("#item-title", Static).update(self._title(item, past.placed))
        await self._show_card(past.placed, item)
        self.query_one("#item-facts", Static).update(self._facts(state, past.placed))
        due = self.workspace.calendar.day_of(state.due) if isinstance(state.due, datetime) else state.due
        weights = self.workspace.ledger.weights
        self.query_one(MemoryCurve).show(past.course(weights), weights, self.workspace.today, due)
        self.query_one("#item-history", Static).update(CjkText.assemble(*self._history(past)))
        self.query_one("#item").scroll_home(animate=False)

    async def _show_card(self, placed: Placed | None, item: ItemId) -> None:
        self.query_one("#item-card").display = placed is not None
        if placed is not None:
            face = face_of(self.workspace, placed, item, self.language)
            explanation = "\n\n".join(part for part in (face.explanation, face.more) if part)
            await self.query_one(CardFace).show(replace(face, explanation=explanation))

    def _title(self, item: ItemId, placed: Placed | None) -> Content:
        name = self.workspace.curriculum.title_of(placed.topic, self.language) if placed else ""
        place = f"{self.place + 1}/{len(self.entries)}"
        return Content.assemble(
            (sanitise(item), "bold $text-primary"), f"   {sanitise(name)}", (f"   {place}", "$foreground 55%")
        )

    def _facts(self, state: ItemState, placed: Placed | None) -> Content:
        """Figures of the memory, then what the deck says of the card, a line each."""
        lines = list(self._memory(state))
        if placed is not None:
            card = placed.card
            lines += [
                (_("kind"), kind_name(card.kind)),
                (_("tags"), " ".join(card.tags)),
                (_("source"), ", ".join(card.source)),
                (_("file"), f"{self._short(placed.path)}:{placed.line}"),
            ]
        shown = [(label, sanitise(text)) for label, text in lines if text]
        room = max((cell_len(label) for label, _text in shown), default=0) + 2
        parts = [Content.assemble((set_cell_size(label, room), "$foreground 55%"), text) for label, text in shown]
        return CjkText("\n").join(parts)

    def _short(self, path: Path) -> Path:
        """A deck file within its folder."""
        folders = [folder.path for folder in self.workspace.library.folders if path.is_relative_to(folder.path)]
        return path.relative_to(folders[0]) if folders and folders[0] != path else path

    def _memory(self, state: ItemState) -> Iterator[tuple[str, str]]:
        workspace, due = self.workspace, state.due
        if due is not None:
            clock_text = workspace.calendar.clock_text
            yield _("due"), clock_text(due) if isinstance(due, datetime) else due.isoformat()
        if state.memory is not None:
            recall = retrievability(state.memory, state.last_day, workspace.today, workspace.ledger.weights)
            yield _("recall"), f"{recall:.0%}"
            yield _("stability"), _("{n}d").format(n=f"{state.memory.stability:.1f}")
            yield _("difficulty"), f"{state.memory.difficulty:.1f}"
        if state.reps:
            yield _("answers"), str(state.reps)
            yield _("lapses"), str(state.lapses)

    def _history(self, past: Past) -> Iterator[Content | tuple[str, str] | str]:
        """Every answer and decision, the latest first; what was taken back is faint and says so."""
        rows: list[Review | Event] = sorted(
            [*past.reviews, *past.events], key=lambda row: (row.at, row.id), reverse=True
        )
        for row in rows:
            if isinstance(row, Event) and row.kind is EventKind.UNDO:
                continue
            is_gone = row.id in past.undone
            yield f"{self.workspace.calendar.clock_text(row.at)}  ", "$foreground 55%"
            yield self._answer(row) if isinstance(row, Review) else decision_name(row.kind) + _extra(row)
            yield (f"  {_('taken back')}" if is_gone else ""), "$foreground 55% italic"
            yield "\n"
            if isinstance(row, Review) and (told := self._told(row, past)):
                yield told, "$foreground 55%"

    def _answer(self, row: Review) -> Content:
        took = f"  {row.ms / 1000:.1f}s" if row.ms is not None else ""
        due = interval_text(row.due, row.at, row.day)
        return Content.assemble(
            (f"{int(row.grade)} {grade_name(row.grade).capitalize()}", f"bold {STYLES[row.grade]}"),
            f"  → {due}",
            (took, "$foreground 55%"),
        )

    def _told(self, row: Review, past: Past) -> str:
        """What was asked by a question with fresh numbers, and what was answered."""
        lines = []
        if row.id in past.asked and past.placed is not None and past.placed.card.kind is Kind.DRILL:
            lines.append(one_line(past.asked[row.id], plain_fonts=self.workspace.settings.plain_fonts))
        if row.response:
            lines.append("› " + " ".join(row.response.split()))
        return "".join(f"    {sanitise(line)}\n" for line in lines)

    async def action_step(self, step: int) -> None:
        if 0 <= self.place + step < len(self.entries):
            self.place += step
            await self._show()

    async def action_translate(self) -> None:
        self.language = other_language(self.language)
        await self._show()

    def action_leave(self) -> None:
        self.dismiss(self.place)


def _extra(row: Event) -> str:
    """What a decision says besides its kind."""
    if row.kind is EventKind.RESCHEDULE:
        return f" → {row.payload.get('due')}"
    if row.kind is EventKind.FLAG and not row.payload.get("on"):
        return _(" (off)")
    return ""
