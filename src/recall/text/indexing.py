"""The text by which a card is found: all it says in either language, formulas as typed and as shown."""

from __future__ import annotations

from recall.core.bodies import Cloze, parts_of
from recall.core.cloze import filled
from recall.core.folding import fold, squeeze
from recall.core.formulas import formulas
from recall.core.model import Card
from recall.tex import TexError, render


def search_text(card: Card) -> str:
    """Folded lines: one for each text of the card, then one without spaces for each formula as it is shown."""
    body = parts_of(card.body, str)
    asked = map(filled, body) if isinstance(card.body, Cloze) else body
    texts = [card.id, *card.tags, *asked, *parts_of((card.back, card.more), str)]
    macros = dict(card.macros)
    shown = (_shown(formula.tex, macros) for text in texts if "$" in text for formula in formulas(text))
    return "\n".join(dict.fromkeys([*map(fold, texts), *filter(None, shown)]))


def _shown(tex: str, macros: dict[str, str]) -> str:
    """A formula on one line; empty when it can't be set."""
    try:
        return squeeze(render(tex, display=False, macros=macros).lines[0])
    except TexError:
        return ""
