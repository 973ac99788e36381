"""Editing a card in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from recall.core.model import CardId
from recall.decks.sheet import Sheet, changes, sheet_of
from recall.decks.yaml_text import Value
from recall.editing.cards import ChangedMeanwhileError, fields_of, find_card, set_card_fields
from recall.editing.drafts import CardDraft, load_draft
from recall.errors import DeckError
from recall.i18n import _
from recall.tui.screens.card_form import CardFormScreen

if TYPE_CHECKING:
    from recall.store.catalogue import Placed
    from recall.workspace import Workspace


class EditScreen(CardFormScreen):
    """A card that is there; of a bundled one, the learner's version of it."""

    def __init__(
        self, workspace: Workspace, placed: Placed, sheet: Sheet, seen: dict[str, Value], draft: CardDraft | None
    ) -> None:
        super().__init__(workspace, sheet, draft)
        self.placed, self.macros = placed, placed.card.macros
        self.seen: dict[str, Value] | None = seen
        """What the entry said when the form was opened; None once the learner knows that it says otherwise now."""

    def place_widget(self) -> Widget:
        return Static(Content(f"{self.placed.card.id}  {self.placed.topic}"), id="form-where")

    @property
    def title_text(self) -> str:
        return _("Edit")

    @property
    def own_id(self) -> CardId | None:
        return self.placed.card.id

    def store(self, sheet: Sheet) -> CardId:
        try:
            set_card_fields(self.workspace, self.placed, changes(self.before, sheet), self.seen)
        except ChangedMeanwhileError as error:
            self.seen = None
            message = _("{error}; {save} again writes over it, {leave} leaves it as it is")
            raise ChangedMeanwhileError(message.format(error=error, **self.keys())) from None
        return self.placed.card.id

    def draft(self, sheet: Sheet) -> CardDraft:
        return CardDraft(self.workspace.now(), sheet, seen=self.seen)

    def after_save(self) -> None:
        self.dismiss(self.saved)


def edit_screen(workspace: Workspace, name: str) -> EditScreen | None:
    """The form of a card; None where only the editor helps: its kind does not fit the form, or its file has a mistake.

    Raises RecallError.
    """
    placed = find_card(workspace, name)
    draft = load_draft(workspace.home, placed.card.id)
    try:
        fields = draft.seen if draft is not None and draft.seen is not None else fields_of(placed)
    except DeckError:
        return None
    sheet = sheet_of(fields)
    return EditScreen(workspace, placed, sheet, fields, draft) if sheet is not None else None
