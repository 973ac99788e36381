"""Questions that half of all guesses answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recall.core.bodies import Basic, Choice, Typed
from recall.decks.problems import Problem
from recall.decks.standard.rules import Held, words_only
from recall.i18n import _

_SENTENCE = re.compile(r"[^。；;？?!！\n]+[？?]?")
_YES_NO_ZH = re.compile(r"是否|能否|可否|会否|是不是|能不能|会不会|有没有|对不对|要不要|可不可以|[吗么]\s*[？?]?\s*$")
_ASKS_MORE_ZH = re.compile("什么|为何|哪|怎|多少|如何|几|谁|理由|举|证明|判断依据|还是")
_YES_NO_EN = re.compile(
    r"(?:^|[,:.]\s+(?:then\s+)?|\b(?:then|so|and)\s+)"
    r"(?:is|are|was|were|does|do|did|can|could|will|would|has|have|had|should|must|may)(?:n't)?\s[^,]*[?？]\s*$",
    re.IGNORECASE,
)
_ASKS_MORE_EN = re.compile(
    r"\b(?:what|why|how|which|when|where|who|whose|give|prove|show|name|explain|or)\b", re.IGNORECASE
)


def yes_no(held: Held) -> Iterator[Problem]:
    """A card asks for more than yes or no: why, when, what else. A choice of three or more may ask so."""
    body = held.card.body
    if not isinstance(body, Basic | Typed) and not (isinstance(body, Choice) and len(body.options) == 2):
        return
    front = body.front
    if _is_yes_no_zh(front.zh or "") or _is_yes_no_en(front.en or ""):
        message = _("can be answered by yes or no; ask why, when, or for an example")
        yield held.problem("yes-no", message, front)


def _is_yes_no_zh(text: str) -> bool:
    words = words_only(text)
    asked = [sentence.strip() for sentence in _SENTENCE.findall(words)]
    return bool(asked) and _YES_NO_ZH.search(asked[-1]) is not None and not _ASKS_MORE_ZH.search(words)


def _is_yes_no_en(text: str) -> bool:
    words = words_only(text)
    asked = [sentence.strip() for sentence in _SENTENCE.findall(words)]
    return bool(asked) and _YES_NO_EN.search(asked[-1]) is not None and not _ASKS_MORE_EN.search(words)
