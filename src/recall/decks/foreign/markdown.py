"""Cards in Markdown: `Q:`/`A:`/`C:` blocks, and the signs that Obsidian's spaced repetition gives a meaning.

`Q:`, `A:`, `C: with [brackets]` are those of hashcards and repeater; `front::back`, `front:::back` (both ways), a line
with `?` or `??` between front and back, `==hidden==`, and `#flashcards/deck` those of Obsidian.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recall.core.formulas import masked
from recall.decks.foreign.deck import ForeignDeck, ReadOptions
from recall.i18n import _

_BLOCK = re.compile(r"([QAC]):(?!:)[ \t]*(.*)")
_RULE = re.compile(r"-{3,}\s*")
_FENCE = re.compile(r"\s*(```+|~~~+)")
_COMMENT = re.compile(r"<!--.*?-->|%%.*?%%", re.DOTALL)
_TAG = re.compile(r"(?<![\w/#])#(flashcards(?:/[\w/-]+)?)(?=\s|$)", re.IGNORECASE)
_ANY_TAG = re.compile(r"(?:^|\s)#[\w/-]+(?=\s|$)")
_WIKI = re.compile(r"(?<!!)\[\[(?:[^\]|]*\|)?([^\]]+)\]\]")
_BLOCK_ID = re.compile(r"\s+\^[\w-]+\s*$")
_MARKER = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_HIGHLIGHT = re.compile(r"==(?=\S)(.+?)(?<=\S)==")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_CURLY = re.compile(r"(?<!\{)\{\{(?!c\d)([^{}]+)\}\}(?!\})")
_NAMESPACE = re.compile(r"\w::\w")
_UNREAD = "$"
"""Stands for each character of formulas and code, which have no signs of cards: no letter, bracket or blank."""
_NAME = re.compile(r"^(?:name|title)\s*[=:]\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    in_code: bool = False


def read_markdown(text: str, name: str, options: ReadOptions) -> ForeignDeck:
    """The cards of a file; what is no card is a note, and passed over."""
    front_matter = re.match(r"---\n(.*?)\n---[ \t]*(?:\n|$)", text, re.DOTALL)
    said = front_matter[1] if front_matter else ""
    named = _NAME.search(said)
    deck = ForeignDeck(named[1] if named else name)
    body = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    lines = _lines(body, said.count("\n") + 2 if front_matter else 0)
    if any(_is_opening(line) for line in lines):
        _read_blocks(deck, lines)
    else:
        _read_notes(deck, lines, options, is_tagged="flashcards" in said or bool(_TAG.search(body)))
    return deck


def _lines(text: str, skipped: int) -> list[_Line]:
    """The lines after the front matter, those of code marked."""
    lines, fence = [], ""
    for number, line in enumerate(text.split("\n"), 1):
        found = _FENCE.match(line)
        is_mark = found is not None and (not fence or found[1].startswith(fence))
        lines.append(_Line(number, line, bool(fence) or is_mark))
        if found is not None and is_mark:
            fence = "" if fence else found[1]
    return lines[skipped:]


def _is_opening(line: _Line) -> bool:
    return not line.in_code and re.match("[QC]:(?!:)", line.text) is not None


def _read_blocks(deck: ForeignDeck, lines: Sequence[_Line]) -> None:
    """Blocks that begin with `Q:` or `C:` and end at the next one or at a rule."""
    block: list[_Line] = []
    for line in [*lines, _Line(0, "---")]:
        ends = not line.in_code and (_RULE.fullmatch(line.text) is not None or _is_opening(line))
        if ends and block:
            _add_block(deck, block)
            block = []
        if _is_opening(line) or (block and not ends):
            block.append(line)
        elif not ends and not line.in_code and (sides := _sides(line.text)):
            if _NAMESPACE.search(masked(line.text, _UNREAD)):
                deck.misread(line.number, _("`::` between letters may be code; put blanks round it"))
            else:
                _add_sides(deck, line.number, sides, [])


def _add_block(deck: ForeignDeck, block: Sequence[_Line]) -> None:
    parts: dict[str, list[str]] = {}
    letter = ""
    for line in block:
        match = None if line.in_code else _BLOCK.fullmatch(line.text)
        if match and not (letter == "C" and match[1] == "A"):
            letter = match[1]
            parts.setdefault(letter, []).append(match[2])
        else:
            parts[letter].append(line.text)
    texts = {key: "\n".join(found).strip() for key, found in parts.items()}
    number = block[0].number
    if "C" in texts:
        _add_cloze(deck, number, texts["C"], _brackets(texts["C"]), [])
    elif texts.get("Q") and texts.get("A"):
        deck.add(number, {"front": texts["Q"], "back": texts["A"]})
    else:
        deck.misread(number, _("this question has no answer") if texts.get("Q") else _("nothing is asked here"))


def _brackets(text: str) -> list[tuple[int, int, str]] | None:
    """What stands in brackets, as offsets of the whole and what is inside; None when they don't pair.

    Brackets of formulas, code, links and pictures, and escaped ones, hide nothing.
    """
    plain = masked(text, _UNREAD)
    plain = re.sub(r"!?\[[^\[\]]*\]\([^()]*\)|\\.", lambda match: _UNREAD * len(match[0]), plain, flags=re.DOTALL)
    found: list[tuple[int, int, str]] = []
    start = -1
    for n, character in enumerate(plain):
        if (character == "[" and start >= 0) or (character == "]" and start < 0):
            return None
        if character == "[":
            start = n
        elif character == "]":
            found.append((start, n + 1, text[start + 1 : n]))
            start = -1
    return found if start < 0 else None


def _add_cloze(
    deck: ForeignDeck, line: int, text: str, hidden: Sequence[tuple[int, int, str]] | None, tags: list[str]
) -> None:
    if hidden is None:
        deck.misread(line, _("brackets in it do not pair, or stand in each other"))
    elif not hidden or not all(part.strip() for _start, _end, part in hidden):
        deck.misread(line, _("nothing is hidden in it"))
    elif any("::" in part or "}}" in part for _start, _end, part in hidden):
        deck.misread(line, _("what is hidden has `::` or `}}` in it"))
    else:
        for n in range(len(hidden), 0, -1):
            start, end, part = hidden[n - 1]
            text = f"{text[:start]}{{{{c{n}::{part}}}}}{text[end:]}"
        deck.add(line, {"cloze": text, "tags": list(tags)})


def _read_notes(deck: ForeignDeck, lines: Sequence[_Line], options: ReadOptions, *, is_tagged: bool) -> None:
    """Notes with Obsidian's signs. A tag `#flashcards/deck` gives the cards after it that tag."""
    tags: list[str] = []
    paragraphs = list(_paragraphs(lines))
    n = 0
    while n < len(paragraphs):
        paragraph = paragraphs[n]
        if found := _TAG.search(" ".join(line.text for line in paragraph if not line.in_code)):
            tags = [part for part in found[1].split("/")[1:] if part]
        mark = next((k for k, line in enumerate(paragraph) if _is_mark(line)), None)
        if mark is not None:
            n += _add_marked(deck, paragraphs, n, mark, tags)
        elif not _add_lines(deck, paragraph, tags) and is_tagged:
            _add_highlights(deck, paragraph, tags, options)
        n += 1


