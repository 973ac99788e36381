"""What Anki shows of every card."""

from __future__ import annotations

from anki.collection import Collection  # isort: skip; anki.cards needs it to be there
from anki.cards import Card


def rendered(anki: Collection) -> dict[tuple[str, int], tuple[str, str]]:
    """Question and answer of every card, by guid and number of the template; none may be empty or broken."""
    assert anki.db is not None
    shown = {}
    for number, guid, place in anki.db.all("select c.id, n.guid, c.ord from cards c join notes n on n.id = c.nid"):
        card = Card(anki, number)
        part = anki._backend.render_existing_card(card_id=number, browser=False, partial_render=True)
        question, answer = card.question(), card.answer()
        assert not part.is_empty, guid
        assert "has a problem" not in question + answer and "template-error" not in question + answer
        shown[guid, place] = (question, answer)
    assert not anki.get_empty_cards().notes
    return shown
