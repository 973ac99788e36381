"""Browse: every card in a table, searched as one types, and what can be done with many at once."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from recall.core.bodies import other_language
from recall.core.faces import Face
from recall.core.model import CardId, EventKind, ItemId, Language
from recall.errors import RecallError, SearchError
from recall.i18n import _, ngettext
from recall.search import Inventory, Order
from recall.store.catalogue import Placed
from recall.store.search import Entry
from recall.study.asked import face_of
from recall.tui import browse_tasks
from recall.tui.browse_tasks import Done, T, Task
from recall.tui.browse_writing import BrowseWriting
from recall.tui.item_lines import ItemLines, heads
from recall.tui.item_words import fact_words, order_name
from recall.tui.widgets.card_preview import CardPreview
from recall.tui.widgets.hints import Hints, key_of
from recall.tui.widgets.item_table import ItemTable, Row
from recall.tui.widgets.typing import Line

if TYPE_CHECKING:
    from recall.tui.app import RecallApp
    from recall.workspace import Workspace

PREVIEW_AFTER = 0.12
"""Seconds without a key after which the preview follows the cursor."""
PREVIEW_AFTER_TYPING = 0.4
"""The same while a query is typed: drawing a card would hold up the next key."""


Stamp = tuple[object, ...]
"""Differs from an earlier one when anything was written in between, or the day has turned."""


class SearchLine(Line):
    """Where the query is typed; enter, down and escape lead to the table, before the next key is looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down,escape", "screen.to_table", _("to the cards"), id="browse.to-table", priority=True),
    ]


