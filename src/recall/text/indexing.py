"""The text by which a card is found: all it says in either language, formulas as typed and as shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from recall.core.bodies import Cloze, Text
from recall.core.cloze import filled
from recall.core.folding import fold, squeeze
from recall.core.formulas import formulas
from recall.core.model import Card
from recall.tex import render


def search_text(card: Card) -> str:
    """Folded lines: one for each text of the card, then one without spaces for each formula as it is shown."""
    texts = [card.id, *card.tags, *_texts(card.body), *_texts((card.back, card.more))]
    macros = dict(card.macros)
    shown = (_shown(formula.tex, macros) for text in texts if "$" in text for formula in formulas(text))
    return "\n".join(dict.fromkeys([*map(fold, texts), *filter(None, shown)]))


def _texts(part: object) -> Iterator[str]:
    """The texts anywhere in a part of a card."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Cloze):
        yield from (filled(text) for text in _texts(part.text))
    elif isinstance(part, Text):
        yield from filter(None, (part.zh, part.en))
    elif isinstance(part, tuple):
        for each in part:
            yield from _texts(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))


def _shown(tex: str, macros: dict[str, str]) -> str:
    """A formula on one line; empty when it can't be set."""
    try:
        return squeeze(render(tex, display=False, macros=macros).lines[0])
    except Exception:  # a defect of the renderer must not keep a deck from being read
        return ""
