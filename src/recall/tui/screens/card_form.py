"""The form of a card, a new one or one that is there: two texts, and what they will look like."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from recall.core.bodies import other_language
from recall.core.faces import Face, face, items_of
from recall.core.model import Card, CardId, Language, Text
from recall.decks.sheet import Sheet, SheetError, in_language
from recall.decks.yaml_text import Value
from recall.editing.adding import Alike, Questions, trial
from recall.editing.cards import edit_placed, find_card
from recall.editing.drafts import CardDraft, discard_draft, save_draft
from recall.editing.editor import ask_again
from recall.errors import DeckError, RecallError
from recall.i18n import _
from recall.names import kind_name
from recall.text.typeset import expand_macros
from recall.tui.guarded import GuardedScreen
from recall.tui.widgets.card_face import CardFace
from recall.tui.widgets.hints import Hints, key_of
from recall.tui.widgets.typing import Line, Page

if TYPE_CHECKING:
    from recall.tui.app import RecallApp
    from recall.workspace import Workspace

PAUSE_SECONDS = 0.15
"""How long the keys rest before the preview follows."""
KEEP_SECONDS = 1
"""How often what is not saved is kept as a draft."""
KEYS_SECONDS = 1
"""How long a save waits at most for keys that are still on their way."""


class CardFormScreen(GuardedScreen[CardId | None]):
    """The form; it ends with the card that was saved last, or None."""

    app: RecallApp
    AUTO_FOCUS = "#form-front"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", _("save"), id="form.save", priority=True),
        Binding("ctrl+t", "language", _("language"), id="form.language", priority=True),
        Binding("ctrl+e", "editor", _("editor"), id="form.editor", priority=True),
        Binding("escape", "leave", _("back"), id="form.leave"),
        # Before the box sees them, so that what is typed fast after them goes to the next one.
        Binding("tab", "app.focus_next", _("next line"), id="form.next-line", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", _("line before"), id="form.line-before", show=False, priority=True),
    ]

    class Compared(Message):
        """Questions that are like the one being written."""

        def __init__(self, alike: list[Alike]) -> None:
            super().__init__()
            self.alike = alike

    def __init__(self, workspace: Workspace, sheet: Sheet, draft: CardDraft | None) -> None:
        super().__init__()
        self.workspace = workspace
        self.language: Language = workspace.language
        self.before = sheet
        """The card as it is saved."""
        self.restored = draft
        self.filled = self.kept = draft.sheet if draft is not None else sheet
        """What the boxes were filled from; it holds the texts of the other language. And what is kept of them."""
        self.is_split = any(side.zh != side.en for side in (self.filled.front, self.filled.back))
        """Whether the two languages are written apart; until then a text counts for both."""
        self.macros: tuple[tuple[str, str], ...] = ()
        """TeX macros of the card's own deck."""
        self.saved: CardId | None = None
        self.questions: Questions | None = None
        self._wait: Timer | None = None
        self._is_warned = False

    def compose(self) -> ComposeResult:
        with Horizontal(id="form-head"):
            yield Static(id="form-title")
            yield self.place_widget()
        with Horizontal(id="form-body"):
            with Vertical(id="form-texts"):
                yield Static(_("Question"), classes="form-label")
                yield Page(id="form-front", compact=True, highlight_cursor_line=False)
                yield Static(_("Answer"), classes="form-label")
                yield Page(id="form-back", compact=True, highlight_cursor_line=False)
                with Horizontal(id="form-words"):
                    yield Line(", ".join(self.filled.tags), placeholder=_("tags, with commas"), id="form-tags")
                    yield Line(", ".join(self.filled.source), placeholder=_("source"), id="form-source")
            with Vertical(id="form-preview"):
                yield Static(id="form-status")
                with VerticalScroll(id="form-card", can_focus=False):
                    yield CardFace()
        yield Hints()

    def place_widget(self) -> Widget:
        """What stands behind the title: where the card is, or goes."""
        raise NotImplementedError

    @property
    def title_text(self) -> str:
        raise NotImplementedError

    def store(self, sheet: Sheet) -> CardId:
        """Write the card. Raises RecallError, SheetError."""
        raise NotImplementedError

    def draft(self, sheet: Sheet) -> CardDraft:
        """What is kept of the card until it is saved."""
        raise NotImplementedError

    def fields(self, sheet: Sheet) -> dict[str, Value]:
        """The whole card that the sheet makes. Raises SheetError."""
        return sheet.fields()

    def on_mount(self) -> None:
        self._fill()
        self._show_title()
        self._read_questions()
        self.call_later(self._preview)
        self.set_interval(KEEP_SECONDS, self._keep)
        if self.restored is not None:
            time = self.workspace.calendar.clock_text(self.restored.kept_at)
            message = _("Here again, not saved yet: what was written on {time}.")
            self.notify(message.format(time=time), markup=False)

    def _fill(self) -> None:
        """Put the texts of the language that is being written into the boxes."""
        for name, text in (("front", self.filled.front), ("back", self.filled.back)):
            area = self.query_one(f"#form-{name}", TextArea)
            with self.prevent(TextArea.Changed):
                area.load_text(in_language(text, self.language))

    def _show_title(self) -> None:
        language = {"zh": "中文", "en": "English"}[self.language] if self.is_split else ""
        self.query_one("#form-title", Static).update(
            Content.assemble((self.title_text, "bold $text-primary"), (f"  {language}".rstrip(), "$text-accent"), "  ")
        )

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        self._is_warned = False
        if self._wait is not None:
            self._wait.stop()
        self._wait = self.set_timer(PAUSE_SECONDS, self._preview)

    @property
    def sheet(self) -> Sheet:
        """The card as it is in the boxes now."""
        front, back = (self.query_one(f"#form-{name}", TextArea).text for name in ("front", "back"))
        tags, source = (self.query_one(f"#form-{name}", Input).value for name in ("tags", "source"))
        sheet = self.filled.with_texts(front, back, self.language if self.is_split else None)
        return replace(sheet, tags=_words(tags), source=_words(source))

    async def _preview(self) -> None:
        """Show the card as it will look, and what is wrong with it."""
        sheet = self.sheet
        try:
            card: Card | None = trial(self.fields(sheet))
            status = Content.styled(kind_name(sheet.kind), "$text-success")
        except (RecallError, SheetError) as error:
            card = None
            message = error.message if isinstance(error, DeckError) else str(error)
            is_begun = sheet.front != Text() and sheet.back != Text()
            status = Content.styled(message if is_begun else _("as it will look"), "$text-muted")
        self.query_one("#form-status", Static).update(status)
        await self.query_one(CardFace).show(self._face(card, sheet))
        if card is not None:
            self._compare(card)

    def _face(self, card: Card | None, sheet: Sheet) -> Face:
        """The card in the language that is being written; what is no card yet, as it is."""
        if card is None:
            shown = Face(*(in_language(text, self.language) for text in (sheet.front, sheet.back)))
        else:
            shown = face(card, items_of(card)[0], self.language)
        macros = dict((*self.workspace.curriculum.macros, *self.macros))
        return shown.map(lambda text: expand_macros(text, macros))

    @work(thread=True)
    def _read_questions(self) -> None:
        self.questions = Questions(self.workspace)

    @work(thread=True, exclusive=True, group="compare")
    def _compare(self, card: Card) -> None:
        if self.questions is not None:
            self.post_message(self.Compared(self.questions.like(card)))

    def on_card_form_screen_compared(self, message: Compared) -> None:
        """Tell the likest question, where the kind stands."""
        alike = [other for other in message.alike if other.id != self.own_id]
        if alike:
            question = " ".join(alike[0].question.split())
            text = _("like {id}: {question}").format(id=alike[0].id, question=question)
            kind = kind_name(self.sheet.kind)
            self.query_one("#form-status", Static).update(
                Content.assemble((kind, "$text-success"), "   ", (text, "$text-warning"))
            )

    @property
    def own_id(self) -> CardId | None:
        """The card that is being edited."""
        return None

    def action_language(self) -> None:
        """Write in the other language; the first time, what is there stays with this one."""
        self.filled = self.sheet if self.is_split else self.sheet.apart(self.language)
        self.is_split = True
        self.language = other_language(self.language)
        self._fill()
        self._show_title()
        self.call_later(self._preview)

    async def action_save(self) -> None:
        """Write the card, with every key that was pressed before."""
        await self._keys_taken()
        if self._save():
            self.after_save()

    async def _keys_taken(self) -> None:
        """Wait until the lines have taken in what was typed: this key overtakes those that still wait for them."""
        waiting = []
        for line in self.query("TextArea, Input"):
            taken = asyncio.Event()
            line.call_later(taken.set)
            waiting.append(taken.wait())
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*waiting), KEYS_SECONDS)

    async def action_editor(self) -> None:
        """Write what is here, and open the card in the learner's editor."""
        await self._keys_taken()
        if (self.sheet != self.before or self.own_id is None) and not self._save():
            return
        with self.app.complaining():
            placed = find_card(self.workspace, self.saved or self.own_id or "")
            with self.app.handed_over():
                path = edit_placed(self.workspace, placed, ask_again)
            self.workspace.library.take_in([path])
            self.saved = placed.card.id
            self.after_save()

    def after_save(self) -> None:
        """What comes when a card was written."""
        raise NotImplementedError

    def _save(self) -> bool:
        """Write the card; says whether it could be."""
        try:
            self.saved = self.store(self.sheet)
            self._discard()
        except SheetError as error:
            self.notify(str(error), severity="error", timeout=10, markup=False)
        except RecallError as error:
            self.app.complain(error)
        else:
            return True
        return False

    def action_leave(self) -> None:
        if self.may_leave():
            self.dismiss(self.saved)

    def may_leave(self) -> bool:
        """Whether nothing would be lost; with something that is not saved, at the second time."""
        if self._is_unsaved(self.sheet) and not self._is_warned:
            self._is_warned = True
            warning = _("Not saved yet: {save} saves, {leave} leaves without.").format(**self.keys())
            self.notify(warning, severity="warning", markup=False)
            return False
        self._discard()
        return True

    def _is_unsaved(self, sheet: Sheet) -> bool:
        return sheet != self.before and (sheet.front, sheet.back) != (Text(), Text())

    def _keep(self) -> None:
        """Keep what has changed since the last time, against a crash."""
        sheet = self.sheet
        if sheet == self.kept:
            return
        self.kept = sheet
        if self._is_unsaved(sheet):
            with self.app.complaining():
                save_draft(self.workspace.home, self.own_id, self.draft(sheet))
        else:
            self._discard()

    def _discard(self) -> None:
        self.kept = self.sheet
        discard_draft(self.workspace.home, self.own_id)

    def keys(self) -> dict[str, str]:
        """The keys that save and leave, as messages name them."""
        return {"save": key_of(self, "form.save"), "leave": key_of(self, "form.leave")}


def _words(typed: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in typed.split(",") if word.strip())
