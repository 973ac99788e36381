"""The two notetypes of recall: one for cards of every kind, one for clozes.

Their ids and fields stay for ever: Anki takes a changed field list for a conflict and leaves such notes out. What the
templates say may change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from recall.core.bodies import LANGUAGES

FIELDS = (
    "Id",
    "Front zh",
    "Front en",
    "Back zh",
    "Back en",
    "Explanation zh",
    "Explanation en",
    "More zh",
    "More en",
    "Answer",
    "Reverse",
    "Source",
    "Language",
    "Kind",
)
"""`Answer` is typed in; `Reverse` holds something when the way back is asked too; `Language` is the one shown first."""

_SWITCH = '{{#Front zh}}{{#Front en}}<button class="switch" type="button">中 / EN</button>{{/Front en}}{{/Front zh}}'


@dataclass(frozen=True, slots=True)
class Template:
    """One way to ask a note."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class Notetype:
    """A notetype as a package declares it."""

    id: int
    name: str
    is_cloze: bool
    templates: tuple[Template, ...]

    def as_json(self) -> dict[str, Any]:
        """The form that `col.models` has in schema 11."""
        return {
            "id": self.id,
            "name": self.name,
            "type": int(self.is_cloze),
            "mod": TEMPLATES_CHANGED,
            "usn": -1,
            "sortf": 1,
            "did": None,
            "tmpls": [_template_json(place, template) for place, template in enumerate(self.templates)],
            "flds": [_field_json(place, name) for place, name in enumerate(FIELDS)],
            "css": _file("style.css"),
            "latexPre": "",
            "latexPost": "",
            "latexsvg": False,
            "req": [[place, "any", [1, 2]] for place in range(len(self.templates))],
            "tags": [],
            "vers": [],
        }


TEMPLATES_CHANGED = 1_795_300_000
"""Seconds; raise it with a change of a template or the style, or Anki keeps the one it has."""

CARD_ID, CLOZE_ID = 1_795_219_200_001, 1_795_219_200_002


@cache
def card_notetype() -> Notetype:
    """Basic cards and their reverse, and every kind that is asked with a front and a back."""
    front, back = _texts("Front"), _texts("Back")
    aside = _texts("Explanation", "explanation") + _texts("More", "more") + _SOURCE
    typed = "{{#Answer}}{{type:Answer}}{{/Answer}}"
    forward = Template("Forward", _page(front + typed), _page(front + _RULE + typed + back + aside))
    reverse = Template(
        "Reverse",
        "{{#Reverse}}" + _page(back) + "{{/Reverse}}",
        _page(back + _RULE + front + aside),
    )
    return Notetype(CARD_ID, "recall", False, (forward, reverse))


@cache
def cloze_notetype() -> Notetype:
    """Texts with deletions, which stand in the fields `Front zh` and `Front en`."""
    text = _texts("cloze:Front")
    aside = _texts("Explanation", "explanation") + _texts("More", "more") + _SOURCE
    template = Template("Cloze", _page(text), _page(text + _RULE + aside))
    return Notetype(CLOZE_ID, "recall cloze", True, (template,))


_RULE = "<hr id=answer>\n"
_SOURCE = '{{#Source}}<div class="source">{{Source}}</div>{{/Source}}\n'


def _texts(field: str, look: str = "") -> str:
    """A field in both languages, each only where the note has it."""
    name = field.rpartition(":")[2]
    lines: Iterable[str] = (
        f"{{{{#{name} {code}}}}}"
        f'<div class="lang {look}" lang="{code}">{{{{{field} {code}}}}}</div>'
        f"{{{{/{name} {code}}}}}\n"
        for code in LANGUAGES
    )
    return "".join(lines)


def _page(content: str) -> str:
    head = '<div class="recall {{Kind}}" data-show="{{Language}}">\n' + _SWITCH
    return f"{head}\n{content}</div>\n{_file('script.html')}"


@cache
def _file(name: str) -> str:
    return (files("recall.anki") / "templates" / name).read_text("utf-8")


def _template_json(place: int, template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "ord": place,
        "qfmt": template.front,
        "afmt": template.back,
        "bqfmt": "",
        "bafmt": "",
        "did": None,
        "bfont": "",
        "bsize": 0,
    }


def _field_json(place: int, name: str) -> dict[str, Any]:
    return {"name": name, "ord": place, "sticky": False, "rtl": False, "font": "Arial", "size": 20, "media": []}
