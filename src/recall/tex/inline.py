"""The inline form: a formula as exactly one line of text."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import combining

from recall.tex.precedence import after_sign, beside_factor, is_compound, is_fraction
from recall.tex.scripts import subscript, superscript
from recall.tex.spacing import arrange
from recall.tex.tree import (
    Accent,
    Arrow,
    BigDelimiter,
    Boxed,
    Classed,
    Fence,
    Fraction,
    Group,
    Node,
    Op,
    Phantom,
    Root,
    Scripts,
    Stack,
    Stretched,
    Strike,
    Symbol,
    Table,
    Tag,
    Text,
    only_item,
)
from recall.tex.width import text_width

_HIGH_SIGNS = frozenset("′″‴⁗*†‡°")
_MARK_NAMES = {
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u20d7": "vec",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u20db": "dddot",
    "\u20dc": "ddddot",
    "\u0301": "acute",
    "\u0300": "grave",
    "\u0306": "breve",
    "\u030c": "check",
    "\u030a": "ring",
}
_OVERLINE, _UNDERLINE, _STROKE = "\u0305", "\u0332", "\u0338"


def line(items: Iterable[Node], *, script: bool = False) -> str:
    """Nodes as one line. `script`: without the spaces round operators."""
    atoms = arrange(items, lambda node: (node_text(node, script), False), script=script)
    parts: list[str] = []
    for index, atom in enumerate(atoms):
        text = atom.drawn
        if is_fraction(atom.node) and (beside_factor(atoms, index) or after_sign(atoms, index, text)):
            text = f"({text})"
        parts.append(" " * atom.gap + text)
    return "".join(parts)


def script_text(group: Group) -> str:
    """The content of a script as one line, without spaces round operators."""
    return line(group.items, script=True)


def node_text(node: Node, script: bool) -> str:
    """One node as text."""
    match node:
        case Symbol() | Text() | BigDelimiter() | Op():
            return node.text
        case Group():
            return line(node.items, script=script)
        case Classed(body=body):
            return line(body.items, script=script)
        case Scripts():
            return _scripts(node, script)
        case Fraction():
            return fraction_text(node, script)
        case Root():
            return root_text(node, script)
        case Fence():
            return _fence(node, script)
        case Table():
            return _table(node, script)
        case _:
            return _decorated(node, script)


def _decorated(node: Node, script: bool) -> str:
    match node:
        case Accent():
            return _accent(node, script)
        case Stretched():
            return _stretched(node, script)
        case Stack():
            return with_scripts(line(node.base.items, script=script), node.under, node.over)
        case Arrow():
            return with_scripts(node.text, _filled(node.under), _filled(node.over))
        case Boxed():
            return f"[{line(node.body.items, script=script)}]"
        case Phantom():
            return " " * text_width(line(node.body.items, script=script)) if node.horizontal else ""
        case Strike():
            return marked(line(node.body.items, script=script), _STROKE)
        case Tag():
            return "  " + line(node.body.items, script=script)
        case _:
            return "  "


def _filled(group: Group | None) -> Group | None:
    return group if group and group.items else None


def marked(text: str, mark: str) -> str:
    """Text with a combining mark on every visible character, after the marks it has."""
    parts: list[str] = []
    for char in text:
        if combining(char) and parts:
            parts[-1] = parts[-1].removesuffix(mark) + char + mark
        else:
            parts.append(char if char.isspace() else char + mark)
    return "".join(parts)


# -- scripts --------------------------------------------------------------------------------------------


def _scripts(node: Scripts, script: bool) -> str:
    base = node_text(node.base, script)
    if is_fraction(node.base) or (_is_brace(node.base) and not _is_single(base) and not _is_bracketed(base)):
        base = f"({base})"
    return with_scripts(base, node.sub, node.sup)


def _is_bracketed(text: str) -> bool:
    """Whether brackets enclose the whole text."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char in "([{⟨") - (char in ")]}⟩")
        if depth == 0:
            return index == len(text) - 1 and index > 0
    return False


def _is_brace(node: Node) -> bool:
    return isinstance(node, Stretched) and node.kind in ("brace", "bracket", "paren")


