"""The HTML of an Anki field as a card's Markdown: formulas between dollars, media as links, clozes kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any

from recall.core.formulas import formulas

if TYPE_CHECKING:
    from markdownify import MarkdownConverter

Address = Callable[[str], str]
"""Where a card finds the file of media of a name."""

_MARK = "\ue002{}\ue003"
_MARKED = re.compile("\ue002(\\d+)\ue003")
_PRIVATE = re.compile("[\ue000-\ue00f]")
_MATH = re.compile(
    r"\\\((?P<inline>.*?)\\\)|\\\[(?P<display>.*?)\\\]"
    r"|\[\$\$\](?P<old_display>.*?)\[/\$\$\]|\[\$\](?P<old_inline>.*?)\[/\$\]|\[latex\](?P<latex>.*?)\[/latex\]"
    r"|<anki-mathjax(?P<block>[^>]*)>(?P<tag>.*?)</anki-mathjax>",
    re.DOTALL | re.IGNORECASE,
)
_UNSEEN = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)|<!--.*?(-->|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</?(?:div|p)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_SOUND = re.compile(r"\[sound:([^\]\n]+)\]")
_PLAIN = re.compile(r"[^<>&*_`#|~\[\]!\\$\n]*")
_LIST = re.compile(r"\s*(?:[-+=]|\d+[.)])")


def to_markdown(html: str, address: Address = lambda name: name) -> str:
    """A field as Markdown."""
    html = _UNSEEN.sub("", _PRIVATE.sub("", html))
    aside: list[str] = []

    def put_aside(text: str) -> str:
        aside.append(text)
        return _MARK.format(len(aside) - 1)

    html = _MATH.sub(lambda match: put_aside(_formula(match)), html)
    html = _SOUND.sub(lambda match: put_aside(f"[{_name(match[1])}]({_link(address(unescape(match[1])))})"), html)
    is_plain = _PLAIN.fullmatch(html) and not _LIST.match(html)
    return _put_back(" ".join(html.split()) if is_plain else _converted(html, address), aside)


def _converted(html: str, address: Address) -> str:
    """HTML with tags or what Markdown would obey, by the library, which takes a hundred times as long."""
    text = str(_converter(address).convert(f"<div>{html}</div>"))
    text = re.sub(r"\n{3,}", "\n\n", text.replace("\u00a0", " ")).strip()
    return _without_dollars("\n".join(line.rstrip() for line in text.split("\n")))


def to_plain(html: str) -> str:
    """A field as one line of text, as an answer is typed."""
    return " ".join(unescape(_TAG.sub(" ", _UNSEEN.sub("", html))).split())


def _formula(match: re.Match[str]) -> str:
    found = match.groupdict()
    display = found["display"] or found["old_display"] or (found["tag"] if "block" in (found["block"] or "") else None)
    tex = display or found["inline"] or found["old_inline"] or found["tag"] or found["latex"] or ""
    tex = re.sub(r"\n\s*\n+", "\n", unescape(_TAG.sub("", _BREAK.sub("\n", tex)))).strip()
    if not tex:
        return ""
    return f"$${tex}$$" if display is not None else f"${tex}$"


def _without_dollars(text: str) -> str:
    """Dollars that would be read as formulas escaped."""
    return text.replace("$", "\\$") if any(formulas(text)) else text


def _put_back(text: str, aside: list[str]) -> str:
    """Formulas in their place; a dollar next to a digit would be money."""

    def original(match: re.Match[str]) -> str:
        found = aside[int(match[1])]
        before = " " if found.startswith("$") and text[match.start() - 1 : match.start()].isdigit() else ""
        after = " " if found.endswith("$") and text[match.end() : match.end() + 1].isdigit() else ""
        return before + found + after

    return _MARKED.sub(original, text)


def _name(name: str) -> str:
    return re.sub(r"([\[\]\\])", r"\\\1", unescape(name))


def _link(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()]", address) else address


@cache
def _converter(address: Address) -> MarkdownConverter:
    """Our converter; the library costs 200 ms to import, so it is made when it is needed."""
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        def convert_img(self, el: Any, text: str, parent_tags: Any) -> str:
            source = str(el.get("src") or "")
            words = str(el.get("alt") or "") or source.rpartition("/")[2]
            return f"![{_name(words)}]({_link(address(source))})" if source else ""

    return Converter(heading_style="ATX", bullets="-", escape_underscores=True, escape_asterisks=True, strip=["font"])
