"""Which cards are exported."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from recall.core.model import CardId
from recall.errors import NotFoundError
from recall.i18n import _
from recall.search import Inventory
from recall.store import Transaction
from recall.store.catalogue import Placed
from recall.study.today import resolve_scope
from recall.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cards: those of some stages, topics or own decks, and of them those that a query finds.

    With `cards` only these, whichever of them are there.
    """

    names: Collection[str] = ()
    query: str = ""
    cards: frozenset[CardId] | None = None

    @property
    def is_everything(self) -> bool:
        return not self.names and not self.query and self.cards is None


EVERYTHING = Selection()


def select_cards(workspace: Workspace, tx: Transaction, selection: Selection) -> list[Placed]:
    """The cards in study order. Raises NotFoundError: no such stage, topic or deck, or no card at all; SearchError."""
    scope = resolve_scope(workspace, tx, selection.names)
    wanted = _wanted(workspace, selection)
    cards = (placed for placed in tx.catalogue.cards() if placed.topic in scope)
    found = [placed for placed in cards if wanted is None or placed.card.id in wanted]
    if not found:
        raise NotFoundError(_("there is no card to export; check --stage, --topic and --query"))
    return sorted(found, key=lambda placed: workspace.curriculum.place_of(placed.topic))


def _wanted(workspace: Workspace, selection: Selection) -> frozenset[CardId] | None:
    """The cards that a selection leaves of its names; None for all. Raises SearchError."""
    if not selection.query:
        return selection.cards
    entries = Inventory(workspace, selection.query).find(selection.query)
    found = frozenset(CardId(entry.card) for entry in entries)
    return found if selection.cards is None else found & selection.cards