def with_scripts(base: str, sub: Group | None, sup: Group | None) -> str:
    """Text with scripts: in small characters where all have one, else after `_` and `^`."""
    lower = script_text(sub) if sub else ""
    upper = script_text(sup) if sup else ""
    small_lower, small_upper = subscript(lower), superscript(upper)
    if lower and small_lower is None:
        if set(upper) <= _HIGH_SIGNS:
            base, upper = base + upper, ""
        base += f"_{_grouped(lower, sub)}"
        small_upper = None
    elif small_lower:
        base += small_lower
    if not upper:
        return base
    return base + (small_upper or f"^{_grouped(upper, sup)}")


def _grouped(text: str, group: Group | None) -> str:
    item = only_item(group) if group else None
    word = text.isalnum() and isinstance(item, Text | Symbol | Op)
    return text if word or _is_single(text) else f"({text})"


def _is_single(text: str) -> bool:
    return sum(not combining(char) for char in text) == 1


# -- fractions ------------------------------------------------------------------------------------------


def fraction_text(node: Fraction, script: bool) -> str:
    """A fraction with a slash, with parentheses where precedence needs them; a binomial as C(n, k)."""
    num, den = line(node.num.items, script=script), line(node.den.items, script=script)
    if not node.bar:
        inner = f"{num},{'' if script else ' '}{den}"
        return f"C({inner})" if node.left == "(" else f"{node.left}{inner}{node.right}"
    over = f"({num})" if is_compound(node.num, product=False) else num
    under = f"({den})" if is_compound(node.den, product=True) else den
    return f"{node.left}{over}/{under}{node.right}"


# -- roots, fences, tables, accents ---------------------------------------------------------------------

_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}


def root_sign(index: str) -> str | None:
    """The sign for a root in front of its body; None if the index has no small form."""
    small = superscript(index)
    return _ROOTS.get(index) or (small + "√" if small else None)


def root_text(node: Root, script: bool) -> str:
    """A root: the sign, and the body in parentheses unless it is one symbol."""
    body = line(node.body.items, script=script)
    index = script_text(node.index) if node.index else ""
    sign = root_sign(index) or f"√[{index}]"
    return sign + (body if is_simple(node.body) else f"({body})")


def is_simple(group: Group) -> bool:
    """Whether a group is one symbol, number or accented letter, perhaps with scripts."""
    item = only_item(group)
    if isinstance(item, Scripts):
        item = item.base
    if isinstance(item, Accent):
        item = only_item(item.body)
    return isinstance(item, Symbol) and (_is_single(item.text) or item.text.replace(".", "").isdigit())


def _fence(node: Fence, script: bool) -> str:
    bar = "{}" if script else " {} "
    parts = [line(node.bodies[0].items, script=script)]
    for middle, body in zip(node.middles, node.bodies[1:], strict=True):
        parts += [bar.format(middle), line(body.items, script=script)]
    return node.left + "".join(parts) + node.right


def _table(node: Table, script: bool) -> str:
    between = {"aligned": " ", "cases": "  ", "gathered": " "}.get(node.kind, ", ")
    rows = []
    for row in node.rows:
        cells = [line(cell.items, script=script) for cell in row.cells]
        if node.kind == "aligned" or _is_equations(node):
            rows.append(" ".join(cell for cell in cells if cell))
        else:
            rows.append(between.join(cell.removesuffix(",") for cell in cells))
    return node.left + (", " if node.kind == "substack" else "; ").join(rows) + node.right


def _is_equations(node: Table) -> bool:
    """Whether a table is an array without brackets whose middle column holds the relations."""
    return node.kind == "array" and node.columns in ("lcl", "rcl") and not node.left and not node.right


def accented(text: str, mark: str) -> str | None:
    """A letter (with its scripts) under a combining mark; None if there are several letters."""
    base = text[:1]
    rest = text[1:]
    while rest and combining(rest[0]):
        base, rest = base + rest[0], rest[1:]
    if not base.strip() or any(char not in _SMALL for char in rest):
        return None
    return base + mark + rest


_SMALL = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ′″")


def _accent(node: Accent, script: bool) -> str:
    text = line(node.body.items, script=script)
    if (single := accented(text, node.mark)) is not None:
        return single
    if node.mark == "\u0304":
        return marked(text, _OVERLINE)
    return f"{_MARK_NAMES.get(node.mark, 'hat')}({text})"


def _stretched(node: Stretched, script: bool) -> str:
    text = line(node.body.items, script=script)
    if node.kind == "line":
        return marked(text, _OVERLINE if node.over else _UNDERLINE)
    if len(node.kind) == 1:
        return f"vec({text})" if node.kind == "→" and node.over else f"{node.kind}({text})"
    return text
