"""A card's Markdown as the HTML of an Anki field: formulas between `\\( \\)` and `\\[ \\]`, code in colours.

Raw HTML stays text, and so does what Anki itself would obey in a field, such as `[sound:...]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from recall.core import cloze
from recall.core.formulas import Formula, replace_formulas
from recall.text.emphasis import let_chinese_flank

Media = Callable[[str], str | None]
"""The name under which a package holds the picture of an address in a card; None for one it does not hold."""

_FORMULA, _OPENING, _CLOSING, _END = "\ue002", "\ue003", "\ue004", "\ue005"
_COLONS = "\ue006"
_MARKS = re.compile("[\ue000-\ue00f]")
_FORMULA_MARK = re.compile(f"{_FORMULA}(\\d+){_END}")
_CLOZE_MARK = re.compile(f"{_OPENING}(\\d+){_END}|{_CLOSING}(\\d+){_END}")
_PLAIN = re.compile(r"(?!\s*(?:[-+=]|\d+[.)]))[^*_`#>|~\[\]!<&\\\n]*")
"""A line that says the same in Markdown as without it."""
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>\s*", re.DOTALL)
_CHINESE = re.compile("[\u2e80-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60“”‘’…—]")


def to_html(text: str, media: Media = lambda _address: None) -> str:
    """A Markdown text as HTML; one paragraph stands without `<p>`."""
    return _render(_MARKS.sub("", text), media, lambda tex: tex)


def to_cloze_html(text: str, media: Media = lambda _address: None) -> str:
    """The same for a text with deletions, which stay; two braces that close no deletion are set apart."""
    source = _MARKS.sub("", text)
    deletions = cloze.parse(source)
    parts, end = [], 0
    for number, deletion in enumerate(deletions):
        parts += [source[end : deletion.start], f"{_OPENING}{number}{_END}"]
        parts += [_guarded(deletion.text), f"{_CLOSING}{number}{_END}"]
        end = deletion.end
    shown = _render("".join(parts) + source[end:], media, _apart)

    def as_anki(mark: re.Match[str]) -> str:
        deletion = deletions[int(mark[1] or mark[2])]
        if mark[1]:
            return f"{{{{c{deletion.number}::"
        hint = f"::{escape(deletion.hint)}" if deletion.hint else ""
        return f"{hint}}}}}"

    return _CLOZE_MARK.sub(as_anki, shown).replace(_COLONS, "&#58;&#58;")


def code_html(code: str, language: str = "") -> str:
    """A program in colours, as classes that begin with `h-`; what no highlighter knows stays plain."""
    return f'<pre class="code"><code>{_highlighted(code.rstrip(), language)}</code></pre>'


def plain_html(text: str) -> str:
    """A text as it stands, with nothing in it that Anki or MathJax would obey."""
    return escape(text, quote=False).replace("[", "&#91;").replace("\\(", "<span>\\</span>(")


def _guarded(text: str) -> str:
    """A deletion's text, with nothing in it that Anki would take for its end or its hint."""
    text = _apart(text).replace("::", _COLONS)
    return text + " " if text.endswith("}") else text


def _apart(tex: str) -> str:
    return re.sub(r"\}(?=\})", "} ", tex)


def _render(source: str, media: Media, change: Callable[[str], str]) -> str:
    formulas: list[Formula] = []

    def put_aside(formula: Formula) -> str:
        formulas.append(formula)
        return f"{_FORMULA}{len(formulas) - 1}{_END}"

    def put_back(mark: re.Match[str]) -> str:
        formula = formulas[int(mark[1])]
        tex = escape(change(formula.tex), quote=False)
        return f"\\[{tex}\\]" if formula.is_display else f"\\({tex}\\)"

    text = replace_formulas(source, put_aside)
    shown = plain_html(text.strip()) if _PLAIN.fullmatch(text) else _markdown(text, media)
    return _FORMULA_MARK.sub(put_back, shown)


def _markdown(text: str, media: Media) -> str:
    shown = _parser().render(text, {"media": media}).strip()
    found = _ONE_PARAGRAPH.fullmatch(shown)
    return found[1] if found else shown


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.disable(["reference", "lheading"])
    let_chinese_flank(parser)
    parser.core.ruler.push("chinese lines", _join_lines)
    rules = {"text": _text, "code_inline": _code_inline, "fence": _code, "code_block": _code, "image": _image}
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def _join_lines(state: StateCore) -> None:
    """Remove line ends between Chinese characters, which a browser would show as a space."""
    for token in state.tokens:
        children = token.children or []
        for before, child, after in zip(children, children[1:], children[2:], strict=False):
            joins = _CHINESE.fullmatch(before.content[-1:]) and _CHINESE.fullmatch(after.content[:1])
            if child.type == "softbreak" and joins:
                child.type = "text"


def _text(_self: RendererHTML, tokens: list[Token], place: int, _options: object, _env: object) -> str:
    return plain_html(tokens[place].content)


def _code_inline(_self: RendererHTML, tokens: list[Token], place: int, _options: object, _env: object) -> str:
    return f"<code>{plain_html(tokens[place].content)}</code>"


def _code(_self: RendererHTML, tokens: list[Token], place: int, _options: object, _env: object) -> str:
    return code_html(tokens[place].content, tokens[place].info.strip().partition(" ")[0]) + "\n"


def _image(_self: RendererHTML, tokens: list[Token], place: int, _options: object, env: dict[str, Media]) -> str:
    """A picture of the package, else what it shows in words."""
    token = tokens[place]
    name = env["media"](str(token.attrGet("src")))
    words = escape(token.content)
    return (
        f'<img src="{escape(name)}" alt="{words}">'
        if name
        else f"<em>{words or escape(str(token.attrGet('src')))}</em>"
    )


def _highlighted(code: str, language: str) -> str:
    if not language:
        return plain_html(code)
    from pygments import highlight
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return plain_html(code)
    shown = highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix="h-"))
    return str(shown).replace("[", "&#91;").rstrip("\n")
