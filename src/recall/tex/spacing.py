"""The space between neighbouring atoms.

Both layouts use it: the display hands in boxes, the inline form text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from recall.tex.classes import Atom, Drawn, core, pair_bars, pair_big, settle_signs
from recall.tex.tree import (
    Accent,
    BigDelimiter,
    Classed,
    Cls,
    Fence,
    Fraction,
    Group,
    Newline,
    Node,
    Op,
    Root,
    Scripts,
    Space,
    Stretched,
    Strike,
    Symbol,
    Table,
    class_of,
)

_QUAD = 18
_THICK = 6
"""The widest space, in mu, that scripts do without."""
_FACTORS = (Cls.ORD, Cls.OP, Cls.OPEN, Cls.INNER)


def cells(mu: float) -> int:
    """Cells for an explicit space: a quad is two, and any positive space is at least one."""
    return max(1, round(2 * mu / _QUAD)) if mu > 0.5 else 0


def arrange(
    items: Iterable[Node],
    draw: Callable[[Node], tuple[Drawn, bool]],
    *,
    script: bool = False,
    leading: bool = False,
) -> list[Atom[Drawn]]:
    """Atoms of a line with their gaps.

    `draw` gives what a node looks like, and whether that has several rows. `script`: without the spaces round
    operators. `leading`: something stands before the line (it is a cell after `&`).
    """
    atoms, spaces = _drawn(pair_big(list(items)), draw, script)
    pair_bars(atoms)
    settle_signs(atoms, leading)
    for index, atom in enumerate(atoms):
        explicit = cells(spaces[index])
        if index:
            implied = _script_gap(atoms[index - 1], atom) if script else _gap(atoms[index - 1], atom)
        else:
            implied = int(leading and atom.cls in (Cls.REL, Cls.BIN))
            explicit = explicit if leading or spaces[index] >= _QUAD else 0
        atom.gap = max(implied, explicit)
    return atoms


def _drawn(
    items: Iterable[Node], draw: Callable[[Node], tuple[Drawn, bool]], script: bool
) -> tuple[list[Atom[Drawn]], list[float]]:
    """Atoms, and the explicit space before each in mu."""
    atoms: list[Atom[Drawn]] = []
    spaces: list[float] = []
    space = 0.0
    for item in items:
        if isinstance(item, Space):
            space += item.mu if not script or item.hard or item.mu > _THICK else 0
        else:
            drawn, tall = draw(item)
            atoms.append(Atom(item, drawn, class_of(item), tall))
            spaces.append(space)
            space = 0.0
    return atoms, spaces


def _gap(left: Atom[Drawn], right: Atom[Drawn]) -> int:
    a, b = left.cls, right.cls
    if a == Cls.PUNCT:
        return int(b not in (Cls.CLOSE, Cls.PUNCT))
    if b == Cls.PUNCT:
        return 0
    if Cls.REL in (a, b):
        return int(a != b and a != Cls.OPEN and b != Cls.CLOSE)
    if Cls.BIN in (a, b):
        return 1
    return int(_apart(left, right))


def _apart(left: Atom[Drawn], right: Atom[Drawn]) -> bool:
    """Whether a space goes between two atoms, neither of which is relation, operator or punctuation."""
    tail, head = shape(left.node, right=True), shape(right.node, right=False)
    if (tail == "fraction" and left.tall) or (head == "fraction" and right.tall):
        return True
    if left.cls == Cls.OPEN or right.cls == Cls.CLOSE:
        return False
    if left.cls == Cls.OP:
        return tail != "name" or not _is_argument(left, right, head)
    if right.cls == Cls.OP:
        return not left.sign and not _is_slash(left.node)
    return _factors_apart(left, right, tail, head)


def _is_argument(name: Atom[Drawn], right: Atom[Drawn], head: str) -> bool:
    """Whether a function name and what follows need no space: `f(x)`, but `lim (x)` with limits below."""
    if head in ("fence", "table"):
        return True
    bracket = core(right.node)
    opens = isinstance(bracket, Symbol | BigDelimiter) and bracket.text in ("(", "[")
    return opens and not (name.tall and isinstance(name.node, Scripts))


def _factors_apart(left: Atom[Drawn], right: Atom[Drawn], tail: str, head: str) -> bool:
    """Whether two factors need a space between them."""
    if "table" in (tail, head) and not left.sign:
        return True
    if tail == "fence" and left.tall:
        return True
    if tail == "root" or "dots" in (tail, head):
        return right.cls in _FACTORS
    return "word" in (tail, head) and _is_letter(left.node) and _is_letter(right.node)


def _is_slash(node: Node) -> bool:
    return isinstance(node, Symbol) and node.text == "/"


def _is_letter(node: Node) -> bool:
    inner = core(node)
    return isinstance(inner, Symbol) and inner.text[:1].isalnum()


def _script_gap(left: Atom[Drawn], right: Atom[Drawn]) -> int:
    """In scripts only a function name keeps its space."""
    if left.cls == Cls.OP and shape(left.node, right=True) == "name":
        return int(right.cls in (Cls.ORD, Cls.OP))
    name = right.cls == Cls.OP and shape(right.node, right=False) == "name"
    return int(name and left.cls == Cls.ORD and not left.sign)


_SHAPES: dict[type, str] = {Table: "table", Fence: "fence", Root: "root"}
_DOTS = ("…", "⋯", "⋱")


def shape(node: Node, *, right: bool) -> str:
    """What the left or right edge of a node looks like to its neighbour; "" for nothing special."""
    if isinstance(node, Scripts):
        return shape(node.base, right=right)
    if isinstance(node, Strike | Accent | Classed):
        return shape(node.body, right=right)
    if isinstance(node, Group):
        solid = [item for item in node.items if not isinstance(item, Space | Newline)]
        return shape(solid[-1 if right else 0], right=right) if solid else ""
    return _SHAPES.get(type(node)) or _own_shape(node)


def _own_shape(node: Node) -> str:
    if isinstance(node, Symbol):
        return "word" if node.word else "dots" if node.text in _DOTS else ""
    if isinstance(node, Op):
        return "name" if node.name else ""
    if isinstance(node, Fraction):
        return "fraction" if node.bar else "table"
    if isinstance(node, Stretched) and node.kind in ("brace", "bracket"):
        return "table"
    return ""
