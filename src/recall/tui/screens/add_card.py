"""Writing new cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Input

from recall.core.model import CardId
from recall.decks.sheet import Sheet
from recall.editing.adding import Added, add_cards, places
from recall.editing.drafts import CardDraft, load_draft
from recall.i18n import _
from recall.tui.screens.card_form import CardFormScreen
from recall.tui.widgets.place_picker import PlacePicker

if TYPE_CHECKING:
    from recall.workspace import Workspace


class AddScreen(CardFormScreen):
    """New cards, one after the other, to the same place until another is chosen."""

    def __init__(self, workspace: Workspace, place: str | None = None) -> None:
        draft = load_draft(workspace.home, None)
        super().__init__(workspace, Sheet(), draft)
        self.places = places(workspace)
        usual = self.places[0].name if self.places else _("my cards")
        self.place = (draft.place if draft is not None else place) or usual

    def place_widget(self) -> Widget:
        return PlacePicker(self.places, self.place)

    @property
    def title_text(self) -> str:
        return _("New card")

    def store(self, sheet: Sheet) -> CardId:
        fields = sheet.fields()
        added: Added = add_cards(self.workspace, self.place, [fields])[0]
        self.notify(_("Saved: {id} in {path}").format(id=added.id, path=added.path), markup=False)
        return added.id

    def draft(self, sheet: Sheet) -> CardDraft:
        return CardDraft(self.workspace.now(), sheet, place=self.place)

    def after_save(self) -> None:
        """Empty the boxes for the next card; place and source stay."""
        self.filled = self.before = Sheet(source=self.sheet.source)
        self.query_one("#form-tags", Input).value = ""
        self._fill()
        self.query_one("#form-front").focus()
        self._read_questions()
        self.call_later(self._preview)

    def on_place_picker_chosen(self, message: PlacePicker.Chosen) -> None:
        self.place = message.place
        self.query_one("#form-front").focus()
