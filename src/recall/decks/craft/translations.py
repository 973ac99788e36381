"""Texts whose other language is missing, or stands in the wrong field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.core.bodies import Text
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.standard.rules import CJK, Held, of_decks, words_only
from recall.i18n import _

SENTENCE = 4
"""Latin words that make a text an English one; fewer may be a name."""
_CHINESE = re.compile(f"[{CJK}]")
_QUOTED = re.compile('[《「“‘"].*?[》」”’"]')
_WORD = re.compile(r"\b[a-z]{2,}\b")


def untranslated(deck: DeckFile) -> Iterator[Problem]:
    """In a deck most of whose cards have both languages, each text has both."""
    cards = list(of_decks([deck]))
    both = sum(any(_is_bilingual(named.text) for named in held.texts()) for held in cards)
    if not both * 2 > len(cards):
        return
    for held in cards:
        for named in held.texts():
            if missing := _missing(named.text):
                message = _("`{field}` has no {language}, as the other cards do; give both languages")
                yield held.problem("untranslated", message.format(field=named.name, language=missing), named.text)


def wrong_language(held: Held) -> Iterator[Problem]:
    """What stands under `zh` has Chinese in it, and what stands under `en` is not Chinese."""
    for named in held.texts():
        text = named.text
        if not _is_bilingual(text):
            continue
        if _is_english(text.zh or "") and not _CHINESE.search(text.zh or ""):
            message = _("zh of `{field}` is English; write it in Chinese")
            yield held.problem("wrong-language", message.format(field=named.name), Text(text.zh, text.zh))
        if _is_chinese(text.en or ""):
            message = _("en of `{field}` is Chinese; write it in English")
            yield held.problem("wrong-language", message.format(field=named.name), Text(text.en, text.en))


def _is_bilingual(text: Text) -> bool:
    return bool(text.zh and text.en) and text.zh != text.en


def _missing(text: Text) -> str | None:
    """The language a text lacks. One string for both is no translation if it has words of one of them."""
    if not (text.zh and text.en):
        return "zh" if text.en else "en"
    if text.zh == text.en:
        return "en" if _CHINESE.search(words_only(text.zh)) else "zh" if _is_english(text.zh) else None
    return None


def _is_english(text: str) -> bool:
    return len(_WORD.findall(words_only(text))) >= SENTENCE


def _is_chinese(text: str) -> bool:
    """Whether most of the words are Chinese; a term in quotation marks or brackets may be."""
    words = _QUOTED.sub("", words_only(text))
    return len(_CHINESE.findall(words)) > len(re.findall("[A-Za-z]+", words))
