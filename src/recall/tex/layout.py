"""The display form: nodes to boxes of several rows."""

from __future__ import annotations

from collections.abc import Iterable

from recall.tex import corners, shapes
from recall.tex.box import EMPTY, Box, beside, blank, pad, stacked, text_box
from recall.tex.classes import Atom
from recall.tex.fences import arrow, fenced
from recall.tex.grids import table_box
from recall.tex.inline import is_simple, marked, root_sign, script_text
from recall.tex.precedence import is_fraction
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
    Newline,
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

_STROKE = "\u0338"
_TAG_GAP = 3


# -- lines ----------------------------------------------------------------------------------------------


def line_atoms(items: Iterable[Node], *, leading: bool = False) -> list[Atom[Box]]:
    """The atoms of one line, drawn and spaced."""
    return arrange(items, _drawn, leading=leading)


def _drawn(node: Node) -> tuple[Box, bool]:
    box = node_box(node)
    return box, box.height > 1


def joined(atoms: Iterable[Atom[Box]]) -> Box:
    """Atoms side by side, with their gaps."""
    parts: list[Box] = []
    for atom in atoms:
        if atom.gap:
            parts.append(blank(atom.gap))
        parts.append(atom.drawn)
    return beside(parts) if parts else EMPTY


def lines_of(items: Iterable[Node]) -> list[list[Node]]:
    """Items cut at every `\\\\` outside of tables."""
    lines: list[list[Node]] = [[]]
    for item in items:
        if isinstance(item, Newline):
            lines.append([])
        else:
            lines[-1].append(item)
    return lines


def group_box(group: Group, leading: bool = False) -> Box:
    """A group as one box; `leading` as for `line_atoms`."""
    lines = [joined(line_atoms(line, leading=leading)) for line in lines_of(group.items)]
    return lines[0] if len(lines) == 1 else stacked(lines, lines[0].base, "l")


def small_box(group: Group | None) -> Box | None:
    """The content of a script or limit: one row, but for `\\substack`; None if there is none."""
    if group is None:
        return None
    item = only_item(group)
    if isinstance(item, Table) and item.kind == "substack":
        return node_box(item)
    return text_box(script_text(group))


# -- nodes ----------------------------------------------------------------------------------------------


def node_box(node: Node) -> Box:
    """One node as a box."""
    match node:
        case Symbol() | Text() | BigDelimiter() | Op():
            return text_box(node.text)
        case Group():
            return group_box(node)
        case Classed(body=body):
            return group_box(body)
        case Scripts():
            return _scripts(node)
        case Fraction():
            return _fraction(node)
        case Fence():
            return _fence(node)
        case Table():
            return table_box(node, _small_cell if node.kind == "substack" else group_box)
        case Root():
            return _root(node)
        case _:
            return _decorated(node)


def _decorated(node: Node) -> Box:
    match node:
        case Accent():
            return shapes.accent(node.mark, group_box(node.body))
        case Stretched():
            return shapes.beneath(node.kind, group_box(node.body), over=node.over)
        case Stack():
            return corners.limits(group_box(node.base), small_box(node.under), small_box(node.over))
        case Arrow():
            return _arrow(node)
        case Boxed():
            return shapes.frame(group_box(node.body))
        case Phantom():
            return shapes.phantom(group_box(node.body), horizontal=node.horizontal, vertical=node.vertical)
        case Strike():
            box = group_box(node.body)
            return Box(tuple(marked(row, _STROKE) for row in box.rows), box.width, box.base)
        case Tag():
            return pad(group_box(node.body), left=_TAG_GAP)
        case _:
            return EMPTY


def _small_cell(group: Group, leading: bool) -> Box:
    return text_box(script_text(group))


def _scripts(node: Scripts) -> Box:
    base, lower, upper = node.base, small_box(node.sub), small_box(node.sup)
    if isinstance(base, Op) and base.integral and not base.limits:
        return corners.integral(base.text, base.integral, lower, upper)
    if isinstance(base, Op | Classed) and base.limits:
        return corners.limits(node_box(base), lower, upper)
    if isinstance(base, Stretched) and base.kind in ("brace", "bracket", "paren"):
        return corners.limits(node_box(base), lower, upper)
    box = node_box(base)
    if is_fraction(base):
        # Without brackets the script would seem to belong to the numerator.
        box = fenced("(", [box], (), ")")
    return corners.corner(box, lower, upper, fence=_is_fence(base))


def _is_fence(node: Node) -> bool:
    item = only_item(node) if isinstance(node, Group) else node
    return isinstance(item, Fence | Fraction) or (isinstance(item, Table) and bool(item.left))


def _fraction(node: Fraction) -> Box:
    wider = node.bar and (_is_ratio(node.num) or _is_ratio(node.den))
    box = shapes.fraction(group_box(node.num), group_box(node.den), bar=node.bar, wider=wider)
    return fenced(node.left, [box], (), node.right, space=0) if node.left or node.right else box


def _is_ratio(group: Group) -> bool:
    item = only_item(group)
    return isinstance(item, Fraction) and item.bar


def _root(node: Root) -> Box:
    body = group_box(node.body)
    index = script_text(node.index) if node.index else ""
    sign = root_sign(index)
    if body.height == 1 and sign is not None and is_simple(node.body):
        return text_box(sign + body.rows[0])
    return shapes.root(body, index)


def _fence(node: Fence) -> Box:
    item = only_item(node.bodies[0]) if len(node.bodies) == 1 else None
    if isinstance(item, Table) and {node.left, node.right} & {"{", "}"}:
        return fenced(node.left, [table_box(item, group_box, braced=True)], (), node.right)
    return fenced(node.left, [group_box(body) for body in node.bodies], node.middles, node.right)


def _arrow(node: Arrow) -> Box:
    under, over = small_box(node.under), small_box(node.over)
    width = max(under.width if under else 0, over.width if over else 0) + 2
    return corners.limits(text_box(arrow(node.text, width)), under, over)
