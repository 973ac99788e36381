"""The language of the screens. Set it once, before anything that shows text is imported."""

from __future__ import annotations

import gettext
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]

_DOMAIN = "recall"
_CATALOGUES = Path(__file__).parent
_current: gettext.NullTranslations = gettext.NullTranslations()
_language: Language = "en"


def set_language(language: Language) -> None:
    """Choose the language of all texts from now on. English is the language of the source."""
    global _current, _language
    _language = language
    _current = texts(_DOMAIN)


def texts(domain: str) -> gettext.NullTranslations:
    """A catalogue of its own, such as that of click's words, in the language that is set."""
    return gettext.translation(domain, _CATALOGUES, [_language], fallback=True)


def language() -> Language:
    """The language of the screens."""
    return _language


def _(message: str) -> str:
    """The message in the language of the screens."""
    return _current.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """One form or the other, as `count` asks for."""
    return _current.ngettext(singular, plural, count)


def translated(message: str, language: Language) -> str:
    """The message in a language of its own, such as that of one side of a bilingual card."""
    return gettext.translation(_DOMAIN, _CATALOGUES, [language], fallback=True).gettext(message)


def N_(message: str) -> str:
    """Marks a message that is translated where it is shown."""
    return message