class BrowseScreen(Screen[None]):
    """A query above, the items it finds below, the card under the cursor beside them where there is room."""

    app: RecallApp
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", _("its page"), id="browse.open"),
        Binding("slash", "search", _("search"), id="browse.search"),
        Binding("space", "mark", _("mark"), id="browse.mark"),
        Binding("asterisk", "mark_all", _("mark all found, or none"), id="browse.mark-all", show=False),
        Binding("o", "sort", _("sort"), id="browse.sort"),
        Binding("O", "turn", _("turn the order round"), id="browse.turn", show=False),
        Binding("s", "suspend", _("suspend"), id="browse.suspend"),
        Binding("b", "bury", _("bury until tomorrow"), id="browse.bury", show=False),
        Binding("f", "flag", _("flag"), id="browse.flag", show=False),
        Binding("r", "reschedule", _("reschedule"), id="browse.reschedule", show=False),
        Binding("R", "reset", _("make new again"), id="browse.reset", show=False),
        Binding("e", "edit", _("edit"), id="browse.edit", show=False),
        Binding("a", "add", _("add a card"), id="browse.add", show=False),
        Binding("T", "tag", _("tags"), id="browse.tag", show=False),
        Binding("M", "move", _("move to another deck"), id="browse.move", show=False),
        Binding("x", "export", _("export"), id="browse.export", show=False),
        Binding("u", "undo", _("undo"), id="browse.undo"),
        Binding("t", "translate", _("language"), id="browse.language", show=False),
        Binding("q,escape", "dismiss", _("back"), id="browse.leave"),
    ]

    class Read(Message):
        """All items have been read; `stamp` says what of."""

        def __init__(self, inventory: Inventory, stamp: Stamp) -> None:
            super().__init__()
            self.inventory, self.stamp = inventory, stamp

    def __init__(self, workspace: Workspace, query: str = "", *, is_typing: bool = False) -> None:
        super().__init__()
        self.workspace = workspace
        self.language: Language = workspace.language
        self.inventory: Inventory | None = None
        self.entries: list[Entry] = []
        self.order, self.descending = Order.DECK, False
        self.marks: set[str] = set()
        self.table = ItemTable(self._line)
        self.preview = CardPreview(self._face)
        self.lines: ItemLines | None = None
        self._stamp: Stamp | None = None
        self._query, self._is_typing = query, is_typing
        self._writer = ThreadPoolExecutor(max_workers=1)

    def compose(self) -> ComposeResult:
        with Horizontal(id="browse-top"):
            yield Static("/", id="browse-slash")
            yield SearchLine(
                self._query,
                placeholder=_("words, tag:… topic:… is:due lapses:>3"),
                id="browse-query",
                select_on_focus=False,
            )
            yield Static(id="browse-count")
        with Horizontal(id="browse-body"):
            yield self.table
            yield self.preview
        yield Static(id="browse-note")
        yield Hints()

    def on_mount(self) -> None:
        self.table.marked = lambda n: self.entries[n].item in self.marks
        (self.query_one(SearchLine) if self._is_typing else self.table).focus()
        self._read()

    def on_screen_resume(self) -> None:
        """Another screen may have written."""
        if self.inventory is not None:
            self._read()

    @cached_property
    def writing(self) -> BrowseWriting:
        return BrowseWriting(self.workspace, self.app.edits, lambda: key_of(self, "browse.undo"))

    # Searching

    @work(thread=True, exclusive=True, group="browse")
    def _read(self) -> None:
        """Read all items again, unless nothing was written since the last time; then search."""
        try:
            stamp = _stamp(self.workspace)
            if stamp == self._stamp:
                return
            inventory = Inventory(self.workspace)
            inventory.read_texts()
        except RecallError as error:
            self.app.call_from_thread(self.app.complain, error)
        else:
            if not get_current_worker().is_cancelled:  # a newer reading is under way
                self.post_message(self.Read(inventory, stamp))

    def on_browse_screen_read(self, message: Read) -> None:
        before = self.current
        self.inventory, self._stamp = message.inventory, message.stamp
        self.lines = ItemLines(message.inventory, self.language)
        self._find(before.item if before else None)
        gc.freeze()  # a sweep over thousands of items would hold up a key by a tenth of a second

    def on_unmount(self) -> None:
        gc.unfreeze()
        self._writer.shutdown(wait=False)

    def on_input_changed(self) -> None:
        self._find()

    def _find(self, item: str | None = None) -> None:
        """Show what the query finds, the cursor on an item if it is among them.

        A search in memory takes a microsecond a card: less than handing it to a thread.
        """
        if self.inventory is None:
            return
        try:
            self.entries = self.inventory.find(self.query_one(SearchLine).value, self.order, self.descending)
        except SearchError as error:
            if not self.query_one(SearchLine).has_focus:  # while it is typed, the list stays
                self.entries, self.marks = [], set()
                self._show_table(None)
            self.call_after_refresh(self._say, str(error))
            return
        if self.marks:
            self.marks &= {entry.item for entry in self.entries}
        self._show_table(item)

    def _show_table(self, item: str | None) -> None:
        """Show what was found; the cursor stays on an item where it can, else it begins at the top."""
        at = self.table.cursor
        places = (n for n, entry in enumerate(self.entries) if entry.item == item)
        cursor = 0 if item is None else next(places, at)
        self.table.show(len(self.entries), heads(self.order), cursor)
        self._show_count()

    def _show_count(self) -> None:
        assert self.inventory is not None
        n, of = len(self.entries), len(self.inventory.entries)
        order = f"{order_name(self.order)} {'↓' if self.descending else '↑'}"
        parts = [Content.styled(f"{n}/{of}", "bold"), Content.styled(order, "$foreground 55%")]
        if self.marks:
            marked = ngettext("{n} marked", "{n} marked", len(self.marks)).format(n=len(self.marks))
            parts.insert(0, Content.styled(marked, "bold $text-accent"))
        self.query_one("#browse-count", Static).update(Content("   ").join(parts), layout=False)

    # The table

    @property
    def current(self) -> Entry | None:
        at = self.table.cursor
        return self.entries[at] if at < len(self.entries) else None

    @property
    def chosen(self) -> list[Entry]:
        """What is marked, or the item under the cursor."""
        if self.marks:
            return [entry for entry in self.entries if entry.item in self.marks]
        return [self.current] if self.current else []

    def _line(self, n: int) -> Row:
        assert self.lines is not None
        return self.lines.line(self.entries, n, self.order, self.table.size.height)

    def on_item_table_moved(self) -> None:
        self._show_note()
        self.preview.show_soon(PREVIEW_AFTER_TYPING if self.query_one(SearchLine).has_focus else PREVIEW_AFTER)

    def on_resize(self) -> None:
        """A terminal that became wide has room for the preview."""
        self.preview.show_soon(PREVIEW_AFTER)

    def on_item_table_chosen(self) -> None:
        self.action_open()

    def _show_note(self) -> None:
        """What is known of the item under the cursor."""
        entry = self.current
        if entry is None or self.inventory is None:
            self._say(_("Nothing was found.") if self.inventory else "")
        else:
            self._say(fact_words(self.inventory.figures, entry))

    def _say(self, text: str) -> None:
        self.query_one("#browse-note", Static).update(Content(text), layout=False)

    def _face(self) -> Face | None:
        """The card under the cursor."""
        entry = self.current
        if entry is None or self.inventory is None:
            return None
        placed = self.inventory.cards([entry]).get(entry.place)
        return face_of(self.workspace, placed, ItemId(entry.item), self.language) if placed else None

    # What the keys do

    def action_search(self) -> None:
        self.set_focus(self.query_one(SearchLine))

    def action_to_table(self) -> None:
        self.set_focus(self.table)
        self._find(self.current.item if self.current else None)
        self.preview.show_soon(PREVIEW_AFTER)

    def action_open(self) -> None:
        from recall.tui.screens.item import ItemScreen

        if self.current is not None:
            self.app.push_screen(ItemScreen(self.workspace, self.entries, self.table.cursor), self._came_back)

    def _came_back(self, place: int | None) -> None:
        if place is not None:
            self.table.action_go(place)

    def action_mark(self) -> None:
        """Mark the item under the cursor, or take the mark off; then the next."""
        if self.current is not None:
            self.marks ^= {self.current.item}
            self.table.redraw()
            self.table.action_move(1)
            self._show_count()

    def action_mark_all(self) -> None:
        everything = {entry.item for entry in self.entries}
        self.marks = set() if self.marks == everything else everything
        self.table.redraw()
        self._show_count()

    def action_sort(self) -> None:
        orders = list(Order)
        self.order = orders[(orders.index(self.order) + 1) % len(orders)]
        self.descending = self.order in (Order.DIFFICULTY, Order.LAPSES, Order.ADDED)
        self._find()

    def action_turn(self) -> None:
        self.descending = not self.descending
        self._find()

    def action_suspend(self) -> None:
        """Suspend what is chosen; what is all suspended comes back."""
        rest = [entry for entry in self.chosen if not entry.suspended]
        if rest:
            self._decide(EventKind.SUSPEND, rest)
        else:
            self._decide(EventKind.UNSUSPEND, self.chosen)

    def action_bury(self) -> None:
        if self.inventory is not None:
            is_buried = self.inventory.figures.is_buried
            rest = [entry for entry in self.chosen if not is_buried(entry)]
            self._decide(EventKind.BURY if rest else EventKind.UNSUSPEND, rest or self.chosen)

    def action_flag(self) -> None:
        rest = [entry for entry in self.chosen if not entry.flagged]
        self._decide(EventKind.FLAG, rest or self.chosen, on=bool(rest))

    def action_reset(self) -> None:
        self._decide(EventKind.RESET, self.chosen)

    def action_reschedule(self) -> None:
        """Have what is chosen come back on another day."""
        items = [ItemId(entry.item) for entry in self.chosen if entry.stability is not None]

        def write(day: date) -> Done:
            return Done(self.writing.decide(EventKind.RESCHEDULE, items, due=day.isoformat()))

        if items:
            self._ask(browse_tasks.reschedule(self.workspace, len(items), write))
        else:
            self.app.say(_("A card that was never answered has no date to change."))

    def action_tag(self) -> None:
        """Put tags on the cards chosen, or take some away."""
        if cards := self._chosen_cards():
            self._ask(browse_tasks.change_tags(self.workspace, cards))

    def action_move(self) -> None:
        """Move the cards chosen to another deck file of the learner's."""
        if cards := self._chosen_cards():
            self._ask(browse_tasks.move_cards(self.workspace, cards))

    def action_export(self) -> None:
        """Write the cards that are marked, or all that were found, for Anki or as text."""
        if cards := {CardId(entry.card) for entry in (self.chosen if self.marks else self.entries)}:
            self._ask(browse_tasks.export_cards(self.workspace, cards, self.language))

    def _chosen_cards(self) -> list[Placed]:
        return list(self.inventory.cards(self.chosen).values()) if self.inventory is not None else []

    def _ask(self, task: Task[T]) -> None:
        """Ask for the line of a task, then do it."""

        def go_on(value: T | None) -> None:
            if value is not None:
                self._write(lambda: self.writing.carry_out(task, value))

        self.app.push_screen(task.prompt, go_on)

    def action_add(self) -> None:
        """Write new cards to the topic under the cursor."""
        self.app.add_card(self.current.topic if self.current else None)

    def action_edit(self) -> None:
        """Edit the card under the cursor in the form, or in the editor where the form can't hold it."""
        entry, inventory = self.current, self.inventory
        if entry is None or inventory is None:
            return
        placed = inventory.cards([entry]).get(entry.place)
        with self.app.complaining():
            if placed is not None and not self.app.edit_card(placed.card.id):
                self._edit_in_editor(placed)

    def _edit_in_editor(self, placed: Placed) -> None:
        from recall.editing.cards import edit_placed
        from recall.editing.editor import ask_again

        with self.app.handed_over():
            path = edit_placed(self.workspace, placed, ask_again)
        self.workspace.library.take_in([path])
        self._read()

    def action_undo(self) -> None:
        self._write(self.writing.undo)

    def action_translate(self) -> None:
        self.language = other_language(self.language)
        if self.inventory is not None:
            self.lines = ItemLines(self.inventory, self.language)
        self.table.redraw()
        self.call_later(self.preview.show)

    # Writing

    def _decide(self, kind: EventKind, entries: Sequence[Entry], **payload: object) -> None:
        if items := [ItemId(entry.item) for entry in entries]:
            self._write(lambda: self.writing.decide(kind, items, **payload))

    @work(group="browse-write")
    async def _write(self, write: Callable[[], str]) -> None:
        """Write in the order of the keys, in a thread as many items take a while; leaving the screen stops no write."""
        app = self.app  # it outlives the screen
        with app.complaining():
            written = asyncio.get_running_loop().run_in_executor(self._writer, copy_context().run, write)
            app.say(await asyncio.shield(written))
            if self.is_attached:
                self._read()


def _stamp(workspace: Workspace) -> Stamp:
    with workspace.store.read() as tx:
        return workspace.today, tx.log.newest_id(), tx.log.arrivals(), tx.catalogue.stamps()