def _paragraphs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Runs of lines that are not blank; a block of code is never divided, a heading stands alone."""
    paragraph: list[_Line] = []
    for line in lines:
        is_heading = not line.in_code and re.match(r"#{1,6}\s", line.text) is not None
        if paragraph and (is_heading or (not line.in_code and not line.text.strip())):
            yield paragraph
            paragraph = []
        if not is_heading and (line.in_code or line.text.strip()):
            paragraph.append(line)
    if paragraph:
        yield paragraph


def _is_mark(line: _Line) -> bool:
    return not line.in_code and line.text.strip() in ("?", "??")


def _add_marked(deck: ForeignDeck, paragraphs: list[list[_Line]], n: int, mark: int, tags: list[str]) -> int:
    """Front and back with a `?` between; how many paragraphs of the next were used for the back."""
    paragraph, used = paragraphs[n], 0
    front, back = _tidy(paragraph[:mark]), _tidy(paragraph[mark + 1 :])
    if not front and n > 0:
        front = _tidy(paragraphs[n - 1])
    if not back and n + 1 < len(paragraphs):
        back, used = _tidy(paragraphs[n + 1]), 1
    line = paragraph[0].number
    if front and back:
        both = paragraph[mark].text.strip() == "??"
        deck.add(line, {"front": front, "back": back, "reverse": both, "tags": list(tags)})
    else:
        deck.misread(line, _("this question has no answer") if front else _("nothing is asked here"))
    return used


def _add_lines(deck: ForeignDeck, paragraph: Sequence[_Line], tags: list[str]) -> bool:
    """Lines `front::back`; says whether there was any."""
    found = [(line, sides) for line in paragraph if not line.in_code and (sides := _sides(line.text))]
    for line, sides in found:
        _add_sides(deck, line.number, sides, tags)
    return bool(found)


def _sides(text: str) -> tuple[str, str, bool] | None:
    """Front, back, and whether both ways; None when the line has no `::` outside of code and formulas."""
    plain = masked(text, _UNREAD)
    at = re.search(r"(?<!:):::?(?!:)", plain)
    if at is None or "{{c" in plain[: at.start()]:
        return None
    front, back = _MARKER.sub("", text[: at.start()], count=1), text[at.end() :]
    front = _clean(re.sub(r"^\s*#{1,6}\s+", "", front))
    return front, _clean(back), at[0] == ":::"


def _add_sides(deck: ForeignDeck, line: int, sides: tuple[str, str, bool], tags: list[str]) -> None:
    front, back, both = sides
    if front and back:
        deck.add(line, {"front": front, "back": back, "reverse": both, "tags": list(tags)})
    else:
        deck.misread(line, _("this question has no answer") if front else _("nothing is asked here"))


def _add_highlights(deck: ForeignDeck, paragraph: Sequence[_Line], tags: list[str], options: ReadOptions) -> None:
    """A paragraph with something `==hidden==`."""
    text = _tidy([line for line in paragraph if not line.in_code])
    patterns = [_HIGHLIGHT, _CURLY, *([_BOLD] if options.bold_is_cloze else [])]
    plain = masked(text, _UNREAD)
    hidden = sorted(
        (*match.span(), text[match.start(1) : match.end(1)]) for p in patterns for match in p.finditer(plain)
    )
    if hidden:
        _add_cloze(deck, paragraph[0].number, text, _apart(hidden), tags)


def _apart(hidden: list[tuple[int, int, str]]) -> list[tuple[int, int, str]] | None:
    overlaps = any(end > start for (_s, end, _p), (start, _e, _q) in itertools.pairwise(hidden))
    return None if overlaps else hidden


def _tidy(lines: Sequence[_Line]) -> str:
    """Lines as the text of a card, without tags, links of a wiki and marks of blocks."""
    return "\n".join(line.text if line.in_code else _clean(line.text, keep_indent=True) for line in lines).strip()


def _clean(text: str, *, keep_indent: bool = False) -> str:
    text = _BLOCK_ID.sub("", _WIKI.sub(r"\1", text))
    if "#flashcards" in text.lower():
        text = _ANY_TAG.sub("", text)
    return text.rstrip() if keep_indent else text.strip()
