"""Two notations of one structure: our tree and math-core's MathML, both as plain text to compare.

Symbols stand for themselves; `frac(a;b)`, `root(a;index)`, `script(base;under;over)` and `table(row|row)`
hold the structure. Letters of math alphabets are compared as plain ones; spaces and invisible signs are left
out.
"""

from __future__ import annotations

import re
import unicodedata
from xml.etree.ElementTree import Element

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
    Root,
    Scripts,
    Stack,
    Stretched,
    Strike,
    Symbol,
    Table,
    Text,
)

# Signs that the two spell differently: dots, bars, minus, accents.
_SAME = str.maketrans(
    {
        **dict.fromkeys("⋯⋱", "…"),
        **dict.fromkeys("ˉ‾¯\u0332\u0304\u0305", "_"),
        **dict.fromkeys("ˆ\u0302", "^"),
        **dict.fromkeys("˜\u0303", "~"),
        "\u20d7": "→",
        "˙": ".",
        "¨": ":",
        "⋅": "·",
        "∣": "|",
        "∥": "‖",
        "∗": "*",
        "-": "−",
        "ϕ": "φ",
        "⟂": "⊥",
    }
)
_MARKS = {"\u0302": "^", "\u0303": "~", "\u0304": "_", "\u20d7": "→", "\u0307": ".", "\u0308": ":"}
_BRACES = {True: "⏞", False: "⏟"}


def symbols(text: str) -> str:
    """Visible characters, in one form each."""
    plain = unicodedata.normalize("NFKC", text.translate(_SAME)).translate(_SAME)
    return "".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Zs", "Cc", "Mn"))


def script(base: str, under: str, over: str) -> str:
    """A base with what it carries; scripts of the same base become one."""
    if not under and not over:
        return base
    return f"script({base};{under};{over})"


def row_of(cells: list[str]) -> str:
    """A row of a table without empty cells at its ends and without its number."""
    return re.sub(r",?\(\d+\)$", "", ",".join(cells)).strip(",")


def table_of(rows: list[str]) -> str:
    """A table without empty rows at its end."""
    return f"table({'|'.join(rows).rstrip('|')})"


# -- our tree ---------------------------------------------------------------------------------------------


def of_tree(node: Node | None) -> str:
    """The structure of a node."""
    match node:
        case Symbol() | Text() | Op() | BigDelimiter():
            return symbols(node.text)
        case Group():
            return "".join(of_tree(item) for item in node.items)
        case Classed() | Strike() | Boxed():
            return of_tree(node.body)
        case Scripts():
            return script(of_tree(node.base), of_tree(node.sub), of_tree(node.sup))
        case Fraction():
            body = f"frac({of_tree(node.num)};{of_tree(node.den)})"
            return symbols(node.left) + body + symbols(node.right)
        case Root():
            return f"root({of_tree(node.body)};{of_tree(node.index)})"
        case Table():
            return symbols(node.left) + _table(node) + symbols(node.right)
        case _:
            return _decorated(node)


def _decorated(node: Node | None) -> str:
    match node:
        case Fence():
            parts = [symbols(node.left), of_tree(node.bodies[0])]
            for middle, body in zip(node.middles, node.bodies[1:], strict=True):
                parts += [symbols(middle), of_tree(body)]
            return "".join([*parts, symbols(node.right)])
        case Accent():
            return script(of_tree(node.body), "", _MARKS[node.mark])
        case Stretched():
            mark = {"line": "_", "brace": _BRACES[node.over]}.get(node.kind, node.kind)
            return script(of_tree(node.body), "" if node.over else mark, mark if node.over else "")
        case Stack():
            return script(of_tree(node.base), of_tree(node.under), of_tree(node.over))
        case Arrow():
            return script(symbols(node.text), of_tree(node.under), of_tree(node.over))
        case _:
            return ""


def _table(table: Table) -> str:
    return table_of([row_of([of_tree(cell) for cell in row.cells]) for row in table.rows])


# -- MathML -----------------------------------------------------------------------------------------------

_UNDER = ("munder", "msub")
_OVER = ("mover", "msup")
_BOTH = ("munderover", "msubsup")


def of_mathml(element: Element) -> str:
    """The structure of a MathML element."""
    tag = element.tag.split("}")[-1]
    parts = [of_mathml(child) for child in element]
    if tag in ("mi", "mo", "mn", "mtext"):
        return symbols(element.text or "")
    if tag == "mfrac":
        return f"frac({parts[0]};{parts[1]})"
    if tag == "msqrt":
        return f"root({''.join(parts)};)"
    if tag == "mroot":
        return f"root({parts[0]};{parts[1]})"
    if tag == "mtable":
        return table_of(parts)
    if tag == "mtr":
        return row_of(parts)
    if tag in _UNDER:
        return script(parts[0], parts[1], "")
    if tag in _OVER:
        return script(parts[0], "", parts[1])
    if tag in _BOTH:
        return script(*parts)
    return "".join(parts)
